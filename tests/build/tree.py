# SPDX-License-Identifier: ISC
"""The tree as the checks see it: its files, and what the headers declare."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ['include', 'lib', 'examples', 'tests', 'bench', '.ci', '.github']


def is_build(folder):
    return (folder / 'meson-private').is_dir()


def walk(folder):
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name != '__pycache__' and not is_build(path):
                yield from walk(path)
        else:
            yield path


def files(*folders, endings=()):
    """The tree's files below the folders (all of them if none is given, with
    those at the top), as paths from the root."""
    found = []
    for name in folders or FOLDERS:
        if (ROOT / name).is_dir():
            found += walk(ROOT / name)
    if not folders:
        found += [path for path in sorted(ROOT.iterdir())
            if path.is_file() and path.name != '.git']
    return [path.relative_to(ROOT) for path in found
        if not endings or path.name.endswith(tuple(endings))]


def read(path):
    return (ROOT / path).read_text(encoding='utf-8')


def headers():
    """The public headers; version.h by the file that it is made from."""
    return files('include', endings=['.h', '.h.in'])


def strip_comments(text):
    """C without comments; the lines stay the same."""
    return re.sub(r'/\*.*?\*/', lambda found: '\n' * found[0].count('\n'),
        text, flags=re.S)


class Function:
    """A public function as its header declares it."""

    def __init__(self, header, comment, marks, result, name, parameters):
        self.header = header
        self.comment = comment
        self.nodiscard = 'KEYSHARE_NODISCARD' in marks
        self.result = ' '.join(result.split())
        self.name = name
        self.parameters = [re.search(r'(\w+)(?:\[\w*\])?$', part.strip())[1]
            for part in parameters.split(',') if part.strip() != 'void']
        self.retvals = re.findall(r'@retval\s+(\w+)', comment)
        self.params = re.findall(r'@param\[[\w,]+\]\s+(\w+)', comment)


DECLARATION = re.compile(
    r'(?:/\*\*(?P<comment>(?:(?!\*/).)*)\*/\s*)?'
    r'KEYSHARE_API\s+(?P<marks>(?:KEYSHARE_[A-Z]+\s+)*)'
    r'(?P<result>[\w\s*]*?)(?P<name>keyshare_\w+)\((?P<parameters>[^)]*)\);',
    re.S)


def functions(header, text):
    return [Function(header, found['comment'] or '', found['marks'],
        found['result'], found['name'], found['parameters'])
        for found in DECLARATION.finditer(text)]


def public_functions():
    return [function for header in headers()
        if header.name not in ('api.h',)
        for function in functions(header, read(header))]
