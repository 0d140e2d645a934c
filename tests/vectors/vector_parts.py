# SPDX-License-Identifier: MIT
"""Pieces that several vectors share: types, small graphs, and what becomes of a vector (its sentence and what is expected)."""
import struct

from checkpoint_builder import (ARRAY, GLOBAL, HEAP, POINTER, SCALAR, STRUCT, Checkpoint, Extent, Pieces, Type, field)

VECTORS = {}

INT = Type(SCALAR, "int", 7)
CHAR = Type(SCALAR, "char", 2)
NODE = Type(STRUCT, "struct node", fields=[field("value", "int"), field("next", "struct node *")])
NODE_POINTER = Type(POINTER, "struct node *", element="struct node")


class Vector:
    def __init__(self, name, sentence, pieces, expected):
        self.name, self.sentence, self.pieces, self.expected = name, sentence, pieces, expected


def vector(sentence, **expected):
    """Makes a function that returns a Checkpoint (or Pieces) a vector, named after the function."""
    def register(function):
        name = function.__name__.replace("_", "-")
        made = function()
        pieces = made.build() if isinstance(made, Checkpoint) else made
        kind = name.split("-")[0]
        default = {"good": {"dump": 0, "verify": 0}, "bad": {"dump": 4, "verify": 1},
                   "unsupported": {"dump": 5, "verify": 5}}[kind]
        VECTORS[name] = Vector(name, sentence, pieces, {**default, **expected})
        return function
    return register


def words(*values):
    """A block of ints."""
    out = Pieces()
    for value in values:
        out.number(4, value, f"int {value}")
    return out


def one_int(value=42):
    """The smallest graph: a global int."""
    made = Checkpoint()
    made.types = [INT]
    made.extents = [Extent(GLOBAL, "int", 1, 1, [words(value)])]
    made.variables = [(1, "answer", "int", 1)]
    return made


def two_ints():
    """Two extents: a global int and a global array of three, in chunks of their own."""
    made = one_int()
    made.types = [INT, Type(ARRAY, "int [3]", element="int", count=3)]
    made.extents.append(Extent(GLOBAL, "int", 3, 3, [words(1, 2, 3)]))
    made.variables.append((1, "numbers", "int [3]", made.address(1)))
    return made


def ring():
    """A global pointer to two nodes that point to each other."""
    made = Checkpoint()
    made.types = [INT, NODE, NODE_POINTER]
    made.extents = [Extent(GLOBAL, "struct node *", 1, 1, [Pieces()]),
                    Extent(HEAP, "struct node", 1, 2, [Pieces(), Pieces()])]
    first, second = made.address(1, 0), made.address(1, 1)
    made.extents[0].blocks[0].u32(first, "list: address")
    made.extents[1].blocks[0].u32(1, "value").u32(second, "next: address")
    made.extents[1].blocks[1].u32(2, "value").u32(first, "next: address")
    made.variables = [(1, "list", "struct node *", made.address(0))]
    return made


def single(type_entries, type_name, count, leaves, rows, declared=None):
    """A global variable of any type: one block with these rows."""
    made = Checkpoint()
    made.types = type_entries
    made.extents = [Extent(GLOBAL, type_name, count, leaves, [rows])]
    made.variables = [(1, "x", declared or type_name, 1)]
    return made


def section(sections, tag):
    return next(entry for entry in sections if entry.tag == tag)


def changed(made, tag, change):
    """The checkpoint with one section changed after it was made, its checksums right unless the change says otherwise."""
    made.change_sections = lambda sections: change(section(sections, tag))
    return made


def float_bytes(value):
    return struct.pack(">f", value)
