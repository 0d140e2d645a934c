/* SPDX-License-Identifier: MIT */
/* Running an encoder's program. */
#include "encoding/row_encoder.h"

#include <string.h>

#include "base/big_endian.h"
#include "encoding/float128.h"
#include "encoding/row_columns.h"
#include "encoding/row_encoder_state.h"
#include "types/leaf_map.h"

struct encoding {
    struct row_run run; /* first: the columns' functions get its address */
    const struct row_encoder *encoder;
    const struct row_translator *translator;
};

static row_column_function encode_column;

static msrck_result encode_body(struct encoding *e, const struct row_body *body, struct row_column at)
{
    for (size_t i = 0; i < body->count; i++) {
        msrck_result result = msrck_row_spread(&e->run, &body->ops[i], at, encode_column);

        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

/* Where in the column something failed. */
static msrck_result failed_at(struct encoding *e, size_t row, msrck_result result)
{
    e->run.failed_row = row;
    e->run.failed_leaf = 0;
    return result;
}

/* ---- Scalars ---- */

static void encode_integers(const struct row_op *op, struct row_column at)
{
    int64_t values[COLUMN_BATCH];

    for (size_t done = 0, now; done < at.count; done += now) {
        now = at.count - done < COLUMN_BATCH ? at.count - done : COLUMN_BATCH;
        msrck_column_load(at.native + done * at.native_step, at.native_step, (unsigned)op->native_step,
                          op->native_signed, false, values, now);
        msrck_column_store(at.row + done * at.row_step, at.row_step, (unsigned)op->row_step, true, values, now);
    }
}

static msrck_result encode_long_doubles(struct encoding *e, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++)
        if (!msrck_float128_from_native(at.native + i * at.native_step, at.row + i * at.row_step))
            return failed_at(e, i,
                             msrck_fail(e->run.error, MSRCK_DOES_NOT_FIT,
                                        "%s long double value is not exact in 128 bits, or no number",
                                        msrck_native_long_double_name()));
    return MSRCK_OK;
}

static void encode_bits(const struct row_op *op, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++) {
        int64_t value = op->source->get_bits(at.native + i * at.native_step);

        msrck_column_store(at.row + i * at.row_step, 0, (unsigned)op->row_step, true, &value, 1);
    }
}

/* ---- Numbers that stand for something else ---- */

/* The first that does not fit. */
static msrck_result refuse_number(struct encoding *e, const uint64_t *numbers, size_t count)
{
    size_t i = 0;

    while (i + 1 < count && numbers[i] <= UINT32_MAX)
        i++;
    return failed_at(e, i, msrck_fail(e->run.error, MSRCK_MISUSE, "number %llu in a row with pointers of 4 bytes",
                                      (unsigned long long)numbers[i]));
}

static msrck_result store_numbers(struct encoding *e, const uint64_t *numbers, struct row_column at)
{
    if (e->encoder->pointer_width == 8) {
        msrck_column_store(at.row, at.row_step, 8, true, (const int64_t *)numbers, at.count);
        return MSRCK_OK;
    }
    /* All at once: none is ever too large. */
    if (msrck_column_together(numbers, at.count) > UINT32_MAX)
        return refuse_number(e, numbers, at.count);
    msrck_column_store(at.row, at.row_step, 4, true, (const int64_t *)numbers, at.count);
    return MSRCK_OK;
}

static msrck_result translate_pointers(struct encoding *e, struct row_column at, uint32_t target, uint64_t *addresses)
{
    const struct row_translator *t = e->translator;
    msrck_result result = MSRCK_OK;
    size_t i = 0;

    if (t->pointers != NULL) {
        result = t->pointers(t->context, at.native, at.native_step, at.count, target, addresses, &i, e->run.error);
        return result == MSRCK_OK ? result : failed_at(e, i, result);
    }
    for (; i < at.count; i++) {
        void *pointer;

        memcpy(&pointer, at.native + i * at.native_step, sizeof pointer);
        addresses[i] = 0;
        if (pointer != NULL)
            result = t->pointer(t->context, pointer, target, &addresses[i], e->run.error);
        if (result != MSRCK_OK)
            return failed_at(e, i, result);
    }
    return MSRCK_OK;
}

static msrck_result encode_pointers(struct encoding *e, const struct row_op *op, struct row_column at)
{
    uint64_t addresses[COLUMN_BATCH];

    for (size_t done = 0, now; done < at.count; done += now) {
        struct row_column part = { at.native + done * at.native_step, at.native_step, at.row + done * at.row_step,
                                   at.row_step, 0 };
        msrck_result result;

        part.count = now = at.count - done < COLUMN_BATCH ? at.count - done : COLUMN_BATCH;
        result = translate_pointers(e, part, op->type, addresses);
        if (result == MSRCK_OK)
            result = store_numbers(e, addresses, part);
        if (result != MSRCK_OK)
            return failed_at(e, done + e->run.failed_row, result);
    }
    return MSRCK_OK;
}

static msrck_result encode_functions(struct encoding *e, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++) {
        struct row_column one = { NULL, 0, at.row + i * at.row_step, 0, 1 };
        void (*function)(void);
        uint64_t number = 0;
        msrck_result result = MSRCK_OK;

        memcpy(&function, at.native + i * at.native_step, sizeof function);
        if (function != NULL)
            result = e->translator->function(e->translator->context, function, &number, e->run.error);
        if (result == MSRCK_OK)
            result = store_numbers(e, &number, one);
        if (result != MSRCK_OK)
            return failed_at(e, i, result);
    }
    return MSRCK_OK;
}

static msrck_result encode_handles(struct encoding *e, const struct row_op *op, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++) {
        struct row_column one = { NULL, 0, at.row + i * at.row_step, 0, 1 };
        uint64_t address = 0;
        msrck_result result = e->translator->opaque(e->translator->context, at.native + i * at.native_step, op->type,
                                                    &address, e->run.error);

        if (result == MSRCK_OK)
            result = store_numbers(e, &address, one);
        if (result != MSRCK_OK)
            return failed_at(e, i, result);
    }
    return MSRCK_OK;
}

/* ---- Unions ---- */

static uint32_t active_member(const struct row_encoder *encoder, const struct row_op *op, const unsigned char *object)
{
    const struct ti_type *owner = msrck_ti_get(encoder->table, op->owner);

    return msrck_active_member(encoder->table, owner, &owner->fields[op->field], object);
}

/* Rows with the same active member: its tag word, the member, zeros to the end. */
static msrck_result encode_member(struct encoding *e, const struct row_op *op, uint32_t member, struct row_column at)
{
    const struct row_body *body = member < op->body_count ? &op->bodies[member] : NULL;
    size_t used = 4 + (body != NULL ? body->row_width : 0);
    struct row_column inside = at;
    msrck_result result;

    for (size_t i = 0; i < at.count; i++) {
        store_be32(at.row + i * at.row_step, body != NULL ? member + 1 : 0);
        memset(at.row + i * at.row_step + used, 0, op->row_step - used);
    }
    if (body == NULL)
        return MSRCK_OK;
    inside.native -= op->native; /* members are compiled relative to the element, like all else */
    inside.row += 4;
    result = encode_body(e, body, inside);
    if (result != MSRCK_OK) {
        msrck_row_prefix(e->encoder->table, body->type, &e->run);
        msrck_error_prefix(e->run.error, ".%s", body->name);
        e->run.failed_leaf = 0;
    }
    return result;
}

/* Neighbouring rows usually have the same member: they are one column. */
static msrck_result encode_unions(struct encoding *e, const struct row_op *op, struct row_column at)
{
    for (size_t first = 0, next; first < at.count; first = next) {
        uint32_t member = active_member(e->encoder, op, at.native + first * at.native_step);
        struct row_column same = { at.native + first * at.native_step, at.native_step, at.row + first * at.row_step,
                                   at.row_step, 0 };
        msrck_result result;

        for (next = first + 1; next < at.count; next++)
            if (active_member(e->encoder, op, at.native + next * at.native_step) != member)
                break;
        same.count = next - first;
        result = encode_member(e, op, member, same);
        if (result != MSRCK_OK) {
            e->run.failed_row += first;
            return result;
        }
    }
    return MSRCK_OK;
}

/* ---- Dispatch ---- */

static msrck_result encode_column(struct row_run *run, const struct row_op *op, struct row_column at)
{
    struct encoding *e = (struct encoding *)run;

    switch (op->code) {
    case ROW_BOOL:
        msrck_column_normalise_bool(at.row, at.row_step, at.native, at.native_step, at.count);
        return MSRCK_OK;
    case ROW_INTEGER:
        encode_integers(op, at);
        return MSRCK_OK;
    case ROW_BITS:
        encode_bits(op, at);
        return MSRCK_OK;
    case ROW_REAL:
        return encode_long_doubles(e, at);
    case ROW_POINTER:
        return encode_pointers(e, op, at);
    case ROW_FUNCTION:
        return encode_functions(e, at);
    case ROW_OPAQUE:
        return encode_handles(e, op, at);
    case ROW_LOOP:
        return encode_body(e, &op->bodies[0], at);
    case ROW_UNION:
        return encode_unions(e, op, at);
    default:
        break;
    }
    return msrck_fail(run->error, MSRCK_MISUSE, "operation %d in an encoder", (int)op->code);
}

msrck_result msrck_encode_rows(const struct row_encoder *encoder, const void *elements, size_t stride, uint64_t count,
                               unsigned char *rows, const struct row_translator *translator, uint64_t *failed,
                               msrck_error *error)
{
    struct encoding e = { { false, 0, 0, TI_VOID, error }, encoder, translator };
    size_t all = (size_t)count, batch = msrck_row_batch(stride, encoder->row_width);
    /* Elements are only read; the column is shared with the decoder, which writes them. */
    unsigned char *native = (unsigned char *)(uintptr_t)elements;

    if (msrck_row_is_dense(&encoder->body, stride, encoder->row_width))
        batch = all;
    for (size_t done = 0, now; done < all; done += now) {
        struct row_column at = { native + done * stride, stride, rows + done * encoder->row_width, encoder->row_width,
                                 0 };
        msrck_result result;

        at.count = now = all - done < batch ? all - done : batch;
        result = encode_body(&e, &encoder->body, at);
        if (result != MSRCK_OK) {
            msrck_row_prefix(encoder->table, encoder->type, &e.run);
            if (failed != NULL)
                *failed = done + e.run.failed_row;
            return result;
        }
    }
    return MSRCK_OK;
}
