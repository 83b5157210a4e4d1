# SPDX-License-Identifier: ISC
"""Ceremonies with cards that come one by one: dealt, read back, torn, repaired,
refreshed, re-shared, and cut off half way."""
import os
import signal
import sys

import tap
from hand import PIN, Table, wait_for
from keyshare import cards as files
from keyshare import deal, fingerprint, read, run, write
from pcscd import AFTER
from tap import has, same

KEY = bytes(range(32))
MANY = [PIN] * 100
SMALL = ("--role", "custom", "--threshold", "2", "--count", "3")


def deal_cards(table, names, *words, **how):
    """Deal a known key to cards, of which the first is in the reader."""
    write("key.bin", KEY)
    how.setdefault("pins", MANY)
    return table.run("deal", "--json", "--key-file", "key.bin", "--cards",
                     "pcsc:0", *words, cards=names, **how)


def named(count, prefix="card"):
    return [f"{prefix}-{number}" for number in range(1, count + 1)]


def verdicts(answer):
    return [one["verdict"] for one in answer["cards"]]


def info(table, name, status=0):
    table.put(name)
    return table.run("card", "info", "--json", "pcsc:0", status=status).json()


def test_seven_cards():
    """Seven dealt, five read and the key recovered; then of seven two torn."""
    names = named(7)
    with Table() as table:
        table.new(*names)
        answer = deal_cards(table, names, "--role", "rksh", "--out", "set",
                            "--label", "West").json()
        same(os.listdir("set"), ["record.ks"])
        same(answer["files"], ["set/record.ks"])
        same([(one["index"], one["changed"], one["open"])
              for one in answer["issued"]],
             [(index, True, False) for index in range(1, 8)])
        lines = run("label", "--record", "set/record.ks").out.splitlines()
        same([one["label"] for one in answer["issued"]], lines)
        told = table.run("recover", "--json", "--record", "set/record.ks",
                         "--out", "key", *["pcsc:0"] * 5, pins=MANY,
                         cards=["card-6", "card-2", "card-4", "card-1"]).json()
        same([one["index"] for one in told["cards"]], [7, 6, 2, 4, 1])
        same(read("key"), KEY)
        for name in ("card-3", "card-5"):
            table.put(name)
            table.slots[0].fault(28, AFTER)
            table.run("card", "erase", "pcsc:0", pins=[PIN], status=3)
            table.torn()
            same(info(table, name, status=1)["state"], "incomplete")
        table.put(None)
        told = table.run("recover", "--json", "--reveal", "--record",
                         "set/record.ks", *["pcsc:0"] * 7, pins=MANY,
                         cards=names)
        same(verdicts(told.json()), ["ok", "ok", "unreadable", "ok",
                                     "unreadable", "ok", "ok"])
        same(told.json()["key"], KEY.hex())
        has(told.err, "torn")
        # A torn card is mended by what is written to it again.
        answer = table.run("repair", "--json", "--record", "set/record.ks",
                           "--index", "3", "--cards", "pcsc:0",
                           *["pcsc:0"] * 5, pins=MANY,
                           cards=["card-1", "card-2", "card-4", "card-6"] +
                           ["card-7", "card-1", "card-2", "card-4", "card-6"] +
                           ["card-3"]).json()
        same(answer["issued"][0]["index"], 3)
        same(info(table, "card-3")["share"]["index"], 3)


def test_says_beforehand_and_prints_labels():
    names = named(3)
    with Table() as table:
        table.new(*names)
        write("key.bin", KEY)
        answer = table.run("deal", "--key-file", "key.bin", *SMALL, "--cards",
                           "pcsc:0", "--out", "set", pins=MANY, cards=names)
        text = " ".join(answer.out.split())
        has(text, "3 cards are to be written in pcsc:0")
        has(text, "with 2 holders' cards written, or more, the set is whole "
                  "but for the others, which \"keyshare repair\" makes")
        for line in run("label", "--record",
                        "set/record.ks").out.splitlines():
            has(text, "bag: " + line)
        has(text, "Written to set: record.ks; and 3 cards")


def test_wrong_use():
    deal()
    for words in (("--cards", "set"), ("--force",)):
        run("deal", *SMALL, "--generate", "32", "--out", "new", *words,
            status=2)
    run("deal", *SMALL, "--generate", "32", "--cards", "pcsc:0", status=2)
    run("repair", "--record", "set/record.ks", "--index", "1", "--cards",
        "pcsc:0", "--out", "x", *files()[1:], status=2)
    run("repair", "--record", "set/record.ks", "--index", "1", *files()[1:],
        status=2)
    assert not os.path.exists("new") and not os.path.exists("new.partial")


def test_what_is_not_overwritten():
    with Table() as table:
        table.new(*named(3), *named(3, "old"))
        deal_cards(table, named(3, "old"), *SMALL, "--out", "old")
        table.put("old-1")
        # Another set's card: not without --force, and another is asked for.
        answer = deal_cards(table, ["card-1", "card-2", "card-3"], *SMALL,
                            "--out", "set")
        has(answer.err, "card 1 of the set " + fingerprint("old/record.ks"))
        same(info(table, "old-1")["share"]["record_fingerprint"],
             fingerprint("old/record.ks"))
        # With it, but never one of the set that is being written.
        table.put("old-1")
        answer = deal_cards(table, ["old-1", "old-2", "old-3"], *SMALL,
                            "--force", "--out", "third")
        has(answer.err, "in force, or is being written")
        told = info(table, "old-1")
        same((told["share"]["index"], told["share"]["record_fingerprint"]),
             (1, fingerprint("third/record.ks")))


def test_the_set_in_force_is_not_overwritten():
    with Table() as table:
        table.new(*named(3), "new", "other")
        deal_cards(table, named(3), *SMALL, "--out", "set")
        for name in named(3):
            table.put(name)
            table.run("card", "read", "--out", f"{name}.ks", "pcsc:0",
                      pins=[PIN])
        table.put("card-1")
        answer = table.run(
            "refresh", "--json", "--force", "--record", "set/record.ks",
            "--cards", "pcsc:0", "--out", "next", "card-1.ks", "card-2.ks",
            "card-3.ks", pins=[PIN], cards=["new", "card-2", "other"],
            status=1)
        has(answer.err, "card 1 of the set " + fingerprint("set/record.ks"))
        has(answer.err, "in force, or is being written")
        # One was written, and two would be needed.
        has(answer.err, "1 of 3 cards are written, and 2 would be needed")
        assert not os.path.exists("next")
        same(info(table, "card-2")["share"]["record_fingerprint"],
             fingerprint("set/record.ks"))
        same(info(table, "new")["share"]["record_fingerprint"],
             fingerprint("next.partial/record.ks"))
        # The next attempt says what there is, and writes nothing.
        answer = table.run(
            "refresh", "--record", "set/record.ks", "--cards", "pcsc:0",
            "--out", "next", "card-1.ks", "card-2.ks", status=2)
        has(answer.err, "issued in a reader")
        has(answer.err, "keyshare card erase")


def test_refresh_onto_new_cards():
    """Old cards three times each, and new ones, all in one reader."""
    old, new = named(3), named(3, "new")
    with Table() as table:
        table.new(*old, *new)
        deal_cards(table, old, *SMALL, "--out", "set")
        table.put("card-1")
        answer = table.run(
            "refresh", "--json", "--record", "set/record.ks", "--cards",
            "pcsc:0", "--out", "next", "pcsc:0", "pcsc:0", pins=[PIN] * 9,
            # Judged; round one, with a wrong one, which is not asked for its
            # PIN; card 3, who is absent; round two, each for its own.
            cards=["card-2", "card-2", "card-1", "card-2", "new-3", "card-1",
                   "new-1", "card-2", "new-2"])
        has(answer.err, "that is not card 1")
        told = answer.json()
        same([one["index"] for one in told["issued"]], [3, 1, 2])
        same(told["record"], fingerprint("next/record.ks"))
        same(os.listdir("next"), ["record.ks"])
        answer = table.run(
            "recover", "--json", "--reveal", "--record", "next/record.ks",
            "pcsc:0", "pcsc:0", "pcsc:0", pins=MANY,
            cards=["new-3", "card-1"], status=0).json()
        same(answer["key"], KEY.hex())
        same(verdicts(answer), ["ok", "ok", "other-epoch"])


def test_reshare_to_more():
    with Table() as table:
        table.new(*named(4, "new"))
        deal("set", "custom", KEY, "--threshold", "2", "--count", "3")
        answer = table.run(
            "reshare", "--json", "--record", "set/record.ks", "--threshold",
            "3", "--count", "4", "--cards", "pcsc:0", "--out", "four",
            *files("set", (1, 2)), pins=MANY, cards=named(4, "new")).json()
        same(len(answer["issued"]), 4)
        told = table.run(
            "recover", "--json", "--reveal", "--record", "four/record.ks",
            *["pcsc:0"] * 3, pins=MANY, cards=["new-1", "new-2"]).json()
        same(told["key"], KEY.hex())


def test_torn_while_it_is_issued():
    """The same card again is asked for, and is mended."""
    names = named(3)
    with Table() as table:
        table.new(*names)
        table.put("card-1")
        table.slots[0].fault(25, AFTER)
        answer = deal_cards(table, ["card-1", "card-2", "card-3"], *SMALL,
                            "--out", "set",
                            each=lambda left: left == 3 and table.torn())
        has(answer.err, "card 1 is not written")
        same(len(answer.json()["issued"]), 3)
        same(info(table, "card-1")["state"], "whole")


def begin_deal(table, cards):
    """A dealing that waits for the card after CARDS."""
    write("key.bin", KEY)
    table.put(cards[0])
    process = table.start("deal", "--json", "--key-file", "key.bin", *SMALL,
                          "--cards", "pcsc:0", "--out", "set", pins=MANY)
    for name in cards[1:]:
        wait_for(process, b"insert")
        table.put(name)
    wait_for(process, b"insert")
    return process


def finish(process, number):
    process.send_signal(number)
    same(process.wait(60), -number)
    said = process.stderr.read().decode()
    process.stderr.close()
    process.stdout.close()
    return said


def test_cut_off_with_too_few():
    with Table() as table:
        table.new("card-1")
        finish(begin_deal(table, ["card-1"]), signal.SIGKILL)
        same(os.listdir("set.partial"), ["record.ks"])
        answer = table.run("check", "--record", "set.partial/record.ks",
                           "pcsc:0", pins=[PIN], status=1)
        text = " ".join(answer.out.split())
        has(text, "no good card of index 2 and 3 is here")
        has(text, "they are no set: erase them (keyshare card erase)")
        answer = deal_cards(table, [], *SMALL, "--out", "set", status=2)
        has(answer.err, "keyshare check --record set.partial/record.ks")
        has(answer.err, "remove set.partial")
        table.run("card", "erase", "pcsc:0", pins=[PIN])


def test_cut_off_with_enough():
    with Table() as table:
        table.new(*named(3))
        finish(begin_deal(table, ["card-1", "card-2"]), signal.SIGKILL)
        record = "set.partial/record.ks"
        answer = table.run("check", "--record", record, "pcsc:0", "pcsc:0",
                           pins=MANY, cards=["card-1"])
        has(answer.out, "\"keyshare repair\" makes it")
        answer = table.run("repair", "--json", "--record", record, "--index",
                           "3", "--cards", "pcsc:0", "pcsc:0", "pcsc:0",
                           pins=MANY,
                           cards=["card-2", "card-1", "card-2", "card-3"])
        told = table.run("recover", "--json", "--reveal", "--record", record,
                         "pcsc:0", "pcsc:0", pins=MANY, cards=["card-1"])
        same(told.json()["key"], KEY.hex())


def test_interrupted():
    """A signal is no crash: it says what there is before it ends."""
    with Table() as table:
        table.new(*named(2))
        said = finish(begin_deal(table, ["card-1", "card-2"]), signal.SIGTERM)
        has(said, "2 of 3 cards are written, which is enough")
        same(os.listdir("set"), ["record.ks"])
        assert not os.path.exists("set.partial")
    with Table() as table:
        os.remove("set/record.ks")
        os.rmdir("set")
        table.new("other")
        said = finish(begin_deal(table, ["other"]), signal.SIGINT)
        has(said, "1 of 3 cards are written, and 2 would be needed")
        same(os.listdir("set.partial"), ["record.ks"])


def test_nothing_is_left_where_no_card_was_written():
    with Table() as table:
        table.new("card-1")
        table.put("card-1")
        answer = deal_cards(table, [], *SMALL, "--out", "set", pins=[],
                            status=1)
        has(answer.err, "--pin-fd has no more lines")
        assert not os.path.exists("set") and not os.path.exists("set.partial")
        assert info(table, "card-1", status=1)["state"] != "whole"


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
