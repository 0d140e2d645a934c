/* SPDX-License-Identifier: MIT */
/* Where the control sockets of running programs are. */
#define _GNU_SOURCE /* asprintf */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* file systems with large inode numbers on 32-bit machines too */
#endif
#include <msrck/control.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/control_connection.h"

struct search {
    const char *given;  /* the one directory; NULL: all */
    long pid;           /* whose sockets alone are tried; 0: all */
    char **directories; /* owned paths, each once */
    size_t directory_count, directory_capacity;
    msrck_control **programs; /* owned */
    size_t count, capacity;
    msrck_error refused; /* the last connection, or directory, that was not to be had */
};

/* ---- Directories ------------------------------------------------------------------------------------------------ */

/* Takes the path over; NULL is no memory, and one place less. */
static void add_directory(struct search *search, char *path)
{
    size_t d;

    if (path == NULL)
        return;
    for (d = 0; d < search->directory_count; d++)
        if (strcmp(search->directories[d], path) == 0)
            break;
    if (d < search->directory_count ||
        !msrck_reserve(&search->directories, &search->directory_capacity, search->directory_count + 1, sizeof path)) {
        free(path);
        return;
    }
    search->directories[search->directory_count++] = path;
}

static char *formatted_path(const char *format, unsigned long number)
{
    char *path;

    return asprintf(&path, format, number) < 0 ? NULL : path;
}

/* /run/user/UID/msrck and /tmp/msrck-UID of everybody. */
static void add_all_users(struct search *search)
{
    static const struct place {
        const char *directory, *prefix, *rest;
    } places[] = { { "/run/user", "", "/msrck" }, { "/tmp", "msrck-", "" } };
    size_t p;

    for (p = 0; p < sizeof places / sizeof places[0]; p++) {
        const struct place *place = &places[p];
        size_t length = strlen(place->prefix);
        const struct dirent *entry;
        DIR *stream = opendir(place->directory);

        while (stream != NULL && (entry = readdir(stream)) != NULL) {
            const char *name = entry->d_name;
            char *path;

            if (strncmp(name, place->prefix, length) != 0 || name[length] == '\0' ||
                name[length + strspn(name + length, "0123456789")] != '\0')
                continue;
            if (asprintf(&path, "%s/%s%s", place->directory, name, place->rest) >= 0)
                add_directory(search, path);
        }
        if (stream != NULL)
            closedir(stream);
    }
}

/*
 * Programs may have been told any directory, or have another environment than whoever asks. The kernel lists the path of
 * every socket that is bound: the last word of a line.
 */
static void add_from_kernel(struct search *search)
{
    FILE *list = fopen("/proc/net/unix", "re");
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    while (list != NULL && (length = getline(&line, &size, list)) > 0) {
        char *path = strchr(line, '/'), *slash = strrchr(line, '/');

        line[strcspn(line, "\n")] = '\0';
        if (path == NULL || slash == path || msrck_control_bound_name_process(slash + 1) == 0 ||
            strncmp(path, "/proc/", 6) == 0)
            continue;
        *slash = '\0';
        add_directory(search, msrck_copy_text(path));
    }
    free(line);
    if (list != NULL)
        fclose(list);
}

static void add_directories(struct search *search)
{
    if (search->given != NULL) {
        add_directory(search, msrck_copy_text(search->given));
        return;
    }
    add_directory(search, msrck_control_directory_usual());
    add_directory(search, formatted_path("/run/user/%lu/msrck", (unsigned long)geteuid()));
    add_directory(search, formatted_path("/tmp/msrck-%lu", (unsigned long)geteuid()));
    if (geteuid() == 0)
        add_all_users(search);
    add_from_kernel(search);
}

/* ---- Sockets ---------------------------------------------------------------------------------------------------- */

/* One socket can be reached by several paths, and in a process that has ended by none. */
static void add_program(struct search *search, msrck_control *program)
{
    size_t p;

    for (p = 0; p < search->count; p++)
        if (msrck_control_pid(search->programs[p]) == msrck_control_pid(program))
            break;
    if (p < search->count || (search->pid != 0 && msrck_control_pid(program) != search->pid) ||
        !msrck_reserve(&search->programs, &search->capacity, search->count + 1, sizeof program)) {
        msrck_control_close(program);
        return;
    }
    search->programs[search->count++] = program;
}

/* Root looks at everybody's, anybody else at his own. */
static void search_directory(struct search *search, const char *path)
{
    msrck_error error = MSRCK_ERROR_INIT;
    const struct dirent *entry;
    struct stat status;
    int directory;
    DIR *stream;

    if (msrck_control_directory_open(path, false, geteuid() == 0 ? (uid_t)-1 : geteuid(), &directory, &error) !=
            MSRCK_OK ||
        fstat(directory, &status) != 0 || (stream = fdopendir(directory)) == NULL) {
        if (directory >= 0)
            close(directory);
        search->refused = error;
        return;
    }
    msrck_control_sweep(directory, path);
    rewinddir(stream);
    while ((entry = readdir(stream)) != NULL) {
        long process = msrck_control_name_process(entry->d_name);
        msrck_control *program;

        error = (msrck_error)MSRCK_ERROR_INIT;
        if (process == 0)
            continue;
        if (msrck_control_connect(directory, path, entry->d_name, status.st_uid, &program, &error) == MSRCK_OK)
            add_program(search, program);
        else if (process == search->pid)
            search->refused = error;
    }
    closedir(stream);
}

static int compare_programs(const void *left, const void *right)
{
    long a = msrck_control_pid(*(msrck_control *const *)left), b = msrck_control_pid(*(msrck_control *const *)right);

    return a < b ? -1 : a > b;
}

static void run_search(struct search *search)
{
    size_t d;

    add_directories(search);
    for (d = 0; d < search->directory_count; d++) {
        search_directory(search, search->directories[d]);
        free(search->directories[d]);
    }
    free(search->directories);
    if (search->count > 1)
        qsort(search->programs, search->count, sizeof *search->programs, compare_programs);
}

/* ---- Answers ---------------------------------------------------------------------------------------------------- */

/* Why that process cannot be asked, as far as it can be told. */
static msrck_result explain(const struct search *search, msrck_error *error)
{
    char place[32];
    struct stat status;

    if (search->pid <= 0 || search->pid > 0x7fffffff || (kill((pid_t)search->pid, 0) != 0 && errno == ESRCH))
        return msrck_fail(error, MSRCK_SYSTEM, "there is no process %ld", search->pid);
    snprintf(place, sizeof place, "/proc/%ld", search->pid);
    if (geteuid() != 0 && stat(place, &status) == 0 && status.st_uid != geteuid())
        return msrck_fail(error, MSRCK_SYSTEM, "process %ld belongs to another user", search->pid);
    if (search->refused.result != MSRCK_OK && search->given != NULL)
        return msrck_fail(error, search->refused.result, "process %ld: %s", search->pid, search->refused.message);
    return msrck_fail(error, MSRCK_SYSTEM,
                      "process %ld has no control socket: it does not use libmsrck, or was told to have none",
                      search->pid);
}

msrck_result msrck_control_open(long pid, const char *directory, msrck_control **program, msrck_error *error)
{
    struct search search = { .given = directory, .pid = pid, .refused = MSRCK_ERROR_INIT };
    msrck_result result = MSRCK_OK;

    *program = NULL;
    if (pid > 0)
        run_search(&search);
    if (search.count > 0)
        *program = search.programs[0];
    else
        result = explain(&search, error);
    free(search.programs);
    return result;
}

msrck_result msrck_control_list(const char *directory, msrck_control ***programs, size_t *count, msrck_error *error)
{
    struct search search = { .given = directory, .refused = MSRCK_ERROR_INIT };

    run_search(&search);
    *programs = search.programs;
    *count = search.count;
    if (directory != NULL && search.count == 0 && search.refused.result != MSRCK_OK) {
        *error = search.refused;
        return error->result;
    }
    return MSRCK_OK;
}

void msrck_control_list_free(msrck_control **programs, size_t count)
{
    while (count > 0)
        msrck_control_close(programs[--count]);
    free(programs);
}
