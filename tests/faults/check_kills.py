#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A program that takes 500 checkpoints is killed at random moments and resumed each time: the file is always sound and
holds a state that the program had, and what killed processes leave behind does not pile up.

usage: check_kills.py STEADY MSRCK [--seed=N]
"""
import os
import random
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True                           # the source tree stays as it is

from steady_runs import Failure, main  # noqa: E402

# Of a killed program, and of the process it had forked.
MOST_LEFT_BEHIND = 2


def start(steady, chance):
    words = ["endless", "--checkpoint-no-sync"] if chance.random() < 0.5 else ["endless"]
    if chance.random() < 0.5:
        words.append("--checkpoint-in-place")
    if os.path.exists(steady.checkpoint):
        words.append(f"--resume={steady.checkpoint}")
    return subprocess.Popen(steady.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, start_new_session=True)


def kill(process, chance):
    """The program alone, so that its forked process goes on; or both."""
    if chance.random() < 0.5:
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.stdout.read()                                # ends when the forked process is gone too
    process.wait()


def check(steady, arguments):
    chance = random.Random(arguments.seed)
    print(f"seed {arguments.seed}", flush=True)
    kills, beginning = 0, time.monotonic()
    while True:
        process = start(steady, chance)
        # Towards the end the test hurries: what counts is that kills hit every kind of moment.
        time.sleep(chance.random() * (0.03 if time.monotonic() - beginning < 15 else 0.5))
        finished = process.poll() is not None
        if not finished:
            kill(process, chance)
            kills += 1
        elif process.returncode != 0:
            raise Failure(f"exit code {process.returncode} after {kills} kills: the state was none of the program's")
        if os.path.exists(steady.checkpoint):
            steady.expect_sound(f"after {kills} kills")
        steady.expect_tidy(f"after {kills} kills", MOST_LEFT_BEHIND)
        if finished:
            break
    if steady.run("endless", f"--resume={steady.checkpoint}").returncode != 0:
        raise Failure("the last checkpoint does not resume")
    steady.run()                                         # one more checkpoint of the same name takes the last ones away
    steady.expect_tidy("after the last checkpoint")
    print(f"{kills} kills in {time.monotonic() - beginning:.1f} s")
    if kills < 5:
        raise Failure(f"only {kills} kills: too few to say anything")


if __name__ == "__main__":
    main(check)
