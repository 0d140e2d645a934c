/* SPDX-License-Identifier: MIT */
/* msrck migrate: the link to the destination, and the conversation with both programs. docs/migration.md */
#ifndef MSRCK_CLI_MIGRATE_H
#define MSRCK_CLI_MIGRATE_H

#include <stdbool.h>
#include <sys/types.h>

#include <msrck/result.h>
#include <msrck/tls.h>
#include <msrck/transfer.h>

/* ---- The link to the destination ---- */

enum migrate_answer {
    ANSWER_NONE,                    /* not in that time */
    ANSWER_WAITING,
    ANSWER_ACCEPTED,
    ANSWER_READY,
    ANSWER_GONE,
    ANSWER_REFUSED,                 /* link.code and link.sentence */
    ANSWER_END                      /* the destination has closed, or was cut off */
};

struct migrate_link {
    const char *address;            /* of TCP; NULL: a command */
    const char *key;                /* path; borrowed, as the address */
    int limit;                      /* of silence, in milliseconds */
    msrck_tls_link *tls;
    pid_t process;                  /* of the command */
    int to, from;                   /* its standard input and output; -1: closed */
    char line[MSRCK_TRANSFER_ANSWER_MOST + 1]; /* what arrived and is no whole line yet */
    size_t used;
    int code;                       /* of a refusal: an exit code */
    char sentence[MSRCK_TRANSFER_ANSWER_MOST + 1];
};

/* Starts the command, or connects to "tcp:HOST:PORT". */
msrck_result migrate_link_open(struct migrate_link *link, const char *to, const char *key, int limit,
                               msrck_error *error);
/* TCP only: another connection to the same place. */
msrck_result migrate_link_again(struct migrate_link *link, int limit, msrck_error *error);
/* Magic and HELO. */
msrck_result migrate_link_hello(struct migrate_link *link, const unsigned char id[MSRCK_TRANSFER_ID_SIZE], bool again,
                                msrck_error *error);
msrck_result migrate_link_frame(struct migrate_link *link, const char *tag, const void *bytes, size_t length,
                                msrck_error *error);
/* To wait for with poll(). */
int migrate_link_descriptor(const struct migrate_link *link);
bool migrate_link_pending(const struct migrate_link *link);
/* The next answer, after at most so many milliseconds. What is none of the protocol goes to standard output. */
enum migrate_answer migrate_link_answer(struct migrate_link *link, int milliseconds);
/* Behind "gone": everything the command still prints, up to its end. Its wait status, or 0. */
int migrate_link_pass_on(struct migrate_link *link);
/* Closes; a command that does not end by itself is not waited for longer than `milliseconds`. */
void migrate_link_close(struct migrate_link *link, int milliseconds);

/* ---- The conversation ---- */

struct migrate_request {
    long pid;
    const char *to, *key, *directory; /* directory: of control sockets, or NULL */
    int limit;                      /* of silence, in milliseconds */
    bool verbose;
};

enum migrate_end { MIGRATE_STAYED, MIGRATE_MIGRATED, MIGRATE_UNKNOWN };

struct migrate_outcome {
    enum migrate_end end;
    int code;                       /* the exit code */
    msrck_error error;              /* why it stayed, or is unknown */
    uint64_t bytes;                 /* of the checkpoint */
    double seconds, paused;         /* in all, and what the program waited */
    unsigned asked_again;           /* connections after a cut */
};

/* Unless it stayed the link is open, and what the program prints is still to be passed on, if it runs. */
void migrate_run(const struct migrate_request *request, struct migrate_link *link, struct migrate_outcome *outcome);

#endif
