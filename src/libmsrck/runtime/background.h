/* SPDX-License-Identifier: MIT */
/* Who writes a checkpoint: a forked process, while the program goes on, or the program itself, which waits. */
#ifndef MSRCK_RUNTIME_BACKGROUND_H
#define MSRCK_RUNTIME_BACKGROUND_H

#include <stdbool.h>

#include <msrck/msrck.h>

struct session;

/* At a poll-point where a checkpoint begins: true when a forked process is to write it. Notes the choice. */
bool msrck_background_choose(struct session *session);
/* There is no process to be had: true when the program is to write instead. The error is none then. */
bool msrck_background_fall_back(struct session *session, msrck_error *error);

/* As it stands in timings: "background", "in-place", "in-place-memory", "in-place-fork". */
const char *msrck_mode_name(unsigned mode);

#endif
