# SPDX-License-Identifier: ISC
"""keyshare label: a line for each card's bag, and nothing else."""
import sys

import tap
from keyshare import deal, read, run, share_of, vectors, write
from tap import has, same


def first_words(words):
    return " ".join(words.split()[:8])


def test_a_line_for_each_card():
    _, dealt = deal("set", "co", None, "--label", "根, \"west\"")
    words = first_words(dealt["words"])
    answer = run("label", "--record", "set/record.ks")
    same(answer.out.splitlines(), [
        f"co {i}, \"根, \"west\"\", epoch 0, 3-of-7, {words}"
        for i in range(1, 8)])
    has(answer.err, f"record not authenticated: compare {dealt['words']}")


def test_a_line_for_one_card():
    _, dealt = deal()
    words = first_words(dealt["words"])
    answer = run("label", "--record", "set/card-3.ks", "--index", "7",
                 "--expect", dealt["record"])
    same(answer.out, f"rksh 7, epoch 0, 5-of-7, {words}\n")
    same(answer.err, "")


def test_every_record_of_the_vectors():
    for case in vectors()["cases"]:
        for epoch, dealt in enumerate(case["epochs"]):
            write("record", bytes.fromhex(dealt["record"]))
            label = f"\"{dealt['label']}\", " if dealt["label"] else ""
            lines = run("label", "--record", "record").out.splitlines()
            same(lines, [
                f"{dealt['role']} {i}, {label}epoch {epoch}, "
                f"{dealt['threshold']}-of-{dealt['count']}, "
                f"{first_words(dealt['words'])}"
                for i in range(1, dealt["count"] + 1)], case["name"])


def test_json():
    _, dealt = deal("set", "transfer", None, "--label", "x")
    words = first_words(dealt["words"])
    lines = [{"index": i,
              "line": f"transfer {i}, \"x\", epoch 0, 2-of-3, {words}"}
             for i in range(1, 4)]
    answer = run("label", "--json", "--record", "set/record.ks").json()
    same(answer, {"record": dealt["record"], "authenticated": False,
                  "labels": lines})
    answer = run("label", "--json", "--record", "set/record.ks", "--index",
                 "2", "--expect", dealt["words"]).json()
    same(answer, {"record": dealt["record"], "authenticated": True,
                  "labels": lines[1:2]})


def test_statuses():
    _, dealt = deal()
    _, other = deal("other", "co")
    write("share", share_of(read("set/card-1.ks")))
    record = ("--record", "set/record.ks")
    for words, status in (
            ((), 2), (("set/record.ks",), 2),
            ((*record, "set/card-1.ks"), 2),
            ((*record, "--index", "0"), 2), ((*record, "--index", "8"), 2),
            ((*record, "--index", "256"), 2),
            ((*record, "--index", "x"), 2),
            ((*record, "--index", "1", "--index", "2"), 2),
            ((*record, "--expect", "abc"), 2),
            ((*record, "--expect-role", "king"), 2),
            ((*record, "--expect", other["record"]), 1),
            ((*record, "--expect-role", "co"), 1),
            (("--record", "share"), 1), (("--record", "not-there"), 3)):
        for json in ((), ("--json",)):
            answer = run("label", *json, *words, status=status)
            same(answer.out, "", str(words))
            assert answer.err.startswith("keyshare"), answer.err
    run("label", *record, "--expect-role", "rksh", "--expect",
        dealt["record"])


def test_help():
    has(run("label", "--help").out, "keyshare label ")
    has(run("--help").out, "label")


tap.run_tests(sys.modules[__name__])
