/* SPDX-License-Identifier: MIT */
/* Directories of any size on 32-bit machines too. */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#include "file/sink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

static char directory[] = "/tmp/test_sinks_XXXXXX";
static char target[64];
static msrck_error error = MSRCK_ERROR_INIT;
static struct sink *sink;

static void begin(void)
{
    cr_assert_not_null(mkdtemp(directory));
    snprintf(target, sizeof target, "%s/state.msrck", directory);
}

static void end(void)
{
    char command[64];

    snprintf(command, sizeof command, "rm -rf %s", directory);
    cr_assert_eq(system(command), 0);
}

static unsigned entries(void)
{
    DIR *open_directory = opendir(directory);
    unsigned count = 0;

    while (readdir(open_directory) != NULL)
        count++;
    closedir(open_directory);
    return count - 2;
}

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static void expect_file(const char *path, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(path, "r");

    cr_assert_not_null(file, "%s is missing", path);
    found[fread(found, 1, sizeof found - 1, file)] = '\0';
    fclose(file);
    cr_assert_str_eq(found, text);
}

TestSuite(sinks, .init = begin, .fini = end);

static void expect_replaced(bool sync)
{
    char second[64];
    struct stat status;

    /* Somebody else's name for the old file keeps it. */
    snprintf(second, sizeof second, "%s/second", directory);
    put_file(target, "old");
    cr_assert_eq(link(target, second), 0);
    cr_assert_eq(msrck_sink_open_file(target, sync, &sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_sink_write(sink, "new ", 4, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "state", 5, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_written(sink), 9);
    expect_file(target, "old");
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK, "%s", error.message);
    expect_file(target, "new state");
    expect_file(second, "old");
    cr_assert_eq(entries(), 2);
    stat(target, &status);
    cr_assert_eq(status.st_mode & 0777, 0600);
    cr_assert_eq(status.st_nlink, 1);
}

Test(sinks, a_file_appears_whole_at_commit_and_not_before)
{
    expect_replaced(true);
}

Test(sinks, the_same_holds_for_one_that_is_not_synced)
{
    expect_replaced(false);
}

Test(sinks, a_file_that_went_meanwhile_is_no_obstacle)
{
    put_file(target, "old");
    cr_assert_eq(msrck_sink_open_file(target, false, &sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_sink_write(sink, "new", 3, &error), MSRCK_OK);
    cr_assert_eq(unlink(target), 0);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK, "%s", error.message);
    expect_file(target, "new");
    cr_assert_eq(entries(), 1);
}

Test(sinks, an_aborted_file_leaves_the_old_one_and_nothing_else)
{
    put_file(target, "old");
    cr_assert_eq(msrck_sink_open_file(target, false, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "new", 3, &error), MSRCK_OK);
    cr_assert_eq(entries(), 2);
    msrck_sink_abort(sink);
    expect_file(target, "old");
    cr_assert_eq(entries(), 1);
    msrck_sink_abort(NULL);
}

Test(sinks, two_files_for_one_target_do_not_disturb_each_other)
{
    struct sink *second;

    cr_assert_eq(msrck_sink_open_file(target, false, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_open_file(target, false, &second, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "one", 3, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(second, "two", 3, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_commit(second, &error), MSRCK_OK);
    expect_file(target, "two");
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK);
    expect_file(target, "one");
    cr_assert_eq(entries(), 1);
}

Test(sinks, a_relative_path_holds_when_the_working_directory_changes)
{
    cr_assert_eq(chdir(directory), 0);
    cr_assert_eq(msrck_sink_open_file("state.msrck", true, &sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_sink_write(sink, "state", 5, &error), MSRCK_OK);
    cr_assert_eq(chdir("/"), 0);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK, "%s", error.message);
    expect_file(target, "state");
}

/* A file of that name in the test's directory. */
static void put_beside(const char *name)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    put_file(path, "left behind");
}

Test(sinks, what_a_killed_process_left_goes_with_the_next_sink)
{
    put_beside(".state.msrck.msrck-1-0");
    put_beside(".state.msrck.msrck-4194999-12");
    cr_assert_eq(msrck_sink_open_file(target, false, &sink, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(entries(), 1);
    msrck_sink_abort(sink);
    cr_expect_eq(entries(), 0);
}

Test(sinks, files_that_only_look_like_temporaries_stay)
{
    put_beside(".state.msrck.msrck-1");
    put_beside(".state.msrck.msrck-1-x");
    put_beside(".state.msrck.msrck-1-2-3");
    put_beside(".other.msrck.msrck-1-0");
    put_beside("state.msrck.msrck-1-0");
    cr_assert_eq(msrck_sink_open_file(target, false, &sink, &error), MSRCK_OK);
    msrck_sink_abort(sink);
    cr_expect_eq(entries(), 5);
}

Test(sinks, temporaries_of_others_at_work_stay)
{
    struct sink *other;

    cr_assert_eq(msrck_sink_open_file(target, false, &other, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_open_file(target, false, &sink, &error), MSRCK_OK);
    cr_expect_eq(entries(), 2);
    cr_expect_eq(msrck_sink_commit(other, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(msrck_sink_commit(sink, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(entries(), 1);
}

Test(sinks, the_longest_name_leaves_room_for_the_temporary)
{
    char path[400];

    snprintf(path, sizeof path, "%s/%0255d", directory, 1);
    cr_assert_eq(msrck_sink_open_file(path, false, &sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(access(path, F_OK), 0);
}

Test(sinks, a_symbolic_link_stays_and_its_file_is_replaced)
{
    char link_path[64];
    struct stat status;

    snprintf(link_path, sizeof link_path, "%s/latest", directory);
    put_file(target, "old");
    cr_assert_eq(symlink("state.msrck", link_path), 0);
    cr_assert_eq(msrck_sink_open_file(link_path, true, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "new", 3, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK, "%s", error.message);
    expect_file(target, "new");
    cr_assert_eq(lstat(link_path, &status), 0);
    cr_assert(S_ISLNK(status.st_mode));
}

static void expect_refused(const char *path, const char *reason)
{
    error = (msrck_error)MSRCK_ERROR_INIT;
    sink = (struct sink *)&error;
    cr_assert_eq(msrck_sink_open_file(path, true, &sink, &error), MSRCK_SYSTEM);
    cr_assert_null(sink);
    cr_assert_not_null(strstr(error.message, path), "%s", error.message);
    cr_assert_not_null(strstr(error.message, reason), "%s", error.message);
}

Test(sinks, a_place_that_cannot_hold_a_file_is_named_with_the_reason)
{
    char path[128];

    snprintf(path, sizeof path, "%s/missing/state.msrck", directory);
    expect_refused(path, strerror(ENOENT));
    put_file(target, "a file");
    snprintf(path, sizeof path, "%s/state", target);
    expect_refused(path, strerror(ENOTDIR));
    expect_refused(directory, strerror(EISDIR));
    snprintf(path, sizeof path, "%s/dangling", directory);
    cr_assert_eq(symlink("nowhere", path), 0);
    expect_refused(path, strerror(ENOENT));
    expect_refused("", strerror(ENOENT));
}

static void expect_directory_to_stay(bool sync)
{
    put_file(target, "old");
    cr_assert_eq(msrck_sink_open_file(target, sync, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "new", 3, &error), MSRCK_OK);
    /* Somebody made a directory of that name meanwhile. */
    cr_assert_eq(unlink(target), 0);
    cr_assert_eq(mkdir(target, 0700), 0);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_SYSTEM);
    cr_assert_not_null(strstr(error.message, target), "%s", error.message);
    cr_assert_eq(entries(), 1);
    cr_assert_eq(rmdir(target), 0);
}

Test(sinks, a_rename_that_fails_takes_the_temporary_away)
{
    expect_directory_to_stay(true);
    expect_directory_to_stay(false);
}

Test(sinks, a_full_device_is_an_error_with_its_path)
{
    cr_assert_eq(msrck_sink_open_file("/dev/full", true, &sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_sink_write(sink, "state", 5, &error), MSRCK_SYSTEM);
    cr_assert_not_null(strstr(error.message, "/dev/full"), "%s", error.message);
    cr_assert_not_null(strstr(error.message, strerror(ENOSPC)), "%s", error.message);
    msrck_sink_abort(sink);
}

Test(sinks, a_device_is_written_and_not_replaced)
{
    struct stat status;

    cr_assert_eq(msrck_sink_open_file("/dev/null", true, &sink, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_sink_write(sink, "state", 5, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK);
    cr_assert_eq(stat("/dev/null", &status), 0);
    cr_assert(S_ISCHR(status.st_mode));
}

Test(sinks, a_slow_non_blocking_pipe_takes_everything)
{
    static unsigned char bytes[1 << 20], got[1 << 20];
    int ends[2], status;
    size_t have = 0;
    ssize_t count;
    pid_t child;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 7 / 3);
    cr_assert_eq(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        fcntl(ends[1], F_SETFL, O_NONBLOCK);
        if (msrck_sink_open_descriptor(ends[1], &sink, &error) != MSRCK_OK ||
            msrck_sink_write(sink, bytes, sizeof bytes, &error) != MSRCK_OK)
            _exit(1);
        _exit(msrck_sink_commit(sink, &error) != MSRCK_OK);
    }
    close(ends[1]);
    while ((count = read(ends[0], got + have, sizeof got - have < 5000 ? sizeof got - have : 5000)) > 0)
        have += (size_t)count;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    cr_assert_eq(have, sizeof bytes);
    cr_assert_eq(memcmp(bytes, got, have), 0);
}

Test(sinks, a_pipe_without_a_reader_is_an_error_and_not_a_signal)
{
    sigset_t pending;
    int ends[2];

    signal(SIGPIPE, SIG_DFL);
    cr_assert_eq(pipe(ends), 0);
    close(ends[0]);
    cr_assert_eq(msrck_sink_open_descriptor(ends[1], &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "state", 5, &error), MSRCK_SYSTEM);
    cr_assert_not_null(strstr(error.message, strerror(EPIPE)), "%s", error.message);
    msrck_sink_abort(sink);
    sigpending(&pending);
    cr_assert_eq(sigismember(&pending, SIGPIPE), 0);
    cr_assert_eq(fcntl(ends[1], F_GETFD) >= 0, 1, "the descriptor stays the caller's");
}

Test(sinks, a_limit_on_file_sizes_is_an_error_and_not_a_signal)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_DFL);
    cr_assert_eq(msrck_sink_open_file(target, true, &sink, &error), MSRCK_OK);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 3;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_eq(msrck_sink_write(sink, "state", 5, &error), MSRCK_SYSTEM);
    limit.rlim_cur = limit.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_not_null(strstr(error.message, strerror(EFBIG)), "%s", error.message);
    msrck_sink_abort(sink);
    cr_assert_eq(entries(), 0);
}

Test(sinks, memory_keeps_what_it_had_when_aborted)
{
    struct byte_buffer buffer = BYTE_BUFFER_INIT;

    msrck_buffer_append(&buffer, "before ", 7);
    cr_assert_eq(msrck_sink_open_memory(&buffer, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "lost", 4, &error), MSRCK_OK);
    msrck_sink_abort(sink);
    cr_assert_str_eq(msrck_buffer_text(&buffer), "before ");
    cr_assert_eq(msrck_sink_open_memory(&buffer, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "after", 5, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK);
    cr_assert_str_eq(msrck_buffer_text(&buffer), "before after");
    msrck_buffer_free(&buffer);
}

static int refuse_after_one(void *context, const void *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    return ++*(int *)context > 1 ? EDQUOT : 0;
}

Test(sinks, a_callback_ends_the_writing_with_its_reason)
{
    int calls = 0;

    cr_assert_eq(msrck_sink_open_callback(refuse_after_one, &calls, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "one", 3, &error), MSRCK_OK);
    cr_assert_eq(msrck_sink_write(sink, "two", 3, &error), MSRCK_SYSTEM);
    cr_assert_not_null(strstr(error.message, strerror(EDQUOT)), "%s", error.message);
    cr_assert_eq(msrck_sink_written(sink), 3);
    msrck_sink_abort(sink);
}
