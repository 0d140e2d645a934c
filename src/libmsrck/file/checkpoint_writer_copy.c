/* SPDX-License-Identifier: MIT */
/* A checkpoint that takes over what another one holds: for another codec, another version, other provenance. */
#include "file/checkpoint_writer.h"

#include <string.h>

static msrck_result copy_variables(msrck_writer *writer, const struct metadata *source, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; result == MSRCK_OK && i < source->variable_count; i++) {
        const struct variable_entry *variable = &source->variables[i];
        result = msrck_writer_add_variable(writer, (msrck_variable_kind)variable->kind, variable->name, variable->type,
                                           variable->address, error);
    }
    for (size_t i = 0; result == MSRCK_OK && i < source->frame_count; i++) {
        const struct frame_entry *frame = &source->frames[i];
        result = msrck_writer_add_frame(writer, frame->function, frame->point, frame->live, frame->locals,
                                        frame->local_count, error);
    }
    return result;
}

msrck_result msrck_writer_copy_description(msrck_writer *writer, const msrck_reader *reader, bool notes,
                                           msrck_error *error)
{
    const struct metadata *source = reader->metadata;
    msrck_result result = msrck_writer_expect(writer, WRITER_DESCRIBES, error);

    if (result == MSRCK_OK)
        result = msrck_writer_encode_description(writer, source->types, source, error);
    if (result == MSRCK_OK)
        result = msrck_writer_check_description(writer, error);
    if (result == MSRCK_OK)
        result = copy_variables(writer, source, error);
    for (size_t i = 0; notes && result == MSRCK_OK && i < source->note_count; i++)
        result = msrck_writer_add_note(writer, source->notes[i].key, source->notes[i].value, error);
    return result;
}

/* All rows of one part of an extent. */
static msrck_result copy_part(msrck_writer *writer, msrck_reader *reader, const msrck_rows_facts *facts,
                              msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    uint64_t taken;

    for (uint64_t row = 0; result == MSRCK_OK && row < facts->rows; row += taken) {
        const unsigned char *bytes;
        unsigned char *room;
        uint64_t rows;
        size_t width;

        taken = 0;
        result = msrck_reader_rows(reader, facts->extent, facts->part, row, &bytes, &rows, &width, NULL, error);
        if (result == MSRCK_OK && (width != facts->width || rows > facts->rows - row))
            result = msrck_fail(error, MSRCK_MISUSE, "the checkpoint has another description than the one written");
        if (result == MSRCK_OK)
            result = msrck_writer_room(writer, rows, &room, &taken, error);
        if (result == MSRCK_OK)
            memcpy(room, bytes, (size_t)taken * width);
    }
    return result;
}

msrck_result msrck_writer_copy_rows(msrck_writer *writer, msrck_reader *reader, msrck_error *error)
{
    msrck_rows_facts facts;
    bool end = false;
    msrck_result result = msrck_writer_next_rows(writer, &facts, &end, error);

    while (result == MSRCK_OK && !end) {
        result = copy_part(writer, reader, &facts, error);
        if (result == MSRCK_OK)
            result = msrck_writer_next_rows(writer, &facts, &end, error);
    }
    return result;
}
