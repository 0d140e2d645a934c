/* SPDX-License-Identifier: MIT */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE     /* dl_iterate_phdr, which works in static programs too */
#endif
#include "memory/literal_ranges.h"

#include <link.h>
#include <stdlib.h>

#include "base/allocation.h"

static int add_object(struct dl_phdr_info *object, size_t size, void *context)
{
    struct literal_ranges *ranges = context;
    unsigned i;

    (void)size;
    for (i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &object->dlpi_phdr[i];
        uintptr_t start = (uintptr_t)(object->dlpi_addr + header->p_vaddr);

        if (header->p_type != PT_LOAD || !(header->p_flags & PF_R) || (header->p_flags & PF_W) || header->p_filesz == 0)
            continue;
        if (!msrck_reserve(&ranges->items, &ranges->capacity, ranges->count + 1, sizeof *ranges->items))
            return 1;
        ranges->items[ranges->count++] = (struct literal_range){ start, start + (uintptr_t)header->p_filesz };
    }
    return 0;
}

static int compare(const void *left, const void *right)
{
    const struct literal_range *a = left, *b = right;

    return a->start < b->start ? -1 : a->start > b->start;
}

bool msrck_literals_load(struct literal_ranges *ranges)
{
    ranges->count = 0;
    ranges->loaded = dl_iterate_phdr(add_object, ranges) == 0;
    if (ranges->loaded && ranges->count > 1)
        qsort(ranges->items, ranges->count, sizeof *ranges->items, compare);
    return ranges->loaded;
}

void msrck_literals_free(struct literal_ranges *ranges)
{
    free(ranges->items);
    *ranges = (struct literal_ranges){ NULL, 0, 0, false };
}

uintptr_t msrck_literals_end(const struct literal_ranges *ranges, const void *address)
{
    uintptr_t where = (uintptr_t)address;
    size_t low = 0, high = ranges->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ranges->items[middle].start <= where)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && where < ranges->items[low - 1].end ? ranges->items[low - 1].end : 0;
}
