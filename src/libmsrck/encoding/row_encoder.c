/* SPDX-License-Identifier: MIT */
#include "encoding/row_encoder.h"

#include <stdlib.h>

#include "base/allocation.h"
#include "encoding/row_encoder_state.h"

/* A program longer than this is a description gone wrong. */
#define MOST_OPERATIONS 1000000u
#define MOST_POINTER_OFFSETS 4096u

struct compilation {
    const struct ti_table *table;
    unsigned pointer_width;
    unsigned index; /* of row_width and row_offset */
    unsigned operations, nesting;
    msrck_error *error;
};

/* Where the leaves that are compiled next stand in the body. */
struct place {
    size_t native, row;
    uint64_t leaf;
};

static msrck_result compile_type(struct compilation *c, struct row_body *body, uint32_t id, struct place at);

static msrck_result append(struct compilation *c, struct row_body *body, const struct row_op *op)
{
    if (!msrck_row_append(body, op))
        return msrck_fail_memory(c->error, sizeof *op, "a row program");
    if (++c->operations > MOST_OPERATIONS)
        return msrck_fail(c->error, MSRCK_LIMIT, "type takes more than %u operations to encode", MOST_OPERATIONS);
    return MSRCK_OK;
}

/* A leaf operation with the place filled in. */
static struct row_op leaf_op(enum row_code code, struct place at, size_t native_step, size_t row_step)
{
    struct row_op op = { .code = code,
                         .native = at.native,
                         .row = at.row,
                         .count = 1,
                         .native_step = native_step,
                         .row_step = row_step,
                         .leaf = at.leaf,
                         .leaf_step = 1,
                         .file_leaf = at.leaf,
                         .file_leaf_step = 1 };
    return op;
}

static enum row_code moving_code(size_t width)
{
    return width == 1 ? ROW_COPY_1 : width == 2 ? ROW_SWAP_2 : width == 4 ? ROW_SWAP_4 : ROW_SWAP_8;
}

static msrck_result compile_scalar(struct compilation *c, struct row_body *body, const struct ti_type *type,
                                   struct place at)
{
    size_t width = msrck_scalar_width(type->scalar), size = (size_t)type->size;
    struct row_op op = leaf_op(moving_code(width), at, size, width);

    if (type->scalar == MSRCK_SCALAR_BOOL) {
        op.code = ROW_BOOL;
    } else if (type->scalar == MSRCK_SCALAR_LDOUBLE) {
        op.code = ROW_REAL;
    } else if (size < width) {
        op.code = ROW_INTEGER;
        op.native_signed = type->kind == MSRCK_KIND_ENUM ? type->native_signed : msrck_scalar_is_signed(type->scalar);
    }
    if (size > width && op.code != ROW_REAL)
        return msrck_fail(c->error, MSRCK_MISUSE, "%s takes %zu bytes, more than its canonical %zu", type->name, size,
                          width);
    return append(c, body, &op);
}

static msrck_result compile_reference(struct compilation *c, struct row_body *body, const struct ti_type *type,
                                      struct place at)
{
    struct row_op op = leaf_op(ROW_POINTER, at, (size_t)type->size, c->pointer_width);

    op.type = type->kind == MSRCK_KIND_POINTER ? type->element : type->id;
    if (type->kind == MSRCK_KIND_FUNCTION)
        op.code = ROW_FUNCTION;
    else if (type->kind == MSRCK_KIND_OPAQUE)
        op.code = ROW_OPAQUE;
    op.has_pointers = op.code == ROW_POINTER;
    op.has_opaque = op.code == ROW_OPAQUE;
    return append(c, body, &op);
}

static msrck_result compile_array(struct compilation *c, struct row_body *body, uint32_t element_id, uint64_t count,
                                  struct place at)
{
    const struct ti_type *element = msrck_ti_get(c->table, element_id);
    struct row_body one = { 0 };
    struct row_op op = leaf_op(ROW_LOOP, at, (size_t)element->size, (size_t)element->row_width[c->index]);
    msrck_result result;

    if (count == 0)
        return MSRCK_OK;
    result = compile_type(c, &one, element_id, (struct place){ 0 });
    if (result == MSRCK_OK) {
        op.count = (size_t)count;
        op.leaf_step = op.file_leaf_step = element->leaves;
        if (!msrck_row_append_array(body, &one, &op))
            result = msrck_fail_memory(c->error, sizeof op, "a row program");
    }
    msrck_row_body_free(&one);
    return result;
}

static msrck_result compile_bits(struct compilation *c, struct row_body *body, const struct ti_type *owner,
                                 uint32_t index, size_t owner_native, struct place at)
{
    const struct ti_field *field = &owner->fields[index];
    const struct ti_type *type = msrck_ti_get(c->table, field->type);
    struct row_op op = leaf_op(ROW_BITS, at, 0, msrck_scalar_width(type->scalar));

    if (field->source == NULL || field->source->get_bits == NULL)
        return msrck_fail(c->error, MSRCK_MISUSE, "bit-field %s has no accessors", field->name);
    op.native = owner_native;
    op.owner = owner->id;
    op.field = index;
    op.source = field->source;
    return append(c, body, &op);
}

/* Members are compiled relative to the whole element, their rows relative to the end of the union's tag word. */
static msrck_result compile_member(struct compilation *c, struct row_body *body, const struct ti_type *members,
                                   uint32_t index, size_t native)
{
    const struct ti_field *member = &members->fields[index];
    struct place at = { native + (size_t)member->offset, 0, 0 };

    body->type = member->type;
    body->member = index;
    body->name = member->name;
    body->row_width = (size_t)msrck_ti_get(c->table, member->type)->row_width[c->index];
    return compile_type(c, body, member->type, at);
}

static msrck_result compile_union(struct compilation *c, struct row_body *body, const struct ti_type *owner,
                                  uint32_t index, size_t owner_native, struct place at)
{
    const struct ti_field *field = &owner->fields[index];
    const struct ti_type *members = msrck_ti_get(c->table, field->type);
    struct row_op op = leaf_op(ROW_UNION, at, 0, (size_t)members->row_width[c->index]);
    msrck_result result = MSRCK_OK;

    op.native = owner_native;
    op.owner = owner->id;
    op.field = index;
    op.leaf_step = op.file_leaf_step = members->leaves;
    op.bodies = msrck_allocate(members->field_count, sizeof *op.bodies);
    if (op.bodies == NULL)
        return msrck_fail_memory(c->error, sizeof *op.bodies, "a row program");
    op.body_count = members->field_count;
    for (uint32_t i = 0; i < members->field_count && result == MSRCK_OK; i++) {
        result = compile_member(c, &op.bodies[i], members, i, at.native);
        for (size_t k = 0; k < op.bodies[i].count; k++) {
            op.has_pointers |= op.bodies[i].ops[k].has_pointers;
            op.has_opaque |= op.bodies[i].ops[k].has_opaque;
        }
    }
    if (result == MSRCK_OK)
        return append(c, body, &op);
    for (size_t i = 0; i < op.body_count; i++)
        msrck_row_body_free(&op.bodies[i]);
    free(op.bodies);
    return result;
}

static msrck_result compile_struct(struct compilation *c, struct row_body *body, const struct ti_type *type,
                                   struct place start)
{
    msrck_result result = MSRCK_OK;

    for (uint32_t i = 0; i < type->field_count && result == MSRCK_OK; i++) {
        const struct ti_field *field = &type->fields[i];
        struct place at = { start.native + (size_t)field->offset, start.row + (size_t)field->row_offset[c->index],
                            start.leaf + field->leaf };

        if (field->role == MSRCK_ROLE_FLEXIBLE)
            continue;
        if (field->role == MSRCK_ROLE_BITS)
            result = compile_bits(c, body, type, i, start.native, at);
        else if (msrck_ti_get(c->table, field->type)->kind == MSRCK_KIND_UNION)
            result = compile_union(c, body, type, i, start.native, at);
        else
            result = compile_type(c, body, field->type, at);
    }
    return result;
}

static msrck_result compile_type(struct compilation *c, struct row_body *body, uint32_t id, struct place at)
{
    const struct ti_type *type = msrck_ti_get(c->table, id);
    msrck_result result;

    if (++c->nesting > TI_MAX_NESTING + 1)
        return msrck_fail(c->error, MSRCK_LIMIT, "types are nested deeper than %u", TI_MAX_NESTING);
    switch (type->kind) {
    case MSRCK_KIND_SCALAR:
    case MSRCK_KIND_ENUM:
        result = compile_scalar(c, body, type, at);
        break;
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_FUNCTION:
    case MSRCK_KIND_OPAQUE:
        result = compile_reference(c, body, type, at);
        break;
    case MSRCK_KIND_ARRAY:
        result = compile_array(c, body, type->element, type->count, at);
        break;
    case MSRCK_KIND_COMPLEX:
        result = compile_array(c, body, type->element, 2, at);
        break;
    case MSRCK_KIND_STRUCT:
        result = compile_struct(c, body, type, at);
        break;
    case MSRCK_KIND_UNION:
        result = msrck_fail(c->error, MSRCK_MISUSE, "%s stands outside a struct: nothing says which member is active",
                            type->name);
        break;
    default:
        result = msrck_fail(c->error, MSRCK_MISUSE, "%s has no values to encode", type->name);
        break;
    }
    c->nesting--;
    return result;
}

/* ---- Offsets of the pointers ---- */

/* False when they depend on values, are too many, or memory is out: visiting works always. */
static bool gather_offsets(struct row_encoder *encoder, size_t *capacity, const struct row_body *body, size_t base)
{
    for (size_t i = 0; i < body->count; i++) {
        const struct row_op *op = &body->ops[i];

        if (op->has_opaque || (op->has_pointers && op->code == ROW_UNION))
            return false;
        for (size_t k = 0; k < op->count && op->has_pointers; k++) {
            size_t at = base + op->native + k * op->native_step;

            if (op->code == ROW_LOOP) {
                if (!gather_offsets(encoder, capacity, &op->bodies[0], at))
                    return false;
                continue;
            }
            if (encoder->offset_count == MOST_POINTER_OFFSETS || at > UINT32_MAX ||
                !msrck_reserve(&encoder->offsets, capacity, encoder->offset_count + 1, sizeof *encoder->offsets))
                return false;
            encoder->offsets[encoder->offset_count++] = (uint32_t)at;
        }
    }
    return true;
}

/* ---- The encoder ---- */

static msrck_result compile(struct row_encoder *encoder, msrck_error *error)
{
    struct compilation c = { encoder->table, encoder->pointer_width, row_index(encoder->pointer_width), 0, 0, error };
    const struct ti_type *type = msrck_ti_get(encoder->table, encoder->type);
    size_t capacity = 0;
    msrck_result result;

    if (!type->has_layout)
        return msrck_fail(error, MSRCK_MISUSE, "%s has no layout on this machine", type->name);
    if (type->size > SIZE_MAX / 2 || type->row_width[c.index] > SIZE_MAX / 2)
        return msrck_fail(error, MSRCK_LIMIT, "%s is too large for this machine", type->name);
    encoder->row_width = (size_t)type->row_width[c.index];
    result = compile_type(&c, &encoder->body, encoder->type, (struct place){ 0 });
    if (result == MSRCK_OK)
        encoder->offsets_known = gather_offsets(encoder, &capacity, &encoder->body, 0);
    return result;
}

msrck_result msrck_row_encoder_new(const struct ti_table *table, uint32_t id, unsigned pointer_width,
                                   struct row_encoder **encoder, msrck_error *error)
{
    struct row_encoder *made;
    msrck_result result;

    *encoder = NULL;
    if (id >= msrck_ti_count(table) || (pointer_width != 4 && pointer_width != 8))
        return msrck_fail(error, MSRCK_MISUSE, "no rows of type %u with pointers of %u bytes", id, pointer_width);
    made = msrck_allocate(1, sizeof *made);
    if (made == NULL)
        return msrck_fail_memory(error, sizeof *made, "a row encoder");
    made->table = table;
    made->type = id;
    made->pointer_width = pointer_width;
    result = compile(made, error);
    if (result != MSRCK_OK) {
        msrck_row_encoder_free(made);
        return result;
    }
    *encoder = made;
    return MSRCK_OK;
}

void msrck_row_encoder_free(struct row_encoder *encoder)
{
    if (encoder == NULL)
        return;
    msrck_row_body_free(&encoder->body);
    free(encoder->offsets);
    free(encoder);
}

uint64_t msrck_row_encoder_width(const struct row_encoder *encoder)
{
    return encoder->row_width;
}

bool msrck_row_encoder_pointer_offsets(const struct row_encoder *encoder, const uint32_t **offsets, uint32_t *count)
{
    *offsets = encoder->offsets;
    *count = encoder->offsets_known ? encoder->offset_count : 0;
    return encoder->offsets_known;
}
