# SPDX-License-Identifier: MIT
"""Files whose container is whole, and whose types, tables, rows or values are not."""
import struct

from checkpoint_builder import (ARRAY, BITS, COMPLEX, ENUM, FLEXIBLE, FUNCTION, GLOBAL, HANDLE, HEAP, LITERAL, OPAQUE, POINTER, SCALAR,
                                SKIPPED, STACK, STRUCT, UNION, Checkpoint, Extent, Pieces, Type, field)
from good_vectors import ZLIB_192_ZEROS, numbers
from vector_parts import CHAR, INT, changed, one_int, ring, single, two_ints, vector, words


def types(*entries, sort=True):
    """A checkpoint of nothing but types."""
    made = Checkpoint()
    made.types, made.sort_types = list(entries), sort
    return made


def struct_of(*fields, name="struct s"):
    return Type(STRUCT, name, fields=list(fields))


# ---- TYPE ----

@vector("Entry 0 of the types is not void.")
def bad_type_void():
    return changed(types(), b"TYPE", lambda entry: entry.pieces.put(4, struct.pack(">I", 9), "kind opaque"))


@vector("Two types do not stand in the order of their names.")
def bad_type_order():
    return types(INT, CHAR, sort=False)


@vector("A type stands there twice.")
def bad_type_twice():
    return types(INT, INT)


@vector("A pointer type has a name that C would not give it.")
def bad_type_pointer_name():
    return types(INT, Type(POINTER, "int*", element=1))


@vector("A scalar has the name of another.")
def bad_type_scalar_name():
    return types(Type(SCALAR, "int", 9))


@vector("A struct has no name.")
def bad_type_no_name():
    return types(INT, struct_of(field("a", "int"), name=""))


@vector("A type's name is not UTF-8.")
def bad_type_utf8():
    return types(INT, struct_of(field("a", 1), name=b"struct \xff"))


@vector("A type's name has a control character.")
def bad_type_control():
    return types(INT, struct_of(field("a", 1), name="struct \n"))


@vector("A scalar type has an element.")
def bad_type_unused_member():
    return types(CHAR, Type(SCALAR, "int", 7, element=1))


@vector("A struct contains itself.")
def bad_type_cycle():
    return types(struct_of(field("a", "struct t"), name="struct s"), struct_of(field("b", "struct s"), name="struct t"))


@vector("A field is of a type that is not in the table.")
def bad_type_reference():
    return types(struct_of(field("a", 7)))


@vector("A pointer's element is not in the table.")
def bad_type_element():
    return types(Type(POINTER, "void *", element=1000))


@vector("The section claims more types than it has bytes for.")
def bad_type_count():
    return changed(types(INT), b"TYPE", lambda entry: entry.pieces.put(0, struct.pack(">I", 60000), "60000 types"))


@vector("A name claims to be longer than the section.")
def bad_type_name_length():
    return changed(types(INT), b"TYPE", lambda entry: entry.pieces.put(12, struct.pack(">I", 4000), "4000 characters"))


@vector("The bytes that pad a name are not zero.")
def bad_type_xdr_padding():
    return changed(types(INT), b"TYPE", lambda entry: entry.pieces.put(4 + 36 + 4 + 4 + 4 + 3, b"\1", "padding"))


@vector("Bytes follow the last type.")
def bad_type_trailing():
    return changed(types(INT), b"TYPE", lambda entry: entry.pieces.raw(bytes(4), "<-- behind the last type"))


@vector("Two fields of a struct have one name.")
def bad_type_field_twice():
    return types(INT, struct_of(field("a", "int"), field("a", "int")))


@vector("A struct has no fields.")
def bad_type_empty_struct():
    return types(struct_of())


@vector("A field is void.")
def bad_type_void_field():
    return types(struct_of(field("a", "void")))


@vector("A skipped member is listed.")
def bad_type_skipped():
    return types(INT, struct_of(field("a", "int"), field("b", "int", SKIPPED)))


@vector("A bit-field is wider than its type.")
def bad_type_bits():
    return types(INT, struct_of(field("a", "int", BITS, 33)))


@vector("An array has no elements.")
def bad_type_empty_array():
    return types(INT, Type(ARRAY, "int [0]", element="int", count=0))


@vector("An array is larger than 2^56 bytes.")
def bad_type_too_large():
    return types(INT, Type(ARRAY, f"int [{1 << 60}]", element="int", count=1 << 60))


@vector("Two members of a union have the same tag.")
def bad_type_union_tags():
    return types(INT, Type(UNION, "union u", fields=[field("a", "int", tag=1), field("b", "int", tag=1)]))


@vector("An array of unions, for which nothing could tell the active members.")
def bad_type_union_array():
    return types(INT, Type(UNION, "union u", fields=[field("a", "int", tag=1)]), Type(ARRAY, "union u [2]", element="union u", count=2))


@vector("The tag field of a union is a pointer.")
def bad_type_tag_field():
    return types(INT, Type(POINTER, "int *", element="int"), Type(UNION, "union u", fields=[field("a", "int", tag=1)]),
                 struct_of(field("p", "int *"), field("u", "union u", tag_field=1)))


@vector("A flexible array member is not the last.")
def bad_type_flexible_first():
    return types(INT, struct_of(field("a", "int"), field("b", "int", FLEXIBLE), field("c", "int")))


@vector("A struct with a flexible array member stands in another by value.")
def bad_type_flexible_inside():
    return types(INT, struct_of(field("n", "int"), field("a", "int", FLEXIBLE)), struct_of(field("s", "struct s"), name="struct t"))


@vector("An enum of char.")
def bad_type_enum():
    return types(Type(ENUM, "enum e", 2, enumerators=[("A", 0)]))


@vector("A complex type of int.")
def bad_type_complex():
    return types(INT, Type(COMPLEX, "int _Complex", element="int"))


# ---- PROG ----

@vector("The fingerprint is not that of the types and functions.")
def bad_fingerprint():
    made = one_int()
    made.fingerprint = bytes(32)
    return made


@vector("Targets of function pointers do not ascend.")
def bad_target_order():
    made = one_int()
    made.targets = ["b", "a"]
    return made


@vector("Two functions have one name.")
def bad_function_twice():
    made = one_int()
    made.functions = [("f", [], []), ("f", [], [])]
    return made


@vector("A point's live variables are of a type that is not there.")
def bad_point_type():
    made = one_int()
    made.functions = [("f", [("", 9)], [])]
    return made


# ---- EXTE ----

def with_extents(*extents):
    made = Checkpoint()
    made.types = [INT, Type(ARRAY, "int [2]", element="int", count=2)]
    made.extents = list(extents)
    return made


@vector("Extents do not ascend.")
def bad_extent_order():
    return with_extents(Extent(HEAP, "int", 1, 1, [words(1)]), Extent(GLOBAL, "int", 1, 1, [words(1)]))


@vector("Two extents of one segment, type and count.")
def bad_extent_twice():
    return with_extents(Extent(HEAP, "int", 1, 1, [words(1)]), Extent(HEAP, "int", 1, 1, [words(1)]))


@vector("A segment that does not exist.")
def bad_extent_segment():
    return with_extents(Extent(7, "int", 1, 1, [words(1)]))


@vector("An extent of arrays, which should be one of their elements.")
def bad_extent_array():
    return with_extents(Extent(HEAP, "int [2]", 1, 2, [words(1, 2)]))


@vector("An extent of void.")
def bad_extent_void():
    return with_extents(Extent(HEAP, "void", 1, 0, [Pieces()]))


@vector("An extent without blocks.")
def bad_extent_no_blocks():
    return with_extents(Extent(HEAP, "int", 1, 1, []))


@vector("An extent of blocks without elements.")
def bad_extent_no_elements():
    return with_extents(Extent(HEAP, "int", 0, 0, [Pieces()]))


@vector("Extents that reach beyond the canonical addresses.")
def bad_extent_overflow():
    made = with_extents(Extent(HEAP, "int", 1 << 62, 1 << 62, [words(1)]))
    made.extents[0].said_blocks = 3
    return made


@vector("String literals of int.")
def bad_extent_literal():
    return with_extents(Extent(LITERAL, "int", 1, 1, [words(1)]))


@vector("The section claims more extents than it has bytes for.")
def bad_extent_count():
    return changed(one_int(), b"EXTE", lambda entry: entry.pieces.put(0, struct.pack(">I", 16000000), "16000000 extents"))


# ---- VARS, FRAM ----

@vector("A variable's address is outside of every block.")
def bad_variable_address():
    made = one_int()
    made.variables = [(1, "answer", "int", 99)]
    return made


@vector("A variable's address is inside a block.")
def bad_variable_inside():
    made = two_ints()
    made.variables = [(1, "numbers", "int [3]", made.address(1, 0, 1))]
    return made


@vector("A global whose block is on the heap.")
def bad_variable_segment():
    made = one_int()
    made.extents[0].segment = HEAP
    return made


@vector("A variable whose block is of another type.")
def bad_variable_type():
    made = one_int()
    made.types = [INT, CHAR]
    made.variables = [(1, "answer", "char", 1)]
    return made


@vector("A variable of an array that its block is no multiple of.")
def bad_variable_count():
    made = two_ints()
    made.types.append(Type(ARRAY, "int [2]", element="int", count=2))
    made.variables = [(1, "numbers", "int [2]", made.address(1))]
    return made


@vector("A kind of variable that does not exist.")
def bad_variable_kind():
    made = one_int()
    made.variables = [(3, "answer", "int", 1)]
    return made


@vector("Two globals have one name.")
def bad_variable_twice():
    made = two_ints()
    made.variables[1] = (1, "answer", "int [3]", made.address(1))
    return made


def framed():
    made = Checkpoint()
    made.types = [INT]
    made.functions = [("f", [("", "int")], [("i", "int")])]
    made.extents = [Extent(STACK, "int", 1, 1, [words(1), words(2)])]
    made.frames = [(0, 1, made.address(0, 0), [made.address(0, 1)])]
    return made


def with_frame(*frame):
    made = framed()
    made.frames = [frame]
    return made


@vector("A frame of a function that does not exist.")
def bad_frame_function():
    return with_frame(1, 1, 1, [3])


@vector("A frame at point 0; points count from 1.")
def bad_frame_point():
    return with_frame(0, 0, 1, [3])


@vector("A frame with more locals than its function has.")
def bad_frame_locals():
    return with_frame(0, 1, 1, [3, 0])


@vector("A frame whose live variables are no block.")
def bad_frame_live():
    return with_frame(0, 1, 2, [3])


@vector("A frame's local lies in the heap.")
def bad_frame_segment():
    made = framed()
    made.extents.append(Extent(HEAP, "int", 1, 1, [words(1)]))
    made.frames = [(0, 1, 1, [made.address(1)])]
    return made


# ---- DATA ----

def coded(made, **head):
    made.chunks[0, 0] = head
    return made


@vector("Chunks in the wrong order.")
def bad_chunk_order():
    made = two_ints()

    def swap(sections):
        sections[5], sections[6] = sections[6], sections[5]
    made.change_sections = swap
    return made


@vector("The chunk of the second extent is missing.")
def bad_chunk_missing():
    made = two_ints()
    made.change_sections = lambda sections: sections.pop()
    return made


@vector("A chunk is there twice.")
def bad_chunk_twice():
    made = one_int()
    made.change_sections = lambda sections: sections.append(sections[-1])
    return made


@vector("A chunk without rows.")
def bad_chunk_empty():
    return coded(one_int(), rows=0, raw_length=0, coded=b"")


@vector("A chunk begins at a row that is not due.")
def bad_chunk_first_row():
    return coded(one_int(), first_row=1)


@vector("A chunk holds more rows than its extent.")
def bad_chunk_rows():
    return coded(one_int(), rows=2, raw_length=8, coded=bytes(8))


@vector("raw_length is not rows times the width of a row.")
def bad_chunk_raw_length():
    return coded(one_int(), raw_length=5)


@vector("A chunk of part 1 of a type without flexible array member.")
def bad_chunk_part():
    return coded(one_int(), part=1)


@vector("A codec that this format does not have and no feature bit announces.")
def bad_chunk_codec():
    return coded(one_int(), codec=3)


@vector("A filter that this format does not have and no feature bit announces.")
def bad_chunk_filter():
    return coded(one_int(), filter=3)


@vector("A filter on rows of one byte.")
def bad_chunk_filter_width():
    return coded(single([CHAR], "char", 4, 4, Pieces().raw(b"abcd", "characters")), filter=1)


@vector("A zlib stream that is damaged; the section's checksum is right.")
def bad_chunk_zlib():
    made = numbers()
    return coded(made, codec=1, filter=1, coded=bytes.fromhex("78da63600000") + bytes(40), note="no zlib stream")


@vector("Bytes follow the zlib stream.")
def bad_chunk_zlib_trailing():
    made = single([CHAR], "char", 192, 192, Pieces().raw(bytes(192)))
    return coded(made, codec=1, coded=bytes.fromhex(ZLIB_192_ZEROS) + b"\0", note="zlib stream, one more byte")


@vector("A zlib stream that gives fewer bytes than the chunk claims.")
def bad_chunk_zlib_short():
    made = single([CHAR], "char", 193, 193, Pieces().raw(bytes(193)))
    return coded(made, codec=1, coded=bytes.fromhex(ZLIB_192_ZEROS), note="zlib stream of 192 zeros")


@vector("A chunk claims more bytes than its stream could ever hold.")
def bad_chunk_bomb():
    made = single([CHAR], "char", 200000, 200000, Pieces())
    return coded(made, codec=1, rows=200000, raw_length=200000, coded=bytes.fromhex(ZLIB_192_ZEROS), note="zlib stream of 192 zeros")


@vector("A chunk of zstd that the header does not announce.")
def bad_chunk_zstd():
    made = single([CHAR], "char", 200, 200, Pieces().raw(b"z" * 200))
    frame = bytes.fromhex("28b52ffd20c8") + struct.pack("<I", 200 << 3 | 1 << 1 | 1)[:3] + b"z"
    return coded(made, codec=2, coded=frame, note="zstd frame")


@vector("Coded bytes that are more than the raw ones.")
def bad_chunk_longer():
    return coded(one_int(), codec=1, coded=bytes.fromhex("78da630000000400010000"), note="coded bytes")


@vector("A chunk of more than 262144 bytes and more than one row.")
def bad_chunk_too_large():
    made = single([CHAR], "char", 300000, 300000, Pieces())
    return coded(made, codec=1, rows=300000, raw_length=300000, coded=bytes(300), note="anything")


@vector("The bitmap of filter split has a bit beyond the row's width.")
def bad_chunk_split_bitmap():
    return coded(numbers(), filter=2, codec=1, coded=b"\x18" + bytes(range(64)) + bytes.fromhex(ZLIB_192_ZEROS),
                 note="bitmap, plane 3, zlib stream")


@vector("The stored planes of filter split are longer than the chunk.")
def bad_chunk_split_short():
    return coded(numbers(), filter=2, codec=1, coded=b"\x0f" + bytes(range(64)), note="bitmap of four planes, one plane")


# ---- values ----

@vector("A pointer leads outside of every block.", digest=4)
def bad_pointer():
    made = ring()
    made.extents[1].blocks[1].put(4, struct.pack(">I", 4000), "4000")
    return made


@vector("A function pointer holds a number beyond the targets.", digest=4)
def bad_function():
    made = single([Type(FUNCTION, "void (*)(void)")], "void (*)(void)", 1, 1, Pieces().u32(3, "function"))
    made.targets = ["f"]
    return made


def boxed(tag, ordinal, data):
    box = struct_of(field("tag", "int"), field("u", "union u", tag_field=1), name="struct box")
    union = Type(UNION, "union u", fields=[field("c", "char", tag=1), field("i", "int", tag=2)])
    rows = Pieces().u32(tag, "tag").u32(ordinal, "member").raw(data, "its row")
    return single([INT, CHAR, union, box], "struct box", 1, 2, rows)


@vector("A union whose active member does not exist.", digest=4)
def bad_union_ordinal():
    return boxed(1, 3, bytes(4))


@vector("Bytes behind the active member of a union are not zero.", dump=0, digest=0)
def bad_union_tail():
    return boxed(1, 1, b"c\0\0\1")


@vector("A union's tag names another member than the active one.", dump=0, digest=0)
def bad_union_tag():
    return boxed(2, 1, b"c\0\0\0")


@vector("A handle whose bytes are a block of something else.", dump=0, digest=0)
def bad_handle():
    made = single([Type(OPAQUE, "struct lock *"), CHAR], "struct lock *", 1, 1, Pieces().u32(3, "handle: address"))
    made.extents.append(Extent(HEAP, "char", 1, 1, [Pieces().raw(b"c", "character")]))
    return made


@vector("A _Bool holds 2.", dump=0, digest=0)
def bad_bool():
    return single([Type(SCALAR, "_Bool", 1)], "_Bool", 1, 1, Pieces().raw(b"\2", "_Bool 2"))


@vector("A value that its bit-field cannot hold.", dump=0, digest=0)
def bad_bits():
    return single([INT, struct_of(field("a", "int", BITS, 3))], "struct s", 1, 1, words(4))


@vector("A pointer to a node leads to a node's second member. (A reader may look at this; msrck verify does.)", dump=0, digest=0,
        second_verify=0)
def bad_pointer_type():
    made = ring()
    made.extents[1].blocks[1].put(4, struct.pack(">I", made.address(1, 0, 1)), "leaf 1 of the first node")
    return made
