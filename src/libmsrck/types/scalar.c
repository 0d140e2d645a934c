/* SPDX-License-Identifier: MIT */
/* What is canonical about scalars: the same on every machine, fixed by format/msrck-format.md. */
#include "types/ti_table.h"

enum scalar_class { NOT_A_SCALAR, FLOATING, UNSIGNED, SIGNED };

struct scalar_row {
    const char *name;
    unsigned char width;            /* canonical bytes */
    unsigned char class;            /* enum scalar_class; char and wchar_t are UNSIGNED: their bit pattern travels */
};

static const struct scalar_row scalars[MSRCK_SCALAR_COUNT_] = {
    [MSRCK_SCALAR_BOOL] = { "_Bool", 1, UNSIGNED },
    [MSRCK_SCALAR_CHAR] = { "char", 1, UNSIGNED },
    [MSRCK_SCALAR_SCHAR] = { "signed char", 1, SIGNED },
    [MSRCK_SCALAR_UCHAR] = { "unsigned char", 1, UNSIGNED },
    [MSRCK_SCALAR_SHORT] = { "short", 2, SIGNED },
    [MSRCK_SCALAR_USHORT] = { "unsigned short", 2, UNSIGNED },
    [MSRCK_SCALAR_INT] = { "int", 4, SIGNED },
    [MSRCK_SCALAR_UINT] = { "unsigned int", 4, UNSIGNED },
    [MSRCK_SCALAR_LONG] = { "long", 8, SIGNED },
    [MSRCK_SCALAR_ULONG] = { "unsigned long", 8, UNSIGNED },
    [MSRCK_SCALAR_LLONG] = { "long long", 8, SIGNED },
    [MSRCK_SCALAR_ULLONG] = { "unsigned long long", 8, UNSIGNED },
    [MSRCK_SCALAR_FLOAT] = { "float", 4, FLOATING },
    [MSRCK_SCALAR_DOUBLE] = { "double", 8, FLOATING },
    [MSRCK_SCALAR_LDOUBLE] = { "long double", 16, FLOATING },
    [MSRCK_SCALAR_WCHAR] = { "wchar_t", 4, UNSIGNED },
    [MSRCK_SCALAR_CHAR16] = { "char16_t", 2, UNSIGNED },
    [MSRCK_SCALAR_CHAR32] = { "char32_t", 4, UNSIGNED },
    [MSRCK_SCALAR_INT8] = { "int8_t", 1, SIGNED },
    [MSRCK_SCALAR_UINT8] = { "uint8_t", 1, UNSIGNED },
    [MSRCK_SCALAR_INT16] = { "int16_t", 2, SIGNED },
    [MSRCK_SCALAR_UINT16] = { "uint16_t", 2, UNSIGNED },
    [MSRCK_SCALAR_INT32] = { "int32_t", 4, SIGNED },
    [MSRCK_SCALAR_UINT32] = { "uint32_t", 4, UNSIGNED },
    [MSRCK_SCALAR_INT64] = { "int64_t", 8, SIGNED },
    [MSRCK_SCALAR_UINT64] = { "uint64_t", 8, UNSIGNED },
    [MSRCK_SCALAR_SIZE] = { "size_t", 8, UNSIGNED },
    [MSRCK_SCALAR_SSIZE] = { "ssize_t", 8, SIGNED },
    [MSRCK_SCALAR_PTRDIFF] = { "ptrdiff_t", 8, SIGNED },
    [MSRCK_SCALAR_INTPTR] = { "intptr_t", 8, SIGNED },
    [MSRCK_SCALAR_UINTPTR] = { "uintptr_t", 8, UNSIGNED },
    [MSRCK_SCALAR_INTMAX] = { "intmax_t", 8, SIGNED },
    [MSRCK_SCALAR_UINTMAX] = { "uintmax_t", 8, UNSIGNED },
    [MSRCK_SCALAR_TIME] = { "time_t", 8, SIGNED },
    [MSRCK_SCALAR_OFF] = { "off_t", 8, SIGNED },
    [MSRCK_SCALAR_CLOCK] = { "clock_t", 8, SIGNED },
};

/* Numbers that are no scalar get the empty row: width 0, no integer. */
static const struct scalar_row *row_of(uint32_t scalar)
{
    return &scalars[scalar < MSRCK_SCALAR_COUNT_ ? scalar : MSRCK_SCALAR_NONE];
}

unsigned msrck_scalar_width(uint32_t scalar)
{
    return row_of(scalar)->width;
}

bool msrck_scalar_is_integer(uint32_t scalar)
{
    return row_of(scalar)->class >= UNSIGNED;
}

bool msrck_scalar_is_signed(uint32_t scalar)
{
    return row_of(scalar)->class == SIGNED;
}

const char *msrck_scalar_name(uint32_t scalar)
{
    const char *name = row_of(scalar)->name;

    return name != NULL ? name : "?";
}
