/* SPDX-License-Identifier: MIT */
/*
 * The streams of the C library that are part of the state: those opened through libmsrck, and the standard ones. Before
 * a checkpoint is written each is looked at once, in the program itself, so that a forked process needs none of them.
 */
#ifndef MSRCK_RUNTIME_STREAMS_H
#define MSRCK_RUNTIME_STREAMS_H

#include <stdio.h>

#include <msrck/msrck.h>

#include "types/stream_type.h"

struct open_stream {
    FILE *file;
    struct stream_record record;    /* path is owned by the table */
    size_t handle;                  /* in the MSRLT, while a checkpoint is written; SIZE_MAX: none */
    bool resumed;                   /* opened by a resume that is not complete: the file may have to be cut */
};

struct stream_table {
    struct open_stream *items;      /* owned; in the order of opening, which is the same on every machine */
    size_t count, capacity;
};

struct session;
struct restoration;

/*
 * Before a checkpoint is written, in the program: flushes what is to be written, and notes where each stream is.
 * A stream that could not be opened again is refused with its path.
 */
msrck_result msrck_streams_look(struct session *session, msrck_error *error);
/* Makes what was noted blocks of the MSRLT, and undoes that. */
msrck_result msrck_streams_register(struct session *session, msrck_error *error);
void msrck_streams_unregister(struct session *session);
/* What was written is on the disk before the checkpoint says so. */
msrck_result msrck_streams_sync(const struct session *session, msrck_error *error);

/* After the load of a checkpoint: opens and positions its streams. Nothing of the files is changed yet. */
msrck_result msrck_streams_resume(struct session *session, struct restoration *restoration, msrck_error *error);
/* When everything is restored: what was written after the checkpoint is cut off. */
msrck_result msrck_streams_cut(struct session *session, msrck_error *error);

/* Forgets all; the streams stay open, for they are the program's. */
void msrck_streams_forget(struct session *session);

/* The entry of an open stream, or NULL. */
struct open_stream *msrck_streams_find(const struct session *session, const FILE *file);
/* A new entry whose record is zero but for the path, which is copied (NULL: none); NULL when memory is out. */
struct open_stream *msrck_streams_add(struct session *session, FILE *file, const char *path);
void msrck_streams_remove(struct session *session, struct open_stream *stream);

#endif
