/* SPDX-License-Identifier: MIT */
/*
 * The session: all that libmsrck knows of the process it runs in. There is one, since there is one address space, one
 * command line and one stack to collect; it and the two words of msrck.h are the library's only mutable globals.
 */
#ifndef MSRCK_RUNTIME_SESSION_H
#define MSRCK_RUNTIME_SESSION_H

#include <msrck/msrck.h>

#include "base/byte_buffer.h"
#include "memory/msrlt.h"
#include "runtime/checkpoint_child.h"
#include "runtime/course.h"
#include "runtime/frame_stack.h"
#include "runtime/library_state.h"
#include "runtime/migration.h"
#include "runtime/program_options.h"
#include "runtime/program_tables.h"
#include "runtime/resume.h"
#include "runtime/resume_attempts.h"
#include "runtime/resume_report.h"
#include "runtime/streams.h"

/* A named variable: a MSRCK_GLOBAL, or memory the program registered. */
struct session_variable {
    char *name; /* owned */
    const char *former_name; /* in older checkpoints; the program's; NULL: none */
    void *address;
    uint32_t type; /* as declared, arrays included */
    uint64_t bytes;
    size_t handle; /* in the MSRLT */
    bool constant; /* cannot be written */
};

/* A description that was allocated from lately. */
struct cached_type {
    const msrck_type *description;
    uint32_t id;     /* without outer arrays */
    bool flexible;   /* ends in a flexible array member: counts are of its elements */
    uint64_t factor; /* elements of the type in one value of the description */
};

#define SESSION_TYPE_CACHE 64u /* power of two */

struct transfer;

struct session {
    bool open;
    bool resumed;       /* goes on from a checkpoint */
    bool stopped;       /* was asked to stop, and the checkpoint is written */
    unsigned held;      /* msrck_hold() without msrck_release(): poll-points are passed over */
    bool saver_active;  /* a saver holds the MSRLT's marks */
    msrck_result fatal; /* not MSRCK_OK: the program could not be brought back to where it was and must end */
    int exit_status;    /* outlives msrck_finish() */
    bool left;          /* msrck_finish() came after msrck_stopped(): the exit status is not that of the last failure */
    msrck_error error;  /* the last failure; outlives msrck_finish() */

    struct program_options options;
    struct ti_table *types;
    struct msrlt *msrlt;
    struct program_tables tables;
    struct session_variable *variables;
    size_t variable_count, variable_capacity;
    uint64_t variable_order; /* of the next one that is registered */
    struct cached_type cache[SESSION_TYPE_CACHE];

    unsigned long long points_left; /* poll-points until --checkpoint-at is due */
    bool stopping;                  /* the checkpoint that is taken now is to be the last of this process */
    bool handler_installed, stop_handler_installed;
    struct sigaction former_action; /* of the request signal, put back at the end */
    struct sigaction former_stop_action;
    char *next_destination, *destination; /* of the next checkpoint, and of the present or last one; owned; NULL: the usual path */
    struct control_server *control;       /* NULL: there is no control socket */
    unsigned mode; /* msrck_mode: who writes the present checkpoint, or wrote the last one */
    struct course course;
    struct checkpoint_child child;
    struct migration migration;
    struct frame_stack frames; /* being collected, or native copies to go on from */
    struct resume resume;
    struct transfer *transfer; /* that brings the checkpoint; NULL: none */
    struct resume_attempts attempts; /* of the checkpoint this process goes on from */
    struct stream_table streams;
    struct library_state library;
    const char **removed; /* owned list of names that older checkpoints may have; the program's */
    size_t removed_count;
    struct resume_report resume_report;
    struct byte_buffer resume_notes; /* outlives msrck_finish() */

    unsigned long long checkpoints; /* finished ones */
    char *checkpoint_path;          /* of the last one, owned */
    struct msrck_checkpoint_report report;
};

extern struct session msrck_the_session;

/* The open session, or NULL, with MSRCK_MISUSE noted as a failure of `call`. */
struct session *msrck_session_require(const char *call);

/* Makes it the session's last failure; returns its result. */
msrck_result msrck_session_note(const msrck_error *error);

/* Where the present checkpoint goes, or the last one went. */
const char *msrck_session_destination(const struct session *session);

/* The path from the root directory on, not looked up; "-" stays. Owned; NULL: no memory, or no working directory. */
char *msrck_absolute_path(const char *path);

/* Exit code of the msrck command for a result. */
int msrck_session_exit_code(msrck_result result);

/* True where the message says which file it is about: the path stands there as one, not as a word of the sentence. */
bool msrck_message_names(const char *message, const char *path);

/* A finished checkpoint: counts it and remembers its path. */
void msrck_session_wrote(struct session *session, const char *path, const struct msrck_checkpoint_report *report);

/* Type id and element count, arrays stripped, of `count` values of the description, which is added when it is new. */
msrck_result msrck_session_type(struct session *session, const msrck_type *description, uint64_t *count, uint32_t *id,
                                msrck_error *error);

/* Registers a variable and appends it to the session's. */
msrck_result msrck_session_add_variable(struct session *session, const char *name, void *address,
                                        const msrck_type *type, uint64_t count, msrck_error *error);
struct session_variable *msrck_session_find_variable(const struct session *session, const char *name);
/*
 * The one that takes a variable of a checkpoint: of this name, or one that had it formerly and whose present name the
 * checkpoint does not have. *removed: the program says that it is gone. NULL: none.
 */
struct session_variable *msrck_session_match_variable(const struct session *session, const struct metadata *metadata,
                                                      const char *name, bool *removed);
void msrck_session_remove_variable(struct session *session, struct session_variable *variable);

#endif
