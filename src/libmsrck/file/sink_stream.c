/* SPDX-License-Identifier: MIT */
/* The sink that writes to a descriptor: pipe, socket, device, or a file that somebody else opened. */
#include "file/sink_kind.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/allocation.h"

/* The kernel moves at most a little under 2 GiB at once. */
#define LARGEST_WRITE ((size_t)1 << 30)

struct stream_sink {
    struct sink head;
    int descriptor;
    bool owned;
    char *name;                     /* owned */
};

/*
 * SIGPIPE and SIGXFSZ held back in this thread, so that a reader that went away or a limit on file sizes ends the
 * checkpoint and not the program. Both are sent to the thread that writes.
 */
struct signal_guard {
    sigset_t before;                /* the thread's mask */
    sigset_t pending;               /* what was waiting already: not the guard's to take away */
    bool blocked;
};

static void guarded_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGPIPE);
    sigaddset(set, SIGXFSZ);
}

static void guard_begin(struct signal_guard *guard)
{
    sigset_t guarded;

    guarded_signals(&guarded);
    if (sigpending(&guard->pending) != 0)
        sigemptyset(&guard->pending);
    guard->blocked = pthread_sigmask(SIG_BLOCK, &guarded, &guard->before) == 0;
}

/*
 * A write that ended with EPIPE or EFBIG has raised its signal: that waits, and is taken away before the mask opens
 * again.
 */
static void guard_end(const struct signal_guard *guard, int code)
{
    static const struct timespec no_time = { 0, 0 };
    int raised = code == EPIPE ? SIGPIPE : code == EFBIG ? SIGXFSZ : 0;
    sigset_t taken;

    if (!guard->blocked)
        return;
    if (raised != 0 && sigismember(&guard->pending, raised) == 0) {
        sigemptyset(&taken);
        sigaddset(&taken, raised);
        while (sigtimedwait(&taken, NULL, &no_time) < 0 && errno == EINTR)
            continue;
    }
    pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

/* 0, or the errno value that ended the writing. */
static int write_all(int descriptor, const unsigned char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(descriptor, bytes, length < LARGEST_WRITE ? length : LARGEST_WRITE);
        struct pollfd waiting = { descriptor, POLLOUT, 0 };

        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        } else if (count == 0) {
            return ENOSPC;          /* nothing taken and no reason given: going on would never end */
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (poll(&waiting, 1, -1) < 0 && errno != EINTR)
                return errno;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

msrck_result msrck_write_descriptor(int descriptor, const unsigned char *bytes, size_t length, const char *name,
                                    msrck_error *error)
{
    struct signal_guard guard;
    int code;

    guard_begin(&guard);
    code = write_all(descriptor, bytes, length);
    guard_end(&guard, code);
    return code != 0 ? msrck_fail_system(error, code, "cannot write %s", name) : MSRCK_OK;
}

static msrck_result write_stream(struct sink *sink, const unsigned char *bytes, size_t length, msrck_error *error)
{
    struct stream_sink *stream = (struct stream_sink *)sink;

    return msrck_write_descriptor(stream->descriptor, bytes, length, stream->name, error);
}

static msrck_result commit_stream(struct sink *sink, msrck_error *error)
{
    struct stream_sink *stream = (struct stream_sink *)sink;
    msrck_result result = MSRCK_OK;

    /* After EINTR the descriptor is closed on Linux, and its bytes are with the kernel. */
    if (stream->owned && close(stream->descriptor) != 0 && errno != EINTR)
        result = msrck_fail_system(error, errno, "cannot write %s", stream->name);
    free(stream->name);
    free(stream);
    return result;
}

static void abort_stream(struct sink *sink)
{
    commit_stream(sink, NULL);
}

msrck_result msrck_sink_open_stream(int descriptor, bool owned, const char *name, struct sink **sink,
                                    msrck_error *error)
{
    static const struct sink_kind kind = { write_stream, commit_stream, abort_stream, NULL };
    struct stream_sink *made = msrck_allocate(1, sizeof *made);

    *sink = NULL;
    if (made != NULL)
        made->name = msrck_copy_text(name);
    if (made == NULL || made->name == NULL) {
        free(made);
        if (owned)
            close(descriptor);
        return msrck_fail_memory(error, sizeof *made, "a sink");
    }
    made->head.kind = &kind;
    made->descriptor = descriptor;
    made->owned = owned;
    *sink = &made->head;
    return MSRCK_OK;
}

msrck_result msrck_sink_open_descriptor(int descriptor, struct sink **sink, msrck_error *error)
{
    return msrck_sink_open_stream(descriptor, false, "the output", sink, error);
}
