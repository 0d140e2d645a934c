/* SPDX-License-Identifier: MIT */
#include "runtime/requests.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/failure.h"
#include "runtime/session.h"

/* Read by every poll-point of the program without a call; changed only by the functions of requests.h. */
volatile sig_atomic_t msrck_flag;

void msrck_request(void)
{
    msrck_flag_set(FLAG_REQUEST);
}

/* Nothing but an atomic or: the handler may interrupt the runtime itself, also while it collects. */
static void handle_signal(int number)
{
    (void)number;
    msrck_flag_set(FLAG_REQUEST);
}

/* SA_RESTART, so that a request never shows as EINTR in the program's own system calls. */
msrck_result msrck_requests_open(struct session *session, msrck_error *error)
{
    struct sigaction action;

    session->points_left = session->options.at;
    if (session->points_left > 0)
        msrck_flag_set(FLAG_COUNTING);
    if (session->options.signal < 0)
        return MSRCK_OK;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    if (sigaction(session->options.signal, &action, &session->former_action) != 0)
        return msrck_fail(error, MSRCK_MISUSE, "signal %d cannot request checkpoints: %s", session->options.signal,
                          strerror(errno));
    session->handler_installed = true;
    return MSRCK_OK;
}

/* The former action comes back, so that a signal that is late does what it did before msrck_init(). */
void msrck_requests_close(struct session *session)
{
    if (session->handler_installed)
        sigaction(session->options.signal, &session->former_action, NULL);
    session->handler_installed = false;
    __atomic_store_n(&msrck_flag, 0, __ATOMIC_SEQ_CST);
}

/* A terminal or a batch system signals whole process groups; the forked process is busy with the request before. */
void msrck_requests_ignore(const struct session *session)
{
    if (session->handler_installed)
        signal(session->options.signal, SIG_IGN);
}

/*
 * The bit is cleared before the checkpoint begins: a request that comes while one is written asks for another. The
 * count goes on while requests come, since --checkpoint-at means the N-th poll-point whatever else happens.
 */
bool msrck_requests_due(struct session *session)
{
    int flag = msrck_flag;

    if ((flag & FLAG_COUNTING) != 0 && --session->points_left == 0) {
        msrck_flag_clear(FLAG_COUNTING);
        flag |= FLAG_REQUEST;
    }
    if ((flag & FLAG_REQUEST) == 0)
        return false;
    msrck_flag_clear(FLAG_REQUEST);
    return true;
}
