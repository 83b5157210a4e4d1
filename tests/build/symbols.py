#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The names that the libraries give and take: exports = ledger = headers."""
import argparse
import re

import tap
import tree

LEDGER = 'lib/libkeyshare.sym'
PCSC_LEDGER = 'lib/pcsc/libkeyshare-pcsc.sym'

# What the library may ask of others, beside libsodium and GMP: nothing that
# prints, allocates, ends the process or reads the environment.
TAKEN = re.compile(r'(crypto_|sodium_|__gmpn_)\w+|mem(cpy|set|cmp|move)|strlen|'
    r'__(memcpy|memset|memmove)_chk|getentropy|__stack_chk_fail(_local)?|'
    r'_GLOBAL_OFFSET_TABLE_|__x86\.get_pc_thunk\.\w+')

# Of libkeyshare-pcsc: PC/SC and a clock, and nothing of libkeyshare.
PCSC_TAKEN = re.compile(r'SCard\w+|g_rgSCardT[01]Pci|clock_gettime(64)?|'
    r'__clock_gettime64|mem(cpy|set|cmp|move)|str(len|cmp)|'
    r'__(memcpy|memset|memmove)_chk|__stack_chk_fail(_local)?|'
    r'_GLOBAL_OFFSET_TABLE_|__x86\.get_pc_thunk\.\w+')

# All that may change while the library runs: the memory functions and whether
# they can still be set; the self test's latch; the choice of instructions.
STATE = {'door', 'used', 'closed', 'answer', 'chosen'}


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


def taken(symbols, allowed=TAKEN):
    symbols = list(symbols)
    own = {name for kind, name in symbols if kind != 'U'}
    for name in sorted({name for kind, name in symbols if kind == 'U'} - own):
        if not allowed.fullmatch(name):
            yield f'{name}: not among what the library may call'


def state(table):
    """Objects in writable sections, of what `objdump -t` says."""
    for section, name in re.findall(
            r' O (\.t?bss\S*|\.t?data\S*|\*COM\*)\s+\S+\s+(?:\.hidden )?(\S+)',
            table):
        if not section.startswith('.data.rel.ro') and name not in STATE:
            yield f'{name}: in {section}, so it can change'


def exports(tap_, path, nodes, shared):
    """What a shared library exports, against its ledger."""
    named = set().union(*nodes.values())
    names = exported(shared)
    what = ('exported', f'in {path}')
    tap_.clean(f'the shared library exports what {path} names',
        differences(what, set(names), named))
    tap_.catches('an export too many',
        differences(what, set(names) | {'keyshare_new'}, named))
    tap_.clean('each in its node', wrong_nodes(names, nodes))
    tap_.catches('a name without a node',
        wrong_nodes({'keyshare_deal': ''}, nodes))


def archive(tap_, static, allowed):
    """What an archive defines, calls, and changes."""
    symbols = list(globals_of(static))
    tap_.clean('every global of the archive is keyshare_...',
        foreign(symbols) if symbols else ['no symbols at all'])
    tap_.catches('a global of another name', foreign([('T', 'gf_mul')]))
    tap_.clean('the archive calls nothing but what it may',
        taken(symbols, allowed))
    tap_.catches('a call of abort', taken([('U', 'abort')], allowed))
    tap_.clean('nothing changes but the memory functions, the latch, the choice',
        state(tap.output('objdump', '-t', static)))
    tap_.catches('a variable', state(
        '0000 l     O .bss\t0000000000000008 counter'))


def library(tap_, path, node, declared, shared, static, allowed):
    """A library and its ledger."""
    nodes = ledger(tree.read(path))
    named = set().union(*nodes.values())
    what = (f'in {path}', 'declared')
    tap_.clean(f'{path} names what the headers declare',
        differences(what, named, declared))
    tap_.catches('a function that is in no ledger',
        differences(what, named, declared | {'keyshare_new'}))
    tap_.clean(f'there is the node {node}',
        [] if node in nodes else ['it is not there'])
    if shared:
        exports(tap_, path, nodes, shared)
    else:
        tap_.skip(f'the shared library of {path}', 'it is not built here')
    if static:
        archive(tap_, static, allowed)
    else:
        tap_.skip(f'the static library of {path}', 'it is not built here')


def body(tap_):
    parser = argparse.ArgumentParser()
    for name in ('--shared', '--static', '--pcsc-shared', '--pcsc-static'):
        parser.add_argument(name)
    options = parser.parse_args()
    functions = tree.public_functions()
    pcsc = {function.name for function in functions
        if function.header.name == 'pcsc.h'}
    library(tap_, LEDGER, 'KEYSHARE_0.1',
        {function.name for function in functions} - pcsc,
        options.shared, options.static, TAKEN)
    library(tap_, PCSC_LEDGER, 'KEYSHARE_PCSC_0.1', pcsc,
        options.pcsc_shared, options.pcsc_static, PCSC_TAKEN)
    tap_.catches('a call from libkeyshare-pcsc into libkeyshare',
        taken([('U', 'keyshare_secret_new')], PCSC_TAKEN))


tap.main(body)
