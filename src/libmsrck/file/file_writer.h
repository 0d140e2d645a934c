/* SPDX-License-Identifier: MIT */
/*
 * Writes the sections of a checkpoint front to back: header, metadata, chunks of rows, index, trailer. Knows nothing of
 * memory blocks: rows come in as bytes.
 */
#ifndef MSRCK_FILE_FILE_WRITER_H
#define MSRCK_FILE_FILE_WRITER_H

#include "encoding/chunk_codec.h"
#include "file/container.h"
#include "file/sink.h"

struct file_writer;

/* The sink stays the caller's, who commits or aborts it after the writer is freed. */
msrck_result msrck_file_writer_new(struct sink *sink, unsigned pointer_width, const struct codec_choice *codec,
                                   unsigned threads, struct file_writer **writer, msrck_error *error);
void msrck_file_writer_free(struct file_writer *writer);

/* A metadata section; `tag` has four letters. */
msrck_result msrck_file_writer_section(struct file_writer *writer, const char *tag, const void *bytes, size_t length,
                                       msrck_error *error);

/* Begins the rows of an extent's part: rows of `width` bytes follow, `rows` of them in all. */
msrck_result msrck_file_writer_begin_rows(struct file_writer *writer, uint32_t extent, uint32_t part, uint64_t rows,
                                          size_t width, msrck_error *error);
/*
 * Where the next rows go: room for *rows rows (at least one, at most `wanted`), to be filled by the caller at once. The
 * pointer is valid until the next call of this writer. Full chunks are coded and written by themselves, by `threads`
 * threads when more than one; bytes written do not depend on their number.
 */
msrck_result msrck_file_writer_room(struct file_writer *writer, uint64_t wanted, unsigned char **room, uint64_t *rows,
                                    msrck_error *error);
/*
 * Rows of the current room are filled up to `end` and will not change: their checksum can be taken while they are at
 * hand. May be left out.
 */
void msrck_file_writer_filled(struct file_writer *writer, const unsigned char *end);
msrck_result msrck_file_writer_end_rows(struct file_writer *writer, msrck_error *error);

/* Index and trailer; flushes to the sink. */
msrck_result msrck_file_writer_finish(struct file_writer *writer, msrck_error *error);

/*
 * Raw and stored bytes of all chunks so far, and nanoseconds, for reports: coding (filters, compression, checksums),
 * added up over all threads, and the part of it that the caller's thread did; writing; and what the caller's thread
 * waited for the others.
 */
struct file_writer_totals { uint64_t raw, stored, chunks, code_ns, own_code_ns, wait_ns, write_ns; };
void msrck_file_writer_totals(const struct file_writer *writer, struct file_writer_totals *totals);

#endif
