/* SPDX-License-Identifier: MIT */
#ifndef CHAINED_TABLE_H
#define CHAINED_TABLE_H

#include <stddef.h>

typedef struct entry entry_t;
typedef struct table table_t;

typedef unsigned long (*hash_function)(const char *key);
typedef int (*visit_function)(const char *key, long value, void *context);

struct entry {
    char *key;
    long value;
    unsigned long hash;
    entry_t *next;      /* in its chain */
    entry_t *older, *newer; /* in the order of insertion */
};

struct table {
    entry_t **buckets;
    size_t bucket_count, used;
    hash_function hash;
    entry_t *oldest, *newest;
    struct {
        unsigned long lookups, probes, resizes;
    } statistics;
};

table_t *table_create(hash_function hash);
void table_destroy(table_t *table);
long *table_slot(table_t *table, const char *key);
int table_remove(table_t *table, const char *key);
int table_visit(const table_t *table, visit_function visit, void *context);
unsigned long hash_djb(const char *key);
unsigned long hash_sum(const char *key);

#endif
