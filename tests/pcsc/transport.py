# SPDX-License-Identifier: ISC
"""libkeyshare-pcsc against a real daemon: every call, and every way in which a
card or a reader goes away."""
import os
import subprocess
import sys
import tempfile

import tap
from pcscd import (AFTER, BEFORE, EMPTY, HALF, WITHIN, PATIENCE, Pcscd,
                   Softcard, Talk, Vicc, as_child)
from tap import same, skip

SELECT_MF = "00A4000C023F00"
SELECT_EF = "00A4020C020101"
CREATE = "00E0000011620F80020008820101830201018C020110"
CREATE_FREE = "00E0000011620F80020010820101830201018C020100"
UPDATE = "00D6000004DEADBEEF"
READ = "00B0000008"
VERIFY = "00200001"
PIN = "06313233343536"


class Client(Talk):
    """A program that makes the calls."""

    def __init__(self, environment):
        command = os.environ.get("KEYSHARE_TEST_TRANSPORT")
        if command is None:
            skip("libkeyshare-pcsc is not built here")
        super().__init__(subprocess.Popen(
            [command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=environment, preexec_fn=as_child()))

    def answer(self, *words):
        """The error's name, and what came with it."""
        rest, _, name = self.line(*words).rpartition(" ")
        return name.removeprefix("KEYSHARE_"), rest

    def call(self, *words, gives="OK"):
        name, rest = self.answer(*words)
        same(name, gives, str(words))
        return rest

    def send(self, apdu, *size, gives="OK"):
        return self.call("send", apdu, *size, gives=gives)

    def connect(self):
        self.call("choose", "0")
        self.call("wait", 10000)
        self.call("connect")


def opened(pcscd):
    client = Client(pcscd.environment)
    client.call("start")
    return client


def test_misuse():
    with Client(dict(os.environ)) as client:
        client.call("misuse")


def test_without_a_daemon():
    with tempfile.TemporaryDirectory() as folder, Client(dict(
            os.environ, PCSCLITE_CSOCK_NAME=folder + "/none")) as client:
        client.call("start", gives="ERR_READER")
        client.call("readers", gives="ERR_STATE")


def test_daemon_that_ends():
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as client:
        card.new("card")
        card.insert("card")
        client.connect()
        pcscd.end()
        client.send(SELECT_MF, gives="ERR_READER")
        client.call("readers", gives="ERR_READER")
        client.call("wait", 100, gives="ERR_READER")
        client.call("reset", gives="ERR_READER")
        client.call("stop")
        client.call("start", gives="ERR_READER")


def test_readers():
    with Pcscd(readers=4) as pcscd, Softcard(pcscd, 2) as card, \
            opened(pcscd) as client:
        client.call("start", gives="ERR_STATE")
        card.new("card")
        card.insert("card")
        same(client.call("readers"),
             ";".join(["4"] + [f"{name};{int(number == 2)}" for number, name
                               in enumerate(pcscd.names)]))
        for name in ("4", "-1", "", "Test", "99999999999999999999"):
            client.call("choose", name, gives="ERR_READER")
            client.call("wait", 0, gives="ERR_STATE")
        client.call("choose", "3")
        client.call("connect", gives="ERR_CARD_ABSENT")
        for name in ("2", pcscd.names[2]):
            client.call("choose", name)
            client.call("wait", 0)
            client.call("connect")
            same(client.send(SELECT_MF), "9000")


def test_waiting():
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as client:
        client.call("choose", "0")
        client.call("wait", 0, gives="ERR_CARD_ABSENT")
        client.call("wait", 300, gives="ERR_CARD_ABSENT")
        client.call("wait_removal", 0)
        # Now one that comes while it waits.
        card.new("card")
        client.say("wait", 15000)
        card.insert("card")
        same(client.hear(), " KEYSHARE_OK")
        client.call("wait_removal", 0, gives="ERR_LIMIT")
        client.call("wait_removal", 300, gives="ERR_LIMIT")
        client.say("wait_removal", 15000)
        card.remove()
        same(client.hear(), " KEYSHARE_OK")


def test_exchange():
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as client:
        card.new("card")
        card.insert("card")
        client.connect()
        same(client.call("atr"), "3B85018073B421C022")
        same(client.call("limits"), "261 258")
        for apdu in (SELECT_MF, CREATE_FREE, UPDATE):
            same(client.send(apdu), "9000")
        same(client.send(READ), "DEADBEEF000000009000")
        # Whatever the card says is an answer, and a short one too.
        same(client.send("00FF0000"), "6D00")
        # No byte beyond the room that there is; just enough is enough.
        same(client.send(READ, 10), "DEADBEEF000000009000")
        for size in (0, 1, 2, 9):
            client.send(READ, size, gives="ERR_CARD_IO")
        client.send("00A4", gives="ERR_CARD_IO")


def test_extended():
    """Where both can; the reader does not say so here."""
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as client:
        card.new("card")
        card.insert("card")
        client.connect()
        for apdu in (SELECT_MF, CREATE_FREE.replace("80020010", "80020400"),
                     "00D60000000400" + "5A" * 1024):
            same(client.send(apdu), "9000")
        same(client.send("00B00000000000"), "5A" * 1024 + "9000")


def test_t0():
    """No Le behind data, five bytes at least, and GET RESPONSE."""
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as client:
        card.new("card", t0=1, extended=0, chaining=0, get_response=1,
                 pin="123456")
        card.insert("card")
        client.connect()
        card.count()
        answer = client.send("00A40004023F0000")
        same(card.count()["sent"], 7)
        same(answer[:2], "61")
        same(client.send("00C00000" + answer[2:])[-4:], "9000")
        card.count()
        same(client.send(VERIFY), "63C3")
        same(card.count()["sent"], 5)


def test_reset_forgets():
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as client:
        card.new("card", pin="123456")
        card.insert("card")
        client.connect()
        for again in ("reset", "connect"):
            same(client.send(VERIFY + PIN), "9000")
            same(client.send(VERIFY), "9000")
            client.call(again)
            same(client.send(VERIFY), "63C3")
        # And whoever comes next finds no PIN verified.
        same(client.send(VERIFY + PIN), "9000")
        client.call("disconnect")
        client.send(SELECT_MF, gives="ERR_CARD_ABSENT")
        client.call("reset", gives="ERR_STATE")
        client.connect()
        same(client.send(VERIFY), "63C3")


def test_another_program():
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as one, \
            opened(pcscd) as other:
        card.new("card")
        card.insert("card")
        one.connect()
        other.call("choose", "0")
        other.call("wait", 1000)
        other.call("connect", gives="ERR_READER_BUSY")
        same(one.send(SELECT_MF), "9000")
        one.call("disconnect")
        other.call("connect")
        same(other.send(SELECT_MF), "9000")
        one.call("connect", gives="ERR_READER_BUSY")


def test_vanishes():
    """Within a command, in every way; then it comes back."""
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as client:
        card.new("card")
        card.insert("card")
        client.connect()
        for apdu in (SELECT_MF, CREATE_FREE, UPDATE):
            same(client.send(apdu), "9000")
        # Half of ten bytes is data to anybody who does not know what was asked
        # for; half of two is not.
        for moment, report, apdu, gives in (
                (BEFORE, EMPTY, READ, "ERR_CARD_IO"),
                (AFTER, EMPTY, READ, "ERR_CARD_IO"),
                (AFTER, HALF, UPDATE, "ERR_CARD_IO"),
                (WITHIN, EMPTY, UPDATE, "ERR_CARD_IO"),
                (AFTER, HALF, READ, "OK")):
            same(client.send(SELECT_EF), "9000")
            card.fault(1, moment, report, done=2)
            client.send(apdu, gives=gives)
            name, _ = client.answer("send", READ)
            assert name in ("ERR_CARD_IO", "ERR_CARD_ABSENT"), name
            client.call("wait_removal", 10000)
            client.send(READ, gives="ERR_CARD_ABSENT")
            client.call("reset", gives="ERR_CARD_ABSENT")
            client.call("wait", 0, gives="ERR_CARD_ABSENT")
            client.call("connect", gives="ERR_CARD_ABSENT")
            card.insert("card")
            client.call("wait", 10000)
            client.call("connect")
        same(client.send(SELECT_EF), "9000")
        same(client.send(READ), "DEADBEEF000000009000")


def test_exchanged():
    """Another card in the place of the one that was connected."""
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as client:
        card.new("one")
        card.new("other")
        card.insert("one")
        client.connect()
        same(client.send(SELECT_MF), "9000")
        card.remove()
        card.insert("other")
        card.count()
        client.send(SELECT_MF, gives="ERR_CARD_ABSENT")
        client.call("reset", gives="ERR_CARD_ABSENT")
        client.send(SELECT_MF, gives="ERR_CARD_ABSENT")
        same(card.count()["apdus"], 0)
        client.connect()
        same(client.send(SELECT_MF), "9000")


def test_unplugged_card_at_once():
    with Pcscd() as pcscd, Softcard(pcscd) as card, opened(pcscd) as client:
        card.new("card")
        card.insert("card")
        client.call("choose", "0")
        client.call("wait", PATIENCE * 1000)
        card.remove()
        client.call("connect", gives="ERR_CARD_ABSENT")


def test_vicc():
    with Pcscd() as pcscd, Vicc(pcscd), opened(pcscd) as client:
        client.connect()
        same(client.send(SELECT_MF), "9000")
        same(client.send(
            "00E000000D620B8002000882010183020101"), "9000")
        same(client.send(SELECT_EF), "9000")
        client.send(UPDATE + "00")
        same(client.send(READ), "DEADBEEF000000009000")


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
