/* SPDX-License-Identifier: MIT */
/* Writing a checkpoint of the session: variables, frames, everything they reach. */
#ifndef MSRCK_RUNTIME_CHECKPOINT_WRITE_H
#define MSRCK_RUNTIME_CHECKPOINT_WRITE_H

#include "msrm/collection.h"
#include "runtime/session.h"

/* A collection of the session's program, with the session's options. */
msrck_result msrck_checkpoint_collection(struct session *session, collection_observer observer, void *context,
                                         struct collection **collection, msrck_error *error);

/* Collects what was added and writes it to `path`, "-" for standard output. The collection stays the caller's. */
msrck_result msrck_checkpoint_commit(struct session *session, struct collection *collection, const char *path,
                                     struct msrck_checkpoint_report *report, msrck_error *error);

/*
 * Before a process is forked, or frames return: notes what is outside the graph - where streams are, the C library's
 * state. It is what the checkpoint will hold.
 */
msrck_result msrck_checkpoint_prepare(struct session *session, msrck_error *error);

/*
 * All variables and the frames of session->frames to `path`. The session's numbers are left alone: a forked process
 * calls this too.
 */
msrck_result msrck_checkpoint_write(struct session *session, const char *path, struct msrck_checkpoint_report *report,
                                    msrck_error *error);

#endif
