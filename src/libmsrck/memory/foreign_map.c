/* SPDX-License-Identifier: MIT */
#include "memory/foreign_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/count_ones.h"

#define REGION_SHIFT (FOREIGN_PAGE_SHIFT + 8u)
#define GRANULE_MASK ((1u << FOREIGN_GRANULE_SHIFT) - 1)
#define NO_GRANULE UINT32_MAX

void msrck_foreign_free(struct foreign_map *map)
{
    size_t i, page;

    for (i = 0; i < map->region_count; i++) {
        for (page = 0; page < FOREIGN_REGION_PAGES; page++)
            free(map->regions[i]->pages[page].blocks);
        free(map->regions[i]);
    }
    free(map->regions);
    free(map->slots);
    free(map->numbers);
    memset(map, 0, sizeof *map);
}

/* ---- Pages ---- */

static struct foreign_region **slot_of(const struct foreign_map *map, uintptr_t number)
{
    size_t i = (size_t)((uint64_t)number * UINT64_C(0x9e3779b97f4a7c15) >> 32);

    for (;; i++) {
        struct foreign_region **slot = &map->slots[i & (map->slot_count - 1)];

        if (*slot == NULL || (*slot)->number == number)
            return slot;
    }
}

/* The page that the address lies in, or NULL. */
static struct foreign_page *page_of(struct foreign_map *map, uintptr_t address)
{
    uintptr_t number = address >> REGION_SHIFT;

    if (map->last == NULL || map->last->number != number) {
        struct foreign_region *region = map->slot_count == 0 ? NULL : *slot_of(map, number);

        if (region == NULL)
            return NULL;
        map->last = region;
    }
    return &map->last->pages[(address >> FOREIGN_PAGE_SHIFT) & (FOREIGN_REGION_PAGES - 1)];
}

/* Keeps the hash table at most half full. */
static bool grow_slots(struct foreign_map *map)
{
    size_t slot_count = map->slot_count == 0 ? 64 : map->slot_count * 2, i;
    struct foreign_region **slots;

    if (map->region_count * 2 < map->slot_count)
        return true;
    slots = msrck_allocate(slot_count, sizeof *slots);
    if (slots == NULL)
        return false;
    free(map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    for (i = 0; i < map->region_count; i++)
        *slot_of(map, map->regions[i]->number) = map->regions[i];
    return true;
}

static struct foreign_page *make_page(struct foreign_map *map, uintptr_t address)
{
    struct foreign_page *page = page_of(map, address);
    struct foreign_region *region;

    if (page != NULL)
        return page;
    if (!grow_slots(map) || !msrck_reserve(&map->regions, &map->region_capacity, map->region_count + 1, sizeof *map->regions))
        return NULL;
    region = msrck_allocate(1, sizeof *region);
    if (region == NULL)
        return NULL;
    region->number = address >> REGION_SHIFT;
    *slot_of(map, region->number) = region;
    map->regions[map->region_count++] = region;
    return page_of(map, address);
}

/* ---- Starts in a page ---- */

static uint32_t granule_of(uintptr_t address)
{
    return (uint32_t)(address & (FOREIGN_PAGE_BYTES - 1)) >> FOREIGN_GRANULE_SHIFT;
}

static bool starts_at(const struct foreign_page *page, uint32_t granule)
{
    return (page->starts[granule >> 6] >> (granule & 63)) & 1u;
}

/* Starts in the granules before this one. */
static unsigned rank_of(const struct foreign_page *page, uint32_t granule)
{
    unsigned rank = 0, word;

    for (word = 0; word < granule >> 6; word++)
        rank += count_ones(page->starts[word]);
    return rank + count_ones(page->starts[word] & (((uint64_t)1 << (granule & 63)) - 1));
}

/* The last granule with a start that is not behind `granule`, or NO_GRANULE. */
static uint32_t last_start(const struct foreign_page *page, uint32_t granule)
{
    unsigned word = granule >> 6;
    uint64_t bits = page->starts[word] & (~(uint64_t)0 >> (63 - (granule & 63)));

    while (bits == 0) {
        if (word == 0)
            return NO_GRANULE;
        bits = page->starts[--word];
    }
    return word * 64 + 63u - (unsigned)__builtin_clzll(bits);
}

/* The first granule with a start behind `granule`, or NO_GRANULE. */
static uint32_t next_start(const struct foreign_page *page, uint32_t granule)
{
    uint32_t from = granule + 1;
    unsigned word = from >> 6;
    uint64_t bits;

    if (word >= FOREIGN_PAGE_WORDS)
        return NO_GRANULE;
    bits = page->starts[word] & (~(uint64_t)0 << (from & 63));
    while (bits == 0) {
        if (++word == FOREIGN_PAGE_WORDS)
            return NO_GRANULE;
        bits = page->starts[word];
    }
    return word * 64 + (unsigned)__builtin_ctzll(bits);
}

/* Fills the place of the start in `granule` of the page that holds `address`. */
static void set_place(struct foreign_place *place, struct foreign_page *page, uint32_t granule, unsigned rank, const void *address)
{
    uintptr_t inside = (uintptr_t)address & (FOREIGN_PAGE_BYTES - 1);
    uintptr_t start = ((uintptr_t)granule << FOREIGN_GRANULE_SHIFT) + ((page->blocks[rank] >> FOREIGN_OFFSET_SHIFT) & GRANULE_MASK);

    place->page = page;
    place->rank = rank;
    place->address = (const unsigned char *)((uintptr_t)address - inside + start);
}

/* ---- Look-up ---- */

static bool find_in_page(struct foreign_page *page, uint32_t granule, const void *address, struct foreign_place *place)
{
    granule = last_start(page, granule);
    if (granule == NO_GRANULE)
        return false;
    set_place(place, page, granule, rank_of(page, granule), address);
    return true;
}

bool msrck_foreign_find(struct foreign_map *map, const void *address, struct foreign_place *place)
{
    uintptr_t where = (uintptr_t)address, before = (where & ~(uintptr_t)(FOREIGN_PAGE_BYTES - 1)) - 1;
    struct foreign_page *page = page_of(map, where);
    uint32_t granule = granule_of(where);

    if (page != NULL && find_in_page(page, granule, address, place)) {
        if (place->address <= (const unsigned char *)address)
            return true;
        /* The start in the address's own granule lies behind it. */
        if (granule > 0 && find_in_page(page, granule - 1, address, place))
            return true;
    }
    if (where < FOREIGN_PAGE_BYTES)
        return false;
    page = page_of(map, before);
    return page != NULL && page->count != 0 && find_in_page(page, granule_of(before), (const void *)before, place);
}

/* ---- Adding and removing ---- */

/* True when a block already begins below `end`, at `address` or behind it. */
static bool starts_before(struct foreign_map *map, struct foreign_page *page, uintptr_t address, uint64_t bytes)
{
    uintptr_t last = address + (uintptr_t)(bytes == 0 ? 0 : bytes - 1), page_start = address & ~(uintptr_t)(FOREIGN_PAGE_BYTES - 1);
    uint32_t granule = next_start(page, granule_of(address));
    struct foreign_place place;

    if (granule != NO_GRANULE) {
        set_place(&place, page, granule, rank_of(page, granule), (const void *)address);
        return (uintptr_t)place.address <= last;
    }
    if (last - page_start < FOREIGN_PAGE_BYTES)
        return false;
    return msrck_foreign_find(map, (const void *)last, &place) && (uintptr_t)place.address > address;
}

/* Makes room at the rank. */
static bool insert_block(struct foreign_page *page, unsigned rank, uint32_t block)
{
    if (page->count == page->capacity) {
        unsigned capacity = page->capacity == 0 ? 8u : page->capacity * 2u;
        uint32_t *blocks = realloc(page->blocks, capacity * sizeof *blocks);

        if (blocks == NULL)
            return false;
        page->blocks = blocks;
        page->capacity = (uint16_t)capacity;
    }
    memmove(page->blocks + rank + 1, page->blocks + rank, (page->count - rank) * sizeof *page->blocks);
    page->blocks[rank] = block;
    page->count++;
    return true;
}

enum foreign_added msrck_foreign_add(struct foreign_map *map, const void *address, uint32_t kind)
{
    uint64_t bytes = map->kinds->items[kind].bytes;
    uintptr_t where = (uintptr_t)address;
    uint32_t granule = granule_of(where);
    struct foreign_place before;
    struct foreign_page *page;

    if (bytes > FOREIGN_PAGE_BYTES || kind > FOREIGN_KIND_MASK || map->block_count >= UINT32_MAX / 2)
        return FOREIGN_UNSUITED;
    if (msrck_foreign_find(map, address, &before)) {
        uint64_t taken = map->kinds->items[foreign_kind(before.page, before.rank)].bytes;

        if ((uintptr_t)before.address == where || taken > where - (uintptr_t)before.address)
            return FOREIGN_TAKEN;
    }
    page = make_page(map, where);
    if (page == NULL)
        return FOREIGN_NO_MEMORY;
    if (starts_at(page, granule))
        return FOREIGN_UNSUITED;
    if (starts_before(map, page, where, bytes))
        return FOREIGN_TAKEN;
    if (!insert_block(page, rank_of(page, granule), kind | (uint32_t)(where & GRANULE_MASK) << FOREIGN_OFFSET_SHIFT))
        return FOREIGN_NO_MEMORY;
    page->starts[granule >> 6] |= (uint64_t)1 << (granule & 63);
    map->block_count++;
    return FOREIGN_ADDED;
}

void msrck_foreign_remove(struct foreign_map *map, const struct foreign_place *place)
{
    struct foreign_page *page = place->page;
    uint32_t granule = granule_of((uintptr_t)place->address);

    page->starts[granule >> 6] &= ~((uint64_t)1 << (granule & 63));
    page->count--;
    memmove(page->blocks + place->rank, page->blocks + place->rank + 1, (page->count - place->rank) * sizeof *page->blocks);
    map->block_count--;
}

/* ---- Collecting ---- */

bool msrck_foreign_begin_marks(struct foreign_map *map)
{
    uint32_t rank = 0;
    size_t i, j, page;

    msrck_foreign_end_marks(map);
    map->numbers = msrck_allocate((size_t)map->block_count, sizeof *map->numbers);
    if (map->numbers == NULL)
        return false;
    for (i = 0; i < map->region_count; i++)
        for (page = 0; page < FOREIGN_REGION_PAGES; page++) {
            struct foreign_page *entry = &map->regions[i]->pages[page];

            entry->first_rank = rank;
            rank += entry->count;
            for (j = 0; j < entry->count; j++)
                entry->blocks[j] &= ~(FOREIGN_MARKED | FOREIGN_SCANNED);
        }
    return true;
}

void msrck_foreign_end_marks(struct foreign_map *map)
{
    free(map->numbers);
    map->numbers = NULL;
}

bool msrck_foreign_mark(struct foreign_map *map, struct foreign_page *page, unsigned rank)
{
    struct block_kind *kind = &map->kinds->items[foreign_kind(page, rank)];

    if (page->blocks[rank] & FOREIGN_MARKED)
        return false;
    page->blocks[rank] |= FOREIGN_MARKED;
    map->numbers[page->first_rank + rank] = (uint32_t)kind->marked++;
    return true;
}

bool msrck_foreign_test_and_set_scanned(struct foreign_page *page, unsigned rank)
{
    if (page->blocks[rank] & FOREIGN_SCANNED)
        return false;
    page->blocks[rank] |= FOREIGN_SCANNED;
    return true;
}

bool msrck_foreign_next(const struct foreign_map *map, struct foreign_cursor *cursor, struct foreign_place *place)
{
    for (; cursor->region < map->region_count; cursor->region++, cursor->page = 0) {
        struct foreign_region *region = map->regions[cursor->region];

        for (; cursor->page < FOREIGN_REGION_PAGES; cursor->page++, cursor->granule = cursor->rank = 0) {
            struct foreign_page *page = &region->pages[cursor->page];
            uintptr_t address = region->number << REGION_SHIFT | (uintptr_t)cursor->page << FOREIGN_PAGE_SHIFT;
            uint32_t granule;

            if (cursor->rank == page->count)
                continue;
            /* Granule 0 is before all starts or is one itself: the cursor stands one granule behind the last start given. */
            granule = starts_at(page, cursor->granule) ? cursor->granule : next_start(page, cursor->granule);
            set_place(place, page, granule, cursor->rank++, (const void *)address);
            cursor->granule = granule + 1 < FOREIGN_PAGE_WORDS * 64 ? granule + 1 : granule;
            return true;
        }
    }
    return false;
}
