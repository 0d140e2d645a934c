# SPDX-License-Identifier: MIT
"""The TYPE section, read from format/msrck-format.md alone: decoding, every rule of "Types", leaves and row widths."""
from container import Damaged, Unsupported

VOID, SCALAR, ENUM, POINTER, ARRAY, STRUCT, UNION, FUNCTION, COMPLEX, OPAQUE = range(10)
PLAIN, BITS, FLEXIBLE, SKIPPED = range(4)
MOST_TYPES = MOST_FIELDS = 65535
DEEPEST, WIDEST = 64, 1 << 56

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
        self.fields = cursor.many(32, lambda: Field(cursor), MOST_FIELDS)
        self.enumerators = cursor.many(12, lambda: (cursor.name(), cursor.i64()), MOST_FIELDS)
        self.leaves = self.width = self.wide = None      # wide: as width, were pointers of eight bytes
        self.nesting = 0
        # Whether values of the type are the same bytes whatever is around them: no pointers, no unions.
        self.plain = False

    def plain_fields(self):
        return [field for field in self.fields if field.role != FLEXIBLE]

    def flexible(self):
        return next((field for field in self.fields if field.role == FLEXIBLE), None)

    def is_integer(self):
        return self.kind == ENUM or (self.kind == SCALAR and SCALARS[self.scalar][2] != "f")


def order(text):
    """Byte order."""
    return text.encode("utf-8", "surrogateescape")


def printable(name):
    return all(ord(c) >= 0x20 and not 0x7F <= ord(c) < 0xA0 and not 0xD800 <= ord(c) < 0xE000 for c in name)


class TypeTable:
    def __init__(self, cursor, pointer_width):
        self.pointer_width = pointer_width
        self.entries = cursor.many(36, lambda: Type(cursor), MOST_TYPES)
        if not self.entries or self.entries[0].kind != VOID or self.entries[0].name != "void":
            raise Damaged("TYPE: entry 0 is not void")
        for number, entry in enumerate(self.entries):
            self.check_numbers(entry)
            if number > 0 and (entry.kind == VOID or entry.name == "void"):
                raise Damaged("TYPE: void stands twice")
            if number > 1 and order(self.entries[number - 1].name) >= order(entry.name):
                raise Damaged(f"TYPE: {entry.name} does not stand in the order of the names")
        for entry in self.entries:
            self.check(entry)
        self.measure_all()

    def check_numbers(self, entry):
        """Numbers this version does not have belong to a newer one; indices must be in the table."""
        if entry.kind > OPAQUE or (entry.scalar != 0 and entry.scalar not in SCALARS):
            raise Unsupported(f"kind {entry.kind} or scalar {entry.scalar} of {entry.name}")
        if any(field.role > SKIPPED for field in entry.fields):
            raise Unsupported(f"a role in {entry.name}")
        if any(number >= len(self.entries) for number in [entry.element] + [field.type for field in entry.fields]):
            raise Damaged(f"TYPE: {entry.name} refers to a type that is not there")

    # ---- rules of one entry ----

    def declared(self, entry):
        """The name that C declares a pointer or array type with."""
        left, right, depth = "", "", 0
        while entry.kind in (POINTER, ARRAY):
            depth += 1
            if depth > DEEPEST:
                raise Damaged("TYPE: pointers and arrays are nested too deep")
            element = self.entries[entry.element]
            if entry.kind == ARRAY:
                right += f"[{entry.count}]"
            elif element.kind == ARRAY:
                left, right = "(*" + left, right + ")"
            else:
                left = "*" + left
            entry = element
        base = entry.name
        if entry.kind == FUNCTION:
            base, left, right = "void", "(*" + left, right + ")(void)"
        return base + (" " if left or right else "") + left + right

    def right_name(self, entry):
        if entry.kind == SCALAR:
            return SCALARS[entry.scalar][0]
        if entry.kind == COMPLEX:
            part = self.entries[entry.element]
            return {13: "float _Complex", 14: "double _Complex", 15: "long double _Complex"}.get(
                part.scalar if part.kind == SCALAR else 0)
        if entry.kind == FUNCTION:
            return "void (*)(void)"
        return self.declared(entry) if entry.kind in (POINTER, ARRAY) else entry.name

    def check(self, entry):
        composite = entry.kind in (STRUCT, UNION)
        if ((entry.element and entry.kind not in (POINTER, ARRAY, COMPLEX)) or (entry.count and entry.kind != ARRAY)
                or (entry.fields and not composite) or (entry.enumerators and entry.kind != ENUM)
                or (entry.kind in (SCALAR, ENUM)) != (entry.scalar != 0)):
            raise Damaged(f"TYPE: {entry.name} has what its kind has no use for")
        if not entry.name or not printable(entry.name):
            raise Damaged("TYPE: a name is empty or not printable")
        if entry.name != self.right_name(entry):
            raise Damaged(f"TYPE: {entry.name} is not the name of what it stands for")
        if entry.kind == ENUM and entry.scalar not in (7, 11):
            raise Damaged(f"TYPE: {entry.name} is an enum of neither int nor long long")
        names = [name for name, _ in entry.enumerators]
        if any(not name or not printable(name) for name in names):
            raise Damaged(f"TYPE: an enumerator of {entry.name} has no printable name")
        for field in entry.fields:
            self.check_field(entry, field)
            names.append(field.name or self.entries[field.type].name)
        if len(set(names)) != len(names) or (composite and not entry.fields):
            raise Damaged(f"TYPE: names in {entry.name} are missing or stand twice")
        if entry.kind == UNION and len({field.tag for field in entry.fields}) != len(entry.fields):
            raise Damaged(f"TYPE: two members of {entry.name} have the same tag")

    def check_field(self, entry, field):
        target = self.entries[field.type]
        where = f"TYPE: {entry.name}.{field.name}"
        if not printable(field.name) or (not field.name and (target.kind != UNION or entry.kind != STRUCT)):
            raise Damaged(f"{where}: no printable name")
        if field.role == SKIPPED or (entry.kind == UNION and field.role != PLAIN):
            raise Damaged(f"{where}: its role does not belong there")
        if (entry.kind == STRUCT and field.tag) or (field.bits != 0) != (field.role == BITS):
            raise Damaged(f"{where}: a tag or a width in bits does not belong there")
        if field.tag_field == 0:
            return
        if entry.kind != STRUCT or target.kind != UNION or field.tag_field > len(entry.fields):
            raise Damaged(f"{where}: its tag field does not belong there")
        tag = entry.fields[field.tag_field - 1]
        if tag.role not in (PLAIN, BITS) or not self.entries[tag.type].is_integer():
            raise Damaged(f"{where}: its tag field is no integer")

    # ---- leaves and widths ----

    def parts(self, entry):
        if entry.kind in (ARRAY, COMPLEX):
            return [entry.element]
        return [field.type for field in entry.fields]

    def measure_all(self):
        """Parts before wholes, with an explicit stack."""
        for first in range(len(self.entries)):
            stack, active = [first], set()
            while stack:
                number = stack[-1]
                entry = self.entries[number]
                missing = [part for part in self.parts(entry) if self.entries[part].leaves is None]
                if entry.leaves is None and missing:
                    if number in active:
                        raise Damaged(f"TYPE: {entry.name} contains itself")
                    active.add(number)
                    stack += missing
                    continue
                stack.pop()
                if entry.leaves is None:
                    self.measure(entry)

    def measure(self, entry):
        parts = [self.entries[part] for part in self.parts(entry)]
        if any(part.kind == VOID or part.flexible() for part in parts):
            raise Damaged(f"TYPE: {entry.name} contains void or a struct with a flexible array member by value")
        if any(part.kind == UNION for part in parts) and (entry.kind != STRUCT or entry.flexible()
                                                          and self.entries[entry.flexible().type].kind == UNION):
            raise Damaged(f"TYPE: {entry.name} contains a union without a struct around it")
        if entry.kind != COMPLEX and parts:
            entry.nesting = max(part.nesting for part in parts) + 1
        if entry.nesting > DEEPEST:
            raise Damaged(f"TYPE: {entry.name} is nested too deep")
        if entry.kind == ARRAY and entry.count == 0:
            raise Damaged(f"TYPE: {entry.name} is an array of no elements")
        if entry.flexible() and (entry.fields[-1].role != FLEXIBLE or len(entry.fields) < 2
                                 or len(entry.plain_fields()) != len(entry.fields) - 1):
            raise Damaged(f"TYPE: {entry.name}: a flexible array member is the last of at least two")
        for field in entry.fields:
            self.check_bits(entry, field)
        entry.plain = entry.kind not in (POINTER, FUNCTION, OPAQUE, UNION) and all(part.plain for part in parts)
        entry.leaves, entry.width = self.size(entry, self.pointer_width, "width")
        entry.wide = self.size(entry, 8, "wide")[1]
        if entry.wide > WIDEST:
            raise Damaged(f"TYPE: {entry.name} takes more than 2^56 bytes")

    def check_bits(self, entry, field):
        target = self.entries[field.type]
        if field.role == BITS and (not target.is_integer()
                                   or field.bits > (1 if target.scalar == 1 else 8 * SCALARS[target.scalar][1])):
            raise Damaged(f"TYPE: {entry.name}.{field.name}: no such bit-field")

    def size(self, entry, pointer_width, width):
        """(leaves, bytes of a row), from what the attribute `width` says of its parts"""
        if entry.kind == VOID:
            return 0, 0
        if entry.kind in (SCALAR, ENUM):
            return 1, SCALARS[entry.scalar][1]
        if entry.kind in (POINTER, FUNCTION, OPAQUE):
            return 1, pointer_width
        if entry.kind in (ARRAY, COMPLEX):
            count = 2 if entry.kind == COMPLEX else entry.count
            element = self.entries[entry.element]
            return count * element.leaves, count * getattr(element, width)
        members = [self.entries[field.type] for field in entry.plain_fields()]
        if entry.kind == UNION:
            return max(m.leaves for m in members), 4 + max(getattr(m, width) for m in members)
        return sum(m.leaves for m in members), sum(getattr(m, width) for m in members)
