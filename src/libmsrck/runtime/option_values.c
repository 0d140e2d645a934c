/* SPDX-License-Identifier: MIT */
/* Values of options that have a form of their own: signals, sizes, times, shares. */
#define _GNU_SOURCE /* sigabbrev_np, secure_getenv */
#include "runtime/program_options.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/failure.h"

/* One or two digits; -1 when it is none. */
static int parse_small_number(const char *text)
{
    char *end;
    long number;

    if (*text < '0' || *text > '9' || strlen(text) > 2)
        return -1;
    number = strtol(text, &end, 10);
    return *end == '\0' ? (int)number : -1;
}

/* Names are the system's own, with or without SIG; a number is for those without a name. */
bool msrck_signal_parse(const char *text, int *number)
{
    const char *name = strncasecmp(text, "SIG", 3) == 0 ? text + 3 : text;
    int signal_number;

    if (strcasecmp(text, "none") == 0) {
        *number = -1;
        return true;
    }
    for (signal_number = 1; signal_number < NSIG; signal_number++) {
        const char *known = sigabbrev_np(signal_number);

        if (known != NULL && strcasecmp(known, name) == 0) {
            *number = signal_number;
            return true;
        }
    }
    if ((signal_number = parse_small_number(text)) > 0 && signal_number < NSIG) {
        *number = signal_number;
        return true;
    }
    return false;
}

/* ---- Sizes, times and shares ------------------------------------------------------------------------------------------- */

#define BILLION 1000000000ULL
#define MOST_SECONDS 8000000000ULL /* times a billion still fits in 63 bits; 250 years */

/*
 * Digits with at most nine behind a point, as a number of billionths; *end is what follows. Not strtod(): its point
 * depends on the program's locale.
 */
static bool parse_billionths(const char *text, uint64_t *value, const char **end)
{
    uint64_t whole = 0, part = 0, place = BILLION / 10;

    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++)
        if ((whole = whole * 10 + (uint64_t)(*text - '0')) > MOST_SECONDS)
            return false;
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9'; text++, place /= 10)
            part += (uint64_t)(*text - '0') * place;
    *value = whole * BILLION + part;
    *end = text;
    return true;
}

bool msrck_size_parse(const char *text, uint64_t *bytes)
{
    static const struct unit {
        const char *name;
        unsigned shift;
    } units[] = { { "", 0 }, { "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 }, { "TiB", 40 } };
    uint64_t number = 0;
    size_t u;

    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++)
        if (__builtin_mul_overflow(number, UINT64_C(10), &number) ||
            __builtin_add_overflow(number, (uint64_t)(*text - '0'), &number))
            return false;
    for (u = 0; u < sizeof units / sizeof units[0]; u++)
        if (strcmp(units[u].name, text) == 0) {
            *bytes = number << units[u].shift;
            return *bytes >> units[u].shift == number;
        }
    return false;
}

bool msrck_duration_parse(const char *text, uint64_t *nanoseconds)
{
    static const struct unit {
        const char *name;
        uint64_t seconds;
    } units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
    const char *end;
    uint64_t value;
    size_t u;

    if (!parse_billionths(text, &value, &end))
        return false;
    for (u = 0; u < sizeof units / sizeof units[0]; u++)
        if (strcmp(units[u].name, end) == 0) {
            if (value > MOST_SECONDS * BILLION / units[u].seconds)
                return false;
            *nanoseconds = value * units[u].seconds;
            return true;
        }
    return false;
}

bool msrck_percent_parse(const char *text, double *percent)
{
    const char *end;
    uint64_t value;

    if (!parse_billionths(text, &value, &end) || value == 0 || value > 100 * BILLION)
        return false;
    *percent = (double)value / (double)BILLION;
    return strcmp(end, "") == 0 || strcmp(end, "%") == 0;
}

/* The same command line is to work with and without a batch system: auto without one is no deadline. */
bool msrck_deadline_parse(const char *text, struct deadline *deadline)
{
    const char *moment = text[0] == '@' ? text + 1 : NULL;

    deadline->kind = DEADLINE_NONE;
    if (strcmp(text, "auto") == 0 && ((moment = secure_getenv("SLURM_JOB_END_TIME")) == NULL || *moment == '\0'))
        return true;
    deadline->kind = moment != NULL ? DEADLINE_AT : DEADLINE_AFTER;
    return msrck_duration_parse(moment != NULL ? moment : text, &deadline->time);
}

bool msrck_background_parse(const char *text, msrck_background *background)
{
    static const char *const words[] = { "auto", "always", "never" }; /* in the order of msrck_background */
    size_t word;

    for (word = 0; word < sizeof words / sizeof words[0]; word++)
        if (strcmp(text, words[word]) == 0) {
            *background = (msrck_background)(MSRCK_BACKGROUND_AUTO + word);
            return true;
        }
    return false;
}
