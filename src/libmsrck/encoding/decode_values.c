/* SPDX-License-Identifier: MIT */
#include "encoding/decode_values.h"

#include <stdio.h>
#include <string.h>

#include "base/big_endian.h"
#include "encoding/float128.h"
#include "encoding/row_columns.h"

msrck_result msrck_decoding_failed_at(struct decoding *d, size_t row, msrck_result result)
{
    d->run.failed_row = row;
    d->run.failed_leaf = 0;
    return result;
}

/* ---- Integers ---- */

#define INTEGER_TEXT 24

static void print_integer(char text[INTEGER_TEXT], int64_t value, bool is_signed)
{
    if (is_signed)
        snprintf(text, INTEGER_TEXT, "%lld", (long long)value);
    else
        snprintf(text, INTEGER_TEXT, "%llu", (unsigned long long)value);
}

static msrck_result does_not_fit(struct decoding *d, const struct row_op *op, int64_t value)
{
    const struct ti_type *type = msrck_ti_get(d->decoder->table, op->type);
    char text[INTEGER_TEXT];

    print_integer(text, value, op->row_signed);
    if (op->code == ROW_BITS)
        return msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT, "%s does not fit in %u bits of %s", text, op->source->bits,
                          type->name);
    return msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT, "%s does not fit in %u-bit %s", text, (unsigned)type->size * 8,
                      type->name);
}

static bool in_bounds(const struct row_op *op, int64_t value)
{
    if (op->row_signed && value < 0)
        return value >= op->least;
    return (uint64_t)value <= op->most;
}

/* The number of the program's enumerator of the same name. */
static msrck_result map_value(struct decoding *d, const struct row_op *op, int64_t *value)
{
    size_t low = 0, high = op->map_count;
    const struct ti_type *type = msrck_ti_get(d->decoder->table, op->type);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (op->map[middle].from < *value)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == op->map_count || op->map[low].from != *value)
        return msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT, "%lld is no enumerator of %s, whose numbers have changed",
                          (long long)*value, type->name);
    if (!op->map[low].known)
        return msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT, "the program's %s has no enumerator %s", type->name,
                          op->map[low].name);
    *value = op->map[low].to;
    return MSRCK_OK;
}

static msrck_result check_sign(struct decoding *d, const struct row_op *op, int64_t value)
{
    if ((uint64_t)value >> (8 * op->row_step - 1) == 0)
        return MSRCK_OK;
    return msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT,
                      "character 0x%llx is another number on machines whose char has another sign",
                      (unsigned long long)value);
}

static msrck_result check_value(struct decoding *d, const struct row_op *op, int64_t *value)
{
    if (op->map != NULL)
        return map_value(d, op, value);
    if (op->ambiguous && check_sign(d, op, *value) != MSRCK_OK)
        return MSRCK_DOES_NOT_FIT;
    return op->code == ROW_BITS || in_bounds(op, *value) ? MSRCK_OK : does_not_fit(d, op, *value);
}

/* First value out of the plain bounds, or count; a loop without exits is what is fast. */
static bool all_in_bounds(const struct row_op *op, const int64_t *values, size_t count)
{
    bool fine = true;

    for (size_t i = 0; i < count; i++)
        fine &= in_bounds(op, values[i]);
    return fine;
}

static msrck_result check_values(struct decoding *d, const struct row_op *op, int64_t *values, size_t count)
{
    if (op->map == NULL && !op->ambiguous && op->code != ROW_BITS && all_in_bounds(op, values, count))
        return MSRCK_OK;
    for (size_t i = 0; i < count; i++) {
        msrck_result result = check_value(d, op, &values[i]);

        if (result != MSRCK_OK)
            return msrck_decoding_failed_at(d, i, result);
    }
    return MSRCK_OK;
}

/* Setting a bit-field cuts; reading it back shows whether anything was lost, whatever its signedness is here. */
static msrck_result set_bits(struct decoding *d, const struct row_op *op, const int64_t *values, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++) {
        unsigned char *object = at.native + i * at.native_step;

        op->source->set_bits(object, values[i]);
        if (op->source->get_bits(object) != values[i])
            return msrck_decoding_failed_at(d, i, does_not_fit(d, op, values[i]));
    }
    return MSRCK_OK;
}

/* Loads, checks and stores in batches; ROW_BITS and ROW_INTEGER differ in the last step only. */
static msrck_result decode_checked(struct decoding *d, const struct row_op *op, struct row_column at)
{
    int64_t values[COLUMN_BATCH];

    for (size_t done = 0, now; done < at.count; done += now) {
        struct row_column part = { at.native + done * at.native_step, at.native_step, at.row + done * at.row_step,
                                   at.row_step, 0 };
        msrck_result result;

        part.count = now = at.count - done < COLUMN_BATCH ? at.count - done : COLUMN_BATCH;
        msrck_column_load(part.row, part.row_step, (unsigned)op->row_step, op->row_signed, true, values, now);
        result = check_values(d, op, values, now);
        if (result == MSRCK_OK && op->code == ROW_BITS)
            result = set_bits(d, op, values, part);
        else if (result == MSRCK_OK)
            msrck_column_store(part.native, part.native_step, (unsigned)op->native_step, false, values, now);
        if (result != MSRCK_OK)
            return msrck_decoding_failed_at(d, done + d->run.failed_row, result);
    }
    return MSRCK_OK;
}

msrck_result msrck_decode_integers(struct decoding *d, const struct row_op *op, struct row_column at)
{
    return decode_checked(d, op, at);
}

msrck_result msrck_decode_bits(struct decoding *d, const struct row_op *op, struct row_column at)
{
    return decode_checked(d, op, at);
}

msrck_result msrck_decode_bools(struct decoding *d, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++) {
        unsigned value = at.row[i * at.row_step];

        if (value > 1)
            return msrck_decoding_failed_at(d, i, msrck_fail(d->run.error, MSRCK_CORRUPT, "%u is no _Bool", value));
        at.native[i * at.native_step] = (unsigned char)value;
    }
    return MSRCK_OK;
}

/* ---- Floating point ---- */

static void load_real(const unsigned char *row, size_t width, unsigned char canonical[16])
{
    if (width == 4)
        msrck_float128_from_binary32(load_be32(row), canonical);
    else if (width == 8)
        msrck_float128_from_binary64(load_be64(row), canonical);
    else
        memcpy(canonical, row, 16);
}

static bool store_real(const unsigned char canonical[16], uint32_t scalar, unsigned char *native)
{
    uint32_t single_bits;
    uint64_t double_bits;

    if (scalar == MSRCK_SCALAR_LDOUBLE)
        return msrck_float128_to_native(canonical, native);
    if (scalar == MSRCK_SCALAR_DOUBLE) {
        if (!msrck_float128_to_binary64(canonical, &double_bits))
            return false;
        memcpy(native, &double_bits, sizeof double_bits);
        return true;
    }
    if (!msrck_float128_to_binary32(canonical, &single_bits))
        return false;
    memcpy(native, &single_bits, sizeof single_bits);
    return true;
}

static msrck_result inexact(struct decoding *d, const struct row_op *op, const unsigned char canonical[16])
{
    const struct ti_type *type = msrck_ti_get(d->decoder->table, op->type);
    const char *width = type->scalar == MSRCK_SCALAR_LDOUBLE  ? msrck_native_long_double_name()
                        : type->scalar == MSRCK_SCALAR_DOUBLE ? "64-bit"
                                                              : "32-bit";
    double value;

    if (msrck_float128_to_double(canonical, &value))
        return msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT, "%.17g is not exact in %s %s", value, width, type->name);
    return msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT, "long double value is not exact in %s %s", width, type->name);
}

msrck_result msrck_decode_reals(struct decoding *d, const struct row_op *op, struct row_column at)
{
    uint32_t scalar = msrck_ti_get(d->decoder->table, op->type)->scalar;

    for (size_t i = 0; i < at.count; i++) {
        unsigned char canonical[16];

        load_real(at.row + i * at.row_step, op->row_step, canonical);
        if (!store_real(canonical, scalar, at.native + i * at.native_step))
            return msrck_decoding_failed_at(d, i, inexact(d, op, canonical));
    }
    return MSRCK_OK;
}
