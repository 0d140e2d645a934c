#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `msrck cc` costs while no checkpoint is taken: the same programs by the plain compiler and by msrck cc, at -O2.

usage: precompiler_overhead.py --msrck-cc=PROGRAM [--rounds=9] [--json]

Both builds of a program run in turn, ROUNDS times each, and the shortest user time of each counts, so that what else the machine does
falls on both. The ratio is what counts; 1.00 is no cost. Output has to be the same.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PLAIN = os.path.join(ROOT, "examples", "plain")
WHOLE = os.path.join(ROOT, "tests", "precompiler", "whole")

# Program, its arguments, and the ratio that it is to stay below. Run times of tenths of a second.
CASES = [
    ("linpack", [os.path.join(PLAIN, "linpack_plain.c")], ["900"], 1.03),
    ("bitonic", [os.path.join(PLAIN, "bitonic_plain.c")], ["400000"], 1.05),
    ("b_tree", "b_tree", ["60000"], 1.10),
    ("n_body", "n_body", ["2000"], 1.10),
    ("matrix_solver", "matrix_solver", ["110"], 1.10),
    ("lru_cache", "lru_cache", ["20000"], 1.10),
]


def sources_of(place):
    if isinstance(place, list):
        return place
    folder = os.path.join(WHOLE, place)
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".c"))


def user_time(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    output = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, output


def measure(case, msrck_cc, rounds, folder):
    name, place, arguments, wanted = case
    programs = [os.path.join(folder, f"{name}-{kind}") for kind in ("plain", "migratable")]
    for compiler, program in zip((["cc"], [msrck_cc]), programs):
        subprocess.run([*compiler, "-O2", "-w", *sources_of(place), "-lm", "-o", program], check=True, stderr=subprocess.DEVNULL)
    shortest, outputs = [float("inf")] * 2, [None] * 2
    for _ in range(rounds):
        for number, program in enumerate(programs):
            spent, outputs[number] = user_time([program, *arguments])
            shortest[number] = min(shortest[number], spent)
    if outputs[0] != outputs[1]:
        sys.exit(f"{name}: the outputs differ")
    return {"program": name, "plain": round(shortest[0], 4), "migratable": round(shortest[1], 4),
            "ratio": round(shortest[1] / max(shortest[0], 1e-6), 3), "wanted": wanted}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--msrck-cc", required=True)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="msrck-overhead-") as folder:
        rows = [measure(case, os.path.abspath(options.msrck_cc), options.rounds, folder) for case in CASES]
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{'program':16}{'plain s':>10}{'msrck cc s':>12}{'ratio':>8}{'wanted':>8}")
    for row in rows:
        print(f"{row['program']:16}{row['plain']:10.3f}{row['migratable']:12.3f}{row['ratio']:8.3f}{row['wanted']:8.2f}")


if __name__ == "__main__":
    main()
