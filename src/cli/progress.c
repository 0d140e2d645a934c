/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

enum when { WHEN_TERMINAL = 0, WHEN_ALWAYS = 1, WHEN_NEVER = 2 };

struct progress_choice { unsigned when; };

static struct progress_choice choice;

static const struct option rows[] = {
    { "progress", 0, OPTION_CHOICE, WHEN_ALWAYS, offsetof(struct progress_choice, when), NULL,
      "tell how far reading has come, also where standard error is no terminal" },
    { "no-progress", 0, OPTION_CHOICE, WHEN_NEVER, offsetof(struct progress_choice, when), NULL,
      "do not tell how far reading has come" },
};

const struct option_group progress_options = { "progress", rows, sizeof rows / sizeof rows[0] };

void *progress_target(void)
{
    return &choice;
}

#define SHOWN_AFTER_NS INT64_C(1000000000)
#define SHOWN_EVERY_NS INT64_C(200000000)

/* The reader that is watched; the tool has one thread. */
static struct {
    const char *file;
    uint64_t whole;                 /* bytes of one pass */
    int64_t next;                   /* when the line is to be written again, on the monotonic clock */
    bool shown;                     /* a line stands there */
} watched;

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void show(void *context, uint64_t bytes)
{
    int64_t time = now();

    (void)context;
    if (time < watched.next)
        return;
    watched.next = time + SHOWN_EVERY_NS;
    watched.shown = true;
    /* Who follows pointers decodes some bytes more than once: then only the amount means something. */
    if (bytes <= watched.whole)
        fprintf(stderr, "\r\033[Kmsrck: %s: %.0f %%, %.1f of %.1f MiB", output_file_name(watched.file),
                100.0 * (double)bytes / (double)watched.whole, (double)bytes / 1048576,
                (double)watched.whole / 1048576);
    else
        fprintf(stderr, "\r\033[Kmsrck: %s: %.1f MiB", output_file_name(watched.file), (double)bytes / 1048576);
    fflush(stderr);
}

void progress_watch(msrck_reader *reader, const char *file)
{
    progress_end();
    if (choice.when == WHEN_NEVER || (choice.when == WHEN_TERMINAL && isatty(STDERR_FILENO) != 1))
        return;
    watched.file = file;
    watched.whole = msrck_reader_raw_bytes(reader);
    watched.next = now() + SHOWN_AFTER_NS;
    msrck_reader_watch(reader, show, NULL);
}

void progress_end(void)
{
    if (watched.shown)
        fputs("\r\033[K", stderr);
    watched.shown = false;
}
