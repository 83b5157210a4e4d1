#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""libkeyshare-pcsc as it is installed, used by somebody who has it from
pkg-config alone; consumer.py does the same for libkeyshare."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import tap
from consumer import (COMPILERS, build_and_run, differences, expected_files,
    files_of, flags, install, links, needed, project_version)

NAME = 'libkeyshare-pcsc'


def is_there(package):
    return subprocess.run(['pkg-config', '--exists', package],
        check=False).returncode == 0


def consume(tap_, folder, environment):
    shared = flags(environment, package=NAME)
    static = flags(environment, '--static', package=NAME)
    tap_.clean('--libs names the two libraries and nothing else',
        {word for word in shared if word.startswith('-l')}
            ^ {'-lkeyshare', '-lkeyshare-pcsc'})
    tap_.clean('--static --libs names what they stand on too',
        {'-lkeyshare', '-lkeyshare-pcsc', '-lpcsclite', '-lsodium', '-lgmp'}
            - set(static))
    for compiler, options, source in COMPILERS:
        if not shutil.which(compiler):
            tap_.skip(f'consumers by {compiler}', 'it is not here')
            continue
        # C++ reads the header; what it does there C has shown.
        source = 'pcsc' + pathlib.Path(source).suffix
        program = folder / ('shared-' + compiler)
        tap_.clean(f'{compiler}: {source}, shared', build_and_run(compiler,
            options, source, shared, program, environment)
            or {'libkeyshare-pcsc.so.0'} - needed(program))
        program = folder / ('static-' + compiler)
        tap_.clean(f'{compiler}: {source}, our libraries static',
            build_and_run(compiler, options, source,
                ['-Wl,-Bstatic', *(word for word in shared
                    if word != '-pthread'), '-Wl,-Bdynamic', *(word
                    for word in static if word not in shared)],
                program, environment)
            or {name for name in needed(program) if 'keyshare' in name})


def body(tap_):
    if not is_there('libpcsclite'):
        tap_.skip(NAME, 'no libpcsclite here')
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = folder / 'prefix'
        problem = install(sys.argv[1:], folder / 'build', prefix,
            '-Dpcsc=enabled')
        tap_.clean('it installs', problem)
        if problem:
            return
        library = next(prefix.rglob('libkeyshare-pcsc.so')).parent
        found = {str(path.relative_to(prefix)) for path in prefix.rglob('*')
            if not path.is_dir()}
        version = project_version()
        where = str(library.relative_to(prefix))
        tap_.clean('all is there and nothing else', differences(found,
            expected_files(where, version) | files_of(NAME, where, version)
                | {'include/keyshare/pcsc.h'}))
        tap_.clean('the shared library has its names',
            links(library, version, NAME))
        tap_.clean('it needs PC/SC, and libkeyshare it does not',
            {'libpcsclite.so.1'} ^ {name for name
                in needed(library / 'libkeyshare-pcsc.so')
                if 'pcsc' in name or 'keyshare' in name})
        environment = dict(os.environ,
            PKG_CONFIG_PATH=str(library / 'pkgconfig'),
            LD_LIBRARY_PATH=str(library),
            PCSCLITE_CSOCK_NAME=str(folder / 'no-daemon'))
        consume(tap_, folder, environment)


tap.main(body)
