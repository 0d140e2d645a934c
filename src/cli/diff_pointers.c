/* SPDX-License-Identifier: MIT */
/* Pointers that stand in the same place: whether they lead to the same, and what is new or gone behind them. */
#include "diff.h"

#include <stdlib.h>
#include <string.h>

/* ---- What is on one side only ---- */

static msrck_result visit_value(struct diff *diff, struct diff_side *side, const msrck_value *value, diff_visit visit);

static msrck_result visit_array(struct diff *diff, struct diff_side *side, const msrck_value *value, diff_visit visit)
{
    uint64_t length = msrck_value_length(value);
    msrck_result result = MSRCK_OK;
    msrck_value element;

    if (!diff_types_pointers(side, msrck_value_element_type(value)))
        return MSRCK_OK;
    for (uint64_t i = 0; result == MSRCK_OK && i < length; i++) {
        result = msrck_value_element(value, i, &element, &diff->error);
        if (result == MSRCK_OK)
            result = visit_value(diff, side, &element, visit);
    }
    return result;
}

static msrck_result visit_struct(struct diff *diff, struct diff_side *side, const msrck_value *value, diff_visit visit)
{
    msrck_result result = MSRCK_OK;
    msrck_field_facts facts;
    msrck_value field;

    if (!diff_types_pointers(side, value->type))
        return MSRCK_OK;
    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_field(side->reader, value->type, i, &facts); i++) {
        if (facts.role == MSRCK_ROLE_SKIPPED)
            continue;
        result = msrck_value_field(value, i, &field, &diff->error);
        if (result == MSRCK_OK)
            result = visit_value(diff, side, &field, visit);
    }
    return result;
}

/* Recursion is bounded by the nesting of types. */
static msrck_result visit_value(struct diff *diff, struct diff_side *side, const msrck_value *value, diff_visit visit)
{
    uint32_t index = MSRCK_NO_INDEX;
    msrck_value member;
    msrck_result result;

    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        return visit(diff, side, value);
    case MSRCK_KIND_ARRAY:
        return visit_array(diff, side, value, visit);
    case MSRCK_KIND_STRUCT:
        return visit_struct(diff, side, value, visit);
    case MSRCK_KIND_UNION:
        result = msrck_value_active(value, &index, &member, &diff->error);
        return result == MSRCK_OK && index != MSRCK_NO_INDEX ? visit_value(diff, side, &member, visit) : result;
    default:
        return MSRCK_OK;
    }
}

msrck_result diff_each_pointer(struct diff *diff, struct diff_side *side, uint64_t block, diff_visit visit)
{
    msrck_value value;
    msrck_result result = msrck_reader_block_value(side->reader, block, &value, &diff->error);

    return result == MSRCK_OK ? visit_value(diff, side, &value, visit) : result;
}

static bool is_alone(const struct diff_side *side, uint64_t block)
{
    return block != 0 && side->pairs[block] == DIFF_NONE;
}

static void mark(struct diff_side *side, uint64_t block)
{
    if (is_alone(side, block) && side->marks[block] == 0) {
        side->queue[side->marked++] = block;
        side->marks[block] = side->marked;
    }
}

static msrck_result mark_target(struct diff *diff, struct diff_side *side, const msrck_value *pointer)
{
    msrck_block_facts block;
    uint64_t leaf;
    msrck_result result = diff_follow(diff, side, pointer, &block, &leaf);

    if (result == MSRCK_OK)
        mark(side, block.number);
    return result;
}

msrck_result diff_mark(struct diff *diff, struct diff_side *side, uint64_t block, uint64_t *count)
{
    uint64_t first = side->marked;
    msrck_result result = MSRCK_OK;

    mark(side, block);
    for (uint64_t next = first; result == MSRCK_OK && next < side->marked; next++)
        result = diff_each_pointer(diff, side, side->queue[next], mark_target);
    *count = side->marked - first;
    return result;
}

/* ---- The same target ---- */

struct targets {
    msrck_block_facts a, b;
    uint64_t leaf_a, leaf_b;
};

/* Whether two places in a pair are the same; numbers of leaves say so only where the types are the same. */
static bool same_leaf(const struct diff *diff, const struct targets *targets, const msrck_value *a,
                      const msrck_value *b)
{
    char *path_a, *path_b;
    bool same;

    if (diff->a.types[targets->a.type].same || (targets->leaf_a == 0 && targets->leaf_b == 0))
        return targets->leaf_a == targets->leaf_b;
    path_a = msrck_reader_path(diff->a.reader, targets->a.number, targets->leaf_a, msrck_value_element_type(a));
    path_b = msrck_reader_path(diff->b.reader, targets->b.number, targets->leaf_b, msrck_value_element_type(b));
    same = path_a != NULL && path_b != NULL && strcmp(path_a, path_b) == 0;
    free(path_a);
    free(path_b);
    return same;
}

static bool is_same_target(const struct diff *diff, const struct targets *targets, const msrck_value *a,
                           const msrck_value *b)
{
    if (targets->a.number == 0 || targets->b.number == 0)
        return targets->a.number == targets->b.number;
    return !is_alone(&diff->a, targets->a.number) &&
           diff->a.pairs[targets->a.number] == diff->b.pairs[targets->b.number] && same_leaf(diff, targets, a, b);
}

/* The first node with a partner, along a field of a list. */
static msrck_result skip_alone(struct diff *diff, const struct diff_side *side, uint64_t block, uint32_t field,
                               uint64_t *found)
{
    msrck_result result = MSRCK_OK;

    for (uint64_t steps = 0; result == MSRCK_OK && is_alone(side, block) && steps <= side->marked; steps++)
        result = diff_chain_next(diff, side, block, field, &block);
    *found = block;
    return result;
}

static msrck_result meets(struct diff *diff, const struct targets *targets, uint32_t type, uint32_t field,
                          bool *implied)
{
    uint64_t a = 0, b = 0;
    msrck_result result = skip_alone(diff, &diff->a, targets->a.number, field, &a);

    if (result == MSRCK_OK)
        result = skip_alone(diff, &diff->b, targets->b.number, diff->a.types[type].other_fields[field], &b);
    if (result == MSRCK_OK)
        *implied =
            (a == 0 && b == 0) || (a != 0 && b != 0 && !is_alone(&diff->a, a) && diff->a.pairs[a] == diff->b.pairs[b]);
    return result;
}

/*
 * Whether a link of a list differs only since nodes were inserted or removed behind it. For a pointer from outside,
 * that is so only when it is the one that was reported to lead to them.
 */
static msrck_result is_implied(struct diff *diff, const struct targets *targets, bool first, bool *implied)
{
    uint32_t node = targets->a.number != 0 ? targets->a.type : diff->b.types[targets->b.type].other;
    const struct diff_place *place = &diff->place;
    const struct diff_type *type;
    msrck_block_facts from;
    unsigned depth = place->quiet_root ? 2 : 1;
    bool inside;
    msrck_result result = MSRCK_OK;

    *implied = false;
    if (node == MSRCK_NO_TYPE || targets->leaf_a != 0 || targets->leaf_b != 0)
        return MSRCK_OK;
    type = &diff->a.types[node];
    if (type->link == MSRCK_NO_INDEX || !msrck_reader_block(diff->a.reader, diff->pairs[place->pair].a, &from))
        return MSRCK_OK;
    inside = from.type == node && place->depth == depth;
    if (inside && place->steps[depth - 1].field_index == type->back)
        return meets(diff, targets, node, type->back, implied);
    if (first || (inside && place->steps[depth - 1].field_index == type->link))
        result = meets(diff, targets, node, type->link, implied);
    if (result == MSRCK_OK && first && !*implied && type->back != MSRCK_NO_INDEX)
        result = meets(diff, targets, node, type->back, implied);
    return result;
}

/* ---- Reporting ---- */

/* Something that is on one side only; what the pointer leads to on the other side, when that is something else. */
static msrck_result report_lone(struct diff *diff, bool inserted, uint64_t block, const msrck_value *other,
                                uint64_t count)
{
    struct diff_side *side = inserted ? &diff->b : &diff->a;
    struct text_buffer *own = inserted ? &diff->new : &diff->old, *there = inserted ? &diff->old : &diff->new;
    msrck_result result = MSRCK_OK;

    text_clear(&diff->old);
    text_clear(&diff->new);
    if (other != NULL && diff_is_shown(diff))
        result = diff_path_target(diff, inserted ? &diff->a : &diff->b, other, there);
    if (result == MSRCK_OK && diff_is_shown(diff))
        result = diff_text_block(diff, side, block, own);
    if (count > 1)
        text_format(own, " (%llu blocks)", (unsigned long long)count);
    diff->blocks_here = count;
    if (result == MSRCK_OK)
        diff_report(diff, inserted ? DIFF_INSERTED : DIFF_REMOVED);
    return result;
}

static bool is_literal(const msrck_block_facts *block)
{
    return block->number != 0 && block->segment == MSRCK_SEGMENT_LITERAL;
}

/* Another text constant is another value. */
static msrck_result report_literal(struct diff *diff, const struct targets *targets, const msrck_value *a,
                                   const msrck_value *b)
{
    mark(&diff->a, targets->a.number);
    mark(&diff->b, targets->b.number);
    return diff_report_values(diff, DIFF_VALUE, a, b);
}

static msrck_result report_changes(struct diff *diff, const struct targets *targets, const msrck_value *a,
                                   const msrck_value *b)
{
    bool removed = is_alone(&diff->a, targets->a.number) && diff->a.marks[targets->a.number] == 0;
    bool inserted = is_alone(&diff->b, targets->b.number) && diff->b.marks[targets->b.number] == 0;
    bool implied = false;
    uint64_t gone = 0, added = 0;
    msrck_result result = MSRCK_OK;

    if (removed)
        result = diff_mark(diff, &diff->a, targets->a.number, &gone);
    if (result == MSRCK_OK && inserted)
        result = diff_mark(diff, &diff->b, targets->b.number, &added);
    if (result == MSRCK_OK)
        result = is_implied(diff, targets, removed || inserted, &implied);
    if (result == MSRCK_OK && removed)
        result =
            report_lone(diff, false, targets->a.number, implied || inserted || targets->b.number == 0 ? NULL : b, gone);
    if (result == MSRCK_OK && inserted)
        result =
            report_lone(diff, true, targets->b.number, implied || removed || targets->a.number == 0 ? NULL : a, added);
    if (result == MSRCK_OK && !removed && !inserted && !implied)
        result = diff_report_values(diff, DIFF_POINTER, a, b);
    return result;
}

msrck_result diff_report_pointers(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    struct targets targets;
    bool ignored = false;
    msrck_result result = diff_follow(diff, &diff->a, a, &targets.a, &targets.leaf_a);

    if (result == MSRCK_OK)
        result = diff_follow(diff, &diff->b, b, &targets.b, &targets.leaf_b);
    if (result != MSRCK_OK || is_same_target(diff, &targets, a, b))
        return result;
    result = diff_is_ignored(diff, &ignored);
    if (result != MSRCK_OK || ignored)
        return result;
    if (is_literal(&targets.a) && is_literal(&targets.b))
        return report_literal(diff, &targets, a, b);
    return report_changes(diff, &targets, a, b);
}
