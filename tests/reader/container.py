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
KNOWN_TAGS = (b"TYPE", b"PROG", b"EXTE", b"VARS", b"FRAM", b"DATA", b"INDX", b"prov", b"dgsT")
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
        return self.opaque(length).decode("utf-8", "surrogateescape")

    def many(self, smallest, read):
        count = self.u32()
        if count * smallest > len(self.data) - self.position:
            raise Damaged(f"{self.what}: {count} entries do not fit in the section")
        return [read() for _ in range(count)]

    def end(self):
        if self.position != len(self.data):
            raise Damaged(f"{self.what}: {len(self.data) - self.position} bytes behind its end")


class Header:
    def __init__(self, data):
        if len(data) < 8 or data[:8] != MAGIC:
            raise NotACheckpoint("the magic is not that of a checkpoint")
        if len(data) < HEADER:
            raise Damaged("truncated in the header")
        (self.major, self.minor, self.pointer_width, self.may_ignore, self.may_read,
         self.must_understand) = struct.unpack(">HHIQQQ", data[8:40])
        if zlib.crc32(data[:60]) != struct.unpack(">I", data[60:64])[0]:
            raise Damaged("the header's checksum does not match")
        if self.major != 1:
            raise Unsupported(f"format {self.major}.{self.minor}")
        if self.must_understand & ~FEATURE_ZSTD:
            raise Unsupported(f"features {self.must_understand:#x}")
        if self.pointer_width not in (4, 8) or any(data[40:60]):
            raise Damaged("the header is not well formed")


def read_section(data, offset):
    """The section whose head stands at the offset, and the offset behind it."""
    if len(data) - offset < HEAD:
        raise Damaged(f"offset {offset}: truncated in a section head")
    tag, reserved, length, payload_crc, head_crc = struct.unpack(">4sIQII", data[offset:offset + HEAD])
    if zlib.crc32(data[offset:offset + 20]) != head_crc:
        raise Damaged(f"offset {offset}: the section head's checksum does not match")
    if reserved != 0 or not tag.isalpha():
        raise Damaged(f"offset {offset}: the section head is not well formed")
    padded = length + -length % 8
    if padded > len(data) - offset - HEAD:
        raise Damaged(f"offset {offset}: section {tag.decode()} is truncated")
    payload = data[offset + HEAD:offset + HEAD + length]
    if zlib.crc32(payload) != payload_crc:
        raise Damaged(f"offset {offset}: section {tag.decode()}: its checksum does not match")
    if any(data[offset + HEAD + length:offset + HEAD + padded]):
        raise Damaged(f"offset {offset}: section {tag.decode()}: its padding is not zero")
    if tag not in KNOWN_TAGS and tag[:1].isupper():
        raise Unsupported(f"section {tag.decode()}")
    return Section(tag, offset, payload), offset + HEAD + padded


def read_sections(data):
    """All sections before the index, after comparing index and trailer with them."""
    offset, sections = HEADER, []
    while True:
        section, offset = read_section(data, offset)
        if section.tag == b"INDX":
            break
        sections.append(section)
    check_index(section, sections)
    check_trailer(data, offset, section, len(sections) + 1)
    return sections


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
