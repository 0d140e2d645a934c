/* SPDX-License-Identifier: MIT */
/*
 * Where string literals may be: the parts of the program's image, and of its libraries', that can be read and not
 * written.
 */
#ifndef MSRCK_MEMORY_LITERAL_RANGES_H
#define MSRCK_MEMORY_LITERAL_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct literal_ranges {
    struct literal_range { uintptr_t start, end; } *items;      /* owned; ascending */
    size_t count, capacity;
    bool loaded;
};

/* Asks the dynamic loader anew; false when memory is out. */
bool msrck_literals_load(struct literal_ranges *ranges);
void msrck_literals_free(struct literal_ranges *ranges);
/* The end of the range that holds the address, or 0. */
uintptr_t msrck_literals_end(const struct literal_ranges *ranges, const void *address);

#endif
