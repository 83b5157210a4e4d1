# SPDX-License-Identifier: ISC
"""keyshare split and combine that break: killed, interrupted, failing at every
step, a full disk; files that change meanwhile; and the line that tells how far
it is."""
import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

import tap
from keyshare import COMMAND, read, run, write
from steps import STEPS, stepped
from tap import has, same, skip

SECRET = bytes(range(256)) * 4097  # two pieces, the second one short
LARGE = bytes(range(256)) * 8000
SPLIT = ("split", "--threshold", "2", "--count", "3", "--out", "new")
NUMBER = ("--prime", "p256")
SHARES = [f"shares/secret.{x:03}" for x in (1, 2, 3)]
SUFFIX = re.compile(r"\.[0-9]{3}$")


def prepare(content=SECRET, *more):
    write("secret", content)
    run("split", "--threshold", "2", "--count", "3", "--out", "shares", *more,
        "secret")


def ways():
    """Each way to run: its words, and the content of the secret."""
    number = b"%064x\n" % 77
    return [((*SPLIT, "secret"), SECRET, ()),
            ((*SPLIT, "--format", "trailing-x", "secret"), SECRET,
             ("--format", "trailing-x")),
            ((*SPLIT, *NUMBER, "secret"), number, NUMBER),
            (("combine", "--out", "new", *SHARES[:2]), SECRET, ()),
            (("combine", "--out", "new", "--format", "trailing-x",
              *SHARES[:2]), SECRET, ("--format", "trailing-x")),
            (("combine", "--out", "new", *NUMBER, *SHARES[:2]), number,
             NUMBER)]


def new_names():
    return sorted(name for name in os.listdir(".") if name.startswith("new"))


def clear():
    for name in new_names():
        if os.path.isdir(name):
            shutil.rmtree(name)
        else:
            os.remove(name)


def whole(words, content, more):
    """Whether "new" is there; then it is all that it should be."""
    if not os.path.exists("new"):
        return False
    if words[0] == "combine":
        same(read("new"), content)
    else:
        same(sorted(os.listdir("new")),
             [f"secret.{x:03}" for x in (1, 2, 3)])
        for x in (1, 2):
            paths = [f"new/secret.{x:03}", f"new/secret.{x + 1:03}"]
            same(run("combine", *more, "--out", "-", *paths).bytes, content)
    same(new_names(), ["new"])
    return True


def at_every_step(what, check):
    """WHAT at each step of each way, until there are no more steps."""
    if STEPS is None:
        skip("steps cannot be counted here")
    for words, content, more in ways():
        prepare(content, *more)
        before = {path: read(path) for path in ["secret", *SHARES]}
        step = 1
        while True:
            answer = stepped(step, what, *words)
            same({path: read(path) for path in before}, before, "what it read")
            if answer.status == 0:
                break
            check(answer, words, content, more)
            clear()
            step += 1
        assert whole(words, content, more)
        assert step > 8, f"there are steps: {step}"
        clear()
        shutil.rmtree("shares")


def test_killed_at_every_step():
    """Nothing that is called like a share or a secret is not one."""
    def check(answer, words, content, more):
        same(answer.status, -signal.SIGKILL, answer.err)
        if whole(words, content, more) or not new_names():
            return
        same(new_names(), ["new.partial"])
        if words[0] == "split":
            named = [name for name in os.listdir("new.partial")
                     if SUFFIX.search(name)]
            same({os.path.getsize(f"new.partial/{name}") for name in named} -
                 {len(content), len(content) + 1}, set(), "whole")
        has(run(*words, status=2).err, "left behind")

    at_every_step("kill", check)


def test_interrupted_at_every_step():
    """It ends by the signal, and nothing is there or all of it."""
    def check(answer, words, content, more):
        same(answer.status, -signal.SIGTERM, answer.err)
        if not whole(words, content, more):
            same(new_names(), [], answer.err)

    at_every_step("term", check)


def test_failing_at_every_step():
    def check(answer, words, content, more):
        same(answer.status, 3, answer.err)
        has(answer.err, "Input/output error")
        if new_names() and words[0] == "split":
            has(answer.err, "may not survive a crash")
            assert whole(words, content, more)
        else:
            same(new_names(), [], answer.err)

    at_every_step("fail", check)


# ---- Disks ----

def limit_files(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def as_user():
    """Root writes everywhere: become nobody where the test runs as root."""
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def test_files_that_may_not_grow():
    for words, content, more in ways():
        prepare(content, *more)
        for size in (0, 1, len(content) // 2, len(content) - 1):
            answer = run(*words, before=limit_files(size), status=3)
            has(answer.err, "File too large")
            same(new_names(), [], f"limit {size}")
        shutil.rmtree("shares")


def test_unwritable():
    os.mkdir("closed", 0o555)
    os.chmod(".", 0o755)
    prepare()
    for path in ("secret", *SHARES):
        os.chmod(path, 0o644)
    os.chmod("shares", 0o755)
    for words in (("split", "--threshold", "2", "--count", "3", "--out",
                   "closed/new", "secret"),
                  ("combine", "--out", "closed/new", *SHARES)):
        has(run(*words, before=as_user, status=3).err, "closed/new")
        same(os.listdir("closed"), [])


def test_a_full_disk():
    """One of 1 MiB, where such a one can be mounted."""
    if os.getuid() != 0:
        skip("only root can mount a small disk")
    os.mkdir("small")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none",
                       "small"], check=False,
                      capture_output=True).returncode != 0:
        skip("a small disk cannot be mounted here")
    try:
        prepare(SECRET[:800000])
        for words in (("split", "--threshold", "2", "--count", "3", "--out",
                       "small/new", "secret"),
                      ("combine", "--out", "small/new", *SHARES)):
            answer = run(*words, status=3 if words[0] == "split" else 0)
            if words[0] == "split":
                has(answer.err, "No space left on device")
                same(os.listdir("small"), [])
        os.rename("shares", "small-shares")
        os.remove("small/new")
        prepare(LARGE)
        answer = run("combine", "--out", "small/new", *SHARES, status=3)
        has(answer.err, "No space left on device")
        same(os.listdir("small"), [])
    finally:
        subprocess.run(["umount", "small"], check=True)


# ---- Meanwhile ----

def stopped(step, *words, stderr=subprocess.PIPE):
    """Start the command, and wait until it has stopped before a step."""
    if STEPS is None:
        skip("steps cannot be counted here")
    env = dict(os.environ, LD_PRELOAD=STEPS, KEYSHARE_STEP=str(step),
               KEYSHARE_STEP_DO="stop", KEYSHARE_STEP_READS="1")
    process = subprocess.Popen([COMMAND, *words], env=env,
                               stdout=subprocess.PIPE, stderr=stderr)
    state = os.waitid(os.P_PID, process.pid,
                      os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    same(state.si_code, os.CLD_STOPPED)
    return process


def go_on(process):
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=60)
    return process.returncode, out.decode(), (err or b"").decode()


def test_shares_that_change_while_they_are_read():
    """The last byte was read first: it must be what it was, and the last."""
    form = ("--format", "trailing-x")
    prepare(b"secret", *form)
    good = read(SHARES[1])
    for changed in (good + b"\2", good[:-1] + b"\3", good[:-1], good[:3], b""):
        write(SHARES[1], good)
        # Step 1 creates the file that the secret goes to.
        process = stopped(1, "combine", *form, "--out", "new", *SHARES[:2])
        write(SHARES[1], changed)
        status, _, err = go_on(process)
        same(status, 1, err)
        has(err, SHARES[1])
        same(new_names(), [])


def test_interrupted_while_waiting_for_a_pipe():
    """A signal need not wait for whoever feeds the pipe."""
    process = subprocess.Popen([COMMAND, *SPLIT, "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    pipe = process.stdin
    pipe.write(b"some")
    pipe.flush()
    while not os.path.exists("new.partial/share.003.partial"):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.wait(60)
    pipe.close()
    same(process.returncode, -signal.SIGINT)
    has(process.stderr.read().decode(), "interrupted: nothing was written")
    same(new_names(), [])
    process.stdout.close()
    process.stderr.close()


# ---- Terminals ----

def test_nothing_secret_on_a_terminal():
    """None is read from one, and none is written to one."""
    prepare(b"secret")
    terminal, side = pty.openpty()
    for name in ("-", os.ttyname(side)):
        process = subprocess.run([COMMAND, *SPLIT, name], stdin=side,
                                 capture_output=True, check=False, timeout=60)
        same(process.returncode, 2)
        has(process.stderr.decode(), "nothing secret is read from a terminal")
        same(new_names(), [])
    process = subprocess.run([COMMAND, "combine", "--out", "-", *SHARES],
                             stdout=side, stderr=subprocess.PIPE, check=False,
                             timeout=60)
    same(process.returncode, 2)
    has(process.stderr.decode(), "--out -: a secret on a terminal")
    os.set_blocking(terminal, False)
    try:
        same(os.read(terminal, 100), b"")
    except BlockingIOError:
        pass  # nothing came
    os.close(side)
    os.close(terminal)


# ---- How far it is ----

def on_terminal(process, terminal, pause):
    """What comes on the terminal, after the process has slept a while."""
    time.sleep(pause)
    process.send_signal(signal.SIGCONT)
    seen = b""
    try:
        while piece := os.read(terminal, 4096):
            seen += piece
    except OSError:
        pass  # Linux: the other end is closed
    out, _ = process.communicate(timeout=60)
    return process.returncode, out.decode(), seen.decode()


def test_progress_on_a_terminal():
    """A line with a bar, rate and time, drawn over and gone at the end."""
    prepare(LARGE)
    # Before the first piece is written: then the directory and 3 shares, or
    # the file, were created, and 1 or 3 files read.
    for step, words in ((6, (*SPLIT, "secret")),
                        (5, ("combine", "--out", "new", *SHARES))):
        terminal, side = pty.openpty()
        process = stopped(step, *words, stderr=side)
        os.close(side)
        status, out, seen = on_terminal(process, terminal, 0.4)
        os.close(terminal)
        same(status, 0, seen)
        assert re.search(r"\r\[#+\.+\]  \d\d %  1\.0 MiB of 2\.0 MiB  "
                         r"\d+(\.\d)? [KM]?i?B/s  \d+:\d\d left", seen), seen
        assert re.search(r"\r +\r$", seen), f"it is gone: {seen!r}"
        assert "left" not in out
        clear()


def test_progress_of_unknown_length():
    terminal, side = pty.openpty()
    process = subprocess.Popen([COMMAND, *SPLIT, "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=side)
    os.close(side)
    process.stdin.write(SECRET)
    process.stdin.flush()
    time.sleep(0.4)
    process.stdin.write(SECRET)
    process.stdin.close()
    process.stdin = None
    status, _, seen = on_terminal(process, terminal, 0)
    os.close(terminal)
    same(status, 0, seen)
    assert re.search(r"\r\d\.\d MiB  \d+(\.\d)? [KM]iB/s", seen), seen


def test_no_progress_elsewhere():
    prepare(LARGE)
    process = stopped(6, *SPLIT, "secret")
    time.sleep(0.4)
    same(go_on(process)[2], "")


tap.run_tests(sys.modules[__name__])
