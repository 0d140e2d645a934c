#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random C programs through `msrck cc`: they compute what the plain build computes, also when they are migrated on the way.

usage: run_random.py --msrck-cc=PROGRAM [--count=N] [--seed=S] [--points=K] [--machines=x86_64,s390x,i386] [--keep=FOLDER]

Csmith writes program number I from seed S + I, which is printed, so that --count=1 --seed=(S + I) repeats it. Programs that do not end within a few
seconds, or that print different sums on the machines in their plain builds, are passed over. Of the others, a checkpoint is taken
at K poll-points chosen from the seed, on each machine, and the program goes on on the next one.

Exit 77 (skipped) where csmith is missing.
"""
import argparse
import collections
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

import run_precompiler as runner
from chance import add_seed_option

# Unions are left out: which of their members counts is in no table of a random program. So is what no C program should do.
CSMITH = ["csmith", "--no-unions", "--no-packed-struct", "--no-argc", "--max-funcs", "6", "--max-block-depth", "4", "--max-array-dim", "2",
          "--max-array-len-per-dim", "6", "--max-struct-fields", "6", "--concise"]
INCLUDE = "/usr/include/csmith"
LONGEST_PLAIN_RUN = 4


def plain_sums(program, machines, folder):
    """The exit code and output of the plain build on each machine; None for one that takes too long."""
    sums = []
    for machine in machines:
        binary = os.path.join(folder, f"plain-{machine.name}")
        runner.run([*machine.compiler, "-w", "-O1", f"-I{INCLUDE}", *program.sources, *machine.link, "-o", binary], [0])
        try:
            done = subprocess.run(machine.emulator + [binary], stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_PLAIN_RUN,
                                  check=False)
        except subprocess.TimeoutExpired:
            return None
        sums.append((done.returncode, done.stdout))
    return sums


def check_one(seed, machines, options, scratch):
    """What became of one program: (kind, poll-points, migrations). Raises runner.Failure."""
    folder = os.path.join(options.keep or scratch, str(seed))
    os.makedirs(folder, exist_ok=True)
    try:
        source = os.path.join(folder, "random.c")
        runner.run([*CSMITH, "--seed", str(seed), "-o", source], [0], folder=folder)
        program = runner.Program(f"random-{seed}", [source], None)
        program.options = [f"-I{INCLUDE}"]
        sums = plain_sums(program, machines, folder)
        if sums is None:
            return "endless", 0, 0
        alike = [machine for machine, total in zip(machines, sums) if total == sums[0]]
        case = runner.Case(program, alike, folder, options.optimise)
        case.check_undisturbed()
        count = case.count_points()
        points = random.Random(seed).sample(range(1, count + 1), min(options.points, count))
        for point in points:
            for number, machine in enumerate(case.built):
                case.check_migration(machine, case.built[(number + 1) % len(case.built)], point)
        return "without poll-points" if count == 0 else "migrated", count, len(points) * len(case.built)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def check_all(machines, options, scratch):
    kinds, points, migrations, failures = collections.Counter(), 0, 0, 0
    seeds = range(options.seed, options.seed + options.count)
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        checks = {pool.submit(check_one, seed, machines, options, scratch): seed for seed in seeds}
        for check in concurrent.futures.as_completed(checks):
            try:
                kind, reached, made = check.result()
                kinds[kind] += 1
                points, migrations = points + reached, migrations + made
            except runner.Failure as failure:
                failures += 1
                print(f"random: FAILED, --count=1 --seed={checks[check]} repeats it\n{failure}", flush=True)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(f"random: {options.count} programs: {told or 'none'}; {points} poll-points, {migrations} migrations, {failures} failed", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--msrck-cc", required=True, help="the msrck-cc program of a build for this machine")
    parser.add_argument("--machines", default="x86_64,s390x,i386")
    parser.add_argument("--build", default=os.path.join(runner.ROOT, "build"), help="where the cross builds are")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--points", type=int, default=2, help="poll-points of each program to migrate at")
    add_seed_option(parser)
    parser.add_argument("--optimise", default="-O1")
    parser.add_argument("--keep", help="a folder for what is built; it is not removed")
    options = parser.parse_args()
    begin = time.monotonic()
    if shutil.which("csmith") is None or not os.path.isdir(INCLUDE):
        print("random: there is no csmith here")
        return 77
    print(f"random: seed {options.seed} (--count={options.count} --seed={options.seed} repeats this run)", flush=True)
    machines = [runner.Machine(name, os.path.abspath(options.msrck_cc), options.build, []) for name in options.machines.split(",")]
    with tempfile.TemporaryDirectory(prefix="msrck-random-") as scratch:
        failures = check_all(machines, options, scratch)
    print(f"random: {time.monotonic() - begin:.0f} s", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
