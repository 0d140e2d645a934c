/* SPDX-License-Identifier: MIT */
/* Extents, blocks and canonical addresses, as msrck/reader.h shows them. */
#include "file/reader_state.h"

#include <stdlib.h>

#include "base/allocation.h"

const char *msrck_segment_text(msrck_segment segment)
{
    static const char *const names[] = { "none", "global", "stack", "heap", "foreign", "literal", "opaque" };
    return (unsigned)segment < sizeof names / sizeof names[0] ? names[segment] : "unknown";
}

uint32_t msrck_reader_extent_count(const msrck_reader *reader)
{
    return (uint32_t)reader->metadata->extent_count;
}

bool msrck_reader_extent(const msrck_reader *reader, uint32_t index, msrck_extent_facts *facts)
{
    const struct extent *extent;

    if (index >= reader->metadata->extent_count)
        return false;
    extent = &reader->metadata->extents[index];
    facts->segment = (msrck_segment)extent->segment;
    facts->type = extent->type;
    facts->count = extent->count;
    facts->blocks = extent->blocks;
    facts->first_block = reader->first_block[index];
    facts->address = extent->base;
    facts->block_leaves = extent->block_leaves;
    facts->flexible = reader_type(reader, extent->type)->flexible != TI_VOID;
    return true;
}

uint64_t msrck_reader_block_count(const msrck_reader *reader)
{
    return reader->first_block[reader->metadata->extent_count] - 1;
}

static void fill_block(const msrck_reader *reader, size_t extent_index, uint64_t index, msrck_block_facts *facts)
{
    const struct extent *extent = &reader->metadata->extents[extent_index];

    facts->number = reader->first_block[extent_index] + index;
    facts->extent = (uint32_t)extent_index;
    facts->index = index;
    facts->segment = (msrck_segment)extent->segment;
    facts->type = extent->type;
    facts->count = extent->count;
    facts->elements = reader_type(reader, extent->type)->flexible != TI_VOID ? 1 : extent->count;
    facts->address = extent->base + index * (extent->block_leaves + 1);
    facts->leaves = extent->block_leaves;
}

bool msrck_reader_block(const msrck_reader *reader, uint64_t number, msrck_block_facts *facts)
{
    size_t low = 0, high = reader->metadata->extent_count;

    if (number == 0 || number > msrck_reader_block_count(reader))
        return false;
    /* The last extent whose first block is not beyond; extents without blocks share their number with the next one. */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (reader->first_block[middle] <= number)
            low = middle;
        else
            high = middle;
    }
    fill_block(reader, low, number - reader->first_block[low], facts);
    return true;
}

bool msrck_reader_find_address(const msrck_reader *reader, uint64_t address, msrck_block_facts *facts, uint64_t *leaf)
{
    const struct metadata *metadata = reader->metadata;
    const struct extent *extent;
    uint64_t index;
    size_t found;

    if (address == 0 || address >= metadata->address_end)
        return false;
    found = msrck_extent_find(metadata->extents, metadata->extent_count, address);
    if (found == SIZE_MAX)
        return false;
    extent = &metadata->extents[found];
    index = (address - extent->base) / (extent->block_leaves + 1);
    *leaf = (address - extent->base) % (extent->block_leaves + 1);
    fill_block(reader, found, index, facts);
    return true;
}

/* ---- Owners ---- */

static int compare_owners(const void *left, const void *right)
{
    const struct block_owner *a = left, *b = right;

    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->index != b->index)
        return a->index < b->index ? -1 : 1;
    return (a->local > b->local) - (a->local < b->local);
}

static msrck_result add_owner(msrck_reader *reader, size_t *capacity, uint64_t address, const struct block_owner *owner,
                              msrck_error *error)
{
    msrck_block_facts facts;
    uint64_t leaf;

    /* Addresses that are wrong are what verify reports; here they own nothing. */
    if (!msrck_reader_find_address(reader, address, &facts, &leaf) || leaf != 0)
        return MSRCK_OK;
    if (!msrck_reserve(&reader->owners, capacity, reader->owner_count + 1, sizeof *reader->owners))
        return msrck_fail_memory(error, sizeof *owner, "block owners");
    reader->owners[reader->owner_count] = *owner;
    reader->owners[reader->owner_count++].block = facts.number;
    return MSRCK_OK;
}

static msrck_result add_frame(msrck_reader *reader, size_t *capacity, uint32_t frame, msrck_error *error)
{
    const struct frame_entry *entry = &reader->metadata->frames[frame];
    const struct function_entry *function = &reader->metadata->functions[entry->function];
    struct block_owner owner = { 0, MSRCK_OWNER_LIVE, frame, 0, function->points[entry->point - 1].live_type };
    msrck_result result = add_owner(reader, capacity, entry->live, &owner, error);

    owner.kind = MSRCK_OWNER_LOCAL;
    for (uint32_t i = 0; result == MSRCK_OK && i < entry->local_count; i++) {
        owner.local = i;
        owner.type = function->locals[i].type;
        result = add_owner(reader, capacity, entry->locals[i], &owner, error);
    }
    return result;
}

msrck_result msrck_reader_find_owners(msrck_reader *reader, msrck_error *error)
{
    const struct metadata *metadata = reader->metadata;
    msrck_result result = MSRCK_OK;
    size_t capacity = 0;

    for (size_t i = 0; result == MSRCK_OK && i < metadata->variable_count; i++) {
        const struct variable_entry *variable = &metadata->variables[i];
        struct block_owner owner = { 0, MSRCK_OWNER_VARIABLE, (uint32_t)i, 0, variable->type };
        result = add_owner(reader, &capacity, variable->address, &owner, error);
    }
    for (size_t i = 0; result == MSRCK_OK && i < metadata->frame_count; i++)
        result = add_frame(reader, &capacity, (uint32_t)i, error);
    if (reader->owner_count > 0)
        qsort(reader->owners, reader->owner_count, sizeof *reader->owners, compare_owners);
    return result;
}

const struct block_owner *msrck_reader_owner_entry(const msrck_reader *reader, uint64_t block)
{
    size_t low = 0, high = reader->owner_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reader->owners[middle].block < block)
            low = middle + 1;
        else
            high = middle;
    }
    return low < reader->owner_count && reader->owners[low].block == block ? &reader->owners[low] : NULL;
}

msrck_owner msrck_reader_owner(const msrck_reader *reader, uint64_t block, uint32_t *index, uint32_t *local)
{
    const struct block_owner *owner = msrck_reader_owner_entry(reader, block);

    if (owner == NULL)
        return MSRCK_OWNER_NONE;
    *index = owner->index;
    *local = owner->local;
    return (msrck_owner)owner->kind;
}
