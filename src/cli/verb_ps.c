/* SPDX-License-Identifier: MIT */
/* msrck ps: the programs on this machine that use libmsrck. */
#include <inttypes.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "answer_json.h"
#include "output.h"
#include "running_program.h"
#include "verb.h"

struct ps_options {
    const char *control;
    bool json;
};

static const struct option rows[] = {
    { "control", 0, OPTION_TEXT, 0, offsetof(struct ps_options, control), "DIR", "look for control sockets in DIR only" },
    { "json", 0, OPTION_FLAG, 0, offsetof(struct ps_options, json), NULL, "print JSON (schemas/ps.schema.json)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

/* ---- Text ---- */

#define LONGEST_POLICIES 160u

static uint64_t epoch_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_REALTIME, &time);
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

static void add_policy(char *text, const char *name, const char *value)
{
    size_t length = strlen(text);

    snprintf(text + length, LONGEST_POLICIES - length, "%s%s %s", length > 0 ? ", " : "", name, value);
}

static void format_policies(char *text, const msrck_control *program)
{
    static const struct { const char *key, *name; } times[] = { { "every_ns", "every" }, { "spacing_ns", "spacing" } };
    static const struct { const char *key, *name; } words[] = { { "overhead_percent", "at most %" }, { "keep", "keep" },
                                                                { "keep_hourly", "hourly" }, { "keep_daily", "daily" } };
    uint64_t deadline = msrck_control_number(program, "deadline_epoch_ns", 0), now = epoch_now();
    char value[32];

    text[0] = '\0';
    for (size_t t = 0; t < sizeof times / sizeof times[0]; t++)
        if (msrck_control_text(program, times[t].key) != NULL) {
            running_format_time(value, sizeof value, msrck_control_number(program, times[t].key, 0));
            add_policy(text, times[t].name, value);
        }
    if (deadline > 0) {
        running_format_time(value, sizeof value, deadline > now ? deadline - now : 0);
        add_policy(text, "deadline in", value);
    }
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
        if (msrck_control_text(program, words[w].key) != NULL)
            add_policy(text, words[w].name, msrck_control_text(program, words[w].key));
    if (text[0] == '\0')
        snprintf(text, LONGEST_POLICIES, "-");
}

static const char *text_of(const msrck_control *program, const char *key)
{
    const char *text = msrck_control_text(program, key);

    return text != NULL ? text : "?";
}

static void print_user(unsigned long uid)
{
    const struct passwd *user = getpwuid((uid_t)uid);

    if (user != NULL)
        printf("%-8.12s ", user->pw_name);
    else
        printf("%-8lu ", uid);
}

static void print_head(bool users)
{
    printf("%7s %s%-14s %-9s %5s %8s %9s %9s %9s  %-20s %s\n", "PID", users ? "USER     " : "", "PROGRAM", "STATE", "DONE", "LAST", "BYTES",
           "TOOK", "PAUSE", "POLICIES", "PATH");
}

/* One line; what a failed checkpoint said stands behind it. */
static void print_line(const msrck_control *program, bool users)
{
    uint64_t ended = msrck_control_number(program, "last_epoch_ns", 0), now = epoch_now();
    bool written = ended > 0 && strcmp(text_of(program, "last_result"), "written") == 0;
    char policies[LONGEST_POLICIES], age[32] = "-", bytes[32] = "-", took[32] = "-", pause[32] = "-";

    format_policies(policies, program);
    if (ended > 0)
        running_format_time(age, sizeof age, now > ended ? now - ended : 0);
    if (written) {
        running_format_bytes(bytes, sizeof bytes, msrck_control_number(program, "last_file_bytes", 0));
        running_format_time(took, sizeof took, msrck_control_number(program, "last_total_ns", 0));
        running_format_time(pause, sizeof pause, msrck_control_number(program, "last_pause_ns", 0));
    }
    printf("%7ld ", msrck_control_pid(program));
    if (users)
        print_user(msrck_control_uid(program));
    output_masked_padded(text_of(program, "program"), 14);
    putchar(' ');
    output_masked_padded(text_of(program, "state"), 9);
    printf(" %5" PRIu64 " %8s %9s %9s %9s  ", msrck_control_number(program, "checkpoints", 0), age, bytes, took, pause);
    output_masked_padded(policies, 20);
    putchar(' ');
    output_masked(text_of(program, msrck_control_text(program, "last_path") != NULL ? "last_path" : "checkpoint_to"));
    if (ended > 0 && !written) {
        printf("  FAILED: ");
        output_masked(text_of(program, "last_reason"));
    }
    putchar('\n');
}

/* ---- JSON ---- */

/* Whichever of the fields the program has told: numbers as strings. */
static void json_fields(struct json_writer *writer, const msrck_control *program, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        if (msrck_control_text(program, *keys) != NULL)
            json_key_string(writer, *keys, msrck_control_text(program, *keys));
}

static void json_last(struct json_writer *writer, const msrck_control *program)
{
    msrck_error failure;

    json_key(writer, "last");
    json_begin_object(writer);
    json_key_string(writer, "result", text_of(program, "last_result"));
    json_key_big(writer, "epoch_ns", msrck_control_number(program, "last_epoch_ns", 0));
    if (msrck_control_text(program, "last_path") != NULL)
        json_key_string(writer, "path", msrck_control_text(program, "last_path"));
    running_json_outcome(writer, program, "last_");
    if (msrck_control_text(program, "last_reason") != NULL) {
        failure = running_failure(program, "last_");
        answer_error(writer, &failure);
    }
    json_end_object(writer);
}

static void json_program(struct json_writer *writer, const msrck_control *program)
{
    static const char *const general[] = { "program", "library", "state", "requested_ns", "started_epoch_ns", "checkpoint_to",
                                           "resumed_from", "checkpoints", "failures", NULL };
    static const char *const policies[] = { "every_ns", "spacing_ns", "overhead_percent", "deadline_epoch_ns", "keep", "keep_hourly",
                                            "keep_daily", "background", "signal", "stop_signal", NULL };

    json_line(writer);
    json_begin_object(writer);
    json_key_number(writer, "pid", (uint32_t)msrck_control_pid(program));
    json_key_number(writer, "uid", (uint32_t)msrck_control_uid(program));
    json_fields(writer, program, general);
    json_key(writer, "policies");
    json_begin_object(writer);
    json_fields(writer, program, policies);
    json_end_object(writer);
    if (msrck_control_text(program, "last_result") != NULL)
        json_last(writer, program);
    json_end_object(writer);
}

static void json_silent(struct json_writer *writer, long pid, const msrck_error *error)
{
    json_line(writer);
    json_begin_object(writer);
    json_key_number(writer, "pid", (uint32_t)pid);
    answer_error(writer, error);
    json_end_object(writer);
}

/* ---- The verb ---- */

static void print(const msrck_control *program, struct json_writer *writer, bool users)
{
    if (writer != NULL)
        json_program(writer, program);
    else
        print_line(program, users);
}

/* Closed by the other side, in contrast to a program that stands still. */
static bool is_closed(const msrck_control *program)
{
    struct pollfd look = { .fd = msrck_control_descriptor(program), .events = POLLIN };

    return poll(&look, 1, 0) > 0;
}

#define TRIES 100u

/*
 * A connection that was closed is that of a program that is ending, that has begun another session, or that had too many
 * askers. MSRCK_SYSTEM when there is nobody any more.
 */
static msrck_result ask_again(long pid, const char *control, struct json_writer *writer, bool users, msrck_error *error)
{
    static const struct timespec while_it_ends = { .tv_nsec = 10000000 };
    bool closed = true;

    for (unsigned tries = 0; closed && tries < TRIES; tries++) {
        msrck_control *program;
        const char *kind = "";

        *error = (msrck_error)MSRCK_ERROR_INIT;
        if (msrck_control_open(pid, control, &program, error) != MSRCK_OK)
            return MSRCK_SYSTEM;
        if (running_ask(program, "status", NULL, 0, &kind, error) == MSRCK_OK)
            print(program, writer, users);
        closed = error->result != MSRCK_OK && is_closed(program);
        msrck_control_close(program);
        if (closed)
            nanosleep(&while_it_ends, NULL);
    }
    return MSRCK_OK;
}

/* `given`: it was asked for, and has to be there. In a list, one that has just ended is left out. */
static int show(msrck_control *program, const struct ps_options *chosen, struct json_writer *writer, bool users, bool given)
{
    long pid = msrck_control_pid(program);
    const char *kind = "";
    msrck_error error = MSRCK_ERROR_INIT;

    if (running_ask(program, "status", NULL, 0, &kind, &error) == MSRCK_OK) {
        print(program, writer, users);
        return EXIT_CODE_OK;
    }
    if (is_closed(program) && ask_again(pid, chosen->control, writer, users, &error) != MSRCK_OK && !given)
        return EXIT_CODE_OK;
    if (error.result == MSRCK_OK)
        return EXIT_CODE_OK;
    if (writer != NULL)
        json_silent(writer, pid, &error);
    output_message(NULL, "%s", error.message);
    return EXIT_CODE_SYSTEM;
}

/* Those that are asked for by number, in that order; each must be there. */
static int show_given(const struct ps_options *chosen, int count, char **argv, struct json_writer *writer, bool users)
{
    int code = EXIT_CODE_OK;

    for (int i = 0; i < count; i++) {
        msrck_error error = MSRCK_ERROR_INIT;
        msrck_control *program;
        long pid = 0;

        running_pid(argv[i], &pid);
        if (msrck_control_open(pid, chosen->control, &program, &error) == MSRCK_OK) {
            code = larger_code(code, show(program, chosen, writer, users, true));
            msrck_control_close(program);
            continue;
        }
        if (writer != NULL)
            json_silent(writer, pid, &error);
        code = larger_code(code, output_error(NULL, &error));
    }
    return code;
}

static int show_all(const struct ps_options *chosen, struct json_writer *writer, bool users)
{
    msrck_control **programs;
    msrck_error error = MSRCK_ERROR_INIT;
    int code = EXIT_CODE_OK;
    size_t count;

    if (msrck_control_list(chosen->control, &programs, &count, &error) != MSRCK_OK)
        return output_error(NULL, &error);
    for (size_t p = 0; p < count; p++)
        code = larger_code(code, show(programs[p], chosen, writer, users, false));
    msrck_control_list_free(programs, count);
    return code;
}

static int run_ps(const struct verb *verb, int count, char **argv)
{
    struct ps_options chosen = { NULL, false };
    void *targets[] = { &chosen };
    struct json_writer writer;
    bool users = geteuid() == 0;
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);
    long pid;

    if (code != -1)
        return code;
    for (int i = 0; i < operands; i++)
        if (!running_pid(argv[i], &pid))
            return output_usage_error("ps", "'%s' is no process id", argv[i]);
    if (chosen.json) {
        answer_begin(&writer, "msrck-ps");
        json_key(&writer, "programs");
        json_begin_array(&writer);
    } else {
        print_head(users);
    }
    code = operands > 0 ? show_given(&chosen, operands, argv, chosen.json ? &writer : NULL, users)
                        : show_all(&chosen, chosen.json ? &writer : NULL, users);
    if (chosen.json) {
        json_end_array(&writer);
        answer_end(&writer);
    }
    return code;
}

const struct verb verb_ps = {
    "ps", "[PID...]", "list the running programs that use libmsrck",
    "Their names, states, numbers of checkpoints, what the last one took, and where it is. Those of this user; root\n"
    "sees everybody's.\n",
    0, -1, { &options }, run_ps
};
