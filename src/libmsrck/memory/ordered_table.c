/* SPDX-License-Identifier: MIT */
#include "memory/ordered_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"

#define RUN_LENGTH 256u

struct ordered_run {
    size_t length;
    uintptr_t keys[RUN_LENGTH];     /* addresses, ascending */
    size_t handles[RUN_LENGTH];
};

/* A place among the keys: key `index` of run `run`. */
struct place { size_t run, index; };

void msrck_ordered_init(struct ordered_table *table)
{
    memset(table, 0, sizeof *table);
    table->vacant = table->last = NO_ENTRY;
}

void msrck_ordered_free(struct ordered_table *table)
{
    size_t i;

    for (i = 0; i < table->run_count; i++)
        free(table->runs[i]);
    free(table->runs);
    free(table->first_keys);
    free(table->entries);
    msrck_ordered_init(table);
}

/* ---- Searching ---- */

/* Number of keys that are not above `key`. */
static size_t count_up_to(const uintptr_t *keys, size_t length, uintptr_t key)
{
    size_t low = 0, high = length;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (keys[middle] <= key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The last place whose key is not above `key`; false when all are above. */
static bool locate(const struct ordered_table *table, uintptr_t key, struct place *place)
{
    size_t runs = count_up_to(table->first_keys, table->run_count, key);

    if (runs == 0)
        return false;
    place->run = runs - 1;
    place->index = count_up_to(table->runs[runs - 1]->keys, table->runs[runs - 1]->length, key) - 1;
    return true;
}

static bool step_back(const struct ordered_table *table, struct place *place)
{
    if (place->index > 0) {
        place->index--;
        return true;
    }
    if (place->run == 0)
        return false;
    place->index = table->runs[--place->run]->length - 1;
    return true;
}

static size_t handle_at(const struct ordered_table *table, struct place place)
{
    return table->runs[place.run]->handles[place.index];
}

size_t msrck_ordered_find(struct ordered_table *table, const void *address)
{
    uintptr_t key = (uintptr_t)address;
    struct place place, before;

    if (table->last < table->entry_count) {
        const struct ordered_entry *last = &table->entries[table->last];

        if (last->references != 0 && key - (uintptr_t)last->address < last->bytes)
            return table->last;
    }
    if (!locate(table, key, &place))
        return NO_ENTRY;
    key = table->runs[place.run]->keys[place.index];
    for (before = place; step_back(table, &before) && table->runs[before.run]->keys[before.index] == key;)
        place = before;
    table->last = handle_at(table, place);
    return table->last;
}

/* ---- Adding ---- */

/* Opens a run at `index` of the list of runs. */
static struct ordered_run *insert_run(struct ordered_table *table, size_t index)
{
    struct ordered_run *run;

    if (!msrck_reserve(&table->runs, &table->run_capacity, table->run_count + 1, sizeof *table->runs) ||
        !msrck_reserve(&table->first_keys, &table->key_capacity, table->run_count + 1, sizeof *table->first_keys))
        return NULL;
    run = msrck_allocate(1, sizeof *run);
    if (run == NULL)
        return NULL;
    memmove(table->runs + index + 1, table->runs + index, (table->run_count - index) * sizeof *table->runs);
    memmove(table->first_keys + index + 1, table->first_keys + index,
            (table->run_count - index) * sizeof *table->first_keys);
    table->runs[index] = run;
    table->run_count++;
    return run;
}

static void move_keys(struct ordered_run *to, size_t to_index, const struct ordered_run *from, size_t from_index,
                      size_t count)
{
    memmove(to->keys + to_index, from->keys + from_index, count * sizeof to->keys[0]);
    memmove(to->handles + to_index, from->handles + from_index, count * sizeof to->handles[0]);
}

/*
 * Makes room in a full run: at its ends by a fresh run, since series of ascending or descending addresses go on; else
 * by halving it.
 */
static bool make_room(struct ordered_table *table, struct place *place)
{
    struct ordered_run *full = table->runs[place->run], *fresh;

    if (place->index == full->length) {
        fresh = insert_run(table, ++place->run);
        place->index = 0;
        return fresh != NULL;
    }
    if (place->index == 0)
        return insert_run(table, place->run) != NULL;
    fresh = insert_run(table, place->run + 1);
    if (fresh == NULL)
        return false;
    fresh->length = full->length / 2;
    full->length -= fresh->length;
    move_keys(fresh, 0, full, full->length, fresh->length);
    table->first_keys[place->run + 1] = fresh->keys[0];
    if (place->index > full->length) {
        place->index -= full->length;
        place->run++;
    }
    return true;
}

static bool insert_key(struct ordered_table *table, uintptr_t key, size_t handle)
{
    struct place place = { 0, 0 };
    struct ordered_run *run;

    if (locate(table, key, &place))
        place.index++;
    if (table->run_count == 0 && insert_run(table, 0) == NULL)
        return false;
    if (table->runs[place.run]->length == RUN_LENGTH && !make_room(table, &place))
        return false;
    run = table->runs[place.run];
    move_keys(run, place.index + 1, run, place.index, run->length - place.index);
    run->keys[place.index] = key;
    run->handles[place.index] = handle;
    run->length++;
    table->first_keys[place.run] = run->keys[0];
    return true;
}

static bool same_block(const struct ordered_entry *a, const struct ordered_entry *b)
{
    return a->address == b->address && a->data == b->data && a->bytes == b->bytes && a->count == b->count &&
           a->type == b->type && a->segment == b->segment;
}

static msrck_result fail_overlap(const struct ordered_entry *entry, const struct ordered_entry *other,
                                 msrck_error *error)
{
    return msrck_fail(error, MSRCK_MISUSE,
                      "the block of %llu bytes at %p overlaps the registered one of %llu bytes at %p",
                      (unsigned long long)entry->bytes, (const void *)entry->address, (unsigned long long)other->bytes,
                      (const void *)other->address);
}

/* Bytes that the block keeps others from; even one without bytes has its place. */
static uint64_t span(const struct ordered_entry *entry)
{
    return entry->bytes == 0 ? 1 : entry->bytes;
}

/* Finds an equal block, or what is in the way. NO_ENTRY in *equal when there is none. */
static msrck_result check_neighbours(const struct ordered_table *table, const struct ordered_entry *entry,
                                     size_t *equal, msrck_error *error)
{
    uintptr_t key = (uintptr_t)entry->address, last = key + (uintptr_t)(span(entry) - 1);
    struct place place;
    bool found;

    *equal = NO_ENTRY;
    /* Above: whatever begins before the end, but not here. */
    if (locate(table, last, &place)) {
        const struct ordered_entry *other = &table->entries[handle_at(table, place)];

        if ((uintptr_t)other->address > key)
            return fail_overlap(entry, other, error);
    }
    for (found = locate(table, key, &place); found; found = step_back(table, &place)) {
        const struct ordered_entry *other = &table->entries[handle_at(table, place)];

        if (same_block(entry, other))
            *equal = handle_at(table, place);
        if (((uintptr_t)other->address != key || other->bytes != entry->bytes) &&
            span(other) > key - (uintptr_t)other->address)
            return fail_overlap(entry, other, error);
        if ((uintptr_t)other->address != key)
            break;
    }
    return MSRCK_OK;
}

/* A vacant entry, first in the list or new; NO_ENTRY when memory is out. */
static size_t take_entry(struct ordered_table *table)
{
    size_t handle = table->vacant;

    if (handle != NO_ENTRY) {
        table->vacant = (size_t)table->entries[handle].sequence;
        return handle;
    }
    if (!msrck_reserve(&table->entries, &table->entry_capacity, table->entry_count + 1, sizeof *table->entries))
        return NO_ENTRY;
    return table->entry_count++;
}

static void give_entry(struct ordered_table *table, size_t handle)
{
    memset(&table->entries[handle], 0, sizeof table->entries[handle]);
    table->entries[handle].sequence = table->vacant;
    table->vacant = handle;
}

msrck_result msrck_ordered_add(struct ordered_table *table, const struct ordered_entry *entry, size_t *handle,
                               msrck_error *error)
{
    msrck_result result = check_neighbours(table, entry, handle, error);

    if (result != MSRCK_OK)
        return result;
    if (*handle != NO_ENTRY) {
        table->entries[*handle].references++;
        return MSRCK_OK;
    }
    *handle = take_entry(table);
    if (*handle == NO_ENTRY)
        return msrck_fail_memory(error, (table->entry_count + 1) * sizeof *entry, "registered blocks");
    if (!insert_key(table, (uintptr_t)entry->address, *handle)) {
        give_entry(table, *handle);
        return msrck_fail_memory(error, sizeof(struct ordered_run), "registered blocks");
    }
    table->entries[*handle] = *entry;
    table->entries[*handle].references = 1;
    table->entries[*handle].sequence = table->next_sequence++;
    table->entries[*handle].marked = table->entries[*handle].deferred = false;
    return MSRCK_OK;
}

/* ---- Removing ---- */

static void remove_key(struct ordered_table *table, struct place place)
{
    struct ordered_run *run = table->runs[place.run];

    run->length--;
    move_keys(run, place.index, run, place.index + 1, run->length - place.index);
    if (run->length > 0) {
        table->first_keys[place.run] = run->keys[0];
        return;
    }
    free(run);
    table->run_count--;
    memmove(table->runs + place.run, table->runs + place.run + 1, (table->run_count - place.run) * sizeof *table->runs);
    memmove(table->first_keys + place.run, table->first_keys + place.run + 1,
            (table->run_count - place.run) * sizeof *table->first_keys);
}

void msrck_ordered_remove(struct ordered_table *table, size_t handle)
{
    struct place place;
    bool found;

    if (handle >= table->entry_count || table->entries[handle].references == 0 ||
        --table->entries[handle].references > 0)
        return;
    for (found = locate(table, (uintptr_t)table->entries[handle].address, &place); found;
         found = step_back(table, &place))
        if (handle_at(table, place) == handle) {
            remove_key(table, place);
            break;
        }
    give_entry(table, handle);
}
