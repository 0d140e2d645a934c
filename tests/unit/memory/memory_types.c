/* SPDX-License-Identifier: MIT */
#include "memory_types.h"

#include <stdio.h>
#include <stdlib.h>

extern const msrck_type node_type, packet_type, plate_type, triple_type;
MSRCK_STRUCT(node_type, struct tree_node,
    MSRCK_FIELD(struct tree_node, value, &msrck_int),
    MSRCK_FIELD(struct tree_node, left, MSRCK_POINTER(&node_type)),
    MSRCK_FIELD(struct tree_node, right, MSRCK_POINTER(&node_type)));
MSRCK_FLEXIBLE_STRUCT(packet_type, struct packet,
    MSRCK_FIELD(struct packet, length, &msrck_int),
    MSRCK_FLEXIBLE(struct packet, values, &msrck_double));
MSRCK_STRUCT(plate_type, struct plate, MSRCK_FIELD(struct plate, bytes, MSRCK_ARRAY(&msrck_long, 50000)));
MSRCK_STRUCT(triple_type, struct triple, MSRCK_FIELD(struct triple, letters, MSRCK_ARRAY(&msrck_char, 3)));

static uint32_t add(struct ti_table *table, const msrck_type *type)
{
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id = 0;

    if (msrck_ti_add(table, type, &id, &error) != MSRCK_OK) {
        fprintf(stderr, "%s\n", error.message);
        exit(1);
    }
    return id;
}

void memory_types_open(struct memory_types *types)
{
    types->table = msrck_ti_new();
    if (types->table == NULL)
        exit(1);
    types->node = add(types->table, &node_type);
    types->packet = add(types->table, &packet_type);
    types->plate = add(types->table, &plate_type);
    types->triple = add(types->table, &triple_type);
    types->text = add(types->table, &msrck_char);
    types->byte = add(types->table, &msrck_uchar);
    types->number = add(types->table, &msrck_int);
    types->real = add(types->table, &msrck_double);
}

void memory_types_close(struct memory_types *types)
{
    msrck_ti_free(types->table);
}

uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state >> 11;
}
