# SPDX-License-Identifier: ISC
"""keyshare inspect: what can be shown of a file is."""
import os
import sys

import tap
from keyshare import (deal, flip_last, read, record_of, run, share_of,
                      vectors, write)
from tap import has, same


def inspect(*paths, status=0):
    answer = run("inspect", "--json", *paths, status=status)
    files = answer.json()["files"]
    same([file["path"] for file in files], list(paths))
    if status != 0:
        assert answer.err.startswith("keyshare"), answer.err
    return files


def test_card():
    _, dealt = deal("set", "co", None, "--label", "根", "--time", "5")
    file, = inspect("set/card-4.ks")
    record = file["record"]
    lineage = record.pop("lineage")
    same(len(lineage), 32)
    same(record, {
        "scheme": "pedersen", "role": "co", "threshold": 3, "count": 7,
        "key_length": 32, "epoch": 0, "label": "根", "time": 5,
        "predecessor": None, "fingerprint": dealt["record"],
        "words": dealt["words"]})
    same(file["share"], {"index": 4, "record_fingerprint": dealt["record"]})
    same((file["wrapped"], file["error"]), (None, None))


def test_record_and_share_alone():
    deal()
    write("share", share_of(read("set/card-2.ks")))
    record, share = inspect("set/record.ks", "share")
    same((record["share"], record["wrapped"], record["error"]),
         (None, None, None))
    same((share["record"], share["wrapped"], share["error"]),
         (None, None, None))
    same(share["share"]["index"], 2)


def test_every_record_of_the_vectors():
    for case in vectors()["cases"]:
        for i, dealt in enumerate(case["epochs"]):
            write("record", bytes.fromhex(dealt["record"]))
            record = inspect("record")[0]["record"]
            for name in ("role", "threshold", "count", "label", "time",
                         "fingerprint", "words"):
                same(record[name], dealt[name], case["name"])
            same(record["epoch"], i)
            same(record["scheme"], case["scheme"])
            same(record["key_length"], len(case["key"]) // 2)
            same(record["predecessor"],
                 case["epochs"][i - 1]["fingerprint"] if i else None)


def test_bad_records_of_the_vectors():
    for i, bad in enumerate(vectors()["bad records"]):
        write(f"bad-{i}", bytes.fromhex(bad["bytes"]))
        file, = inspect(f"bad-{i}", status=1)
        assert file["error"], bad["why"]
        same((file["record"], file["share"], file["wrapped"]),
             (None, None, None), bad["why"])
        run("verify", "--json", "--record", f"bad-{i}", f"bad-{i}", status=1)


def test_wrapped_keys_of_the_vectors():
    wrapped = vectors()["wrapped keys"]
    for good in wrapped["good"]:
        write("wrapped", bytes.fromhex(good["bytes"]))
        file, = inspect("wrapped")
        same(file["wrapped"], {
            "label": good["label"], "lineage": good["lineage"],
            "method": good["method"], "length": len(good["wrapped"]) // 2})
        same((file["record"], file["share"], file["error"]),
             (None, None, None))
    for bad in wrapped["bad"]:
        write("bad", bytes.fromhex(bad["bytes"]))
        file, = inspect("bad", status=1)
        assert file["error"], bad["why"]
        same(file["wrapped"], None, bad["why"])


def test_damaged_share_behind_a_good_record():
    _, dealt = deal()
    write("card", flip_last(read("set/card-1.ks")))
    file, = inspect("card", status=1)
    same(file["record"]["fingerprint"], dealt["record"])
    assert file["error"]
    write("card", read("set/card-1.ks")[:-1])
    file, = inspect("card", status=1)
    same(file["record"]["fingerprint"], dealt["record"])
    same(file["share"], None)
    assert file["error"]


def test_share_of_another_record():
    _, one = deal("one")
    _, two = deal("two")
    write("mixed", record_of(read("one/card-1.ks")) +
          share_of(read("two/card-1.ks")))
    file, = inspect("mixed", status=1)
    same(file["record"]["fingerprint"], one["record"])
    same(file["share"]["record_fingerprint"], two["record"])
    assert file["error"]


def test_statuses():
    deal()
    write("nothing", b"nothing")
    write("empty", b"")
    os.mkdir("folder")
    same([file["error"] is None
          for file in inspect("set/record.ks", "nothing", "empty", status=1)],
         [True, False, False])
    for bad in ("folder", "not-there"):
        file = inspect("nothing", bad, "set/record.ks", status=3)[1]
        assert file["error"]
        same((file["record"], file["share"], file["wrapped"]),
             (None, None, None))
    run("inspect", status=2)


def test_text_for_people():
    _, dealt = deal("set", "co", None, "--time", "1763942400")
    answer = run("inspect", "set/card-4.ks")
    has(" ".join(answer.out.split()), dealt["words"])
    has(answer.out, dealt["record"])
    has(answer.out, "2025-11-24T00:00:00Z")
    has(answer.out, "3 of 7")


tap.run_tests(sys.modules[__name__])
