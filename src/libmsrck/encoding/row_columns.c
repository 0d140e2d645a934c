/* SPDX-License-Identifier: MIT */
#include "encoding/row_columns.h"

#include <string.h>

#include "base/big_endian.h"

/*
 * The loops below take a width, a distance or a byte order as parameters that are constants wherever they are called:
 * inlined, each call becomes a loop of its own without a test in it.
 */
#define UNROLLED _Pragma("GCC unroll 4")    /* the next loop: its bodies are as short as what counts it */
#define INLINED static inline __attribute__((always_inline))

/* One integer of `width` bytes from or to canonical or native bytes. */
INLINED uint64_t load(const unsigned char *from, unsigned width, bool canonical)
{
    uint16_t two;
    uint32_t four;
    uint64_t eight;

    switch (width) {
    case 1:
        return *from;
    case 2:
        memcpy(&two, from, 2);
        return canonical ? swap_if_little_16(two) : two;
    case 4:
        memcpy(&four, from, 4);
        return canonical ? swap_if_little_32(four) : four;
    default:
        memcpy(&eight, from, 8);
        return canonical ? swap_if_little_64(eight) : eight;
    }
}

INLINED void store(unsigned char *to, unsigned width, bool canonical, uint64_t value)
{
    uint16_t two = (uint16_t)value;
    uint32_t four = (uint32_t)value;

    switch (width) {
    case 1:
        *to = (unsigned char)value;
        break;
    case 2:
        two = canonical ? swap_if_little_16(two) : two;
        memcpy(to, &two, 2);
        break;
    case 4:
        four = canonical ? swap_if_little_32(four) : four;
        memcpy(to, &four, 4);
        break;
    default:
        value = canonical ? swap_if_little_64(value) : value;
        memcpy(to, &value, 8);
        break;
    }
}

/* ---- Plain scalars ---- */

#ifdef __SSE2__

typedef uint16_t halfwords __attribute__((vector_size(16)));

/*
 * Reverses the bytes of the integers in 16 bytes: first the halfwords of each, then the bytes of each halfword. gcc
 * does not vectorise a byte swap by itself on processors that may lack a byte shuffle.
 */
INLINED halfwords swapped(halfwords v, unsigned width)
{
    if (width == 1)
        return v;
    if (width == 4)
        v = __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6);
    else if (width == 8)
        v = __builtin_shufflevector(v, v, 3, 2, 1, 0, 7, 6, 5, 4);
    return v << 8 | v >> 8;
}

#if defined(__x86_64__) && !defined(__AVX2__)
#define WIDE_VECTORS 1

typedef unsigned char wide_bytes __attribute__((vector_size(32)));

/* What all of swap_vectors() is with a byte shuffle, which is asked for where the processor has it. */
__attribute__((target("avx2"))) static size_t swap_wide_8(unsigned char *restrict to,
                                                          const unsigned char *restrict from, size_t bytes)
{
    size_t whole = bytes & ~(sizeof(wide_bytes) - 1);

    for (size_t i = 0; i < whole; i += sizeof(wide_bytes)) {
        wide_bytes v;

        memcpy(&v, from + i, sizeof v);
        v = __builtin_shufflevector(v, v, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, 23, 22, 21, 20, 19, 18, 17,
                                    16, 31, 30, 29, 28, 27, 26, 25, 24);
        memcpy(to + i, &v, sizeof v);
    }
    return whole;
}

__attribute__((target("avx2"))) static size_t swap_wide_4(unsigned char *restrict to,
                                                          const unsigned char *restrict from, size_t bytes)
{
    size_t whole = bytes & ~(sizeof(wide_bytes) - 1);

    for (size_t i = 0; i < whole; i += sizeof(wide_bytes)) {
        wide_bytes v;

        memcpy(&v, from + i, sizeof v);
        v = __builtin_shufflevector(v, v, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21,
                                    20, 27, 26, 25, 24, 31, 30, 29, 28);
        memcpy(to + i, &v, sizeof v);
    }
    return whole;
}

#endif

/* As many whole vectors as there are; the bytes done. */
INLINED size_t swap_vectors(unsigned char *restrict to, const unsigned char *restrict from, size_t bytes,
                            unsigned width)
{
    size_t whole = bytes & ~(sizeof(halfwords) - 1);

    for (size_t i = 0; i < whole; i += sizeof(halfwords)) {
        halfwords v;

        memcpy(&v, from + i, sizeof v);
        v = swapped(v, width);
        memcpy(to + i, &v, sizeof v);
    }
    return whole;
}

#else

INLINED size_t swap_vectors(unsigned char *restrict to, const unsigned char *restrict from, size_t bytes,
                            unsigned width)
{
    (void)to, (void)from, (void)bytes, (void)width;
    return 0;
}

#endif

/* Where memcpy's own choice of method is worth its call, and wide vectors theirs. */
#define LONG_COPY 256u

/* One dense run. Loading as native and storing as canonical is the same permutation of bytes as the way back. */
INLINED void swap_run(unsigned char *restrict to, const unsigned char *restrict from, size_t bytes, unsigned width)
{
    if (width == 1 && bytes >= LONG_COPY) {
        memcpy(to, from, bytes);
        return;
    }
#ifdef WIDE_VECTORS
    if ((width == 8 || width == 4) && bytes >= LONG_COPY && __builtin_cpu_supports("avx2")) {
        size_t done = width == 8 ? swap_wide_8(to, from, bytes) : swap_wide_4(to, from, bytes);

        to += done;
        from += done;
        bytes -= done;
    }
#endif
    for (size_t i = swap_vectors(to, from, bytes, width); i < bytes; i += width)
        store(to + i, width, true, load(from + i, width, false));
}

INLINED void swap_runs(unsigned char *restrict to, size_t to_step, const unsigned char *restrict from, size_t from_step,
                       size_t rows, size_t bytes, unsigned width)
{
    if (bytes == to_step && bytes == from_step) {
        swap_run(to, from, rows * bytes, width);
    } else if (bytes == width) {
        UNROLLED
        for (size_t i = 0; i < rows; i++)
            store(to + i * to_step, width, true, load(from + i * from_step, width, false));
    } else {
        for (size_t i = 0; i < rows; i++)
            swap_run(to + i * to_step, from + i * from_step, bytes, width);
    }
}

void msrck_column_swap(unsigned width, unsigned char *to, size_t to_step, const unsigned char *from, size_t from_step,
                       size_t rows, size_t count)
{
    size_t bytes = count * width;

    switch (MSRCK_HOST_IS_BIG_ENDIAN && count > 1 ? 1 : width) {
    case 1:
        swap_runs(to, to_step, from, from_step, rows, bytes, 1);
        break;
    case 2:
        swap_runs(to, to_step, from, from_step, rows, bytes, 2);
        break;
    case 4:
        swap_runs(to, to_step, from, from_step, rows, bytes, 4);
        break;
    default:
        swap_runs(to, to_step, from, from_step, rows, bytes, 8);
        break;
    }
}

void msrck_column_normalise_bool(unsigned char *restrict to, size_t to_step, const unsigned char *restrict from,
                                 size_t from_step, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i * to_step] = from[i * from_step] != 0;
}

/* ---- Integers by way of 64 bits ---- */

/* Shifting left and arithmetically right extends the sign; gcc and clang define both as two's complement does. */
INLINED void load_all(const unsigned char *restrict from, size_t step, unsigned width, bool is_signed, bool canonical,
                      int64_t *restrict values, size_t count)
{
    unsigned unused = 64 - 8 * width;

    UNROLLED
    for (size_t i = 0; i < count; i++) {
        uint64_t value = load(from + i * step, width, canonical);

        values[i] = is_signed ? (int64_t)(value << unused) >> unused : (int64_t)value;
    }
}

INLINED void load_width(const unsigned char *restrict from, size_t step, unsigned width, bool is_signed, bool canonical,
                        int64_t *restrict values, size_t count)
{
    switch (width) {
    case 1:
        load_all(from, step, 1, is_signed, canonical, values, count);
        break;
    case 2:
        load_all(from, step, 2, is_signed, canonical, values, count);
        break;
    case 4:
        load_all(from, step, 4, is_signed, canonical, values, count);
        break;
    default:
        load_all(from, step, 8, is_signed, canonical, values, count);
        break;
    }
}

void msrck_column_load(const unsigned char *from, size_t step, unsigned width, bool is_signed, bool canonical,
                       int64_t *values, size_t count)
{
    if (canonical)
        load_width(from, step, width, is_signed, true, values, count);
    else
        load_width(from, step, width, is_signed, false, values, count);
}

INLINED void store_all(unsigned char *restrict to, size_t step, unsigned width, bool canonical,
                       const int64_t *restrict values, size_t count)
{
    UNROLLED
    for (size_t i = 0; i < count; i++)
        store(to + i * step, width, canonical, (uint64_t)values[i]);
}

INLINED void store_width(unsigned char *restrict to, size_t step, unsigned width, bool canonical,
                         const int64_t *restrict values, size_t count)
{
    switch (width) {
    case 1:
        store_all(to, step, 1, canonical, values, count);
        break;
    case 2:
        store_all(to, step, 2, canonical, values, count);
        break;
    case 4:
        store_all(to, step, 4, canonical, values, count);
        break;
    default:
        store_all(to, step, 8, canonical, values, count);
        break;
    }
}

void msrck_column_store(unsigned char *to, size_t step, unsigned width, bool canonical, const int64_t *values,
                        size_t count)
{
    if (canonical)
        store_width(to, step, width, true, values, count);
    else
        store_width(to, step, width, false, values, count);
}

uint64_t msrck_column_together(const uint64_t *values, size_t count)
{
    uint64_t together = 0;

    UNROLLED
    for (size_t i = 0; i < count; i++)
        together |= values[i];
    return together;
}

/* ---- Pointers ---- */

void msrck_column_store_pointers(unsigned char *restrict to, size_t step, void *const *restrict pointers, size_t count)
{
    UNROLLED
    for (size_t i = 0; i < count; i++)
        memcpy(to + i * step, &pointers[i], sizeof(void *));
}
