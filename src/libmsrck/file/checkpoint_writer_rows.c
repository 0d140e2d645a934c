/* SPDX-License-Identifier: MIT */
/* Writing: header and metadata, then rows, each looked at by the examination of msrck_reader_verify(). */
#include "file/checkpoint_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Metadata ---- */

static msrck_result encode_rest(msrck_writer *writer, msrck_error *error)
{
    struct metadata *described = &writer->described, *checked = &writer->checked;
    msrck_result result = msrck_variables_encode(described, &writer->variables, error);

    if (result == MSRCK_OK)
        result = msrck_variables_decode(writer->variables.bytes, writer->variables.length, checked, error);
    if (result == MSRCK_OK)
        result = msrck_frames_encode(described, &writer->frames, error);
    if (result == MSRCK_OK)
        result = msrck_frames_decode(writer->frames.bytes, writer->frames.length, checked, error);
    if (result == MSRCK_OK)
        result = msrck_notes_encode(described, &writer->notes, error);
    return result == MSRCK_OK ? msrck_notes_decode(writer->notes.bytes, writer->notes.length, checked, error) : result;
}

static msrck_result write_metadata(msrck_writer *writer, msrck_error *error)
{
    const struct { const char *tag; const struct byte_buffer *payload; } sections[] = {
        { "prov", &writer->notes },    { "TYPE", &writer->types },     { "PROG", &writer->program },
        { "EXTE", &writer->extents }, { "VARS", &writer->variables }, { "FRAM", &writer->frames },
    };
    msrck_result result = MSRCK_OK;

    for (size_t i = writer->checked.note_count > 0 ? 0 : 1; i < 6; i++)
        if (sections[i].payload->length > writer->limits.metadata_bytes)
            return msrck_fail(error, MSRCK_LIMIT, "section '%s' takes %zu bytes, the limit is %llu (%smax-metadata)",
                              sections[i].tag, sections[i].payload->length,
                              (unsigned long long)writer->limits.metadata_bytes, writer->limits.option_prefix);
    for (size_t i = writer->checked.note_count > 0 ? 0 : 1; result == MSRCK_OK && i < 6; i++)
        result = msrck_file_writer_section(writer->file, sections[i].tag, sections[i].payload->bytes,
                                           sections[i].payload->length, error);
    return result;
}

/* The first finding is what the writing fails with. */
static bool keep_finding(void *context, const msrck_finding *finding)
{
    msrck_writer *writer = context;

    msrck_fail(&writer->found, MSRCK_CORRUPT, "%s", finding->text);
    return false;
}

msrck_result msrck_writer_begin(msrck_writer *writer, int descriptor, const msrck_writer_options *options,
                                msrck_error *error)
{
    static const msrck_writer_options usual = MSRCK_WRITER_OPTIONS_INIT;
    struct codec_choice choice;
    msrck_result result = msrck_writer_expect(writer, WRITER_LAID_OUT, error);

    if (options == NULL)
        options = &usual;
    if (result != MSRCK_OK)
        return result;
    choice = (struct codec_choice) { options->codec, options->filter,
                                     options->level == 0 && options->codec != CODEC_NONE ? 1 : options->level };
    if (choice.filter > FILTER_SPLIT || choice.codec > CODEC_ZSTD)
        return msrck_fail(error, MSRCK_MISUSE, "filter %lu or codec %lu does not exist", (unsigned long)choice.filter,
                          (unsigned long)choice.codec);
    writer->verification = (struct verification) {
        &writer->layout, MSRCK_VERIFY_DEEP, keep_finding, writer, 0, false, MSRCK_NO_OFFSET, NULL
    };
    result = encode_rest(writer, error);
    if (result == MSRCK_OK)
        result = msrck_reader_find_owners(&writer->layout, error);
    if (result == MSRCK_OK)
        result = msrck_verify_plan(&writer->verification, error);
    if (result == MSRCK_OK)
        result = msrck_sink_open_descriptor(descriptor, &writer->sink, error);
    if (result == MSRCK_OK)
        result = msrck_file_writer_new(writer->sink, writer->checked.header.pointer_width, &choice, options->threads,
                                       &writer->file, error);
    if (result == MSRCK_OK)
        result = write_metadata(writer, error);
    if (result == MSRCK_OK)
        writer->stage = WRITER_WRITES;
    return result;
}

/* ---- Rows ---- */

static uint64_t part_rows(const msrck_writer *writer)
{
    return msrck_extent_rows(writer->checked.types, &writer->checked.extents[writer->extent], writer->part);
}

/* The part behind the one that is complete, skipping those without rows; false when there is none. */
static bool go_on(msrck_writer *writer, bool begun)
{
    if (!begun && writer->extent < writer->checked.extent_count)
        return true;
    while (writer->extent < writer->checked.extent_count) {
        const struct extent *extent = &writer->checked.extents[writer->extent];
        bool flexible = msrck_ti_get(writer->checked.types, extent->type)->flexible != TI_VOID;

        if (writer->part == 0 && flexible) {
            writer->part = 1;
        } else {
            writer->part = 0;
            writer->extent++;
        }
        if (writer->extent < writer->checked.extent_count && part_rows(writer) > 0)
            return true;
    }
    return false;
}

/* What was handed out has been filled since: it is looked at before it goes on its way. */
static msrck_result check_room(msrck_writer *writer, msrck_error *error)
{
    struct section_place place = { .extent = writer->extent,
                                   .part = writer->part,
                                   .first_row = writer->rows_given - writer->room_rows,
                                   .rows = writer->room_rows };

    if (writer->room == NULL)
        return MSRCK_OK;
    msrck_verify_rows(&writer->verification, &place, writer->room, writer->width);
    writer->room = NULL;
    if (writer->found.result == MSRCK_OK)
        return MSRCK_OK;
    return msrck_fail(error, writer->found.result, "%s", writer->found.message);
}

msrck_result msrck_writer_next_rows(msrck_writer *writer, msrck_rows_facts *facts, bool *end, msrck_error *error)
{
    msrck_result result = msrck_writer_expect(writer, WRITER_WRITES, error);
    const struct ti_type *type;
    bool begun = writer->in_rows;

    *end = false;
    if (result == MSRCK_OK)
        result = check_room(writer, error);
    if (result == MSRCK_OK && begun)
        result = msrck_file_writer_end_rows(writer->file, error);
    if (result != MSRCK_OK)
        return result;
    writer->in_rows = go_on(writer, begun);
    if (!writer->in_rows) {
        *end = true;
        writer->stage = WRITER_ENDS;
        return MSRCK_OK;
    }
    type = msrck_ti_get(writer->checked.types, writer->checked.extents[writer->extent].type);
    writer->rows = part_rows(writer);
    writer->rows_given = 0;
    writer->width = (size_t)msrck_extent_row_width(writer->checked.types, &writer->checked.extents[writer->extent],
                                                   writer->part, writer->checked.header.pointer_width);
    *facts = (msrck_rows_facts) { writer->extent, writer->part, writer->part == 0 ? type->id : type->flexible,
                                  writer->rows, writer->width };
    return msrck_file_writer_begin_rows(writer->file, writer->extent, writer->part, writer->rows, writer->width, error);
}

msrck_result msrck_writer_room(msrck_writer *writer, uint64_t wanted, unsigned char **room, uint64_t *rows,
                               msrck_error *error)
{
    msrck_result result = msrck_writer_expect(writer, WRITER_WRITES, error);

    *room = NULL;
    *rows = 0;
    if (result == MSRCK_OK)
        result = check_room(writer, error);
    if (result == MSRCK_OK)
        result = msrck_file_writer_room(writer->file, wanted, room, rows, error);
    if (result != MSRCK_OK)
        return result;
    memset(*room, 0, (size_t)*rows * writer->width);
    writer->room = *room;
    writer->room_rows = *rows;
    writer->rows_given += *rows;
    return MSRCK_OK;
}

/* ---- The end ---- */

msrck_result msrck_writer_section(msrck_writer *writer, const char *tag, const void *bytes, size_t length,
                                  msrck_error *error)
{
    msrck_result result = msrck_writer_expect(writer, WRITER_ENDS, error);

    if (result == MSRCK_OK && (!msrck_tag_valid(tag) || !msrck_tag_ancillary(tag)))
        return msrck_fail(error, MSRCK_MISUSE, "section '%s' is none that readers may skip", tag);
    return result == MSRCK_OK ? msrck_file_writer_section(writer->file, tag, bytes, length, error) : result;
}

msrck_result msrck_writer_state_digest(msrck_writer *writer, const unsigned char digest[MSRCK_DIGEST_SIZE],
                                       msrck_error *error)
{
    msrck_result result = msrck_writer_expect(writer, WRITER_ENDS, error);

    return result == MSRCK_OK ? msrck_file_writer_section(writer->file, "dgsT", digest, MSRCK_DIGEST_SIZE, error)
                              : result;
}

msrck_result msrck_writer_finish(msrck_writer *writer, msrck_error *error)
{
    struct sink *sink = writer->sink;
    msrck_result result = msrck_writer_expect(writer, WRITER_ENDS, error);

    if (result == MSRCK_OK)
        result = msrck_file_writer_finish(writer->file, error);
    if (result != MSRCK_OK)
        return result;
    writer->stage = WRITER_FINISHED;
    writer->sink = NULL;
    return msrck_sink_commit(sink, error);
}
