# SPDX-License-Identifier: ISC
"""Who may enrol what on a device for drills, and when it comes into force."""
import os
import shutil
import sys

import hsm
import tap
from hsm import call, content, derive, enrol, shown, status, unchanged
from hsm import verdicts
from keyshare import deal, fingerprint, read, run, write
from tap import same


def records():
    """What is enrolled: fingerprint to whether it is pending."""
    return {one["fingerprint"]: one["pending"] for one in status()["enrolled"]}


def test_a_successor_by_its_own_set():
    """A quorum of what it succeeds, mixed with its own cards."""
    for scheme in hsm.SCHEMES:
        (old, new, _), key = hsm.history(scheme)
        hsm.new("co-0", device=scheme)
        answer = enrol("co-1/record.ks", "co-1/card-7.ks", "co-0/card-1.ks",
                       "co-0/card-2.ks", "co-1/card-2.ks", "co-0/card-2.ks",
                       "co-0/card-7.ks", "co-1/card-7.ks", "co-1/card-1.ks",
                       "co-1/card-3.ks", device=scheme).json()
        same(verdicts(answer), ["ok", "ok", "ok", "ok", "duplicate", "ok",
                                "duplicate", "ok", "unused"])
        same((answer["state"], answer["accepted"], answer["needed"]),
             ("inactive", 3, 3))
        same([(one["fingerprint"], one["epoch"], one["pending"])
              for one in status(scheme)["enrolled"]], [(new, 1, False)])
        # The old cards are dead, the new ones give the same key.
        answer = call("activate", *shown("co-0"), device=scheme, status=1)
        same(verdicts(answer), ["other-epoch"] * 3)
        call("activate", *shown("co-1", (2, 5, 7)), device=scheme)
        same(derive("verifier", device=scheme),
             hsm.expected_key(key, "co-0/record.ks", "verifier"))
        assert old != new
        for number in range(3):
            os.rename(f"co-{number}", f"{scheme}-{number}")


def test_pending_until_its_cards_were_seen():
    for scheme in hsm.SCHEMES:
        (old, new, _), key = hsm.history(scheme)
        hsm.new("co-0")
        answer = enrol("co-1/record.ks", *shown("co-0")).json()
        same((answer["accepted"], answer["needed"]), (3, 3))
        same(records(), {old: False, new: True})
        # The old ones still wake it, and it stays pending.
        call("activate", *shown("co-0"))
        woken = derive()
        call("deactivate", *shown("co-0"))
        same(records(), {old: False, new: True})
        # Cards of both are no quorum of either.
        answer = call("activate", *shown("co-0", (1, 2)), *shown("co-1"),
                      status=1)
        same(verdicts(answer), ["ok", "ok"] + ["other-epoch"] * 3)
        # A pending set does not put it to sleep.
        call("activate", *shown("co-0"))
        call("deactivate", *shown("co-1"), status=1)
        call("deactivate", *shown("co-0"))
        # M of its own cards put it in force.
        same(call("activate", *shown("co-1", (4, 5, 6)))["state"], "active")
        same(records(), {new: False})
        same(derive(), woken)
        call("deactivate", *shown("co-1"))
        call("activate", *shown("co-0"), status=1)
        shutil.rmtree("hsm")
        for number in range(3):
            os.rename(f"co-{number}", f"{scheme}-{number}")
        assert key


def test_a_few_of_its_own_cards_do_not_do():
    (old, new, _), _ = hsm.history("gf256")
    hsm.new("co-0")
    answer = run("enrol", "--device", "hsm", "co-1/record.ks", *shown("co-0"),
                 *shown("co-1", (1, 2)))
    tap.has(answer.out, "pending until 3 of its cards")
    same(records(), {old: False, new: True})


def test_too_few_authorise_nothing():
    (old, new, _), _ = hsm.history("gf256")
    hsm.new("co-0")
    answer = enrol("co-1/record.ks", *shown("co-0", (1, 2)), *shown("co-1"),
                   status=1).json()
    same((answer["accepted"], answer["needed"]), (2, 3))
    same(records(), {old: False})
    assert new


def test_a_pending_record_needs_the_quorum_again():
    (old, new, _), _ = hsm.history("pedersen")
    hsm.new("co-0")
    enrol("co-1/record.ks", *shown("co-0"))
    enrol("co-1/record.ks", *shown("co-1"), status=1)
    same(records(), {old: False, new: True})
    enrol("co-1/record.ks", *shown("co-0", (5, 6, 7)), *shown("co-1"))
    same(records(), {new: False})


def test_slept_through_two_refreshes():
    """The chain must be whole; then an SO quorum, or the old set's own."""
    for scheme in hsm.SCHEMES:
        (first, _, last), key = hsm.history(scheme)
        deal("so", "so", bytes(32), "--scheme", scheme)
        hsm.new("co-0", "so")
        so = fingerprint("so/record.ks")
        before = content()
        for more in ([], ["--chain", "co-0/record.ks"],
                     ["--chain", "so/record.ks"]):
            enrol("co-2/record.ks", *shown("so"), more=more, status=1)
            unchanged(before)
        enrol("co-2/record.ks", *shown("so"), status=3,
              more=["--chain", "not-there"])
        unchanged(before)
        chain = ["--chain", "so/record.ks", "--chain", "co-1/record.ks",
                 "--chain", "co-0/card-1.ks"]
        enrol("co-2/record.ks", *shown("co-1"), more=chain, status=1)
        answer = enrol("co-2/record.ks", *shown("so", (2, 4, 6)),
                       *shown("co-2", (9, 8, 7)), more=chain).json()
        same(verdicts(answer), ["ok"] * 6)
        same(records(), {first: False, so: False, last: True})
        call("activate", *shown("co-2", (1, 3, 5, 9)))
        same(records(), {so: False, last: False})
        same(derive("x"), hsm.expected_key(key, "co-0/record.ks", "x"))
        shutil.rmtree("hsm")
        for name in ("co-0", "co-1", "co-2", "so"):
            os.rename(name, f"{scheme}-{name}")


def test_older_records_and_siblings_are_refused():
    (_, middle, _), _ = hsm.history("pedersen")
    hsm.new("co-1")
    before = content()
    answer = enrol("co-0/record.ks", *shown("co-1"), *shown("co-0"), status=1)
    same(verdicts(answer.json()), ["unused"] * 6)
    unchanged(before)
    same(records(), {middle: False})


def refresh(source, out, indices):
    """New cards of all, made with those who are there."""
    if run("refresh", "--help", status=None).status != 0:
        tap.skip("the command has no refresh")
    run("refresh", "--record", f"{source}/record.ks", "--out", out,
        *shown(source, indices))


def test_an_officer_is_replaced():
    """The cards of two who left, and one who stayed: worth nothing."""
    for scheme in hsm.SCHEMES:
        deal("old", "co", bytes(range(32)), "--scheme", scheme)
        hsm.new("old")
        call("activate", *shown("old"))
        key = derive()
        refresh("old", "new", (1, 2, 4, 5, 7))
        enrol("new/record.ks", *shown("old", (1, 4, 7)),
              *shown("new", (3, 5, 6)))
        same(derive(), key)
        call("deactivate", *shown("old"), status=1)
        call("deactivate", *shown("new", (6, 3, 2)))
        call("activate", *shown("new", (1, 2)), "old/card-3.ks", status=1)
        call("activate", *shown("new", (5, 6, 7)))
        same(derive(), key)
        for name in ("hsm", "old", "new"):
            shutil.rmtree(name)


def test_siblings_are_refused():
    deal("old", "co", bytes(range(32)))
    refresh("old", "new", (1, 2, 3))
    refresh("old", "twin", (1, 2, 3))
    hsm.new("new")
    before = content()
    for chain in ([], ["--chain", "old/record.ks"]):
        enrol("twin/record.ks", *shown("new"), *shown("twin"), more=chain,
              status=1)
        unchanged(before)
    # While it is pending another may come in its place.
    hsm.new("old", device="other")
    for name in ("new", "twin"):
        enrol(f"{name}/record.ks", *shown("old"), device="other")
        same([(one["fingerprint"], one["pending"])
              for one in status("other")["enrolled"]],
             [(fingerprint("old/record.ks"), False),
              (fingerprint(f"{name}/record.ks"), True)])


def test_an_so_set_takes_over_from_the_officers():
    """Other records: by an SO set, and while there is none by a CO set."""
    hsm.deal_all("co", "so")
    deal("west", "co", bytes(range(32)))
    deal("late", "so", bytes(range(32)))
    hsm.new("co", "so")
    answer = enrol("west/record.ks", *shown("co"), *shown("west"), status=1)
    same(verdicts(answer.json())[:3], ["other-role"] * 3)
    enrol("west/record.ks", *shown("so"), *shown("west"))
    enrol("late/record.ks", *shown("west"), status=1)
    enrol("late/record.ks", *shown("so"), *shown("late"))
    same(list(records().values()), [False] * 4)
    # Never across lineages: a quorum is of one set.
    deal("another", "co", bytes(range(32)))
    answer = enrol("another/record.ks", *shown("so", (1, 2)),
                   *shown("late", (3, 4)), status=1).json()
    same(verdicts(answer), ["ok", "ok", "other-set", "other-set"])


def test_enrol_while_active():
    (old, new, _), _ = hsm.history("gf256")
    hsm.new("co-0")
    call("activate", *shown("co-0"))
    key = derive()
    same(enrol("co-1/record.ks", *shown("co-0")).json()["state"], "active")
    same(derive(), key)
    answer = enrol("co-1/record.ks", *shown("co-0"), *shown("co-1")).json()
    same(answer["state"], "active")
    same(records(), {new: False})
    same(derive(), key)
    call("deactivate", *shown("co-1"))
    assert old


def test_a_record_whose_cards_do_not_exist_never_takes_over():
    """In the place of a first one it may come; of an enrolled one never."""
    hsm.deal_all("co")
    deal("ghost", "co", bytes(range(32)))
    for i in range(1, 8):
        os.remove(f"ghost/card-{i}.ks")
    enrol("ghost/record.ks", hsm="x")
    call("activate", *shown("co"), status=1)
    enrol("co/record.ks", *shown("co"))
    same(records(), {fingerprint("co/record.ks"): False})
    enrol("ghost/record.ks", *shown("co"))
    same(records(), {fingerprint("co/record.ks"): False,
                     fingerprint("ghost/record.ks"): True})
    call("activate", *shown("co"))
    call("deactivate", *shown("co"))


def test_a_record_on_a_card_will_do():
    hsm.deal_all("co")
    enrol("co/card-4.ks", *shown("co"), hsm="x")
    write("cut", read("co/card-1.ks")[:100])
    run("enrol", "--device", "hsm", "cut", *shown("co"), status=1)


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
