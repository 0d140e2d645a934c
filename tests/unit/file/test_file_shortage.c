/* SPDX-License-Identifier: MIT */
/* The n-th allocation fails, for every n: writing and reading say so, whatever thread it happens on. */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "sample_checkpoint.h"

/* The linker sends the library's calls here. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

#define NEVER (LONG_MAX / 2)

static atomic_long allowed = NEVER; /* allocations until one fails */

static bool refuse(void)
{
    return atomic_fetch_sub(&allowed, 1) == 0;
}

void *__wrap_malloc(size_t size)
{
    return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refuse() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return refuse() ? NULL : __real_realloc(block, size);
}

/* Allocation number n and only that one fails from here to end_shortage(). */
static void begin_shortage(long n)
{
    atomic_store(&allowed, n);
}

/* True when the shortage was met. */
static bool end_shortage(void)
{
    return atomic_exchange(&allowed, NEVER) < 0;
}

static const struct sample_shape shape = { 70000, 1 };
static const struct codec_choice plain = { CODEC_NONE, FILTER_NONE, 0 }, coded = { CODEC_ZLIB, FILTER_PLANES, 1 };

static void expect_memory_named(msrck_result result, const msrck_error *error, long n)
{
    cr_assert_eq(result, MSRCK_SYSTEM, "allocation %ld: %d %s", n, result, error->message);
    cr_assert_not_null(strstr(error->message, "memory"), "allocation %ld: %s", n, error->message);
}

/* A shortage that a writer can do without, for its threads, may pass: then the bytes are the same. */
static void expect_writing_survives(const struct codec_choice *choice, unsigned threads)
{
    struct byte_buffer types = BYTE_BUFFER_INIT, expected = BYTE_BUFFER_INIT, bytes = BYTE_BUFFER_INIT;
    struct metadata metadata;
    bool met = true;

    sample_metadata(&shape, &metadata, &types);
    sample_bytes(&shape, choice, 1, &expected);
    for (long n = 0; met; n++) {
        msrck_error error = MSRCK_ERROR_INIT;
        struct sink *sink = NULL;
        msrck_result result;

        begin_shortage(n);
        result = msrck_sink_open_memory(&bytes, &sink, &error);
        if (result == MSRCK_OK)
            result = sample_write_graph(&metadata, &types, choice, threads, sink, &error);
        met = end_shortage();
        if (result != MSRCK_OK)
            expect_memory_named(result, &error, n);
        else
            cr_assert(bytes.length == expected.length && memcmp(bytes.bytes, expected.bytes, bytes.length) == 0,
                      "allocation %ld", n);
        cr_assert(met || result == MSRCK_OK);
        msrck_sink_abort(sink);
        msrck_buffer_free(&bytes);
    }
    msrck_metadata_clear(&metadata);
    msrck_buffer_free(&types);
    msrck_buffer_free(&expected);
}

Test(file_shortage, writing_says_that_memory_is_out)
{
    expect_writing_survives(&plain, 1);
    expect_writing_survives(&coded, 1);
}

Test(file_shortage, threads_say_that_memory_is_out)
{
    expect_writing_survives(&coded, 3);
}

static void expect_reading_survives(const struct byte_buffer *bytes,
                                    msrck_result (*read)(struct source *source, const msrck_limits *limits,
                                                         size_t *chunks, msrck_error *error))
{
    bool met = true;

    for (long n = 0; met; n++) {
        msrck_error error = MSRCK_ERROR_INIT;
        struct source *source = NULL;
        msrck_result result;

        begin_shortage(n);
        result = msrck_source_open_memory(bytes->bytes, bytes->length, &source, &error);
        if (result == MSRCK_OK)
            result = read(source, NULL, NULL, &error);
        met = end_shortage();
        if (met)
            expect_memory_named(result, &error, n);
        else
            cr_assert_eq(result, MSRCK_OK, "%s", error.message);
        msrck_source_close(source);
    }
}

Test(file_shortage, reading_says_that_memory_is_out)
{
    struct byte_buffer bytes = BYTE_BUFFER_INIT;

    sample_bytes(&shape, &coded, 1, &bytes);
    expect_reading_survives(&bytes, sample_read_forward);
    expect_reading_survives(&bytes, sample_read_by_index);
    msrck_buffer_free(&bytes);
}
