# SPDX-License-Identifier: MIT
"""Checkpoints that every reader must read, for ever."""
import struct

from checkpoint_builder import (ARRAY, BITS, COMPLEX, ENUM, FLEXIBLE, FOREIGN, FUNCTION, GLOBAL, HANDLE, HEAP, LITERAL, OPAQUE, POINTER,
                                SCALAR, STACK, STRUCT, UNION, Checkpoint, Extent, Pieces, Section, Type, field)
from vector_parts import CHAR, INT, NODE, NODE_POINTER, one_int, ring, single, two_ints, vector, words

ZLIB_PLANES = ("78da636018e28091899985958d9d83938b9b87978f5f4050485844544c5c42524a5a46564e5e4151495945554d5d43534b5b47574fdfc0d0c8"
               "d8c4d4ccdcc2d2cadac6d6ce1e00aba007e1")
ZLIB_192_ZEROS = "78da636018da000000c00001"
RING_DIGEST = "398c03ce0fe62041bae10dbf36e5598f937ea0ef8e2571391c8ad8dc9e921146"


@vector("Nothing but the program's name: no types, blocks, variables or frames.")
def good_empty():
    return Checkpoint()


@vector("One global int, 42.")
def good_int():
    return one_int()


@vector("A global pointer to a ring of two heap nodes: sharing and a cycle. A program writes exactly these bytes (tests/reader).")
def good_ring():
    made = ring()
    made.program = "tiny_program"
    # For literals and handles; every program's table has them.
    made.types += [CHAR, Type(SCALAR, "unsigned char", 4)]
    return made


SCALARS = ["_Bool", "char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long", "unsigned long",
           "long long", "unsigned long long", "float", "double", "long double", "wchar_t", "char16_t", "char32_t", "int8_t", "uint8_t",
           "int16_t", "uint16_t", "int32_t", "uint32_t", "int64_t", "uint64_t", "size_t", "ssize_t", "ptrdiff_t", "intptr_t", "uintptr_t",
           "intmax_t", "uintmax_t", "time_t", "off_t", "clock_t"]
WIDTHS = [1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 8, 4, 8, 16, 4, 2, 4, 1, 1, 2, 2, 4, 4] + [8] * 12


@vector("A struct with a member of each of the 36 scalar types.")
def good_scalars():
    rows = Pieces()
    for number, (name, width) in enumerate(zip(SCALARS, WIDTHS)):
        if name == "_Bool":
            rows.raw(b"\1", name)
        elif name == "float":
            rows.raw(struct.pack(">f", 0.1), "float 0.1")
        elif name == "double":
            rows.raw(struct.pack(">d", -1e300), "double -1e300")
        elif name == "long double":
            rows.raw(bytes.fromhex("3fff8000000000000000000000000000"), "long double 1.5")
        else:
            rows.number(width, -1 - number, name)
    entries = [Type(SCALAR, name, number + 1) for number, name in enumerate(SCALARS)]
    whole = Type(STRUCT, "struct all", fields=[field(f"m{number}", name) for number, name in enumerate(SCALARS)])
    return single(entries + [whole], "struct all", 1, 36, rows)


@vector("Floating numbers at their edges: zeros, subnormals, infinities, NaNs with payload, numbers with long decimals; complex ones.")
def good_floats():
    floats = ["00000000", "80000000", "00000001", "7f7fffff", "7f800000", "ff800000", "7fc12345", "ffa00001", "3dcccccd", "4b189680"]
    doubles = ["0000000000000000", "8000000000000001", "7fefffffffffffff", "fff0000000000000", "7ff8000000000001", "3fb999999999999a",
               "4341c37937e08000", "3f1a36e2eb1c432d"]
    quads = ["0" * 32, "8" + "0" * 31, "00000000000000000000000000000001", "7fff" + "0" * 28, "7fff8000000000000000000000000001",
             "bfff4000000000000000000000000000"]
    rows = Pieces()
    for hexadecimal in floats + doubles + quads + ["3f8000003fc00000", "3ff00000000000004000000000000000"]:
        rows.raw(bytes.fromhex(hexadecimal), {8: "float", 16: "double", 32: "long double"}[len(hexadecimal)])
    entries = [Type(SCALAR, "float", 13), Type(SCALAR, "double", 14), Type(SCALAR, "long double", 15),
               Type(COMPLEX, "float _Complex", element="float"), Type(COMPLEX, "double _Complex", element="double"),
               Type(ARRAY, f"float [{len(floats)}]", element="float", count=len(floats)),
               Type(ARRAY, f"double [{len(doubles)}]", element="double", count=len(doubles)),
               Type(ARRAY, f"long double [{len(quads)}]", element="long double", count=len(quads)),
               Type(STRUCT, "struct floats", fields=[
                   field("f", f"float [{len(floats)}]"), field("d", f"double [{len(doubles)}]"),
                   field("l", f"long double [{len(quads)}]"), field("cf", "float _Complex"), field("cd", "double _Complex")])]
    return single(entries, "struct floats", 1, len(floats) + len(doubles) + len(quads) + 4, rows)


@vector("Bit-fields, signed and not, a _Bool of one bit, enums of int and of long long.")
def good_bits_and_enums():
    rows = Pieces().number(4, -4, "bits a:3 = -4").u32(7, "bits b:3 =").raw(b"\1", "bits c:1 = true")
    rows.number(4, -1, "colour -1").u64(1 << 40, "wide")
    entries = [INT, Type(SCALAR, "unsigned int", 8), Type(SCALAR, "_Bool", 1),
               Type(ENUM, "enum colour", 7, enumerators=[("RED", 0), ("NONE", -1)]),
               Type(ENUM, "enum wide", 11, enumerators=[("FAR", 1 << 40)]),
               Type(STRUCT, "struct flags", fields=[field("a", "int", BITS, 3), field("b", "unsigned int", BITS, 3),
                                                   field("c", "_Bool", BITS, 1), field("colour", "enum colour"),
                                                   field("wide", "enum wide")])]
    return single(entries, "struct flags", 1, 5, rows)


@vector("Tagged unions, named and anonymous: each member active once, and none; members of different widths, one a pointer.")
def good_unions():
    entries = [INT, Type(SCALAR, "double", 14), Type(POINTER, "struct box *", element="struct box"),
               Type(UNION, "union content", fields=[field("i", "int", tag=0), field("d", "double", tag=1),
                                                   field("box", "struct box *", tag=-5)]),
               Type(UNION, "union (anonymous)", fields=[field("x", "int", tag=7)]),
               Type(STRUCT, "struct box", fields=[field("tag", "int"), field("content", "union content", tag_field=1),
                                                 field("", "union (anonymous)", tag_field=1)])]
    made = single(entries, "struct box", 4, 12, Pieces())
    rows = made.extents[0].blocks[0]

    def box(tag, ordinal, member, other):
        rows.number(4, tag, f"tag {tag}").u32(ordinal, "member").raw(member.ljust(8, b"\0"), "its row, zeros behind")
        rows.u32(other, "anonymous: member").number(4, 9 if other else 0, "its row")
    box(0, 1, struct.pack(">i", -3), 0)
    box(1, 2, struct.pack(">d", 2.5), 0)
    box(-5, 3, struct.pack(">I", made.address(0, 0, 3)), 0)
    box(7, 0, b"", 1)
    made.types.append(Type(ARRAY, "struct box [4]", element="struct box", count=4))
    made.variables = [(1, "boxes", "struct box [4]", 1)]
    return made


@vector("A struct with a flexible array member, with no trailing elements and with three.")
def good_flexible():
    made = Checkpoint()
    text = Type(STRUCT, "struct text", fields=[field("length", "int"), field("bytes", "char", FLEXIBLE)])
    made.types = [INT, CHAR, text, Type(POINTER, "struct text *", element="struct text"),
                  Type(ARRAY, "struct text *[2]", element="struct text *", count=2)]
    made.extents = [Extent(GLOBAL, "struct text *", 2, 2, [Pieces()]),
                    Extent(HEAP, "struct text", 0, 1, [Pieces().u32(0, "length")], [Pieces()]),
                    Extent(HEAP, "struct text", 3, 4, [Pieces().u32(3, "length")], [Pieces().raw(b"abc", "trailing elements")])]
    made.extents[0].blocks[0].u32(made.address(1), "address").u32(made.address(2), "address")
    made.variables = [(1, "texts", "struct text *[2]", 1)]
    return made


@vector("Pointers to functions, by name, and NULL.")
def good_functions():
    made = single([Type(FUNCTION, "void (*)(void)")], "void (*)(void)", 3, 3,
                  Pieces().u32(2, "function").u32(0, "NULL:").u32(1, "function"))
    made.types.append(Type(ARRAY, "void (*[3])(void)", element="void (*)(void)", count=3))
    made.variables = [(1, "actions", "void (*[3])(void)", 1)]
    made.targets = ["close", "open"]
    return made


@vector("Opaque handles: the bytes they were saved as, and a NULL.")
def good_handles():
    made = Checkpoint()
    made.types = [Type(OPAQUE, "struct lock *"), Type(SCALAR, "unsigned char", 4), Type(ARRAY, "struct lock * [2]", element="struct lock *",
                                                                                       count=2)]
    made.extents = [Extent(GLOBAL, "struct lock *", 2, 2, [Pieces()]),
                    Extent(HANDLE, "unsigned char", 5, 5, [Pieces().raw(b"\0lock", "bytes of the handle")])]
    made.extents[0].blocks[0].u32(made.address(1), "handle: address").u32(0, "NULL:")
    made.variables = [(1, "locks", "struct lock * [2]", 1)]
    return made


@vector("Two frames, innermost first: live variables, address-taken locals (one not alive), points with and without label.")
def good_frames():
    made = Checkpoint()
    made.types = [INT, Type(POINTER, "int *", element="int"), Type(ARRAY, "int [2]", element="int", count=2),
                  Type(STRUCT, "struct live", fields=[field("i", "int"), field("p", "int *")])]
    made.functions = [("main", [("after walk", "void")], []),
                      ("walk", [("", "void"), ("entry", "struct live")], [("pair", "int [2]"), ("gone", "int")])]
    made.extents = [Extent(STACK, "int", 2, 2, [words(5, 6)]), Extent(STACK, "struct live", 1, 2, [Pieces()])]
    made.extents[1].blocks[0].u32(3, "i").u32(made.address(0, 0, 1), "p: address")
    made.frames = [(1, 2, made.address(1), [made.address(0), 0]), (0, 1, 0, [])]
    return made


@vector("Pointers to a string literal, to a plain malloc block, into an array, one past its end, to an array, and a void * to a node.")
def good_pointers():
    made = Checkpoint()
    made.types = [INT, CHAR, NODE, NODE_POINTER, Type(ARRAY, "int [3]", element="int", count=3),
                  Type(POINTER, "char *", element="char"), Type(POINTER, "int *", element="int"),
                  Type(POINTER, "int (*)[3]", element="int [3]"), Type(POINTER, "void *", element="void"),
                  Type(STRUCT, "struct all", fields=[field("text", "char *"), field("inside", "int *"), field("end", "int *"),
                                                    field("rows", "int (*)[3]"), field("any", "void *"), field("none", "void *")])]
    made.extents = [Extent(GLOBAL, "struct all", 1, 6, [Pieces()]), Extent(HEAP, "struct node", 1, 2, [Pieces()]),
                    Extent(FOREIGN, "int", 6, 6, [words(0, 1, 2, 3, 4, 5)]),
                    Extent(LITERAL, "char", 3, 3, [Pieces().raw(b"hi\0", "characters")])]
    made.extents[0].blocks[0].u32(made.address(3), "text").u32(made.address(2, 0, 4), "inside").u32(made.address(2, 0, 6), "end")
    made.extents[0].blocks[0].u32(made.address(2, 0, 3), "rows").u32(made.address(1), "any").u32(0, "none")
    made.extents[1].blocks[0].u32(8, "value").u32(made.address(1, 0, 2), "next: one past the node's own end,")
    made.variables = [(1, "all", "struct all", 1)]
    return made


@vector("Roots that a program collected one by one: in their order, with the same name twice and without one.")
def good_roots():
    made = Checkpoint()
    made.types = [INT]
    made.extents = [Extent(GLOBAL, "int", 1, 1, [words(1)]), Extent(HEAP, "int", 1, 1, [words(2), words(3), words(4)])]
    made.variables = [(2, "b", "int", made.address(1, 2)), (1, "g", "int", 1), (2, "b", "int", made.address(1, 0)),
                      (2, "", "int", made.address(1, 1))]
    return made


@vector("Blocks that nothing points to: they are listed, and change nothing about the digest.")
def good_unreachable():
    made = one_int()
    made.extents.append(Extent(HEAP, "int", 1, 1, [words(7), words(8)]))
    return made


def numbers():
    return single([INT, Type(ARRAY, "int [64]", element="int", count=64)], "int", 64, 64, words(*range(64)), "int [64]")


@vector("Filter planes, codec zlib.")
def good_zlib():
    made = numbers()
    made.chunks[0, 0] = {"filter": 1, "codec": 1, "coded": bytes.fromhex(ZLIB_PLANES), "note": "zlib stream of the planes"}
    return made


@vector("Filter none, codec zlib.")
def good_zlib_unfiltered():
    made = single([CHAR, Type(ARRAY, "char [192]", element="char", count=192)], "char", 192, 192, Pieces().raw(bytes(192)), "char [192]")
    made.chunks[0, 0] = {"codec": 1, "coded": bytes.fromhex(ZLIB_192_ZEROS), "note": "zlib stream of zeros"}
    return made


@vector("Filter split: the plane of the low bytes is stored, the others are coded with zlib.")
def good_split():
    made = numbers()
    made.chunks[0, 0] = {"filter": 2, "codec": 1, "coded": b"\x08" + bytes(range(64)) + bytes.fromhex(ZLIB_192_ZEROS),
                         "note": "bitmap, plane 3, zlib stream of planes 0 to 2"}
    return made


@vector("Filter planes without compression: codec none.")
def good_planes_stored():
    made = single([Type(SCALAR, "short", 5), Type(ARRAY, "short [16]", element="short", count=16)], "short", 16, 16,
                  Pieces().raw(bytes(range(32)), "shorts"), "short [16]")
    made.chunks[0, 0] = {"filter": 1, "codec": 0, "coded": bytes(range(0, 32, 2)) + bytes(range(1, 32, 2)), "note": "two planes"}
    return made


@vector("Codec zstd: a frame of one repeated byte. The header announces zstd.")
def good_zstd():
    made = single([CHAR, Type(ARRAY, "char [200]", element="char", count=200)], "char", 200, 200, Pieces().raw(b"z" * 200), "char [200]")
    frame = bytes.fromhex("28b52ffd20c8") + struct.pack("<I", 200 << 3 | 1 << 1 | 1)[:3] + b"z"
    made.chunks[0, 0] = {"codec": 2, "coded": frame, "note": "zstd frame"}
    made.must_understand = 1
    return made


@vector("The rows of one extent in three chunks.")
def good_chunks():
    made = Checkpoint()
    made.types = [INT]
    made.extents = [Extent(HEAP, "int", 1, 1, [words(1), Pieces().raw(b"\0\0\0\2", "[chunk] int 2"), words(3),
                                              Pieces().raw(b"\0\0\0\4", "[chunk] int 4")])]
    made.variables = [(2, "r", "int", made.address(0, b)) for b in range(4)]
    return made


@vector("Unknown ancillary sections in every place they may stand; readers skip them.")
def good_unknown_sections():
    made = two_ints()

    def insert(sections):
        for number, tag in enumerate((b"abcd", b"xyzW", b"note", b"note", b"last")):
            sections.insert(2 * number if number < 4 else len(sections), Section(tag, Pieces().raw(b"unknown"[:number + 3], "anything")))
    made.change_sections = insert
    return made


@vector("A newer minor version, which uses reserved bytes of the header for something that older readers need not know.")
def good_newer_minor():
    made = one_int()
    made.minor, made.reserved = 9, bytes(16) + b"news"
    return made


@vector("Feature bits that a reader may ignore.")
def good_may_ignore():
    made = one_int()
    made.may_ignore = 0x8000000000000001
    return made


@vector("Feature bits that a reader may ignore for everything but restoring: a program refuses to resume from it.")
def good_may_read():
    made = one_int()
    made.may_read = 0x40
    return made


@vector("Provenance, a section that may be left out.")
def good_provenance():
    made = one_int()
    made.notes = [("producer", "hand"), ("empty", ""), ("host", "Zürich")]
    return made


@vector("The digest of the graph, stored.")
def good_digest():
    made = ring()
    made.digest = bytes.fromhex(RING_DIGEST)
    return made


@vector("A type that no block has, a function that no frame is in, a target that no pointer has: tables may say more than is used.")
def good_unused_entries():
    made = one_int()
    made.types.append(Type(STRUCT, "struct späť", fields=[field("ď", "int")]))
    made.functions, made.targets = [("idle", [("p", "void")], [("n", "int")])], ["f"]
    return made


@vector("Arrays of arrays, pointers to arrays, arrays of pointers to arrays and to functions: names as C declares them, addresses of inner arrays.")
def good_declarators():
    made = Checkpoint()
    cells = Type(ARRAY, "int [3][2]", element="int [2]", count=3)
    row_pointer = Type(POINTER, "int (*)[2]", element="int [2]")
    steps = Type(ARRAY, "void (*[2])(void)", element="void (*)(void)", count=2)
    pair = Type(POINTER, "int (*(*)[2])[2]", element="int (*[2])[2]")
    made.types = [INT, Type(ARRAY, "int [2]", element="int", count=2), cells, row_pointer, Type(FUNCTION, "void (*)(void)"), steps,
                  Type(ARRAY, "int (*[2])[2]", element="int (*)[2]", count=2), pair]
    made.targets = ["begin", "go_on"]
    made.extents = [Extent(GLOBAL, "int", 6, 6, [words(1, 2, 3, 4, 5, 6)]), Extent(GLOBAL, "int (*(*)[2])[2]", 1, 1, [Pieces()]),
                    Extent(GLOBAL, "int (*)[2]", 2, 2, [Pieces()]),
                    Extent(GLOBAL, "void (*)(void)", 2, 2, [Pieces().u32(2, "function").u32(0, "function")])]
    made.extents.sort(key=lambda extent: (made.id(extent.type), extent.count))
    place = {extent.type: number for number, extent in enumerate(made.extents)}
    made.extents[place["int (*(*)[2])[2]"]].blocks[0].u32(made.address(place["int (*)[2]"]), "rows: address")
    rows = made.extents[place["int (*)[2]"]].blocks[0]
    rows.u32(made.address(place["int"], 0, 2), "cells[1]: address").u32(made.address(place["int"], 0, 6), "end of cells: address")
    made.variables = [(1, "cells", "int [3][2]", made.address(place["int"])),
                      (1, "rows", "int (*[2])[2]", made.address(place["int (*)[2]"])),
                      (1, "steps", "void (*[2])(void)", made.address(place["void (*)(void)"])),
                      (1, "where", "int (*(*)[2])[2]", made.address(place["int (*(*)[2])[2]"]))]
    return made


@vector("Names at their edges: the longest, one of other scripts, one with a backslash, quotes and a space.")
def good_names():
    made = one_int()
    made.types.append(Type(STRUCT, "struct " + "n" * 500, fields=[field("\u03c0\u00e9\U0001F600", "int"), field('a "b" \\c', "int")]))
    made.functions = [("\u03c9", [], [])]
    made.program = "v" * 1000
    return made
