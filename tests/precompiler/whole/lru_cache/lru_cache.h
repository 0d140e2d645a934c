/* SPDX-License-Identifier: MIT */
#ifndef LRU_CACHE_H
#define LRU_CACHE_H

#include <stdint.h>

#include "intrusive_list.h"

enum { CHAINS = 32 };

struct cache_entry {
    uint32_t key;
    uint16_t uses;
    uint8_t pinned : 1, dirty : 1, generation : 4;
    struct link chain;  /* of its hash */
    struct link recent; /* in the order of use */
    struct link owned;  /* by its owner */
    struct owner *owner;
    size_t size;
    unsigned char *data;
};

struct owner {
    char name[8];
    struct link entries;
    size_t bytes, limit;
    struct link neighbours;
};

typedef void (*write_back)(struct cache_entry *entry, void *context);

struct cache {
    struct link chains[CHAINS];
    struct link recent;
    struct link owners;
    size_t bytes, limit, count;
    unsigned long hits, misses, evictions, writes;
    write_back write;
    void *context;
    uint8_t generation;
};

struct cache *cache_new(size_t limit, write_back write, void *context);
struct owner *cache_owner(struct cache *cache, const char *name, size_t limit);
struct cache_entry *cache_get(struct cache *cache, struct owner *owner, uint32_t key, size_t size);
void cache_drop_owner(struct cache *cache, struct owner *owner);
void cache_age(struct cache *cache);
size_t cache_check(const struct cache *cache);
void cache_free(struct cache *cache);

#endif
