/* SPDX-License-Identifier: MIT */
/* Files of any size and number on 32-bit machines too; before the first system header. */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#include "file/temporary_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files with this process's number may be in the way; so many are stepped over. */
#define MOST_TRIES 1000

static int name_beginning(const char *target, char *text, size_t size)
{
    return snprintf(text, size, ".%.*s.msrck-", TEMPORARY_NAME_KEPT, target);
}

/*
 * Between the file's creation and its lock somebody who cleans up may have locked and removed it. Once it is locked
 * and still has its name it stays: nobody removes what they cannot lock. File systems that know no locks are taken as
 * they are; nobody can lock, and so remove, anything there.
 */
static bool claim(int descriptor)
{
    struct stat status;

    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return false;
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0;
}

int msrck_temporary_create(int directory, const char *target, char name[TEMPORARY_NAME_SIZE], int *descriptor)
{
    /* Counts within the process: several sinks may be open for the same target. */
    static atomic_uint counter;
    int code = EEXIST;

    for (unsigned tries = 0; tries < MOST_TRIES && code == EEXIST; tries++) {
        int length = name_beginning(target, name, TEMPORARY_NAME_SIZE);

        snprintf(name + length, TEMPORARY_NAME_SIZE - (size_t)length, "%ld-%u", (long)getpid(),
                 atomic_fetch_add(&counter, 1));
        *descriptor = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        code = *descriptor < 0 ? errno : 0;
        if (*descriptor >= 0 && !claim(*descriptor)) {
            close(*descriptor);
            unlinkat(directory, name, 0);
            code = EEXIST;
        }
    }
    if (code != 0) {
        *descriptor = -1;
        name[0] = '\0';
    }
    return code;
}

/* "PID-COUNTER", and nothing else. */
static bool is_number_pair(const char *text)
{
    size_t first = strspn(text, "0123456789"), second;

    if (first == 0 || text[first] != '-')
        return false;
    second = strspn(text + first + 1, "0123456789");
    return second > 0 && text[first + 1 + second] == '\0';
}

/* O_NONBLOCK: what has such a name may be a pipe that somebody put there. */
static void remove_if_stale(int directory, const char *name)
{
    int descriptor = openat(directory, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat status;

    if (descriptor < 0)
        return;
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        unlinkat(directory, name, 0);
    close(descriptor);
}

void msrck_temporary_remove_stale(int directory, const char *target)
{
    char beginning[TEMPORARY_NAME_SIZE];
    size_t length = (size_t)name_beginning(target, beginning, sizeof beginning);
    /* A descriptor of its own, since reading a directory moves its position. */
    int own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = own >= 0 ? fdopendir(own) : NULL;
    struct dirent *entry;

    if (entries == NULL) {
        if (own >= 0)
            close(own);
        return;
    }
    while ((entry = readdir(entries)) != NULL)
        if (strncmp(entry->d_name, beginning, length) == 0 && is_number_pair(entry->d_name + length))
            remove_if_stale(directory, entry->d_name);
    closedir(entries);
}
