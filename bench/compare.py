#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Compare a run with one that was saved: what got slower, and how surely.

    bench/compare.py [--bound PERCENT] BASELINE RUN

Both are directories of JSON as bench/run --json writes it. A row's change is
the ratio of its medians; what is behind +- comes from both confidence
intervals, as if errors were independent. A row is slower (faster) where the
change is beyond its +- and more than the bound, 5 % if not told. Rows of peers
and limits do not change with the library: the median of their changes is the
machine's own, which is taken off the others.

The exit status is 1 if any row is slower, 2 if there is nothing to compare.
"""
import argparse
import json
import math
import pathlib
import sys


def rows(folder):
    found = {}
    for path in sorted(pathlib.Path(folder).glob('*.json')):
        for result in json.loads(path.read_text())['results']:
            if result['kind'] == 'row':
                key = path.stem, result['group'], result['name']
                found[key] = result
    return found


def half_width(row):
    """Of the interval of the median's logarithm."""
    return math.log(row['sure_high'] / row['sure_low']) / 2


def changes(before, after):
    """(key, logarithm of the ratio, its half width, whether it is a peer's)"""
    for key, row in after.items():
        if key in before:
            old = before[key]
            yield (key, math.log(row['median'] / old['median']),
                math.hypot(half_width(row), half_width(old)), row['peer'])


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    if len(values) % 2 == 1:
        return values[middle]
    return (values[middle - 1] + values[middle]) / 2


def percent(logarithm):
    return 100 * math.expm1(logarithm)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--bound', type=float, default=5, metavar='PERCENT')
    parser.add_argument('baseline')
    parser.add_argument('run')
    told = parser.parse_args()
    before, after = rows(told.baseline), rows(told.run)
    found = list(changes(before, after))
    if not found:
        print('compare: no row is in both', file=sys.stderr)
        return 2
    peers = [change for _, change, _, peer in found if peer]
    drift = median(peers) if peers else 0
    print(f'{len(peers)} rows of peers and limits: {percent(drift):+.1f} %, '
        'which is taken off')
    slower = faster = same = 0
    for (program, group, name), change, width, peer in found:
        change -= drift
        if peer:
            continue
        if abs(change) <= max(width, math.log1p(told.bound / 100)):
            same += 1
            continue
        slower += change > 0
        faster += change < 0
        word = 'slower' if change > 0 else 'faster'
        print(f'{word} by {abs(percent(change)):.0f} % '
            f'+- {percent(width):.0f} %: {program}: {group}: {name}')
    for key in sorted(before.keys() - after.keys()):
        print('not measured any more: ' + ': '.join(key))
    print(f'{slower} slower, {faster} faster, {same} the same '
        f'(within {told.bound:g} %, or not sure)')
    return 1 if slower else 0


sys.exit(main())
