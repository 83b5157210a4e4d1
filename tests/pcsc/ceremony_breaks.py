# SPDX-License-Identifier: ISC
"""Ceremonies that go wrong: the wrong card, one torn out, a command cut off."""
import os
import signal
import sys

import tap
from hand import (KEY, MANY, PIN, SMALL, Table, deal_cards, info, named,
                  wait_for)
from keyshare import fingerprint, write
from pcscd import AFTER
from tap import has, same


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
