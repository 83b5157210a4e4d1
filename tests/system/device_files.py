# SPDX-License-Identifier: ISC
"""The directory of a device for drills: altered, put back, cut off, killed."""
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time

import hsm
import tap
from hsm import (call, content, derive, enrol, put_back, seal, shown, state,
                 status, unchanged)
from keyshare import COMMAND, fingerprint, read, run, write
from tap import has, same


def active():
    """A device that is active, and the key that it derives."""
    hsm.deal_all("co")
    hsm.new("co")
    call("activate", *shown("co"))
    return derive()


def refused(name, files=None):
    """The device is refused by that name, and no byte is written."""
    before = content() if files is None else files
    answer = run("status", "--json", "--device", "hsm", status=1)
    same(answer.out, "")
    has(answer.err, f"hsm/{name}: ")
    unchanged(before)


def flipped(what, bit):
    changed = bytearray(what)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_flipped_bits_are_refused_by_name():
    """A bit of every byte; every eighth byte of the log."""
    active()
    good = content()
    for name, what in good.items():
        # Eight steps on, each time another bit.
        step = 73 if name == "events" else 9
        for bit in range(0, 8 * len(what), step):
            write(f"hsm/{name}", flipped(what, bit))
            answer = run("status", "--device", "hsm", status=1)
            same(answer.out, "")
            has(answer.err, f"hsm/{name}: ", f"bit {bit}")
        write(f"hsm/{name}", what)
    unchanged(good)
    same(state(), "active")


def test_every_verb_refuses_and_writes_nothing():
    active()
    good = content()
    for name in hsm.FILES:
        write(f"hsm/{name}", flipped(good[name], len(good[name]) * 4))
        before = content()
        for words in (["status"], ["activate", *shown("co")],
                      ["deactivate", *shown("co")], ["retire", *shown("co")],
                      ["enrol", "co/record.ks", *shown("co")],
                      ["derive", "--purpose", "x", "--out", "key"]):
            answer = run(words[0], "--device", "hsm", *words[1:], status=1)
            has(answer.err, f"hsm/{name}: ")
            unchanged(before)
        write(f"hsm/{name}", good[name])
    assert not os.path.exists("key")
    same(state(), "active")


def test_cut_lengthened_and_missing_files():
    active()
    good = content()
    for name, what in good.items():
        for other in (b"", what[:1], what[:-1], what + b"\0", what + what,
                      bytes(len(what)), bytes(1 << 20)):
            write(f"hsm/{name}", other)
            refused(name)
        os.remove(f"hsm/{name}")
        if name != "volatile":
            refused(name)
        os.symlink("elsewhere", f"hsm/{name}")
        has(run("status", "--device", "hsm", status=1).err, f"hsm/{name}: ")
        os.remove(f"hsm/{name}")
        os.mkdir(f"hsm/{name}")
        has(run("status", "--device", "hsm", status=1).err, f"hsm/{name}: ")
        os.rmdir(f"hsm/{name}")
        write(f"hsm/{name}", what)
    same(state(), "active")


def test_files_of_another_device():
    active()
    hsm.new("co", device="other", hsm="hsm-1")
    call("activate", *shown("co"), device="other")
    good = content()
    for name, what in content("other").items():
        write(f"hsm/{name}", what)
        # A key that is whole: what is under it shows that it is another.
        refused("hsm" if name == "key" else name)
        write(f"hsm/{name}", good[name])
    # A file in another's place.
    for name in ("counter", "records", "volatile"):
        write(f"hsm/{name}", good["hsm"])
        refused(name)
        write(f"hsm/{name}", good[name])


def test_older_files_are_refused():
    hsm.deal_all("co", "so")
    hsm.new("co")
    old = content()
    enrol("so/record.ks", *shown("co"), *shown("so"))
    call("activate", *shown("co"))
    good = content()
    for name in ("blob", "counter", "records", "events", "volatile"):
        assert old[name] != good[name], name
        write(f"hsm/{name}", old[name])
        refused(name)
        write(f"hsm/{name}", good[name])
    # The log may have lost its end.
    lines = good["events"].splitlines(keepends=True)
    for count in (0, 1, len(lines) - 1):
        write("hsm/events", b"".join(lines[:count]))
        refused("events")
    write("hsm/events", b"".join([lines[1], lines[0], *lines[2:]]))
    refused("events")
    write("hsm/events", good["events"])
    same(state(), "active")


def test_what_was_volatile_is_not_put_back():
    """Asleep is asleep: the older active state is refused."""
    active()
    awake = read("hsm/volatile")
    call("deactivate", *shown("co"))
    write("hsm/volatile", awake)
    refused("volatile")
    os.remove("hsm/volatile")
    same(state(), "inactive")


def test_without_power_it_sleeps():
    key = active()
    os.remove("hsm/volatile")
    same(status()["active_lineage"], None)
    run("derive", "--device", "hsm", "--purpose", "x", "--out", "key",
        status=1)
    call("activate", *shown("co", (5, 6, 7)))
    same(derive(), key)


def test_without_power_the_lock_begins_anew():
    hsm.deal_all("co")
    hsm.new("co", more=["--max-invalid", "1", "--lock", "100"])
    write("bad", hsm.invalid("co/card-1.ks"))
    call("activate", "bad", status=1)
    time.sleep(1.1)
    assert status()["lockout_seconds"] < 100
    os.remove("hsm/volatile")
    same(status()["lockout_seconds"], 100)


def test_a_blob_ahead_of_its_counter():
    """By one: power was lost between the two. By two: refused."""
    for asleep in (False, True):
        key = active()
        sequence, events = hsm.counter()
        good = content()
        if asleep:
            os.remove("hsm/volatile")
        seal("counter", struct.pack(">QQ", sequence - 2, events))
        refused("counter")
        seal("counter", struct.pack(">QQ", sequence + 1, events))
        refused("blob")
        seal("counter", struct.pack(">QQ", sequence - 1, events))
        same(state(), "inactive" if asleep else "active")
        same(hsm.counter(), (sequence, events))
        if not asleep:
            unchanged(good)
            same(derive(), key)
        shutil.rmtree("hsm")
        shutil.rmtree("co")


def test_cut_between_blob_and_counter():
    """The counter cannot be written: its blob is there, and is taken."""
    hsm.deal_all("co")
    hsm.new("co")
    sequence, _ = hsm.counter()
    os.mkdir("hsm/counter.partial")
    run("activate", "--device", "hsm", *shown("co"), status=3)
    same(hsm.counter()[0], sequence)
    os.rmdir("hsm/counter.partial")
    old = content()
    same(state(), "inactive")
    same(hsm.counter()[0], sequence + 1)
    # Once it is raised, what was before is refused.
    call("activate", *shown("co"))
    good = content()
    write("hsm/blob", old["blob"])
    refused("blob")
    write("hsm/blob", good["blob"])
    same(state(), "active")


def test_volatile_file_of_the_blob_before():
    """Power lost between blob and counter: what was in memory is gone."""
    active()
    sequence, events = hsm.counter()
    good = content()
    call("deactivate", "co/card-1.ks", status=1)
    now, _ = hsm.counter()
    seal("counter", struct.pack(">QQ", now - 1, events))
    body = good["volatile"][:-32]
    seal("volatile", struct.pack(">Q", now - 1) + body[8:])
    same(state(), "inactive")
    same(hsm.counter()[0], now)
    assert now > sequence


def test_what_is_volatile_is_sealed_twice():
    """Even under the device's key another number, or key, is refused."""
    active()
    body = read("hsm/volatile")[:-32]
    sequence, events = hsm.counter()
    same(struct.unpack(">Q", body[:8])[0], sequence)
    seal("volatile", struct.pack(">Q", sequence + 1) + body[8:])
    refused("volatile")
    for at in range(16, len(body)):
        seal("volatile", flipped(body, 8 * at + at % 8))
        refused("volatile")
    seal("volatile", body[:-1])
    refused("volatile")
    seal("volatile", body)
    same(state(), "active")
    assert events > 0


def test_no_key_of_the_set_is_in_the_directory():
    key = active()
    for name, what in content().items():
        for secret in (bytes([2]) * 32, key, read("hsm/key")[:32]):
            assert name == "key" or secret not in what, name
        for i in range(1, 8):
            assert read(f"co/card-{i}.ks")[-40:-10] not in what, name


def limit_files(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def test_full_disk():
    """Files end at a limit: nothing new is half there, all goes on after."""
    hsm.deal_all("co")
    for size in (0, 40, 100, 200, 400):
        run("enrol", "--device", "hsm", "--hsm", "x", "co/record.ks",
            before=limit_files(size), status=3)
        same(sorted(os.listdir(".")), ["co"], f"limit {size}")
    hsm.new("co")
    for size in (0, 40, 100, 200, 400):
        run("activate", "--device", "hsm", *shown("co"),
            before=limit_files(size), status=3)
        same(sorted(name for name in os.listdir("hsm")
                    if name != "volatile"),
             [name for name in hsm.FILES if name != "volatile"])
        same(state(), "inactive")
    call("activate", *shown("co"))
    before = content()
    run("derive", "--device", "hsm", "--purpose", "x", "--out", "key",
        before=limit_files(10), status=3)
    unchanged(before)
    assert not os.path.exists("key")


def test_killed_at_any_time():
    """Killed at any time the device is whole, and goes on."""
    hsm.deal_all("co")
    # Who is killed while cards are awaited has presented an invalid one.
    hsm.new("co", more=["--max-invalid", "100"])
    begun = time.monotonic()
    call("activate", *shown("co"))
    call("deactivate", *shown("co"))
    takes = time.monotonic() - begun
    for i in range(30):
        verb = "activate" if state() == "inactive" else "deactivate"
        process = subprocess.Popen(
            [COMMAND, verb, "--device", "hsm", *shown("co")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.6 * takes * i / 30)
        process.send_signal((signal.SIGKILL, signal.SIGTERM)[i % 2])
        process.wait(timeout=60)
    if state() == "inactive":
        call("activate", *shown("co"))
    assert len(derive()) == 32
    call("deactivate", *shown("co"))
    same([one["fingerprint"] for one in status()["enrolled"]],
         [fingerprint("co/record.ks")])


def test_one_command_at_a_time():
    hsm.deal_all("co")
    hsm.new("co")
    before = content()
    os.mkfifo("slow")
    process = subprocess.Popen(
        [COMMAND, "activate", "--device", "hsm", "slow"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        fifo = os.open("slow", os.O_WRONLY)
        has(run("status", "--device", "hsm", status=3).err, "another command")
        os.close(fifo)
        same(process.wait(timeout=60), 1)
    finally:
        process.kill()
    same(state(), "inactive")
    assert before != content()


def test_one_line_an_event():
    key = active()
    lines = read("hsm/events").decode().splitlines()
    for words in ("begun (enrol)", "pending (enrol)", "enrolled (enrol)",
                  "ended (enrol): done", "begun (activate)",
                  "card (activate): ok, card 2, 2 of 3",
                  "ended (activate): done", "derived: for \"purpose\""):
        same(len([line for line in lines if f" {words}" in line]), 1, words)
    for line in lines:
        time.strptime(line[:20], "%Y-%m-%dT%H:%M:%SZ")
    same(len(lines), hsm.counter()[1])
    run("derive", "--device", "hsm", "--purpose", "a\nb\x1b[2J\\", "--out",
        "key")
    has(read("hsm/events").decode(), 'derived: for "a\\x0ab\\x1b[2J\\x5c"')
    same(len(read("hsm/events").splitlines()), len(lines) + 1)
    assert key.hex() not in "".join(lines)


def test_putting_back_the_whole_directory():
    """Beyond this simulation, as the README says: it goes unnoticed."""
    active()
    old = content()
    call("retire", *shown("co"))
    put_back(old)
    same(state(), "active")


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
