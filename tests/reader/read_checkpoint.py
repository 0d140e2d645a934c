#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A second, independent reader of msrck checkpoints: no code of libmsrck, nothing but Python's standard library.

usage: read_checkpoint.py FILE            the same JSON as `msrck dump --json FILE`

Exit status: 0 read; 4 damaged; 5 not a checkpoint, or one that needs a newer reader.
"""
import struct
import sys

from container import Damaged, NotACheckpoint, Unsupported
from document import Document
from graph import Graph


def main():
    try:
        with open(sys.argv[1], "rb") as file:
            graph = Graph(file.read())
        Document(graph).write(sys.stdout)
    except Damaged as problem:
        print(f"{sys.argv[1]}: {problem}", file=sys.stderr)
        return 4
    except (NotACheckpoint, Unsupported) as problem:
        print(f"{sys.argv[1]}: {problem}", file=sys.stderr)
        return 5
    except (IndexError, KeyError, struct.error) as problem:
        # What is looked up without a check of its own: an index of the file that points outside of its table.
        print(f"{sys.argv[1]}: a reference within the file leads nowhere: {problem}", file=sys.stderr)
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
