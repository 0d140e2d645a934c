/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "runtime/checkpoint_child.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failure.h"
#include "runtime/control_hooks.h"
#include "runtime/requests.h"
#include "runtime/session.h"

/* One at a time, which msrck_course_begin() sees to: a second process would race for the same path, and hold a second
 * image in memory.
 */
/*
 * A socket and not a pipe: the control thread looks at the outcome without taking it. Messages go through it whole.
 */
enum child_start msrck_child_start(struct session *session, msrck_error *error)
{
    int ends[2];
    pid_t process;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        msrck_fail_system(error, errno, "cannot start a process for the checkpoint");
        return CHILD_FAILED;
    }
    process = fork();
    if (process < 0) {
        msrck_fail_system(error, errno, "cannot start a process for the checkpoint");
        close(ends[0]);
        close(ends[1]);
        return CHILD_FAILED;
    }
    if (process == 0) {
        close(ends[0]);
        session->child = (struct checkpoint_child){ .inside = true, .pipe = ends[1] };
        msrck_requests_ignore(session);
        return CHILD_INSIDE;
    }
    close(ends[1]);
    session->child = (struct checkpoint_child){ .running = true, .process = process, .pipe = ends[0] };
    return CHILD_PARENT;
}

/* Readable, or closed by an end that is gone. */
static bool pipe_ready(int pipe_end, bool wait)
{
    struct pollfd waiting = { .fd = pipe_end, .events = POLLIN };
    int ready;

    do
        ready = poll(&waiting, 1, wait ? -1 : 0);
    while (ready < 0 && errno == EINTR);
    return ready != 0;
}

/* Anything but a whole report means that the process did not get to its end. */
static bool read_outcome(int pipe_end, struct checkpoint_outcome *outcome)
{
    ssize_t got;

    do
        got = recv(pipe_end, outcome, sizeof *outcome, 0);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *outcome;
}

/* The process ends right after its report. ECHILD: the program waits for all its processes, or ignores SIGCHLD. */
static bool collect_status(pid_t process, int *status)
{
    pid_t waited;

    do
        waited = waitpid(process, status, 0);
    while (waited < 0 && errno == EINTR);
    return waited == process;
}

/*
 * The pipe, not the process, says that it has ended: a program may wait for any child, or have its children discarded,
 * and waitpid() then knows nothing of ours.
 */
void msrck_child_reap(struct session *session, bool wait)
{
    struct checkpoint_child *child = &session->child;
    struct checkpoint_outcome outcome;
    bool reported, waited;
    int status = 0;

    if (!child->running || !pipe_ready(child->pipe, wait))
        return;
    msrck_control_reap(session);
    reported = read_outcome(child->pipe, &outcome);
    close(child->pipe);
    waited = collect_status(child->process, &status);
    child->running = false;
    if (!reported) {
        memset(&outcome, 0, sizeof outcome);
        outcome.error = (msrck_error)MSRCK_ERROR_INIT;
        outcome.report.total_ns = msrck_course_cost(session);
        if (waited && WIFSIGNALED(status))
            msrck_fail(&outcome.error, MSRCK_SYSTEM, "%s: the process that wrote it was ended by signal %d",
                       msrck_session_destination(session), WTERMSIG(status));
        else
            msrck_fail(&outcome.error, MSRCK_SYSTEM, "%s: the process that wrote it ended early",
                       msrck_session_destination(session));
    }
    msrck_course_end(session, msrck_session_destination(session), &outcome.error, &outcome.report,
                     outcome.report.total_ns);
}

void msrck_child_end(struct session *session, const msrck_error *error, const struct msrck_checkpoint_report *report)
{
    struct checkpoint_outcome outcome;
    ssize_t written;

    memset(&outcome, 0, sizeof outcome);
    outcome.error = *error;
    outcome.report = *report;
    outcome.report.total_ns = msrck_course_cost(session);
    /*
     * When the program is gone nobody wants to know, and a signal would make a finished checkpoint look like a crash.
     */
    do
        written = send(session->child.pipe, &outcome, sizeof outcome, MSG_NOSIGNAL);
    while (written < 0 && errno == EINTR);
    /* Not exit(): buffers of stdio and handlers at exit are the program's. */
    _exit(error->result == MSRCK_OK ? 0 : 1);
}
