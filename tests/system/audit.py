# SPDX-License-Identifier: ISC
"""keyshare audit: findings, what is authenticated, the weakest set.

Records of gf256 have no proof, so that any can be made here; what has to be
said of them is worked out here anew, in the words of the specification.
"""
import hashlib
import itertools
import os
import random
import sys

import tap
from keyshare import (deal, flip_last, objects, read, record_of, run,
                      share_of, vectors, write)
from tap import has, same

ROLES = ["custom", "rksh", "co", "so", "transfer"]


# ---- Records, and what is in them ----

def encode(tag, value):
    if len(value) < 0x80:
        return bytes([tag, len(value)]) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + value


def make(epoch=0, predecessor=b"", lineage=b"l" * 16, key=b"k" * 32, role=0,
         threshold=2, count=3, label=b"", key_len=32):
    """A record of gf256."""
    content = b"".join([
        encode(0x80, b"\x01"), encode(0x81, b"\x01"),
        encode(0x82, bytes([role])),
        encode(0x83, bytes([threshold])), encode(0x84, bytes([count])),
        encode(0x85, key_len.to_bytes(2, "big")), encode(0x86, lineage),
        encode(0x87, epoch.to_bytes(4, "big")), encode(0x88, label),
        encode(0x89, bytes(8)),
        encode(0x8a, predecessor or bytes(32)) if epoch > 0 else b"",
        encode(0x8b, key + os.urandom(32 * count))])
    return encode(0xe1, content)


def fp(record):
    return hashlib.sha256(record).digest()


def fields(record):
    content = record[objects(record)[0][2]:]
    return {tag: content[start:end]
            for tag, _, start, end in objects(content)}


class Record:
    """What the model knows of a record."""

    def __init__(self, record):
        field = fields(record)
        self.fp = fp(record)
        self.lineage = field[0x86]
        self.epoch = int.from_bytes(field[0x87], "big")
        self.role = ROLES[field[0x82][0]]
        self.threshold, self.count = field[0x83][0], field[0x84][0]
        self.predecessor = field.get(0x8a)
        self.pedersen = field[0x81] == b"\x02"
        self.points = [field[0x8b][i:i + 32]
                       for i in range(0, len(field[0x8b]), 32)]
        step = self.threshold if self.pedersen else len(self.points)
        self.key = (field[0x81], field[0x85], self.lineage,
                    self.points[::step])


# ---- What has to be said of them ----

def finding(record, records, root):
    if record is None:
        return "not-a-record"
    if record.lineage != root.lineage:
        return "other-lineage"
    previous = [other for other in records
                if other and other.fp == record.predecessor]
    if not previous:
        return "ok" if record.fp == root.fp else "no-predecessor"
    previous = previous[0]
    if record.epoch != previous.epoch + 1:
        return "wrong-epoch"
    if record.key != previous.key:
        return "other-key"
    if record.pedersen and record.threshold == previous.threshold and any(
            a == b for i, (a, b) in enumerate(zip(record.points,
                                                  previous.points))
            if i % record.threshold):
        return "not-refreshed"
    return "ok"


def model(paths, expected=()):
    records = []
    for path in paths:
        try:
            records.append(Record(record_of(read(path))))
        except (AssertionError, IndexError):
            records.append(None)
    there = [record for record in records if record]
    ours = [record for record in there if record.lineage == there[0].lineage]
    root = min(ours, key=lambda record: record.epoch, default=None)
    found = [finding(record, records, root) for record in records]
    weakest = min(ours, default=None, key=lambda record: (
        record.threshold, -record.epoch, -record.count, record.fp))
    named = {record.predecessor for record in there}
    leaves = {record.fp for record in there if record.fp not in named}

    def show(record, *names):
        values = {"threshold": record.threshold, "count": record.count,
                  "role": record.role, "epoch": record.epoch,
                  "fingerprint": record.fp.hex()} if record else {}
        return {name: values.get(name) for name in names}

    row = ("fingerprint", "epoch", "role", "threshold", "count")
    return {
        "consistent": set(found) == {"ok"},
        "authenticated": bool(expected) and leaves <= set(expected)
        and set(expected) <= {record.fp for record in there},
        "root_epoch": root.epoch if root else None,
        "records": [{"path": path, **show(record, *row), "finding": word}
                    for path, record, word in zip(paths, records, found)],
        "weakest": show(weakest, "threshold", "count", "role", "epoch",
                        "fingerprint") if weakest else None}


def audit(*paths, expected=()):
    """The answer, which is what the model says; so is the exit status."""
    options = [word for one in expected for word in ("--expect", one.hex())]
    wanted = model(paths, expected)
    good = wanted["consistent"] and (wanted["authenticated"] or not expected)
    answer = run("audit", "--json", *options, *paths, status=0 if good else 1)
    same(answer.json(), wanted, str(paths))
    assert good or answer.err.startswith("keyshare: "), answer.err
    return wanted


def words_of(answer):
    return [record["finding"] for record in answer["records"]]


def files(**records):
    for name, record in records.items():
        write(name, record)


# ---- The vectors ----

def test_every_audit_of_the_vectors():
    for row in vectors()["audits"]:
        names = []
        for i, record in enumerate(row["records"]):
            names.append(f"{i}.ks")
            write(names[-1], bytes.fromhex(record))
        orders = list(itertools.permutations(names))
        for order in orders[:6]:
            answer = audit(*order)
            same(answer["consistent"], row["consistent"], row["why"])


def test_every_case_of_the_vectors():
    for case in vectors()["cases"]:
        names = []
        for i, dealt in enumerate(case["epochs"]):
            names.append(f"{i}.ks")
            write(names[-1], bytes.fromhex(dealt["record"]))
        newest = bytes.fromhex(case["epochs"][-1]["fingerprint"])
        for order in itertools.permutations(names):
            answer = audit(*order, expected=[newest])
            same((answer["consistent"], answer["authenticated"],
                  answer["root_epoch"]), (True, True, 0), case["name"])
        if len(names) > 1:
            answer = audit(*names[:-1], expected=[newest])
            same((answer["consistent"], answer["authenticated"]),
                 (True, False), case["name"])
            same(audit(*names[1:], expected=[newest])["root_epoch"], 1)


def test_bad_records_of_the_vectors():
    _, dealt = deal()
    for i, bad in enumerate(vectors()["bad records"]):
        write(f"bad-{i}", bytes.fromhex(bad["bytes"]))
    count = len(vectors()["bad records"])
    answer = run("audit", "--json", *[f"bad-{i}" for i in range(count)],
                 "set/record.ks", status=1).json()
    same(words_of(answer), ["not-a-record"] * count + ["ok"])
    same(answer["weakest"]["fingerprint"], dealt["record"])


# ---- Trees of any kind ----

def test_random_trees():
    chance = random.Random(20261124)
    for _ in range(150):
        records = []
        for i in range(chance.randint(1, 7)):
            before = chance.choice(records) if records else None
            wild = chance.random()
            known = Record(before) if before and wild < 0.9 else None
            epoch = min(known.epoch + 1, 2**32 - 1) if known else \
                chance.choice([0, 0, 1, 3])
            if wild < 0.1:
                epoch = chance.choice([0, 1, 2, 2**32 - 1])
            records.append(make(
                epoch, fp(before) if before else os.urandom(32),
                lineage=chance.choice([b"l" * 16] * 9 + [b"m" * 16]),
                key=chance.choice([b"k" * 32] * 9 + [b"c" * 32]),
                key_len=chance.choice([32] * 19 + [33]),
                role=chance.randrange(5), threshold=chance.randint(1, 3),
                count=chance.randint(3, 4)))
        names = []
        for i, record in enumerate(records):
            if chance.random() < 0.9:
                names.append(f"{i}")
                write(f"{i}", record)
        names = chance.choices(names, k=len(names)) + names
        if chance.random() < 0.2 or not names:
            write("nothing", b"nothing")
            names.append("nothing")
        chance.shuffle(names)
        named = {Record(record).predecessor for record in records}
        expected = {fp(record) for record in records
                    if fp(record) not in named or chance.random() < 0.1}
        if chance.random() < 0.3:
            expected = set(list(expected)[1:])
        audit(*names, expected=sorted(expected))


# ---- One by one ----

def test_findings():
    root = make()
    files(root=root, next=make(1, fp(root)), gap=make(2, b"x" * 32),
          jump=make(3, fp(root)), other=make(1, fp(root), key=b"c" * 32),
          longer=make(1, fp(root), key_len=33),
          strange=make(lineage=b"m" * 16), second=make(), nothing=b"nothing",
          empty=b"")
    for name, word in (("next", "ok"), ("gap", "no-predecessor"),
                       ("jump", "wrong-epoch"), ("other", "other-key"),
                       ("longer", "other-key"), ("strange", "other-lineage"),
                       ("second", "no-predecessor"),
                       ("nothing", "not-a-record"), ("empty", "not-a-record")):
        same(words_of(audit("root", name)), ["ok", word], name)
    same(words_of(audit("strange", "root")), ["ok", "other-lineage"])
    same(words_of(audit("second", "root")), ["ok", "no-predecessor"])
    same(words_of(audit("nothing")), ["not-a-record"])
    same(audit("nothing", "empty")["weakest"], None)


def test_a_stuck_refresh():
    rows = [row for row in vectors()["audits"]
            if row["why"].startswith("pedersen: a refresh that")]
    assert rows
    for row in rows:
        files(one=bytes.fromhex(row["records"][0]),
              two=bytes.fromhex(row["records"][1]))
        same(words_of(audit("two", "one")), ["not-refreshed", "ok"])
        answer = run("audit", "one", "two", status=1)
        has(answer.err, "two: record is not-refreshed")


def test_duplicates_have_a_row_each():
    root = make()
    files(root=root, next=make(1, fp(root)))
    answer = audit("next", "root", "next", "root",
                   expected=[fp(read("next"))])
    same([record["path"] for record in answer["records"]],
         ["next", "root", "next", "root"])
    same(answer["authenticated"], True)


def test_a_record_on_a_card():
    """As everywhere: bare, or on a card, even where its share is damaged."""
    _, dealt = deal()
    write("card", flip_last(read("set/card-2.ks")))
    answer = audit("set/card-1.ks", "set/record.ks", "card")
    same(words_of(answer), ["ok", "ok", "ok"])
    same(answer["weakest"]["fingerprint"], dealt["record"])
    write("share", share_of(read("set/card-3.ks")))
    answer = run("audit", "--json", "share", "set/record.ks", status=1).json()
    same(words_of(answer), ["not-a-record", "ok"])


# ---- What was expected ----

def test_expected_in_words():
    _, dealt = deal()
    answer = run("audit", "--json", "--expect", dealt["words"],
                 "set/record.ks").json()
    same(answer["authenticated"], True)
    run("audit", "--expect", dealt["words"] + " aardvark", "set/record.ks",
        status=2)
    run("audit", "--expect", "", "set/record.ks", status=2)


def test_withheld_forged_abandoned():
    root = make()
    new = make(1, fp(root))
    beside = make(1, fp(root), role=4)
    files(root=root, new=new, beside=beside)
    audit("root", "new", expected=[fp(new)])
    audit("root", expected=[fp(new)])
    answer = run("audit", "--expect", fp(new).hex(), "root", status=1)
    has(answer.err, f"an expected record is missing: {fp(new).hex()}")
    has(answer.out, "NOT authenticated: 1 not expected, 1 missing")
    audit("root", "new", "beside", expected=[fp(new)])
    answer = run("audit", "--expect", fp(new).hex(), "root", "new", "beside",
                 status=1)
    has(answer.err, "beside: newest record of a branch, and not an expected")
    same("new: newest" in answer.err, False)
    has(answer.out, fp(beside).hex())
    audit("root", "new", "beside", expected=[fp(new), fp(beside)])
    audit("root", "new", "beside", expected=[fp(root), fp(beside)])


def test_nobody_says_what_is_expected():
    _, dealt = deal()
    answer = run("audit", "set/record.ks")
    has(answer.out, f"not authenticated: compare {dealt['words']}")
    has(answer.out, dealt["record"])
    same(answer.err, "")


# ---- For people ----

def test_text_for_people():
    root = make(3, role=1, threshold=3, count=5)
    files(root=root, new=make(4, fp(root), role=4),
          bad=make(6, fp(root), role=2))
    answer = run("audit", "root", "new")
    has(answer.out, "weakest set: 2-of-3, transfer, epoch 4")
    has(answer.out, "begins at epoch 3: nothing is known")
    has(answer.out, "gf256 has no proof")
    has(answer.out, "the key commitment is the same")
    has(answer.out, "consistent: each of 2")
    answer = run("audit", "root", "bad", status=1)
    has(answer.out, "it follows root, of epoch 3")
    has(answer.out, "NOT consistent: 1 of 2")
    has(answer.err, "bad: record is wrong-epoch")
    answer = run("audit", "bad", "new", status=1)
    has(answer.out, fp(root).hex())
    write("other", make(4, fp(root), key=b"c" * 32))
    answer = run("audit", "root", "other", status=1)
    has(answer.out, "THE KEY COMMITMENT CHANGED")
    write("nothing", b"nothing")
    answer = run("audit", "nothing", status=1)
    has(answer.err, "nothing: no record in it")


def test_statuses():
    deal()
    os.mkdir("folder")
    run("audit", status=2)
    run("audit", "--json", status=2)
    run("audit", "--expect", "abc", "set/record.ks", status=2)
    run("audit", "--expect", "abc", "not-there", status=2)
    run("audit", "--record", "set/record.ks", status=2)
    for bad in ("not-there", "folder"):
        answer = run("audit", "--json", "set/record.ks", bad, status=3)
        has(answer.err, f"{bad}: ")
        same(answer.out, "", "no answer without all records")
    answer = run("audit", "one", "two", status=3)
    has(answer.err, "one: ")
    has(answer.err, "two: ")


def test_help():
    has(run("audit", "--help").out, "keyshare audit ")
    has(run("--help").out, "audit")


tap.run_tests(sys.modules[__name__])
