/* SPDX-License-Identifier: MIT */
/*
 * Two processes in one, for tests: each has a TI table, an MSRLT and global variables of its own. What one collects
 * into memory the other restores, as if it ran somewhere else.
 */
#ifndef MSRCK_TEST_SIMULATED_PROCESS_H
#define MSRCK_TEST_SIMULATED_PROCESS_H

#include "base/byte_buffer.h"
#include "msrm/collection.h"
#include "msrm/restoration.h"

struct global {
    const char *name;
    void *address;
    const msrck_type *type;
    size_t size;
};

struct process {
    struct ti_table *types;
    struct msrlt *msrlt;
    const struct global *globals;
    size_t global_count;
    size_t handles[32];
    struct function_targets targets;
    struct collection_options options;
    struct collection_report report;    /* of the last collection */
};

/* Registers the globals. */
void process_begin(struct process *process, const struct global *globals, size_t count);
void process_end(struct process *process);

uint32_t process_type(struct process *process, const msrck_type *type);
void *process_allocate(struct process *process, const msrck_type *type, uint64_t count);
uint64_t process_blocks(const struct process *process);     /* live on the typed heap */

/* Collects all globals into `file`, which is emptied first. */
msrck_result process_collect(struct process *process, struct byte_buffer *file, msrck_error *error);

/* A collection with the globals added, for tests that add more. */
struct collection *process_collection(struct process *process);
/* Finishes it into `file` and frees it. */
msrck_result process_finish(struct process *process, struct collection *collection, struct byte_buffer *file,
                            msrck_error *error);

/* Opens, attaches the globals, loads, completes. */
msrck_result process_restore(struct process *process, const struct byte_buffer *file, msrck_error *error);
/* The same through a pipe-like source, which cannot be read twice. */
msrck_result process_restore_pipe(struct process *process, const struct byte_buffer *file, msrck_error *error);

#endif
