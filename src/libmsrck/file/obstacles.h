/* SPDX-License-Identifier: MIT */
/* What keeps a checkpoint from being restored elsewhere: the parts of the two examinations in reader_elsewhere.c. */
#ifndef MSRCK_FILE_OBSTACLES_H
#define MSRCK_FILE_OBSTACLES_H

#include "base/change_notes.h"
#include "file/elf_program.h"
#include "file/value_walk.h"

struct obstacles {
    msrck_reader *reader;
    const struct machine_abi *abi;
    const struct elf_program *program;      /* or NULL */
    msrck_obstacle_callback report;
    void *context;
    struct change_notes changes;    /* what restoring would tell; with a program only */
    uint64_t count;
    struct value_walk *walk;        /* of the values, while it is under way */
    bool stopped;                   /* the callback has had enough */
    uint32_t value_type;            /* of the value that is looked at, for reports; else TI_VOID */
    uint32_t *counterparts;         /* for each type of the file the program's; UINT32_MAX: none; with a program only */
};

/* Counts an obstacle and reports it; block 0 is no place. */
void msrck_obstacle_report(struct obstacles *obstacles, const char *id, uint64_t block, uint64_t leaf,
                           const char *format, ...) MSRCK_PRINTF(5, 6);

/* Values that do not fit, and names of functions that the program lacks: reads all rows. */
msrck_result msrck_obstacles_in_values(struct obstacles *obstacles, msrck_error *error);

/* Blocks that are too large for one object, or together for a process; bit-fields wider than their type there. */
msrck_result msrck_obstacles_in_sizes(struct obstacles *obstacles, msrck_error *error);

/* Types, functions, points, locals and globals that do not match. Fills obstacles->counterparts: free() them. */
msrck_result msrck_obstacles_in_tables(struct obstacles *obstacles, msrck_error *error);

/*
 * The program's type for the elements of a block; UINT32_MAX where nothing takes it. *room: how many of them it has room
 * for, UINT64_MAX where for all.
 */
uint32_t msrck_obstacles_counterpart(const struct obstacles *obstacles, const msrck_block_facts *block, uint64_t *room);

#endif
