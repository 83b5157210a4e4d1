# SPDX-License-Identifier: ISC
"""A device for drills as tests see it, and sets of cards from the vectors.

HMAC, HKDF and the files of the device are written here anew.
"""
import hmac
import os
import struct

from keyshare import (change_share, deal, flip_last, objects, read, record_of,
                      run, vectors, write)
from tap import same

FILES = ["blob", "counter", "events", "hsm", "key", "records", "volatile"]
SCHEMES = ("gf256", "pedersen")


# ---- Calls ----

def enrol(record, *cards, device="hsm", status=0, hsm=None, more=()):
    words = ["enrol", "--json", "--device", device]
    if hsm is not None:
        words += ["--hsm", hsm]
    return run(*words, *more, record, *cards, status=status)


def new(*sets, device="hsm", hsm="hsm-1", more=()):
    """A device that knows these sets; the first one authorises the others."""
    for position, name in enumerate(sets):
        own = shown(name)
        if position == 0:
            enrol(f"{name}/record.ks", *own, device=device, hsm=hsm, more=more)
        else:
            enrol(f"{name}/record.ks", *shown(sets[0]), *own, device=device)
    same([record["pending"] for record in status(device)["enrolled"]],
         [False] * len(sets), "all are enrolled")


def call(verb, *cards, device="hsm", status=0):
    """activate, deactivate or retire; the JSON object."""
    answer = run(verb, "--json", "--device", device, *cards, status=status)
    found = answer.json()
    same(list(found), ["state", "cards", "accepted", "needed"])
    return found


def status(device="hsm"):
    return run("status", "--json", "--device", device).json()


def state(device="hsm"):
    return status(device)["state"]


def derive(purpose="purpose", length=32, device="hsm"):
    """A derived key; the file is removed again."""
    run("derive", "--device", device, "--purpose", purpose, "--bytes",
        str(length), "--out", "derived")
    key = read("derived")
    os.remove("derived")
    return key


def verdicts(answer):
    return [card["verdict"] for card in answer["cards"]]


def shown(name, indices=(1, 2, 3)):
    return [f"{name}/card-{i}.ks" for i in indices]


def invalid(path):
    """The card there, with another value than was dealt."""
    return change_share(read(path), 0x83, flip_last)


# ---- Sets ----

def write_set(name, epoch):
    """One epoch of a case of the vectors, as keyshare deal writes sets."""
    os.mkdir(name)
    record = bytes.fromhex(epoch["record"])
    write(f"{name}/record.ks", record)
    for position, share in enumerate(epoch["shares"], 1):
        write(f"{name}/card-{position}.ks", record + bytes.fromhex(share))
    return epoch["fingerprint"]


def history(scheme):
    """Officers over three epochs in co-0 to co-2: dealt, refreshed, and
    re-shared to 4 of 9. Returns their fingerprints, and the key."""
    case, = [case for case in vectors()["cases"]
             if case["name"].startswith(f"{scheme} CO ")]
    return ([write_set(f"co-{number}", epoch)
             for number, epoch in enumerate(case["epochs"])],
            bytes.fromhex(case["key"]))


def deal_all(*roles, scheme="gf256"):
    for role in roles:
        deal(role, role, bytes([len(role)]) * 32, "--scheme", scheme)


def lineage(record):
    content = record_of(read(record))
    start = objects(content)[0][2]
    value, = [(start + at, start + end)
              for tag, _, at, end in objects(content[start:]) if tag == 0x86]
    return content[value[0]:value[1]]


# ---- What it must be ----

def hkdf(key, salt, info, length):
    """RFC 5869 with SHA-256."""
    pseudorandom = hmac.digest(salt, key, "sha256")
    output = block = b""
    for count in range(1, 256):
        if len(output) < length:
            block = hmac.digest(pseudorandom, block + info + bytes([count]),
                                "sha256")
            output += block
    return output[:length]


def expected_key(key, record, purpose, hsm="hsm-1", length=32):
    purpose, hsm = purpose.encode(), hsm.encode()
    info = (b"libkeyshare/v1/activation" + bytes([len(purpose)]) + purpose +
            bytes([len(hsm)]) + hsm)
    return hkdf(key, lineage(record), info, length)


def content(device="hsm"):
    """All that is in the directory."""
    found = {}
    for name in sorted(os.listdir(device)):
        found[name] = read(f"{device}/{name}")
    return found


def put_back(files, device="hsm"):
    for name in os.listdir(device):
        os.remove(f"{device}/{name}")
    for name, what in files.items():
        write(f"{device}/{name}", what)


def unchanged(files, device="hsm"):
    """Fails if any byte of the directory is another one than it was."""
    now = content(device)
    same(sorted(now), sorted(files), "the files")
    for name, what in files.items():
        if now[name] != what:
            raise AssertionError(f"{device}/{name} has changed")


def seal(name, what, device="hsm"):
    """Write a file as the device would."""
    key = read(f"{device}/key")[:32]
    tag = hmac.digest(key, b"keyshare device file " + name.encode() + b"\0" +
                      what, "sha256")
    write(f"{device}/{name}", what + tag)


def counter(device="hsm"):
    """The blob's number, and how many events there are."""
    return struct.unpack(">QQ", read(f"{device}/counter")[:16])
