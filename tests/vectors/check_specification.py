#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example in the specification is the vector of that name.

usage: check_specification.py SPECIFICATION [--write]
"""
import os
import re
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
PLACE = re.compile(r"(<!-- begin: tests/vectors/(\S+) -->\n)(.*?)(<!-- end -->\n)", re.S)


def example(name):
    """The hexdump without its head, as a code block of Markdown."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return "\n" + "".join("    " + line for line in file if not line.startswith("#")) + "\n"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    right, count = PLACE.subn(lambda match: match[1] + example(match[2]) + match[4], text)
    if count == 0:
        print(f"{sys.argv[1]}: has no example")
        return 1
    if "--write" in sys.argv:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            file.write(right)
    elif text != right:
        print(f"{sys.argv[1]}: an example is not the vector; check_specification.py --write puts it there")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
