/* SPDX-License-Identifier: MIT */
#include "sample_checkpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

static const struct sample_shape small = { 3, 0 }, large = { 100000, 3 };
static const struct codec_choice plain = { CODEC_NONE, FILTER_NONE, 0 };
static const struct codec_choice choices[] = { { CODEC_NONE, FILTER_NONE, 0 },
                                               { CODEC_ZLIB, FILTER_NONE, 1 },
                                               { CODEC_ZLIB, FILTER_PLANES, 1 },
                                               { CODEC_ZSTD, FILTER_PLANES, 1 } };
#define CHOICES (sizeof choices / sizeof choices[0])

static msrck_error error = MSRCK_ERROR_INIT;

static void expect_both_ways(struct byte_buffer *bytes, size_t expected)
{
    struct source *source;
    size_t chunks;

    cr_assert_eq(msrck_source_open_memory(bytes->bytes, bytes->length, &source, &error), MSRCK_OK);
    cr_assert_eq(sample_read_forward(source, NULL, &chunks, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(chunks, expected, "%zu chunks", chunks);
    cr_assert_eq(sample_read_by_index(source, NULL, &chunks, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(chunks, expected);
    msrck_source_close(source);
}

Test(write_read, rows_come_back_whatever_the_codec)
{
    for (size_t i = 0; i < CHOICES; i++) {
        struct byte_buffer bytes = BYTE_BUFFER_INIT;

        if (!msrck_codec_available(choices[i].codec))
            continue;
        sample_bytes(&large, &choices[i], 1, &bytes);
        /*
         * 100000 nodes of 8 bytes, 32768 to a chunk; three rows of one chunk each; one chunk for each of the seven
         * other parts.
         */
        expect_both_ways(&bytes, 4 + 3 + 7);
        msrck_buffer_free(&bytes);
    }
}

Test(write_read, bytes_do_not_depend_on_the_number_of_threads)
{
    for (size_t i = 0; i < CHOICES; i++) {
        struct byte_buffer one = BYTE_BUFFER_INIT;

        if (!msrck_codec_available(choices[i].codec))
            continue;
        sample_bytes(&large, &choices[i], 1, &one);
        for (unsigned threads = 2; threads <= 5; threads++) {
            struct byte_buffer many = BYTE_BUFFER_INIT;

            sample_bytes(&large, &choices[i], threads, &many);
            cr_assert(many.length == one.length && memcmp(many.bytes, one.bytes, one.length) == 0, "%u threads",
                      threads);
            msrck_buffer_free(&many);
        }
        msrck_buffer_free(&one);
    }
}

Test(write_read, a_coded_file_is_smaller)
{
    struct byte_buffer raw = BYTE_BUFFER_INIT, coded = BYTE_BUFFER_INIT;

    sample_bytes(&large, &plain, 1, &raw);
    sample_bytes(&large, &choices[2], 2, &coded);
    cr_assert_lt(coded.length, raw.length / 10);
    msrck_buffer_free(&raw);
    msrck_buffer_free(&coded);
}

Test(write_read, a_file_and_a_descriptor_read_like_memory)
{
    char path[] = "/tmp/test_write_read_XXXXXX";
    struct source *source;
    struct sink *sink;
    size_t chunks;
    int descriptor = mkstemp(path);

    cr_assert_eq(msrck_sink_open_file(path, true, &sink, &error), MSRCK_OK);
    cr_assert_eq(sample_write(&large, &plain, 1, sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_source_open_file(path, &source, &error), MSRCK_OK);
    cr_assert_eq(sample_read_forward(source, NULL, &chunks, &error), MSRCK_OK, "%s", error.message);
    msrck_source_close(source);
    cr_assert_eq(msrck_source_open_file(path, &source, &error), MSRCK_OK);
    cr_assert_eq(sample_read_by_index(source, NULL, &chunks, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(chunks, 14);
    msrck_source_close(source);
    close(descriptor);
    unlink(path);
}

/*
 * A child writes the checkpoint to a pipe; its read end. The child asserts nothing: criterion's asserts belong to the
 * test's own process.
 */
static int piped(const struct sample_shape *shape, const struct codec_choice *choice, pid_t *child)
{
    struct byte_buffer bytes = BYTE_BUFFER_INIT;
    int ends[2];

    sample_bytes(shape, choice, 2, &bytes);
    cr_assert_eq(pipe(ends), 0);
    *child = fork();
    if (*child == 0) {
        struct sink *sink;

        close(ends[0]);
        if (msrck_sink_open_descriptor(ends[1], &sink, NULL) != MSRCK_OK ||
            msrck_sink_write(sink, bytes.bytes, bytes.length, NULL) != MSRCK_OK)
            _exit(1);
        _exit(msrck_sink_commit(sink, NULL) != MSRCK_OK);
    }
    close(ends[1]);
    msrck_buffer_free(&bytes);
    return ends[0];
}

Test(write_read, a_pipe_is_read_forward_but_not_by_index)
{
    struct file_reader *reader;
    struct source *source;
    size_t chunks;
    pid_t child;
    int status, end = piped(&large, &choices[1], &child);

    cr_assert_eq(msrck_source_open_descriptor(end, &source, &error), MSRCK_OK);
    cr_assert_eq(sample_read_forward(source, NULL, &chunks, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(chunks, 14);
    waitpid(child, &status, 0);
    cr_assert_eq(status, 0);
    msrck_source_close(source);
    end = piped(&small, &plain, &child);
    cr_assert_eq(msrck_source_open_descriptor(end, &source, &error), MSRCK_OK);
    cr_assert_eq(msrck_file_reader_new(source, NULL, &reader, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_file_reader_load_index(reader, &error), MSRCK_MISUSE);
    msrck_file_reader_free(reader);
    msrck_source_close(source);
    waitpid(child, &status, 0);
}

Test(write_read, metadata_comes_back)
{
    struct byte_buffer bytes = BYTE_BUFFER_INIT;
    const struct metadata *metadata;
    struct file_reader *reader;
    struct source *source;
    size_t length;

    sample_bytes(&small, &plain, 1, &bytes);
    cr_assert_eq(msrck_source_open_memory(bytes.bytes, bytes.length, &source, &error), MSRCK_OK);
    cr_assert_eq(msrck_file_reader_new(source, NULL, &reader, &error), MSRCK_OK, "%s", error.message);
    metadata = msrck_file_reader_metadata(reader);
    cr_assert_str_eq(metadata->program, "sample");
    cr_assert_eq(metadata->function_count, 2);
    cr_assert_str_eq(metadata->functions[0].points[0].label, "entry");
    cr_assert_str_eq(metadata->functions[0].locals[1].name, "grid");
    cr_assert_str_eq(metadata->targets[1], "visit");
    cr_assert_str_eq(metadata->variables[1].name, "second");
    cr_assert_eq(metadata->frames[0].point, 2);
    cr_assert_eq(metadata->frames[0].locals[0], 0);
    cr_assert_neq(metadata->frames[0].locals[1], 0);
    cr_assert_str_eq(metadata->notes[0].value, "elsewhere");
    cr_assert_null(msrck_file_reader_digest(reader, &length));
    cr_assert_eq(msrck_file_reader_load_index(reader, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_file_reader_digest(reader, &length)[2], 3);
    cr_assert_eq(length, 32);
    msrck_file_reader_free(reader);
    msrck_source_close(source);
    msrck_buffer_free(&bytes);
}

Test(write_read, each_row_is_found_in_the_chunk_that_holds_it)
{
    struct byte_buffer bytes = BYTE_BUFFER_INIT;
    const struct metadata *metadata;
    struct file_reader *reader;
    struct source *source;

    sample_bytes(&large, &plain, 1, &bytes);
    cr_assert_eq(msrck_source_open_memory(bytes.bytes, bytes.length, &source, &error), MSRCK_OK);
    cr_assert_eq(msrck_file_reader_new(source, NULL, &reader, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_file_reader_load_index(reader, &error), MSRCK_OK, "%s", error.message);
    metadata = msrck_file_reader_metadata(reader);
    for (uint32_t extent = 0; extent < metadata->extent_count + 1; extent++)
        for (uint32_t part = 0; part < 3; part++) {
            uint64_t rows = extent < metadata->extent_count
                                ? msrck_extent_rows(metadata->types, &metadata->extents[extent], part) : 0;

            for (uint64_t row = 0; row < rows; row += rows / 1000 + 1) {
                size_t section = msrck_file_reader_find_row(reader, extent, part, row);
                const struct section_place *place;

                cr_assert_lt(section, msrck_file_reader_sections(reader));
                place = msrck_file_reader_section(reader, section);
                cr_assert(place->extent == extent && place->part == part && row >= place->first_row &&
                          row - place->first_row < place->rows);
            }
            cr_assert_eq(msrck_file_reader_find_row(reader, extent, part, rows), SIZE_MAX);
        }
    msrck_file_reader_free(reader);
    msrck_source_close(source);
    msrck_buffer_free(&bytes);
}

/* ---- The writer's own rules ---- */

struct rows_case { uint64_t rows; size_t width; uint64_t chunks; };

/* Writes rows of one byte value through a bare writer. */
static uint64_t chunks_of(const struct rows_case *wanted, unsigned threads)
{
    struct byte_buffer bytes = BYTE_BUFFER_INIT;
    struct file_writer_totals totals;
    struct file_writer *writer;
    struct sink *sink;
    unsigned char *room;
    uint64_t got;

    cr_assert_eq(msrck_sink_open_memory(&bytes, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_file_writer_new(sink, 8, &choices[1], threads, &writer, &error), MSRCK_OK);
    for (size_t i = 0; i < 5; i++)
        cr_assert_eq(msrck_file_writer_section(writer, (const char *[]) { "TYPE", "PROG", "EXTE", "VARS", "FRAM" }[i],
                                               NULL, 0, &error),
                     MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_file_writer_begin_rows(writer, 0, 0, wanted->rows, wanted->width, &error), MSRCK_OK);
    for (uint64_t row = 0; row < wanted->rows; row += got) {
        cr_assert_eq(msrck_file_writer_room(writer, wanted->rows - row, &room, &got, &error), MSRCK_OK, "%s",
                     error.message);
        cr_assert(got >= 1 && got <= wanted->rows - row);
        memset(room, 7, (size_t)got * wanted->width);
    }
    cr_assert_eq(msrck_file_writer_end_rows(writer, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_file_writer_finish(writer, &error), MSRCK_OK, "%s", error.message);
    msrck_file_writer_totals(writer, &totals);
    cr_assert_eq(totals.raw, wanted->rows * wanted->width);
    msrck_file_writer_free(writer);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK);
    msrck_buffer_free(&bytes);
    return totals.chunks;
}

Test(write_read, chunks_hold_as_many_whole_rows_as_fit)
{
    static const struct rows_case cases[] = { { 0, 8, 0 },
                                              { 1, 1, 1 },
                                              { CHUNK_RAW_TARGET, 1, 1 },
                                              { CHUNK_RAW_TARGET + 1, 1, 2 },
                                              { 32768, 8, 1 },
                                              { 32769, 8, 2 },
                                              { 3, CHUNK_RAW_TARGET, 3 },
                                              { 3, CHUNK_RAW_TARGET + 1, 3 },
                                              { 4, CHUNK_RAW_TARGET / 2 + 1, 4 },
                                              { 5, CHUNK_RAW_TARGET / 2, 3 },
                                              { 2, 5000000, 2 } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (unsigned threads = 1; threads <= 3; threads += 2)
            cr_assert_eq(chunks_of(&cases[i], threads), cases[i].chunks, "%llu rows of %zu",
                         (unsigned long long)cases[i].rows, cases[i].width);
}

Test(write_read, calls_out_of_order_are_refused)
{
    struct byte_buffer bytes = BYTE_BUFFER_INIT;
    struct file_writer *writer;
    struct sink *sink;
    unsigned char *room;
    uint64_t rows;

    cr_assert_eq(msrck_sink_open_memory(&bytes, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_file_writer_new(sink, 8, &plain, 1, &writer, &error), MSRCK_OK);
    cr_assert_eq(msrck_file_writer_begin_rows(writer, 0, 0, 1, 1, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_file_writer_section(writer, "PROG", NULL, 0, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_file_writer_section(writer, "DATA", NULL, 0, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_file_writer_section(writer, "a b", NULL, 0, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_file_writer_finish(writer, NULL), MSRCK_MISUSE);
    for (size_t i = 0; i < 5; i++)
        cr_assert_eq(msrck_file_writer_section(writer, (const char *[]) { "TYPE", "PROG", "EXTE", "VARS", "FRAM" }[i],
                                               NULL, 0, NULL),
                     MSRCK_OK);
    cr_assert_eq(msrck_file_writer_room(writer, 1, &room, &rows, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_file_writer_begin_rows(writer, 0, 0, 2, 0, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_file_writer_begin_rows(writer, 0, 0, 2, 1, NULL), MSRCK_OK);
    cr_assert_eq(msrck_file_writer_begin_rows(writer, 1, 0, 2, 1, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_file_writer_room(writer, 3, &room, &rows, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_file_writer_room(writer, 1, &room, &rows, NULL), MSRCK_OK);
    *room = 0;
    cr_assert_eq(msrck_file_writer_end_rows(writer, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_file_writer_finish(writer, NULL), MSRCK_MISUSE);
    msrck_file_writer_free(writer);
    msrck_sink_abort(sink);
    msrck_buffer_free(&bytes);
}

/* A disk that is full after `left` bytes. */
static int take_some(void *context, const void *bytes, size_t length)
{
    size_t *left = context;

    (void)bytes;
    if (length > *left)
        return ENOSPC;
    *left -= length;
    return 0;
}

Test(write_read, a_full_disk_is_reported_wherever_it_happens)
{
    struct byte_buffer whole = BYTE_BUFFER_INIT;

    sample_bytes(&large, &choices[1], 1, &whole);
    for (unsigned threads = 1; threads <= 3; threads += 2)
        for (size_t room = 0; room < whole.length; room += whole.length / 16 + 1) {
            size_t left = room;
            struct sink *sink;

            error = (msrck_error)MSRCK_ERROR_INIT;
            cr_assert_eq(msrck_sink_open_callback(take_some, &left, &sink, &error), MSRCK_OK);
            cr_assert_eq(sample_write(&large, &choices[1], threads, sink, &error), MSRCK_SYSTEM);
            cr_assert_not_null(strstr(error.message, strerror(ENOSPC)), "%s", error.message);
            msrck_sink_abort(sink);
        }
    msrck_buffer_free(&whole);
}
