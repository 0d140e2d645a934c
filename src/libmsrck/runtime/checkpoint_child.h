/* SPDX-License-Identifier: MIT */
/*
 * The forked process that holds the frozen image and writes it while the program goes on. It reports through a pipe, so
 * that the program learns the outcome even when somebody else has waited for the process.
 */
#ifndef MSRCK_RUNTIME_CHECKPOINT_CHILD_H
#define MSRCK_RUNTIME_CHECKPOINT_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include <msrck/msrck.h>

struct checkpoint_child {
    bool running; /* in the program: a process is writing */
    bool inside;  /* in the forked process itself */
    pid_t process;
    int pipe; /* a socket: the program's end for reading, or the process's for writing */
};

/* How a checkpoint went, wherever it was written. */
struct checkpoint_outcome {
    msrck_error error; /* result MSRCK_OK: it is written */
    struct msrck_checkpoint_report report; /* of a failure: total_ns, pause_ns and mode */
};

struct session;

enum child_start { CHILD_FAILED, CHILD_PARENT, CHILD_INSIDE };

/* Forks. No other process may be writing. */
enum child_start msrck_child_start(struct session *session, msrck_error *error);

/* Takes the outcome of a process that has ended, or waits for it to end. Nothing happens when there is none. */
void msrck_child_reap(struct session *session, bool wait);

/* In the forked process: reports and ends it. `error` tells whether writing succeeded. */
_Noreturn void msrck_child_end(struct session *session, const msrck_error *error,
                               const struct msrck_checkpoint_report *report);

#endif
