/* SPDX-License-Identifier: MIT */
#include "base/large_pages.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "base/allocation.h"

/* Of a large page on most machines; on others alignment to it does no harm. */
#define LARGE_BYTES ((size_t)2 << 20)
/* Pieces do not share cache lines. */
#define PIECE_ALIGNMENT ((size_t)64)

static size_t round_up(size_t length, size_t unit)
{
    return (length + unit - 1) / unit * unit;
}

void msrck_large_pages_open(struct large_pages *pages, size_t length)
{
    size_t skipped;
    void *mapping;

    memset(pages, 0, sizeof *pages);
    if (length == 0 || length > SIZE_MAX / 4)
        return;
    length = round_up(length, LARGE_BYTES);
    mapping = mmap(NULL, length + LARGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        return;
    skipped = (LARGE_BYTES - (uintptr_t)mapping % LARGE_BYTES) % LARGE_BYTES;
    pages->mapping = mapping;
    pages->mapped = length + LARGE_BYTES;
    pages->next = (unsigned char *)mapping + skipped;
    pages->left = length;
#ifdef MADV_HUGEPAGE
    /* A refusal changes nothing but speed. */
    (void)madvise(pages->next, length, MADV_HUGEPAGE);
#endif
}

void msrck_large_pages_close(struct large_pages *pages)
{
    if (pages->mapping != NULL)
        munmap(pages->mapping, pages->mapped);
    memset(pages, 0, sizeof *pages);
}

unsigned char *msrck_large_pages_take(struct large_pages *pages, size_t length)
{
    unsigned char *piece = pages->next;

    if (length > pages->left || round_up(length, PIECE_ALIGNMENT) > pages->left)
        return NULL;
    length = round_up(length, PIECE_ALIGNMENT);
    pages->next += length;
    pages->left -= length;
    msrck_touch(piece, length);
    return piece;
}
