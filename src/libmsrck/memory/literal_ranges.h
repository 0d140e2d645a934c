/* SPDX-License-Identifier: MIT */
/*
 * Where string literals may be: the parts of the program's image, and of its libraries', that can be read and not
 * written; and the memory that literals of a checkpoint were restored to, which is sealed against writing. So a
 * restored literal is a literal again: the next checkpoint writes it by content, as the undisturbed program would.
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
    struct restored_literals { unsigned char *bytes; size_t length; } *restored;    /* owned mappings */
    size_t restored_count, restored_capacity;
};

/* Asks the dynamic loader anew; false when memory is out. */
bool msrck_literals_load(struct literal_ranges *ranges);
void msrck_literals_free(struct literal_ranges *ranges);
/* Zeroed memory for `length` (not 0) bytes of literals, writable until it is sealed. NULL when memory is out. */
unsigned char *msrck_literals_restore(struct literal_ranges *ranges, size_t length);
/* Gives such memory back. */
void msrck_literals_drop(struct literal_ranges *ranges, const unsigned char *bytes);
/* Makes all of it read-only. */
void msrck_literals_seal(const struct literal_ranges *ranges);
/* The end of the range that holds the address, or 0. */
uintptr_t msrck_literals_end(const struct literal_ranges *ranges, const void *address);

#endif
