/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include <string.h>

#include "base/big_endian.h"
#include "encoding/row_columns.h"

/* Runs of every length around the vectors', every alignment, dense and strided; nothing beside them is touched. */
static void check_runs(unsigned width, size_t count, size_t shift, size_t gap)
{
    unsigned char from[2048], to[2048], expected[2048];
    size_t from_step = count * width + gap * 5, to_step = count * width + gap * 3;

    for (unsigned i = 0; i < sizeof from; i++)
        from[i] = (unsigned char)(i * 37 + i / 256 + 11);
    memset(to, 0xee, sizeof to);
    memset(expected, 0xee, sizeof expected);
    for (size_t row = 0; row < 5; row++)
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < width; k++)
                expected[shift + row * to_step + i * width + k] =
                    from[shift + 3 + row * from_step + i * width + (MSRCK_HOST_IS_BIG_ENDIAN ? k : width - 1 - k)];
    msrck_column_swap(width, to + shift, to_step, from + shift + 3, from_step, 5, count);
    cr_assert(memcmp(to, expected, sizeof to) == 0, "width %u, count %zu, shift %zu, gap %zu", width, count, shift,
              gap);
}

Test(row_columns, scalars_are_reversed_whatever_their_place)
{
    for (unsigned width = 1; width <= 8; width *= 2)
        for (size_t count = 1; count * width <= 300; count += 1 + count / 16)
            for (size_t shift = 0; shift < 9; shift++)
                for (size_t gap = 0; gap < 2; gap++)
                    check_runs(width, count, shift, gap);
}

Test(row_columns, integers_are_extended_by_their_sign)
{
    static const unsigned char bytes[] = { 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8 };
    int64_t value;

    msrck_column_load(bytes, 0, 1, true, true, &value, 1);
    cr_assert_eq(value, -1);
    msrck_column_load(bytes, 0, 1, false, true, &value, 1);
    cr_assert_eq(value, 255);
    msrck_column_load(bytes, 0, 2, true, true, &value, 1);
    cr_assert_eq(value, (int16_t)0xfffe);
    msrck_column_load(bytes, 0, 4, false, true, &value, 1);
    cr_assert_eq(value, 0xfffefdfc);
    msrck_column_load(bytes, 0, 4, true, true, &value, 1);
    cr_assert_eq(value, (int32_t)0xfffefdfc);
    msrck_column_load(bytes, 0, 8, true, true, &value, 1);
    cr_assert_eq((uint64_t)value, 0xfffefdfcfbfaf9f8);
}

Test(row_columns, stores_undo_loads)
{
    unsigned char native[8], canonical[8], again[8];
    int64_t values[1];

    for (unsigned width = 1; width <= 8; width *= 2) {
        int64_t value = -0x0123456789abcdef;

        msrck_column_store(native, 0, width, false, &value, 1);
        msrck_column_load(native, 0, width, true, false, values, 1);
        msrck_column_store(canonical, 0, width, true, values, 1);
        msrck_column_load(canonical, 0, width, false, true, values, 1);
        msrck_column_store(again, 0, width, false, values, 1);
        cr_assert(memcmp(native, again, width) == 0);
    }
}
