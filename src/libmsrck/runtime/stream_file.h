/* SPDX-License-Identifier: MIT */
/* One stream and the file it leads to: what a record says of it, and opening it again from that. */
#ifndef MSRCK_RUNTIME_STREAM_FILE_H
#define MSRCK_RUNTIME_STREAM_FILE_H

#include <stdio.h>

#include <msrck/result.h>

#include "types/stream_type.h"

/* The mode without what has no meaning later; false when it is none that a stream can be opened again with. */
bool msrck_stream_mode(const char *given, char mode[STREAM_MODE]);
bool msrck_stream_mode_writes(const char *mode);

/* "out.log", or "standard input" */
const char *msrck_stream_name(const struct stream_record *record);

/* Flushes the stream and fills everything in the record but path, mode and standard. */
msrck_result msrck_stream_look(FILE *file, struct stream_record *record, msrck_error *error);

/* A stream as the record says, in *file; a standard one is the process's own. */
msrck_result msrck_stream_open(const struct stream_record *record, FILE **file, msrck_error *error);
/* Whether the file is the one that the record tells of. `grown`: the stream only reads, but another one of the checkpoint wrote to the file. */
msrck_result msrck_stream_check(FILE *file, const struct stream_record *record, bool grown, msrck_error *error);
/* Puts the position, what was pushed back, and the flags where they were. */
msrck_result msrck_stream_set(FILE *file, const struct stream_record *record, msrck_error *error);
/* Cuts the file to what it held. */
msrck_result msrck_stream_cut(FILE *file, const struct stream_record *record, msrck_error *error);

#endif
