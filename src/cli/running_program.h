/* SPDX-License-Identifier: MIT */
/* What the verbs for running programs share: operands that are process ids, times, and what a checkpoint took. */
#ifndef MSRCK_CLI_RUNNING_PROGRAM_H
#define MSRCK_CLI_RUNNING_PROGRAM_H

#include <stdbool.h>

#include <msrck/control.h>

#include "json_writer.h"

/* How long a program's thread has to answer that it has understood. It never waits for the program itself. */
#define ANSWER_MILLISECONDS 10000

/* A process id, decimal. False when it is none. */
bool running_pid(const char *text, long *pid);

/* Asks and takes the first answer; *kind is its kind. What the program refuses is a failure with its reason. */
msrck_result running_ask(msrck_control *program, const char *kind, const msrck_control_field *fields, size_t count,
                         const char **answer, msrck_error *error);

/* The failure that the fields "PREFIXclass" and "PREFIXreason" of an answer tell. */
msrck_error running_failure(const msrck_control *program, const char *prefix);

/* "1.5 s", "12 ms"; "12.3 KiB"; both for people. */
void running_format_time(char *text, size_t size, uint64_t nanoseconds);
void running_format_bytes(char *text, size_t size, uint64_t bytes);

/* The keys of what a finished checkpoint held and took, from the fields with the prefix, as strings. */
void running_json_outcome(struct json_writer *writer, const msrck_control *program, const char *prefix);

#endif
