/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* secure_getenv, asprintf */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* file systems with large inode numbers on 32-bit machines too */
#endif
#include "runtime/control_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/failure.h"

#define NAME_SUFFIX ".control"
#define UNBORN_SUFFIX ".control.new"

/* $XDG_RUNTIME_DIR of whoever became another user is not his; where nobody logged in there is none. */
static bool is_own_directory(const char *path)
{
    struct stat status;

    return path != NULL && path[0] == '/' && stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == geteuid() && (status.st_mode & 022) == 0;
}

/* A program with raised privileges does not listen to the environment. */
char *msrck_control_directory_usual(void)
{
    const char *runtime = secure_getenv("XDG_RUNTIME_DIR"), *temporary = secure_getenv("TMPDIR");
    char *path;
    int length;

    if (is_own_directory(runtime))
        length = asprintf(&path, "%s/msrck", runtime);
    else
        length = asprintf(&path, "%s/msrck-%lu", temporary != NULL && temporary[0] == '/' ? temporary : "/tmp",
                          (unsigned long)geteuid());
    return length < 0 ? NULL : path;
}

/* What is there may have been put there by anybody: it is opened first, and what was opened is looked at. */
msrck_result msrck_control_directory_open(const char *path, bool create, uid_t owner, int *descriptor,
                                          msrck_error *error)
{
    struct stat status;

    *descriptor = -1;
    if (create && mkdir(path, 0700) != 0 && errno != EEXIST)
        return msrck_fail_system(error, errno, "cannot make directory %s", path);
    *descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*descriptor < 0)
        return msrck_fail_system(error, errno, "cannot open directory %s", path);
    if (fstat(*descriptor, &status) != 0)
        msrck_fail_system(error, errno, "cannot look at directory %s", path);
    else if (owner != (uid_t)-1 && status.st_uid != owner)
        msrck_fail(error, MSRCK_SYSTEM, "directory %s is refused: it belongs to user %lu", path,
                   (unsigned long)status.st_uid);
    else if ((status.st_mode & 077) != 0)
        msrck_fail(error, MSRCK_SYSTEM, "directory %s is refused: its mode is %03o, not 700", path,
                   (unsigned)status.st_mode & 0777);
    else
        return MSRCK_OK;
    close(*descriptor);
    *descriptor = -1;
    return MSRCK_SYSTEM;
}

static long name_process(const char *name, const char *suffix)
{
    size_t digits = strspn(name, "0123456789");
    const char *token = name + digits + 1;

    if (digits == 0 || digits > 9 || name[0] == '0' || name[digits] != '-' ||
        strspn(token, "0123456789abcdef") != 8 || strcmp(token + 8, suffix) != 0)
        return 0;
    return strtol(name, NULL, 10);
}

void msrck_control_name(char name[CONTROL_NAME_MOST], long process, uint32_t token, bool born)
{
    snprintf(name, CONTROL_NAME_MOST, "%ld-%08" PRIx32 "%s", process, token, born ? NAME_SUFFIX : UNBORN_SUFFIX);
}

long msrck_control_name_process(const char *name)
{
    return name_process(name, NAME_SUFFIX);
}

long msrck_control_bound_name_process(const char *name)
{
    long born = name_process(name, NAME_SUFFIX);

    return born != 0 ? born : name_process(name, UNBORN_SUFFIX);
}

msrck_result msrck_control_address(int directory, const char *path, const char *name, struct sockaddr_un *address,
                                   msrck_error *error)
{
    int length;

    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    length = snprintf(address->sun_path, sizeof address->sun_path, "%s/%s", path, name);
    if (length < 0 || (size_t)length >= sizeof address->sun_path)
        length = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof address->sun_path)
        return msrck_fail(error, MSRCK_SYSTEM, "%s is too long for the path of a socket", path);
    return MSRCK_OK;
}

/* ---- Sweeping --------------------------------------------------------------------------------------------------- */

/* One that is not born yet does not listen; such a moment is over long before this many seconds. */
#define NEWBORN_SECONDS 10

/* True when nobody listens. */
static bool refuses(const struct sockaddr_un *address)
{
    int socket_descriptor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool refused;

    if (socket_descriptor < 0)
        return false;
    refused = connect(socket_descriptor, (const struct sockaddr *)address, sizeof *address) != 0 &&
              errno == ECONNREFUSED;
    close(socket_descriptor);
    return refused;
}

static bool is_dead(int directory, const char *path, const char *name)
{
    long process = msrck_control_bound_name_process(name);
    msrck_error error = MSRCK_ERROR_INIT;
    struct sockaddr_un address;
    struct stat status;

    if (process == 0 || fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISSOCK(status.st_mode))
        return false;
    if (time(NULL) - status.st_mtime < NEWBORN_SECONDS && (kill((pid_t)process, 0) == 0 || errno != ESRCH))
        return false;
    return msrck_control_address(directory, path, name, &address, &error) == MSRCK_OK && refuses(&address);
}

void msrck_control_sweep(int directory, const char *path)
{
    int own = fcntl(directory, F_DUPFD_CLOEXEC, 0);
    DIR *stream;
    const struct dirent *entry;

    if (own < 0)
        return;
    if ((stream = fdopendir(own)) == NULL) {
        close(own);
        return;
    }
    rewinddir(stream); /* the position is shared with the descriptor that was copied */
    while ((entry = readdir(stream)) != NULL)
        if (is_dead(directory, path, entry->d_name))
            unlinkat(directory, entry->d_name, 0);
    closedir(stream);
}
