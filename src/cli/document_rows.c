/* SPDX-License-Identifier: MIT */
/* Second time through a document: the elements of its blocks, in the checkpoint's order, into rows. */
#include "document.h"

#include <string.h>

/* Rows of one part of an extent on their way to the writer. */
struct row_stream {
    struct document *document;
    msrck_rows_facts facts;
    uint64_t left;                  /* rows that the writer has not given room for */
    unsigned char *room;
    uint64_t room_rows;
};

/* Room for the next row; NULL after a failure. */
static unsigned char *next_row(struct row_stream *stream)
{
    unsigned char *row;

    if (stream->room_rows == 0) {
        struct document *document = stream->document;
        if (!document_refuse(document, msrck_writer_room(document->writer, stream->left, &stream->room,
                                                         &stream->room_rows, document->input.error)))
            return NULL;
        stream->left -= stream->room_rows;
    }
    row = stream->room;
    stream->room += stream->facts.width;
    stream->room_rows--;
    return row;
}

/* Rows that stay zero. */
static bool skip_rows(struct row_stream *stream, uint64_t count)
{
    while (count > 0) {
        uint64_t here = count < stream->room_rows ? count : stream->room_rows;

        if (here == 0) {
            if (next_row(stream) == NULL)
                return false;
            here = 1;
        } else {
            stream->room += here * stream->facts.width;
            stream->room_rows -= here;
        }
        count -= here;
    }
    return true;
}

static bool read_characters(struct row_stream *stream, uint64_t count)
{
    struct json_input *input = &stream->document->input;
    uint32_t character = 0;
    uint64_t taken = 0;

    if (!json_take_string(input))
        return false;
    for (; json_take_character(input, &character); taken++) {
        unsigned char *row = taken < count ? next_row(stream) : NULL;
        if (taken == count)
            return json_input_fail(input, "a string of more than %llu bytes", (unsigned long long)count);
        if (character > 0xff)
            return json_input_fail(input, "U+%04X is no byte", (unsigned)character);
        if (row == NULL)
            return false;
        *row = (unsigned char)character;
    }
    return !input->failed && skip_rows(stream, count - taken);
}

/* An array whose elements are rows. */
static bool read_rows(struct row_stream *stream, uint64_t count)
{
    struct document *document = stream->document;
    struct json_input *input = &document->input;
    uint64_t taken = 0;

    if (document_is_character(document, stream->facts.type) && json_input_kind(input) == JSON_STRING)
        return read_characters(stream, count);
    if (!json_take_array(input))
        return false;
    for (; json_take_item(input); taken++) {
        unsigned char *row = taken < count ? next_row(stream) : NULL;
        if (taken == count)
            return json_input_fail(input, "more than %llu elements", (unsigned long long)count);
        if (row == NULL || !document_read_value(document, stream->facts.type, row)) {
            json_input_path(input, "[%llu]", (unsigned long long)taken);
            return false;
        }
    }
    if (!input->failed && taken < count)
        return json_input_fail(input, "%llu elements instead of %llu", (unsigned long long)taken,
                               (unsigned long long)count);
    return !input->failed;
}

/* The trailing elements of a struct; its other fields were read before. */
static bool read_trailing(struct row_stream *stream, uint32_t owner, uint64_t count)
{
    struct document *document = stream->document;
    struct json_input *input = &document->input;
    const struct document_type *type = &document->types[owner];
    uint32_t expected = 0;

    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        uint32_t index = document_find_field(type, input->text, expected);
        bool trailing = index < type->facts.field_count && type->fields[index].role == MSRCK_ROLE_FLEXIBLE;

        if (trailing ? !read_rows(stream, count) : !json_skip(input)) {
            json_input_path(input, ".%s", trailing ? type->fields[index].name : "");
            return false;
        }
        expected = index < type->facts.field_count ? index + 1 : 0;
    }
    return !input->failed;
}

/* Without trailing elements there are no rows for them, but what stands there is looked at all the same. */
static bool check_empty(struct document *document, uint32_t owner)
{
    struct json_input *input = &document->input;
    struct json_mark mark = json_input_mark(input);
    struct row_stream none = { .document = document, .facts = { .type = document->types[owner].facts.flexible } };

    if (!read_trailing(&none, owner, 0))
        return false;
    json_input_return(input, &mark);
    return true;
}

static bool read_flexible(struct row_stream *stream, const struct document_extent *extent)
{
    struct document *document = stream->document;
    struct json_input *input = &document->input;
    unsigned char *row;

    if (!json_take_array(input))
        return false;
    if (!json_take_item(input))
        return json_input_fail(input, "a struct with a flexible array member has one element");
    if (stream->facts.part != 0) {
        if (!read_trailing(stream, extent->type, extent->count))
            return false;
    } else {
        if (extent->count == 0 && !check_empty(document, extent->type))
            return false;
        row = next_row(stream);
        if (row == NULL || !document_read_struct(document, extent->type, row))
            return false;
    }
    if (json_take_item(input))
        return json_input_fail(input, "a struct with a flexible array member has one element");
    return !input->failed;
}

static bool read_block(struct row_stream *stream, const struct document_extent *extent)
{
    struct document *document = stream->document;
    struct json_input *input = &document->input;
    bool flexible = document->types[extent->type].facts.flexible != 0;
    uint64_t number = 0;

    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        bool taken;
        if (strcmp(input->text, "block") == 0)
            taken = document_take_block(input, &number);
        else if (strcmp(input->text, "elements") == 0)
            taken = flexible ? read_flexible(stream, extent) : read_rows(stream, extent->count);
        else
            taken = json_skip(input);
        if (!taken) {
            json_input_path(input, "block %llu", (unsigned long long)number);
            return false;
        }
    }
    return !input->failed;
}

static bool read_blocks(struct row_stream *stream, const struct document_extent *extent)
{
    struct json_input *input = &stream->document->input;

    json_input_return(input, &extent->mark);
    if (!json_take_array(input))
        return false;
    while (json_take_item(input) && read_block(stream, extent))
        continue;
    return !input->failed;
}

msrck_result document_write_rows(struct document *document)
{
    struct row_stream stream = { .document = document };
    size_t first = 0;
    bool end = false;

    while (!document->input.failed) {
        msrck_result result = msrck_writer_next_rows(document->writer, &stream.facts, &end, document->input.error);

        if (!document_refuse(document, result) || end)
            break;
        stream.left = stream.facts.rows;
        stream.room_rows = 0;
        while (first < document->extent_count && document->order[first]->place < stream.facts.extent)
            first++;
        for (size_t i = first; i < document->extent_count && document->order[i]->place == stream.facts.extent; i++)
            if (document->order[i]->blocks > 0 && !read_blocks(&stream, document->order[i]))
                break;
    }
    return json_input_result(&document->input);
}
