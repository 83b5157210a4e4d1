#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What is compiled for instructions that not every machine has is the back
ends of GF(2^8), and nothing else.

backends.py COMPILER... -- ARCHIVE...

Of functions that several objects have, the linker takes any: one that were
emitted here too, such as an inline function of a header, would be run by
machines that cannot. So an object has one global name, its back end's, and
none that others could be taken for; and it asks for little.

The back ends on gf2p8mulb run under no tool that follows secrets. Their
secrets are in vectors only, and no instruction takes them from there to a
register, a flag or an address: that is looked for too.
"""
import pathlib
import re
import sys
import tempfile

import tap

ASKED = re.compile(r'memcpy|memset|__mem(cpy|set)_chk|__stack_chk_fail(_local)?|'
    r'_GLOBAL_OFFSET_TABLE_')
# The i386 compilers' own way to the program counter.
THUNK = re.compile(r'__x86\.get_pc_thunk\.\w+')

# From vectors to general registers, flags or masks; by vectors to addresses.
LEAKS = re.compile(r'v?pmovmskb|v?movmskp[sd]|v?p?test[pmn]?\w*|v?pextr\w|'
    r'vp?(gather|scatter|compress|expand)\w*|k(or)?test\w|vpcmp\w+|vpmov\w2m|'
    r'v?u?comis[sd]')
MOVE = re.compile(r'v?mov[dq]')
FROM_VECTOR = re.compile(r'%xmm(\d+),%[er]\w+')
TO_VECTOR = re.compile(r'%[er]\w+,%xmm(\d+)')
SCALAR = re.compile(r'test[bwlq]?')


def names(listing):
    """(kind, name) of what `nm` lists."""
    for line in listing.splitlines():
        words = line.split()
        if len(words) >= 2 and len(words[-2]) == 1:
            yield words[-2], words[-1]


def foreign(backend, symbols):
    own = 'keyshare_gf256_' + backend
    for kind, name in symbols:
        if THUNK.fullmatch(name):
            continue
        if kind == 'U' and not ASKED.fullmatch(name):
            yield f'{backend}: asks for {name}'
        elif kind not in 'U' and kind.lower() in 'wvu':
            yield f'{backend}: {name} is weak'
        elif kind.isupper() and kind != 'U' and name != own:
            yield f'{backend}: {name} is global'


def instructions(listing):
    """(line, name, operands) of each instruction."""
    for line in listing.splitlines():
        found = re.match(r'\s*[0-9a-f]+:\t(?:rep\w* )?(\S+)\s*(.*)', line)
        if found:
            yield ' '.join(line.split()), *found.groups()


def leaks(listing):
    for function in re.split(r'^[0-9a-f]+ <', listing, flags=re.M):
        # gcc keeps addresses in vector registers where it has some to spare:
        # what comes back from one must be put there in the same function.
        spared = {found[1] for _, name, operands in instructions(function)
            if MOVE.fullmatch(name) and (found := TO_VECTOR.fullmatch(operands))}
        for line, name, operands in instructions(function):
            back = MOVE.fullmatch(name) and FROM_VECTOR.fullmatch(operands)
            if (back and back[1] not in spared or
                    LEAKS.fullmatch(name) and not SCALAR.fullmatch(name)):
                yield line


def disassemble(path):
    return tap.output('objdump', '--disassemble', '--no-show-raw-insn',
        '--wide', path)


def compile_planted(compiler, code, folder, *flags):
    source = pathlib.Path(folder) / 'planted.c'
    source.write_text(code + '\n', encoding='utf-8')
    made = pathlib.Path(folder) / 'planted.o'
    tap.output(*compiler, '-O2', '-fno-lto', *flags, '-c', '-o', made, source)
    return made


def body(tap_):
    middle = sys.argv.index('--')
    compiler, archives = sys.argv[1:middle], sys.argv[middle + 1:]
    if not archives:
        tap_.skip('back ends', 'none is built here with flags of its own')
        return
    for archive in archives:
        backend = re.search(r'gf256-(\w+)\.a$', archive)[1]
        symbols = list(names(tap.output('nm', archive)))
        tap_.clean(f'{backend}: nothing but the back end', foreign(backend,
            symbols) if ('keyshare_gf256_' + backend) in
            (name for _, name in symbols) else ['it is not there'])
        if backend.startswith('gfni') and any('clang' in c for c in compiler):
            tap_.skip(f'{backend}: secrets stay in vectors',
                'clang keeps pairs of addresses in vectors')
        elif backend.startswith('gfni'):
            listing = disassemble(archive)
            tap_.clean(f'{backend}: secrets stay in vectors', leaks(listing)
                if 'gf2p8mulb' in listing else ['no multiplication is there'])
    tap_.catches('another global', foreign('avx2', [('T', 'keyshare_hash')]))
    tap_.catches('an inline function', foreign('avx2', [('W', 'inline_one')]))
    tap_.catches('a call', foreign('avx2', [('U', 'keyshare_memory_wipe')]))
    planted = {
        'a branch on a vector': 'int f(__m256i v) '
            '{ return _mm256_movemask_epi8(v) ? 3 : 4; }',
        'a vector as an address': 'int f(__m128i v, const int *t) '
            '{ return t[_mm_cvtsi128_si32(v) & 7]; }',
        'a gather': '__m256i f(const int *t, __m256i v) '
            '{ return _mm256_i32gather_epi32(t, v, 4); }',
    }
    with tempfile.TemporaryDirectory() as folder:
        for what, code in planted.items():
            tap_.catches(what, leaks(disassemble(compile_planted(compiler,
                '#include <immintrin.h>\n' + code, folder, '-mavx2'))))


tap.main(body)
