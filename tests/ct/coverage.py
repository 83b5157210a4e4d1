#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Every function that is given secrets is called with poisoned ones.

A header says in a function's comment what is secret to it, in a line with
@secret. A function of which that is anything but `none` must be called by a
program of tests/ct. Where a comment stands before several declarations, it
speaks of all of them. Members of a struct of functions count as functions.
"""
import re

import tap
import tree

COMMENT = re.compile(r'/\*\*((?:(?!\*/).)*)\*/((?:(?!/\*\*).)*)', re.S)
DECLARED = re.compile(r'(?:\(\*(\w+)\)|\b(keyshare_\w+))\s*\(')

# What need not be called, and why.
EXCEPTIONS = {}


def secret_functions(text):
    """The functions of a header that are given secrets."""
    for comment, declarations in COMMENT.findall(text):
        said = re.search(r'@secret\s+(?:\*\s+)?(\w+)', comment)
        if said is None or said[1] == 'none':
            continue
        # An inline function's body calls others.
        declarations = re.sub(r'\n\{.*?\n\}', ';', declarations, flags=re.S)
        for member, function in DECLARED.findall(declarations):
            yield member or function


def uncalled(names, programs):
    for name in names:
        call = (r'\b' if name.startswith('keyshare_') else r'(?:->|\.)') + name
        # Handed over whole, to be called: (name) or (x.name).
        if not re.search(call + r'(?:\s*\(|\))', programs) and \
                name not in EXCEPTIONS:
            yield name


def body(tap_):
    programs = '\n'.join(tree.strip_comments(tree.read(path))
        for path in tree.files('tests/ct', endings=['.c'])
        if path.name not in ('canary.c', 'declassify.c', 'poison.c'))
    # A name in a string is no call.
    programs = re.sub(r'"[^"\n]*"', '""', programs)
    total = 0
    for header in tree.files('include', 'lib', endings=['.h']):
        names = list(secret_functions(tree.read(header)))
        total += len(names)
        if names:
            tap_.clean(f'{header}: {len(names)}', [
                f'{header}: {name}: no program of tests/ct calls it'
                for name in uncalled(names, programs)])
    tap_.clean('there are such functions', [] if total > 40 else [str(total)])
    planted = '/** Does. @secret bytes */\nvoid keyshare_planted(int bytes);\n'
    tap_.catches('one that is not called',
        uncalled(secret_functions(planted), programs))
    tap_.catches('a member that is not called', uncalled(secret_functions(
        '/** Does.\n * @secret y, x */\nvoid (*planted)(int y);\n'), programs))


tap.main(body)
