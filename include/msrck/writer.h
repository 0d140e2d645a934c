/* SPDX-License-Identifier: MIT */
/*
 * msrck/writer.h - writing checkpoint files without the program that they belong to
 *
 * ## Purpose
 *
 * What msrck convert does to a file goes through this header: a checkpoint is put together from types, program,
 * extents, variables, frames and rows that come from anywhere. Whatever is written is what a reader accepts: the
 * description goes through the reader's own checks before the first byte is written, and every row through those of
 * msrck_reader_verify() at its deepest level before it leaves memory.
 *
 * ## Life cycle
 *
 *     msrck_writer_new
 *     msrck_writer_add_type ... add_function ... add_extent ...       the description, in any order
 *     msrck_writer_lay_out                                            canonical addresses are known now
 *     msrck_writer_add_variable ... add_frame ... add_note ...
 *     msrck_writer_begin                                              header and metadata are written
 *     while msrck_writer_next_rows: msrck_writer_room ...             rows, extent by extent
 *     msrck_writer_finish
 *     msrck_writer_free
 *
 * Or msrck_writer_copy_description() instead of the first part, and msrck_writer_copy_rows() instead of the rows.
 *
 * ## Memory
 *
 * The description is held in memory, the rows are not: a chunk or a few of them at a time, whatever their number.
 *
 * ## Ownership
 *
 * Texts and records given to the writer are copied. The layout belongs to the writer.
 *
 * ## Errors
 *
 * MSRCK_CORRUPT where what is described, or a row, breaks a rule of the format; MSRCK_MISUSE for calls out of order;
 * MSRCK_LIMIT, MSRCK_SYSTEM. After a failure the writer can only be freed; what was written is no checkpoint.
 *
 * ## Threads
 *
 * A writer may be used by one thread at a time; several writers are independent.
 */
#ifndef MSRCK_WRITER_H
#define MSRCK_WRITER_H

#include <msrck/reader.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct msrck_writer msrck_writer;

msrck_result msrck_writer_new(msrck_writer **writer, msrck_error *error);
/* NULL is allowed. */
void msrck_writer_free(msrck_writer *writer);

/*
 * What is described and written later stays within limits that readers have: MSRCK_LIMIT otherwise. Zero members mean a
 * reader's defaults; without this call there is no limit but the format's.
 */
msrck_result msrck_writer_limit(msrck_writer *writer, const msrck_limits *limits, msrck_error *error);

/* ---- Description ----------------------------------------------------------------------------------------- */

/*
 * The next type: the first becomes type 1, since type 0 is void and there already. Types must ascend by name. Of the
 * facts only kind, scalar, name, element and count are looked at; members a kind has no use for must be zero. Ids
 * may be those of types that are added later.
 */
msrck_result msrck_writer_add_type(msrck_writer *writer, const msrck_type_facts *type, msrck_error *error);
/* The next field of the newest type. `leaf` and `row_offset` are not looked at; tag_field is MSRCK_NO_INDEX for none. */
msrck_result msrck_writer_add_field(msrck_writer *writer, const msrck_field_facts *field, msrck_error *error);
msrck_result msrck_writer_add_enumerator(msrck_writer *writer, const char *name, int64_t value, msrck_error *error);

msrck_result msrck_writer_set_program(msrck_writer *writer, const char *name, msrck_error *error);
/* The next function; points and locals that follow are those of the newest one. */
msrck_result msrck_writer_add_function(msrck_writer *writer, const char *name, msrck_error *error);
msrck_result msrck_writer_add_point(msrck_writer *writer, const char *label, uint32_t live_type, msrck_error *error);
msrck_result msrck_writer_add_local(msrck_writer *writer, const char *name, uint32_t type, msrck_error *error);
/* The next name that function pointers may hold; they must ascend. */
msrck_result msrck_writer_add_target(msrck_writer *writer, const char *name, msrck_error *error);

/* The next extent; they must ascend by segment, type and count, and have a block each. */
msrck_result msrck_writer_add_extent(msrck_writer *writer, msrck_segment segment, uint32_t type, uint64_t count,
                                     uint64_t blocks, msrck_error *error);

/* Checks the types, the program and the extents, and gives every block its canonical address. */
msrck_result msrck_writer_lay_out(msrck_writer *writer, msrck_error *error);

/* Types, program, extents and, where `notes` says so, provenance of a checkpoint, in the place of all calls above. */
msrck_result msrck_writer_copy_description(msrck_writer *writer, const msrck_reader *reader, bool notes,
                                           msrck_error *error);

/*
 * What was described, as a reader shows it: types with their rows, functions, extents, blocks and their addresses;
 * variables and frames from msrck_writer_begin() on. It has no values, sections or chunks. NULL before it is laid out.
 */
const msrck_reader *msrck_writer_layout(const msrck_writer *writer);

/* `address` is that of the first leaf of a block. */
msrck_result msrck_writer_add_variable(msrck_writer *writer, msrck_variable_kind kind, const char *name, uint32_t type,
                                       uint64_t address, msrck_error *error);
/*
 * The next frame, innermost first. `locals` has an address, or 0, for each local of the function, `count` in all.
 */
msrck_result msrck_writer_add_frame(msrck_writer *writer, uint32_t function, uint32_t point, uint64_t live,
                                    const uint64_t *locals, uint32_t count, msrck_error *error);
msrck_result msrck_writer_add_note(msrck_writer *writer, const char *key, const char *value, msrck_error *error);

/* ---- Writing --------------------------------------------------------------------------------------------- */

/*
 * How chunks are stored. Numbers of codecs and filters are those of msrck_chunk_facts. Level 0 is the codec's usual
 * one. Threads code chunks beside the caller's; the bytes do not depend on their number.
 */
typedef struct msrck_writer_options {
    unsigned version;
    uint32_t codec, filter;
    int level;
    unsigned threads;
} msrck_writer_options;

#define MSRCK_WRITER_OPTIONS_VERSION 1
#define MSRCK_WRITER_OPTIONS_INIT { MSRCK_WRITER_OPTIONS_VERSION, 1, 1, 0, 1 }

/*
 * A codec as options spell it: "none", "zlib", "zstd:19"; NULL: what programs use unless told otherwise. Sets codec and
 * level, and the filter that goes with the codec. MSRCK_MISUSE when it is none, or is not in this build. filter_parse knows "none", "planes" and "split".
 */
msrck_result msrck_writer_codec_parse(const char *text, msrck_writer_options *options, msrck_error *error);
msrck_result msrck_writer_filter_parse(const char *text, msrck_writer_options *options, msrck_error *error);

/*
 * Checks variables and frames, and writes header and metadata to the descriptor, which stays the caller's. Bytes are
 * written front to back; nothing is synced.
 */
msrck_result msrck_writer_begin(msrck_writer *writer, int descriptor, const msrck_writer_options *options,
                                msrck_error *error);

/* Rows that belong together: an extent's elements (part 0), or the elements of its flexible array members (part 1). */
typedef struct msrck_rows_facts {
    uint32_t extent, part;
    uint32_t type;                  /* of a row */
    uint64_t rows;                  /* in all blocks of the extent */
    size_t width;                   /* bytes of a row */
} msrck_rows_facts;

/* What rows come next; *end is true when there are none. Those before must be complete. */
msrck_result msrck_writer_next_rows(msrck_writer *writer, msrck_rows_facts *facts, bool *end, msrck_error *error);

/*
 * Where the next rows go: *room, zeroed, is for *rows rows, at least one and at most `wanted`, to be filled at once
 * with their canonical bytes. Valid until the next call for this writer, which checks them.
 */
msrck_result msrck_writer_room(msrck_writer *writer, uint64_t wanted, unsigned char **room, uint64_t *rows,
                               msrck_error *error);

/* All rows of a checkpoint with the same description, in the place of next_rows and room. */
msrck_result msrck_writer_copy_rows(msrck_writer *writer, msrck_reader *reader, msrck_error *error);

/* An ancillary section, after the rows. Its tag must be one that readers may skip. */
msrck_result msrck_writer_section(msrck_writer *writer, const char *tag, const void *bytes, size_t length,
                                  msrck_error *error);
/* States the digest of the graph, after the rows. It is not checked. */
msrck_result msrck_writer_state_digest(msrck_writer *writer, const unsigned char digest[MSRCK_DIGEST_SIZE],
                                       msrck_error *error);

/* Index and trailer: the checkpoint is complete. */
msrck_result msrck_writer_finish(msrck_writer *writer, msrck_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
