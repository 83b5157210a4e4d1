# SPDX-License-Identifier: ISC
"""Cards refreshed and re-shared onto others, all in one reader."""
import os
import sys

import tap
from hand import (KEY, MANY, PIN, SMALL, Table, deal_cards, info, named,
                  verdicts)
from keyshare import cards as files
from keyshare import deal, fingerprint, read
from tap import has, same


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


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
