#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Draw a run, by gnuplot, as SVG.

    bench/plot.py JSON PLOTS

JSON is the directory that bench/run --json writes. In PLOTS come
throughput-split and throughput-combine (by size), latency-split and
latency-combine (by M), ratios (how many times as fast as each peer), targets,
and scaling-m and scaling-n, each where its rows were measured.
"""
import json
import pathlib
import re
import subprocess
import sys

GROUP = re.compile(r'(split|combine) (\d+)-of-(\d+), (\d+) (bytes|KiB|MiB)')
UNITS = {'bytes': 1, 'KiB': 1 << 10, 'MiB': 1 << 20}
FIRST = 'libkeyshare, '

# Line colours that people who see few colours can tell apart (Okabe and Ito).
COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00',
    '#000000', '#999999', '#882255', '#332288', '#44aa99', '#aa4499',
    '#117733', '#661100']


def load(folder):
    found = []
    for path in sorted(folder.glob('*.json')):
        whole = json.loads(path.read_text())
        found += [dict(result, program=path.stem)
            for result in whole['results']]
    return found


def raw_rows(results):
    """Rows of raw sharing, with operation, m, n and len."""
    for result in results:
        found = GROUP.fullmatch(result['group'])
        if result['kind'] == 'row' and found:
            yield dict(result, operation=found[1], m=int(found[2]),
                n=int(found[3]), len=int(found[4]) * UNITS[found[5]])


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def gnuplot(path, lines, size='960,600'):
    """Run gnuplot; what it writes has tabs and spaces at ends of lines."""
    script = '\n'.join([
        f'set terminal svg size {size} dynamic noenhanced font "Helvetica,13" '
        'background "#ffffff"',
        'set grid linecolor "#dddddd"', 'set border 3', 'set tics nomirror',
        'set key outside right top vertical Left reverse samplen 2 width -9']
        + lines)
    svg = subprocess.run(['gnuplot'], input=script, capture_output=True,
        text=True, check=True)
    if not svg.stdout.startswith('<?xml'):
        raise SystemExit(f'plot: {path}: gnuplot: {svg.stderr}')
    text = '\n'.join(line.expandtabs(1).rstrip()
        for line in svg.stdout.splitlines() if line.strip()) + '\n'
    path.write_text(text)
    print(path)


def block(name, points):
    return [f'${name} << EOD'] + [' '.join(f'{part:g}' for part in point)
        for point in points] + ['EOD']


def curves(path, title, x_label, y_label, series, extra):
    """series: names to lists of points, on logarithmic axes."""
    names = [name for name in series if series[name]]
    if not names:
        return
    at = [point[0] for name in names for point in series[name]]
    lines = [f'set title {quoted(title)}', f'set xlabel {quoted(x_label)}',
        f'set ylabel {quoted(y_label)}', 'set logscale xy',
        f'set xrange [{min(at) * 0.8:g}:{max(at) * 1.25:g}]'] + extra
    plots = []
    for i, name in enumerate(names):
        lines += block(f'data{i}', sorted(series[name]))
        ours = name.startswith('libkeyshare')
        plots.append(f'$data{i} with linespoints linewidth {3 if ours else 1.2}'
            f' pointtype {i % 13 + 1} pointsize 0.7'
            f' linecolor "{COLOURS[i % len(COLOURS)]}"'
            f' dashtype {2 if name.startswith("limit") else 1}'
            f' title {quoted(name)}')
    gnuplot(path, lines + ['plot ' + ', '.join(plots)])


def by_name(rows, point):
    series = {}
    for row in rows:
        series.setdefault(row['name'], []).append(point(row))
    return series


def throughput(rows, operation, folder):
    mine = [row for row in rows if row['operation'] == operation and
        (row['m'], row['n']) == (5, 7) and row['len'] >= 4096 and
        not row['name'].endswith(('arithmetic, gfni128',
            'arithmetic, gfni256'))]
    ticks = ', '.join(f'"{text}" {size}' for text, size in (('4 KiB', 4096),
        ('32 KiB', 32768), ('1 MiB', 1 << 20), ('64 MiB', 64 << 20)))
    curves(folder / f'throughput-{operation}.svg',
        f'{operation} 5-of-7: throughput by size', 'length of the secret',
        'MB/s of secret', by_name(mine,
            lambda row: (row['len'], 1e3 * row['len'] / row['median'])),
        [f'set xtics ({ticks})', 'set format y "%.10g"'])


def latency(rows, operation, folder):
    mine = [row for row in rows if row['operation'] == operation and
        row['len'] == 32 and "'s arithmetic" not in row['name']]
    policies = sorted({(row['m'], row['n']) for row in mine})
    place = {policy: 2 ** i for i, policy in enumerate(policies)}
    ticks = ', '.join(f'"{m}-of-{n}" {place[m, n]}' for m, n in policies)
    curves(folder / f'latency-{operation}.svg',
        f'{operation} 32 bytes: time by threshold', 'policy', 'microseconds',
        by_name(mine, lambda row: (place[row['m'], row['n']],
            row['median'] / 1e3)),
        [f'set xtics ({ticks})', 'set format y "%.10g"'])


def bars(path, title, x_label, labels, values, intervals, marks=None):
    """Horizontal bars on a logarithmic axis, the first at the top."""
    count = len(labels)
    lines = block('bars', [(low, value, high, count - 1 - i) for i, (value,
        (low, high)) in enumerate(zip(values, intervals))])
    plots = ['$bars using (0.5*($1*0+1)):4:(1):2:($4-0.33):($4+0.33) with '
        'boxxyerrorbars linecolor "#0072b2" fillstyle solid 0.6 notitle',
        '$bars using 2:4:1:3 with xerrorbars linecolor "#000000" pointtype 0 '
        'notitle']
    if marks:
        lines += block('marks', [(mark, count - 1 - i - 0.33, count - 1 - i
            + 0.33) for i, mark in enumerate(marks)])
        plots.append('$marks using 1:2:(0):($3-$2) with vectors nohead '
            'linewidth 3 linecolor "#d55e00" title "target"')
    ticks = ', '.join(f'{quoted(label)} {count - 1 - i}'
        for i, label in enumerate(labels))
    lowest = min([low for low, _ in intervals] + (marks or []) + [1])
    highest = max([high for _, high in intervals] + (marks or []) + [1])
    lines += [f'set title {quoted(title)}', f'set xlabel {quoted(x_label)}',
        'set logscale x', f'set ytics ({ticks})',
        f'set yrange [-0.7:{count - 0.3}]',
        f'set xrange [{lowest * 0.7:g}:{highest * 1.4:g}]',
        'set format x "%.10g"', 'set key inside right bottom width 0',
        'set arrow from 1, graph 0 to 1, graph 1 nohead '
        'linecolor "#000000" dashtype 2']
    gnuplot(path, lines + ['plot ' + ', '.join(plots)],
        size=f'900,{110 + 24 * count}')


def ratios(rows, folder):
    """The first back end beside every peer, 32 bytes and 32 KiB."""
    labels, values, intervals = [], [], []
    groups = {}
    for row in rows:
        if (row['m'], row['n']) == (5, 7) and row['len'] in (32, 32768):
            groups.setdefault((row['operation'], row['len']), []).append(row)
    for (operation, size), group in sorted(groups.items()):
        ours = next((row for row in group if row['name'].startswith(FIRST)),
            None)
        for row in group:
            if ours is None or not row['peer'] or \
                    row['name'].startswith('limit'):
                continue
            text = '32 bytes' if size == 32 else '32 KiB'
            labels.append(f'{operation} {text}: {row["name"]}')
            values.append(row['median'] / ours['median'])
            intervals.append((row['sure_low'] / ours['sure_high'],
                row['sure_high'] / ours['sure_low']))
    if labels:
        bars(folder / 'ratios.svg', '5-of-7: how many times as fast as a peer',
            'time of the peer / time of libkeyshare', labels, values, intervals)


def target_bars(results, folder):
    labels, values, intervals, marks = [], [], [], []
    for result in results:
        if result['kind'] == 'speed' and result['at_least'] > 0:
            labels.append(f'{result["name"]}, '
                f'{result["group"].split(", ")[1]}')
            values.append(result['speed'])
            intervals.append((result['low'], result['high']))
            marks.append(result['at_least'])
    if labels:
        bars(folder / 'targets.svg', 'Targets: how many times as fast',
            'times', labels, values, intervals, marks)


POINT = re.compile(r'(.+), (\d+)-of-(\d+)')


def scaling(results, letter, folder):
    """Times by M or N, and the exponents that were fitted."""
    series, fitted = {}, {}
    for result in results:
        if not result['group'].startswith(f'growth with {letter}'):
            continue
        found = POINT.fullmatch(result['name'])
        if result['kind'] == 'growth':
            fitted[result['name']] = result
        elif result['kind'] == 'row' and found:
            size = int(found[2] if letter == 'M' else found[3])
            series.setdefault(found[1], []).append(
                (size, result['median'] / 1e3))
    named = {f'{name}: exponent {fitted[name]["measured"]:.2f}, '
        f'theory {fitted[name]["theory"]:.2f}': points
        for name, points in series.items() if name in fitted}
    sizes = sorted({size for points in named.values() for size, _ in points})
    other = 'N = 64' if letter == 'M' else 'M = 5'
    curves(folder / f'scaling-{letter.lower()}.svg',
        f'Growth with {letter}, at {other}', letter, 'microseconds', named,
        [f'set xtics ({", ".join(str(size) for size in sizes)})',
            'set format y "%.10g"', 'set key outside below center '
            'vertical maxcols 1'])


def main():
    if len(sys.argv) != 3:
        print(__doc__.strip())
        return 0 if sys.argv[1:] == ['--help'] else 2
    results = load(pathlib.Path(sys.argv[1]))
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(raw_rows(results))
    for operation in ('split', 'combine'):
        throughput(rows, operation, folder)
        latency(rows, operation, folder)
    ratios(rows, folder)
    target_bars(results, folder)
    for letter in 'MN':
        scaling(results, letter, folder)
    return 0


sys.exit(main())
