/* SPDX-License-Identifier: MIT */
#include "reader_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

struct feed {
    const struct byte_buffer *bytes;
    int descriptor;
};

static void *feed_pipe(void *argument)
{
    struct feed *feed = argument;
    size_t done = 0;

    while (done < feed->bytes->length) {
        ssize_t written = write(feed->descriptor, feed->bytes->bytes + done, feed->bytes->length - done);
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    close(feed->descriptor);
    return NULL;
}

/* Opens what comes through a pipe. */
static msrck_result open_pipe(const struct byte_buffer *bytes, msrck_reader **reader, msrck_error *error)
{
    struct feed feed = { bytes, -1 };
    pthread_t thread;
    msrck_result result;
    int ends[2];

    /* A reader that has seen enough closes its end. */
    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(pipe(ends), 0);
    feed.descriptor = ends[1];
    cr_assert_eq(pthread_create(&thread, NULL, feed_pipe, &feed), 0);
    result = msrck_reader_open_descriptor(ends[0], NULL, reader, error);
    close(ends[0]);
    pthread_join(thread, NULL);
    return result;
}

Test(reader_open, a_pipe_can_be_read_in_any_order)
{
    static const struct codec_choice plain = { CODEC_NONE, FILTER_NONE, 0 };
    struct opened opened = { BYTE_BUFFER_INIT, NULL, MSRCK_ERROR_INIT };
    uint64_t findings = 1;
    msrck_value numbers;

    reader_sample(&plain, FAULT_NONE, &opened.bytes);
    cr_assert_eq(open_pipe(&opened.bytes, &opened.reader, &opened.error), MSRCK_OK, "%s", opened.error.message);
    cr_assert_eq(msrck_reader_file_bytes(opened.reader), opened.bytes.length);
    cr_assert_eq(msrck_reader_block_value(opened.reader, 7, &numbers, NULL), MSRCK_OK);
    (void)element(&opened, numbers, 90000);
    (void)element(&opened, numbers, 5);
    cr_assert_eq(msrck_reader_verify(opened.reader, MSRCK_VERIFY_DEEP, NULL, NULL, &findings, NULL), MSRCK_OK);
    cr_assert_eq(findings, 0u);
    close_sample(&opened);
}

Test(reader_open, a_file_opens_by_path_and_by_descriptor)
{
    char path[] = "/tmp/msrck-reader-XXXXXX";
    int descriptor = mkstemp(path);
    struct opened opened;
    msrck_reader *reader;

    open_sample(&opened, FAULT_NONE);
    cr_assert_eq(write(descriptor, opened.bytes.bytes, opened.bytes.length), (ssize_t)opened.bytes.length);
    cr_assert_eq(msrck_reader_open(path, NULL, &reader, &opened.error), MSRCK_OK, "%s", opened.error.message);
    cr_assert_eq(msrck_reader_block_count(reader), 13u);
    msrck_reader_close(reader);
    cr_assert_eq(msrck_reader_open_descriptor(descriptor, NULL, &reader, &opened.error), MSRCK_OK, "%s",
                 opened.error.message);
    msrck_reader_close(reader);
    close(descriptor);
    unlink(path);
    close_sample(&opened);
}

Test(reader_open, what_is_no_checkpoint_is_said_to_be_none)
{
    struct byte_buffer garbage = BYTE_BUFFER_INIT;
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_reader *reader;

    memset(msrck_buffer_extend(&garbage, 1000000), 'x', 1000000);
    cr_assert_eq(msrck_reader_open_memory(garbage.bytes, garbage.length, NULL, &reader, &error),
                 MSRCK_NOT_A_CHECKPOINT);
    cr_assert_null(reader);
    cr_assert_eq(open_pipe(&garbage, &reader, NULL), MSRCK_NOT_A_CHECKPOINT);
    cr_assert_eq(msrck_reader_open("/nowhere/at/all", NULL, &reader, NULL), MSRCK_SYSTEM);
    cr_assert_eq(msrck_reader_open("/tmp", NULL, &reader, NULL), MSRCK_SYSTEM);
    msrck_buffer_free(&garbage);
    msrck_reader_close(NULL);
}

Test(reader_open, limits_are_kept_and_named)
{
    msrck_limits limits = MSRCK_LIMITS_INIT;
    struct opened opened;
    msrck_reader *reader;

    open_sample(&opened, FAULT_NONE);
    limits.blocks = 3;
    cr_assert_eq(msrck_reader_open_memory(opened.bytes.bytes, opened.bytes.length, &limits, &reader, &opened.error),
                 MSRCK_LIMIT);
    cr_assert_not_null(strstr(opened.error.message, "--max-blocks"), "%s", opened.error.message);
    close_sample(&opened);
}
