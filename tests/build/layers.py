#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Who may know whom. That includes do not point upwards, the include paths
see to already; this is what they cannot see."""
import pathlib
import re

import tap
import tree

LAYERS = ['base', 'field', 'sharing', 'custody', 'card']

# Whole files, or all files of a name.
GMP = re.compile(r'lib/field/(prime|scalar)\.[ch]')
SODIUM = re.compile(r'lib/base/(memory|random|hash)\.c|lib/field/group\.c')

WINSCARD = re.compile(r'lib/pcsc/pcsc\.c')

# A library prints nothing, ends nothing, and has one door to memory.
NEVER = re.compile(r'\b((?:v?[fs]?n?printf|puts|putchar|fputs|perror|abort|'
    r'_?exit|_Exit|assert|malloc|calloc|realloc|free|alloca|errno|getenv|'
    r'setlocale|rand|time)\s*\(|mpz_\w+|errno\b)')


def includes(text):
    return re.findall(r'^\s*#\s*include\s+([<"][^>"]+[>"])', text, re.M)


def wrong_includes(path, text):
    name = str(path)
    for header in includes(text):
        if header == '<gmp.h>' and not GMP.fullmatch(name):
            yield f'{name}: gmp.h'
        if header == '<sodium.h>' and not SODIUM.fullmatch(name):
            yield f'{name}: sodium.h'
        if header in ('<winscard.h>', '<reader.h>', '<keyshare/pcsc.h>') and \
                not WINSCARD.fullmatch(name):
            yield f'{name}: {header}'
        if header in ('<stdio.h>', '<assert.h>', '<stdlib.h>', '<errno.h>'):
            yield f'{name}: {header}'
        if header.startswith('"') and path.parts[:2] == ('lib', 'pcsc'):
            yield f'{name}: {header} is no public header'
        elif header.startswith('"') and path.parts[0] == 'lib':
            layer = LAYERS.index(path.parts[1])
            if not any((tree.ROOT / 'lib' / below / header.strip('"')).exists()
                    for below in LAYERS[:layer + 1]):
                yield f'{name}: {header} is in no layer below'


def wrong_public(path, text):
    for header in includes(text):
        if not re.fullmatch(r'<(keyshare/\w+|stddef|stdint)\.h>', header):
            yield f'{path}: {header} in a public header'


def wrong_first(path, text, exists):
    """The first include must be the file's own header, where it has one."""
    own = path.with_suffix('.h')
    public = pathlib.Path('include/keyshare') / own.name
    first = includes(text)[:1]
    if exists(own):
        wanted = [f'"{own.name}"']
    elif exists(public):
        wanted = [f'<keyshare/{own.name}>']
    else:
        wanted = first if first and re.match(r'"|<keyshare/', first[0]) else []
    if first != wanted:
        yield f'{path}: includes {first} first, not its own header'


def never(path, text):
    for number, line in enumerate(tree.strip_comments(text).splitlines(), 1):
        line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
        # The door's own members are called as one would expect.
        line = re.sub(r'(door|->)\.?(allocate|free)\s*\(', '(', line)
        for found in NEVER.finditer(line):
            yield f'{path}:{number}: {found[1].strip("( ")}'


def body(tap_):
    library = tree.files('lib', endings=['.c', '.h'])
    texts = {path: tree.read(path) for path in library}
    base = pathlib.Path('lib/base/planted.c')
    tap_.clean('GMP, libsodium and each layer are known where they may be',
        [text for path in library for text in wrong_includes(path, texts[path])]
        if library else ['lib/ has no files'])
    tap_.catches('GMP in base', wrong_includes(base, '#include <gmp.h>'))
    tap_.catches('libsodium in a header',
        wrong_includes(pathlib.Path('lib/base/hash.h'), '#include <sodium.h>'))
    tap_.catches('a layer that knows the one above',
        wrong_includes(base, '#include "record.h"'))
    tap_.catches('PC/SC in base', wrong_includes(base, '#include <winscard.h>'))
    tap_.catches('a layer that libkeyshare-pcsc knows', wrong_includes(
        pathlib.Path('lib/pcsc/pcsc.c'), '#include "tlv.h"'))
    tap_.clean('public headers know each other, and sizes',
        [text for path in tree.headers()
            for text in wrong_public(path, tree.read(path))])
    tap_.catches('libsodium in a public header',
        wrong_public('include/keyshare/x.h', '#include <sodium.h>'))
    tap_.clean('a source includes its own header first', [text
        for path in library if path.suffix == '.c' for text in
        wrong_first(path, texts[path], lambda name: (tree.ROOT / name).exists())])
    tap_.catches('a source that does not', wrong_first(base,
        '#include <string.h>\n#include "planted.h"\n', lambda name: True))
    tap_.clean('nothing prints, allocates, or ends the process',
        [text for path in library for text in never(path, texts[path])])
    for text in ('printf("x");', 'abort();', 'mpz_init(x);', 'assert(x);',
            'p = malloc(3);', 'if (errno == 3)'):
        tap_.catches(text, never(base, text))


tap.main(body)
