/* SPDX-License-Identifier: MIT */
/*
 * Both directions go down from the element to the leaf, one step a level. At each level place zero is leaf zero and
 * ends the walk: a pointer to a struct and one to its first member are the same pointer.
 */
#include "types/leaf_map.h"

#include <string.h>

/* How far a walk is: an element of type `id` at `object`, and what is left to go inside it. */
struct walk {
    const struct ti_table *table;
    uint32_t id;
    const unsigned char *object;    /* NULL where nobody gave the bytes */
    uint64_t rest;                  /* bytes or leaves inside the element */
    uint64_t sum;                   /* leaves or bytes up to the element */
};

enum step { STEP_DOWN, STEP_ARRIVED, STEP_NOWHERE };

static const struct ti_type *type_of(const struct walk *walk)
{
    return msrck_ti_get(walk->table, walk->id);
}

static void go_down(struct walk *walk, uint32_t id, uint64_t object_offset, uint64_t rest, uint64_t sum)
{
    walk->id = id;
    if (walk->object != NULL)
        walk->object += object_offset;
    walk->rest = rest;
    walk->sum += sum;
}

/* Fields that lie in the element: all but a flexible array. */
static uint32_t inner_fields(const struct ti_type *type)
{
    return type->field_count - (type->flexible != TI_VOID);
}

/* The last field that begins at or before the offset; NULL when even the first begins behind it. */
static const struct ti_field *field_at_offset(const struct ti_type *type, uint64_t offset)
{
    uint32_t low = 0, high = inner_fields(type);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (type->fields[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : &type->fields[low - 1];
}

/* The field that holds the leaf. */
static const struct ti_field *field_at_leaf(const struct ti_type *type, uint64_t leaf)
{
    uint32_t low = 1, high = inner_fields(type);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (type->fields[middle].leaf <= leaf)
            low = middle + 1;
        else
            high = middle;
    }
    return &type->fields[low - 1];
}

/* Entries list no skipped members, the descriptions do. */
static bool is_skipped(const struct ti_type *type, uint64_t offset)
{
    for (size_t i = 0; i < type->source->field_count; i++) {
        const msrck_field *field = &type->source->fields[i];

        if (field->role == MSRCK_ROLE_SKIPPED && offset >= field->offset && offset - field->offset < field->size)
            return true;
    }
    return false;
}

/*
 * Between members: the place directly behind one stands for one past it. Bit-fields have no places, so they are
 * stepped over.
 */
static enum step step_between(struct walk *walk, const struct ti_type *type, const struct ti_field *field)
{
    while (field >= type->fields && field->role == MSRCK_ROLE_BITS) {
        if (field == type->fields)
            return STEP_NOWHERE;
        field--;
    }
    if (walk->rest != field->offset + field->size || is_skipped(type, walk->rest))
        return STEP_NOWHERE;
    walk->sum += field->leaf + msrck_ti_get(walk->table, field->type)->leaves;
    return STEP_ARRIVED;
}

/* From the struct `owner` at `object` into the active member of its union. `rest` is not zero. */
static enum step offset_into_union(struct walk *walk, const struct ti_type *owner, const struct ti_field *field)
{
    const struct ti_type *type = msrck_ti_get(walk->table, field->type);
    uint64_t rest = walk->rest - field->offset;
    uint32_t active = UINT32_MAX;
    const struct ti_field *member;

    if (walk->object != NULL)
        active = msrck_active_member(walk->table, owner, field, walk->object);
    if (active == UINT32_MAX)
        return STEP_NOWHERE;
    member = &type->fields[active];
    /*
     * A member of an anonymous struct in a union may lie behind the union's beginning; that one is leaf zero already.
     */
    if (rest <= member->offset || rest - member->offset > member->size)
        return STEP_NOWHERE;
    if (rest - member->offset == member->size) {
        walk->sum += field->leaf + msrck_ti_get(walk->table, member->type)->leaves;
        return STEP_ARRIVED;
    }
    go_down(walk, member->type, field->offset + member->offset, rest - member->offset, field->leaf);
    return STEP_DOWN;
}

static enum step offset_into_struct(struct walk *walk, const struct ti_type *type)
{
    const struct ti_field *field = field_at_offset(type, walk->rest);

    if (field == NULL)
        return STEP_NOWHERE;
    if (field->role == MSRCK_ROLE_BITS || walk->rest - field->offset >= field->size)
        return step_between(walk, type, field);
    if (walk->rest == field->offset) {
        walk->sum += field->leaf;
        /* Leaf zero is the struct's beginning, where something skipped lies. */
        return field->leaf == 0 ? STEP_NOWHERE : STEP_ARRIVED;
    }
    if (msrck_ti_get(walk->table, field->type)->kind == MSRCK_KIND_UNION)
        return offset_into_union(walk, type, field);
    go_down(walk, field->type, field->offset, walk->rest - field->offset, field->leaf);
    return STEP_DOWN;
}

static enum step offset_step(struct walk *walk)
{
    const struct ti_type *type = type_of(walk), *element;
    uint64_t index;

    if (walk->rest == 0)
        return STEP_ARRIVED;
    if (walk->rest >= type->size)
        return STEP_NOWHERE;
    switch (type->kind) {
    case MSRCK_KIND_ARRAY:
        element = msrck_ti_get(walk->table, type->element);
        index = walk->rest / element->size;
        go_down(walk, type->element, index * element->size, walk->rest % element->size, index * element->leaves);
        return STEP_DOWN;
    case MSRCK_KIND_STRUCT:
        return offset_into_struct(walk, type);
    case MSRCK_KIND_COMPLEX:
        walk->sum++;
        return walk->rest == type->size / 2 ? STEP_ARRIVED : STEP_NOWHERE;
    default:
        return STEP_NOWHERE;
    }
}

bool msrck_leaf_of_offset(const struct ti_table *table, uint32_t id, const void *object, uint64_t offset,
                          uint64_t *leaf)
{
    struct walk walk = { table, id, object, offset, 0 };
    enum step step;

    do
        step = offset_step(&walk);
    while (step == STEP_DOWN);
    *leaf = walk.sum;
    return step == STEP_ARRIVED;
}

static enum step leaf_into_union(struct walk *walk, const struct ti_type *owner, const struct ti_field *field)
{
    const struct ti_type *type = msrck_ti_get(walk->table, field->type);
    uint64_t rest = walk->rest - field->leaf, leaves;
    uint32_t active = UINT32_MAX;
    const struct ti_field *member;

    if (walk->object != NULL)
        active = msrck_active_member(walk->table, owner, field, walk->object);
    if (active == UINT32_MAX)
        return STEP_NOWHERE;
    member = &type->fields[active];
    leaves = msrck_ti_get(walk->table, member->type)->leaves;
    if (rest > leaves)
        return STEP_NOWHERE;
    if (rest == leaves) {
        walk->sum += field->offset + member->offset + member->size;
        return STEP_ARRIVED;
    }
    go_down(walk, member->type, field->offset + member->offset, rest, field->offset + member->offset);
    return STEP_DOWN;
}

static enum step leaf_into_struct(struct walk *walk, const struct ti_type *type)
{
    const struct ti_field *field = field_at_leaf(type, walk->rest);

    if (walk->rest == field->leaf) {
        walk->sum += field->offset;
        return STEP_ARRIVED;
    }
    if (msrck_ti_get(walk->table, field->type)->kind == MSRCK_KIND_UNION)
        return leaf_into_union(walk, type, field);
    go_down(walk, field->type, field->offset, walk->rest - field->leaf, field->offset);
    return STEP_DOWN;
}

static enum step leaf_step(struct walk *walk)
{
    const struct ti_type *type = type_of(walk), *element;
    uint64_t index;

    if (walk->rest == 0)
        return STEP_ARRIVED;
    if (walk->rest >= type->leaves)
        return STEP_NOWHERE;
    switch (type->kind) {
    case MSRCK_KIND_ARRAY:
        element = msrck_ti_get(walk->table, type->element);
        index = walk->rest / element->leaves;
        go_down(walk, type->element, index * element->size, walk->rest % element->leaves, index * element->size);
        return STEP_DOWN;
    case MSRCK_KIND_STRUCT:
        return leaf_into_struct(walk, type);
    case MSRCK_KIND_COMPLEX:
        walk->sum += type->size / 2;
        return STEP_ARRIVED;
    default:
        return STEP_NOWHERE;
    }
}

bool msrck_offset_of_leaf(const struct ti_table *table, uint32_t id, const void *object, uint64_t leaf,
                          uint64_t *offset)
{
    struct walk walk = { table, id, object, leaf, 0 };
    enum step step;

    do
        step = leaf_step(&walk);
    while (step == STEP_DOWN);
    *offset = walk.sum;
    return step == STEP_ARRIVED;
}

/* A number of 1, 2, 4 or 8 native bytes, wherever it lies. */
static int64_t read_number(const void *place, uint64_t size, bool is_signed)
{
    union { uint8_t one; uint16_t two; uint32_t four; uint64_t eight; } number = { .eight = 0 };

    switch (size) {
    case 1:
        memcpy(&number.one, place, 1);
        return is_signed ? (int8_t)number.one : (int64_t)number.one;
    case 2:
        memcpy(&number.two, place, 2);
        return is_signed ? (int16_t)number.two : (int64_t)number.two;
    case 4:
        memcpy(&number.four, place, 4);
        return is_signed ? (int32_t)number.four : (int64_t)number.four;
    default:
        memcpy(&number.eight, place, 8);
        return (int64_t)number.eight;
    }
}

static int64_t read_tag(const struct ti_table *table, const struct ti_type *owner, const struct ti_field *field,
                        const void *object)
{
    const struct ti_field *tag;
    const struct ti_type *type;

    if (field->tag_field == 0)
        return field->source->choose(object);
    tag = &owner->fields[field->tag_field - 1];
    type = msrck_ti_get(table, tag->type);
    if (tag->role == MSRCK_ROLE_BITS)
        return tag->source->get_bits(object);
    return read_number((const char *)object + tag->offset, type->size, type->native_signed);
}

uint32_t msrck_active_member(const struct ti_table *table, const struct ti_type *owner, const struct ti_field *field,
                             const void *object)
{
    const struct ti_type *type = msrck_ti_get(table, field->type);
    int64_t tag = read_tag(table, owner, field, object);

    for (uint32_t i = 0; i < type->field_count; i++)
        if (type->fields[i].tag == tag)
            return i;
    return UINT32_MAX;
}
