# SPDX-License-Identifier: ISC
"""Seven cards dealt, read back, torn, and repaired; what is said meanwhile."""
import os
import sys

import tap
from hand import (KEY, MANY, PIN, SMALL, Table, deal_cards, info, named,
                  verdicts)
from keyshare import cards as files
from keyshare import deal, read, run, write
from pcscd import AFTER
from tap import has, same


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


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
