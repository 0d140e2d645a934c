/* SPDX-License-Identifier: MIT */
/*
 * The page map: foreign blocks of up to a page, each a bit at the granule where it begins, in a bitmap for every 4 KiB. The number of bits before a start is the
 * block's rank in its page, and at that rank stands what the block is, in four bytes. An address is in the block whose start is the last one before it, in this page or in the
 * page before: no search, and no longer for interior pointers.
 */
#ifndef MSRCK_MEMORY_FOREIGN_MAP_H
#define MSRCK_MEMORY_FOREIGN_MAP_H

#include "memory/block_kinds.h"

#define FOREIGN_PAGE_SHIFT 12u
#define FOREIGN_PAGE_BYTES 4096u
#define FOREIGN_GRANULE_SHIFT 4u    /* what malloc aligns to */
#define FOREIGN_PAGE_WORDS (FOREIGN_PAGE_BYTES >> FOREIGN_GRANULE_SHIFT >> 6)
#define FOREIGN_REGION_PAGES 256u

/* What stands at a block's rank: its kind, where in the granule it begins, and two flags. */
#define FOREIGN_KIND_MASK 0x00ffffffu
#define FOREIGN_OFFSET_SHIFT 24u
#define FOREIGN_MARKED 0x10000000u
#define FOREIGN_SCANNED 0x20000000u

struct foreign_page {
    uint64_t starts[FOREIGN_PAGE_WORDS];
    uint32_t *blocks;               /* by rank; owned */
    uint32_t first_rank;            /* while collecting: blocks in the pages before */
    uint16_t count, capacity;
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
};

/* A block of the map. */
struct foreign_place {
    struct foreign_page *page;
    unsigned rank;                  /* in the page */
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
/* The block with the last start that is not above the address, if it begins in the address's page or the page before. Its end is for the caller to check. */
bool msrck_foreign_find(struct foreign_map *map, const void *address, struct foreign_place *place);
void msrck_foreign_remove(struct foreign_map *map, const struct foreign_place *place);

/* What the block is. */
static inline uint32_t foreign_kind(const struct foreign_page *page, unsigned rank)
{
    return page->blocks[rank] & FOREIGN_KIND_MASK;
}

/* ---- Collecting ---- */

/* All unmarked; gives every block its rank. False when memory is out. */
bool msrck_foreign_begin_marks(struct foreign_map *map);
void msrck_foreign_end_marks(struct foreign_map *map);
/* Numbers the block within its kind; true when it was not marked before. */
bool msrck_foreign_mark(struct foreign_map *map, struct foreign_page *page, unsigned rank);
bool msrck_foreign_test_and_set_scanned(struct foreign_page *page, unsigned rank);

/* Goes through all blocks, in an order that has no meaning: true and the next block, or false. All zero at the beginning. */
struct foreign_cursor { size_t region; unsigned page, granule, rank; };
bool msrck_foreign_next(const struct foreign_map *map, struct foreign_cursor *cursor, struct foreign_place *place);

#endif
