#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Count the test cases of a run of `meson test`; the last line is the sum.

Each line of TAP is a case (Check's tests, for one), and so is a program that
does not speak TAP. The cases stand in Meson's JUnit log. How each program
ended stands in its JSON log alone: a crash behind the last line of TAP, a
timeout, and a test that should have failed are no failures to the former.
"""
import argparse
import json
import pathlib
import re
import sys
import xml.etree.ElementTree

BAD = {'FAIL', 'TIMEOUT', 'INTERRUPT', 'UNEXPECTEDPASS', 'ERROR'}

# Lines shown below a failed case; the rest is in Meson's log.
MOST_REMARKS = 30


class Sum:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def line(self):
        text = f'{self.passed} passed, {len(self.failed)} failed'
        return text + (f', {len(self.skipped)} skipped' if self.skipped else '')


def cases_by_test(junit):
    """The cases of each test: a suite of its own where it spoke TAP."""
    found = {}
    for suite in xml.etree.ElementTree.parse(junit).getroot().iter('testsuite'):
        name = suite.get('name')
        for case in suite.iter('testcase'):
            test = name.split('.', 1)[1] if '.' in name else case.get('name')
            found.setdefault(test, []).append(case)
    return found


def first_line(*texts):
    for text in texts:
        for line in (text or '').splitlines():
            if line.strip():
                return line.strip()
    return 'no reason given'


def remarks(stdout):
    """What TAP says below each failed case, by the case's number."""
    found, number = {}, None
    for line in (stdout or '').splitlines():
        begins = re.match(r'not ok (\d+)', line)
        if begins:
            number = begins[1]
        elif number and line.startswith('#'):
            found.setdefault(number, []).append('    ' + line)
        else:
            number = None
    return found


def count(total, test, cases):
    """Add one test's cases to the sum."""
    name, result = test['name'], test['result']
    if result == 'EXPECTEDFAIL':
        total.passed += 1
        return
    before = len(total.failed)
    below = remarks(test.get('stdout'))
    for case in cases:
        label = name
        if case.get('name') != name:
            label += ': ' + case.get('name')
        reason = case.findtext('system-out')
        if case.find('failure') is not None or case.find('error') is not None:
            said = below.get(case.get('name').split()[0], [])
            total.failed.append('\n'.join([label, *said[:MOST_REMARKS]]))
        elif case.find('skipped') is not None or result == 'SKIP':
            total.skipped.append(
                f'{label}: {first_line(reason, test.get("stderr"))}')
        elif result not in BAD or case.get('name') != name:
            total.passed += 1
    if result in BAD and len(total.failed) == before:
        total.failed.append(f'{name}: {result.lower()}')
    if result == 'SKIP' and not cases:
        total.skipped.append(f'{name}: {first_line(test.get("stdout"))}')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--setup', help='the name of the test setup')
    parser.add_argument('--status', type=int, default=0,
        help='how `meson test` ended; what it says must agree')
    parser.add_argument('build', type=pathlib.Path)
    options = parser.parse_args()
    log = options.build / 'meson-logs' / (
        'testlog-' + options.setup if options.setup else 'testlog')
    total = Sum()
    try:
        cases = cases_by_test(f'{log}.junit.xml')
        with open(f'{log}.json', encoding='utf-8') as file:
            for line in file:
                test = json.loads(line)
                count(total, test, cases.get(test['name'], []))
    except (OSError, ValueError, xml.etree.ElementTree.ParseError) as error:
        total.failed.append(f'the logs of this run: {error}')
    if options.status != 0 and not total.failed:
        total.failed.append(f'meson test ended with status {options.status}')
    for text in total.skipped:
        print('skipped:', text)
    for text in total.failed:
        print('FAILED:', text)
    print(total.line())
    sys.exit(1 if total.failed or total.passed == 0 else 0)


if __name__ == '__main__':
    main()
