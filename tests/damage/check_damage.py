#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No damage goes unnoticed: every single flipped bit and every cut of a small checkpoint of each example, and a random
sample of a large one.

usage: check_damage.py DAMAGE_CHECKPOINT EXAMPLES_FOLDER [--seed=N] [--step=N]
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True                           # the source tree stays as it is
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from chance import add_seed_option  # noqa: E402

# Arguments and poll-point of a small state, with frames and heap where the example has any.
SMALL = {
    "figure1": (["1", "3"], 1),
    "test_pointer": (["1", "1"], 1),
    "linpack": (["1", "1", "local"], 1),
    "bitonic": (["2", "1"], 2),
    "heat": (["3", "1"], 2),
}
LARGE = ("linpack", ["600", "1", "heap"], 5)
MOST_SMALL = 8192


def checkpoint(folder, name, arguments, point, file, *options):
    done = subprocess.run([os.path.join(folder, name), *arguments, f"--checkpoint-at={point}", "--checkpoint-stop",
                           f"--checkpoint-to={file}", "--checkpoint-exit-status=75", *options],
                          stdout=subprocess.PIPE, check=False)
    if done.returncode != 75:
        sys.exit(f"{name} {' '.join(arguments)}: exit code {done.returncode}, no checkpoint at poll-point {point}")
    return os.path.getsize(file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("examples")
    add_seed_option(parser)
    parser.add_argument("--step", default="1", help="of the sweeps: 1 is every bit and every length")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, (words, point) in SMALL.items():
            for options in ([], ["--checkpoint-codec=none"]):
                file = os.path.join(scratch, f"{name}.msrck")
                if checkpoint(arguments.examples, name, words, point, file, *options) > MOST_SMALL:
                    if not options:
                        sys.exit(f"{name}: the checkpoint is larger than {MOST_SMALL} bytes: not small")
                    continue
                failed |= subprocess.run([arguments.program, file, arguments.step], check=False).returncode
        name, words, point = LARGE
        file = os.path.join(scratch, "large.msrck")
        if checkpoint(arguments.examples, name, words, point, file, "--checkpoint-codec=zlib") < 1 << 20:
            sys.exit("the large checkpoint is none")
        failed |= subprocess.run([arguments.program, file, "sample", "150", str(arguments.seed)], check=False).returncode
    sys.exit(failed)


if __name__ == "__main__":
    main()
