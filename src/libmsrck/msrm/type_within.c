/* SPDX-License-Identifier: MIT */
#include "msrm/type_within.h"

#include "file/extent.h"

static bool is_integer(const struct ti_type *entry)
{
    return entry->kind == MSRCK_KIND_ENUM || (entry->kind == MSRCK_KIND_SCALAR && msrck_scalar_is_integer(entry->scalar));
}

/* Values that C programs look at through pointers of either type. */
static bool alike(const struct ti_type *a, const struct ti_type *b)
{
    if (a->id == b->id)
        return true;
    if (is_integer(a) && is_integer(b))
        return a->size == b->size || msrck_scalar_width(a->scalar) == msrck_scalar_width(b->scalar);
    return a->kind == b->kind && (a->kind == MSRCK_KIND_POINTER || a->kind == MSRCK_KIND_FUNCTION);
}

/* An array at the end of a struct stands for one that is longer in some blocks, whose type is another. */
static bool lengthens(const struct ti_table *types, const struct ti_field *longer, const struct ti_field *array)
{
    const struct ti_type *entry = msrck_ti_get(types, array->type);

    return longer->role == MSRCK_ROLE_FLEXIBLE && array->role == MSRCK_ROLE_PLAIN && longer->offset == array->offset &&
           entry->kind == MSRCK_KIND_ARRAY && alike(msrck_ti_get(types, longer->type), msrck_ti_get(types, entry->element));
}

/* Every member of `header` stands in `entry` at the same place, in the same order. */
static bool shares_header(const struct ti_table *types, const struct ti_type *entry, const struct ti_type *header)
{
    uint32_t f;

    if (entry->kind != MSRCK_KIND_STRUCT || header->kind != MSRCK_KIND_STRUCT || header->field_count == 0 ||
        header->field_count > entry->field_count)
        return false;
    for (f = 0; f < header->field_count; f++) {
        const struct ti_field *a = &entry->fields[f], *b = &header->fields[f];

        if (lengthens(types, a, b))
            continue;
        if (a->role != b->role || a->offset != b->offset || a->bits != b->bits ||
            !alike(msrck_ti_get(types, a->type), msrck_ti_get(types, b->type)))
            return false;
    }
    return true;
}

/* What stands first in a value of the type, or TI_VOID. */
static uint32_t first_part(const struct ti_type *entry)
{
    switch (entry->kind) {
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        return entry->element;
    case MSRCK_KIND_STRUCT:
        return entry->field_count > 0 && entry->fields[0].role == MSRCK_ROLE_PLAIN && entry->fields[0].offset == 0 ? entry->fields[0].type
                                                                                                                   : TI_VOID;
    default:
        return TI_VOID;
    }
}

/* Types nest a bounded number of times, so this loop and the recursions below end. */
bool msrck_type_begins_with(const struct ti_table *types, uint32_t larger, uint32_t smaller)
{
    const struct ti_type *wanted = msrck_ti_get(types, smaller);

    while (larger != TI_VOID) {
        const struct ti_type *entry = msrck_ti_get(types, larger);

        if (alike(entry, wanted) || shares_header(types, entry, wanted))
            return true;
        larger = first_part(entry);
    }
    return false;
}

/* An array inside the member, or the member itself, ends with a value of the type. */
static bool ends_with(const struct ti_table *types, uint32_t type, uint32_t inner)
{
    const struct ti_type *entry = msrck_ti_get(types, type);

    while (entry->kind == MSRCK_KIND_ARRAY) {
        if (entry->element == inner)
            return true;
        entry = msrck_ti_get(types, entry->element);
    }
    return false;
}

static bool within_fields(const struct ti_table *types, const struct ti_type *entry, uint64_t offset, uint32_t inner)
{
    uint32_t f;

    for (f = 0; f < entry->field_count; f++) {
        const struct ti_field *field = &entry->fields[f];

        if (field->role != MSRCK_ROLE_PLAIN || offset < field->offset)
            continue;
        if (offset - field->offset == field->size && ends_with(types, field->type, inner))
            return true;
        if (offset - field->offset < field->size && msrck_type_within(types, field->type, offset - field->offset, inner))
            return true;
    }
    return false;
}

bool msrck_type_within(const struct ti_table *types, uint32_t outer, uint64_t offset, uint32_t inner)
{
    const struct ti_type *entry = msrck_ti_get(types, outer);

    if (offset == 0 && msrck_type_begins_with(types, outer, inner))
        return true;
    switch (entry->kind) {
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX: {
        uint64_t size = msrck_ti_get(types, entry->element)->size;

        return size != 0 && msrck_type_within(types, entry->element, offset % size, inner);
    }
    case MSRCK_KIND_STRUCT:
    case MSRCK_KIND_UNION:
        return within_fields(types, entry, offset, inner);
    default:
        return false;
    }
}

bool msrck_type_within_block(const struct ti_table *types, uint32_t type, uint64_t count, uint64_t offset, uint32_t inner)
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    uint64_t bytes = msrck_block_bytes(types, type, count), size;

    if (offset >= bytes)
        return offset == bytes;
    if (entry->flexible == TI_VOID)
        return entry->size != 0 && msrck_type_within(types, type, offset % entry->size, inner);
    if (offset < entry->flexible_offset)
        return msrck_type_within(types, type, offset, inner);
    size = msrck_ti_get(types, entry->flexible)->size;
    return size != 0 && msrck_type_within(types, entry->flexible, (offset - entry->flexible_offset) % size, inner);
}
