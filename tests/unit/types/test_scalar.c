/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <wchar.h>

#include "types/ti_table.h"

static const msrck_type *const builtins[] = {
    &msrck_bool,    &msrck_char,   &msrck_schar,   &msrck_uchar,  &msrck_short,   &msrck_ushort,
    &msrck_int,     &msrck_uint,   &msrck_long,    &msrck_ulong,  &msrck_llong,   &msrck_ullong,
    &msrck_float,   &msrck_double, &msrck_ldouble, &msrck_wchar,  &msrck_char16,  &msrck_char32,
    &msrck_int8,    &msrck_uint8,  &msrck_int16,   &msrck_uint16, &msrck_int32,   &msrck_uint32,
    &msrck_int64,   &msrck_uint64, &msrck_size,    &msrck_ssize,  &msrck_ptrdiff, &msrck_intptr,
    &msrck_uintptr, &msrck_intmax, &msrck_uintmax, &msrck_time,   &msrck_off,     &msrck_clock
};

Test(scalar, each_has_a_description_with_its_number_and_name)
{
    cr_assert_eq(sizeof builtins / sizeof builtins[0], MSRCK_SCALAR_COUNT_ - 1);
    for (unsigned i = 0; i < sizeof builtins / sizeof builtins[0]; i++) {
        cr_assert_eq(builtins[i]->kind, MSRCK_KIND_SCALAR);
        cr_assert_eq(builtins[i]->scalar, i + 1);
        cr_assert_str_eq(builtins[i]->name, msrck_scalar_name(i + 1));
    }
}

Test(scalar, canonical_width_holds_every_native_value)
{
    for (unsigned i = 0; i < sizeof builtins / sizeof builtins[0]; i++)
        cr_assert_geq(msrck_scalar_width(i + 1), builtins[i]->size, "%s", builtins[i]->name);
}

Test(scalar, canonical_widths_are_those_of_the_format)
{
    cr_assert_eq(msrck_scalar_width(MSRCK_SCALAR_BOOL), 1u);
    cr_assert_eq(msrck_scalar_width(MSRCK_SCALAR_INT), 4u);
    cr_assert_eq(msrck_scalar_width(MSRCK_SCALAR_LONG), 8u);
    cr_assert_eq(msrck_scalar_width(MSRCK_SCALAR_LDOUBLE), 16u);
    cr_assert_eq(msrck_scalar_width(MSRCK_SCALAR_WCHAR), 4u);
    cr_assert_eq(msrck_scalar_width(MSRCK_SCALAR_SIZE), 8u);
    cr_assert_eq(msrck_scalar_width(MSRCK_SCALAR_CHAR16), 2u);
}

Test(scalar, signs_follow_C_but_char_and_wchar_travel_as_bits)
{
    cr_assert(msrck_scalar_is_signed(MSRCK_SCALAR_SCHAR));
    cr_assert(msrck_scalar_is_signed(MSRCK_SCALAR_TIME));
    cr_assert(msrck_scalar_is_signed(MSRCK_SCALAR_PTRDIFF));
    cr_assert_not(msrck_scalar_is_signed(MSRCK_SCALAR_SIZE));
    cr_assert_not(msrck_scalar_is_signed(MSRCK_SCALAR_CHAR));
    cr_assert_not(msrck_scalar_is_signed(MSRCK_SCALAR_WCHAR));
    cr_assert_not(msrck_scalar_is_signed(MSRCK_SCALAR_DOUBLE));
}

Test(scalar, floating_types_are_no_integers)
{
    for (unsigned i = MSRCK_SCALAR_BOOL; i < MSRCK_SCALAR_COUNT_; i++) {
        bool floating = i == MSRCK_SCALAR_FLOAT || i == MSRCK_SCALAR_DOUBLE || i == MSRCK_SCALAR_LDOUBLE;

        cr_assert_neq(msrck_scalar_is_integer(i), floating, "%s", msrck_scalar_name(i));
    }
}

Test(scalar, numbers_out_of_range_are_harmless)
{
    cr_assert_eq(msrck_scalar_width(MSRCK_SCALAR_COUNT_), 0u);
    cr_assert_eq(msrck_scalar_width(UINT32_MAX), 0u);
    cr_assert_not(msrck_scalar_is_integer(MSRCK_SCALAR_NONE));
    cr_assert_not_null(msrck_scalar_name(UINT32_MAX));
}
