#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The benchmarks' scripts say what they are for: a run that got slower, a
target that was missed, an operation that takes more instructions."""
import json
import pathlib
import subprocess
import sys
import tempfile

import tap
import tree

BENCH = tree.ROOT / 'bench'


def row(name, median, peer=False, half=0.02):
    return {'kind': 'row', 'group': 'deal', 'name': name, 'median': median,
        'sure_low': median * (1 - half), 'sure_high': median * (1 + half),
        'peer': peer}


def write(folder, results):
    folder.mkdir()
    (folder / 'made.json').write_text(json.dumps({'results': results}))
    return folder


def call(script, *arguments):
    """A script's exit status and what it printed."""
    done = subprocess.run([sys.executable, BENCH / script, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def expect(answer, status, *texts):
    """What is not as it should be in an answer."""
    if answer[0] != status:
        yield f'status {answer[0]}, not {status}: {answer[1]}'
    for text in texts:
        if text not in answer[1]:
            yield f'"{text}" is not in: {answer[1]}'


def check_compare(tap_, folder):
    before = write(folder / 'before', [row('a', 100), row('b', 100),
        row('peer', 100, True)])
    same = write(folder / 'same', [row('a', 102), row('b', 99),
        row('peer', 101, True)])
    slower = write(folder / 'slower', [row('a', 112), row('b', 100),
        row('peer', 100, True)])
    faster = write(folder / 'faster', [row('a', 80), row('b', 100),
        row('peer', 100, True)])
    noisy = write(folder / 'noisy', [row('a', 112, half=0.3), row('b', 100),
        row('peer', 100, True)])
    drift = write(folder / 'drift', [row('a', 112), row('b', 112),
        row('peer', 112, True)])
    other = write(folder / 'other', [row('c', 100)])
    for name, run, status, texts in (
            ('the same', same, 0, ['0 slower, 0 faster, 2 the same']),
            ('a slowdown is told', slower, 1,
                ['slower by 12 % +- 3 %: made: deal: a', '1 slower']),
            ('a gain is told', faster, 0, ['faster by 20 %', '1 faster']),
            ('noise is no slowdown', noisy, 0, ['0 slower']),
            ('a slower machine is no slowdown', drift, 0, ['0 slower']),
            ('nothing in common', other, 2, ['no row'])):
        tap_.clean(f'compare: {name}',
            expect(call('compare.py', before, run), status, *texts))


def check_targets(tap_, folder):
    def speed(value):
        return {'kind': 'speed', 'group': 'split', 'name': 'fast',
            'speed': value, 'low': value - 0.1, 'high': value + 0.1,
            'at_least': 2}

    def ratio(value):
        return {'kind': 'ratio', 'group': 'split', 'name': 'near',
            'ratio': value, 'low': value - 0.1, 'high': value + 0.1,
            'at_most': 1}

    tap_.clean('targets: met', expect(call('targets.py',
        write(folder / 'met', [speed(3), ratio(0.5)])), 0, '2 met, 0 missed'))
    tap_.clean('targets: missed', expect(call('targets.py',
        write(folder / 'missed', [speed(1.5), ratio(1.05)])), 0,
        'at least 2: MISSED', 'at most 1: MISSED~', '0 met, 2 missed'))


def dump(name, cost):
    """What callgrind writes, in short: own costs, a call, and another object's.
    """
    return (f'desc: Trigger: Client Request: {name}\n'
        'ob=(1) /where/bench-counts\nfn=(1) deal\n'
        f'10 {cost - 5}\n+1 3\ncob=(2) /where/libsodium.so\ncfn=(2) hash\n'
        'calls=1 20\n* 1000000\n-1 2\n\nob=(2)\nfn=(2)\n20 1000000\n')


def check_counts(tap_, folder):
    """Against the budgets that are committed."""
    budgets = {}
    for line in (BENCH / 'budgets').read_text().splitlines():
        if not line.startswith('#'):
            name, count, margin = line.split()
            budgets[name] = int(count), float(margin)
    tap_.clean('counts: there are budgets',
        [] if len(budgets) > 20 else [f'{len(budgets)}'])
    first = sorted(name for name in budgets if not name.endswith('avx2'))[0]
    place_of = sorted(budgets).index(first) + 1
    above = 1 + (budgets[first][1] + 1) / 100
    for title, changed, status, text in (
            ('what is budgeted', {}, 0, f'{len(budgets)} passed, 0 failed'),
            ('more instructions', {first: above}, 1, f'not ok {place_of} - {first}'),
            ('less, which is to be written down', {first: 2 - above}, 1,
                f'not ok {place_of} - {first}'),
            ('an operation that was not counted', {first: None}, 1,
                'not counted')):
        place = pathlib.Path(tempfile.mkdtemp(dir=folder))
        for name, (count, _) in budgets.items():
            factor = changed.get(name, 1)
            if factor is not None:
                (place / name).write_text(dump(name, round(count * factor)))
        tap_.clean(f'counts: {title}', expect(call('counts.py',
            'bench-counts', *sorted(place.iterdir())), status, text))


def body(tap_):
    with tempfile.TemporaryDirectory() as folder:
        for check in (check_compare, check_targets, check_counts):
            place = pathlib.Path(folder) / check.__name__
            place.mkdir()
            check(tap_, place)


tap.main(body)
