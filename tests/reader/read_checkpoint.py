#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A second, independent reader of msrck checkpoints: no code of libmsrck, nothing but Python's standard library.

usage: read_checkpoint.py FILE              the same JSON as `msrck dump --json FILE`
       read_checkpoint.py --digest FILE     the digest of the graph, as `msrck info` shows it
       read_checkpoint.py --verify FILE     nothing, if every rule of the specification holds, those for values included

Exit status: 0 read; 1 with --verify: damaged; 4 damaged; 5 not a checkpoint, or one that needs a newer reader.
"""
import struct
import sys

from container import Damaged, NotACheckpoint, Unsupported
from document import Document
from graph import Graph
from values import check_values, digest


def answer(action, path):
    with open(path, "rb") as file:
        graph = Graph(file.read())
    if action == "--digest":
        print(digest(graph).hex())
    elif action == "--verify":
        check_values(graph)
        if graph.stored_digest not in (None, digest(graph)):
            raise Damaged("dgsT: not the digest of the graph")
    else:
        Document(graph).write(sys.stdout)


def main():
    action, path = sys.argv[1] if len(sys.argv) == 3 else "", sys.argv[-1]
    if len(sys.argv) not in (2, 3) or action not in ("", "--digest", "--verify"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        answer(action, path)
    except Damaged as problem:
        print(f"{path}: {problem}", file=sys.stderr)
        return 1 if action == "--verify" else 4
    except (NotACheckpoint, Unsupported) as problem:
        print(f"{path}: {problem}", file=sys.stderr)
        return 5
    return 0


if __name__ == "__main__":
    sys.exit(main())
