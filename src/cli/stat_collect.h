/* SPDX-License-Identifier: MIT */
/* The numbers behind `msrck stat`. */
#ifndef MSRCK_CLI_STAT_COLLECT_H
#define MSRCK_CLI_STAT_COLLECT_H

#include <msrck/reader.h>

#include "root_reach.h"
#include "stat_table.h"

enum stat_part {
    STAT_TYPES, STAT_SEGMENTS, STAT_ROOTS, STAT_FRAMES, STAT_BLOCKS, STAT_EXTENTS, STAT_CHUNKS,
    STAT_PARTS
};

struct stat_totals {
    uint64_t blocks, raw, stored, file, chunks;
    /* Known when the graph was read. */
    bool graph;
    uint64_t pointers, dangling;
    struct amount unreachable;
};

struct stat_answer {
    struct stat_totals totals;
    bool wanted[STAT_PARTS];
    struct stat_table tables[STAT_PARTS];
    uint64_t largest;               /* rows of STAT_BLOCKS; 0: all blocks */
    uint64_t memory;                /* for the graph; 0: any */
};

/* Fills the tables that are wanted, unsorted but in a sensible order. Free with stat_answer_free() in any case. */
msrck_result stat_collect(msrck_reader *reader, struct stat_answer *answer, msrck_error *error);
void stat_answer_free(struct stat_answer *answer);

/* "type", "segment", ...: what --by takes. STAT_PARTS when it is none. */
enum stat_part stat_part_named(const char *name);

#endif
