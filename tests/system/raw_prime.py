# SPDX-License-Identifier: ISC
"""keyshare split and combine on scalars of a prime field, against Python's
integers."""
import hashlib
import itertools
import os
import random
import sys

import tap
from keyshare import read, run, write
from tap import has, same

# The orders of groups: SP 800-186 3.2.1.3 and 3.2.1.4, SEC 2 2.4.1, RFC 8032.
P256 = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
           16)
P384 = int("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
           "581a0db248b0a77aecec196accc52973", 16)
SECP256K1 = int("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd036"
                "4141", 16)
ED25519 = 2**252 + 27742317777372353535851937790883648493
NAMED = {"p256": P256, "p384": P384, "secp256k1": SECP256K1,
         "ed25519": ED25519}


def width(prime):
    return (prime.bit_length() + 7) // 8


def text(number, prime):
    return f"{number:0{2 * width(prime)}x}\n".encode()


def interpolate(shares, prime):
    """The value at 0 of {x: number}, by Lagrange."""
    result = 0
    for x, value in shares.items():
        for other in shares:
            if other != x:
                value = value * other * pow(other - x, -1, prime) % prime
        result += value
    return result % prime


def split(secret, prime, threshold, count, name, out="shares"):
    """Split a number, and give {x: path}."""
    write("number", text(secret, prime))
    answer = run("split", "--json", "--prime", name, "--threshold",
                 str(threshold), "--count", str(count), "--out", out,
                 "number").json()
    same(int(answer["prime"], 16), prime)
    same(answer["bytes"], width(prime))
    return dict(enumerate(answer["files"], 1))


def values(paths, prime):
    numbers = {}
    for x, path in paths.items():
        numbers[x] = int(read(path), 16)
        same(read(path), text(numbers[x], prime), "width, case and newline")
        assert numbers[x] < prime
    return numbers


def clear(paths):
    for path in paths.values():
        os.remove(path)
    os.rmdir("shares")


def test_named_primes():
    generator = random.Random(7)
    for name, prime in NAMED.items():
        for secret in (0, 1, prime - 1, generator.randrange(prime)):
            paths = split(secret, prime, 3, 5, name)
            numbers = values(paths, prime)
            for chosen in itertools.combinations(paths, 3):
                same(interpolate({x: numbers[x] for x in chosen}, prime),
                     secret)
                answer = run("combine", "--prime", name, "--out", "-",
                             *[paths[x] for x in chosen])
                same(answer.bytes, text(secret, prime))
            assert interpolate({x: numbers[x] for x in (1, 2)},
                               prime) != secret
            clear(paths)


def test_primes_in_hex():
    """The least, the greatest that fits, with odd digits and zeros in front;
    in either case."""
    for prime, threshold, count in (
            (3, 2, 2), (5, 2, 4), (257, 3, 255), (65521, 2, 3),
            (2**127 - 1, 3, 4), (2**521 - 1, 2, 3), (2**2203 - 1, 2, 3)):
        for written in (f"{prime:x}", f"000{prime:X}"):
            secret = prime - 2
            paths = split(secret, prime, threshold, count, written)
            numbers = values(paths, prime)
            chosen = list(paths)[-threshold:]
            same(interpolate({x: numbers[x] for x in chosen}, prime), secret)
            same(run("combine", "--prime", written, "--out", "-",
                     *[paths[x] for x in chosen]).bytes, text(secret, prime))
            clear(paths)


def test_longest_modulus():
    """4096 bits, a prime: 2^4096 - 2549 is the last one below 2^4096 by
    Python's own test."""
    prime = 2**4096 - 2549
    for base in (2, 3, 5, 7, 11):
        same(pow(base, prime - 1, prime), 1)
    secret = random.Random(1).randrange(prime)
    paths = split(secret, prime, 3, 4, f"{prime:x}")
    same(interpolate({x: value for x, value in values(paths, prime).items()
                      if x != 2}, prime), secret)
    same(run("combine", "--prime", f"{prime:x}", "--out", "-", paths[1],
             paths[3], paths[4]).bytes, text(secret, prime))
    has(run("combine", "--prime", f"1{0:01024x}", paths[1], status=2).err,
        "more than 4096 bits")


def test_shares_that_python_made():
    """Of any x, in either case, with and without a newline."""
    secret, slope = 0xabcdef << 200, 0xfedcba << 180
    ends = {1: b"\n", 42: b"", 255: b"\r\n"}
    for x, end in ends.items():
        number = (secret + slope * x) % P256
        digits = f"{number:064x}"
        write(f"a.{x:03}", (digits.upper() if x == 42 else digits).encode() +
              end)
    for one, two in itertools.permutations(ends, 2):
        paths = [f"a.{one:03}", f"a.{two:03}"]
        answer = run("combine", "--json", "--prime", "p256", *paths).json()
        same(answer["sha256"],
             hashlib.sha256(secret.to_bytes(32, "big")).hexdigest(),
             "of the number's bytes")
        same(answer["bytes"], 32)
        run("combine", "--prime", "p256", "--out", "back", *paths)
        same(read("back"), text(secret, P256))
        os.remove("back")


def test_standard_input():
    run("split", "--prime", "ed25519", "--threshold", "2", "--count", "3",
        "--out", "s", "-", stdin=text(12345, ED25519))
    same(run("combine", "--prime", "ed25519", "--out", "-", "s/share.002",
             "s/share.003").bytes, text(12345, ED25519))


def test_coefficients_are_fresh():
    seen = set()
    for _ in range(8):
        paths = split(5, P256, 3, 3, "p256")
        seen |= set(values(paths, P256).values())
        clear(paths)
    same(len(seen), 24)


def refused_split(content, why, prime="p256", status=1, count="3"):
    write("number", content)
    answer = run("split", "--prime", prime, "--threshold", "2", "--count",
                 count, "--out", "s", "number", status=status)
    has(answer.err, why)
    same(os.listdir("."), ["number"])
    digits = content.strip().decode("latin-1")
    assert len(digits) < 8 or digits not in answer.err, "it is secret"


def test_numbers_that_are_none():
    refused_split(text(P256, P256), "number: not below the modulus")
    refused_split(text(P256 + 1, P256), "not below the modulus")
    refused_split(b"f" * 64, "not below the modulus")
    for content in (b"", b"\n", b"1\n", b"0" * 63, b"0" * 65, b"0" * 66,
                    b"0" * 64 + b"\n\n", b"0" * 64 + b"\n\r", b"0" * 64 + b" ",
                    b"0" * 100):
        refused_split(content, "not 64 hex digits")
    for content in (b"0x" + b"0" * 62, b" " + b"1" * 63, b"g" * 64,
                    b"\0" * 64, b"-" + b"1" * 63, b"0" * 63 + b"\r"):
        refused_split(content, "not hex digits alone")


def test_moduli_that_are_none():
    good = text(1, 257)
    for prime, why in (
            ("p521", "neither hex digits nor"), ("P256", "neither hex digits"),
            ("0x101", "neither hex digits"), ("", "neither hex digits"),
            ("10 1", "neither hex digits"), ("-3", "neither hex digits"),
            ("0", "not an odd prime"), ("000", "not an odd prime"),
            ("1", "not an odd prime"), ("2", "not an odd prime"),
            ("100", "not an odd prime"), ("ffff", "not an odd prime"),
            (f"{P256 * P384:x}", "not an odd prime"),
            # Carmichael numbers, and a product of two near primes.
            ("231", "not an odd prime"), (f"{825265:x}", "not an odd prime"),
            (f"{(2**61 - 1) * (2**89 - 1):x}", "not an odd prime")):
        refused_split(good, why, prime=prime, status=2)
    refused_split(b"1\n", "has room for 2 shares", prime="3", status=2)
    refused_split(b"01\n", "has room for 250 shares", prime="fb", status=2,
                  count="251")


def test_only_plain():
    write("number", text(1, P256))
    for verb, words in (("split", ("--threshold", "2", "--count", "2",
                                   "--out", "s", "number")),
                        ("combine", ("number.001",))):
        has(run(verb, "--prime", "p256", "--format", "trailing-x", *words,
                status=2).err, "its shares are plain")
    run("split", "--prime", "p256", "--format", "plain", "--threshold", "2",
        "--count", "2", "--out", "s", "number")


def test_shares_that_are_none():
    paths = split(77, P256, 2, 3, "p256")
    good = read(paths[1])

    def refused(paths, why, status=1, prime="p256"):
        answer = run("combine", "--prime", prime, "--out", "back", *paths,
                     status=status)
        has(answer.err, why)
        assert not [name for name in os.listdir(".") if "back" in name]
        assert good.decode().strip() not in answer.err

    write("bad.002", text(P256, P256))
    refused([paths[1], "bad.002"], "bad.002: not below the modulus")
    write("bad.002", good[:-2] + b"\n")
    refused([paths[1], "bad.002"], "bad.002: not 64 hex digits")
    refused([paths[1], paths[2]], "not 96 hex digits", prime="p384")
    write("bad.001", good)
    refused([paths[1], "bad.001"], "have the same x, 1")
    write("bad.000", good)
    refused([paths[1], "bad.000"], ".001 to .255", status=2)
    write("bad.003", b"02\n")
    refused(["bad.003"], "x = 3 is no element of this field but 0", prime="3")


def test_too_few_give_another():
    paths = split(123456789, SECP256K1, 3, 5, "secp256k1")
    numbers = values(paths, SECP256K1)
    answer = run("combine", "--prime", "secp256k1", "--out", "-", paths[1],
                 paths[4])
    same(int(answer.bytes, 16), interpolate(
        {x: numbers[x] for x in (1, 4)}, SECP256K1))
    assert int(answer.bytes, 16) != 123456789
    has(answer.err, "raw shares carry no check")


tap.run_tests(sys.modules[__name__])
