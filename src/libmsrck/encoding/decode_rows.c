/* SPDX-License-Identifier: MIT */
/* Running a decoder's program. */
#include "encoding/row_decoder.h"

#include <string.h>

#include "base/big_endian.h"
#include "encoding/decode_values.h"
#include "encoding/row_columns.h"
#include "types/leaf_map.h"

static row_column_function decode_column;

static msrck_result decode_body(struct decoding *d, const struct row_body *body, struct row_column at)
{
    for (size_t i = 0; i < body->count; i++) {
        msrck_result result = msrck_row_spread(&d->run, &body->ops[i], at, decode_column);

        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

/* ---- Numbers that stand for something else ---- */

static msrck_result resolve_pointers(struct decoding *d, const struct row_op *op, const uint64_t *addresses,
                                     struct row_column at, void **pointers)
{
    const struct row_resolver *r = d->resolver;
    msrck_result result = MSRCK_OK;
    size_t i = 0;

    if (r->pointers != NULL) {
        result = r->pointers(r->context, addresses, at.count, at.native, at.native_step, op->type, pointers, &i,
                             d->run.error);
        return result == MSRCK_OK ? result : msrck_decoding_failed_at(d, i, result);
    }
    for (; i < at.count; i++) {
        void **slot = (void **)(void *)(at.native + i * at.native_step);

        pointers[i] = NULL;
        if (addresses[i] != 0)
            result = r->pointer(r->context, addresses[i], slot, op->type, &pointers[i], d->run.error);
        if (result != MSRCK_OK)
            return msrck_decoding_failed_at(d, i, result);
    }
    return MSRCK_OK;
}

static msrck_result decode_pointers(struct decoding *d, const struct row_op *op, struct row_column at)
{
    uint64_t addresses[COLUMN_BATCH];
    void *pointers[COLUMN_BATCH];

    for (size_t done = 0, now; done < at.count; done += now) {
        struct row_column part = { at.native + done * at.native_step, at.native_step, at.row + done * at.row_step,
                                   at.row_step, 0 };
        msrck_result result;

        part.count = now = at.count - done < COLUMN_BATCH ? at.count - done : COLUMN_BATCH;
        msrck_column_load(part.row, part.row_step, d->decoder->pointer_width, false, true, (int64_t *)addresses, now);
        result = resolve_pointers(d, op, addresses, part, pointers);
        if (result != MSRCK_OK)
            return msrck_decoding_failed_at(d, done + d->run.failed_row, result);
        msrck_column_store_pointers(part.native, part.native_step, pointers, now);
    }
    return MSRCK_OK;
}

static uint64_t load_number(const struct decoding *d, const unsigned char *row)
{
    return d->decoder->pointer_width == 8 ? load_be64(row) : load_be32(row);
}

static msrck_result decode_functions(struct decoding *d, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++) {
        uint64_t number = load_number(d, at.row + i * at.row_step);
        void (*function)(void) = NULL;
        msrck_result result = MSRCK_OK;

        if (number != 0)
            result = d->resolver->function(d->resolver->context, number, &function, d->run.error);
        if (result != MSRCK_OK)
            return msrck_decoding_failed_at(d, i, result);
        memcpy(at.native + i * at.native_step, &function, sizeof function);
    }
    return MSRCK_OK;
}

static msrck_result decode_handles(struct decoding *d, const struct row_op *op, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++) {
        msrck_result result = d->resolver->opaque(d->resolver->context, load_number(d, at.row + i * at.row_step),
                                                  at.native + i * at.native_step, op->type, d->run.error);

        if (result != MSRCK_OK)
            return msrck_decoding_failed_at(d, i, result);
    }
    return MSRCK_OK;
}

/* ---- Unions ---- */

/* Rows with the same tag word. */
static msrck_result decode_member(struct decoding *d, const struct row_op *op, uint32_t tag, struct row_column at)
{
    const char *name = msrck_ti_get(d->decoder->table, op->type)->name;
    const struct row_body *body;
    msrck_result result;

    if (tag == 0)
        return MSRCK_OK;
    if (tag > op->body_count)
        return msrck_decoding_failed_at(d, 0,
                                        msrck_fail(d->run.error, MSRCK_CORRUPT, "%s has no member %u", name, tag));
    body = &op->bodies[tag - 1];
    if (body->member == UINT32_MAX)
        return msrck_decoding_failed_at(
            d, 0, msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT, "the program's %s has no member %s", name, body->name));
    at.native -= op->native; /* members are compiled relative to the element, like all else */
    at.row += 4;
    result = decode_body(d, body, at);
    if (result != MSRCK_OK) {
        msrck_row_prefix(d->decoder->table, body->type, &d->run);
        msrck_error_prefix(d->run.error, ".%s", body->name);
        d->run.failed_leaf = 0;
    }
    return result;
}

static msrck_result decode_unions(struct decoding *d, const struct row_op *op, struct row_column at)
{
    for (size_t first = 0, next; first < at.count; first = next) {
        uint32_t tag = load_be32(at.row + first * at.row_step);
        struct row_column same = { at.native + first * at.native_step, at.native_step, at.row + first * at.row_step,
                                   at.row_step, 0 };
        msrck_result result;

        for (next = first + 1; next < at.count; next++)
            if (load_be32(at.row + next * at.row_step) != tag)
                break;
        same.count = next - first;
        result = decode_member(d, op, tag, same);
        if (result != MSRCK_OK) {
            d->run.failed_row += first;
            return result;
        }
    }
    return MSRCK_OK;
}

/*
 * A tag field whose meaning changed between file and program would make the program read a member as another one. A tag
 * of 0 restored nothing, which no reading of zeros can make worse.
 */
static msrck_result check_tags(struct decoding *d, const struct row_op *op, struct row_column at)
{
    const struct ti_type *owner = msrck_ti_get(d->decoder->table, op->owner);
    const struct ti_field *field = &owner->fields[op->field];
    const struct row_op *restored = op - op->back;

    for (size_t i = 0; i < at.count; i++) {
        uint32_t tag = load_be32(at.row + i * at.row_step);
        uint32_t active = msrck_active_member(d->decoder->table, owner, field, at.native + i * at.native_step);

        if (tag != 0 && restored->bodies[tag - 1].member != active)
            return msrck_decoding_failed_at(
                d, i,
                msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT, "member %s is not what the program's %s stands for",
                           restored->bodies[tag - 1].name, owner->fields[field->tag_field - 1].name));
    }
    return MSRCK_OK;
}

/* ---- Dispatch ---- */

static void set_defaults(const struct row_op *op, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++)
        memcpy(at.native + i * at.native_step, (const unsigned char *)op->source->initial + op->back, op->native_step);
}

/* Only what says nothing may go: zeros, NULL, no member of a union. */
static msrck_result check_cut(struct decoding *d, const struct row_op *op, struct row_column at)
{
    for (size_t i = 0; i < at.count; i++) {
        const unsigned char *bytes = at.row + i * at.row_step;

        for (size_t byte = 0; byte < op->row_step; byte++)
            if (bytes[byte] != 0) {
                d->run.failed_whole = op->type;
                return msrck_decoding_failed_at(
                    d, i,
                    msrck_fail(d->run.error, MSRCK_DOES_NOT_FIT,
                               "element %zu is not zero, and the program has room for %zu",
                               op->back + byte / op->native_step, op->back));
            }
    }
    return MSRCK_OK;
}

static msrck_result decode_column(struct row_run *run, const struct row_op *op, struct row_column at)
{
    struct decoding *d = (struct decoding *)run;

    switch (op->code) {
    case ROW_BOOL:
        return msrck_decode_bools(d, at);
    case ROW_INTEGER:
        return msrck_decode_integers(d, op, at);
    case ROW_REAL:
        return msrck_decode_reals(d, op, at);
    case ROW_BITS:
        return msrck_decode_bits(d, op, at);
    case ROW_POINTER:
        return decode_pointers(d, op, at);
    case ROW_FUNCTION:
        return decode_functions(d, at);
    case ROW_OPAQUE:
        return decode_handles(d, op, at);
    case ROW_LOOP:
        return decode_body(d, &op->bodies[0], at);
    case ROW_UNION:
        return decode_unions(d, op, at);
    case ROW_TAG:
        return check_tags(d, op, at);
    case ROW_DEFAULT:
        set_defaults(op, at);
        return MSRCK_OK;
    case ROW_CUT:
        return check_cut(d, op, at);
    default:
        break;
    }
    return msrck_fail(run->error, MSRCK_MISUSE, "operation %d in a decoder", (int)op->code);
}

msrck_result msrck_decode_rows(const struct row_decoder *decoder, const unsigned char *rows, uint64_t count,
                               void *elements, size_t stride, const struct row_resolver *resolver, uint64_t *failed,
                               msrck_error *error)
{
    struct decoding d = { { true, 0, 0, TI_VOID, error }, decoder, resolver };
    size_t all = (size_t)count, batch = msrck_row_batch(stride, decoder->row_width);
    /* Rows are only read; the column is shared with the encoder, which writes them. */
    unsigned char *row = (unsigned char *)(uintptr_t)rows, *native = elements;

    if (msrck_row_is_dense(&decoder->body, stride, decoder->row_width))
        batch = all;
    for (size_t done = 0, now; done < all; done += now) {
        struct row_column at = { native + done * stride, stride, row + done * decoder->row_width, decoder->row_width,
                                 0 };
        msrck_result result;

        at.count = now = all - done < batch ? all - done : batch;
        result = decode_body(&d, &decoder->body, at);
        if (result != MSRCK_OK) {
            msrck_row_prefix(decoder->table, decoder->type, &d.run);
            if (failed != NULL)
                *failed = done + d.run.failed_row;
            return result;
        }
    }
    return MSRCK_OK;
}
