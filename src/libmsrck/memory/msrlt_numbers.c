/* SPDX-License-Identifier: MIT */
/* Extents of all stores of the MSRLT: listing, sorting and numbering them, and the addresses that follow. */
#include "memory/msrlt.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "memory/msrlt_state.h"
#include "memory/typed_heap_inline.h"

void msrck_msrlt_forget_numbers(struct msrlt *msrlt)
{
    free(msrlt->extents);
    free(msrlt->starts);
    free(msrlt->named);
    free(msrlt->placed);
    msrlt->extents = NULL;
    msrlt->starts = NULL;
    msrlt->named = NULL;
    msrlt->placed = NULL;
    msrlt->extent_count = msrlt->extent_capacity = msrlt->named_count = 0;
    msrlt->placed_count = 0;
}

static msrck_result append(struct msrlt *msrlt, uint32_t segment, uint32_t type, uint64_t count, uint64_t blocks,
                           msrck_error *error)
{
    if (!msrck_reserve(&msrlt->extents, &msrlt->extent_capacity, msrlt->extent_count + 1, sizeof *msrlt->extents))
        return msrck_fail_memory(error, (msrlt->extent_count + 1) * sizeof *msrlt->extents, "extents");
    msrlt->extents[msrlt->extent_count++] =
        (struct extent){.segment = segment, .type = type, .count = count, .blocks = blocks};
    return MSRCK_OK;
}

/* ---- Sorting ---- */

/* An extent, or a named block, with what it is sorted by. `item` is its index, or its handle. */
struct sort_key {
    uint32_t segment, file_type;
    uint64_t count, order, sequence;
    size_t item;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_keys(const void *left, const void *right)
{
    const struct sort_key *a = left, *b = right;

    if (a->segment != b->segment)
        return compare_numbers(a->segment, b->segment);
    if (a->file_type != b->file_type)
        return compare_numbers(a->file_type, b->file_type);
    if (a->count != b->count)
        return compare_numbers(a->count, b->count);
    return a->order != b->order ? compare_numbers(a->order, b->order) : compare_numbers(a->sequence, b->sequence);
}

static bool same_extent(const struct sort_key *a, const struct sort_key *b)
{
    return a->segment == b->segment && a->file_type == b->file_type && a->count == b->count;
}

static msrck_result sort_extents(struct msrlt *msrlt, const uint32_t *file_id, msrck_error *error)
{
    struct sort_key *keys = msrck_allocate(msrlt->extent_count, sizeof *keys);
    struct extent *sorted = msrck_allocate(msrlt->extent_count, sizeof *sorted);
    size_t i;

    if (keys == NULL || sorted == NULL) {
        free(keys);
        free(sorted);
        return msrck_fail_memory(error, msrlt->extent_count * (sizeof *keys + sizeof *sorted), "extents");
    }
    for (i = 0; i < msrlt->extent_count; i++) {
        const struct extent *extent = &msrlt->extents[i];

        keys[i] = (struct sort_key){ extent->segment, file_id[extent->type], extent->count, 0, 0, i };
    }
    qsort(keys, msrlt->extent_count, sizeof *keys, compare_keys);
    for (i = 0; i < msrlt->extent_count; i++)
        sorted[i] = msrlt->extents[keys[i].item];
    free(msrlt->extents);
    free(keys);
    msrlt->extents = sorted;
    msrlt->extent_capacity = msrlt->extent_count;
    return MSRCK_OK;
}

/* ---- Named blocks ---- */

/* Keys of the marked ones, sorted. NULL when memory is out. */
static struct sort_key *sort_named(struct msrlt *msrlt, const uint32_t *file_id)
{
    struct sort_key *keys = msrck_allocate(msrlt->ordered->entry_count, sizeof *keys);
    size_t used = 0, i;
    bool sorted = true;

    if (keys == NULL)
        return NULL;
    for (i = 0; i < msrlt->ordered->entry_count; i++) {
        const struct ordered_entry *entry = &msrlt->ordered->entries[i];

        if (entry->references == 0 || !entry->marked || entry->segment == SEGMENT_FOREIGN)
            continue;
        keys[used] =
            (struct sort_key){entry->segment, file_id[entry->type], entry->count, entry->order, entry->sequence, i};
        sorted = sorted && (used == 0 || compare_keys(&keys[used - 1], &keys[used]) < 0);
        used++;
    }
    /* Frames give their locals in order, and a million of them are not sorted for nothing. */
    if (!sorted)
        qsort(keys, used, sizeof *keys, compare_keys);
    msrlt->named_count = used;
    return keys;
}

static msrck_result list_named(struct msrlt *msrlt, const uint32_t *file_id, msrck_error *error)
{
    struct sort_key *keys = sort_named(msrlt, file_id);
    msrck_result result = MSRCK_OK;
    size_t i, end;

    msrlt->named = msrck_allocate(msrlt->named_count, sizeof *msrlt->named);
    if (keys == NULL || msrlt->named == NULL) {
        free(keys);
        return msrck_fail_memory(error, msrlt->ordered->entry_count * sizeof *keys, "named blocks");
    }
    for (i = 0; i < msrlt->named_count && result == MSRCK_OK; i = end) {
        for (end = i; end < msrlt->named_count && same_extent(&keys[i], &keys[end]); end++)
            msrlt->named[end] = keys[end].item;
        result =
            append(msrlt, keys[i].segment, msrlt->ordered->entries[keys[i].item].type, keys[i].count, end - i, error);
    }
    free(keys);
    return result;
}

/* ---- Foreign blocks ---- */

static msrck_result list_foreign(struct msrlt *msrlt, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t i;

    for (i = 0; i < msrlt->kinds.count && result == MSRCK_OK; i++) {
        const struct block_kind *kind = &msrlt->kinds.items[i];

        if (kind->marked != 0)
            result = append(msrlt, SEGMENT_FOREIGN, kind->type, kind->count, kind->marked, error);
    }
    return result;
}

/* Puts every marked foreign block where streaming will find it. */
static msrck_result place_foreign(struct msrlt *msrlt, msrck_error *error)
{
    struct foreign_cursor cursor = { 0, 0, 0 };
    struct foreign_place place;
    uint64_t number;
    size_t i;

    if (msrlt->placed_count > SIZE_MAX / sizeof *msrlt->placed ||
        (msrlt->placed = msrck_allocate((size_t)msrlt->placed_count, sizeof *msrlt->placed)) == NULL)
        return msrck_fail_memory(error, (size_t)msrlt->placed_count * sizeof *msrlt->placed,
                                 "the order of registered blocks");
    while (msrck_foreign_next(msrlt->foreign, &cursor, &place))
        if (msrck_foreign_number(msrlt->foreign, place.page, place.granule, &number))
            msrlt->placed[msrlt->kinds.items[foreign_kind_now(msrlt->foreign, place.page, place.granule)].start + number] = place.address;
    for (i = 0; i < msrlt->ordered->entry_count; i++) {
        const struct ordered_entry *entry = &msrlt->ordered->entries[i];

        if (entry->references != 0 && entry->marked && entry->segment == SEGMENT_FOREIGN)
            msrlt->placed[msrlt->kinds.items[entry->kind].start + entry->number] = entry->address;
    }
    return MSRCK_OK;
}

/* ---- Contents ---- */

static msrck_result list_contents(struct msrlt *msrlt, uint32_t segment, const char *type, msrck_error *error)
{
    struct content_store *store = &msrlt->contents[segment == SEGMENT_LITERAL ? CONTENT_LITERAL : CONTENT_OPAQUE];
    msrck_result result = MSRCK_OK;
    size_t i, end;

    if (store->count == 0)
        return MSRCK_OK;
    if (!msrck_content_sort(store))
        return msrck_fail_memory(error, store->count * sizeof(size_t), "the order of literals");
    for (i = 0; i < store->sorted_count && result == MSRCK_OK; i = end) {
        size_t length = store->items[store->sorted[i]].length;

        for (end = i + 1; end < store->sorted_count && store->items[store->sorted[end]].length == length;)
            end++;
        result = append(msrlt, segment, msrck_ti_find_name(msrlt->types, type), length, end - i, error);
    }
    return result;
}

/* ---- Numbering ---- */

/*
 * Tells each block of an extent its address; *named and *content, the blocks given addresses so far, are where the
 * extent's begin, since those stores are sorted as the extents are.
 */
static void set_extent(struct msrlt *msrlt, const struct extent *extent, uint64_t *start, size_t *named,
                       size_t *content)
{
    struct content_store *store = (struct content_store *)msrlt_contents(msrlt, extent->segment);
    uint64_t step = extent->block_leaves + 1, i;

    if (extent->segment == SEGMENT_FOREIGN) {
        struct block_kind *kind = &msrlt->kinds.items[msrck_kinds_find(&msrlt->kinds, extent->type, extent->count)];

        kind->base = extent->base;
        kind->step = step;
        kind->start = *start = msrlt->placed_count;
        msrlt->placed_count += extent->blocks;
    } else if (store != NULL) {
        *start = content[extent->segment == SEGMENT_LITERAL ? CONTENT_LITERAL : CONTENT_OPAQUE];
        content[extent->segment == SEGMENT_LITERAL ? CONTENT_LITERAL : CONTENT_OPAQUE] += (size_t)extent->blocks;
        for (i = 0; i < extent->blocks; i++)
            store->items[store->sorted[*start + i]].address = extent->base + i * step;
    } else if (extent->segment != SEGMENT_HEAP) {
        *start = *named;
        *named += (size_t)extent->blocks;
        for (i = 0; i < extent->blocks; i++)
            msrlt->ordered->entries[msrlt->named[*start + i]].number = extent->base + i * step;
    }
}

static msrck_result set_addresses(struct msrlt *msrlt, msrck_error *error)
{
    size_t named = 0, content[CONTENT_STORES] = { 0, 0 }, i;
    msrck_result result = msrck_heap_set_addresses(msrlt->heap, msrlt->extents, msrlt->extent_count, error);

    if (result != MSRCK_OK)
        return result;
    msrlt->starts = msrck_allocate(msrlt->extent_count, sizeof *msrlt->starts);
    if (msrlt->starts == NULL)
        return msrck_fail_memory(error, msrlt->extent_count * sizeof *msrlt->starts, "extents");
    for (i = 0; i < msrlt->extent_count; i++)
        set_extent(msrlt, &msrlt->extents[i], &msrlt->starts[i], &named, content);
    return place_foreign(msrlt, error);
}

msrck_result msrck_msrlt_number(struct msrlt *msrlt, const uint32_t *file_id, const struct extent **extents,
                                size_t *count, uint64_t *end, msrck_error *error)
{
    msrck_result result;

    msrck_msrlt_forget_numbers(msrlt);
    result =
        msrck_heap_list_extents(msrlt->heap, &msrlt->extents, &msrlt->extent_count, &msrlt->extent_capacity, error);
    if (result == MSRCK_OK)
        result = list_named(msrlt, file_id, error);
    if (result == MSRCK_OK)
        result = list_foreign(msrlt, error);
    if (result == MSRCK_OK)
        result = list_contents(msrlt, SEGMENT_LITERAL, "char", error);
    if (result == MSRCK_OK)
        result = list_contents(msrlt, SEGMENT_OPAQUE, "unsigned char", error);
    if (result == MSRCK_OK)
        result = sort_extents(msrlt, file_id, error);
    if (result == MSRCK_OK && !msrck_extents_number(msrlt->types, msrlt->extents, msrlt->extent_count, end))
        result = msrck_fail(error, MSRCK_LIMIT, "the graph has more leaves than canonical addresses can number");
    if (result == MSRCK_OK)
        result = set_addresses(msrlt, error);
    *extents = result == MSRCK_OK ? msrlt->extents : NULL;
    *count = result == MSRCK_OK ? msrlt->extent_count : 0;
    return result;
}

uint64_t msrck_msrlt_address(const struct msrlt *msrlt, const struct block *block)
{
    const struct ordered_entry *entry;
    const struct block_kind *kind;
    uint64_t number;

    if (block->segment == SEGMENT_HEAP)
        return heap_address(&block->heap);
    if (block->page != NULL) {
        kind = &msrlt->kinds.items[foreign_kind_now(msrlt->foreign, block->page, (uint32_t)block->entry)];
        return msrck_foreign_number(msrlt->foreign, block->page, (uint32_t)block->entry, &number)
                   ? kind->base + number * kind->step
                   : 0;
    }
    entry = &msrlt->ordered->entries[block->entry];
    if (!entry->marked)
        return 0;
    kind = &msrlt->kinds.items[entry->kind];
    return entry->segment == SEGMENT_FOREIGN ? kind->base + entry->number * kind->step : entry->number;
}

uint64_t msrck_msrlt_bytes_address(const struct msrlt *msrlt, uint32_t segment, size_t index)
{
    const struct content_store *store = msrlt_contents(msrlt, segment);

    return store != NULL && index < store->count ? store->items[index].address : 0;
}
