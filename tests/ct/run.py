#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Run a program with poisoned secrets under valgrind; say in TAP how it went.

run.py VALGRIND PROGRAM           its cases, and that it came to its end
run.py VALGRIND CANARY --canary   each canary must be caught, as what it is

A program is believed only if its own last line appeared, valgrind's status is
that of no error, and valgrind said nothing: it dies early, and quietly, where
it cannot read what a compiler wrote.
"""
import re
import subprocess
import sys

# A status that no program here ends with.
FOUND = 99
ONE = re.compile(r'==\d+== ')

# What each canary is caught by: valgrind's words, or the program's.
ADDRESS = 'Use of uninitialised value'
BRANCH = 'Conditional jump or move depends on uninitialised value'
CANARIES = {
    'secret_index': ADDRESS,
    'secret_bound': BRANCH,
    'secret_pointer': ADDRESS,
    'secret_masked_pointer': ADDRESS,
    'early_exit': BRANCH,
    'unrevealed': BRANCH,
    'unrevealed_sum': BRANCH,
    'unrevealed_borrow': BRANCH,
    'unknown_reason': '# not so: the reason of a reveal stands in the list',
    'lost_poison': '# no longer secret: a constant',
    'early_end': None,
}


class Run:
    """How a program went under valgrind."""

    def __init__(self, valgrind, program, *arguments):
        done = subprocess.run([valgrind, '--quiet', '--error-limit=no',
            f'--error-exitcode={FOUND}', program, *arguments], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, check=False)
        self.status = done.returncode
        self.said = done.stdout.splitlines()
        self.complaints = done.stderr.splitlines()
        name = re.sub(r'.*-ct-', '', program)
        self.ended = self.said[-1:] == [f'# {name} came to its end']

    def clean(self):
        return self.status == 0 and self.ended and not self.complaints

    def found(self, words, function):
        """Whether valgrind's report of that kind, at that function."""
        lines = [ONE.sub('', line).strip() for line in self.complaints]
        for number, line in enumerate(lines[:-1]):
            if line.startswith(words) and re.match(
                    r'at 0x\w+: ' + function + r'\b', lines[number + 1]):
                return self.status == FOUND and self.ended
        return False


def comment(lines):
    for line in lines:
        print('#', line)


def programs_cases(run):
    """The program's own cases, and one more: that all of it is so."""
    cases = 0
    for line in run.said:
        cases += bool(re.match(r'(not )?ok \d', line))
        print(line)
    if not run.clean():
        comment(run.complaints[:200])
        comment([f'status {run.status}; '
            + ('ended' if run.ended else 'did not come to its end')])
    print(f'{"ok" if run.clean() else "not ok"} {cases + 1} - '
        'valgrind ran it to its end and found nothing')
    print(f'1..{cases + 1}')
    return run.clean() and cases > 0


def is_caught(name, words, run):
    if words is None:
        return run.status == 0 and not run.complaints and not run.ended
    if words.startswith('#'):
        return run.status == 1 and run.ended and words in run.said
    return run.found(words, name)


def canaries_cases(valgrind, program):
    good = True
    for number, (name, words) in enumerate(CANARIES.items(), 1):
        run = Run(valgrind, program, name)
        caught = is_caught(name, words, run) and not run.clean()
        good &= caught
        if not caught:
            comment(run.said + run.complaints + [f'status {run.status}'])
        print(f'{"ok" if caught else "not ok"} {number} - catches {name}')
    alone = subprocess.run([program, 'secret_index'], check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    print(f'{"ok" if alone == 77 else "not ok"} {len(CANARIES) + 1} - '
        'a program refuses to run without valgrind')
    print(f'1..{len(CANARIES) + 1}')
    return good and alone == 77


def main():
    if len(sys.argv) == 4 and sys.argv[3] == '--canary':
        return canaries_cases(*sys.argv[1:3])
    return programs_cases(Run(*sys.argv[1:3]))


sys.exit(0 if main() else 1)
