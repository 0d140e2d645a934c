#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A second reader of checkpoints, written from format/msrck-format.md and format/msrck.x alone. Prints what schemas/README.md
says `msrck dump --json` prints, byte for byte.

usage: read_checkpoint.py FILE
"""
import json
import struct
import sys
import zlib

SCALARS = [
    None, "_Bool", "char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long",
    "unsigned long", "long long", "unsigned long long", "float", "double", "long double", "wchar_t", "char16_t", "char32_t",
    "int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "uint32_t", "int64_t", "uint64_t", "size_t", "ssize_t", "ptrdiff_t",
    "intptr_t", "uintptr_t", "intmax_t", "uintmax_t", "time_t", "off_t", "clock_t"]
WIDTHS = [0, 1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 8, 4, 8, 16, 4, 2, 4, 1, 1, 2, 2, 4, 4] + [8] * 12
SIGNED = {"signed char", "short", "int", "long", "long long", "int8_t", "int16_t", "int32_t", "int64_t", "ssize_t",
          "ptrdiff_t", "intptr_t", "intmax_t", "time_t", "off_t", "clock_t"}
KINDS = ["void", "scalar", "enum", "pointer", "array", "struct", "union", "function", "complex", "opaque"]
ROLES = ["plain", "bits", "flexible", "skipped"]
SEGMENTS = [None, "global", "stack", "heap", "foreign", "literal", "opaque"]


class Xdr:
    """A cursor over XDR bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        assert self.at + size <= len(self.data), "short"
        self.at += size
        return self.data[self.at - size:self.at]

    def uint(self):
        return struct.unpack(">I", self.take(4))[0]

    def uhyper(self):
        return struct.unpack(">Q", self.take(8))[0]

    def hyper(self):
        return struct.unpack(">q", self.take(8))[0]

    def text(self):
        size = self.uint()
        value = self.take(size)
        assert self.take(-size % 4) == bytes(-size % 4)
        return value.decode("utf-8")

    def list(self, item):
        return [item() for _ in range(self.uint())]

    def end(self):
        assert self.at == len(self.data), "bytes left"


def read_sections(data):
    """Header facts and sections (tag, payload), with everything about the container checked."""
    assert data[:8] == b"\x89MCK\r\n\x1a\n", "magic"
    major, minor, width, ignore, read, must = struct.unpack(">HHIQQQ", data[8:40])
    assert data[40:60] == bytes(20) and zlib.crc32(data[:60]) == struct.unpack(">I", data[60:64])[0]
    index_offset, length, count, crc = struct.unpack(">QQII", data[-32:-8])
    assert data[-8:] == b"\x89MCKEND\n" and length == len(data) and zlib.crc32(data[-32:-12]) == crc
    at, sections = 64, []
    while at < len(data) - 32:
        tag, reserved, size, payload_crc, head_crc = struct.unpack(">4sIQII", data[at:at + 24])
        assert reserved == 0 and zlib.crc32(data[at:at + 20]) == head_crc
        payload = data[at + 24:at + 24 + size]
        assert len(payload) == size and zlib.crc32(payload) == payload_crc
        assert data[at + 24 + size:at + 24 + size + -size % 8] == bytes(-size % 8)
        sections.append((tag.decode("ascii"), payload, at))
        at += 24 + size + -size % 8
    assert at == len(data) - 32 and len(sections) == count and sections[-1][0] == "INDX" and sections[-1][2] == index_offset
    format_ = {"major": major, "minor": minor, "pointer_width": width, "may_ignore": str(ignore), "may_read": str(read),
               "must_understand": str(must)}
    return format_, sections


def read_types(payload):
    xdr = Xdr(payload)

    def field():
        return dict(zip(("name", "type", "role", "bits", "tag", "tag_field"),
                        (xdr.text(), xdr.uint(), xdr.uint(), xdr.uint(), xdr.hyper(), xdr.uint())))

    def entry():
        return dict(zip(("kind", "scalar", "name", "element", "count", "fields", "enumerators"),
                        (KINDS[xdr.uint()], xdr.uint(), xdr.text(), xdr.uint(), xdr.uhyper(), xdr.list(field),
                         xdr.list(lambda: (xdr.text(), xdr.hyper())))))

    types = xdr.list(entry)
    xdr.end()
    return types


class Checkpoint:
    def __init__(self, data):
        self.format, sections = read_sections(data)
        self.pointer = self.format["pointer_width"]
        by_tag = {tag: payload for tag, payload, _ in sections if tag != "DATA"}
        self.types = read_types(by_tag["TYPE"])
        self.read_program(by_tag["PROG"])
        self.read_graph(by_tag)
        self.number_extents()
        self.rows = {}
        for tag, payload, _ in sections:
            if tag == "DATA":
                self.read_chunk(payload)

    def read_program(self, payload):
        xdr = Xdr(payload)
        self.program, self.fingerprint = xdr.text(), xdr.take(32).hex()
        self.functions = xdr.list(lambda: (xdr.text(), xdr.list(lambda: (xdr.text(), xdr.uint())),
                                           xdr.list(lambda: (xdr.text(), xdr.uint()))))
        self.targets = xdr.list(xdr.text)
        xdr.end()

    def read_graph(self, sections):
        xdr = Xdr(sections["EXTE"])
        self.extents = xdr.list(lambda: (xdr.uint(), xdr.uint(), xdr.uhyper(), xdr.uhyper()))
        xdr.end()
        xdr = Xdr(sections["VARS"])
        self.variables = xdr.list(lambda: (xdr.uint(), xdr.text(), xdr.uint(), xdr.uhyper()))
        xdr.end()
        xdr = Xdr(sections["FRAM"])
        self.frames = xdr.list(lambda: (xdr.uint(), xdr.uint(), xdr.uhyper(), xdr.list(xdr.uhyper)))
        xdr.end()
        xdr = Xdr(sections.get("prov", bytes(4)))
        self.notes = xdr.list(lambda: (xdr.text(), xdr.text()))
        xdr.end()

    # ---- What follows from the types ----

    def flexible(self, type_):
        fields = self.types[type_]["fields"]
        return fields[-1]["type"] if fields and fields[-1]["role"] == 2 else None

    def leaves(self, type_):
        entry = self.types[type_]
        kind = entry["kind"]
        if kind == "array":
            return entry["count"] * self.leaves(entry["element"])
        if kind == "struct":
            return sum(self.leaves(f["type"]) for f in entry["fields"] if f["role"] < 2)
        if kind == "union":
            return max(self.leaves(f["type"]) for f in entry["fields"])
        return 2 if kind == "complex" else 1

    def width(self, type_):
        entry = self.types[type_]
        kind = entry["kind"]
        if kind in ("scalar", "enum"):
            return WIDTHS[entry["scalar"]]
        if kind == "array":
            return entry["count"] * self.width(entry["element"])
        if kind == "struct":
            return sum(self.width(f["type"]) for f in entry["fields"] if f["role"] < 2)
        if kind == "union":
            return 4 + max(self.width(f["type"]) for f in entry["fields"])
        return 2 * self.width(entry["element"]) if kind == "complex" else self.pointer

    def number_extents(self):
        self.places, address, block = [], 1, 1
        for _, type_, count, blocks in self.extents:
            trailing = self.flexible(type_)
            leaves = self.leaves(type_) + count * self.leaves(trailing) if trailing is not None else count * self.leaves(type_)
            self.places.append((address, leaves, block))
            address += blocks * (leaves + 1)
            block += blocks
        self.end = address

    # ---- Rows ----

    def read_chunk(self, payload):
        extent, part, first, rows, filter_, codec, raw_length = struct.unpack(">IIQQIIQ", payload[:40])
        data = payload[40:]
        if codec == 1:
            data = zlib.decompress(data)
        else:
            assert codec == 0, "codec"
        assert len(data) == raw_length
        _, type_, _, _ = self.extents[extent]
        width = self.width(self.flexible(type_) if part else type_)
        assert raw_length == rows * width
        if filter_ == 1:
            planes = data
            data = bytearray(raw_length)
            for byte in range(width):
                data[byte::width] = planes[byte * rows:(byte + 1) * rows]
        known = self.rows.setdefault((extent, part), bytearray())
        assert len(known) == first * width, "rows out of order"
        known += data

    # ---- Values ----

    def place(self, address):
        if address == 0:
            return None
        for (base, leaves, block), (_, _, _, blocks) in zip(self.places, self.extents):
            if base <= address < base + blocks * (leaves + 1):
                return {"block": str(block + (address - base) // (leaves + 1)), "leaf": str((address - base) % (leaves + 1))}
        return {"address": str(address)}

    def scalar(self, name, data):
        if name == "float":
            return Float(data, 9, ">f")
        if name == "double":
            return Float(data, 17, ">d")
        if name == "long double":
            return binary128(data)
        value = int.from_bytes(data, "big", signed=name in SIGNED)
        if name == "_Bool" and value < 2:
            return value == 1
        return str(value) if len(data) == 8 else value

    def array(self, type_, count, data):
        width = self.width(type_)
        if self.types[type_]["kind"] == "scalar" and SCALARS[self.types[type_]["scalar"]] == "char":
            return bytes(data).rstrip(b"\0").decode("latin-1")
        return [self.value(type_, data[i * width:(i + 1) * width]) for i in range(count)]

    def value(self, type_, data, trailing=None):
        entry = self.types[type_]
        kind = entry["kind"]
        if kind in ("scalar", "enum"):
            return self.scalar(SCALARS[entry["scalar"]], data)
        if kind in ("pointer", "opaque"):
            return self.place(int.from_bytes(data, "big"))
        if kind == "function":
            number = int.from_bytes(data, "big")
            return {"function": self.targets[number - 1]} if number else None
        if kind == "array":
            return self.array(entry["element"], entry["count"], data)
        if kind == "complex":
            half = len(data) // 2
            return [self.value(entry["element"], data[:half]), self.value(entry["element"], data[half:])]
        if kind == "union":
            return self.union(entry, data)
        result, at = {}, 0
        for index, field in enumerate(entry["fields"]):
            name = field["name"] or ":%d" % index
            if field["role"] == 2:
                result[name] = self.array(field["type"], *trailing)
            elif field["role"] < 2:
                width = self.width(field["type"])
                result[name] = self.value(field["type"], data[at:at + width])
                at += width
        return result

    def union(self, entry, data):
        ordinal = int.from_bytes(data[:4], "big")
        if ordinal == 0:
            return None
        member = entry["fields"][ordinal - 1]
        width = self.width(member["type"])
        assert data[4 + width:] == bytes(len(data) - 4 - width)
        return {member["name"]: self.value(member["type"], data[4:4 + width])}

    def elements(self, extent, block):
        _, type_, count, _ = self.extents[extent]
        width, rows = self.width(type_), self.rows[extent, 0]
        flexible = self.flexible(type_)
        if flexible is None:
            return self.array(type_, count, rows[block * count * width:(block + 1) * count * width])
        size = count * self.width(flexible)
        trailing = self.rows.get((extent, 1), b"")[block * size:(block + 1) * size]
        return [self.value(type_, rows[block * width:(block + 1) * width], (count, trailing))]


class Float:
    """A float or double by its bits."""

    def __init__(self, data, digits, code):
        self.data, self.digits, self.code = bytes(data), digits, code

    def same(self, value):
        try:
            return struct.pack(self.code, value) == self.data
        except OverflowError:
            return False

    def text(self):
        value = struct.unpack(self.code, self.data)[0]
        if value != value:
            return '"nan:0x%s"' % self.data.hex()
        if value in (float("inf"), float("-inf")):
            return '"%s"' % value
        if self.code == ">d":
            return repr(value)
        # The fewest digits that read back: the nearest such decimal, or its neighbour away from zero.
        for digits in range(1, self.digits + 1):
            for candidate in decimals(value, digits):
                if self.same(candidate):
                    return repr(candidate)
        raise AssertionError(value)


def decimals(value, digits):
    mantissa, exponent = ("%.*e" % (digits - 1, value)).split("e")
    yield float("%se%s" % (mantissa, exponent))
    scaled = int(mantissa.replace(".", ""))
    step = -1 if mantissa.startswith("-") else 1
    yield float("%de%d" % (scaled + step, int(exponent) - digits + 1))


def binary128(data):
    data = bytes(data)
    bits = int.from_bytes(data, "big")
    sign, exponent, fraction = "-" if bits >> 127 else "", bits >> 112 & 0x7fff, bits & (1 << 112) - 1
    if exponent == 0x7fff:
        return "nan:0x" + data.hex() if fraction else sign + "inf"
    if exponent == 0 and fraction == 0:
        return sign + "0x0p+0"
    digits = ("%028x" % fraction).rstrip("0")
    return "%s0x%d%s%sp%+d" % (sign, exponent != 0, "." if digits else "", digits, exponent - 16383 if exponent else -16382)


# ---- Writing ----

def compact(value):
    if isinstance(value, Float):
        return value.text()
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(k) + ":" + compact(v) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    # Python leaves DEL as it is.
    return json.dumps(value).replace("\n", "\\n") if not isinstance(value, str) else string(value)


def string(text):
    out = []
    for unit in text.encode("utf-16-be", "surrogatepass").hex(" ", 2).split() if text else []:
        code = int(unit, 16)
        out.append("\\" + chr(code) if code in (0x22, 0x5c) else chr(code) if 0x20 <= code < 0x7f else "\\u%04x" % code)
    return '"' + "".join(out) + '"'


def lines(items):
    return "[" + ",".join("\n" + item for item in items) + "]"


def type_json(checkpoint, number):
    entry = checkpoint.types[number]
    out = {"id": number, "kind": entry["kind"], "name": entry["name"]}
    kind = entry["kind"]
    if kind in ("scalar", "enum"):
        out["scalar"] = SCALARS[entry["scalar"]]
    if kind in ("pointer", "array", "complex"):
        out["element"] = entry["element"]
    if kind == "array":
        out["count"] = str(entry["count"])
    if kind in ("struct", "union"):
        out["fields"] = [field_json(checkpoint, field, kind) for field in entry["fields"]]
    if kind == "enum":
        out["enumerators"] = [{"name": name, "value": str(value)} for name, value in entry["enumerators"]]
    return out


def field_json(checkpoint, field, owner):
    out = {"name": field["name"], "type": field["type"], "role": ROLES[field["role"]]}
    if field["role"] == 1:
        out["bits"] = field["bits"]
    if owner == "union":
        out["tag"] = str(field["tag"])
    elif checkpoint.types[field["type"]]["kind"] == "union":
        out["tag_field"] = field["tag_field"] - 1 if field["tag_field"] else None
    return out


def frame_json(checkpoint, frame):
    function, point, live, local_places = frame
    name, points, _ = checkpoint.functions[function]
    return {"function": function, "name": name, "point": point, "label": points[point - 1][0], "live": checkpoint.place(live),
            "locals": [checkpoint.place(place) for place in local_places]}


def function_json(function):
    return {"name": function[0], "points": [{"label": label, "live_type": live} for label, live in function[1]],
            "locals": [{"name": name, "type": type_} for name, type_ in function[2]]}


def extent_json(checkpoint, index):
    segment, type_, count, blocks = checkpoint.extents[index]
    first = checkpoint.places[index][2]
    head = compact({"segment": SEGMENTS[segment], "type": type_, "count": str(count)})[:-1]
    return head + ',"blocks":' + lines(compact({"block": str(first + i), "elements": checkpoint.elements(index, i)})
                                       for i in range(blocks)) + "}"


def document(checkpoint):
    c = checkpoint
    functions = lines(compact(function_json(f)) for f in c.functions)
    parts = [
        '{"schema":"msrck-dump","schema_version":1', '"format":' + compact(c.format),
        '"program":{"name":%s,"fingerprint":"%s","functions":%s,"targets":%s}' % (
            compact(c.program), c.fingerprint, functions, compact(c.targets)),
        '"notes":' + lines(compact({"key": key, "value": value}) for key, value in c.notes),
        '"types":' + lines(compact(type_json(c, i)) for i in range(len(c.types))),
        '"variables":' + lines(compact({"kind": ["global", "root"][kind - 1], "name": name, "type": type_, "place": c.place(place)})
                               for kind, name, type_, place in c.variables),
        '"frames":' + lines(compact(frame_json(c, frame)) for frame in c.frames),
        '"extents":' + lines(extent_json(c, i) for i in range(len(c.extents)))]
    return ",\n".join(parts) + "\n}\n"


def main():
    with open(sys.argv[1], "rb") as file:
        sys.stdout.write(document(Checkpoint(file.read())))


if __name__ == "__main__":
    main()
