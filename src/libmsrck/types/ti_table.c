/* SPDX-License-Identifier: MIT */
#include "types/ti_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "types/ti_storage.h"

/* FNV-1a. Names come from the program here, so nobody chooses them to collide. */
static size_t hash_name(const char *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return (size_t)(hash ^ hash >> 32);
}

/* Descriptions lie at multiples of a pointer's size; the product spreads what is left over the high bits. */
static size_t hash_address(const msrck_type *address)
{
    return (size_t)((uint64_t)(uintptr_t)address * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static void slots_insert(struct ti_slots *slots, size_t hash, uint32_t index)
{
    size_t slot = hash & (slots->size - 1);

    while (slots->slots[slot] != 0)
        slot = (slot + 1) & (slots->size - 1);
    slots->slots[slot] = index + 1;
}

/* Empties the slots and makes them at least twice as many as the items. False when memory is out. */
static bool slots_resize(struct ti_slots *slots, size_t items)
{
    size_t size = 64;
    uint32_t *fresh;

    while (size / 2 < items)
        size *= 2;
    fresh = msrck_allocate(size, sizeof *fresh);
    if (fresh == NULL)
        return false;
    free(slots->slots);
    slots->slots = fresh;
    slots->size = size;
    return true;
}

struct ti_table *msrck_ti_new(void)
{
    struct ti_table *table = msrck_allocate(1, sizeof *table);
    struct ti_type *entry;

    if (table == NULL)
        return NULL;
    entry = msrck_ti_append(table);
    if (entry != NULL) {
        entry->kind = MSRCK_KIND_VOID;
        entry->name = msrck_copy_text("void");
        if (entry->name != NULL && msrck_ti_index_name(table, TI_VOID))
            return table;
    }
    msrck_ti_free(table);
    return NULL;
}

struct ti_table *msrck_ti_new_believed(void)
{
    struct ti_table *table = msrck_ti_new();

    if (table != NULL)
        table->believed = true;
    return table;
}

static void clear_names(struct ti_type *type)
{
    for (uint32_t i = 0; i < type->field_count; i++)
        free(type->fields[i].name);
    for (uint32_t i = 0; i < type->enumerator_count; i++)
        free(type->enumerators[i].name);
    free(type->name);
}

void msrck_ti_clear_type(struct ti_type *type)
{
    clear_names(type);
    free(type->fields);
    free(type->enumerators);
    memset(type, 0, sizeof *type);
}

void msrck_ti_free(struct ti_table *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->count; i++) {
        if (table->texts == NULL)
            clear_names(&table->types[i]);
        free(table->types[i].fields);
        free(table->types[i].enumerators);
    }
    free(table->texts);
    free(table->types);
    free(table->by_name.slots);
    free(table->descriptions);
    free(table->by_address.slots);
    free(table);
}

struct ti_type *msrck_ti_append(struct ti_table *table)
{
    if (!msrck_reserve(&table->types, &table->capacity, table->count + 1, sizeof *table->types))
        return NULL;
    table->types[table->count].id = (uint32_t)table->count;
    return &table->types[table->count++];
}

static bool rebuild_names(struct ti_table *table)
{
    if (!slots_resize(&table->by_name, table->count))
        return false;
    for (uint32_t id = 0; id < table->count; id++)
        if (table->types[id].name != NULL)
            slots_insert(&table->by_name, hash_name(table->types[id].name), id);
    return true;
}

static bool rebuild_addresses(struct ti_table *table)
{
    if (!slots_resize(&table->by_address, table->description_count))
        return false;
    for (uint32_t i = 0; i < table->description_count; i++)
        slots_insert(&table->by_address, hash_address(table->descriptions[i].address), i);
    return true;
}

bool msrck_ti_index_name(struct ti_table *table, uint32_t id)
{
    if (table->by_name.size / 2 < table->count)
        return rebuild_names(table);
    slots_insert(&table->by_name, hash_name(table->types[id].name), id);
    return true;
}

bool msrck_ti_index_description(struct ti_table *table, const msrck_type *address, uint32_t id)
{
    size_t index = table->description_count;

    if (!msrck_reserve(&table->descriptions, &table->description_capacity, index + 1, sizeof *table->descriptions))
        return false;
    table->descriptions[index] = (struct ti_description){ address, id };
    table->description_count++;
    if (table->by_address.size / 2 >= table->description_count)
        slots_insert(&table->by_address, hash_address(address), (uint32_t)index);
    else if (!rebuild_addresses(table)) {
        table->description_count--;
        return false;
    }
    return true;
}

/* Refills slots that are large enough already, so that it cannot fail. */
static void refill(struct ti_table *table)
{
    if (table->by_name.size > 0)
        memset(table->by_name.slots, 0, table->by_name.size * sizeof *table->by_name.slots);
    if (table->by_address.size > 0)
        memset(table->by_address.slots, 0, table->by_address.size * sizeof *table->by_address.slots);
    for (uint32_t id = 0; id < table->count; id++)
        slots_insert(&table->by_name, hash_name(table->types[id].name), id);
    for (uint32_t i = 0; i < table->description_count; i++)
        slots_insert(&table->by_address, hash_address(table->descriptions[i].address), i);
}

void msrck_ti_truncate(struct ti_table *table, size_t count, size_t description_count)
{
    while (table->count > count)
        msrck_ti_clear_type(&table->types[--table->count]);
    table->description_count = description_count;
    refill(table);
}

uint32_t msrck_ti_find_description(const struct ti_table *table, const msrck_type *type)
{
    const struct ti_slots *slots = &table->by_address;
    size_t slot = hash_address(type);
    uint32_t index;

    if (slots->size == 0)
        return UINT32_MAX;
    while ((index = slots->slots[slot & (slots->size - 1)]) != 0) {
        if (table->descriptions[index - 1].address == type)
            return table->descriptions[index - 1].id;
        slot++;
    }
    return UINT32_MAX;
}

/* Void is not in the order of the names; the caller has looked at it. */
static uint32_t search_ascending(const struct ti_table *table, const char *name)
{
    size_t low = 1, high = table->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, table->types[middle].name);

        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return UINT32_MAX;
}

uint32_t msrck_ti_find_name(const struct ti_table *table, const char *name)
{
    const struct ti_slots *slots = &table->by_name;
    size_t slot;
    uint32_t index;

    if (strcmp(name, table->types[TI_VOID].name) == 0)
        return TI_VOID;
    if (table->names_ascend)
        return search_ascending(table, name);
    slot = hash_name(name);
    while ((index = slots->slots[slot & (slots->size - 1)]) != 0) {
        if (strcmp(table->types[index - 1].name, name) == 0)
            return index - 1;
        slot++;
    }
    return UINT32_MAX;
}

uint32_t msrck_ti_count(const struct ti_table *table)
{
    return (uint32_t)table->count;
}

const struct ti_type *msrck_ti_get(const struct ti_table *table, uint32_t id)
{
    return &table->types[id];
}

uint32_t msrck_ti_strip_arrays(const struct ti_table *table, uint32_t id, uint64_t *count)
{
    while (table->types[id].kind == MSRCK_KIND_ARRAY) {
        if (__builtin_mul_overflow(*count, table->types[id].count, count))
            return UINT32_MAX;
        id = table->types[id].element;
    }
    return id;
}

struct named_id { const char *name; uint32_t id; };

static int compare_names(const void *left, const void *right)
{
    return strcmp(((const struct named_id *)left)->name, ((const struct named_id *)right)->name);
}

uint32_t *msrck_ti_file_order(const struct ti_table *table)
{
    uint32_t *order = msrck_allocate(table->count, sizeof *order);
    struct named_id *names = msrck_allocate(table->count, sizeof *names);

    if (order != NULL && names != NULL) {
        for (uint32_t id = 0; id < table->count; id++)
            names[id] = (struct named_id){ table->types[id].name, id };
        qsort(names + 1, table->count - 1, sizeof *names, compare_names);
        for (size_t i = 0; i < table->count; i++)
            order[i] = names[i].id;
    } else {
        free(order);
        order = NULL;
    }
    free(names);
    return order;
}
