#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The n-th call fails, for every n, while a checkpoint is written: the program goes on and prints what it always prints,
the checkpoint before (or the new one) is sound and resumes, nothing is left behind. The same while one is read.

usage: check_calls.py STEADY MSRCK [--every=N]
"""
import errno
import os
import sys

sys.dont_write_bytecode = True                           # the source tree stays as it is

from steady_runs import Failure, counted, main  # noqa: E402

KINDS = [("write", errno.ENOSPC), ("write", errno.EIO), ("write", errno.EINTR), ("write", "short"), ("sync", errno.EIO),
         ("rename", errno.EIO), ("close", errno.EIO), ("open", errno.EACCES), ("memory", errno.ENOMEM)]
HARMLESS = {("write", errno.EINTR), ("write", "short")}
FORMS = [["--checkpoint-in-place"], [], ["--checkpoint-in-place", "--checkpoint-threads=2"]]


def check_one(steady, words, kind, code, fault, expected):
    story = f"FAULT={fault} {' '.join(steady.command(*words))}"
    done = steady.run(*words, fault=fault)
    if done.returncode != 0 or done.stdout != expected:
        raise Failure(f"{story}: exit code {done.returncode}, {done.stdout}{done.stderr}")
    if (kind, code) in HARMLESS and "finished 2," not in done.stderr:
        raise Failure(f"{story}: the checkpoint should have been written: {done.stderr}")
    steady.expect_sound(story)
    steady.expect_tidy(story)
    resumed = steady.resume("faulty")
    if resumed.returncode != 0 or resumed.stdout != expected:
        raise Failure(f"{story}: resumed with exit code {resumed.returncode}, {resumed.stdout}{resumed.stderr}")
    return "finished 2," not in done.stderr


def check_writing(steady, every, expected):
    for words in FORMS:
        for kind, code in KINDS:
            calls = counted(steady.run(*words, fault=f"{kind}:0:{code}"))
            if calls < 1:
                raise Failure(f"{kind} is never called")
            tried = failed = 0
            for number in range(1, calls + 1, every if calls > 20 else 1):
                os.remove(steady.checkpoint)
                failed += check_one(steady, words, kind, code, f"{kind}:{number}:{code}", expected)
                tried += 1
            print(f"{' '.join(words) or 'forked'}: {kind} {code}: {tried} of {calls} calls, {failed} failed checkpoints",
                  flush=True)
            if failed == 0 and (kind, code) not in HARMLESS and kind != "close":
                raise Failure(f"{kind} failed and nobody noticed")


def check_reading(steady, every, expected):
    """A resume whose memory runs out says so; nothing becomes of the checkpoint."""
    steady.run()
    with open(steady.checkpoint, "rb") as file:
        before = file.read()
    calls = counted(steady.resume("faulty", fault="memory:0"))
    refused = 0
    for number in range(1, calls + 1, every):
        done = steady.resume("faulty", fault=f"memory:{number}:{errno.ENOMEM}")
        if done.returncode == 0 and done.stdout == expected:
            continue
        refused += 1
        if done.returncode != 3 or done.stdout or "memory" not in done.stderr:
            raise Failure(f"resume, memory call {number}: exit code {done.returncode}, {done.stdout}{done.stderr}")
    with open(steady.checkpoint, "rb") as file:
        if file.read() != before:
            raise Failure("resuming changed the checkpoint")
    print(f"resume: memory: {calls} calls, {refused} refusals")
    if refused == 0:
        raise Failure("memory ran out and nobody noticed")


def check(steady, arguments):
    expected = steady.run().stdout
    check_writing(steady, arguments.every, expected)
    check_reading(steady, arguments.every, expected)


if __name__ == "__main__":
    main(check)
