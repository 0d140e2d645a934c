/* SPDX-License-Identifier: MIT */
/*
 * One line on standard error that tells how far reading has come, for work that takes over a second: on a terminal, or
 * where --progress asks for it.
 */
#ifndef MSRCK_CLI_PROGRESS_H
#define MSRCK_CLI_PROGRESS_H

#include <msrck/reader.h>

#include "option_table.h"

/* --progress and --no-progress, for all verbs that read contents: comes with limit_options. */
extern const struct option_group progress_options;
/* Where their values go. */
void *progress_target(void);

/* Watches a reader that was just opened; `file` is borrowed until progress_end(). */
void progress_watch(msrck_reader *reader, const char *file);
/* Takes the line away. Called before anything else is written to standard error, and when a reader is closed. */
void progress_end(void);

#endif
