#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a program writes is, byte for byte, what was put together by hand from the specification.

usage: check_tiny_program.py PROGRAM HEXDUMP
"""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[2])))

import hexdump  # noqa: E402 pylint: disable=wrong-import-position


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
        return 0
    place = next((i for i, (a, b) in enumerate(zip(written, expected)) if a != b), min(len(written), len(expected)))
    print(f"the program wrote {len(written)} bytes, by hand they are {len(expected)}; they differ from offset {place:#x} on")
    return 1


if __name__ == "__main__":
    sys.exit(main())
