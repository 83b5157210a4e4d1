#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The seeds of the corpus, and the fixed sets, from the test vectors.

seeds.py FOLDER   writes FOLDER/DECODER/HASH for each decoder
seeds.py --fixed  prints fixed_hex.c
"""
import hashlib
import json
import pathlib
import sys

VECTORS = (pathlib.Path(__file__).resolve().parents[1] /
    'vectors' / 'custody.json')
FIXED = ['pedersen all ones key, 2-of-3, 63 bytes',
         'gf256 all ones key, 2-of-3, 63 bytes']
LONGEST = 4096


def load():
    return json.loads(VECTORS.read_text(encoding='utf-8'))


def sets(custody):
    for case in custody['cases']:
        yield from case['epochs']
    yield from custody['odd dealings']


def seeds(custody):
    """Pairs of a decoder and an input, as hex."""
    for entry in sets(custody):
        yield 'record', entry['record']
        yield 'share', entry['shares'][-1]
        yield 'words', entry['words'].encode().hex()
        yield 'words', entry['fingerprint'].encode().hex()
        yield 'words', entry['label'].encode().hex()
    for entry in custody['bad records']:
        yield 'record', entry['bytes']
    for table in custody['bad cards']:
        for card in table['cards']:
            yield 'share', card['bytes']
            yield 'image', card['bytes']
    for case in custody['cases']:
        if case['name'] in FIXED:
            for entry in case['epochs']:
                for share in entry['shares']:
                    yield 'image', share
                    yield 'image', entry['record'] + share
    wrapped = custody['wrapped keys']
    for entry in wrapped['good'] + wrapped['bad']:
        yield 'wrapped', entry['bytes']
        yield 'image', entry['bytes']


def write(folder):
    for decoder, text in seeds(load()):
        data = bytes.fromhex(text)
        if len(data) > LONGEST:
            continue
        place = pathlib.Path(folder) / decoder
        place.mkdir(parents=True, exist_ok=True)
        (place / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def literal(text, indent):
    lines = [text[at:at + 64] for at in range(0, len(text), 64)]
    return '\n'.join(' ' * indent + f'"{line}"' for line in lines) + ','


def fixed():
    cases = {case['name']: case for case in load()['cases']}
    print('/* SPDX-License-Identifier: ISC */')
    print('/* Made by seeds.py from the test vectors: do not edit. */')
    print('#include "fixed_sets.h"\n')
    print('const struct fixed_hex fixed_hex[FIXED_SETS] = {')
    for name in FIXED:
        case = cases[name]
        entry = case['epochs'][1]
        print('    {')
        print(literal(case['key'], 8))
        print(literal(entry['record'], 8))
        print('        {')
        for share in entry['shares']:
            print(literal(share, 12))
        print('        },')
        print(literal(case['epochs'][2]['record'], 8))
        print('    },')
    print('};')


if len(sys.argv) != 2:
    sys.exit(__doc__)
if sys.argv[1] == '--fixed':
    fixed()
else:
    write(sys.argv[1])
