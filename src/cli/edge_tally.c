/* SPDX-License-Identifier: MIT */
#include "edge_tally.h"

#include <stdlib.h>
#include <string.h>

static size_t hash(const uint64_t key[3])
{
    uint64_t mixed = UINT64_C(0x9e3779b97f4a7c15);

    for (int i = 0; i < 3; i++) {
        mixed = (mixed ^ key[i]) * UINT64_C(0xff51afd7ed558ccd);
        mixed ^= mixed >> 32;
    }
    return (size_t)mixed;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t probe(const struct tally *tally, const uint64_t key[3])
{
    size_t slot = hash(key) & (tally->slot_count - 1);

    while (tally->slots[slot] != 0 &&
           memcmp(tally->entries[tally->slots[slot] - 1].key, key, sizeof tally->entries[0].key) != 0)
        slot = (slot + 1) & (tally->slot_count - 1);
    return slot;
}

/* Keeps half of the slots free. */
static bool grow(struct tally *tally)
{
    size_t capacity = tally->capacity == 0 ? 64 : 2 * tally->capacity;
    struct tally_entry *entries = realloc(tally->entries, capacity * sizeof *entries);
    uint32_t *slots;

    if (entries == NULL)
        return false;
    tally->entries = entries;
    slots = calloc(2 * capacity, sizeof *slots);
    if (slots == NULL)
        return false;
    free(tally->slots);
    tally->slots = slots;
    tally->slot_count = 2 * capacity;
    tally->capacity = capacity;
    for (size_t i = 0; i < tally->count; i++)
        tally->slots[probe(tally, tally->entries[i].key)] = (uint32_t)i + 1;
    return true;
}

size_t tally_find(struct tally *tally, uint64_t a, uint64_t b, uint64_t c)
{
    const uint64_t key[3] = { a, b, c };
    size_t slot;

    if (tally->slot_count > 0) {
        slot = probe(tally, key);
        if (tally->slots[slot] != 0)
            return tally->slots[slot] - 1;
    }
    if (tally->count == UINT32_MAX - 1 || (tally->count == tally->capacity && !grow(tally)))
        return SIZE_MAX;
    tally->entries[tally->count] = (struct tally_entry){ { a, b, c }, 0 };
    tally->slots[probe(tally, key)] = (uint32_t)tally->count + 1;
    return tally->count++;
}

void tally_free(struct tally *tally)
{
    free(tally->entries);
    free(tally->slots);
    memset(tally, 0, sizeof *tally);
}
