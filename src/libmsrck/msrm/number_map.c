/* SPDX-License-Identifier: MIT */
#include "msrm/number_map.h"

#include <stdlib.h>

#include "base/allocation.h"

void msrck_number_map_free(struct number_map *map)
{
    free(map->pairs);
    *map = (struct number_map){ NULL, 0, 0 };
}

/* Index of the key's pair, or of the free pair where it belongs. Needs at least one free pair. */
static size_t place_of(const struct number_map *map, uint64_t key)
{
    /* Fibonacci hashing: addresses are multiples of small powers of two, the product's high bits are not. */
    size_t index = (size_t)((key * 0x9E3779B97F4A7C15u) >> 32) & (map->capacity - 1);

    while (map->pairs[index].key != 0 && map->pairs[index].key != key)
        index = (index + 1) & (map->capacity - 1);
    return index;
}

static bool grow(struct number_map *map)
{
    struct number_map larger = { NULL, map->capacity == 0 ? 64 : map->capacity * 2, map->count };
    size_t i;

    if (larger.capacity < map->capacity)
        return false;
    larger.pairs = msrck_allocate(larger.capacity, sizeof larger.pairs[0]);
    if (larger.pairs == NULL)
        return false;
    for (i = 0; i < map->capacity; i++)
        if (map->pairs[i].key != 0)
            larger.pairs[place_of(&larger, map->pairs[i].key)] = map->pairs[i];
    free(map->pairs);
    *map = larger;
    return true;
}

bool msrck_number_map_put(struct number_map *map, uint64_t key, uint64_t value)
{
    size_t index;

    if (map->count >= map->capacity / 2 && !grow(map))
        return false;
    index = place_of(map, key);
    if (map->pairs[index].key == 0)
        map->count++;
    map->pairs[index] = (struct number_pair){ key, value };
    return true;
}

bool msrck_number_map_get(const struct number_map *map, uint64_t key, uint64_t *value)
{
    size_t index;

    if (map->count == 0)
        return false;
    index = place_of(map, key);
    *value = map->pairs[index].value;
    return map->pairs[index].key == key;
}
