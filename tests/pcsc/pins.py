# SPDX-License-Identifier: ISC
"""PINs: from a file descriptor and from a terminal; wrong ones, the last try,
and a card that is locked. No PIN is ever tried twice, or shown."""
import os
import pty
import select
import signal
import sys
import termios
import time

import tap
from hand import PIN, Table
from keyshare import COMMAND, deal, read
from tap import has, same

WAIT = 30
ENDERS = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


def verify(table, *more, **how):
    return table.run("verify", "--json", "--record", "set/record.ks", "pcsc:0",
                     *more, **how)


def prepare(table, index=1, name="a", **settings):
    table.new(name, **settings)
    table.put(name)
    table.run("card", "write", "--image", f"set/card-{index}.ks", "pcsc:0",
              pins=[PIN])
    table.slots[0].count()


def verdict(answer):
    return answer.json()["cards"][0]["verdict"]


def test_wrong_pin_is_tried_once():
    deal()
    with Table() as table:
        prepare(table)
        answer = verify(table, pins=["000000"] * 9, status=1)
        same(verdict(answer), "unreadable")
        has(answer.err, "2 tries left")
        # One that counts a try, and however many that ask for their number.
        told = table.run("card", "info", "--json", "pcsc:0").json()
        same(told["tries"], 2)
        same(verdict(verify(table, pins=[PIN])), "ok")
        same(table.run("card", "info", "--json", "pcsc:0").json()["tries"], 3)


def test_the_last_try_and_a_locked_card():
    deal()
    with Table() as table:
        prepare(table)
        for left in ("2 tries left", "1 try left"):
            answer = verify(table, pins=["000000"], status=1)
            has(answer.err, left)
            assert "last try" not in answer.err, answer.err
        answer = verify(table, pins=["000000"], status=1)
        has(answer.err, "the last try: a wrong PIN locks the card for good")
        answer = verify(table, pins=[PIN], status=1)
        has(answer.err, "locked")
        same(verdict(answer), "unreadable")
        for words in (("read", "--out", "copy"), ("erase",),
                      ("write", "--force", "--image", "set/card-2.ks")):
            answer = table.run("card", *words, "pcsc:0", pins=[PIN], status=1)
            has(answer.err, "locked")
        same(table.run("card", "info", "--json", "pcsc:0").json()["state"],
             "whole")


def test_a_line_for_each_asking():
    deal()
    with Table() as table:
        prepare(table, 2, "b")
        prepare(table, 1, "a")
        answer = verify(table, "pcsc:0", pins=[PIN], cards=["b"], status=1)
        same([one["verdict"] for one in answer.json()["cards"]],
             ["ok", "unreadable"])
        has(answer.err, "--pin-fd has no more lines")
        answer = table.run("card", "info", "--json", "pcsc:0").json()
        same((answer["share"]["index"], answer["tries"]), (2, 3))
        # A line that is no PIN costs no try either.
        for line in ("", "1" * 65):
            verify(table, pins=[line], status=1)
        same(table.run("card", "info", "--json", "pcsc:0").json()["tries"], 3)
        # Without a newline at its end it is a line all the same.
        end, begin = os.pipe()
        os.write(begin, PIN.encode())
        os.close(begin)
        process = table.start("verify", "--json", "--record", "set/record.ks",
                              "pcsc:0", "--pin-fd", "0", stdin=end)
        table.serve(process, "verify", 0, [])
        os.close(end)


def test_no_pin_to_be_had():
    deal()
    with Table() as table:
        prepare(table)
        answer = verify(table, status=1)
        has(answer.err, "no terminal to ask on, and no --pin-fd")
        same(table.run("card", "info", "--json", "pcsc:0").json()["tries"], 3)
        # Nor is one taken from where others can see it.
        table.run("verify", "--pin", PIN, "--record", "set/record.ks",
                  "pcsc:0", status=2)


class Terminal:
    """The command with a terminal of its own, which it has for /dev/tty."""

    def __init__(self, table, *words):
        self.said = ""
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            # Whoever runs the test may ignore some, as nohup does.
            for number in ENDERS:
                signal.signal(number, signal.SIG_DFL)
            os.execve(COMMAND, [COMMAND, *words], table.pcscd.environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.file)
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def more(self):
        ready, _, _ = select.select([self.file], [], [], WAIT)
        if not ready:
            raise AssertionError(f"nothing was said after {self.said!r}")
        try:
            piece = os.read(self.file, 65536)
        except OSError:
            piece = b""
        self.said += piece.decode()
        return piece != b""

    def until(self, text):
        while text not in self.said:
            if not self.more():
                raise AssertionError(f"{text!r} is not in {self.said!r}")

    def echoes(self):
        return termios.tcgetattr(self.file)[3] & termios.ECHO != 0

    def unseen(self):
        """Wait until what is typed is not shown."""
        end = time.monotonic() + WAIT
        while self.echoes():
            if time.monotonic() > end:
                raise AssertionError("the terminal shows what is typed")
            time.sleep(0.02)

    def type(self, text):
        os.write(self.file, text.encode() + b"\n")

    def end(self):
        """The exit status, as a shell tells it."""
        while self.more():
            pass
        _, status = os.waitpid(self.pid, 0)
        self.pid = None
        return os.waitstatus_to_exitcode(status)


def test_asks_on_the_terminal():
    deal()
    with Table() as table:
        prepare(table)
        with Terminal(table, "verify", "--record", "set/record.ks",
                      "pcsc:0") as terminal:
            terminal.until("3 tries left): ")
            terminal.unseen()
            terminal.type(PIN)
            same(terminal.end(), 0)
            assert PIN not in terminal.said, terminal.said
            has(terminal.said, "1 of 1 ok")


def test_the_last_try_on_the_terminal():
    deal()
    with Table() as table:
        prepare(table)
        for _ in range(2):
            verify(table, pins=["000000"], status=1)
        for word in ("no", "", "Yes", "yes please"):
            with Terminal(table, "verify", "--record", "set/record.ks",
                          "pcsc:0") as terminal:
                terminal.until("Type yes to go on: ")
                terminal.type(word)
                same(terminal.end(), 1)
                has(terminal.said, "not tried")
        same(table.run("card", "info", "--json", "pcsc:0").json()["tries"], 1)
        with Terminal(table, "card", "read", "--out", "copy",
                      "pcsc:0") as terminal:
            terminal.until("Type yes to go on: ")
            terminal.type("yes")
            terminal.until("1 try left): ")
            terminal.unseen()
            terminal.type(PIN)
            same(terminal.end(), 0)
        same(read("copy"), read("set/card-1.ks"))


def test_signals_give_the_echo_back():
    deal()
    with Table() as table:
        prepare(table)
        for number in ENDERS:
            with Terminal(table, "card", "read", "--out", "copy",
                          "pcsc:0") as terminal:
                terminal.until("tries left): ")
                terminal.unseen()
                os.kill(terminal.pid, number)
                same(terminal.end(), -number)
                assert terminal.echoes(), "the echo is off"
        same(table.run("card", "info", "--json", "pcsc:0").json()["tries"], 3)
        assert not os.path.exists("copy")


def test_the_keys_that_interrupt():
    deal()
    with Table() as table:
        prepare(table)
        with Terminal(table, "card", "read", "--out", "copy",
                      "pcsc:0") as terminal:
            terminal.until("tries left): ")
            terminal.unseen()
            os.write(terminal.file, b"12\x03")
            same(terminal.end(), -signal.SIGINT)
            assert terminal.echoes(), "the echo is off"


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
