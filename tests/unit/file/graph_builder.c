/* SPDX-License-Identifier: MIT */
#include "graph_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/big_endian.h"
#include "types/ti_section.h"

/* A pointer in the rows of a block whose target's address is not known yet. */
struct fixup {
    size_t offset;
    uint32_t part;
    size_t target;
    uint64_t leaf;
};

struct built_block {
    struct extent extent;           /* segment, type and count */
    size_t handle;
    struct byte_buffer rows[2];
    struct fixup *fixups;
    size_t fixup_count, fixup_capacity;
    uint64_t address;
};

struct graph_builder {
    struct metadata metadata;       /* variables and frames hold handles plus one instead of addresses until the end */
    struct byte_buffer types;       /* TYPE payload */
    unsigned pointer_width;
    struct built_block *blocks;     /* by handle until the end, then in the order of the file */
    size_t block_count, block_capacity;
    size_t variable_capacity, frame_capacity, function_capacity, target_capacity, note_capacity;
    uint32_t part;
    uint64_t *addresses;            /* by handle */
};

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "graph_builder: %s\n", what);
    abort();
}

static void require_ok(msrck_result result, const msrck_error *error)
{
    require(result == MSRCK_OK, error->message);
}

struct graph_builder *builder_new(const msrck_type *const *types, size_t count, unsigned pointer_width)
{
    struct graph_builder *builder = msrck_allocate(1, sizeof *builder);
    struct ti_table *table = msrck_ti_new();
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t *order, id;

    require(builder != NULL && table != NULL, "out of memory");
    for (size_t i = 0; i < count; i++)
        require_ok(msrck_ti_add(table, types[i], &id, &error), &error);
    order = msrck_ti_file_order(table);
    require_ok(msrck_ti_encode(table, order, &builder->types, &error), &error);
    require_ok(msrck_ti_decode(builder->types.bytes, builder->types.length, &builder->metadata.types, &error), &error);
    free(order);
    msrck_ti_free(table);
    builder->pointer_width = pointer_width;
    builder->metadata.program = msrck_copy_text("sample");
    return builder;
}

void builder_free(struct graph_builder *builder)
{
    for (size_t i = 0; i < builder->block_count; i++) {
        msrck_buffer_free(&builder->blocks[i].rows[0]);
        msrck_buffer_free(&builder->blocks[i].rows[1]);
        free(builder->blocks[i].fixups);
    }
    free(builder->blocks);
    free(builder->addresses);
    msrck_buffer_free(&builder->types);
    msrck_metadata_clear(&builder->metadata);
    free(builder);
}

uint32_t builder_type(const struct graph_builder *builder, const char *name)
{
    uint32_t id = msrck_ti_find_name(builder->metadata.types, name);

    require(id != UINT32_MAX, name);
    return id;
}

/* ---- Rows ---- */

size_t builder_block(struct graph_builder *builder, enum segment segment, const char *type, uint64_t count)
{
    struct built_block *block;

    require(
        msrck_reserve(&builder->blocks, &builder->block_capacity, builder->block_count + 1, sizeof *builder->blocks),
        "out of memory");
    block = &builder->blocks[builder->block_count];
    memset(block, 0, sizeof *block);
    block->extent = (struct extent){ .segment = segment, .type = builder_type(builder, type), .count = count };
    block->handle = builder->block_count;
    builder->part = 0;
    return builder->block_count++;
}

static struct built_block *last_block(struct graph_builder *builder)
{
    return &builder->blocks[builder->block_count - 1];
}

void builder_trailing(struct graph_builder *builder)
{
    builder->part = 1;
}

void builder_bytes(struct graph_builder *builder, const void *bytes, size_t length)
{
    msrck_buffer_append(&last_block(builder)->rows[builder->part], bytes, length);
}

void builder_integer(struct graph_builder *builder, size_t width, uint64_t value)
{
    unsigned char bytes[8];

    store_be64(bytes, value);
    builder_bytes(builder, bytes + 8 - width, width);
}

void builder_float(struct graph_builder *builder, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    builder_integer(builder, 4, bits);
}

void builder_double(struct graph_builder *builder, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    builder_integer(builder, 8, bits);
}

void builder_pointer(struct graph_builder *builder, size_t handle, uint64_t leaf)
{
    struct built_block *block = last_block(builder);

    if (handle != SIZE_MAX) {
        require(msrck_reserve(&block->fixups, &block->fixup_capacity, block->fixup_count + 1, sizeof *block->fixups),
                "out of memory");
        block->fixups[block->fixup_count++] =
            (struct fixup){ block->rows[builder->part].length, builder->part, handle, leaf };
    }
    builder_integer(builder, builder->pointer_width, 0);
}

void builder_raw_pointer(struct graph_builder *builder, uint64_t number)
{
    builder_integer(builder, builder->pointer_width, number);
}

/* ---- Metadata ---- */

void builder_variable(struct graph_builder *builder, enum variable_kind kind, const char *name, const char *type,
                      size_t handle)
{
    struct metadata *metadata = &builder->metadata;

    require(msrck_reserve(&metadata->variables, &builder->variable_capacity, metadata->variable_count + 1,
                          sizeof *metadata->variables), "out of memory");
    metadata->variables[metadata->variable_count++] = (struct variable_entry){
        kind, msrck_copy_text(name), builder_type(builder, type), (uint64_t)handle + 1 };
}

void builder_function(struct graph_builder *builder, const char *name, const struct point_entry *points,
                      uint32_t point_count, const struct local_entry *locals, uint32_t local_count)
{
    struct metadata *metadata = &builder->metadata;
    struct function_entry *function;

    require(msrck_reserve(&metadata->functions, &builder->function_capacity, metadata->function_count + 1,
                          sizeof *metadata->functions), "out of memory");
    function = &metadata->functions[metadata->function_count++];
    function->name = msrck_copy_text(name);
    function->points = msrck_allocate(point_count, sizeof *points);
    function->locals = msrck_allocate(local_count, sizeof *locals);
    function->point_count = point_count;
    function->local_count = local_count;
    for (uint32_t i = 0; i < point_count; i++)
        function->points[i] = (struct point_entry){ msrck_copy_text(points[i].label), points[i].live_type };
    for (uint32_t i = 0; i < local_count; i++)
        function->locals[i] = (struct local_entry){ msrck_copy_text(locals[i].name), locals[i].type };
}

void builder_frame(struct graph_builder *builder, uint32_t function, uint32_t point, size_t live, const size_t *locals,
                   uint32_t count)
{
    struct metadata *metadata = &builder->metadata;
    struct frame_entry *frame;

    require(
        msrck_reserve(&metadata->frames, &builder->frame_capacity, metadata->frame_count + 1, sizeof *metadata->frames),
        "out of memory");
    frame = &metadata->frames[metadata->frame_count++];
    *frame =
        (struct frame_entry){ function, point, (uint64_t)live + 1, msrck_allocate(count, sizeof(uint64_t)), count };
    for (uint32_t i = 0; i < count; i++)
        frame->locals[i] = locals[i] == SIZE_MAX ? 0 : (uint64_t)locals[i] + 1;
    if (live == SIZE_MAX)
        frame->live = 0;
}

void builder_target(struct graph_builder *builder, const char *name)
{
    struct metadata *metadata = &builder->metadata;

    require(msrck_reserve(&metadata->targets, &builder->target_capacity, metadata->target_count + 1, sizeof(char *)),
            "out of memory");
    metadata->targets[metadata->target_count++] = msrck_copy_text(name);
}

void builder_note(struct graph_builder *builder, const char *key, const char *value)
{
    struct metadata *metadata = &builder->metadata;

    require(msrck_reserve(&metadata->notes, &builder->note_capacity, metadata->note_count + 1, sizeof *metadata->notes),
            "out of memory");
    metadata->notes[metadata->note_count++] = (struct note_entry){ msrck_copy_text(key), msrck_copy_text(value) };
}

/* ---- Numbering ---- */

static int compare_blocks(const void *left, const void *right)
{
    const struct built_block *a = left, *b = right;

    if (a->extent.segment != b->extent.segment)
        return a->extent.segment < b->extent.segment ? -1 : 1;
    if (a->extent.type != b->extent.type)
        return a->extent.type < b->extent.type ? -1 : 1;
    if (a->extent.count != b->extent.count)
        return a->extent.count < b->extent.count ? -1 : 1;
    return a->handle < b->handle ? -1 : a->handle > b->handle;
}

static bool same_extent(const struct extent *a, const struct extent *b)
{
    return a->segment == b->segment && a->type == b->type && a->count == b->count;
}

/* Sorts the blocks into extents and gives each its canonical address. */
static void number_blocks(struct graph_builder *builder)
{
    struct metadata *metadata = &builder->metadata;
    size_t next = 0;

    if (builder->block_count > 0)
        qsort(builder->blocks, builder->block_count, sizeof *builder->blocks, compare_blocks);
    metadata->extents = msrck_allocate(builder->block_count, sizeof *metadata->extents);
    builder->addresses = msrck_allocate(builder->block_count, sizeof *builder->addresses);
    require(metadata->extents != NULL && builder->addresses != NULL, "out of memory");
    for (size_t i = 0; i < builder->block_count; i++) {
        if (i == 0 || !same_extent(&builder->blocks[i - 1].extent, &builder->blocks[i].extent))
            metadata->extents[metadata->extent_count++] = builder->blocks[i].extent;
        metadata->extents[metadata->extent_count - 1].blocks++;
    }
    require(msrck_extents_number(metadata->types, metadata->extents, metadata->extent_count, &metadata->address_end),
            "canonical addresses overflow");
    for (size_t i = 0; i < metadata->extent_count; i++)
        for (uint64_t k = 0; k < metadata->extents[i].blocks; k++, next++)
            builder->addresses[builder->blocks[next].handle] =
                metadata->extents[i].base + k * (metadata->extents[i].block_leaves + 1);
}

static void patch(struct graph_builder *builder)
{
    struct metadata *metadata = &builder->metadata;

    for (size_t i = 0; i < builder->block_count; i++)
        for (size_t k = 0; k < builder->blocks[i].fixup_count; k++) {
            const struct fixup *fixup = &builder->blocks[i].fixups[k];
            unsigned char *place = builder->blocks[i].rows[fixup->part].bytes + fixup->offset, bytes[8];
            store_be64(bytes, builder->addresses[fixup->target] + fixup->leaf);
            memcpy(place, bytes + 8 - builder->pointer_width, builder->pointer_width);
        }
    for (size_t i = 0; i < metadata->variable_count; i++)
        metadata->variables[i].address = builder->addresses[metadata->variables[i].address - 1];
    for (size_t i = 0; i < metadata->frame_count; i++) {
        struct frame_entry *frame = &metadata->frames[i];
        frame->live = frame->live == 0 ? 0 : builder->addresses[frame->live - 1];
        for (uint32_t k = 0; k < frame->local_count; k++)
            frame->locals[k] = frame->locals[k] == 0 ? 0 : builder->addresses[frame->locals[k] - 1];
    }
}

/* ---- Writing ---- */

static void write_section(struct file_writer *writer, const char *tag, const struct metadata *metadata,
                          msrck_result (*encode)(const struct metadata *, struct byte_buffer *, msrck_error *))
{
    struct byte_buffer payload = BYTE_BUFFER_INIT;
    msrck_error error = MSRCK_ERROR_INIT;

    require_ok(encode(metadata, &payload, &error), &error);
    require_ok(msrck_file_writer_section(writer, tag, payload.bytes, payload.length, &error), &error);
    msrck_buffer_free(&payload);
}

/* Puts the rows of all blocks of an extent's part together, then hands them to the writer. */
static void write_part(struct graph_builder *builder, struct file_writer *writer, uint32_t extent, uint32_t part,
                       size_t first)
{
    const struct metadata *metadata = &builder->metadata;
    const struct extent *entry = &metadata->extents[extent];
    uint64_t rows = msrck_extent_rows(metadata->types, entry, part), done = 0, room_rows;
    size_t width = (size_t)msrck_extent_row_width(metadata->types, entry, part, builder->pointer_width);
    struct byte_buffer all = BYTE_BUFFER_INIT;
    msrck_error error = MSRCK_ERROR_INIT;
    unsigned char *room;

    if (rows == 0)
        return;
    for (size_t i = 0; i < entry->blocks; i++)
        msrck_buffer_append(&all, builder->blocks[first + i].rows[part].bytes,
                            builder->blocks[first + i].rows[part].length);
    if (all.length != rows * width)
        fprintf(stderr, "%s: %zu bytes for %llu rows of %zu\n", msrck_ti_get(metadata->types, entry->type)->name,
                all.length, (unsigned long long)rows, width);
    require(all.length == rows * width, "the rows of an extent have the wrong length");
    require_ok(msrck_file_writer_begin_rows(writer, extent, part, rows, width, &error), &error);
    for (; done < rows; done += room_rows) {
        require_ok(msrck_file_writer_room(writer, rows - done, &room, &room_rows, &error), &error);
        memcpy(room, all.bytes + done * width, (size_t)room_rows * width);
    }
    require_ok(msrck_file_writer_end_rows(writer, &error), &error);
    msrck_buffer_free(&all);
}

static void write_rows(struct graph_builder *builder, struct file_writer *writer)
{
    size_t first = 0;

    for (uint32_t i = 0; i < builder->metadata.extent_count; i++) {
        write_part(builder, writer, i, 0, first);
        write_part(builder, writer, i, 1, first);
        first += (size_t)builder->metadata.extents[i].blocks;
    }
}

void builder_finish(struct graph_builder *builder, const struct codec_choice *codec, struct byte_buffer *bytes)
{
    struct metadata *metadata = &builder->metadata;
    msrck_error error = MSRCK_ERROR_INIT;
    struct file_writer *writer;
    struct sink *sink;

    number_blocks(builder);
    patch(builder);
    require_ok(msrck_fingerprint(builder->types.bytes, builder->types.length, metadata, &error), &error);
    require_ok(msrck_sink_open_memory(bytes, &sink, &error), &error);
    require_ok(msrck_file_writer_new(sink, builder->pointer_width, codec, 1, &writer, &error), &error);
    if (metadata->note_count > 0)
        write_section(writer, "prov", metadata, msrck_notes_encode);
    require_ok(msrck_file_writer_section(writer, "TYPE", builder->types.bytes, builder->types.length, &error), &error);
    write_section(writer, "PROG", metadata, msrck_program_encode);
    write_section(writer, "EXTE", metadata, msrck_extents_encode);
    write_section(writer, "VARS", metadata, msrck_variables_encode);
    write_section(writer, "FRAM", metadata, msrck_frames_encode);
    write_rows(builder, writer);
    require_ok(msrck_file_writer_finish(writer, &error), &error);
    msrck_file_writer_free(writer);
    require_ok(msrck_sink_commit(sink, &error), &error);
}
