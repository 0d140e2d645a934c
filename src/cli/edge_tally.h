/* SPDX-License-Identifier: MIT */
/* Counts by keys of three numbers, in the order in which the keys were first met. */
#ifndef MSRCK_CLI_EDGE_TALLY_H
#define MSRCK_CLI_EDGE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tally_entry {
    uint64_t key[3];
    uint64_t count;
};

struct tally {
    struct tally_entry *entries;    /* owned; in order of first meeting */
    size_t count, capacity;
    uint32_t *slots;                /* owned; index of an entry plus one, 0: free */
    size_t slot_count;              /* a power of two */
};

/* The index of the key's entry, made with count 0 when there is none; SIZE_MAX when memory is out. */
size_t tally_find(struct tally *tally, uint64_t a, uint64_t b, uint64_t c);
void tally_free(struct tally *tally);

#endif
