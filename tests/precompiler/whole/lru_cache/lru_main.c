/* SPDX-License-Identifier: MIT */
/* Three owners use one cache with patterns of their own. */
#include <stdio.h>
#include <stdlib.h>

#include "lru_cache.h"

struct journal {
    unsigned long sum, entries;
    char last[8];
};

struct pattern {
    struct owner *owner;
    uint32_t (*next_key)(struct pattern *pattern);
    uint32_t position, stride;
    unsigned long served;
};

static uint32_t lottery = 99;

static uint32_t next_lottery(void)
{
    lottery = lottery * 1664525u + 1013904223u;
    return lottery >> 12;
}

static uint32_t sequential(struct pattern *pattern)
{
    return pattern->position = (pattern->position + pattern->stride) % 97;
}

static uint32_t scattered(struct pattern *pattern)
{
    (void)pattern;
    return next_lottery() % 60;
}

static uint32_t favouring(struct pattern *pattern)
{
    uint32_t key = next_lottery();

    pattern->position ^= key;
    return key % 4 ? key / 4 % 6 : key / 4 % 50;
}

static void note(struct cache_entry *entry, void *context)
{
    struct journal *journal = context;

    for (size_t i = 0; i < entry->size; i++)
        journal->sum = (journal->sum * 31 + entry->data[i]) & 0xffffffffUL;
    journal->entries++;
    snprintf(journal->last, sizeof journal->last, "%s", entry->owner->name);
}

static void use(struct cache *cache, struct pattern *pattern)
{
    uint32_t key = pattern->next_key(pattern);
    struct cache_entry *entry = cache_get(cache, pattern->owner, key, 16 + key % 48);

    entry->data[entry->uses % entry->size] ^= (unsigned char)pattern->served++;
    if (next_lottery() % 3 == 0)
        entry->dirty = 1;
    entry->pinned = entry->uses > 12;
}

static void print_recent(const struct cache *cache, int most)
{
    const struct link *at;

    printf("  recent:");
    for_each_link(at, &cache->recent) {
        const struct cache_entry *entry = container_of(at, const struct cache_entry, recent);

        if (most-- == 0)
            break;
        printf(" %s/%u%s", entry->owner->name, (unsigned)entry->key, entry->pinned ? "!" : entry->dirty ? "*" : "");
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    struct journal journal = { 0, 0, "" };
    struct cache *cache = cache_new(1500, note, &journal);
    struct pattern patterns[3] = {
        { cache_owner(cache, "walk", 700), sequential, 0, 5, 0 },
        { cache_owner(cache, "dice", 600), scattered, 0, 0, 0 },
        { cache_owner(cache, "fond", 900), favouring, 0, 0, 0 },
    };
    int rounds = argc > 1 ? atoi(argv[1]) : 8;

    for (int round = 1; round <= rounds; round++) {
        for (int i = 0; i < 60; i++)
            use(cache, &patterns[(i + round) % 3]);
        cache_age(cache);
        printf("%d: %lu entries, %lu bytes (%lu), %lu hits, %lu misses, %lu evictions, %lu written, last of %s\n", round,
               (unsigned long)cache->count, (unsigned long)cache->bytes, (unsigned long)cache_check(cache), cache->hits,
               cache->misses, cache->evictions, cache->writes, journal.last);
        print_recent(cache, 9);
        if (round == 5) {
            cache_drop_owner(cache, patterns[1].owner);
            patterns[1].owner = cache_owner(cache, "new", 500);
        }
    }
    cache_free(cache);
    printf("journal: %lu entries, sum %08lx\n", journal.entries, journal.sum);
    return 0;
}
