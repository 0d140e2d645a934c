/* SPDX-License-Identifier: MIT */
#include "base/allocation.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Fewer are not worth a call. */
#define FEWEST_PAGES 4u

void *msrck_allocate(size_t count, size_t size)
{
    return calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

bool msrck_reserve(void *items, size_t *capacity, size_t needed, size_t size)
{
    void *old, *grown;
    size_t larger = *capacity + *capacity / 2 + 8;

    if (needed <= *capacity)
        return true;
    if (larger < needed)
        larger = needed;
    if (larger > SIZE_MAX / size)
        return false;
    /* `items` is the address of a pointer of any object type; memcpy reads it without breaking aliasing rules. */
    memcpy(&old, items, sizeof old);
    grown = realloc(old, larger * size);
    if (grown == NULL)
        return false;
    memset((char *)grown + *capacity * size, 0, (larger - *capacity) * size);
    memcpy(items, &grown, sizeof grown);
    *capacity = larger;
    return true;
}

char *msrck_copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

void msrck_touch(void *bytes, size_t length)
{
#ifdef MADV_POPULATE_WRITE
    /* The pages at both ends, too: they are there, since some of the bytes are on them, and nothing is written. */
    size_t page = (size_t)sysconf(_SC_PAGESIZE), before = (uintptr_t)bytes % page;

    if (length >= FEWEST_PAGES * page)
        (void)madvise((char *)bytes - before, (before + length + page - 1) / page * page, MADV_POPULATE_WRITE);
#else
    (void)bytes;
    (void)length;
#endif
}
