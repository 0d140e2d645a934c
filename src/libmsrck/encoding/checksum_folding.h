/* SPDX-License-Identifier: MIT */
/*
 * The checksum's bulk on processors that multiply four pairs of polynomials at once (VPCLMULQDQ with AVX-512): several
 * times as fast as one pair at a time, which otherwise takes as long as the swapping of bytes. Elsewhere nothing.
 */
#ifndef MSRCK_ENCODING_CHECKSUM_FOLDING_H
#define MSRCK_ENCODING_CHECKSUM_FOLDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FOLDED_BYTES 64u

/*
 * Replaces bytes at the beginning by FOLDED_BYTES that leave the same remainder: the checksum so far, `*crc`, and the
 * first `*done` bytes together are as FOLDED_BYTES at `folded` after a register of zeros. False, and nothing is done, where
 * the processor cannot do it or there are too few bytes to be worth it.
 */
bool msrck_checksum_fold(uint32_t crc, const unsigned char *bytes, size_t length, unsigned char *folded, size_t *done);

#endif
