#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The form of the files: as clang-format 14 leaves them, short, and clean."""
import re
import shutil
import tempfile
import pathlib

import tap
import tree

FORMATTER = '14'
FILE_LINES = 600
FUNCTION_LINES = 60

CODE = ['.c', '.h']
SCRIPTS = ['.py', '.sh', '.js', 'meson.build', 'meson_options.txt', '.yml']
# What has no place for a comment, or is prose.
NO_LICENCE = {'README', 'COPYING'}
NO_LICENCE_ENDINGS = ('.json', '.md', '.sym', '.bin', '.ks', '.1', '.svg')
# Inputs of any bytes whatever.
CORPUS = pathlib.PurePath('tests/fuzz/corpus')
DOT_FILES = re.compile(r'\.[\w-]+')

# The tables of words, and the vectors, are as long as they are.
LONG = {'lib/custody/words.c'}

# Written so that this file is not among what it finds.
MACHINE_PATHS = re.compile('(?<![\\w.])/(?:work|root|Users|home/[a-z]+)' '/')
MARKS = re.compile(r'\b(?:TO' r'DO|FIX' r'ME|X' r'XX)\b')


def is_text(path):
    return CORPUS not in path.parents and \
        b'\0' not in (tree.ROOT / path).read_bytes()[:4096]


def licence(path, text):
    name = path.name
    if name in NO_LICENCE or name.endswith(NO_LICENCE_ENDINGS) or \
            DOT_FILES.fullmatch(name):
        return
    lines = text.splitlines()
    if lines and lines[0].startswith('#!'):
        del lines[0]
    if not lines or not re.fullmatch(
            r'(/\* SPDX-License-Identifier: ISC \*/|'
            r'(//|#) SPDX-License-Identifier: ISC)', lines[0]):
        yield f'{path}: does not begin with the line of its licence'


def letters(path, text):
    if not text.endswith('\n') and not str(path).endswith('.json'):
        yield f'{path}: no newline at the end'
    if text.endswith('\n\n'):
        yield f'{path}: empty lines at the end'
    for number, line in enumerate(text.split('\n'), 1):
        where = f'{path}:{number}: '
        if '\t' in line:
            yield where + 'a tab'
        if '\r' in line:
            yield where + 'a carriage return'
        if line.rstrip() != line:
            yield where + 'space at the end'
        if MARKS.search(line):
            yield where + 'a mark of unfinished work'
        if MACHINE_PATHS.search(line):
            yield where + 'a path of one machine'


def long_file(path, text):
    count = text.count('\n')
    if count > FILE_LINES and str(path) not in LONG:
        yield f'{path}: {count} lines'


def long_functions(path, text):
    """Functions, by where their braces stand; a table has none there."""
    lines = text.splitlines()
    for start, line in enumerate(lines):
        if line != '{':
            continue
        end = lines.index('}', start)
        if end - start - 1 > FUNCTION_LINES:
            yield f'{path}:{start + 1}: {end - start - 1} lines in a function'


def formatter():
    """The formatter's command, or why there is none."""
    for name in ('clang-format-' + FORMATTER, 'clang-format'):
        if shutil.which(name):
            said = tap.output(name, '--version')
            major = re.search(r'version (\d+)', said)[1]
            if major == FORMATTER:
                return name, None
            return None, f'clang-format is {major}, not {FORMATTER}'
    return None, 'clang-format is not here'


def check_format(tap_, code):
    name, reason = formatter()
    if name is None:
        tap_.skip('clang-format', reason)
        return
    for path in code:
        tap_.clean(f'format of {path}', tap.run(name, '--dry-run', '-Werror',
            '--style=file:' + str(tree.ROOT / '.clang-format'),
            tree.ROOT / path))
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / 'planted.c'
        source.write_text('int f(int a) { return a; }\n', encoding='utf-8')
        tap_.catches('another format', tap.run(name, '--dry-run', '-Werror',
            '--style=file:' + str(tree.ROOT / '.clang-format'), source))


def body(tap_):
    everything = {path: tree.read(path) for path in tree.files()
        if is_text(path)}
    code = [path for path in everything if path.suffix in CODE]
    sources = [path for path in everything if path.suffix in CODE
        or path.name.endswith(tuple(SCRIPTS))]
    for what, check, paths, planted in (
            ('every file begins with its licence', licence, everything,
                'int x;\n'),
            ('no tabs, no space at the end, no marks, no machine\'s paths',
                letters, everything, 'int x; \n'),
            (f'no file over {FILE_LINES} lines', long_file, sources,
                'x;\n' * (FILE_LINES + 1)),
            (f'no function over {FUNCTION_LINES} lines', long_functions,
                [path for path in code if path.parts[0] in ('lib', 'examples')],
                'int\nf(void)\n{\n' + '\n' * (FUNCTION_LINES + 1) + '}\n')):
        tap_.clean(what, [text for path in paths
            for text in check(path, everything[path])])
        tap_.catches(f'otherwise: {what}',
            check(pathlib.Path('lib/planted.c'), planted))
    for planted in ('\tint x;', '/* TO' 'DO */', '"/home/' 'me/x"', 'a\r'):
        tap_.catches(f'letters such as {planted!r}',
            letters('planted.c', planted + '\n'))
    check_format(tap_, code)


tap.main(body)
