/* SPDX-License-Identifier: MIT */
/*
 * Writes a checkpoint whose canonical addresses do not fit in 32 bits, so that its pointers take 8 bytes: a global with
 * pointers into 2^31 + 16 blocks of one char each, all zero but the last. No file of that many addresses is smaller:
 * each takes half a byte of rows at least.
 *
 * usage: write_wide FILE
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <msrck/writer.h>

#define BLOCKS ((UINT64_C(1) << 31) + 16)

enum { TYPE_CHAR = 1, TYPE_POINTER = 2, TYPE_ANCHOR = 3 };

/* Where block `number` of the chars begins: behind 0, and the anchor's three leaves and their end. */
#define ADDRESS(number) (5 + 2 * (uint64_t)(number))

static const uint64_t anchor[3] = { ADDRESS(0), ADDRESS(BLOCKS - 1), ADDRESS(BLOCKS - 1) + 1 };

static msrck_result describe(msrck_writer *writer, msrck_error *error)
{
    static const char *const fields[] = { "first", "last", "end" };
    const msrck_type_facts types[] = {
        { .kind = MSRCK_KIND_SCALAR, .scalar = MSRCK_SCALAR_CHAR, .name = "char" },
        { .kind = MSRCK_KIND_POINTER, .name = "char *", .element = TYPE_CHAR },
        { .kind = MSRCK_KIND_STRUCT, .name = "struct anchor" },
    };
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; result == MSRCK_OK && i < 3; i++)
        result = msrck_writer_add_type(writer, &types[i], error);
    for (size_t i = 0; result == MSRCK_OK && i < 3; i++) {
        msrck_field_facts field = { .name = fields[i], .type = TYPE_POINTER, .tag_field = MSRCK_NO_INDEX };

        result = msrck_writer_add_field(writer, &field, error);
    }
    if (result == MSRCK_OK)
        result = msrck_writer_set_program(writer, "wide", error);
    if (result == MSRCK_OK)
        result = msrck_writer_add_extent(writer, MSRCK_SEGMENT_GLOBAL, TYPE_ANCHOR, 1, 1, error);
    if (result == MSRCK_OK)
        result = msrck_writer_add_extent(writer, MSRCK_SEGMENT_HEAP, TYPE_CHAR, 1, BLOCKS, error);
    if (result == MSRCK_OK)
        result = msrck_writer_lay_out(writer, error);
    return result == MSRCK_OK ? msrck_writer_add_variable(writer, MSRCK_VARIABLE_GLOBAL, "anchor", TYPE_ANCHOR, 1, error)
                              : result;
}

/* The anchor is one row of three pointers; the chars are zero as they come. */
static void fill(const msrck_rows_facts *facts, unsigned char *room, uint64_t first, uint64_t rows)
{
    if (facts->type == TYPE_ANCHOR)
        for (size_t i = 0; i < 24; i++)
            room[i] = (unsigned char)(anchor[i / 8] >> (56 - 8 * (i % 8)));
    else if (first + rows == facts->rows)
        room[rows - 1] = 'z';
}

static msrck_result write_rows(msrck_writer *writer, msrck_error *error)
{
    msrck_rows_facts facts;
    bool end = false;
    msrck_result result = msrck_writer_next_rows(writer, &facts, &end, error);

    while (result == MSRCK_OK && !end) {
        uint64_t rows = 0;

        for (uint64_t done = 0; result == MSRCK_OK && done < facts.rows; done += rows) {
            unsigned char *room;

            result = msrck_writer_room(writer, facts.rows - done, &room, &rows, error);
            if (result == MSRCK_OK)
                fill(&facts, room, done, rows);
        }
        if (result == MSRCK_OK)
            result = msrck_writer_next_rows(writer, &facts, &end, error);
    }
    return result == MSRCK_OK ? msrck_writer_finish(writer, error) : result;
}

int main(int argc, char **argv)
{
    msrck_writer_options options = MSRCK_WRITER_OPTIONS_INIT;
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_writer *writer = NULL;
    int descriptor = argc == 2 ? open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    msrck_result result;

    if (descriptor < 0)
        return 2;
    options.filter = 0;
    options.level = 1;
    options.threads = 2;
    result = msrck_writer_new(&writer, &error);
    if (result == MSRCK_OK)
        result = describe(writer, &error);
    if (result == MSRCK_OK)
        result = msrck_writer_begin(writer, descriptor, &options, &error);
    if (result == MSRCK_OK)
        result = write_rows(writer, &error);
    msrck_writer_free(writer);
    if (result != MSRCK_OK)
        fprintf(stderr, "write_wide: %s\n", error.message);
    return result != MSRCK_OK || close(descriptor) != 0;
}
