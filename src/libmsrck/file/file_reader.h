/* SPDX-License-Identifier: MIT */
/*
 * Reads the container: header, metadata sections, chunks, index, trailer. Believes nothing: each length is checked
 * against the bytes there are and the limits before memory is taken for it. Errors carry the file offset.
 *
 * Two ways through a file. Forward: open (reads up to and with FRAM), then next_chunk until it says there is none, then
 * finish (index, trailer, nothing behind; everything compared with what was seen). By index: open, load_index (seekable
 * sources only), then read_chunk in any order.
 */
#ifndef MSRCK_FILE_FILE_READER_H
#define MSRCK_FILE_FILE_READER_H

#include "encoding/chunk_codec.h"
#include "file/file_index.h"
#include "file/limits.h"
#include "file/metadata.h"
#include "file/source.h"

struct file_reader;

/* A chunk's head and rows. */
struct chunk {
    struct section_place place;
    uint32_t filter, codec;
    uint64_t raw_length, stored_length;
    size_t width;                   /* bytes of a row */
    const unsigned char *rows;      /* decoded; borrowed until the next call of the reader */
    bool sound;                     /* a thread has examined the rows and found nothing */
};

/* The source stays the caller's. On success the metadata is complete and checked for itself and against each other. */
msrck_result msrck_file_reader_new(struct source *source, const msrck_limits *limits, struct file_reader **reader,
                                   msrck_error *error);
void msrck_file_reader_free(struct file_reader *reader);

/*
 * Chunks that are read front to back, either way, are checked and decoded by so many threads before they are asked for;
 * 0 and 1: by the caller's when they are. At most 2 * threads are under way. Nothing else changes: not the order, and
 * not what is wrong with a file.
 */
void msrck_file_reader_use_threads(struct file_reader *reader, unsigned threads);

/* Everything but the rows. Borrowed from the reader. */
const struct metadata *msrck_file_reader_metadata(const struct file_reader *reader);

/*
 * The next chunk in file order; *chunk.rows NULL and *end true after the last. Order, tiling of the extents and
 * checksums are checked.
 */
msrck_result msrck_file_reader_next_chunk(struct file_reader *reader, struct chunk *chunk, bool *end,
                                          msrck_error *error);
/* After the last chunk: the rest of the file. */
msrck_result msrck_file_reader_finish(struct file_reader *reader, msrck_error *error);

/*
 * Trailer and index, for seekable sources; checked against the file's size, for gaps and overlaps, and against the
 * extents.
 */
msrck_result msrck_file_reader_load_index(struct file_reader *reader, msrck_error *error);
size_t msrck_file_reader_sections(const struct file_reader *reader); /* after load_index or finish, INDX not counted */
const struct section_place *msrck_file_reader_section(const struct file_reader *reader, size_t index);
/* Section index of the chunk that holds the row; SIZE_MAX when none. O(log chunks). */
size_t msrck_file_reader_find_row(const struct file_reader *reader, uint32_t extent, uint32_t part, uint64_t row);
/*
 * Payload of any section, read at its place and checked against its head; borrowed until the next call of the reader.
 * For seekable sources.
 */
msrck_result msrck_file_reader_read_section(struct file_reader *reader, size_t section, const unsigned char **payload,
                                            size_t *length, msrck_error *error);
/* Payload of the dgsT section, or NULL when the file has none; known after finish, or after load_index. Borrowed. */
const unsigned char *msrck_file_reader_digest(const struct file_reader *reader, size_t *length);
/* Reads, checks and decodes one chunk by section index. */
msrck_result msrck_file_reader_read_chunk(struct file_reader *reader, size_t section, struct chunk *chunk,
                                          msrck_error *error);
/*
 * Lets the threads that decode chunks which are read so examine the rows, too: `examine` is called by any thread, looks
 * at nothing that changes meanwhile, and says whether all is well. NULL ends that, and gives up what is under way. Chunks
 * that no thread has examined are not sound.
 */
void msrck_file_reader_examine(struct file_reader *reader, bool (*examine)(const void *context, const struct chunk *chunk),
                               const void *context);
/* Calls `watch` (NULL: nothing) behind each chunk that is read so, with the raw bytes decoded so far. */
void msrck_file_reader_watch(struct file_reader *reader, void (*watch)(void *context, uint64_t decoded), void *context);

#endif
