# SPDX-License-Identifier: MIT
"""Walking the values in rows: what must hold for each of them, and the digest. From format/msrck-format.md alone."""
import hashlib
import struct

from container import Damaged
from type_table import (ARRAY, BITS, COMPLEX, ENUM, FLEXIBLE, FUNCTION, OPAQUE, POINTER, SCALAR, SCALARS, STRUCT, UNION)

OPAQUE_BYTES = 6
CLASSES = {1: 1, 2: 2, 3: 3, 4: 3, 5: 3, 6: 4}


def number(value):
    return struct.pack(">Q", value & 0xFFFFFFFFFFFFFFFF)


def text(value):
    data = value.encode("utf-8", "surrogateescape")
    return number(len(data)) + data


class Walk:
    """Goes through the value of a type; subclasses say what to do with pointers, functions, handles, unions, scalars."""

    def __init__(self, graph):
        self.graph, self.types = graph, graph.types

    def value(self, entry, data):
        """Recursion over the nesting of types, which is bounded."""
        if entry.plain and not self.looks_at_scalars:
            self.bytes(data[:entry.width])
        elif entry.kind in (ARRAY, COMPLEX):
            element = self.types[entry.element]
            for i in range(entry.count if entry.kind == ARRAY else 2):
                self.value(element, data[i * element.width:(i + 1) * element.width])
        elif entry.kind == STRUCT:
            self.struct(entry, data)
        elif entry.kind == UNION:
            self.union(entry, data)
        elif entry.kind == POINTER:
            self.pointer(int.from_bytes(data[:entry.width], "big"))
        elif entry.kind == OPAQUE:
            self.handle(int.from_bytes(data[:entry.width], "big"))
        elif entry.kind == FUNCTION:
            self.function(int.from_bytes(data[:entry.width], "big"))
        else:
            self.scalar(entry, data[:entry.width])

    def struct(self, entry, data):
        position = 0
        for field in entry.plain_fields():
            target = self.types[field.type]
            self.value(target, data[position:position + target.width])
            position += target.width

    def union(self, entry, data):
        ordinal = int.from_bytes(data[:4], "big")
        if ordinal > len(entry.fields):
            raise Damaged(f"union {entry.name}: member {ordinal} is active")
        self.active(entry, ordinal)
        if ordinal:
            self.value(self.types[entry.fields[ordinal - 1].type], data[4:])

    def block(self, extent, index):
        """All values of one block."""
        entry = self.types[extent.type]
        trailing = entry.flexible()
        elements = 1 if trailing else extent.count
        self.rows(entry, extent.parts[0], index * elements, elements)
        if trailing:
            self.rows(self.types[trailing.type], extent.parts[1], index * extent.count, extent.count)

    def rows(self, entry, data, first, count):
        rows = memoryview(data)[first * entry.width:(first + count) * entry.width]
        if entry.plain and not self.looks_at_scalars:
            self.bytes(rows)
            return
        for i in range(count):
            self.value(entry, rows[i * entry.width:(i + 1) * entry.width])

    def function_name(self, index):
        if index > len(self.graph.targets):
            raise Damaged(f"function number {index} is beyond the {len(self.graph.targets)} of the file")
        return self.graph.targets[index - 1] if index else ""


class Check(Walk):
    """Raises Damaged for a value that MUST not be."""
    looks_at_scalars = True

    def pointer(self, address):
        if address:
            self.graph.locate(address)

    def handle(self, address):
        if address:
            extent, _, leaf = self.graph.locate(address)
            if leaf or self.graph.extents[extent].segment != OPAQUE_BYTES:
                raise Damaged(f"a handle's bytes at {address} are no block of such bytes")

    def function(self, index):
        self.function_name(index)

    def active(self, entry, ordinal):
        pass

    def bytes(self, data):
        pass

    def scalar(self, entry, data):
        if entry.scalar == 1 and data[0] > 1:
            raise Damaged(f"a _Bool holds {data[0]}")

    def union(self, entry, data):
        super().union(entry, data)
        ordinal = int.from_bytes(data[:4], "big")
        used = 4 + (self.types[entry.fields[ordinal - 1].type].width if ordinal else 0)
        if any(data[used:entry.width]):
            raise Damaged(f"union {entry.name}: bytes behind the active member")

    def struct(self, entry, data):
        super().struct(entry, data)
        places, position = [], 0
        for field in entry.fields:
            places.append(position)
            position += self.types[field.type].width if field.role != FLEXIBLE else 0
        for field, place in zip(entry.fields, places):
            if field.role == BITS:
                self.bits(field, data[place:])
            if field.tag_field:
                self.tag(field, int.from_bytes(data[place:place + 4], "big"), entry.fields[field.tag_field - 1],
                         data[places[field.tag_field - 1]:])

    def bits(self, field, data):
        _, width, form = SCALARS[self.types[field.type].scalar]
        value = int.from_bytes(data[:width], "big", signed=form == "i")
        low, high = (-(1 << (field.bits - 1)), 1 << (field.bits - 1)) if form == "i" else (0, 1 << field.bits)
        if not low <= value < high:
            raise Damaged(f"{field.name}: {value} does not fit in {field.bits} bits")

    def tag(self, field, ordinal, tag_field, data):
        """Tags are compared as bit patterns of the tag field's width."""
        width = SCALARS[self.types[tag_field.type].scalar][1]
        value, mask = int.from_bytes(data[:width], "big"), (1 << 8 * width) - 1
        members = self.types[field.type].fields
        expected = next((i + 1 for i, member in enumerate(members) if member.tag & mask == value), 0)
        if ordinal != expected:
            raise Damaged(f"{tag_field.name} has the tag {value}, but member {ordinal} is active")


class Digest(Walk):
    """SHA-256 over the canonical graph."""
    looks_at_scalars = False

    def __init__(self, graph):
        super().__init__(graph)
        self.hash = hashlib.sha256(b"msrck digest 1\n")
        self.numbers, self.queue, self.used = {}, [], set()

    def bytes(self, data):
        self.hash.update(data)

    def discover(self, address):
        """(number of discovery, leaf)"""
        if address == 0:
            return 0, 0
        extent, block, leaf = self.graph.locate(address)
        if (extent, block) not in self.numbers:
            self.queue.append((extent, block))
            self.numbers[extent, block] = len(self.queue)
        return self.numbers[extent, block], leaf

    def pointer(self, address):
        block, leaf = self.discover(address)
        self.bytes(number(block) + number(leaf))

    handle = pointer

    def function(self, index):
        self.bytes(text(self.function_name(index)))

    def active(self, entry, ordinal):
        self.bytes(struct.pack(">I", ordinal))

    def scalar(self, entry, data):
        self.bytes(data)

    def frames(self):
        self.bytes(number(len(self.graph.frames)))
        for frame in self.graph.frames:
            function = self.graph.functions[frame.function]
            self.bytes(text(function.name) + number(frame.point) + text(function.points[frame.point - 1][0])
                       + number(self.discover(frame.live)[0]) + number(len(frame.locals)))
            for (name, declared), address in zip(function.locals, frame.locals):
                self.bytes(text(name) + text(self.types[declared].name) + number(self.discover(address)[0]))

    def variables(self):
        globals_first = sorted((v for v in self.graph.variables if v.kind == 1),
                               key=lambda v: v.name.encode("utf-8", "surrogateescape"))
        variables = globals_first + [v for v in self.graph.variables if v.kind == 2]
        self.bytes(number(len(variables)))
        for variable in variables:
            self.bytes(number(variable.kind) + text(variable.name) + text(self.types[variable.type].name)
                       + number(self.discover(variable.address)[0]))

    def blocks(self):
        """The queue grows while it is walked."""
        for extent_number, index in self.queue:
            extent = self.graph.extents[extent_number]
            self.used.add(extent.type)
            self.bytes(number(CLASSES[extent.segment]) + text(self.types[extent.type].name) + number(extent.count))
            self.block(extent, index)
        self.bytes(number(0))

    def type_entries(self):
        left = list(self.used)
        while left:
            entry = self.types[left.pop()]
            parts = ([entry.element] if entry.kind in (ARRAY, COMPLEX) else []) + [field.type for field in entry.fields]
            left += [part for part in parts if part not in self.used]
            self.used.update(parts)
        self.bytes(number(len(self.used)))
        for index in sorted(self.used):
            self.type_entry(self.types[index])

    def type_entry(self, entry):
        self.bytes(text(entry.name) + number(entry.kind) + number(entry.scalar) + text(self.types[entry.element].name)
                   + number(entry.count) + number(len(entry.fields)))
        for field in entry.fields:
            self.bytes(text(field.name) + text(self.types[field.type].name) + number(field.role) + number(field.bits)
                       + number(field.tag) + number(field.tag_field))
        self.bytes(number(len(entry.enumerators)))
        for name, value in entry.enumerators:
            self.bytes(text(name) + number(value))


def check_values(graph):
    check = Check(graph)
    for extent in graph.extents:
        for block in range(extent.blocks):
            check.block(extent, block)


def digest(graph):
    walk = Digest(graph)
    walk.bytes(text(graph.program))
    walk.frames()
    walk.variables()
    walk.blocks()
    walk.type_entries()
    return walk.hash.digest()
