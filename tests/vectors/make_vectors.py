#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the vectors and their README.md, from format/msrck-format.md and nothing of libmsrck.

usage: make_vectors.py            writes what is missing; never changes a vector that is there
       make_vectors.py --check    exit status 1 when a vector in the folder is not what this script makes

A vector that has been published stays: a reader that could read it must be able to for ever. So an existing file that
differs is an error here, not something to overwrite.
"""
import hashlib
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [FOLDER, os.path.join(FOLDER, os.pardir, "reader")]

import bad_container_vectors    # noqa: E402,F401 pylint: disable=wrong-import-position,unused-import
import bad_graph_vectors        # noqa: E402,F401 pylint: disable=wrong-import-position,unused-import
import bad_rule_vectors         # noqa: E402,F401 pylint: disable=wrong-import-position,unused-import
import good_vectors             # noqa: E402,F401 pylint: disable=wrong-import-position,unused-import
import hexdump                  # noqa: E402 pylint: disable=wrong-import-position
from graph import Graph         # noqa: E402 pylint: disable=wrong-import-position
from values import digest       # noqa: E402 pylint: disable=wrong-import-position
from vector_parts import VECTORS  # noqa: E402 pylint: disable=wrong-import-position

TITLES = {"good": "Read by every reader, for ever", "bad": "Damaged: refused, or found by verify",
          "unsupported": "Sound, but for a newer reader"}
INTRODUCTION = """<!-- SPDX-License-Identifier: MIT -->
# Vectors: checkpoints by hand

Each file is a checkpoint as a commented hexdump, one line for each member; the first lines say what it is and what
readers must answer (exit codes of `msrck dump`, `msrck verify --deep` and of the second reader; for good ones the digest).
`make_vectors.py` makes them field by field from `format/msrck-format.md` and knows nothing of libmsrck;
`check_vectors.py` (ctest `vectors`) turns each back into a file and asks both readers.

**Never delete or change a vector.** `good-*` have been promised to be readable for ever, and what `bad-*` and
`unsupported-*` are refused for is part of the format. `published.txt` lists them all; the test fails when one is gone or
altered. New ones are added by a function in `*_vectors.py`, then `make_vectors.py`.
"""


def text_of(vector):
    head = ["SPDX-License-Identifier: MIT", f"{vector.name}: {vector.sentence}",
            "expect: " + " ".join(f"{key}={value}" for key, value in vector.expected.items())]
    if vector.name.startswith("good-"):
        head.append("digest: " + digest(Graph(vector.pieces.bytes())).hex())
    return hexdump.write(vector.pieces, head)


def readme():
    out = INTRODUCTION
    for kind, title in TITLES.items():
        out += f"\n## {title}\n\n| vector | |\n|---|---|\n"
        out += "".join(f"| `{name}` | {VECTORS[name].sentence} |\n" for name in sorted(VECTORS) if name.split("-")[0] == kind)
    return out


def read(name):
    try:
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def write(name, text):
    with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
        file.write(text)


def publish(name, data):
    """Notes the SHA-256 of a new vector in published.txt."""
    lines = (read("published.txt") or "# SHA-256 of the bytes of every vector; lines are added, never changed\n").splitlines()
    lines.append(f"{name} {hashlib.sha256(data).hexdigest()}")
    write("published.txt", "\n".join(lines[:1] + sorted(lines[1:])) + "\n")


def main():
    wrong = []
    for name, vector in sorted(VECTORS.items()):
        text, there = text_of(vector), read(name + ".hex")
        if there is None and "--check" not in sys.argv:
            write(name + ".hex", text)
            publish(name, vector.pieces.bytes())
        elif there != text:
            wrong.append(name)
    if "--check" not in sys.argv:
        write("README.md", readme())
    elif read("README.md") != readme():
        wrong.append("README.md")
    for name in wrong:
        print(f"{name}: missing, or not what the generator makes", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
