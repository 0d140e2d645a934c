/* SPDX-License-Identifier: MIT */
/*
 * Chunks that are checked and decoded by threads before they are asked for. The reader's own thread reads their bytes
 * and takes them in the order of the file; what a thread found wrong is told when the chunk's turn comes, so that
 * results do not depend on the number of threads.
 */
#ifndef MSRCK_FILE_CHUNK_AHEAD_H
#define MSRCK_FILE_CHUNK_AHEAD_H

#include "base/byte_buffer.h"
#include "file/container.h"
#include "file/file_reader.h"

struct chunk_ahead;

/* One chunk. The caller fills what comes first and `payload`; the threads what comes last. */
struct decoding {
    struct section_head head;
    uint64_t offset;                /* of the section in the file */
    size_t section;                 /* its number, for who reads by the index */
    const unsigned char *payload;   /* with its padding: in `stored`, or borrowed from a source in memory */
    struct byte_buffer stored;

    struct byte_buffer rows;        /* decoded */
    struct chunk chunk;
    msrck_result checked;           /* checksum, padding, and what the chunk's head says */
    msrck_result loaded;            /* where that is well: of the decoding */
    msrck_error error;              /* of the one that failed */
};

/* NULL when no thread can be started. The reader must outlive it. */
struct chunk_ahead *msrck_chunk_ahead_new(const struct file_reader *reader, unsigned threads);
void msrck_chunk_ahead_free(struct chunk_ahead *ahead);     /* NULL is allowed; waits for the threads */
/* False in a forked child, where nothing but freeing it is left. */
bool msrck_chunk_ahead_usable(const struct chunk_ahead *ahead);

/* False for chunks that are better decoded by the caller, once none is under way: very large ones, or for a lie. */
bool msrck_chunk_ahead_fits(uint64_t stored, uint64_t raw);
/*
 * The chunk to fill next: the caller gives head, offset, section and payload, and submits it. NULL when as many as there
 * may be are under way.
 */
struct decoding *msrck_chunk_ahead_fill(struct chunk_ahead *ahead);
void msrck_chunk_ahead_submit(struct chunk_ahead *ahead);
/* Chunks that were submitted and not released. */
size_t msrck_chunk_ahead_under_way(const struct chunk_ahead *ahead);
/*
 * The oldest chunk under way once it is decoded, with everything it holds valid until the next take, release or drop;
 * NULL when there is none.
 */
struct decoding *msrck_chunk_ahead_take(struct chunk_ahead *ahead);
/* Gives back what was taken last; nothing where nothing was. */
void msrck_chunk_ahead_release(struct chunk_ahead *ahead);
/* Gives up everything under way. */
void msrck_chunk_ahead_drop(struct chunk_ahead *ahead);

#endif
