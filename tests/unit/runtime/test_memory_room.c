/* SPDX-License-Identifier: MIT */
/* What is left for a second image: each bound alone and all together, from files as the kernel writes them. */
#include "runtime/memory_room.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MEBIBYTE ((uint64_t)1 << 20)

static char root[64];

static void make_root(void)
{
    strcpy(root, "/tmp/msrck_memory_room_XXXXXX");
    cr_assert(mkdtemp(root) != NULL);
}

static void remove_root(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", root);
    cr_assert_eq(system(command), 0);
}

/* Makes the folders, too. */
static void put(const char *path, const char *text)
{
    char place[256], *slash;
    FILE *file;

    snprintf(place, sizeof place, "%s%s", root, path);
    for (slash = strchr(place + strlen(root) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(place, 0700);
        *slash = '/';
    }
    file = fopen(place, "w");
    cr_assert(file != NULL, "%s", place);
    fputs(text, file);
    fclose(file);
}

TestSuite(memory_room, .init = make_root, .fini = remove_root);

Test(memory_room, nothing_is_known_where_there_is_nothing_to_read)
{
    struct memory_room room = msrck_memory_room(root);

    cr_assert_eq(room.left, UINT64_MAX);
    cr_assert_eq(room.needed, 0);
}

Test(memory_room, a_machine_has_what_is_available_and_its_free_swap)
{
    put("/proc/meminfo", "MemTotal:       16384 kB\nMemFree:         1024 kB\nMemAvailable:    8192 kB\nSwapTotal: 9 kB\nSwapFree:     1024 kB\n");
    put("/proc/self/status", "Name:\tx\nVmRSS:\t    9999 kB\nRssAnon:\t    5120 kB\nRssFile:\t 1 kB\n");
    put("/proc/sys/vm/overcommit_memory", "0\n");
    struct memory_room room = msrck_memory_room(root);

    cr_assert_eq(room.left, 9 * MEBIBYTE);
    cr_assert_eq(room.needed, 5 * MEBIBYTE);
}

Test(memory_room, a_machine_that_does_not_overcommit_has_no_more_than_it_may_promise)
{
    put("/proc/meminfo", "MemTotal: 16384 kB\nMemAvailable: 8192 kB\nSwapFree: 0 kB\nCommitLimit: 8192 kB\nCommitted_AS: 5120 kB\n");
    put("/proc/sys/vm/overcommit_memory", "1\n");
    cr_assert_eq(msrck_memory_room(root).left, 8 * MEBIBYTE);
    put("/proc/sys/vm/overcommit_memory", "2\n");
    cr_assert_eq(msrck_memory_room(root).left, 3 * MEBIBYTE);
    put("/proc/meminfo", "MemTotal: 16384 kB\nMemAvailable: 8192 kB\nSwapFree: 0 kB\nCommitLimit: 1024 kB\nCommitted_AS: 5120 kB\n");
    cr_assert_eq(msrck_memory_room(root).left, 0);
}

Test(memory_room, a_control_group_and_those_around_it_bound_it)
{
    put("/proc/self/cgroup", "0::/jobs/one\n");
    cr_assert_eq(msrck_memory_room(root).left, UINT64_MAX);
    put("/sys/fs/cgroup/jobs/one/memory.max", "max\n");
    put("/sys/fs/cgroup/jobs/one/memory.current", "1048576\n");
    cr_assert_eq(msrck_memory_room(root).left, UINT64_MAX);
    put("/sys/fs/cgroup/jobs/memory.max", "10485760\n");
    put("/sys/fs/cgroup/jobs/memory.current", "6291456\n");
    cr_assert_eq(msrck_memory_room(root).left, 4 * MEBIBYTE);
    /* Pages of files that nobody uses are no hindrance. */
    put("/sys/fs/cgroup/jobs/memory.stat", "anon 1\nactive_file 1048576\ninactive_file 2097152\n");
    cr_assert_eq(msrck_memory_room(root).left, 6 * MEBIBYTE);
    put("/sys/fs/cgroup/jobs/one/memory.high", "2097152\n");
    cr_assert_eq(msrck_memory_room(root).left, MEBIBYTE);
    put("/sys/fs/cgroup/jobs/one/memory.current", "9999999\n");
    cr_assert_eq(msrck_memory_room(root).left, 0);
}

Test(memory_room, groups_of_version_1_and_what_is_no_number_bound_nothing)
{
    put("/proc/self/cgroup", "12:memory:/jobs\n1:name=systemd:/x\n");
    put("/sys/fs/cgroup/jobs/memory.max", "1\n");
    cr_assert_eq(msrck_memory_room(root).left, UINT64_MAX);
    put("/proc/self/cgroup", "12:memory:/other\n0::/jobs\n");
    put("/sys/fs/cgroup/jobs/memory.max", "-5\n");
    put("/sys/fs/cgroup/jobs/memory.current", "1\n");
    cr_assert_eq(msrck_memory_room(root).left, UINT64_MAX);
    put("/proc/meminfo", "");
    cr_assert_eq(msrck_memory_room(root).left, UINT64_MAX);
}
