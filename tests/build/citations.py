#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Sources are cited by a key in brackets, as in "see [Abc99] section 4". The
same file says what it stands for, on a line of a comment, not its first, that
begins with the key."""
import re

import tap
import tree

KEY = r'\[([A-Z][A-Za-z]*[0-9][A-Za-z0-9-]*|[A-Z]{2,5})\]'


def comments(text):
    """The comments of a source, without stars; a comment is a list of lines."""
    for comment in re.findall(r'/\*.*?\*/', text, re.S):
        inner = re.sub(r'^/\*+|\*/$', '', comment)
        yield [re.sub(r'^\s*\*?\s?', '', line) for line in inner.splitlines()]


def entries_and_uses(text):
    """What keys stand for, as (key, text), and the keys that are used."""
    entries, uses = [], set()
    for lines in comments(text):
        entry = None
        for number, line in enumerate(lines):
            # The first line of a comment is about what follows it.
            begins = number > 0 and re.match(
                r'\s*' + KEY + r'\s+(\S.*)', line)
            if begins:
                entry = [begins[1], begins[2]]
                entries.append(entry)
                line = begins[2]
            elif not line.strip():
                entry = None
            elif entry:
                entry[1] += ' ' + line.strip()
            if not entry:
                uses.update(re.findall(r'(?<![\w\])])' + KEY, line))
    return [tuple(entry) for entry in entries], uses


def wrong(path, text):
    entries, uses = entries_and_uses(text)
    keys = [key for key, _ in entries]
    for key in sorted(uses - set(keys)):
        yield f'{path}: [{key}] is used and not explained'
    for key in sorted(set(keys) - uses):
        yield f'{path}: [{key}] is explained and not used'
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f'{path}: [{key}] begins two lines: which is its entry?'


def contradictions(texts):
    meant = {}
    for path, text in texts.items():
        for key, meaning in entries_and_uses(text)[0]:
            first = meant.setdefault(key, (path, meaning))
            if first[1] != meaning:
                yield (f'[{key}]: "{first[1]}" in {first[0]}, '
                    f'"{meaning}" in {path}')


ENTRY = '/* By [Abc99].\n *\n * [Abc99] Somebody, A paper.\n */\n'


def body(tap_):
    texts = {path: tree.read(path) for path in
        tree.files('include', 'lib', 'examples', 'tests', 'bench',
            endings=['.c', '.h', '.h.in'])}
    found = sum(len(entries_and_uses(text)[0]) for text in texts.values())
    tap_.clean('there are citations', [] if found else ['none were found'])
    tap_.clean('what is cited is explained, what is explained is cited',
        [text for path in texts for text in wrong(path, texts[path])])
    tap_.catches('a key that is not explained', wrong('x.c', '/* [Abc99] */'))
    tap_.catches('an entry that is not used',
        wrong('x.c', '/*\n * [Abc99] Somebody, A paper.\n */'))
    tap_.clean('(a planted file as it should be)',
        wrong('x.c', ENTRY.replace('By [Abc99].', '[Abc99] section 2')))
    tap_.clean('a key stands for the same everywhere', contradictions(texts))
    tap_.catches('a key that does not', contradictions(
        {'x.c': ENTRY, 'y.c': ENTRY.replace('A paper', 'Another paper')}))


tap.main(body)
