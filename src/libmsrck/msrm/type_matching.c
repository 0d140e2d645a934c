/* SPDX-License-Identifier: MIT */
#include "msrm/type_matching.h"

#include <string.h>

#include "base/failure.h"
#include "types/library_types.h"

static bool is_described_by(const struct ti_type *wanted, const msrck_type *description)
{
    if (description->kind != wanted->kind)
        return false;
    if (wanted->kind == MSRCK_KIND_SCALAR)
        return description->scalar == wanted->scalar;
    return wanted->kind == MSRCK_KIND_FUNCTION ||
           (description->name != NULL && strcmp(description->name, wanted->name) == 0);
}

/* Types that a program need not describe. */
static msrck_result add_built_in(const struct ti_type *wanted, struct ti_table *types, uint32_t *type,
                                 msrck_error *error)
{
    for (size_t i = 0; i < LIBRARY_TYPES; i++)
        if (is_described_by(wanted, msrck_library_types[i].type))
            return msrck_ti_add(types, msrck_library_types[i].type, type, error);
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
