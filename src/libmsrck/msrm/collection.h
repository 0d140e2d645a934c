/* SPDX-License-Identifier: MIT */
/*
 * Collecting a graph: roots are given, everything they reach is marked, numbered and streamed to a sink.
 *
 *   new -> add roots (variables, pointers, frames) -> finish
 *
 * This is the paper's Save_variable and Save_pointer and the whole-graph save in one: the former add roots and mark
 * at once, in the paper's depth-first order; finish marks what is left, and streams.
 */
#ifndef MSRCK_MSRM_COLLECTION_H
#define MSRCK_MSRM_COLLECTION_H

#include "file/file_writer.h"
#include "file/metadata.h"
#include "memory/msrlt.h"

struct collection;

/* What the traversal met, in its order; for tests and for `--checkpoint-trace`. */
enum visit_kind { VISIT_BLOCK, VISIT_EDGE };
typedef void (*collection_observer)(void *context, enum visit_kind kind, const struct block *block, const void *target);

struct collection_options {
    struct codec_choice codec;
    unsigned threads;               /* 0 and 1: none besides the caller's */
    /* collect all: no mark, whatever is live in the typed heap and registered is written */
    bool everything;
    bool null_untracked;            /* pointers to untracked memory become NULL instead of an error */
    bool provenance;                /* write the prov section */
    collection_observer observer; void *observer_context;
};

/* Functions that pointers may name: the program's, sorted by name when written. Borrowed. */
struct function_targets { const msrck_function_entry *const *entries; size_t count; };

msrck_result msrck_collection_new(struct msrlt *msrlt, struct ti_table *types, const struct function_targets *targets,
                                  const struct collection_options *options, struct collection **collection,
                                  msrck_error *error);
void msrck_collection_free(struct collection *collection);

/* The program's name and poll-point tables, as PROG will hold them. Copied. Type ids are table ids. */
msrck_result msrck_collection_set_program(struct collection *collection, const char *name,
                                          const struct function_entry *functions, uint32_t count, msrck_error *error);

/* A named variable that is registered in the MSRLT as `handle`, of declared type `type`. */
msrck_result msrck_collection_add_variable(struct collection *collection, enum variable_kind kind, const char *name,
                                           size_t handle, uint32_t type, msrck_error *error);
/*
 * A frame, innermost first. `live` (of type `live_type`; NULL for none) is a native copy of the live variables that
 * stays valid until finish; locals are MSRLT handles, SIZE_MAX where not alive, as many as the function has.
 */
msrck_result msrck_collection_add_frame(struct collection *collection, uint32_t function, uint32_t point,
                                        const void *live, uint32_t live_type, const size_t *locals, msrck_error *error);

/* Paper's Save_pointer: roots a pointer variable's value; traverses from it at once, depth first. */
msrck_result msrck_collection_save_pointer(struct collection *collection, const char *name, const void *pointer,
                                           uint32_t target, msrck_error *error);
/* Paper's Save_variable: roots a variable; traverses from it at once. */
msrck_result msrck_collection_save_variable(struct collection *collection, const char *name, const void *variable,
                                            uint32_t type, msrck_error *error);

struct collection_report { uint64_t blocks, bytes_live, bytes_raw, bytes_file; uint64_t mark_ns, encode_ns, compress_ns, write_ns; };

/* Marks, numbers, writes everything to the sink; does not commit it. */
msrck_result msrck_collection_finish(struct collection *collection, struct sink *sink, struct collection_report *report,
                                     msrck_error *error);

#endif
