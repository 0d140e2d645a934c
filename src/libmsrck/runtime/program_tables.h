/* SPDX-License-Identifier: MIT */
/*
 * What the program's linker sections hold, checked and made ready: functions that pointers name, and frame tables with
 * the type ids of their live variables.
 */
#ifndef MSRCK_RUNTIME_PROGRAM_TABLES_H
#define MSRCK_RUNTIME_PROGRAM_TABLES_H

#include <msrck/msrck.h>

#include "file/metadata.h"
#include "msrm/collection.h"

struct program_tables {
    const msrck_function_entry **target_entries; /* sorted by name, each name once */
    struct function_targets targets;             /* the same, for the layers below */
    const msrck_frame_table **frames;            /* sorted by function name; the order of functions in a checkpoint */
    struct function_entry *functions;            /* frames[f] as PROG holds it; texts are borrowed from the program */
    uint32_t *by_address;                        /* function numbers in the order of their tables' addresses */
    uint32_t function_count;
};

/* `tables` is zeroed before, and can be freed also after a failure. Types are added to `types`. */
msrck_result msrck_program_tables_fill(struct program_tables *tables, const msrck_program *program,
                                       struct ti_table *types, msrck_error *error);
void msrck_program_tables_free(struct program_tables *tables);

/* Function number of a frame table, or UINT32_MAX when msrck_init() did not see it. O(log functions). */
uint32_t msrck_program_tables_find(const struct program_tables *tables, const msrck_frame_table *table);
/* Function number by name, or UINT32_MAX. */
uint32_t msrck_program_tables_find_name(const struct program_tables *tables, const char *name);

#endif
