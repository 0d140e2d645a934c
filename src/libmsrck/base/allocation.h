/* SPDX-License-Identifier: MIT */
/*
 * Memory for the library's own tables. All sizes are products checked for overflow; all failures are NULL.
 */
#ifndef MSRCK_BASE_ALLOCATION_H
#define MSRCK_BASE_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>

/* count * size bytes, zeroed; never NULL for a zero product unless memory is out. Free with free(). */
void *msrck_allocate(size_t count, size_t size);

/*
 * Makes room for at least `needed` elements of `size` bytes in the array *items whose capacity is *capacity elements;
 * grows by half or more, zeroes what is new. False when memory is out: the array is then as it was.
 */
bool msrck_reserve(void *items, size_t *capacity, size_t needed, size_t size);

/* A copy of the NUL-terminated text, or NULL when memory is out. Free with free(). */
char *msrck_copy_text(const char *text);

/*
 * For memory that will be written soon, all of it: has the system give its pages at once, which costs half of what they
 * cost one by one. Changes nothing but speed, and not even that on systems that do not know how.
 */
void msrck_touch(void *bytes, size_t length);

#endif
