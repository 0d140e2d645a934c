/* SPDX-License-Identifier: MIT */
/* Following a path through the values of a checkpoint. Globs are loops over an explicit stack of positions, one a step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path_steps.h"

/* A step that is being looped over, or taken once. */
struct position {
    msrck_value value;              /* before the step, pointers followed */
    int64_t next, end;              /* elements still to come */
    int64_t base;                   /* where the value is the block that a pointer points into: the element it points to; else -1 */
    size_t path_length;             /* of the path shown so far */
};

struct walk {
    const struct path_query *query;
    msrck_reader *reader;
    path_match *match;
    void *context;
    struct position positions[MOST_STEPS];
    char *path;
    size_t path_length, path_capacity;
    uint64_t matches;
    msrck_error gap;                /* why the first place that was left out behind a glob is not there */
};

static bool show(struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool show(struct walk *walk, const char *format, ...)
{
    va_list arguments;
    size_t room = walk->path_capacity - walk->path_length;
    int written;

    va_start(arguments, format);
    written = vsnprintf(walk->path + walk->path_length, room, format, arguments);
    va_end(arguments);
    if (written < 0 || (size_t)written >= room)
        return false;
    walk->path_length += (size_t)written;
    return true;
}

static bool is_array(const msrck_value *value)
{
    msrck_kind kind = msrck_value_kind(value);

    return kind == MSRCK_KIND_ARRAY || kind == MSRCK_KIND_COMPLEX;
}

/* A block of one element stands for that element, where a field is asked of it. */
static msrck_result unwrap(msrck_value *value, msrck_error *error)
{
    msrck_value inner;
    msrck_result result;

    if (!msrck_value_unnamed(value) || msrck_value_length(value) != 1)
        return MSRCK_OK;
    result = msrck_value_element(value, 0, &inner, error);
    if (result == MSRCK_OK)
        *value = inner;
    return result;
}

/* Where a pointer leads, with the type that it gives to that place: what a pointer to void points to tells the block. */
struct landing { msrck_block_facts block; uint64_t leaf; uint32_t type; uint64_t leaves; };

static msrck_result land(msrck_reader *reader, const msrck_value *pointer, struct landing *landing, msrck_error *error)
{
    msrck_type_facts facts;
    uint64_t address;
    msrck_value object;
    msrck_result result = msrck_value_pointer(pointer, &address, error);

    if (result != MSRCK_OK)
        return result;
    if (address == 0)
        return path_fail(error, "the pointer is NULL");
    if (!msrck_reader_find_address(reader, address, &landing->block, &landing->leaf))
        return msrck_value_target(pointer, &object, error);
    msrck_reader_type(reader, pointer->type, &facts);
    landing->type = facts.element;
    if (landing->type == 0) {
        if (landing->leaf == landing->block.leaves)
            return path_fail(error, "one past the end of block %llu is no value", (unsigned long long)landing->block.number);
        result = msrck_reader_value_at(reader, landing->block.number, landing->leaf, 0, &object, error);
        if (result != MSRCK_OK)
            return result;
        landing->type = object.type;
    }
    msrck_reader_type(reader, landing->type, &facts);
    landing->leaves = facts.leaves;
    return MSRCK_OK;
}

/* The element `index` places behind the one a pointer points to, or before it. */
static msrck_result pointer_element(msrck_reader *reader, const msrck_value *pointer, int64_t index, msrck_value *element, msrck_error *error)
{
    struct landing to;
    uint64_t distance = index < 0 ? -(uint64_t)index : (uint64_t)index, leaves;
    msrck_result result;

    result = land(reader, pointer, &to, error);
    if (result != MSRCK_OK)
        return result;
    if (__builtin_mul_overflow(distance, to.leaves, &leaves) || leaves > (index < 0 ? to.leaf : to.block.leaves - to.leaf))
        return path_fail(error, "[%lld] is %s of the block", (long long)index, index < 0 ? "before the beginning" : "beyond the end");
    leaves = index < 0 ? to.leaf - leaves : to.leaf + leaves;
    if (index > 0 && leaves == to.block.leaves)
        return path_fail(error, "[%lld] is beyond the end of the block", (long long)index);
    return msrck_reader_value_at(reader, to.block.number, leaves, to.type, element, error);
}

/* Whether the place `index` elements behind a landing is an element of the same array; `start` is the path of the landing itself. */
static bool same_array(msrck_reader *reader, const struct landing *to, const char *start, uint64_t index)
{
    const char *bracket = strrchr(start, '[');
    char *path = msrck_reader_path(reader, to->block.number, to->leaf + index * to->leaves, to->type);
    bool same = path != NULL && strrchr(path, '[') == path + (bracket - start) && strncmp(path, start, (size_t)(bracket - start) + 1) == 0 &&
                path[strlen(path) - 1] == ']';

    free(path);
    return same;
}

/* How many elements there are from where a pointer points to on, to the end of the array that it points into. */
static msrck_result pointer_length(msrck_reader *reader, const msrck_value *pointer, int64_t *length, msrck_error *error)
{
    struct landing to;
    msrck_result result = land(reader, pointer, &to, error);
    uint64_t low = 1, high;
    char *start;

    *length = 1;
    if (result != MSRCK_OK || to.leaves == 0 || to.leaf == to.block.leaves)
        return result;
    start = msrck_reader_path(reader, to.block.number, to.leaf, to.type);
    if (start == NULL)
        return path_fail(error, "out of memory");
    high = (to.block.leaves - to.leaf) / to.leaves;
    if (*start == '\0' || start[strlen(start) - 1] != ']')
        high = 1;
    while (low < high) {
        uint64_t middle = low + (high - low + 1) / 2;

        if (same_array(reader, &to, start, middle - 1))
            low = middle;
        else
            high = middle - 1;
    }
    free(start);
    *length = (int64_t)low;
    return MSRCK_OK;
}

static msrck_result follow(msrck_reader *reader, msrck_value *value, msrck_error *error)
{
    msrck_value target;
    msrck_result result = MSRCK_OK;

    while (result == MSRCK_OK && msrck_value_kind(value) == MSRCK_KIND_POINTER) {
        result = pointer_element(reader, value, 0, &target, error);
        if (result == MSRCK_OK)
            *value = target;
    }
    return result;
}

/* A union's active member by name; another member holds nothing. */
static msrck_result take_field(const msrck_value *value, const char *name, msrck_value *field, msrck_error *error)
{
    msrck_kind kind = msrck_value_kind(value);
    msrck_value member;
    uint32_t active;

    if (kind == MSRCK_KIND_UNION && msrck_value_active(value, &active, &member, error) == MSRCK_OK && active != MSRCK_NO_INDEX) {
        msrck_field_facts facts;

        if (msrck_reader_field(value->reader, value->type, active, &facts) && strcmp(facts.name, name) == 0) {
            *field = member;
            return MSRCK_OK;
        }
        return path_fail(error, "member '%s' of the union is not the active one", name);
    }
    if (kind != MSRCK_KIND_STRUCT)
        return path_fail(error, "no struct to take '%s' of", name);
    return msrck_value_field_named(value, name, field, error);
}

/*
 * Many elements behind a pointer to an element of a block are taken from the block: looking up each anew would take ten times as
 * long as reading it.
 */
static msrck_result step_into_block(struct walk *walk, struct position *position, msrck_error *error)
{
    struct landing to;
    msrck_result result = land(walk->reader, &position->value, &to, error);

    if (result != MSRCK_OK || to.type != to.block.type || to.block.elements < 2 || to.leaves == 0 || to.leaf % to.leaves != 0)
        return result;
    position->base = (int64_t)(to.leaf / to.leaves);
    return msrck_reader_block_value(walk->reader, to.block.number, &position->value, error);
}

static msrck_result block_element(const struct position *position, int64_t index, msrck_value *value, msrck_error *error)
{
    if (index < -position->base)
        return path_fail(error, "[%lld] is before the beginning of the block", (long long)index);
    if ((uint64_t)(index + position->base) >= msrck_value_length(&position->value))
        return path_fail(error, "[%lld] is beyond the end of the block", (long long)index);
    return msrck_value_element(&position->value, (uint64_t)(index + position->base), value, error);
}

/* Prepares the loop of step `depth` over `value`. */
static msrck_result begin_step(struct walk *walk, size_t depth, const msrck_value *value, msrck_error *error)
{
    const struct path_step *step = &walk->query->steps[depth];
    struct position *position = &walk->positions[depth];
    msrck_result result = MSRCK_OK;

    position->value = *value;
    position->path_length = walk->path_length;
    position->next = 0;
    position->end = 1;
    position->base = -1;
    if (step->kind == STEP_FIELD || step->kind == STEP_ALL_FIELDS) {
        result = unwrap(&position->value, error);
        if (result == MSRCK_OK)
            result = follow(walk->reader, &position->value, error);
    }
    if (step->kind == STEP_ALL && msrck_value_kind(value) == MSRCK_KIND_POINTER) {
        result = pointer_length(walk->reader, value, &position->end, error);
    } else if (step->kind == STEP_ALL || step->kind == STEP_ALL_FIELDS) {
        position->end = (int64_t)msrck_value_length(&position->value);
    } else if (step->kind != STEP_FIELD) {
        position->next = step->first;
        position->end = (step->kind == STEP_RANGE ? step->last : step->first) + 1;
    }
    if (result == MSRCK_OK && (step->kind == STEP_ALL || step->kind == STEP_RANGE) && msrck_value_kind(value) == MSRCK_KIND_POINTER)
        result = step_into_block(walk, position, error);
    return result;
}

/* The next value of step `depth`. */
static msrck_result take_step(struct walk *walk, size_t depth, msrck_value *value, msrck_error *error)
{
    const struct path_step *step = &walk->query->steps[depth];
    struct position *position = &walk->positions[depth];
    int64_t index = position->next++;
    msrck_field_facts facts;
    msrck_result result;

    walk->path_length = position->path_length;
    if (step->kind == STEP_FIELD) {
        result = take_field(&position->value, step->name, value, error);
        return show(walk, ".%s", step->name) ? result : path_fail(error, "the path is too long");
    }
    if (position->base >= 0) {
        result = block_element(position, index, value, error);
    } else if (msrck_value_kind(&position->value) == MSRCK_KIND_POINTER) {
        result = pointer_element(walk->reader, &position->value, index, value, error);
    } else if (is_array(&position->value) && index >= 0) {
        result = msrck_value_element(&position->value, (uint64_t)index, value, error);
    } else if (is_array(&position->value)) {
        return path_fail(error, "[%lld] is before the beginning of the array", (long long)index);
    } else if (step->kind == STEP_ALL || step->kind == STEP_ALL_FIELDS) {
        if (msrck_reader_field(walk->reader, position->value.type, (uint32_t)index, &facts) && !show(walk, ".%s", facts.name))
            return path_fail(error, "the path is too long");
        return msrck_value_field(&position->value, (uint32_t)index, value, error);
    } else {
        return path_fail(error, "no array to take [%lld] of", (long long)index);
    }
    return show(walk, "[%lld]", (long long)index) ? result : path_fail(error, "the path is too long");
}

static msrck_result match_one(struct walk *walk, const msrck_value *value, msrck_error *error)
{
    walk->matches++;
    return walk->match(walk->context, walk->path, value, error);
}

static msrck_result match_repeated(struct walk *walk, const msrck_value *pointer, msrck_error *error)
{
    size_t length = walk->path_length;
    msrck_result result = MSRCK_OK;

    for (uint64_t i = 0; result == MSRCK_OK && i < walk->query->repeat; i++) {
        msrck_value element;

        walk->path_length = length;
        result = msrck_value_kind(pointer) == MSRCK_KIND_POINTER ? pointer_element(walk->reader, pointer, (int64_t)i, &element, error)
                                                                : msrck_value_element(pointer, i, &element, error);
        if (result == MSRCK_OK && !show(walk, "[%llu]", (unsigned long long)i))
            result = path_fail(error, "the path is too long");
        if (result == MSRCK_OK)
            result = match_one(walk, &element, error);
    }
    return result;
}

/* All steps are taken: what stands before the path, and then the value. */
static msrck_result arrive(struct walk *walk, msrck_value value, msrck_error *error)
{
    unsigned dereferences = walk->query->dereferences;
    msrck_result result = MSRCK_OK;

    if (walk->query->repeat > 0)
        dereferences--;
    for (; result == MSRCK_OK && dereferences > 0; dereferences--) {
        msrck_value target;

        if (is_array(&value))
            result = msrck_value_element(&value, 0, &target, error);
        else if (msrck_value_kind(&value) == MSRCK_KIND_POINTER)
            result = pointer_element(walk->reader, &value, 0, &target, error);
        else
            result = msrck_value_target(&value, &target, error);
        if (result == MSRCK_OK)
            value = target;
    }
    if (result != MSRCK_OK)
        return result;
    if (walk->query->repeat > 0)
        return match_repeated(walk, &value, error);
    return match_one(walk, &value, error);
}

/* Whether a failure behind step `depth` only means that there is nothing at this element of a glob. */
static bool is_gap(const struct path_query *query, size_t depth, msrck_result result)
{
    if (result != MSRCK_MISUSE)
        return false;
    for (size_t i = 0; i < depth && i < query->count; i++)
        if (query->steps[i].kind == STEP_ALL || query->steps[i].kind == STEP_ALL_FIELDS)
            return true;
    return false;
}

static msrck_result walk_steps(struct walk *walk, size_t first, const msrck_value *root, msrck_error *error)
{
    size_t count = walk->query->count, depth = first;
    msrck_result result;

    if (first == count)
        return arrive(walk, *root, error);
    result = begin_step(walk, first, root, error);
    while (result == MSRCK_OK) {
        msrck_value value;

        if (walk->positions[depth].next == walk->positions[depth].end) {
            if (depth-- == first)
                return MSRCK_OK;
            continue;
        }
        result = take_step(walk, depth, &value, error);
        if (result == MSRCK_OK && depth + 1 < count) {
            result = begin_step(walk, depth + 1, &value, error);
            if (result == MSRCK_OK)
                depth++;
        } else if (result == MSRCK_OK) {
            result = arrive(walk, value, error);
        }
        if (is_gap(walk->query, depth + 1, result)) {
            if (walk->gap.result == MSRCK_OK)
                walk->gap = *error;
            *error = (msrck_error)MSRCK_ERROR_INIT;
            result = MSRCK_OK;
        }
    }
    return result;
}

msrck_result path_query_walk(const struct path_query *query, msrck_reader *reader, path_match *match, void *context, msrck_error *error)
{
    struct walk *walk = calloc(1, sizeof *walk);
    msrck_result result;
    msrck_value root;
    size_t first;

    if (walk == NULL)
        return path_fail(error, "out of memory");
    walk->query = query;
    walk->reader = reader;
    walk->match = match;
    walk->context = context;
    /* Indices may take more digits than the text has. */
    walk->path_capacity = strlen(query->text) + 24 * (query->count + 2) + 4096;
    walk->path = malloc(walk->path_capacity);
    result = walk->path != NULL ? path_find_root(query, reader, &root, &first, error) : path_fail(error, "out of memory");
    if (result == MSRCK_OK) {
        /* *p@3 shows p[0], p[1], p[2]. */
        const char *text = query->text + (query->repeat > 0);

        show(walk, "%.*s", (int)(query->text + query->root_end - text), text);
        for (size_t i = 0; i < first; i++)
            show(walk, ".%s", query->steps[i].name);
        result = walk_steps(walk, first, &root, error);
    }
    /* A glob of which every place was left out leads nowhere: more likely a slip of the pen than the answer. */
    if (result == MSRCK_OK && walk->matches == 0 && walk->gap.result != MSRCK_OK) {
        *error = walk->gap;
        result = error->result;
    }
    free(walk->path);
    free(walk);
    return result;
}
