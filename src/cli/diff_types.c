/* SPDX-License-Identifier: MIT */
/* The types of the two sides: which belong together by their names, and which are described alike. */
#include "diff.h"

#include <stdlib.h>
#include <string.h>

static const char *type_name(const struct diff_side *side, uint32_t type)
{
    return type < side->type_count ? side->types[type].facts.name : "";
}

static uint32_t find_field(const struct diff_side *side, uint32_t type, uint32_t first, const char *name)
{
    msrck_field_facts field;

    /* Mostly it stands at the same place. */
    if (name[0] != '\0' && msrck_reader_field(side->reader, type, first, &field) && strcmp(field.name, name) == 0)
        return first;
    for (uint32_t i = 0; msrck_reader_field(side->reader, type, i, &field); i++)
        if (strcmp(field.name, name) == 0)
            return i;
    return MSRCK_NO_INDEX;
}

static msrck_result load_types(struct diff *diff, struct diff_side *side, const struct diff_side *other)
{
    uint32_t count = msrck_reader_type_count(side->reader);

    side->types = calloc(count > 0 ? count : 1, sizeof *side->types);
    if (side->types == NULL)
        return diff_fail(diff, MSRCK_SYSTEM, "out of memory for %lu types", (unsigned long)count);
    side->type_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct diff_type *type = &side->types[i];
        msrck_reader_type(side->reader, i, &type->facts);
        type->other = msrck_reader_find_type(other->reader, type->facts.name);
        type->link = type->back = MSRCK_NO_INDEX;
        type->other_fields = calloc((size_t)type->facts.field_count + 1, sizeof *type->other_fields);
        if (type->other_fields == NULL)
            return diff_fail(diff, MSRCK_SYSTEM, "out of memory for the fields of %s", type->facts.name);
        for (uint32_t k = 0; k < type->facts.field_count; k++) {
            msrck_field_facts field;
            msrck_reader_field(side->reader, i, k, &field);
            type->other_fields[k] =
                type->other == MSRCK_NO_TYPE ? MSRCK_NO_INDEX : find_field(other, type->other, k, field.name);
        }
    }
    return MSRCK_OK;
}

/* ---- Alike ---- */

static bool same_field(const struct diff *diff, const msrck_field_facts *a, const msrck_field_facts *b)
{
    return strcmp(a->name, b->name) == 0 && a->role == b->role && a->bits == b->bits && a->tag == b->tag &&
           a->tag_field == b->tag_field && strcmp(type_name(&diff->a, a->type), type_name(&diff->b, b->type)) == 0;
}

static bool same_enumerators(const struct diff *diff, uint32_t a, uint32_t b)
{
    const char *name_a, *name_b;
    int64_t value_a, value_b;
    uint32_t i = 0;

    for (; msrck_reader_enumerator(diff->a.reader, a, i, &name_a, &value_a); i++)
        if (!msrck_reader_enumerator(diff->b.reader, b, i, &name_b, &value_b) || value_a != value_b ||
            strcmp(name_a, name_b) != 0)
            return false;
    return !msrck_reader_enumerator(diff->b.reader, b, i, &name_b, &value_b);
}

/* By itself, the types in it by their names. */
static bool is_alike(const struct diff *diff, uint32_t a)
{
    uint32_t b = diff->a.types[a].other;
    const msrck_type_facts *left = &diff->a.types[a].facts, *right;
    msrck_field_facts field_a, field_b;

    if (b == MSRCK_NO_TYPE)
        return false;
    right = &diff->b.types[b].facts;
    if (left->kind != right->kind || left->scalar != right->scalar || left->count != right->count ||
        left->field_count != right->field_count ||
        strcmp(type_name(&diff->a, left->element), type_name(&diff->b, right->element)) != 0)
        return false;
    for (uint32_t i = 0; i < left->field_count; i++)
        if (!msrck_reader_field(diff->a.reader, a, i, &field_a) ||
            !msrck_reader_field(diff->b.reader, b, i, &field_b) || !same_field(diff, &field_a, &field_b))
            return false;
    return left->kind != MSRCK_KIND_ENUM || same_enumerators(diff, a, b);
}

enum alike_state { ALIKE_UNKNOWN, ALIKE_YES, ALIKE_NO };

/* With everything in it. Recursion is bounded by the nesting of types. */
static bool is_same(const struct diff *diff, unsigned char *states, uint32_t id)
{
    const msrck_type_facts *type = &diff->a.types[id].facts;
    msrck_field_facts field;
    bool same;

    if (states[id] != ALIKE_UNKNOWN)
        return states[id] == ALIKE_YES;
    same = is_alike(diff, id);
    if (type->kind == MSRCK_KIND_ARRAY || type->kind == MSRCK_KIND_COMPLEX)
        same = is_same(diff, states, type->element) && same;
    for (uint32_t i = 0; same && i < type->field_count; i++)
        same = msrck_reader_field(diff->a.reader, id, i, &field) && is_same(diff, states, field.type);
    states[id] = same ? ALIKE_YES : ALIKE_NO;
    return same;
}

msrck_result diff_types(struct diff *diff)
{
    msrck_result result = load_types(diff, &diff->a, &diff->b);
    unsigned char *states;

    if (result == MSRCK_OK)
        result = load_types(diff, &diff->b, &diff->a);
    if (result != MSRCK_OK)
        return result;
    states = calloc(diff->a.type_count, 1);
    if (states == NULL)
        return diff_fail(diff, MSRCK_SYSTEM, "out of memory for %lu types", (unsigned long)diff->a.type_count);
    for (uint32_t i = 0; i < diff->a.type_count; i++) {
        struct diff_type *type = &diff->a.types[i];
        type->same = is_same(diff, states, i);
        type->plain = type->same && !type->facts.has_pointers && !type->facts.has_unions;
        if (type->other != MSRCK_NO_TYPE) {
            diff->b.types[type->other].same = type->same;
            diff->b.types[type->other].plain = type->plain;
        }
    }
    free(states);
    return MSRCK_OK;
}

void diff_types_free(struct diff_side *side)
{
    for (uint32_t i = 0; side->types != NULL && i < side->type_count; i++)
        free(side->types[i].other_fields);
    free(side->types);
}

/* ---- Values of two types ---- */

static bool agree(const struct diff *diff, uint32_t a, uint32_t b)
{
    const msrck_type_facts *left = &diff->a.types[a].facts, *right = &diff->b.types[b].facts;
    bool number_a = left->kind == MSRCK_KIND_SCALAR || left->kind == MSRCK_KIND_ENUM;
    bool number_b = right->kind == MSRCK_KIND_SCALAR || right->kind == MSRCK_KIND_ENUM;

    if (number_a && number_b)
        return true;
    if (left->kind != right->kind)
        return false;
    if (left->kind == MSRCK_KIND_ARRAY || left->kind == MSRCK_KIND_COMPLEX)
        return agree(diff, left->element, right->element);
    return left->kind != MSRCK_KIND_UNION || diff->a.types[a].other == b;
}

bool diff_types_agree(const struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    msrck_kind kind = msrck_value_kind(a), other = msrck_value_kind(b);

    if (kind == MSRCK_KIND_ARRAY && other == MSRCK_KIND_ARRAY)
        return agree(diff, msrck_value_element_type(a), msrck_value_element_type(b));
    if (kind == MSRCK_KIND_ARRAY || other == MSRCK_KIND_ARRAY)
        return false;
    return agree(diff, a->type, b->type);
}

uint32_t diff_types_field(const struct diff *diff, uint32_t a, uint32_t field, uint32_t b)
{
    msrck_field_facts facts;

    if (diff->a.types[a].other == b)
        return diff->a.types[a].other_fields[field];
    return msrck_reader_field(diff->a.reader, a, field, &facts) ? find_field(&diff->b, b, field, facts.name)
                                                                : MSRCK_NO_INDEX;
}

bool diff_types_pointers(const struct diff_side *side, uint32_t type)
{
    const msrck_type_facts *facts = &side->types[type].facts;

    return facts->has_pointers || (facts->flexible != 0 && side->types[facts->flexible].facts.has_pointers);
}

/* ---- Reporting ---- */

/* Marks a type and what stands in it by value. */
static void mark_parts(const struct diff_side *side, unsigned char *used, uint32_t id)
{
    const msrck_type_facts *type = &side->types[id].facts;
    msrck_field_facts field;

    if (used[id] != 0)
        return;
    used[id] = 1;
    if (type->kind == MSRCK_KIND_ARRAY || type->kind == MSRCK_KIND_COMPLEX)
        mark_parts(side, used, type->element);
    for (uint32_t i = 0; msrck_reader_field(side->reader, id, i, &field); i++)
        mark_parts(side, used, field.type);
}

/* Fields that the other side lacks, or has otherwise: "{int value, double weight}". */
static void put_odd_fields(const struct diff *diff, bool of_b, uint32_t id, struct text_buffer *text)
{
    const struct diff_side *side = of_b ? &diff->b : &diff->a, *other = of_b ? &diff->a : &diff->b;
    const struct diff_type *type = &side->types[id];
    msrck_field_facts field, there;
    bool any = false;

    text_put(text, "{");
    for (uint32_t i = 0; msrck_reader_field(side->reader, id, i, &field); i++) {
        char *declaration;
        bool found = type->other_fields[i] != MSRCK_NO_INDEX &&
                     msrck_reader_field(other->reader, type->other, type->other_fields[i], &there);
        if (found && type->other_fields[i] == i &&
            (of_b ? same_field(diff, &there, &field) : same_field(diff, &field, &there)))
            continue;
        declaration = msrck_reader_declarator(side->reader, field.type, field.name);
        text_format(text, "%s%s", any ? ", " : "", declaration != NULL ? declaration : field.name);
        if (field.role == MSRCK_ROLE_BITS)
            text_format(text, " : %u", field.bits);
        free(declaration);
        any = true;
    }
    text_put(text, "}");
}

static void put_enumerators(const struct diff_side *side, uint32_t id, struct text_buffer *text)
{
    const char *name;
    int64_t value;

    text_put(text, "{");
    for (uint32_t i = 0; msrck_reader_enumerator(side->reader, id, i, &name, &value); i++)
        text_format(text, "%s%s = %lld", i > 0 ? ", " : "", name, (long long)value);
    text_put(text, "}");
}

static void report_type(struct diff *diff, uint32_t a)
{
    const struct diff_type *type = &diff->a.types[a];

    text_clear(&diff->path);
    text_clear(&diff->old);
    text_clear(&diff->new);
    text_put(&diff->path, type->facts.name);
    if (type->facts.kind == MSRCK_KIND_ENUM) {
        put_enumerators(&diff->a, a, &diff->old);
        put_enumerators(&diff->b, type->other, &diff->new);
    } else if (type->facts.kind != diff->b.types[type->other].facts.kind) {
        text_put(&diff->old, msrck_kind_text(type->facts.kind));
        text_put(&diff->new, msrck_kind_text(diff->b.types[type->other].facts.kind));
    } else {
        put_odd_fields(diff, false, a, &diff->old);
        put_odd_fields(diff, true, type->other, &diff->new);
    }
    diff_report(diff, DIFF_TYPE);
}

msrck_result diff_report_types(struct diff *diff)
{
    unsigned char *used = calloc(diff->a.type_count, 1);
    msrck_block_facts block;

    if (used == NULL)
        return diff_fail(diff, MSRCK_SYSTEM, "out of memory for %lu types", (unsigned long)diff->a.type_count);
    for (size_t i = 0; i < diff->pair_count; i++)
        if (msrck_reader_block(diff->a.reader, diff->pairs[i].a, &block))
            mark_parts(&diff->a, used, block.type);
    for (uint32_t i = 1; i < diff->a.type_count; i++)
        if (used[i] != 0 && diff->a.types[i].other != MSRCK_NO_TYPE && !is_alike(diff, i))
            report_type(diff, i);
    free(used);
    return MSRCK_OK;
}
