/* SPDX-License-Identifier: MIT */
/*
 * Memory for the large buffers of one job, all of which are written. Pages of the usual size cost about as much to get
 * and to give back as copying what is in them; where the system has large ones, a job's buffers share a few of these.
 */
#ifndef MSRCK_BASE_LARGE_PAGES_H
#define MSRCK_BASE_LARGE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

/* All zeros: none, of which nothing can be taken. */
struct large_pages {
    void *mapping;                  /* owned */
    size_t mapped;
    unsigned char *next;
    size_t left;                    /* bytes from there on */
};

/* At least `length` bytes of address space; pages come when pieces are taken. Nothing where the system gives none. */
void msrck_large_pages_open(struct large_pages *pages, size_t length);
/* Pieces are gone with it. */
void msrck_large_pages_close(struct large_pages *pages);
/* A piece of `length` bytes, or NULL when not so many are left: the caller allocates then. */
unsigned char *msrck_large_pages_take(struct large_pages *pages, size_t length);

#endif
