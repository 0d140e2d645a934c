/* SPDX-License-Identifier: MIT */
/*
 * The page map: foreign blocks of up to a page, each a bit at the granule where it begins, in a bitmap for every 4
 * KiB. An address is in the block whose start is the last one before it, in this page or in the page before: no
 * search, and no longer for interior pointers. What a block is stands once in its page where all are alike, else in
 * four bytes at the block's rank, which is the number of starts before it.
 */
#ifndef MSRCK_MEMORY_FOREIGN_MAP_H
#define MSRCK_MEMORY_FOREIGN_MAP_H

#include "base/count_ones.h"
#include "memory/block_kinds.h"

#define FOREIGN_PAGE_SHIFT 12u
#define FOREIGN_PAGE_BYTES 4096u
#define FOREIGN_GRANULE_SHIFT 4u    /* what malloc aligns to */
#define FOREIGN_PAGE_WORDS (FOREIGN_PAGE_BYTES >> FOREIGN_GRANULE_SHIFT >> 6)
#define FOREIGN_REGION_PAGES 256u

/* What a block is: its kind, and where in the granule it begins. */
#define FOREIGN_KIND_MASK 0x00ffffffu
#define FOREIGN_OFFSET_SHIFT 24u

struct foreign_page {
    uint64_t starts[FOREIGN_PAGE_WORDS];
    uint32_t *blocks;               /* by rank; owned. NULL while all blocks are alike */
    uint32_t alike;                 /* what every block is, then */
    uint32_t first_rank;            /* while collecting: blocks in the pages before */
    uint16_t count, capacity;
    uint8_t before[FOREIGN_PAGE_WORDS];     /* starts in the words before each */
};

struct foreign_region {
    uintptr_t number;               /* address of its first page / bytes of a region */
    struct foreign_page pages[FOREIGN_REGION_PAGES];
};

struct foreign_map {
    struct foreign_region **regions;    /* owned, in the order they were opened */
    size_t region_count, region_capacity;
    struct foreign_region **slots;  /* hash table by number; owned */
    size_t slot_count;              /* a power of two, or 0 */
    struct foreign_region *last;    /* looked up last */
    struct block_kinds *kinds;
    uint64_t block_count;

    /* While collecting */
    uint32_t *numbers;              /* number within its kind, by rank through all pages; owned */
    uint64_t *marks, *deferred;      /* bits, by rank through all pages; owned, in one piece */
    /* of late-typed blocks: the kind they were given for this collection, plus one; by rank; owned. NULL: none was */
    uint32_t *typed;
};

/* A block of the map. */
struct foreign_place {
    struct foreign_page *page;
    uint32_t granule;               /* of its start */
    const unsigned char *address;
};

enum foreign_added {
    FOREIGN_ADDED,
    FOREIGN_TAKEN,                  /* another block is there, in part or in whole */
    FOREIGN_UNSUITED,               /* too long for the map, or a second start in one granule: belongs elsewhere */
    FOREIGN_NO_MEMORY
};

void msrck_foreign_free(struct foreign_map *map);
enum foreign_added msrck_foreign_add(struct foreign_map *map, const void *address, uint32_t kind);
/* The same for a block that malloc has just given out: what is registered as reaching into it was freed, and is no more in the way than that it ends there. */
enum foreign_added msrck_foreign_add_fresh(struct foreign_map *map, const void *address, uint32_t kind);
/*
 * The block with the last start that is not above the address, if it begins in the address's page or the page before.
 * Its end is for the caller to check.
 */
bool msrck_foreign_find(struct foreign_map *map, const void *address, struct foreign_place *place);
/* The block that begins at the address. */
bool msrck_foreign_find_start(struct foreign_map *map, const void *address, struct foreign_place *place);
/* Whether blocks are, or were, in the neighbourhood of the address: it is memory of the same allocator. */
bool msrck_foreign_near(struct foreign_map *map, const void *address);
void msrck_foreign_remove(struct foreign_map *map, const struct foreign_place *place);

/* Starts in the granules of the page before this one. */
static inline uint32_t foreign_rank(const struct foreign_page *page, uint32_t granule)
{
    unsigned word = granule >> 6;

    return page->before[word] + count_ones(page->starts[word] & (((uint64_t)1 << (granule & 63u)) - 1));
}

/* What the block that begins in the granule is. */
static inline uint32_t foreign_what(const struct foreign_page *page, uint32_t granule)
{
    return page->blocks == NULL ? page->alike : page->blocks[foreign_rank(page, granule)];
}

static inline uint32_t foreign_kind(const struct foreign_page *page, uint32_t granule)
{
    return foreign_what(page, granule) & FOREIGN_KIND_MASK;
}

/* The kind to collect it as, which of a late-typed block depends on what typed it. */
static inline uint32_t foreign_kind_now(const struct foreign_map *map, const struct foreign_page *page,
                                        uint32_t granule)
{
    uint32_t kind = foreign_kind(page, granule), plain = map->kinds->items[kind].plain;

    if (plain != kind && map->typed != NULL) {
        uint32_t typed = map->typed[page->first_rank + foreign_rank(page, granule)];

        if (typed != 0)
            return typed - 1;
    }
    return plain;
}

/* Makes the block one of another kind of as many bytes. False when memory is out. */
bool msrck_foreign_retype(struct foreign_page *page, uint32_t granule, uint32_t kind);

/* ---- Collecting ---- */

/* No late-typed block has a type; between _begin_marks, which gives ranks, and _end_typing no block comes or goes. */
bool msrck_foreign_begin_typing(struct foreign_map *map);
void msrck_foreign_set_typed(struct foreign_map *map, const struct foreign_page *page, uint32_t granule, uint32_t kind);
void msrck_foreign_end_typing(struct foreign_map *map);

/* All unmarked; gives every block its rank. False when memory is out. */
bool msrck_foreign_begin_marks(struct foreign_map *map);
void msrck_foreign_end_marks(struct foreign_map *map);
/* Numbers the block within its kind; true when it was not marked before. */
bool msrck_foreign_mark(struct foreign_map *map, const struct foreign_page *page, uint32_t granule);
/* As msrck_heap_defer(). */
void msrck_foreign_defer(struct foreign_map *map, const struct foreign_page *page, uint32_t granule);
/* True when the block was deferred; it is not any more. */
bool msrck_foreign_take_deferred(struct foreign_map *map, const struct foreign_page *page, uint32_t granule);
/* The block's number within its kind; false when it is not marked. */
bool msrck_foreign_number(const struct foreign_map *map, const struct foreign_page *page, uint32_t granule,
                          uint64_t *number);
size_t msrck_foreign_overhead(const struct foreign_map *map);

/*
 * Goes through all blocks, in an order that has no meaning: true and the next block, or false. All zero at the
 * beginning.
 */
struct foreign_cursor { size_t region; uint32_t page, granule; };
bool msrck_foreign_next(const struct foreign_map *map, struct foreign_cursor *cursor, struct foreign_place *place);

#endif
