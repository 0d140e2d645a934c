/* SPDX-License-Identifier: MIT */
/*
 * The conversation of msrck migrate with both programs. The order of the last words is what keeps one of them, and only
 * one, running: ready - hold - held - go - gone - leave. docs/migration.md tells what each cut between them comes to.
 */
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <msrck/control.h>

#include "migrate.h"
#include "output.h"
#include "running_program.h"

struct conversation {
    const struct migrate_request *request;
    struct migrate_link *link;
    struct migrate_outcome *outcome;
    unsigned char id[MSRCK_TRANSFER_ID_SIZE];
    msrck_control *program;
    int source;                     /* to the source; -1: closed */
    unsigned char *frame;           /* MSRCK_TRANSFER_FRAME_MOST bytes */
    char tag[5];
    uint32_t length;                /* of the frame */
    double paused_at;               /* 0: not yet */
    bool sent, ready;
};

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void say(const struct conversation *talk, const char *format, ...) CLI_PRINTF(2, 3);

static void say(const struct conversation *talk, const char *format, ...)
{
    char text[MSRCK_MESSAGE_SIZE];
    va_list arguments;

    if (!talk->request->verbose)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    output_message(NULL, "%s", text);
}

/* The class that an exit code stands for. */
static msrck_result class_of(int code)
{
    static const msrck_result classes[] = { MSRCK_SYSTEM,  MSRCK_SYSTEM,      MSRCK_MISUSE, MSRCK_SYSTEM,
                                            MSRCK_CORRUPT, MSRCK_UNSUPPORTED, MSRCK_LIMIT,  MSRCK_DOES_NOT_FIT };

    return code >= 0 && code < 8 ? classes[code] : MSRCK_SYSTEM;
}

/* The first reason counts. Always false. */
static bool fail(struct conversation *talk, int code, const char *format, ...) CLI_PRINTF(3, 4);

static bool fail(struct conversation *talk, int code, const char *format, ...)
{
    msrck_error *error = &talk->outcome->error;
    va_list arguments;

    if (talk->outcome->code != EXIT_CODE_OK)
        return false;
    talk->outcome->code = code;
    error->result = class_of(code);
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

static bool fail_as(struct conversation *talk, const msrck_error *error)
{
    return fail(talk, (int)exit_code_of(error->result), "%s", error->message);
}

/* ---- Beginning ---- */

static bool new_id(struct conversation *talk)
{
    return getrandom(talk->id, sizeof talk->id, 0) == (ssize_t)sizeof talk->id ||
           fail(talk, EXIT_CODE_SYSTEM, "no random numbers: %s", strerror(errno));
}

/* An answer that ends the migration as it stands. */
static bool bad_answer(struct conversation *talk, enum migrate_answer answer)
{
    switch (answer) {
    case ANSWER_REFUSED:
        return fail(talk, talk->link->code, "refused by the destination: %.400s", talk->link->sentence);
    case ANSWER_END:
        return fail(talk, EXIT_CODE_SYSTEM, "the destination has closed the connection");
    case ANSWER_NONE:
        return fail(talk, EXIT_CODE_SYSTEM, "the destination was silent for %d seconds", talk->request->limit / 1000);
    default:
        return fail(talk, EXIT_CODE_SYSTEM, "the destination answers out of order");
    }
}

/* The destination is there and understands, before the program is halted for it. */
static bool reach_destination(struct conversation *talk)
{
    msrck_error error = MSRCK_ERROR_INIT;
    enum migrate_answer answer;

    if (migrate_link_open(talk->link, talk->request->to, talk->request->key, talk->request->limit, &error) != MSRCK_OK)
        return fail_as(talk, &error);
    if (migrate_link_hello(talk->link, talk->id, false, &error) != MSRCK_OK &&
        migrate_link_answer(talk->link, 1000) != ANSWER_REFUSED)
        return fail_as(talk, &error);
    answer = error.result == MSRCK_OK ? migrate_link_answer(talk->link, talk->request->limit) : ANSWER_REFUSED;
    /* A shell's "> log" takes the answers away, and nothing else would tell. */
    if (answer == ANSWER_NONE && strncmp(talk->request->to, "tcp:", 4) != 0)
        return fail(talk, EXIT_CODE_SYSTEM,
                    "the destination was silent for %d seconds; its answers come over the standard output of the command, which must not lead elsewhere",
                    talk->request->limit / 1000);
    if (answer != ANSWER_WAITING)
        return bad_answer(talk, answer);
    say(talk, "the destination waits");
    return true;
}

static bool ask_source(struct conversation *talk)
{
    msrck_error error = MSRCK_ERROR_INIT;
    msrck_control_field field = { "limit_ms", NULL };
    char limit[24];
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(talk, EXIT_CODE_SYSTEM, "cannot make a socket: %s", strerror(errno));
    talk->source = ends[0];
    snprintf(limit, sizeof limit, "%d", talk->request->limit);
    field.value = limit;
    if (msrck_control_ask(talk->program, "migrate", &field, 1, ends[1], &error) == MSRCK_OK)
        msrck_control_answer(talk->program, ANSWER_MILLISECONDS, &error);
    close(ends[1]);
    if (error.result == MSRCK_OK && strcmp(msrck_control_kind(talk->program), "accepted") != 0)
        error = running_failure(talk->program, "");
    if (error.result == MSRCK_OK)
        return true;
    return fail(talk, EXIT_CODE_SYSTEM, "process %ld: %s", talk->request->pid, error.message);
}

/* ---- The source ---- */

/* False: the end, or silence. */
static bool read_source(struct conversation *talk, void *bytes, size_t length)
{
    unsigned char *at = bytes;

    while (length > 0) {
        struct pollfd waiting = { .fd = talk->source, .events = POLLIN };
        int ready = poll(&waiting, 1, talk->request->limit);
        ssize_t count = ready > 0 ? read(talk->source, at, length) : -1;

        if (ready == 0 || count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
            return false;
        if (count > 0) {
            at += count;
            length -= (size_t)count;
        }
    }
    return true;
}

static bool read_frame(struct conversation *talk)
{
    unsigned char head[MSRCK_TRANSFER_HEAD_SIZE];

    if (!read_source(talk, head, sizeof head))
        return fail(talk, EXIT_CODE_SYSTEM, "process %ld has ended or fallen silent", talk->request->pid);
    memcpy(talk->tag, head, 4);
    talk->length = (uint32_t)head[4] << 24 | (uint32_t)head[5] << 16 | (uint32_t)head[6] << 8 | head[7];
    if (talk->length > MSRCK_TRANSFER_FRAME_MOST)
        return fail(talk, EXIT_CODE_SYSTEM, "process %ld sends what is no frame", talk->request->pid);
    if (!read_source(talk, talk->frame, talk->length))
        return fail(talk, EXIT_CODE_SYSTEM, "process %ld has ended or fallen silent", talk->request->pid);
    return true;
}

static bool tell_source(struct conversation *talk, char word)
{
    return talk->source >= 0 && send(talk->source, &word, 1, MSG_NOSIGNAL) == 1;
}

/* A write that fails may leave the reason for it unread. */
static bool forward(struct conversation *talk)
{
    msrck_error error = MSRCK_ERROR_INIT;
    enum migrate_answer answer;

    if (migrate_link_frame(talk->link, talk->tag, talk->frame, talk->length, &error) == MSRCK_OK)
        return true;
    while ((answer = migrate_link_answer(talk->link, 1000)) == ANSWER_ACCEPTED)
        ;
    return answer == ANSWER_REFUSED ? bad_answer(talk, answer) : fail_as(talk, &error);
}

/* One frame of the source. */
static bool relay_frame(struct conversation *talk)
{
    if (!read_frame(talk))
        return false;
    if (talk->paused_at == 0)
        talk->paused_at = seconds_now();
    if (strcmp(talk->tag, MSRCK_TRANSFER_STOP) == 0) {
        forward(talk);
        return fail(talk, EXIT_CODE_SYSTEM, "process %ld cannot be checkpointed: %.*s", talk->request->pid,
                    (int)(talk->length < 400 ? talk->length : 400), (const char *)talk->frame);
    }
    if (strcmp(talk->tag, MSRCK_TRANSFER_DATA) == 0)
        talk->outcome->bytes += talk->length;
    else if (strcmp(talk->tag, MSRCK_TRANSFER_DONE) == 0)
        talk->sent = true;
    else
        return fail(talk, EXIT_CODE_SYSTEM, "process %ld sends a frame '%s' out of order", talk->request->pid, talk->tag);
    return forward(talk);
}

static bool take_answer(struct conversation *talk)
{
    enum migrate_answer answer = migrate_link_answer(talk->link, 0);

    if (answer == ANSWER_NONE)
        return true;
    if (answer == ANSWER_ACCEPTED) {
        say(talk, "the destination has accepted the program");
        return true;
    }
    talk->ready = answer == ANSWER_READY && talk->sent;
    return talk->ready || bad_answer(talk, answer);
}

/*
 * From the request to "ready". While the program is on its way to a poll-point the destination is told that somebody is still
 * there; nobody may be silent for longer than the limit.
 */
static bool transfer_state(struct conversation *talk)
{
    double last = seconds_now(), limit = talk->request->limit / 1000.0;

    while (!talk->ready) {
        struct pollfd waiting[2] = { { .fd = talk->sent ? -1 : talk->source, .events = POLLIN },
                                     { .fd = migrate_link_descriptor(talk->link), .events = POLLIN } };
        int ready = migrate_link_pending(talk->link) ? 1 : poll(waiting, 2, talk->request->limit / 4 + 1);

        if (ready < 0 && errno != EINTR)
            return fail(talk, EXIT_CODE_SYSTEM, "cannot wait: %s", strerror(errno));
        if (ready > 0)
            last = seconds_now();
        else if (seconds_now() - last >= limit)
            return talk->sent ? bad_answer(talk, ANSWER_NONE)
                              : fail(talk, EXIT_CODE_SYSTEM, "process %ld reached no poll-point in %d seconds",
                                     talk->request->pid, talk->request->limit / 1000);
        if (ready > 0 && (waiting[1].revents != 0 || migrate_link_pending(talk->link)) && !take_answer(talk))
            return false;
        if (ready > 0 && waiting[0].revents != 0 && !talk->ready && !relay_frame(talk))
            return false;
        if (ready == 0 && !talk->sent && migrate_link_frame(talk->link, MSRCK_TRANSFER_NOTHING, NULL, 0, NULL) != MSRCK_OK)
            return bad_answer(talk, ANSWER_END);
    }
    return true;
}

/* ---- The last words ---- */

/* From here on the source does not go on by itself. */
static bool hold_source(struct conversation *talk)
{
    if (!tell_source(talk, MSRCK_TRANSFER_HOLD))
        return fail(talk, EXIT_CODE_SYSTEM, "process %ld goes on: it has closed", talk->request->pid);
    return read_frame(talk) && (strcmp(talk->tag, MSRCK_TRANSFER_HELD) == 0 ||
                                fail(talk, EXIT_CODE_SYSTEM, "process %ld answers out of order", talk->request->pid));
}

enum verdict { VERDICT_GONE, VERDICT_STAYED, VERDICT_DOUBT };

/* After "ready" on any connection. A GO that could not be written was not read: the destination does not go on. */
static enum verdict let_go(struct conversation *talk, bool first)
{
    msrck_error error = MSRCK_ERROR_INIT;
    enum migrate_answer answer;

    if (migrate_link_frame(talk->link, MSRCK_TRANSFER_GO, NULL, 0, &error) != MSRCK_OK) {
        if (!first || talk->link->address != NULL)
            return VERDICT_DOUBT;
        fail_as(talk, &error);
        return VERDICT_STAYED;
    }
    answer = migrate_link_answer(talk->link, talk->request->limit);
    if (answer == ANSWER_GONE)
        return VERDICT_GONE;
    if (answer != ANSWER_REFUSED)
        return VERDICT_DOUBT;
    bad_answer(talk, answer);
    return VERDICT_STAYED;
}

/* One more connection; the destination, or its witness, says how it stands. */
static enum verdict ask_again(struct conversation *talk, int limit)
{
    if (migrate_link_again(talk->link, limit, NULL) != MSRCK_OK ||
        migrate_link_hello(talk->link, talk->id, true, NULL) != MSRCK_OK)
        return VERDICT_DOUBT;
    talk->outcome->asked_again++;
    switch (migrate_link_answer(talk->link, limit)) {
    case ANSWER_GONE:
        return VERDICT_GONE;
    case ANSWER_READY:
        return let_go(talk, false);
    default:
        return VERDICT_DOUBT; /* also "refused": whoever that is knows nothing of it */
    }
}

static enum verdict find_out(struct conversation *talk)
{
    double moment = seconds_now() + talk->request->limit / 1000.0, left;
    struct timespec nap = { 0, 100000000 };
    enum verdict verdict = VERDICT_DOUBT;

    if (talk->link->address == NULL)
        return VERDICT_DOUBT;
    say(talk, "the connection was cut at the last word: asking again");
    while (verdict == VERDICT_DOUBT && (left = moment - seconds_now()) > 0) {
        if ((verdict = ask_again(talk, (int)(left * 1000) + 1)) == VERDICT_DOUBT)
            nanosleep(&nap, NULL);
    }
    return verdict;
}

static void conclude(struct conversation *talk, enum verdict verdict)
{
    struct migrate_outcome *outcome = talk->outcome;

    switch (verdict) {
    case VERDICT_GONE:
        if (talk->link->address != NULL)
            migrate_link_frame(talk->link, MSRCK_TRANSFER_BYE, NULL, 0, NULL);
        tell_source(talk, MSRCK_TRANSFER_LEAVE);
        outcome->end = MIGRATE_MIGRATED;
        break;
    case VERDICT_STAYED:
        tell_source(talk, MSRCK_TRANSFER_STAY);
        break;
    case VERDICT_DOUBT:
        outcome->end = MIGRATE_UNKNOWN;
        fail(talk, EXIT_CODE_SYSTEM,
             "the destination fell silent after it was told to go on: process %ld saves its state where its checkpoints "
             "go, and leaves; if the destination does not run, resume that",
             talk->request->pid);
        break;
    }
}

/* ---- All of it ---- */

static void converse(struct conversation *talk)
{
    msrck_error error = MSRCK_ERROR_INIT;
    enum verdict verdict;

    if (msrck_control_open(talk->request->pid, talk->request->directory, &talk->program, &error) != MSRCK_OK) {
        fail_as(talk, &error);
        return;
    }
    if (!new_id(talk) || !reach_destination(talk) || !ask_source(talk))
        return;
    if (!transfer_state(talk) || !hold_source(talk)) {
        tell_source(talk, MSRCK_TRANSFER_STAY);
        return;
    }
    say(talk, "the destination is ready");
    if ((verdict = let_go(talk, true)) == VERDICT_DOUBT)
        verdict = find_out(talk);
    conclude(talk, verdict);
}

/* The destination hears why before it is left alone. */
static void call_off(struct conversation *talk)
{
    const char *reason = talk->outcome->error.message;

    migrate_link_frame(talk->link, MSRCK_TRANSFER_STOP, reason, strlen(reason), NULL);
    migrate_link_close(talk->link, 2000);
}

void migrate_run(const struct migrate_request *request, struct migrate_link *link, struct migrate_outcome *outcome)
{
    struct conversation talk = { .request = request, .link = link, .outcome = outcome, .source = -1 };
    double begun = seconds_now();

    *outcome = (struct migrate_outcome){ .end = MIGRATE_STAYED, .error = MSRCK_ERROR_INIT };
    *link = (struct migrate_link){ .process = -1, .to = -1, .from = -1 };
    if ((talk.frame = malloc(MSRCK_TRANSFER_FRAME_MOST)) == NULL)
        fail(&talk, EXIT_CODE_SYSTEM, "out of memory");
    else
        converse(&talk);
    outcome->seconds = seconds_now() - begun;
    outcome->paused = talk.paused_at > 0 ? seconds_now() - talk.paused_at : 0;
    if (talk.source >= 0)
        close(talk.source);
    msrck_control_close(talk.program);
    free(talk.frame);
    if (outcome->end == MIGRATE_STAYED)
        call_off(&talk);
}
