/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* secure_getenv */
#include "runtime/program_options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"

enum option_kind {
    OPTION_TEXT,
    OPTION_MAP,
    OPTION_SWITCH,
    OPTION_COUNT,
    OPTION_SIZE,
    OPTION_UNSIGNED,
    OPTION_INT,
    OPTION_SIGNAL,
    OPTION_DURATION,
    OPTION_PERCENT,
    OPTION_DEADLINE,
    OPTION_BACKGROUND,
    OPTION_POINTERS, /* checked or any */
    OPTION_IN_PLACE /* a switch: never, or auto */
};

struct option_row {
    const char *name;     /* without the leading dashes */
    const char *variable; /* in the environment */
    enum option_kind kind;
    size_t offset; /* in struct program_options */
};

#define ROW(name, variable, kind, member)                                                                              \
    {                                                                                                                  \
        name, variable, kind, offsetof(struct program_options, member)                                                 \
    }

static const struct option_row rows[] = {
    ROW("resume", "MSRCK_RESUME", OPTION_TEXT, resume),
    ROW("resume-report", "MSRCK_RESUME_REPORT", OPTION_TEXT, resume_report),
    ROW("resume-map", "MSRCK_RESUME_MAP", OPTION_MAP, resume_map),
    ROW("resume-pointers", "MSRCK_RESUME_POINTERS", OPTION_POINTERS, any_pointers),
    ROW("resume-key", "MSRCK_RESUME_KEY", OPTION_TEXT, resume_key),
    ROW("checkpoint-to", "MSRCK_CHECKPOINT_TO", OPTION_TEXT, checkpoint_to),
    ROW("checkpoint-codec", "MSRCK_CHECKPOINT_CODEC", OPTION_TEXT, codec_text),
    ROW("checkpoint-signal", "MSRCK_CHECKPOINT_SIGNAL", OPTION_SIGNAL, signal),
    ROW("checkpoint-stop", "MSRCK_CHECKPOINT_STOP", OPTION_SWITCH, stop),
    ROW("checkpoint-in-place", "MSRCK_CHECKPOINT_IN_PLACE", OPTION_IN_PLACE, background),
    ROW("checkpoint-all", "MSRCK_CHECKPOINT_ALL", OPTION_SWITCH, everything),
    ROW("checkpoint-null-untracked", "MSRCK_CHECKPOINT_NULL_UNTRACKED", OPTION_SWITCH, null_untracked),
    ROW("checkpoint-no-provenance", "MSRCK_CHECKPOINT_NO_PROVENANCE", OPTION_SWITCH, no_provenance),
    ROW("checkpoint-no-sync", "MSRCK_CHECKPOINT_NO_SYNC", OPTION_SWITCH, no_sync),
    ROW("checkpoint-at", "MSRCK_CHECKPOINT_AT", OPTION_COUNT, at),
    ROW("checkpoint-threads", "MSRCK_CHECKPOINT_THREADS", OPTION_UNSIGNED, threads),
    ROW("checkpoint-exit-status", "MSRCK_CHECKPOINT_EXIT_STATUS", OPTION_INT, exit_status),
    ROW("checkpoint-stop-signal", "MSRCK_CHECKPOINT_STOP_SIGNAL", OPTION_SIGNAL, stop_signal),
    ROW("checkpoint-every", "MSRCK_CHECKPOINT_EVERY", OPTION_DURATION, every),
    ROW("checkpoint-spacing", "MSRCK_CHECKPOINT_SPACING", OPTION_DURATION, spacing),
    ROW("checkpoint-overhead", "MSRCK_CHECKPOINT_OVERHEAD", OPTION_PERCENT, overhead),
    ROW("checkpoint-deadline", "MSRCK_CHECKPOINT_DEADLINE", OPTION_DEADLINE, deadline),
    ROW("checkpoint-keep", "MSRCK_CHECKPOINT_KEEP", OPTION_UNSIGNED, keep),
    ROW("checkpoint-timings", "MSRCK_CHECKPOINT_TIMINGS", OPTION_TEXT, timings),
    ROW("checkpoint-attempts", "MSRCK_CHECKPOINT_ATTEMPTS", OPTION_UNSIGNED, attempts),
    ROW("checkpoint-max-metadata", "MSRCK_CHECKPOINT_MAX_METADATA", OPTION_SIZE, limits.metadata_bytes),
    ROW("checkpoint-max-chunk", "MSRCK_CHECKPOINT_MAX_CHUNK", OPTION_SIZE, limits.chunk_bytes),
    ROW("checkpoint-max-blocks", "MSRCK_CHECKPOINT_MAX_BLOCKS", OPTION_COUNT, limits.blocks),
    ROW("checkpoint-max-memory", "MSRCK_CHECKPOINT_MAX_MEMORY", OPTION_SIZE, limits.memory_bytes),
    ROW("checkpoint-control", "MSRCK_CHECKPOINT_CONTROL", OPTION_TEXT, control),
    ROW("checkpoint-no-control", "MSRCK_CHECKPOINT_NO_CONTROL", OPTION_SWITCH, no_control),
    ROW("checkpoint-background", "MSRCK_CHECKPOINT_BACKGROUND", OPTION_BACKGROUND, background),
    ROW("checkpoint-keep-hourly", "MSRCK_CHECKPOINT_KEEP_HOURLY", OPTION_UNSIGNED, keep_hourly),
    ROW("checkpoint-keep-daily", "MSRCK_CHECKPOINT_KEEP_DAILY", OPTION_UNSIGNED, keep_daily),
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

/* ---- One value -------------------------------------------------------------------------------------------------- */

/* Digits only: strtoull would take a sign and blanks. */
static bool parse_count(const char *text, unsigned long long most, unsigned long long *value)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *value <= most;
}

/* Words come in pairs, no before yes. */
static bool parse_switch(const char *text, bool *value)
{
    static const char *const words[] = { "no", "yes", "0", "1", "false", "true", "off", "on" };
    size_t word;

    for (word = 0; word < sizeof words / sizeof words[0]; word++)
        if (strcmp(text, words[word]) == 0) {
            *value = word % 2 == 1;
            return true;
        }
    return false;
}

/* Replaces the owned text at *place by a copy; NULL clears it. */
static msrck_result set_text(char **place, const char *text, msrck_error *error)
{
    char *copy = NULL;

    if (text != NULL && (copy = msrck_copy_text(text)) == NULL)
        return msrck_fail_memory(error, strlen(text) + 1, "an option");
    free(*place);
    *place = copy;
    return MSRCK_OK;
}

/* An option that may be given several times: each adds a line. */
static msrck_result add_line(char **place, const char *text, msrck_error *error)
{
    size_t size = (*place != NULL ? strlen(*place) + 1 : 0) + strlen(text) + 1;
    char *joined = msrck_allocate(size, 1);

    if (joined == NULL)
        return msrck_fail_memory(error, size, "an option");
    snprintf(joined, size, "%s%s%s", *place != NULL ? *place : "", *place != NULL ? "\n" : "", text);
    free(*place);
    *place = joined;
    return MSRCK_OK;
}

/* `shown` is how the user knows the option: "--checkpoint-at" or "MSRCK_CHECKPOINT_AT". */
static msrck_result set_option(struct program_options *options, const struct option_row *row, const char *text,
                               const char *shown, msrck_error *error)
{
    void *place = (char *)options + row->offset;
    unsigned long long number = 0;
    bool good = true, flag = false;

    switch (row->kind) {
    case OPTION_TEXT:
        if (*text != '\0')
            return set_text(place, text, error);
        good = false;
        break;
    case OPTION_MAP:
        if (*text != '=' && strchr(text, '=') != NULL && strchr(text, '\n') == NULL)
            return add_line(place, text, error);
        good = false;
        break;
    case OPTION_SWITCH:
        good = parse_switch(text, place);
        break;
    case OPTION_COUNT:
        if ((good = parse_count(text, ULLONG_MAX, &number)))
            memcpy(place, &number, sizeof number);
        break;
    case OPTION_SIZE:
        good = msrck_size_parse(text, place);
        break;
    case OPTION_UNSIGNED:
        if ((good = parse_count(text, 1024, &number)))
            *(unsigned *)place = (unsigned)number;
        break;
    case OPTION_INT:
        if ((good = parse_count(text, 255, &number)))
            *(int *)place = (int)number;
        break;
    case OPTION_SIGNAL:
        good = msrck_signal_parse(text, place);
        break;
    case OPTION_DURATION:
        good = msrck_duration_parse(text, place);
        break;
    case OPTION_PERCENT:
        good = msrck_percent_parse(text, place);
        break;
    case OPTION_DEADLINE:
        good = msrck_deadline_parse(text, place);
        if (!good && strcmp(text, "auto") == 0)
            return msrck_fail(error, MSRCK_MISUSE, "%s=auto: SLURM_JOB_END_TIME is no time", shown);
        break;
    case OPTION_BACKGROUND:
        good = msrck_background_parse(text, place);
        break;
    case OPTION_POINTERS:
        *(bool *)place = strcmp(text, "any") == 0;
        good = *(bool *)place || strcmp(text, "checked") == 0;
        break;
    case OPTION_IN_PLACE:
        good = parse_switch(text, &flag);
        *(msrck_background *)place = flag ? MSRCK_BACKGROUND_NEVER : MSRCK_BACKGROUND_AUTO;
        break;
    }
    if (!good)
        return msrck_fail(error, MSRCK_MISUSE, "%s: '%s' is not a value for it", shown, text);
    return MSRCK_OK;
}

/* ---- The three places ------------------------------------------------------------------------------------------- */

#define USUAL_ATTEMPTS 3

/* Seconds of a preset as nanoseconds. */
static msrck_result take_seconds(double seconds, const char *member, uint64_t *nanoseconds, msrck_error *error)
{
    if (!(seconds >= 0 && seconds <= 8e9))
        return msrck_fail(error, MSRCK_MISUSE, "msrck_options.%s is not a number of seconds", member);
    *nanoseconds = (uint64_t)(seconds * 1e9);
    return MSRCK_OK;
}

/* A preset says the same as the option given several times. */
static msrck_result take_map(struct program_options *options, const char *lines, msrck_error *error)
{
    const char *line = lines, *next;

    for (; line != NULL; line = next) {
        const char *end = strchr(line, '\n'), *equal = strchr(line, '=');

        if (equal == NULL || equal == line || (end != NULL && equal > end))
            return msrck_fail(error, MSRCK_MISUSE, "msrck_options.resume_map: '%s' is not lines of OLD=NEW", lines);
        next = end != NULL ? end + 1 : NULL;
    }
    return set_text(&options->resume_map, lines, error);
}

static msrck_result read_version_4(struct program_options *options, const msrck_options *preset, msrck_error *error)
{
    msrck_result result;

    options->any_pointers = preset->any_pointers;
    options->limits.metadata_bytes = preset->max_metadata;
    options->limits.chunk_bytes = preset->max_chunk;
    options->limits.blocks = preset->max_blocks;
    options->limits.memory_bytes = preset->max_memory;
    if ((result = set_text(&options->resume_report, preset->resume_report, error)) != MSRCK_OK ||
        (result = set_text(&options->resume_key, preset->resume_key, error)) != MSRCK_OK)
        return result;
    return take_map(options, preset->resume_map, error);
}

/* What later versions of the options added: a program built before them hands over a shorter struct. */
static msrck_result read_newer(struct program_options *options, const msrck_options *preset, msrck_error *error)
{
    msrck_result result;

    if (preset->version < 2)
        return MSRCK_OK;
    options->stop_signal = preset->stop_signal;
    options->keep = preset->keep;
    options->overhead = preset->overhead;
    if (!(preset->overhead >= 0 && preset->overhead <= 100))
        return msrck_fail(error, MSRCK_MISUSE, "msrck_options.overhead is not a percentage");
    if (preset->attempts != 0)
        options->attempts = preset->attempts > 0 ? (unsigned)preset->attempts : 0;
    if ((result = take_seconds(preset->every, "every", &options->every, error)) != MSRCK_OK ||
        (result = take_seconds(preset->spacing, "spacing", &options->spacing, error)) != MSRCK_OK)
        return result;
    if (preset->deadline != NULL && !msrck_deadline_parse(preset->deadline, &options->deadline))
        return msrck_fail(error, MSRCK_MISUSE, "msrck_options.deadline: '%s' is not a value for it", preset->deadline);
    if ((result = set_text(&options->timings, preset->timings, error)) != MSRCK_OK || preset->version < 3)
        return result;
    options->no_control = preset->no_control;
    if (preset->background != MSRCK_BACKGROUND_USUAL)
        options->background = preset->background;
    options->keep_hourly = preset->keep_hourly;
    options->keep_daily = preset->keep_daily;
    if (preset->background > MSRCK_BACKGROUND_NEVER)
        return msrck_fail(error, MSRCK_MISUSE, "msrck_options.background is not one of its values");
    if ((result = set_text(&options->control, preset->control, error)) != MSRCK_OK || preset->version < 4)
        return result;
    return read_version_4(options, preset, error);
}

/* Texts are copied: an options struct is usually a local of main. */
static msrck_result read_preset(struct program_options *options, const msrck_options *preset, msrck_error *error)
{
    msrck_result result;

    options->signal = SIGUSR1;
    options->attempts = USUAL_ATTEMPTS;
    options->background = MSRCK_BACKGROUND_AUTO;
    options->limits.version = MSRCK_LIMITS_VERSION;
    options->limits.option_prefix = "--checkpoint-";
    if (preset == NULL)
        return MSRCK_OK;
    if (preset->version == 0 || preset->version > MSRCK_OPTIONS_VERSION)
        return msrck_fail(error, MSRCK_MISUSE, "msrck_options has version %u; begin with MSRCK_OPTIONS_INIT",
                          preset->version);
    if ((result = set_text(&options->program_name, preset->program_name, error)) != MSRCK_OK ||
        (result = set_text(&options->resume, preset->resume, error)) != MSRCK_OK ||
        (result = set_text(&options->checkpoint_to, preset->checkpoint_to, error)) != MSRCK_OK ||
        (result = set_text(&options->codec_text, preset->codec, error)) != MSRCK_OK)
        return result;
    if (preset->signal != 0)
        options->signal = preset->signal;
    options->stop = preset->stop;
    options->background = preset->in_place ? MSRCK_BACKGROUND_NEVER : MSRCK_BACKGROUND_AUTO;
    options->everything = preset->everything;
    options->null_untracked = preset->null_untracked;
    options->no_provenance = preset->no_provenance;
    options->no_sync = preset->no_sync;
    options->at = preset->at;
    options->threads = preset->threads;
    options->exit_status = preset->exit_status;
    return read_newer(options, preset, error);
}

/*
 * A variable that is set but empty counts as not set. A program with raised privileges does not listen to the
 * environment.
 */
static msrck_result read_environment(struct program_options *options, msrck_error *error)
{
    size_t r;

    for (r = 0; r < ROW_COUNT; r++) {
        const char *text = secure_getenv(rows[r].variable);
        msrck_result result;

        if (text == NULL || *text == '\0')
            continue;
        if ((result = set_option(options, &rows[r], text, rows[r].variable, error)) != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

/* The row whose name the argument is, up to its end or '='; *value is what stands behind '=', or NULL. */
static const struct option_row *find_row(const char *argument, const char **value)
{
    size_t length = strcspn(argument + 2, "="), r;

    *value = argument[2 + length] == '=' ? argument + 2 + length + 1 : NULL;
    for (r = 0; r < ROW_COUNT; r++)
        if (strlen(rows[r].name) == length && strncmp(rows[r].name, argument + 2, length) == 0)
            return &rows[r];
    return NULL;
}

/* All of --checkpoint-... is ours, so that a misspelt option is told and not handed to the program. */
static bool is_ours(const char *argument)
{
    const char *value;

    return strncmp(argument, "--checkpoint-", 13) == 0 ||
           (strncmp(argument, "--", 2) == 0 && find_row(argument, &value) != NULL);
}

/* Takes the option at arguments[*at], which may use the next argument too; *at is then the last one used. */
static msrck_result read_argument(struct program_options *options, char **arguments, int *at, msrck_error *error)
{
    const char *argument = arguments[*at], *value;
    const struct option_row *row = find_row(argument, &value);
    char shown[64];

    if (row == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "unknown option %s", argument);
    snprintf(shown, sizeof shown, "--%s", row->name);
    if (value == NULL && (row->kind == OPTION_SWITCH || row->kind == OPTION_IN_PLACE))
        value = "yes";
    if (value == NULL) {
        value = arguments[*at + 1];
        if (value == NULL)
            return msrck_fail(error, MSRCK_MISUSE, "%s needs a value", shown);
        ++*at;
    }
    return set_option(options, row, value, shown, error);
}

/*
 * Takes our options from the arguments; the others go to `kept`, which has room for all. Returns their number, or -1.
 */
static int read_arguments(struct program_options *options, int count, char **arguments, char **kept, msrck_error *error)
{
    int from, to = 0;

    for (from = 0; from < count; from++) {
        if (from > 0 && strcmp(arguments[from], "--") == 0)
            break;
        if (from == 0 || !is_ours(arguments[from]))
            kept[to++] = arguments[from];
        else if (read_argument(options, arguments, &from, error) != MSRCK_OK)
            return -1;
    }
    while (from < count)
        kept[to++] = arguments[from++];
    return to;
}

/* ---- Defaults that depend on other values ----------------------------------------------------------------------- */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL || slash[1] == '\0' ? path : slash + 1;
}

/* The name of the checkpoint is that of the program without its folder: checkpoints go to the working directory. */
static msrck_result fill_names(struct program_options *options, int argc, char **arguments, msrck_error *error)
{
    const char *name = argc > 0 && arguments[0] != NULL ? last_part(arguments[0]) : "program";
    msrck_result result;
    size_t size;

    if (options->program_name == NULL && (result = set_text(&options->program_name, name, error)) != MSRCK_OK)
        return result;
    if (options->checkpoint_to != NULL)
        return MSRCK_OK;
    name = last_part(options->program_name);
    size = strlen(name) + sizeof ".msrck";
    options->checkpoint_to = msrck_allocate(size, 1);
    if (options->checkpoint_to == NULL)
        return msrck_fail_memory(error, size, "an option");
    snprintf(options->checkpoint_to, size, "%s.msrck", name);
    return MSRCK_OK;
}

/* Where `msrck migrate --make-key` puts a key that is given no name; NULL where no home is known. */
static msrck_result fill_key(struct program_options *options, msrck_error *error)
{
    const char *folder = secure_getenv("XDG_CONFIG_HOME"), *home = secure_getenv("HOME");
    bool own = folder != NULL && folder[0] == '/';
    size_t size;

    if (options->resume_key != NULL || (!own && (home == NULL || home[0] != '/')))
        return MSRCK_OK;
    size = strlen(own ? folder : home) + sizeof "/.config/msrck/key";
    if ((options->resume_key = msrck_allocate(size, 1)) == NULL)
        return msrck_fail_memory(error, size, "an option");
    snprintf(options->resume_key, size, "%s%s/msrck/key", own ? folder : home, own ? "" : "/.config");
    return MSRCK_OK;
}

msrck_result msrck_program_options_read(struct program_options *options, const msrck_options *preset, int *argc,
                                        char ***argv, msrck_error *error)
{
    char **arguments = argv != NULL ? *argv : NULL, **kept = NULL;
    int count = argc != NULL && arguments != NULL ? *argc : 0, left = 0;
    msrck_result result;

    if ((result = read_preset(options, preset, error)) != MSRCK_OK ||
        (result = read_environment(options, error)) != MSRCK_OK)
        return result;
    kept = msrck_allocate((size_t)count + 1, sizeof *kept);
    if (kept == NULL)
        return msrck_fail_memory(error, ((size_t)count + 1) * sizeof *kept, "the arguments");
    if ((left = read_arguments(options, count, arguments, kept, error)) < 0)
        result = error->result;
    else if ((result = fill_names(options, count, arguments, error)) == MSRCK_OK &&
             (result = fill_key(options, error)) == MSRCK_OK)
        result = msrck_codec_parse(options->codec_text, &options->codec, error);
    /* Nothing is moved before all of it is understood. */
    if (result == MSRCK_OK && count > 0) {
        memcpy(arguments, kept, (size_t)left * sizeof *kept);
        arguments[left] = NULL;
        *argc = left;
    }
    free(kept);
    return result;
}

void msrck_program_options_free(struct program_options *options)
{
    free(options->program_name);
    free(options->resume);
    free(options->resume_key);
    free(options->checkpoint_to);
    free(options->codec_text);
    free(options->timings);
    free(options->control);
    free(options->resume_map);
    free(options->resume_report);
    memset(options, 0, sizeof *options);
}
