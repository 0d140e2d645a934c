/* SPDX-License-Identifier: MIT */
/* The types that the tests of the memory layer allocate, and their ids in a table. */
#ifndef MEMORY_TYPES_H
#define MEMORY_TYPES_H

#include "types/ti_table.h"

struct tree_node { int value; struct tree_node *left, *right; };
struct packet { int length; double values[]; };
struct plate { long bytes[50000]; };        /* large: 200 or 400 KB */
struct triple { char letters[3]; };

struct memory_types {
    struct ti_table *table;
    uint32_t node, packet, plate, triple, text, byte, number, real;
};

/* Fails the process when the table cannot be made. */
void memory_types_open(struct memory_types *types);
void memory_types_close(struct memory_types *types);

/* Reproducible numbers. */
uint64_t next_random(uint64_t *state);

#endif
