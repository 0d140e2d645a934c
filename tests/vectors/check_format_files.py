#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What stands beside the specification: file(1) names checkpoints with format/magic, and mandoc(1) finds nothing wrong
with msrck-format(5). A program that is not installed is not asked.

usage: check_format_files.py ROOT
"""
import os
import shutil
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import hexdump  # noqa: E402 pylint: disable=wrong-import-position

NAMES = {"good-int": "msrck checkpoint, version 1.0, pointers of 4 bytes",
         "good-zstd": "msrck checkpoint, version 1.0, pointers of 4 bytes, coded with zstd",
         "good-newer-minor": "msrck checkpoint, version 1.9, pointers of 4 bytes",
         "bad-text-mode-unix": None}


def check_magic(root):
    for name, expected in NAMES.items():
        with open(os.path.join(FOLDER, name + ".hex"), encoding="utf-8") as text, tempfile.NamedTemporaryFile() as file:
            file.write(hexdump.read(text.read())[0])
            file.flush()
            answer = subprocess.run(["file", "-b", "-m", os.path.join(root, "format", "magic"), file.name], timeout=60,
                                    capture_output=True, text=True, check=True).stdout.strip()
        if answer != expected and (expected or "msrck" in answer):
            yield f"{name}: file(1) says '{answer}'"


def check_manual(root):
    page = os.path.join(root, "man", "msrck-format.5")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "style", page], timeout=60, capture_output=True, text=True,
                          check=False)
    # Pages that are not installed cannot be found; that is no fault of this one.
    return [line for line in done.stdout.splitlines() if "referenced manual not found" not in line]


def main():
    problems = list(check_magic(sys.argv[1])) if shutil.which("file") else []
    problems += check_manual(sys.argv[1]) if shutil.which("mandoc") else []
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
