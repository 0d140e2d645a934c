/* SPDX-License-Identifier: MIT */
#include "memory/content_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"

#define PIECE_BYTES 65536u

struct content_piece {
    struct content_piece *next;
    size_t used, size;
    unsigned char bytes[];
};

void msrck_content_clear(struct content_store *store)
{
    while (store->pieces != NULL) {
        struct content_piece *next = store->pieces->next;

        free(store->pieces);
        store->pieces = next;
    }
    free(store->items);
    free(store->slots);
    free(store->sorted);
    memset(store, 0, sizeof *store);
}

/* FNV-1a: contents are short, and come from the program itself. */
static uint64_t hash(const unsigned char *bytes, size_t length)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    size_t i;

    for (i = 0; i < length; i++)
        value = (value ^ bytes[i]) * UINT64_C(0x100000001b3);
    return value;
}

/* The slot of the equal content, or the free one where it belongs. There is always one free. */
static uint32_t *slot_of(const struct content_store *store, const void *bytes, size_t length, uint64_t value)
{
    size_t i = (size_t)(value ^ value >> 32);

    for (;; i++) {
        uint32_t *slot = &store->slots[i & (store->slot_count - 1)];
        const struct content *item;

        if (*slot == 0)
            return slot;
        item = &store->items[*slot - 1];
        if (item->hash == value && item->length == length && memcmp(item->bytes, bytes, length) == 0)
            return slot;
    }
}

/* Keeps the hash table at most half full. */
static bool grow_slots(struct content_store *store)
{
    size_t slot_count = store->slot_count == 0 ? 64 : store->slot_count * 2, i;
    uint32_t *slots;

    if (store->count * 2 < store->slot_count)
        return true;
    slots = msrck_allocate(slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    free(store->slots);
    store->slots = slots;
    store->slot_count = slot_count;
    for (i = 0; i < store->count; i++)
        *slot_of(store, store->items[i].bytes, store->items[i].length, store->items[i].hash) = (uint32_t)i + 1;
    return true;
}

/* A copy at a place that stays; NULL when memory is out. */
static const unsigned char *keep(struct content_store *store, const void *bytes, size_t length)
{
    struct content_piece *piece = store->pieces;
    unsigned char *copy;

    if (piece == NULL || piece->size - piece->used < length) {
        size_t size = length > PIECE_BYTES ? length : PIECE_BYTES;

        if (size > SIZE_MAX - sizeof *piece)
            return NULL;
        piece = malloc(sizeof *piece + size);
        if (piece == NULL)
            return NULL;
        piece->next = store->pieces;
        piece->used = 0;
        piece->size = size;
        store->pieces = piece;
        store->piece_bytes += sizeof *piece + size;
    }
    copy = piece->bytes + piece->used;
    if (length != 0)
        memcpy(copy, bytes, length);
    piece->used += length;
    return copy;
}

bool msrck_content_add(struct content_store *store, const void *bytes, size_t length, bool shared, size_t *index,
                       bool *fresh)
{
    struct content item = { .length = length, .hash = shared ? hash(bytes, length) : 0 };
    uint32_t *slot = NULL;

    *fresh = false;
    if (store->count >= UINT32_MAX - 1 ||
        !msrck_reserve(&store->items, &store->capacity, store->count + 1, sizeof *store->items) ||
        (shared && !grow_slots(store)))
        return false;
    if (shared) {
        slot = slot_of(store, bytes, length, item.hash);
        if (*slot != 0) {
            *index = *slot - 1;
            return true;
        }
    }
    item.bytes = keep(store, bytes, length);
    if (item.bytes == NULL)
        return false;
    *index = store->count;
    store->items[store->count++] = item;
    if (slot != NULL)
        *slot = (uint32_t)store->count;
    *fresh = true;
    return true;
}

/* An index with what it is sorted by. */
struct sort_key { size_t length, index; };

static int compare_keys(const void *left, const void *right)
{
    const struct sort_key *a = left, *b = right;

    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

bool msrck_content_sort(struct content_store *store)
{
    struct sort_key *keys = msrck_allocate(store->count, sizeof *keys);
    size_t used = 0, i;

    free(store->sorted);
    store->sorted = msrck_allocate(store->count, sizeof *store->sorted);
    if (keys == NULL || store->sorted == NULL) {
        free(keys);
        return false;
    }
    for (i = 0; i < store->count; i++)
        if (store->items[i].length != 0)
            keys[used++] = (struct sort_key){ store->items[i].length, i };
    qsort(keys, used, sizeof *keys, compare_keys);
    for (i = 0; i < used; i++)
        store->sorted[i] = keys[i].index;
    store->sorted_count = used;
    free(keys);
    return true;
}

size_t msrck_content_overhead(const struct content_store *store)
{
    return store->capacity * sizeof *store->items + store->slot_count * sizeof *store->slots + store->piece_bytes +
           store->sorted_count * sizeof *store->sorted;
}
