# SPDX-License-Identifier: ISC
"""keyshare readers, keyshare card, and cards in the place of files: through a
real daemon, to a card made of software and to Debian's."""
import os
import signal
import sys

import tap
from hand import PIN, Table
from keyshare import cards as files
from keyshare import (deal, fingerprint, read, record_of, run, share_of,
                      vectors, write)
from pcscd import AFTER, Pcscd, Vicc
from tap import has, same, skip


# As of enum softcard_rules.
RULES_IGNORED = 1


def card(table, *words, **how):
    return table.run("card", *words, **how)


def info(table, status=0):
    return card(table, "info", "--json", "pcsc:0", status=status).json()


def test_readers():
    with Table() as table:
        name = table.pcscd.names[0]
        table.new("a")
        table.put("a")
        same(table.run("readers", "--json").json(), {"readers": [
            {"number": 0, "name": name, "card": True},
            {"number": 1, "name": table.pcscd.names[1], "card": False}]})
        lines = table.run("readers").out.splitlines()
        same([line.split()[0] for line in lines], ["pcsc:0", "pcsc:1"])
        # By name, too, and not by what is none.
        same(card(table, "info", "--json", f"pcsc:{name}").json()["reader"], name)
        for wrong in ("pcsc:7", "pcsc:", "pcsc:" + name[:-1]):
            answer = card(table, "info", wrong, status=3)
            has(answer.err, "no such reader")
        table.run("readers", "what", status=2)


def test_no_service():
    with Table():
        pass
    nowhere = dict(os.environ, PCSCLITE_CSOCK_NAME=os.path.abspath("nowhere"))
    run("readers", status=3, env=nowhere)
    run("card", "info", "pcsc:0", status=3, env=nowhere)
    deal()
    answer = run("verify", "--json", "--record", "set/record.ks", "pcsc:0",
                 "set/card-1.ks", status=1, env=nowhere)
    same([one["verdict"] for one in answer.json()["cards"]],
         ["unreadable", "ok"])
    has(answer.err, "no such reader, or the service")


def test_life_of_a_card():
    deal()
    with Table() as table:
        table.new("a")
        table.put("a")
        empty = info(table)
        same((empty["state"], empty["record"], empty["share"], empty["guard"]),
             ("empty", None, None, None))
        same((empty["done"], empty["error"]), (True, None))
        answer = card(table, "write", "--json", "--image", "set/card-3.ks",
                      "pcsc:0", pins=[PIN]).json()
        same((answer["done"], answer["changed"], answer["guard"]),
             (True, True, "pin"))
        told = info(table)
        same((told["state"], told["share"]["index"], told["error"],
              told["guard"], told["tries"]), ("whole", 3, None, "pin", 3))
        same(told["record"]["fingerprint"], fingerprint("set/record.ks"))
        same(told["share"]["record_fingerprint"], told["record"]["fingerprint"])
        text = card(table, "info", "pcsc:0").out
        has(text, "its share of index 3")
        # Again, nothing is changed; another one is not written over it.
        same(card(table, "write", "--json", "--image", "set/card-3.ks",
                  "pcsc:0", pins=[PIN]).json()["changed"], False)
        answer = card(table, "write", "--image", "set/card-4.ks", "pcsc:0",
                      pins=[PIN], status=1)
        has(answer.err, "card 3 of the set " + fingerprint("set/record.ks"))
        card(table, "read", "--out", "copy", "pcsc:0", pins=[PIN])
        same(read("copy"), read("set/card-3.ks"))
        same(os.stat("copy").st_mode & 0o777, 0o600)
        card(table, "read", "--out", "copy", "pcsc:0", pins=[PIN], status=2)
        same(read("copy"), read("set/card-3.ks"))
        card(table, "write", "--force", "--image", "set/card-4.ks", "pcsc:0",
             pins=[PIN])
        same(info(table)["share"]["index"], 4)
        answer = card(table, "erase", "pcsc:0", pins=[PIN])
        has(answer.out, "rksh 4, ")
        same(answer.out.splitlines()[-1],
             "erased, not destroyed: shred the card")
        assert not table.slots[0].remembers(
            share_of(read("set/card-4.ks"))[60:90])
        answer = card(table, "erase", "--json", "pcsc:0", pins=[PIN]).json()
        same((answer["state"], answer["changed"]), ("empty", False))
        answer = card(table, "read", "--json", "--out", "none", "pcsc:0",
                      pins=[PIN], status=1).json()
        same((answer["done"], answer["state"]), (False, "empty"))
        assert not os.path.exists("none")


def test_wrong_use():
    deal()
    with Table() as table:
        for words in ((), ("info",), ("info", "set/card-1.ks"),
                      ("info", "pcsc:0", "pcsc:1"), ("shred", "pcsc:0"),
                      ("read", "pcsc:0"), ("write", "pcsc:0"),
                      ("info", "--force", "pcsc:0"),
                      ("erase", "--out", "x", "pcsc:0"),
                      ("write", "--image", "pcsc:1", "pcsc:0"),
                      ("info", "--pin-fd", "99", "pcsc:0"),
                      ("info", "--pin-fd", "x", "pcsc:0")):
            card(table, *words, status=2)
        write("nothing", b"nothing")
        table.new("a")
        table.put("a")
        card(table, "write", "--image", "nothing", "pcsc:0", pins=[PIN],
             status=1)
        card(table, "write", "--image", "not-there", "pcsc:0", pins=[PIN],
             status=3)
        same(table.slots[0].count()["updates"], 0)


def test_wrapped_key():
    good = vectors()["wrapped keys"]["good"][0]
    write("wrapped", bytes.fromhex(good["bytes"]))
    with Table() as table:
        table.new("a")
        table.put("a")
        card(table, "write", "--image", "wrapped", "pcsc:0", pins=[PIN])
        told = info(table)
        same((told["share"], told["record"]), (None, None))
        same(told["wrapped"]["lineage"],
             run("inspect", "--json", "wrapped").json()["files"][0]["wrapped"]
             ["lineage"])
        card(table, "read", "--out", "copy", "pcsc:0")
        same(read("copy"), read("wrapped"))
        deal()
        answer = card(table, "write", "--image", "set/card-1.ks", "pcsc:0",
                      pins=[PIN], status=1)
        has(answer.err, "wrapped key")


def test_torn():
    """Torn while it is written: it says so, and is mended by the same again."""
    deal()
    with Table() as table:
        table.new("a")
        table.put("a")
        table.slots[0].fault(30, AFTER)
        card(table, "write", "--image", "set/card-1.ks", "pcsc:0", pins=[PIN],
             status=3)
        table.torn()
        table.put("a")
        told = info(table, status=1)
        same(told["state"], "incomplete")
        answer = table.run("check", "--json", "--record", "set/record.ks",
                           *files()[1:], "pcsc:0", pins=[PIN]).json()
        same([one["verdict"] for one in answer["cards"]],
             ["ok"] * 6 + ["unreadable"])
        card(table, "write", "--image", "set/card-1.ks", "pcsc:0", pins=[PIN])
        same(info(table)["state"], "whole")


def test_no_room_for_the_record():
    deal()
    with Table() as table:
        table.new("a", memory=400)
        table.put("a")
        answer = card(table, "write", "--json", "--image", "set/card-1.ks",
                      "pcsc:0", pins=[PIN]).json()
        same(answer["record_omitted"], True)
        card(table, "read", "--out", "alone", "pcsc:0", pins=[PIN])
        same(read("alone"), share_of(read("set/card-1.ks")))
        answer = table.run("label", "--record", "pcsc:0", status=1)
        has(answer.err, "share alone")


def test_open_card_is_told():
    deal()
    with Table() as table:
        table.new("a", rules=RULES_IGNORED)
        table.put("a")
        answer = card(table, "write", "--image", "set/card-1.ks", "pcsc:0")
        has(answer.err, "anyone can read the share")
        same(info(table)["guard"], "open")


def test_on_a_card_by_others():
    deal()
    with Pcscd() as pcscd, Vicc(pcscd):
        def vicc(*words, **how):
            return run("card", *words, env=pcscd.environment, **how)

        if "without readers" in vicc("info", "pcsc:0", status=None).err:
            skip("the command was built without readers")
        answer = vicc("write", "--image", "set/card-5.ks", "pcsc:0")
        has(answer.err, "anyone can read the share")
        told = vicc("info", "--json", "pcsc:0").json()
        same((told["state"], told["share"]["index"], told["guard"]),
             ("whole", 5, "open"))
        vicc("read", "--out", "copy", "pcsc:0")
        same(read("copy"), read("set/card-5.ks"))
        run("verify", "--record", "pcsc:0", "pcsc:0", env=pcscd.environment)
        has(vicc("erase", "pcsc:0").out, "shred the card")
        has(vicc("info", "pcsc:0").out, "empty")


def test_records_from_cards():
    deal()
    with Table() as table:
        table.new("a", "b")
        for name, image in (("a", "set/card-2.ks"), ("b", "set/card-6.ks")):
            table.put(name)
            card(table, "write", "--image", image, "pcsc:0", pins=[PIN])
        # The card that gave the record is the first one, too.
        answer = table.run("verify", "--json", "--record", "pcsc:0", "pcsc:0",
                           "pcsc:0", pins=[PIN, PIN], cards=["a"]).json()
        same([one["index"] for one in answer["cards"]], [6, 2])
        answer = table.run("inspect", "--json", "pcsc:0", "pcsc:0",
                           cards=["b"]).json()
        same([one["share"]["index"] for one in answer["files"]], [2, 6])
        same(len(table.run("label", "--record", "pcsc:0").out.splitlines()), 7)
        answer = table.run("audit", "--json", "pcsc:0", "set/record.ks",
                           "pcsc:0", cards=["a"]).json()
        same(len(answer["records"]), 3)
        same(answer["consistent"], True)
        write("record", record_of(read("set/card-1.ks")))
        same(read("record"), read("set/record.ks"))


def test_two_readers():
    deal()
    with Table() as table:
        table.new("a", "b")
        for reader, name in enumerate(("a", "b")):
            table.put(name, reader)
            card(table, "write", "--image", f"set/card-{reader + 1}.ks",
                 f"pcsc:{reader}", pins=[PIN])
        # Whatever it is called, it is one reader with one card.
        name = table.pcscd.names[0]
        answer = table.run("check", "--json", "--record", "set/record.ks",
                           "pcsc:0", "pcsc:1", f"pcsc:{name}", *files()[2:5],
                           pins=[PIN] * 3, cards=["a"]).json()
        same([one["verdict"] for one in answer["cards"]],
             ["ok", "ok", "duplicate"] + ["ok"] * 3)


def test_a_device_takes_cards():
    deal("co", "co")
    run("enrol", "--device", "hsm", "--hsm", "West", "co/record.ks")
    with Table() as table:
        table.new("a", "b")
        for name, index in (("a", 1), ("b", 2)):
            table.put(name)
            card(table, "write", "--image", f"co/card-{index}.ks", "pcsc:0",
                 pins=[PIN])
        answer = table.run("activate", "--json", "--device", "hsm", "pcsc:0",
                           "pcsc:0", "co/card-3.ks", pins=[PIN, PIN],
                           cards=["a"]).json()
        same(answer["state"], "active")
        same([one["index"] for one in answer["cards"]], [2, 1, 3])


def test_interrupted_while_it_waits():
    with Table() as table:
        process = table.start("card", "info", "pcsc:0")
        line = process.stderr.readline()
        has(line.decode(), "insert")
        process.send_signal(signal.SIGTERM)
        same(process.wait(20), -signal.SIGTERM)
        process.stderr.close()
        process.stdout.close()


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
