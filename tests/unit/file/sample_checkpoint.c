/* SPDX-License-Identifier: MIT */
#include "sample_checkpoint.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/allocation.h"
#include "encoding/checksum.h"
#include "types/ti_section.h"

extern const msrck_type node_type, text_type, wide_type, live_type;

MSRCK_STRUCT(node_type, struct node, MSRCK_FIELD(struct node, value, &msrck_int),
             MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_type)));
MSRCK_FLEXIBLE_STRUCT(text_type, struct text, MSRCK_FIELD(struct text, length, &msrck_uint),
                      MSRCK_FLEXIBLE(struct text, bytes, &msrck_char));
MSRCK_STRUCT(wide_type, struct wide, MSRCK_FIELD(struct wide, bytes, MSRCK_ARRAY(&msrck_char, 300000)));
MSRCK_STRUCT(live_type, struct live, MSRCK_FIELD(struct live, counter, &msrck_long),
             MSRCK_FIELD(struct live, root, MSRCK_POINTER(&node_type)));
static const msrck_type *const grid_type = MSRCK_ARRAY(&msrck_int, 6);

/* A table whose ids are a file's, by way of its TYPE section. */
static void make_types(struct metadata *metadata, struct byte_buffer *payload)
{
    const msrck_type *const described[] = { &node_type, &text_type, &wide_type, &live_type, grid_type };
    struct ti_table *table = msrck_ti_new();
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id, *order;

    for (size_t i = 0; i < sizeof described / sizeof described[0]; i++)
        cr_assert_eq(msrck_ti_add(table, described[i], &id, &error), MSRCK_OK, "%s", error.message);
    order = msrck_ti_file_order(table);
    cr_assert_eq(msrck_ti_encode(table, order, payload, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_ti_decode(payload->bytes, payload->length, &metadata->types, &error), MSRCK_OK, "%s",
                 error.message);
    free(order);
    msrck_ti_free(table);
}

static int compare_extents(const void *left, const void *right)
{
    const struct extent *a = left, *b = right;

    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    return a->count < b->count ? -1 : a->count > b->count;
}

static uint32_t type_id(const struct metadata *metadata, const char *name)
{
    uint32_t id = msrck_ti_find_name(metadata->types, name);

    cr_assert_neq(id, UINT32_MAX, "%s", name);
    return id;
}

static void make_extents(const struct sample_shape *shape, struct metadata *metadata)
{
    const struct extent extents[] = {
        { SEGMENT_GLOBAL, type_id(metadata, "int"), 6, 2, 0, 0 },
        { SEGMENT_STACK, type_id(metadata, "struct live"), 1, 1, 0, 0 },
        { SEGMENT_STACK, type_id(metadata, "int"), 12, 1, 0, 0 },
        { SEGMENT_HEAP, type_id(metadata, "struct node"), 1, shape->nodes, 0, 0 },
        { SEGMENT_HEAP, type_id(metadata, "struct text"), 0, 1, 0, 0 },
        { SEGMENT_HEAP, type_id(metadata, "struct text"), 5, 3, 0, 0 },
        { SEGMENT_LITERAL, type_id(metadata, "char"), 6, 1, 0, 0 },
        { SEGMENT_HEAP, type_id(metadata, "struct wide"), 1, shape->wide, 0, 0 },
    };
    size_t count = sizeof extents / sizeof extents[0] - (shape->wide == 0);

    metadata->extents = msrck_allocate(count, sizeof *metadata->extents);
    memcpy(metadata->extents, extents, count * sizeof extents[0]);
    metadata->extent_count = count;
    qsort(metadata->extents, count, sizeof *metadata->extents, compare_extents);
    cr_assert(msrck_extents_number(metadata->types, metadata->extents, count, &metadata->address_end));
}

static uint64_t block_address(const struct metadata *metadata, uint32_t segment, const char *type, uint64_t count,
                              uint64_t block)
{
    uint32_t id = type_id(metadata, type);

    for (size_t i = 0; i < metadata->extent_count; i++) {
        const struct extent *extent = &metadata->extents[i];

        if (extent->segment == segment && extent->type == id && extent->count == count)
            return extent->base + block * (extent->block_leaves + 1);
    }
    cr_assert_fail("no extent of %s", type);
    return 0;
}

static void make_program(struct metadata *metadata, const struct byte_buffer *types)
{
    struct function_entry *functions = msrck_allocate(2, sizeof *functions);
    msrck_error error = MSRCK_ERROR_INIT;

    metadata->program = msrck_copy_text("sample");
    functions[0].name = msrck_copy_text("walk");
    functions[0].points = msrck_allocate(2, sizeof *functions[0].points);
    functions[0].point_count = 2;
    functions[0].points[0].label = msrck_copy_text("entry");
    functions[0].points[1].label = msrck_copy_text("");
    functions[0].points[1].live_type = type_id(metadata, "struct live");
    functions[0].locals = msrck_allocate(2, sizeof *functions[0].locals);
    functions[0].local_count = 2;
    functions[0].locals[0] = (struct local_entry){ msrck_copy_text("gone"), type_id(metadata, "struct node") };
    functions[0].locals[1] = (struct local_entry){ msrck_copy_text("grid"), type_id(metadata, "int [6]") };
    functions[1].name = msrck_copy_text("main");
    functions[1].points = msrck_allocate(1, sizeof *functions[1].points);
    functions[1].point_count = 1;
    functions[1].points[0].label = msrck_copy_text("after walk");
    metadata->functions = functions;
    metadata->function_count = 2;
    metadata->targets = msrck_allocate(2, sizeof *metadata->targets);
    metadata->targets[0] = msrck_copy_text("compare");
    metadata->targets[1] = msrck_copy_text("visit");
    metadata->target_count = 2;
    cr_assert_eq(msrck_fingerprint(types->bytes, types->length, metadata, &error), MSRCK_OK, "%s", error.message);
}

static void make_roots(struct metadata *metadata)
{
    metadata->variables = msrck_allocate(3, sizeof *metadata->variables);
    metadata->variables[0] =
        (struct variable_entry) { VARIABLE_GLOBAL, msrck_copy_text("first"), type_id(metadata, "int [6]"),
                                  block_address(metadata, SEGMENT_GLOBAL, "int", 6, 0) };
    metadata->variables[1] =
        (struct variable_entry) { VARIABLE_GLOBAL, msrck_copy_text("second"), type_id(metadata, "int"),
                                  block_address(metadata, SEGMENT_GLOBAL, "int", 6, 1) };
    metadata->variables[2] =
        (struct variable_entry) { VARIABLE_ROOT, msrck_copy_text(""), type_id(metadata, "struct text"),
                                  block_address(metadata, SEGMENT_HEAP, "struct text", 5, 2) };
    metadata->variable_count = 3;
    metadata->frames = msrck_allocate(2, sizeof *metadata->frames);
    metadata->frames[0] = (struct frame_entry){ 0, 2, block_address(metadata, SEGMENT_STACK, "struct live", 1, 0),
                                                msrck_allocate(2, sizeof(uint64_t)), 2 };
    metadata->frames[0].locals[1] = block_address(metadata, SEGMENT_STACK, "int", 12, 0);
    metadata->frames[1] = (struct frame_entry){ 1, 1, 0, NULL, 0 };
    metadata->frame_count = 2;
    metadata->notes = msrck_allocate(1, sizeof *metadata->notes);
    metadata->notes[0] = (struct note_entry){ msrck_copy_text("host"), msrck_copy_text("elsewhere") };
    metadata->note_count = 1;
}

void sample_metadata(const struct sample_shape *shape, struct metadata *metadata, struct byte_buffer *types)
{
    memset(metadata, 0, sizeof *metadata);
    make_types(metadata, types);
    make_extents(shape, metadata);
    make_program(metadata, types);
    make_roots(metadata);
    metadata->header = (struct file_header){ .major = 1, .pointer_width = 4 };
}

/* ---- Rows ---- */

unsigned char sample_byte(uint32_t extent, uint32_t part, uint64_t row, size_t byte)
{
    /* Slowly changing, so that it can be compressed, and different everywhere that a mix-up could happen. */
    return (unsigned char)(extent * 31 + part * 7 + row / 5 + byte * 3);
}

bool sample_chunk_right(const struct chunk *chunk)
{
    const unsigned char *at = chunk->rows;

    for (uint64_t row = 0; row < chunk->place.rows; row++)
        for (size_t byte = 0; byte < chunk->width; byte++)
            if (*at++ != sample_byte(chunk->place.extent, chunk->place.part, chunk->place.first_row + row, byte))
                return false;
    return true;
}

static msrck_result write_part(const struct metadata *metadata, uint32_t extent, uint32_t part,
                               struct file_writer *writer, msrck_error *error)
{
    const struct extent *entry = &metadata->extents[extent];
    size_t width = (size_t)msrck_extent_row_width(metadata->types, entry, part, 4);
    uint64_t total = msrck_extent_rows(metadata->types, entry, part), row = 0, rows;
    msrck_result result = msrck_file_writer_begin_rows(writer, extent, part, total, width, error);
    unsigned char *room;

    while (result == MSRCK_OK && row < total) {
        uint64_t wanted = total - row < 1000 ? total - row : 1000;

        result = msrck_file_writer_room(writer, wanted, &room, &rows, error);
        for (uint64_t i = 0; result == MSRCK_OK && i < rows; i++, row++)
            for (size_t byte = 0; byte < width; byte++)
                *room++ = sample_byte(extent, part, row, byte);
    }
    return result != MSRCK_OK ? result : msrck_file_writer_end_rows(writer, error);
}

static msrck_result write_sections(const struct metadata *metadata, const struct byte_buffer *types,
                                   struct file_writer *writer, msrck_error *error)
{
    struct byte_buffer payload = BYTE_BUFFER_INIT;
    static const struct {
        const char *tag;
        msrck_result (*encode)(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error);
    } sections[] = { { "prov", msrck_notes_encode },     { "TYPE", NULL },
                     { "PROG", msrck_program_encode },   { "EXTE", msrck_extents_encode },
                     { "VARS", msrck_variables_encode }, { "FRAM", msrck_frames_encode } };
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && result == MSRCK_OK; i++) {
        msrck_buffer_clear(&payload);
        if (sections[i].encode != NULL)
            result = sections[i].encode(metadata, &payload, error);
        else
            msrck_buffer_append(&payload, types->bytes, types->length);
        if (payload.failed)
            result = msrck_fail_memory(error, types->length, "a section");
        if (result == MSRCK_OK)
            result = msrck_file_writer_section(writer, sections[i].tag, payload.bytes, payload.length, error);
    }
    msrck_buffer_free(&payload);
    return result;
}

msrck_result sample_write_graph(const struct metadata *metadata, const struct byte_buffer *types,
                                const struct codec_choice *choice, unsigned threads, struct sink *sink,
                                msrck_error *error)
{
    static const unsigned char digest[32] = { 1, 2, 3 };
    struct file_writer *writer;
    msrck_result result = msrck_file_writer_new(sink, 4, choice, threads, &writer, error);

    if (result == MSRCK_OK)
        result = write_sections(metadata, types, writer, error);
    for (uint32_t i = 0; i < metadata->extent_count && result == MSRCK_OK; i++) {
        bool flexible = msrck_ti_get(metadata->types, metadata->extents[i].type)->flexible != TI_VOID;

        for (uint32_t part = 0; part < (flexible ? 2u : 1u) && result == MSRCK_OK; part++)
            result = write_part(metadata, i, part, writer, error);
    }
    if (result == MSRCK_OK)
        result = msrck_file_writer_section(writer, "dgsT", digest, sizeof digest, error);
    if (result == MSRCK_OK)
        result = msrck_file_writer_finish(writer, error);
    msrck_file_writer_free(writer);
    return result;
}

msrck_result sample_write(const struct sample_shape *shape, const struct codec_choice *choice, unsigned threads,
                          struct sink *sink, msrck_error *error)
{
    struct byte_buffer types = BYTE_BUFFER_INIT;
    struct metadata metadata;
    msrck_result result;

    sample_metadata(shape, &metadata, &types);
    result = sample_write_graph(&metadata, &types, choice, threads, sink, error);
    msrck_metadata_clear(&metadata);
    msrck_buffer_free(&types);
    return result;
}

void sample_bytes(const struct sample_shape *shape, const struct codec_choice *choice, unsigned threads,
                  struct byte_buffer *bytes)
{
    msrck_error error = MSRCK_ERROR_INIT;
    struct sink *sink;

    cr_assert_eq(msrck_sink_open_memory(bytes, &sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(sample_write(shape, choice, threads, sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK, "%s", error.message);
}

/* ---- Reading ---- */

msrck_result sample_read_forward(struct source *source, const msrck_limits *limits, size_t *chunks, msrck_error *error)
{
    struct file_reader *reader = NULL;
    struct chunk chunk;
    size_t count = 0;
    bool end = false;
    msrck_result result = msrck_file_reader_new(source, limits, &reader, error);

    while (result == MSRCK_OK && !end) {
        result = msrck_file_reader_next_chunk(reader, &chunk, &end, error);
        if (result == MSRCK_OK && !end) {
            count++;
            if (!sample_chunk_right(&chunk))
                result = MSRCK_CORRUPT;
        }
    }
    if (result == MSRCK_OK)
        result = msrck_file_reader_finish(reader, error);
    msrck_file_reader_free(reader);
    if (chunks != NULL)
        *chunks = count;
    return result;
}

msrck_result sample_read_by_index(struct source *source, const msrck_limits *limits, size_t *chunks, msrck_error *error)
{
    struct file_reader *reader = NULL;
    const unsigned char *payload;
    struct chunk chunk;
    size_t length, count = 0;
    msrck_result result = msrck_file_reader_new(source, limits, &reader, error);

    if (result == MSRCK_OK)
        result = msrck_file_reader_load_index(reader, error);
    for (size_t i = result == MSRCK_OK ? msrck_file_reader_sections(reader) : 0; i-- > 0 && result == MSRCK_OK;) {
        result = msrck_file_reader_read_section(reader, i, &payload, &length, error);
        if (result != MSRCK_OK || strcmp(msrck_file_reader_section(reader, i)->tag, "DATA") != 0)
            continue;
        count++;
        result = msrck_file_reader_read_chunk(reader, i, &chunk, error);
        if (result == MSRCK_OK && !sample_chunk_right(&chunk))
            result = MSRCK_CORRUPT;
    }
    msrck_file_reader_free(reader);
    if (chunks != NULL)
        *chunks = count;
    return result;
}

/* ---- Files made by hand ---- */

void hand_begin(struct hand_made *file, const struct file_header *header)
{
    unsigned char bytes[HEADER_SIZE];

    memset(file, 0, sizeof *file);
    msrck_header_encode(header, bytes);
    msrck_buffer_append(&file->bytes, bytes, sizeof bytes);
}

static void append_section(struct hand_made *file, const char *tag, const void *payload, size_t length)
{
    static const unsigned char zeros[8];
    struct section_head head = { .length = length,
                                 .payload_crc = msrck_crc32(0, length > 0 ? payload : zeros, length) };
    unsigned char bytes[SECTION_HEAD_SIZE];

    memcpy(head.tag, tag, 5);
    msrck_section_head_encode(&head, bytes);
    msrck_buffer_append(&file->bytes, bytes, sizeof bytes);
    msrck_buffer_append(&file->bytes, payload, length);
    msrck_buffer_append(&file->bytes, zeros, padding_of(length));
}

void hand_section(struct hand_made *file, const char *tag, const void *payload, size_t length)
{
    struct section_place place = { .offset = file->bytes.length, .length = length };

    memcpy(place.tag, tag, 5);
    cr_assert_eq(msrck_index_add(&file->index, &place, NULL), MSRCK_OK);
    append_section(file, tag, payload, length);
}

void hand_chunk(struct hand_made *file, const struct chunk_head *head, const void *stored, size_t length)
{
    struct section_place place = { .tag = "DATA",
                                   .offset = file->bytes.length,
                                   .length = CHUNK_HEAD_SIZE + length,
                                   .extent = head->extent,
                                   .part = head->part,
                                   .first_row = head->first_row,
                                   .rows = head->rows };
    struct byte_buffer payload = BYTE_BUFFER_INIT;

    cr_assert_eq(msrck_index_add(&file->index, &place, NULL), MSRCK_OK);
    msrck_chunk_head_encode(head, msrck_buffer_extend(&payload, CHUNK_HEAD_SIZE));
    msrck_buffer_append(&payload, stored, length);
    append_section(file, "DATA", payload.bytes, payload.length);
    msrck_buffer_free(&payload);
}

void hand_finish(struct hand_made *file)
{
    struct byte_buffer payload = BYTE_BUFFER_INIT;
    struct trailer trailer = { .index_offset = file->bytes.length, .sections = (uint32_t)file->index.count + 1 };
    unsigned char bytes[TRAILER_SIZE];

    cr_assert_eq(msrck_index_encode(&file->index, &payload, NULL), MSRCK_OK);
    append_section(file, "INDX", payload.bytes, payload.length);
    msrck_buffer_free(&payload);
    trailer.file_length = file->bytes.length + TRAILER_SIZE;
    msrck_trailer_encode(&trailer, bytes);
    msrck_buffer_append(&file->bytes, bytes, sizeof bytes);
}

void hand_free(struct hand_made *file)
{
    msrck_buffer_free(&file->bytes);
    msrck_index_clear(&file->index);
}
