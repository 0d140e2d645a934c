/* SPDX-License-Identifier: MIT */
#include "msrm/row_pointers.h"

#include "base/big_endian.h"

struct walk {
    const struct ti_table *types;
    unsigned pointer_width;
    void (*visit)(void *context, uint64_t leaf, uint64_t address);
    void *context;
};

static void walk_value(const struct walk *walk, uint32_t type, const unsigned char *row, uint64_t leaf);

static void walk_array(const struct walk *walk, const struct ti_type *entry, const unsigned char *row, uint64_t leaf)
{
    const struct ti_type *element = msrck_ti_get(walk->types, entry->element);
    uint64_t width = element->row_width[row_index(walk->pointer_width)], i;

    for (i = 0; i < entry->count; i++)
        walk_value(walk, entry->element, row + (size_t)(i * width), leaf + i * element->leaves);
}

static void walk_struct(const struct walk *walk, const struct ti_type *entry, const unsigned char *row, uint64_t leaf)
{
    for (uint32_t i = 0; i < entry->field_count; i++) {
        const struct ti_field *field = &entry->fields[i];

        if (field->role == MSRCK_ROLE_PLAIN)
            walk_value(walk, field->type, row + (size_t)field->row_offset[row_index(walk->pointer_width)],
                       leaf + field->leaf);
    }
}

/* A union's row begins with the ordinal of the active member plus one. */
static void walk_union(const struct walk *walk, const struct ti_type *entry, const unsigned char *row, uint64_t leaf)
{
    uint32_t active = load_be32(row);

    if (active > 0 && active <= entry->field_count)
        walk_value(walk, entry->fields[active - 1].type, row + 4, leaf);
}

/* Recursion follows the nesting of types, which the file's table bounds. */
static void walk_value(const struct walk *walk, uint32_t type, const unsigned char *row, uint64_t leaf)
{
    const struct ti_type *entry = msrck_ti_get(walk->types, type);
    uint64_t address;

    if (!entry->has_pointers)
        return;
    switch (entry->kind) {
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        address = walk->pointer_width == 4 ? load_be32(row) : load_be64(row);
        if (address != 0)
            walk->visit(walk->context, leaf, address);
        break;
    case MSRCK_KIND_ARRAY:
        walk_array(walk, entry, row, leaf);
        break;
    case MSRCK_KIND_STRUCT:
        walk_struct(walk, entry, row, leaf);
        break;
    case MSRCK_KIND_UNION:
        walk_union(walk, entry, row, leaf);
        break;
    default:
        break;
    }
}

void msrck_row_pointers(const struct ti_table *types, uint32_t type, unsigned pointer_width, const unsigned char *row,
                        void (*visit)(void *context, uint64_t leaf, uint64_t address), void *context)
{
    const struct walk walk = { types, pointer_width, visit, context };

    walk_value(&walk, type, row, 0);
}
