/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "encoding/byte_planes.h"

static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return *state >> 16;
}

static void check_planes(size_t width, size_t rows)
{
    size_t length = width * rows;
    unsigned char *raw = malloc(length + 1), *flat = malloc(length + 1), *back = malloc(length + 1);
    unsigned char **planes = malloc(width * sizeof *planes);
    unsigned state = (unsigned)(width * 1000 + rows);

    for (size_t i = 0; i < length; i++)
        raw[i] = (unsigned char)next_random(&state);
    for (size_t k = 0; k < width; k++)
        planes[k] = flat + k * rows;
    flat[length] = back[length] = 0xee;
    msrck_planes_split(raw, rows, width, planes);
    for (size_t row = 0; row < rows; row++)
        for (size_t k = 0; k < width; k++)
            cr_assert_eq(planes[k][row], raw[row * width + k], "width %zu, row %zu, column %zu", width, row, k);
    msrck_planes_join(back, rows, width, (const unsigned char *const *)planes);
    cr_assert(memcmp(raw, back, length) == 0, "width %zu, %zu rows", width, rows);
    cr_assert(flat[length] == 0xee && back[length] == 0xee);
    free(raw);
    free(flat);
    free(back);
    free(planes);
}

Test(byte_planes, every_width_and_remainder)
{
    for (size_t width = 1; width <= 70; width++)
        for (size_t rows = 1; rows < 70; rows += 1 + rows / 8)
            check_planes(width, rows);
}

Test(byte_planes, many_rows_and_wide_rows)
{
    check_planes(8, 32768);
    check_planes(20, 13107);
    check_planes(84, 3120);
    check_planes(4096, 64);
    check_planes(1000, 262);
}
