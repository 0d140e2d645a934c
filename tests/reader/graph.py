# SPDX-License-Identifier: MIT
"""The graph of a checkpoint, read from format/msrck-format.md and format/msrck.x alone: types, extents, rows, frames, variables."""
import bisect
import zlib

import zstandard
from container import Damaged, Header, Unsupported, Xdr, read_sections

VOID, SCALAR, ENUM, POINTER, ARRAY, STRUCT, UNION, FUNCTION, COMPLEX, OPAQUE = range(10)
PLAIN, BITS, FLEXIBLE = 0, 1, 2
GLOBAL, STACK, HEAP, FOREIGN, LITERAL, OPAQUE_BYTES = range(1, 7)

# (name, canonical width in bytes, "i" signed, "u" unsigned, "b" bit pattern, "f" floating)
SCALARS = {
    1: ("_Bool", 1, "u"), 2: ("char", 1, "b"), 3: ("signed char", 1, "i"), 4: ("unsigned char", 1, "u"),
    5: ("short", 2, "i"), 6: ("unsigned short", 2, "u"), 7: ("int", 4, "i"), 8: ("unsigned int", 4, "u"),
    9: ("long", 8, "i"), 10: ("unsigned long", 8, "u"), 11: ("long long", 8, "i"), 12: ("unsigned long long", 8, "u"),
    13: ("float", 4, "f"), 14: ("double", 8, "f"), 15: ("long double", 16, "f"), 16: ("wchar_t", 4, "b"),
    17: ("char16_t", 2, "u"), 18: ("char32_t", 4, "u"), 19: ("int8_t", 1, "i"), 20: ("uint8_t", 1, "u"),
    21: ("int16_t", 2, "i"), 22: ("uint16_t", 2, "u"), 23: ("int32_t", 4, "i"), 24: ("uint32_t", 4, "u"),
    25: ("int64_t", 8, "i"), 26: ("uint64_t", 8, "u"), 27: ("size_t", 8, "u"), 28: ("ssize_t", 8, "i"),
    29: ("ptrdiff_t", 8, "i"), 30: ("intptr_t", 8, "i"), 31: ("uintptr_t", 8, "u"), 32: ("intmax_t", 8, "i"),
    33: ("uintmax_t", 8, "u"), 34: ("time_t", 8, "i"), 35: ("off_t", 8, "i"), 36: ("clock_t", 8, "i")}


class Field:
    def __init__(self, cursor):
        self.name, self.type, self.role = cursor.name(), cursor.u32(), cursor.u32()
        self.bits, self.tag, self.tag_field = cursor.u32(), cursor.i64(), cursor.u32()


class Type:
    def __init__(self, cursor):
        self.kind, self.scalar, self.name = cursor.u32(), cursor.u32(), cursor.name()
        self.element, self.count = cursor.u32(), cursor.u64()
        self.fields = cursor.many(32, lambda: Field(cursor))
        self.enumerators = cursor.many(12, lambda: (cursor.name(), cursor.i64()))
        self.leaves = self.width = None

    def plain_fields(self):
        return [field for field in self.fields if field.role != FLEXIBLE]

    def flexible(self):
        return next((field for field in self.fields if field.role == FLEXIBLE), None)


class Function:
    def __init__(self, cursor):
        self.name = cursor.name()
        self.points = cursor.many(8, lambda: (cursor.name(), cursor.u32()))
        self.locals = cursor.many(8, lambda: (cursor.name(), cursor.u32()))


class Frame:
    def __init__(self, cursor):
        self.function, self.point, self.live = cursor.u32(), cursor.u32(), cursor.u64()
        self.locals = cursor.many(8, cursor.u64)


class Variable:
    def __init__(self, cursor):
        self.kind, self.name, self.type, self.address = cursor.u32(), cursor.name(), cursor.u32(), cursor.u64()


class Extent:
    def __init__(self, cursor):
        self.segment, self.type, self.count, self.blocks = cursor.u32(), cursor.u32(), cursor.u64(), cursor.u64()
        self.base = self.block_leaves = 0
        self.parts = {0: bytearray(), 1: bytearray()}


class Graph:
    """A whole checkpoint in memory."""

    def __init__(self, data):
        self.header = Header(data)
        self.sections = read_sections(data)
        self.types = self.read("TYPE", self.read_types)
        self.measure_types()
        self.read("PROG", self.read_program)
        self.extents = self.read("EXTE", lambda c: c.many(24, lambda: Extent(c)))
        self.number_extents()
        self.variables = self.read("VARS", lambda c: c.many(20, lambda: Variable(c)))
        self.frames = self.read("FRAM", lambda c: c.many(20, lambda: Frame(c)))
        self.notes = self.read("prov", lambda c: c.many(8, lambda: (c.name(), c.name()))) if self.find("prov") else []
        self.read_chunks()

    def find(self, tag):
        return [section for section in self.sections if section.tag == tag.encode()]

    def read(self, tag, decode):
        found = self.find(tag)
        if len(found) != 1:
            raise Damaged(f"{len(found)} sections {tag}")
        cursor = Xdr(found[0].payload, tag)
        result = decode(cursor)
        cursor.end()
        return result

    def read_types(self, cursor):
        return cursor.many(36, lambda: Type(cursor))

    def read_program(self, cursor):
        self.program, self.fingerprint = cursor.name(), cursor.opaque(32)
        self.functions = cursor.many(12, lambda: Function(cursor))
        self.targets = cursor.many(4, cursor.name)

    # ---- types ----

    def measure_types(self):
        """Leaves and row widths, children before parents, with an explicit stack."""
        stack, active = list(range(len(self.types))), set()
        while stack:
            number = stack[-1]
            entry = self.types[number]
            missing = [] if entry.leaves is not None else [
                child for child in self.contained(entry) if self.types[child].leaves is None]
            if missing:
                if number in active:
                    raise Damaged(f"TYPE: {entry.name} contains itself")
                active.add(number)
                stack += missing
                continue
            stack.pop()
            if entry.leaves is None:
                entry.leaves, entry.width = self.measure(entry)

    def contained(self, entry):
        if entry.kind in (ARRAY, COMPLEX):
            return [self.check_type(entry.element)]
        if entry.kind in (STRUCT, UNION):
            return [self.check_type(field.type) for field in entry.fields]
        if entry.kind > OPAQUE:
            raise Unsupported(f"type kind {entry.kind}")
        return []

    def check_type(self, number):
        if number >= len(self.types):
            raise Damaged(f"TYPE: no type {number}")
        return number

    def measure(self, entry):
        if entry.kind == VOID:
            return 0, 0
        if entry.kind in (SCALAR, ENUM):
            return 1, SCALARS[entry.scalar][1]
        if entry.kind in (POINTER, FUNCTION, OPAQUE):
            return 1, self.header.pointer_width
        if entry.kind in (ARRAY, COMPLEX):
            count = 2 if entry.kind == COMPLEX else entry.count
            element = self.types[entry.element]
            return count * element.leaves, count * element.width
        members = [self.types[field.type] for field in entry.plain_fields()]
        if entry.kind == UNION:
            return (max((m.leaves for m in members), default=0), 4 + max((m.width for m in members), default=0))
        return sum(m.leaves for m in members), sum(m.width for m in members)

    # ---- extents ----

    def number_extents(self):
        base, self.bases = 1, []
        for extent in self.extents:
            entry = self.types[self.check_type(extent.type)]
            flexible = entry.flexible() if entry.kind == STRUCT else None
            extent.block_leaves = (entry.leaves + extent.count * self.types[flexible.type].leaves if flexible
                                   else extent.count * entry.leaves)
            extent.base = base
            self.bases.append(base)
            base += extent.blocks * (extent.block_leaves + 1)
        self.address_end = base

    def rows_expected(self, extent, part):
        flexible = self.types[extent.type].flexible()
        if part == 1:
            return (extent.blocks * extent.count, self.types[flexible.type].width) if flexible else (0, 0)
        return extent.blocks * (1 if flexible else extent.count), self.types[extent.type].width

    def read_chunks(self):
        for section in self.find("DATA"):
            cursor = Xdr(section.payload, f"DATA at {section.offset}")
            number, part, first, rows = cursor.u32(), cursor.u32(), cursor.u64(), cursor.u64()
            filter_id, codec, raw_length = cursor.u32(), cursor.u32(), cursor.u64()
            if number >= len(self.extents) or part > 1:
                raise Damaged(f"{cursor.what}: no such extent or part")
            extent = self.extents[number]
            _, width = self.rows_expected(extent, part)
            stored = extent.parts[part]
            if first * width != len(stored) or raw_length != rows * width:
                raise Damaged(f"{cursor.what}: its rows do not follow those before")
            stored += decode_chunk(section.payload[cursor.position:], filter_id, codec, raw_length, width)
        for extent in self.extents:
            for part in (0, 1):
                rows, width = self.rows_expected(extent, part)
                if len(extent.parts[part]) != rows * width:
                    raise Damaged("DATA: rows are missing")

    # ---- addresses ----

    def locate(self, address):
        """(extent number, block number, leaf) of a canonical address."""
        if address <= 0 or address >= self.address_end:
            raise Damaged(f"canonical address {address} is outside the graph")
        number = bisect.bisect_right(self.bases, address) - 1
        extent = self.extents[number]
        block, leaf = divmod(address - extent.base, extent.block_leaves + 1)
        return number, block, leaf


def inflate(data, most):
    machine = zlib.decompressobj()
    out = machine.decompress(data, most + 1)
    if not machine.eof or machine.unused_data or len(out) != most:
        raise Damaged("DATA: the zlib stream does not give what was announced")
    return out


def uncode(data, codec, length):
    if codec == 0:
        if len(data) != length:
            raise Damaged("DATA: a stored chunk has another length than announced")
        return data
    if codec == 1:
        return inflate(data, length)
    if codec == 2:
        out = zstandard.decompress(data, length)
        if len(out) != length:
            raise Damaged("DATA: the zstd frame does not give what was announced")
        return out
    raise Unsupported(f"codec {codec}")


def from_planes(planes, width, rows):
    raw = bytearray(width * rows)
    for column, plane in enumerate(planes):
        raw[column::width] = plane
    return bytes(raw)


def decode_chunk(data, filter_id, codec, length, width):
    if filter_id == 0:
        return uncode(data, codec, length)
    rows = length // width
    if filter_id == 1:
        coded = uncode(data, codec, length)
        return from_planes([coded[k * rows:(k + 1) * rows] for k in range(width)], width, rows)
    if filter_id != 2:
        raise Unsupported(f"filter {filter_id}")
    head = (width + 7) // 8
    stored = [bool(data[k // 8] >> (k % 8) & 1) for k in range(width)]
    position, planes = head, [None] * width
    for k in range(width):
        if stored[k]:
            planes[k] = data[position:position + rows]
            position += rows
    rest = uncode(data[position:], codec, rows * stored.count(False))
    for index, k in enumerate(k for k in range(width) if not stored[k]):
        planes[k] = rest[index * rows:(index + 1) * rows]
    return from_planes(planes, width, rows)
