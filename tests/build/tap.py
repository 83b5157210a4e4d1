# SPDX-License-Identifier: ISC
"""What the checks of the tree have in common: how they answer.

A check is a function that gives findings, a sentence each. It passes if there
are none. Each check is also shown something that it must object to, so that
one that has gone blind fails.
"""
import os
import subprocess
import sys
import traceback


class Tap:
    def __init__(self):
        self.cases = 0
        self.failed = 0

    def _say(self, good, name, notes=()):
        self.cases += 1
        self.failed += not good
        print(f'{"ok" if good else "not ok"} {self.cases} - {name}')
        for note in notes:
            for line in str(note).splitlines():
                print('#', line)

    def clean(self, name, findings):
        """A case that passes if nothing was found."""
        findings = list(findings)
        self._say(not findings, name, findings)

    def catches(self, name, findings):
        """A case that passes if the planted fault was found."""
        self._say(bool(list(findings)), 'catches ' + name)

    def skip(self, name, reason):
        self.cases += 1
        print(f'ok {self.cases} - {name} # SKIP {reason}')

    def end(self):
        print(f'1..{self.cases}')
        sys.exit(1 if self.failed else 0)


def main(body):
    """Run BODY(tap), and end as it went."""
    tap = Tap()
    try:
        body(tap)
    except Exception:
        tap.clean('the check itself runs', [traceback.format_exc()])
    tap.end()


def run(*command, **options):
    """Run a command; give its output where it fails, as the one finding."""
    environment = dict(os.environ, LC_ALL='C', **options.pop('environment', {}))
    done = subprocess.run([str(word) for word in command], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=environment, check=False, **options)
    if done.returncode == 0:
        return []
    return [f'{" ".join(map(str, command))}: status {done.returncode}\n'
        + done.stdout[-4000:]]


def output(*command):
    """What a command prints; that it fails is an exception."""
    return subprocess.run([str(word) for word in command], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True,
        env=dict(os.environ, LC_ALL='C')).stdout
