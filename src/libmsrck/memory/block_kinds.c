/* SPDX-License-Identifier: MIT */
#include "memory/block_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "file/extent.h"

void msrck_kinds_free(struct block_kinds *kinds)
{
    free(kinds->items);
    free(kinds->slots);
    kinds->items = NULL;
    kinds->slots = NULL;
    kinds->count = kinds->capacity = kinds->slot_count = 0;
}

static size_t hash(uint32_t type, uint64_t count)
{
    uint64_t mixed = (count + type * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);

    return (size_t)(mixed >> 32);
}

/* The slot that holds the pair, or the free one where it belongs. There is always one free. */
static uint32_t *slot_of(const struct block_kinds *kinds, uint32_t type, uint64_t count)
{
    size_t i = hash(type, count);

    for (;; i++) {
        uint32_t *slot = &kinds->slots[i & (kinds->slot_count - 1)];

        if (*slot == 0 || (kinds->items[*slot - 1].type == type && kinds->items[*slot - 1].count == count))
            return slot;
    }
}

uint32_t msrck_kinds_find(const struct block_kinds *kinds, uint32_t type, uint64_t count)
{
    uint32_t slot = kinds->slot_count == 0 ? 0 : *slot_of(kinds, type, count);

    return slot == 0 ? NO_KIND : slot - 1;
}

/* Keeps the hash table at most half full. */
static bool grow(struct block_kinds *kinds)
{
    size_t slot_count = kinds->slot_count == 0 ? 64 : kinds->slot_count * 2, i;
    uint32_t *slots;

    if (!msrck_reserve(&kinds->items, &kinds->capacity, kinds->count + 1, sizeof *kinds->items))
        return false;
    if (kinds->count * 2 < kinds->slot_count)
        return true;
    slots = msrck_allocate(slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    free(kinds->slots);
    kinds->slots = slots;
    kinds->slot_count = slot_count;
    for (i = 0; i < kinds->count; i++)
        *slot_of(kinds, kinds->items[i].type, kinds->items[i].count) = (uint32_t)i + 1;
    return true;
}

static msrck_result check(const struct block_kinds *kinds, uint32_t *type, uint64_t *count, msrck_error *error)
{
    const struct ti_type *entry;

    if (*type >= msrck_ti_count(kinds->table))
        return msrck_fail(error, MSRCK_MISUSE, "block of an unknown type");
    entry = msrck_ti_get(kinds->table, *type);
    if (entry->kind == MSRCK_KIND_ARRAY) {
        *type = msrck_ti_strip_arrays(kinds->table, *type, count);
        if (*type == UINT32_MAX)
            return msrck_fail(error, MSRCK_MISUSE, "block of %s: its size overflows", entry->name);
        entry = msrck_ti_get(kinds->table, *type);
    }
    if (entry->kind == MSRCK_KIND_VOID || !entry->has_layout)
        return msrck_fail(error, MSRCK_MISUSE, "block of %s: the type has no size on this machine", entry->name);
    if (*count == 0 && entry->flexible == TI_VOID)
        return msrck_fail(error, MSRCK_MISUSE, "block of %s has no elements", entry->name);
    return MSRCK_OK;
}

msrck_result msrck_kinds_intern(struct block_kinds *kinds, uint32_t type, uint64_t count, uint32_t *id,
                                msrck_error *error)
{
    msrck_result result;
    struct block_kind kind = { .bytes = 0 };
    uint32_t *slot;

    if (kinds->last < kinds->count && kinds->items[kinds->last].type == type &&
        kinds->items[kinds->last].count == count) {
        *id = kinds->last;
        return MSRCK_OK;
    }
    result = check(kinds, &type, &count, error);
    if (result != MSRCK_OK)
        return result;
    kind.type = type;
    kind.count = count;
    kind.bytes = msrck_block_bytes(kinds->table, type, count);
    kind.has_pointers = msrck_ti_get(kinds->table, type)->has_pointers;
    if (kind.bytes >= SIZE_MAX / 2)
        return msrck_fail(error, MSRCK_MISUSE, "block of %llu elements of %s: its size overflows",
                          (unsigned long long)count, msrck_ti_get(kinds->table, type)->name);
    if (kinds->count >= NO_KIND - 1 || !grow(kinds))
        return msrck_fail_memory(error, (kinds->count + 1) * sizeof kind, "kinds of blocks");
    slot = slot_of(kinds, type, count);
    if (*slot == 0) {
        kinds->items[kinds->count++] = kind;
        *slot = (uint32_t)kinds->count;
    }
    *id = kinds->last = *slot - 1;
    return MSRCK_OK;
}
