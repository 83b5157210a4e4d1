#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""libkeyshare as a Meson subproject: the library comes, and no more of it."""
import json
import pathlib
import shutil
import sys
import tempfile

import tap
import tree

HERE = pathlib.Path(__file__).resolve().parent / 'subproject'
PLACE = 'subprojects/libkeyshare'


def copy_tree(target):
    for path in tree.files():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tree.ROOT / path, target / path)


def unasked(targets):
    """Targets of ours that somebody who brings us along never asked for."""
    for target in targets:
        for folder in ('tests', 'examples', 'bench'):
            if f'{PLACE}/{folder}/' in target['defined_in']:
                yield f'{target["name"]} of {folder}/ is built'


def body(tap_):
    meson = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        project = pathlib.Path(name) / 'project'
        build = pathlib.Path(name) / 'build'
        shutil.copytree(HERE, project)
        copy_tree(project / PLACE)
        problem = tap.run(*meson, 'setup', '--wrap-mode=nodownload', build,
            project)
        tap_.clean('it configures', problem)
        if problem:
            return
        targets = json.loads(tap.output(*meson, 'introspect', '--targets',
            build))
        tap_.clean('it brings the library',
            [] if any(target['name'] == 'keyshare' for target in targets)
            else ['there is no target "keyshare"'])
        tap_.clean('it brings neither tests nor examples', unasked(targets))
        tap_.catches('a test of ours', unasked([{'name': 'test-base-tlv',
            'defined_in': f'/somewhere/{PLACE}/tests/meson.build'}]))
        tap_.clean('it builds without a warning, and runs',
            tap.run(*meson, 'test', '-C', build))


tap.main(body)
