/* SPDX-License-Identifier: MIT */
/* The sink that replaces a file, all at once or not at all. */
/* renameat2() and sync_file_range(). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
/* Files of any size on 32-bit machines too; before the first system header. */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#include "file/sink_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocation.h"
#include "file/temporary_file.h"

struct file_sink {
    struct sink head;
    char *path;                     /* owned; as given, for messages */
    char *resolved;                 /* owned; without symbolic links in its last part */
    const char *name;               /* last part of `resolved` */
    int directory;                  /* holds target and temporary, so that a chdir in between changes nothing */
    int descriptor;                 /* of the temporary; -1 once closed */
    int lock;                       /* the same, kept for its lock until it is renamed; -1 where that is not needed */
    bool sync;
    bool replaces;                  /* there was a file at the path when the sink was opened */
    char temporary[TEMPORARY_NAME_SIZE]; /* name in the directory; "" when there is none to remove */
};

static void free_file_sink(struct file_sink *file)
{
    if (file->descriptor >= 0)
        close(file->descriptor);
    if (file->temporary[0] != '\0')
        unlinkat(file->directory, file->temporary, 0);
    if (file->lock >= 0)
        close(file->lock);
    if (file->directory >= 0)
        close(file->directory);
    free(file->path);
    free(file->resolved);
    free(file);
}

static msrck_result write_file(struct sink *sink, const unsigned char *bytes, size_t length, msrck_error *error)
{
    struct file_sink *file = (struct file_sink *)sink;

    return msrck_write_descriptor(file->descriptor, bytes, length, file->path, error);
}

/* 0 or an errno value. File systems that know no such thing as syncing a directory are taken as they are. */
static int sync_descriptor(int descriptor, bool is_directory)
{
    while (fsync(descriptor) != 0) {
        if (is_directory && (errno == EINVAL || errno == ENOTSUP))
            return 0;
        if (errno != EINTR)
            return errno;
    }
    return 0;
}

/* The temporary's bytes are with the disk (or, without sync, with the kernel), and its descriptor is closed. */
static int settle_temporary(struct file_sink *file)
{
    int code = file->sync ? sync_descriptor(file->descriptor, false) : 0;
    int descriptor = file->descriptor;

    file->descriptor = -1;
    /* Without its lock the temporary would be taken for one that was left behind. */
    file->lock = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    /* close reports delayed write errors on network file systems; after EINTR it has closed all the same. */
    if (close(descriptor) != 0 && errno != EINTR && code == 0)
        code = errno;
    return code;
}

/*
 * Without sync only. rename() over another file would have ext4 write out the new one first, and give the blocks of the
 * old one back after all that is under way: several milliseconds. Exchanged, the old file goes first; the new one is
 * on its way to the disk right behind it. False where the file system cannot exchange.
 */
static bool exchange_temporary(struct file_sink *file)
{
    struct stat status;

    if (file->sync || !file->replaces ||
        fstatat(file->directory, file->name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode) ||
        renameat2(file->directory, file->temporary, file->directory, file->name, RENAME_EXCHANGE) != 0)
        return false;
    /* What cannot be removed now is taken for a temporary that was left behind. */
    (void)unlinkat(file->directory, file->temporary, 0);
    (void)sync_file_range(file->lock, 0, 0, SYNC_FILE_RANGE_WRITE);
    return true;
}

static msrck_result commit_file(struct sink *sink, msrck_error *error)
{
    struct file_sink *file = (struct file_sink *)sink;
    msrck_result result = MSRCK_OK;
    int code = settle_temporary(file);

    if (code != 0) {
        result = msrck_fail_system(error, code, "cannot write %s", file->path);
    } else if (!exchange_temporary(file) &&
               renameat(file->directory, file->temporary, file->directory, file->name) != 0) {
        result = msrck_fail_system(error, errno, "cannot replace %s", file->path);
    } else {
        file->temporary[0] = '\0';
        code = file->sync ? sync_descriptor(file->directory, true) : 0;
        if (code != 0)
            result =
                msrck_fail_system(error, code, "%s is replaced, but its directory could not be synced", file->path);
    }
    free_file_sink(file);
    return result;
}

static void abort_file(struct sink *sink)
{
    free_file_sink((struct file_sink *)sink);
}

/*
 * What stands at the path decides: *descriptor is that of a pipe or device opened for writing, or -1 for a regular file
 * or none. In the latter case `resolved` is the path of the file to replace.
 */
static msrck_result inspect_target(struct file_sink *file, int *descriptor, msrck_error *error)
{
    struct stat status;
    bool exists = stat(file->path, &status) == 0;

    file->replaces = exists;
    *descriptor = -1;
    if (!exists && errno != ENOENT)
        return msrck_fail_system(error, errno, "cannot write %s", file->path);
    if (exists && S_ISDIR(status.st_mode))
        return msrck_fail_system(error, EISDIR, "cannot write %s", file->path);
    if (exists && !S_ISREG(status.st_mode)) {
        *descriptor = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        return *descriptor >= 0 ? MSRCK_OK : msrck_fail_system(error, errno, "cannot open %s", file->path);
    }
    if (!exists && lstat(file->path, &status) == 0)
        return msrck_fail_system(error, ENOENT, "cannot write through the symbolic link %s", file->path);
    file->resolved = exists && lstat(file->path, &status) == 0 && S_ISLNK(status.st_mode) ? realpath(file->path, NULL)
                                                                                         : msrck_copy_text(file->path);
    if (file->resolved == NULL)
        return msrck_fail_system(error, errno != 0 ? errno : ENOMEM, "cannot write %s", file->path);
    return MSRCK_OK;
}

static msrck_result open_directory(struct file_sink *file, msrck_error *error)
{
    char *slash = strrchr(file->resolved, '/');
    const char *directory = ".";

    file->name = slash != NULL ? slash + 1 : file->resolved;
    if (file->name[0] == '\0')
        return msrck_fail_system(error, file->path[0] == '\0' ? ENOENT : EISDIR, "cannot write %s",
                                 file->path[0] == '\0' ? "a file without a name" : file->path);
    if (slash == file->resolved)
        directory = "/";
    else if (slash != NULL) {
        *slash = '\0';
        directory = file->resolved;
    }
    file->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file->directory < 0)
        return msrck_fail_system(error, errno, "cannot write %s in directory %s", file->path, directory);
    return MSRCK_OK;
}

static msrck_result open_temporary(struct file_sink *file, msrck_error *error)
{
    int code;

    msrck_temporary_remove_stale(file->directory, file->name);
    code = msrck_temporary_create(file->directory, file->name, file->temporary, &file->descriptor);
    if (code != 0)
        return msrck_fail_system(error, code, "cannot create a temporary file beside %s", file->path);
    return MSRCK_OK;
}

bool msrck_sink_temporary(const struct sink *sink, int *directory, const char **name)
{
    const struct file_sink *file = (const struct file_sink *)sink;

    if (sink->kind->commit != commit_file || file->temporary[0] == '\0')
        return false;
    *directory = file->directory;
    *name = file->temporary;
    return true;
}

msrck_result msrck_sink_open_file(const char *path, bool sync, struct sink **sink, msrck_error *error)
{
    static const struct sink_kind kind = { write_file, commit_file, abort_file, NULL };
    struct file_sink *file = msrck_allocate(1, sizeof *file);
    msrck_result result;
    int device = -1;

    *sink = NULL;
    if (file == NULL)
        return msrck_fail_memory(error, sizeof *file, "a sink");
    file->head.kind = &kind;
    file->descriptor = file->directory = file->lock = -1;
    file->sync = sync;
    file->path = msrck_copy_text(path);
    result =
        file->path != NULL ? inspect_target(file, &device, error) : msrck_fail_memory(error, strlen(path), "a path");
    if (result == MSRCK_OK && device >= 0)
        result = msrck_sink_open_stream(device, true, path, sink, error);
    else if (result == MSRCK_OK && (result = open_directory(file, error)) == MSRCK_OK &&
             (result = open_temporary(file, error)) == MSRCK_OK) {
        *sink = &file->head;
        return MSRCK_OK;
    }
    free_file_sink(file);
    return result;
}
