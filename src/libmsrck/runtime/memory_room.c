/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* O_CLOEXEC */
#include "runtime/memory_room.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KIBIBYTE 1024u
#define LONGEST_FILE 8192u /* memory.stat and meminfo are half of that */

/* The beginning of a small file of the kernel, as text. Nothing is allocated: memory may be short. */
static bool read_text(const char *root, const char *path, const char *name, char text[LONGEST_FILE])
{
    char place[PATH_MAX];
    size_t length = 0;
    ssize_t got = 0;
    int descriptor, written = snprintf(place, sizeof place, "%s%s%s", root, path, name);

    if (written < 0 || (size_t)written >= sizeof place || (descriptor = open(place, O_RDONLY | O_CLOEXEC)) < 0)
        return false;
    while (length < LONGEST_FILE - 1 && (got = read(descriptor, text + length, LONGEST_FILE - 1 - length)) > 0)
        length += (size_t)got;
    close(descriptor);
    text[length] = '\0';
    return got >= 0 && length > 0;
}

/* "max" is no number. */
static bool parse_number(const char *text, uint64_t *number)
{
    text += strspn(text, " \t");
    if (*text < '0' || *text > '9')
        return false;
    *number = strtoull(text, NULL, 10);
    return true;
}

/* The number behind a word at the beginning of a line; 0 when it is not there. */
static uint64_t number_of(const char *text, const char *word)
{
    size_t length = strlen(word);
    uint64_t number;
    const char *line;

    for (line = text; line != NULL; line = (line = strchr(line, '\n')) != NULL ? line + 1 : NULL)
        if (strncmp(line, word, length) == 0 && parse_number(line + length, &number))
            return number;
    return 0;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/*
 * What is available without swapping, and swap. A machine that promises no more memory than it has (overcommit 2) bounds
 * promises, too: fork() makes some for every private page that can be written.
 */
static uint64_t machine_room(const char *root)
{
    char text[LONGEST_FILE], policy[LONGEST_FILE];
    uint64_t left, limit, promised;

    if (!read_text(root, "/proc/", "meminfo", text) || number_of(text, "MemTotal:") == 0)
        return UINT64_MAX;
    left = number_of(text, "MemAvailable:") + number_of(text, "SwapFree:");
    if (read_text(root, "/proc/sys/vm/", "overcommit_memory", policy) && policy[0] == '2') {
        limit = number_of(text, "CommitLimit:");
        promised = number_of(text, "Committed_AS:");
        left = smaller(left, limit > promised ? limit - promised : 0);
    }
    return left * KIBIBYTE;
}

/* One control group: its limit less what it uses; file pages that nobody uses would be dropped first. */
static uint64_t group_room(const char *root, const char *group)
{
    char text[LONGEST_FILE];
    uint64_t limit = UINT64_MAX, other, used;

    if (read_text(root, group, "/memory.max", text) && parse_number(text, &other))
        limit = other;
    if (read_text(root, group, "/memory.high", text) && parse_number(text, &other))
        limit = smaller(limit, other);
    if (limit == UINT64_MAX || !read_text(root, group, "/memory.current", text) || !parse_number(text, &used))
        return UINT64_MAX;
    if (read_text(root, group, "/memory.stat", text))
        used -= smaller(used, number_of(text, "inactive_file "));
    return limit > used ? limit - used : 0;
}

/* A group is bounded by those it is in as well. "0::/user.slice/job" is the line of version 2. */
static uint64_t groups_room(const char *root)
{
    char text[LONGEST_FILE], group[PATH_MAX];
    const char *line;
    uint64_t left = UINT64_MAX;
    char *slash;

    if (!read_text(root, "/proc/self/", "cgroup", text) || (line = strstr(text, "0::/")) == NULL ||
        (line != text && line[-1] != '\n'))
        return UINT64_MAX;
    snprintf(group, sizeof group, "/sys/fs/cgroup%.*s", (int)strcspn(line + 3, "\n"), line + 3);
    while ((slash = strrchr(group, '/')) != NULL && strlen(group) >= strlen("/sys/fs/cgroup")) {
        left = smaller(left, group_room(root, group));
        *slash = '\0';
    }
    return left;
}

/* Every page that one of both writes is copied while both live: the worst is all that is private and there. */
struct memory_room msrck_memory_room(const char *root)
{
    struct memory_room room = { 0, smaller(machine_room(root), groups_room(root)) };
    char text[LONGEST_FILE];

    if (read_text(root, "/proc/self/", "status", text))
        room.needed = number_of(text, "RssAnon:") * KIBIBYTE;
    return room;
}
