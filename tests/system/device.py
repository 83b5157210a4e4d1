# SPDX-License-Identifier: ISC
"""A device for drills: what its verbs do, say, and refuse."""
import os
import stat
import sys
import time

import hsm
import tap
from hsm import call, content, derive, enrol, shown, state, status, unchanged
from hsm import verdicts
from keyshare import COMMAND, deal, fingerprint, read, run, share_of, write
from tap import has, same


def make_invalid(source, path):
    write(path, hsm.invalid(source))


# ---- Enrol ----

def test_first_enrol_makes_the_device():
    for scheme in hsm.SCHEMES:
        deal(scheme, "co", None, "--scheme", scheme)
        answer = enrol(f"{scheme}/record.ks", *shown(scheme, (7, 2, 4)),
                       device=scheme + "-hsm", hsm="West 4 – ÅÄÖ")
        same(answer.json(), {
            "state": "inactive",
            "cards": [{"path": f"{scheme}/card-{i}.ks", "index": i,
                       "verdict": "ok"} for i in (7, 2, 4)],
            "accepted": 3, "needed": 3})
        same(status(scheme + "-hsm"), {
            "state": "inactive", "hsm": "West 4 – ÅÄÖ",
            "enrolled": [{"fingerprint": fingerprint(f"{scheme}/record.ks"),
                          "role": "co", "epoch": 0, "threshold": 3,
                          "count": 7, "pending": False}],
            "active_lineage": None, "lockout_seconds": 0})


def test_only_its_owner_may_look():
    hsm.deal_all("co")
    hsm.new("co")
    same(sorted(os.listdir("hsm")), hsm.FILES)
    same(stat.S_IMODE(os.stat("hsm").st_mode), 0o700)
    for name in hsm.FILES:
        same(stat.S_IMODE(os.stat(f"hsm/{name}").st_mode), 0o600, name)
    same(sorted(os.listdir(".")), ["co", "hsm"])


def test_first_enrol_without_cards_is_pending():
    hsm.deal_all("co")
    answer = run("enrol", "--device", "hsm", "--hsm", "x", "co/record.ks")
    has(answer.out, "pending")
    same([(one["pending"], one["role"]) for one in status()["enrolled"]],
         [(True, "co")])
    same(enrol("co/record.ks", device="other", hsm="x").json(),
         {"state": "inactive", "cards": [], "accepted": 0, "needed": 3})
    same(call("activate", *shown("co"))["state"], "active")
    same([one["pending"] for one in status()["enrolled"]], [False])


def test_too_few_of_the_first_stay_pending():
    hsm.deal_all("co")
    answer = enrol("co/record.ks", *shown("co", (1, 1, 3)), hsm="x").json()
    same(verdicts(answer), ["ok", "duplicate", "ok"])
    same((answer["accepted"], answer["needed"]), (2, 3))
    same([one["pending"] for one in status()["enrolled"]], [True])


def test_a_new_device_needs_a_name():
    hsm.deal_all("co")
    for name in (None, "", "x" * 256):
        enrol("co/record.ks", *shown("co"), hsm=name, status=2)
        same(os.listdir("."), ["co"])
    enrol("co/record.ks", *shown("co"), hsm="x" * 255)
    same(status()["hsm"], "x" * 255)


def test_limits():
    hsm.deal_all("co")
    for words in (["--max-invalid", "0"], ["--max-invalid", "65536"],
                  ["--collect", "0"], ["--collect", "4294967296"],
                  ["--lock", "4294967296"], ["--lock", "x"],
                  ["--lock", "1", "--lock", "1"]):
        enrol("co/record.ks", hsm="x", more=words, status=2)
        same(os.listdir("."), ["co"])
    hsm.new("co", more=["--max-invalid", "65535", "--collect", "4294967295",
                        "--lock", "0"])
    has(run("status", "--device", "hsm").out, "65535 invalid")
    hsm.new("co", device="usual")
    said = run("status", "--device", "usual").out
    has(said, "10 invalid cards in a row, 600 s to collect, locked for 60 s")


def test_name_and_limits_do_not_change():
    hsm.deal_all("co", "so")
    hsm.new("co")
    before = content()
    for name, more in (("another", ()), ("hsm-1", ["--lock", "61"]),
                       (None, ["--max-invalid", "11"]),
                       (None, ["--collect", "601"])):
        enrol("so/record.ks", *shown("co"), hsm=name, more=more, status=2)
        unchanged(before)
    enrol("so/record.ks", *shown("co"), hsm="hsm-1", more=["--lock", "60"])


def test_unfit_records_make_no_device():
    for role in ("rksh", "transfer"):
        deal(role, role)
    deal("custom", "custom", None, "--threshold", "2", "--count", "3")
    deal("short", "co", bytes(range(15)))
    deal("least", "so", bytes(range(16)))
    before = sorted(os.listdir("."))
    for name in ("rksh", "transfer", "custom", "short"):
        enrol(f"{name}/record.ks", *shown(name, (1, 2)), hsm="x", status=1)
        same(sorted(os.listdir(".")), before, name)
    write("nothing", b"nothing")
    enrol("nothing", hsm="x", status=1)
    enrol("not-there", hsm="x", status=3)
    assert not os.path.exists("hsm")
    hsm.new("least")
    before = content()
    for name in ("rksh", "short"):
        enrol(f"{name}/record.ks", *shown("least"), status=1)
        unchanged(before)


def test_enrolled_already():
    hsm.deal_all("co")
    hsm.new("co")
    before = content()
    answer = enrol("co/record.ks", *shown("co"), status=1)
    same(verdicts(answer.json()), ["unused"] * 3)
    unchanged(before)


def test_places_that_are_no_device():
    hsm.deal_all("co")
    write("file", b"")
    os.mkdir("diary")
    write("diary/monday", b"mine")
    enrol("co/record.ks", device="file", hsm="x", status=2)
    has(enrol("co/record.ks", device="diary", hsm="x", status=1).err,
        "diary/key")
    same(os.listdir("diary"), ["monday"])
    enrol("co/record.ks", device="no/where", hsm="x", status=3)
    run("status", "--device", "no-device", status=3)
    run("activate", "--device", "no-device", *shown("co"), status=3)
    run("status", status=2)
    run("status", "--device", "", status=2)
    os.mkdir("hsm")
    hsm.new("co", device="hsm//")
    os.mkdir("new.partial")
    has(enrol("co/record.ks", device="new", hsm="x", status=2).err,
        "new.partial")


# ---- Activate, deactivate ----

def test_activate_says_what_each_card_is():
    for scheme in hsm.SCHEMES:
        hsm.deal_all("co", "so", scheme=scheme)
        deal("strange", "co", None, "--scheme", scheme)
        hsm.new("co", "so", device=scheme)
        write("cut", read("co/card-1.ks")[:-1])
        make_invalid("co/card-5.ks", "invalid")
        write("alone", share_of(read("so/card-2.ks")))
        answer = call("activate", "co/card-6.ks", "cut", "not-there",
                      "so/card-1.ks", "alone", "strange/card-4.ks", "invalid",
                      "co/card-6.ks", "co/card-5.ks", "co/card-7.ks",
                      "co/card-1.ks", "cut", device=scheme)
        same(answer, {"state": "active", "cards": [
            {"path": "co/card-6.ks", "index": 6, "verdict": "ok"},
            {"path": "cut", "index": None, "verdict": "damaged"},
            {"path": "not-there", "index": None, "verdict": "unreadable"},
            {"path": "so/card-1.ks", "index": 1, "verdict": "other-role"},
            {"path": "alone", "index": 2, "verdict": "other-role"},
            {"path": "strange/card-4.ks", "index": 4,
             "verdict": "other-set"},
            {"path": "invalid", "index": 5, "verdict": "invalid"},
            {"path": "co/card-6.ks", "index": 6, "verdict": "duplicate"},
            {"path": "co/card-5.ks", "index": 5, "verdict": "ok"},
            {"path": "co/card-7.ks", "index": 7, "verdict": "ok"},
            {"path": "co/card-1.ks", "index": None, "verdict": "unused"},
            {"path": "cut", "index": None, "verdict": "unused"},
        ], "accepted": 3, "needed": 3})
        same(status(scheme)["active_lineage"],
             hsm.lineage("co/record.ks").hex())
        for name in ("co", "so", "strange"):
            os.rename(name, f"{name}-{scheme}")


def test_cards_are_named_on_standard_error():
    hsm.deal_all("co")
    hsm.new("co")
    make_invalid("co/card-5.ks", "bad")
    answer = run("activate", "--device", "hsm", "bad", *shown("co"))
    has(answer.err, "bad: card 5 is invalid")
    has(answer.out, "the device is active")
    same(run("activate", "--device", "hsm").out, "already active\n")


def test_active_already():
    hsm.deal_all("co")
    hsm.new("co")
    call("activate", *shown("co"))
    before = content()
    same(call("activate"),
         {"state": "active", "cards": [], "accepted": 0, "needed": None})
    same(call("activate", "not-there"), {"state": "active", "cards": [
        {"path": "not-there", "index": None, "verdict": "unused"}],
        "accepted": 0, "needed": None})
    unchanged(before)
    run("deactivate", "--device", "hsm", *shown("co"))
    before = content()
    same(call("deactivate")["state"], "inactive")
    unchanged(before)


def test_too_few():
    hsm.deal_all("co")
    hsm.new("co")
    answer = call("activate", *shown("co", (1, 2, 2)), status=1)
    same((answer["state"], answer["accepted"], answer["needed"]),
         ("inactive", 2, 3))
    same(state(), "inactive")
    run("derive", "--device", "hsm", "--purpose", "x", "--out", "key",
        status=1)
    call("activate", *shown("co", (5, 6, 7)))
    key = derive()
    answer = call("deactivate", *shown("co", (3, 4)), status=1)
    same((answer["state"], answer["accepted"], answer["needed"]),
         ("active", 2, 3))
    same(derive(), key, "active as before")
    same(call("deactivate", *shown("co", (3, 4, 5)))["state"], "inactive")


def test_needed_is_known_or_null():
    """Two facilities whose M differ: it is known with the first card."""
    deal("east", "co", bytes(32), "--scheme", "gf256")
    deal("west", "co", bytes(range(32)), "--scheme", "gf256", "--threshold",
         "4")
    hsm.new("east")
    same(call("activate", "not-there", status=1)["needed"], 3)
    enrol("west/record.ks", *shown("east"), *shown("west", (1, 2, 3, 4)))
    same(call("activate", "not-there", status=1),
         {"state": "inactive", "cards": [
             {"path": "not-there", "index": None, "verdict": "unreadable"}],
          "accepted": 0, "needed": None})
    answer = call("activate", *shown("west"), status=1)
    same((answer["accepted"], answer["needed"]), (3, 4))


def test_two_facilities():
    """They live side by side; a quorum is of one of them."""
    keys = {"east": bytes(range(32)), "west": bytes(range(1, 33))}
    for name, scheme in zip(keys, hsm.SCHEMES):
        deal(name, "co", keys[name], "--scheme", scheme)
    hsm.new("east", "west")
    answer = call("activate", *shown("east", (1, 2)), *shown("west", (3, 4)),
                  status=1)
    same(verdicts(answer), ["ok", "ok", "other-set", "other-set"])
    same((answer["accepted"], answer["needed"]), (2, 3))
    found = {}
    for name, other in (("east", "west"), ("west", "east")):
        call("activate", *shown(name, (4, 1, 7)))
        same(status()["active_lineage"],
             hsm.lineage(f"{name}/record.ks").hex())
        found[name] = derive("key-store")
        same(found[name], hsm.expected_key(keys[name], f"{name}/record.ks",
                                           "key-store"))
        # Any enrolled CO set puts it to sleep.
        call("deactivate", *shown(other))
    assert found["east"] != found["west"]


def test_no_cards_and_no_terminal():
    hsm.deal_all("co", "so")
    hsm.new("co")
    before = content()
    for words in (["activate"], ["retire"], ["enrol", "so/record.ks"]):
        answer = run(words[0], "--device", "hsm", *words[1:], status=2)
        same(answer.out, "")
        unchanged(before)
    call("activate", *shown("co"))
    before = content()
    run("deactivate", "--device", "hsm", status=2)
    unchanged(before)


# ---- A terminal ----

def at_terminal(words, lines, pause=0):
    """Run it on a terminal, and answer each question; exit status, text."""
    pid, terminal = os.forkpty()
    if pid == 0:
        os.execv(COMMAND, [COMMAND, *words])
    said = b""
    lines = list(lines)
    asked = 0
    try:
        while chunk := os.read(terminal, 1000):
            said += chunk
            while said.count(b"accepted: ") + said.count(b"pending): ") > asked:
                asked += 1
                time.sleep(pause)
                line = lines.pop(0) if lines else "\x04"
                os.write(terminal, line.encode() + b"\n" * (line != "\x04"))
    except OSError:
        pass
    _, ended = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(ended), said.decode()


def test_cards_are_asked_for():
    hsm.deal_all("co")
    hsm.new("co")
    words = ["activate", "--device", "hsm"]
    ended, said = at_terminal(words, ["co/card-3.ks", "nowhere",
                                      "co/card-4.ks", "co/card-5.ks"])
    same(ended, 0, said)
    for line in ("Next card, please: 0 of 3 accepted",
                 "Next card, please: 1 of 3 accepted",
                 "Next card, please: 2 of 3 accepted", "unreadable"):
        has(said, line)
    same(said.count("1 of 3 accepted"), 2, "again after the one that was bad")
    same(state(), "active")
    words = ["deactivate", "--device", "hsm"]
    ended, said = at_terminal(words, ["co/card-3.ks", ""])
    same((ended, state()), (1, "active"), said)
    ended, said = at_terminal(words, ["co/card-3.ks"])
    same((ended, state()), (1, "active"), said)
    ended, said = at_terminal(words, shown("co"))
    same((ended, state()), (0, "inactive"), said)


def test_a_new_set_is_asked_for():
    hsm.deal_all("co", "so")
    ended, said = at_terminal(["enrol", "--device", "hsm", "--hsm", "x",
                               "co/record.ks"], shown("co"))
    same(ended, 0, said)
    has(said, "Next card of the new set, please: 2 of 3 accepted")
    ended, said = at_terminal(["enrol", "--device", "hsm", "so/record.ks"],
                              [*shown("co"), ""])
    same(ended, 0, said)
    has(said, "Next card, please: 2 of 3 accepted")
    has(said, "pending")
    same([one["pending"] for one in status()["enrolled"]], [False, True])


def test_no_card_is_asked_for_in_vain():
    hsm.deal_all("co")
    hsm.new("co")
    call("activate", *shown("co"))
    same(at_terminal(["activate", "--device", "hsm"], []),
         (0, "already active\r\n"))


def test_the_time_for_collecting_ends():
    hsm.deal_all("co")
    hsm.new("co", more=["--collect", "4", "--lock", "60"])
    ended, said = at_terminal(["activate", "--device", "hsm"],
                              shown("co"), pause=5)
    same(ended, 1, said)
    has(said, "unused")
    has(said, "the time for collecting was over")
    assert 0 < status()["lockout_seconds"] <= 60


# ---- Locked ----

def test_lock_out():
    hsm.deal_all("co")
    hsm.new("co", more=["--lock", "5", "--max-invalid", "1"])
    make_invalid("co/card-5.ks", "bad")
    answer = call("activate", "co/card-1.ks", "bad", *shown("co"), status=1)
    same(verdicts(answer), ["ok", "invalid", "unused", "unused", "unused"])
    same((answer["state"], answer["accepted"], answer["needed"]),
         ("inactive", 1, 3))
    assert 0 < status()["lockout_seconds"] <= 5
    before = content()
    answer = call("activate", *shown("co"), status=1)
    same(verdicts(answer), ["unused"] * 3)
    has(run("activate", "--device", "hsm", *shown("co"), status=1).err,
        "locked for")
    unchanged(before)
    time.sleep(5.1)
    same(status()["lockout_seconds"], 0)
    same(call("activate", *shown("co"))["state"], "active")
    # Active stays active, and what it derives is not locked.
    key = derive()
    same(call("deactivate", "bad", *shown("co"), status=1)["state"], "active")
    same(derive(), key)
    time.sleep(5.1)
    same(call("deactivate", *shown("co"))["state"], "inactive")


def test_invalid_cards_are_counted_over_calls():
    hsm.deal_all("co", "so")
    hsm.new("co", more=["--max-invalid", "3"])
    make_invalid("co/card-5.ks", "bad")
    write("cut", b"cut")
    for _ in range(5):
        call("activate", "cut", "so/card-1.ks", "not-there", status=1)
    for _ in range(2):
        call("activate", "bad", status=1)
    same(status()["lockout_seconds"], 0)
    call("activate", "co/card-1.ks", status=1)  # only ok resets
    for _ in range(3):
        same(status()["lockout_seconds"], 0)
        call("activate", "bad", status=1)
    assert 58 <= status()["lockout_seconds"] <= 60


# ---- Derive ----

def test_derived_keys():
    for scheme in hsm.SCHEMES:
        fingerprints, key = hsm.history(scheme)
        hsm.new("co-0", device=scheme, hsm="KMF West / HSM 4")
        call("activate", *shown("co-0", (2, 4, 6)), device=scheme)
        for purpose, length in (("verifier", 32), ("x" * 64, 1),
                                ("schlüssel", 8160)):
            same(derive(purpose, length, device=scheme),
                 hsm.expected_key(key, "co-0/record.ks", purpose,
                                  "KMF West / HSM 4", length))
        run("derive", "--device", scheme, "--purpose", "verifier", "--out",
            "key")
        same(read("key"), hsm.expected_key(key, "co-0/record.ks", "verifier",
                                           "KMF West / HSM 4"))
        same(stat.S_IMODE(os.stat("key").st_mode), 0o600)
        os.remove("key")
        for number in range(3):
            os.rename(f"co-{number}", f"{scheme}-{number}")


def test_derive_is_refused():
    hsm.deal_all("co")
    hsm.new("co")
    words = ["derive", "--device", "hsm", "--purpose", "x", "--out", "key"]
    before = content()
    run(*words, status=1)
    unchanged(before)
    call("activate", *shown("co"))
    before = content()
    write("there", b"mine")
    for bad in (["--bytes", "0"], ["--bytes", "8161"], ["--bytes", "x"],
                ["--json"], ["extra"]):
        run(*words, *bad, status=2)
    for purpose in ("", "x" * 65):
        run("derive", "--device", "hsm", "--purpose", purpose, "--out", "key",
            status=2)
    run("derive", "--device", "hsm", "--purpose", "x", "--out", "there",
        status=2)
    run("derive", "--device", "hsm", "--purpose", "x", status=2)
    run("derive", "--device", "hsm", "--out", "key", status=2)
    run("derive", "--device", "hsm", "--purpose", "x", "--out", "no/key",
        status=3)
    unchanged(before)
    same(read("there"), b"mine")
    assert not os.path.exists("key")


# ---- Retire ----

def test_retired_is_for_good():
    for scheme in hsm.SCHEMES:
        hsm.deal_all("co", "so", scheme=scheme)
        hsm.new("co", "so", device=scheme)
        call("activate", *shown("co"), device=scheme)
        answer = call("retire", *shown("co"), device=scheme, status=1)
        same(verdicts(answer), ["other-role"] * 3)
        same(answer["state"], "active")
        answer = call("retire", *shown("so", (7, 6, 5)), "co/card-1.ks",
                      device=scheme)
        same((answer["state"], answer["accepted"], answer["needed"]),
             ("retired", 3, 3))
        same(verdicts(answer), ["ok", "ok", "ok", "unused"])
        same(status(scheme), {
            "state": "retired", "hsm": "hsm-1", "enrolled": [],
            "active_lineage": None, "lockout_seconds": 0})
        before = content(scheme)
        for verb in ("activate", "deactivate", "retire"):
            answer = call(verb, *shown("so"), device=scheme, status=1)
            same((answer["state"], verdicts(answer)),
                 ("retired", ["unused"] * 3))
        enrol("co/record.ks", *shown("co"), device=scheme, status=1)
        run("derive", "--device", scheme, "--purpose", "x", "--out", "key",
            status=1)
        unchanged(before, scheme)
        for name in ("co", "so"):
            os.rename(name, f"{name}-{scheme}")


def test_officers_retire_where_there_is_no_so_set():
    hsm.deal_all("co")
    hsm.new("co")
    same(call("retire", *shown("co"))["state"], "retired")


def test_help_teaches_by_an_example():
    for verb in ("enrol", "activate", "deactivate", "derive", "status",
                 "retire"):
        answer = run(verb, "--help")
        has(answer.out, f"keyshare {verb} --device hsm", verb)
        has(run("--help").out, f"  {verb} ")


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
