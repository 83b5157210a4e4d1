# SPDX-License-Identifier: ISC
"""Runs the command as a user would, and knows the formats a little.

What it knows of the formats (DO lengths, the check of a share) is written
here anew and shares no code with the library.
"""
import hashlib
import json
import os
import subprocess

from tap import same

COMMAND = os.environ["KEYSHARE_COMMAND"]
VECTORS = os.environ["KEYSHARE_TEST_VECTORS"]


class Answer:
    def __init__(self, process):
        self.status = process.returncode
        self.bytes = process.stdout
        self.out = process.stdout.decode("utf-8", "surrogateescape")
        self.err = process.stderr.decode("utf-8", "surrogateescape")

    def json(self):
        same(self.out.count("\n"), 1, "one line on standard output")
        return json.loads(self.out)


def run(*words, status=0, stdin=b"", before=None, timeout=120, env=None,
        stdout=subprocess.PIPE):
    """Run the command and hold its exit status against the expected one."""
    process = subprocess.run([COMMAND, *words], input=stdin, stdout=stdout,
                             stderr=subprocess.PIPE, preexec_fn=before,
                             timeout=timeout, env=env, check=False)
    answer = Answer(subprocess.CompletedProcess(
        process.args, process.returncode, process.stdout or b"",
        process.stderr))
    if status is not None and answer.status != status:
        raise AssertionError(f"{words}: exit {answer.status}, expected "
                             f"{status}\n{answer.out}\n{answer.err}")
    return answer


def deal(out="set", role="rksh", key=None, *more):
    """Deal a set of a known key into OUT; the key, and the JSON answer."""
    key = bytes(range(32)) if key is None else key
    write("key.bin", key)
    answer = run("deal", "--json", "--role", role, "--key-file", "key.bin",
                 "--out", out, *more).json()
    os.remove("key.bin")
    return key, answer


def cards(out="set", indices=range(1, 8)):
    return [f"{out}/card-{i}.ks" for i in indices]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)


def vectors(name="custody.json"):
    with open(os.path.join(VECTORS, name), encoding="utf-8") as file:
        return json.load(file)


def objects(content):
    """The BER-TLV objects in CONTENT: (tag, start, start of value, end)."""
    at = 0
    found = []
    while at < len(content):
        start, tag, length = at, content[at], content[at + 1]
        at += 2
        if length & 0x80:
            more = length & 0x7f
            length = int.from_bytes(content[at:at + more], "big")
            at += more
        found.append((tag, start, at, at + length))
        at += length
    return found


def share_of(image):
    """The encoded share in a card image."""
    tag, start, _, end = objects(image)[-1]
    same(tag, 0xe2, "last object of a card image")
    return image[start:end]


def record_of(image):
    tag, start, _, end = objects(image)[0]
    same(tag, 0xe1, "first object of a card image")
    return image[start:end]


def change_share(image, tag, change):
    """A card image with the value of one DO of its share changed, and the
    share's check made again."""
    share = share_of(image)
    content = bytearray(share[objects(share)[0][2]:])
    fields = objects(content)
    for found, _, value, end in fields:
        if found == tag:
            changed = change(bytes(content[value:end]))
            same(len(changed), end - value, "the length stays")
            content[value:end] = changed
    checked_end = fields[-1][1]
    content[fields[-1][2]:] = hashlib.sha256(
        content[:checked_end]).digest()[:8]
    header = share[:len(share) - len(content)]
    return image[:len(image) - len(share)] + header + bytes(content)


def flip_last(value):
    return value[:-1] + bytes([value[-1] ^ 1])


def fingerprint(path):
    return hashlib.sha256(record_of(read(path))).hexdigest()
