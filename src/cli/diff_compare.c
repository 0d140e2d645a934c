/* SPDX-License-Identifier: MIT */
/*
 * Going through the values of a pair side by side. The same walk serves the three phases: matching looks only at
 * pointers, reporting and patching at everything that differs.
 */
#include "diff.h"

#include <string.h>

static msrck_result walk(struct diff *diff, const msrck_value *a, const msrck_value *b);

static bool is_done(const struct diff *diff)
{
    return diff->first_only && diff->differences > 0;
}

/* ---- Steps ---- */

static msrck_result push(struct diff *diff, const char *field, uint32_t field_index, uint64_t index)
{
    struct diff_place *place = &diff->place;

    if (place->depth == DIFF_MOST_STEPS)
        return diff_fail(diff, MSRCK_CORRUPT, "types nest too deeply");
    place->steps[place->depth++] = (struct diff_step){ field, field_index, index };
    return MSRCK_OK;
}

static void pop(struct diff *diff)
{
    diff->place.depth--;
}

static msrck_result walk_element(struct diff *diff, const msrck_value *a, const msrck_value *b, uint64_t index)
{
    msrck_value element_a, element_b;
    msrck_result result = msrck_value_element(a, index, &element_a, &diff->error);

    if (result == MSRCK_OK)
        result = msrck_value_element(b, index, &element_b, &diff->error);
    if (result == MSRCK_OK)
        result = push(diff, NULL, 0, index);
    if (result != MSRCK_OK)
        return result;
    result = walk(diff, &element_a, &element_b);
    pop(diff);
    return result;
}

/* ---- Scalars ---- */

static msrck_result walk_scalar(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    const msrck_type_facts *type_a = &diff->a.types[a->type].facts, *type_b = &diff->b.types[b->type].facts;
    char text_a[MSRCK_TEXT_SIZE], text_b[MSRCK_TEXT_SIZE];
    const unsigned char *bytes_a, *bytes_b;
    size_t length_a, length_b;
    bool equal = false;
    msrck_result result = msrck_value_bytes(a, &bytes_a, &length_a, &diff->error);

    if (result == MSRCK_OK)
        result = msrck_value_bytes(b, &bytes_b, &length_b, &diff->error);
    if (result != MSRCK_OK)
        return result;
    if (type_a->scalar == type_b->scalar && length_a == length_b) {
        equal = memcmp(bytes_a, bytes_b, length_a) == 0 ||
                diff_tolerance_equal(&diff->criterion.tolerance, type_a->scalar, bytes_a, bytes_b);
    } else {
        result = msrck_value_text(a, text_a, &diff->error);
        if (result == MSRCK_OK)
            result = msrck_value_text(b, text_b, &diff->error);
        equal = result == MSRCK_OK && strcmp(text_a, text_b) == 0;
    }
    return result != MSRCK_OK || equal ? result : diff_report_values(diff, DIFF_VALUE, a, b);
}

static msrck_result walk_function(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    const char *name_a = NULL, *name_b = NULL;
    msrck_result result = msrck_value_function(a, &name_a, &diff->error);

    if (result == MSRCK_OK)
        result = msrck_value_function(b, &name_b, &diff->error);
    if (result != MSRCK_OK || strcmp(name_a != NULL ? name_a : "", name_b != NULL ? name_b : "") == 0)
        return result;
    return diff_report_values(diff, DIFF_VALUE, a, b);
}

static msrck_result walk_pointer(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    switch (diff->phase) {
    case DIFF_MATCHING:
        return diff_match_pointers(diff, a, b);
    case DIFF_REPORTING:
        return diff_report_pointers(diff, a, b);
    default:
        return diff_patch_pointers(diff, a, b);
    }
}

/* ---- Arrays ---- */

/*
 * Elements that are equal when their bytes are: whole runs are compared at once, and those that differ looked at
 * one by one. *equal is set when nothing differs at all.
 */
static msrck_result walk_plain_elements(struct diff *diff, const msrck_value *a, const msrck_value *b, uint64_t length)
{
    msrck_result result = MSRCK_OK;
    uint64_t count = 0;

    for (uint64_t at = 0; result == MSRCK_OK && at < length && !is_done(diff); at += count) {
        const unsigned char *bytes_a, *bytes_b;
        uint64_t count_b;
        size_t width, width_b;
        result = msrck_value_run(a, at, &bytes_a, &count, &width, &diff->error);
        if (result == MSRCK_OK)
            result = msrck_value_run(b, at, &bytes_b, &count_b, &width_b, &diff->error);
        if (result != MSRCK_OK)
            return result;
        count = count < count_b ? count : count_b;
        count = count < length - at ? count : length - at;
        if (memcmp(bytes_a, bytes_b, (size_t)count * width) == 0)
            continue;
        /* All rows are held: the bytes stay where they are. */
        for (uint64_t i = 0; result == MSRCK_OK && i < count && !is_done(diff); i++)
            if (memcmp(bytes_a + i * width, bytes_b + i * width, width) != 0)
                result = walk_element(diff, a, b, at + i);
    }
    return result;
}

static bool is_character(const struct diff_side *side, uint32_t type)
{
    const msrck_type_facts *facts = &side->types[type].facts;

    return facts->kind == MSRCK_KIND_SCALAR && facts->scalar == MSRCK_SCALAR_CHAR;
}

/* Text is one value. */
static msrck_result walk_text(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    uint64_t length = msrck_value_length(a), count_a = 0, count_b = 0;
    const unsigned char *bytes_a, *bytes_b;
    size_t width;
    msrck_result result = MSRCK_OK;

    if (diff->phase == DIFF_MATCHING)
        return MSRCK_OK;
    if (length != msrck_value_length(b))
        return diff_report_values(diff, DIFF_VALUE, a, b);
    for (uint64_t at = 0; at < length; at += count_a) {
        result = msrck_value_run(a, at, &bytes_a, &count_a, &width, &diff->error);
        if (result == MSRCK_OK)
            result = msrck_value_run(b, at, &bytes_b, &count_b, &width, &diff->error);
        if (result != MSRCK_OK)
            return result;
        count_a = count_a < count_b ? count_a : count_b;
        if (memcmp(bytes_a, bytes_b, (size_t)count_a) != 0)
            return diff_report_values(diff, DIFF_VALUE, a, b);
    }
    return result;
}

static msrck_result walk_array(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    uint32_t element_a = msrck_value_element_type(a), element_b = msrck_value_element_type(b);
    uint64_t length = msrck_value_length(a), length_b = msrck_value_length(b);
    const struct diff_type *type = &diff->a.types[element_a];
    msrck_result result = MSRCK_OK;

    if (is_character(&diff->a, element_a) && is_character(&diff->b, element_b) &&
        msrck_value_kind(a) == MSRCK_KIND_ARRAY)
        return walk_text(diff, a, b);
    if (diff->phase == DIFF_MATCHING && !diff_types_pointers(&diff->a, element_a))
        return MSRCK_OK;
    if (length != length_b && diff->phase == DIFF_REPORTING)
        result = diff_report_values(diff, DIFF_LENGTH, a, b);
    length = length < length_b ? length : length_b;
    /* Elements of an array of arrays are no run of their own. */
    if (result == MSRCK_OK && type->plain && type->other == element_b && type->facts.kind != MSRCK_KIND_ARRAY &&
        type->facts.flexible == 0 && msrck_value_kind(a) == MSRCK_KIND_ARRAY)
        return walk_plain_elements(diff, a, b, length);
    for (uint64_t i = 0; result == MSRCK_OK && i < length && !is_done(diff); i++)
        result = walk_element(diff, a, b, i);
    return result;
}

/* ---- Structs and unions ---- */

/* Whether the rows of two structs are equal byte for byte, and say so. */
static msrck_result compare_rows(struct diff *diff, const msrck_value *a, const msrck_value *b, bool *equal)
{
    const unsigned char *bytes_a, *bytes_b;
    size_t length_a, length_b;
    msrck_result result = msrck_value_bytes(a, &bytes_a, &length_a, &diff->error);

    if (result == MSRCK_OK)
        result = msrck_value_bytes(b, &bytes_b, &length_b, &diff->error);
    *equal = result == MSRCK_OK && length_a == length_b && memcmp(bytes_a, bytes_b, length_a) == 0;
    return result;
}

/* A field that only one of two structs of different names has; those of one name are reported with their type. */
static msrck_result report_lone_fields(struct diff *diff, const msrck_value *own, const struct diff_side *side,
                                       const struct diff_side *other, uint32_t other_type)
{
    msrck_field_facts facts, there;
    msrck_result result = MSRCK_OK;
    msrck_value value;

    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_field(side->reader, own->type, i, &facts); i++) {
        uint32_t k = 0;
        bool ignored = false;
        while (msrck_reader_field(other->reader, other_type, k, &there) && strcmp(there.name, facts.name) != 0)
            k++;
        if (msrck_reader_field(other->reader, other_type, k, &there))
            continue;
        result = push(diff, facts.name, i, 0);
        if (result != MSRCK_OK)
            return result;
        text_clear(&diff->old);
        text_clear(&diff->new);
        result = diff_is_ignored(diff, &ignored);
        if (result == MSRCK_OK)
            result = msrck_value_field(own, i, &value, &diff->error);
        if (result == MSRCK_OK)
            result = diff_text_value(diff, side, &value, side == &diff->a ? &diff->old : &diff->new);
        if (result == MSRCK_OK && !ignored)
            diff_report(diff, DIFF_VARIABLE);
        pop(diff);
    }
    return result;
}

static msrck_result walk_field(struct diff *diff, const msrck_value *a, uint32_t index_a, const msrck_value *b,
                               uint32_t index_b, const char *name)
{
    msrck_value field_a, field_b;
    msrck_result result = msrck_value_field(a, index_a, &field_a, &diff->error);

    if (result == MSRCK_OK)
        result = msrck_value_field(b, index_b, &field_b, &diff->error);
    if (result == MSRCK_OK)
        result = push(diff, name, index_a, 0);
    if (result != MSRCK_OK)
        return result;
    result = walk(diff, &field_a, &field_b);
    pop(diff);
    return result;
}

static msrck_result walk_struct(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    const struct diff_type *type = &diff->a.types[a->type];
    bool same_name = type->other == b->type, equal = false;
    msrck_result result = MSRCK_OK;
    msrck_field_facts facts;

    if (diff->phase == DIFF_MATCHING && !diff_types_pointers(&diff->a, a->type))
        return MSRCK_OK;
    if (same_name && type->plain && diff->phase != DIFF_MATCHING) {
        result = compare_rows(diff, a, b, &equal);
        if (result != MSRCK_OK || (equal && type->facts.flexible == 0))
            return result;
    }
    for (uint32_t i = 0; result == MSRCK_OK && !is_done(diff) && msrck_reader_field(diff->a.reader, a->type, i, &facts);
         i++) {
        uint32_t other = diff_types_field(diff, a->type, i, b->type);
        if (other != MSRCK_NO_INDEX && facts.role != MSRCK_ROLE_SKIPPED &&
            (!equal || facts.role == MSRCK_ROLE_FLEXIBLE))
            result = walk_field(diff, a, i, b, other, facts.name);
    }
    if (result == MSRCK_OK && !same_name && diff->phase == DIFF_REPORTING) {
        result = report_lone_fields(diff, a, &diff->a, &diff->b, b->type);
        if (result == MSRCK_OK)
            result = report_lone_fields(diff, b, &diff->b, &diff->a, a->type);
    }
    return result;
}

static msrck_result walk_union(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    uint32_t index_a = MSRCK_NO_INDEX, index_b = MSRCK_NO_INDEX;
    msrck_field_facts facts_a, facts_b;
    msrck_value member_a, member_b;
    bool some_a, some_b;
    msrck_result result = msrck_value_active(a, &index_a, &member_a, &diff->error);

    if (result == MSRCK_OK)
        result = msrck_value_active(b, &index_b, &member_b, &diff->error);
    if (result != MSRCK_OK)
        return result;
    some_a = msrck_reader_field(diff->a.reader, a->type, index_a, &facts_a);
    some_b = msrck_reader_field(diff->b.reader, b->type, index_b, &facts_b);
    if (!some_a && !some_b)
        return MSRCK_OK;
    if (some_a != some_b || strcmp(facts_a.name, facts_b.name) != 0)
        return diff->phase == DIFF_MATCHING ? MSRCK_OK : diff_report_values(diff, DIFF_MEMBER, a, b);
    result = push(diff, facts_a.name, index_a, 0);
    if (result != MSRCK_OK)
        return result;
    result = walk(diff, &member_a, &member_b);
    pop(diff);
    return result;
}

/* Recursion is bounded by the nesting of types. */
static msrck_result walk(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    msrck_kind kind = msrck_value_kind(a);

    if (!diff_types_agree(diff, a, b))
        return diff->phase == DIFF_MATCHING ? MSRCK_OK : diff_report_values(diff, DIFF_VALUE, a, b);
    switch (kind) {
    case MSRCK_KIND_SCALAR:
    case MSRCK_KIND_ENUM:
        return diff->phase == DIFF_MATCHING ? MSRCK_OK : walk_scalar(diff, a, b);
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        return walk_pointer(diff, a, b);
    case MSRCK_KIND_FUNCTION:
        return diff->phase == DIFF_MATCHING ? MSRCK_OK : walk_function(diff, a, b);
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        return walk_array(diff, a, b);
    case MSRCK_KIND_STRUCT:
        return walk_struct(diff, a, b);
    case MSRCK_KIND_UNION:
        return walk_union(diff, a, b);
    default:
        return MSRCK_OK;
    }
}

/* ---- Pairs ---- */

/* The values of a block: of a root as declared, of others all elements; in a patch always all elements. */
static msrck_result pair_values(struct diff *diff, const struct diff_pair *pair, msrck_value *a, msrck_value *b)
{
    msrck_result result;

    diff->place.depth = 0;
    diff->place.quiet_root = false;
    if (pair->parent == DIFF_NONE && diff->phase != DIFF_PATCHING) {
        result = diff_root_value(diff, &diff->roots[pair->leaf], false, a);
        return result == MSRCK_OK ? diff_root_value(diff, &diff->roots[pair->leaf], true, b) : result;
    }
    result = msrck_reader_block_value(diff->a.reader, pair->a, a, &diff->error);
    if (result == MSRCK_OK)
        result = msrck_reader_block_value(diff->b.reader, pair->b, b, &diff->error);
    if (result == MSRCK_OK)
        diff->place.quiet_root = msrck_value_length(a) == 1 && msrck_value_length(b) == 1;
    return result;
}

/* From diff->place.pair to the last; matching adds pairs on the way. */
msrck_result diff_compare_pairs(struct diff *diff)
{
    msrck_result result = MSRCK_OK;
    msrck_value a, b;

    for (; result == MSRCK_OK && diff->place.pair < diff->pair_count && !is_done(diff); diff->place.pair++) {
        const struct diff_pair pair = diff->pairs[diff->place.pair];
        if (diff->phase == DIFF_PATCHING && !diff_patchable(diff, &pair))
            continue;
        result = pair_values(diff, &pair, &a, &b);
        if (result == MSRCK_OK)
            result = walk(diff, &a, &b);
    }
    return result;
}
