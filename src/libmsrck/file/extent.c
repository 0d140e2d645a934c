/* SPDX-License-Identifier: MIT */
#include "file/extent.h"

/*
 * Addresses and element counts stay below this, so that sums and differences of two of them fit in either signedness.
 */
#define ADDRESS_BOUND (UINT64_C(1) << 63)

/* base + count * step, or UINT64_MAX when that does not fit. */
static uint64_t add_product(uint64_t base, uint64_t count, uint64_t step)
{
    uint64_t product, sum;

    if (__builtin_mul_overflow(count, step, &product) || __builtin_add_overflow(base, product, &sum))
        return UINT64_MAX;
    return sum;
}

uint64_t msrck_block_leaves(const struct ti_table *table, uint32_t type, uint64_t count)
{
    const struct ti_type *entry = msrck_ti_get(table, type);

    if (entry->flexible != TI_VOID)
        return add_product(entry->leaves, count, msrck_ti_get(table, entry->flexible)->leaves);
    return add_product(0, count, entry->leaves);
}

uint64_t msrck_block_bytes(const struct ti_table *table, uint32_t type, uint64_t count)
{
    const struct ti_type *entry = msrck_ti_get(table, type);
    uint64_t bytes;

    if (entry->flexible == TI_VOID)
        return add_product(0, count, entry->size);
    /* A few elements may lie inside the struct's own tail padding: the block is never smaller than the struct. */
    bytes = add_product(entry->flexible_offset, count, msrck_ti_get(table, entry->flexible)->size);
    return bytes < entry->size ? entry->size : bytes;
}

bool msrck_extents_number(const struct ti_table *table, struct extent *extents, size_t count, uint64_t *end)
{
    uint64_t next = 1;

    for (size_t i = 0; i < count; i++) {
        struct extent *extent = &extents[i];
        uint64_t leaves = msrck_block_leaves(table, extent->type, extent->count);

        if (leaves >= ADDRESS_BOUND || add_product(0, extent->blocks, extent->count) >= ADDRESS_BOUND)
            return false;
        extent->base = next;
        extent->block_leaves = leaves;
        next = add_product(next, extent->blocks, leaves + 1);
        if (next >= ADDRESS_BOUND)
            return false;
    }
    *end = next;
    return true;
}

uint64_t msrck_extent_row_width(const struct ti_table *table, const struct extent *extent, uint32_t part,
                                unsigned pointer_width)
{
    const struct ti_type *entry = msrck_ti_get(table, extent->type);

    if (part > 0)
        entry = msrck_ti_get(table, entry->flexible);
    return entry->row_width[row_index(pointer_width)];
}

uint64_t msrck_extent_rows(const struct ti_table *table, const struct extent *extent, uint32_t part)
{
    const struct ti_type *entry = msrck_ti_get(table, extent->type);
    bool flexible = entry->flexible != TI_VOID;

    if (part > 1 || (part == 1 && !flexible))
        return 0;
    return flexible && part == 0 ? extent->blocks : extent->blocks * extent->count;
}

size_t msrck_extent_find(const struct extent *extents, size_t count, uint64_t address)
{
    size_t low = 0, high = count;

    if (count == 0 || address < extents[0].base)
        return SIZE_MAX;
    /* Invariant: extents[low].base <= address < extents[high].base. */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (extents[middle].base <= address)
            low = middle;
        else
            high = middle;
    }
    /* Only behind the last extent is there an address that belongs to none: extents tile the space. */
    if ((address - extents[low].base) / (extents[low].block_leaves + 1) >= extents[low].blocks)
        return SIZE_MAX;
    return low;
}
