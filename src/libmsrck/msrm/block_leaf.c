/* SPDX-License-Identifier: MIT */
#include "msrm/block_leaf.h"

#include "file/extent.h"
#include "types/leaf_map.h"

/* A run of equal elements: the leaf inside it, or one past its end. */
static bool leaf_in_run(const struct ti_table *types, uint32_t type, uint64_t count, const unsigned char *data,
                        uint64_t offset, uint64_t *leaf)
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    uint64_t element = entry->size == 0 ? 0 : offset / entry->size, inside;

    if (element >= count || entry->size == 0) {
        *leaf = count * entry->leaves;
        return offset == count * entry->size;
    }
    if (offset == element * entry->size) {
        *leaf = element * entry->leaves;
        return true;
    }
    if (!msrck_leaf_of_offset(types, type, data + element * entry->size, offset - element * entry->size, &inside))
        return false;
    *leaf = element * entry->leaves + inside;
    return true;
}

bool msrck_block_leaf(const struct ti_table *types, uint32_t type, uint64_t count, const unsigned char *data,
                      uint64_t offset, uint64_t *leaf)
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    uint64_t trailing;

    if (entry->flexible == TI_VOID)
        return leaf_in_run(types, type, count, data, offset, leaf);
    if (offset < entry->flexible_offset)
        return leaf_in_run(types, type, 1, data, offset, leaf);
    trailing = offset - entry->flexible_offset;
    if (offset == msrck_block_bytes(types, type, count) ||
        trailing == count * msrck_ti_get(types, entry->flexible)->size) {
        *leaf = msrck_block_leaves(types, type, count);
        return true;
    }
    if (!leaf_in_run(types, entry->flexible, count, data + entry->flexible_offset, trailing, leaf))
        return false;
    *leaf += entry->leaves;
    return true;
}

static bool offset_in_run(const struct ti_table *types, uint32_t type, uint64_t count, const unsigned char *data,
                          uint64_t leaf, uint64_t *offset)
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    uint64_t element = entry->leaves == 0 ? count : leaf / entry->leaves, inside;

    if (element >= count) {
        /* Elements without leaves cannot be told apart: any place in such a block is its beginning. */
        *offset = entry->leaves == 0 ? 0 : count * entry->size;
        return leaf == count * entry->leaves;
    }
    if (leaf == element * entry->leaves) {
        *offset = element * entry->size;
        return true;
    }
    if (!msrck_offset_of_leaf(types, type, data == NULL ? NULL : data + element * entry->size,
                              leaf - element * entry->leaves, &inside))
        return false;
    *offset = element * entry->size + inside;
    return true;
}

bool msrck_block_offset(const struct ti_table *types, uint32_t type, uint64_t count, const unsigned char *data,
                        uint64_t leaf, uint64_t *offset)
{
    const struct ti_type *entry = msrck_ti_get(types, type);

    if (entry->flexible == TI_VOID)
        return offset_in_run(types, type, count, data, leaf, offset);
    if (leaf < entry->leaves)
        return offset_in_run(types, type, 1, data, leaf, offset);
    if (!offset_in_run(types, entry->flexible, count, data == NULL ? NULL : data + entry->flexible_offset,
                       leaf - entry->leaves, offset))
        return false;
    *offset += entry->flexible_offset;
    return true;
}

/* The field that covers the byte, or NULL. Bit-fields have no bytes of their own and are never found. */
static const struct ti_field *field_around(const struct ti_type *entry, uint64_t offset)
{
    uint32_t i;

    for (i = 0; i < entry->field_count; i++) {
        const struct ti_field *field = &entry->fields[i];

        if (field->role == MSRCK_ROLE_PLAIN && offset >= field->offset && offset - field->offset < field->size)
            return field;
    }
    return NULL;
}

const char *msrck_scalar_around(const struct ti_table *types, uint32_t type, uint64_t offset)
{
    for (;;) {
        const struct ti_type *entry = msrck_ti_get(types, type);
        const struct ti_field *field;

        switch (entry->kind) {
        case MSRCK_KIND_ARRAY:
        case MSRCK_KIND_COMPLEX:
            type = entry->element;
            if (msrck_ti_get(types, type)->size == 0)
                return NULL;
            offset %= msrck_ti_get(types, type)->size;
            break;
        case MSRCK_KIND_STRUCT:
        case MSRCK_KIND_UNION:
            field = field_around(entry, offset);
            if (field == NULL)
                return NULL;
            type = field->type;
            offset -= field->offset;
            break;
        default:
            return entry->name;
        }
    }
}
