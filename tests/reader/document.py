# SPDX-License-Identifier: MIT
"""A graph as the JSON document that schemas/README.md specifies for `msrck dump --json`."""
import json
import struct

from container import Damaged
from type_table import (ARRAY, COMPLEX, ENUM, FLEXIBLE, FUNCTION, OPAQUE, POINTER, SCALAR, SCALARS, STRUCT, UNION, VOID)

KINDS = ["void", "scalar", "enum", "pointer", "array", "struct", "union", "function", "complex", "opaque"]
ROLES = ["plain", "bits", "flexible", "skipped"]
SEGMENTS = [None, "global", "stack", "heap", "foreign", "literal", "opaque"]


class Raw(str):
    """Text that stands in the document as it is."""


def encode(value):
    """Compact ASCII JSON, keys in the order given."""
    if isinstance(value, Raw):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(encode(key) + ":" + encode(item) for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(encode(item) for item in value) + "]"
    if isinstance(value, str):
        return text(value)
    return json.dumps(value)


def text(value):
    out = []
    for character in value:
        code = 0xFFFD if 0xDC80 <= ord(character) <= 0xDCFF else ord(character)     # a byte that is no UTF-8
        if character in '"\\':
            out.append("\\" + character)
        elif 0x20 <= code <= 0x7E:
            out.append(character)
        elif code < 0x10000:
            out.append(f"\\u{code:04x}")
        else:
            code -= 0x10000
            out.append(f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}")
    return '"' + "".join(out) + '"'


def decimal(digits, exponent):
    """`digits` with the point after the first, times ten to the exponent, in the document's form."""
    if -4 <= exponent < 16:
        if exponent < 0:
            return "0." + "0" * (-exponent - 1) + digits
        whole = digits[:exponent + 1].ljust(exponent + 1, "0")
        return whole + "." + (digits[exponent + 1:] or "0")
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def same_float(a, b):
    try:
        return struct.pack(">f", a) == struct.pack(">f", b)
    except OverflowError:       # rounds to more than the largest float
        return False


def float_number(value):
    """The fewest digits that read back as binary32 and, by way of binary64, as binary32."""
    sign = "-" if struct.pack(">f", value)[0] & 0x80 else ""
    magnitude = abs(value)
    if magnitude == 0:
        return Raw(sign + "0.0")
    for precision in range(17):
        shown = f"{magnitude:.{precision}e}"
        if same_float(float(shown), magnitude):
            break
    mantissa, exponent = shown.split("e")
    return Raw(sign + decimal(mantissa.replace(".", "").rstrip("0") or "0", int(exponent)))


def long_double(data):
    bits = int.from_bytes(data, "big")
    sign = "-" if bits >> 127 else ""
    exponent, fraction = (bits >> 112) & 0x7FFF, bits & ((1 << 112) - 1)
    if exponent == 0x7FFF:
        return f"nan:0x{bits:032x}" if fraction else sign + "inf"
    if exponent == 0 and fraction == 0:
        return sign + "0x0p+0"
    first, power = (0, -16382) if exponent == 0 else (1, exponent - 16383)
    digits = f"{fraction:028x}".rstrip("0")
    return f"{sign}0x{first}{'.' + digits if digits else ''}p{power:+d}"


def floating(data):
    if len(data) == 16:
        return long_double(data)
    bits = int.from_bytes(data, "big")
    value = struct.unpack(">f" if len(data) == 4 else ">d", data)[0]
    if value != value:
        return f"nan:0x{bits:0{2 * len(data)}x}"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    return Raw(repr(value)) if len(data) == 8 else float_number(value)


def scalar(code, data):
    _, width, form = SCALARS[code]
    if form == "f":
        return floating(data)
    value = int.from_bytes(data, "big", signed=form == "i")
    if code == 1:
        return bool(value) if value < 2 else value
    return str(value) if width == 8 else value


class Document:
    def __init__(self, graph):
        self.graph = graph
        self.first_block, total = [], 1
        for extent in graph.extents:
            self.first_block.append(total)
            total += extent.blocks

    # ---- values ----

    def pointer(self, address):
        if address == 0:
            return None
        number, block, leaf = self.graph.locate(address)
        return {"block": str(self.first_block[number] + block), "leaf": str(leaf)}

    def array(self, number, count, data):
        entry = self.graph.types[number]
        if entry.kind == SCALAR and entry.scalar == 2:
            return bytes(data[:count]).rstrip(b"\0").decode("latin-1")
        width = entry.width
        return [self.value(number, data[i * width:(i + 1) * width]) for i in range(count)]

    def union(self, entry, data):
        active = int.from_bytes(data[:4], "big")
        if active == 0:
            return None
        if active > len(entry.fields):
            raise Damaged(f"union {entry.name}: member {active} is active")
        member = entry.fields[active - 1]
        width = self.graph.types[member.type].width
        return {member.name or f":{active - 1}": self.value(member.type, data[4:4 + width])}

    def fields(self, entry, data):
        result, position = {}, 0
        for index, field in enumerate(entry.fields):
            if field.role == FLEXIBLE:
                continue
            width = self.graph.types[field.type].width
            result[field.name or f":{index}"] = self.value(field.type, data[position:position + width])
            position += width
        return result

    def value(self, number, data):
        """Nesting of types is bounded by the format, so recursion over it is too."""
        entry = self.graph.types[number]
        if entry.kind == SCALAR or entry.kind == ENUM:
            return scalar(entry.scalar, data)
        if entry.kind in (POINTER, OPAQUE):
            return self.pointer(int.from_bytes(data, "big"))
        if entry.kind == FUNCTION:
            index = int.from_bytes(data, "big")
            if index > len(self.graph.targets):
                raise Damaged(f"function number {index} is beyond the targets of the file")
            return {"function": self.graph.targets[index - 1]} if index else None
        if entry.kind == ARRAY:
            return self.array(entry.element, entry.count, data)
        if entry.kind == COMPLEX:
            return self.array(entry.element, 2, data)
        if entry.kind == UNION:
            return self.union(entry, data)
        return self.fields(entry, data)

    def elements(self, extent, block):
        entry = self.graph.types[extent.type]
        flexible = entry.flexible() if entry.kind == STRUCT else None
        if flexible is None:
            size = extent.count * entry.width
            return self.array(extent.type, extent.count, extent.parts[0][block * size:(block + 1) * size])
        head = self.fields(entry, extent.parts[0][block * entry.width:(block + 1) * entry.width])
        size = extent.count * self.graph.types[flexible.type].width
        head[flexible.name] = self.array(flexible.type, extent.count, extent.parts[1][block * size:(block + 1) * size])
        return [head]

    # ---- parts of the document ----

    def format(self):
        header = self.graph.header
        return {"major": header.major, "minor": header.minor, "pointer_width": header.pointer_width,
                "may_ignore": str(header.may_ignore), "may_read": str(header.may_read),
                "must_understand": str(header.must_understand)}

    def program(self):
        functions = [{"name": f.name, "points": [{"label": label, "live_type": live} for label, live in f.points],
                      "locals": [{"name": name, "type": number} for name, number in f.locals]}
                     for f in self.graph.functions]
        return ('{"name":' + text(self.graph.program) + ',"fingerprint":' + text(self.graph.fingerprint.hex())
                + ',"functions":' + lines(functions) + ',"targets":' + encode(list(self.graph.targets)) + "}")

    def field(self, owner, field):
        result = {"name": field.name, "type": field.type, "role": ROLES[field.role]}
        if ROLES[field.role] == "bits":
            result["bits"] = field.bits
        if owner.kind == UNION:
            result["tag"] = str(field.tag)
        elif self.graph.types[field.type].kind == UNION:
            result["tag_field"] = field.tag_field - 1 if field.tag_field else None
        return result

    def types(self):
        for number, entry in enumerate(self.graph.types):
            row = {"id": number, "kind": KINDS[entry.kind], "name": "void" if entry.kind == VOID else entry.name}
            if entry.kind in (SCALAR, ENUM):
                row["scalar"] = SCALARS[entry.scalar][0]
            if entry.kind in (POINTER, ARRAY, COMPLEX):
                row["element"] = entry.element
            if entry.kind == ARRAY:
                row["count"] = str(entry.count)
            if entry.kind in (STRUCT, UNION):
                row["fields"] = [self.field(entry, field) for field in entry.fields]
            if entry.kind == ENUM:
                row["enumerators"] = [{"name": name, "value": str(value)} for name, value in entry.enumerators]
            yield row

    def frames(self):
        for frame in self.graph.frames:
            function = self.graph.functions[frame.function]
            yield {"function": frame.function, "name": function.name, "point": frame.point,
                   "label": function.points[frame.point - 1][0], "live": self.pointer(frame.live),
                   "locals": [self.pointer(address) for address in frame.locals]}

    def variables(self):
        for variable in self.graph.variables:
            yield {"kind": {1: "global", 2: "root"}[variable.kind], "name": variable.name, "type": variable.type,
                   "place": self.pointer(variable.address)}

    def extent(self, number, extent):
        head = {"segment": SEGMENTS[extent.segment], "type": extent.type, "count": str(extent.count)}
        blocks = ({"block": str(self.first_block[number] + block), "elements": self.elements(extent, block)}
                  for block in range(extent.blocks))
        return encode(head)[:-1] + ',"blocks":' + lines(blocks) + "}"

    def write(self, out):
        graph = self.graph
        out.write('{"schema":"msrck-dump","schema_version":1,\n"format":' + encode(self.format()))
        out.write(',\n"program":' + self.program())
        out.write(',\n"notes":' + lines({"key": key, "value": value} for key, value in graph.notes))
        out.write(',\n"types":' + lines(self.types()))
        out.write(',\n"variables":' + lines(self.variables()))
        out.write(',\n"frames":' + lines(self.frames()))
        extents = (Raw(self.extent(number, extent)) for number, extent in enumerate(graph.extents))
        out.write(',\n"extents":' + lines(extents) + "\n}\n")


def lines(items):
    """An array with each item on a line of its own; an empty one without a line break."""
    texts = [encode(item) for item in items]
    return "[\n" + ",\n".join(texts) + "]" if texts else "[]"
