/* SPDX-License-Identifier: MIT */
/*
 * Size classes of array blocks, by element count. Bytes would not do: they differ between machines, and the class
 * decides in which pool, hence in which order, blocks are numbered.
 *
 * Counts up to 64 have a class each, so that their blocks need no count beside them. Above, each power of two is cut
 * into four: at most a fifth of a slot is unused.
 */
#ifndef MSRCK_MEMORY_SIZE_CLASS_H
#define MSRCK_MEMORY_SIZE_CLASS_H

#include <stdint.h>

#define SIZE_CLASS_EXACT 64u
#define SIZE_CLASSES (SIZE_CLASS_EXACT + 1u + (64u - 6u) * 4u)

static inline unsigned size_class_of(uint64_t count)
{
    unsigned exponent;

    if (count <= SIZE_CLASS_EXACT)
        return (unsigned)count;
    exponent = 63u - (unsigned)__builtin_clzll(count - 1);
    return SIZE_CLASS_EXACT + 1u + (exponent - 6u) * 4u + (unsigned)(((count - 1) >> (exponent - 2u)) & 3u);
}

/* The largest count of the class. */
static inline uint64_t size_class_capacity(unsigned size_class)
{
    unsigned exponent, quarter;

    if (size_class <= SIZE_CLASS_EXACT)
        return size_class;
    exponent = 6u + (size_class - SIZE_CLASS_EXACT - 1u) / 4u;
    quarter = (size_class - SIZE_CLASS_EXACT - 1u) % 4u + 1u;
    if (exponent == 63u && quarter == 4u)
        return UINT64_MAX;
    return ((uint64_t)1 << exponent) + ((uint64_t)quarter << (exponent - 2u));
}

/* The smallest count of the class. */
static inline uint64_t size_class_lowest(unsigned size_class)
{
    return size_class <= SIZE_CLASS_EXACT ? size_class : size_class_capacity(size_class - 1u) + 1u;
}

#endif
