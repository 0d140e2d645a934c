/* SPDX-License-Identifier: MIT */
/* msrck checkpoint: asks running programs for a checkpoint, and waits for what becomes of it if that is wanted. */
#define _GNU_SOURCE /* asprintf */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "answer_json.h"
#include "output.h"
#include "running_program.h"
#include "verb.h"

struct checkpoint_options {
    const char *output, *control;
    bool force, stop, wait, all, json;
    uint64_t timeout;               /* nanoseconds; UINT64_MAX: none */
};

#define PLACE(member) offsetof(struct checkpoint_options, member)

static const struct option rows[] = {
    { "output", 'o', OPTION_TEXT, 0, PLACE(output), "FILE", "write to FILE, not where the program usually does" },
    { "force", 'f', OPTION_FLAG, 0, PLACE(force), NULL, "overwrite FILE if it exists" },
    { "stop", 's', OPTION_FLAG, 0, PLACE(stop), NULL, "the program is to leave after the checkpoint" },
    { "wait", 'w', OPTION_FLAG, 0, PLACE(wait), NULL, "wait for the outcome; with --stop, until the program has left" },
    { "timeout", 't', OPTION_TIME, 0, PLACE(timeout), "TIME", "wait so long at most (90, 0.5, 10m), then withdraw the request" },
    { "all", 'a', OPTION_FLAG, 0, PLACE(all), NULL, "ask all programs of this user" },
    { "control", 0, OPTION_TEXT, 0, PLACE(control), "DIR", "look for control sockets in DIR only" },
    { "json", 0, OPTION_FLAG, 0, PLACE(json), NULL, "print JSON (schemas/checkpoint.schema.json)" },
};

static const struct option_group options = { "options", rows, sizeof rows / sizeof rows[0] };

/* ---- One program ---- */

enum target_result { TARGET_FAILED, TARGET_ASKED, TARGET_WRITTEN };

struct target {
    long pid;
    msrck_control *program;         /* owned; NULL: it could not be reached */
    int process;                    /* descriptor of the process, -1: none */
    enum target_result result;
    bool left;
    msrck_error error;              /* result MSRCK_OK unless something failed, after which result may be TARGET_WRITTEN still */
};

struct request {
    const struct checkpoint_options *chosen;
    char *path;                     /* owned, absolute; NULL: the program's usual one */
    uint64_t end;                   /* when waiting ends; UINT64_MAX: never */
    struct target *targets;         /* owned */
    size_t count;
};

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

static int milliseconds_left(const struct request *request)
{
    uint64_t time = now(), left;

    if (request->end == UINT64_MAX)
        return -1;
    left = request->end > time ? (request->end - time) / 1000000 + 1 : 0;
    return left > 0x7fffffff ? 0x7fffffff : (int)left;
}

static void fail(struct target *target, msrck_result result, const char *text)
{
    target->error.result = result;
    snprintf(target->error.message, sizeof target->error.message, "%s", text);
}

/* The process itself is held, so that its number cannot become another's while its end is waited for. */
static int open_process(long pid)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
#else
    (void)pid;
    return -1;
#endif
}

static void ask(const struct request *request, struct target *target)
{
    msrck_control_field fields[3];
    const char *kind = "";
    size_t count = 0;

    if (request->path != NULL)
        fields[count++] = (msrck_control_field){ "path", request->path };
    if (request->chosen->stop)
        fields[count++] = (msrck_control_field){ "stop", "yes" };
    if (request->chosen->wait)
        fields[count++] = (msrck_control_field){ "wait", "yes" };
    if (request->chosen->stop && request->chosen->wait)
        target->process = open_process(target->pid);
    if (running_ask(target->program, "checkpoint", fields, count, &kind, &target->error) == MSRCK_OK)
        target->result = TARGET_ASKED;
}

/* Takes what has come instead of the outcome; true when it is the outcome after all. */
static bool withdraw(struct target *target)
{
    char text[128];
    const char *kind = "";
    msrck_error error = MSRCK_ERROR_INIT;

    target->result = TARGET_FAILED;
    if (running_ask(target->program, "withdraw", NULL, 0, &kind, &error) == MSRCK_OK && strcmp(kind, "withdrawn") != 0)
        return true;
    if (strcmp(kind, "withdrawn") == 0)
        snprintf(text, sizeof text, "the program has reached no poll-point in that time; the request is withdrawn");
    else
        snprintf(text, sizeof text, "the checkpoint was not finished in that time, and goes on");
    fail(target, MSRCK_SYSTEM, text);
    return false;
}

/* Polling is for kernels that cannot hold processes. */
static void await_end(const struct request *request, struct target *target)
{
    int left;

    while (!target->left && (left = milliseconds_left(request)) != 0) {
        struct pollfd waiting = { .fd = target->process, .events = POLLIN };
        int step = target->process >= 0 ? left : left < 0 || left > 20 ? 20 : left;

        if (poll(&waiting, 1, step) > 0 || (target->process < 0 && kill((pid_t)target->pid, 0) != 0 && errno == ESRCH))
            target->left = true;
    }
    if (!target->left)
        fail(target, MSRCK_SYSTEM, "the checkpoint is written, but the program has not left in that time");
}

static void await(const struct request *request, struct target *target)
{
    msrck_result result = msrck_control_answer(target->program, milliseconds_left(request), &target->error);
    const char *kind;

    if (result == MSRCK_LIMIT) {
        target->error = (msrck_error)MSRCK_ERROR_INIT;
        if (!withdraw(target))
            return;
    } else if (result != MSRCK_OK) {
        target->result = TARGET_FAILED;
        return;
    }
    kind = msrck_control_kind(target->program);
    target->result = strcmp(kind, "written") == 0 ? TARGET_WRITTEN : TARGET_FAILED;
    if (target->result == TARGET_FAILED)
        target->error = running_failure(target->program, "");
    else if (request->chosen->stop)
        await_end(request, target);
}

/* ---- Answers ---- */

/* A program that was written wrongly is no wrong use of this command. */
static int code_of(const struct target *target)
{
    int code = (int)exit_code_of(target->error.result);

    return code == EXIT_CODE_USAGE ? EXIT_CODE_SYSTEM : code;
}

/* Whoever expects the program to go on meanwhile may like to know. */
static const char *why_in_place(const msrck_control *program)
{
    const char *mode = msrck_control_text(program, "mode");

    if (mode == NULL || strncmp(mode, "in-place-", 9) != 0)
        return "";
    return strcmp(mode, "in-place-memory") == 0 ? " (memory is too tight for a background process)" : " (no background process was to be had)";
}

static void print_text(const struct target *target)
{
    char took[32], paused[32], bytes[32];

    if (target->error.result != MSRCK_OK)
        output_message(NULL, "%ld: %s", target->pid, target->error.message);
    if (target->result == TARGET_ASKED)
        printf("%ld: asked\n", target->pid);
    if (target->result != TARGET_WRITTEN)
        return;
    running_format_bytes(bytes, sizeof bytes, msrck_control_number(target->program, "file_bytes", 0));
    running_format_time(took, sizeof took, msrck_control_number(target->program, "total_ns", 0));
    running_format_time(paused, sizeof paused, msrck_control_number(target->program, "pause_ns", 0));
    printf("%ld: ", target->pid);
    output_masked(msrck_control_text(target->program, "path") != NULL ? msrck_control_text(target->program, "path") : "?");
    printf(": %s in %s, paused %s%s%s\n", bytes, took, paused, why_in_place(target->program), target->left ? ", left" : "");
}

static void print_json(struct json_writer *writer, const struct target *target)
{
    static const char *const names[] = { "failed", "asked", "written" };
    const char *path;

    json_line(writer);
    json_begin_object(writer);
    json_key_number(writer, "pid", (uint32_t)target->pid);
    json_key_string(writer, "result", names[target->result]);
    if (target->result == TARGET_WRITTEN) {
        if ((path = msrck_control_text(target->program, "path")) != NULL)
            json_key_string(writer, "path", path);
        json_key_big(writer, "checkpoint", msrck_control_number(target->program, "checkpoint", 0));
        running_json_outcome(writer, target->program, "");
        json_key(writer, "left");
        json_bool(writer, target->left);
    }
    if (target->error.result != MSRCK_OK)
        answer_error(writer, &target->error);
    json_end_object(writer);
}

/* Each answer is printed as it comes. */
static int finish(const struct request *request)
{
    struct json_writer writer;
    int code = EXIT_CODE_OK;

    if (request->chosen->json) {
        answer_begin(&writer, "msrck-checkpoint");
        json_key(&writer, "programs");
        json_begin_array(&writer);
    }
    for (size_t t = 0; t < request->count; t++) {
        struct target *target = &request->targets[t];

        if (request->chosen->wait && target->result == TARGET_ASKED)
            await(request, target);
        if (request->chosen->json)
            print_json(&writer, target);
        if (!request->chosen->json || target->error.result != MSRCK_OK)
            print_text(target);
        code = larger_code(code, code_of(target));
    }
    if (request->chosen->json) {
        json_end_array(&writer);
        answer_end(&writer);
    }
    return code;
}

/* ---- Which programs ---- */

static int find_given(struct request *request, int count, char **argv)
{
    request->targets = calloc((size_t)count + 1, sizeof *request->targets);
    if (request->targets == NULL) {
        output_message(NULL, "out of memory");
        return EXIT_CODE_SYSTEM;
    }
    for (int i = 0; i < count; i++) {
        struct target *target = &request->targets[i];

        if (!running_pid(argv[i], &target->pid))
            return output_usage_error("checkpoint", "'%s' is no process id", argv[i]);
        target->process = -1;
        target->error = (msrck_error)MSRCK_ERROR_INIT;
        request->count++;
    }
    for (size_t t = 0; t < request->count; t++)
        msrck_control_open(request->targets[t].pid, request->chosen->control, &request->targets[t].program,
                           &request->targets[t].error);
    return -1;
}

/* Root's own, too: everybody's programs are asked by their numbers. */
static int find_all(struct request *request)
{
    msrck_control **programs;
    msrck_error error = MSRCK_ERROR_INIT;
    size_t count;

    if (msrck_control_list(request->chosen->control, &programs, &count, &error) != MSRCK_OK)
        return output_error(NULL, &error);
    request->targets = calloc(count + 1, sizeof *request->targets);
    for (size_t p = 0; p < count && request->targets != NULL; p++) {
        struct target *target = &request->targets[request->count];

        if (msrck_control_uid(programs[p]) != (unsigned long)geteuid())
            continue;
        *target = (struct target){ .pid = msrck_control_pid(programs[p]), .program = programs[p], .process = -1, .error = MSRCK_ERROR_INIT };
        programs[p] = NULL;
        request->count++;
    }
    msrck_control_list_free(programs, count);
    if (request->targets != NULL)
        return -1;
    output_message(NULL, "out of memory");
    return EXIT_CODE_SYSTEM;
}

/* The name is this command's, in its working directory; the program gets the whole path. */
static int find_path(struct request *request)
{
    const char *name = request->chosen->output;
    struct stat status;
    char *directory;
    int length;

    if (name == NULL)
        return -1;
    if (strcmp(name, "-") == 0 || *name == '\0')
        return output_usage_error("checkpoint", "--output: '%s' is no file", name);
    if (!request->chosen->force && lstat(name, &status) == 0 && !S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) {
        output_message(name, "the file exists; -f overwrites it");
        return EXIT_CODE_SYSTEM;
    }
    if ((directory = getcwd(NULL, 0)) == NULL) {
        output_message(NULL, "no working directory: %s", strerror(errno));
        return EXIT_CODE_SYSTEM;
    }
    length = name[0] == '/' ? asprintf(&request->path, "%s", name) : asprintf(&request->path, "%s/%s", directory, name);
    free(directory);
    if (length >= 0)
        return -1;
    request->path = NULL;
    output_message(NULL, "out of memory");
    return EXIT_CODE_SYSTEM;
}

static int check_usage(const struct checkpoint_options *chosen, int operands)
{
    if (operands == 0 && !chosen->all)
        return output_usage_error("checkpoint", "checkpoint: no process id given");
    if (operands > 0 && chosen->all)
        return output_usage_error("checkpoint", "--all takes no process ids");
    if (chosen->output != NULL && (operands > 1 || chosen->all))
        return output_usage_error("checkpoint", "--output is for one program");
    if (chosen->timeout != UINT64_MAX && !chosen->wait)
        return output_usage_error("checkpoint", "--timeout needs --wait");
    return -1;
}

static int run_checkpoint(const struct verb *verb, int count, char **argv)
{
    struct checkpoint_options chosen = { .timeout = UINT64_MAX };
    struct request request = { .chosen = &chosen };
    void *targets[] = { &chosen };
    int operands = 0, code = option_table_parse(verb, targets, count, argv, &operands);

    if (code != -1 || (code = check_usage(&chosen, operands)) != -1)
        return code;
    if ((code = find_path(&request)) == -1)
        code = chosen.all ? find_all(&request) : find_given(&request, operands, argv);
    if (code == -1) {
        for (size_t t = 0; t < request.count; t++)
            if (request.targets[t].program != NULL)
                ask(&request, &request.targets[t]);
        request.end = chosen.timeout == UINT64_MAX ? UINT64_MAX : now() + chosen.timeout;
        code = finish(&request);
    }
    for (size_t t = 0; t < request.count; t++) {
        msrck_control_close(request.targets[t].program);
        if (request.targets[t].process >= 0)
            close(request.targets[t].process);
    }
    free(request.targets);
    free(request.path);
    return code;
}

const struct verb verb_checkpoint = {
    "checkpoint", "PID...", "ask running programs for a checkpoint",
    "The program writes it at its next poll-point and goes on, or leaves with --stop. Requests that wait for the same\n"
    "become one checkpoint; one that comes while a checkpoint is written waits for its end.\n",
    0, -1, { &options }, run_checkpoint
};
