/* SPDX-License-Identifier: MIT */
/* Streaming the blocks of an extent, whichever store holds them. */
#include "memory/msrlt.h"

#include "memory/msrlt_state.h"

/* Where the bytes of a block of a store's order are. */
static const unsigned char *data_at(const struct msrlt *msrlt, uint32_t segment, uint64_t place)
{
    const struct content_store *store = msrlt_contents(msrlt, segment);

    if (store != NULL)
        return store->items[store->sorted[place]].bytes;
    if (segment == SEGMENT_FOREIGN)
        return msrlt->placed[place];
    return msrlt->ordered->entries[msrlt->named[place]].data;
}

/* A run of blocks at equal distances, as long as it has grown. */
struct run {
    const unsigned char *first;
    size_t stride;
    uint64_t blocks;
};

/* Adds the next block to the run; false when it does not lie at the run's distance. */
static bool extend_run(struct run *run, const unsigned char *data, uint64_t bytes)
{
    uintptr_t distance = (uintptr_t)data - (uintptr_t)run->first;

    if (run->blocks == 1 && (uintptr_t)data > (uintptr_t)run->first && distance >= bytes)
        run->stride = distance;
    else if (run->blocks < 2 || distance != run->stride * run->blocks)
        return false;
    run->blocks++;
    return true;
}

msrck_result msrck_msrlt_stream(const struct msrlt *msrlt, const struct extent *extent,
                                msrck_result (*visit)(void *context, const void *first, size_t stride, uint64_t blocks,
                                                      msrck_error *error),
                                void *context, msrck_error *error)
{
    uint64_t bytes = msrck_block_bytes(msrlt->types, extent->type, extent->count), start, i;
    size_t index = msrck_extent_find(msrlt->extents, msrlt->extent_count, extent->base);
    struct run run;
    msrck_result result = MSRCK_OK;

    if (extent->segment == SEGMENT_HEAP)
        return msrck_heap_stream(msrlt->heap, extent, visit, context, error);
    if (index == SIZE_MAX || msrlt->extents[index].base != extent->base ||
        msrlt->extents[index].blocks != extent->blocks)
        return msrck_fail(error, MSRCK_MISUSE, "extent at address %llu is not one that was numbered",
                          (unsigned long long)extent->base);
    if (extent->blocks == 0)
        return MSRCK_OK;
    start = msrlt->starts[index];
    run = (struct run){ data_at(msrlt, extent->segment, start), (size_t)bytes, 1 };
    for (i = 1; i < extent->blocks && result == MSRCK_OK; i++) {
        const unsigned char *data = data_at(msrlt, extent->segment, start + i);

        if (extend_run(&run, data, bytes))
            continue;
        result = visit(context, run.first, run.stride, run.blocks, error);
        run = (struct run){ data, (size_t)bytes, 1 };
    }
    return result == MSRCK_OK ? visit(context, run.first, run.stride, run.blocks, error) : result;
}

size_t msrck_msrlt_overhead(const struct msrlt *msrlt)
{
    size_t bytes = msrck_heap_overhead(msrlt->heap) + msrlt->extent_capacity * sizeof *msrlt->extents;

    bytes += msrck_foreign_overhead(msrlt->foreign);
    if (msrlt->starts != NULL)
        bytes += msrlt->extent_count * sizeof *msrlt->starts;
    bytes += msrlt->named_count * sizeof *msrlt->named + (size_t)msrlt->placed_count * sizeof *msrlt->placed;
    return bytes + msrck_content_overhead(&msrlt->contents[CONTENT_LITERAL]) +
           msrck_content_overhead(&msrlt->contents[CONTENT_OPAQUE]);
}
