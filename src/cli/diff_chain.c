/* SPDX-License-Identifier: MIT */
/*
 * Lists: blocks of one struct whose field leads to the next one of the same type. Both lists are collected and
 * aligned by what the nodes hold, so that an inserted node moves nothing. A type with one field of its own type makes
 * lists; one with two makes lists where the fields are each other's inverse, next and previous, and trees else.
 */
#include "diff.h"

#include <stdlib.h>
#include <string.h>

#include "sequence_align.h"

/* Neighbours that are looked at to tell lists from trees. */
#define MOST_SAMPLED 64

msrck_result diff_chain_next(struct diff *diff, const struct diff_side *side, uint64_t block, uint32_t field,
                             uint64_t *next)
{
    msrck_block_facts here, there;
    msrck_value value;
    uint64_t leaf = 0;
    msrck_result result;

    *next = 0;
    if (!msrck_reader_block(side->reader, block, &here))
        return MSRCK_OK;
    result = msrck_reader_element(side->reader, block, 0, &value, &diff->error);
    if (result == MSRCK_OK)
        result = msrck_value_field(&value, field, &value, &diff->error);
    if (result == MSRCK_OK)
        result = diff_follow(diff, side, &value, &there, &leaf);
    if (result == MSRCK_OK && there.number != 0 && leaf == 0 && there.type == here.type && there.elements == 1)
        *next = there.number;
    return result;
}

/* ---- Lists or trees ---- */

/* Fields that point to the type itself; at most three are counted. */
static unsigned own_fields(const struct diff_side *side, uint32_t type, uint32_t fields[2])
{
    msrck_field_facts field;
    unsigned count = 0;

    for (uint32_t i = 0; count < 3 && msrck_reader_field(side->reader, type, i, &field); i++) {
        const msrck_type_facts *facts = &side->types[field.type].facts;
        if (field.role != MSRCK_ROLE_PLAIN || facts->kind != MSRCK_KIND_POINTER || facts->element != type ||
            side->types[type].other_fields[i] == MSRCK_NO_INDEX)
            continue;
        if (count < 2)
            fields[count] = i;
        count++;
    }
    return count;
}

/* Whether going `there` and back leads to where one was, all along. *sampled counts the nodes. */
static msrck_result is_inverse(struct diff *diff, const struct diff_side *side, uint64_t block, uint32_t there,
                               uint32_t back, unsigned *sampled, bool *inverse)
{
    msrck_result result = MSRCK_OK;
    uint64_t next = 0, again = 0;

    for (unsigned i = 0; result == MSRCK_OK && *inverse && i < MOST_SAMPLED; i++, block = next) {
        result = diff_chain_next(diff, side, block, there, &next);
        if (result != MSRCK_OK || next == 0)
            break;
        result = diff_chain_next(diff, side, next, back, &again);
        *inverse = again == block;
        ++*sampled;
    }
    return result;
}

msrck_result diff_chain_learn(struct diff *diff, struct diff_side *side, const msrck_block_facts *block, bool *is_chain)
{
    struct diff_type *type = &side->types[block->type];
    uint32_t fields[2] = { MSRCK_NO_INDEX, MSRCK_NO_INDEX };
    unsigned sampled = 0, count;
    bool inverse = true;
    msrck_result result = MSRCK_OK;

    *is_chain = false;
    if (block->elements != 1 || type->facts.kind != MSRCK_KIND_STRUCT)
        return MSRCK_OK;
    if (!type->chain_known) {
        count = own_fields(side, block->type, fields);
        if (count == 2) {
            result = is_inverse(diff, side, block->number, fields[0], fields[1], &sampled, &inverse);
            if (result == MSRCK_OK)
                result = is_inverse(diff, side, block->number, fields[1], fields[0], &sampled, &inverse);
        }
        type->chain_known = count != 2 || sampled > 0;
        if (type->chain_known && (count == 1 || (count == 2 && inverse))) {
            type->link = fields[0];
            type->back = fields[1];
        }
    }
    *is_chain = type->link != MSRCK_NO_INDEX;
    return result;
}

/* ---- Collecting ---- */

struct chain {
    uint64_t *blocks, *hashes;      /* owned */
    size_t count, capacity, hash_capacity;
};

/* A chain ends at NULL, and at whatever has a place already. */
static bool is_free(const struct diff_side *side, uint64_t block)
{
    return block != 0 && side->pairs[block] == DIFF_NONE && side->chained[block] == 0;
}

static msrck_result collect(struct diff *diff, struct diff_side *side, uint64_t block, uint32_t field,
                            struct chain *chain)
{
    msrck_result result = MSRCK_OK;

    while (result == MSRCK_OK && is_free(side, block)) {
        result = diff_grow(diff, &chain->blocks, &chain->capacity, chain->count, sizeof *chain->blocks);
        if (result == MSRCK_OK)
            result = diff_grow(diff, &chain->hashes, &chain->hash_capacity, chain->count, sizeof *chain->hashes);
        if (result != MSRCK_OK)
            return result;
        side->chained[block] = 1;
        chain->blocks[chain->count++] = block;
        result = diff_chain_next(diff, side, block, field, &block);
    }
    return result;
}

static msrck_result hash_chain(struct diff *diff, const struct diff_side *side, struct chain *chain)
{
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; result == MSRCK_OK && i < chain->count; i++)
        result = diff_hash_block(diff, side, chain->blocks[i], &chain->hashes[i]);
    return result;
}

static msrck_result add_pairs(struct diff *diff, const struct diff_candidate *from, uint32_t link,
                              const struct chain *a, const struct chain *b, const size_t *partner)
{
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; result == MSRCK_OK && i < a->count; i++) {
        struct diff_pair pair = { a->blocks[i], 0, from->parent, from->leaf, from->type, link, i, false };
        if (partner[i] == SEQUENCE_ALONE)
            continue;
        pair.b = b->blocks[partner[i]];
        result = diff_add_pair(diff, &pair);
    }
    return result;
}

static msrck_result pair_chains(struct diff *diff, const struct diff_candidate *from, uint32_t link, struct chain *a,
                                struct chain *b)
{
    size_t *partner = malloc((a->count + 1) * sizeof *partner);
    msrck_result result = MSRCK_OK;

    if (partner == NULL)
        return diff_fail(diff, MSRCK_SYSTEM, "out of memory for a list of %zu", a->count);
    partner[0] = 0;
    /* Single nodes need no comparison: they stand in the same place. */
    if (a->count > 1 || b->count > 1) {
        result = hash_chain(diff, &diff->a, a);
        if (result == MSRCK_OK)
            result = hash_chain(diff, &diff->b, b);
        if (result == MSRCK_OK && !sequence_align(a->hashes, a->count, b->hashes, b->count, partner))
            result = diff_fail(diff, MSRCK_SYSTEM, "out of memory for a list of %zu", a->count);
    }
    if (result == MSRCK_OK)
        result = add_pairs(diff, from, link, a, b, partner);
    free(partner);
    return result;
}

static msrck_result align(struct diff *diff, const struct diff_candidate *from)
{
    struct chain a = { NULL, NULL, 0, 0, 0 }, b = { NULL, NULL, 0, 0, 0 };
    struct diff_pair single = { from->a, from->b, from->parent, from->leaf, from->type, MSRCK_NO_INDEX, 0, false };
    const struct diff_type *type;
    msrck_block_facts block;
    msrck_result result;
    uint64_t next = 0;
    uint32_t field;

    if (!is_free(&diff->a, from->a) || !is_free(&diff->b, from->b))
        return diff_add_pair(diff, &single);
    msrck_reader_block(diff->a.reader, from->a, &block);
    type = &diff->a.types[block.type];
    field = type->link;
    result = diff_chain_next(diff, &diff->a, from->a, field, &next);
    /* The last of a list: then the other way. */
    if (next == 0 && type->back != MSRCK_NO_INDEX)
        field = type->back;
    if (result == MSRCK_OK)
        result = collect(diff, &diff->a, from->a, field, &a);
    if (result == MSRCK_OK)
        result = collect(diff, &diff->b, from->b, type->other_fields[field], &b);
    if (result == MSRCK_OK)
        result = pair_chains(diff, from, field, &a, &b);
    free(a.blocks);
    free(a.hashes);
    free(b.blocks);
    free(b.hashes);
    return result;
}

/* ---- The longest first ---- */

/* So that a pointer to the end of a list does not take the end's partner away. Lengths are kept in the marks. */
static msrck_result measure(struct diff *diff, struct diff_candidate *candidate)
{
    struct diff_side *side = &diff->a;
    uint64_t block = candidate->a, count = 0, length;
    msrck_block_facts facts;
    msrck_result result = MSRCK_OK;
    uint32_t link;

    msrck_reader_block(side->reader, block, &facts);
    link = side->types[facts.type].link;
    while (result == MSRCK_OK && is_free(side, block) && side->marks[block] == 0) {
        side->marks[block] = UINT64_MAX;
        side->queue[count++] = block;
        result = diff_chain_next(diff, side, block, link, &block);
    }
    length = is_free(side, block) && side->marks[block] != UINT64_MAX ? side->marks[block] : 0;
    while (count > 0)
        side->marks[side->queue[--count]] = ++length;
    candidate->length = side->marks[candidate->a];
    return result;
}

static int compare_candidates(const void *left, const void *right)
{
    const struct diff_candidate *a = left, *b = right;

    if (a->length != b->length)
        return a->length > b->length ? -1 : 1;
    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    return (a->leaf > b->leaf) - (a->leaf < b->leaf);
}

msrck_result diff_chains(struct diff *diff)
{
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; result == MSRCK_OK && i < diff->candidate_count; i++)
        result = measure(diff, &diff->candidates[i]);
    qsort(diff->candidates, diff->candidate_count, sizeof *diff->candidates, compare_candidates);
    for (size_t i = 0; result == MSRCK_OK && i < diff->candidate_count; i++)
        result = align(diff, &diff->candidates[i]);
    diff->candidate_count = 0;
    return result;
}
