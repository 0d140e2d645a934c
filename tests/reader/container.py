# SPDX-License-Identifier: MIT
"""The container of a checkpoint file, read from format/msrck-format.md alone: header, sections, index, trailer.

Everything that the specification says MUST hold is checked; a violation raises Damaged, Unsupported or NotACheckpoint.
"""
import struct
import zlib

MAGIC = b"\x89MCK\r\n\x1a\n"
END_MAGIC = b"\x89MCKEND\n"
HEADER = 64
HEAD = 24
TRAILER = 32
ORDER = (b"TYPE", b"PROG", b"EXTE", b"VARS", b"FRAM", b"DATA", b"INDX")
FEATURE_ZSTD = 1


class Damaged(Exception):
    """The file contradicts the specification or a checksum."""


class Unsupported(Exception):
    """A checkpoint that needs a newer reader."""


class NotACheckpoint(Exception):
    """Not a checkpoint at all."""


class Section:
    def __init__(self, tag, offset, payload):
        self.tag, self.offset, self.payload = tag, offset, payload


class Xdr:
    """Bounded cursor over XDR bytes."""

    def __init__(self, data, what):
        self.data, self.position, self.what = data, 0, what

    def take(self, length):
        if length > len(self.data) - self.position:
            raise Damaged(f"{self.what}: ends within a value")
        self.position += length
        return self.data[self.position - length:self.position]

    def u32(self):
        return struct.unpack(">I", self.take(4))[0]

    def u64(self):
        return struct.unpack(">Q", self.take(8))[0]

    def i64(self):
        return struct.unpack(">q", self.take(8))[0]

    def opaque(self, length):
        data = self.take(length)
        if any(self.take(-length % 4)):
            raise Damaged(f"{self.what}: padding is not zero")
        return data

    def name(self):
        length = self.u32()
        if length > 4096:
            raise Damaged(f"{self.what}: a name of {length} bytes")
        data = self.opaque(length)
        if any(byte < 0x20 or byte == 0x7F for byte in data):
            raise Damaged(f"{self.what}: a name has control characters")
        return data.decode("utf-8", "surrogateescape")

    def many(self, smallest, read, most=16777216):
        count = self.u32()
        if count > most or count * smallest > len(self.data) - self.position:
            raise Damaged(f"{self.what}: {count} entries do not fit in the section")
        return [read() for _ in range(count)]

    def end(self):
        if self.position != len(self.data):
            raise Damaged(f"{self.what}: {len(self.data) - self.position} bytes behind its end")


# What transfers as text make of the magic.
TEXT_DAMAGE = (b"\x89MCK\n\x1a\n", b"\x89MCK\r\r\n\x1a", b"\x89MCK\r\n\x1a\r", b"\x89MCK\r\x1a\r", b"\tMCK", b"\xc2\x89MCK",
               b"\xef\xbf\xbdMCK")


class Header:
    def __init__(self, data):
        if data.startswith(TEXT_DAMAGE):
            raise Damaged("the file was transferred in text mode")
        if not data or data[:8] != MAGIC[:len(data)]:
            raise NotACheckpoint("the magic is not that of a checkpoint")
        if len(data) < HEADER:
            raise Damaged("truncated in the header")
        (self.major, self.minor, self.pointer_width, self.may_ignore, self.may_read,
         self.must_understand) = struct.unpack(">HHIQQQ", data[8:40])
        if zlib.crc32(data[:60]) != struct.unpack(">I", data[60:64])[0]:
            raise Damaged("the header's checksum does not match")
        if self.major == 0:
            raise Damaged("format version 0 does not exist")
        if self.major != 1:
            raise Unsupported(f"format {self.major}.{self.minor}")
        if self.must_understand & ~FEATURE_ZSTD:
            raise Unsupported(f"features {self.must_understand:#x}")
        if self.pointer_width not in (4, 8) or (self.minor == 0 and any(data[40:60])):
            raise Damaged("the header is not well formed")


def read_section(data, offset):
    """The section whose head stands at the offset, and the offset behind it."""
    if len(data) - offset < HEAD:
        raise Damaged(f"offset {offset}: truncated in a section head")
    tag, reserved, length, payload_crc, head_crc = struct.unpack(">4sIQII", data[offset:offset + HEAD])
    if zlib.crc32(data[offset:offset + 20]) != head_crc:
        raise Damaged(f"offset {offset}: the section head's checksum does not match")
    if reserved != 0 or not tag.isalpha() or length >> 63:
        raise Damaged(f"offset {offset}: the section head is not well formed")
    padded = length + -length % 8
    if padded > len(data) - offset - HEAD:
        raise Damaged(f"offset {offset}: section {tag.decode()} is truncated")
    payload = data[offset + HEAD:offset + HEAD + length]
    if zlib.crc32(payload) != payload_crc:
        raise Damaged(f"offset {offset}: section {tag.decode()}: its checksum does not match")
    if any(data[offset + HEAD + length:offset + HEAD + padded]):
        raise Damaged(f"offset {offset}: section {tag.decode()}: its padding is not zero")
    return Section(tag, offset, payload), offset + HEAD + padded


def read_sections(data):
    """All sections before the index, after comparing index and trailer with them."""
    offset, sections, stage = HEADER, [], 0
    while True:
        section, offset = read_section(data, offset)
        stage = next_stage(stage, section, {earlier.tag for earlier in sections})
        if section.tag == b"INDX":
            break
        sections.append(section)
    check_index(section, sections)
    check_trailer(data, offset, section, len(sections) + 1)
    return sections


def next_stage(stage, section, before):
    """What may come behind the section: the number of TYPE to FRAM that are read, then DATA or INDX."""
    tag = section.tag
    if tag[:1].islower():
        if tag in (b"prov", b"dgsT") and (tag in before or stage != (0 if tag == b"prov" else 5)):
            raise Damaged(f"offset {section.offset}: section {tag.decode()} is out of place")
        return stage
    if tag not in ORDER:
        raise Unsupported(f"section {tag.decode()}")
    place = ORDER.index(tag)
    if min(place, 5) != stage or (tag == b"DATA" and b"dgsT" in before):
        raise Damaged(f"offset {section.offset}: section {tag.decode()} is out of place")
    return min(stage + 1, 5)


def check_index(index, sections):
    cursor = Xdr(index.payload, "INDX")
    entries = cursor.many(44, lambda: (cursor.opaque(4), cursor.u64(), cursor.u64(), cursor.u32(), cursor.u32(),
                                       cursor.u64(), cursor.u64()))
    cursor.end()
    if len(entries) != len(sections):
        raise Damaged(f"INDX: lists {len(entries)} sections, the file has {len(sections)}")
    for entry, section in zip(entries, sections):
        expected = (section.tag, section.offset, len(section.payload)) + chunk_place(section)
        if entry != expected:
            raise Damaged(f"INDX: its entry for offset {section.offset} does not match the section")


def chunk_place(section):
    """(extent, part, first row, rows) of a DATA section; zeros for others."""
    if section.tag != b"DATA":
        return (0, 0, 0, 0)
    cursor = Xdr(section.payload, "DATA")
    return (cursor.u32(), cursor.u32(), cursor.u64(), cursor.u64())


def check_trailer(data, offset, index, count):
    if len(data) - offset < TRAILER:
        raise Damaged(f"offset {offset}: truncated in the trailer")
    index_offset, file_length, sections, crc = struct.unpack(">QQII", data[offset:offset + 24])
    if zlib.crc32(data[offset:offset + 20]) != crc:
        raise Damaged("the trailer's checksum does not match")
    if data[offset + 24:offset + 32] != END_MAGIC:
        raise Damaged("the end mark is missing")
    if index_offset != index.offset or file_length != len(data) or sections != count:
        raise Damaged("the trailer does not match the file")
    if len(data) != offset + TRAILER:
        raise Damaged("bytes behind the end mark")
