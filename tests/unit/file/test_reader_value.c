/* SPDX-License-Identifier: MIT */
#include "reader_fixture.h"

#include "base/big_endian.h"

Test(reader_value, integers_of_every_width_are_read)
{
    struct opened opened;
    msrck_value all;
    uint64_t huge;
    int64_t number;

    open_sample(&opened, FAULT_NONE);
    all = variable(&opened, "all");
    cr_assert_eq(integer(&opened, field(&opened, all, "flag")), 1);
    cr_assert_eq(integer(&opened, field(&opened, all, "letter")), 'A');
    cr_assert_eq(integer(&opened, field(&opened, all, "tiny")), -3);
    cr_assert_eq(integer(&opened, field(&opened, all, "byte")), 250);
    cr_assert_eq(integer(&opened, field(&opened, all, "little")), -300);
    cr_assert_eq(integer(&opened, field(&opened, all, "large")), -5000000000);
    cr_assert_eq(integer(&opened, field(&opened, all, "color")), 5);
    all = field(&opened, all, "huge");
    cr_assert_eq(msrck_value_uint64(&all, &huge, NULL), MSRCK_OK);
    cr_assert_eq(huge, UINT64_MAX);
    cr_assert_eq(msrck_value_int64(&all, &number, NULL), MSRCK_DOES_NOT_FIT);
    close_sample(&opened);
}

Test(reader_value, doubles_are_exact_or_refused)
{
    struct opened opened;
    msrck_value all, value;
    double number = 0;

    open_sample(&opened, FAULT_NONE);
    all = variable(&opened, "all");
    value = field(&opened, all, "single");
    cr_assert_eq(msrck_value_double(&value, &number, NULL), MSRCK_OK);
    cr_assert_eq(number, (double)0.1f);
    value = field(&opened, all, "large");
    cr_assert_eq(msrck_value_double(&value, &number, NULL), MSRCK_OK);
    cr_assert_eq(number, -5000000000.0);
    value = field(&opened, all, "huge");
    cr_assert_eq(msrck_value_double(&value, &number, NULL), MSRCK_DOES_NOT_FIT);
    value = field(&opened, all, "wide");
    cr_assert_eq(msrck_value_double(&value, &number, NULL), MSRCK_DOES_NOT_FIT);
    close_sample(&opened);
}

static void expect_text(struct opened *opened, msrck_value value, const char *expected)
{
    char text[MSRCK_TEXT_SIZE];

    cr_assert_eq(msrck_value_text(&value, text, &opened->error), MSRCK_OK, "%s", opened->error.message);
    cr_assert_str_eq(text, expected);
}

Test(reader_value, scalars_read_as_lossless_text)
{
    struct opened opened;
    msrck_value all, plane;
    const char *name;

    open_sample(&opened, FAULT_NONE);
    all = variable(&opened, "all");
    expect_text(&opened, field(&opened, all, "single"), "0.1");
    expect_text(&opened, field(&opened, all, "fine"), "nan:0x7ff8000000001234");
    expect_text(&opened, field(&opened, all, "wide"), "0x1.5555555555555555555555555555p-1");
    plane = field(&opened, all, "plane");
    cr_assert_eq(msrck_value_length(&plane), 2u);
    expect_text(&opened, element(&opened, plane, 0), "1.5");
    expect_text(&opened, element(&opened, plane, 1), "-0.0");
    all = field(&opened, all, "color");
    cr_assert_eq(msrck_value_enumerator(&all, &name, NULL), MSRCK_OK);
    cr_assert_str_eq(name, "GREEN");
    close_sample(&opened);
}

Test(reader_value, only_the_active_member_of_a_union_is_given)
{
    struct opened opened;
    msrck_value shapes, area, member;
    uint32_t index;

    open_sample(&opened, FAULT_NONE);
    shapes = field(&opened, variable(&opened, "all"), "shapes");
    area = field(&opened, element(&opened, shapes, 0), "area");
    cr_assert_eq(msrck_value_active(&area, &index, &member, NULL), MSRCK_OK);
    cr_assert_eq(index, 0u);
    expect_text(&opened, member, "2.5");
    area = field(&opened, element(&opened, shapes, 1), "area");
    cr_assert_eq(integer(&opened, element(&opened, field(&opened, area, "sides"), 1)), -4);
    cr_assert_eq(msrck_value_field_named(&area, "radius", &member, NULL), MSRCK_MISUSE);
    area = field(&opened, element(&opened, shapes, 2), "area");
    cr_assert_eq(msrck_value_active(&area, &index, &member, NULL), MSRCK_OK);
    cr_assert_eq(index, MSRCK_NO_INDEX);
    close_sample(&opened);
}

Test(reader_value, bit_fields_know_their_width)
{
    struct opened opened;
    msrck_value bits, level;

    open_sample(&opened, FAULT_NONE);
    bits = field(&opened, variable(&opened, "all"), "bits");
    level = field(&opened, bits, "level");
    cr_assert_eq(msrck_value_bits(&level), 5u);
    cr_assert_eq(integer(&opened, level), -16);
    cr_assert_eq(integer(&opened, field(&opened, bits, "ready")), 5);
    close_sample(&opened);
}

Test(reader_value, pointers_lead_to_values_of_their_type)
{
    struct opened opened;
    msrck_value root, all, row;
    msrck_block_facts block;
    uint64_t address, leaf;

    open_sample(&opened, FAULT_NONE);
    root = target(&opened, variable(&opened, "root"));
    cr_assert_eq(integer(&opened, field(&opened, root, "value")), 10);
    root = target(&opened, field(&opened, target(&opened, field(&opened, root, "left")), "right"));
    cr_assert_eq(integer(&opened, field(&opened, root, "value")), 10, "the cycle");
    all = variable(&opened, "all");
    expect_text(&opened, target(&opened, field(&opened, all, "inside")), "6");
    row = target(&opened, field(&opened, all, "row"));
    cr_assert_eq(msrck_value_length(&row), 4u);
    cr_assert_eq(integer(&opened, element(&opened, row, 3)), 7);
    row = field(&opened, all, "anything");
    cr_assert_eq(msrck_value_pointer(&row, &address, NULL), MSRCK_OK);
    cr_assert(msrck_reader_find_address(opened.reader, address, &block, &leaf));
    cr_assert_eq(leaf, 2u);
    close_sample(&opened);
}

Test(reader_value, null_void_and_past_the_end_have_no_target)
{
    struct opened opened;
    msrck_value all, value;

    open_sample(&opened, FAULT_NONE);
    all = variable(&opened, "all");
    value = field(&opened, all, "anything");
    cr_assert_eq(msrck_value_target(&value, &value, NULL), MSRCK_MISUSE);
    value = field(&opened, all, "end");
    cr_assert_eq(msrck_value_target(&value, &value, NULL), MSRCK_MISUSE);
    value =
        field(&opened, target(&opened, field(&opened, target(&opened, variable(&opened, "root")), "right")), "right");
    cr_assert_eq(msrck_value_target(&value, &value, NULL), MSRCK_MISUSE);
    close_sample(&opened);
}

Test(reader_value, a_place_gives_the_value_of_the_asked_type)
{
    struct opened opened;
    uint32_t number, whole;
    msrck_value value;

    open_sample(&opened, FAULT_NONE);
    number = msrck_reader_find_type(opened.reader, "double");
    whole = msrck_reader_find_type(opened.reader, "int");
    cr_assert_eq(msrck_reader_value_at(opened.reader, 11, 2, number, &value, &opened.error), MSRCK_OK);
    expect_text(&opened, value, "1.5");
    cr_assert_eq(msrck_reader_value_at(opened.reader, 11, 0, whole, &value, &opened.error), MSRCK_OK);
    cr_assert_eq(integer(&opened, value), 3);
    cr_assert_eq(msrck_reader_value_at(opened.reader, 11, 0, number, &value, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_reader_value_at(opened.reader, 11, 4, number, &value, NULL), MSRCK_MISUSE, "one past the end");
    cr_assert_eq(msrck_reader_value_at(opened.reader, 11, 5, number, &value, NULL), MSRCK_MISUSE, "beyond");
    close_sample(&opened);
}

Test(reader_value, only_the_active_member_is_a_target)
{
    struct opened opened;
    msrck_block_facts block;
    msrck_value sides, found;
    uint32_t number, whole;
    uint64_t leaf;

    open_sample(&opened, FAULT_NONE);
    sides = field(&opened, element(&opened, field(&opened, variable(&opened, "all"), "shapes"), 1), "area");
    cr_assert(msrck_reader_find_address(opened.reader, sides.address, &block, &leaf));
    number = msrck_reader_find_type(opened.reader, "double");
    whole = msrck_reader_find_type(opened.reader, "int");
    cr_assert_eq(msrck_reader_value_at(opened.reader, block.number, leaf + 1, whole, &found, &opened.error), MSRCK_OK);
    cr_assert_eq(integer(&opened, found), -4);
    cr_assert_eq(msrck_reader_value_at(opened.reader, block.number, leaf, number, &found, NULL), MSRCK_MISUSE);
    cr_assert(msrck_reader_may_point(opened.reader, number, block.number, leaf), "but a pointer may stand there");
    close_sample(&opened);
}

Test(reader_value, functions_are_named_and_wrong_numbers_refused)
{
    struct opened opened;
    msrck_value call;
    const char *name;

    open_sample(&opened, FAULT_NONE);
    call = field(&opened, variable(&opened, "all"), "call");
    cr_assert_eq(msrck_value_function(&call, &name, NULL), MSRCK_OK);
    cr_assert_str_eq(name, "descending");
    close_sample(&opened);
    open_sample(&opened, FAULT_FUNCTION);
    call = field(&opened, variable(&opened, "all"), "call");
    cr_assert_eq(msrck_value_function(&call, &name, NULL), MSRCK_CORRUPT);
    close_sample(&opened);
}

Test(reader_value, flexible_members_have_the_blocks_count)
{
    struct opened opened;
    msrck_value packet, data;

    open_sample(&opened, FAULT_NONE);
    cr_assert_eq(msrck_reader_element(opened.reader, 11, 0, &packet, NULL), MSRCK_OK);
    data = field(&opened, packet, "data");
    cr_assert_eq(msrck_value_kind(&data), MSRCK_KIND_ARRAY);
    cr_assert_eq(msrck_value_length(&data), 3u);
    expect_text(&opened, element(&opened, data, 2), "3.0");
    cr_assert_eq(element(&opened, data, 2).address, packet.address + 3);
    cr_assert_eq(msrck_value_element(&data, 3, &data, NULL), MSRCK_MISUSE);
    close_sample(&opened);
}

Test(reader_value, runs_give_all_elements_in_order)
{
    struct opened opened;
    msrck_value numbers;
    const unsigned char *bytes;
    uint64_t count, runs = 0;
    size_t width;
    uint32_t type;

    open_sample(&opened, FAULT_NONE);
    cr_assert_eq(msrck_reader_block_value(opened.reader, 7, &numbers, NULL), MSRCK_OK);
    cr_assert_eq(msrck_value_flat_length(&numbers, &type), SAMPLE_NUMBERS);
    for (uint64_t at = 0; at < SAMPLE_NUMBERS; at += count, runs++) {
        cr_assert_eq(msrck_value_run(&numbers, at, &bytes, &count, &width, &opened.error), MSRCK_OK);
        cr_assert_gt(count, 0u);
        cr_assert_eq(width, 8u);
        for (uint64_t i = 0; i < count; i++) {
            uint64_t bits = load_be64(bytes + i * width);
            double value;
            memcpy(&value, &bits, sizeof value);
            cr_assert_eq(value, (double)(at + i) * 0.1);
        }
    }
    cr_assert_geq(runs, 3u, "the block spans several chunks");
    close_sample(&opened);
}

Test(reader_value, runs_flatten_arrays_of_arrays)
{
    struct opened opened;
    msrck_value grid, row;
    const unsigned char *bytes;
    uint64_t count;
    size_t width;

    open_sample(&opened, FAULT_NONE);
    grid = variable(&opened, "grid");
    cr_assert_eq(msrck_value_run(&grid, 5, &bytes, &count, &width, NULL), MSRCK_OK);
    cr_assert_eq(count, 7u);
    cr_assert_eq(load_be32(bytes + 1 * width), 6u);
    row = element(&opened, grid, 2);
    cr_assert_eq(msrck_value_run(&row, 1, &bytes, &count, &width, NULL), MSRCK_OK);
    cr_assert_eq(count, 3u);
    cr_assert_eq(load_be32(bytes), 9u);
    cr_assert_eq(msrck_value_run(&row, 4, &bytes, &count, &width, NULL), MSRCK_MISUSE);
    close_sample(&opened);
}

Test(reader_value, a_tiny_cache_reads_the_same)
{
    struct opened opened;
    msrck_limits limits = MSRCK_LIMITS_INIT;
    msrck_value numbers;

    open_sample(&opened, FAULT_NONE);
    msrck_reader_close(opened.reader);
    limits.memory_bytes = 1;
    cr_assert_eq(
        msrck_reader_open_memory(opened.bytes.bytes, opened.bytes.length, &limits, &opened.reader, &opened.error),
        MSRCK_OK, "%s", opened.error.message);
    cr_assert_eq(msrck_reader_block_value(opened.reader, 7, &numbers, NULL), MSRCK_OK);
    expect_text(&opened, element(&opened, numbers, 99999), "9999.900000000001");
    expect_text(&opened, element(&opened, numbers, 0), "0.0");
    expect_text(&opened, element(&opened, numbers, 50000), "5000.0");
    close_sample(&opened);
}

Test(reader_value, frames_give_live_variables_and_locals)
{
    struct opened opened;
    msrck_value value;

    open_sample(&opened, FAULT_NONE);
    cr_assert_eq(msrck_reader_live_value(opened.reader, 0, &value, NULL), MSRCK_OK);
    cr_assert_eq(integer(&opened, field(&opened, value, "spare")), 42);
    cr_assert_eq(msrck_reader_local_value(opened.reader, 0, 0, &value, NULL), MSRCK_OK);
    value = target(&opened, element(&opened, value, 0));
    cr_assert_eq(integer(&opened, field(&opened, value, "value")), 20);
    cr_assert_eq(msrck_reader_local_value(opened.reader, 0, 1, &value, NULL), MSRCK_MISUSE, "not alive");
    close_sample(&opened);
}
