#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The fuzzers' corpus between its two forms: commented hexdumps here, bytes for libFuzzer.

usage: corpus_files.py unpack FOLDER DUMP...     writes each dump's bytes to FOLDER/NAME
       corpus_files.py pack DUMP NOTE < BYTES    writes one dump, with what it is for as its first line
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors"))
import hexdump  # noqa: E402  (stands beside the vectors)


def unpack(folder, dumps):
    os.makedirs(folder, exist_ok=True)
    for path in dumps:
        with open(path, encoding="utf-8") as dump:
            data, _ = hexdump.read(dump.read())
        with open(os.path.join(folder, os.path.basename(path).removesuffix(".hex")), "wb") as file:
            file.write(data)


def pack(path, note):
    data = sys.stdin.buffer.read()
    lines = [(data[at:at + 16], "") for at in range(0, len(data), 16)]
    with open(path, "w", encoding="utf-8") as dump:
        dump.write(hexdump.write(lines, ["SPDX-License-Identifier: MIT", note]))


def main(arguments):
    if len(arguments) >= 3 and arguments[0] == "unpack":
        unpack(arguments[1], arguments[2:])
    elif len(arguments) == 3 and arguments[0] == "pack":
        pack(arguments[1], arguments[2])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
