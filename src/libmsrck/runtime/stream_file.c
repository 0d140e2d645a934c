/* SPDX-License-Identifier: MIT */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* files beyond 2 GiB on 32 bits */
#endif
#include "runtime/stream_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "encoding/checksum.h"

/* Bytes of a sample. Three of them are read: reading a checkpoint's input files whole could take longer than the rest. */
#define SAMPLE 262144

/* glibc's: no buffer; reading from what ungetc() pushed back. Others are in its headers, these are as old. */
#define UNBUFFERED 0x0002
#define IN_BACKUP 0x0100

/* ---- Modes and names -------------------------------------------------------------------------------------------- */

bool msrck_stream_mode(const char *given, char mode[STREAM_MODE])
{
    size_t length = 0;
    bool plus = false, close_on_exec = false;

    if (*given != 'r' && *given != 'w' && *given != 'a')
        return false;
    /* "x" and "m" are about the opening; ",ccs=" makes another stream of it. */
    for (const char *letter = given + 1; *letter != '\0'; letter++) {
        if (strchr("+bexmc", *letter) == NULL)
            return false;
        plus = plus || *letter == '+';
        close_on_exec = close_on_exec || *letter == 'e';
    }
    memset(mode, 0, STREAM_MODE);
    mode[length++] = *given;
    if (plus)
        mode[length++] = '+';
    if (close_on_exec)
        mode[length] = 'e';
    return true;
}

bool msrck_stream_mode_writes(const char *mode)
{
    return *mode != 'r' || mode[1] == '+';
}

static bool mode_reads(const char *mode)
{
    return *mode == 'r' || mode[1] == '+';
}

const char *msrck_stream_name(const struct stream_record *record)
{
    if (record->path != NULL)
        return record->path;
    return record->standard == STANDARD_INPUT    ? "standard input"
           : record->standard == STANDARD_OUTPUT ? "standard output"
                                                 : "standard error";
}

/* Standard output and error as they came go on: nothing is known of where they lead to, nor needed. */
static bool goes_on(const struct stream_record *record)
{
    return record->path == NULL && record->standard != STANDARD_INPUT;
}

/* ---- Samples ---------------------------------------------------------------------------------------------------- */

static bool add_sample(int descriptor, long long from, long long to, unsigned char *bytes, uint32_t *digest)
{
    if (from < 0)
        from = 0;
    while (from < to) {
        ssize_t got = pread(descriptor, bytes, (size_t)(to - from), (off_t)from);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        *digest = msrck_crc32(*digest, bytes, (size_t)got);
        from += got;
    }
    return true;
}

static long long least(long long left, long long right)
{
    return left < right ? left : right;
}

/*
 * The beginning, what stands before the position, and the end, of the file's first `size` bytes. A file that has been
 * replaced differs there; so does one whose writer went on in another way.
 */
static bool sample(int descriptor, const struct stream_record *record, uint32_t *digest)
{
    unsigned char *bytes = msrck_allocate(SAMPLE, 1);
    long long size = record->size, position = least(record->position, size);
    bool good;

    *digest = 0;
    good = bytes != NULL && add_sample(descriptor, 0, least(SAMPLE, size), bytes, digest) &&
           add_sample(descriptor, position - SAMPLE, position, bytes, digest) &&
           add_sample(descriptor, size - SAMPLE, size, bytes, digest);
    free(bytes);
    return good;
}

/* A descriptor to read the stream's file with: its own, or another one for a stream that only writes. -1: none. */
static int open_for_reading(FILE *file, const struct stream_record *record)
{
    struct stat own, found;
    int descriptor;

    if (record->path == NULL || mode_reads(record->mode))
        return fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
    descriptor = open(record->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return -1;
    if (fstat(fileno(file), &own) == 0 && fstat(descriptor, &found) == 0 && own.st_dev == found.st_dev &&
        own.st_ino == found.st_ino)
        return descriptor;
    close(descriptor);
    return -1;
}

/* 0 where the file may be written, but not read. */
static uint32_t digest_of(FILE *file, const struct stream_record *record)
{
    int descriptor = open_for_reading(file, record);
    uint32_t digest = 0;

    if (descriptor < 0)
        return 0;
    if (!sample(descriptor, record, &digest))
        digest = 0;
    close(descriptor);
    return digest;
}

/* ---- Looking ---------------------------------------------------------------------------------------------------- */

/* The path has to lead to the stream's file, or a resume would open another one. */
static msrck_result check_path(const struct stream_record *record, const struct stat *own, msrck_error *error)
{
    struct stat found;

    if (record->path == NULL)
        return MSRCK_OK;
    if (stat(record->path, &found) != 0)
        return msrck_fail_system(error, errno, "%s: the program has it open, but it could not be opened again",
                                 record->path);
    if (found.st_dev != own->st_dev || found.st_ino != own->st_ino)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                          "%s: another file is there now than the one the program has open; it could not be opened "
                          "again",
                          record->path);
    return MSRCK_OK;
}

/* Bytes that ungetc() pushed back and that differ from the file's: the C library keeps them apart. */
static msrck_result look_at_pushed(FILE *file, struct stream_record *record, msrck_error *error)
{
    size_t count;

    record->pushed_count = 0;
    memset(record->pushed, 0, sizeof record->pushed);
    if ((file->_flags & IN_BACKUP) == 0 || fwide(file, 0) > 0)
        return MSRCK_OK;
    count = (size_t)(file->_IO_read_end - file->_IO_read_ptr);
    if (count > STREAM_PUSHED || (record->position < 0 && count > 1))
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s: more is pushed back by ungetc() than can be carried",
                          msrck_stream_name(record));
    record->pushed_count = (unsigned char)count;
    memcpy(record->pushed, file->_IO_read_ptr, count);
    /* The position counts what was pushed back, and there is none before the beginning. */
    record->position = record->position < 0 ? 0 : record->position + (long long)count;
    return MSRCK_OK;
}

static msrck_result look_at_position(FILE *file, struct stream_record *record, msrck_error *error)
{
    msrck_result result;

    record->position = ftello(file);
    if ((result = look_at_pushed(file, record, error)) != MSRCK_OK)
        return result;
    if (record->position < 0)
        return msrck_fail_system(error, errno, "%s: its position cannot be told", msrck_stream_name(record));
    record->digest = digest_of(file, record);
    return MSRCK_OK;
}

static msrck_result look_at_file(FILE *file, struct stream_record *record, msrck_error *error)
{
    struct stat own;
    msrck_result result;

    if (fileno(file) < 0 || fstat(fileno(file), &own) != 0)
        return record->path == NULL ? MSRCK_OK : msrck_fail_system(error, errno, "%s: cannot be looked at", msrck_stream_name(record));
    if (record->path != NULL && (S_ISFIFO(own.st_mode) || S_ISSOCK(own.st_mode)))
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s: is a pipe, which cannot be opened again where it was",
                          record->path);
    if ((result = check_path(record, &own, error)) != MSRCK_OK || !S_ISREG(own.st_mode))
        return result;
    record->size = own.st_size;
    return look_at_position(file, record, error);
}

/*
 * Output is handed to the system first: what the program has written before the checkpoint it will not write again.
 * Line by line, since a stream that reads must not be flushed: that would move its descriptor.
 */
msrck_result msrck_stream_look(FILE *file, struct stream_record *record, msrck_error *error)
{
    bool failed = ferror(file) != 0;

    if (__fwriting(file) != 0 && fflush(file) != 0 && !goes_on(record) && !failed)
        return msrck_fail_system(error, errno, "%s: cannot be written", msrck_stream_name(record));
    record->position = 0;
    record->size = -1;
    record->digest = 0;
    record->pushed_count = 0;
    record->buffering = __flbf(file) != 0 ? BUFFERING_LINE : (file->_flags & UNBUFFERED) != 0 ? BUFFERING_NONE : BUFFERING_FULL;
    record->orientation = (signed char)(fwide(file, 0) > 0 ? 1 : fwide(file, 0) < 0 ? -1 : 0);
    record->eof = feof(file) != 0;
    record->error = failed;
    if (goes_on(record)) {
        /* How the next process's streams are buffered is decided by where they lead. */
        record->buffering = BUFFERING_FULL;
        record->orientation = 0;
        record->eof = record->error = false;
        return MSRCK_OK;
    }
    return look_at_file(file, record, error);
}

/* ---- Opening again ---------------------------------------------------------------------------------------------- */

static int flags_of(const char *mode)
{
    int access = !msrck_stream_mode_writes(mode) ? O_RDONLY : mode_reads(mode) ? O_RDWR : O_WRONLY;

    return access | (*mode == 'a' ? O_APPEND : 0) | (strchr(mode, 'e') != NULL ? O_CLOEXEC : 0);
}

/* "r+" without letters that fdopen() and freopen() need not know. */
static const char *plain_mode(const char *mode)
{
    static const char *const modes[] = { "r", "r+", "w", "w+", "a", "a+" };
    size_t index = *mode == 'r' ? 0 : *mode == 'w' ? 2 : 4;

    return modes[index + (mode[1] == '+')];
}

static FILE *standard_of(int standard)
{
    return standard == STANDARD_INPUT ? stdin : standard == STANDARD_OUTPUT ? stdout : stderr;
}

/* A standard stream that the program led to a file: the FILE stays, its descriptor changes. */
static FILE *lead_standard(const struct stream_record *record, int descriptor)
{
    FILE *file = freopen("/dev/null", plain_mode(record->mode), standard_of(record->standard));
    int saved;

    if (file != NULL && dup2(descriptor, fileno(file)) < 0)
        file = NULL;
    saved = errno;
    close(descriptor);
    errno = saved;
    return file;
}

static msrck_result no_regular_file(const struct stream_record *record, msrck_error *error)
{
    return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s: is no regular file; the program had one open at byte %lld",
                      msrck_stream_name(record), record->position);
}

msrck_result msrck_stream_open(const struct stream_record *record, FILE **file, msrck_error *error)
{
    struct stat found;
    int descriptor;

    *file = record->standard != STANDARD_NONE ? standard_of(record->standard) : NULL;
    if (record->path == NULL)
        return MSRCK_OK;
    /* To open a pipe would wait for its other end. */
    if (record->size >= 0 && stat(record->path, &found) == 0 && !S_ISREG(found.st_mode))
        return no_regular_file(record, error);
    /* Never made anew, and never emptied: it holds what the checkpoint's program wrote. */
    descriptor = open(record->path, flags_of(record->mode));
    if (descriptor < 0 && errno == ENOENT)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s: is gone; the program had it open at byte %lld of %lld",
                          record->path, record->position, record->size);
    if (descriptor < 0)
        return msrck_fail_system(error, errno, "%s: cannot be opened again", record->path);
    if (record->standard != STANDARD_NONE) {
        *file = lead_standard(record, descriptor);
    } else {
        *file = fdopen(descriptor, plain_mode(record->mode));
        if (*file == NULL)
            close(descriptor);
    }
    return *file != NULL ? MSRCK_OK : msrck_fail_system(error, errno, "%s: cannot be opened again", record->path);
}

static msrck_result check_size(const struct stream_record *record, long long size, bool grown, msrck_error *error)
{
    const char *name = msrck_stream_name(record);

    if (size < record->size)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s: has %lld bytes; it had %lld at the checkpoint", name, size,
                          record->size);
    if (size > record->size && !grown && (record->path == NULL || !msrck_stream_mode_writes(record->mode)))
        return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                          "%s: was changed: it has %lld bytes, and had %lld at the checkpoint", name, size,
                          record->size);
    return MSRCK_OK;
}

msrck_result msrck_stream_check(FILE *file, const struct stream_record *record, bool grown, msrck_error *error)
{
    struct stat found;
    uint32_t digest;
    msrck_result result;

    if (goes_on(record) || record->size < 0)
        return MSRCK_OK;
    if (fstat(fileno(file), &found) != 0)
        return msrck_fail_system(error, errno, "%s: cannot be looked at", msrck_stream_name(record));
    if (!S_ISREG(found.st_mode))
        return record->path == NULL && record->position == 0 ? MSRCK_OK : no_regular_file(record, error);
    if ((result = check_size(record, found.st_size, grown, error)) != MSRCK_OK)
        return result;
    digest = record->digest != 0 ? digest_of(file, record) : 0;
    if (digest != 0 && digest != record->digest)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                          "%s: was changed: its first %lld bytes are not those it had at the checkpoint",
                          msrck_stream_name(record), record->size);
    return MSRCK_OK;
}

/* The order matters: seeking clears what was pushed back and the end-of-file flag. */
msrck_result msrck_stream_set(FILE *file, const struct stream_record *record, msrck_error *error)
{
    static const int buffering[] = { _IOFBF, _IOLBF, _IONBF };
    struct stat found;

    if (goes_on(record))
        return MSRCK_OK;
    if (record->buffering != BUFFERING_FULL)
        setvbuf(file, NULL, buffering[record->buffering], 0);
    if (record->orientation != 0)
        fwide(file, record->orientation);
    if (record->size >= 0 &&
        (fstat(fileno(file), &found) != 0 || (S_ISREG(found.st_mode) && fseeko(file, (off_t)record->position, SEEK_SET) != 0)))
        return msrck_fail_system(error, errno, "%s: cannot be positioned at byte %lld", msrck_stream_name(record),
                                 record->position);
    for (size_t i = record->pushed_count; i-- > 0;)
        if (ungetc(record->pushed[i], file) == EOF)
            return msrck_fail(error, MSRCK_SYSTEM, "%s: a byte cannot be pushed back", msrck_stream_name(record));
    file->_flags |= (record->eof ? _IO_EOF_SEEN : 0) | (record->error ? _IO_ERR_SEEN : 0);
    return MSRCK_OK;
}

msrck_result msrck_stream_cut(FILE *file, const struct stream_record *record, msrck_error *error)
{
    struct stat found;

    if (record->path == NULL || record->size < 0 || !msrck_stream_mode_writes(record->mode))
        return MSRCK_OK;
    if (fstat(fileno(file), &found) == 0 && found.st_size <= record->size)
        return MSRCK_OK;
    if (ftruncate(fileno(file), (off_t)record->size) != 0)
        return msrck_fail_system(error, errno, "%s: what was written after the checkpoint cannot be cut off",
                                 record->path);
    return MSRCK_OK;
}
