/* SPDX-License-Identifier: MIT */
/* What askers ask for, and what becomes of it. Everything here happens under the server's lock. */
#include "runtime/control_hooks.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/control_server.h"
#include "runtime/requests.h"
#include "runtime/session.h"

/* ---- Askers ----------------------------------------------------------------------------------------------------- */

static void forget_request(struct asker *asker)
{
    free(asker->path);
    asker->path = NULL;
    asker->stop = asker->waits = false;
}

/* Done with its request: it may ask for more, unless it has left. */
static void dismiss(struct asker *asker)
{
    forget_request(asker);
    msrck_control_state(asker, asker->socket >= 0 ? ASKER_IDLE : ASKER_FREE);
}

/* Whoever does not want to know may leave; whoever waits and leaves does not want it any more. */
void msrck_control_leave(struct control_server *server, struct asker *asker)
{
    (void)server;
    close(asker->socket);
    asker->socket = -1;
    if (asker->state == ASKER_IDLE || (asker->state == ASKER_PENDING && asker->waits))
        dismiss(asker);
}

static bool same_path(const struct control_server *server, const char *one, const char *other)
{
    return strcmp(one != NULL ? one : server->usual, other != NULL ? other : server->usual) == 0;
}

bool msrck_control_pending(const struct control_server *server)
{
    size_t a;

    for (a = 0; a < CONTROL_ASKERS; a++)
        if (server->askers[a].state == ASKER_PENDING)
            return true;
    return false;
}

/* ---- Answers ---------------------------------------------------------------------------------------------------- */

static void refuse(struct control_server *server, struct asker *asker, const msrck_error *error)
{
    msrck_control_message_begin(&server->outgoing, "refused");
    msrck_control_message_text(&server->outgoing, "class", msrck_result_name(error->result));
    msrck_control_message_text(&server->outgoing, "reason", error->message);
    msrck_control_send(server, asker);
}

static void answer_outcome(struct control_server *server, struct asker *asker)
{
    const struct control_facts *facts = &server->facts;
    bool good = facts->outcome.error.result == MSRCK_OK;

    msrck_control_message_begin(&server->outgoing, good ? "written" : "failed");
    msrck_control_message_number(&server->outgoing, "pid", (uint64_t)getpid());
    msrck_control_message_number(&server->outgoing, "checkpoint", facts->checkpoints);
    msrck_control_message_flag(&server->outgoing, "stopping", good && facts->stopping);
    msrck_control_outcome(&server->outgoing, "", &facts->outcome, facts->destination);
    msrck_control_send(server, asker);
}

void msrck_control_record_end(struct control_server *server, const struct checkpoint_outcome *outcome)
{
    struct control_facts *facts = &server->facts;
    size_t a;

    if (!facts->writing)
        return;
    facts->writing = false;
    facts->outcome = *outcome;
    facts->ended = msrck_epoch_time();
    if (outcome->error.result == MSRCK_OK)
        facts->checkpoints++;
    else
        facts->failures++;
    for (a = 0; a < CONTROL_ASKERS; a++)
        if (server->askers[a].state == ASKER_SERVED) {
            answer_outcome(server, &server->askers[a]);
            dismiss(&server->askers[a]);
        }
}

void msrck_control_fail_pending(struct control_server *server, const char *reason)
{
    size_t a;

    for (a = 0; a < CONTROL_ASKERS; a++) {
        struct asker *asker = &server->askers[a];

        if (asker->state != ASKER_PENDING && asker->state != ASKER_SERVED)
            continue;
        msrck_control_message_begin(&server->outgoing, "failed");
        msrck_control_message_number(&server->outgoing, "pid", (uint64_t)getpid());
        msrck_control_message_text(&server->outgoing, "class", msrck_result_name(MSRCK_SYSTEM));
        msrck_control_message_text(&server->outgoing, "reason", reason);
        msrck_control_send(server, asker);
        dismiss(asker);
    }
}

/* ---- Requests --------------------------------------------------------------------------------------------------- */

static void take_status(struct control_server *server, struct asker *asker, const struct control_words *words,
                        int *descriptor)
{
    (void)words, (void)descriptor;
    msrck_control_status(server, &server->outgoing);
    msrck_control_send(server, asker);
}

/* Another one asked for the same and has not been served: one checkpoint is what both want. */
static bool merges(const struct control_server *server, const char *path, bool stop)
{
    size_t a;

    for (a = 0; a < CONTROL_ASKERS; a++) {
        const struct asker *other = &server->askers[a];

        if (other->state == ASKER_PENDING && !other->waits && other->stop == stop &&
            same_path(server, other->path, path))
            return true;
    }
    return false;
}

static void accept_request(struct control_server *server, struct asker *asker)
{
    msrck_control_message_begin(&server->outgoing, "accepted");
    msrck_control_message_number(&server->outgoing, "pid", (uint64_t)getpid());
    msrck_control_message_flag(&server->outgoing, "writing", server->facts.writing);
    msrck_control_send(server, asker);
}

static void take_checkpoint(struct control_server *server, struct asker *asker, const struct control_words *words,
                            int *descriptor)
{
    const char *path = msrck_control_words_text(words, "path");
    bool stop = msrck_control_words_flag(words, "stop"), waits = msrck_control_words_flag(words, "wait");
    msrck_error error = MSRCK_ERROR_INIT;

    (void)descriptor;
    if (asker->state != ASKER_IDLE)
        msrck_fail(&error, MSRCK_MISUSE, "a request of this connection is not answered yet");
    else if (path != NULL && path[0] != '/')
        msrck_fail(&error, MSRCK_MISUSE, "'%s' is no absolute path", path);
    else if (waits || !merges(server, path, stop)) {
        if (path != NULL && (asker->path = msrck_copy_text(path)) == NULL)
            msrck_fail_memory(&error, strlen(path), "a path");
        else {
            asker->stop = stop;
            asker->waits = waits;
            msrck_control_state(asker, ASKER_PENDING);
            msrck_flag_set(FLAG_CONTROL);
        }
    }
    if (error.result != MSRCK_OK)
        refuse(server, asker, &error);
    else
        accept_request(server, asker);
}

/* Only before it has begun: then it is in the file, and the answer says so. */
static void take_withdraw(struct control_server *server, struct asker *asker, const struct control_words *words,
                          int *descriptor)
{
    msrck_error error = MSRCK_ERROR_INIT;

    (void)words, (void)descriptor;
    if (asker->state != ASKER_PENDING) {
        msrck_fail(&error, MSRCK_MISUSE, asker->state == ASKER_SERVED ? "the checkpoint has begun" : "nothing was asked");
        refuse(server, asker, &error);
        return;
    }
    dismiss(asker);
    msrck_control_message_begin(&server->outgoing, "withdrawn");
    msrck_control_send(server, asker);
}

/*
 * Everything else is said over the socket that comes with it: the asker hears there how it ends, and withdraws by
 * closing it.
 */
static void take_migrate(struct control_server *server, struct asker *asker, const struct control_words *words,
                         int *descriptor)
{
    uint64_t limit = msrck_control_words_number(words, "limit_ms", 60000);
    msrck_error error = MSRCK_ERROR_INIT;

    if (limit < 1000 || limit > 86400000)
        msrck_fail(&error, MSRCK_MISUSE, "a time limit is from one second to one day");
    else {
        msrck_migration_request(&msrck_the_session, *descriptor, (int)limit, &error);
        *descriptor = -1;
    }
    if (error.result != MSRCK_OK)
        refuse(server, asker, &error);
    else
        accept_request(server, asker);
}

static const struct request_kind {
    const char *kind;
    const char *keys[4]; /* that it may have; unknown ones are refused, since they may matter to the asker */
    bool descriptor;     /* it comes with one; the others come with none */
    /* Answers. Takes the descriptor over by setting it to -1. */
    void (*take)(struct control_server *server, struct asker *asker, const struct control_words *words,
                 int *descriptor);
} kinds[] = {
    { "status", { NULL }, false, take_status },
    { "checkpoint", { "path", "stop", "wait" }, false, take_checkpoint },
    { "withdraw", { NULL }, false, take_withdraw },
    { "migrate", { "limit_ms" }, true, take_migrate },
};

static bool knows_keys(const struct request_kind *row, const struct control_words *words, msrck_error *error)
{
    size_t f, k;

    for (f = 0; f < words->count; f++) {
        for (k = 0; k < 4 && row->keys[k] != NULL && strcmp(row->keys[k], words->fields[f].key) != 0; k++)
            ;
        if (k == 4 || row->keys[k] == NULL) {
            msrck_fail(error, MSRCK_UNSUPPORTED, "request '%s' has no '%s' here", row->kind, words->fields[f].key);
            return false;
        }
    }
    return true;
}

static const struct request_kind *find_kind(const struct control_words *words, msrck_error *error)
{
    size_t k;

    for (k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        if (strcmp(kinds[k].kind, words->kind) == 0)
            return knows_keys(&kinds[k], words, error) ? &kinds[k] : NULL;
    msrck_fail(error, MSRCK_UNSUPPORTED, "requests of kind '%s' are not known", words->kind);
    return NULL;
}

void msrck_control_receive(struct control_server *server, struct asker *asker, size_t length, int descriptor)
{
    const struct request_kind *row = NULL;
    msrck_error error = MSRCK_ERROR_INIT;
    struct control_words words;

    if (msrck_control_message_parse(server->incoming, length, &words, &error) == MSRCK_OK)
        row = find_kind(&words, &error);
    if (row != NULL && row->descriptor != (descriptor >= 0)) {
        msrck_fail(&error, MSRCK_MISUSE, "request '%s' comes %s descriptor", row->kind,
                   row->descriptor ? "with a" : "without a");
        row = NULL;
    }
    if (row != NULL)
        row->take(server, asker, &words, &descriptor);
    else
        refuse(server, asker, &error);
    if (descriptor >= 0)
        close(descriptor);
}

/* ---- At poll-points --------------------------------------------------------------------------------------------- */

/* Those that let the program go on come first: after the others there is nobody to serve them. */
static struct asker *choose(struct control_server *server)
{
    struct asker *chosen = NULL;
    size_t a;

    for (a = 0; a < CONTROL_ASKERS; a++) {
        struct asker *asker = &server->askers[a];

        if (asker->state == ASKER_PENDING && (chosen == NULL || (chosen->stop && !asker->stop)))
            chosen = asker;
    }
    return chosen;
}

bool msrck_control_next(struct session *session, struct control_choice *choice)
{
    struct control_server *server = session->control;
    const struct asker *asker;
    bool met = false;

    *choice = (struct control_choice){ NULL, false };
    if (server == NULL || session->child.running)
        return false;
    pthread_mutex_lock(&server->lock);
    if ((asker = choose(server)) != NULL) {
        met = true;
        choice->stop = asker->stop;
        if (asker->path != NULL && !same_path(server, asker->path, NULL) &&
            (choice->path = msrck_copy_text(asker->path)) == NULL) {
            met = false;
            msrck_control_fail_pending(server, "out of memory for a path");
        }
    }
    pthread_mutex_unlock(&server->lock);
    return met;
}

void msrck_control_begin(struct session *session)
{
    struct control_server *server = session->control;
    size_t a;

    if (server == NULL)
        return;
    pthread_mutex_lock(&server->lock);
    server->facts.writing = true;
    server->facts.resuming = false;
    server->facts.stopping = session->stopping;
    server->facts.pause = 0;
    free(server->facts.destination);
    server->facts.destination = msrck_absolute_path(msrck_session_destination(session));
    for (a = 0; a < CONTROL_ASKERS; a++) {
        struct asker *asker = &server->askers[a];

        if (asker->state == ASKER_PENDING && same_path(server, asker->path, server->facts.destination) &&
            (session->stopping || !asker->stop))
            msrck_control_state(asker, ASKER_SERVED);
    }
    pthread_mutex_unlock(&server->lock);
}
