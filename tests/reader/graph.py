# SPDX-License-Identifier: MIT
"""The graph of a checkpoint, read from format/msrck-format.md and format/msrck.x alone: extents, rows, frames, variables."""
import bisect
import hashlib
import zlib

import zstandard
from container import FEATURE_ZSTD, Damaged, Header, Xdr, read_sections
from type_table import ARRAY, SCALAR, STRUCT, VOID, TypeTable, order

GLOBAL, STACK, HEAP, FOREIGN, LITERAL, OPAQUE_BYTES = range(1, 7)
MOST_FUNCTIONS, MOST_MEMBERS, MOST_NOTES = 1048576, 65535, 1024
CHUNK_TARGET = 262144
ADDRESS_BOUND = 1 << 63


class Function:
    def __init__(self, cursor):
        self.name = cursor.name()
        self.points = cursor.many(8, lambda: (cursor.name(), cursor.u32()), MOST_MEMBERS)
        self.locals = cursor.many(8, lambda: (cursor.name(), cursor.u32()), MOST_MEMBERS)


class Frame:
    def __init__(self, cursor):
        self.function, self.point, self.live = cursor.u32(), cursor.u32(), cursor.u64()
        self.locals = cursor.many(8, cursor.u64, MOST_MEMBERS)


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
        self.types = self.read("TYPE", lambda c: TypeTable(c, self.header.pointer_width)).entries
        self.read("PROG", self.read_program)
        self.check_program()
        self.extents = self.read("EXTE", lambda c: c.many(24, lambda: Extent(c)))
        self.check_extents()
        self.number_extents()
        self.variables = self.read("VARS", lambda c: c.many(20, lambda: Variable(c)))
        self.check_variables()
        self.frames = self.read("FRAM", lambda c: c.many(20, lambda: Frame(c)))
        self.check_frames()
        self.notes = self.read("prov", self.read_notes) if self.find("prov") else []
        self.read_chunks()
        self.stored_digest = self.find("dgsT")[0].payload if self.find("dgsT") else None
        if self.stored_digest is not None and len(self.stored_digest) != 32:
            raise Damaged("dgsT: not 32 bytes")

    def find(self, tag):
        return [section for section in self.sections if section.tag == tag.encode()]

    def read(self, tag, decode):
        cursor = Xdr(self.find(tag)[0].payload, tag)
        result = decode(cursor)
        cursor.end()
        return result

    # ---- PROG, prov ----

    def read_program(self, cursor):
        self.program = cursor.name()
        self.fingerprint_at = cursor.position
        self.fingerprint = cursor.opaque(32)
        self.functions = cursor.many(12, lambda: Function(cursor), MOST_FUNCTIONS)
        self.targets = cursor.many(4, cursor.name, MOST_FUNCTIONS)

    def check_program(self):
        payload, at = self.find("PROG")[0].payload, self.fingerprint_at
        blank = payload[:at] + bytes(32) + payload[at + 32:]
        if hashlib.sha256(self.find("TYPE")[0].payload + blank).digest() != self.fingerprint:
            raise Damaged("PROG: the fingerprint is not that of the types and functions")
        names = [function.name for function in self.functions]
        if "" in names or len(set(names)) != len(names):
            raise Damaged("PROG: a function has no name, or that of another")
        targets = [order(target) for target in self.targets]
        if b"" in targets or any(a >= b for a, b in zip(targets, targets[1:])):
            raise Damaged("PROG: the targets have no names or do not ascend")
        for function in self.functions:
            if any(self.type(live).kind == ARRAY for _, live in function.points):
                raise Damaged("PROG: live variables cannot be of an array type")
            if any(self.type(declared).kind == VOID for _, declared in function.locals):
                raise Damaged("PROG: a local cannot be void")

    def read_notes(self, cursor):
        notes = cursor.many(8, lambda: (cursor.name(), cursor.name()), MOST_NOTES)
        if any(key == "" for key, _ in notes):
            raise Damaged("prov: a note has no key")
        return notes

    def type(self, number):
        if number >= len(self.types):
            raise Damaged(f"there is no type {number}")
        return self.types[number]

    # ---- EXTE ----

    def check_extents(self):
        for extent in self.extents:
            entry = self.type(extent.type)
            if not GLOBAL <= extent.segment <= OPAQUE_BYTES or entry.kind in (VOID, ARRAY):
                raise Damaged("EXTE: no such segment, or a type that no block has")
            if extent.blocks == 0 or (extent.count == 0 and not entry.flexible()):
                raise Damaged("EXTE: an extent is empty")
            if extent.segment >= LITERAL and (entry.kind != SCALAR or entry.width != 1):
                raise Damaged("EXTE: the elements of literals and handles must be bytes")
        keys = [(extent.segment, extent.type, extent.count) for extent in self.extents]
        if any(a >= b for a, b in zip(keys, keys[1:])):
            raise Damaged("EXTE: the extents do not ascend")

    def number_extents(self):
        base, self.bases = 1, []
        for extent in self.extents:
            entry = self.types[extent.type]
            flexible = entry.flexible() if entry.kind == STRUCT else None
            extent.block_leaves = (entry.leaves + extent.count * self.types[flexible.type].leaves if flexible
                                   else extent.count * entry.leaves)
            extent.base = base
            self.bases.append(base)
            base += extent.blocks * (extent.block_leaves + 1)
            if base >= ADDRESS_BOUND or extent.blocks * extent.count >= ADDRESS_BOUND:
                raise Damaged("EXTE: more than can be addressed")
        self.address_end = base
        if self.header.pointer_width != (4 if base - 1 < 1 << 32 else 8):
            raise Damaged("EXTE: the header has the wrong pointer width")

    # ---- VARS, FRAM ----

    def block_at(self, address):
        """The extent whose block begins at the address."""
        extent, _, leaf = self.locate(address)
        if leaf:
            raise Damaged(f"no block begins at canonical address {address}")
        return self.extents[extent]

    def holds(self, extent, declared):
        """Whether the block is one or several values of the declared type."""
        number, count = declared, 1
        while self.types[number].kind == ARRAY:
            count *= self.types[number].count
            number = self.types[number].element
        return number == extent.type and (bool(self.types[number].flexible()) or extent.count % count == 0)

    def check_variables(self):
        names = [variable.name for variable in self.variables if variable.kind == 1]
        if "" in names or len(set(names)) != len(names):
            raise Damaged("VARS: a global has no name, or that of another")
        for variable in self.variables:
            if variable.kind not in (1, 2) or self.type(variable.type).kind == VOID:
                raise Damaged(f"VARS: {variable.name} has an impossible kind or type")
            extent = self.block_at(variable.address)
            if (variable.kind == 1 and extent.segment != GLOBAL) or extent.segment >= LITERAL:
                raise Damaged(f"VARS: {variable.name}: its block is in the wrong segment")
            if not self.holds(extent, variable.type):
                raise Damaged(f"VARS: {variable.name}: its block is of another type")

    def check_frames(self):
        for frame in self.frames:
            if frame.function >= len(self.functions):
                raise Damaged("FRAM: no such function")
            function = self.functions[frame.function]
            if not 1 <= frame.point <= len(function.points) or len(frame.locals) != len(function.locals):
                raise Damaged(f"FRAM: {function.name}: no such point, or the wrong number of locals")
            live_type = function.points[frame.point - 1][1]
            if frame.live == 0 and live_type != 0:
                raise Damaged(f"FRAM: {function.name}: its live variables are missing")
            if frame.live:
                extent = self.block_at(frame.live)
                if extent.segment != STACK or extent.type != live_type or extent.count != 1:
                    raise Damaged(f"FRAM: {function.name}: its live variables are not those of the point")
            for (name, declared), address in zip(function.locals, frame.locals):
                if address and not (self.block_at(address).segment == STACK
                                    and self.holds(self.block_at(address), declared)):
                    raise Damaged(f"FRAM: {function.name}: local {name} is in the wrong segment or of another type")

    # ---- DATA ----

    def rows_expected(self, extent, part):
        """(rows, bytes of each)"""
        flexible = self.types[extent.type].flexible()
        if part == 1:
            return (extent.blocks * extent.count, self.types[flexible.type].width) if flexible else (0, 0)
        return extent.blocks * (1 if flexible else extent.count), self.types[extent.type].width

    def read_chunks(self):
        due = [(number, part) for number, extent in enumerate(self.extents) for part in (0, 1)
               if self.rows_expected(extent, part)[0]]
        for section in self.find("DATA"):
            cursor = Xdr(section.payload, f"DATA at {section.offset}")
            number, part, first, rows = cursor.u32(), cursor.u32(), cursor.u64(), cursor.u64()
            filter_id, codec, raw_length = cursor.u32(), cursor.u32(), cursor.u64()
            if not due or (number, part) != due[0]:
                raise Damaged(f"{cursor.what}: not the part of an extent that is due")
            extent = self.extents[number]
            total, width = self.rows_expected(extent, part)
            stored, coded = extent.parts[part], section.payload[cursor.position:]
            if rows == 0 or first * width != len(stored) or rows > total - first or raw_length != rows * width:
                raise Damaged(f"{cursor.what}: its rows do not follow those before")
            if (raw_length > CHUNK_TARGET and rows > 1) or len(coded) > raw_length:
                raise Damaged(f"{cursor.what}: too large")
            if codec == 2 and not self.header.must_understand & FEATURE_ZSTD:
                raise Damaged(f"{cursor.what}: the header does not announce zstd")
            stored += decode_chunk(coded, filter_id, codec, raw_length, width)
            if first + rows == total:
                due.pop(0)
        if due:
            raise Damaged("DATA: rows are missing")

    # ---- addresses ----

    def locate(self, address):
        """(extent number, block number, leaf) of a canonical address."""
        if address <= 0 or address >= self.address_end:
            raise Damaged(f"canonical address {address} is outside of every block")
        number = bisect.bisect_right(self.bases, address) - 1
        extent = self.extents[number]
        block, leaf = divmod(address - extent.base, extent.block_leaves + 1)
        return number, block, leaf


def inflate(data, most):
    machine = zlib.decompressobj()
    try:
        out = machine.decompress(data, most + 1)
    except zlib.error as problem:
        raise Damaged(f"DATA: {problem}") from problem
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
        try:
            out = zstandard.decompress(data, length)
        except (zstandard.ZstandardError, IndexError) as problem:
            raise Damaged(f"DATA: {problem}") from problem
        if len(out) != length:
            raise Damaged("DATA: the zstd frame does not give what it announced")
        return out
    raise Damaged(f"DATA: there is no codec {codec}")


def from_planes(planes, width, rows):
    raw = bytearray(width * rows)
    for column, plane in enumerate(planes):
        raw[column::width] = plane
    return bytes(raw)


def decode_chunk(data, filter_id, codec, length, width):
    if filter_id == 0:
        return uncode(data, codec, length)
    if filter_id > 2 or not 2 <= width <= 4096:
        raise Damaged(f"DATA: filter {filter_id} on rows of {width} bytes")
    rows = length // width
    if filter_id == 1:
        coded = uncode(data, codec, length)
        return from_planes([coded[k * rows:(k + 1) * rows] for k in range(width)], width, rows)
    return decode_split(data, codec, width, rows)


def decode_split(data, codec, width, rows):
    head = (width + 7) // 8
    bitmap = int.from_bytes(data[:head], "little")
    stored = [bool(bitmap >> k & 1) for k in range(width)]
    position, planes = head + rows * stored.count(True), [None] * width
    if len(data) < position or bitmap >> width:
        raise Damaged("DATA: the planes do not fit")
    rest = uncode(data[position:], codec, rows * stored.count(False)) if not all(stored) else b""
    if all(stored) and len(data) != position:
        raise Damaged("DATA: bytes behind the last plane")
    where = {True: (data, head), False: (rest, 0)}
    for k in range(width):
        source, at = where[stored[k]]
        planes[k] = source[at:at + rows]
        where[stored[k]] = (source, at + rows)
    return from_planes(planes, width, rows)
