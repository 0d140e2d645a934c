/* SPDX-License-Identifier: MIT */
/*
 * The JSON of `msrck dump --json` on its way back to a checkpoint. The document is read twice: first everything but
 * the values, to know which blocks there are; then the values, straight into rows. Of a block only its number stays in
 * memory, and of blocks that are numbered one after the other only the first one's.
 */
#ifndef MSRCK_CLI_DOCUMENT_H
#define MSRCK_CLI_DOCUMENT_H

#include <msrck/writer.h>

#include "json_input.h"
#include "json_tree.h"

/* An item of "extents". */
struct document_extent {
    unsigned segment;               /* msrck_segment */
    uint32_t type;
    uint64_t count, blocks;
    struct json_mark mark;          /* of the array of blocks */
    uint32_t place;                 /* extent of the checkpoint that its blocks belong to */
    uint64_t first;                 /* of its blocks there */
};

/* Blocks that follow each other in the document and in their numbers. */
struct document_run {
    uint64_t number, count;
    uint32_t extent;                /* of the document */
    uint64_t index;                 /* of the first block in it */
};

/* Where a variable or frame says that its block is; resolved when all blocks are known. */
struct document_place {
    bool is_null;
    uint64_t block, leaf, line, column;
};

struct document_variable {
    msrck_variable_kind kind;
    char *name;                     /* owned */
    uint32_t type;
    struct document_place place;
};

struct document_frame {
    uint32_t function, point;
    struct document_place live, *locals; /* owned */
    uint32_t local_count;
};

/* A type with its fields, as the values need it. */
struct document_type {
    msrck_type_facts facts;
    msrck_field_facts *fields;      /* owned */
};

struct document {
    struct json_input input;
    msrck_writer *writer;           /* borrowed */
    bool with_notes;
    bool zstd;                      /* the checkpoint it was made from announced zstd */
    unsigned parts;                 /* members of the document that were met */

    struct document_extent *extents; size_t extent_count, extent_capacity;
    struct document_extent **order; /* owned; the extents by their place in the checkpoint */
    struct document_run *runs; size_t run_count, run_capacity;
    struct document_variable *variables; size_t variable_count, variable_capacity;
    struct document_frame *frames; size_t frame_count, frame_capacity;
    const msrck_limits *limits;     /* borrowed; NULL for none */
    uint64_t held;                  /* bytes of the lists above */
    const struct document_run *last_run;    /* where the last number was found */

    const msrck_reader *layout;     /* borrowed from the writer */
    unsigned pointer_width;
    struct document_type *types; uint32_t type_count;
};

/* The document is on a descriptor that can seek. */
void document_begin(struct document *document, int descriptor, msrck_writer *writer, msrck_error *error);
void document_free(struct document *document);

/* First time: the writer gets the whole description. */
msrck_result document_describe(struct document *document);
/* Second time: the writer, which has begun to write, gets the rows. */
msrck_result document_write_rows(struct document *document);

/* ---- Parts ---- */

/* Room for one more; false, with the failure noted, when memory is out or more than the limits allow. */
bool document_reserve(struct document *document, void *items, size_t *capacity, size_t count, size_t size);
/* A failure of the library, with what was read last as its place. */
bool document_refuse(struct document *document, msrck_result result);

/* document_types.c: members of the document that are small. */
bool document_read_format(struct document *document);
bool document_read_program(struct document *document);
bool document_read_notes(struct document *document);
bool document_read_types(struct document *document);
bool document_read_variables(struct document *document);
bool document_read_frames(struct document *document);

/* document_blocks.c */
bool document_read_extents(struct document *document);
/* Puts the extents into the order of a checkpoint and describes them. */
bool document_order_extents(struct document *document);
/* A block as a document names it: its number, or "new:1" for those that a patch adds. */
bool document_parse_block(const char *text, uint64_t *block);
bool document_take_block(struct json_input *input, uint64_t *block);
/* Address of a block's leaf; false when there is no such block or leaf. */
bool document_address(struct document *document, uint64_t block, uint64_t leaf, uint64_t *address);

/* document_value.c: reads a value into the canonical bytes of its type. */
bool document_read_value(struct document *document, uint32_t type, unsigned char *bytes);
/* A struct of a block: its fixed fields, without a flexible array member. */
bool document_read_struct(struct document *document, uint32_t type, unsigned char *bytes);
/* The field whose key was taken; UINT32_MAX when there is none. `expected` is tried first. */
uint32_t document_find_field(const struct document_type *type, const char *key, uint32_t expected);
bool document_is_character(const struct document *document, uint32_t type);

/* document_scalar.c */
bool document_read_scalar(struct document *document, const msrck_type_facts *type, unsigned bits, unsigned char *bytes);
void document_store(unsigned char *bytes, size_t width, uint64_t value);

#endif
