/* SPDX-License-Identifier: MIT */
/*
 * Edges are found in two ways. Most types have their pointers at fixed offsets of a row: these offsets are listed once,
 * and a million nodes are gone through at the speed of reading them. Types with unions, flexible members or long inner
 * arrays are walked value by value.
 */
#include "block_edges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row with more pointers is walked value by value. */
#define MOST_SLOTS 1024u

struct edge_slot {
    uint64_t offset;                /* in the row */
    uint64_t leaf;                  /* in the element */
    uint32_t type;
};

enum plan_state { PLAN_UNKNOWN = 0, PLAN_SLOTS, PLAN_GENERAL };

struct edge_plan {
    enum plan_state state;
    struct edge_slot *slots;        /* owned */
    size_t count, capacity;
    bool failed;                    /* memory was out */
};

static msrck_result out_of_memory(msrck_error *error)
{
    error->result = MSRCK_SYSTEM;
    snprintf(error->message, sizeof error->message, "out of memory");
    return MSRCK_SYSTEM;
}

msrck_result block_edges_begin(struct edge_walk *walk, msrck_reader *reader, msrck_error *error)
{
    walk->reader = reader;
    walk->plans = calloc(msrck_reader_type_count(reader), sizeof *walk->plans);
    return walk->plans == NULL ? out_of_memory(error) : MSRCK_OK;
}

void block_edges_end(struct edge_walk *walk)
{
    for (uint32_t i = 0; walk->plans != NULL && i < msrck_reader_type_count(walk->reader); i++)
        free(walk->plans[i].slots);
    free(walk->plans);
    walk->plans = NULL;
}

/* ---- Plans ---- */

static bool add_slot(struct edge_plan *plan, uint64_t offset, uint64_t leaf, uint32_t type)
{
    if (plan->count == MOST_SLOTS)
        return false;
    if (plan->count == plan->capacity) {
        size_t capacity = plan->capacity == 0 ? 8 : 2 * plan->capacity;
        struct edge_slot *slots = realloc(plan->slots, capacity * sizeof *slots);
        plan->failed = slots == NULL;
        if (slots == NULL)
            return false;
        plan->slots = slots;
        plan->capacity = capacity;
    }
    plan->slots[plan->count++] = (struct edge_slot){ offset, leaf, type };
    return true;
}

static bool plan_type(const msrck_reader *reader, struct edge_plan *plan, uint32_t type, uint64_t offset, uint64_t leaf);

static bool plan_fields(const msrck_reader *reader, struct edge_plan *plan, uint32_t type, uint64_t offset,
                        uint64_t leaf)
{
    msrck_field_facts field;

    for (uint32_t i = 0; msrck_reader_field(reader, type, i, &field); i++)
        if (field.role == MSRCK_ROLE_FLEXIBLE ||
            (field.role == MSRCK_ROLE_PLAIN &&
             !plan_type(reader, plan, field.type, offset + field.row_offset, leaf + field.leaf)))
            return false;
    return true;
}

/* False when the type's pointers have no fixed places, or too many. Recursion is bounded by the nesting of types. */
static bool plan_type(const msrck_reader *reader, struct edge_plan *plan, uint32_t type, uint64_t offset, uint64_t leaf)
{
    msrck_type_facts facts, element;

    if (!msrck_reader_type(reader, type, &facts) || !facts.has_pointers)
        return true;
    switch (facts.kind) {
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        return add_slot(plan, offset, leaf, type);
    case MSRCK_KIND_ARRAY:
        if (facts.count > MOST_SLOTS || !msrck_reader_type(reader, facts.element, &element))
            return false;
        for (uint64_t i = 0; i < facts.count; i++)
            if (!plan_type(reader, plan, facts.element, offset + i * element.row_width, leaf + i * element.leaves))
                return false;
        return true;
    case MSRCK_KIND_STRUCT:
        return plan_fields(reader, plan, type, offset, leaf);
    case MSRCK_KIND_UNION:
        return false;
    default:
        return true;
    }
}

static msrck_result find_plan(struct edge_walk *walk, uint32_t type, const struct edge_plan **found, msrck_error *error)
{
    struct edge_plan *plan = &walk->plans[type];

    *found = plan;
    if (plan->state == PLAN_UNKNOWN) {
        plan->state = plan_type(walk->reader, plan, type, 0, 0) ? PLAN_SLOTS : PLAN_GENERAL;
        if (plan->failed)
            return out_of_memory(error);
    }
    return MSRCK_OK;
}

/* ---- By offsets ---- */

static uint64_t read_pointer(const unsigned char *bytes, unsigned width)
{
    uint64_t address = 0;

    for (unsigned i = 0; i < width; i++)
        address = address << 8 | bytes[i];
    return address;
}

/* `bytes` are borrowed from the reader, and visitors may read other values: so rows are asked for one by one again. */
static msrck_result visit_rows(struct edge_walk *walk, const struct edge_plan *plan, const msrck_block_facts *block,
                               block_edge_visit *visit, void *context, msrck_error *error)
{
    unsigned pointer_width = msrck_reader_pointer_width(walk->reader);
    uint64_t leaves = block->leaves / block->elements, count = 0;
    msrck_value all;
    msrck_result result = msrck_reader_block_value(walk->reader, block->number, &all, error);

    for (uint64_t row = 0; result == MSRCK_OK && row < block->elements; row++) {
        const unsigned char *bytes;
        size_t width;
        result = msrck_value_run(&all, row, &bytes, &count, &width, error);
        for (size_t i = 0; result == MSRCK_OK && i < plan->count; i++) {
            const struct edge_slot *slot = &plan->slots[i];
            struct block_edge edge = { row * leaves + slot->leaf, slot->type,
                                       read_pointer(bytes + slot->offset, pointer_width) };
            if (edge.address == 0)
                continue;
            result = visit(context, &edge, error);
            if (result == MSRCK_OK && i + 1 < plan->count)
                result = msrck_value_run(&all, row, &bytes, &count, &width, error);
        }
    }
    return result;
}

/* ---- By values ---- */

struct value_visit {
    msrck_reader *reader;
    uint64_t base;                  /* address of the block */
    block_edge_visit *visit;
    void *context;
};

static msrck_result visit_value(const struct value_visit *visit, const msrck_value *value, msrck_error *error);

static msrck_result visit_pointer(const struct value_visit *visit, const msrck_value *value, msrck_error *error)
{
    struct block_edge edge = { value->address - visit->base, value->type, 0 };
    msrck_result result = msrck_value_pointer(value, &edge.address, error);

    return result != MSRCK_OK || edge.address == 0 ? result : visit->visit(visit->context, &edge, error);
}

static msrck_result visit_elements(const struct value_visit *visit, const msrck_value *value, msrck_error *error)
{
    msrck_type_facts facts;
    msrck_result result = MSRCK_OK;
    msrck_value element;

    if (!msrck_reader_type(visit->reader, msrck_value_element_type(value), &facts) || !facts.has_pointers)
        return MSRCK_OK;
    for (uint64_t i = 0; result == MSRCK_OK && i < msrck_value_length(value); i++) {
        result = msrck_value_element(value, i, &element, error);
        if (result == MSRCK_OK)
            result = visit_value(visit, &element, error);
    }
    return result;
}

static msrck_result visit_fields(const struct value_visit *visit, const msrck_value *value, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    msrck_field_facts facts;
    msrck_value field;

    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_field(visit->reader, value->type, i, &facts); i++) {
        result = msrck_value_field(value, i, &field, error);
        if (result == MSRCK_OK)
            result = visit_value(visit, &field, error);
    }
    return result;
}

static msrck_result visit_member(const struct value_visit *visit, const msrck_value *value, msrck_error *error)
{
    uint32_t index = MSRCK_NO_INDEX;
    msrck_value member;
    msrck_result result = msrck_value_active(value, &index, &member, error);

    return result != MSRCK_OK || index == MSRCK_NO_INDEX ? result : visit_value(visit, &member, error);
}

/* Recursion is bounded by the nesting of types. */
static msrck_result visit_value(const struct value_visit *visit, const msrck_value *value, msrck_error *error)
{
    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        return visit_pointer(visit, value, error);
    case MSRCK_KIND_ARRAY:
        return visit_elements(visit, value, error);
    case MSRCK_KIND_STRUCT:
        return visit_fields(visit, value, error);
    case MSRCK_KIND_UNION:
        return visit_member(visit, value, error);
    default:
        return MSRCK_OK;
    }
}

msrck_result block_edges(struct edge_walk *walk, const msrck_block_facts *block, block_edge_visit *visit, void *context,
                         msrck_error *error)
{
    struct value_visit by_value = { walk->reader, block->address, visit, context };
    const struct edge_plan *plan;
    msrck_value all;
    msrck_result result = find_plan(walk, block->type, &plan, error);

    if (result != MSRCK_OK)
        return result;
    if (plan->state == PLAN_SLOTS)
        return plan->count == 0 ? MSRCK_OK : visit_rows(walk, plan, block, visit, context, error);
    result = msrck_reader_block_value(walk->reader, block->number, &all, error);
    return result == MSRCK_OK ? visit_value(&by_value, &all, error) : result;
}
