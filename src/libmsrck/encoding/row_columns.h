/* SPDX-License-Identifier: MIT */
/*
 * Columns of rows: loops that move one scalar of many rows between its native and its canonical place. Both places are
 * given by an address and a distance in bytes; neighbouring scalars are moved by vectors. Compiled with -O3.
 */
#ifndef MSRCK_ENCODING_ROW_COLUMNS_H
#define MSRCK_ENCODING_ROW_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most values that the batch functions below take at once; what callers keep on the stack. */
#define COLUMN_BATCH 256u

/*
 * In each of `rows` rows `count` neighbouring scalars of `width` bytes (1, 2, 4, 8), reversed on little-endian
 * machines: native to canonical or the way back. The steps go from row to row. The areas do not overlap.
 */
void msrck_column_swap(unsigned width, unsigned char *to, size_t to_step, const unsigned char *from, size_t from_step,
                       size_t rows, size_t count);

/* _Bool: anything but zero becomes 1. */
void msrck_column_normalise_bool(unsigned char *to, size_t to_step, const unsigned char *from, size_t from_step,
                                 size_t count);

/*
 * Integers of `width` bytes (1, 2, 4, 8) to and from 64 bits, extended by their signedness. Stores keep the low bytes.
 * `canonical` tells big-endian bytes from this machine's.
 */
void msrck_column_load(const unsigned char *from, size_t step, unsigned width, bool is_signed, bool canonical,
                       int64_t *values, size_t count);
void msrck_column_store(unsigned char *to, size_t step, unsigned width, bool canonical, const int64_t *values,
                        size_t count);

/* All of them in one by a bitwise or: no larger than what fits in the same bits. */
uint64_t msrck_column_together(const uint64_t *values, size_t count);

/* Native data pointers. */
void msrck_column_store_pointers(unsigned char *to, size_t step, void *const *pointers, size_t count);

#endif
