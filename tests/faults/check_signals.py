#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A signal that ends the program while it writes: the exit status says so, the checkpoint before stays, and nothing is left
behind. The same for the process that a checkpoint forks.

usage: check_signals.py STEADY MSRCK [--seed=N]
"""
import os
import random
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True                           # the source tree stays as it is

from steady_runs import Failure, main  # noqa: E402

SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM, signal.SIGSEGV]
TRIES = 12


def temporary_there(steady):
    return any(name.startswith(".state") for name in os.listdir(steady.folder))


def check_signal(steady, chance, number, words):
    """Sent at a moment when a temporary file is there, where the test is quick enough to see one."""
    process = subprocess.Popen(steady.command("endless", *words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    time.sleep(0.01 + chance.random() * 0.02)
    deadline = time.monotonic() + 0.2
    while not temporary_there(steady) and time.monotonic() < deadline:
        pass
    os.killpg(process.pid, number)
    status = process.wait()
    deadline = time.monotonic() + 10                     # a forked process may end a little later
    while temporary_there(steady) and time.monotonic() < deadline:
        time.sleep(0.01)
    story = f"signal {number}, {' '.join(words) or 'forked'}"
    if status not in (-number, 0):
        raise Failure(f"{story}: exit status {status}")
    steady.expect_tidy(story)
    if os.path.exists(steady.checkpoint):
        steady.expect_sound(story)
    return status == -number


def check(steady, arguments):
    chance = random.Random(arguments.seed)
    print(f"seed {arguments.seed}", flush=True)
    ended = 0
    for number in SIGNALS:
        # Sanitizers handle crashes themselves and report them.
        if arguments.every != 1 and number == signal.SIGSEGV:
            continue
        for words in ([], ["--checkpoint-in-place"]):
            for _ in range(TRIES if arguments.every == 1 else 3):
                ended += check_signal(steady, chance, number, words)
    print(f"{ended} programs ended by signals")
    if ended == 0:
        raise Failure("no signal came while the program ran")


if __name__ == "__main__":
    main(check)
