/* SPDX-License-Identifier: MIT */
#include "memory/foreign_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"

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
    msrck_foreign_end_marks(map);
    msrck_foreign_end_typing(map);
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
    if (!grow_slots(map) ||
        !msrck_reserve(&map->regions, &map->region_capacity, map->region_count + 1, sizeof *map->regions))
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
static void set_place(struct foreign_place *place, struct foreign_page *page, uint32_t granule, uintptr_t address)
{
    uintptr_t start =
        ((uintptr_t)granule << FOREIGN_GRANULE_SHIFT) + (foreign_what(page, granule) >> FOREIGN_OFFSET_SHIFT);

    place->page = page;
    place->granule = granule;
    place->address = (const unsigned char *)((address & ~(uintptr_t)(FOREIGN_PAGE_BYTES - 1)) + start);
}

/* ---- Look-up ---- */

static bool find_in_page(struct foreign_page *page, uint32_t granule, uintptr_t address, struct foreign_place *place)
{
    granule = last_start(page, granule);
    if (granule == NO_GRANULE)
        return false;
    set_place(place, page, granule, address);
    return true;
}

/* The last start of the page before the one that holds the address. */
static bool find_before(struct foreign_map *map, uintptr_t address, struct foreign_place *place)
{
    uintptr_t before = (address & ~(uintptr_t)(FOREIGN_PAGE_BYTES - 1)) - 1;
    struct foreign_page *page = address < FOREIGN_PAGE_BYTES ? NULL : page_of(map, before);

    return page != NULL && page->count != 0 && find_in_page(page, granule_of(before), before, place);
}

bool msrck_foreign_find(struct foreign_map *map, const void *address, struct foreign_place *place)
{
    uintptr_t where = (uintptr_t)address;
    struct foreign_page *page = page_of(map, where);
    uint32_t granule = granule_of(where);

    if (page != NULL && find_in_page(page, granule, where, place)) {
        if ((uintptr_t)place->address <= where)
            return true;
        /* The start in the address's own granule lies behind it. */
        if (granule > 0 && find_in_page(page, granule - 1, where, place))
            return true;
    }
    return find_before(map, where, place);
}

bool msrck_foreign_near(struct foreign_map *map, const void *address)
{
    return page_of(map, (uintptr_t)address) != NULL;
}

bool msrck_foreign_find_start(struct foreign_map *map, const void *address, struct foreign_place *place)
{
    uintptr_t where = (uintptr_t)address;
    struct foreign_page *page = page_of(map, where);
    uint32_t granule = granule_of(where);

    if (page == NULL || !starts_at(page, granule))
        return false;
    set_place(place, page, granule, where);
    return (uintptr_t)place->address == where;
}

/* ---- Adding and removing ---- */

/* True when a block that begins before reaches beyond `address`. */
static bool reached_from_before(struct foreign_map *map, struct foreign_page *page, uintptr_t address)
{
    uint32_t granule = granule_of(address);
    struct foreign_place place;

    if (!(granule > 0 && find_in_page(page, granule - 1, address, &place)) && !find_before(map, address, &place))
        return false;
    return map->kinds->items[foreign_kind(place.page, place.granule)].bytes > address - (uintptr_t)place.address;
}

/* True when a block begins behind `address`, at `last` or before. */
static bool begun_before(struct foreign_map *map, struct foreign_page *page, uintptr_t address, uintptr_t last)
{
    uint32_t granule = next_start(page, granule_of(address));
    struct foreign_place place;

    if (granule != NO_GRANULE) {
        set_place(&place, page, granule, address);
        return (uintptr_t)place.address <= last;
    }
    if (last >> FOREIGN_PAGE_SHIFT == address >> FOREIGN_PAGE_SHIFT)
        return false;
    return msrck_foreign_find(map, (const void *)last, &place) && (uintptr_t)place.address > address;
}

/* From now on every block of the page says for itself what it is. */
static bool tell_apart(struct foreign_page *page)
{
    unsigned capacity = page->count < 12 ? 16u : page->count + page->count / 4u + 1u, i;
    uint32_t *blocks = malloc(capacity * sizeof *blocks);

    if (blocks == NULL)
        return false;
    for (i = 0; i < page->count; i++)
        blocks[i] = page->alike;
    page->blocks = blocks;
    page->capacity = (uint16_t)capacity;
    return true;
}

/* Sets or clears the start, and keeps the counts before each word. */
static void set_start(struct foreign_page *page, uint32_t granule, bool present)
{
    uint64_t bit = (uint64_t)1 << (granule & 63);
    unsigned word;

    if (present)
        page->starts[granule >> 6] |= bit;
    else
        page->starts[granule >> 6] &= ~bit;
    for (word = (granule >> 6) + 1; word < FOREIGN_PAGE_WORDS; word++)
        page->before[word] = (uint8_t)(page->before[word] + (present ? 1 : -1));
    page->count = (uint16_t)(page->count + (present ? 1 : -1));
}

/* Says what the new block is; its start is not set yet. */
static bool insert_block(struct foreign_page *page, uint32_t granule, uint32_t what)
{
    uint32_t rank;

    if (page->count == 0 && page->blocks == NULL)
        page->alike = what;
    if (page->blocks == NULL && page->alike == what)
        return true;
    if (page->blocks == NULL && !tell_apart(page))
        return false;
    if (page->count == page->capacity) {
        unsigned capacity = page->capacity * 2u;
        uint32_t *blocks = realloc(page->blocks, capacity * sizeof *blocks);

        if (blocks == NULL)
            return false;
        page->blocks = blocks;
        page->capacity = (uint16_t)capacity;
    }
    rank = foreign_rank(page, granule);
    memmove(page->blocks + rank + 1, page->blocks + rank, (page->count - rank) * sizeof *page->blocks);
    page->blocks[rank] = what;
    return true;
}

static inline enum foreign_added add(struct foreign_map *map, const void *address, uint32_t kind, bool fresh)
{
    uint64_t bytes = map->kinds->items[kind].bytes;
    uintptr_t where = (uintptr_t)address;
    uint32_t granule = granule_of(where), what = kind | (uint32_t)(where & GRANULE_MASK) << FOREIGN_OFFSET_SHIFT;
    struct foreign_page *page;

    if (bytes > FOREIGN_PAGE_BYTES || kind > FOREIGN_KIND_MASK || map->block_count >= UINT32_MAX / 2)
        return FOREIGN_UNSUITED;
    page = make_page(map, where);
    if (page == NULL)
        return FOREIGN_NO_MEMORY;
    if (starts_at(page, granule))
        return foreign_what(page, granule) >> FOREIGN_OFFSET_SHIFT == (where & GRANULE_MASK) ? FOREIGN_TAKEN
                                                                                             : FOREIGN_UNSUITED;
    if ((!fresh && reached_from_before(map, page, where)) ||
        begun_before(map, page, where, where + (uintptr_t)(bytes == 0 ? 0 : bytes - 1)))
        return FOREIGN_TAKEN;
    if (!insert_block(page, granule, what))
        return FOREIGN_NO_MEMORY;
    set_start(page, granule, true);
    map->block_count++;
    return FOREIGN_ADDED;
}

enum foreign_added msrck_foreign_add(struct foreign_map *map, const void *address, uint32_t kind)
{
    return add(map, address, kind, false);
}

enum foreign_added msrck_foreign_add_fresh(struct foreign_map *map, const void *address, uint32_t kind)
{
    return add(map, address, kind, true);
}

void msrck_foreign_remove(struct foreign_map *map, const struct foreign_place *place)
{
    struct foreign_page *page = place->page;

    if (page->blocks != NULL) {
        uint32_t rank = foreign_rank(page, place->granule);

        memmove(page->blocks + rank, page->blocks + rank + 1, (page->count - rank - 1) * sizeof *page->blocks);
    }
    set_start(page, place->granule, false);
    map->block_count--;
    /* An empty page begins anew with blocks that are alike. */
    if (page->count == 0) {
        free(page->blocks);
        page->blocks = NULL;
    }
}

bool msrck_foreign_retype(struct foreign_page *page, uint32_t granule, uint32_t kind)
{
    uint32_t what = (foreign_what(page, granule) & ~FOREIGN_KIND_MASK) | kind;

    if (page->blocks == NULL) {
        if (page->alike == what)
            return true;
        if (page->count == 1) {
            page->alike = what;
            return true;
        }
        if (!tell_apart(page))
            return false;
    }
    page->blocks[foreign_rank(page, granule)] = what;
    return true;
}

/* ---- Collecting ---- */

bool msrck_foreign_begin_typing(struct foreign_map *map)
{
    msrck_foreign_end_typing(map);
    map->typed = msrck_allocate((size_t)map->block_count, sizeof *map->typed);
    return map->typed != NULL;
}

void msrck_foreign_set_typed(struct foreign_map *map, const struct foreign_page *page, uint32_t granule, uint32_t kind)
{
    map->typed[page->first_rank + foreign_rank(page, granule)] = kind + 1;
}

void msrck_foreign_end_typing(struct foreign_map *map)
{
    free(map->typed);
    map->typed = NULL;
}

bool msrck_foreign_begin_marks(struct foreign_map *map)
{
    size_t words = (size_t)(map->block_count / 64 + 1), i, page;
    uint32_t rank = 0;

    msrck_foreign_end_marks(map);
    map->numbers = msrck_allocate((size_t)map->block_count, sizeof *map->numbers);
    map->marks = msrck_allocate(words, 2 * sizeof *map->marks);
    if (map->numbers == NULL || map->marks == NULL) {
        msrck_foreign_end_marks(map);
        return false;
    }
    map->deferred = map->marks + words;
    for (i = 0; i < map->region_count; i++)
        for (page = 0; page < FOREIGN_REGION_PAGES; page++) {
            map->regions[i]->pages[page].first_rank = rank;
            rank += map->regions[i]->pages[page].count;
        }
    return true;
}

void msrck_foreign_end_marks(struct foreign_map *map)
{
    free(map->numbers);
    free(map->marks);
    map->numbers = NULL;
    map->marks = map->deferred = NULL;
}

/* Sets the bit; true when it was clear. */
static bool set_bit(uint64_t *bits, size_t index)
{
    uint64_t bit = (uint64_t)1 << (index & 63);

    if (bits[index >> 6] & bit)
        return false;
    bits[index >> 6] |= bit;
    return true;
}

bool msrck_foreign_mark(struct foreign_map *map, const struct foreign_page *page, uint32_t granule)
{
    size_t rank = page->first_rank + foreign_rank(page, granule);

    if (!set_bit(map->marks, rank))
        return false;
    map->numbers[rank] = (uint32_t)map->kinds->items[foreign_kind_now(map, page, granule)].marked++;
    return true;
}

void msrck_foreign_defer(struct foreign_map *map, const struct foreign_page *page, uint32_t granule)
{
    set_bit(map->deferred, page->first_rank + foreign_rank(page, granule));
}

bool msrck_foreign_take_deferred(struct foreign_map *map, const struct foreign_page *page, uint32_t granule)
{
    size_t rank = page->first_rank + foreign_rank(page, granule);
    uint64_t bit = (uint64_t)1 << (rank & 63), *word = &map->deferred[rank >> 6];
    bool deferred = (*word & bit) != 0;

    *word &= ~bit;
    return deferred;
}

bool msrck_foreign_number(const struct foreign_map *map, const struct foreign_page *page, uint32_t granule,
                          uint64_t *number)
{
    size_t rank = page->first_rank + foreign_rank(page, granule);

    *number = map->numbers[rank];
    return (map->marks[rank >> 6] >> (rank & 63)) & 1u;
}

size_t msrck_foreign_overhead(const struct foreign_map *map)
{
    if (map->marks == NULL)
        return 0;
    return (size_t)map->block_count * sizeof *map->numbers +
           (size_t)(map->block_count / 64 + 1) * 2 * sizeof *map->marks;
}

bool msrck_foreign_next(const struct foreign_map *map, struct foreign_cursor *cursor, struct foreign_place *place)
{
    for (; cursor->region < map->region_count; cursor->region++, cursor->page = 0) {
        struct foreign_region *region = map->regions[cursor->region];

        for (; cursor->page < FOREIGN_REGION_PAGES; cursor->page++, cursor->granule = 0) {
            struct foreign_page *page = &region->pages[cursor->page];
            uint32_t granule = cursor->granule;

            if (page->count == 0 || granule == FOREIGN_PAGE_WORDS * 64)
                continue;
            if (!starts_at(page, granule))
                granule = next_start(page, granule);
            if (granule == NO_GRANULE)
                continue;
            set_place(place, page, granule,
                      region->number << REGION_SHIFT | (uintptr_t)cursor->page << FOREIGN_PAGE_SHIFT);
            cursor->granule = granule + 1;
            return true;
        }
    }
    return false;
}
