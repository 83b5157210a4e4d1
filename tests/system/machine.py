# SPDX-License-Identifier: ISC
"""What the machine does to the command: full disks, bad files, signals."""
import os
import resource
import signal
import subprocess
import sys
import time

import tap
from keyshare import (COMMAND, cards, deal, fingerprint, read, run, write)
from tap import has, same


def as_user():
    """Root reads everything: become nobody where the test runs as root."""
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def limit_files(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def test_full_disk_while_dealing():
    """Files end at a limit: nothing partial is left, the key is not lost."""
    write("key.bin", bytes(range(32)))
    for size in (0, 1, 100, 400, 600):
        answer = run("deal", "--role", "rksh", "--key-file", "key.bin",
                     "--out", "set", before=limit_files(size), status=3)
        assert "set" in answer.err, answer.err
        same(sorted(os.listdir(".")), ["key.bin"], f"limit {size}")
    same(read("key.bin"), bytes(range(32)))
    assert bytes(range(32)).hex() not in answer.out + answer.err


def test_full_disk_while_recovering():
    deal()
    answer = run("recover", "--record", "set/record.ks", "--out", "key",
                 *cards(), before=limit_files(7), status=3)
    has(answer.err, "key")
    same(sorted(os.listdir(".")), ["set"], "no part of the key is left")


def test_full_standard_output():
    deal()
    for words in (("verify", "--record", "set/record.ks", *cards()),
                  ("inspect", "--json", "set/record.ks"),
                  ("recover", "--reveal", "--record", "set/record.ks",
                   *cards()),
                  ("deal", "--role", "co", "--generate", "32", "--out",
                   "another")):
        with open("/dev/full", "wb") as full:
            run(*words, stdout=full, status=3)


def test_closed_standard_output():
    deal()
    run("verify", "--record", "set/record.ks", *cards(), status=3,
        before=lambda: os.close(1))


def test_unreadable_files():
    deal()
    os.chmod(".", 0o755)
    os.chmod("set", 0o755)
    for path in ["set/record.ks", *cards()]:
        os.chmod(path, 0o644)
    os.chmod("set/card-2.ks", 0)
    answer = run("verify", "--json", "--record", "set/record.ks",
                 "set/card-1.ks", "set/card-2.ks", "set", "not-there",
                 before=as_user, status=1)
    same([card["verdict"] for card in answer.json()["cards"]],
         ["ok", "unreadable", "unreadable", "unreadable"])
    for path in ("set/card-2.ks", "set", "not-there"):
        has(answer.err, path)
    os.chmod("set/record.ks", 0)
    run("verify", "--record", "set/record.ks", "set/card-1.ks",
        before=as_user, status=3)


def test_output_directory_not_writable():
    os.chmod(".", 0o555)
    answer = run("deal", "--role", "co", "--generate", "32", "--out", "set",
                 before=as_user, status=3)
    os.chmod(".", 0o755)
    has(answer.err, "set")
    same(os.listdir("."), [])


def test_huge_and_endless_files():
    deal()
    with open("huge", "wb") as file:
        file.truncate(1 << 40)
    answer = run("verify", "--json", "--record", "set/record.ks", "huge",
                 "/dev/zero", "set/card-1.ks", status=1, timeout=60)
    same([card["verdict"] for card in answer.json()["cards"]],
         ["damaged", "damaged", "ok"])
    run("verify", "--record", "/dev/zero", "set/card-1.ks", status=1,
        timeout=60)
    run("deal", "--role", "co", "--key-file", "/dev/zero", "--out", "new",
        status=2, timeout=60)


def test_cards_from_slow_fifos():
    deal()
    image = read("set/card-1.ks")
    os.mkfifo("fifo")
    child = os.fork()
    if child == 0:
        with open("fifo", "wb", buffering=0) as fifo:
            for at in range(0, len(image), 50):
                fifo.write(image[at:at + 50])
                time.sleep(0.01)
        os._exit(0)
    run("verify", "--record", "set/record.ks", "fifo")
    os.waitpid(child, 0)


def test_truncated_at_every_byte():
    deal("set", "transfer")
    image = read("set/card-1.ks")
    paths = []
    for size in range(len(image)):
        paths.append(f"cut-{size}")
        write(paths[-1], image[:size])
    answer = run("verify", "--json", "--record", "set/record.ks", *paths,
                 status=1)
    for card in answer.json()["cards"]:
        same(card["verdict"], "damaged", card["path"])
        same(card["index"], None)


def test_every_flipped_bit_of_a_card():
    for scheme in ("pedersen", "gf256"):
        deal(scheme, "transfer", None, "--scheme", scheme)
        image = read(f"{scheme}/card-1.ks")
        paths = []
        for bit in range(len(image) * 8):
            paths.append(f"{scheme}/flip-{bit}")
            changed = bytearray(image)
            changed[bit // 8] ^= 1 << bit % 8
            write(paths[-1], bytes(changed))
        answer = run("check", "--json", "--record", f"{scheme}/record.ks",
                     *paths, status=1)
        for card in answer.json()["cards"]:
            assert card["verdict"] == "damaged", card


def test_terminal_is_no_source_of_a_key():
    pid, terminal = os.forkpty()
    if pid == 0:
        os.execv(COMMAND, [COMMAND, "deal", "--role", "co", "--key-file", "-",
                           "--out", "set"])
    said = b""
    try:
        while chunk := os.read(terminal, 1000):
            said += chunk
    except OSError:
        pass
    _, status = os.waitpid(pid, 0)
    same(os.waitstatus_to_exitcode(status), 2)
    has(said, b"terminal")
    same(os.listdir("."), [])


def start_dealing(out):
    return subprocess.Popen(
        [COMMAND, "deal", "--role", "custom", "--threshold", "2", "--count",
         "60", "--generate", "32", "--out", out],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def interrupted_dealings(times):
    """Dealings, each with a time to wait: over all of what one takes here."""
    begun = time.monotonic()
    same(start_dealing("whole").wait(timeout=60), 0)
    takes = time.monotonic() - begun
    for i in range(times):
        process = start_dealing(f"set-{i}")
        time.sleep(1.5 * takes * i / times)
        yield i, process


def test_signals_leave_a_whole_set_or_none():
    """Interrupted at any time: DIR is there whole, or not at all."""
    for i, process in interrupted_dealings(40):
        process.send_signal((signal.SIGINT, signal.SIGTERM)[i % 2])
        process.wait(timeout=60)
        assert not os.path.exists(f"set-{i}.partial"), i
        if os.path.exists(f"set-{i}"):
            same(len(os.listdir(f"set-{i}")), 61, f"set-{i}")
        else:
            assert process.returncode != 0, i


def test_killed_leaves_no_set_that_looks_whole():
    """Killed at any time: DIR is whole, or there is only DIR.partial, which
    the next attempt refuses by name."""
    for i, process in interrupted_dealings(25):
        process.kill()
        process.wait(timeout=60)
        if os.path.exists(f"set-{i}"):
            same(len(os.listdir(f"set-{i}")), 61)
            fingerprint(f"set-{i}/record.ks")
        elif os.path.exists(f"set-{i}.partial"):
            has(run("deal", "--role", "co", "--generate", "32", "--out",
                    f"set-{i}", status=2).err, f"set-{i}.partial")


def test_no_core_dump_and_not_traceable():
    os.mkfifo("fifo")
    process = subprocess.Popen([COMMAND, "deal", "--role", "co", "--key-file",
                                "fifo", "--out", "set"],
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        fifo = os.open("fifo", os.O_WRONLY)
        with open(f"/proc/{process.pid}/limits", encoding="ascii") as limits:
            core = [line for line in limits if "core file" in line]
        same(core[0].split()[4:6], ["0", "0"])
        os.close(fifo)
        process.wait(timeout=60)
    finally:
        process.kill()


tap.run_tests(sys.modules[__name__])
