/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* asprintf */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* checkpoints of any size on 32-bit machines too */
#endif
#include "runtime/rotation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"

/* Hidden, beside the file; always the same name, so that what a crash leaves is replaced by the next checkpoint. */
static char *held_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    int folder = slash != NULL ? (int)(slash + 1 - path) : 0;
    char *name;

    return asprintf(&name, "%.*s.%s.rotating", folder, path, path + folder) < 0 ? NULL : name;
}

/* File systems without links get a copy's worth of trouble: the file is renamed and FILE is missing for a moment. */
static bool hold(const char *path, const char *held)
{
    if (unlink(held) != 0 && errno != ENOENT)
        return false;
    if (linkat(AT_FDCWD, path, AT_FDCWD, held, AT_SYMLINK_FOLLOW) == 0)
        return true;
    if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS && errno != EMLINK)
        return false;
    return rename(path, held) == 0;
}

msrck_result msrck_rotation_begin(struct rotation *rotation, const char *path, msrck_error *error)
{
    struct stat status;

    rotation->held = NULL;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? MSRCK_OK : msrck_fail_system(error, errno, "cannot look at %s", path);
    if (!S_ISREG(status.st_mode)) /* a pipe or device holds nothing that could be kept */
        return MSRCK_OK;
    if ((rotation->held = held_name(path)) == NULL)
        return msrck_fail_memory(error, strlen(path), "a path");
    if (hold(path, rotation->held))
        return MSRCK_OK;
    msrck_fail_system(error, errno, "cannot keep %s", path);
    free(rotation->held);
    rotation->held = NULL;
    return error->result;
}

/* FROM becomes PATH.NUMBER; what had that name has been moved on before, or is the oldest and goes. */
static bool move_to_number(const char *from, const char *path, unsigned number)
{
    char *to;
    bool moved;

    if (asprintf(&to, "%s.%u", path, number) < 0) {
        errno = ENOMEM;
        return false;
    }
    moved = rename(from, to) == 0 || (number > 1 && errno == ENOENT);
    free(to);
    return moved;
}

/* From the oldest on: a crash in between leaves a gap in the numbers, and at worst loses the one that is held. */
static bool shift(const char *path, unsigned keep, const char *held)
{
    unsigned number;

    for (number = keep - 1; number > 1; number--) {
        char *from;
        bool moved;

        if (asprintf(&from, "%s.%u", path, number - 1) < 0) {
            errno = ENOMEM;
            return false;
        }
        moved = move_to_number(from, path, number);
        free(from);
        if (!moved)
            return false;
    }
    return move_to_number(held, path, 1);
}

/* Put back where hold() had to rename; otherwise the second name goes. */
static void let_go(const char *held, const char *path)
{
    struct stat status;

    if (lstat(path, &status) != 0 && errno == ENOENT)
        rename(held, path);
    else
        unlink(held);
}

msrck_result msrck_rotation_end(struct rotation *rotation, const char *path, unsigned keep, bool committed,
                                msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    if (rotation->held == NULL)
        return MSRCK_OK;
    if (!committed)
        let_go(rotation->held, path);
    else if (!shift(path, keep, rotation->held))
        result = msrck_fail_system(error, errno, "%s is written, but those before it cannot be renamed", path);
    free(rotation->held);
    rotation->held = NULL;
    return result;
}
