/* SPDX-License-Identifier: MIT */
#include "runtime/requests.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "runtime/control_hooks.h"
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
    msrck_flag_set(number == msrck_the_session.options.stop_signal ? FLAG_REQUEST | FLAG_STOP : FLAG_REQUEST);
}

static bool is_signal(int number)
{
    return number > 0;
}

/* SA_RESTART, so that a request never shows as EINTR in the program's own system calls. */
static msrck_result install(int number, struct sigaction *former, bool *installed, msrck_error *error)
{
    struct sigaction action;

    if (!is_signal(number))
        return MSRCK_OK;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, &action, former) != 0)
        return msrck_fail(error, MSRCK_MISUSE, "signal %d cannot request checkpoints: %s", number, strerror(errno));
    *installed = true;
    return MSRCK_OK;
}

/* One signal for both asks for the end as well. */
msrck_result msrck_requests_open(struct session *session, msrck_error *error)
{
    const struct program_options *options = &session->options;
    msrck_result result = MSRCK_OK;

    session->points_left = options->at;
    if (session->points_left > 0)
        msrck_flag_set(FLAG_COUNTING);
    if (options->signal != options->stop_signal)
        result = install(options->signal, &session->former_action, &session->handler_installed, error);
    if (result == MSRCK_OK)
        result = install(options->stop_signal, &session->former_stop_action, &session->stop_handler_installed, error);
    return result;
}

/* The former action comes back, so that a signal that is late does what it did before msrck_init(). */
void msrck_requests_close(struct session *session)
{
    if (session->handler_installed)
        sigaction(session->options.signal, &session->former_action, NULL);
    if (session->stop_handler_installed)
        sigaction(session->options.stop_signal, &session->former_stop_action, NULL);
    session->handler_installed = session->stop_handler_installed = false;
    __atomic_store_n(&msrck_flag, 0, __ATOMIC_SEQ_CST);
}

/* A terminal or a batch system signals whole process groups; the forked process is busy with the request before. */
void msrck_requests_ignore(const struct session *session)
{
    if (session->handler_installed)
        signal(session->options.signal, SIG_IGN);
    if (session->stop_handler_installed)
        signal(session->options.stop_signal, SIG_IGN);
}

/*
 * The bit is cleared before the checkpoint begins: a request that comes while one is written asks for another. The
 * count goes on while requests come, since --checkpoint-at means the N-th poll-point whatever else happens.
 */
bool msrck_requests_due(struct session *session)
{
    struct control_choice choice = { NULL, false };
    int flag = msrck_flag;
    bool counted = false, due, asked, deadline;

    if ((flag & FLAG_COUNTING) != 0 && --session->points_left == 0) {
        msrck_flag_clear(FLAG_COUNTING);
        counted = true;
    }
    if ((flag & (FLAG_REQUEST | FLAG_TIMER | FLAG_CONTROL)) == 0 && !counted)
        return false;
    /* Taken and cleared in one: a signal in between is in the next poll-point's flag. */
    flag = __atomic_fetch_and(&msrck_flag, ~(FLAG_REQUEST | FLAG_TIMER | FLAG_STOP | FLAG_CONTROL), __ATOMIC_SEQ_CST);
    due = msrck_course_due(session, (flag & FLAG_REQUEST) != 0, &deadline) || counted || (flag & FLAG_STOP) != 0;
    /* The usual checkpoint first: it may be what the asker wants, too. Its end brings up the others again. */
    asked = (flag & FLAG_CONTROL) != 0 && !due && msrck_control_next(session, &choice);
    free(session->next_destination);
    session->next_destination = choice.path;
    session->stopping = session->options.stop || (flag & FLAG_STOP) != 0 || deadline || choice.stop;
    return due || asked;
}
