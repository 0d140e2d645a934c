/* SPDX-License-Identifier: MIT */
#include "file/metadata_checks.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool msrck_names_unique(char **names, size_t count, const char **duplicate)
{
    size_t ascending = 1;

    /* Writers list most tables by name: then one pass is all. */
    while (ascending < count && strcmp(names[ascending - 1], names[ascending]) < 0)
        ascending++;
    if (ascending >= count)
        return true;
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(names[i - 1], names[i]) != 0)
            continue;
        if (duplicate != NULL)
            *duplicate = names[i];
        return false;
    }
    return true;
}

bool msrck_type_usable(const struct metadata *metadata, uint32_t type)
{
    return type < msrck_ti_count(metadata->types) && msrck_ti_get(metadata->types, type)->kind != MSRCK_KIND_VOID;
}

/* The extent whose block begins at the address; NULL when there is none. */
static const struct extent *extent_of_block(const struct metadata *metadata, uint64_t address)
{
    size_t index = address == 0 ? SIZE_MAX : msrck_extent_find(metadata->extents, metadata->extent_count, address);
    const struct extent *extent;

    if (index == SIZE_MAX)
        return NULL;
    extent = &metadata->extents[index];
    return (address - extent->base) % (extent->block_leaves + 1) == 0 ? extent : NULL;
}

/*
 * A block holds one or several values of the declared type (msrck_register() takes a count), so its elements are a
 * multiple of the type's. The trailing elements of a flexible struct are any number.
 */
static bool block_matches(const struct metadata *metadata, const struct extent *extent, uint32_t declared)
{
    uint64_t count = 1;
    uint32_t type = msrck_ti_strip_arrays(metadata->types, declared, &count);

    if (type != extent->type)
        return false;
    return msrck_ti_get(metadata->types, type)->flexible != TI_VOID || (count > 0 && extent->count % count == 0);
}

const char *msrck_variable_fault(const struct metadata *metadata, const struct variable_entry *variable)
{
    const struct extent *extent = extent_of_block(metadata, variable->address);

    if (extent == NULL)
        return "its address is not that of a block";
    if (variable->kind == VARIABLE_GLOBAL && extent->segment != SEGMENT_GLOBAL)
        return "its block is not in the segment of globals";
    /* Roots may be saved from any memory of the program, but not from blocks that exist in checkpoints only. */
    if (extent->segment == SEGMENT_LITERAL || extent->segment == SEGMENT_OPAQUE)
        return "its block is not one of the program's";
    return block_matches(metadata, extent, variable->type) ? NULL : "its block is of another type";
}

const char *msrck_local_fault(const struct metadata *metadata, uint64_t address, uint32_t declared)
{
    const struct extent *extent = extent_of_block(metadata, address);

    if (extent == NULL)
        return "its address is not that of a block";
    if (extent->segment != SEGMENT_STACK)
        return "its block is not in the segment of the stack";
    return block_matches(metadata, extent, declared) ? NULL : "its block is of another type";
}

const char *msrck_live_fault(const struct metadata *metadata, uint64_t address, uint32_t live_type)
{
    const struct extent *extent = extent_of_block(metadata, address);

    if (address == 0)
        return "its poll-point has live variables, and they are missing";
    if (extent == NULL)
        return "the address of the live variables is not that of a block";
    if (extent->segment != SEGMENT_STACK)
        return "the block of the live variables is not in the segment of the stack";
    if (extent->type != live_type || extent->count != 1)
        return "the block of the live variables is not of the poll-point's type";
    return NULL;
}
