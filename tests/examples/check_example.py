#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whatever happens to an example at any poll-point, it prints what its plain twin prints.

usage: check_example.py EXAMPLE FOLDER [--seed=N] [--points=N] [--msrck=PROGRAM]

FOLDER holds EXAMPLE and EXAMPLE_plain. The seed chooses the poll-points and is printed.
"""
import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True                           # the source tree stays as it is

from example_runs import CASES, STOPPED, Example, Failure, Run, choose_points  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from chance import add_seed_option  # noqa: E402


def check_stop(example, arguments, point, file, expected):
    """Stopped at the poll-point, resumed in another process."""
    stopped = example.stop_at(arguments, point, file).expect(STOPPED)
    if stopped.output:
        raise Failure(f"output before the end: {stopped.describe()}")
    example.resume(file).expect(0, expected)


def check_going_on(example, arguments, point, file, expected, *options):
    """Goes on after a checkpoint that a forked child (or the process itself) writes; the checkpoint is as good."""
    example.run(arguments + [f"--checkpoint-at={point}", f"--checkpoint-to={file}", "--checkpoint-no-sync", *options]) \
        .expect(0, expected)
    example.resume(file).expect(0, expected)
    os.remove(file)


def check_two_stops(example, arguments, first, second, file, expected):
    """Stopped, resumed, stopped again, resumed again; the same file serves twice."""
    example.stop_at(arguments, first, file).expect(STOPPED)
    again = example.stop_at([f"--resume={file}"], second, file)
    if again.code == 0:                                  # the end came first
        again.expect(0, expected)
    else:
        again.expect(STOPPED)
        example.resume(file).expect(0, expected)


def check_point(example, arguments, point, count, scratch, expected, msrck):
    file = os.path.join(scratch, "checkpoint.msrck")
    check_stop(example, arguments, point, file, expected)
    if msrck is not None:
        Run([msrck, "verify", file]).expect(0)
    example.stop_at(arguments, point, file, "--checkpoint-all").expect(STOPPED)
    example.resume(file).expect(0, expected)
    os.remove(file)
    check_going_on(example, arguments, point, file, expected)
    check_going_on(example, arguments, point, file, expected, "--checkpoint-in-place")
    check_two_stops(example, arguments, point, max(1, (count - point) // 2), file, expected)


def wait_for_handler(process, number):
    """Until the process catches the signal, which would end it before."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit and process.poll() is None:
        with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
            caught = [line.split()[1] for line in status if line.startswith("SigCgt:")]
        if int(caught[0], 16) >> (number - 1) & 1:
            return
        time.sleep(0.01)
    raise Failure(f"the program does not catch signal {number}")


def check_signal(example, arguments, scratch):
    """A request by signal in the middle of a longer run."""
    file = os.path.join(scratch, "signalled.msrck")
    expected = example.plain(arguments)
    command = [example.program, *arguments, f"--checkpoint-to={file}", "--checkpoint-stop",
               f"--checkpoint-exit-status={STOPPED}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        wait_for_handler(process, signal.SIGUSR1)
        time.sleep(0.1)
        process.send_signal(signal.SIGUSR1)
        process.communicate(timeout=300)
        if process.returncode != STOPPED:
            raise Failure(f"exit code {process.returncode}, not {STOPPED}: {' '.join(command)}")
    example.resume(file).expect(0, expected)


# Arguments with which a run lasts long enough to be caught in the middle.
LONG_RUNS = {"bitonic": ["1000000", "9"], "linpack": ["2000", "9", "heap"], "heat": ["400", "9"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("example", choices=sorted(CASES))
    parser.add_argument("folder")
    add_seed_option(parser)
    parser.add_argument("--points", type=int, default=5)
    parser.add_argument("--msrck")
    options = parser.parse_args()
    print(f"{options.example}: seed {options.seed} (--seed={options.seed} repeats this run)", flush=True)
    chance = random.Random(options.seed)
    example = Example(options.example, options.folder)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for arguments in CASES[options.example]:
                expected = example.plain(arguments)
                example.run(arguments).expect(0, expected)
                count = example.count_points(arguments, os.path.join(scratch, "count.msrck"))
                points = choose_points(chance, count, options.points)
                print(f"  {' '.join(arguments)}: {count} poll-points, tested {points}", flush=True)
                for point in points:
                    check_point(example, arguments, point, count, scratch, expected, options.msrck)
            if options.example in LONG_RUNS:
                check_signal(example, LONG_RUNS[options.example], scratch)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
