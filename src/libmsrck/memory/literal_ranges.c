/* SPDX-License-Identifier: MIT */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE     /* dl_iterate_phdr, which works in static programs too */
#endif
#include "memory/literal_ranges.h"

#include <link.h>
#include <stdlib.h>
#include <sys/mman.h>

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

static bool add_restored(struct literal_ranges *ranges)
{
    size_t i;

    if (!msrck_reserve(&ranges->items, &ranges->capacity, ranges->count + ranges->restored_count, sizeof *ranges->items))
        return false;
    for (i = 0; i < ranges->restored_count; i++) {
        uintptr_t start = (uintptr_t)ranges->restored[i].bytes;

        ranges->items[ranges->count++] = (struct literal_range){ start, start + ranges->restored[i].length };
    }
    return true;
}

bool msrck_literals_load(struct literal_ranges *ranges)
{
    ranges->count = 0;
    ranges->loaded = dl_iterate_phdr(add_object, ranges) == 0 && add_restored(ranges);
    if (ranges->loaded && ranges->count > 1)
        qsort(ranges->items, ranges->count, sizeof *ranges->items, compare);
    return ranges->loaded;
}

void msrck_literals_free(struct literal_ranges *ranges)
{
    while (ranges->restored_count > 0)
        msrck_literals_drop(ranges, ranges->restored[ranges->restored_count - 1].bytes);
    free(ranges->restored);
    free(ranges->items);
    *ranges = (struct literal_ranges){ NULL, 0, 0, false, NULL, 0, 0 };
}

unsigned char *msrck_literals_restore(struct literal_ranges *ranges, size_t length)
{
    void *bytes;

    if (!msrck_reserve(&ranges->restored, &ranges->restored_capacity, ranges->restored_count + 1,
                       sizeof *ranges->restored))
        return NULL;
    bytes = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        return NULL;
    ranges->restored[ranges->restored_count++] = (struct restored_literals){ bytes, length };
    ranges->loaded = false;
    return bytes;
}

void msrck_literals_drop(struct literal_ranges *ranges, const unsigned char *bytes)
{
    size_t i;

    for (i = 0; i < ranges->restored_count; i++)
        if (ranges->restored[i].bytes == bytes) {
            munmap(ranges->restored[i].bytes, ranges->restored[i].length);
            ranges->restored[i] = ranges->restored[--ranges->restored_count];
            ranges->loaded = false;
            return;
        }
}

void msrck_literals_seal(const struct literal_ranges *ranges)
{
    size_t i;

    /* A failure leaves the memory writable, which harms only programs that are wrong already. */
    for (i = 0; i < ranges->restored_count; i++)
        (void)mprotect(ranges->restored[i].bytes, ranges->restored[i].length, PROT_READ);
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
