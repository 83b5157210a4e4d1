# SPDX-License-Identifier: ISC
"""keyshare repair, refresh and reshare: what they make, and what they say."""
import hashlib
import os
import shutil
import sys

import tap
from keyshare import (cards, change_share, deal, fingerprint, flip_last,
                      objects, read, record_of, run, share_of, write)
from tap import has, same

SCHEMES = ("pedersen", "gf256")
FP = "--expect"


def recovered(out, indices, status=0):
    return run("recover", "--json", "--reveal", "--record", f"{out}/record.ks",
               *cards(out, indices), status=status).json()["key"]


def verdicts(answer):
    return [(card["index"], card["verdict"]) for card in answer["cards"]]


def refresh(out, *words, record="set/record.ks", status=0):
    return run("refresh", "--json", "--record", record, "--out", out, *words,
               status=status)


def reshare(out, threshold, count, *words, record="set/record.ks", status=0):
    return run("reshare", "--json", "--record", record, "--threshold",
               str(threshold), "--count", str(count), "--out", out, *words,
               status=status)


def repair(out, index, *words, record="set/record.ks", status=0):
    return run("repair", "--json", "--record", record, "--index", str(index),
               "--out", out, *words, status=status)


def inspect(path):
    return run("inspect", "--json", path).json()["files"][0]["record"]


def nothing_is_new(before):
    same(sorted(os.listdir(".")), before, "nothing new")


# ---- repair ----

def test_repair_makes_the_same_bytes():
    for scheme in SCHEMES:
        deal(scheme, "rksh", None, "--scheme", scheme)
        for index in (1, 4, 7):
            others = [i for i in range(1, 8) if i != index][:5]
            answer = repair(f"{scheme}-{index}.ks", index,
                            *cards(scheme, others),
                            record=f"{scheme}/record.ks").json()
            same(read(f"{scheme}-{index}.ks"),
                 read(f"{scheme}/card-{index}.ks"), scheme)
            same(os.stat(f"{scheme}-{index}.ks").st_mode & 0o777, 0o600)
            same(sorted(answer), ["cards", "files", "record", "words"])
            same(answer["record"], fingerprint(f"{scheme}/record.ks"))
            same(answer["files"], [f"{scheme}-{index}.ks"])
            same(verdicts(answer), [(i, "ok") for i in others])
            assert len(answer["words"].split()) == 32


def test_repair_uses_the_first_good_and_never_the_card_itself():
    deal()
    write("bad.ks", change_share(read("set/card-1.ks"), 0x83, flip_last))
    answer = repair("new.ks", 3, "set/card-3.ks", "bad.ks", "set/card-2.ks",
                    "set/card-2.ks", *cards("set", (4, 5, 6, 7, 1)))
    same(verdicts(answer.json()),
         [(3, "ok"), (1, "invalid"), (2, "ok"), (2, "duplicate"), (4, "ok"),
          (5, "ok"), (6, "ok"), (7, "ok"), (None, "unused")])
    has(answer.err, "card 3 is here, and good itself")
    has(answer.err, "bad.ks")
    same(read("new.ks"), read("set/card-3.ks"))


def test_repair_copies():
    deal("set", "transfer")
    os.mkdir("sub")
    answer = repair("sub/card-3.ks", 3, "--copies", "3",
                    *cards("set", (1, 2))).json()
    same(answer["files"], ["sub/card-3.ks", "sub/card-3-copy-2.ks",
                           "sub/card-3-copy-3.ks"])
    for path in answer["files"]:
        same(read(path), read("set/card-3.ks"))
    same(len(os.listdir("sub")), 3)
    answer = repair("new", 3, "--copies", "2", *cards("set", (1, 2))).json()
    same(answer["files"], ["new", "new-copy-2"])
    write("other-copy-2.ks", b"")
    has(repair("other.ks", 3, "--copies", "2", *cards("set", (1, 2)),
               status=2).err, "other-copy-2.ks: exists")
    assert not os.path.exists("other.ks")


def test_repair_says_what_the_old_card_is_worth():
    deal()
    answer = run("repair", "--record", "set/record.ks", "--index", "3",
                 "--out", "new.ks", *cards("set", (1, 2, 4, 5, 6)))
    has(answer.out, "The card of index 3 will take form here")
    has(answer.out, "if it turns up, is still good: refresh")
    assert "quorum" not in answer.out
    deal("two", "transfer")
    has(run("repair", "--record", "two/record.ks", "--index", "3", "--out",
            "new-3.ks", *cards("two", (1, 2))).out, "that is a quorum")


def test_repair_refuses():
    deal()
    write("mine", b"mine")
    before = sorted(os.listdir("."))
    for words in (("--index", "0", "--out", "new"),
                  ("--index", "8", "--out", "new"),
                  ("--index", "256", "--out", "new"),
                  ("--index", "x", "--out", "new"), ("--out", "new"),
                  ("--index", "3"), ("--index", "3", "--out", "mine"),
                  ("--index", "3", "--out", "set/card-1.ks"),
                  ("--index", "3", "--out", ""),
                  ("--index", "3", "--out", "new", "--copies", "0"),
                  ("--index", "3", "--out", "new", "--later", "2")):
        answer = run("repair", "--record", "set/record.ks", *words, *cards(),
                     status=2)
        assert answer.err.startswith("keyshare"), answer.err
        nothing_is_new(before)
    run("repair", "--record", "set/record.ks", "--index", "3", "--out", "new",
        status=2)
    run("repair", "--index", "3", "--out", "new", *cards(), status=2)
    run("repair", "--record", "set/record.ks", "--index", "3", "--out",
        "no/new", *cards(), status=3)
    same(read("mine"), b"mine")
    nothing_is_new(before)


# ---- refresh ----

def test_refresh_then_recover():
    for scheme in SCHEMES:
        key, dealt = deal(scheme, "rksh", None, "--scheme", scheme, "--label",
                          "west", "--time", "5")
        out = f"{scheme}-new"
        answer = refresh(out, *cards(scheme, (2, 3, 5, 6, 7, 1)),
                         record=f"{scheme}/record.ks").json()
        same(sorted(answer), ["cards", "files", "record", "words"])
        same(answer["record"], fingerprint(f"{out}/record.ks"))
        same(answer["files"], [f"{out}/record.ks"] + cards(out))
        same(verdicts(answer), [(i, "ok") for i in (2, 3, 5, 6, 7, 1)])
        record = inspect(f"{out}/record.ks")
        same(record["predecessor"], dealt["record"])
        same((record["epoch"], record["role"], record["label"]),
             (1, "rksh", "west"))
        assert record["time"] > 5
        for indices in ((1, 2, 3, 4, 5), (3, 4, 5, 6, 7)):
            same(recovered(out, indices), key.hex(), scheme)
        for path in cards(out):
            same(record_of(read(path)), read(f"{out}/record.ks"))
        # The old quorum still gives the key; mixed, nothing.
        same(recovered(scheme, range(1, 6)), key.hex())
        mixed = run("recover", "--json", "--record", f"{out}/record.ks",
                    *cards(out, (1, 2, 3, 4)), f"{scheme}/card-5.ks", status=1)
        same(verdicts(mixed.json())[-1], (5, "other-epoch"))
        run("audit", FP, answer["record"], f"{scheme}/record.ks",
            f"{out}/record.ks")


def test_refresh_changes_every_share():
    deal()
    refresh("new", *cards())
    for i in range(1, 8):
        assert share_of(read(f"set/card-{i}.ks")) != share_of(
            read(f"new/card-{i}.ks"))


def test_refresh_label_and_time():
    deal("set", "transfer", None, "--label", "old")
    refresh("a", "--label", "new", "--time", "7", *cards("set", (1, 2)))
    same((inspect("a/record.ks")["label"], inspect("a/record.ks")["time"]),
         ("new", 7))
    refresh("b", "--label", "", "--time", "0", *cards("set", (1, 2)))
    same((inspect("b/record.ks")["label"], inspect("b/record.ks")["time"]),
         ("", 0))


def test_refresh_tells_who_takes_form_together():
    deal()
    for present, said in ((range(1, 8), "No holder is absent"),
                          (range(1, 7), "1 holder is absent: the new card "
                                        "will take form here"),
                          (range(1, 6), "2 holders are absent: their new "
                                        "cards will take form here together")):
        answer = run("refresh", "--record", "set/record.ks", "--out",
                     f"new-{len(present)}", *cards("set", present))
        has(answer.out, said)
        assert answer.out.index(said) < answer.out.index("used by itself")
        assert "quorum" not in answer.out, answer.out
    deal("so", "so")
    answer = run("refresh", "--record", "so/record.ks", "--out", "new-so",
                 *cards("so", (1, 2, 3)))
    has(answer.out, "4 holders are absent: their new cards will take form "
                    "here together\n   WITH the card on the table that is a "
                    "quorum")


def test_refresh_says_what_old_cards_can_do():
    deal()
    answer = run("refresh", "--record", "set/record.ks", "--out", "new",
                 *cards())
    has(answer.out, "in force")
    has(answer.out, "Old cards may be erased now")
    has(answer.out, "any 5 of them still give the key")
    told = run("verify", "--record", "new/record.ks", *cards("new"))
    words = told.out.split("compare ")[1].splitlines()[0]
    has(" ".join(answer.out.split()),
        f"read it aloud, compare, sign fingerprint "
        f"{fingerprint('new/record.ks')} {words}")


def test_refresh_later_then_repair_in_the_new_set():
    for scheme in SCHEMES:
        key, _ = deal(scheme, "rksh", None, "--scheme", scheme)
        out = f"{scheme}-new"
        answer = run("refresh", "--record", f"{scheme}/record.ks", "--later",
                     "7", "--out", out, "--later", "6",
                     *cards(scheme, range(1, 6)))
        has(answer.out, "left to a later repair in the new set: 6 and 7")
        has(answer.out, "index 6 and 7: make it by repair")
        same(answer.err, "")
        same(sorted(os.listdir(out)),
             [f"card-{i}.ks" for i in range(1, 6)] + ["record.ks"])
        repair("late.ks", 7, *cards(out, range(1, 6)),
               record=f"{out}/record.ks")
        shutil.move("late.ks", f"{out}/card-7.ks")
        same(recovered(out, (2, 3, 4, 5, 7)), key.hex())
    answer = refresh("again", "--later", "6", *cards("pedersen", range(1, 6)),
                     record="pedersen/record.ks").json()
    same(answer["files"],
         ["again/record.ks"] + cards("again", (1, 2, 3, 4, 5, 7)))


def test_refresh_later_refused():
    deal()
    before = sorted(os.listdir("."))
    for words in (("--later", "0"), ("--later", "8"), ("--later", "x"),
                  ("--later", "6", "--later", "6")):
        has(refresh("new", *words, *cards("set", range(1, 6)), status=2).err,
            "--later")
        nothing_is_new(before)
    # Who is here, and good, gets a card here.
    answer = refresh("new", "--later", "5", *cards(), status=2)
    has(answer.err, "--later 5: that card is here")
    same(answer.out, "")
    nothing_is_new(before)
    # One that is here and bad is absent.
    write("bad.ks", change_share(read("set/card-7.ks"), 0x83, flip_last))
    refresh("new", "--later", "7", "bad.ks", *cards("set", range(1, 7)))


def test_refresh_of_one_of_n_says_that_nothing_changes():
    for scheme in SCHEMES:
        key, _ = deal(scheme, "custom", None, "--threshold", "1", "--count",
                      "2", "--scheme", scheme)
        out = f"{scheme}-new"
        answer = run("refresh", "--record", f"{scheme}/record.ks", "--out",
                     out, f"{scheme}/card-1.ks")
        has(answer.out, "the new record is of the same values")
        same(recovered(out, (2,)), key.hex())


def test_refresh_of_a_refreshed_set_and_of_copies():
    key, _ = deal("set", "transfer", None, "--copies", "2")
    answer = refresh("a", "--copies", "2", "set/card-1.ks",
                     "set/card-1-copy-2.ks", "set/card-3-copy-2.ks").json()
    same(verdicts(answer), [(1, "ok"), (1, "duplicate"), (3, "ok")])
    same(answer["files"], ["a/record.ks"] + cards("a", (1, 2, 3)) +
         [f"a/card-{i}-copy-2.ks" for i in (1, 2, 3)])
    same(read("a/card-2.ks"), read("a/card-2-copy-2.ks"))
    refresh("b", "a/card-2-copy-2.ks", "a/card-3.ks", record="a/card-1.ks")
    same(inspect("b/record.ks")["epoch"], 2)
    same(recovered("b", (1, 2)), key.hex())


# ---- reshare ----

def test_reshare_then_recover():
    for scheme in SCHEMES:
        key, dealt = deal(scheme, "rksh", None, "--scheme", scheme, "--label",
                          "west")
        out = f"{scheme}-new"
        answer = reshare(out, 6, 9, *cards(scheme),
                         record=f"{scheme}/record.ks").json()
        same(sorted(answer), ["cards", "files", "record", "words"])
        same(answer["record"], fingerprint(f"{out}/record.ks"))
        same(answer["files"],
             [f"{out}/record.ks"] + cards(out, range(1, 10)))
        same(verdicts(answer),
             [(i, "ok") for i in range(1, 6)] + [(None, "unused")] * 2)
        record = inspect(f"{out}/record.ks")
        same((record["role"], record["threshold"], record["count"],
              record["label"], record["epoch"], record["predecessor"]),
             ("rksh", 6, 9, "west", 1, dealt["record"]))
        same(recovered(out, (9, 8, 7, 3, 2, 1)), key.hex())


def test_reshare_to_a_transfer_set():
    key, _ = deal()
    answer = run("reshare", "--record", "set/record.ks", "--role", "transfer",
                 "--label", "HSM 4", "--time", "9", "--threshold", "2",
                 "--count", "3", "--lower-threshold", "--out", "new", *cards())
    has(answer.out, "All 3 new cards will take form here together")
    has(answer.out, "quorum")
    has(answer.out, "lowers it for good")
    has(answer.out, "in force")
    has(answer.out, "any 5 of them still give the key")
    record = inspect("new/record.ks")
    same((record["role"], record["label"], record["time"]),
         ("transfer", "HSM 4", 9))
    same(recovered("new", (1, 3)), key.hex())
    has(run("audit", "set/record.ks", "new/record.ks").out,
        "weakest set: 2-of-3")


def test_reshare_refuses():
    deal()
    before = sorted(os.listdir("."))
    answer = reshare("new", 4, 7, *cards(), status=2)
    has(answer.err, "--lower-threshold")
    nothing_is_new(before)
    for words in (("--threshold", "6"), ("--count", "6"), (),
                  ("--threshold", "1", "--count", "3", "--lower-threshold"),
                  ("--threshold", "7", "--count", "6"),
                  ("--threshold", "5", "--count", "256"),
                  ("--threshold", "5", "--count", "7", "--role", "king"),
                  ("--threshold", "5", "--count", "7", "--label", "\u200b"),
                  ("--threshold", "5", "--count", "7", "--time", "x"),
                  ("--threshold", "5", "--count", "7", "--scheme", "gf256"),
                  ("--threshold", "5", "--count", "7", "--later", "7")):
        run("reshare", "--record", "set/record.ks", "--out", "new", *words,
            *cards(), status=2)
        nothing_is_new(before)
    run("reshare", "--record", "set/record.ks", "--threshold", "5", "--count",
        "7", *cards(), status=2)


# ---- all three ----

def each(out):
    """The three verbs, with what each needs beside cards."""
    record = ("--record", "set/record.ks")
    return (("repair", *record, "--index", "3", "--out", out),
            ("refresh", *record, "--out", out),
            ("reshare", *record, "--threshold", "5", "--count", "6", "--out",
             out))


def test_too_few_good_cards():
    deal()
    deal("other")
    write("bad.ks", change_share(read("set/card-5.ks"), 0x83, flip_last))
    before = sorted(os.listdir("."))
    given = cards("set", (1, 2, 4, 6)) + ["bad.ks", "other/card-7.ks", ".",
                                          "not-there"]
    for words in each("new"):
        answer = run(*words, "--json", *given, status=1)
        said = answer.json()
        same(verdicts(said), [(1, "ok"), (2, "ok"), (4, "ok"), (6, "ok"),
                              (5, "invalid"), (7, "other-set"),
                              (None, "unreadable"), (None, "unreadable")])
        same(said["files"], [])
        same(said["record"], fingerprint("set/record.ks")
             if words[0] == "repair" else None)
        same(said["words"] is None, words[0] != "repair")
        has(answer.err, "too few good cards: 4 of 5")
        for name in ("bad.ks", "other/card-7.ks", "not-there"):
            same(answer.err.count(f"{name}: "), 1, name)
        nothing_is_new(before)


def deal_badly():
    """Three cards, 2 of 3, gf256, each with its tag, on no one line."""
    deal("bad", "transfer", None, "--scheme", "gf256")
    record = bytearray(read("bad/record.ks"))
    fields = objects(record[objects(record)[0][2]:])
    start = objects(record)[0][2]
    covered = record[start:start + max(end for tag, _, _, end in fields
                                       if tag <= 0x8a)]
    tags = start + [value for tag, _, value, _ in fields if tag == 0x8b][0]
    image = change_share(read("bad/card-2.ks"), 0x83, flip_last)
    share = share_of(image)
    content = share[objects(share)[0][2]:]
    value = [content[at:end] for tag, _, at, end in objects(content)
             if tag == 0x83][0]
    record[tags + 64:tags + 96] = hashlib.sha256(
        b"libkeyshare/v1/gf256/share" + hashlib.sha256(covered).digest() +
        b"\x02" + value).digest()
    write("bad/record.ks", bytes(record))
    named = hashlib.sha256(record).digest()
    for i, image in ((1, read("bad/card-1.ks")), (2, image),
                     (3, read("bad/card-3.ks"))):
        changed = change_share(image, 0x82, lambda _: named)
        write(f"bad/card-{i}.ks", bytes(record) + share_of(changed))


def test_a_bad_dealing_is_refused():
    deal_badly()
    run("verify", "--record", "bad/record.ks", *cards("bad", (1, 2, 3)))
    before = sorted(os.listdir("."))
    for words in (("repair", "--index", "3"), ("refresh",)):
        answer = run(*words, "--json", "--record", "bad/record.ks", "--out",
                     "new", *cards("bad", (1, 2)), status=1)
        same(answer.json()["files"], [])
        has(answer.err, "the dealing was bad")
        nothing_is_new(before)
    # Without the key a re-sharing cannot see it, and says so. What comes of
    # it is refused as what it was made from is, never taken for a key.
    answer = run("reshare", "--record", "bad/record.ks", "--threshold", "2",
                 "--count", "3", "--out", "new", *cards("bad", (1, 2)))
    has(answer.out, "Keep the old cards until \"keyshare recover\"")
    assert "may be erased" not in answer.out
    run("recover", "--record", "new/record.ks", *cards("new", (1, 3)),
        status=1)


def test_bad_cards_cost_their_place():
    deal()
    write("bad.ks", read("set/card-1.ks")[:-1])
    for words in each("new"):
        answer = run(*words, "--json", "bad.ks", "not-there", "/dev/zero",
                     *cards("set", (2, 7, 6, 5, 4)))
        same(verdicts(answer.json()),
             [(None, "damaged"), (None, "unreadable"), (None, "damaged"),
              (2, "ok"), (7, "ok"), (6, "ok"), (5, "ok"), (4, "ok")])
        has(answer.err, "bad.ks: card is damaged")
        if os.path.isdir("new"):
            shutil.rmtree("new")
        else:
            os.remove("new")


def test_expected_record():
    deal()
    told = fingerprint("set/record.ks")
    before = sorted(os.listdir("."))
    for words in each("new"):
        answer = run(*words, "--json", FP, "0" * 64, *cards(), status=1)
        said = answer.json()
        same((said["files"], said["cards"]), ([], []))
        has(answer.err, "not the record that was expected")
        run(*words, FP, "nonsense", *cards(), status=2)
        nothing_is_new(before)
    for i, words in enumerate(each("new")):
        answer = run(*words[:-1], f"new-{i}", FP, told, *cards())
        has(answer.out, "record authenticated")
        answer = run(*words[:-1], f"new-{i}-again", *cards())
        has(answer.out, "record not authenticated: compare")


def test_nothing_is_replaced():
    deal()
    os.mkdir("full")
    write("full/diary", b"mine")
    write("file", b"mine")
    os.mkdir("empty")
    for words in each("full")[1:] + each("file"):
        has(run(*words, *cards(), status=2).err, "exists")
    same((os.listdir("full"), read("file")), (["diary"], b"mine"))
    run(*each("empty")[1], *cards())
    same(len(os.listdir("empty")), 8)
    run(*each("empty")[0], *cards(), status=2)


def test_cards_are_never_written_to():
    deal()
    before = {path: (read(path), os.stat(path).st_mtime_ns)
              for path in ["set/record.ks", *cards()]}
    for i, words in enumerate(each("new")):
        run(*words[:-1], f"new-{i}", *cards())
    for path, was in before.items():
        same((read(path), os.stat(path).st_mtime_ns), was, path)


def test_no_secret_is_said():
    key, _ = deal()
    for i, words in enumerate(each("new")):
        for more in ((), ("--json",)):
            answer = run(*words[:-1], f"new-{i}{len(more)}", *more, *cards())
            assert key.hex() not in answer.out + answer.err
            for path in cards():
                value = share_of(read(path))[-74:-10].hex()
                assert value not in answer.out + answer.err


def test_a_word_of_help():
    for verb in ("repair", "refresh", "reshare"):
        has(run(verb, "--help").out, f"usage: keyshare {verb} ")
        has(run("--help").out, f"  {verb} ")


tap.run_tests(sys.modules[__name__])
