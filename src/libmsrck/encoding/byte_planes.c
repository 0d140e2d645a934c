/* SPDX-License-Identifier: MIT */
#include "encoding/byte_planes.h"

#include <string.h>

#define INLINED static inline __attribute__((always_inline))

/* ---- Transposing 16 rows of 2, 4 or 8 columns ---- */

#define TILE_ROWS 16u
#define MOST_COLUMNS 8u

typedef unsigned char bytes16 __attribute__((vector_size(16)));

/*
 * A byte's place in `columns` vectors has a number of bits: some for the row, some for the column. Interleaving the
 * first half of the vectors with the second rotates those bits to the left by one. Four times, one for each bit of the
 * sixteen rows, puts the column bits first: planes. As many times as there are column bits, from there, puts the row
 * bits first again.
 */
INLINED void rotate_places(bytes16 *v, unsigned columns, unsigned times)
{
    for (unsigned pass = 0; pass < times; pass++) {
        bytes16 out[MOST_COLUMNS];

        for (unsigned i = 0; i < columns / 2; i++) {
            bytes16 a = v[i], b = v[i + columns / 2];

            out[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            out[2 * i + 1] =
                __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
        for (unsigned i = 0; i < columns; i++)
            v[i] = out[i];
    }
}

INLINED unsigned column_bits(unsigned columns)
{
    return columns == 8 ? 3 : columns == 4 ? 2 : 1;
}

INLINED void split_tile(const unsigned char *raw, size_t width, unsigned char *const *planes, size_t row,
                        unsigned columns)
{
    bytes16 v[MOST_COLUMNS];

    for (unsigned i = 0; i < TILE_ROWS; i++)
        memcpy((unsigned char *)v + i * columns, raw + (row + i) * width, columns);
    rotate_places(v, columns, 4);
    for (unsigned i = 0; i < columns; i++)
        memcpy(planes[i] + row, &v[i], sizeof v[i]);
}

INLINED void join_tile(unsigned char *raw, size_t width, const unsigned char *const *planes, size_t row,
                       unsigned columns)
{
    bytes16 v[MOST_COLUMNS];

    for (unsigned i = 0; i < columns; i++)
        memcpy(&v[i], planes[i] + row, sizeof v[i]);
    rotate_places(v, columns, column_bits(columns));
    for (unsigned i = 0; i < TILE_ROWS; i++)
        memcpy(raw + (row + i) * width, (const unsigned char *)v + i * columns, columns);
}

/* ---- Columns in groups, rows in tiles ---- */

/* Rows first to end - 1 of `columns` neighbouring columns; `raw` begins at the first of the columns. */
INLINED void split_group(const unsigned char *raw, size_t width, unsigned char *const *planes, size_t first, size_t end,
                         unsigned columns)
{
    size_t row = first;

    if (columns > 1)
        for (; end - row >= TILE_ROWS; row += TILE_ROWS)
            split_tile(raw, width, planes, row, columns);
    for (unsigned k = 0; k < columns; k++)
        for (size_t i = row; i < end; i++)
            planes[k][i] = raw[i * width + k];
}

INLINED void join_group(unsigned char *raw, size_t width, const unsigned char *const *planes, size_t first, size_t end,
                        unsigned columns)
{
    size_t row = first;

    if (columns > 1)
        for (; end - row >= TILE_ROWS; row += TILE_ROWS)
            join_tile(raw, width, planes, row, columns);
    for (unsigned k = 0; k < columns; k++)
        for (size_t i = row; i < end; i++)
            raw[i * width + k] = planes[k][i];
}

/*
 * Widest group that fits in what is left. Not 16: in chunks of a power of two all planes begin at the same place of a
 * cache way, and more than eight evict each other.
 */
static unsigned group_of(size_t left)
{
    return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

static void split_block(const unsigned char *raw, size_t width, unsigned char *const *planes, size_t first, size_t end)
{
    for (size_t column = 0, columns; column < width; column += columns) {
        switch (columns = group_of(width - column)) {
        case 8:
            split_group(raw + column, width, planes + column, first, end, 8);
            break;
        case 4:
            split_group(raw + column, width, planes + column, first, end, 4);
            break;
        case 2:
            split_group(raw + column, width, planes + column, first, end, 2);
            break;
        default:
            split_group(raw + column, width, planes + column, first, end, 1);
            break;
        }
    }
}

static void join_block(unsigned char *raw, size_t width, const unsigned char *const *planes, size_t first, size_t end)
{
    for (size_t column = 0, columns; column < width; column += columns) {
        switch (columns = group_of(width - column)) {
        case 8:
            join_group(raw + column, width, planes + column, first, end, 8);
            break;
        case 4:
            join_group(raw + column, width, planes + column, first, end, 4);
            break;
        case 2:
            join_group(raw + column, width, planes + column, first, end, 2);
            break;
        default:
            join_group(raw + column, width, planes + column, first, end, 1);
            break;
        }
    }
}

/* So many rows that all groups of a block pass over memory that is still in the nearest cache. */
static size_t block_rows(size_t width)
{
    size_t rows = 16384 / width / TILE_ROWS * TILE_ROWS;

    return rows < TILE_ROWS ? TILE_ROWS : rows;
}

void msrck_planes_split(const unsigned char *raw, size_t rows, size_t width, unsigned char *const *planes)
{
    size_t step = block_rows(width);

    for (size_t first = 0; first < rows; first += step)
        split_block(raw, width, planes, first, rows - first < step ? rows : first + step);
}

void msrck_planes_join(unsigned char *raw, size_t rows, size_t width, const unsigned char *const *planes)
{
    size_t step = block_rows(width);

    for (size_t first = 0; first < rows; first += step)
        join_block(raw, width, planes, first, rows - first < step ? rows : first + step);
}
