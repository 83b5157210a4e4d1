#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Count instructions by callgrind, and compare with the committed budgets.

    bench/counts.py [--update] PROGRAM [CALLGRIND-FILE...]

PROGRAM is bench-counts. Counted are the instructions of its own object, in
which the library is linked: not those of libsodium, GMP and the C library,
which choose their code by the processor. So counts are the same on every
amd64 with the same compiler, and budgets are for one: gcc 12 at -O3.

Each line of bench/budgets is an operation, its count, and the margin in %. A
count above its budget by more than the margin is a failure; one that is below
it by more is too, so that a gain is written down (--update writes all). An
operation that is in one of the two alone is a failure, but for avx2 on a
machine without it, which is skipped. Given callgrind's files, no program is
run. The output is TAP; the last line counts.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

BUDGETS = pathlib.Path(__file__).resolve().parent / 'budgets'
MARGIN = 2.0


def own_count(text, program):
    """The sum of self costs in PROGRAM's object, of one of callgrind's dumps.

    A line of cost is positions and counts, one of each here; that after calls=
    is what the called function took, which is counted where it stands. Names
    are told once, (1) name, and then by number.
    """
    names, ours, skip, total = {}, False, False, 0
    for line in text.splitlines():
        found = re.match(r'ob=\((\d+)\)(?: (.*))?$', line)
        if re.match(r'c?ob=\(\d+\) ', line):
            number, name = re.match(r'c?ob=\((\d+)\) (.*)$', line).groups()
            names[number] = name
        if found:
            ours = pathlib.PurePath(names[found[1]]).name == program
        elif line.startswith('calls='):
            skip = True
        elif re.match(r'[+\-*\d]', line):
            if ours and not skip:
                total += int(line.split()[1]) if ' ' in line else 0
            skip = False
    return total


def read_counts(paths, program):
    counts = {}
    for path in paths:
        text = pathlib.Path(path).read_text(encoding='utf-8')
        name = re.search(r'^desc: Trigger: Client Request: (\S+)$', text, re.M)
        if name:
            counts[name[1]] = own_count(text, program)
    return counts


def run(program):
    with tempfile.TemporaryDirectory() as folder:
        said = subprocess.run(['valgrind', '--tool=callgrind', '-q',
            '--instr-atstart=no', f'--callgrind-out-file={folder}/out',
            program], capture_output=True, text=True)
        if said.returncode != 0:
            raise SystemExit(f'counts: {program} failed: {said.stderr}')
        return read_counts(sorted(pathlib.Path(folder).iterdir()),
            pathlib.PurePath(program).name)


def read_budgets():
    budgets = {}
    for line in BUDGETS.read_text(encoding='utf-8').splitlines():
        if line and not line.startswith('#'):
            name, count, margin = line.split()
            budgets[name] = int(count), float(margin)
    return budgets


def head():
    return ''.join(line + '\n' for line in
        BUDGETS.read_text(encoding='utf-8').splitlines()
        if line.startswith('#'))


def judge(counts, budgets):
    """(name, whether it is good or None if skipped, what to say) of each."""
    for name in sorted(budgets.keys() | counts.keys()):
        if name not in budgets:
            yield name, False, f'{counts[name]}, and no budget'
        elif name not in counts:
            skipped = name.endswith('-avx2')
            yield name, None if skipped else False, 'not counted'
        else:
            budget, margin = budgets[name]
            change = 100 * (counts[name] / budget - 1)
            yield (name, abs(change) <= margin, f'{counts[name]} for {budget}: '
                f'{change:+.2f} %, margin {margin:g} %')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--update', action='store_true')
    parser.add_argument('program')
    parser.add_argument('files', nargs='*')
    told = parser.parse_args()
    if told.files:
        counts = read_counts(told.files, pathlib.PurePath(told.program).name)
    else:
        counts = run(told.program)
    if told.update:
        old = read_budgets()
        text = head() + ''.join(
            f'{name} {count} {old.get(name, (0, MARGIN))[1]:g}\n'
            for name, count in sorted(counts.items()))
        BUDGETS.write_text(text, encoding='utf-8')
        return 0
    passed = failed = skipped = 0
    for number, (name, good, text) in enumerate(
            judge(counts, read_budgets()), 1):
        if good is None:
            print(f'ok {number} - {name} # SKIP {text}')
            skipped += 1
        else:
            print(f'{"ok" if good else "not ok"} {number} - {name}: {text}')
            passed += good
            failed += not good
    print(f'1..{passed + failed + skipped}')
    print(f'{passed} passed, {failed} failed' +
        (f', {skipped} skipped' if skipped else ''))
    return 1 if failed or passed == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
