# SPDX-License-Identifier: ISC
"""Maintenance that breaks: killed, interrupted, failing at every step, and
cards that turn out bad in the middle.

A library that is loaded before the command (step.c) counts its steps, and does
what is asked at one of them. Three cards of five give the key; a refresh has
four of them on the table.
"""
import os
import resource
import shutil
import signal
import sys

import tap
from keyshare import (cards, change_share, deal, flip_last, read, run, write)
from steps import STEPS, stepped
from tap import has, same, skip

RECORD = ("--record", "set/record.ks")
REPAIR = ("repair", *RECORD, "--index", "5", "--copies", "2", "--out", "new")
REFRESH = ("refresh", *RECORD, "--out", "new")
RESHARE = ("reshare", *RECORD, "--threshold", "3", "--count", "4", "--out",
           "new")
FILES = {"repair": ["new", "new-copy-2"],
         "refresh": [f"card-{i}.ks" for i in range(1, 6)] + ["record.ks"],
         "reshare": [f"card-{i}.ks" for i in range(1, 5)] + ["record.ks"]}


def deal_five(scheme="pedersen"):
    if STEPS is None:
        skip("steps cannot be counted here")
    key, _ = deal("set", "custom", None, "--threshold", "3", "--count", "5",
                  "--scheme", scheme)
    return key.hex()


def given(words):
    return (*words, *cards("set", range(1, 5)))


def snapshot():
    return {path: read(path) for path in ["set/record.ks",
                                          *cards("set", range(1, 6))]}


def whole(verb):
    """Whether all of it is there; never a part under its own name."""
    if not os.path.exists("new"):
        return False
    if verb == "repair":
        same(read("new"), read("set/card-5.ks"))
        return True
    same(sorted(os.listdir("new")), FILES[verb])
    assert not os.path.exists("new.partial")
    return True


def new_names():
    return sorted(name for name in os.listdir(".") if name.startswith("new"))


def clear():
    for name in new_names():
        if os.path.isdir(name):
            shutil.rmtree(name)
        else:
            os.remove(name)


def recovered(record, *paths):
    return run("recover", "--json", "--reveal", "--record", record,
               *paths).json()["key"]


# ---- Killed ----

def use_as_it_lies(key, indices):
    """With M or more good new cards the set goes on as if it were whole."""
    os.rename("new.partial", "new")
    for name in os.listdir("new"):
        if name.endswith(".partial"):
            os.remove(f"new/{name}")
    there = cards("new", sorted(indices))
    run("check", "--record", there[0], *there)
    for index in {1, 2, 3, 4} - indices:
        run("repair", "--record", there[0], "--index", str(index), "--out",
            f"new/card-{index}.ks", *there)
    same(recovered(there[0], *cards("new", (1, 2, 4))), key)


def left_behind(words, key):
    """What a kill left in new.partial, what it is said to be, and whether
    that is true."""
    names = sorted(os.listdir("new.partial"))
    good = {int(name[5:-3]) for name in names
            if name.startswith("card-") and name.endswith(".ks")}
    answer = run(*given(words), status=2)
    has(answer.err, "new.partial: left behind by an attempt that was cut off")
    same(sorted(os.listdir("new.partial")), names, "not touched")
    assert not os.path.exists("new")
    if not names:
        has(answer.err, "it is empty: nothing was written")
        return "empty"
    if len(good) >= 3:
        has(answer.err, f"{len(good)} of ")
        has(answer.err, "they are enough")
        use_as_it_lies(key, good)
        return "enough"
    if good:
        has(answer.err, f"{len(good)} of ")
    has(answer.err, "abandoned")
    has(answer.err, "the old set is untouched")
    return "abandoned"


def killed_at_every_step(words, key):
    before = snapshot()
    cases = set()
    listings = []
    step = 1
    while True:
        answer = stepped(step, "kill", *given(words))
        same(snapshot(), before, "the old set")
        if answer.status == 0:
            break
        same(answer.status, -signal.SIGKILL, answer.err)
        if whole(words[0]):
            cases.add("whole")
        elif not new_names():
            cases.add("nothing")
        elif (names := sorted(os.listdir("new.partial"))) not in listings:
            listings.append(names)
            cases.add(left_behind(words, key))
        clear()
        step += 1
    assert whole(words[0])
    clear()
    same(cases, {"nothing", "empty", "abandoned", "enough", "whole"})


def test_refresh_killed_at_every_step():
    for scheme in ("pedersen", "gf256"):
        key = deal_five(scheme)
        killed_at_every_step(REFRESH, key)
        shutil.rmtree("set")


def test_reshare_killed_at_every_step():
    killed_at_every_step(RESHARE, deal_five())


def test_repair_killed_at_every_step():
    """Either of the copies is whole or not there; begun again it is the
    same."""
    deal_five()
    before = snapshot()
    names = set()
    step = 1
    while True:
        answer = stepped(step, "kill", *given(REPAIR))
        same(snapshot(), before, "the old set")
        if answer.status == 0:
            break
        same(answer.status, -signal.SIGKILL)
        for name in ("new", "new-copy-2"):
            if os.path.exists(name):
                same(read(name), read("set/card-5.ks"))
        if new_names() and tuple(new_names()) not in names:
            names.add(tuple(new_names()))
            answer = run(*given(REPAIR), status=2)
            has(answer.err, "new")
            has(answer.err, "not replaced")
            clear()
            run(*given(REPAIR))
        clear()
        step += 1
    same(new_names(), ["new", "new-copy-2"])
    has(str(names), "new.partial")
    has(str(names), "new-copy-2.partial")


def test_a_deal_that_was_cut_off_is_told_apart():
    deal_five()
    os.rename("set", "new.partial")
    deal_five()
    has(run(*given(REFRESH), status=2).err,
        "not of one record that follows the given one")
    same(len(os.listdir("new.partial")), 6, "not touched")
    shutil.rmtree("new.partial")
    write("new.partial", b"mine")
    has(run(*given(REFRESH), status=2).err, "new.partial: left behind")
    same(read("new.partial"), b"mine")


# ---- Interrupted, and failing ----

def count_steps(words, reads):
    """By asking for the one that does not come."""
    low, high = 0, 1
    while stepped(high, "kill", *words, reads=reads).status != 0:
        clear()
        low, high = high, 2 * high
    clear()
    while high - low > 1:
        middle = (low + high) // 2
        if stepped(middle, "kill", *words, reads=reads).status == 0:
            high = middle
        else:
            low = middle
        clear()
    return low


def test_interrupted_at_every_step():
    deal_five()
    before = snapshot()
    for words in (REPAIR, REFRESH, RESHARE):
        kinds = set()
        for step in range(1, count_steps(given(words), True) + 1):
            answer = stepped(step, "term", *given(words))
            same(answer.status, -signal.SIGTERM, answer.err)
            same(snapshot(), before, "the old set")
            is_whole = whole(words[0])
            if not is_whole:
                same(new_names(), [], f"{words[0]} {step}")
            if "interrupted" in answer.err:
                assert not is_whole
                has(answer.err, "no card was made" if words[0] == "repair"
                    else "the new record is abandoned: its cards are erased")
            kinds.add((is_whole, "interrupted" in answer.err))
            clear()
        same(kinds, {(False, False), (False, True), (True, False)}, words[0])


def test_failing_at_every_step():
    """Nothing is left, or all is there. What cannot be read is unreadable."""
    deal_five()
    before = snapshot()
    for words in (REPAIR, REFRESH, RESHARE):
        kinds = set()
        for step in range(1, count_steps(given(words), True) + 1):
            answer = stepped(step, "fail", *given(words))
            same(snapshot(), before, "the old set")
            if answer.status == 0:
                has(answer.err, "unreadable")
                assert os.path.exists("new")
                kinds.add("worked round")
            else:
                same(answer.status, 3, f"{step}: {answer.err}")
                if new_names():
                    has(answer.err, "may not survive a crash")
                    assert whole(words[0])
                elif "abandoned" in answer.err:
                    kinds.add("abandoned")
                elif "no card was made" in answer.err:
                    kinds.add("not made")
            clear()
        same(kinds, {"worked round",
                     "not made" if words[0] == "repair" else "abandoned"})


def test_a_disk_that_changes_what_is_written():
    """What is not what was written is found before it has a name."""
    deal_five()
    for words in (REPAIR, REFRESH, RESHARE):
        found = 0
        for step in range(1, count_steps(given(words), False) + 1):
            answer = stepped(step, "flip", *given(words), reads=False)
            if answer.status == 0:
                assert whole(words[0])
            else:
                same(answer.status, 3)
                has(answer.err, "read back, and ")
                same(new_names(), [])
                found += 1
            clear()
        same(found, len(FILES[words[0]]), words[0])


def limit_files(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def as_user():
    """Root writes everywhere: become nobody where the test runs as root."""
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def test_full_disk_and_unwritable():
    deal_five()
    os.mkdir("closed", 0o555)
    for path in [".", "set"]:
        os.chmod(path, 0o755)
    for path in snapshot():
        os.chmod(path, 0o644)
    for words in (REPAIR, REFRESH, RESHARE):
        for size in (0, 1, 300, 450):
            answer = run(*given(words), before=limit_files(size), status=3)
            has(answer.err, "new")
            same(new_names(), [], f"limit {size}")
        answer = run(*given(words[:-1] + ("closed/new",)), before=as_user,
                     status=3)
        has(answer.err, "closed/new")
        same(os.listdir("closed"), [])
    for words in (REPAIR, REFRESH, RESHARE):
        answer = run(*given(words[:-1] + ("none/new",)), status=3)
        has(answer.err, "none/new")
        with open("/dev/full", "wb") as full:
            run(*given(words), stdout=full, status=3)
        same(new_names(), [], "what could not be told is not done")


# ---- Cards that turn out bad in the middle ----

def turned(words, step):
    """Card 2 is replaced by a bad one before a step."""
    shutil.copy("bad.ks", "worse.ks")
    good = read("set/card-2.ks")
    answer = stepped(step, "worse.ks:set/card-2.ks", *words)
    write("set/card-2.ks", good)
    return answer


def deal_with_bad():
    key = deal_five()
    write("bad.ks", change_share(read("set/card-2.ks"), 0x83, flip_last))
    return key


def test_a_card_turns_bad_at_every_step():
    """It is named, and the others do: what could be made without it is whole,
    what could not is told."""
    key = deal_with_bad()
    for words in (REPAIR, REFRESH, RESHARE):
        kinds = []
        for step in range(1, count_steps(given(words), True) + 1):
            answer = turned(given(words), step)
            same(answer.status, 0, answer.err)
            named = answer.err.count("set/card-2.ks: card 2 is invalid")
            again = "beginning again with the others" in answer.err
            lost = "no new card is there of index 2" in answer.err
            assert named <= 1 and (named or not again and not lost), answer.err
            kind = (named, again, lost)
            if kind not in kinds:
                kinds.append(kind)
                if words[0] != "repair":
                    without = [] if not lost else ["card-2.ks"]
                    same(sorted(os.listdir("new") + without),
                         FILES[words[0]])
                    same(recovered("new/record.ks",
                                   *cards("new", (1, 3, 4))), key)
                if lost:
                    run("repair", "--record", "new/record.ks", "--index", "2",
                        "--out", "new/card-2.ks", *cards("new", (1, 3, 5)))
                    same(recovered("new/record.ks",
                                   *cards("new", (1, 2, 4))), key)
            same(kinds[-1], kind, "each once, in this order")
            clear()
        expected = [(1, False, False), (1, True, False), (0, False, False)]
        if words[0] == "refresh":
            expected.insert(2, (1, False, True))
        same(kinds, expected, words[0])


def test_too_few_are_left_in_the_middle():
    """The last card that is needed turns bad: exit 1, nothing is left."""
    deal_with_bad()
    few = cards("set", (1, 2, 3))
    later = ("--later", "4", "--later", "5")
    for words in ((*REPAIR, *few), (*RESHARE, *few), (*REFRESH, *later, *few)):
        kinds = set()
        for step in range(1, count_steps(words, True) + 1):
            answer = turned((*words, "--json"), step)
            if answer.status == 0:
                clear()
                kinds.add("done")
                continue
            same(answer.status, 1, answer.err)
            said = answer.json()
            same((said["files"], said["cards"][1]["verdict"]),
                 ([], "invalid"))
            has(answer.err, "too few good cards: 2 of 3")
            kinds.add("abandoned" if "the new record is abandoned" in
                      answer.err else "not begun")
            same(new_names(), [])
        same(kinds, {"done", "not begun"} | (
            {"abandoned"} if words[0] == "refresh" else set()), words[0])


def test_a_card_that_is_another_in_the_middle():
    """Good, but not the one that was judged: it is not what was agreed on."""
    deal_five()
    write("bad.ks", read("set/card-5.ks"))
    for words in (REPAIR, REFRESH, RESHARE):
        seen = False
        for step in range(2, count_steps(given(words), True) + 1, 3):
            answer = turned(given(words), step)
            same(answer.status, 0, answer.err)
            seen = seen or "set/card-2.ks: card is damaged" in answer.err
            clear()
        assert seen, words[0]


tap.run_tests(sys.modules[__name__])
