/* SPDX-License-Identifier: MIT */
#include "lru_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cache *cache_new(size_t limit, write_back write, void *context)
{
    struct cache *cache = malloc(sizeof(struct cache));

    *cache = (struct cache){ .limit = limit, .write = write, .context = context };
    for (int i = 0; i < CHAINS; i++)
        ring_init(cache->chains + i);
    ring_init(&cache->recent);
    ring_init(&cache->owners);
    return cache;
}

struct owner *cache_owner(struct cache *cache, const char *name, size_t limit)
{
    struct owner *owner = calloc(1, sizeof *owner);

    snprintf(owner->name, sizeof owner->name, "%s", name);
    owner->limit = limit;
    ring_init(&owner->entries);
    link_push(&cache->owners, &owner->neighbours);
    return owner;
}

static struct link *chain_of(struct cache *cache, uint32_t key)
{
    return &cache->chains[(key * 2654435761u) >> 27];
}

static struct cache_entry *look_up(struct cache *cache, const struct owner *owner, uint32_t key)
{
    struct link *chain = chain_of(cache, key), *at;

    for_each_link(at, chain) {
        struct cache_entry *entry = container_of(at, struct cache_entry, chain);

        if (entry->key == key && entry->owner == owner)
            return entry;
    }
    return NULL;
}

static void discard(struct cache *cache, struct cache_entry *entry)
{
    if (entry->dirty) {
        cache->write(entry, cache->context);
        cache->writes++;
    }
    link_remove(&entry->chain);
    link_remove(&entry->recent);
    link_remove(&entry->owned);
    cache->bytes -= entry->size;
    entry->owner->bytes -= entry->size;
    cache->count--;
    free(entry->data);
    free(entry);
}

/* Frees the least recently used of an owner, or of all, that are not pinned, until `size` more bytes fit. */
static void make_room(struct cache *cache, struct owner *owner, size_t size)
{
    struct link *at, *before;

    for (at = owner->entries.previous; at != &owner->entries && owner->bytes + size > owner->limit; at = before) {
        struct cache_entry *entry = container_of(at, struct cache_entry, owned);

        before = at->previous;
        if (!entry->pinned) {
            discard(cache, entry);
            cache->evictions++;
        }
    }
    for (at = cache->recent.previous; at != &cache->recent && cache->bytes + size > cache->limit; at = before) {
        struct cache_entry *entry = container_of(at, struct cache_entry, recent);

        before = at->previous;
        if (entry->pinned)
            continue;
        discard(cache, entry);
        cache->evictions++;
    }
}

struct cache_entry *cache_get(struct cache *cache, struct owner *owner, uint32_t key, size_t size)
{
    struct cache_entry *entry = look_up(cache, owner, key);

    if (entry) {
        cache->hits++;
        entry->uses++;
        entry->generation = cache->generation & 15;
        link_move(&cache->recent, &entry->recent);
        link_move(&owner->entries, &entry->owned);
        return entry;
    }
    cache->misses++;
    make_room(cache, owner, size);
    entry = calloc(1, sizeof(struct cache_entry));
    entry->key = key;
    entry->uses = 1;
    entry->generation = cache->generation & 15;
    entry->owner = owner;
    entry->size = size;
    entry->data = malloc(size);
    for (size_t i = 0; i < size; i++)
        entry->data[i] = (unsigned char)(key + i * 7);
    link_push(chain_of(cache, key), &entry->chain);
    link_push(&cache->recent, &entry->recent);
    link_push(&owner->entries, &entry->owned);
    cache->count++;
    cache->bytes += size;
    owner->bytes += size;
    return entry;
}

void cache_drop_owner(struct cache *cache, struct owner *owner)
{
    while (!ring_empty(&owner->entries))
        discard(cache, container_of(owner->entries.next, struct cache_entry, owned));
    link_remove(&owner->neighbours);
    free(owner);
}

void cache_age(struct cache *cache)
{
    struct link *at;

    cache->generation++;
    for_each_link(at, &cache->recent) {
        struct cache_entry *entry = container_of(at, struct cache_entry, recent);

        if (((cache->generation - entry->generation) & 15) > 3)
            entry->uses >>= 1, entry->pinned = 0;
    }
}

/* The bytes that the chains hold; 0 when they and the owners do not agree. */
size_t cache_check(const struct cache *cache)
{
    size_t in_chains = 0, in_owners = 0;
    const struct link *at, *inner;

    for (const struct link *chain = cache->chains; chain < cache->chains + CHAINS; chain++)
        for_each_link(at, chain)
            in_chains += container_of(at, const struct cache_entry, chain)->size;
    for_each_link(at, &cache->owners) {
        const struct owner *owner = container_of(at, const struct owner, neighbours);

        for_each_link(inner, &owner->entries)
            in_owners += container_of(inner, const struct cache_entry, owned)->size;
    }
    return in_chains == in_owners && in_owners == cache->bytes ? in_chains : 0;
}

void cache_free(struct cache *cache)
{
    while (!ring_empty(&cache->owners))
        cache_drop_owner(cache, container_of(cache->owners.next, struct owner, neighbours));
    free(cache);
}
