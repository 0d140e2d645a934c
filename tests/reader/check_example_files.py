#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checkpoints of an example, at several poll-points and with every codec: both readers must say the same of them, and
codec and chunking must not change the digest.

usage: check_example_files.py NAME FOLDER MSRCK
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, os.pardir, "examples")]

from example_runs import CASES, STOPPED, Example, Failure, choose_points   # noqa: E402 pylint: disable=wrong-import-position

READER = os.path.join(HERE, "read_checkpoint.py")
CODECS = ["none", "zlib", "zstd"]
POINTS = 4


def run(*command, code=0):
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    if done.returncode != code:
        raise Failure(f"exit code {done.returncode}, not {code}: {' '.join(command)}\n{done.stderr.decode()}")
    return done.stdout


def compare(msrck, path):
    """The digest, after both readers said the same of the file."""
    if run(msrck, "dump", "--json", path) != run(sys.executable, READER, path):
        raise Failure(f"{path}: the readers' JSON differs")
    run(msrck, "verify", "--deep", path)
    run(sys.executable, READER, "--verify", path)
    info = json.loads(run(msrck, "info", "--json", path))["files"][0]
    second = run(sys.executable, READER, "--digest", path).decode().strip()
    if info["digest_source"] != "computed" or info["digest"] != second:
        raise Failure(f"{path}: digests {info['digest']} and {second}")
    return second


def check_point(example, arguments, point, folder, msrck):
    digests = set()
    for codec in CODECS:
        path = os.path.join(folder, f"{codec}.msrck")
        example.stop_at(arguments, point, path, f"--checkpoint-codec={codec}").expect(STOPPED)
        digests.add(compare(msrck, path))
    if len(digests) != 1:
        raise Failure(f"point {point}: the codec changes the digest: {digests}")
    return digests.pop()


def check_read_only_feature(example, path, msrck):
    """A bit of may_read that nobody knows: the tools read the file, the program does not resume from it."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    data[31] |= 0x40
    data[60:64] = zlib.crc32(data[:60]).to_bytes(4, "big")
    with open(path, "wb") as file:
        file.write(data)
    compare(msrck, path)
    message = example.resume(path).expect(7).messages.decode()
    if "0x40" not in message:
        raise Failure(f"the message does not name the feature bit: {message}")


def main():
    name, folder, msrck = sys.argv[1:4]
    example, chance = Example(name, folder), random.Random(1)
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "none.msrck")
        for arguments in CASES[name][:2]:
            count = example.count_points(arguments, path)
            digests = [check_point(example, arguments, point, scratch, msrck)
                       for point in choose_points(chance, count, POINTS)]
            print(f"{name} {' '.join(arguments)}: {len(digests)} points, {len(set(digests))} states")
        check_read_only_feature(example, path, msrck)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(failure)
        sys.exit(1)
