/* SPDX-License-Identifier: MIT */
/* Files of any size on 32-bit machines too; before the first system header. */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#include "file/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocation.h"

_Static_assert(sizeof(off_t) == 8, "a 32-bit off_t would cut offsets silently");

/* The kernel moves at most a little under 2 GiB at once. */
#define LARGEST_READ ((size_t)1 << 30)

/*
 * Three kinds: bytes in `memory`, a `read` function, else a descriptor. A descriptor that is not a regular file is read
 * front to back only.
 */
struct source {
    const unsigned char *memory;    /* borrowed */
    msrck_result (*read)(void *context, void *bytes, size_t length, size_t *got, msrck_error *error);
    void *context;                  /* of read, borrowed */
    int descriptor;                 /* -1 for memory */
    bool owned;                     /* the descriptor is closed with the source */
    bool seekable;
    uint64_t start;                 /* offset in the descriptor's file where the checkpoint begins */
    uint64_t size;                  /* UINT64_MAX: not known */
    uint64_t position;              /* of the next forward read in memory */
};

static struct source *new_source(void)
{
    struct source *source = msrck_allocate(1, sizeof *source);

    if (source != NULL)
        source->descriptor = -1;
    return source;
}

/*
 * A regular file may be handed over at a place other than its beginning: the checkpoint begins where the descriptor
 * stands.
 */
static void measure(struct source *source, const struct stat *status)
{
    off_t start = S_ISREG(status->st_mode) ? lseek(source->descriptor, 0, SEEK_CUR) : -1;

    source->seekable = start >= 0;
    source->size = UINT64_MAX;
    if (source->seekable) {
        source->start = (uint64_t)start;
        source->size = status->st_size > start ? (uint64_t)(status->st_size - start) : 0;
    }
}

/* Takes the descriptor over when `owned`, also on failure. `name` is for messages. */
static msrck_result open_descriptor(int descriptor, bool owned, const char *name, struct source **source,
                                    msrck_error *error)
{
    struct stat status;
    struct source *made = NULL;
    msrck_result result = MSRCK_OK;

    if (fstat(descriptor, &status) != 0)
        result = msrck_fail_system(error, errno, "cannot read %s", name);
    else if (S_ISDIR(status.st_mode))
        result = msrck_fail(error, MSRCK_SYSTEM, "cannot read %s: is a directory", name);
    else if ((made = new_source()) == NULL)
        result = msrck_fail_memory(error, sizeof *made, "a source");
    if (result != MSRCK_OK) {
        if (owned)
            close(descriptor);
        return result;
    }
    made->descriptor = descriptor;
    made->owned = owned;
    measure(made, &status);
    *source = made;
    return MSRCK_OK;
}

msrck_result msrck_source_open_file(const char *path, struct source **source, msrck_error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    *source = NULL;
    if (descriptor < 0)
        return msrck_fail_system(error, errno, "cannot open %s", path);
    /* Advice only: a failure changes nothing but speed. */
    (void)posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    return open_descriptor(descriptor, true, path, source, error);
}

msrck_result msrck_source_open_descriptor(int descriptor, struct source **source, msrck_error *error)
{
    *source = NULL;
    return open_descriptor(descriptor, false, "the input", source, error);
}

msrck_result msrck_source_open_memory(const void *bytes, size_t length, struct source **source, msrck_error *error)
{
    static const unsigned char nothing[1];

    *source = new_source();
    if (*source == NULL)
        return msrck_fail_memory(error, sizeof **source, "a source");
    (*source)->memory = length > 0 ? bytes : nothing;
    (*source)->size = length;
    (*source)->seekable = true;
    return MSRCK_OK;
}

msrck_result msrck_source_open_callback(msrck_result (*read)(void *context, void *bytes, size_t length, size_t *got,
                                                             msrck_error *error),
                                        void *context, struct source **source, msrck_error *error)
{
    *source = new_source();
    if (*source == NULL)
        return msrck_fail_memory(error, sizeof **source, "a source");
    (*source)->read = read;
    (*source)->context = context;
    (*source)->size = UINT64_MAX;
    return MSRCK_OK;
}

void msrck_source_close(struct source *source)
{
    if (source == NULL)
        return;
    if (source->owned)
        close(source->descriptor);
    free(source);
}

/* True when the failed call should be made again: after a signal, or once a non-blocking descriptor has something. */
static bool worth_another_try(int descriptor)
{
    struct pollfd waiting = { descriptor, POLLIN, 0 };

    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return poll(&waiting, 1, -1) >= 0 || errno == EINTR;
    return errno == EINTR;
}

static msrck_result read_descriptor(struct source *source, unsigned char *bytes, size_t length, size_t *got,
                                    msrck_error *error)
{
    while (*got < length) {
        size_t piece = length - *got < LARGEST_READ ? length - *got : LARGEST_READ;
        ssize_t count = read(source->descriptor, bytes + *got, piece);

        if (count == 0)
            break;
        if (count > 0)
            *got += (size_t)count;
        else if (!worth_another_try(source->descriptor))
            return msrck_fail_system(error, errno, "cannot read the input");
    }
    return MSRCK_OK;
}

msrck_result msrck_source_read(struct source *source, void *bytes, size_t length, size_t *got, msrck_error *error)
{
    *got = 0;
    if (source->read != NULL)
        return source->read(source->context, bytes, length, got, error);
    if (source->memory == NULL)
        return read_descriptor(source, bytes, length, got, error);
    *got = length < source->size - source->position ? length : (size_t)(source->size - source->position);
    if (*got > 0)
        memcpy(bytes, source->memory + source->position, *got);
    source->position += *got;
    return MSRCK_OK;
}

uint64_t msrck_source_size(const struct source *source)
{
    return source->size;
}

bool msrck_source_seekable(const struct source *source)
{
    return source->seekable;
}

const unsigned char *msrck_source_memory(const struct source *source)
{
    return source->memory;
}

static msrck_result read_file_at(struct source *source, uint64_t offset, unsigned char *bytes, size_t length,
                                 msrck_error *error)
{
    for (size_t done = 0; done < length;) {
        size_t piece = length - done < LARGEST_READ ? length - done : LARGEST_READ;
        ssize_t count = pread(source->descriptor, bytes + done, piece, (off_t)(source->start + offset + done));

        /* The range lay inside the file when it was opened. */
        if (count == 0)
            return msrck_fail_at(error, MSRCK_TRUNCATED, offset + done, "the file became shorter while it was read");
        if (count > 0)
            done += (size_t)count;
        else if (!worth_another_try(source->descriptor))
            return msrck_fail_system(error, errno, "cannot read the input");
    }
    return MSRCK_OK;
}

msrck_result msrck_source_read_at(struct source *source, uint64_t offset, void *bytes, size_t length,
                                  msrck_error *error)
{
    if (!source->seekable)
        return msrck_fail(error, MSRCK_MISUSE, "the input is a pipe or device and cannot be read at an offset");
    if (offset > source->size || length > source->size - offset)
        return msrck_fail_at(error, MSRCK_TRUNCATED, source->size, "the file ends before offset %llu",
                             (unsigned long long)offset + length);
    if (source->memory == NULL)
        return read_file_at(source, offset, bytes, length, error);
    if (length > 0)
        memcpy(bytes, source->memory + offset, length);
    return MSRCK_OK;
}
