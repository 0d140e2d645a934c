/* SPDX-License-Identifier: MIT */
/* What only one side has: fields that are new in the program, elements of arrays that grew or shrank. */
#include "encoding/row_decoder_state.h"

#include <stdlib.h>

static msrck_result match_absent(struct matching *m, struct row_body *body, const struct ti_type *type,
                                 struct match_place at);

/* `size` bytes of a field's initial value, from its byte `from`. */
static msrck_result append_initial(struct matching *m, struct row_body *body, const msrck_field *source, size_t from,
                                   size_t size, struct match_place at)
{
    struct row_op op = msrck_match_leaf(ROW_DEFAULT, at, size, 0);

    op.leaf_step = op.file_leaf_step = 0;
    op.source = source;
    op.back = from;
    return msrck_match_append(m, body, &op);
}

msrck_result msrck_match_absent_field(struct matching *m, struct row_body *body, const struct ti_field *field,
                                      struct match_place start)
{
    struct match_place at = { start.native + (size_t)field->offset, start.row, start.leaf + field->leaf,
                              start.file_leaf };

    if (field->role != MSRCK_ROLE_PLAIN)
        return MSRCK_OK;
    if (field->source != NULL && field->source->initial != NULL)
        return append_initial(m, body, field->source, 0, (size_t)field->size, at);
    return match_absent(m, body, msrck_ti_get(m->table, field->type), at);
}

/* `count` elements behind those that the file has. */
static msrck_result match_absent_elements(struct matching *m, struct row_body *body, const struct ti_type *element,
                                          uint64_t count, struct match_place at)
{
    struct row_op op = msrck_match_leaf(ROW_LOOP, at, (size_t)element->size, 0);
    struct row_body one = { 0 };
    msrck_result result;

    op.count = (size_t)count;
    op.leaf_step = element->leaves;
    op.file_leaf_step = 0;
    result = match_absent(m, &one, element, (struct match_place){ 0 });
    if (result == MSRCK_OK && !msrck_row_append_array(body, &one, &op))
        result = msrck_fail_memory(m->error, sizeof op, "a row program");
    msrck_row_body_free(&one);
    return result;
}

/* Zero is there already; only defaults of fields are work. Recursion follows types by value, whose nesting is bounded. */
static msrck_result match_absent(struct matching *m, struct row_body *body, const struct ti_type *type,
                                 struct match_place at)
{
    msrck_result result = MSRCK_OK;

    if (type->kind == MSRCK_KIND_ARRAY)
        return match_absent_elements(m, body, msrck_ti_get(m->table, type->element), type->count, at);
    for (uint32_t i = 0; type->kind == MSRCK_KIND_STRUCT && i < type->field_count && result == MSRCK_OK; i++)
        result = msrck_match_absent_field(m, body, &type->fields[i], at);
    return result;
}

msrck_result msrck_match_more_elements(struct matching *m, struct row_body *body, const struct ti_type *file,
                                       const struct ti_type *type, const msrck_field *source, struct match_place at)
{
    const struct ti_type *element = msrck_ti_get(m->table, type->element);
    uint64_t count = type->count - file->count;
    size_t first = (size_t)file->count * (size_t)element->size;

    at.native += first;
    at.leaf += file->count * element->leaves;
    at.file_leaf += file->leaves;
    if (source != NULL && source->initial != NULL)
        return append_initial(m, body, source, first, (size_t)count * (size_t)element->size, at);
    return match_absent_elements(m, body, element, count, at);
}

msrck_result msrck_match_fewer_elements(struct matching *m, struct row_body *body, const struct ti_type *file,
                                        const struct ti_type *type, struct match_place at)
{
    const struct ti_type *element = msrck_ti_get(m->file_table, file->element);
    size_t width = (size_t)element->row_width[m->index];
    struct row_op op = msrck_match_leaf(ROW_CUT, at, width, (size_t)(file->count - type->count) * width);

    op.row += (size_t)type->count * width;
    op.file_leaf += type->count * element->leaves;
    op.leaf_step = op.file_leaf_step = 0;
    op.back = (size_t)type->count;
    op.type = type->id;
    return msrck_match_append(m, body, &op);
}
