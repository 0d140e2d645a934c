/* SPDX-License-Identifier: MIT */
#include "option_table.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint_input.h"
#include "output.h"
#include "progress.h"
#include "verb.h"

/* An option that was found, and what stands behind its '='. */
struct match {
    const struct option *option;
    void *target;                   /* the struct of its group */
    const char *argument;           /* or NULL */
};

bool option_table_each_group(const struct verb *verb, bool (*call)(void *context, const struct option_group *group,
                                                                   size_t index), void *context)
{
    for (size_t i = 0; i < MOST_OPTION_GROUPS && verb->groups[i] != NULL; i++)
        if (call(context, verb->groups[i], i) ||
            (verb->groups[i] == &limit_options &&
             (call(context, &thread_options, i) || call(context, &progress_options, i))))
            return true;
    return false;
}

/* What is looked for: a name of `length` letters, or where that is NULL a letter. */
struct question {
    void *const *targets;
    const char *name;
    size_t length;
    char letter;
    struct match *match;
};

/* Where the values of a group go. Those that come with the limits have one place for all verbs. */
static void *target_of(const struct option_group *group, void *const *targets, size_t index)
{
    if (group == &progress_options)
        return progress_target();
    return group == &thread_options ? thread_target() : targets[index];
}

static bool find_in_group(void *context, const struct option_group *group, size_t index)
{
    const struct question *question = context;

    for (size_t k = 0; k < group->count; k++) {
        const struct option *option = &group->options[k];
        bool same = question->name != NULL ? strlen(option->name) == question->length &&
                                                 strncmp(option->name, question->name, question->length) == 0
                                           : option->letter != 0 && option->letter == question->letter;
        if (same) {
            question->match->option = option;
            question->match->target = target_of(group, question->targets, index);
            return true;
        }
    }
    return false;
}

static bool find_option(const struct verb *verb, void *const *targets, const char *name, size_t length, char letter,
                        struct match *match)
{
    struct question question = { targets, name, length, letter, match };

    return option_table_each_group(verb, find_in_group, &question);
}

/* Digits only, and no overflow; *end is behind them. */
static bool read_number(const char *text, const char **end, uint64_t *number)
{
    uint64_t value = 0;

    if (!isdigit((unsigned char)*text))
        return false;
    for (; isdigit((unsigned char)*text); text++)
        if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
            return false;
    *end = text;
    *number = value;
    return true;
}

bool option_table_size(const char *text, uint64_t *bytes)
{
    static const struct { const char *name; unsigned shift; } units[] = {
        { "", 0 }, { "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 }, { "TiB", 40 }
    };
    const char *unit;
    uint64_t number;

    if (!read_number(text, &unit, &number))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(unit, units[i].name) == 0) {
            *bytes = number << units[i].shift;
            return *bytes >> units[i].shift == number;
        }
    return false;
}

#define BILLION UINT64_C(1000000000)
#define MOST_SECONDS UINT64_C(8000000000)  /* times a billion still fits in 63 bits; 250 years */

/* "90", "0.5", "10m". Not strtod(): its point depends on the locale. */
static bool read_time(const char *text, uint64_t *nanoseconds)
{
    static const struct { const char *name; uint64_t seconds; } units[] = {
        { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }
    };
    uint64_t whole, part = 0, place = BILLION / 10;
    const char *unit;

    if (!read_number(text, &unit, &whole) || whole > MOST_SECONDS)
        return false;
    if (*unit == '.')
        for (unit++; isdigit((unsigned char)*unit); unit++, place /= 10)
            part += (uint64_t)(*unit - '0') * place;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(unit, units[i].name) == 0) {
            *nanoseconds = (whole * BILLION + part) * units[i].seconds;
            return whole + 1 <= MOST_SECONDS / units[i].seconds;
        }
    return false;
}

static int store_text(const struct verb *verb, const struct match *match, char *place)
{
    struct option_texts *texts;

    if (match->option->kind == OPTION_TEXT) {
        memcpy(place, &match->argument, sizeof match->argument);
        return -1;
    }
    texts = (struct option_texts *)(void *)place;
    if (texts->count == MOST_OPTION_TEXTS)
        return output_usage_error(verb->name, "--%s is given more than %u times", match->option->name, MOST_OPTION_TEXTS);
    texts->items[texts->count++] = match->argument;
    return -1;
}

static int store(const struct verb *verb, const struct match *match)
{
    const struct option *option = match->option;
    char *place = (char *)match->target + option->place;
    const char *end = "";
    uint64_t number = 0;

    switch (option->kind) {
    case OPTION_FLAG:
        memcpy(place, &(bool){ true }, sizeof(bool));
        return -1;
    case OPTION_CHOICE:
        memcpy(place, &option->choice, sizeof option->choice);
        return -1;
    case OPTION_COUNT:
        if (!read_number(match->argument, &end, &number) || *end != '\0')
            return output_usage_error(verb->name, "--%s: '%s' is no number", option->name, match->argument);
        if (option->choice != 0 && number > option->choice)
            return output_usage_error(verb->name, "--%s: at most %u", option->name, option->choice);
        break;
    case OPTION_SIZE:
        if (!option_table_size(match->argument, &number))
            return output_usage_error(verb->name, "--%s: '%s' is no size in bytes, KiB, MiB or GiB", option->name,
                                      match->argument);
        break;
    case OPTION_TIME:
        if (!read_time(match->argument, &number))
            return output_usage_error(verb->name, "--%s: '%s' is no time in seconds, or with s, m, h or d", option->name,
                                      match->argument);
        break;
    case OPTION_TEXT:
    case OPTION_TEXTS:
        return store_text(verb, match, place);
    }
    memcpy(place, &number, sizeof number);
    return -1;
}

/* *next is the argument behind the option; taken when the option needs one. */
static int apply(const struct verb *verb, struct match *match, char **next, bool *took)
{
    *took = false;
    if (match->option->argument == NULL) {
        if (match->argument != NULL)
            return output_usage_error(verb->name, "--%s takes no value", match->option->name);
    } else if (match->argument == NULL) {
        if (*next == NULL)
            return output_usage_error(verb->name, "--%s needs a value: %s", match->option->name,
                                      match->option->argument);
        match->argument = *next;
        *took = true;
    }
    return store(verb, match);
}

static int parse_long(const struct verb *verb, void *const *targets, char **argument, bool *took)
{
    const char *name = *argument + 2, *equals = strchr(name, '=');
    size_t length = equals == NULL ? strlen(name) : (size_t)(equals - name);
    struct match match = { NULL, NULL, equals == NULL ? NULL : equals + 1 };

    if (strcmp(name, "help") == 0) {
        option_table_help(verb);
        return EXIT_CODE_OK;
    }
    if (!find_option(verb, targets, name, length, 0, &match))
        return output_usage_error(verb->name, "%s: unknown option --%.*s", verb->name, (int)length, name);
    return apply(verb, &match, argument + 1, took);
}

/* Letters may stand together: -qv. Those with a value take the rest of the argument, or the next one. */
static int parse_letters(const struct verb *verb, void *const *targets, char **argument, bool *took)
{
    int code = -1;

    for (const char *p = *argument + 1; *p != '\0' && code == -1 && !*took; p++) {
        struct match match = { NULL, NULL, NULL };
        if (*p == 'h') {
            option_table_help(verb);
            return EXIT_CODE_OK;
        }
        if (!find_option(verb, targets, NULL, 0, *p, &match))
            return output_usage_error(verb->name, "%s: unknown option -%c", verb->name, *p);
        if (match.option->argument != NULL && p[1] != '\0')
            match.argument = p + 1;
        code = apply(verb, &match, argument + 1, took);
        if (match.argument == p + 1)
            break;
    }
    return code;
}

/* Names the first operand that is missing by its word in the synopsis: "FILE PATH...". */
static int refuse_few(const struct verb *verb, int given)
{
    const char *word = verb->operands;
    char name[16];
    size_t length;

    for (int i = 0; i < given; i++) {
        word += strcspn(word, " ");
        word += strspn(word, " ");
    }
    length = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (size_t i = 0; i < length && i + 1 < sizeof name; i++)
        name[i] = (char)(word[i] - 'A' + 'a');
    name[length < sizeof name ? length : sizeof name - 1] = '\0';
    return output_usage_error(verb->name, "%s: no %s%s given", verb->name, given > 0 && strcmp(name, "file") == 0 ? "second " : "",
                              length > 0 ? name : "operand");
}

int option_table_parse(const struct verb *verb, void *const *targets, int count, char **argv, int *operands)
{
    bool options_ended = false;
    int kept = 0, code = -1;

    for (int i = 0; i < count && code == -1; i++) {
        bool took = false;
        if (options_ended || argv[i][0] != '-' || argv[i][1] == '\0')
            argv[kept++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            options_ended = true;
        else if (argv[i][1] == '-')
            code = parse_long(verb, targets, argv + i, &took);
        else
            code = parse_letters(verb, targets, argv + i, &took);
        i += took;
    }
    if (code != -1)
        return code;
    *operands = kept;
    if (kept < verb->least_operands)
        return refuse_few(verb, kept);
    if (verb->most_operands >= 0 && kept > verb->most_operands)
        return output_usage_error(verb->name, "%s: one operand too many: %s", verb->name, argv[verb->most_operands]);
    return -1;
}

/* ---- Help ---- */

static void print_option(const struct option *option)
{
    char left[48];

    snprintf(left, sizeof left, "  %c%c%s --%s%s%s", option->letter != 0 ? '-' : ' ',
             option->letter != 0 ? option->letter : ' ', option->letter != 0 ? "," : " ", option->name,
             option->argument != NULL ? "=" : "", option->argument != NULL ? option->argument : "");
    printf("%-28s %s\n", left, option->help);
}

static bool print_group(void *context, const struct option_group *group, size_t index)
{
    (void)context, (void)index;
    printf("\n%s:\n", group->title);
    for (size_t k = 0; k < group->count; k++)
        print_option(&group->options[k]);
    return false;
}

void option_table_help(const struct verb *verb)
{
    bool any = verb->groups[0] != NULL;

    printf("usage: msrck %s%s%s%s\n%s.\n", verb->name, any ? " [options]" : "", verb->operands[0] != '\0' ? " " : "",
           verb->operands, verb->summary);
    if (verb->description[0] != '\0')
        printf("\n%s", verb->description);
    option_table_each_group(verb, print_group, NULL);
    printf("\n%s", any ? "" : "options:\n");
    printf("%-28s %s\n", "  -h, --help", "show this text");
}
