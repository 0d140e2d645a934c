/* SPDX-License-Identifier: MIT */
/*
 * The inside of file_reader, shared by the files that make it up: file_reader.c, metadata_reader.c, chunk_reader.c,
 * chunk_ahead.c, index_reader.c.
 */
#ifndef MSRCK_FILE_FILE_READER_STATE_H
#define MSRCK_FILE_FILE_READER_STATE_H

#include "base/large_pages.h"
#include "encoding/chunk_codec.h"
#include "file/chunk_ahead.h"
#include "file/file_reader.h"
#include "file/section_order.h"
#include "file/section_reader.h"

/* Payload of a dgsT section: a SHA-256. */
#define DIGEST_SIZE 32u

enum forward_state { FORWARD_CHUNKS, FORWARD_INDEX, FORWARD_FINISHED, FORWARD_FAILED };

/* A section whose head has been read on the way forward, and whose payload comes next. */
struct next_section {
    bool known;
    struct section_head head;
    uint64_t offset;
    msrck_result result;            /* of reading the head */
    msrck_error error;
};

struct file_reader {
    struct source *source;          /* borrowed */
    msrck_limits limits;            /* no member is zero */
    unsigned threads;               /* that decode; 0, 1: the caller's alone */
    struct metadata metadata;
    size_t metadata_sections;       /* entries of `seen` that were read when the reader was made */

    struct input_window window;     /* the way forward */
    enum forward_state state;
    struct next_section next;
    struct chunk_ahead *forward;    /* owned; chunks that are read before they are asked for, or NULL */
    struct large_pages pages;       /* lent to those chunks, and to the window */
    struct section_order order;
    struct row_tiling tiling;
    struct file_index seen;
    struct section_head index_head; /* of INDX, once its head is read */
    uint64_t index_offset;

    bool index_loaded;
    struct file_index loaded;       /* the file's own index */

    size_t last_section;            /* that a chunk was read from by number; SIZE_MAX: none */
    size_t ahead_section;           /* the last that was read ahead */
    unsigned run;                   /* chunks in file order that were read by number one after the other */
    struct chunk_ahead *indexed;    /* owned; the same as `forward` for those who read by number */

    bool (*examine)(const void *context, const struct chunk *chunk);    /* by the threads; or NULL */
    const void *examine_context;

    struct byte_buffer rows;        /* of chunks that the caller's thread decodes */
    struct chunk_scratch scratch;   /* for them */
    struct byte_buffer stored;      /* a section that was read at its place */

    uint64_t decoded;               /* raw bytes of all chunks that were read at their places */
    void (*watch)(void *context, uint64_t decoded);     /* called behind each of them, or NULL */
    void *watch_context;

    bool has_digest;
    unsigned char digest[DIGEST_SIZE];
};

/* Header and sections up to and with FRAM. */
msrck_result msrck_metadata_read(struct file_reader *reader, msrck_error *error);

/* Notes a section in `seen`, with the rows of `chunk` when it is one. */
msrck_result msrck_reader_note(struct file_reader *reader, const struct section_head *head, uint64_t offset,
                               const struct chunk_head *chunk, msrck_error *error);
/* Reads over an ancillary section, or keeps it where it is the digest. */
msrck_result msrck_reader_ancillary(struct file_reader *reader, const struct section_head *head, msrck_error *error);
/* Keeps the payload of a dgsT section; MSRCK_CORRUPT when its length is not that of a digest. */
msrck_result msrck_reader_keep_digest(struct file_reader *reader, const unsigned char *payload, size_t length,
                                      uint64_t offset, msrck_error *error);

/*
 * Longest payload of a DATA section: coded bytes are never more than raw ones, so the limit of a chunk bounds its
 * section too.
 */
static inline uint64_t chunk_section_limit(const struct file_reader *reader)
{
    uint64_t most = reader->limits.chunk_bytes;

    return most > UINT64_MAX - CHUNK_HEAD_SIZE ? most : most + CHUNK_HEAD_SIZE;
}

/*
 * Checks the chunk head in front of a payload against limits and extents (not against its neighbours), and fills
 * `chunk` but for its rows.
 */
msrck_result msrck_chunk_inspect(const struct file_reader *reader, const unsigned char *payload, size_t length,
                                 uint64_t offset, struct chunk *chunk, msrck_error *error);
/* Decodes an inspected chunk: chunk->rows, which lie in the payload or in `rows`. */
msrck_result msrck_chunk_load(struct byte_buffer *rows, struct chunk_scratch *scratch, const unsigned char *payload,
                              struct chunk *chunk, msrck_error *error);

#endif
