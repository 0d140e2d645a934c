/* SPDX-License-Identifier: MIT */
#include "file/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

static msrck_error error = MSRCK_ERROR_INIT;
static struct source *source;
static char bytes[32];
static size_t got;

static int temporary_file(const char *text)
{
    char path[] = "/tmp/test_sources_XXXXXX";
    int descriptor = mkstemp(path);

    cr_assert_geq(descriptor, 0);
    unlink(path);
    cr_assert_eq(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
    return descriptor;
}

/* What every seekable source of "0123456789" must do. */
static void expect_digits(void)
{
    cr_assert(msrck_source_seekable(source));
    cr_assert_eq(msrck_source_size(source), 10);
    cr_assert_eq(msrck_source_read(source, bytes, 4, &got, &error), MSRCK_OK);
    cr_assert(got == 4 && memcmp(bytes, "0123", 4) == 0);
    cr_assert_eq(msrck_source_read_at(source, 7, bytes, 3, &error), MSRCK_OK);
    cr_assert_eq(memcmp(bytes, "789", 3), 0);
    cr_assert_eq(msrck_source_read(source, bytes, 32, &got, &error), MSRCK_OK);
    cr_assert(got == 6 && memcmp(bytes, "456789", 6) == 0, "reading at an offset moved the forward position");
    cr_assert_eq(msrck_source_read(source, bytes, 32, &got, &error), MSRCK_OK);
    cr_assert_eq(got, 0);
    cr_assert_eq(msrck_source_read_at(source, 10, bytes, 0, &error), MSRCK_OK);
    cr_assert_eq(msrck_source_read_at(source, 8, bytes, 3, &error), MSRCK_TRUNCATED);
    cr_assert_eq(error.offset, 10);
    cr_assert_eq(msrck_source_read_at(source, UINT64_MAX, bytes, 1, NULL), MSRCK_TRUNCATED);
    msrck_source_close(source);
}

Test(sources, memory_is_read_in_both_ways)
{
    cr_assert_eq(msrck_source_open_memory("0123456789", 10, &source, &error), MSRCK_OK);
    cr_assert_not_null(msrck_source_memory(source));
    expect_digits();
}

Test(sources, memory_may_be_empty)
{
    cr_assert_eq(msrck_source_open_memory(NULL, 0, &source, &error), MSRCK_OK);
    cr_assert_eq(msrck_source_read(source, bytes, 4, &got, &error), MSRCK_OK);
    cr_assert_eq(got, 0);
    msrck_source_close(source);
}

Test(sources, a_file_is_read_in_both_ways)
{
    char path[] = "/tmp/test_sources_XXXXXX";
    int descriptor = mkstemp(path);

    cr_assert_eq(write(descriptor, "0123456789", 10), 10);
    close(descriptor);
    cr_assert_eq(msrck_source_open_file(path, &source, &error), MSRCK_OK, "%s", error.message);
    unlink(path);
    cr_assert_null(msrck_source_memory(source));
    expect_digits();
}

Test(sources, a_descriptor_begins_where_it_stands_and_stays_open)
{
    int descriptor = temporary_file("header0123456789");

    cr_assert_eq(lseek(descriptor, 6, SEEK_SET), 6);
    cr_assert_eq(msrck_source_open_descriptor(descriptor, &source, &error), MSRCK_OK, "%s", error.message);
    expect_digits();
    cr_assert_geq(fcntl(descriptor, F_GETFD), 0);
    close(descriptor);
}

Test(sources, a_pipe_is_read_forward_only)
{
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], "0123", 4), 4);
    cr_assert_eq(write(ends[1], "456", 3), 3);
    close(ends[1]);
    cr_assert_eq(msrck_source_open_descriptor(ends[0], &source, &error), MSRCK_OK);
    cr_assert_not(msrck_source_seekable(source));
    cr_assert_eq(msrck_source_size(source), UINT64_MAX);
    cr_assert_eq(msrck_source_read_at(source, 0, bytes, 1, &error), MSRCK_MISUSE);
    cr_assert_eq(msrck_source_read(source, bytes, 5, &got, NULL), MSRCK_OK);
    cr_assert(got == 5 && memcmp(bytes, "01234", 5) == 0);
    cr_assert_eq(msrck_source_read(source, bytes, 5, &got, NULL), MSRCK_OK);
    cr_assert(got == 2 && memcmp(bytes, "56", 2) == 0);
    msrck_source_close(source);
}

Test(sources, what_cannot_be_opened_is_named_with_the_reason)
{
    cr_assert_eq(msrck_source_open_file("/nowhere/state", &source, &error), MSRCK_SYSTEM);
    cr_assert_not_null(strstr(error.message, "/nowhere/state"), "%s", error.message);
    cr_assert_not_null(strstr(error.message, strerror(ENOENT)), "%s", error.message);
    error = (msrck_error)MSRCK_ERROR_INIT;
    cr_assert_eq(msrck_source_open_file("/tmp", &source, &error), MSRCK_SYSTEM);
    cr_assert_not_null(strstr(error.message, "/tmp: is a directory"), "%s", error.message);
    cr_assert_null(source);
    error = (msrck_error)MSRCK_ERROR_INIT;
    cr_assert_eq(msrck_source_open_descriptor(-1, &source, &error), MSRCK_SYSTEM);
    msrck_source_close(NULL);
}

Test(sources, a_file_that_shrinks_while_it_is_read_is_truncated)
{
    int descriptor = temporary_file("0123456789");

    cr_assert_eq(lseek(descriptor, 0, SEEK_SET), 0);
    cr_assert_eq(msrck_source_open_descriptor(descriptor, &source, &error), MSRCK_OK);
    cr_assert_eq(ftruncate(descriptor, 5), 0);
    cr_assert_eq(msrck_source_read_at(source, 3, bytes, 6, &error), MSRCK_TRUNCATED);
    cr_assert_eq(error.offset, 5);
    msrck_source_close(source);
    close(descriptor);
}
