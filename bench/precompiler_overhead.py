#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `msrck cc` costs while no checkpoint is taken: the same programs by the plain compiler and by msrck cc, at -O2.

usage: precompiler_overhead.py --msrck-cc=PROGRAM [--rounds=9] [--only=NAME] [--json]

Both builds of a program run in turn, ROUNDS times each, and the median of the ratios of neighbouring runs' processor times counts, so that what else
the machine does falls on both. 1.00 is no cost. Output has to be the same. Both builds align functions and loops: a program whose time goes into one
short loop runs a tenth faster or slower with the place that the linker happens to give that loop, whoever compiled it.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PLAIN = os.path.join(ROOT, "examples", "plain")
WHOLE = os.path.join(ROOT, "tests", "precompiler", "whole")

# Program, its sources or folder, its arguments, and the ratio that it is to stay below. Run times of tenths of a second.
CASES = [
    ("linpack", [os.path.join(PLAIN, "linpack_plain.c")], ["900"], 1.03),
    ("bitonic", [os.path.join(PLAIN, "bitonic_plain.c")], ["400000"], 1.05),
    ("b_tree", "b_tree", ["60000"], 1.10),
    ("event_simulator", "event_simulator", ["20000000"], 1.10),
    ("formula_parser", "formula_parser", ["7"], 1.10),
    ("game_tree", "game_tree", ["6", "9"], 1.10),
    ("graph_search", "graph_search", ["12000", "0"], 1.10),
    ("hash_table", "hash_table", ["4000"], 1.10),
    ("interpreter", "interpreter", ["28"], 1.10),
    ("lru_cache", "lru_cache", ["20000"], 1.10),
    ("matrix_solver", "matrix_solver", ["200"], 1.10),
    ("n_body", "n_body", ["4000"], 1.10),
    ("report_writer", "report_writer", ["8000"], 1.10),
    ("text_processor", "text_processor", ["8000"], 1.10),
]
OPTIONS = ["-O2", "-w", "-falign-functions=64", "-falign-loops=32"]


def sources_of(place):
    if isinstance(place, list):
        return place
    folder = os.path.join(WHOLE, place)
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".c"))


def used_so_far():
    """By the processes that were waited for; the kernel counts the sum of both kinds exactly, and guesses at each."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def processor_time(command):
    """Of a run whose output nobody reads."""
    before = used_so_far()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return used_so_far() - before


def build_both(name, place, msrck_cc, folder):
    programs = [os.path.join(folder, f"{name}-{kind}") for kind in ("plain", "migratable")]
    for compiler, program in zip((["cc"], [msrck_cc]), programs):
        subprocess.run([*compiler, *OPTIONS, *sources_of(place), "-lm", "-o", program], check=True, stderr=subprocess.DEVNULL)
    return programs


def measure(case, msrck_cc, rounds, folder):
    name, place, arguments, wanted = case
    programs = build_both(name, place, msrck_cc, folder)
    outputs = [subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout for program in programs]
    if outputs[0] != outputs[1]:
        raise SystemExit(f"{name}: the outputs differ")
    times = [[processor_time([program, *arguments]) for program in programs] for _ in range(rounds)]
    plain, migratable = (statistics.median(column) for column in zip(*times))
    ratio = statistics.median(second / max(first, 1e-4) for first, second in times)
    return {"program": name, "arguments": " ".join(arguments), "plain_s": round(plain, 4), "migratable_s": round(migratable, 4),
            "ratio": round(ratio, 3), "limit": wanted}


def measure_all(msrck_cc, rounds, only=None):
    with tempfile.TemporaryDirectory(prefix="msrck-overhead-") as folder:
        return [measure(case, msrck_cc, rounds, folder) for case in CASES if only in (None, case[0])]


def print_table(rows):
    print(f"{'program':16}{'plain s':>10}{'msrck cc s':>12}{'ratio':>8}{'limit':>8}")
    for row in rows:
        print(f"{row['program']:16}{row['plain_s']:10.3f}{row['migratable_s']:12.3f}{row['ratio']:8.3f}{row['limit']:8.2f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--msrck-cc", required=True)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = measure_all(os.path.abspath(options.msrck_cc), options.rounds, options.only)
    if options.json:
        print(json.dumps(rows, indent=2))
    else:
        print_table(rows)


if __name__ == "__main__":
    main()
