/* SPDX-License-Identifier: MIT */
#include "types/pointer_rule.h"

/* Nested unions could otherwise be tried for ever. */
#define MOST_STEPS 65536u

/* A search for the target's type at a place. */
struct lead {
    const struct ti_table *types;
    uint32_t target;
    unsigned steps_left;
};

/* Also an enum, whose scalar says the same. */
static bool is_integer(const struct ti_type *type)
{
    return (type->kind == MSRCK_KIND_SCALAR || type->kind == MSRCK_KIND_ENUM) && msrck_scalar_is_integer(type->scalar);
}

bool msrck_type_is_character(const struct ti_type *type)
{
    return type->kind == MSRCK_KIND_SCALAR &&
           (type->scalar == MSRCK_SCALAR_CHAR || type->scalar == MSRCK_SCALAR_SCHAR ||
            type->scalar == MSRCK_SCALAR_UCHAR || type->scalar == MSRCK_SCALAR_INT8 ||
            type->scalar == MSRCK_SCALAR_UINT8);
}

/* ---- Structs that begin alike ---- */

/* Members that C programs look at through pointers of either type. */
static bool is_alike(const struct ti_table *types, uint32_t a, uint32_t b)
{
    const struct ti_type *one = msrck_ti_get(types, a), *other = msrck_ti_get(types, b);

    if (a == b)
        return true;
    if (is_integer(one) && is_integer(other))
        return msrck_scalar_width(one->scalar) == msrck_scalar_width(other->scalar);
    return one->kind == other->kind && (one->kind == MSRCK_KIND_POINTER || one->kind == MSRCK_KIND_FUNCTION);
}

/* An array at the end of a struct stands for one that is longer in some blocks, whose type is another. */
static bool lengthens(const struct ti_table *types, const struct ti_field *longer, const struct ti_field *array)
{
    const struct ti_type *entry = msrck_ti_get(types, array->type);

    return longer->role == MSRCK_ROLE_FLEXIBLE && array->role == MSRCK_ROLE_PLAIN && entry->kind == MSRCK_KIND_ARRAY &&
           is_alike(types, entry->element, longer->type);
}

/* Members at the same place that are alike. Tables of files know no places; they follow from the members before. */
static bool same_member(const struct ti_table *types, const struct ti_field *wanted, const struct ti_field *there)
{
    if (wanted->offset != there->offset)
        return false;
    if (lengthens(types, there, wanted) || lengthens(types, wanted, there))
        return true;
    return wanted->role == there->role && wanted->bits == there->bits &&
           is_alike(types, wanted->type, there->type);
}

/* Every member of `wanted` is the beginning of what is there. Programs tell such structs apart by a member, and cast. */
static bool begin_alike(const struct ti_table *types, const struct ti_type *wanted, const struct ti_type *there)
{
    if (wanted->kind != MSRCK_KIND_STRUCT || there->kind != MSRCK_KIND_STRUCT || wanted->field_count == 0 ||
        wanted->field_count > there->field_count)
        return false;
    for (uint32_t f = 0; f < wanted->field_count; f++)
        if (!same_member(types, &wanted->fields[f], &there->fields[f]))
            return false;
    return true;
}

/* ---- Types that stand for each other ---- */

bool msrck_type_may_stand_for(const struct ti_table *types, uint32_t wanted_id, uint32_t there_id)
{
    const struct ti_type *wanted = msrck_ti_get(types, wanted_id), *there = msrck_ti_get(types, there_id);

    /* Arrays nest a bounded number of times. */
    while (wanted_id != there_id && wanted->kind == MSRCK_KIND_ARRAY && there->kind == MSRCK_KIND_ARRAY) {
        wanted_id = wanted->element;
        there_id = there->element;
        wanted = msrck_ti_get(types, wanted_id);
        there = msrck_ti_get(types, there_id);
    }
    if (wanted_id == there_id || wanted->kind == MSRCK_KIND_VOID || msrck_type_is_character(wanted))
        return true;
    if (is_integer(wanted) && is_integer(there))
        return msrck_scalar_width(wanted->scalar) == msrck_scalar_width(there->scalar);
    return (wanted->kind == MSRCK_KIND_POINTER && there->kind == MSRCK_KIND_POINTER) || begin_alike(types, wanted, there);
}

/*
 * Whether pointers to these may be looked at as each other, for a pointer to a pointer. Nobody but the program could
 * follow a void *; structs may be headers of each other. Pointers nest a bounded number of times.
 */
static bool targets_alike(const struct ti_table *types, uint32_t wanted_id, uint32_t there_id)
{
    const struct ti_type *wanted, *there;

    for (;;) {
        wanted = msrck_ti_get(types, wanted_id);
        there = msrck_ti_get(types, there_id);
        if (wanted_id == there_id || wanted->kind == MSRCK_KIND_VOID || there->kind == MSRCK_KIND_VOID)
            return true;
        if (wanted->kind == MSRCK_KIND_ARRAY) {
            wanted_id = wanted->element;
        } else if (there->kind == MSRCK_KIND_ARRAY) {
            there_id = there->element;
        } else if (wanted->kind == MSRCK_KIND_POINTER && there->kind == MSRCK_KIND_POINTER) {
            wanted_id = wanted->element;
            there_id = there->element;
        } else {
            break;
        }
    }
    return msrck_type_is_character(wanted) || msrck_type_is_character(there) ||
           msrck_type_may_stand_for(types, wanted_id, there_id) || begin_alike(types, there, wanted);
}

/* Also what pointers lead to is alike, in arrays of them too. */
static bool stands_for(const struct ti_table *types, uint32_t wanted, uint32_t there)
{
    uint64_t count = 1;

    if (wanted == there)
        return true;
    if (!msrck_type_may_stand_for(types, wanted, there))
        return false;
    wanted = msrck_ti_strip_arrays(types, wanted, &count);
    there = msrck_ti_strip_arrays(types, there, &count);
    if (wanted == UINT32_MAX || there == UINT32_MAX || msrck_ti_get(types, wanted)->kind != MSRCK_KIND_POINTER ||
        msrck_ti_get(types, there)->kind != MSRCK_KIND_POINTER)
        return true;
    return targets_alike(types, msrck_ti_get(types, wanted)->element, msrck_ti_get(types, there)->element);
}

/* ---- Down to the place ---- */

/* Consists of numbers that may hold any bits. Recursion is bounded by the nesting of types. */
static bool is_numbers(const struct ti_table *types, uint32_t type)
{
    const struct ti_type *entry = msrck_ti_get(types, type);

    switch (entry->kind) {
    case MSRCK_KIND_SCALAR:
        return entry->scalar != MSRCK_SCALAR_BOOL;
    case MSRCK_KIND_ENUM:
    case MSRCK_KIND_COMPLEX:
        return true;
    case MSRCK_KIND_ARRAY:
        return is_numbers(types, entry->element);
    case MSRCK_KIND_STRUCT:
        for (uint32_t f = 0; f < entry->field_count; f++)
            if (!is_numbers(types, entry->fields[f].type))
                return false;
        return entry->flexible == TI_VOID;
    default:
        return false;
    }
}

static bool descend(struct lead *lead, uint32_t type, uint64_t leaf);

/* Any member may be meant: the program knows which one it looks at. */
static bool descend_union(struct lead *lead, const struct ti_type *entry, uint64_t leaf)
{
    for (uint32_t i = 0; i < entry->field_count; i++)
        if (leaf < msrck_ti_get(lead->types, entry->fields[i].type)->leaves &&
            descend(lead, entry->fields[i].type, leaf))
            return true;
    return false;
}

const struct ti_field *msrck_type_field_at(const struct ti_table *types, const struct ti_type *entry, uint64_t leaf)
{
    uint32_t low = 0, high = entry->field_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (entry->fields[middle].leaf <= leaf)
            low = middle + 1;
        else
            high = middle;
    }
    while (low > 0) {
        const struct ti_field *field = &entry->fields[--low];
        bool present = field->role == MSRCK_ROLE_PLAIN || field->role == MSRCK_ROLE_BITS;

        if (present && leaf - field->leaf < msrck_ti_get(types, field->type)->leaves)
            return field;
    }
    return NULL;
}

/* Recursion is bounded by the nesting of types. */
static bool descend(struct lead *lead, uint32_t type, uint64_t leaf)
{
    const struct ti_type *entry = msrck_ti_get(lead->types, type);
    const struct ti_field *field;
    uint64_t leaves;

    if (lead->steps_left == 0)
        return false;
    lead->steps_left--;
    if (leaf == 0 && stands_for(lead->types, lead->target, type))
        return true;
    /* Its owner knows what stands in it, such as members of a union that is carried as bytes: numbers do no harm. */
    if (leaf == 0 && entry->kind == MSRCK_KIND_OPAQUE)
        return is_numbers(lead->types, lead->target);
    switch (entry->kind) {
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        leaves = msrck_ti_get(lead->types, entry->element)->leaves;
        return leaves != 0 && leaf < entry->leaves && descend(lead, entry->element, leaf % leaves);
    case MSRCK_KIND_STRUCT:
        /* Bit-fields have no address. */
        field = msrck_type_field_at(lead->types, entry, leaf);
        return field != NULL && field->role == MSRCK_ROLE_PLAIN && descend(lead, field->type, leaf - field->leaf);
    case MSRCK_KIND_UNION:
        return descend_union(lead, entry, leaf);
    default:
        return false;
    }
}

/* A block as runs of one element type: its elements, or those of its flexible member. */
static bool find_in_block(const struct ti_table *types, uint32_t target, uint32_t type, uint64_t leaf)
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    struct lead lead = { types, target, MOST_STEPS };
    uint64_t leaves;

    if (entry->flexible != TI_VOID && leaf >= entry->leaves) {
        leaf -= entry->leaves;
        type = entry->flexible;
    }
    leaves = msrck_ti_get(types, type)->leaves;
    return leaves != 0 && descend(&lead, type, leaf % leaves);
}

/* ---- Numbers ---- */

/* Of a value here, or where the table is a file's, in the file. */
static uint64_t bytes_of(const struct ti_type *entry)
{
    return entry->has_layout ? entry->size : entry->row_width[1];
}

/* Numbers as other numbers, such as three double as a struct of them: whatever is read is a number. */
static bool numbers_have_room(const struct ti_table *types, uint32_t target, uint32_t type, uint64_t count, uint64_t leaf)
{
    const struct ti_type *wanted = msrck_ti_get(types, target), *there = msrck_ti_get(types, type);
    uint64_t left;

    if (there->leaves == 0 || leaf % there->leaves != 0 || leaf / there->leaves > count || bytes_of(there) == 0 ||
        !is_numbers(types, target) || !is_numbers(types, type))
        return false;
    left = count - leaf / there->leaves;
    return left >= bytes_of(wanted) / bytes_of(there) + (bytes_of(wanted) % bytes_of(there) != 0);
}

/* ---- Blocks ---- */

static uint64_t leaves_of_block(const struct ti_table *types, uint32_t type, uint64_t count)
{
    const struct ti_type *entry = msrck_ti_get(types, type);

    return entry->flexible == TI_VOID ? count * entry->leaves
                                      : entry->leaves + count * msrck_ti_get(types, entry->flexible)->leaves;
}

/*
 * Something that the pointer may lead to ends here: C lets a pointer stand there, too. An element that only begins with the target,
 * as a struct with a header does, ends where its block does.
 */
static bool ends_here(const struct ti_table *types, uint32_t target, uint32_t type, uint64_t count, uint64_t leaf)
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    uint64_t leaves = msrck_ti_get(types, target)->leaves, last = entry->leaves;

    if (leaves > 0 && leaf >= leaves && find_in_block(types, target, type, leaf - leaves))
        return true;
    if (leaf != leaves_of_block(types, type, count))
        return false;
    if (entry->flexible != TI_VOID && find_in_block(types, target, type, 0))
        return true;
    if (entry->flexible != TI_VOID && count > 0)
        last = msrck_ti_get(types, entry->flexible)->leaves;
    return find_in_block(types, target, type, leaf - last) || (is_numbers(types, target) && is_numbers(types, type));
}

bool msrck_pointer_may_lead(const struct ti_table *types, uint32_t target, uint32_t type, uint64_t count, uint64_t leaf)
{
    uint64_t whole = 1;
    uint32_t element = target == TI_VOID ? TI_VOID : msrck_ti_strip_arrays(types, target, &whole);
    uint64_t end = leaves_of_block(types, type, count);

    if (target == TI_VOID || msrck_type_is_character(msrck_ti_get(types, target)))
        return true;
    if (element == UINT32_MAX || leaf > end)
        return false;
    /* Blocks are stripped of their outer arrays, so a pointer to an array points to an element. */
    if (leaf < end && (find_in_block(types, target, type, leaf) ||
                       (element != target && find_in_block(types, element, type, leaf)) ||
                       numbers_have_room(types, target, type, count, leaf)))
        return true;
    return ends_here(types, element, type, count, leaf);
}
