#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""No instruction of the library takes longer for some values than for others.

instructions.py CPU_FAMILY COMPILER... -- ARCHIVE...   (or the shared library)

valgrind does not see a secret operand of a division: this looks at what was
compiled. On amd64 and i386 time depends on the operands of divisions, square
roots, the transcendental functions of the x87, and on some processors of pdep
and pext; multiplications of whole words take the same time for all on every
such processor of this century ([Fog]; Intel's list of instructions whose time
does not depend on their data has them). Calls of the compiler's own functions
for wide division count as divisions. There is no list of exceptions.

[Fog] Agner Fog, Instruction tables.
"""
import pathlib
import re
import sys
import tempfile

import tap

FAMILIES = ('x86_64', 'x86')
VARIABLE = re.compile(r'i?div[bwlq]?|v?(?:div|sqrt)[sp][sdh]|fi?divr?[pls]*|'
    r'f(?:sqrt|prem1?|sin|cos|sincos|ptan|patan|yl2x|yl2xp1|2xm1|scale)|'
    r'p(?:dep|ext)[lq]?')
# Of libgcc and compiler-rt.
WIDE = re.compile(r'__u?(?:div|mod|divmod)[sdt]i[34]')

PLANTED = {
    'a division': 'unsigned f(unsigned a, unsigned b) { return a / b; }',
    'a remainder': 'int f(int a, int b) { return a % b; }',
    'a division of double width':
        'unsigned long long f(unsigned long long a, unsigned long long b)'
        '{ return a / b; }',
    'a division of floating point': 'double f(double a, double b)'
        '{ return a / b; }',
}


def disassemble(path):
    return tap.output('objdump', '--disassemble', '--reloc',
        '--no-show-raw-insn', '--wide', path)


def functions(listing):
    return re.findall(r'^[0-9a-f]+ <([\w.]+)>:$', listing, re.M)


def variable(listing):
    """The places in a listing of an instruction that is not allowed."""
    member, function = '', ''
    for line in listing.splitlines():
        if line.endswith(':') and ' <' in line:
            function = line.split('<')[1][:-2]
        elif ':     file format' in line:
            member = line.split(':')[0]
        else:
            found = re.match(r'\s*[0-9a-f]+:\t(?:\w+: )?\s*(\S+)', line)
            words = line.split()
            if found and any(VARIABLE.fullmatch(word) for word in words[1:3]):
                yield f'{member}: {function}: {" ".join(words[1:])}'
            for word in words:
                if WIDE.fullmatch(re.split(r'[-+@<>]', word.strip('<>'))[0]):
                    yield f'{member}: {function}: calls {word}'


def compile_planted(compiler, code, folder):
    source = pathlib.Path(folder) / 'planted.c'
    source.write_text(code + '\n', encoding='utf-8')
    made = pathlib.Path(folder) / 'planted.o'
    tap.output(*compiler, '-O2', '-fno-lto', '-c', '-o', made, source)
    return made


def body(tap_):
    family = sys.argv[1]
    middle = sys.argv.index('--')
    compiler, archives = sys.argv[2:middle], sys.argv[middle + 1:]
    if family not in FAMILIES:
        tap_.skip('instructions', f'not known for {family}')
        return
    if not archives:
        tap_.skip('instructions', 'there is no machine code before a program '
            'is linked (link-time optimisation)')
        return
    for archive in archives:
        listing = disassemble(archive)
        count = sum(name.startswith('keyshare_')
            for name in functions(listing))
        tap_.clean(f'{pathlib.Path(archive).name}: each instruction takes its '
            f'time, in {count} functions and what is between them',
            variable(listing) if count else ['no function is in it'])
    with tempfile.TemporaryDirectory() as folder:
        for what, code in PLANTED.items():
            tap_.catches(what, variable(disassemble(
                compile_planted(compiler, code, folder))))


tap.main(body)
