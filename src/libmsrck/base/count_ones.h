/* SPDX-License-Identifier: MIT */
/* Counting bits: ranks in bitmaps are made of it. */
#ifndef MSRCK_BASE_COUNT_ONES_H
#define MSRCK_BASE_COUNT_ONES_H

#include <stdint.h>

/* Ones in the word. Where the target lacks an instruction for it the compiler would call a function that reads a table; this stays inline. */
static inline unsigned count_ones(uint64_t word)
{
#ifdef __POPCNT__
    return (unsigned)__builtin_popcountll(word);
#else
    word -= (word >> 1) & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + ((word >> 2) & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)((word * UINT64_C(0x0101010101010101)) >> 56);
#endif
}

#endif
