/* SPDX-License-Identifier: MIT */
/* The inside of file_writer, shared by file_writer.c (sections) and row_writer.c (chunks). */
#ifndef MSRCK_FILE_FILE_WRITER_STATE_H
#define MSRCK_FILE_FILE_WRITER_STATE_H

#include "file/chunk_pool.h"
#include "file/file_index.h"
#include "file/file_writer.h"
#include "file/section_order.h"

struct file_writer {
    struct sink *sink;              /* borrowed */
    struct codec_choice choice;
    struct chunk_pool *pool;        /* NULL: chunks are coded by the caller's thread */
    struct large_pages pages;       /* lent to its chunks */
    unsigned threads;
    struct chunk_section own;       /* the chunk that is coded by the caller's thread */
    struct chunk_scratch scratch;   /* for it */
    struct byte_buffer gathered;    /* small pieces that are not with the sink yet */
    uint64_t offset;                /* of the next section in the file */
    struct section_order order;
    struct file_index index;
    struct file_writer_totals totals;
    msrck_result result;            /* of the first failure: nothing is written after one */

    bool in_rows;
    uint32_t extent, part;
    size_t width;
    uint64_t rows, rows_given;      /* of the part: announced; room handed out */
    uint64_t chunk_rows;            /* that a full chunk holds */
    struct chunk_section *chunk;    /* being filled; NULL between chunks */
    uint64_t rows_in_chunk;         /* room handed out in it */
};

/* Pieces from here on go to the sink by themselves, smaller ones are gathered first. */
#define DIRECT_PIECE 32768u

/* What was gathered, to the sink. */
msrck_result msrck_writer_flush(struct file_writer *writer, msrck_error *error);
/* The next bytes of the file: to the sink, or kept until there are enough of them. */
msrck_result msrck_writer_put(struct file_writer *writer, const void *bytes, size_t length, msrck_error *error);
/* The result, which stays when it is a failure: what was written so far is not a checkpoint and never will be. */
msrck_result msrck_writer_keep(struct file_writer *writer, msrck_result result);
/* MSRCK_OK, or the failure that stayed. */
msrck_result msrck_writer_usable(const struct file_writer *writer, msrck_error *error);
/* Writes chunks that the threads have: all of them, or as many as it takes until there is one to fill. */
msrck_result msrck_writer_put_coded(struct file_writer *writer, bool all, msrck_error *error);

#endif
