# SPDX-License-Identifier: MIT
"""Files that break one rule of types, tables or chunks each: the rules that bad_graph_vectors.py has no file for."""
import struct

from bad_graph_vectors import coded, framed, struct_of, types, with_extents
from checkpoint_builder import (ARRAY, BITS, COMPLEX, ENUM, FLEXIBLE, FUNCTION, GLOBAL, HANDLE, HEAP, LITERAL, OPAQUE, PLAIN, POINTER, SCALAR,
                                STACK, STRUCT, UNION, Extent, Pieces, Type, field)
from good_vectors import ZLIB_192_ZEROS, numbers
from vector_parts import CHAR, INT, NODE, NODE_POINTER, changed, one_int, ring, single, two_ints, vector, words

BOOL, FLOAT = Type(SCALAR, "_Bool", 1), Type(SCALAR, "float", 13)
CHOICE = Type(UNION, "union u", fields=[field("a", "int", tag=1)])
OPEN_ENDED = struct_of(field("n", "int"), field("more", "int", FLEXIBLE), name="struct open")


def renamed(types_used, change_program):
    made = one_int()
    made.types = types_used
    change_program(made)
    return made


# ---- TYPE: names ----

@vector("A field has no name, and is no anonymous union.")
def bad_type_field_no_name():
    return types(INT, struct_of(field("", "int")))


@vector("A name has a control character of those behind ASCII, U+0085.")
def bad_type_control_wide():
    return types(INT, struct_of(field("a\u0085", "int")))


@vector("A name has the character U+007F.")
def bad_type_delete():
    return types(INT, struct_of(field("a\x7f", "int")))


@vector("A name of 4097 bytes.")
def bad_type_name_long():
    return types(INT, struct_of(field("a", "int"), name="n" * 4097))


@vector("Two enumerators have one name.")
def bad_type_enumerator_twice():
    return types(Type(ENUM, "enum e", 7, enumerators=[("A", 0), ("A", 1)]))


@vector("An enumerator has no name.")
def bad_type_enumerator_no_name():
    return types(Type(ENUM, "enum e", 7, enumerators=[("", 0)]))


@vector("An array type has a name that C would not give it.")
def bad_type_array_name():
    return types(INT, Type(ARRAY, "int[3]", element="int", count=3))


@vector("The name of an array of arrays has its lengths the wrong way round.")
def bad_type_arrays_name():
    inner = Type(ARRAY, "int [4]", element="int", count=4)
    return types(INT, inner, Type(ARRAY, "int [4][3]", element="int [4]", count=3))


@vector("A complex type has another name than C gives it.")
def bad_type_complex_name():
    return types(FLOAT, Type(COMPLEX, "_Complex float", element="float"))


@vector("The type of pointers to functions has another name.")
def bad_type_function_name():
    return types(Type(FUNCTION, "int (*)(void)"))


@vector("A second void.")
def bad_type_void_twice():
    return types(Type(0, "void"))


# ---- TYPE: members ----

@vector("A scalar type has a count.")
def bad_type_scalar_count():
    return types(Type(SCALAR, "int", 7, count=1))


@vector("A struct has enumerators.")
def bad_type_struct_enumerators():
    return types(INT, Type(STRUCT, "struct s", fields=[field("a", "int")], enumerators=[("A", 0)]))


@vector("An enum has a field.")
def bad_type_enum_fields():
    return types(INT, Type(ENUM, "enum e", 7, fields=[field("a", "int")], enumerators=[("A", 0)]))


@vector("A pointer has a scalar.")
def bad_type_pointer_scalar():
    return types(INT, Type(POINTER, "int *", 7, element="int"))


@vector("An array of void.")
def bad_type_void_array():
    return types(Type(ARRAY, "void [2]", element="void", count=2))


@vector("A union has no members.")
def bad_type_empty_union():
    return types(Type(UNION, "union u"))


@vector("A union contains a union.")
def bad_type_union_in_union():
    return types(INT, CHOICE, Type(UNION, "union v", fields=[field("u", "union u", tag=1)]))


@vector("A union has a bit-field.")
def bad_type_union_bits():
    return types(INT, Type(UNION, "union u", fields=[field("a", "int", BITS, 3, tag=1)]))


@vector("A union ends in a flexible array member.")
def bad_type_union_flexible():
    return types(INT, Type(UNION, "union u", fields=[field("a", "int", tag=1), field("b", "int", FLEXIBLE, tag=2)]))


@vector("A plain field says how many bits it has.")
def bad_type_bits_plain():
    return types(INT, struct_of(field("a", "int", PLAIN, 3)))


@vector("A bit-field of no bits.")
def bad_type_bits_none():
    return types(INT, struct_of(field("a", "int", BITS, 0)))


@vector("A bit-field of float.")
def bad_type_bits_float():
    return types(FLOAT, struct_of(field("a", "float", BITS, 3)))


@vector("A bit-field of _Bool with two bits.")
def bad_type_bits_bool():
    return types(BOOL, struct_of(field("a", "_Bool", BITS, 2)))


@vector("A bit-field that is a union.")
def bad_type_bits_union():
    return types(INT, CHOICE, struct_of(field("a", "int"), field("u", "union u", BITS, 3)))


@vector("A flexible array member is the only field of its struct.")
def bad_type_flexible_alone():
    return types(INT, struct_of(field("a", "int", FLEXIBLE)))


@vector("An array of structs with a flexible array member.")
def bad_type_flexible_array():
    return types(INT, OPEN_ENDED, Type(ARRAY, "struct open [2]", element="struct open", count=2))


@vector("The elements of a flexible array member are structs that end in one.")
def bad_type_flexible_twice():
    return types(INT, OPEN_ENDED, struct_of(field("n", "int"), field("more", "struct open", FLEXIBLE)))


@vector("The elements of a flexible array member are unions.")
def bad_type_flexible_union():
    return types(INT, CHOICE, struct_of(field("n", "int"), field("more", "union u", FLEXIBLE)))


@vector("A struct's field has a tag, which only members of unions have.")
def bad_type_tag_in_struct():
    return types(INT, struct_of(field("a", "int", tag=1)))


@vector("A field names a tag field, and is no union.")
def bad_type_tag_field_plain():
    return types(INT, struct_of(field("a", "int"), field("b", "int", tag_field=1)))


@vector("A union's tag field is one that its struct does not have.")
def bad_type_tag_field_beyond():
    return types(INT, CHOICE, struct_of(field("a", "int"), field("u", "union u", tag_field=3)))


@vector("A union's tag field is a float.")
def bad_type_tag_field_float():
    return types(INT, FLOAT, CHOICE, struct_of(field("a", "float"), field("u", "union u", tag_field=1)))


@vector("A union is its own tag field.")
def bad_type_tag_field_itself():
    return types(INT, CHOICE, struct_of(field("a", "int"), field("u", "union u", tag_field=2)))


@vector("A member of a union names a tag field.")
def bad_type_tag_field_in_union():
    return types(INT, Type(UNION, "union u", fields=[field("a", "int", tag=1), field("b", "int", tag=2, tag_field=1)]))


@vector("Types by value nested 65 deep.")
def bad_type_nested():
    chain = [struct_of(field("a", f"s{level - 1:02}" if level else "int"), name=f"s{level:02}") for level in range(65)]
    return types(INT, *chain)


@vector("65 pointers within each other.")
def bad_type_pointers():
    chain = [Type(POINTER, "int " + "*" * level, element="int " + "*" * (level - 1) if level > 1 else "int") for level in range(1, 66)]
    return types(INT, *chain)


# ---- PROG ----

@vector("A function has no name.")
def bad_function_no_name():
    return renamed([INT], lambda made: made.functions.append(("", [], [])))


@vector("The name of a function has a byte below 0x20.")
def bad_function_control():
    return renamed([INT], lambda made: made.functions.append(("f\x1b[31m", [], [])))


@vector("A point's live variables are an array.")
def bad_point_array():
    return renamed([INT, Type(ARRAY, "int [2]", element="int", count=2)],
                   lambda made: made.functions.append(("f", [("", "int [2]")], [])))


@vector("A local of void.")
def bad_local_void():
    return renamed([INT], lambda made: made.functions.append(("f", [("", 0)], [("i", "void")])))


@vector("A local of a type that is not there.")
def bad_local_type():
    return renamed([INT], lambda made: made.functions.append(("f", [("", 0)], [("i", 9)])))


@vector("A target of function pointers has no name.")
def bad_target_no_name():
    return renamed([INT], lambda made: made.targets.append(""))


@vector("A target of function pointers is there twice.")
def bad_target_twice():
    return renamed([INT], lambda made: made.targets.extend(["f", "f"]))


@vector("Bytes follow the targets of function pointers.")
def bad_program_trailing():
    return changed(one_int(), b"PROG", lambda entry: entry.pieces.raw(bytes(4), "<-- behind the targets"))


# ---- EXTE, VARS, FRAM ----

@vector("An extent of a type that is not there.")
def bad_extent_type():
    return with_extents(Extent(HEAP, 9, 1, 1, [words(1)]))


@vector("Bytes of handles that are ints.")
def bad_extent_handle():
    return with_extents(Extent(HANDLE, "int", 1, 1, [words(1)]))


@vector("Bytes follow the last extent.")
def bad_extent_trailing():
    return changed(one_int(), b"EXTE", lambda entry: entry.pieces.raw(bytes(4), "<-- behind the last extent"))


@vector("A variable of a type that is not there.")
def bad_variable_type_beyond():
    made = one_int()
    made.variables = [(1, "answer", 9, 1)]
    return made


@vector("A variable of void.")
def bad_variable_void():
    made = one_int()
    made.variables = [(1, "answer", "void", 1)]
    return made


@vector("A global has no name.")
def bad_variable_no_name():
    made = one_int()
    made.variables = [(1, "", "int", 1)]
    return made


@vector("A variable at address 0.")
def bad_variable_null():
    made = one_int()
    made.variables = [(1, "answer", "int", 0)]
    return made


@vector("A root whose block is a string literal.")
def bad_variable_literal():
    made = with_extents(Extent(LITERAL, "char", 2, 2, [Pieces().raw(b"a\0", "literal")]))
    made.types.append(CHAR)
    made.variables = [(2, "text", "char", 1)]
    return made


def with_frame(made, *frame):
    made.frames = [frame]
    return made


@vector("A frame at a point that its function does not have.")
def bad_frame_point_beyond():
    return with_frame(framed(), 0, 2, 1, [3])


@vector("A frame with fewer locals than its function has.")
def bad_frame_locals_few():
    return with_frame(framed(), 0, 1, 1, [])


@vector("A frame at a point with live variables has none.")
def bad_frame_live_missing():
    return with_frame(framed(), 0, 1, 0, [3])


@vector("A frame's live variables are a block of another type.")
def bad_frame_live_type():
    made = framed()
    made.types.append(CHAR)
    made.extents.append(Extent(STACK, "char", 1, 1, [Pieces().raw(b"c", "character")]))
    made.extents.reverse()
    return with_frame(made, 0, 1, made.address(0), [made.address(1)])


@vector("A frame's live variables are a block of two.")
def bad_frame_live_count():
    made = framed()
    made.extents.append(Extent(STACK, "int", 2, 2, [words(1, 2)]))
    return with_frame(made, 0, 1, made.address(1), [3])


@vector("A frame's live variables lie in the heap.")
def bad_frame_live_segment():
    made = framed()
    made.extents.append(Extent(HEAP, "int", 1, 1, [words(1)]))
    return with_frame(made, 0, 1, made.address(1), [3])


@vector("A frame's local is a block of another type.")
def bad_frame_local_type():
    made = framed()
    made.types.append(CHAR)
    made.extents.insert(0, Extent(STACK, "char", 1, 1, [Pieces().raw(b"c", "character")]))
    return with_frame(made, 0, 1, made.address(1), [made.address(0)])


# ---- DATA ----

@vector("A chunk of an extent that does not exist.")
def bad_chunk_extent():
    return coded(one_int(), extent=7)


def one_open_ended():
    made = with_extents(Extent(HEAP, "struct open", 2, 3, [words(2)], [words(7, 8)]))
    made.types.append(OPEN_ENDED)
    return made


@vector("A part that does not exist, of a struct with a flexible array member.")
def bad_chunk_part_beyond():
    return coded(one_open_ended(), part=2)


@vector("The trailing elements of a struct with a flexible array member are missing.")
def bad_chunk_trailing_missing():
    made = one_open_ended()
    made.change_sections = lambda sections: sections.pop()
    return made


@vector("The trailing elements stand before the structs that they belong to.")
def bad_chunk_trailing_early():
    made = one_open_ended()

    def swap(sections):
        sections[-2:] = reversed(sections[-2:])
    made.change_sections = swap
    return made


@vector("A chunk without codec has fewer bytes than it claims.")
def bad_chunk_short():
    return coded(two_ints(), coded=b"\0\0", note="two bytes")


@vector("A filter on rows of more than 4096 bytes.")
def bad_chunk_filter_wide():
    made = single([CHAR, Type(ARRAY, "char [4097]", element="char", count=4097), struct_of(field("a", "char [4097]"))],
                  "struct s", 1, 4097, Pieces())
    frame = bytes.fromhex("28b52ffd6001") + struct.pack("<H", 4097 - 256)[1:] + struct.pack("<I", 4097 << 3 | 1 << 1 | 1)[:3] + b"\0"
    made.must_understand = 1
    return coded(made, filter=1, codec=2, rows=1, raw_length=4097, coded=frame, note="zstd frame of 4097 zeros")


def zstd(coded_bytes, note, count=200):
    made = single([CHAR], "char", count, count, Pieces().raw(b"z" * count))
    made.must_understand = 1
    return coded(made, codec=2, coded=coded_bytes, note=note)


def repeated(count):
    """The one block of a zstd frame: a byte that is repeated."""
    return struct.pack("<I", count << 3 | 1 << 1 | 1)[:3] + b"z"


@vector("A zstd frame that does not tell its content's size.")
def bad_chunk_zstd_no_size():
    return zstd(bytes.fromhex("28b52ffd0040") + repeated(200), "zstd frame with a window, without its size")


@vector("A zstd frame that wants a dictionary.")
def bad_chunk_zstd_dictionary():
    return zstd(bytes.fromhex("28b52ffd2107c8") + repeated(200), "zstd frame of dictionary 7")


@vector("A zstd frame of fewer bytes than the chunk claims.")
def bad_chunk_zstd_short():
    return zstd(bytes.fromhex("28b52ffd20c7") + repeated(199), "zstd frame of 199 bytes")


@vector("A zstd frame, and a byte behind it.")
def bad_chunk_zstd_trailing():
    return zstd(bytes.fromhex("28b52ffd20c8") + repeated(200) + b"\0", "zstd frame, one more byte")


@vector("Two zstd frames, of 100 bytes each.")
def bad_chunk_zstd_two():
    return zstd((bytes.fromhex("28b52ffd2064") + repeated(100)) * 2, "two zstd frames")


@vector("A skippable frame of zstd before the frame.")
def bad_chunk_zstd_skippable():
    return zstd(bytes.fromhex("502a4d180400000000000000") + bytes.fromhex("28b52ffd20c8") + repeated(200), "two frames, the first to be skipped")


@vector("Two zlib streams, one behind the other.")
def bad_chunk_zlib_two():
    made = single([CHAR], "char", 384, 384, Pieces().raw(bytes(384)))
    return coded(made, codec=1, coded=bytes.fromhex(ZLIB_192_ZEROS) * 2, note="two zlib streams of 192 zeros")


# ---- values ----

@vector("A pointer leads to the place behind the last block's end.", digest=4)
def bad_pointer_end():
    made = ring()
    made.extents[1].blocks[1].put(4, struct.pack(">I", made.address(1, 2)), "behind the last block's end")
    return made


@vector("A handle leads into the middle of its bytes.", dump=0, digest=0)
def bad_handle_inside():
    made = single([Type(OPAQUE, "struct lock *"), CHAR], "struct lock *", 1, 1, Pieces().u32(4, "handle: address"))
    made.extents.append(Extent(HANDLE, "char", 2, 2, [Pieces().raw(b"ab", "bytes of the handle")]))
    return made


@vector("A union without active member, whose tag names one.", dump=0, digest=0)
def bad_union_tag_none():
    box = struct_of(field("tag", "int"), field("u", "union u", tag_field=1), name="struct box")
    return single([INT, CHOICE, box], "struct box", 1, 2, Pieces().u32(1, "tag").u32(0, "member").raw(bytes(4), "no row"))


@vector("A union with an active member, and a tag that names none.", dump=0, digest=0)
def bad_union_tag_unknown():
    box = struct_of(field("tag", "int"), field("u", "union u", tag_field=1), name="struct box")
    return single([INT, CHOICE, box], "struct box", 1, 2, Pieces().u32(9, "tag").u32(1, "member").u32(5, "a"))
