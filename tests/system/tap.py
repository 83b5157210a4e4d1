# SPDX-License-Identifier: ISC
"""A test program in Python that speaks TAP: functions named test_*, in order.

A test fails by an exception; skip("why") skips it. Each gets a directory of
its own, in which it runs and which is removed behind it.
"""
import inspect
import os
import shutil
import sys
import tempfile
import traceback


class Skip(Exception):
    pass


def skip(why):
    raise Skip(why)


def same(got, expected, what=""):
    if got != expected:
        raise AssertionError(f"{what}: got {got!r}, expected {expected!r}")


def has(text, part, what=""):
    if part not in text:
        raise AssertionError(f"{what}: {part!r} is not in {text!r}")


def run_tests(module):
    tests = [(name, function) for name, function in vars(module).items()
             if name.startswith("test_") and inspect.isfunction(function)]
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        home = tempfile.mkdtemp(prefix="keyshare-test-")
        os.chdir(home)
        title = f"{number} {name.removeprefix('test_')}"
        try:
            function()
            print(f"ok {title}")
        except Skip as why:
            print(f"ok {title} # SKIP {why}")
        except Exception:
            failed += 1
            print(f"not ok {title}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
        finally:
            os.chdir("/")
            shutil.rmtree(home, ignore_errors=True)
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
