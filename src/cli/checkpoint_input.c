/* SPDX-License-Identifier: MIT */
#include "checkpoint_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "progress.h"

static const struct option rows[] = {
    { "max-metadata", 0, OPTION_SIZE, 0, offsetof(msrck_limits, metadata_bytes), "SIZE",
      "refuse larger metadata sections (default 256MiB)" },
    { "max-chunk", 0, OPTION_SIZE, 0, offsetof(msrck_limits, chunk_bytes), "SIZE",
      "refuse larger chunks (default 1GiB)" },
    { "max-blocks", 0, OPTION_COUNT, 0, offsetof(msrck_limits, blocks), "N", "refuse more blocks (default 2^40)" },
    { "max-memory", 0, OPTION_SIZE, 0, offsetof(msrck_limits, memory_bytes), "SIZE",
      "memory for decoded data (default 32MiB)" },
};

const struct option_group limit_options = { "limits", rows, sizeof rows / sizeof rows[0] };

#define MOST_THREADS 256u

/* The tool opens all its files alike. */
static struct thread_choice { uint64_t threads; } choice;

static const struct option thread_rows[] = {
    { "threads", 0, OPTION_COUNT, MOST_THREADS, offsetof(struct thread_choice, threads), "N",
      "threads that decompress, and compress (default 1)" },
};

const struct option_group thread_options = { "threads", thread_rows, sizeof thread_rows / sizeof thread_rows[0] };

void *thread_target(void)
{
    return &choice;
}

unsigned checkpoint_threads(void)
{
    return choice.threads == 0 ? 1 : (unsigned)choice.threads;
}

msrck_result checkpoint_open_descriptor(int descriptor, const msrck_limits *limits, msrck_reader **reader,
                                        msrck_error *error)
{
    msrck_reader_options options = MSRCK_READER_OPTIONS_INIT;

    options.limits = limits;
    options.threads = checkpoint_threads();
    return msrck_reader_open_descriptor_with(descriptor, &options, reader, error);
}

/* The tool's own way to say that the system refused. */
static msrck_result refuse(msrck_error *error, const char *reason)
{
    error->result = MSRCK_SYSTEM;
    snprintf(error->message, sizeof error->message, "%s", reason);
    return MSRCK_SYSTEM;
}

static msrck_result open_input(const char *path, const msrck_limits *limits, struct checkpoint_input *input,
                               msrck_error *error)
{
    struct stat status;

    input->reader = NULL;
    input->descriptor = -1;
    if (strcmp(path, "-") == 0)
        return checkpoint_open_descriptor(STDIN_FILENO, limits, &input->reader, error);
    input->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (input->descriptor < 0)
        return refuse(error, strerror(errno));
    if (fstat(input->descriptor, &status) == 0 && S_ISDIR(status.st_mode))
        return refuse(error, strerror(EISDIR));
    return checkpoint_open_descriptor(input->descriptor, limits, &input->reader, error);
}

msrck_result checkpoint_open(const char *path, const msrck_limits *limits, struct checkpoint_input *input,
                             msrck_error *error)
{
    msrck_result result = open_input(path, limits, input, error);

    if (result == MSRCK_OK)
        progress_watch(input->reader, path);
    return result;
}

void checkpoint_close(struct checkpoint_input *input)
{
    progress_end();
    msrck_reader_close(input->reader);
    if (input->descriptor >= 0)
        close(input->descriptor);
}
