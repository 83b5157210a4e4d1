# SPDX-License-Identifier: ISC
"""The command with cards: who sits before a reader and does as it is told.

    with Table() as table:
        table.new("a", "b", "c")
        table.run("deal", ..., "--cards", "pcsc:0", cards=["a", "b", "c"])

puts card after card into the reader, each when it is asked for.
"""
import os
import subprocess
import sys
import threading
import time

from keyshare import COMMAND, Answer, write
from pcscd import CLIENT, Pcscd, Softcard
from tap import skip

PIN = "123456"
MANY = [PIN] * 100
KEY = bytes(range(32))
SMALL = ("--role", "custom", "--threshold", "2", "--count", "3")
# A command that asks for a card is answered well within this.
PATIENCE = 120


class Table:
    """A daemon with one pair of readers, and cards made of software for it."""

    def __init__(self):
        self.pcscd = Pcscd(readers=2)

    def __enter__(self):
        self.pcscd.__enter__()
        if has_no_readers():
            self.pcscd.__exit__()
            skip("the command was built without readers")
        self.slots = [Softcard(self.pcscd, reader) for reader in range(2)]
        for slot in self.slots:
            slot.__enter__()
        self.holds = [None, None]
        return self

    def __exit__(self, *what):
        for slot in self.slots:
            slot.__exit__(*what)
        self.pcscd.__exit__(*what)

    def new(self, *names, **settings):
        settings.setdefault("pin", PIN)
        for name in names:
            self.slots[0].new(f"{name}.card", **settings)

    def put(self, name, reader=0):
        """Into the reader; what was in it is taken out. None: nothing."""
        slot = self.slots[reader]
        if self.holds[reader] is not None:
            slot.remove()
        self.holds[reader] = name
        if name is not None:
            self.insert(slot, os.path.abspath(f"{name}.card"))

    def insert(self, slot, path):
        """A driver that has just lost a card may lose the next one, too: then
        it is put in again."""
        for _ in range(5):
            self.pcscd.wait(slot.reader, False)
            slot.ask("insert", path)
            if self.is_seen(slot.reader):
                return
            slot.ask("remove")
        raise AssertionError(f"{path}: not seen in the reader")

    def is_seen(self, reader):
        return subprocess.run(
            [sys.executable, "-c", CLIENT, self.pcscd.names[reader], "32", "5"],
            env=self.pcscd.environment, stderr=subprocess.DEVNULL,
            timeout=PATIENCE, check=False).returncode == 0

    def torn(self, reader=0):
        """The card is gone from the reader by itself."""
        self.holds[reader] = None

    def start(self, *words, pins=None, stdin=subprocess.DEVNULL):
        """Begin the command. PINS: lines for --pin-fd; None: it has none."""
        words = list(words)
        given = []
        if pins is not None:
            end, begin = os.pipe()
            os.write(begin, "".join(f"{pin}\n" for pin in pins).encode())
            os.close(begin)
            words += ["--pin-fd", str(end)]
            given = [end]
        process = subprocess.Popen(
            [COMMAND, *words], env=self.pcscd.environment, stdin=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=given)
        for end in given:
            os.close(end)
        return process

    def run(self, *words, status=0, pins=None, cards=(), each=None):
        """Run the command, and put in the next of CARDS when one is asked for:
        a name, or a name and its reader. EACH is called before."""
        process = self.start(*words, pins=pins)
        return self.serve(process, words, status, list(cards), each)

    def serve(self, process, words, status, cards, each=None):
        said = []
        out = []
        reading = threading.Thread(
            target=lambda: out.append(process.stdout.read()))
        watch = threading.Timer(PATIENCE, process.kill)
        reading.start()
        watch.start()
        try:
            for line in process.stderr:
                said.append(line)
                if b"insert" not in line:
                    continue
                if not cards:
                    process.kill()
                    raise AssertionError(
                        f"{words}: no card left:\n{b''.join(said).decode()}")
                if each is not None:
                    each(len(cards))
                card = cards.pop(0)
                name, reader = card if isinstance(card, tuple) else (card, 0)
                self.put(name, reader)
            process.wait()
        finally:
            watch.cancel()
            process.kill()
            process.wait()
            reading.join()
            process.stderr.close()
            process.stdout.close()
        answer = Answer(subprocess.CompletedProcess(
            words, process.returncode, out[0], b"".join(said)))
        if status is not None and answer.status != status:
            raise AssertionError(f"{words}: exit {answer.status}, expected "
                                 f"{status}\n{answer.out}\n{answer.err}")
        if cards:
            raise AssertionError(f"{words}: not asked for {cards}\n"
                                 f"{answer.err}")
        return answer


def deal_cards(table, names, *words, **how):
    """Deal a known key to cards, of which the first is in the reader."""
    write("key.bin", KEY)
    how.setdefault("pins", MANY)
    return table.run("deal", "--json", "--key-file", "key.bin", "--cards",
                     "pcsc:0", *words, cards=names, **how)


def named(count, prefix="card"):
    return [f"{prefix}-{number}" for number in range(1, count + 1)]


def verdicts(answer):
    return [one["verdict"] for one in answer["cards"]]


def info(table, name, status=0):
    table.put(name)
    return table.run("card", "info", "--json", "pcsc:0", status=status).json()


def has_no_readers():
    done = subprocess.run([COMMAND, "readers"], capture_output=True,
                          timeout=PATIENCE, check=False)
    return b"without readers" in done.stderr


def wait_for(process, text):
    """What the command said on standard error up to TEXT."""
    said = b""
    until = time.monotonic() + PATIENCE
    while text not in said and time.monotonic() < until:
        piece = os.read(process.stderr.fileno(), 65536)
        if not piece:
            break
        said += piece
    if text not in said:
        raise AssertionError(f"{text!r} was not said: {said!r}")
    return said
