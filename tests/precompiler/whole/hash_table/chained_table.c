/* SPDX-License-Identifier: MIT */
#include "chained_table.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 4

static void *xmalloc(size_t size)
{
    void *block = malloc(size);

    if (!block)
        abort();
    return block;
}

static char *xstrdup(const char *text)
{
    size_t length = strlen(text) + 1;
    char *copy = xmalloc(length);

    return memcpy(copy, text, length);
}

unsigned long hash_djb(const char *key)
{
    unsigned long hash = 5381;

    for (; *key; key++)
        hash = (hash * 33 + (unsigned char)*key) & 0xffffffffUL;
    return hash;
}

unsigned long hash_sum(const char *key)
{
    unsigned long hash = 0;

    while (*key)
        hash += (unsigned char)*key++;
    return hash;
}

table_t *table_create(hash_function hash)
{
    table_t *table = xmalloc(sizeof(table_t));

    memset(table, 0, sizeof *table);
    table->bucket_count = FIRST_BUCKETS;
    table->buckets = calloc(table->bucket_count, sizeof(entry_t *));
    table->hash = hash ? hash : &hash_djb;
    return table;
}

static void entry_free(entry_t *entry)
{
    free(entry->key);
    free(entry);
}

void table_destroy(table_t *table)
{
    entry_t *entry = table->oldest;

    while (entry) {
        entry_t *next = entry->newer;

        entry_free(entry);
        entry = next;
    }
    free(table->buckets);
    free(table);
}

static void grow(table_t *table)
{
    size_t count = table->bucket_count * 2, i;
    entry_t **buckets = calloc(count, sizeof *buckets);

    for (i = 0; i < table->bucket_count; i++) {
        entry_t *entry, *next;

        for (entry = table->buckets[i]; entry; entry = next) {
            entry_t **bucket = buckets + entry->hash % count;

            next = entry->next;
            entry->next = *bucket;
            *bucket = entry;
        }
    }
    free(table->buckets);
    table->buckets = buckets;
    table->bucket_count = count;
    table->statistics.resizes++;
}

static entry_t **find(table_t *table, const char *key, unsigned long hash)
{
    entry_t **link = &table->buckets[hash % table->bucket_count];

    table->statistics.lookups++;
    while (*link && ((*link)->hash != hash || strcmp((*link)->key, key) != 0)) {
        table->statistics.probes++;
        link = &(*link)->next;
    }
    return link;
}

long *table_slot(table_t *table, const char *key)
{
    unsigned long hash = table->hash(key);
    entry_t **link = find(table, key, hash), *entry = *link;

    if (entry)
        return &entry->value;
    if (table->used >= 2 * table->bucket_count) {
        grow(table);
        link = find(table, key, hash);
    }
    *link = entry = xmalloc(sizeof *entry);
    *entry = (entry_t){ .key = xstrdup(key), .hash = hash, .older = table->newest };
    if (table->newest)
        table->newest->newer = entry;
    else
        table->oldest = entry;
    table->newest = entry;
    table->used++;
    return &entry->value;
}

int table_remove(table_t *table, const char *key)
{
    entry_t **link = find(table, key, table->hash(key)), *entry = *link;

    if (!entry)
        return 0;
    *link = entry->next;
    *(entry->older ? &entry->older->newer : &table->oldest) = entry->newer;
    *(entry->newer ? &entry->newer->older : &table->newest) = entry->older;
    entry_free(entry);
    table->used--;
    return 1;
}

int table_visit(const table_t *table, visit_function visit, void *context)
{
    int result = 0;

    for (const entry_t *entry = table->oldest; entry && !result; entry = entry->newer)
        result = visit(entry->key, entry->value, context);
    return result;
}
