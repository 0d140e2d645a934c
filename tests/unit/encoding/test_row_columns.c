/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include <string.h>

#include "base/big_endian.h"
#include "encoding/row_columns.h"

typedef void move(unsigned char *to, size_t to_step, const unsigned char *from, size_t from_step, size_t count);

/* Every count around the vector length, every alignment, dense and strided, on one byte at a time. */
static void check_move(move *column, size_t width)
{
    unsigned char from[512], to[512], expected[512];

    for (unsigned i = 0; i < sizeof from; i++)
        from[i] = (unsigned char)(i * 37 + 11);
    for (size_t count = 0; count < 20; count++) {
        for (size_t shift = 0; shift < 9; shift++) {
            for (size_t gap = 0; gap < 2; gap++) {
                size_t from_step = width + gap * 5, to_step = width + gap * 3;

                memset(to, 0xee, sizeof to);
                memset(expected, 0xee, sizeof expected);
                for (size_t i = 0; i < count; i++)
                    for (size_t k = 0; k < width; k++)
                        expected[shift + i * to_step + k] =
                            from[shift + 3 + i * from_step + (MSRCK_HOST_IS_BIG_ENDIAN ? k : width - 1 - k)];
                column(to + shift, to_step, from + shift + 3, from_step, count);
                cr_assert(memcmp(to, expected, sizeof to) == 0, "width %zu, count %zu, shift %zu, gap %zu", width, count, shift, gap);
            }
        }
    }
}

Test(row_columns, scalars_are_reversed_whatever_their_place)
{
    check_move(msrck_column_copy_1, 1);
    check_move(msrck_column_swap_2, 2);
    check_move(msrck_column_swap_4, 4);
    check_move(msrck_column_swap_8, 8);
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
