#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Every public header stands alone, in C99 and in C++11."""
import re
import shutil
import sys
import tempfile
import pathlib

import tap
import tree

STRICT = ['-pedantic', '-Wall', '-Wextra', '-Wconversion', '-Wshadow',
    '-Werror', '-fsyntax-only']
COMPILERS = [
    ('gcc', ['-std=c99', '-Wstrict-prototypes'], '.c'),
    ('clang', ['-std=c99', '-Wstrict-prototypes'], '.c'),
    ('g++', ['-std=c++11'], '.cpp'),
    ('clang++', ['-std=c++11'], '.cpp'),
]


def compile_text(compiler, options, includes, source, text):
    source.write_text(text, encoding='utf-8')
    return tap.run(compiler, *options, *STRICT,
        *['-I' + include for include in includes], source)


def body(tap_):
    includes = sys.argv[1:]
    names = [re.sub(r'\.in$', '', str(header.relative_to('include')))
        for header in tree.headers()]
    umbrella = tree.read('include/keyshare.h')
    tap_.clean('the umbrella includes them all',
        [f'{name} is not in keyshare.h' for name in names
            if name not in ('keyshare.h', 'keyshare/api.h', 'keyshare/pcsc.h')
            and f'#include <{name}>' not in umbrella])
    with tempfile.TemporaryDirectory() as folder:
        for compiler, options, ending in COMPILERS:
            if not shutil.which(compiler):
                tap_.skip(f'headers by {compiler}', 'it is not here')
                continue
            source = pathlib.Path(folder) / ('alone' + ending)
            for name in names:
                # Twice: the second time its guard must hold.
                tap_.clean(f'{compiler}: {name} alone, and twice',
                    compile_text(compiler, options, includes, source,
                        f'#include <{name}>\n#include <{name}>\n'))
            tap_.catches(f'a type that is not declared ({compiler})',
                compile_text(compiler, options, includes, source,
                    '#include <keyshare/error.h>\n'
                    'void f(keyshare_record *record);\n'))


tap.main(body)
