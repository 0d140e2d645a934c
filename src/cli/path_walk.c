/* SPDX-License-Identifier: MIT */
/* Following a path through the values of a checkpoint. Globs are loops over an explicit stack of positions, one a step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path_steps.h"

/* A step that is being looped over, or taken once. */
struct position {
    msrck_value value;              /* before the step, pointers followed */
    uint64_t next, end;             /* elements still to come */
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

/* The element `index` places behind the one a pointer points to. */
static msrck_result pointer_element(msrck_reader *reader, const msrck_value *pointer, uint64_t index, msrck_value *element, msrck_error *error)
{
    msrck_type_facts type, target;
    msrck_block_facts block;
    uint64_t address, leaf, offset;
    msrck_result result = msrck_value_pointer(pointer, &address, error);

    if (result != MSRCK_OK)
        return result;
    if (index == 0)
        return msrck_value_target(pointer, element, error);
    if (!msrck_reader_type(reader, pointer->type, &type) || !msrck_reader_type(reader, type.element, &target) || target.leaves == 0)
        return path_fail(error, "a pointer to void has no elements");
    if (address == 0)
        return path_fail(error, "the pointer is NULL");
    if (!msrck_reader_find_address(reader, address, &block, &leaf) || __builtin_mul_overflow(index, target.leaves, &offset) ||
        offset >= block.leaves - leaf)
        return path_fail(error, "[%llu] is beyond the end of the block", (unsigned long long)index);
    return msrck_reader_value_at(reader, block.number, leaf + offset, type.element, element, error);
}

static msrck_result follow(msrck_value *value, msrck_error *error)
{
    msrck_value target;
    msrck_result result = MSRCK_OK;

    while (result == MSRCK_OK && msrck_value_kind(value) == MSRCK_KIND_POINTER) {
        result = msrck_value_target(value, &target, error);
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
    if (step->kind == STEP_FIELD || (step->kind == STEP_ALL && msrck_value_kind(value) == MSRCK_KIND_POINTER)) {
        result = unwrap(&position->value, error);
        if (result == MSRCK_OK)
            result = follow(&position->value, error);
    }
    if (step->kind == STEP_ALL) {
        position->end = msrck_value_length(&position->value);
    } else if (step->kind != STEP_FIELD) {
        position->next = step->first;
        position->end = (step->kind == STEP_RANGE ? step->last : step->first) + 1;
    }
    return result;
}

/* The next value of step `depth`. */
static msrck_result take_step(struct walk *walk, size_t depth, msrck_value *value, msrck_error *error)
{
    const struct path_step *step = &walk->query->steps[depth];
    struct position *position = &walk->positions[depth];
    uint64_t index = position->next++;
    msrck_field_facts facts;
    msrck_result result;

    walk->path_length = position->path_length;
    if (step->kind == STEP_FIELD) {
        result = take_field(&position->value, step->name, value, error);
        return show(walk, ".%s", step->name) ? result : path_fail(error, "the path is too long");
    }
    if (msrck_value_kind(&position->value) == MSRCK_KIND_POINTER) {
        result = pointer_element(walk->reader, &position->value, index, value, error);
    } else if (is_array(&position->value)) {
        result = msrck_value_element(&position->value, index, value, error);
    } else if (step->kind == STEP_ALL) {
        if (msrck_reader_field(walk->reader, position->value.type, (uint32_t)index, &facts) && !show(walk, ".%s", facts.name))
            return path_fail(error, "the path is too long");
        return msrck_value_field(&position->value, (uint32_t)index, value, error);
    } else {
        return path_fail(error, "no array to take [%llu] of", (unsigned long long)index);
    }
    return show(walk, "[%llu]", (unsigned long long)index) ? result : path_fail(error, "the path is too long");
}

static msrck_result match_repeated(struct walk *walk, const msrck_value *pointer, msrck_error *error)
{
    size_t length = walk->path_length;
    msrck_result result = MSRCK_OK;

    for (uint64_t i = 0; result == MSRCK_OK && i < walk->query->repeat; i++) {
        msrck_value element;

        walk->path_length = length;
        result = msrck_value_kind(pointer) == MSRCK_KIND_POINTER ? pointer_element(walk->reader, pointer, i, &element, error)
                                                                : msrck_value_element(pointer, i, &element, error);
        if (result == MSRCK_OK && !show(walk, "[%llu]", (unsigned long long)i))
            result = path_fail(error, "the path is too long");
        if (result == MSRCK_OK)
            result = walk->match(walk->context, walk->path, &element, error);
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

        result = is_array(&value) ? msrck_value_element(&value, 0, &target, error) : msrck_value_target(&value, &target, error);
        if (result == MSRCK_OK)
            value = target;
    }
    if (result != MSRCK_OK)
        return result;
    if (walk->query->repeat > 0)
        return match_repeated(walk, &value, error);
    return walk->match(walk->context, walk->path, &value, error);
}

/* Whether a failure behind step `depth` only means that there is nothing at this element of a glob. */
static bool is_gap(const struct path_query *query, size_t depth, msrck_result result)
{
    if (result != MSRCK_MISUSE)
        return false;
    for (size_t i = 0; i < depth && i < query->count; i++)
        if (query->steps[i].kind == STEP_ALL)
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
    free(walk->path);
    free(walk);
    return result;
}
