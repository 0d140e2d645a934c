/* SPDX-License-Identifier: MIT */
/* The inside of a TI table, for the files that build one. Others use ti_table.h. */
#ifndef MSRCK_TYPES_TI_STORAGE_H
#define MSRCK_TYPES_TI_STORAGE_H

#include "types/ti_table.h"

/* Open addressing with linear probing; a slot holds an index plus one, 0 where it is free. At most half full. */
struct ti_slots {
    uint32_t *slots;                /* owned; NULL while empty */
    size_t size;                    /* a power of two */
};

/* A description's address and its entry. Many descriptions may share an entry. */
struct ti_description {
    const msrck_type *address;
    uint32_t id;
};

struct ti_table {
    struct ti_type *types;          /* owned, indexed by id */
    size_t count, capacity;
    struct ti_slots by_name;        /* unused where names_ascend */
    char *texts;                    /* owned; all names of a table that was read from a file, else NULL */
    bool names_ascend;              /* read from a file: a binary search that no chosen names can slow down */
    struct ti_description *descriptions;    /* owned, in order of addition */
    size_t description_count, description_capacity;
    struct ti_slots by_address;
    bool believed;                  /* layouts are another machine's: nothing here can check them */
};

/* The next entry, zeroed but for its id. NULL when memory is out. Moves the entries. */
struct ti_type *msrck_ti_append(struct ti_table *table);
/* Makes the last entry known by its name. False when memory is out. */
bool msrck_ti_index_name(struct ti_table *table, uint32_t id);
/* Makes the address of a description known. False when memory is out. */
bool msrck_ti_index_description(struct ti_table *table, const msrck_type *address, uint32_t id);
/* Drops the newest entries and descriptions, after a failed addition. */
void msrck_ti_truncate(struct ti_table *table, size_t count, size_t description_count);
/* Frees what an entry with names of its own owns. */
void msrck_ti_clear_type(struct ti_type *type);

/*
 * The two halves of building that programs and files share. Failures carry `blame`: MSRCK_MISUSE for a program,
 * MSRCK_CORRUPT for a file. Ids within the entries must be in range already.
 */
/* Whether one entry keeps to the rules that need no look at its leaves: names, tags, what each kind has. */
msrck_result msrck_ti_check_rules(const struct ti_table *table, uint32_t id, msrck_result blame, msrck_error *error);
/* Leaves, rows, nesting and the flags of all entries from `first` on, and the layout of those that have one. */
msrck_result msrck_ti_flatten(struct ti_table *table, uint32_t first, msrck_result blame, msrck_error *error);

#endif
