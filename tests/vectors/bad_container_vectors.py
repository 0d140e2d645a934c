# SPDX-License-Identifier: MIT
"""Files whose header, sections, index or trailer are damaged, and files that need a newer reader."""
from checkpoint_builder import ENUM, SCALAR, STRUCT, Checkpoint, Pieces, Section, Type, field
from vector_parts import changed, one_int, section, two_ints, vector


def cut(made, length):
    """The first bytes of the file."""
    whole, out = made.build(), Pieces()
    for data, note in whole:
        out.raw(data[:length], note)
        length -= min(length, len(data))
    return Pieces(piece for piece in out if piece[0])


def with_section(made, **members):
    """One member of the VARS section's head or tail made wrong."""
    def change(entry):
        for name, value in members.items():
            setattr(entry, name, value)
    return changed(made, b"VARS", change)


def with_members(made, **members):
    for name, value in members.items():
        setattr(made, name, value)
    return made


# ---- header ----

@vector("The header's checksum is wrong.")
def bad_header_crc():
    return with_members(one_int(), header_crc=0x12345678)


@vector("Major version 0, which never was.")
def bad_major_zero():
    return with_members(one_int(), major=0)


@vector("Pointers of 8 bytes where 4 are enough.")
def bad_pointer_width():
    return with_members(one_int(), pointer_width=8)


@vector("Pointers of 5 bytes.")
def bad_pointer_width_odd():
    return with_members(one_int(), pointer_width=5)


@vector("A reserved byte of the header is not zero, in a version that has no use for it.")
def bad_header_reserved():
    return with_members(one_int(), reserved=bytes(19) + b"\1")


@vector("The file was transferred as text: CR LF became LF.")
def bad_text_mode_unix():
    out = one_int().build()
    whole = out.bytes().replace(b"\r\n", b"\n")
    return Pieces().raw(whole[:7], "magic without its CR").raw(whole[7:], "the rest")


@vector("The file was transferred as text: LF became CR LF.")
def bad_text_mode_dos():
    whole = one_int().build().bytes().replace(b"\n", b"\r\n")
    return Pieces().raw(whole[:10], "magic with more CRs").raw(whole[10:], "the rest")


def retyped(begin, note):
    """The smallest file with other bytes in the magic's place."""
    return Pieces().raw(begin, note).raw(one_int().build().bytes()[8:], "the rest")


@vector("The file was transferred as text: LF became CR.")
def bad_text_mode_mac():
    return retyped(b"\x89MCK\r\x1a\r", "magic with CR alone")


@vector("The eighth bit of every byte was cut off.")
def bad_text_mode_seven_bits():
    whole = bytes(byte & 0x7F for byte in one_int().build().bytes())
    return Pieces().raw(whole[:8], "magic of seven bits").raw(whole[8:], "the rest")


@vector("The bytes were taken for Latin-1 and recoded as UTF-8.")
def bad_text_mode_recoded():
    whole = one_int().build().bytes().decode("latin-1").encode()
    return Pieces().raw(whole[:9], "magic in UTF-8").raw(whole[9:], "the rest")


@vector("The bytes were taken for UTF-8, and those that are none replaced by U+FFFD.")
def bad_text_mode_replaced():
    whole = one_int().build().bytes().decode("utf-8", "replace").encode()
    return Pieces().raw(whole[:10], "magic with U+FFFD").raw(whole[10:], "the rest")


@vector("Something else, not a checkpoint: another picture of bytes in the magic's place.", dump=5, verify=5, digest=5)
def bad_magic():
    return retyped(b"\x89PNG\r\n\x1a\n", "another magic")


@vector("No bytes at all: not a checkpoint.", dump=5, verify=5, digest=5)
def bad_empty():
    return Pieces()


@vector("The file ends inside the magic.")
def bad_cut_in_magic():
    return cut(one_int(), 5)


@vector("The file ends inside the head of a section.")
def bad_cut_in_section_head():
    return cut(one_int(), 64 + 10)


@vector("The file ends before the trailer.")
def bad_cut_before_trailer():
    return cut(one_int(), len(one_int().build().bytes()) - 32)


@vector("The file ends inside the header.")
def bad_cut_in_header():
    return cut(one_int(), 40)


@vector("The file ends inside the TYPE section.")
def bad_cut_in_types():
    return cut(one_int(), 120)


@vector("The file ends after the last chunk: no index, no end mark.")
def bad_cut_before_index():
    out = one_int().build()
    length = 0
    for data, note in out:
        if note == "section INDX":
            break
        length += len(data)
    return cut(one_int(), length)


@vector("The file ends before the end mark's last byte.")
def bad_cut_in_end_mark():
    return cut(one_int(), len(one_int().build().bytes()) - 1)


# ---- sections ----

@vector("A section head's checksum is wrong.")
def bad_section_head_crc():
    return with_section(one_int(), head_crc=1)


@vector("A section head's reserved member is not zero.")
def bad_section_reserved():
    return with_section(one_int(), reserved=1)


@vector("A tag holds a digit.")
def bad_section_tag():
    return with_section(one_int(), tag=b"VAR5")


@vector("A section's payload does not match its checksum.")
def bad_payload_crc():
    return with_section(one_int(), crc=0xDEADBEEF)


@vector("The checksum of a chunk is wrong.")
def bad_chunk_crc():
    return changed(one_int(), b"DATA", lambda entry: setattr(entry, "crc", 7))


@vector("The checksum of an unknown section is wrong.")
def bad_unknown_section_crc():
    made = one_int()

    def insert(sections):
        sections.insert(0, Section(b"abcd", Pieces().raw(b"12345678", "anything")))
        sections[0].crc = 99
    made.change_sections = insert
    return made


@vector("Padding behind a payload is not zero.")
def bad_padding():
    return changed(one_int(), b"EXTE", lambda entry: setattr(entry, "padding", b"\0\0\0\1"))


@vector("A section claims to be longer than the file.")
def bad_section_length():
    return with_section(one_int(), length=1 << 40)


@vector("A section claims a length that no file has.")
def bad_section_length_huge():
    return with_section(one_int(), length=0xFFFFFFFFFFFFFFF8)


@vector("Eight bytes lie between two sections.")
def bad_gap():
    return with_section(one_int(), behind=bytes(8))


@vector("EXTE stands before PROG.")
def bad_section_order():
    made = one_int()

    def swap(sections):
        sections[1], sections[2] = sections[2], sections[1]
    made.change_sections = swap
    return made


@vector("VARS stands there twice.")
def bad_section_twice():
    made = one_int()
    made.change_sections = lambda sections: sections.insert(4, section(sections, b"VARS"))
    return made


@vector("There are two provenances.")
def bad_provenance_twice():
    made = with_members(one_int(), notes=[("host", "a")])
    made.change_sections = lambda sections: sections.insert(0, sections[0])
    return made


@vector("There are two digests.")
def bad_digest_twice():
    made = with_members(one_int(), digest=bytes(32))
    made.change_sections = lambda sections: sections.append(sections[-1])
    return made


@vector("A section follows the index.")
def bad_section_after_index():
    late = Pieces()
    Section(b"abcd", Pieces().raw(b"12345678", "anything")).lay_out(late)

    def change(out):
        out[-6:-6] = late
    return with_members(one_int(), change_file=change)


@vector("Bytes follow the last note.")
def bad_note_trailing():
    made = with_members(one_int(), notes=[("host", "a")])
    return changed(made, b"prov", lambda entry: entry.pieces.raw(bytes(4), "<-- behind the last note"))


@vector("More than 1024 notes are claimed.")
def bad_note_count():
    made = with_members(one_int(), notes=[("host", "a")])
    return changed(made, b"prov", lambda entry: entry.pieces.put(0, (1025).to_bytes(4, "big"), "1025 notes"))


@vector("Bytes follow the last variable.")
def bad_variable_trailing():
    return changed(one_int(), b"VARS", lambda entry: entry.pieces.raw(bytes(4), "<-- behind the last variable"))


@vector("Bytes follow the last frame.")
def bad_frame_trailing():
    return changed(one_int(), b"FRAM", lambda entry: entry.pieces.raw(bytes(4), "<-- behind the last frame"))


@vector("There is no FRAM section.")
def bad_section_missing():
    made = one_int()
    made.change_sections = lambda sections: sections.remove(section(sections, b"FRAM"))
    return made


@vector("The prov section stands behind the types.")
def bad_provenance_late():
    made = one_int()
    made.notes = [("host", "a")]
    made.change_sections = lambda sections: sections.insert(2, sections.pop(0))
    return made


@vector("A note has no key.")
def bad_note_key():
    made = one_int()
    made.notes = [("", "value")]
    return made


@vector("The stored digest is that of another graph: only reading it all finds that.", dump=0)
def bad_digest():
    return with_members(one_int(), digest=bytes(range(32)))


@vector("The digest section has 31 bytes.")
def bad_digest_length():
    return with_members(one_int(), digest=bytes(31))


@vector("A chunk follows the digest.")
def bad_digest_early():
    made = with_members(one_int(), digest=bytes(32))
    made.change_sections = lambda sections: sections.insert(5, sections.pop())
    return made


# ---- index and trailer ----

@vector("The index lacks the last section.")
def bad_index_short():
    return with_members(one_int(), change_index=lambda entries: entries.pop())


@vector("The index lists a section that is not there.")
def bad_index_long():
    return with_members(one_int(), change_index=lambda entries: entries.append(entries[-1]))


@vector("The index puts a section where it overlaps the one before.")
def bad_index_overlap():
    def change(entries):
        entries[3] = entries[3][:1] + (entries[3][1] - 8,) + entries[3][2:]
    return with_members(one_int(), change_index=change)


@vector("The index leaves a gap between two sections.")
def bad_index_gap():
    def change(entries):
        entries[3] = entries[3][:1] + (entries[3][1] + 8,) + entries[3][2:]
    return with_members(one_int(), change_index=change)


@vector("The index gives a chunk to another extent.")
def bad_index_extent():
    def change(entries):
        entries[6] = entries[6][:3] + (0,) + entries[6][4:]
    return with_members(two_ints(), change_index=change)


@vector("The index gives a section another length.")
def bad_index_length():
    def change(entries):
        entries[2] = entries[2][:2] + (entries[2][2] - 1,) + entries[2][3:]
    return with_members(one_int(), change_index=change)


@vector("The index calls a section by another tag.")
def bad_index_tag():
    def change(entries):
        entries[4] = (b"fram",) + entries[4][1:]
    return with_members(one_int(), change_index=change)


@vector("The index says of a chunk that it holds other rows than its head says.")
def bad_index_rows():
    def change(entries):
        entries[5], entries[6] = entries[5][:6] + (3,), entries[6]
    return with_members(two_ints(), change_index=change)


@vector("The index lists rows in a section that has none.")
def bad_index_rows_in_metadata():
    def change(entries):
        entries[0] = entries[0][:6] + (1,)
    return with_members(one_int(), change_index=change)


@vector("The trailer's checksum is wrong.")
def bad_trailer_crc():
    return with_members(one_int(), trailer_crc=5)


@vector("The trailer gives another length of the file.")
def bad_trailer_length():
    return with_members(one_int(), file_length=4096)


@vector("The trailer points to a place that is not the index.")
def bad_trailer_offset():
    return with_members(one_int(), index_offset=64)


@vector("The trailer counts another number of sections.")
def bad_trailer_sections():
    return with_members(one_int(), section_count=6)


@vector("The end mark is missing: its eight bytes are zero.")
def bad_end_mark():
    return with_members(one_int(), end_magic=bytes(8))


@vector("Bytes follow the end mark.")
def bad_trailing_bytes():
    return with_members(one_int(), change_file=lambda out: out.raw(bytes(8), "<-- behind the end"))


# ---- newer formats ----

@vector("A feature bit that must be understood, next to the one of zstd.")
def unsupported_feature_second():
    return with_members(one_int(), must_understand=3)


@vector("Major version 2, with a header that version 1 could not read further.")
def unsupported_major_reserved():
    return with_members(one_int(), major=2, pointer_width=16, reserved=bytes(range(20)))

@vector("Major version 2.")
def unsupported_major():
    return with_members(one_int(), major=2)


@vector("A feature bit that must be understood.")
def unsupported_feature():
    return with_members(one_int(), must_understand=1 << 33)


def with_new_section(place):
    made = one_int()
    made.change_sections = lambda sections: sections.insert(place, Section(b"Wxyz", Pieces().raw(b"new", "payload")))
    return made


@vector("A critical section that this version does not have, before the types.")
def unsupported_section_first():
    return with_new_section(0)


@vector("A critical section that this version does not have, between the chunks and the index.")
def unsupported_section_last():
    return with_new_section(6)


@vector("A kind of type that this version does not have.")
def unsupported_kind():
    return with_members(Checkpoint(), types=[Type(10, "quantum")])


@vector("A scalar that this version does not have.")
def unsupported_scalar():
    return with_members(Checkpoint(), types=[Type(SCALAR, "_Float16", 37)])


@vector("A scalar that this version does not have, of an enum.")
def unsupported_enum_scalar():
    return with_members(Checkpoint(), types=[Type(ENUM, "enum e", 200, enumerators=[("A", 0)])])


@vector("A role of a field that this version does not have.")
def unsupported_role():
    return with_members(Checkpoint(), types=[Type(SCALAR, "int", 7), Type(STRUCT, "struct s", fields=[field("f", "int", 4)])])
