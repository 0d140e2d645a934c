/* SPDX-License-Identifier: MIT */
/*
 * What the C compilers of other machines say about scalars: sizes, alignments, the format of long double. Facts of the
 * platforms' ABIs on Linux, so that a checkpoint can be held against a machine that is not there.
 */
#ifndef MSRCK_FILE_MACHINE_ABI_H
#define MSRCK_FILE_MACHINE_ABI_H

#include "types/ti_table.h"

enum long_double_format {
    LONG_DOUBLE_BINARY64,
    LONG_DOUBLE_X87,                /* 64 bits of significand */
    LONG_DOUBLE_BINARY128,
    LONG_DOUBLE_PAIR                /* IBM: the sum of two binary64 */
};

struct machine_abi {
    const char *name;
    uint16_t machine;               /* e_machine of its ELF files */
    bool wide_file;                 /* ELFCLASS64 */
    bool big_endian;
    uint8_t pointer;                /* bytes; size_t and ptrdiff_t are as long */
    uint8_t long_size;
    uint8_t time_size;              /* time_t, off_t and clock_t without options for larger ones */
    uint8_t double_alignment;       /* of double in a struct */
    uint8_t long_long_alignment;
    uint8_t long_double_size, long_double_alignment;
    enum long_double_format long_double;
    uint8_t address_bits;           /* of the memory that one process can have */
};

extern const struct machine_abi msrck_machine_abis[];
extern const unsigned msrck_machine_abi_count;

/* The ABI of an ELF file; NULL when it is not known here. */
const struct machine_abi *msrck_machine_abi_of(uint16_t machine, bool wide_file, bool big_endian);

/* Native bytes and alignment of a scalar. */
unsigned msrck_abi_scalar_size(const struct machine_abi *abi, uint32_t scalar);
unsigned msrck_abi_scalar_alignment(const struct machine_abi *abi, uint32_t scalar);

/* "64-bit", "80-bit", "128-bit", "double-double". */
const char *msrck_long_double_text(enum long_double_format format);
/* Whether the format has exactly this binary128 value. */
bool msrck_long_double_holds(enum long_double_format format, const unsigned char canonical[16]);

#endif
