#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The program in the README compiles as it stands, and does what it says."""
import argparse
import pathlib
import tempfile
import textwrap

import tap
import tree

FIRST = '    #include <keyshare.h>'


def programs(text):
    """The indented blocks that begin with the include."""
    found = []
    lines = iter(text.splitlines())
    for line in lines:
        if line != FIRST:
            continue
        block = [line]
        for line in lines:
            if line.strip() and not line.startswith('    '):
                break
            block.append(line)
        found.append(textwrap.dedent('\n'.join(block)).strip() + '\n')
    return found


def build_and_run(options, folder, text):
    source = pathlib.Path(folder) / 'program.c'
    program = pathlib.Path(folder) / 'program'
    source.write_text(text, encoding='utf-8')
    return (tap.run(options.compiler, '-std=c99', '-pedantic', '-Wall',
            '-Wextra', '-Werror', *['-I' + path for path in options.include],
            source, '-o', program, options.library, *options.link,
            f'-Wl,-rpath,{pathlib.Path(options.library).parent}')
        or tap.run(program))


def body(tap_):
    parser = argparse.ArgumentParser()
    parser.add_argument('--compiler', default='cc')
    parser.add_argument('--include', action='append')
    parser.add_argument('--link', action='append', default=[])
    parser.add_argument('library')
    options = parser.parse_args()
    found = programs(tree.read('README'))
    tap_.clean('there is one program in the README',
        [] if len(found) == 1 else [f'{len(found)} of them'])
    with tempfile.TemporaryDirectory() as folder:
        for text in found:
            tap_.clean('it compiles, and ends with 0',
                build_and_run(options, folder, text))
            tap_.catches('a program that does not compile',
                build_and_run(options, folder,
                    text.replace('keyshare_recover(', 'keyshare_revocer(')))
            tap_.catches('a program that recovers nothing',
                build_and_run(options, folder,
                    text.replace('cards, 5)', 'cards, 4)')))


tap.main(body)
