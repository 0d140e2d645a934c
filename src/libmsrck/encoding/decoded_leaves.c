/* SPDX-License-Identifier: MIT */
/* Which leaf of the program a leaf of the file became: the decoder's program read as a map. */
#include "encoding/row_decoder_state.h"

/* Leaves of the file that the operation covers. */
static uint64_t covered(const struct row_op *op)
{
    return op->count * op->file_leaf_step;
}

static bool union_keeps_leaves(const struct row_op *op)
{
    for (size_t i = 0; i < op->body_count; i++) {
        const struct row_body *member = &op->bodies[i];
        uint64_t leaves = 0;

        if (member->member == UINT32_MAX)
            return false;
        for (size_t k = 0; k < member->count; k++)
            leaves += covered(&member->ops[k]);
        if (!msrck_row_body_same_leaves(member, leaves))
            return false;
    }
    return true;
}

bool msrck_row_body_same_leaves(const struct row_body *body, uint64_t file_leaves)
{
    uint64_t seen = 0;

    for (size_t i = 0; i < body->count; i++) {
        const struct row_op *op = &body->ops[i];

        if (covered(op) == 0)
            continue;
        if (op->leaf != op->file_leaf || (op->count > 1 && op->leaf_step != op->file_leaf_step))
            return false;
        if (op->code == ROW_LOOP && !msrck_row_body_same_leaves(&op->bodies[0], op->file_leaf_step))
            return false;
        if (op->code == ROW_UNION && !union_keeps_leaves(op))
            return false;
        seen += covered(op);
    }
    return seen == file_leaves;
}

/* A place in a union is the same for every member that reaches so far, or it cannot be told without the tag. */
static bool leaf_of_union(const struct row_op *op, uint64_t file_leaf, uint64_t *leaf)
{
    bool found = false;

    for (size_t i = 0; i < op->body_count; i++) {
        uint64_t candidate;

        if (!msrck_row_body_leaf(&op->bodies[i], file_leaf, &candidate))
            continue;
        if (found && candidate != *leaf)
            return false;
        *leaf = candidate;
        found = true;
    }
    return found;
}

/* The last operation that begins at or before the leaf: no other can cover it. */
static const struct row_op *operation_of_leaf(const struct row_body *body, uint64_t file_leaf)
{
    size_t low = 0, high = body->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (body->ops[middle].file_leaf <= file_leaf)
            low = middle;
        else
            high = middle;
    }
    return high > low ? &body->ops[low] : NULL;
}

bool msrck_row_body_leaf(const struct row_body *body, uint64_t file_leaf, uint64_t *leaf)
{
    const struct row_op *op = operation_of_leaf(body, file_leaf);
    uint64_t inside, item, rest;
    bool known = true;

    if (op == NULL || file_leaf < op->file_leaf || file_leaf - op->file_leaf >= covered(op))
        return false;
    inside = file_leaf - op->file_leaf;
    item = inside / op->file_leaf_step;
    rest = inside % op->file_leaf_step;
    if (op->code == ROW_LOOP)
        known = msrck_row_body_leaf(&op->bodies[0], rest, &rest);
    else if (op->code == ROW_UNION)
        known = leaf_of_union(op, rest, &rest);
    if (known)
        *leaf = op->leaf + item * op->leaf_step + rest;
    return known;
}

bool msrck_row_decoder_same_leaves(const struct row_decoder *decoder)
{
    return decoder->same_leaves;
}

bool msrck_row_decoder_leaf(const struct row_decoder *decoder, uint64_t file_leaf, uint64_t *leaf)
{
    if (!decoder->same_leaves)
        return msrck_row_body_leaf(&decoder->body, file_leaf, leaf);
    *leaf = file_leaf;
    return file_leaf < decoder->file_leaves;
}
