/* SPDX-License-Identifier: MIT */
/*
 * Rows of bytes to planes and back: plane k holds byte k of every row. Sixteen rows are transposed at a time with
 * vector operations that gcc and clang have for every machine. Compiled with -O3.
 */
#ifndef MSRCK_ENCODING_BYTE_PLANES_H
#define MSRCK_ENCODING_BYTE_PLANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `planes` holds `width` addresses of `rows` bytes each. Nothing overlaps. */
void msrck_planes_split(const unsigned char *raw, size_t rows, size_t width, unsigned char *const *planes);
void msrck_planes_join(unsigned char *raw, size_t rows, size_t width, const unsigned char *const *planes);

/*
 * Whether a plane is noise, which no codec makes smaller: its bytes, and also the differences of neighbouring bytes,
 * meet each other about as seldom as those of a fair die with 256 sides. Integer arithmetic on a fixed sample, so that
 * every machine decides alike. Fewer than 512 bytes are never noise.
 */
bool msrck_plane_is_noise(const unsigned char *plane, size_t length);

#endif
