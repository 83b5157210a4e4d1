# SPDX-License-Identifier: ISC
"""keyshare split and combine on bytes: both formats, any length, and what is
no set of shares."""
import hashlib
import itertools
import os
import random
import subprocess
import sys

import tap
from keyshare import COMMAND, read, run, write
from tap import has, same

UNCHECKED = "raw shares carry no check"

# Around the pieces that are read at a time: 1 MiB, less where there are many.
LENGTHS = (0, 1, 2, 3, 31, 32, 33, 255, 4095, 65537, 1048575, 1048576, 1048577,
           2500001)


# ---- GF(2^8) modulo X^8 + X^4 + X^3 + X + 1, written here anew ----

def multiply(a, b):
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ (0x11b if a & 0x80 else 0)
        b >>= 1
    return product


def inverse(a):
    return next(b for b in range(1, 256) if multiply(a, b) == 1)


def interpolate(shares):
    """The value at 0 of {x: bytes}, by Lagrange."""
    length = len(next(iter(shares.values())))
    result = bytearray(length)
    for x, content in shares.items():
        weight = 1
        for other in shares:
            if other != x:
                weight = multiply(weight, multiply(other,
                                                   inverse(x ^ other)))
        for at, byte in enumerate(content):
            result[at] ^= multiply(weight, byte)
    return bytes(result)


def some_bytes(length, seed=1):
    return random.Random(seed).randbytes(length)


def split(secret, threshold, count, *more, out="shares", name="secret"):
    """Split a file, remove it, and give the paths of the shares."""
    write(name, secret)
    answer = run("split", "--json", "--threshold", str(threshold), "--count",
                 str(count), "--out", out, *more, name).json()
    os.remove(name)
    same((answer["threshold"], answer["count"], answer["bytes"]),
         (threshold, count, len(secret)))
    same(answer["files"], [f"{out}/{name}.{x:03}" for x in
                           range(1, count + 1)])
    same(sorted(os.listdir(out)), sorted(os.path.basename(path) for path in
                                         answer["files"]))
    assert not os.path.exists(out + ".partial")
    return answer["files"]


def combined(paths, *more):
    """Combine by --out - and hold the bytes against a run with --json."""
    secret = run("combine", *more, "--out", "-", *paths).bytes
    answer = run("combine", "--json", *more, *paths).json()
    same((answer["combined"], answer["checked"], answer["file"]),
         (True, False, None))
    same(answer["bytes"], len(secret))
    same(answer["sha256"], hashlib.sha256(secret).hexdigest())
    return secret


def clear(out="shares"):
    for name in os.listdir(out):
        os.remove(f"{out}/{name}")
    os.rmdir(out)


# ---- There and back ----

def test_lengths():
    for length in LENGTHS:
        for form in ("plain", "trailing-x"):
            secret = some_bytes(length)
            paths = split(secret, 2, 3, "--format", form)
            extra = 1 if form == "trailing-x" else 0
            for path in paths:
                same(os.path.getsize(path), length + extra, path)
                same(os.stat(path).st_mode & 0o777, 0o600)
            for chosen in itertools.combinations(paths, 2):
                assert combined(chosen, "--format", form) == secret, length
            clear()


def test_every_quorum():
    """Each set of M or more gives the secret, fewer give other bytes."""
    secret = some_bytes(40)
    for threshold, count in ((1, 1), (1, 3), (2, 2), (2, 4), (3, 5), (5, 5)):
        for form in ("plain", "trailing-x"):
            paths = split(secret, threshold, count, "--format", form)
            for size in range(1, count + 1):
                for chosen in itertools.combinations(paths, size):
                    same(combined(chosen, "--format", form) == secret,
                         size >= threshold, f"{threshold} {chosen}")
            clear()


def test_many():
    """255 shares: smaller pieces, many files."""
    secret = some_bytes(70001)
    paths = split(secret, 200, 255)
    assert combined(paths) == secret
    assert combined(paths[55:]) == secret
    assert combined(paths[56:]) != secret
    clear()


def test_few_files_allowed():
    """As many as are needed are asked for."""
    def limit():
        import resource
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, hard))
    write("secret", b"1234")
    run("split", "--threshold", "2", "--count", "255", "--out", "shares",
        "secret", before=limit)
    paths = [f"shares/secret.{x:03}" for x in range(1, 256)]
    same(run("combine", "--out", "-", *paths, before=limit).bytes, b"1234")


def test_shares_are_shamirs():
    """Against the field's arithmetic as it is written above."""
    secret = some_bytes(24)
    for form in ("plain", "trailing-x"):
        paths = split(secret, 3, 6, "--format", form)
        shares = {}
        for x, path in enumerate(paths, 1):
            shares[x] = read(path)
            if form == "trailing-x":
                same(shares[x][-1], x, "the last byte")
                shares[x] = shares[x][:-1]
        for chosen in itertools.combinations(shares, 3):
            same(interpolate({x: shares[x] for x in chosen}), secret)
        assert interpolate({x: shares[x] for x in (1, 2)}) != secret
        clear()


def test_any_x():
    """Shares with x of one's own, made here; the highest is 255."""
    secret = b"any x does"
    other = some_bytes(len(secret))
    indices = (7, 100, 255)
    for x in indices:
        share = bytes(s ^ multiply(x, o) for s, o in zip(secret, other))
        write(f"a.{x:03}", share)
        write(f"b-{x}", share + bytes([x]))
    for one, two in itertools.permutations(indices, 2):
        same(combined([f"a.{one:03}", f"a.{two:03}"]), secret)
        same(combined([f"b-{one}", f"b-{two}"], "--format", "trailing-x"),
             secret)


def test_coefficients_are_fresh():
    """Two splittings of one secret have no share in common, and two bytes that
    are equal do not give equal shares."""
    first = [read(path) for path in split(bytes(4096), 3, 4)]
    clear()
    second = [read(path) for path in split(bytes(4096), 3, 4)]
    for content in first + second:
        assert len(set(content)) > 200, "they look random"
    same(len(set(first + second)), 8)


def test_back_ends():
    """All that this machine has read each other's shares."""
    def environment(name):
        return dict(os.environ, KEYSHARE_BACKEND=name)

    secret = some_bytes(100003)
    write("secret", secret)
    found = []
    for name in ("portable", "avx2", "gfni128", "gfni256", "gfni512"):
        answer = run("split", "--threshold", "3", "--count", "5", "--out",
                     name, "secret", env=environment(name), status=None)
        if answer.status == 0:
            found.append(name)
        else:
            same(answer.status, 2)
            has(answer.err, f'KEYSHARE_BACKEND: no "{name}" here')
    assert "portable" in found
    for one, two in itertools.product(found, repeat=2):
        paths = [f"{one}/secret.{x:03}" for x in (1, 3, 5)]
        assert run("combine", "--out", "-", *paths,
                   env=environment(two)).bytes == secret, (one, two)
    run("combine", *paths, env=environment("abacus"), status=2)


# ---- Standard input and output, pipes ----

def test_standard_input_and_output():
    secret = some_bytes(1500000)
    answer = run("split", "--json", "--threshold", "2", "--count", "3",
                 "--out", "s", "-", stdin=secret).json()
    same(answer["files"], ["s/share.001", "s/share.002", "s/share.003"])
    answer = run("combine", "--out", "-", "s/share.001", "s/share.003")
    assert answer.bytes == secret
    has(answer.err, UNCHECKED)
    has(answer.err, hashlib.sha256(secret).hexdigest())
    run("combine", "--json", "--out", "-", "s/share.001", "s/share.003",
        status=2)
    with open("/dev/full", "wb") as full:
        has(run("combine", "--out", "-", "s/share.001", "s/share.003",
                stdout=full, status=3).err, "No space left")


def test_standard_input_at_its_middle():
    """What was read before is no part of it."""
    write("secret", b"head" + b"tail")
    with open("secret", "rb") as file:
        os.lseek(file.fileno(), 4, os.SEEK_SET)
        subprocess.run([COMMAND, "split", "--threshold", "2", "--count", "2",
                        "--out", "s", "-"], stdin=file, check=True,
                       capture_output=True)
    same(combined(["s/share.001", "s/share.002"]), b"tail")


def test_pipes():
    """A secret and plain shares may be pipes; a last byte that comes last is
    of no use where x is needed first."""
    secret = some_bytes(300000)
    paths = split(secret, 2, 3)
    for x in (1, 2):
        os.mkfifo(f"pipe.{x:03}")
    feeders = [subprocess.Popen(["cp", path, f"pipe.{x:03}"])
               for x, path in enumerate(paths[:2], 1)]
    assert run("combine", "--out", "-", "pipe.001",
               "pipe.002").bytes == secret
    for feeder in feeders:
        same(feeder.wait(), 0)
    feeder = subprocess.Popen(["cp", paths[0], "pipe.001"])
    has(run("combine", "--format", "trailing-x", "pipe.001", status=2).err,
        "not from a pipe")
    feeder.wait()


# ---- What is said ----

def test_what_is_said():
    write("secret", b"secret")
    answer = run("split", "--threshold", "2", "--count", "3", "--out", "s",
                 "secret")
    has(answer.out, UNCHECKED)
    has(answer.out, "s/secret.001\n   to s/secret.003")
    has(answer.out, "note the threshold")
    same(answer.err, "")
    answer = run("combine", "--out", "back", "s/secret.001", "s/secret.003")
    has(answer.out, "from 2 shares, x = 1 and 3: 6 bytes")
    has(answer.out, UNCHECKED)
    has(answer.out, hashlib.sha256(b"secret").hexdigest())
    has(answer.out, "not checked; written to back")
    same(read("back"), b"secret")
    same(os.stat("back").st_mode & 0o777, 0o600)
    answer = run("combine", "s/secret.002")
    has(answer.out, "only if M was 1")
    has(answer.out, "combined and wiped")
    assert "secret\n" not in answer.out.replace("another secret", "")


def test_a_threshold_of_one_is_warned_of():
    write("secret", b"secret")
    answer = run("split", "--threshold", "1", "--count", "2", "--out", "s",
                 "secret")
    has(answer.err, "each share is the secret itself")
    same(read("s/secret.002"), b"secret")


def test_the_other_format_is_noticed():
    """Shares with x at the end, taken for plain ones, are warned of: they give
    the secret, and a byte that is 0."""
    paths = split(b"secret", 2, 3, "--format", "trailing-x")
    answer = run("combine", "--out", "-", *paths[:2])
    has(answer.err, "should this be --format trailing-x?")
    same(answer.bytes, b"secret\0")
    clear()
    paths = split(bytes(1000), 2, 3)
    write(paths[1], read(paths[1])[:-1] + b"\1")
    assert "should this" not in run("combine", *paths[:2]).err


def test_nothing_is_replaced():
    paths = split(b"secret", 2, 3)
    before = [read(path) for path in paths]
    write("secret", b"another")
    words = ("split", "--threshold", "2", "--count", "3", "--out", "shares",
             "secret")
    has(run(*words, status=2).err, "shares: exists, and is not empty")
    write("back", b"mine")
    has(run("combine", "--out", "back", *paths, status=2).err,
        "back: exists, and is not replaced")
    same(read("back"), b"mine")
    same([read(path) for path in paths], before)
    os.mkdir("new.partial")
    write("new.partial/x", b"y")
    has(run("split", "--threshold", "2", "--count", "3", "--out", "new",
            "secret", status=2).err, "new.partial: left behind")
    same(os.listdir("new.partial"), ["x"])


# ---- Wrong use ----

def test_wrong_use_of_split():
    write("secret", b"secret")
    good = {"--threshold": "2", "--count": "3", "--out": "s"}
    for change, why in (
            ({"--threshold": None}, "--threshold is missing"),
            ({"--count": None}, "--count is missing"),
            ({"--out": None}, "--out is missing"),
            ({"--threshold": "0"}, "--threshold takes 1 or more"),
            ({"--threshold": "4"}, "more than there are"),
            ({"--count": "256"}, "from 0 to 255"),
            ({"--count": "0"}, "--count takes 1 or more"),
            ({"--count": "two"}, "from 0 to 255"),
            ({"--format": "vault"}, "plain or trailing-x"),
            ({"--out": "none/s"}, "none/s")):
        words = [word for name, value in {**good, **change}.items()
                 if value is not None for word in (name, value)]
        has(run("split", *words, "secret",
                status=3 if "none" in why else 2).err, why)
    words = [word for pair in good.items() for word in pair]
    has(run("split", *words, status=2).err, "one FILE")
    has(run("split", *words, "secret", "secret", status=2).err, "one FILE")
    has(run("split", *words, "none", status=3).err, "none: No such file")
    has(run("split", *words, ".", status=3).err, ".: Is a directory")
    has(run("split", *words, "secret/", status=2).err, "no name")
    long_name = "n" * 245
    write(long_name, b"")
    has(run("split", *words, long_name, status=2).err, "no name")
    same(sorted(os.listdir(".")), sorted(["secret", long_name]))


def refused(words, why, status=1, **more):
    """Combining is refused, and leaves nothing."""
    before = sorted(os.listdir("."))
    answer = run("combine", "--out", "back", *words, status=status, **more)
    has(answer.err, why)
    same(answer.out, "")
    same(sorted(os.listdir(".")), before)
    if status == 1:
        said = run("combine", "--json", *words, status=1).json()
        same((said["combined"], said["bytes"], said["sha256"], said["file"]),
             (False, None, None, None))


def test_plain_shares_need_their_suffix():
    paths = split(b"secret", 2, 3)
    for name in ("share", "share.1", "share.01", "share.0001", "share.000",
                 "share.256", "share.999", "share.0x1", "share.-01",
                 "share. 01", "share.001.bak", "001", "d.001/share"):
        os.makedirs("d.001", exist_ok=True)
        write(name, read(paths[0]))
        refused([name, paths[1]], "ends in its x, .001 to .255", status=2)
    os.mkdir("d")
    write("d/.001", read(paths[0]))
    same(combined(["d/.001", paths[1]]), b"secret")
    has(run("combine", status=2).err, "no share is given")
    refused(["none.001", paths[1]], "none.001: No such file", status=3)
    refused(["d.001", paths[1]], "d.001: Is a directory", status=3)


def test_ragged_shares():
    paths = split(some_bytes(1000), 2, 3)
    write("short.002", read(paths[1])[:-1])
    write("empty.002", b"")
    write("long.002", read(paths[1]) + b"x")
    for name in ("short.002", "empty.002", "long.002"):
        refused([paths[0], name], f"{name}: ")
        refused([name, paths[2]], "not of one splitting")
    os.mkfifo("pipe.003")
    for content in (read(paths[2])[:-1], read(paths[2]) + b"x"):
        write("content", content)
        with subprocess.Popen(["cp", "content", "pipe.003"]):
            has(run("combine", "--out", "back", paths[0], "pipe.003",
                    status=1).err, "not of one splitting")
        assert not [name for name in os.listdir(".") if "back" in name]


def test_ragged_shares_with_trailing_x():
    paths = split(some_bytes(1000), 2, 3, "--format", "trailing-x")
    whole = read(paths[1])
    write("short", whole[:-2] + whole[-1:])
    write("one", whole[-1:])
    write("empty", b"")
    form = ("--format", "trailing-x")
    refused([*form, paths[0], "short"], "not of one splitting")
    refused([*form, "one", paths[0]], "not of one splitting")
    refused([*form, paths[0], "empty"], "empty: empty, and no share")


def test_equal_x():
    paths = split(b"secret", 2, 3)
    os.mkdir("copy")
    write("copy/secret.001", read(paths[0]))
    refused([paths[0], paths[0]], "have the same x, 1")
    refused([paths[0], paths[1], "copy/secret.001"],
            "shares/secret.001 and copy/secret.001 have the same x, 1")
    paths = split(b"secret", 2, 3, "--format", "trailing-x", out="t")
    write("other", read(paths[1]))
    refused(["--format", "trailing-x", *paths, "other"],
            "t/secret.002 and other have the same x, 2")


def test_x_of_zero():
    paths = split(b"secret", 2, 3, "--format", "trailing-x")
    write("zero", b"secret" + b"\0")
    refused(["--format", "trailing-x", paths[0], "zero"],
            "no share has x = 0")


def test_too_many():
    write("share.001", b"x")
    refused(["share.001"] * 256, "no more than 255 shares", status=2)


def test_a_name_cannot_pose():
    """What a file is called does not reach the terminal as it is."""
    name = "a\n1. Combined\x1b[2K"
    write(name, b"secret")
    answer = run("split", "--threshold", "2", "--count", "2", "--out", "s",
                 name)
    has(answer.out, "a\\x0a1. Combined\\x1b[2K.001")
    assert "\x1b" not in answer.out
    same(combined([f"s/{name}.001", f"s/{name}.002"]), b"secret")


tap.run_tests(sys.modules[__name__])
