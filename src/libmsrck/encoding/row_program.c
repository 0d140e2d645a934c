/* SPDX-License-Identifier: MIT */
#include "encoding/row_program.h"

#include <stdlib.h>

#include "base/allocation.h"
#include "encoding/row_columns.h"

/* Recursion follows the nesting of types, which TI_MAX_NESTING bounds. */
static void free_op(struct row_op *op)
{
    for (size_t i = 0; i < op->body_count; i++)
        msrck_row_body_free(&op->bodies[i]);
    free(op->bodies);
    free(op->map);
}

void msrck_row_body_free(struct row_body *body)
{
    for (size_t i = 0; i < body->count; i++)
        free_op(&body->ops[i]);
    free(body->ops);
    body->ops = NULL;
    body->count = body->capacity = 0;
}

/* Whether `next` does the same to the leaves directly behind those of `last`, on both sides. */
static bool continues(const struct row_op *last, const struct row_op *next)
{
    return last->code <= ROW_LAST_LEAF_ && last->code == next->code && last->type == next->type &&
           last->native_step == next->native_step && last->row_step == next->row_step &&
           last->row_signed == next->row_signed && last->native_signed == next->native_signed &&
           last->ambiguous == next->ambiguous && last->least == next->least && last->most == next->most &&
           last->map == NULL && next->map == NULL && last->native + last->count * last->native_step == next->native &&
           last->row + last->count * last->row_step == next->row && last->leaf + last->count == next->leaf &&
           last->file_leaf + last->count == next->file_leaf;
}

bool msrck_row_append(struct row_body *body, const struct row_op *op)
{
    struct row_op rejected = *op;

    if (body->count > 0 && continues(&body->ops[body->count - 1], op)) {
        body->ops[body->count - 1].count += op->count;
        return true;
    }
    if (!msrck_reserve(&body->ops, &body->capacity, body->count + 1, sizeof *body->ops)) {
        free_op(&rejected);
        return false;
    }
    body->ops[body->count++] = *op;
    return true;
}

/* The one operation of an element that fills it without a gap, or NULL. */
static struct row_op *dense_run(const struct row_body *element, size_t native_step, size_t row_step)
{
    struct row_op *only = element->ops;

    if (element->count != 1 || only->code > ROW_LAST_LEAF_ || only->map != NULL || only->native != 0 ||
        only->row != 0 || only->leaf != 0 || only->file_leaf != 0)
        return NULL;
    return only->count * only->native_step == native_step && only->count * only->row_step == row_step ? only : NULL;
}

bool msrck_row_append_array(struct row_body *body, struct row_body *element, const struct row_op *op)
{
    struct row_op *dense = dense_run(element, op->native_step, op->row_step);
    struct row_op loop = *op;

    if (element->count == 0)
        return true;
    /* Leaves that the file or the program has beside the run would make the ordinals of the elements drift apart. */
    if (dense != NULL && dense->count == op->leaf_step && dense->count == op->file_leaf_step) {
        loop = *dense;
        loop.count *= op->count;
        loop.native = op->native;
        loop.row = op->row;
        loop.leaf = op->leaf;
        loop.file_leaf = op->file_leaf;
        msrck_row_body_free(element);
        return msrck_row_append(body, &loop);
    }
    loop.code = ROW_LOOP;
    for (size_t i = 0; i < element->count; i++) {
        loop.has_pointers |= element->ops[i].has_pointers;
        loop.has_opaque |= element->ops[i].has_opaque;
    }
    loop.bodies = msrck_allocate(1, sizeof *loop.bodies);
    if (loop.bodies == NULL) {
        msrck_row_body_free(element);
        return false;
    }
    loop.body_count = 1;
    loop.bodies[0] = *element;
    *element = (struct row_body){ 0 };
    return msrck_row_append(body, &loop);
}

/* ---- Paths ---- */

/* The field that the leaf belongs to, or NULL. */
static const struct ti_field *field_of_leaf(const struct ti_table *table, const struct ti_type *type, uint64_t leaf)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct ti_field *field = &type->fields[i];

        if (field->role != MSRCK_ROLE_FLEXIBLE && leaf >= field->leaf &&
            leaf - field->leaf < msrck_ti_get(table, field->type)->leaves)
            return field;
    }
    return NULL;
}

void msrck_row_path(const struct ti_table *table, uint32_t id, uint64_t leaf, struct byte_buffer *out)
{
    for (unsigned depth = 0; depth <= TI_MAX_NESTING; depth++) {
        const struct ti_type *type = msrck_ti_get(table, id);
        const struct ti_field *field;
        uint64_t leaves;

        if (type->kind == MSRCK_KIND_ARRAY) {
            leaves = msrck_ti_get(table, type->element)->leaves;
            if (leaves == 0)
                return;
            msrck_buffer_printf(out, "[%llu]", (unsigned long long)(leaf / leaves));
            leaf %= leaves;
            id = type->element;
        } else if (type->kind == MSRCK_KIND_STRUCT) {
            field = field_of_leaf(table, type, leaf);
            if (field == NULL)
                return;
            if (field->name[0] != '\0')
                msrck_buffer_printf(out, ".%s", field->name);
            leaf -= field->leaf;
            id = field->type;
        } else {
            return;
        }
    }
}

void msrck_row_prefix(const struct ti_table *table, uint32_t type, struct row_run *run)
{
    struct byte_buffer path = BYTE_BUFFER_INIT;

    msrck_row_path(table, type, run->failed_leaf, &path);
    if (run->failed_whole != TI_VOID) {
        struct byte_buffer within = BYTE_BUFFER_INIT;

        msrck_row_path(table, run->failed_whole, 0, &within);
        path.length -= within.length < path.length ? within.length : path.length;
        run->failed_whole = TI_VOID;
        msrck_buffer_free(&within);
    }
    if (path.length > 0)
        msrck_error_prefix(run->error, "%s", msrck_buffer_text(&path));
    msrck_buffer_free(&path);
}

/* ---- Running ---- */

/* One column for each of the rows: the leaves or elements in it. */
static msrck_result spread_by_row(struct row_run *run, const struct row_op *op, struct row_column at,
                                  row_column_function *handle)
{
    for (size_t row = 0; row < at.count; row++) {
        struct row_column column = { at.native + row * at.native_step, op->native_step, at.row + row * at.row_step,
                                     op->row_step, op->count };
        msrck_result result = handle(run, op, column);

        if (result != MSRCK_OK) {
            run->failed_leaf += run->failed_row * op->leaf_step;
            run->failed_row = row;
            return result;
        }
    }
    return MSRCK_OK;
}

/* One column for each of the leaves or elements: all the rows. */
static msrck_result spread_by_item(struct row_run *run, const struct row_op *op, struct row_column at,
                                   row_column_function *handle)
{
    for (size_t item = 0; item < op->count; item++) {
        struct row_column column = { at.native + item * op->native_step, at.native_step, at.row + item * op->row_step,
                                     at.row_step, at.count };
        msrck_result result = handle(run, op, column);

        if (result != MSRCK_OK) {
            run->failed_leaf += item * op->leaf_step;
            return result;
        }
    }
    return MSRCK_OK;
}

static msrck_result spread_at_once(struct row_run *run, const struct row_op *op, struct row_column at,
                                   row_column_function *handle)
{
    struct row_column column = { at.native, op->native_step, at.row, op->row_step, op->count * at.count };
    msrck_result result = handle(run, op, column);

    if (result != MSRCK_OK) {
        run->failed_leaf += run->failed_row % op->count * op->leaf_step;
        run->failed_row /= op->count;
    }
    return result;
}

/* Scalars that only change their byte order cannot fail and know nothing of types. */
static void move_plain(const struct row_run *run, const struct row_op *op, struct row_column at)
{
    if (run->decoding)
        msrck_column_swap((unsigned)op->row_step, at.native, at.native_step, at.row, at.row_step, at.count, op->count);
    else
        msrck_column_swap((unsigned)op->row_step, at.row, at.row_step, at.native, at.native_step, at.count, op->count);
}

/* Rows shorter than this are better handled across: a column down the rows has no start-up cost for each. */
#define LONG_RUN 16

msrck_result msrck_row_spread(struct row_run *run, const struct row_op *op, struct row_column at,
                              row_column_function *handle)
{
    msrck_result result;

    at.native += op->native;
    at.row += op->row;
    if (op->code <= ROW_SWAP_8) {
        move_plain(run, op, at);
        return MSRCK_OK;
    }
    if (op->count == 1)
        result = handle(run, op, at);
    else if (op->count * op->native_step == at.native_step && op->count * op->row_step == at.row_step)
        result = spread_at_once(run, op, at, handle);
    else if (op->count >= LONG_RUN || op->count >= at.count)
        result = spread_by_row(run, op, at, handle);
    else
        result = spread_by_item(run, op, at, handle);
    if (result != MSRCK_OK)
        run->failed_leaf += op->leaf;
    return result;
}

bool msrck_row_is_dense(const struct row_body *body, size_t stride, size_t row_width)
{
    return dense_run(body, stride, row_width) != NULL;
}

size_t msrck_row_batch(size_t stride, size_t row_width)
{
    const size_t nearest_cache = 16384, fewest = 8, most = 256;
    size_t rows = nearest_cache / (stride / 2 + row_width / 2 + 1) / 2;

    return rows < fewest ? fewest : rows > most ? most : rows;
}
