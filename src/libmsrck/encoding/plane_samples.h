/* SPDX-License-Identifier: MIT */
/*
 * What a plane of bytes (byte_planes.h) is like, found in a sample: whether coding it is worth while, and which way.
 * Integer arithmetic on fixed samples, so that every machine decides alike.
 */
#ifndef MSRCK_ENCODING_PLANE_SAMPLES_H
#define MSRCK_ENCODING_PLANE_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum plane_noise { PLANE_HAS_ORDER, PLANE_IS_NEARLY_NOISE, PLANE_IS_NOISE };

/*
 * Whether `length` bytes, which lie `stride` bytes apart, are noise, which no codec makes smaller: they, and also the
 * differences of neighbours, meet each other about as seldom as those of a fair die with 256 sides. Nearly noise is what
 * a codec makes smaller by a third at most, unless its bytes come again in the same order. Fewer than 512 bytes are
 * neither.
 */
enum plane_noise msrck_plane_noise(const unsigned char *plane, size_t length, size_t stride);

/*
 * Whether all there is to gain is that some bytes occur more often than others: looking for sequences that come again
 * would be in vain. False for fewer than 2048 bytes, and where one byte occurs so often that a bit for each is too much.
 */
bool msrck_plane_is_shuffled(const unsigned char *plane, size_t length);

/* Whether all bytes are one. */
bool msrck_plane_is_constant(const unsigned char *plane, size_t length);

#endif
