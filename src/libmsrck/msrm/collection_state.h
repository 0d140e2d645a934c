/* SPDX-License-Identifier: MIT */
/* What the files of the collecting side share: one collection's state. See collection.h for its life. */
#ifndef MSRCK_MSRM_COLLECTION_STATE_H
#define MSRCK_MSRM_COLLECTION_STATE_H

#include "msrm/collection.h"
#include "msrm/function_numbers.h"
#include "msrm/number_map.h"
#include "msrm/scan_plan.h"
#include "msrm/work_list.h"

/* In collection.bytes: a handle that was saved as no bytes at all. Its canonical address is 0. */
#define NO_BYTES UINT64_MAX

struct collected_root {
    uint32_t kind;                  /* enum variable_kind */
    char *name;                     /* owned; "" for a root without a name */
    uint32_t type;                  /* declared */
    size_t handle;                  /* in the MSRLT */
    bool registered;                /* by the collection, which removes it again */
    void **copy;                    /* owned: Save_pointer's pointer variable; NULL for others */
};

struct collected_frame {
    uint32_t function, point;
    size_t live;                    /* MSRLT handle, SIZE_MAX for none */
    size_t *locals;                 /* owned; MSRLT handles */
    uint32_t local_count;
};

/*
 * A string literal that pointers lead to. Pointers into it are known by its terminating NUL, which they share; its block begins at the
 * first of them.
 */
struct met_literal {
    const char *first, *end;        /* end: its NUL */
    size_t index;                   /* among the blocks of SEGMENT_LITERAL; once marking has ended */
};

struct collection {
    struct msrlt *msrlt;
    struct ti_table *types;
    struct function_numbers targets;
    struct collection_options options;
    /* program and functions (table ids until the sections are written), then the rest */
    struct metadata file;

    struct collected_root *roots;   size_t root_count, root_capacity;
    struct collected_frame *frames; size_t frame_count, frame_capacity;

    bool marking;                   /* between msrck_msrlt_begin_marks and _end_marks */
    bool typed;                     /* late-typed blocks have their types */
    bool finished;
    struct scan_plans plans;
    struct work_list work;
    struct number_map bytes;        /* address of an opaque handle -> index among its segment's blocks */
    struct number_map literal_ends; /* address of a literal's NUL -> index in `literals` */
    struct number_map literal_pointers;     /* address in a literal -> index in `literals` */
    struct met_literal *literals;   size_t literal_count, literal_capacity;

    /*
     * Place in memory of what made a step fail, for its path: a slot, a handle or an element; NULL when the failure
     * is not about a variable.
     */
    const unsigned char *culprit;
    bool culprit_is_element;        /* the message already begins with the path inside the element */
};

#endif
