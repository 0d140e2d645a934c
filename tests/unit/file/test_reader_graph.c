/* SPDX-License-Identifier: MIT */
#include "reader_fixture.h"

TestSuite(reader_graph);

Test(reader_graph, header_and_provenance_are_shown)
{
    struct opened opened;
    unsigned major, minor;

    open_sample(&opened, FAULT_NONE);
    msrck_reader_version(opened.reader, &major, &minor);
    cr_assert_eq(major, 1u);
    cr_assert_eq(minor, 0u);
    cr_assert_eq(msrck_reader_pointer_width(opened.reader), 4u);
    cr_assert_str_eq(msrck_reader_program(opened.reader), "sample");
    cr_assert_eq(msrck_reader_file_bytes(opened.reader), opened.bytes.length);
    cr_assert_eq(msrck_reader_note_count(opened.reader), 1u);
    cr_assert_str_eq(msrck_reader_note_key(opened.reader, 0), "host");
    cr_assert_null(msrck_reader_note_value(opened.reader, 1));
    cr_assert_null(msrck_reader_stored_digest(opened.reader));
    close_sample(&opened);
}

Test(reader_graph, types_and_fields_are_shown_by_name)
{
    struct opened opened;
    msrck_type_facts type;
    msrck_field_facts area;
    uint32_t shape;
    char *text;

    open_sample(&opened, FAULT_NONE);
    shape = msrck_reader_find_type(opened.reader, "struct shape");
    cr_assert(msrck_reader_type(opened.reader, shape, &type));
    cr_assert_eq(type.kind, MSRCK_KIND_STRUCT);
    cr_assert_eq(type.field_count, 2u);
    cr_assert_eq(type.row_width, 16u);
    cr_assert(msrck_reader_field(opened.reader, shape, 1, &area));
    cr_assert_str_eq(area.name, "area");
    cr_assert_eq(area.tag_field, 0u);
    cr_assert_eq(area.row_offset, 4u);
    cr_assert_not(msrck_reader_field(opened.reader, shape, 2, &area));
    cr_assert_eq(msrck_reader_find_type(opened.reader, "struct nothing"), MSRCK_NO_TYPE);
    cr_assert_not(msrck_reader_type(opened.reader, msrck_reader_type_count(opened.reader), &type));
    text = msrck_reader_declarator(opened.reader, msrck_reader_find_type(opened.reader, "struct node *[2]"), "pair");
    cr_assert_str_eq(text, "struct node *pair[2]");
    free(text);
    close_sample(&opened);
}

Test(reader_graph, frames_name_function_point_and_locals)
{
    struct opened opened;
    msrck_frame_facts frame;
    const char *name;
    uint64_t address;
    uint32_t type;

    open_sample(&opened, FAULT_NONE);
    cr_assert_eq(msrck_reader_frame_count(opened.reader), 2u);
    cr_assert(msrck_reader_frame(opened.reader, 0, &frame));
    cr_assert_str_eq(frame.function_name, "merge");
    cr_assert_eq(frame.point, 2u);
    cr_assert_str_eq(frame.label, "after left");
    cr_assert(msrck_reader_frame_local(opened.reader, 0, 0, &name, &type, &address));
    cr_assert_str_eq(name, "pair");
    cr_assert_neq(address, 0u);
    cr_assert(msrck_reader_frame_local(opened.reader, 0, 1, &name, &type, &address));
    cr_assert_eq(address, 0u);
    cr_assert_not(msrck_reader_frame_local(opened.reader, 0, 2, &name, &type, &address));
    cr_assert_not(msrck_reader_frame(opened.reader, 2, &frame));
    close_sample(&opened);
}

Test(reader_graph, numbers_and_addresses_of_blocks_lead_to_each_other)
{
    struct opened opened;
    msrck_block_facts block, found;
    uint64_t leaf, next = 1;

    open_sample(&opened, FAULT_NONE);
    cr_assert_eq(msrck_reader_block_count(opened.reader), 13u);
    for (uint64_t number = 1; number <= 13; number++) {
        cr_assert(msrck_reader_block(opened.reader, number, &block));
        cr_assert_eq(block.address, next, "the blocks lie one after the other");
        for (uint64_t i = 0; i <= block.leaves; i += block.leaves > 100 ? 997 : 1) {
            cr_assert(msrck_reader_find_address(opened.reader, block.address + i, &found, &leaf));
            cr_assert_eq(found.number, number);
            cr_assert_eq(leaf, i);
        }
        next = block.address + block.leaves + 1;
    }
    cr_assert_not(msrck_reader_find_address(opened.reader, 0, &found, &leaf));
    cr_assert_not(msrck_reader_find_address(opened.reader, next, &found, &leaf));
    cr_assert_not(msrck_reader_block(opened.reader, 0, &block));
    cr_assert_not(msrck_reader_block(opened.reader, 14, &block));
    close_sample(&opened);
}

Test(reader_graph, owners_of_blocks_are_known)
{
    struct opened opened;
    uint32_t index, local;

    open_sample(&opened, FAULT_NONE);
    cr_assert_eq(msrck_reader_owner(opened.reader, 1, &index, &local), MSRCK_OWNER_VARIABLE);
    cr_assert_eq(msrck_reader_owner(opened.reader, 4, &index, &local), MSRCK_OWNER_LIVE);
    cr_assert_eq(index, 1u);
    cr_assert_eq(msrck_reader_owner(opened.reader, 6, &index, &local), MSRCK_OWNER_LOCAL);
    cr_assert_eq(index, 0u);
    cr_assert_eq(local, 0u);
    cr_assert_eq(msrck_reader_owner(opened.reader, 8, &index, &local), MSRCK_OWNER_NONE);
    close_sample(&opened);
}

static void expect_path(struct opened *opened, uint64_t block, uint64_t leaf, const char *target_type,
                        const char *expected)
{
    uint32_t type = msrck_reader_find_type(opened->reader, target_type);
    char *path = msrck_reader_path(opened->reader, block, leaf, type);

    cr_assert_not_null(path);
    cr_assert_str_eq(path, expected, "block %llu, leaf %llu as %s: %s, not %s", (unsigned long long)block,
                     (unsigned long long)leaf, target_type, path, expected);
    free(path);
}

/* Blocks: 1 grid, 2 all, 7 doubles, 8 to 10 nodes, 11 packet, 12 literal. */
Test(reader_graph, paths_name_the_outermost_object_of_the_pointers_type)
{
    struct opened opened;

    open_sample(&opened, FAULT_NONE);
    expect_path(&opened, 8, 0, "struct node", "");
    expect_path(&opened, 8, 0, "int", ".value");
    expect_path(&opened, 8, 2, "void", ".right");
    expect_path(&opened, 8, 3, "struct node", "[1]");
    expect_path(&opened, 1, 6, "int", "[1][2]");
    expect_path(&opened, 1, 4, "int [4]", "[1]");
    expect_path(&opened, 1, 0, "int [3][4]", "");
    expect_path(&opened, 7, 41, "double", "[41]");
    expect_path(&opened, 11, 2, "double", ".data[1]");
    expect_path(&opened, 11, 4, "double", ".data[3]");
    expect_path(&opened, 2, 0, "_Bool", ".flag");
    cr_assert_null(msrck_reader_path(opened.reader, 8, 4, 0));
    cr_assert_null(msrck_reader_path(opened.reader, 99, 0, 0));
    close_sample(&opened);
}

static bool may_point(struct opened *opened, const char *target_type, uint64_t block, uint64_t leaf)
{
    return msrck_reader_may_point(opened->reader, msrck_reader_find_type(opened->reader, target_type), block, leaf);
}

Test(reader_graph, pointers_may_stand_where_c_lets_them)
{
    struct opened opened;

    open_sample(&opened, FAULT_NONE);
    cr_assert(may_point(&opened, "struct node", 8, 0));
    cr_assert(may_point(&opened, "int", 8, 0), "the first member");
    cr_assert(may_point(&opened, "unsigned int", 8, 0), "the other signedness");
    cr_assert(may_point(&opened, "enum color", 8, 0), "an enum of the same width");
    cr_assert(may_point(&opened, "struct main_live", 8, 0), "a struct that begins with the same members");
    cr_assert_not(may_point(&opened, "struct merge_live", 8, 0), "a struct with other members");
    cr_assert(may_point(&opened, "int", 8, 1), "one past the member");
    cr_assert(may_point(&opened, "char", 8, 1), "characters stand anywhere");
    cr_assert(may_point(&opened, "void", 8, 2));
    cr_assert(may_point(&opened, "int [4]", 1, 8));
    cr_assert(may_point(&opened, "struct node", 8, 3), "one past the block");
    cr_assert_not(may_point(&opened, "int", 8, 2), "a pointer is no int");
    cr_assert_not(may_point(&opened, "double", 8, 0));
    cr_assert_not(may_point(&opened, "struct node", 7, 0));
    cr_assert_not(may_point(&opened, "struct node", 8, 1), "the middle of a struct");
    cr_assert_not(may_point(&opened, "int", 8, 9), "beyond the block");
    cr_assert_not(may_point(&opened, "_Bool", 8, 0), "a _Bool is no character");
    close_sample(&opened);
}
