/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* pipe2, MAP_ANONYMOUS */
#include "runtime/migration.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <msrck/transfer.h>

#include "base/big_endian.h"
#include "base/failure.h"
#include "runtime/checkpoint_write.h"
#include "runtime/requests.h"
#include "runtime/transfer_channel.h"

/* What the forked process has reached, for the program to see even when that process is gone. */
struct migration_state {
    volatile bool held; /* the other side may have been told to go on */
    volatile enum migration_end end;
};

/* `msrck migrate` has limits of its own and always says a word or closes; this one is for when it is stopped. */
#define PATIENCE 4
#define MORE_PATIENCE 20000

/* ---- Requests --------------------------------------------------------------------------------------------------- */

msrck_result msrck_migration_request(struct session *session, int socket, int limit, msrck_error *error)
{
    int none = 0;

    if (!__atomic_compare_exchange_n(&session->migration.requested, &none, socket + 1, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST)) {
        close(socket);
        return msrck_fail(error, MSRCK_MISUSE, "another migration waits for the next poll-point");
    }
    session->migration.limit = limit;
    msrck_flag_set(FLAG_MIGRATE);
    return MSRCK_OK;
}

bool msrck_migration_requested(const struct session *session)
{
    return __atomic_load_n(&session->migration.requested, __ATOMIC_SEQ_CST) != 0;
}

bool msrck_migration_under_way(const struct session *session)
{
    return __atomic_load_n(&session->migration.under_way, __ATOMIC_SEQ_CST) != 0;
}

/* Whoever asked may have given up while the program was on its way to a poll-point. */
static bool still_wanted(int descriptor)
{
    struct pollfd waiting = { .fd = descriptor, .events = POLLIN };

    return poll(&waiting, 1, 0) <= 0 || (waiting.revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) == 0;
}

void msrck_migration_close(struct session *session)
{
    int requested = __atomic_exchange_n(&session->migration.requested, 0, __ATOMIC_SEQ_CST);

    if (requested > 0)
        close(requested - 1);
}

/* ---- The program's side ----------------------------------------------------------------------------------------- */

static void forget(struct migration *migration)
{
    if (migration->state != NULL)
        munmap(migration->state, sizeof *migration->state);
    migration->state = NULL;
    if (migration->socket >= 0)
        close(migration->socket);
    migration->socket = -1;
    migration->inside = migration->streaming = false;
    __atomic_store_n(&migration->under_way, 0, __ATOMIC_SEQ_CST);
}

static void conclude(struct session *session, enum migration_end end)
{
    struct migration *migration = &session->migration;
    uint64_t now = msrck_monotonic_time();

    /* What the program waited here says nothing of how far its poll-points are apart. */
    if (session->course.armed < now)
        session->course.armed = now;
    forget(migration);
    migration->leaving = end == MIGRATION_LEAVE;
    migration->doubtful = session->stopping = end == MIGRATION_DOUBT;
}

/*
 * The exit status says no "start me again" then, since the program may be running elsewhere. Where the state cannot be
 * saved the program goes on: rather two than none.
 */
void msrck_migration_saved(struct session *session, bool written)
{
    msrck_error error = MSRCK_ERROR_INIT;

    if (!session->migration.doubtful)
        return;
    session->migration.doubtful = written;
    if (!written)
        return;
    msrck_fail(&error, MSRCK_SYSTEM,
               "the destination of the migration fell silent after it was told to go on: if it does not run, go on "
               "from %s",
               session->options.checkpoint_to);
    msrck_session_note(&error);
}

/* The process's end of the pipe closes when it ends, however it ends; the program may have others wait for children. */
static void wait_for_process(pid_t process, int pipe_end)
{
    char nothing;
    ssize_t got;
    pid_t waited;

    do
        got = read(pipe_end, &nothing, 1);
    while (got < 0 && errno == EINTR);
    close(pipe_end);
    do
        waited = waitpid(process, NULL, 0);
    while (waited < 0 && errno == EINTR);
}

/* In the forked process. Without the program it has nobody to speak for. */
static void become_sender(struct session *session, pid_t program)
{
    session->migration.forked = true;
    msrck_requests_ignore(session);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != program)
        _exit(1);
}

/* MIGRATION_NONE: there cannot be another process. */
static enum migration_end begin_aside(struct session *session)
{
    struct migration *migration = &session->migration;
    pid_t program = getpid(), process;
    enum migration_end end;
    int ends[2];

    migration->state = mmap(NULL, sizeof *migration->state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (migration->state == MAP_FAILED) {
        migration->state = NULL;
        return MIGRATION_NONE;
    }
    if (pipe2(ends, O_CLOEXEC) != 0)
        return MIGRATION_NONE;
    migration->state->end = MIGRATION_STAY;
    if ((process = fork()) == 0) {
        close(ends[0]);
        become_sender(session, program);
        return MIGRATION_INSIDE;
    }
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return MIGRATION_NONE;
    }
    wait_for_process(process, ends[0]);
    end = migration->state->end;
    return end == MIGRATION_STAY && migration->state->held ? MIGRATION_DOUBT : end;
}

static void say_stop(int descriptor, const char *sentence)
{
    struct transfer_channel channel = { .input = descriptor, .output = descriptor, .link = NULL };

    msrck_channel_write_frame(&channel, MSRCK_TRANSFER_STOP, sentence, strlen(sentence), MORE_PATIENCE, NULL);
}

/*
 * A migration that fails leaves no trace in the session: the program goes on as if nothing had been asked. A background
 * checkpoint that is still being written is waited for first.
 */
enum migration_end msrck_migration_begin(struct session *session)
{
    struct migration *migration = &session->migration;
    enum migration_end end = MIGRATION_INSIDE;
    msrck_error error = MSRCK_ERROR_INIT;
    int requested;

    if (!msrck_flag_has(FLAG_MIGRATE))
        return MIGRATION_NONE;
    msrck_flag_clear(FLAG_MIGRATE);
    if ((requested = __atomic_exchange_n(&migration->requested, 0, __ATOMIC_SEQ_CST)) == 0)
        return MIGRATION_NONE;
    __atomic_store_n(&migration->under_way, 1, __ATOMIC_SEQ_CST);
    migration->socket = requested - 1;
    migration->sent = 0;
    if (!still_wanted(migration->socket)) {
        forget(migration);
        return MIGRATION_NONE;
    }
    msrck_child_reap(session, true);
    migration->inside = true;
    if (msrck_checkpoint_prepare(session, &error) != MSRCK_OK) {
        say_stop(migration->socket, error.message);
        end = MIGRATION_STAY;
    } else if (session->options.background != MSRCK_BACKGROUND_NEVER && (end = begin_aside(session)) == MIGRATION_NONE) {
        say_stop(migration->socket, "the program cannot start a process for it (--checkpoint-in-place needs none)");
        end = MIGRATION_STAY;
    }
    if (end != MIGRATION_INSIDE)
        conclude(session, end);
    return end;
}

/* ---- The sender's side ------------------------------------------------------------------------------------------ */

static int sender_limit(const struct migration *migration)
{
    return migration->limit > (INT32_MAX - MORE_PATIENCE) / PATIENCE ? INT32_MAX
                                                                     : migration->limit * PATIENCE + MORE_PATIENCE;
}

static int send_bytes(void *context, const void *bytes, size_t length)
{
    struct migration *migration = context;
    struct transfer_channel channel = { .input = migration->socket, .output = migration->socket, .link = NULL };
    const unsigned char *at = bytes;

    while (length > 0) {
        size_t piece = length < MSRCK_TRANSFER_FRAME_MOST ? length : MSRCK_TRANSFER_FRAME_MOST;

        if (msrck_channel_write_frame(&channel, MSRCK_TRANSFER_DATA, at, piece, sender_limit(migration), NULL) !=
            MSRCK_OK)
            return EPIPE;
        migration->sent += piece;
        at += piece;
        length -= piece;
    }
    return 0;
}

msrck_result msrck_migration_sink(struct session *session, struct sink **sink, msrck_error *error)
{
    return msrck_sink_open_callback(send_bytes, &session->migration, sink, error);
}

/*
 * What `msrck migrate` says. Once HOLD has been answered, silence means doubt: the other side may have been told to go
 * on, and this one must not by itself. Before, it means that nothing comes of it.
 */
static enum migration_end converse(struct migration *migration, bool *held)
{
    struct transfer_channel channel = { .input = migration->socket, .output = migration->socket, .link = NULL };
    char word;

    while (msrck_channel_read_all(&channel, &word, 1, sender_limit(migration), NULL) == MSRCK_OK) {
        if (word == MSRCK_TRANSFER_LEAVE && *held)
            return MIGRATION_LEAVE;
        if (word == MSRCK_TRANSFER_STAY)
            return MIGRATION_STAY;
        if (word != MSRCK_TRANSFER_HOLD)
            break;
        /* Before it is said, so that no end of this process lies between. */
        *held = true;
        if (migration->state != NULL)
            migration->state->held = true;
        if (msrck_channel_write_frame(&channel, MSRCK_TRANSFER_HELD, NULL, 0, sender_limit(migration), NULL) != MSRCK_OK)
            break;
    }
    return *held ? MIGRATION_DOUBT : MIGRATION_STAY;
}

static enum migration_end send_and_converse(struct session *session, const msrck_error *failure)
{
    struct migration *migration = &session->migration;
    struct transfer_channel channel = { .input = migration->socket, .output = migration->socket, .link = NULL };
    struct msrck_checkpoint_report report = { 0 };
    msrck_error error = *failure;
    unsigned char total[8];
    bool held = false;

    migration->streaming = true;
    if (error.result == MSRCK_OK)
        msrck_checkpoint_write(session, "-", &report, &error);
    migration->streaming = false;
    if (error.result != MSRCK_OK) {
        say_stop(migration->socket, error.message);
        return MIGRATION_STAY;
    }
    store_be64(total, migration->sent);
    if (msrck_channel_write_frame(&channel, MSRCK_TRANSFER_DONE, total, sizeof total, sender_limit(migration), NULL) !=
        MSRCK_OK)
        return MIGRATION_STAY;
    return converse(migration, &held);
}

enum migration_end msrck_migration_send(struct session *session, const msrck_error *failure)
{
    struct migration *migration = &session->migration;
    enum migration_end end = send_and_converse(session, failure);

    if (migration->forked) {
        /* The end takes doubt back: in DOUBT `held` stays and says the same. */
        if (end == MIGRATION_STAY)
            migration->state->held = false;
        migration->state->end = end;
        _exit(0);
    }
    conclude(session, end);
    return end;
}
