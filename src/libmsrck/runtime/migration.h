/* SPDX-License-Identifier: MIT */
/*
 * The source of a migration (docs/migration.md): the program stops at a poll-point, its checkpoint goes to `msrck
 * migrate` over a socket, and the program waits there to hear whether it is to leave or to go on.
 *
 * Usually a forked process collects and sends, so that the program itself has not moved when it goes on. With
 * checkpoint_in_place it does so itself, and goes on as after a checkpoint in place.
 */
#ifndef MSRCK_RUNTIME_MIGRATION_H
#define MSRCK_RUNTIME_MIGRATION_H

#include <msrck/msrck.h>

#include "file/sink.h"

struct session;
struct migration_state;

struct migration {
    int requested;                 /* socket plus one, from whoever takes requests; 0: none. Atomic */
    int under_way;                 /* 1 from the poll-point to the end, for who tells the program's state. Atomic */
    int limit;                     /* of silence, in milliseconds */
    int socket;                    /* of the migration at hand */
    uint64_t sent;                 /* bytes of the checkpoint */
    bool streaming;                /* the checkpoint that is written goes to the socket */
    bool inside;                   /* this process collects for a migration */
    bool leaving;                  /* the program goes on elsewhere: all functions return */
    bool doubtful;                 /* nobody knows where the program goes on: its state is to be saved, and it is to end */
    bool forked;                   /* this process is the forked one */
    struct migration_state *state; /* shared by both processes */
};

enum migration_end {
    MIGRATION_NONE,   /* nobody asked */
    MIGRATION_INSIDE, /* this process collects, and then calls msrck_migration_send() */
    MIGRATION_STAY,   /* go on */
    MIGRATION_LEAVE,  /* the program goes on elsewhere */
    MIGRATION_DOUBT   /* nobody knows: save the state to a file, and leave */
};

/*
 * From any thread: the program is to migrate over the socket, which is taken over, also on failure. Refused while another migration
 * waits for its poll-point.
 */
msrck_result msrck_migration_request(struct session *session, int socket, int limit, msrck_error *error);

/* From any thread: a request waits for its poll-point, or one is being met. */
bool msrck_migration_requested(const struct session *session);
bool msrck_migration_under_way(const struct session *session);

/* At a poll-point. Only the forked process, or one in place, gets MIGRATION_INSIDE; the program waits for the end. */
enum migration_end msrck_migration_begin(struct session *session);

/*
 * Sends what was collected, or `failure`, and waits for the word that ends it. In the forked process this does not return; in place it
 * says how the program goes on.
 */
enum migration_end msrck_migration_send(struct session *session, const msrck_error *failure);

/* Where the checkpoint of a migration goes. */
msrck_result msrck_migration_sink(struct session *session, struct sink **sink, msrck_error *error);

/* The end of a checkpoint: one that was taken in doubt ends the program if it is written, and is told as a failure. */
void msrck_migration_saved(struct session *session, bool written);

/* A request that found no poll-point any more. */
void msrck_migration_close(struct session *session);

#endif
