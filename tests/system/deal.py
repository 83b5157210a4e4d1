# SPDX-License-Identifier: ISC
"""keyshare deal: what it writes, what it refuses, what it leaves behind."""
import os
import stat
import sys
import time

import tap
from keyshare import (cards, deal, fingerprint, objects, read, record_of, run,
                      share_of, vectors, write)
from tap import has, same

PRESETS = {"rksh": (5, 7), "co": (3, 7), "so": (3, 7), "transfer": (2, 3)}
FORBIDDEN = [0x00AD, 0x061C, 0x200B, 0x200F, 0x2028, 0x202E, 0x2060, 0x206F,
             0xFEFF, 0xFFF9, 0xFFFB, 0xE0000, 0xE007F, 0x7F, 0x80, 0x9F, 1,
             0x1F]


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def fields(path):
    record = record_of(read(path))
    content = record[objects(record)[0][2]:]
    return {tag: content[value:end] for tag, _, value, end in objects(content)}


def test_writes_record_and_cards():
    _, answer = deal()
    same(sorted(os.listdir("set")),
         [f"card-{i}.ks" for i in range(1, 8)] + ["record.ks"])
    same(answer["files"], ["set/record.ks"] + cards())
    same(answer["record"], fingerprint("set/record.ks"))
    for path in answer["files"]:
        same(mode(path), 0o600, path)
    for path in cards():
        image = read(path)
        same(record_of(image), read("set/record.ks"), path)
        same(record_of(image) + share_of(image), image, path)
    same(os.listdir("."), ["set"], "nothing else is left")


def test_words_are_the_pgp_words():
    _, answer = deal()
    words = vectors("pgpwords.json")
    expected = [words["even" if i % 2 == 0 else "odd"][byte]
                for i, byte in enumerate(bytes.fromhex(answer["record"]))]
    same(answer["words"], " ".join(expected))


def test_presets():
    for role, (threshold, count) in PRESETS.items():
        deal(role, role)
        said = fields(f"{role}/record.ks")
        same((said[0x83][0], said[0x84][0]), (threshold, count), role)
        same(said[0x81], b"\x02", "pedersen is the default")
        same(len(os.listdir(role)), count + 1, role)


def test_numbers_override_presets():
    deal("set", "rksh", None, "--threshold", "2", "--count", "3")
    same(fields("set/record.ks")[0x83] + fields("set/record.ks")[0x84],
         b"\x02\x03")


def test_both_schemes_and_key_sizes():
    for scheme in ("pedersen", "gf256"):
        for size in (1, 31, 32, 62, 1024):
            out = f"{scheme}-{size}"
            key, _ = deal(out, "custom", os.urandom(size), "--threshold", "2",
                          "--count", "3", "--scheme", scheme)
            run("recover", "--record", f"{out}/record.ks", "--out", "key",
                f"{out}/card-3.ks", f"{out}/card-1.ks")
            same(read("key"), key, out)
            os.remove("key")


def test_copies():
    _, answer = deal("set", "transfer", None, "--copies", "2")
    same(answer["files"], ["set/record.ks", "set/card-1.ks", "set/card-2.ks",
                           "set/card-3.ks", "set/card-1-copy-2.ks",
                           "set/card-2-copy-2.ks", "set/card-3-copy-2.ks"])
    for i in range(1, 4):
        same(read(f"set/card-{i}.ks"), read(f"set/card-{i}-copy-2.ks"))


def test_time_and_label():
    deal("told", "co", None, "--time", "1763942400", "--label", "根 – West")
    same(fields("told/record.ks")[0x89], (1763942400).to_bytes(8, "big"))
    same(fields("told/record.ks")[0x88], "根 – West".encode())
    deal("untold", "co", None, "--time", "0")
    same(fields("untold/record.ks")[0x89], bytes(8))
    before = int(time.time())
    deal("now", "co")
    now = int.from_bytes(fields("now/record.ks")[0x89], "big")
    assert before <= now <= time.time() + 1, now
    deal("far", "co", None, "--time", str(2**64 - 1))
    same(fields("far/record.ks")[0x89], b"\xff" * 8)


def test_label_is_utf8_whatever_the_locale():
    env = dict(os.environ, LC_ALL="C", LANG="C")
    run("deal", "--role", "co", "--generate", "32", "--label",
        "Zürich".encode(), "--out", "set", env=env)
    same(fields("set/record.ks")[0x88], "Zürich".encode())


def test_generate_says_the_length_and_no_key():
    answer = run("deal", "--role", "rksh", "--generate", "32", "--out", "set")
    has(answer.out, "32 bytes")
    key = run("recover", "--json", "--reveal", "--record", "set/record.ks",
              *cards()).json()["key"]
    same(len(key), 64)
    assert key not in answer.out + answer.err


def test_two_deals_differ():
    _, one = deal("one")
    _, two = deal("two")
    assert one["record"] != two["record"]
    assert fields("one/record.ks")[0x86] != fields("two/record.ks")[0x86]


def test_key_from_standard_input():
    run("deal", "--role", "transfer", "--key-file", "-", "--out", "set",
        stdin=b"from standard input")
    run("recover", "--record", "set/record.ks", "--out", "key",
        "set/card-1.ks", "set/card-2.ks")
    same(read("key"), b"from standard input")


def test_key_from_a_slow_fifo():
    os.mkfifo("fifo")
    child = os.fork()
    if child == 0:
        with open("fifo", "wb", buffering=0) as fifo:
            for byte in b"slowly":
                fifo.write(bytes([byte]))
                time.sleep(0.05)
        os._exit(0)
    run("deal", "--role", "transfer", "--key-file", "fifo", "--out", "set")
    os.waitpid(child, 0)
    run("recover", "--record", "set/record.ks", "--out", "key",
        "set/card-1.ks", "set/card-2.ks")
    same(read("key"), b"slowly")


def test_warns_of_a_newline():
    write("key", b"thirty-two bytes, they thought.\n")
    answer = run("deal", "--role", "co", "--key-file", "key", "--out", "set")
    has(answer.err, "newline")
    has(answer.out, "32 bytes")


def refused(*words, status=2):
    """Refused, with a message, nothing on standard output, nothing left."""
    before = sorted(os.listdir("."))
    answer = run("deal", *words, status=status)
    assert answer.err.startswith("keyshare"), answer.err
    same(answer.out, "", "standard output")
    same(sorted(os.listdir(".")), before, "nothing touched")
    return answer


def test_refuses_bad_policies():
    for words in (("--role", "rksh", "--threshold", "0"),
                  ("--role", "rksh", "--threshold", "8"),
                  ("--role", "rksh", "--threshold", "1"),
                  ("--role", "co", "--threshold", "1", "--count", "1"),
                  ("--role", "rksh", "--count", "256"),
                  ("--role", "rksh", "--count", "0"),
                  ("--role", "rksh", "--count", "4"),
                  ("--role", "rksh", "--count", "seven"),
                  ("--role", "rksh", "--count", "-7"),
                  ("--role", "rksh", "--count", "7 "),
                  ("--role", "rksh", "--count", ""),
                  ("--role", "rksh", "--threshold", "18446744073709551617"),
                  ("--role", "custom"),
                  ("--role", "custom", "--threshold", "2"),
                  ("--role", "custom", "--count", "2"),
                  ("--role", "king"),
                  ("--role", "RKSH"),
                  ("--role", "rksh", "--scheme", "sss"),
                  ()):
        refused(*words, "--generate", "32", "--out", "set")


def test_custom_may_have_threshold_one():
    run("deal", "--role", "custom", "--threshold", "1", "--count", "1",
        "--generate", "16", "--out", "set")
    run("recover", "--record", "set/record.ks", "set/card-1.ks")


def test_refuses_bad_labels():
    for character in FORBIDDEN:
        refused("--role", "co", "--generate", "32", "--out", "set",
                "--label", "a" + chr(character))
    for label in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
                  b"a\xe6\xa0", b"x" * 65):
        refused("--role", "co", "--generate", "32", "--out", "set",
                "--label", label)


def test_refuses_bad_keys():
    write("empty", b"")
    write("long", bytes(1025))
    refused("--role", "co", "--key-file", "empty", "--out", "set")
    refused("--role", "co", "--key-file", "long", "--out", "set")
    refused("--role", "co", "--key-file", "long", "--generate", "32", "--out",
            "set")
    refused("--role", "co", "--out", "set")
    for size in ("0", "1025", "x", "-1", "3.2", ""):
        refused("--role", "co", "--generate", size, "--out", "set")
    refused("--role", "co", "--key-file", "none", "--out", "set", status=3)
    os.mkdir("folder")
    answer = refused("--role", "co", "--key-file", "folder", "--out", "set",
                     status=3)
    has(answer.err, "folder")


def test_refuses_bad_words():
    refused("--role", "co", "--generate", "32")
    refused("--role", "co", "--generate", "32", "--out", "set", "--time", "x")
    refused("--role", "co", "--generate", "32", "--out", "set", "--time",
            "18446744073709551616")
    refused("--role", "co", "--generate", "32", "--out", "set", "--copies",
            "0")
    refused("--role", "co", "--generate", "32", "--out", "set", "extra")
    refused("--role", "co", "--generate", "32", "--out", "set", "--reveal")
    refused("--role", "co", "--generate", "32", "--out", "")


def test_refuses_a_full_directory():
    os.mkdir("set")
    write("set/diary", b"mine")
    refused("--role", "co", "--generate", "32", "--out", "set")
    same(os.listdir("set"), ["diary"])
    write("file", b"")
    refused("--role", "co", "--generate", "32", "--out", "file")


def test_takes_an_empty_directory_and_slashes():
    os.mkdir("set")
    _, answer = deal("set//", "transfer")
    same(len(os.listdir("set")), 4)
    same(os.listdir("."), ["set"])
    assert all(os.path.exists(path) for path in answer["files"])


def test_refuses_what_an_attempt_left():
    os.mkdir("set.partial")
    answer = refused("--role", "co", "--generate", "32", "--out", "set")
    has(answer.err, "set.partial")


def test_parent_that_is_not_there():
    answer = refused("--role", "co", "--generate", "32", "--out", "no/set",
                     status=3)
    has(answer.err, "no/set")


def test_help_teaches_by_an_example():
    for verb in ("deal", "inspect", "verify", "check", "recover", "audit",
                 "label", "repair", "refresh", "reshare"):
        answer = run(verb, "--help")
        has(answer.out, f"keyshare {verb} ", verb)
        same(answer.err, "")
    has(run("--help").out, "deal")
    has(run("--version").out, "0.")
    same(run(status=2).out, "")
    same(run("dael", status=2).out, "")


tap.run_tests(sys.modules[__name__])
