#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Which targets were met in a run, and which were missed.

    bench/targets.py DIR     DIR has the JSON of bench/run --json

A ratio is at most so much, a speed at least; each with its interval of 95 %.
Where the bound lies within the interval, another run may say otherwise: it is
marked ~.
"""
import json
import pathlib
import sys


def targets(folder):
    """(program, group, name, value, low, high, words, bound, met) of each."""
    for path in sorted(folder.glob('*.json')):
        for result in json.loads(path.read_text())['results']:
            if result['kind'] == 'ratio' and result['at_most'] > 0:
                value, bound = result['ratio'], result['at_most']
                yield (path.stem, result, value, 'at most', bound,
                    value <= bound)
            elif result['kind'] == 'speed' and result['at_least'] > 0:
                value, bound = result['speed'], result['at_least']
                yield (path.stem, result, value, 'at least', bound,
                    value >= bound)


def main():
    if len(sys.argv) != 2 or sys.argv[1] == '--help':
        print(__doc__.strip())
        return 0 if sys.argv[1:] == ['--help'] else 2
    met = missed = 0
    group = None
    print('== Targets')
    for program, result, value, words, bound, is_met in targets(
            pathlib.Path(sys.argv[1])):
        if group != (program, result['group']):
            group = program, result['group']
            print(f'-- {program}: {result["group"]}')
        near = '~' if result['low'] < bound < result['high'] else ' '
        print(f'{result["name"]:56} {value:7.3g} ({result["low"]:.3g} to '
            f'{result["high"]:.3g}), {words} {bound:.3g}: '
            f'{"met" if is_met else "MISSED"}{near}'.rstrip())
        met += is_met
        missed += not is_met
    print(f'{met} met, {missed} missed')
    return 0 if met + missed > 0 else 1


sys.exit(main())
