#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The names that the libraries give and take: exports = ledger = headers."""
import argparse
import re

import tap
import tree

LEDGER = 'lib/libkeyshare.sym'

# What the library may ask of others, beside libsodium and GMP: nothing that
# prints, allocates, ends the process or reads the environment.
TAKEN = re.compile(r'(crypto_|sodium_|__gmpn_)\w+|mem(cpy|set|cmp|move)|strlen|'
    r'__(memcpy|memset|memmove)_chk|getentropy|__stack_chk_fail(_local)?|'
    r'_GLOBAL_OFFSET_TABLE_|__x86\.get_pc_thunk\.\w+')

# All that may change while the library runs: the memory functions and whether
# they can still be set; the self test's latch.
STATE = {'door', 'used', 'closed'}


def ledger(text):
    """The names of the version script, by node."""
    nodes = {}
    for node, body in re.findall(r'^(\w[\w.]*) \{(.*?)^\}', text, re.S | re.M):
        exported = body.split('local:')[0]
        nodes[node] = set(re.findall(r'^\s+(\w+);', exported, re.M))
    return nodes


def differences(what, left, right):
    for name in sorted(left - right):
        yield f'{name}: {what[0]}, not {what[1]}'
    for name in sorted(right - left):
        yield f'{name}: {what[1]}, not {what[0]}'


def exported(shared):
    """The names that a shared library defines, with their nodes."""
    names = {}
    for line in tap.output('nm', '-D', '--defined-only', shared).splitlines():
        kind, name = line.split()[1:3]
        if kind == 'A':
            continue
        name, _, node = name.partition('@@')
        names[name] = node
    return names


def wrong_nodes(names, nodes):
    for name, node in sorted(names.items()):
        if name not in nodes.get(node, ()):
            yield f'{name}: exported in node "{node}"'


def globals_of(archive):
    """(kind, name) of each global symbol of an archive's objects."""
    for line in tap.output('nm', '-g', archive).splitlines():
        words = line.split()
        if len(words) >= 2 and len(words[-2]) == 1:
            yield words[-2], words[-1]


def foreign(symbols):
    for kind, name in symbols:
        if kind != 'U' and not name.startswith('keyshare_'):
            yield f'{name}: global, and not keyshare_...'


def taken(symbols):
    symbols = list(symbols)
    own = {name for kind, name in symbols if kind != 'U'}
    for name in sorted({name for kind, name in symbols if kind == 'U'} - own):
        if not TAKEN.fullmatch(name):
            yield f'{name}: not among what the library may call'


def state(table):
    """Objects in writable sections, of what `objdump -t` says."""
    for section, name in re.findall(
            r' O (\.t?bss\S*|\.t?data\S*|\*COM\*)\s+\S+\s+(?:\.hidden )?(\S+)',
            table):
        if not section.startswith('.data.rel.ro') and name not in STATE:
            yield f'{name}: in {section}, so it can change'


def body(tap_):
    parser = argparse.ArgumentParser()
    parser.add_argument('--shared')
    parser.add_argument('--static')
    options = parser.parse_args()
    nodes = ledger(tree.read(LEDGER))
    named = set().union(*nodes.values())
    declared = {function.name for function in tree.public_functions()}

    what = (f'in {LEDGER}', 'declared')
    tap_.clean('the ledger names what the headers declare',
        differences(what, named, declared))
    tap_.catches('a function that is in no ledger',
        differences(what, named, declared | {'keyshare_new'}))
    tap_.clean('there is the node KEYSHARE_0.1',
        [] if 'KEYSHARE_0.1' in nodes else ['it is not there'])
    if options.shared:
        names = exported(options.shared)
        what = ('exported', f'in {LEDGER}')
        tap_.clean('the shared library exports what the ledger names',
            differences(what, set(names), named))
        tap_.catches('an export too many',
            differences(what, set(names) | {'keyshare_new'}, named))
        tap_.clean('each in its node', wrong_nodes(names, nodes))
        tap_.catches('a name without a node',
            wrong_nodes({'keyshare_deal': ''}, nodes))
    else:
        tap_.skip('the shared library', 'it is not built here')
    if options.static:
        symbols = list(globals_of(options.static))
        tap_.clean('every global of the archive is keyshare_...',
            foreign(symbols) if symbols else ['no symbols at all'])
        tap_.catches('a global of another name', foreign([('T', 'gf_mul')]))
        tap_.clean('the archive calls nothing but what it may', taken(symbols))
        tap_.catches('a call of abort', taken([('U', 'abort')]))
        tap_.clean('nothing changes but the memory functions and the latch',
            state(tap.output('objdump', '-t', options.static)))
        tap_.catches('a variable', state(
            '0000 l     O .bss\t0000000000000008 counter'))
    else:
        tap_.skip('the static library', 'it is not built here')


tap.main(body)
