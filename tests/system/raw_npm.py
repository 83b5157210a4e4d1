# SPDX-License-Identifier: ISC
"""keyshare split and combine with --format trailing-x against the npm package
shamir-secret-sharing: shares that it made once, and the package itself."""
import itertools
import os
import random
import shutil
import subprocess
import sys

import tap
from keyshare import read, run, vectors, write
from tap import has, same, skip

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "shamir_secret_sharing.js")
FORM = ("--format", "trailing-x")


def package():
    """Where the package is. Whoever runs the tests fetches it beforehand
    (tests/run): a test does not."""
    folder = os.environ.get("KEYSHARE_TEST_NPM")
    if folder is None:
        skip("KEYSHARE_TEST_NPM is not set: tests/run fetches the package")
    found = os.path.join(folder, "shamir-secret-sharing")
    if not os.path.exists(os.path.join(found, "package.json")):
        skip("the npm package shamir-secret-sharing could not be fetched")
    if shutil.which("node") is None:
        skip("there is no node")
    return found


def node(*words, stdin=b""):
    process = subprocess.run(["node", SCRIPT, package(), *words], input=stdin,
                             capture_output=True, check=False, timeout=120)
    same((process.returncode, process.stderr), (0, b""))
    return process.stdout.decode().split()


def quorums(shares, threshold, most=12):
    """The first and the last ones, some between, and all shares."""
    chosen = list(itertools.islice(
        itertools.combinations(shares, threshold), most))
    return [*chosen, shares[-threshold:], shares[::-1]]


def check_combine(secret, threshold, shares):
    """Shares of the package, as bytes, give back what it split."""
    paths = []
    for at, share in enumerate(shares):
        paths.append(f"theirs-{at}")
        write(paths[-1], share)
    for chosen in quorums(paths, threshold):
        assert run("combine", *FORM, "--out", "-",
                   *chosen).bytes == secret, chosen
    if threshold > 2:
        assert run("combine", *FORM, "--out", "-",
                   *paths[:threshold - 1]).bytes != secret


def test_shares_that_the_package_made():
    found = vectors("shamir-secret-sharing.json")
    same(found["package"], "shamir-secret-sharing")
    for case in found["cases"]:
        check_combine(bytes.fromhex(case["secret"]), case["threshold"],
                      [bytes.fromhex(share) for share in case["shares"]])
    assert len(found["cases"]) >= 7


def test_the_same_shares_as_plain_ones():
    """The last byte moved to the name: HashiCorp Vault's, and others'."""
    case = vectors("shamir-secret-sharing.json")["cases"][2]
    paths = []
    for share in (bytes.fromhex(share) for share in case["shares"]):
        paths.append(f"share.{share[-1]:03}")
        write(paths[-1], share[:-1])
    for chosen in itertools.combinations(paths, 3):
        same(run("combine", "--out", "-", *chosen).bytes.hex(),
             case["secret"])


def test_shares_that_the_package_makes():
    for length, threshold, count in ((1, 2, 3), (31, 3, 5), (1000, 2, 2),
                                     (70000, 4, 6), (5, 255, 255)):
        secret = random.Random(length).randbytes(length)
        shares = node("split", str(threshold), str(count), stdin=secret)
        same(len(shares), count)
        check_combine(secret, threshold,
                      [bytes.fromhex(share) for share in shares])


def test_the_package_combines_shares_made_here():
    for length, threshold, count in ((1, 2, 3), (31, 3, 5), (1000, 2, 2),
                                     (70000, 4, 6), (5, 255, 255)):
        secret = random.Random(length).randbytes(length)
        write("secret", secret)
        out = f"ours-{length}"
        run("split", *FORM, "--threshold", str(threshold), "--count",
            str(count), "--out", out, "secret")
        paths = [f"{out}/secret.{x:03}" for x in range(1, count + 1)]
        for chosen in quorums(paths, threshold, 3):
            same(node("combine", *chosen), [secret.hex()])


def test_the_package_refuses_what_is_refused_here():
    """Equal x and ragged shares, by both."""
    secret = b"secret"
    shares = [bytes.fromhex(share) for share in
              node("split", "2", "3", stdin=secret)]
    write("one", shares[0])
    write("same", shares[0])
    write("short", shares[1][1:])
    for pair in (("one", "same"), ("one", "short")):
        run("combine", *FORM, *pair, status=1)
        process = subprocess.run(["node", SCRIPT, package(), "combine", *pair],
                                 capture_output=True, check=False)
        same(process.returncode, 1)
        has(process.stderr.decode(), "rror")
    same(read("one"), shares[0])


tap.run_tests(sys.modules[__name__])
