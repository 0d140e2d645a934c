/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* asprintf, O_CLOEXEC */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* checkpoints of any size on 32-bit machines too */
#endif
#include "runtime/resume_attempts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/failure.h"

/* So many names are tried for a checkpoint that is set aside. */
#define MOST_ASIDE 1000

/*
 * What the note says of its checkpoint: a new one of the same name, which a rename brought there, begins at zero even if
 * the old note could not be removed.
 */
#define NOTE_FORMAT "%u attempts to go on from %lld bytes of %lld.%09ld\n"

/* Beside the file itself, whatever links lead to it and wherever the program has changed its directory to. */
static char *note_path(const char *path)
{
    char *resolved = realpath(path, NULL), *name;

    if (asprintf(&name, "%s" ATTEMPTS_SUFFIX, resolved != NULL ? resolved : path) < 0)
        name = NULL;
    free(resolved);
    return name;
}

unsigned msrck_attempts_read(const char *path, const struct stat *status)
{
    char *name = note_path(path);
    FILE *note = name != NULL ? fopen(name, "re") : NULL;
    long long size = -1, seconds = 0;
    long nanoseconds = 0;
    unsigned count = 0;

    free(name);
    if (note == NULL)
        return 0;
    if (fscanf(note, "%9u attempts to go on from %18lld bytes of %18lld.%9ld", &count, &size, &seconds, &nanoseconds) !=
            4 ||
        size != (long long)status->st_size || seconds != (long long)status->st_mtim.tv_sec ||
        nanoseconds != status->st_mtim.tv_nsec)
        count = 0;
    fclose(note);
    return count;
}

/* A count of 0 is no note. Synced: the machine may crash with the program. */
static bool write_note(const char *path, unsigned count)
{
    char *name = note_path(path);
    struct stat status;
    FILE *note = NULL;
    bool good = false;

    if (name != NULL && count == 0)
        good = unlink(name) == 0 || errno == ENOENT;
    else if (name != NULL && stat(path, &status) == 0 && (note = fopen(name, "we")) != NULL) {
        good = fprintf(note, NOTE_FORMAT, count, (long long)status.st_size, (long long)status.st_mtim.tv_sec,
                       (long)status.st_mtim.tv_nsec) > 0;
        good = fflush(note) == 0 && fsync(fileno(note)) == 0 && good;
        good = fclose(note) == 0 && good;
    }
    free(name);
    return good;
}

msrck_result msrck_attempts_begin(struct resume_attempts *attempts, const char *path, msrck_error *error)
{
    struct stat status;

    attempts->before = stat(path, &status) == 0 ? msrck_attempts_read(path, &status) : 0;
    if (!write_note(path, attempts->before + 1))
        return MSRCK_OK;
    attempts->path = realpath(path, NULL);
    return attempts->path != NULL ? MSRCK_OK : msrck_fail_system(error, errno, "cannot find %s", path);
}

static void settle(struct resume_attempts *attempts, unsigned count)
{
    if (attempts->path != NULL)
        write_note(attempts->path, count);
    msrck_attempts_free(attempts);
}

void msrck_attempts_succeed(struct resume_attempts *attempts)
{
    settle(attempts, 0);
}

void msrck_attempts_take_back(struct resume_attempts *attempts)
{
    settle(attempts, attempts->before);
}

void msrck_attempts_free(struct resume_attempts *attempts)
{
    free(attempts->path);
    attempts->path = NULL;
}

/* link() never replaces a file that was set aside before; rename() is for file systems without links. */
static bool move_to(const char *path, const char *aside)
{
    struct stat status;

    if (link(path, aside) == 0)
        return unlink(path) == 0;
    if (errno == EEXIST || lstat(aside, &status) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(path, aside) == 0;
}

msrck_result msrck_set_aside(const char *path, char **aside, msrck_error *error)
{
    unsigned number;

    *aside = NULL;
    for (number = 1; number <= MOST_ASIDE; number++) {
        int length = number == 1 ? asprintf(aside, "%s" SET_ASIDE_SUFFIX, path)
                                 : asprintf(aside, "%s" SET_ASIDE_SUFFIX ".%u", path, number);

        if (length < 0) {
            *aside = NULL;
            return msrck_fail_memory(error, strlen(path), "a path");
        }
        if (move_to(path, *aside)) {
            write_note(path, 0);
            return MSRCK_OK;
        }
        if (errno != EEXIST)
            break;
        free(*aside);
        *aside = NULL;
    }
    msrck_fail_system(error, errno, "cannot set %s aside", path);
    free(*aside);
    *aside = NULL;
    return error->result;
}
