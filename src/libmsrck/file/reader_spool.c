/* SPDX-License-Identifier: MIT */
/*
 * Pipes: the reader needs its input in any order, so what cannot seek is first copied into a temporary file that has no
 * name. Memory stays bounded; the disk is asked for as much as the checkpoint is long.
 */
#define _GNU_SOURCE /* O_TMPFILE */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* checkpoints beyond 2 GiB on 32 bits */
#endif
#include "file/reader_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SPOOL_STEP 65536u

/* What every checkpoint begins with: an endless stream of something else must not fill the disk. */
static const unsigned char beginning[8] = { 0x89, 'M', 'C', 'K', '\r', '\n', 0x1a, '\n' };

static int open_in(const char *folder)
{
    char path[64];
    int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (descriptor >= 0)
        return descriptor;
    /* Some file systems have no unnamed files: take the name away at once. */
    strcpy(path, folder);
    strcat(path, "/msrck-XXXXXX");
    descriptor = mkstemp(path);
    if (descriptor >= 0)
        unlink(path);
    return descriptor;
}

int msrck_open_unnamed(void)
{
    int descriptor = open_in("/var/tmp");

    return descriptor >= 0 ? descriptor : open_in("/tmp");
}

static msrck_result write_all(int descriptor, const unsigned char *bytes, size_t length, msrck_error *error)
{
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return msrck_fail_system(error, errno, "cannot keep the piped input in a temporary file");
        bytes += written;
        length -= (size_t)written;
    }
    return MSRCK_OK;
}

static msrck_result copy(struct source *source, int descriptor, msrck_error *error)
{
    unsigned char *bytes = malloc(SPOOL_STEP);
    msrck_result result = MSRCK_OK;
    size_t got = SPOOL_STEP;
    bool first = true;

    if (bytes == NULL)
        return msrck_fail_memory(error, SPOOL_STEP, "piped input");
    while (result == MSRCK_OK && got == SPOOL_STEP) {
        result = msrck_source_read(source, bytes, SPOOL_STEP, &got, error);
        if (result == MSRCK_OK)
            result = write_all(descriptor, bytes, got, error);
        if (first && (got < sizeof beginning || memcmp(bytes, beginning, sizeof beginning) != 0))
            break;
        first = false;
    }
    free(bytes);
    return result;
}

msrck_result msrck_spool(struct source *source, int *descriptor, msrck_error *error)
{
    msrck_result result;

    *descriptor = msrck_open_unnamed();
    if (*descriptor < 0)
        return msrck_fail_system(error, errno, "cannot make a temporary file for piped input");
    result = copy(source, *descriptor, error);
    if (result == MSRCK_OK && lseek(*descriptor, 0, SEEK_SET) != 0)
        result = msrck_fail_system(error, errno, "cannot go back in the temporary file for piped input");
    if (result != MSRCK_OK) {
        close(*descriptor);
        *descriptor = -1;
    }
    return result;
}
