/* SPDX-License-Identifier: MIT */
/* Values: reading scalars, pointers and runs of elements. */
#include "file/reader_state.h"

#include <string.h>

#include "base/big_endian.h"
#include "encoding/float128.h"

static msrck_result wrong_kind(const msrck_value *value, const char *wanted, msrck_error *error)
{
    return msrck_fail(error, MSRCK_MISUSE, "%s is no %s", reader_type(value->reader, value->type)->name, wanted);
}

msrck_result msrck_value_bytes(const msrck_value *value, const unsigned char **bytes, size_t *length,
                               msrck_error *error)
{
    uint64_t rows, width = reader_width(value->reader, value->type);
    const unsigned char *row;
    size_t row_width;
    msrck_result result;

    if (value->form != FORM_IN_ROW)
        return wrong_kind(value, "value in one row", error);
    result = msrck_reader_rows(value->reader, value->extent, value->part, value->row, &row, &rows, &row_width, NULL,
                               error);
    if (result != MSRCK_OK)
        return result;
    if (value->offset > row_width || width > row_width - value->offset)
        return msrck_fail(error, MSRCK_CORRUPT, "extent %u: rows of %zu bytes are too short", value->extent, row_width);
    *bytes = row + value->offset;
    *length = (size_t)width;
    return MSRCK_OK;
}

/* ---- Numbers ---- */

static bool holds_integer(const msrck_value *value)
{
    const struct ti_type *type = reader_type(value->reader, value->type);

    return value->form == FORM_IN_ROW && (type->kind == MSRCK_KIND_SCALAR || type->kind == MSRCK_KIND_ENUM) &&
           msrck_scalar_is_integer(type->scalar);
}

/* Any integer, sign-extended to 64 bits where it has a sign. */
static msrck_result read_integer(const msrck_value *value, uint64_t *number, bool *is_signed, msrck_error *error)
{
    const unsigned char *bytes;
    size_t length;
    msrck_result result;

    if (!holds_integer(value))
        return wrong_kind(value, "integer", error);
    result = msrck_value_bytes(value, &bytes, &length, error);
    if (result != MSRCK_OK)
        return result;
    *is_signed = msrck_scalar_is_signed(reader_type(value->reader, value->type)->scalar);
    *number = msrck_canonical_integer(bytes, length, *is_signed);
    return MSRCK_OK;
}

msrck_result msrck_value_int64(const msrck_value *value, int64_t *number, msrck_error *error)
{
    uint64_t bits = 0;
    bool is_signed = false;
    msrck_result result = read_integer(value, &bits, &is_signed, error);

    if (result != MSRCK_OK)
        return result;
    if (!is_signed && bits > INT64_MAX)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%llu does not fit in a signed 64-bit number",
                          (unsigned long long)bits);
    *number = (int64_t)bits;
    return MSRCK_OK;
}

msrck_result msrck_value_uint64(const msrck_value *value, uint64_t *number, msrck_error *error)
{
    uint64_t bits = 0;
    bool is_signed = false;
    msrck_result result = read_integer(value, &bits, &is_signed, error);

    if (result != MSRCK_OK)
        return result;
    if (is_signed && (int64_t)bits < 0)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%lld does not fit in an unsigned number", (long long)bits);
    *number = bits;
    return MSRCK_OK;
}

static msrck_result integer_to_double(const msrck_value *value, double *number, msrck_error *error)
{
    uint64_t bits = 0, magnitude;
    bool is_signed = false, negative;
    msrck_result result = read_integer(value, &bits, &is_signed, error);

    if (result != MSRCK_OK)
        return result;
    negative = is_signed && (int64_t)bits < 0;
    magnitude = negative ? 0 - bits : bits;
    /* Exact when the bits from the first to the last one that is set are 53 at most. */
    if (magnitude != 0 && (magnitude >> __builtin_ctzll(magnitude)) >> 53 != 0)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s%llu is no exact double", negative ? "-" : "",
                          (unsigned long long)magnitude);
    *number = negative ? -(double)magnitude : (double)magnitude;
    return MSRCK_OK;
}

msrck_result msrck_value_double(const msrck_value *value, double *number, msrck_error *error)
{
    const struct ti_type *type = reader_type(value->reader, value->type);
    const unsigned char *bytes;
    uint64_t bits;
    uint32_t bits32;
    float single;
    size_t length;
    msrck_result result;

    if (holds_integer(value))
        return integer_to_double(value, number, error);
    if (value->form != FORM_IN_ROW || type->kind != MSRCK_KIND_SCALAR)
        return wrong_kind(value, "number", error);
    result = msrck_value_bytes(value, &bytes, &length, error);
    if (result != MSRCK_OK)
        return result;
    if (type->scalar == MSRCK_SCALAR_FLOAT) {
        bits32 = load_be32(bytes);
        memcpy(&single, &bits32, sizeof single);
        *number = (double)single;
    } else if (type->scalar == MSRCK_SCALAR_DOUBLE) {
        bits = load_be64(bytes);
        memcpy(number, &bits, sizeof bits);
    } else if (!msrck_float128_to_double(bytes, number)) {
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "a long double is no exact double");
    }
    return MSRCK_OK;
}

msrck_result msrck_value_enumerator(const msrck_value *value, const char **name, msrck_error *error)
{
    const struct ti_type *type = reader_type(value->reader, value->type);
    int64_t number = 0;
    msrck_result result;

    if (msrck_value_kind(value) != MSRCK_KIND_ENUM)
        return wrong_kind(value, "enum", error);
    result = msrck_value_int64(value, &number, error);
    *name = NULL;
    for (uint32_t i = 0; result == MSRCK_OK && *name == NULL && i < type->enumerator_count; i++)
        if (type->enumerators[i].value == number)
            *name = type->enumerators[i].name;
    return result;
}

msrck_result msrck_value_text(const msrck_value *value, char text[MSRCK_TEXT_SIZE], msrck_error *error)
{
    const struct ti_type *type = reader_type(value->reader, value->type);
    const unsigned char *bytes;
    size_t length;
    msrck_result result;

    if (value->form != FORM_IN_ROW || (type->kind != MSRCK_KIND_SCALAR && type->kind != MSRCK_KIND_ENUM))
        return wrong_kind(value, "scalar", error);
    result = msrck_value_bytes(value, &bytes, &length, error);
    if (result == MSRCK_OK)
        msrck_scalar_bytes_text(type->scalar, bytes, text);
    return result;
}

/* ---- Runs ---- */

uint64_t msrck_value_flat_length(const msrck_value *value, uint32_t *type)
{
    uint64_t count = 1;

    *type = TI_VOID;
    if (msrck_value_kind(value) != MSRCK_KIND_ARRAY)
        return 0;
    if (value->form == FORM_UNNAMED)
        count = value->length;
    *type = msrck_ti_strip_arrays(value->reader->metadata->types, value->type, &count);
    return count;
}

/* Elements in one row of the value: an array inside a row has all, a flexible member of arrays some, others one. */
static uint64_t elements_of_row(const msrck_value *value)
{
    uint64_t count = 1;

    if (value->form == FORM_IN_ROW || value->part != 0)
        msrck_ti_strip_arrays(value->reader->metadata->types, value->type, &count);
    return count;
}

msrck_result msrck_value_run(const msrck_value *value, uint64_t first, const unsigned char **bytes, uint64_t *count,
                             size_t *width, msrck_error *error)
{
    uint32_t type;
    uint64_t length = msrck_value_flat_length(value, &type), rows, per_row = elements_of_row(value);
    const unsigned char *row;
    size_t row_width;
    msrck_result result;

    if (first >= length)
        return msrck_fail(error, MSRCK_MISUSE, "%s has no element %llu", reader_type(value->reader, value->type)->name,
                          (unsigned long long)first);
    *width = (size_t)reader_width(value->reader, type);
    result = msrck_reader_rows(value->reader, value->extent, value->part, value->row + first / per_row, &row, &rows,
                               &row_width, NULL, error);
    if (result != MSRCK_OK)
        return result;
    if (value->form == FORM_IN_ROW)
        rows = 1;
    *bytes = row + value->offset + (size_t)(first % per_row) * *width;
    *count = rows * per_row - first % per_row;
    if (*count > length - first)
        *count = length - first;
    return MSRCK_OK;
}

/* ---- Pointers ---- */

msrck_result msrck_value_pointer(const msrck_value *value, uint64_t *address, msrck_error *error)
{
    msrck_kind kind = msrck_value_kind(value);
    const unsigned char *bytes = NULL;
    size_t length = 0;
    msrck_result result;

    if (kind != MSRCK_KIND_POINTER && kind != MSRCK_KIND_OPAQUE)
        return wrong_kind(value, "pointer", error);
    result = msrck_value_bytes(value, &bytes, &length, error);
    if (result == MSRCK_OK)
        *address = msrck_canonical_integer(bytes, length, false);
    return result;
}

msrck_result msrck_value_function(const msrck_value *value, const char **name, msrck_error *error)
{
    const unsigned char *bytes;
    uint64_t number;
    size_t length;
    msrck_result result;

    if (msrck_value_kind(value) != MSRCK_KIND_FUNCTION)
        return wrong_kind(value, "function pointer", error);
    result = msrck_value_bytes(value, &bytes, &length, error);
    if (result != MSRCK_OK)
        return result;
    number = msrck_canonical_integer(bytes, length, false);
    *name = msrck_reader_target(value->reader, number);
    if (number != 0 && *name == NULL)
        return msrck_fail(error, MSRCK_CORRUPT, "function number %llu is beyond the %u that the file names",
                          (unsigned long long)number, msrck_reader_target_count(value->reader));
    return MSRCK_OK;
}
