#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The installed library, used by somebody who has it from pkg-config alone.

Builds and installs into a prefix of its own, so that what pkg-config says is
tried as it stands; looks at what was installed; builds the two consumers
against it, shared and static, with each compiler, and runs them.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import tap
import tree

HERE = pathlib.Path(__file__).resolve().parent / 'consumer'
STRICT = ['-pedantic', '-Wall', '-Wextra', '-Wconversion', '-Wshadow',
    '-Werror']
COMPILERS = [
    ('gcc', ['-std=c99'], 'consumer.c'),
    ('clang', ['-std=c99'], 'consumer.c'),
    ('g++', ['-std=c++11'], 'consumer.cpp'),
    ('clang++', ['-std=c++11'], 'consumer.cpp'),
]


def install(meson, build, prefix, *options):
    return (tap.run(*meson, 'setup', build, tree.ROOT, f'--prefix={prefix}',
            '-Ddefault_library=both', '-Dtests=disabled', '-Dexamples=false', *options)
        or tap.run(*meson, 'install', '-C', build))


def files_of(name, library, version):
    """What a library of that name is installed as, beside its headers."""
    return {f'{library}/{file}' for file in (f'{name}.a', f'{name}.so',
        f'{name}.so.0', f'{name}.so.{version}', f'pkgconfig/{name}.pc')}


def expected_files(library, version):
    """What an installation has, from its prefix."""
    return ({'include/' + re.sub(r'\.in$', '', str(path.relative_to('include')))
            for path in tree.headers() if path.name != 'pcsc.h'}
        | files_of('libkeyshare', library, version))


def project_version():
    return re.search(r"version: '(\d.*?)'", tree.read('meson.build'))[1]


def differences(found, wanted):
    for name in sorted(wanted - found):
        yield f'{name} was not installed'
    for name in sorted(found - wanted):
        yield f'{name} was installed, and is not expected'


def links(folder, version, library='libkeyshare'):
    """Wrong ones among the names of a shared library."""
    shared = f'{library}.so'
    soname = f'{library}.so.0'
    for name, target in ((shared, soname), (soname, f'{shared}.{version}')):
        path = folder / name
        if not path.is_symlink() or os.readlink(path) != target:
            yield f'{name} is no link to {target}'
    dynamic = tap.output('readelf', '-d', folder / shared)
    if 'SONAME' not in dynamic or f'[{soname}]' not in dynamic:
        yield f'the soname is not {soname}'
    if re.search('R(UN)?PATH', dynamic):
        yield 'the installed library has a run path'


def flags(environment, *options, package='libkeyshare'):
    return subprocess.run(['pkg-config', *options, '--cflags', '--libs',
        package], env=environment, text=True, check=True,
        stdout=subprocess.PIPE).stdout.split()


def needed(program):
    """The shared libraries that a program names."""
    return set(re.findall(r'NEEDED.*\[(.*)\]',
        tap.output('readelf', '-d', program)))


def build_and_run(compiler, options, source, words, program, environment):
    return (tap.run(compiler, *options, *STRICT, HERE / source, '-o', program,
            *words)
        or tap.run(program, environment=environment))


def consume(tap_, folder, environment):
    """Build and run each consumer in each way."""
    shared = flags(environment)
    static = flags(environment, '--static')
    tap_.clean('--libs names nothing but libkeyshare',
        [word for word in shared if word.startswith('-l')
            and word != '-lkeyshare'])
    tap_.clean('--static --libs names libsodium and GMP too',
        {'-lkeyshare', '-lsodium', '-lgmp'} - set(static))
    for compiler, options, source in COMPILERS:
        if not shutil.which(compiler):
            tap_.skip(f'consumers by {compiler}', 'it is not here')
            continue
        program = folder / ('shared-' + compiler)
        tap_.clean(f'{compiler}: {source}, shared', build_and_run(compiler,
            options, source, shared, program, environment)
            or {'libkeyshare.so.0'} - needed(program))
        program = folder / ('static-' + compiler)
        tap_.clean(f'{compiler}: {source}, static', build_and_run(compiler,
            options, source, ['-static', *static], program, {})
            or needed(program))


def body(tap_):
    meson = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = folder / 'prefix'
        problem = install(meson, folder / 'build', prefix, '-Dpcsc=disabled')
        tap_.clean('it installs', problem)
        if problem:
            return
        library = next(prefix.rglob('libkeyshare.so')).parent
        found = {str(path.relative_to(prefix)) for path in prefix.rglob('*')
            if not path.is_dir()}
        version = project_version()
        wanted = expected_files(str(library.relative_to(prefix)), version)
        tap_.clean('all is there and nothing else', differences(found, wanted))
        tap_.catches('a header that was left behind',
            differences(found - {'include/keyshare/deal.h'}, wanted))
        tap_.clean('the shared library has its names', links(library, version))
        environment = dict(os.environ,
            PKG_CONFIG_PATH=str(library / 'pkgconfig'),
            LD_LIBRARY_PATH=str(library))
        consume(tap_, folder, environment)


if __name__ == '__main__':
    tap.main(body)
