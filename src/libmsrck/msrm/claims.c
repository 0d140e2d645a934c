/* SPDX-License-Identifier: MIT */
/*
 * What the file has in extents, before any memory is taken for blocks: kinds of placement, and who names which
 * block.
 */
#include "msrm/placement.h"

#include "base/allocation.h"
#include "file/container.h"

static enum placement_kind kind_of(uint32_t segment)
{
    switch (segment) {
    case SEGMENT_HEAP:
    case SEGMENT_LITERAL:
        return PLACED_RUNS;
    case SEGMENT_FOREIGN:
        return PLACED_ONE_BY_ONE;
    case SEGMENT_OPAQUE:
        return PLACED_BYTES;
    default:
        return PLACED_NAMED;
    }
}

static msrck_result plan_extent(const struct extent *file, struct placed_extent *extent, msrck_error *error)
{
    extent->file = file;
    extent->kind = kind_of(file->segment);
    extent->by_block = divider_for(file->block_leaves + 1);
    extent->span = file->blocks * (file->block_leaves + 1);
    if (extent->kind != PLACED_NAMED)
        return MSRCK_OK;
    if (file->blocks > SIZE_MAX)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%llu variables are more than this machine addresses",
                          (unsigned long long)file->blocks);
    extent->named = msrck_allocate((size_t)file->blocks, sizeof extent->named[0]);
    if (extent->named == NULL)
        return msrck_fail_memory(error, (size_t)file->blocks * sizeof extent->named[0], "variables");
    return MSRCK_OK;
}

/* Notes who names the block. The first one counts: a variable may be a collected root as well. */
static void claim_block(struct restoration *restoration, uint64_t address, enum claim claim, size_t claimant,
                        uint32_t local)
{
    uint64_t block, leaf;
    struct placed_extent *extent;

    if (address == 0)
        return;
    extent = placed_at(restoration, address, &block, &leaf);
    if (extent->kind != PLACED_NAMED || extent->named[block].claim != CLAIM_NONE)
        return;
    extent->named[block].claim = claim;
    extent->named[block].claimant = claimant;
    extent->named[block].local = local;
}

static void claim_blocks(struct restoration *restoration)
{
    const struct metadata *file = restoration->file;
    size_t i;
    uint32_t k;

    /* Roots and frames come first: their blocks may get memory after the load. */
    for (i = 0; i < file->variable_count; i++)
        if (file->variables[i].kind == VARIABLE_ROOT)
            claim_block(restoration, file->variables[i].address, CLAIM_ROOT, i, 0);
    for (i = 0; i < file->frame_count; i++) {
        claim_block(restoration, file->frames[i].live, CLAIM_LIVE, i, 0);
        for (k = 0; k < file->frames[i].local_count; k++)
            claim_block(restoration, file->frames[i].locals[k], CLAIM_LOCAL, i, k);
    }
    for (i = 0; i < file->variable_count; i++)
        claim_block(restoration, file->variables[i].address, CLAIM_VARIABLE, i, 0);
}

/*
 * Whether chunks with all these rows can stand in a file of this size. Rows without bytes count as one: what a file
 * claims must cost it something, before tables are made for it.
 */
static msrck_result check_size(const struct restoration *restoration, msrck_error *error)
{
    const struct metadata *file = restoration->file;
    uint64_t size = msrck_source_size(restoration->source), total = 0;
    bool zstd = (file->header.must_understand & FEATURE_ZSTD) != 0;
    size_t i;

    if (size == UINT64_MAX)
        return MSRCK_OK;
    for (i = 0; i < file->extent_count; i++) {
        const struct extent *extent = &file->extents[i];
        uint64_t width = msrck_extent_row_width(file->types, extent, 0, file->header.pointer_width), bytes;

        if (__builtin_mul_overflow(width == 0 ? 1 : width, msrck_extent_rows(file->types, extent, 0), &bytes) ||
            __builtin_add_overflow(total, bytes, &total) ||
            total > msrck_codec_most(zstd ? CODEC_ZSTD : CODEC_ZLIB, size))
            return msrck_fail(error, MSRCK_CORRUPT, "section 'EXTE' lists more rows than %llu bytes can hold",
                              (unsigned long long)size);
    }
    return MSRCK_OK;
}

msrck_result msrck_placement_plan(struct restoration *restoration, msrck_error *error)
{
    const struct metadata *file = restoration->file;
    msrck_result result = check_size(restoration, error);
    size_t i;

    if (result != MSRCK_OK)
        return result;

    restoration->extents = msrck_allocate(file->extent_count, sizeof restoration->extents[0]);
    if (restoration->extents == NULL)
        return msrck_fail_memory(error, file->extent_count * sizeof restoration->extents[0], "extents");
    for (i = 0; result == MSRCK_OK && i < file->extent_count; i++)
        result = plan_extent(&file->extents[i], &restoration->extents[i], error);
    if (result == MSRCK_OK && file->extent_count > 0)
        claim_blocks(restoration);
    return result;
}

void msrck_placement_describe(const struct restoration *restoration, const struct named_place *place,
                              struct byte_buffer *out)
{
    const struct metadata *file = restoration->file;
    const struct function_entry *function;

    switch (place->claim) {
    case CLAIM_VARIABLE:
    case CLAIM_ROOT:
        if (file->variables[place->claimant].name[0] != '\0')
            msrck_buffer_printf(out, "%s", file->variables[place->claimant].name);
        else
            msrck_buffer_printf(out, "root %zu", place->claimant + 1);
        break;
    case CLAIM_LOCAL:
        function = &file->functions[file->frames[place->claimant].function];
        msrck_buffer_printf(out, "%s.%s", function->name, function->locals[place->local].name);
        break;
    case CLAIM_LIVE:
        msrck_buffer_printf(out, "%s", file->functions[file->frames[place->claimant].function].name);
        break;
    default:
        msrck_buffer_printf(out, "a block without a name");
    }
}
