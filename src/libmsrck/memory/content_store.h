/* SPDX-License-Identifier: MIT */
/*
 * Copies of bytes that become blocks by their content: string literals, where equal texts are one block, and the
 * bytes of opaque handles.
 */
#ifndef MSRCK_MEMORY_CONTENT_STORE_H
#define MSRCK_MEMORY_CONTENT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct content {
    const unsigned char *bytes;     /* in a piece of the store */
    size_t length;
    uint64_t hash;                  /* of shared contents */
    uint64_t address;               /* canonical; 0 without bytes */
};

struct content_store {
    struct content *items;          /* owned; in the order they were added */
    size_t count, capacity;
    uint32_t *slots;                /* hash table of indexes plus one; owned */
    size_t slot_count;              /* a power of two, or 0 */
    struct content_piece *pieces;   /* owned list; contents never move */
    size_t piece_bytes;             /* of all pieces */
    size_t *sorted;                 /* indexes by length and then by number, without empty contents; owned */
    size_t sorted_count;
};

void msrck_content_clear(struct content_store *store);
/*
 * Adds a copy of the bytes; where `shared`, an equal content added before is taken instead, and *fresh is false.
 * False when memory is out.
 */
bool msrck_content_add(struct content_store *store, const void *bytes, size_t length, bool shared, size_t *index,
                       bool *fresh);
/* Makes `sorted`. False when memory is out. */
bool msrck_content_sort(struct content_store *store);
size_t msrck_content_overhead(const struct content_store *store);

#endif
