/* SPDX-License-Identifier: MIT */
/*
 * Rows of bytes to planes and back: plane k holds byte k of every row. Sixteen rows are transposed at a time with
 * vector operations that gcc and clang have for every machine. Compiled with -O3.
 */
#ifndef MSRCK_ENCODING_BYTE_PLANES_H
#define MSRCK_ENCODING_BYTE_PLANES_H

#include <stddef.h>
#include <stdint.h>

/* `planes` holds `width` addresses of `rows` bytes each. Nothing overlaps. */
void msrck_planes_split(const unsigned char *raw, size_t rows, size_t width, unsigned char *const *planes);
void msrck_planes_join(unsigned char *raw, size_t rows, size_t width, const unsigned char *const *planes);

#endif
