/* SPDX-License-Identifier: MIT */
/*
 * A map from nonzero numbers (addresses of memory, canonical addresses) to numbers; open addressing, grows, never
 * shrinks.
 */
#ifndef MSRCK_MSRM_NUMBER_MAP_H
#define MSRCK_MSRM_NUMBER_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct number_map {
    struct number_pair { uint64_t key, value; } *pairs;     /* owned; key 0: free */
    size_t capacity;                                        /* a power of two, or 0 */
    size_t count;
};

void msrck_number_map_free(struct number_map *map);
/* False when memory is out. An existing key gets the new value. */
bool msrck_number_map_put(struct number_map *map, uint64_t key, uint64_t value);
bool msrck_number_map_get(const struct number_map *map, uint64_t key, uint64_t *value);

#endif
