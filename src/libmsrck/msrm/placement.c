/* SPDX-License-Identifier: MIT */
#include "msrm/placement.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "file/version_match.h"
#include "msrm/file_path.h"
#include "msrm/type_matching.h"

/* ---- Attaching ---- */

/* Without its outer arrays, the number of elements is left. */
static msrck_result strip(const struct ti_table *types, uint32_t *type, uint64_t *count, msrck_error *error)
{
    *type = msrck_ti_strip_arrays(types, *type, count);
    return *type == UINT32_MAX ? msrck_fail(error, MSRCK_MISUSE, "more elements than can be counted") : MSRCK_OK;
}

msrck_result msrck_placement_attach(struct restoration *restoration, uint64_t canonical, uint32_t file_type,
                                    void *address, uint32_t type, uint64_t count, const char *name, msrck_error *error)
{
    uint64_t block, leaf;
    struct placed_extent *extent = placed_at(restoration, canonical, &block, &leaf);
    struct variable_shape before = { restoration->file->types, file_type, extent->file->count };
    struct variable_shape now = { restoration->types, type, count };
    struct named_place *place;
    msrck_result result;

    if (extent->kind != PLACED_NAMED || leaf != 0)
        return msrck_fail(error, MSRCK_CORRUPT, "address %llu is not the beginning of a variable's block",
                          (unsigned long long)canonical);
    if ((result = strip(restoration->types, &type, &count, error)) != MSRCK_OK)
        return result;
    now.elements = count;
    if ((result = msrck_match_shape(&before, &now, error)) != MSRCK_OK)
        return result;
    if (msrck_ti_get(restoration->types, type)->flexible != TI_VOID)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "a variable with a flexible array member cannot be restored");
    place = &extent->named[block];
    result = msrck_restoration_decoder(restoration, extent->file->type, type, &place->decoder, error);
    if (result != MSRCK_OK)
        return result;
    msrck_note_shape(restoration->notes, restoration->file->types, file_type, restoration->types, now.declared, name);
    place->type = type;
    place->count = count;
    place->address = address;
    return MSRCK_OK;
}

/* ---- Allocating ---- */

/* Types are matched by name once an extent, so that a chunk's rows need no thought. */
static msrck_result match_extent(struct restoration *restoration, struct placed_extent *extent, uint32_t *type,
                                 msrck_error *error)
{
    const struct ti_table *file_types = restoration->file->types;
    const struct ti_type *entry;
    uint32_t flexible = msrck_ti_get(file_types, extent->file->type)->flexible;
    msrck_result result = msrck_match_type(file_types, extent->file->type, restoration->types, type, error);

    if (result == MSRCK_OK)
        result = msrck_restoration_decoder(restoration, extent->file->type, *type, &extent->decoder, error);
    if (result != MSRCK_OK)
        return result;
    entry = msrck_ti_get(restoration->types, *type);
    if ((entry->flexible != TI_VOID) != (flexible != TI_VOID))
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s has a flexible array member %s", entry->name,
                          flexible != TI_VOID ? "in the checkpoint only" : "in the program only");
    extent->element_size = (size_t)entry->size;
    if (flexible == TI_VOID)
        return MSRCK_OK;
    return msrck_restoration_decoder(restoration, flexible, entry->flexible, &extent->trailing, error);
}

/*
 * Global and stack blocks that nobody names can only be pointed to: they get memory of their own and type of the
 * program.
 */
static msrck_result match_unclaimed(struct restoration *restoration, struct placed_extent *extent, msrck_error *error)
{
    uint64_t b;
    uint32_t type = TI_VOID;
    msrck_result result = MSRCK_OK;

    for (b = 0; b < extent->file->blocks && result == MSRCK_OK; b++) {
        if (extent->named[b].claim != CLAIM_NONE)
            continue;
        if (type == TI_VOID)
            result = match_extent(restoration, extent, &type, error);
        extent->named[b].decoder = extent->decoder;
        extent->named[b].type = type;
    }
    return result;
}

/* Bytes of canonical rows to keep: of variables that are not attached yet, and of handles. */
static uint64_t kept_bytes(const struct restoration *restoration, const struct placed_extent *extent)
{
    const struct metadata *file = restoration->file;
    uint64_t b, bytes;
    bool needed = extent->kind == PLACED_BYTES;

    for (b = 0; extent->kind == PLACED_NAMED && !needed && b < extent->file->blocks; b++)
        needed = extent->named[b].address == NULL && extent->named[b].claim != CLAIM_NONE;
    if (!needed)
        return 0;
    bytes = msrck_extent_row_width(file->types, extent->file, 0, file->header.pointer_width);
    if (__builtin_mul_overflow(bytes, msrck_extent_rows(file->types, extent->file, 0), &bytes))
        return UINT64_MAX;
    return bytes;
}

/* Adds to *total what the extent will take. False on overflow, which is more than any machine has. */
static bool add_bytes(const struct restoration *restoration, const struct placed_extent *extent, uint64_t *total)
{
    uint64_t bytes = 0, blocks = extent->file->blocks, kept = kept_bytes(restoration, extent);

    if (extent->kind == PLACED_RUNS || extent->kind == PLACED_ONE_BY_ONE)
        bytes = msrck_block_bytes(restoration->types, extent->type, extent->file->count);
    return bytes != UINT64_MAX && kept != UINT64_MAX && !__builtin_mul_overflow(bytes, blocks, &bytes) &&
           !__builtin_add_overflow(*total, bytes, total) && !__builtin_add_overflow(*total, kept, total);
}

/* Before anything is allocated: a file that needs too much leaves no trace. */
static msrck_result check_memory(const struct restoration *restoration, msrck_error *error)
{
    uint64_t total = 0, most = restoration->limits.memory_bytes;
    size_t i;

    for (i = 0; i < restoration->file->extent_count; i++)
        if (!add_bytes(restoration, &restoration->extents[i], &total) || total > SIZE_MAX)
            return msrck_fail(error, MSRCK_DOES_NOT_FIT, "the blocks need more memory than this machine can address");
    if (most != 0 && total > most)
        return msrck_fail(error, MSRCK_LIMIT, "the blocks need %llu bytes of memory, the limit is %llu (%smax-memory)",
                          (unsigned long long)total, (unsigned long long)most, restoration->limits.option_prefix);
    return MSRCK_OK;
}

/* One block with a mapping or malloc of its own; alignment above malloc's is honoured. */
static unsigned char *allocate_foreign(uint64_t bytes, uint64_t alignment)
{
    void *block = NULL;

    if (alignment <= _Alignof(max_align_t))
        return msrck_allocate(1, (size_t)bytes);
    if (posix_memalign(&block, (size_t)alignment, bytes == 0 ? 1 : (size_t)bytes) != 0)
        return NULL;
    memset(block, 0, (size_t)bytes);
    return block;
}

/* In a program whose blocks are late-typed they are so again, with what they were as a hint. */
static msrck_result register_foreign(struct restoration *restoration, const unsigned char *block, uint32_t type,
                                     uint64_t count, uint64_t bytes, msrck_error *error)
{
    if (!msrck_msrlt_restores_late(restoration->msrlt) || bytes == 0)
        return msrck_msrlt_add_foreign(restoration->msrlt, block, type, count, error);
    return msrck_msrlt_add_late(restoration->msrlt, block, bytes, type, error);
}

static msrck_result allocate_one_by_one(struct restoration *restoration, struct placed_extent *extent,
                                        msrck_error *error)
{
    const struct extent *file = extent->file;
    uint64_t bytes = msrck_block_bytes(restoration->types, extent->type, file->count), b;
    uint64_t alignment = msrck_ti_get(restoration->types, extent->type)->alignment;

    extent->blocks = msrck_allocate((size_t)file->blocks, sizeof extent->blocks[0]);
    if (extent->blocks == NULL)
        return msrck_fail_memory(error, (size_t)file->blocks * sizeof extent->blocks[0], "a table of blocks");
    extent->allocated = true;
    for (b = 0; b < file->blocks; b++) {
        msrck_result result;

        extent->blocks[b] = allocate_foreign(bytes, alignment);
        if (extent->blocks[b] == NULL)
            return msrck_fail_memory(error, (size_t)bytes, "a block");
        result = register_foreign(restoration, extent->blocks[b], extent->type, file->count, bytes, error);
        if (result != MSRCK_OK) {
            free(extent->blocks[b]);
            extent->blocks[b] = NULL;
            return result;
        }
    }
    return MSRCK_OK;
}

/* Restored literals are literals again, so they do not live on the heap: one run of read-only memory for the extent. */
static msrck_result allocate_literals(struct restoration *restoration, struct placed_extent *extent, msrck_error *error)
{
    const struct extent *file = extent->file;
    unsigned char *bytes;
    size_t length;

    if (file->count > SIZE_MAX || __builtin_mul_overflow(file->blocks, file->count, &length) || length == 0)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "string literals take more memory than this machine addresses");
    bytes = msrck_msrlt_restore_literals(restoration->msrlt, length);
    if (bytes == NULL)
        return msrck_fail_memory(error, length, "string literals");
    extent->runs = (struct heap_placement){ .base = msrck_allocate(1, sizeof extent->runs.base[0]), .runs = 1,
                                            .per_run = file->blocks, .stride = (size_t)file->count };
    extent->by_run = divider_for(file->blocks);
    if (extent->runs.base == NULL) {
        msrck_msrlt_drop_literals(restoration->msrlt, bytes);
        return msrck_fail_memory(error, sizeof extent->runs.base[0], "string literals");
    }
    extent->runs.base[0] = bytes;
    extent->allocated = extent->literals = true;
    return MSRCK_OK;
}

/* Whole extents: the heap gives a few long runs, and an address is arithmetic on them. */
static msrck_result allocate_runs(struct restoration *restoration, struct placed_extent *extent, msrck_error *error)
{
    msrck_result result = msrck_heap_allocate_extent(msrck_msrlt_heap(restoration->msrlt), extent->type,
                                                     extent->file->count, extent->file->blocks, &extent->runs, error);

    extent->allocated = result == MSRCK_OK;
    extent->by_run = divider_for(extent->runs.per_run == 0 ? 1 : extent->runs.per_run);
    return result;
}

/* Zeroed: a row that is read before its chunk has come must not be what malloc found. */
static msrck_result allocate_rows(struct restoration *restoration, struct placed_extent *extent, msrck_error *error)
{
    uint64_t bytes = kept_bytes(restoration, extent);

    if (bytes == 0)
        return MSRCK_OK;
    extent->rows = msrck_allocate((size_t)bytes, 1);
    return extent->rows == NULL ? msrck_fail_memory(error, (size_t)bytes, "rows of variables") : MSRCK_OK;
}

static msrck_result allocate_unclaimed(struct restoration *restoration, struct placed_extent *extent,
                                       msrck_error *error)
{
    struct typed_heap *heap = msrck_msrlt_heap(restoration->msrlt);
    uint64_t b;

    extent->allocated = true;
    for (b = 0; b < extent->file->blocks; b++) {
        struct named_place *place = &extent->named[b];

        if (place->claim != CLAIM_NONE)
            continue;
        place->count = extent->file->count;
        place->address = msrck_heap_allocate(heap, place->type, extent->file->count);
        if (place->address == NULL)
            return msrck_fail_memory(
                error, (size_t)msrck_block_bytes(restoration->types, place->type, extent->file->count), "a block");
    }
    return MSRCK_OK;
}

static msrck_result allocate_extent(struct restoration *restoration, struct placed_extent *extent, msrck_error *error)
{
    msrck_result result;

    switch (extent->kind) {
    case PLACED_RUNS:
        return extent->file->segment == SEGMENT_LITERAL && msrck_ti_get(restoration->types, extent->type)->size == 1
                   ? allocate_literals(restoration, extent, error) : allocate_runs(restoration, extent, error);
    case PLACED_ONE_BY_ONE:
        return allocate_one_by_one(restoration, extent, error);
    case PLACED_NAMED:
        result = allocate_rows(restoration, extent, error);
        return result == MSRCK_OK ? allocate_unclaimed(restoration, extent, error) : result;
    default:
        return allocate_rows(restoration, extent, error);
    }
}

/* A type that cannot be matched is reported with a variable that leads to it, not with an extent's number. */
static msrck_result match_one(struct restoration *restoration, size_t index, msrck_error *error)
{
    struct placed_extent *extent = &restoration->extents[index];
    const struct ti_type *entry = msrck_ti_get(restoration->file->types, extent->file->type);
    msrck_result result = MSRCK_OK;

    extent->width = (size_t)entry->row_width[row_index(restoration->file->header.pointer_width)];
    if (extent->kind == PLACED_NAMED)
        result = match_unclaimed(restoration, extent, error);
    else if (extent->kind != PLACED_BYTES)
        result = match_extent(restoration, extent, &extent->type, error);
    if (result == MSRCK_DOES_NOT_FIT)
        msrck_file_path_explain_extent(restoration, index, error);
    return result;
}

msrck_result msrck_placement_allocate(struct restoration *restoration, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t i, count = restoration->file->extent_count;

    for (i = 0; result == MSRCK_OK && i < count; i++)
        result = match_one(restoration, i, error);
    if (result == MSRCK_OK)
        result = check_memory(restoration, error);
    for (i = 0; result == MSRCK_OK && i < count; i++)
        result = allocate_extent(restoration, &restoration->extents[i], error);
    return result;
}

/* ---- Releasing ---- */

unsigned char *msrck_placement_block(const struct placed_extent *extent, uint64_t block)
{
    uint64_t run, inside;

    switch (extent->kind) {
    case PLACED_RUNS:
        run = divide(&extent->by_run, block, &inside);
        return extent->runs.base[run] + (size_t)inside * extent->runs.stride;
    case PLACED_ONE_BY_ONE:
        return extent->blocks[block];
    case PLACED_NAMED:
        return extent->named[block].address;
    default:
        return extent->rows + (size_t)(block * extent->file->count);
    }
}

/* In the reverse of how they came. Attached memory is the program's and is left alone. */
static void release_extent(struct restoration *restoration, struct placed_extent *extent)
{
    struct typed_heap *heap = msrck_msrlt_heap(restoration->msrlt);
    uint64_t b;

    extent->allocated = false;
    if (extent->literals) {
        msrck_msrlt_drop_literals(restoration->msrlt, extent->runs.base[0]);
        return;
    }
    for (b = 0; b < extent->file->blocks; b++) {
        unsigned char *block = extent->kind == PLACED_BYTES ? NULL : msrck_placement_block(extent, b);

        if (block == NULL)
            continue;
        if (extent->kind == PLACED_RUNS) {
            msrck_heap_release(heap, block);
        } else if (extent->kind == PLACED_ONE_BY_ONE) {
            msrck_msrlt_remove_foreign(restoration->msrlt, block);
            free(block);
            extent->blocks[b] = NULL;
        } else if (extent->named[b].claim == CLAIM_NONE) {
            msrck_heap_release(heap, block);
            extent->named[b].address = NULL;
        }
    }
}

void msrck_placement_release(struct restoration *restoration)
{
    size_t i;

    for (i = restoration->file->extent_count; restoration->extents != NULL && i-- > 0;)
        if (restoration->extents[i].allocated)
            release_extent(restoration, &restoration->extents[i]);
}

void msrck_placement_free(struct restoration *restoration)
{
    size_t i;

    for (i = 0; restoration->extents != NULL && i < restoration->file->extent_count; i++) {
        msrck_heap_placement_free(&restoration->extents[i].runs);
        free(restoration->extents[i].blocks);
        free(restoration->extents[i].named);
        free(restoration->extents[i].rows);
    }
    free(restoration->extents);
    restoration->extents = NULL;
}
