/* SPDX-License-Identifier: MIT */
/*
 * The options of a program with libmsrck: preset by the program, overridden by MSRCK_* variables, those by the command
 * line.
 */
#ifndef MSRCK_RUNTIME_PROGRAM_OPTIONS_H
#define MSRCK_RUNTIME_PROGRAM_OPTIONS_H

#include <msrck/msrck.h>

#include "encoding/chunk_codec.h"

struct program_options {
    char *program_name; /* all texts are owned; NULL: not given */
    char *resume;
    char *checkpoint_to; /* never NULL after msrck_program_options_read() */
    char *codec_text;
    int signal; /* -1: none */
    bool stop, in_place, everything, null_untracked, no_provenance, no_sync;
    unsigned long long at;
    unsigned threads;
    int exit_status;
    struct codec_choice codec; /* what codec_text means */
};

/*
 * Fills *options (zeroed before) from the three places and removes what it took from the arguments. `preset`, `argc`
 * and `argv` may be NULL. On failure *options can still be freed, and the arguments are as they were.
 */
msrck_result msrck_program_options_read(struct program_options *options, const msrck_options *preset, int *argc,
                                        char ***argv, msrck_error *error);
void msrck_program_options_free(struct program_options *options);

/* "zstd:3" as a choice; MSRCK_MISUSE names what is wrong. NULL gives the default. */
msrck_result msrck_codec_parse(const char *text, struct codec_choice *codec, msrck_error *error);

/* "SIGUSR1", "usr1", "10" or "none" (-1) as a signal number; false when it is none of these. */
bool msrck_signal_parse(const char *text, int *number);

#endif
