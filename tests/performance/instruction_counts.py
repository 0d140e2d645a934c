#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares instruction counts of fixed small runs, under callgrind, with those in expected_counts.txt.

usage: instruction_counts.py PROGRAM [--update]

PROGRAM is bench/contestant_msrck.c. Only what runs inside collecting and loading counts, and only functions of the program itself: libc, zlib and
others choose other code on other processors. Exit 1 when a count differs by more than TOLERANCE either way (then --update, and say why in the
commit), 77 (skipped) where valgrind is missing.
"""
import os
import shutil
import subprocess
import sys
import tempfile

COUNTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected_counts.txt")
RUNS = [("tree", 20000), ("tree-random", 20000), ("tree-all", 20000), ("graph", 5000), ("mix", 1000), ("linpack", 150)]
# These take other code of our own on processors without wide vectors; the counts are for those that have them.
WIDE = "linpack"
PHASES = {"collect": "msrck_collection_finish", "restore": "msrck_restoration_load"}
TOLERANCE = 0.15


def own_instructions(profile, program):
    """Self costs of the functions in the program's own object."""
    total, own, after_calls = 0, False, False
    with open(profile, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("ob="):
                own = os.path.basename(line[3:].strip()) == os.path.basename(program)
            elif line.startswith("calls="):
                after_calls = True      # the next line is the cost of the called function, counted there
            elif line[:1].isdigit() or line[:1] in "+-*":
                if own and not after_calls:
                    total += int(line.split()[1])
                after_calls = False
    return total


def count(program, workload, size, function):
    with tempfile.TemporaryDirectory() as folder:
        profile = os.path.join(folder, "profile")
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + profile, "--compress-strings=no", "--compress-pos=no",
                               "--collect-atstart=no", "--toggle-collect=" + function, program, workload, str(size), "1"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{workload}: {done.stderr}")
        return own_instructions(profile, program)


def read_expected():
    with open(COUNTS, encoding="ascii") as lines:
        rows = (line.split() for line in lines if line.strip() and not line.startswith("#"))
        return {(workload, phase): int(instructions) for workload, phase, instructions in rows}


def main():
    if shutil.which("valgrind") is None:
        return 77
    program, update = sys.argv[1], sys.argv[2:] == ["--update"]
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        wide = " avx2 " in file.read()
    found = {(workload, phase): count(program, workload, size, function)
             for workload, size in RUNS for phase, function in PHASES.items() if wide or workload != WIDE}
    if update:
        with open(COUNTS, "w", encoding="ascii") as out:
            out.write("# SPDX-License-Identifier: MIT\n# workload, phase, instructions: written by instruction_counts.py --update\n")
            out.writelines(f"{workload} {phase} {instructions}\n" for (workload, phase), instructions in found.items())
        return 0
    expected, failed = read_expected(), False
    for key, instructions in found.items():
        ratio = instructions / max(expected.get(key, 0), 1)
        wrong = abs(ratio - 1) > TOLERANCE
        failed = failed or wrong
        print(f"{key[0]:12} {key[1]:8} {instructions:12} {ratio:8.3f} of what is expected{'  DIFFERS' if wrong else ''}")
    return 1 if failed else 0


sys.exit(main())
