#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The contracts in the headers: complete, and as clang reads them."""
import pathlib
import re
import shutil
import sys
import tempfile

import tap
import tree

WITHOUT_ERRORS = 'keyshare_error'
OPTIONS = ['-std=c11', '-fsyntax-only', '-Wdocumentation',
    '-Wdocumentation-unknown-command', '-fcomment-block-commands=secret',
    '-Werror']


def codes(text):
    """The codes of error.h."""
    return set(re.findall(r'^    (KEYSHARE_(?:OK|ERR_\w+)) = \d+', text, re.M))


def incomplete(functions, known):
    for function in functions:
        where = f'{function.header}: {function.name}: '
        if not function.comment:
            yield where + 'no description'
            continue
        if '@secret' not in function.comment:
            yield where + 'no @secret'
        for name in function.parameters:
            if name not in function.params:
                yield where + f'no @param {name}'
        if function.params != function.parameters:
            yield where + '@params in another order than the parameters'
        if function.result == WITHOUT_ERRORS:
            if function.retvals[:1] != ['KEYSHARE_OK']:
                yield where + '@retval KEYSHARE_OK is not the first'
            if len(function.retvals) < 2:
                yield where + 'no @retval but KEYSHARE_OK'
            if not function.nodiscard:
                yield where + 'its error may be ignored without a warning'
        elif function.result != 'void' and '@return' not in function.comment:
            yield where + 'no @return'
        for code in function.retvals:
            if code not in known:
                yield where + f'@retval {code}, which error.h does not have'
        if len(set(function.retvals)) != len(function.retvals):
            yield where + 'a @retval twice'


def crowded(header, text):
    """Two tags on a line; a tag's text stands in the description."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(re.findall(r'@(?:param|retval|return|secret)\b', line)) > 1:
            yield f'{header}:{number}: more than one tag'


def never_returned(known, functions, sources):
    """Codes that no contract or no source names."""
    named = {code for function in functions for code in function.retvals}
    used = set(re.findall(r'KEYSHARE_\w+', sources))
    for code in sorted(known - named):
        yield f'{code}: no function says that it returns it'
    for code in sorted(known - used):
        yield f'{code}: nothing in lib/ returns it'


PLANTED = '''
/** Short.
 *
 * @param[in] b  one
 *
 * @retval KEYSHARE_OK
 * @retval KEYSHARE_ERR_NEVER
 */
KEYSHARE_API keyshare_error keyshare_planted(int a);
'''


def body(tap_):
    includes = sys.argv[1:]
    functions = tree.public_functions()
    known = codes(tree.read('include/keyshare/error.h'))
    sources = '\n'.join(tree.strip_comments(tree.read(path))
        for path in tree.files('lib', endings=['.c', '.h'])
        if path.name != 'error.c')
    declared = sum(tree.strip_comments(tree.read(header)).count('KEYSHARE_API ')
        for header in tree.headers() if header.name != 'api.h')
    tap_.clean('every declaration is understood by this check',
        [] if len(functions) == declared and known
        else [f'{len(functions)} of {declared} functions'])
    tap_.clean('every public function has its whole contract',
        incomplete(functions, known))
    for what, sentence in (
            ('a missing @secret', 'no @secret'),
            ('a missing @param', 'no @param a'),
            ('an unknown code', 'KEYSHARE_ERR_NEVER, which'),
            ('an error that may be ignored', 'ignored')):
        tap_.catches(what, [text for text in incomplete(
            tree.functions('planted.h', PLANTED), known) if sentence in text])
    tap_.clean('one tag to a line', [text for header in tree.headers()
        for text in crowded(header, tree.read(header))])
    tap_.catches('two tags on a line',
        crowded('planted.h', ' * @param[in] a one @return it'))
    tap_.clean('every code is returned by something',
        never_returned(known, functions, sources))
    tap_.catches('a code that nothing returns',
        never_returned(known | {'KEYSHARE_ERR_NEVER'}, functions, sources))
    if not shutil.which('clang'):
        tap_.skip('-Wdocumentation', 'clang is not here')
        return
    include = ['-I' + path for path in includes]
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / 'docs.c'
        for header in tree.headers():
            name = re.sub(r'\.in$', '', str(header.relative_to('include')))
            source.write_text(f'#include <{name}>\n', encoding='utf-8')
            tap_.clean(f'clang reads the comments of {name}',
                tap.run('clang', *OPTIONS, *include, source))
        source.write_text('/** A.\n * @param[in] b  one\n * @secret none\n */\n'
            'void f(int a);\n', encoding='utf-8')
        tap_.catches('a @param of another name',
            tap.run('clang', *OPTIONS, *include, source))


tap.main(body)
