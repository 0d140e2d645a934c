/* SPDX-License-Identifier: MIT */
/*
 * Matching: from the roots on, blocks that pointers in the same place lead to become pairs. The list of pairs is the
 * queue of the walk. The first way to a block decides; where a later one disagrees the graphs differ. Beginnings of
 * lists wait until nothing else is left to follow, since a list is aligned as a whole.
 */
#include "diff.h"

#include <string.h>

msrck_result diff_add_pair(struct diff *diff, const struct diff_pair *wanted)
{
    msrck_result result;

    if (diff->a.pairs[wanted->a] != DIFF_NONE || diff->b.pairs[wanted->b] != DIFF_NONE)
        return MSRCK_OK;
    result = diff_grow(diff, &diff->pairs, &diff->pair_capacity, diff->pair_count, sizeof *diff->pairs);
    if (result != MSRCK_OK)
        return result;
    diff->a.pairs[wanted->a] = diff->b.pairs[wanted->b] = diff->pair_count;
    diff->pairs[diff->pair_count++] = *wanted;
    return MSRCK_OK;
}

msrck_result diff_follow(struct diff *diff, const struct diff_side *side, const msrck_value *pointer,
                         msrck_block_facts *block, uint64_t *leaf)
{
    uint64_t address = 0;
    msrck_result result = msrck_value_pointer(pointer, &address, &diff->error);

    block->number = 0;
    *leaf = 0;
    if (result != MSRCK_OK || address == 0)
        return result;
    if (!msrck_reader_find_address(side->reader, address, block, leaf))
        return diff_fail(diff, MSRCK_CORRUPT, "canonical address %llu leads nowhere", (unsigned long long)address);
    return MSRCK_OK;
}

/* Where dynamic memory came from is the business of the machine it lies in. */
static int class_of(msrck_segment segment)
{
    bool dynamic = segment == MSRCK_SEGMENT_FOREIGN || segment == MSRCK_SEGMENT_LITERAL;

    return dynamic ? MSRCK_SEGMENT_HEAP : (int)segment;
}

/* Literals are known by what they say. */
static bool same_text(const struct diff *diff, const msrck_block_facts *a, const msrck_block_facts *b)
{
    const unsigned char *bytes_a, *bytes_b;
    msrck_value value_a, value_b;
    uint64_t count_a = 0, count_b = 0;
    size_t width_a, width_b;

    if (a->count != b->count || msrck_reader_block_value(diff->a.reader, a->number, &value_a, NULL) != MSRCK_OK ||
        msrck_reader_block_value(diff->b.reader, b->number, &value_b, NULL) != MSRCK_OK)
        return false;
    /* All rows are held, so that a block lies in one piece. */
    return msrck_value_run(&value_a, 0, &bytes_a, &count_a, &width_a, NULL) == MSRCK_OK &&
           msrck_value_run(&value_b, 0, &bytes_b, &count_b, &width_b, NULL) == MSRCK_OK && count_a == count_b &&
           width_a == width_b && memcmp(bytes_a, bytes_b, (size_t)count_a * width_a) == 0;
}

bool diff_may_pair(const struct diff *diff, const msrck_block_facts *a, const msrck_block_facts *b)
{
    if (diff->a.pairs[a->number] != DIFF_NONE || diff->b.pairs[b->number] != DIFF_NONE)
        return false;
    if (diff->a.types[a->type].other != b->type || class_of(a->segment) != class_of(b->segment))
        return false;
    if (a->segment == MSRCK_SEGMENT_LITERAL || b->segment == MSRCK_SEGMENT_LITERAL)
        return same_text(diff, a, b);
    return true;
}

msrck_result diff_match_pointers(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    struct diff_pair pair = { 0, 0, diff->place.pair, 0, a->type, MSRCK_NO_INDEX, 0, false };
    struct diff_candidate *candidate;
    msrck_block_facts block_a, block_b, from;
    uint64_t leaf_a, leaf_b;
    bool is_chain = false;
    msrck_result result = diff_follow(diff, &diff->a, a, &block_a, &leaf_a);

    if (result == MSRCK_OK)
        result = diff_follow(diff, &diff->b, b, &block_b, &leaf_b);
    if (result != MSRCK_OK || block_a.number == 0 || block_b.number == 0 || !diff_may_pair(diff, &block_a, &block_b))
        return result;
    if (!msrck_reader_block(diff->a.reader, diff->pairs[diff->place.pair].a, &from))
        return MSRCK_OK;
    pair.a = block_a.number;
    pair.b = block_b.number;
    pair.leaf = a->address - from.address;
    pair.interior = leaf_a != 0;
    if (leaf_a == 0 && leaf_b == 0)
        result = diff_chain_learn(diff, &diff->a, &block_a, &is_chain);
    if (result != MSRCK_OK || !is_chain)
        return result == MSRCK_OK ? diff_add_pair(diff, &pair) : result;
    result =
        diff_grow(diff, &diff->candidates, &diff->candidate_capacity, diff->candidate_count, sizeof *diff->candidates);
    if (result != MSRCK_OK)
        return result;
    candidate = &diff->candidates[diff->candidate_count++];
    *candidate = (struct diff_candidate){ pair.a, pair.b, pair.parent, pair.leaf, 0, pair.type };
    return MSRCK_OK;
}

msrck_result diff_match(struct diff *diff)
{
    msrck_result result = MSRCK_OK;

    diff->phase = DIFF_MATCHING;
    diff->place.pair = 0;
    do {
        result = diff_compare_pairs(diff);
        if (result == MSRCK_OK && diff->candidate_count > 0)
            result = diff_chains(diff);
    } while (result == MSRCK_OK && diff->place.pair < diff->pair_count);
    return result;
}
