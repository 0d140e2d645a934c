/* SPDX-License-Identifier: MIT */
/* Marking, over all stores of the MSRLT. */
#include "memory/msrlt.h"

#include <stdlib.h>

#include "memory/msrlt_state.h"
#include "memory/typed_heap_inline.h"

msrck_result msrck_msrlt_begin_marks(struct msrlt *msrlt, msrck_error *error)
{
    msrck_result result;
    size_t i;

    msrck_msrlt_end_marks(msrlt);
    result = msrck_msrlt_register_late(msrlt, error);
    if (result != MSRCK_OK)
        return result;
    if (!msrck_heap_begin_marks(msrlt->heap))
        return msrck_fail_memory(error, msrck_heap_overhead(msrlt->heap), "marks of the typed heap");
    if (!msrck_foreign_begin_marks(msrlt->foreign)) {
        msrck_heap_end_marks(msrlt->heap);
        return msrck_fail_memory(error, (size_t)msrlt->foreign->block_count * sizeof(uint32_t),
                                 "marks of registered blocks");
    }
    for (i = 0; i < msrlt->ordered->entry_count; i++)
        msrlt->ordered->entries[i].marked = msrlt->ordered->entries[i].deferred = false;
    for (i = 0; i < msrlt->kinds.count; i++)
        msrlt->kinds.items[i].marked = 0;
    msrlt->literals.loaded = false;
    msrlt->marking = true;
    return MSRCK_OK;
}

void msrck_msrlt_end_marks(struct msrlt *msrlt)
{
    msrck_msrlt_forget_numbers(msrlt);
    msrck_heap_end_marks(msrlt->heap);
    msrck_foreign_end_marks(msrlt->foreign);
    msrck_content_clear(&msrlt->contents[CONTENT_LITERAL]);
    msrck_content_clear(&msrlt->contents[CONTENT_OPAQUE]);
    msrlt->marking = false;
}

static bool mark_entry(struct msrlt *msrlt, size_t handle)
{
    struct ordered_entry *entry = &msrlt->ordered->entries[handle];

    if (entry->marked)
        return false;
    entry->marked = true;
    if (entry->segment == SEGMENT_FOREIGN)
        entry->number = msrlt->kinds.items[entry->kind].marked++;
    return true;
}

bool msrck_msrlt_mark(struct msrlt *msrlt, const struct block *block)
{
    if (block->segment == SEGMENT_HEAP)
        return heap_mark(&block->heap);
    if (block->page != NULL)
        return msrck_foreign_mark(msrlt->foreign, block->page, (uint32_t)block->entry);
    return mark_entry(msrlt, block->entry);
}

void msrck_msrlt_mark_all(struct msrlt *msrlt)
{
    struct foreign_cursor cursor = { 0, 0, 0 };
    struct foreign_place place;
    size_t i;

    msrck_heap_mark_all(msrlt->heap);
    for (i = 0; i < msrlt->ordered->entry_count; i++)
        if (msrlt->ordered->entries[i].references != 0)
            mark_entry(msrlt, i);
    while (msrck_foreign_next(msrlt->foreign, &cursor, &place))
        msrck_foreign_mark(msrlt->foreign, place.page, place.granule);
}

/* ---- What is marked and has to be found again ---- */

void msrck_msrlt_defer(struct msrlt *msrlt, const struct block *block)
{
    if (block->segment == SEGMENT_HEAP)
        msrck_heap_defer(&block->heap);
    else if (block->page != NULL)
        msrck_foreign_defer(msrlt->foreign, block->page, (uint32_t)block->entry);
    else
        msrlt->ordered->entries[block->entry].deferred = true;
}

static bool next_entry(struct msrlt *msrlt, struct msrlt_cursor *cursor, struct block *block)
{
    for (; cursor->entry < msrlt->ordered->entry_count; cursor->entry++) {
        struct ordered_entry *entry = &msrlt->ordered->entries[cursor->entry];

        if (entry->references == 0 || !entry->deferred)
            continue;
        entry->deferred = false;
        msrck_msrlt_named_block(msrlt, cursor->entry, block);
        return true;
    }
    return false;
}

static bool next_foreign(struct msrlt *msrlt, struct msrlt_cursor *cursor, struct block *block)
{
    struct foreign_cursor foreign = { cursor->region, cursor->page, cursor->granule };
    struct foreign_place place;
    bool found = false;

    while (!found && msrck_foreign_next(msrlt->foreign, &foreign, &place))
        found = msrck_foreign_take_deferred(msrlt->foreign, place.page, place.granule) &&
                msrck_msrlt_find(msrlt, place.address, block);
    cursor->region = foreign.region;
    cursor->page = foreign.page;
    cursor->granule = foreign.granule;
    return found;
}

bool msrck_msrlt_next_deferred(struct msrlt *msrlt, struct msrlt_cursor *cursor, struct block *block)
{
    if (msrck_heap_next_deferred(msrlt->heap, &cursor->heap, &block->heap)) {
        block->segment = SEGMENT_HEAP;
        block->type = block->heap.type;
        block->count = block->heap.count;
        block->address = block->data = block->heap.address;
        block->page = NULL;
        block->entry = 0;
        return true;
    }
    return next_entry(msrlt, cursor, block) || next_foreign(msrlt, cursor, block);
}

/* ---- Contents ---- */

msrck_result msrck_msrlt_mark_bytes(struct msrlt *msrlt, uint32_t segment, const void *bytes, size_t length,
                                    size_t *index, bool *fresh, msrck_error *error)
{
    struct content_store *store = &msrlt->contents[segment == SEGMENT_LITERAL ? CONTENT_LITERAL : CONTENT_OPAQUE];
    const char *type = segment == SEGMENT_LITERAL ? "char" : "unsigned char";
    /* A literal's block takes its NUL along. */
    size_t taken = segment == SEGMENT_LITERAL ? length + 1 : length;

    *index = SIZE_MAX;
    *fresh = false;
    if (segment != SEGMENT_LITERAL && segment != SEGMENT_OPAQUE)
        return msrck_fail(error, MSRCK_MISUSE, "bytes in segment %u, which holds blocks", (unsigned)segment);
    if (msrck_ti_find_name(msrlt->types, type) == UINT32_MAX)
        return msrck_fail(error, MSRCK_MISUSE, "the TI table lacks %s", type);
    if (!msrck_content_add(store, bytes, taken, segment == SEGMENT_LITERAL, index, fresh))
        return msrck_fail_memory(error, taken, segment == SEGMENT_LITERAL ? "a string literal" : "an opaque handle");
    return MSRCK_OK;
}
