/* SPDX-License-Identifier: MIT */
/*
 * The options of a program with libmsrck: preset by the program, overridden by MSRCK_* variables, those by the command
 * line.
 */
#ifndef MSRCK_RUNTIME_PROGRAM_OPTIONS_H
#define MSRCK_RUNTIME_PROGRAM_OPTIONS_H

#include <msrck/msrck.h>
#include <msrck/reader.h>

#include "encoding/chunk_codec.h"

enum deadline_kind { DEADLINE_NONE, DEADLINE_AFTER, DEADLINE_AT };

/* When the program has to be gone. */
struct deadline {
    enum deadline_kind kind;
    uint64_t time; /* nanoseconds: after msrck_init(), or since the Epoch */
};

struct program_options {
    char *program_name; /* all texts are owned; NULL: not given */
    char *resume;
    char *resume_key; /* of those who may bring a checkpoint to --resume=listen: */
    char *checkpoint_to; /* never NULL after msrck_program_options_read() */
    char *codec_text;
    int signal; /* -1: none */
    bool stop, everything, null_untracked, no_provenance, no_sync;
    unsigned long long at;
    unsigned threads;
    int exit_status;
    struct codec_choice codec; /* what codec_text means */
    int stop_signal;           /* 0 or -1: none */
    uint64_t every, spacing;   /* nanoseconds; 0: not asked for */
    double overhead;           /* per cent of run time; 0: not asked for */
    struct deadline deadline;
    unsigned keep;     /* checkpoints, the newest included */
    char *timings;     /* owned; "-" is standard error; NULL: none */
    msrck_limits limits; /* of checkpoints that are read */
    char *control;     /* owned; directory of the control socket; NULL: the usual one */
    bool no_control;
    msrck_background background; /* never MSRCK_BACKGROUND_USUAL */
    unsigned keep_hourly, keep_daily; /* hours and days */
    char *resume_report; /* owned; "-" is standard error; NULL: none */
    bool any_pointers; /* resumed ones may lead to what is not of their type */
    char *resume_map;  /* owned; lines of OLD=NEW; NULL: none */
    unsigned attempts; /* crashes until a checkpoint is set aside; 0: never */
};

/*
 * Fills *options (zeroed before) from the three places and removes what it took from the arguments. `preset`, `argc`
 * and `argv` may be NULL. On failure *options can still be freed, and the arguments are as they were.
 */
msrck_result msrck_program_options_read(struct program_options *options, const msrck_options *preset, int *argc,
                                        char ***argv, msrck_error *error);
void msrck_program_options_free(struct program_options *options);

/* "512", "64KiB", also MiB, GiB and TiB, as bytes. False when it is none, or beyond 64 bits. */
bool msrck_size_parse(const char *text, uint64_t *bytes);
/* "90", "0.5", "10m": seconds, or with one of s, m, h, d, as nanoseconds. False when it is none, or negative. */
bool msrck_duration_parse(const char *text, uint64_t *nanoseconds);
/* "12.5", "12.5%": above 0, at most 100. */
bool msrck_percent_parse(const char *text, double *percent);
/* A duration, "@" with seconds since the Epoch, or "auto": $SLURM_JOB_END_TIME where it is set, none elsewhere. */
bool msrck_deadline_parse(const char *text, struct deadline *deadline);

/* "auto", "always", "never". */
bool msrck_background_parse(const char *text, msrck_background *background);

/* "SIGUSR1", "usr1", "10" or "none" (-1) as a signal number; false when it is none of these. */
bool msrck_signal_parse(const char *text, int *number);

#endif
