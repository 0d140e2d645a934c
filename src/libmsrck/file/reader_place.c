/* SPDX-License-Identifier: MIT */
/*
 * Places: from a leaf ordinal of a block down through arrays, structs and unions to the object that begins there.
 * Serves the paths that people read and following pointers.
 */
#include "file/reader_state.h"

#include "base/byte_buffer.h"
#include "types/pointer_rule.h"

/* Where the way down has come to. */
struct descent {
    const msrck_reader *reader;
    struct byte_buffer *path;
    uint32_t target;
    unsigned steps_left;            /* nested unions could otherwise be tried for ever */
};

#define MOST_STEPS 65536u

static void put_field(struct byte_buffer *path, const char *name)
{
    /* The members of an anonymous union are named like those of the struct around it. */
    if (name[0] != '\0')
        msrck_buffer_printf(path, ".%s", name);
}

static void put_index(struct byte_buffer *path, uint64_t index)
{
    msrck_buffer_printf(path, "[%llu]", (unsigned long long)index);
}

static bool descend(struct descent *descent, uint32_t type, uint64_t leaf);

/* Any member may be meant: the active one is known to those who read the row, not here. */
static bool descend_union(struct descent *descent, const struct ti_type *type, uint64_t leaf)
{
    size_t mark = descent->path->length;

    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct ti_field *member = &type->fields[i];
        if (leaf >= reader_type(descent->reader, member->type)->leaves)
            continue;
        put_field(descent->path, member->name);
        if (descend(descent, member->type, leaf))
            return true;
        descent->path->length = mark;
    }
    return false;
}

/* Recursion is bounded by the nesting of types. */
static bool descend(struct descent *descent, uint32_t type, uint64_t leaf)
{
    const struct ti_type *entry = reader_type(descent->reader, type);
    const struct ti_field *field;
    uint64_t leaves;

    if (descent->steps_left == 0)
        return false;
    descent->steps_left--;
    if (leaf == 0 && msrck_type_may_stand_for(descent->reader->metadata->types, descent->target, type))
        return true;
    switch (entry->kind) {
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        leaves = reader_type(descent->reader, entry->element)->leaves;
        if (leaves == 0 || leaf >= entry->leaves)
            return false;
        put_index(descent->path, leaf / leaves);
        return descend(descent, entry->element, leaf % leaves);
    case MSRCK_KIND_STRUCT:
        field = msrck_type_field_at(descent->reader->metadata->types, entry, leaf);
        if (field == NULL || field->role == MSRCK_ROLE_BITS)
            return false;
        put_field(descent->path, field->name);
        return descend(descent, field->type, leaf - field->leaf);
    case MSRCK_KIND_UNION:
        return descend_union(descent, entry, leaf);
    default:
        return false;
    }
}

/* Name of the flexible array member of a struct. */
static const char *flexible_name(const struct ti_type *type)
{
    for (uint32_t i = 0; i < type->field_count; i++)
        if (type->fields[i].role == MSRCK_ROLE_FLEXIBLE)
            return type->fields[i].name;
    return "";
}

/*
 * Subscripts of element `index` in a variable declared with an array type, or just [index]. True when they led to
 * an inner array of the target's own type, which begins there: grid[1] for an int (*)[4].
 */
static bool put_subscripts(struct descent *descent, const msrck_block_facts *block, uint64_t index)
{
    const msrck_reader *reader = descent->reader;
    const struct block_owner *owner = msrck_reader_owner_entry(reader, block->number);
    uint32_t type = owner == NULL ? block->type : owner->type;
    uint64_t below = 1;             /* innermost elements of one value of `type` */

    if (msrck_ti_strip_arrays(reader->metadata->types, type, &below) != block->type || below == 0)
        below = 1;
    if (below < block->elements) {
        put_index(descent->path, index / below);
        index %= below;
    }
    while (reader_type(reader, type)->kind == MSRCK_KIND_ARRAY) {
        const struct ti_type *entry = reader_type(reader, type);
        if (type == descent->target && index == 0)
            return true;
        below = entry->count == 0 ? 1 : below / entry->count;
        put_index(descent->path, below == 0 ? index : index / below);
        index = below == 0 ? 0 : index % below;
        type = entry->element;
    }
    return false;
}

/* Whether the place is in the trailing elements, and if so which. */
static bool in_flexible(const msrck_reader *reader, const msrck_block_facts *block, uint64_t *leaf)
{
    const struct ti_type *type = reader_type(reader, block->type);

    if (type->flexible == TI_VOID || *leaf < type->leaves)
        return false;
    *leaf -= type->leaves;
    return true;
}

/* A place inside the block, not one past its end: leaf < block->leaves. */
static bool find_inside(struct descent *descent, const msrck_block_facts *block, uint64_t leaf)
{
    const msrck_reader *reader = descent->reader;
    const struct ti_type *type = reader_type(reader, block->type);
    bool flexible = in_flexible(reader, block, &leaf);
    uint32_t element = flexible ? type->flexible : block->type;
    uint64_t leaves = reader_type(reader, element)->leaves;
    uint64_t index = leaves == 0 ? 0 : leaf / leaves;

    if (flexible) {
        put_field(descent->path, flexible_name(type));
        put_index(descent->path, index);
    } else if (block->elements > 1 && put_subscripts(descent, block, index)) {
        return true;
    }
    return descend(descent, element, leaves == 0 ? 0 : leaf % leaves);
}

/* Blocks are stripped of their outer arrays: a pointer to an int[10] may point to a block of ten ints. */
static bool is_whole_array(const msrck_reader *reader, const msrck_block_facts *block, uint32_t target)
{
    uint64_t count = 1;
    uint32_t type = msrck_ti_strip_arrays(reader->metadata->types, target, &count);

    return type != target && type == block->type && count == block->elements &&
           reader_type(reader, type)->flexible == TI_VOID;
}

bool msrck_place_find(const msrck_reader *reader, const msrck_block_facts *block, uint64_t leaf, uint32_t target,
                      struct byte_buffer *path)
{
    struct descent descent = { reader, path, target, MOST_STEPS };
    uint64_t rest = leaf;
    bool flexible;

    if (leaf == 0 && is_whole_array(reader, block, target))
        return true;
    if (leaf < block->leaves)
        return find_inside(&descent, block, leaf);
    /* One past the end belongs to every type. */
    flexible = in_flexible(reader, block, &rest);
    if (flexible)
        put_field(path, flexible_name(reader_type(reader, block->type)));
    put_index(path, flexible ? block->count : block->elements);
    return true;
}

bool msrck_reader_may_point(const msrck_reader *reader, uint32_t target, uint64_t block, uint64_t leaf)
{
    msrck_block_facts facts;

    return target < msrck_reader_type_count(reader) && msrck_reader_block(reader, block, &facts) &&
           leaf <= facts.leaves && msrck_pointer_may_lead(reader->metadata->types, target, facts.type, facts.count, leaf);
}
