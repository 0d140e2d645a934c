#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Asks both readers about every vector: msrck, and tests/reader.

usage: check_vectors.py MSRCK
"""
import glob
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [FOLDER, os.path.join(FOLDER, os.pardir, "reader")]

import hexdump                                              # noqa: E402 pylint: disable=wrong-import-position
from container import Damaged, NotACheckpoint, Unsupported  # noqa: E402 pylint: disable=wrong-import-position
from document import Document                               # noqa: E402 pylint: disable=wrong-import-position
from graph import Graph                                     # noqa: E402 pylint: disable=wrong-import-position
from values import check_values, digest                     # noqa: E402 pylint: disable=wrong-import-position

LEAST = {"good": 28, "bad": 220, "unsupported": 8}
LARGEST = 8192


def second_reader(data):
    """{"dump": exit code, "verify": ..., "digest": ...}, the JSON, the digest"""
    codes, document, value = {}, io.StringIO(), None

    def attempt(name, action, damaged):
        try:
            result, codes[name] = action(), 0
            return result
        except Damaged:
            codes[name] = damaged
        except (NotACheckpoint, Unsupported):
            codes[name] = 5
        return None

    def verify():
        graph = Graph(data)
        check_values(graph)
        if graph.stored_digest not in (None, digest(graph)):
            raise Damaged("the digest is another")
    attempt("dump", lambda: Document(Graph(data)).write(document), 4)
    attempt("verify", verify, 1)
    value = attempt("digest", lambda: digest(Graph(data)), 4)
    return codes, document.getvalue(), value and value.hex()


class Tool:
    def __init__(self, msrck):
        self.msrck = msrck

    def run(self, *arguments):
        return subprocess.run([self.msrck, *arguments], capture_output=True, text=True, timeout=60, check=False)

    def ask(self, path):
        dump, verify = self.run("dump", "--json", path), self.run("verify", "--deep", path)
        info = self.run("info", "--json", "--digest", path)
        value = json.loads(info.stdout)["files"][0].get("digest") if info.returncode == 0 else None
        messages = dump.stderr + verify.stderr + info.stderr
        return {"dump": dump.returncode, "verify": verify.returncode, "digest": info.returncode}, dump.stdout, value, messages


def check(name, tool, folder):
    """What is wrong with the answers to a vector."""
    with open(os.path.join(FOLDER, name + ".hex"), encoding="utf-8") as file:
        data, facts = hexdump.read(file.read())
    expected = dict(pair.split("=") for pair in facts["expect"].split())
    expected = {key: int(value) for key, value in expected.items()}
    if len(data) > LARGEST:
        yield f"{len(data)} bytes, more than {LARGEST}"
    path = os.path.join(folder, name + ".msrck")
    with open(path, "wb") as file:
        file.write(data)
    codes, document, value, messages = tool.ask(path)
    second_codes, second_document, second_value = second_reader(data)
    for key, code in expected.items():
        if key in codes and codes[key] != code:
            yield f"msrck: {key} answers {codes[key]}, not {code}: {messages}"
        if second_codes.get(key.replace("second_", "")) != code and not (key == "verify" and "second_verify" in expected):
            yield f"second reader: {key} answers {second_codes}, not {code}"
    if expected["dump"] == 0 and document != second_document:
        yield "the readers' JSON differs"
    if name.startswith("good-") and not value == second_value == facts["digest"]:
        yield f"digests {value} and {second_value}, not {facts['digest']}"
    if name.startswith("unsupported-") and "newer" not in messages:
        yield f"the message does not say that a newer msrck is needed: {messages}"


def check_published(names):
    """Every vector that was ever published is there, as it was."""
    with open(os.path.join(FOLDER, "published.txt"), encoding="utf-8") as file:
        published = dict(line.split() for line in file if line.strip() and not line.startswith("#"))
    for name in sorted(set(names) | set(published)):
        path = os.path.join(FOLDER, name + ".hex")
        if not os.path.exists(path):
            yield f"{name}: it was published, and is gone"
            continue
        with open(path, encoding="utf-8") as file:
            found = hashlib.sha256(hexdump.read(file.read())[0]).hexdigest()
        if published.get(name) != found:
            yield f"{name}: published.txt says {published.get(name)}, its bytes give {found}"


def main():
    names = sorted(os.path.basename(path)[:-4] for path in glob.glob(os.path.join(FOLDER, "*.hex")))
    wrong = list(check_published(names))
    for kind, least in LEAST.items():
        if sum(name.split("-")[0] == kind for name in names) < least:
            wrong.append(f"fewer than {least} vectors {kind}")
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            wrong += [f"{name}: {problem}" for problem in check(name, Tool(sys.argv[1]), folder)]
    for problem in wrong:
        print(problem)
    print(f"{len(names)} vectors, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
