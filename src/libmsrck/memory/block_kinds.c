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

static size_t hash(uint32_t type, uint64_t count, bool late)
{
    uint64_t mixed = (count + (type * 2u + late) * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);

    return (size_t)(mixed >> 32);
}

/* The slot that holds the kind, or the free one where it belongs. There is always one free. */
static uint32_t *slot_of(const struct block_kinds *kinds, uint32_t type, uint64_t count, bool late)
{
    size_t i = hash(type, count, late);

    for (;; i++) {
        uint32_t *slot = &kinds->slots[i & (kinds->slot_count - 1)];

        if (*slot == 0 || (kinds->items[*slot - 1].type == type && kinds->items[*slot - 1].count == count &&
                           kinds->items[*slot - 1].late == late))
            return slot;
    }
}

uint32_t msrck_kinds_find(const struct block_kinds *kinds, uint32_t type, uint64_t count)
{
    uint32_t slot = kinds->slot_count == 0 ? 0 : *slot_of(kinds, type, count, false);

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
        *slot_of(kinds, kinds->items[i].type, kinds->items[i].count, kinds->items[i].late) = (uint32_t)i + 1;
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

/* Id of the kind, old or new. */
static msrck_result place(struct block_kinds *kinds, const struct block_kind *kind, uint32_t *id, msrck_error *error)
{
    uint32_t *slot;

    if (kinds->count >= NO_KIND - 1 || !grow(kinds))
        return msrck_fail_memory(error, (kinds->count + 1) * sizeof *kind, "kinds of blocks");
    slot = slot_of(kinds, kind->type, kind->count, kind->late);
    if (*slot == 0) {
        kinds->items[kinds->count] = *kind;
        kinds->items[kinds->count++].plain = NO_KIND;
        *slot = (uint32_t)kinds->count;
    }
    *id = *slot - 1;
    return MSRCK_OK;
}

msrck_result msrck_kinds_intern(struct block_kinds *kinds, uint32_t type, uint64_t count, uint32_t *id,
                                msrck_error *error)
{
    msrck_result result;
    struct block_kind kind = { .bytes = 0 };

    if (kinds->last < kinds->count && kinds->items[kinds->last].type == type &&
        kinds->items[kinds->last].count == count && !kinds->items[kinds->last].late) {
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
    result = place(kinds, &kind, id, error);
    if (result == MSRCK_OK)
        kinds->items[*id].plain = kinds->last = *id;
    return result;
}

/* ---- Late-typed blocks ---- */

bool msrck_kinds_fit(const struct ti_table *types, uint32_t type, uint64_t bytes, uint64_t *count, uint64_t *rest)
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    uint64_t size = entry->size, before = 0;

    *count = 0;
    *rest = 0;
    if (entry->flexible != TI_VOID) {
        before = entry->flexible_offset;
        size = msrck_ti_get(types, entry->flexible)->size;
        if (bytes < before)
            return false;
    }
    if (!entry->has_layout || size == 0)
        return false;
    *count = (bytes - before) / size;
    *rest = (bytes - before) % size;
    return *count > 0 || entry->flexible != TI_VOID;
}

/* What such a block is while no pointer has told more: elements of the type that was hinted at, or bytes. */
static msrck_result plain_kind(struct block_kinds *kinds, const struct block_kind *late, uint32_t *id,
                               msrck_error *error)
{
    uint64_t count, rest;

    if (late->type != TI_VOID && msrck_kinds_fit(kinds->table, late->type, late->bytes, &count, &rest))
        return msrck_kinds_intern(kinds, late->type, count, id, error);
    if (kinds->byte_type == TI_VOID) {
        uint32_t byte_type = msrck_ti_find_name(kinds->table, "unsigned char");

        if (byte_type == UINT32_MAX)
            return msrck_fail(error, MSRCK_MISUSE, "the TI table lacks unsigned char");
        kinds->byte_type = byte_type;
    }
    return msrck_kinds_intern(kinds, kinds->byte_type, late->bytes, id, error);
}

msrck_result msrck_kinds_intern_late(struct block_kinds *kinds, uint32_t hint, uint64_t bytes, uint32_t *id,
                                     msrck_error *error)
{
    struct block_kind kind = { .count = bytes, .bytes = bytes, .type = hint, .late = true };
    const struct block_kind *last = kinds->last_late < kinds->count ? &kinds->items[kinds->last_late] : NULL;
    msrck_result result;

    if (last != NULL && last->late && last->bytes == bytes && last->type == hint) {
        *id = kinds->last_late;
        return MSRCK_OK;
    }
    if (bytes == 0 || bytes >= SIZE_MAX / 2 || hint >= msrck_ti_count(kinds->table))
        return msrck_fail(error, MSRCK_MISUSE, "block of %llu bytes without a type", (unsigned long long)bytes);
    result = place(kinds, &kind, id, error);
    if (result != MSRCK_OK)
        return result;
    if (kinds->items[*id].plain == NO_KIND) {
        uint32_t plain;

        result = plain_kind(kinds, &kind, &plain, error);
        if (result != MSRCK_OK)
            return result;
        kinds->items[*id].plain = plain;
    }
    kinds->last_late = *id;
    return MSRCK_OK;
}
