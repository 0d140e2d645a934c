/* SPDX-License-Identifier: MIT */
#include "run_program.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text_builder.h"

/* ---- Arguments ---- */

void program_add(struct program_arguments *arguments, const char *text)
{
    if (arguments->count + 1 >= arguments->capacity) {
        arguments->capacity = arguments->capacity * 2 + 32;
        arguments->items = storage_resize(arguments->items, arguments->capacity, sizeof *arguments->items);
    }
    arguments->items[arguments->count++] = text;
    arguments->items[arguments->count] = NULL;
}

void program_add_pair(struct program_arguments *arguments, const char *text, const char *value)
{
    program_add(arguments, text);
    if (value != NULL)
        program_add(arguments, value);
}

void program_own(struct program_arguments *arguments, char *text)
{
    arguments->owned = storage_resize(arguments->owned, arguments->owned_count + 1, sizeof *arguments->owned);
    arguments->owned[arguments->owned_count++] = text;
    program_add(arguments, text);
}

void program_add_words(struct program_arguments *arguments, const char *text)
{
    while (*text != '\0') {
        size_t blanks = strspn(text, " \t\n"), length = strcspn(text + blanks, " \t\n");

        if (length > 0)
            program_own(arguments, storage_copy_range(text + blanks, length));
        text += blanks + length;
    }
}

void program_free(struct program_arguments *arguments)
{
    for (size_t i = 0; i < arguments->owned_count; i++)
        free(arguments->owned[i]);
    free(arguments->owned);
    free(arguments->items);
    memset(arguments, 0, sizeof *arguments);
}

/* ---- Temporary files ---- */

/* Everything that the signal handler needs: no more files than steps for one command line. */
static char directory[4096];
static char **files;
static volatile sig_atomic_t file_count;
static size_t file_capacity;
static volatile sig_atomic_t running_child;

static void remove_files(void)
{
    for (sig_atomic_t i = 0; i < file_count; i++)
        unlink(files[i]);
    if (directory[0] != '\0')
        rmdir(directory);
}

/* Ends the compiler first, since it might write a file after it was removed. Then dies of the signal. */
static void on_signal(int number)
{
    if (running_child > 0) {
        kill((pid_t)running_child, number);
        while (waitpid((pid_t)running_child, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    remove_files();
    signal(number, SIG_DFL);
    raise(number);
}

static void catch_signals(void)
{
    static const int caught[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGXCPU };
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++)
        sigaddset(&action.sa_mask, caught[i]);
    for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++) {
        struct sigaction old;

        /* What make or nohup ignores stays ignored. */
        if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(caught[i], &action, NULL);
    }
}

static bool make_directory(void)
{
    const char *parent = getenv("TMPDIR");

    if (parent == NULL || parent[0] == '\0')
        parent = "/tmp";
    catch_signals();
    if ((size_t)snprintf(directory, sizeof directory, "%s/msrck-cc-XXXXXX", parent) >= sizeof directory ||
        mkdtemp(directory) == NULL) {
        fprintf(stderr, "msrck cc: %s: cannot make a temporary directory: %s\n", parent, strerror(errno));
        directory[0] = '\0';
        return false;
    }
    return true;
}

const char *temporary_path(const char *name)
{
    sigset_t all, before;

    if (directory[0] == '\0' && !make_directory())
        return NULL;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    if ((size_t)file_count == file_capacity) {
        file_capacity = file_capacity * 2 + 32;
        files = storage_resize(files, file_capacity, sizeof *files);
    }
    files[file_count] = storage_format("%s/%d-%s", directory, (int)file_count, name);
    file_count++;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return files[file_count - 1];
}

/* Options may make the compiler put more files beside its output. */
static void remove_others(void)
{
    DIR *open = directory[0] != '\0' ? opendir(directory) : NULL;
    struct dirent *entry;

    while (open != NULL && (entry = readdir(open)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(open), entry->d_name, 0);
    if (open != NULL)
        closedir(open);
}

void temporary_remove(void)
{
    remove_others();
    remove_files();
    for (sig_atomic_t i = 0; i < file_count; i++)
        free(files[i]);
    free(files);
    files = NULL;
    file_count = 0;
    file_capacity = 0;
    directory[0] = '\0';
}

/* ---- Running ---- */

int program_become(const struct program_arguments *arguments)
{
    execvp(arguments->items[0], (char *const *)(void *)arguments->items);
    fprintf(stderr, "msrck cc: %s: %s\n", arguments->items[0], strerror(errno));
    return 127;
}

/* The child; its standard output goes to `output`, its messages to `errors`, unless that is negative. A signal between fork and the note of the child's number must not be lost. */
static pid_t start(const struct program_arguments *arguments, int output, int errors)
{
    sigset_t all, before;
    pid_t child;

    fflush(NULL);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    child = fork();
    if (child == 0) {
        static const int caught[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGXCPU };

        for (size_t i = 0; i < sizeof caught / sizeof caught[0]; i++) {
            struct sigaction old;

            if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler == on_signal)
                signal(caught[i], SIG_DFL);
        }
        sigprocmask(SIG_SETMASK, &before, NULL);
        if (output >= 0)
            dup2(output, STDOUT_FILENO);
        if (errors >= 0)
            dup2(errors, STDERR_FILENO);
        _exit(program_become(arguments));
    }
    running_child = child > 0 ? child : 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (child < 0)
        fprintf(stderr, "msrck cc: cannot start %s: %s\n", arguments->items[0], strerror(errno));
    return child;
}

static int wait_for(pid_t child)
{
    int status;

    if (child < 0)
        return 127;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 127;
    running_child = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int program_run(const struct program_arguments *arguments)
{
    return wait_for(start(arguments, -1, -1));
}

int program_run_quietly(const struct program_arguments *arguments)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), status = wait_for(start(arguments, -1, nowhere));

    if (nowhere >= 0)
        close(nowhere);
    return status;
}

int program_ask(const struct program_arguments *arguments, char **output)
{
    text_builder answer = { NULL, 0, 0 };
    char chunk[4096];
    ssize_t got;
    int ends[2], status;
    pid_t child;

    *output = NULL;
    if (pipe(ends) != 0)
        return 127;
    child = start(arguments, ends[1], -1);
    close(ends[1]);
    while ((got = read(ends[0], chunk, sizeof chunk)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0)
            text_add_range(&answer, chunk, (size_t)got);
    close(ends[0]);
    status = wait_for(child);
    while (answer.length > 0 && answer.text[answer.length - 1] == '\n')
        answer.text[--answer.length] = '\0';
    *output = text_take(&answer);
    return status;
}
