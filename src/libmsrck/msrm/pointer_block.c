/* SPDX-License-Identifier: MIT */
#include "msrm/pointer_block.h"

/* Types nest at most this deep, so the loops below end. */
#define MOST_STEPS (2 * TI_MAX_NESTING)

enum edge { EDGE_BEGIN, EDGE_END };

/* What stands first or last in a value of the type; TI_VOID when that depends on the value, or there is nothing. */
static uint32_t outermost(const struct ti_type *entry, enum edge edge)
{
    switch (entry->kind) {
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        return entry->element;
    case MSRCK_KIND_STRUCT:
        return entry->field_count == 0 ? TI_VOID : entry->fields[edge == EDGE_BEGIN ? 0 : entry->field_count - 1].type;
    default:
        return TI_VOID;
    }
}

/* Whether a value of type `target` begins where one of `type` begins, or ends where it ends. */
static bool has_at(const struct ti_table *types, uint32_t type, uint32_t target, enum edge edge)
{
    unsigned step;

    for (step = 0; step < MOST_STEPS && type != TI_VOID; step++) {
        if (type == target)
            return true;
        type = outermost(msrck_ti_get(types, type), edge);
    }
    return false;
}

bool msrck_pointer_block(const struct msrlt *msrlt, const struct ti_table *types, const void *pointer, uint32_t target,
                         struct block *block)
{
    struct block ended;
    uint64_t count = 1;

    if (!msrck_msrlt_find(msrlt, pointer, block) || msrck_msrlt_is_copy(msrlt, block))
        return false;
    if ((block->segment != SEGMENT_GLOBAL && block->segment != SEGMENT_STACK) || block->address != pointer)
        return true;
    target = msrck_ti_strip_arrays(types, target, &count);
    /* A pointer to void, or one whose type both neighbours have there, means what begins. */
    if (target == TI_VOID || target == UINT32_MAX || has_at(types, block->type, target, EDGE_BEGIN))
        return true;
    if (msrck_msrlt_find_ended(msrlt, pointer, &ended) && has_at(types, ended.type, target, EDGE_END))
        *block = ended;
    return true;
}
