/* SPDX-License-Identifier: MIT */
/* Leaf ordinals as people write them. Needs no layout, so that it also serves tables from files. */
#include "types/leaf_map.h"

#include <inttypes.h>

#include "base/byte_buffer.h"

/* The field of a struct that holds the leaf, or the first member of a union that reaches so far. */
static const struct ti_field *field_of_leaf(const struct ti_table *table, const struct ti_type *type, uint64_t leaf)
{
    const struct ti_field *field = type->fields;

    while (leaf - field->leaf >= msrck_ti_get(table, field->type)->leaves)
        field++;
    return field;
}

static void append_field(const struct ti_field *field, struct byte_buffer *out)
{
    /* Members of an anonymous union are reached as if they were the struct's. */
    if (field->name[0] != '\0')
        msrck_buffer_printf(out, ".%s", field->name);
}

void msrck_leaf_path(const struct ti_table *table, uint32_t id, uint64_t leaf, struct byte_buffer *out)
{
    const struct ti_type *type = msrck_ti_get(table, id);
    const struct ti_field *field;
    uint64_t leaves;

    while (leaf < type->leaves) {
        switch (type->kind) {
        case MSRCK_KIND_ARRAY:
            leaves = msrck_ti_get(table, type->element)->leaves;
            msrck_buffer_printf(out, "[%" PRIu64 "]", leaf / leaves);
            leaf %= leaves;
            type = msrck_ti_get(table, type->element);
            break;
        case MSRCK_KIND_STRUCT:
        case MSRCK_KIND_UNION:
            field = field_of_leaf(table, type, leaf);
            append_field(field, out);
            leaf -= field->leaf;
            type = msrck_ti_get(table, field->type);
            break;
        case MSRCK_KIND_COMPLEX:
            msrck_buffer_printf(out, leaf == 0 ? ".real" : ".imaginary");
            return;
        default:
            return;
        }
    }
}
