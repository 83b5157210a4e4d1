# SPDX-License-Identifier: ISC
"""Others' programs and our card, our readers and others' card: opensc-tool.

What the card made of software does is held against a client that somebody else
wrote, and what our tests take from vicc against what it really answers.
"""
import re
import subprocess
import sys

import tap
from pcscd import (AFTER, BEFORE, EMPTY, HALF, Pcscd, Softcard, Vicc,
                   find_command)
from tap import has, same, skip

SELECT_MF = "00:A4:00:0C:02:3F:00"
CREATE = "00:E0:00:00:11:62:0F:80:02:00:08:82:01:01:83:02:01:01:8C:02:01:10"
SELECT_EF = "00:A4:02:0C:02:01:01"
UPDATE = "00:D6:00:00:04:DE:AD:BE:EF"
READ = "00:B0:00:00:08"


def tool(pcscd, *words, good=True):
    """opensc-tool's output; the card in the first reader."""
    command = find_command("opensc-tool")
    if command is None:
        skip("no opensc-tool here")
    done = subprocess.run([command, *words], env=pcscd.environment, text=True,
                          timeout=60, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if good:
        same(done.returncode, 0, done.stdout)
    return done.stdout


def send(pcscd, *apdus, good=True):
    """Status word and data of each response, as opensc-tool shows them."""
    words = [word for apdu in apdus for word in ("-s", apdu)]
    output = tool(pcscd, "-r", "0", "--card-driver", "default", *words,
                  good=good)
    pieces = re.split(r"^Received \(SW1=", output, flags=re.M)[1:]
    answers = []
    for piece in pieces:
        status = re.match(r"0x(\w\w), SW2=0x(\w\w)\)", piece)
        data = re.findall(r"^((?:[0-9A-F]{2} )+)", piece, flags=re.M)
        answers.append(((status[1] + status[2]).upper(),
                        "".join(data).replace(" ", "")))
    return answers


def test_lists_readers():
    with Pcscd(readers=8) as pcscd:
        output = tool(pcscd, "--list-readers")
        for pair in range(4):
            has(output, f"Test {pair} 00 00")
            has(output, f"Test {pair} 00 01")
        same(len(re.findall(r"\bNo\b", output)), 8, output)


def test_two_daemons_beside_each_other():
    with Pcscd() as one, Pcscd() as other, Softcard(other) as card:
        card.new("card")
        card.insert("card")
        has(tool(other, "-r", "0", "--atr"), "3b:85:01:80:73:b4:21:c0")
        has(tool(one, "-r", "0", "--atr", good=False), "not present")


def test_answer_to_reset():
    with Pcscd() as pcscd, Softcard(pcscd) as card:
        card.new("card")
        card.insert("card")
        has(tool(pcscd, "-r", "0", "--atr"),
            "3b:85:01:80:73:b4:21:c0:")
        card.remove()
        card.new("old", t0=1, extended=0, chaining=0)
        card.insert("old")
        has(tool(pcscd, "-r", "0", "--atr"), "3b:05:80:73:b4:21:00")


def test_files():
    with Pcscd() as pcscd, Softcard(pcscd) as card:
        card.new("card", pin="123456")
        card.insert("card")
        same(send(pcscd, SELECT_MF, CREATE, CREATE, UPDATE, READ,
                  "00:20:00:01"),
             [("9000", ""), ("9000", ""), ("6A89", ""), ("9000", ""),
              ("6982", ""), ("63C3", "")])
        same(card.content(0x0101), bytes.fromhex("deadbeef00000000"))


def test_pin():
    verify = "00:20:00:01:06:31:32:33:34:35:"
    with Pcscd() as pcscd, Softcard(pcscd) as card:
        card.new("card", pin="123456")
        card.insert("card")
        send(pcscd, SELECT_MF, CREATE, UPDATE)
        same(send(pcscd, verify + "37", "00:20:00:01", verify + "36",
                  "00:20:00:01", SELECT_MF, SELECT_EF, READ),
             [("63C2", ""), ("63C2", ""), ("9000", ""), ("9000", ""),
              ("9000", ""), ("9000", ""), ("9000", "DEADBEEF00000000")])
        # Without power it forgets that, and keeps the rest.
        card.remove()
        card.insert("card")
        same(send(pcscd, SELECT_EF, READ, verify + "37", verify + "37",
                  verify + "37", verify + "36"),
             [("9000", ""), ("6982", ""), ("63C2", ""), ("63C1", ""),
              ("6983", ""), ("6983", "")])


def test_pieces():
    """A small card gives its data by GET RESPONSE; opensc fetches it."""
    with Pcscd() as pcscd, Softcard(pcscd) as card:
        card.new("card", t0=1, get_response=1, extended=0)
        card.insert("card")
        same(send(pcscd, SELECT_MF, CREATE.replace("8C:02:01:10", "8C:02:01:00"),
                  UPDATE, READ)[-1], ("9000", "DEADBEEF00000000"))


def test_vanishes():
    with Pcscd() as pcscd, Softcard(pcscd) as card:
        card.new("card")
        card.insert("card")
        for moment, report in ((BEFORE, EMPTY), (AFTER, EMPTY), (AFTER, HALF)):
            card.fault(1, moment, report)
            output = tool(pcscd, "-r", "0", "--card-driver", "default", "-s",
                          SELECT_MF, good=False)
            assert "SW1=0x90" not in output, output
            card.insert("card")
        same(send(pcscd, SELECT_MF), [("9000", "")])


def test_vicc():
    with Pcscd() as pcscd, Vicc(pcscd):
        same(send(pcscd, SELECT_MF,
                  "00:E0:00:00:0D:62:0B:80:02:00:08:82:01:01:83:02:01:01",
                  SELECT_EF, UPDATE + ":00", READ),
             [("9000", ""), ("9000", ""), ("9000", ""), ("6282", ""),
              ("9000", "DEADBEEF00000000")])


if __name__ == "__main__":
    tap.run_tests(sys.modules[__name__])
