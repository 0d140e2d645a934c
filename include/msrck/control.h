/* SPDX-License-Identifier: MIT */
/*
 * msrck/control.h - asking running programs
 *
 * ## Purpose
 *
 * Each program that uses libmsrck listens on a control socket (docs/control.md), unless it was told not to. This header is for those who ask: it finds the sockets,
 * connects, sends requests and takes answers. The msrck command is made of it. A program that only wants to be asked needs nothing of this.
 *
 * ## Life cycle
 *
 *     msrck_control *program;
 *     if (msrck_control_open(pid, NULL, &program, &error) == MSRCK_OK &&
 *         msrck_control_ask(program, "status", NULL, 0, -1, &error) == MSRCK_OK &&
 *         msrck_control_answer(program, 10000, &error) == MSRCK_OK)
 *         puts(msrck_control_text(program, "state"));
 *     msrck_control_close(program);
 *
 * ## Trust
 *
 * A socket counts only when it stands in a directory that its owner alone can enter, and when the process behind it belongs to that owner. Answers are bounded, but what they say is
 * the program's to say.
 *
 * ## Threads
 *
 * One thread at a time may use a connection.
 */
#ifndef MSRCK_CONTROL_H
#define MSRCK_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <msrck/result.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A connection to one program. */
typedef struct msrck_control msrck_control;

/*
 * Connects to the program of that process. `directory` is where to look for its socket; NULL: in the usual places of this user (of all users, for root) and wherever the
 * kernel knows of one. MSRCK_SYSTEM when there is no such process, it has no control socket, or it belongs to somebody else: the message tells which.
 */
msrck_result msrck_control_open(long pid, const char *directory, msrck_control **program, msrck_error *error);

/* All programs that can be asked, by process id. An owned array of connections; free it with msrck_control_list_free(). None is no failure. */
msrck_result msrck_control_list(const char *directory, msrck_control ***programs, size_t *count, msrck_error *error);
void msrck_control_list_free(msrck_control **programs, size_t count);

/* NULL is allowed. */
void msrck_control_close(msrck_control *program);

/* Process and user as the kernel knows them. */
long msrck_control_pid(const msrck_control *program);
unsigned long msrck_control_uid(const msrck_control *program);
/* For poll(): readable when an answer has come, or the program has gone. */
int msrck_control_descriptor(const msrck_control *program);

typedef struct msrck_control_field {
    const char *key, *value;
} msrck_control_field;

/* Sends a request. A descriptor of 0 or above goes with it; it stays the caller's. */
msrck_result msrck_control_ask(msrck_control *program, const char *kind, const msrck_control_field *fields, size_t count, int descriptor, msrck_error *error);

/*
 * Takes the next answer, which replaces the one before. Waits so many milliseconds at most; -1: as long as it takes. MSRCK_LIMIT: none came in that time; MSRCK_SYSTEM: the program has
 * gone; MSRCK_CORRUPT, MSRCK_UNSUPPORTED: it says what this build does not understand.
 */
msrck_result msrck_control_answer(msrck_control *program, int milliseconds, msrck_error *error);

/* The last answer: its kind, and its fields. Borrowed until the next one. NULL when there is no such field. */
const char *msrck_control_kind(const msrck_control *program);
const char *msrck_control_text(const msrck_control *program, const char *key);
/* `otherwise` when there is no such field, or it is no number. */
uint64_t msrck_control_number(const msrck_control *program, const char *key, uint64_t otherwise);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
