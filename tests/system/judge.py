# SPDX-License-Identifier: ISC
"""keyshare verify, check and recover: verdicts, statuses, JSON objects."""
import os
import sys

import tap
from keyshare import (cards, change_share, deal, fingerprint, flip_last, read,
                      record_of, run, share_of, vectors, write)
from tap import has, same


def judge(verb, *words, record="set/record.ks", status=0):
    return run(verb, "--json", "--record", record, *words,
               status=status).json()


def verdicts(answer):
    return [card["verdict"] for card in answer["cards"]]


def spoil(path):
    image = read(path)
    write(path, flip_last(image))


def make_invalid(path):
    write(path, change_share(read(path), 0x83, flip_last))


def test_verify_good_cards():
    for scheme in ("pedersen", "gf256"):
        deal(scheme, "co", None, "--scheme", scheme)
        answer = judge("verify", *cards(scheme), record=f"{scheme}/record.ks")
        same(answer, {
            "record": fingerprint(f"{scheme}/record.ks"),
            "authenticated": False,
            "cards": [{"path": f"{scheme}/card-{i}.ks", "index": i,
                       "verdict": "ok"} for i in range(1, 8)]})


def test_verify_never_says_duplicate():
    deal()
    answer = judge("verify", "set/card-1.ks", "set/card-1.ks")
    same(verdicts(answer), ["ok", "ok"])


def test_share_alone_and_record_on_a_card():
    deal()
    write("share", share_of(read("set/card-2.ks")))
    answer = judge("verify", "share", "set/card-3.ks", record="set/card-1.ks")
    same(verdicts(answer), ["ok", "ok"])


def test_bad_cards_are_named():
    for scheme in ("pedersen", "gf256"):
        deal(scheme, "co", None, "--scheme", scheme)
        deal(f"{scheme}-other", "co", None, "--scheme", scheme)
        deal(f"{scheme}-so", "so", None, "--scheme", scheme)
        spoil(f"{scheme}/card-2.ks")
        make_invalid(f"{scheme}/card-3.ks")
        answer = judge("verify", *cards(scheme, range(1, 4)),
                       f"{scheme}-other/card-1.ks", f"{scheme}-so/card-1.ks",
                       "not-there", scheme + "/record.ks",
                       record=f"{scheme}/record.ks", status=1)
        same(verdicts(answer), ["ok", "damaged", "invalid", "other-set",
                                "other-role", "unreadable", "damaged"])
        same([card["index"] for card in answer["cards"]],
             [1, None, 3, 1, 1, None, None])


def test_names_on_standard_error():
    deal()
    make_invalid("set/card-3.ks")
    answer = run("verify", "--record", "set/record.ks", *cards(), status=1)
    line = [line for line in answer.err.splitlines() if "card-3" in line]
    same(len(line), 1, answer.err)
    has(line[0], "3")
    has(line[0], "invalid")


def test_known_records_tell_more():
    deal("set", "rksh")
    deal("other", "co")
    write("alone", share_of(read("other/card-1.ks")))
    same(verdicts(judge("verify", "alone", status=1)), ["other-set"])
    same(verdicts(judge("verify", "--known", "other/record.ks", "alone",
                        status=1)), ["other-role"])
    write("nothing", b"nothing")
    run("verify", "--known", "nothing", "--record", "set/record.ks",
        "set/card-1.ks", status=1)
    run("verify", "--known", "not-there", "--record", "set/record.ks",
        "set/card-1.ks", status=3)


def test_expect():
    _, dealt = deal()
    for verb in ("verify", "check", "recover"):
        for expected in (dealt["record"], dealt["record"].upper(),
                         dealt["words"], dealt["words"].upper(),
                         dealt["words"].replace(" ", "-"),
                         dealt["words"].replace(" ", ", ")):
            answer = judge(verb, "--expect", expected, *cards())
            same(answer["authenticated"], True, expected)
        answer = judge(verb, "--expect", "00" * 32, *cards(), status=1)
        same(answer["authenticated"], False)
        same(answer["cards"], [])
        same(answer["record"], dealt["record"])
        answer = judge(verb, "--expect-role", "co", *cards(), status=1)
        same(answer["cards"], [])
        answer = judge(verb, "--expect-role", "rksh", *cards())
        same(answer["authenticated"], False,
             "a role alone authenticates nothing")
        for malformed in ("", "00" * 31, "0" * 63, "xy" * 32, "aardvark",
                          dealt["words"] + " aardvark",
                          " ".join(reversed(dealt["words"].split()))):
            run(verb, "--expect", malformed, "--record", "set/record.ks",
                *cards(), status=2)
        run(verb, "--expect-role", "king", "--record", "set/record.ks",
            *cards(), status=2)


def test_says_compare_without_expect():
    _, dealt = deal()
    for verb in ("verify", "check", "recover"):
        answer = run(verb, "--record", "set/record.ks", *cards())
        text = " ".join(answer.out.split())
        has(text, "record not authenticated: compare")
        has(text, dealt["words"])
        answer = run(verb, "--record", "set/record.ks", "--expect",
                     dealt["record"], *cards())
        assert "not authenticated" not in answer.out


def test_no_record():
    deal()
    write("nothing", b"nothing")
    write("share", share_of(read("set/card-1.ks")))
    for path in ("nothing", "share"):
        same(judge("verify", *cards(), record=path, status=1),
             {"record": None, "authenticated": False, "cards": []})
        same(judge("check", *cards(), record=path, status=1),
             {"record": None, "authenticated": False, "cards": [], "good": 0,
              "needed": None, "spare": None, "recoverable": "no"})
        same(judge("recover", *cards(), record=path, status=1),
             {"record": None, "authenticated": False, "cards": [],
              "recovered": False, "key": None})
    for verb in ("verify", "check", "recover"):
        answer = run(verb, "--record", "not-there", *cards(), status=3)
        has(answer.err, "not-there")
        run(verb, "--record", ".", *cards(), status=3)
        run(verb, *cards(), status=2)
        run(verb, "--record", "set/record.ks", status=2)


def test_check_counts():
    deal()
    answer = judge("check", *cards())
    same((answer["good"], answer["needed"], answer["spare"],
          answer["recoverable"]), (7, 5, 2, "yes"))
    answer = judge("check", *cards()[:4], status=1)
    same((answer["good"], answer["needed"], answer["spare"],
          answer["recoverable"]), (4, 5, -1, "no"))
    make_invalid("set/card-7.ks")
    answer = run("check", "--record", "set/record.ks", *cards())
    same(answer.out.splitlines()[-1],
         "6 of 7 good, 5 needed: recoverable, 1 to spare")
    has(answer.err, "card-7")


def test_duplicates_count_once():
    deal()
    answer = judge("check", *cards()[:4], "set/card-1.ks", status=1)
    same(verdicts(answer), ["ok"] * 4 + ["duplicate"])
    same(answer["good"], 4)
    write("copy", read("set/card-1.ks"))
    make_invalid("copy")
    answer = judge("check", *cards(), "copy")
    same(verdicts(answer)[-1], "invalid")


def test_check_gf256():
    deal("set", "co", None, "--scheme", "gf256")
    answer = judge("check", *cards())
    same(answer["recoverable"], "as-dealt")
    has(run("check", "--record", "set/record.ks", *cards()).out,
        "unchanged since dealing; recoverable if the dealing was honest")


def odd(why):
    for dealing in vectors()["odd dealings"]:
        if why in dealing["why"]:
            return dealing
    raise AssertionError(why)


def lay_out(dealing, name="odd"):
    os.mkdir(name)
    record = bytes.fromhex(dealing["record"])
    write(f"{name}/record.ks", record)
    paths = []
    for i, share in enumerate(dealing["shares"], 1):
        paths.append(f"{name}/card-{i}.ks")
        write(paths[-1], record + bytes.fromhex(share))
    return paths


def test_inconsistent_dealing():
    paths = lay_out(odd("off the line"))
    answer = judge("check", *paths, record="odd/record.ks", status=1)
    same(answer["recoverable"], "inconsistent")
    same(verdicts(answer), ["ok"] * 3)
    has(run("check", "--record", "odd/record.ks", *paths, status=1).out,
        "inconsistent")
    answer = judge("recover", *paths[1:], record="odd/record.ks", status=1)
    same((answer["recovered"], answer["key"]), (False, None))
    same(verdicts(answer), ["ok"] * 2)
    answer = run("recover", "--json", "--record", "odd/record.ks", *paths)
    same(answer.json()["recovered"], True)
    has(answer.err, "inconsistent")


def test_recover_to_a_file():
    key, _ = deal()
    answer = judge("recover", "--out", "key", *cards()[2:])
    same((answer["recovered"], answer["key"]), (True, None))
    same(read("key"), key)
    same(os.stat("key").st_mode & 0o777, 0o600)


def test_recover_never_overwrites():
    deal()
    write("key", b"mine")
    answer = run("recover", "--record", "set/record.ks", "--out", "key",
                 *cards(), status=2)
    has(answer.err, "key")
    same(read("key"), b"mine")
    os.symlink("nowhere", "link")
    run("recover", "--record", "set/record.ks", "--out", "link", *cards(),
        status=2)
    assert not os.path.exists("nowhere")


def test_recover_reveals_only_when_asked():
    key, _ = deal()
    answer = run("recover", "--record", "set/record.ks", *cards())
    assert key.hex() not in answer.out + answer.err
    has(answer.out, "wiped")
    answer = run("recover", "--reveal", "--record", "set/record.ks", *cards())
    has(answer.out, key.hex())
    same(judge("recover", "--reveal", *cards())["key"], key.hex())
    run("recover", "--reveal", "--out", "key", "--record", "set/record.ks",
        *cards(), status=2)


def test_recover_uses_the_first_good_ones():
    key, _ = deal()
    spoil("set/card-1.ks")
    make_invalid("set/card-2.ks")
    answer = run("recover", "--json", "--reveal", "--record", "set/record.ks",
                 *cards())
    same(answer.json()["key"], key.hex())
    same(verdicts(answer.json()), ["damaged", "invalid"] + ["ok"] * 5)
    has(answer.err, "card-1")
    has(answer.err, "card-2")


def test_recover_too_few():
    deal()
    make_invalid("set/card-1.ks")
    answer = judge("recover", "--out", "key", *cards()[:5], status=1)
    same((answer["recovered"], answer["key"]), (False, None))
    same(verdicts(answer), ["invalid"] + ["ok"] * 4)
    assert not os.path.exists("key")


def test_every_subset_of_a_small_set():
    for scheme in ("pedersen", "gf256"):
        key, _ = deal(scheme, "custom", b"k", "--threshold", "2", "--count",
                      "4", "--scheme", scheme)
        for i in range(1, 5):
            for j in range(1, 5):
                answer = judge(
                    "recover", "--reveal", *cards(scheme, (i, j)),
                    record=f"{scheme}/record.ks", status=1 if i == j else 0)
                same(answer["key"], None if i == j else key.hex())


def test_no_secret_in_any_other_output():
    key, _ = deal("set", "rksh", os.urandom(32))
    secrets = {key.hex()}
    for path in cards():
        share = share_of(read(path))
        secrets.update(share[at:at + 8].hex()
                       for at in range(50, len(share) - 10, 8))
    for verb in ("verify", "check", "recover"):
        for words in ((), ("--json",)):
            answer = run(verb, *words, "--record", "set/record.ks", *cards())
            for secret in secrets:
                assert secret not in answer.out + answer.err, verb
    answer = run("inspect", *cards())
    for secret in secrets:
        assert secret not in answer.out + answer.err


def test_paths_of_any_bytes():
    deal()
    name = b"caf\xe9\x1b[31m\"\\\n.ks"
    os.rename("set/card-1.ks", name)
    answer = run("verify", "--json", "--record", "set/record.ks", name)
    path = answer.json()["cards"][0]["path"]
    same(path.encode("utf-8", "surrogateescape"), name)
    answer = run("verify", "--record", "set/record.ks", name, b"\x1b[2J",
                 status=1)
    assert "\x1b" not in answer.out + answer.err, "raw escape on a terminal"


def test_record_with_a_card_of_itself():
    deal()
    card = record_of(read("set/card-1.ks")) * 2
    write("twice", card)
    same(verdicts(judge("verify", "twice", status=1)), ["damaged"])


def test_bad_cards_of_the_vectors():
    for i, table in enumerate(vectors()["bad cards"]):
        os.mkdir(str(i))
        write(f"{i}/record", bytes.fromhex(table["record"]))
        words, paths = [], []
        for j, known in enumerate(table["known"]):
            write(f"{i}/known-{j}", bytes.fromhex(known))
            words += ["--known", f"{i}/known-{j}"]
        for j, card in enumerate(table["cards"]):
            paths.append(f"{i}/card-{j}")
            write(paths[-1], bytes.fromhex(card["bytes"]))
        answer = judge("verify", *words, *paths, record=f"{i}/record",
                       status=1)
        for card, told in zip(table["cards"], answer["cards"]):
            same(told["verdict"], card["verdict"], card["why"])
            same(told["index"] is None, card["verdict"] == "damaged",
                 card["why"])


def test_sets_of_the_vectors():
    for number, case in enumerate(vectors()["cases"]):
        for epoch, dealt in enumerate(case["epochs"]):
            if len(dealt["record"]) > 20000:
                continue
            name = f"{number}-{epoch}"
            paths = lay_out(dealt, name)
            told = judge("check", "--expect", dealt["words"], *paths,
                         record=f"{name}/record.ks")
            same(told["good"], dealt["count"], case["name"])
            told = judge("recover", "--reveal", "--expect",
                         dealt["fingerprint"], *reversed(paths),
                         record=f"{name}/record.ks")
            same(told["key"], case["key"], case["name"])


def test_odd_dealings_of_the_vectors():
    for number, dealing in enumerate(vectors()["odd dealings"]):
        paths = lay_out(dealing, str(number))
        last = paths[-dealing["threshold"]:]
        told = judge("recover", "--reveal", *last,
                     record=f"{number}/record.ks",
                     status=1 if dealing["key"] is None else 0)
        same(told["key"], dealing["key"], dealing["why"])
        same(set(verdicts(told)), {"ok"}, dealing["why"])


tap.run_tests(sys.modules[__name__])
