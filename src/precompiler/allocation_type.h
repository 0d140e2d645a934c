/* SPDX-License-Identifier: MIT */
/* What a call that allocates memory allocates it for, as far as its place in the source tells. */
#ifndef MSRCK_PRECOMPILER_ALLOCATION_TYPE_H
#define MSRCK_PRECOMPILER_ALLOCATION_TYPE_H

#include "source_walk.h"

/* A block: elements of `type`, which is CXType_Invalid where it is not known; or one `type` with something behind it, or whose last array is longer. */
typedef struct allocation {
    CXType type;
    bool has_tail;
    bool lengthened;
    CXType tail;                    /* of the elements behind it; CXType_Invalid: characters */
} allocation;

/*
 * For the call that `walk` visits. A block of characters is typed only where its size is that of a text: bytes of unknown use are not. Neither is a struct whose size was
 * computed elsewhere: it may be a larger one that begins alike.
 */
allocation allocation_type(source_walk *walk, CXCursor call);

/* What the result of the call becomes a pointer to; CXType_Invalid where it stays void *. */
CXType allocation_target(const source_walk *walk, CXCursor call);

/* Whether a sizeof stands in the arguments. */
bool allocation_has_sizeof(CXCursor call);

/* A type at file scope by its name: "struct node", "node". CXType_Invalid when there is none. */
CXType allocation_named_type(struct unit *unit, const char *name);

bool type_is_text(CXType type);

#endif
