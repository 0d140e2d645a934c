/* SPDX-License-Identifier: MIT */
/*
 * A small graph with one of everything the file layer knows, and checkpoints of it. Rows hold bytes that follow from
 * their place.
 */
#ifndef SAMPLE_CHECKPOINT_H
#define SAMPLE_CHECKPOINT_H

#include "file/file_reader.h"
#include "file/file_writer.h"

struct node { int value; struct node *left; };
struct text { unsigned length; char bytes[]; };
struct wide { char bytes[300000]; };
struct live { long counter; struct node *root; };

struct sample_shape {
    uint64_t nodes;                 /* heap blocks of struct node */
    uint64_t wide;                  /* heap blocks of struct wide, whose row is more than a chunk; 0: none */
};

/* Metadata of the graph, with a TYPE payload in `types` (freed by the caller). */
void sample_metadata(const struct sample_shape *shape, struct metadata *metadata, struct byte_buffer *types);

/* Writes the checkpoint of a graph that was made before; MSRCK_OK, or what the writer answers. */
msrck_result sample_write_graph(const struct metadata *metadata, const struct byte_buffer *types,
                                const struct codec_choice *choice, unsigned threads, struct sink *sink,
                                msrck_error *error);
/* Writes the checkpoint of a shape; MSRCK_OK, or what the writer answers. */
msrck_result sample_write(const struct sample_shape *shape, const struct codec_choice *choice, unsigned threads,
                          struct sink *sink, msrck_error *error);
/* The same into memory; failures end the test. */
void sample_bytes(const struct sample_shape *shape, const struct codec_choice *choice, unsigned threads,
                  struct byte_buffer *bytes);

/* What stands in byte `byte` of a row. */
unsigned char sample_byte(uint32_t extent, uint32_t part, uint64_t row, size_t byte);
/* Whether the chunk's rows hold what was written. */
bool sample_chunk_right(const struct chunk *chunk);

/*
 * Opens, reads all chunks, finishes. *chunks (may be NULL) counts them. MSRCK_CORRUPT without a message when rows
 * differ from what was written.
 */
msrck_result sample_read_forward(struct source *source, const msrck_limits *limits, size_t *chunks, msrck_error *error);
/* Opens, loads the index, reads every section and every chunk, last first. */
msrck_result sample_read_by_index(struct source *source, const msrck_limits *limits, size_t *chunks,
                                  msrck_error *error);

/* ---- Files made by hand, section by section, with right checksums whatever they say ---- */

struct hand_made {
    struct byte_buffer bytes;
    struct file_index index;
};

void hand_begin(struct hand_made *file, const struct file_header *header);
void hand_section(struct hand_made *file, const char *tag, const void *payload, size_t length);
void hand_chunk(struct hand_made *file, const struct chunk_head *head, const void *stored, size_t length);
void hand_finish(struct hand_made *file);
void hand_free(struct hand_made *file);

#endif
