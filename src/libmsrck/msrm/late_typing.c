/* SPDX-License-Identifier: MIT */
#include "msrm/late_typing.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "memory/block_kinds.h"
#include "msrm/memory_path.h"
#include "msrm/pointer_block.h"
#include "msrm/type_within.h"

/* Elements that are looked at before the rest of a long run goes back on the list. */
enum { BATCH_ELEMENTS = 512 };

/* A pointer into a late-typed block: what tells its type, and where it was found. */
struct telling {
    const unsigned char *slot; /* of the pointer */
    const unsigned char *pointer;
    uint32_t target; /* not an array */
};

struct tellings {
    struct telling *items;
    size_t count, capacity;
};

struct typing {
    struct collection *collection;
    const struct ti_table *types;
    struct work_list work; /* elements whose type is certain */
    /*
     * Blocks whose first element was looked at, but not the others: a larger struct that begins like it might be met yet, and
     * then the others were never there. `target` is the type they have.
     */
    struct tellings first_only;
    struct tellings doubtful; /* of those, blocks that would just be one such larger struct */
    /* Pointers to the middle of blocks that have no type yet, and pointers whose target does not fit. */
    struct tellings waiting;
    /* What a larger type, which is still to be met, may settle: pointers that disagree, blocks with something left over. */
    struct tellings conflicts, leftovers;
    bool last_call;    /* nothing more will be found: waiting pointers decide now */
    uint8_t *extended; /* by type: 1 no struct begins with it, 2 some does; owned */
    size_t extended_count;
};

static msrck_result out_of_memory(msrck_error *error)
{
    return msrck_fail_memory(error, sizeof(struct work), "the list of blocks to be typed");
}

static msrck_result note(struct tellings *list, const struct telling *telling, msrck_error *error)
{
    if (!msrck_reserve(&list->items, &list->capacity, list->count + 1, sizeof list->items[0]))
        return out_of_memory(error);
    list->items[list->count++] = *telling;
    return MSRCK_OK;
}

/* ---- Elements to be looked at ---- */

static msrck_result push_run(struct typing *typing, const unsigned char *element, uint32_t type, uint64_t count, msrck_error *error)
{
    const struct scan_plan *plan;
    msrck_result result = msrck_scan_plan_get(&typing->collection->plans, type, &plan, error);

    if (result != MSRCK_OK || plan->idle)
        return result;
    while (count > 0) {
        uint32_t part = count > INT32_MAX ? INT32_MAX : (uint32_t)count;

        if (!work_list_push(&typing->work, element, type, part))
            return out_of_memory(error);
        element += (size_t)part * plan->size;
        count -= part;
    }
    return MSRCK_OK;
}

static msrck_result push_block(struct typing *typing, const struct block *block, msrck_error *error)
{
    const struct ti_type *entry = msrck_ti_get(typing->types, block->type);
    msrck_result result;

    if (!entry->has_pointers)
        return MSRCK_OK;
    if (entry->flexible == TI_VOID)
        return push_run(typing, block->data, block->type, block->count, error);
    result = push_run(typing, block->data + entry->flexible_offset, entry->flexible, block->count, error);
    return result == MSRCK_OK ? push_run(typing, block->data, block->type, 1, error) : result;
}

/* Whether a struct of the program is larger and begins like the type. Worked out once a type. */
static msrck_result is_extended(struct typing *typing, uint32_t type, bool *extended, msrck_error *error)
{
    uint32_t other, count = msrck_ti_count(typing->types);

    if (!msrck_reserve(&typing->extended, &typing->extended_count, count, 1))
        return out_of_memory(error);
    if (typing->extended[type] == 0) {
        const struct ti_type *entry = msrck_ti_get(typing->types, type);

        typing->extended[type] = 1;
        for (other = 1; other < count && typing->extended[type] == 1; other++) {
            const struct ti_type *larger = msrck_ti_get(typing->types, other);

            if (larger->kind == MSRCK_KIND_STRUCT && larger->has_layout && larger->size > entry->size &&
                msrck_type_begins_with(typing->types, other, type))
                typing->extended[type] = 2;
        }
    }
    *extended = typing->extended[type] == 2;
    return MSRCK_OK;
}

/* The block has its type now: what it points to is next. Where the type may only be a header, no more than is certain. */
static msrck_result look_at(struct typing *typing, const struct block *block, const struct telling *telling, msrck_error *error)
{
    const struct ti_type *entry = msrck_ti_get(typing->types, block->type);
    struct telling first = {telling->slot, block->address, block->type};
    bool extended = false;
    msrck_result result = MSRCK_OK;

    if (block->count > 1 && entry->flexible == TI_VOID)
        result = is_extended(typing, block->type, &extended, error);
    if (result != MSRCK_OK)
        return result;
    if (!extended)
        return push_block(typing, block, error);
    result = note(&typing->first_only, &first, error);
    if (result != MSRCK_OK || !entry->has_pointers)
        return result;
    return push_run(typing, block->data, block->type, 1, error);
}

/* ---- Deciding ---- */

static msrck_result adopt(struct typing *typing, struct block *block, uint64_t bytes, const struct telling *telling, msrck_error *error)
{
    uint64_t count, rest;
    msrck_result result;

    if (!msrck_kinds_fit(typing->types, telling->target, bytes, &count, &rest))
        return MSRCK_OK;
    result = msrck_msrlt_set_type(typing->collection->msrlt, block, telling->target, count, error);
    if (result == MSRCK_OK && rest > 0)
        result = note(&typing->leftovers, &(struct telling){telling->slot, block->address, block->type}, error);
    return result == MSRCK_OK ? look_at(typing, block, telling, error) : result;
}

/* Nothing but characters, or nothing at all, has been told of the block. */
static msrck_result decide_first(struct typing *typing, struct block *block, uint64_t bytes, const struct telling *telling,
                                 msrck_error *error)
{
    uint64_t offset = (uint64_t)(telling->pointer - block->address), count, rest;
    bool fits = msrck_kinds_fit(typing->types, telling->target, bytes, &count, &rest);

    if ((offset != 0 || !fits) && !typing->last_call)
        return note(&typing->waiting, telling, error);
    if (!fits) {
        typing->collection->culprit = telling->slot;
        return msrck_fail(error, MSRCK_MISUSE, "points to %s in a block of %llu bytes, which is too short for one",
                          msrck_ti_get(typing->types, telling->target)->name, (unsigned long long)bytes);
    }
    if (offset % msrck_ti_get(typing->types, telling->target)->size != 0 && offset != bytes) {
        typing->collection->culprit = telling->slot;
        return msrck_fail(error, MSRCK_MISUSE, "points to %s, byte %llu of a block of %llu bytes that has no type",
                          msrck_ti_get(typing->types, telling->target)->name, (unsigned long long)offset, (unsigned long long)bytes);
    }
    return adopt(typing, block, bytes, telling, error);
}

/* The block has a type already. */
static msrck_result decide_again(struct typing *typing, struct block *block, uint64_t bytes, const struct telling *telling,
                                 msrck_error *error)
{
    uint64_t offset = (uint64_t)(telling->pointer - block->address), count, rest, size = msrck_ti_get(typing->types, telling->target)->size;

    if (offset == bytes || block->type == telling->target)
        return MSRCK_OK;
    if (size != 0 && offset % size == 0 && size > msrck_ti_get(typing->types, block->type)->size &&
        msrck_type_begins_with(typing->types, telling->target, block->type)) {
        /* A cast to a larger struct that is not there: nothing that it has more can be looked at. */
        if (!msrck_kinds_fit(typing->types, telling->target, bytes, &count, &rest))
            return MSRCK_OK;
        return adopt(typing, block, bytes, telling, error);
    }
    if (msrck_type_within_block(typing->types, block->type, block->count, offset, telling->target))
        return MSRCK_OK;
    return note(&typing->conflicts, telling, error);
}

/* Pointers to characters decide only between char, signed char and unsigned char. */
static msrck_result decide_text(struct typing *typing, struct block *block, uint64_t bytes, uint32_t hint, const struct telling *telling,
                                bool fresh, msrck_error *error)
{
    if (fresh && hint == TI_VOID && telling->target != TI_VOID)
        return msrck_msrlt_set_type(typing->collection->msrlt, block, telling->target, bytes, error);
    return MSRCK_OK;
}

static msrck_result decide(struct typing *typing, struct block *block, uint64_t bytes, uint32_t hint, const struct telling *telling,
                           msrck_error *error)
{
    bool fresh = msrck_msrlt_mark(typing->collection->msrlt, block);
    msrck_result result = MSRCK_OK;

    /* What its maker said comes first: the block has that type already. */
    if (fresh && hint != TI_VOID && !msrck_type_is_text(typing->types, block->type))
        result = push_block(typing, block, error);
    if (result != MSRCK_OK)
        return result;
    if (telling->target == TI_VOID || msrck_type_is_text(typing->types, telling->target))
        return decide_text(typing, block, bytes, hint, telling, fresh, error);
    if (msrck_type_is_text(typing->types, block->type))
        return decide_first(typing, block, bytes, telling, error);
    return decide_again(typing, block, bytes, telling, error);
}

/* ---- Following pointers ---- */

static bool is_more_than_text(const struct typing *typing, uint32_t target)
{
    return target != TI_VOID && msrck_ti_get(typing->types, target)->size > 1;
}

/* Values of other types that a program keeps in an array of characters would travel as characters. */
static msrck_result refuse_text(struct typing *typing, const struct telling *telling, msrck_error *error)
{
    typing->collection->culprit = telling->slot;
    return msrck_fail(error, MSRCK_MISUSE, "points to %s in memory that was declared or allocated as characters",
                      msrck_ti_get(typing->types, telling->target)->name);
}

static msrck_result follow_telling(struct typing *typing, const struct telling *telling, msrck_error *error)
{
    struct msrlt *msrlt = typing->collection->msrlt;
    struct block block;
    uint64_t bytes;
    uint32_t hint;

    /* Literals, and pointers to nothing that is tracked, are for marking to look at. */
    if (!msrck_pointer_block(msrlt, typing->types, telling->pointer, telling->target, &block))
        return MSRCK_OK;
    if (msrck_msrlt_late(msrlt, &block, &bytes, &hint))
        return decide(typing, &block, bytes, hint, telling, error);
    if (msrck_type_is_text(typing->types, block.type) && msrck_msrlt_restores_late(msrlt) &&
        is_more_than_text(typing, telling->target) &&
        (uint64_t)(telling->pointer - block.address) < msrck_block_bytes(typing->types, block.type, block.count))
        return refuse_text(typing, telling, error);
    return msrck_msrlt_mark(msrlt, &block) ? push_block(typing, &block, error) : MSRCK_OK;
}

static msrck_result follow_slot(void *context, void *const *slot, uint32_t target, msrck_error *error)
{
    struct typing *typing = context;
    struct telling telling = {(const unsigned char *)slot, NULL, target};
    uint64_t count = 1;

    memcpy(&telling.pointer, slot, sizeof telling.pointer);
    if (telling.pointer == NULL)
        return MSRCK_OK;
    telling.target = msrck_ti_strip_arrays(typing->types, target, &count);
    return follow_telling(typing, &telling, error);
}

static msrck_result look_at_element(struct typing *typing, const struct scan_plan *plan, const unsigned char *element, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    uint32_t k;

    if (plan->offsets == NULL)
        return msrck_visit_pointers(plan->encoder, element, follow_slot, typing, error);
    for (k = 0; k < plan->offset_count && result == MSRCK_OK; k++)
        result = follow_slot(typing, (void *const *)(const void *)(element + plan->offsets[k]), plan->targets[k], error);
    return result;
}

static msrck_result look_at_batch(struct typing *typing, struct work work, msrck_error *error)
{
    uint32_t type = work_type(&work), count = work_count(&work);
    const struct scan_plan *plan;
    msrck_result result = msrck_scan_plan_get(&typing->collection->plans, type, &plan, error);

    if (result == MSRCK_OK && count > BATCH_ELEMENTS) {
        if (!work_list_push(&typing->work, work.element + BATCH_ELEMENTS * plan->size, type, count - BATCH_ELEMENTS))
            return out_of_memory(error);
        count = BATCH_ELEMENTS;
    }
    for (; count > 0 && result == MSRCK_OK; count--, work.element += plan->size)
        result = look_at_element(typing, plan, work.element, error);
    return result;
}

static msrck_result drain(struct typing *typing, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    while (result == MSRCK_OK && typing->work.depth > 0)
        result = look_at_batch(typing, typing->work.stack[--typing->work.depth], error);
    return result;
}

/* ---- What was put off ---- */

/* A struct that begins like the elements and is as large as the whole block; TI_VOID: there is none. */
static uint32_t rival(const struct typing *typing, uint32_t type, uint64_t bytes)
{
    uint32_t other, count = msrck_ti_count(typing->types);

    for (other = 1; other < count; other++) {
        const struct ti_type *entry = msrck_ti_get(typing->types, other);

        if (entry->kind == MSRCK_KIND_STRUCT && entry->has_layout && entry->size == bytes && other != type &&
            msrck_type_begins_with(typing->types, other, type))
            return other;
    }
    return TI_VOID;
}

/* The elements behind the first one, unless the block turned out to be something larger. */
static msrck_result look_at_rest(struct typing *typing, struct telling first, msrck_error *error)
{
    struct block block;
    uint64_t bytes;
    uint32_t hint;

    if (!msrck_msrlt_find(typing->collection->msrlt, first.pointer, &block) || block.type != first.target ||
        !msrck_msrlt_late(typing->collection->msrlt, &block, &bytes, &hint))
        return MSRCK_OK;
    if (rival(typing, block.type, bytes) != TI_VOID)
        return note(&typing->doubtful, &first, error);
    return push_block(typing, &block, error);
}

/* ", in which main.list points to struct a", or what its maker said. */
static void describe_other(struct typing *typing, const struct block *block, uint64_t bytes, const void *slot, struct byte_buffer *out)
{
    const char *name = msrck_ti_get(typing->types, block->type)->name;

    msrck_buffer_printf(out, ", in which ");
    if (msrck_memory_path_to_pointer(typing->collection, block->address, bytes, block->type, slot, out)) {
        msrck_buffer_printf(out, " points to %s", name);
        return;
    }
    msrck_buffer_clear(out);
    msrck_buffer_printf(out, ", which was allocated for %s", name);
}

static msrck_result refuse_conflict(struct typing *typing, const struct telling *telling, const struct block *block, uint64_t bytes,
                                    msrck_error *error)
{
    struct byte_buffer other = BYTE_BUFFER_INIT;
    uint64_t offset = (uint64_t)(telling->pointer - block->address);

    if (msrck_type_within_block(typing->types, block->type, block->count, offset, telling->target))
        return MSRCK_OK;
    describe_other(typing, block, bytes, telling->slot, &other);
    typing->collection->culprit = telling->slot;
    msrck_fail(error, MSRCK_MISUSE, "points to %s at byte %llu of a block of %llu bytes%s",
               msrck_ti_get(typing->types, telling->target)->name, (unsigned long long)offset, (unsigned long long)bytes,
               msrck_buffer_text(&other));
    msrck_buffer_free(&other);
    return MSRCK_MISUSE;
}

/* What no element covers must not have been written to: it would be lost. The runtime's allocations are zeroed. */
static msrck_result refuse_leftover(struct typing *typing, const struct telling *telling, const struct block *block, uint64_t bytes,
                                    msrck_error *error)
{
    uint64_t count, rest, i;

    if (block->type != telling->target || !msrck_kinds_fit(typing->types, block->type, bytes, &count, &rest))
        return MSRCK_OK;
    for (i = bytes - rest; i < bytes; i++)
        if (block->data[i] != 0) {
            typing->collection->culprit = telling->slot;
            return msrck_fail(error, MSRCK_MISUSE, "points to a block of %llu bytes, which is %llu of %s and %llu bytes that no type tells",
                              (unsigned long long)bytes, (unsigned long long)count, msrck_ti_get(typing->types, block->type)->name,
                              (unsigned long long)rest);
        }
    return MSRCK_OK;
}

/* All else is known, and the block is still either several small structs or one large one. Taking one could be wrong. */
static msrck_result refuse_doubtful(struct typing *typing, const struct telling *first, const struct block *block, uint64_t bytes,
                                    msrck_error *error)
{
    if (block->type != first->target)
        return MSRCK_OK;
    typing->collection->culprit = first->slot;
    return msrck_fail(error, MSRCK_MISUSE,
                      "points to a block of %llu bytes that may be %llu of %s or one %s: the call that allocates it "
                      "should say, by a cast or a sizeof",
                      (unsigned long long)bytes, (unsigned long long)block->count, msrck_ti_get(typing->types, block->type)->name,
                      msrck_ti_get(typing->types, rival(typing, block->type, bytes))->name);
}

typedef msrck_result refusal(struct typing *typing, const struct telling *telling, const struct block *block, uint64_t bytes,
                             msrck_error *error);

/* Asks about each block again, now that nothing more will be told. */
static msrck_result refuse_each(struct typing *typing, const struct tellings *list, refusal *refuse, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    struct block block;
    uint64_t bytes;
    uint32_t hint;
    size_t i;

    for (i = 0; i < list->count && result == MSRCK_OK; i++)
        if (msrck_msrlt_find(typing->collection->msrlt, list->items[i].pointer, &block) &&
            msrck_msrlt_late(typing->collection->msrlt, &block, &bytes, &hint))
            result = refuse(typing, &list->items[i], &block, bytes, error);
    return result;
}

static msrck_result settle_waiting(struct typing *typing, msrck_error *error)
{
    struct tellings waiting = typing->waiting;
    msrck_result result = MSRCK_OK;
    size_t i;

    typing->waiting = (struct tellings){NULL, 0, 0};
    typing->last_call = true;
    for (i = 0; i < waiting.count && result == MSRCK_OK; i++) {
        result = follow_telling(typing, &waiting.items[i], error);
        /* What it leads to may type the blocks of the others. */
        typing->last_call = false;
        if (result == MSRCK_OK)
            result = drain(typing, error);
        typing->last_call = true;
    }
    typing->last_call = false;
    free(waiting.items);
    return result;
}

/* Each round looks at something for the last time, so this ends. */
static msrck_result settle(struct typing *typing, msrck_error *error)
{
    msrck_result result = drain(typing, error);

    while (result == MSRCK_OK && (typing->first_only.count > 0 || typing->waiting.count > 0)) {
        if (typing->first_only.count > 0)
            result = look_at_rest(typing, typing->first_only.items[--typing->first_only.count], error);
        else
            result = settle_waiting(typing, error);
        if (result == MSRCK_OK)
            result = drain(typing, error);
    }
    if (result == MSRCK_OK)
        result = refuse_each(typing, &typing->conflicts, refuse_conflict, error);
    if (result == MSRCK_OK)
        result = refuse_each(typing, &typing->doubtful, refuse_doubtful, error);
    return result == MSRCK_OK ? refuse_each(typing, &typing->leftovers, refuse_leftover, error) : result;
}

/* ---- Roots ---- */

static msrck_result begin_at(struct typing *typing, size_t handle, msrck_error *error)
{
    struct block block;

    if (handle == SIZE_MAX)
        return MSRCK_OK;
    msrck_msrlt_named_block(typing->collection->msrlt, handle, &block);
    return msrck_msrlt_mark(typing->collection->msrlt, &block) ? push_block(typing, &block, error) : MSRCK_OK;
}

static msrck_result begin_at_roots(struct typing *typing, msrck_error *error)
{
    const struct collection *collection = typing->collection;
    msrck_result result = MSRCK_OK;
    size_t i, k;

    for (i = 0; i < collection->frame_count && result == MSRCK_OK; i++) {
        const struct collected_frame *frame = &collection->frames[i];

        result = begin_at(typing, frame->live, error);
        for (k = 0; k < frame->local_count && result == MSRCK_OK; k++)
            result = begin_at(typing, frame->locals[k], error);
        if (result == MSRCK_OK)
            result = drain(typing, error);
    }
    for (i = 0; i < collection->root_count && result == MSRCK_OK; i++) {
        result = begin_at(typing, collection->roots[i].handle, error);
        if (result == MSRCK_OK)
            result = drain(typing, error);
    }
    return result;
}

msrck_result msrck_late_typing(struct collection *collection, msrck_error *error)
{
    struct typing typing = {.collection = collection, .types = collection->types};
    msrck_result result = msrck_msrlt_begin_marks(collection->msrlt, error);

    if (result == MSRCK_OK)
        result = msrck_msrlt_begin_typing(collection->msrlt, error);
    if (result == MSRCK_OK)
        result = begin_at_roots(&typing, error);
    if (result == MSRCK_OK)
        result = settle(&typing, error);
    /* Types stay; what was met here is met again, in the order that decides numbers, when marking begins. */
    msrck_msrlt_end_marks(collection->msrlt);
    msrck_work_list_free(&typing.work);
    free(typing.first_only.items);
    free(typing.doubtful.items);
    free(typing.waiting.items);
    free(typing.conflicts.items);
    free(typing.leftovers.items);
    free(typing.extended);
    return result;
}
