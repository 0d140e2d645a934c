/* SPDX-License-Identifier: MIT */
/*
 * The program's side of the control socket: requests that come with a wish (where to, stop or not) and want an answer.
 *
 * A thread accepts connections and reads messages. It changes nothing of the program: a request becomes an `asker` in a
 * table, and FLAG_CONTROL in msrck_flag. The program, at its next poll-point, chooses one of the requests
 * (msrck_control_next), begins the checkpoint, which takes along all askers that want the same (msrck_control_begin), and at its
 * end (msrck_control_end) those askers are answered. A checkpoint for another reason takes along the askers it
 * satisfies, too. Where a forked process writes, the thread itself looks at its outcome, so that an answer does not have to
 * wait for the program's next poll-point.
 *
 * ## Adding a kind of request
 *
 * A row in the table of control_requests.c: the kind's word, the keys it takes, whether it comes with a descriptor
 * (SCM_RIGHTS), and a function, called with the lock held, that answers. It may make the asker ASKER_PENDING, which a
 * checkpoint of the usual kind answers, or take the descriptor, hand it to the program under a flag of its own
 * (requests.h), and answer "accepted": all further words then go through that descriptor.
 *
 * ## Threads
 *
 * Everything in struct control_server is under its lock, but for what never changes. Only the server's thread closes
 * the sockets of askers. The lock is never held while anything waits. fork() takes it, so that the forked process finds
 * everything in order, and closes all of it there.
 */
#ifndef MSRCK_RUNTIME_CONTROL_HOOKS_H
#define MSRCK_RUNTIME_CONTROL_HOOKS_H

#include <stdbool.h>

#include <msrck/msrck.h>

struct session;
struct control_server;
struct checkpoint_outcome;

/*
 * Makes the socket and the thread. Where options name no directory, a failure leaves the program without a socket and
 * is none: a computation does not end because nobody can ask it.
 */
msrck_result msrck_control_start(struct session *session, msrck_error *error);
/* Askers that still wait are told that the program leaves; the socket is gone afterwards. */
void msrck_control_stop(struct session *session);

/* The session is ready to run, or to go on from a checkpoint, which is known now. */
void msrck_control_opened(struct session *session);

/* What the next checkpoint is to be. */
struct control_choice {
    char *path; /* owned, absolute; NULL: the usual one */
    bool stop;
};

/*
 * At a poll-point: true when a request can be met now. Not while a forked process writes: the flag comes back when that
 * has ended.
 */
bool msrck_control_next(struct session *session, struct control_choice *choice);
/* A checkpoint to session->destination begins, after which the program goes on or stops (session->stopping). */
void msrck_control_begin(struct session *session);
/* A forked process writes it; the program has paused for `pause` nanoseconds. */
void msrck_control_forked(struct session *session, uint64_t pause);
/* Nobody but the caller reads the socket of the forked process from here on. */
void msrck_control_reap(struct session *session);
/* It is written or has failed. The second call for the same checkpoint does nothing. */
void msrck_control_end(struct session *session, const struct checkpoint_outcome *outcome);

#endif
