# SPDX-License-Identifier: ISC
"""The command with a library loaded before it (step.c), which counts its steps
and does what is asked at one of them."""
import os
import subprocess

from keyshare import COMMAND, Answer

STEPS = os.environ.get("KEYSHARE_TEST_STEP")


def stepped(step, what, *words, reads=True, stdin=b""):
    """Run the command, and do WHAT at a step of it."""
    env = dict(os.environ, LD_PRELOAD=STEPS, KEYSHARE_STEP=str(step),
               KEYSHARE_STEP_DO=what)
    if reads:
        env["KEYSHARE_STEP_READS"] = "1"
    return Answer(subprocess.run([COMMAND, *words], env=env, timeout=60,
                                 input=stdin, capture_output=True,
                                 check=False))
