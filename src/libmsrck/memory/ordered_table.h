/* SPDX-License-Identifier: MIT */
/*
 * Blocks in the order of their addresses: named ones, and foreign ones that the page map does not take. Keys lie in
 * short sorted runs, so that adding and removing cost a search and a short move wherever the address falls; stacks
 * add theirs in ascending or descending order, which costs even less.
 */
#ifndef MSRCK_MEMORY_ORDERED_TABLE_H
#define MSRCK_MEMORY_ORDERED_TABLE_H

#include "base/failure.h"

#include <stdbool.h>

struct ordered_entry {
    const unsigned char *address;
    const unsigned char *data;
    uint64_t bytes;
    uint64_t count;
    uint64_t order;                 /* among the blocks of its extent */
    uint64_t sequence;              /* of registration; of a vacant entry: the next vacant one */
    uint64_t number;                /* while collecting: canonical address; of a foreign block, number in its kind */
    uint32_t type;
    uint32_t kind;                  /* of foreign blocks; of a late-typed one that to collect it as */
    uint32_t late;                  /* of a late-typed block: its own kind plus one; else 0 */
    uint32_t references;            /* registrations that share the entry; 0: vacant */
    uint8_t segment;                /* enum segment */
    bool marked, deferred, has_pointers;
};

#define NO_ENTRY SIZE_MAX

struct ordered_table {
    struct ordered_entry *entries;  /* owned; a handle is an index */
    size_t entry_count, entry_capacity;
    size_t vacant;                  /* first vacant entry, or NO_ENTRY */
    uint64_t next_sequence;
    struct ordered_run **runs;      /* owned; none is empty */
    uintptr_t *first_keys;          /* of each run, side by side for the search; owned */
    size_t run_count, run_capacity, key_capacity;
    size_t last;                    /* the entry found last */
};

void msrck_ordered_init(struct ordered_table *table);
void msrck_ordered_free(struct ordered_table *table);

/*
 * Adds a copy of *entry, whose sequence, references and marks are set here. A block that is there already, the same
 * in everything but its order, gets one more reference. MSRCK_MISUSE when it overlaps another one that does not have
 * the same address and size.
 */
msrck_result msrck_ordered_add(struct ordered_table *table, const struct ordered_entry *entry, size_t *handle,
                               msrck_error *error);
/* Takes one reference away; the entry is vacant after the last. */
void msrck_ordered_remove(struct ordered_table *table, size_t handle);

/*
 * The entry with the largest address that is not above `address`, of several the one added first; NO_ENTRY when there
 * is none.
 */
size_t msrck_ordered_find(struct ordered_table *table, const void *address);

#endif
