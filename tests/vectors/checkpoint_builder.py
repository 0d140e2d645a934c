# SPDX-License-Identifier: MIT
"""Checkpoints put together field by field after format/msrck-format.md, each field with a note that says what it is.

Nothing here reads a checkpoint, and nothing checks what it is told to write: wrong files are made by saying so.
"""
import hashlib
import struct
import zlib

MAGIC, END_MAGIC = b"\x89MCK\r\n\x1a\n", b"\x89MCKEND\n"
VOID, SCALAR, ENUM, POINTER, ARRAY, STRUCT, UNION, FUNCTION, COMPLEX, OPAQUE = range(10)
PLAIN, BITS, FLEXIBLE, SKIPPED = range(4)
GLOBAL, STACK, HEAP, FOREIGN, LITERAL, HANDLE = range(1, 7)


class Pieces(list):
    """Bytes with notes, in file order."""

    def raw(self, data, note=""):
        self.append((bytes(data), note))
        return self

    def number(self, width, value, note=""):
        return self.raw((value & (1 << 8 * width) - 1).to_bytes(width, "big"), note)

    def u32(self, value, note=""):
        return self.number(4, value, f"{note} {value}" if note else "")

    def u64(self, value, note=""):
        return self.number(8, value, f"{note} {value}" if note else "")

    def name(self, text, note):
        data = text if isinstance(text, bytes) else text.encode()
        if isinstance(text, str):
            note += f' "{text}"' if len(text) < 1000 else f" of {len(data)} bytes"
        return self.raw(struct.pack(">I", len(data)) + data + bytes(-len(data) % 4), note)

    def bytes(self):
        return b"".join(data for data, _ in self)

    def put(self, offset, data, note):
        """Replaces bytes: the pieces they lie in are joined, and the note says what happened."""
        before, start, index = 0, None, 0
        while index < len(self):
            end = before + len(self[index][0])
            if before <= offset < end:
                start = before
                while end < offset + len(data):
                    self[index] = (self[index][0] + self[index + 1][0], self[index][1])
                    del self[index + 1]
                    end = before + len(self[index][0])
                old, said = self[index]
                new = old[:offset - start] + data + old[offset - start + len(data):]
                self[index] = (new, f"{said}  <-- {note}")
                return self
            before, index = end, index + 1
        raise ValueError(f"no byte {offset}")


def field(name, type_, role=PLAIN, bits=0, tag=0, tag_field=0):
    return (name, type_, role, bits, tag, tag_field)


class Type:
    def __init__(self, kind, name, scalar=0, element=0, count=0, fields=(), enumerators=()):
        self.kind, self.name, self.scalar, self.element, self.count = kind, name, scalar, element, count
        self.fields, self.enumerators = list(fields), list(enumerators)


class Extent:
    """`leaves` are those of one block; `blocks` are Pieces with the rows of part 0, `trailing` those of part 1."""

    def __init__(self, segment, type_, count, leaves, blocks, trailing=()):
        self.segment, self.type, self.count, self.leaves = segment, type_, count, leaves
        self.blocks, self.trailing = list(blocks), list(trailing)
        self.said_blocks = len(self.blocks)


class Section:
    def __init__(self, tag, pieces, place=(0, 0, 0, 0)):
        self.tag, self.pieces, self.place = tag, Pieces(pieces), place
        self.length = self.crc = self.head_crc = None       # None: the right one
        self.reserved, self.padding, self.behind = 0, None, b""

    def lay_out(self, out):
        payload = self.pieces.bytes()
        length = len(payload) if self.length is None else self.length
        crc = zlib.crc32(payload) if self.crc is None else self.crc
        head = struct.pack(">4sIQI", self.tag, self.reserved, length, crc)
        out.raw(self.tag, f"section {self.tag.decode('latin-1')}").u32(self.reserved, "reserved").u64(length, "length")
        out.number(4, crc, "payload_crc")
        out.number(4, zlib.crc32(head) if self.head_crc is None else self.head_crc, "head_crc")
        out.extend(self.pieces)
        padding = bytes(-len(payload) % 8) if self.padding is None else self.padding
        if padding:
            out.raw(padding, "padding")
        if self.behind:
            out.raw(self.behind, "<-- bytes between two sections")


class Checkpoint:
    def __init__(self):
        self.major, self.minor, self.pointer_width, self.reserved, self.header_crc = 1, 0, 4, bytes(20), None
        self.may_ignore = self.may_read = self.must_understand = 0
        self.types, self.sort_types = [], True
        self.program, self.fingerprint, self.functions, self.targets = "vector", None, [], []
        self.extents, self.variables, self.frames, self.notes = [], [], [], []
        self.digest = None
        self.chunks = {}                # (extent, part): how its rows are coded; see chunk()
        self.change_sections = self.change_index = self.change_file = lambda pieces: None
        self.index_offset = self.file_length = self.section_count = self.trailer_crc = None
        self.end_magic = END_MAGIC

    # ---- references ----

    def ordered_types(self):
        types = list(self.types)
        if self.sort_types:
            types.sort(key=lambda entry: entry.name if isinstance(entry.name, bytes) else entry.name.encode())
        return types

    def id(self, type_):
        """Types are referred to by name, or by a number as it is."""
        if not isinstance(type_, str):
            return type_
        return 0 if type_ == "void" else 1 + [entry.name for entry in self.ordered_types()].index(type_)

    def address(self, extent, block=0, leaf=0):
        """Canonical address; `extent` is an index of self.extents."""
        base = 1 + sum(e.said_blocks * (e.leaves + 1) for e in self.extents[:extent])
        return base + block * (self.extents[extent].leaves + 1) + leaf

    # ---- sections ----

    def type_section(self):
        out = Pieces().u32(1 + len(self.types), "types:")
        for number, entry in enumerate([Type(VOID, "void")] + self.ordered_types()):
            out.u32(entry.kind, f"[{number}] kind").u32(entry.scalar, "scalar").name(entry.name, "name")
            out.u32(self.id(entry.element), "element").u64(entry.count, "count").u32(len(entry.fields), "fields:")
            for name, type_, role, bits, tag, tag_field in entry.fields:
                out.name(name, "field").u32(self.id(type_), "type").u32(role, "role").u32(bits, "bits")
                out.u64(tag, "tag").u32(tag_field, "tag_field")
            out.u32(len(entry.enumerators), "enumerators:")
            for name, value in entry.enumerators:
                out.name(name, "enumerator").u64(value, "value")
        return out

    def program_section(self, types):
        def make(fingerprint):
            out = Pieces().name(self.program, "program").raw(fingerprint, "fingerprint")
            out.u32(len(self.functions), "functions:")
            for name, points, local_names in self.functions:
                out.name(name, "function").u32(len(points), "points:")
                for label, live in points:
                    out.name(label, "label").u32(self.id(live), "live_type")
                out.u32(len(local_names), "locals:")
                for local, type_ in local_names:
                    out.name(local, "local").u32(self.id(type_), "type")
            out.u32(len(self.targets), "targets:")
            for target in self.targets:
                out.name(target, "target")
            return out
        right = hashlib.sha256(types.bytes() + make(bytes(32)).bytes()).digest()
        return make(right if self.fingerprint is None else self.fingerprint)

    def extent_section(self):
        out = Pieces().u32(len(self.extents), "extents:")
        for number, extent in enumerate(self.extents):
            out.u32(extent.segment, f"[{number}] segment").u32(self.id(extent.type), "type")
            out.u64(extent.count, "count").u64(extent.said_blocks, "blocks")
        return out

    def variable_section(self):
        out = Pieces().u32(len(self.variables), "variables:")
        for kind, name, type_, address in self.variables:
            out.u32(kind, "kind").name(name, "name").u32(self.id(type_), "type").u64(address, "address")
        return out

    def frame_section(self):
        out = Pieces().u32(len(self.frames), "frames:")
        for function, point, live, places in self.frames:
            out.u32(function, "function").u32(point, "point").u64(live, "live").u32(len(places), "locals:")
            for place in places:
                out.u64(place, "local at")
        return out

    def chunk(self, extent, part, first, count, rows):
        """A DATA section; self.chunks may give (filter, codec, coded bytes) or only change some numbers of the head."""
        how = self.chunks.get((extent, part), {})
        raw = rows.bytes()
        coded = Pieces().raw(how["coded"], how.get("note", "coded bytes")) if "coded" in how else rows
        out = Pieces().u32(how.get("extent", extent), "extent").u32(how.get("part", part), "part")
        out.u64(how.get("first_row", first), "first_row").u64(how.get("rows", count), "rows")
        out.u32(how.get("filter", 0), "filter").u32(how.get("codec", 0), "codec")
        out.u64(how.get("raw_length", len(raw)), "raw_length")
        out.extend(coded)
        return Section(b"DATA", out, (how.get("extent", extent), how.get("part", part), how.get("first_row", first),
                                      how.get("rows", count)))

    def data_sections(self):
        out = []
        for number, extent in enumerate(self.extents):
            flexible = bool(extent.trailing)
            for part, blocks, rows in ((0, extent.blocks, 1 if flexible else extent.count), (1, extent.trailing, extent.count)):
                if not blocks or rows == 0:
                    continue
                # Blocks whose first piece is marked begin a chunk of their own.
                groups = [[]]
                for block in blocks:
                    if block and block[0][1].startswith("[chunk]") and groups[-1]:
                        groups.append([])
                    groups[-1].append(block)
                first = 0
                for group in groups:
                    pieces = Pieces(piece for block in group for piece in block)
                    out.append(self.chunk(number, part, first, len(group) * rows, pieces))
                    first += len(group) * rows
        return out

    def sections(self):
        types = self.type_section()
        out = []
        if self.notes:
            notes = Pieces().u32(len(self.notes), "notes:")
            for key, value in self.notes:
                notes.name(key, "key").name(value, "value")
            out.append(Section(b"prov", notes))
        out += [Section(b"TYPE", types), Section(b"PROG", self.program_section(types)), Section(b"EXTE", self.extent_section()),
                Section(b"VARS", self.variable_section()), Section(b"FRAM", self.frame_section())]
        out += self.data_sections()
        if self.digest is not None:
            out.append(Section(b"dgsT", Pieces().raw(self.digest, "SHA-256 of the canonical graph")))
        return out

    # ---- the file ----

    def header(self):
        out = Pieces().raw(MAGIC, "magic").number(2, self.major, f"major {self.major}")
        out.number(2, self.minor, f"minor {self.minor}").u32(self.pointer_width, "pointer_width")
        out.u64(self.may_ignore, "may_ignore").u64(self.may_read, "may_read")
        out.u64(self.must_understand, "must_understand").raw(self.reserved, "reserved")
        crc = zlib.crc32(out.bytes()) if self.header_crc is None else self.header_crc
        return out.number(4, crc, "crc")

    def build(self):
        out, entries, sections = self.header(), [], self.sections()
        self.change_sections(sections)
        for section in sections:
            entries.append((section.tag, len(out.bytes()), len(section.pieces.bytes())) + section.place)
            section.lay_out(out)
        self.change_index(entries)
        index = Pieces().u32(len(entries), "entries:")
        for tag, offset, length, extent, part, first, rows in entries:
            index.raw(tag, "tag " + tag.decode("latin-1")).u64(offset, "offset").u64(length, "length").u32(extent, "extent")
            index.u32(part, "part").u64(first, "first_row").u64(rows, "rows")
        index_offset = len(out.bytes())
        Section(b"INDX", index).lay_out(out)
        length = len(out.bytes()) + 32
        trailer = Pieces().u64(index_offset if self.index_offset is None else self.index_offset, "index_offset")
        trailer.u64(length if self.file_length is None else self.file_length, "file_length")
        trailer.u32(len(entries) + 1 if self.section_count is None else self.section_count, "sections")
        crc = zlib.crc32(trailer.bytes()) if self.trailer_crc is None else self.trailer_crc
        out.extend(trailer.number(4, crc, "crc").raw(self.end_magic, "end magic"))
        self.change_file(out)
        return out
