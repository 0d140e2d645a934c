#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Canonical addresses beyond 32 bits: pointers of 8 bytes, asked of both readers.

The second reader holds whole graphs in memory; here it decodes only the chunks that it is asked for.

usage: check_wide_addresses.py MSRCK WRITE_WIDE
"""
import bisect
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from container import Xdr                # noqa: E402 pylint: disable=wrong-import-position
from graph import Graph, decode_chunk    # noqa: E402 pylint: disable=wrong-import-position
from values import Walk                  # noqa: E402 pylint: disable=wrong-import-position


class Rows:
    """The bytes of an extent's part, decoded where they are looked at."""

    def __init__(self):
        self.starts, self.chunks, self.length = [], [], 0

    def add(self, length, decode):
        self.starts.append(self.length)
        self.chunks.append(decode)
        self.length += length

    def __len__(self):
        return self.length

    def __getitem__(self, place):
        number = bisect.bisect_right(self.starts, place.start) - 1
        start = self.starts[number]
        return self.chunks[number]()[place.start - start:place.stop - start]


class WideGraph(Graph):
    def read_chunks(self):
        for extent in self.extents:
            extent.parts = {0: Rows(), 1: Rows()}
        for section in self.find("DATA"):
            cursor = Xdr(section.payload, "DATA")
            number, part, first, rows = cursor.u32(), cursor.u32(), cursor.u64(), cursor.u64()
            filter_id, codec, raw_length = cursor.u32(), cursor.u32(), cursor.u64()
            width = self.rows_expected(self.extents[number], part)[1]
            stored = self.extents[number].parts[part]
            assert first * width == len(stored) and rows * width == raw_length
            stored.add(raw_length, lambda coded=section.payload[cursor.position:], filter_id=filter_id, codec=codec,
                       raw_length=raw_length, width=width: decode_chunk(coded, filter_id, codec, raw_length, width))
        for extent in self.extents:
            assert len(extent.parts[0]) == self.rows_expected(extent, 0)[0] * self.rows_expected(extent, 0)[1]


class Pointers(Walk):
    """The pointers in a value."""
    looks_at_scalars = False

    def __init__(self, graph):
        super().__init__(graph)
        self.found = []

    def pointer(self, address):
        self.found.append(address)


def second_reader(path):
    """[(block, leaf, byte there or None)] for the pointers of the anchor; blocks as msrck numbers them"""
    with open(path, "rb") as file:
        graph = WideGraph(file.read())
    assert graph.header.pointer_width == 8 and graph.address_end > 1 << 32
    walk = Pointers(graph)
    anchor = graph.extents[0]
    width = graph.types[anchor.type].width
    walk.value(graph.types[anchor.type], graph.extents[0].parts[0][0:width])
    answers = []
    for address in walk.found:
        extent, block, leaf = graph.locate(address)
        number = 1 + sum(before.blocks for before in graph.extents[:extent]) + block
        inside = leaf < graph.extents[extent].block_leaves
        answers.append((number, leaf, graph.extents[extent].parts[0][block:block + 1][0] if inside else None))
    return answers


def first_reader(msrck, path):
    def run(*arguments):
        return subprocess.run([msrck, *arguments], check=True, capture_output=True, text=True, timeout=300).stdout

    assert run("verify", "--threads=2", path) == ""
    assert json.loads(run("info", "--json", "--no-digest", path))["files"][0]["pointer_width"] == 8
    return run("get", path, "anchor", "*anchor.first", "*anchor.last")


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "wide.msrck")
        subprocess.run([sys.argv[2], path], check=True, timeout=300)
        answers, text = second_reader(path), first_reader(sys.argv[1], path)
    print(answers)
    print(text)
    last = (1 << 31) + 17
    assert answers == [(2, 0, 0), (last, 0, ord("z")), (last, 1, None)]
    assert "first = -> heap#2 " in text and f"last = -> heap#{last} " in text and f"end = -> heap#{last}[1]}}" in text
    assert "\n0 '\\000'\n122 'z'\n" in text
    return 0


if __name__ == "__main__":
    sys.exit(main())
