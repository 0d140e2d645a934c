/* SPDX-License-Identifier: MIT */
/*
 * Chunks that threads decode ahead: whatever is wrong with a file, and wherever it comes from, rows, result, message
 * and offset are those of one thread.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "encoding/checksum.h"
#include "sample_checkpoint.h"

enum way { WAY_MEMORY, WAY_FILE, WAY_PIPE, WAY_INDEX_MEMORY, WAY_INDEX_FILE, WAY_COUNT };

/* What reading a file gives. */
struct outcome {
    uint32_t rows;                  /* checksum over the rows that were handed out, and their places */
    size_t chunks;
    msrck_result result;
    msrck_error error;
};

static const unsigned thread_counts[] = { 2, 4 };

static void note_chunk(struct outcome *outcome, const struct chunk *chunk)
{
    uint64_t place[] = { chunk->place.offset, chunk->place.extent, chunk->place.first_row, chunk->place.rows };

    outcome->rows = msrck_crc32(outcome->rows, (const unsigned char *)place, sizeof place);
    outcome->rows = msrck_crc32(outcome->rows, chunk->rows, (size_t)chunk->raw_length);
    outcome->chunks++;
}

static struct outcome read_source(struct source *source, const msrck_limits *limits, unsigned threads, bool indexed)
{
    struct outcome outcome = { .error = MSRCK_ERROR_INIT };
    struct file_reader *reader;
    struct chunk chunk;
    bool end = false;

    outcome.result = msrck_file_reader_new(source, limits, &reader, &outcome.error);
    if (outcome.result != MSRCK_OK)
        return outcome;
    msrck_file_reader_use_threads(reader, threads);
    if (indexed)
        outcome.result = msrck_file_reader_load_index(reader, &outcome.error);
    for (size_t i = 0; indexed && outcome.result == MSRCK_OK && i < msrck_file_reader_sections(reader); i++) {
        if (strcmp(msrck_file_reader_section(reader, i)->tag, "DATA") != 0)
            continue;
        outcome.result = msrck_file_reader_read_chunk(reader, i, &chunk, &outcome.error);
        if (outcome.result == MSRCK_OK)
            note_chunk(&outcome, &chunk);
    }
    while (!indexed && outcome.result == MSRCK_OK && !end) {
        outcome.result = msrck_file_reader_next_chunk(reader, &chunk, &end, &outcome.error);
        if (outcome.result == MSRCK_OK && !end)
            note_chunk(&outcome, &chunk);
    }
    if (!indexed && outcome.result == MSRCK_OK)
        outcome.result = msrck_file_reader_finish(reader, &outcome.error);
    msrck_file_reader_free(reader);
    return outcome;
}

struct feeding {
    const struct byte_buffer *bytes;
    int descriptor;
};

/* Until the reader has had enough. */
static void *feed(void *argument)
{
    const struct feeding *feeding = argument;

    for (size_t done = 0; done < feeding->bytes->length;) {
        ssize_t written = write(feeding->descriptor, feeding->bytes->bytes + done, feeding->bytes->length - done);

        if (written <= 0)
            break;
        done += (size_t)written;
    }
    close(feeding->descriptor);
    return NULL;
}

static struct outcome read_pipe(const struct byte_buffer *bytes, const msrck_limits *limits, unsigned threads)
{
    struct feeding feeding = { bytes, -1 };
    struct source *source;
    struct outcome outcome;
    pthread_t feeder;
    int ends[2];

    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(pipe(ends), 0);
    feeding.descriptor = ends[1];
    cr_assert_eq(pthread_create(&feeder, NULL, feed, &feeding), 0);
    cr_assert_eq(msrck_source_open_descriptor(ends[0], &source, NULL), MSRCK_OK);
    outcome = read_source(source, limits, threads, false);
    msrck_source_close(source);
    close(ends[0]);
    pthread_join(feeder, NULL);
    return outcome;
}

static int unnamed_file(const struct byte_buffer *bytes)
{
    FILE *file = tmpfile();
    int descriptor;

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes->bytes, 1, bytes->length, file), bytes->length);
    cr_assert_eq(fflush(file), 0);
    descriptor = dup(fileno(file));
    fclose(file);
    cr_assert_eq(lseek(descriptor, 0, SEEK_SET), 0);
    return descriptor;
}

static struct outcome read_one_way(const struct byte_buffer *bytes, const msrck_limits *limits, unsigned threads,
                                   enum way way)
{
    bool memory = way == WAY_MEMORY || way == WAY_INDEX_MEMORY;
    struct source *source;
    struct outcome outcome;
    int descriptor = -1;

    if (way == WAY_PIPE)
        return read_pipe(bytes, limits, threads);
    if (memory) {
        cr_assert_eq(msrck_source_open_memory(bytes->bytes, bytes->length, &source, NULL), MSRCK_OK);
    } else {
        descriptor = unnamed_file(bytes);
        cr_assert_eq(msrck_source_open_descriptor(descriptor, &source, NULL), MSRCK_OK);
    }
    outcome = read_source(source, limits, threads, way >= WAY_INDEX_MEMORY);
    msrck_source_close(source);
    if (descriptor >= 0)
        close(descriptor);
    return outcome;
}

/* Of one thread, for those who want to know more. */
static struct outcome assert_same_each_way(const struct byte_buffer *bytes, const msrck_limits *limits, const char *what,
                                           size_t number)
{
    struct outcome first = { .chunks = 0 };

    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct outcome one = read_one_way(bytes, limits, 1, way);

        if (way == WAY_MEMORY)
            first = one;
        for (size_t t = 0; t < sizeof thread_counts / sizeof thread_counts[0]; t++) {
            struct outcome several = read_one_way(bytes, limits, thread_counts[t], way);

            cr_assert_eq(several.result, one.result, "%s %zu, way %d: %s", what, number, (int)way, several.error.message);
            cr_assert_eq(several.chunks, one.chunks, "%s %zu, way %d", what, number, (int)way);
            cr_assert_eq(several.rows, one.rows, "%s %zu, way %d", what, number, (int)way);
            cr_assert_str_eq(several.error.message, one.error.message, "%s %zu, way %d", what, number, (int)way);
            cr_assert_eq(several.error.offset, one.error.offset, "%s %zu, way %d", what, number, (int)way);
        }
    }
    return first;
}

/* Several chunks of many rows, and some of one wide row. */
static struct byte_buffer sample(uint32_t codec, uint64_t nodes, uint64_t wide)
{
    const struct codec_choice choice = msrck_codec_usual(codec);
    struct byte_buffer bytes = BYTE_BUFFER_INIT;

    sample_bytes(&(struct sample_shape){ nodes, wide }, &choice, 1, &bytes);
    return bytes;
}

/* Offsets of the DATA sections. */
static size_t find_chunks(const struct byte_buffer *bytes, size_t *offsets, size_t most)
{
    size_t count = 0;

    for (size_t at = HEADER_SIZE; at + SECTION_HEAD_SIZE < bytes->length && count < most;) {
        struct section_head head;

        if (msrck_section_head_decode(bytes->bytes + at, at, &head, NULL) != MSRCK_OK)
            break;
        if (strcmp(head.tag, "DATA") == 0)
            offsets[count++] = at;
        at += SECTION_HEAD_SIZE + (size_t)head.length + padding_of(head.length);
    }
    return count;
}

/* Puts the checksums of a section right, whatever it says. */
static void reseal(struct byte_buffer *bytes, size_t at)
{
    struct section_head head;

    cr_assert_eq(msrck_section_head_decode(bytes->bytes + at, at, &head, NULL), MSRCK_OK);
    head.payload_crc = msrck_crc32(0, bytes->bytes + at + SECTION_HEAD_SIZE, (size_t)head.length);
    msrck_section_head_encode(&head, bytes->bytes + at);
}

Test(decoding_threads, good_files_of_every_codec_give_the_same_rows)
{
    for (uint32_t codec = CODEC_NONE; codec <= CODEC_ZSTD; codec++) {
        struct byte_buffer bytes = BYTE_BUFFER_INIT;
        struct outcome outcome;

        if (!msrck_codec_available(codec))
            continue;
        bytes = sample(codec, 300000, 10);
        outcome = assert_same_each_way(&bytes, NULL, "codec", codec);
        cr_assert_eq(outcome.result, MSRCK_OK, "%s", outcome.error.message);
        cr_assert_gt(outcome.chunks, 15);
        msrck_buffer_free(&bytes);
    }
}

Test(decoding_threads, limits_refuse_the_same_chunk)
{
    msrck_limits limits = MSRCK_LIMITS_INIT;
    struct byte_buffer bytes = sample(CODEC_ZLIB, 100000, 4);
    struct outcome outcome;

    limits.chunk_bytes = CHUNK_RAW_TARGET;
    outcome = assert_same_each_way(&bytes, &limits, "limit", 0);
    cr_assert_eq(outcome.result, MSRCK_LIMIT);
    cr_assert_neq(strstr(outcome.error.message, "(--max-chunk)"), NULL);
    limits.chunk_bytes = 100;
    limits.option_prefix = "--checkpoint-";
    outcome = assert_same_each_way(&bytes, &limits, "limit", 1);
    cr_assert_eq(outcome.result, MSRCK_LIMIT);
    cr_assert_neq(strstr(outcome.error.message, "(--checkpoint-max-chunk)"), NULL);
    msrck_buffer_free(&bytes);
}

Test(decoding_threads, cut_files_end_at_the_same_place)
{
    struct byte_buffer bytes = sample(CODEC_ZLIB, 150000, 3), cut;
    size_t chunks[64], count = find_chunks(&bytes, chunks, 64);
    static const size_t behind[] = { 0, 1, 23, 24, 60, 64, 65, 1000 };

    cr_assert_gt(count, 6);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof behind / sizeof behind[0]; k++) {
            cut = bytes;
            cut.length = chunks[i] + behind[k];
            cr_assert_neq(assert_same_each_way(&cut, NULL, "cut at", cut.length).result, MSRCK_OK);
        }
    msrck_buffer_free(&bytes);
}

/* Damage that checksums find, and, sealed again, damage that only the checks behind them do. */
Test(decoding_threads, damage_in_chunks_is_found_alike)
{
    struct byte_buffer bytes = sample(CODEC_ZLIB, 150000, 3);
    size_t chunks[64], count = find_chunks(&bytes, chunks, 64);

    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < SECTION_HEAD_SIZE + CHUNK_HEAD_SIZE + 12; at += 5) {
            unsigned char *place = bytes.bytes + chunks[i] + at, before = *place;
            unsigned char head[SECTION_HEAD_SIZE];

            *place ^= 0x41;
            cr_assert_neq(assert_same_each_way(&bytes, NULL, "flipped", chunks[i] + at).result, MSRCK_OK);
            if (at >= SECTION_HEAD_SIZE) {
                memcpy(head, bytes.bytes + chunks[i], sizeof head);
                reseal(&bytes, chunks[i]);
                /* Some bits of compressed bytes may have any value. */
                (void)assert_same_each_way(&bytes, NULL, "resealed", chunks[i] + at);
                memcpy(bytes.bytes + chunks[i], head, sizeof head);
            }
            *place = before;
        }
    msrck_buffer_free(&bytes);
}

/* The first in the file counts, however soon a thread is through with the second. */
Test(decoding_threads, the_first_of_several_faults_is_told)
{
    struct byte_buffer bytes = sample(CODEC_ZLIB, 300000, 0);
    size_t chunks[64], count = find_chunks(&bytes, chunks, 64);
    struct outcome outcome;

    cr_assert_gt(count, 8);
    bytes.bytes[chunks[7] + 70] ^= 1;
    bytes.bytes[chunks[6] + SECTION_HEAD_SIZE + 3] ^= 1;    /* of another extent, and with a right checksum */
    reseal(&bytes, chunks[6]);
    bytes.bytes[chunks[5] + 70] ^= 1;
    outcome = assert_same_each_way(&bytes, NULL, "faults", 3);
    cr_assert_eq(outcome.result, MSRCK_CORRUPT);
    cr_assert_eq(outcome.error.offset, chunks[5]);
    cr_assert_eq(outcome.chunks, 5);
    msrck_buffer_free(&bytes);
}

Test(decoding_threads, a_reader_that_is_closed_early_leaves_nothing_behind)
{
    struct byte_buffer bytes = sample(CODEC_ZLIB, 300000, 0);

    for (unsigned most = 0; most < 8; most++) {
        struct source *source;
        struct file_reader *reader;
        struct chunk chunk;
        bool end = false;

        cr_assert_eq(msrck_source_open_memory(bytes.bytes, bytes.length, &source, NULL), MSRCK_OK);
        cr_assert_eq(msrck_file_reader_new(source, NULL, &reader, NULL), MSRCK_OK);
        msrck_file_reader_use_threads(reader, 3);
        for (unsigned i = 0; i < most; i++)
            cr_assert_eq(msrck_file_reader_next_chunk(reader, &chunk, &end, NULL), MSRCK_OK);
        msrck_file_reader_free(reader);
        msrck_source_close(source);
    }
    msrck_buffer_free(&bytes);
}

/* Reads chunks by number in an order that jumps, and compares each with what was written. */
Test(decoding_threads, chunks_in_any_order_are_right)
{
    struct byte_buffer bytes = sample(CODEC_ZLIB, 300000, 6);
    struct source *source;
    struct file_reader *reader;
    uint32_t random = 12345;

    cr_assert_eq(msrck_source_open_memory(bytes.bytes, bytes.length, &source, NULL), MSRCK_OK);
    cr_assert_eq(msrck_file_reader_new(source, NULL, &reader, NULL), MSRCK_OK);
    msrck_file_reader_use_threads(reader, 3);
    cr_assert_eq(msrck_file_reader_load_index(reader, NULL), MSRCK_OK);
    for (unsigned run = 0; run < 60; run++) {
        size_t sections = msrck_file_reader_sections(reader), at, length;

        random = random * 1664525 + 1013904223;
        at = (random >> 8) % sections;
        length = (random >> 24) % 9;
        for (size_t i = at; i < sections && i <= at + length; i++) {
            struct chunk chunk;

            if (strcmp(msrck_file_reader_section(reader, i)->tag, "DATA") != 0)
                continue;
            cr_assert_eq(msrck_file_reader_read_chunk(reader, i, &chunk, NULL), MSRCK_OK);
            cr_assert(sample_chunk_right(&chunk), "section %zu", i);
        }
    }
    msrck_file_reader_free(reader);
    msrck_source_close(source);
    msrck_buffer_free(&bytes);
}

static bool rest_is_right(struct file_reader *reader, size_t from)
{
    for (size_t i = from; i < msrck_file_reader_sections(reader); i++) {
        struct chunk chunk;

        if (strcmp(msrck_file_reader_section(reader, i)->tag, "DATA") == 0 &&
            (msrck_file_reader_read_chunk(reader, i, &chunk, NULL) != MSRCK_OK || !sample_chunk_right(&chunk)))
            return false;
    }
    return true;
}

Test(decoding_threads, a_forked_child_reads_on_without_the_threads, .timeout = 60)
{
    struct byte_buffer bytes = sample(CODEC_ZLIB, 300000, 0);
    struct source *source;
    struct file_reader *reader;
    size_t chunks[64], count = find_chunks(&bytes, chunks, 64), first = 0;
    struct chunk chunk;
    pid_t child;
    int status;

    cr_assert_gt(count, 8);
    cr_assert_eq(msrck_source_open_memory(bytes.bytes, bytes.length, &source, NULL), MSRCK_OK);
    cr_assert_eq(msrck_file_reader_new(source, NULL, &reader, NULL), MSRCK_OK);
    msrck_file_reader_use_threads(reader, 3);
    cr_assert_eq(msrck_file_reader_load_index(reader, NULL), MSRCK_OK);
    while (strcmp(msrck_file_reader_section(reader, first)->tag, "DATA") != 0)
        first++;
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(msrck_file_reader_read_chunk(reader, first + i, &chunk, NULL), MSRCK_OK);
    child = fork();
    if (child == 0) {
        bool right = rest_is_right(reader, first + 4);

        msrck_file_reader_free(reader);
        _exit(right ? 0 : 1);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    cr_assert(rest_is_right(reader, first + 4));
    msrck_file_reader_free(reader);
    msrck_source_close(source);
    msrck_buffer_free(&bytes);
}
