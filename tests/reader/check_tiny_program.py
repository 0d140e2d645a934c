#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a program writes is, byte for byte, what was put together by hand from the specification; and the second reader
notices every flipped bit and every cut of it.

usage: check_tiny_program.py PROGRAM HEXDUMP
"""
import os
import subprocess
import sys
import tempfile

sys.path[:0] = [os.path.dirname(os.path.abspath(sys.argv[2])), os.path.dirname(os.path.abspath(__file__))]

import hexdump                                              # noqa: E402 pylint: disable=wrong-import-position
from container import Damaged, NotACheckpoint, Unsupported  # noqa: E402 pylint: disable=wrong-import-position
from graph import Graph                                     # noqa: E402 pylint: disable=wrong-import-position


def readable(data):
    try:
        Graph(data)
    except (Damaged, NotACheckpoint, Unsupported):
        return False
    return True


def unnoticed(data):
    """What damage the reader takes for a checkpoint."""
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        if readable(bytes(flipped)):
            yield f"bit {bit} flipped"
    for length in range(len(data)):
        if readable(data[:length]):
            yield f"cut after {length} bytes"


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        expected, _ = hexdump.read(file.read())
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tiny.msrck")
        subprocess.run([sys.argv[1], "--checkpoint-at=1", "--checkpoint-stop", f"--checkpoint-to={path}",
                        "--checkpoint-codec=none", "--checkpoint-no-provenance"], check=True, timeout=60)
        with open(path, "rb") as file:
            written = file.read()
    if written == expected:
        problems = list(unnoticed(written))
        print("\n".join(problems))
        return 1 if problems else 0
    place = next((i for i, (a, b) in enumerate(zip(written, expected)) if a != b), min(len(written), len(expected)))
    print(f"the program wrote {len(written)} bytes, by hand they are {len(expected)}; they differ from offset {place:#x} on")
    return 1


if __name__ == "__main__":
    sys.exit(main())
