/* SPDX-License-Identifier: MIT */
#include "msrm/kept_blocks.h"

#include <string.h>

#include "msrm/load.h"
#include "msrm/restoration_state.h"

void msrck_restoration_keep(struct restoration *restoration, const char *name)
{
    const struct metadata *file = restoration->file;

    for (size_t i = 0; i < file->extent_count; i++) {
        struct placed_extent *extent = &restoration->extents[i];
        const struct ti_type *type = msrck_ti_get(file->types, extent->file->type);

        if (extent->file->segment != SEGMENT_GLOBAL || type->kind != MSRCK_KIND_STRUCT || strcmp(type->name, name) != 0)
            continue;
        for (uint64_t b = 0; b < extent->file->blocks; b++)
            if (extent->named[b].claim == CLAIM_NONE)
                extent->named[b].claim = CLAIM_KEPT;
    }
}

uint64_t msrck_restoration_next_kept(const struct restoration *restoration, uint64_t address)
{
    for (size_t i = 0; i < restoration->file->extent_count; i++) {
        const struct placed_extent *extent = &restoration->extents[i];
        uint64_t step = extent->file->block_leaves + 1;

        if (extent->kind != PLACED_NAMED || extent->file->base + extent->span <= address)
            continue;
        for (uint64_t b = address < extent->file->base ? 0 : (address - extent->file->base) / step + 1;
             b < extent->file->blocks; b++)
            if (extent->named[b].claim == CLAIM_KEPT)
                return extent->file->base + b * step;
    }
    return 0;
}

/* Nothing in it can be put off: the object may be a copy. */
msrck_result msrck_restoration_take_kept(struct restoration *restoration, uint64_t address, void *object, uint32_t type,
                                         msrck_error *error)
{
    uint64_t block, leaf;
    struct placed_extent *extent = placed_at(restoration, address, &block, &leaf);
    const struct row_decoder *decoder;
    msrck_result result = msrck_restoration_decoder(restoration, extent->file->type, type, &decoder, error);

    if (result != MSRCK_OK)
        return result;
    if (extent->file->count != 1)
        return msrck_fail(error, MSRCK_CORRUPT, "%llu values of %s stand side by side",
                          (unsigned long long)extent->file->count, msrck_ti_get(restoration->types, type)->name);
    extent->named[block].decoder = decoder;
    restoration->at_once = true;
    result = msrck_load_kept(restoration, extent, block, decoder, type, 1, object, error);
    restoration->at_once = false;
    return result;
}

/* Filled already, for completing must not write there: what lies at the address is not a copy of the block. */
void msrck_restoration_place_kept(struct restoration *restoration, uint64_t address, void *place, uint32_t type)
{
    uint64_t block, leaf;
    struct placed_extent *extent = placed_at(restoration, address, &block, &leaf);

    extent->named[block].address = place;
    extent->named[block].type = type;
    extent->named[block].count = 1;
    extent->named[block].filled = true;
}
