/* SPDX-License-Identifier: MIT */
#include "msrm/type_matching.h"

#include <string.h>

#include "base/failure.h"

/* Types a program need not describe. */
static const msrck_type *const built_in[] = {
    &msrck_bool,    &msrck_char,   &msrck_schar,   &msrck_uchar,    &msrck_short,   &msrck_ushort, &msrck_int,
    &msrck_uint,    &msrck_long,   &msrck_ulong,   &msrck_llong,    &msrck_ullong,  &msrck_float,  &msrck_double,
    &msrck_ldouble, &msrck_wchar,  &msrck_char16,  &msrck_char32,   &msrck_int8,    &msrck_uint8,  &msrck_int16,
    &msrck_uint16,  &msrck_int32,  &msrck_uint32,  &msrck_int64,    &msrck_uint64,  &msrck_size,   &msrck_ssize,
    &msrck_ptrdiff, &msrck_intptr, &msrck_uintptr, &msrck_intmax,   &msrck_uintmax, &msrck_time,   &msrck_off,
    &msrck_clock,   &msrck_cfloat, &msrck_cdouble, &msrck_cldouble, &msrck_function
};

static bool is_described_by(const struct ti_type *wanted, const msrck_type *description)
{
    if (description->kind != wanted->kind)
        return false;
    if (wanted->kind == MSRCK_KIND_SCALAR)
        return description->scalar == wanted->scalar;
    return wanted->kind == MSRCK_KIND_FUNCTION ||
           (description->name != NULL && strcmp(description->name, wanted->name) == 0);
}

static msrck_result add_built_in(const struct ti_type *wanted, struct ti_table *types, uint32_t *type,
                                 msrck_error *error)
{
    for (size_t i = 0; i < sizeof built_in / sizeof built_in[0]; i++)
        if (is_described_by(wanted, built_in[i]))
            return msrck_ti_add(types, built_in[i], type, error);
    return msrck_fail(error, MSRCK_DOES_NOT_FIT, "the program has no type %s", wanted->name);
}

/* Recursion follows pointers to pointers and arrays of arrays, which the file's table bounds. */
msrck_result msrck_match_type(const struct ti_table *file_types, uint32_t file_type, struct ti_table *types,
                              uint32_t *type, msrck_error *error)
{
    const struct ti_type *wanted = msrck_ti_get(file_types, file_type);
    uint32_t element;
    msrck_result result;

    *type = msrck_ti_find_name(types, wanted->name);
    if (*type != UINT32_MAX)
        return MSRCK_OK;
    if (wanted->kind != MSRCK_KIND_POINTER && wanted->kind != MSRCK_KIND_ARRAY)
        return add_built_in(wanted, types, type, error);
    result = msrck_match_type(file_types, wanted->element, types, &element, error);
    if (result != MSRCK_OK)
        return result;
    if (wanted->kind == MSRCK_KIND_POINTER)
        return msrck_ti_add_pointer(types, element, type, error);
    return msrck_ti_add_array(types, element, wanted->count, type, error);
}
