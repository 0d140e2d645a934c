/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* asprintf */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* checkpoints of any size on 32-bit machines too */
#endif
#include "runtime/kept_periods.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"

static const struct period {
    const char *infix, *format; /* of strftime() */
} periods[] = { { ".hourly-", "%Y%m%dT%H" }, { ".daily-", "%Y%m%d" } };

/* True when the text is of the form that dddddddd (and Tdd) give. */
static bool is_stamp(const char *text, const struct period *period)
{
    size_t digits = strspn(text, "0123456789");

    if (digits != 8)
        return false;
    if (period == &periods[1])
        return text[8] == '\0';
    return text[8] == 'T' && strspn(text + 9, "0123456789") == 2 && text[11] == '\0';
}

bool msrck_period_key(const char *name, size_t base_length, char key[PERIOD_KEY_SIZE])
{
    size_t p;

    for (p = 0; p < sizeof periods / sizeof periods[0]; p++) {
        const char *stamp = name + base_length + strlen(periods[p].infix);

        if (strncmp(name + base_length, periods[p].infix, strlen(periods[p].infix)) != 0 ||
            !is_stamp(stamp, &periods[p]))
            continue;
        snprintf(key, PERIOD_KEY_SIZE, "%s%s", stamp, p == 1 ? "T~" : "");
        return true;
    }
    return false;
}

/* ---- A second name ---------------------------------------------------------------------------------------------- */

/* -1 with errno. */
static int copy_bytes(int from, int to, bool sync)
{
    struct stat status;
    struct timespec times[2];
    char buffer[65536];
    ssize_t got, put;
    size_t done;

    while ((got = read(from, buffer, sizeof buffer)) != 0) {
        if (got < 0 && errno != EINTR)
            return -1;
        for (done = 0; got > 0 && done < (size_t)got; done += (size_t)put)
            if ((put = write(to, buffer + done, (size_t)got - done)) < 0) {
                if (errno != EINTR)
                    return -1;
                put = 0;
            }
    }
    if (fstat(from, &status) == 0) {
        times[0] = status.st_atim;
        times[1] = status.st_mtim;
        (void)futimens(to, times);
    }
    return sync ? fsync(to) : 0;
}

/* Where a file cannot have two names. False with errno. */
static bool copy_file(const char *path, const char *name, bool sync)
{
    int from = open(path, O_RDONLY | O_CLOEXEC), to = -1, copied = -1, code;

    if (from >= 0 && (to = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) >= 0)
        copied = copy_bytes(from, to, sync);
    code = errno;
    if (to >= 0 && close(to) != 0 && copied == 0) {
        copied = -1;
        code = errno;
    }
    if (from >= 0)
        close(from);
    errno = code;
    return copied == 0;
}

static bool second_name(const char *path, const char *name, bool sync)
{
    if (unlink(name) != 0 && errno != ENOENT)
        return false;
    if (linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0)
        return true;
    if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS && errno != EMLINK)
        return false;
    return copy_file(path, name, sync);
}

/* First under a name that is nobody's, hidden and always the same, then in one step under its own. */
static bool keep_as(const char *path, const char *name, bool sync)
{
    const char *slash = strrchr(path, '/');
    int folder = slash != NULL ? (int)(slash + 1 - path) : 0;
    char *between;
    bool kept;

    if (asprintf(&between, "%.*s.%s.keeping", folder, path, path + folder) < 0) {
        errno = ENOMEM;
        return false;
    }
    kept = second_name(path, between, sync) && rename(between, name) == 0;
    if (!kept) {
        int code = errno;

        unlink(between);
        errno = code;
    }
    free(between);
    return kept;
}

/* ---- Too old ---------------------------------------------------------------------------------------------------- */

struct stamps {
    char (*items)[PERIOD_KEY_SIZE]; /* owned */
    size_t count, capacity;
};

static int compare_stamps(const void *left, const void *right)
{
    return strcmp(right, left); /* the latest first */
}

/* Those of the period up to the present one. */
static bool list_stamps(DIR *directory, const char *base, const struct period *period, const char *present,
                        struct stamps *stamps)
{
    size_t length = strlen(base), infix = strlen(period->infix);
    const struct dirent *entry;

    while ((errno = 0, entry = readdir(directory)) != NULL) {
        const char *stamp = entry->d_name + length + infix;

        if (strncmp(entry->d_name, base, length) != 0 || strncmp(entry->d_name + length, period->infix, infix) != 0 ||
            !is_stamp(stamp, period) || strcmp(stamp, present) > 0)
            continue;
        if (!msrck_reserve(&stamps->items, &stamps->capacity, stamps->count + 1, sizeof *stamps->items)) {
            errno = ENOMEM;
            return false;
        }
        strcpy(stamps->items[stamps->count++], stamp);
    }
    return errno == 0;
}

static bool remove_old(const char *path, const struct period *period, const char *present, unsigned keep)
{
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
    struct stamps stamps = { NULL, 0, 0 };
    DIR *directory;
    char *name;
    bool done;
    size_t s;

    if (asprintf(&name, "%.*s", slash != NULL ? (int)(slash + 1 - path) : 1, slash != NULL ? path : ".") < 0) {
        errno = ENOMEM;
        return false;
    }
    directory = opendir(name);
    free(name);
    if (directory == NULL)
        return false;
    done = list_stamps(directory, base, period, present, &stamps);
    if (stamps.count > 0)
        qsort(stamps.items, stamps.count, sizeof *stamps.items, compare_stamps);
    for (s = keep; done && s < stamps.count; s++) {
        if (asprintf(&name, "%s%s%s", base, period->infix, stamps.items[s]) < 0) {
            errno = ENOMEM;
            done = false;
            break;
        }
        done = unlinkat(dirfd(directory), name, 0) == 0 || errno == ENOENT;
        free(name);
    }
    free(stamps.items);
    closedir(directory);
    return done;
}

static msrck_result keep_period(const char *path, const struct period *period, unsigned keep, const struct tm *moment,
                                bool sync, msrck_error *error)
{
    char present[PERIOD_KEY_SIZE + 16];
    msrck_result result = MSRCK_OK;
    char *name;

    if (strftime(present, sizeof present, period->format, moment) == 0 || !is_stamp(present, period))
        return msrck_fail(error, MSRCK_SYSTEM, "%s is written, but the clock tells no time to keep it for", path);
    if (asprintf(&name, "%s%s%s", path, period->infix, present) < 0)
        return msrck_fail_memory(error, strlen(path), "a path");
    if (!keep_as(path, name, sync))
        result = msrck_fail_system(error, errno, "%s is written, but cannot be kept as %s", path, name);
    else if (!remove_old(path, period, present, keep))
        result = msrck_fail_system(error, errno, "%s is written, but older ones cannot be removed", path);
    free(name);
    return result;
}

msrck_result msrck_periods_keep(const char *path, unsigned hourly, unsigned daily, time_t moment, bool sync,
                                msrck_error *error)
{
    const unsigned keep[] = { hourly, daily };
    msrck_result result = MSRCK_OK;
    struct stat status;
    struct tm parts;
    size_t p;

    if (hourly == 0 && daily == 0)
        return MSRCK_OK;
    if (stat(path, &status) != 0)
        return msrck_fail_system(error, errno, "cannot look at %s", path);
    if (!S_ISREG(status.st_mode)) /* a pipe or device holds nothing that could be kept */
        return MSRCK_OK;
    if (gmtime_r(&moment, &parts) == NULL)
        return msrck_fail(error, MSRCK_SYSTEM, "%s is written, but the clock tells no time to keep it for", path);
    for (p = 0; p < sizeof periods / sizeof periods[0] && result == MSRCK_OK; p++)
        if (keep[p] > 0)
            result = keep_period(path, &periods[p], keep[p], &parts, sync, error);
    return result;
}
