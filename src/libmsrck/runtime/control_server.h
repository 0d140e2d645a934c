/* SPDX-License-Identifier: MIT */
/* What the files of the control server share: its state. See control_hooks.h. */
#ifndef MSRCK_RUNTIME_CONTROL_SERVER_H
#define MSRCK_RUNTIME_CONTROL_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include <msrck/msrck.h>

#include "runtime/checkpoint_child.h"
#include "runtime/control_directory.h"
#include "runtime/control_message.h"

/* More wait in the kernel's queue until one of these has left. */
#define CONTROL_ASKERS 16u

enum asker_state {
    ASKER_FREE,
    ASKER_IDLE,    /* connected; has nothing asked that is not answered */
    ASKER_PENDING, /* its request waits for a poll-point */
    ASKER_SERVED   /* its checkpoint is being written */
};

struct asker {
    enum asker_state state;
    int socket;     /* -1: it has left, and its request stands */
    uint64_t since; /* monotonic nanoseconds: of the state */
    bool waits;     /* for the outcome; the request is withdrawn when it leaves before the checkpoint begins */
    bool stop;
    char *path; /* owned, absolute; NULL: the usual one */
};

/* What the program tells of itself. */
struct control_facts {
    bool resuming; /* reads its checkpoint; from then on msrck_flag tells */
    bool writing, stopping;
    unsigned long long checkpoints, failures;
    char *destination;                  /* of the one that is written or was last, absolute; owned */
    struct checkpoint_outcome outcome;  /* of the last one */
    uint64_t ended;                     /* when, nanoseconds since the Epoch; 0: there was none */
    uint64_t started;                   /* the program, nanoseconds since the Epoch */
    uint64_t pause;                     /* of the one that is written */
};

/* A socket of the server, and how it is known again. */
struct held_socket {
    int descriptor;
    uint64_t device;
    uint64_t inode; /* not ino_t, whose width depends on who includes this */
};

struct control_server {
    pthread_t thread;
    pthread_mutex_t lock;
    bool ended; /* the thread is to end */

    int directory;
    char *directory_path; /* owned */
    char name[CONTROL_NAME_MOST];
    struct held_socket listener;
    struct held_socket waker, sleeper; /* a byte that goes in at the one makes the thread look, at the other */
    int child;          /* where the outcome of a forked process arrives; -1: none, or it was looked at */

    const struct program_options *options; /* the session's; they do not change while the server lives */
    char *resumed_from;                    /* absolute, owned; NULL: began anew */
    uint64_t deadline;                     /* nanoseconds since the Epoch; 0: none */
    char *usual;                           /* absolute path of options->checkpoint_to; owned */
    struct control_facts facts;
    struct asker askers[CONTROL_ASKERS];
    struct control_message outgoing;
    char incoming[CONTROL_MESSAGE_MOST + 1];
};

/* All of these are called with the lock held. */

/* ---- control_requests.c ---- */

/* A message of the asker, `length` bytes in server->incoming; `descriptor` came with it, or is -1, and is taken over. */
void msrck_control_receive(struct control_server *server, struct asker *asker, size_t length, int descriptor);
/* The asker has gone, or is sent away. */
void msrck_control_leave(struct control_server *server, struct asker *asker);
/* Answers all askers whose checkpoint this was and notes it; nothing when none is being written. */
void msrck_control_record_end(struct control_server *server, const struct checkpoint_outcome *outcome);
/* Every request that has not been met fails for this reason. */
void msrck_control_fail_pending(struct control_server *server, const char *reason);
/* True when a request waits for a poll-point. */
bool msrck_control_pending(const struct control_server *server);

/* ---- control_status.c ---- */

void msrck_control_status(const struct control_server *server, struct control_message *message);
/* The fields of an outcome, each key with the prefix. */
void msrck_control_outcome(struct control_message *message, const char *prefix, const struct checkpoint_outcome *outcome,
                           const char *path);

/* ---- control_server.c ---- */

/* Sends server->outgoing. An asker that cannot take it has itself to blame and is sent away. */
void msrck_control_send(struct control_server *server, struct asker *asker);
void msrck_control_state(struct asker *asker, enum asker_state state);

#endif
