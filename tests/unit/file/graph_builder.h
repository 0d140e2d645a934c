/* SPDX-License-Identifier: MIT */
/*
 * Checkpoints made block by block for the tests of the reader and the tool: rows are put together by hand from
 * canonical bytes, so that right and wrong ones can be made without a program. Failures end the process.
 */
#ifndef GRAPH_BUILDER_H
#define GRAPH_BUILDER_H

#include "file/file_writer.h"
#include "file/metadata.h"

struct graph_builder;

/* All types that the graph needs; their ids from then on are the file's. */
struct graph_builder *builder_new(const msrck_type *const *types, size_t count, unsigned pointer_width);
void builder_free(struct graph_builder *builder);
uint32_t builder_type(const struct graph_builder *builder, const char *name);

/* A new block, to which the following calls append bytes; a handle for pointers to it. */
size_t builder_block(struct graph_builder *builder, enum segment segment, const char *type, uint64_t count);
/* From here on the trailing elements of the block. */
void builder_trailing(struct graph_builder *builder);
void builder_bytes(struct graph_builder *builder, const void *bytes, size_t length);
void builder_integer(struct graph_builder *builder, size_t width, uint64_t value);
void builder_float(struct graph_builder *builder, float value);
void builder_double(struct graph_builder *builder, double value);
/* Handle SIZE_MAX is NULL. The block may be made later. */
void builder_pointer(struct graph_builder *builder, size_t handle, uint64_t leaf);
/* A number as it is, in the width of a pointer: functions, and addresses that lead nowhere. */
void builder_raw_pointer(struct graph_builder *builder, uint64_t number);

/*
 * Blocks are found by handle; locals are `count` handles, SIZE_MAX where not alive. Frames are added innermost
 * first.
 */
void builder_variable(struct graph_builder *builder, enum variable_kind kind, const char *name, const char *type,
                      size_t handle);
void builder_function(struct graph_builder *builder, const char *name, const struct point_entry *points,
                      uint32_t point_count, const struct local_entry *locals, uint32_t local_count);
void builder_frame(struct graph_builder *builder, uint32_t function, uint32_t point, size_t live, const size_t *locals,
                   uint32_t count);
void builder_target(struct graph_builder *builder, const char *name);
void builder_note(struct graph_builder *builder, const char *key, const char *value);

/* The checkpoint, appended to `bytes`. Once for each builder. */
void builder_finish(struct graph_builder *builder, const struct codec_choice *codec, struct byte_buffer *bytes);

#endif
