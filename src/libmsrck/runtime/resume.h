/* SPDX-License-Identifier: MIT */
/*
 * Going on: from a checkpoint file, or from the native copies of the frames after a checkpoint in place.
 *
 * Frames are numbered from the innermost. The program enters them from the outermost, so `next` counts down.
 */
#ifndef MSRCK_RUNTIME_RESUME_H
#define MSRCK_RUNTIME_RESUME_H

#include <msrck/msrck.h>

#include "file/source.h"
#include "msrm/restoration.h"
#include "runtime/program_tables.h"

/* A function of the file that has frames, as this program has it. */
struct matched_function {
    uint32_t function;  /* number in the program's tables */
    uint32_t *ordinals; /* by the file's ordinal minus one: the program's ordinal, 0 where it has no such point */
};

struct resume {
    struct source *source; /* NULL when the frames come from memory */
    struct restoration *restoration;
    bool waiting;                     /* opened, not loaded: variables are still to be registered */
    struct matched_function *matched; /* by the file's function number; ordinals NULL where no frame is of it */
    uint32_t matched_count;
    size_t next;           /* frames that are still to be entered: the next is next - 1 */
    bool next_attached;    /* the next one's locals were pushed before it entered */
    bool current_attached; /* the locals of the frame that was entered last are known */
};

struct session;

/* Opens options.resume, checks whose it is, and loads it unless variables are still to be registered. */
msrck_result msrck_resume_open(struct session *session, msrck_error *error);
/* Attaches all variables the session has, and fills everything but the frames. */
msrck_result msrck_resume_load(struct session *session, msrck_error *error);
/* From a file, when all memory is known: fills what is left, and what is outside the graph. */
msrck_result msrck_resume_complete(struct session *session, msrck_error *error);
/*
 * The failure of a program that goes on although the checkpoint is not loaded: names a variable it has not registered.
 */
msrck_result msrck_resume_unloaded(const struct session *session, msrck_error *error);
/* Closes the file and forgets the frames. */
void msrck_resume_close(struct session *session);

/* The program cannot be brought back to where it was: notes why, and makes every function return. */
void msrck_resume_fail(struct session *session, const msrck_error *error);

/* Resuming: the entry of a function. Returns what msrck_enter() returns. */
int msrck_resume_enter(struct session *session, const msrck_frame_table *table, void *live);
/* Resuming: a poll-point was reached. Returns what msrck_at_point() returns. */
bool msrck_resume_at_point(struct session *session, const msrck_frame_table *table, int point);

#endif
