/* SPDX-License-Identifier: MIT */
/* The control socket and the thread that serves it. */
#define _GNU_SOURCE /* accept4, struct ucred, secure_getenv */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64 /* file systems with large inode numbers on 32-bit machines too */
#endif
#include "runtime/control_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/control_hooks.h"
#include "runtime/quiet_thread.h"
#include "runtime/requests.h"
#include "runtime/session.h"

#define SECOND 1000000000ULL
/* Who has nothing to ask for so long is sent away; much sooner where others have no room. */
#define PATIENCE (10 * SECOND)
#define SCARCE_PATIENCE (SECOND / 5)
/* Connections that the kernel holds. */
#define BACKLOG 64

/* ---- Descriptors ------------------------------------------------------------------------------------------------ */

/*
 * A program may close descriptors that it knows nothing of, and open others in their place. Before one of ours is used
 * in a way that would matter to somebody else, it is looked at.
 */
static bool still_ours(const struct held_socket *held)
{
    struct stat status;

    return fstat(held->descriptor, &status) == 0 && S_ISSOCK(status.st_mode) && status.st_dev == held->device &&
           status.st_ino == held->inode;
}

static bool hold(struct held_socket *held, int descriptor)
{
    struct stat status;

    held->descriptor = descriptor;
    if (descriptor < 0 || fstat(descriptor, &status) != 0)
        return false;
    held->device = status.st_dev;
    held->inode = status.st_ino;
    return true;
}

static void let_go(struct held_socket *held)
{
    if (held->descriptor >= 0 && still_ours(held))
        close(held->descriptor);
    held->descriptor = -1;
}

/* Makes the thread look at everything again. False when there is no way to reach it. */
static bool wake(struct control_server *server)
{
    return still_ours(&server->waker) &&
           (send(server->waker.descriptor, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 || errno == EAGAIN);
}

/* ---- Messages --------------------------------------------------------------------------------------------------- */

void msrck_control_state(struct asker *asker, enum asker_state state)
{
    asker->state = state;
    asker->since = msrck_monotonic_time();
}

/* The thread notices the shutdown and closes the socket. */
void msrck_control_send(struct control_server *server, struct asker *asker)
{
    const struct control_message *message = &server->outgoing;
    ssize_t sent;

    if (asker->socket < 0)
        return;
    sent = message->full ? -1
                         : send(asker->socket, message->bytes, message->length, MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR);
    if (sent != (ssize_t)message->length)
        shutdown(asker->socket, SHUT_RDWR);
}

/* The one descriptor that a message may bring; any more are closed, and so is it then. */
static int passed_descriptor(struct msghdr *header, bool *good)
{
    struct cmsghdr *control;
    int found = -1;

    *good = (header->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
    for (control = CMSG_FIRSTHDR(header); control != NULL; control = CMSG_NXTHDR(header, control)) {
        size_t bytes = control->cmsg_len - CMSG_LEN(0), at;

        if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS)
            continue;
        for (at = 0; at + sizeof(int) <= bytes; at += sizeof(int)) {
            int descriptor;

            memcpy(&descriptor, CMSG_DATA(control) + at, sizeof descriptor);
            if (found < 0) {
                found = descriptor;
            } else {
                *good = false;
                close(descriptor);
            }
        }
    }
    if (!*good && found >= 0) {
        close(found);
        found = -1;
    }
    return found;
}

/* One message. What is too long, or comes with too much, ends the connection: nothing behind it can be trusted. */
static void hear(struct control_server *server, struct asker *asker)
{
    union {
        char bytes[CMSG_SPACE(4 * sizeof(int))];
        struct cmsghdr aligned;
    } control;
    struct iovec piece = { .iov_base = server->incoming, .iov_len = CONTROL_MESSAGE_MOST };
    struct msghdr header;
    ssize_t length;
    int descriptor;
    bool good;

    memset(&header, 0, sizeof header);
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = &control;
    header.msg_controllen = sizeof control;
    length = recvmsg(asker->socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length <= 0) {
        msrck_control_leave(server, asker);
        return;
    }
    descriptor = passed_descriptor(&header, &good);
    if (good)
        msrck_control_receive(server, asker, (size_t)length, descriptor);
    else
        msrck_control_leave(server, asker);
}

/* ---- The thread ------------------------------------------------------------------------------------------------- */

static struct asker *free_asker(struct control_server *server)
{
    size_t a;

    for (a = 0; a < CONTROL_ASKERS; a++)
        if (server->askers[a].state == ASKER_FREE)
            return &server->askers[a];
    return NULL;
}

/* The user whose program this is, and root. Anybody else is told nothing. */
static void admit(struct control_server *server)
{
    struct asker *asker = free_asker(server);
    struct ucred peer;
    socklen_t size = sizeof peer;
    int descriptor;

    if (asker == NULL || !still_ours(&server->listener) ||
        (descriptor = accept4(server->listener.descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) < 0)
        return;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        (peer.uid != geteuid() && peer.uid != 0)) {
        close(descriptor);
        return;
    }
    asker->socket = descriptor;
    msrck_control_state(asker, ASKER_IDLE);
}

/*
 * The forked process has ended, or said how it went. That is left in the socket for the program, which takes it at its
 * next poll-point; askers know it now.
 */
static void look_at_child(struct control_server *server)
{
    struct checkpoint_outcome outcome;
    ssize_t got = recv(server->child, &outcome, sizeof outcome, MSG_PEEK | MSG_DONTWAIT);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    server->child = -1;
    if (got == (ssize_t)sizeof outcome) {
        outcome.report.pause_ns = server->facts.pause;
        outcome.report.mode = MSRCK_MODE_BACKGROUND;
        msrck_control_record_end(server, &outcome);
    }
    msrck_flag_set(FLAG_CONTROL);
}

static uint64_t patience(struct control_server *server)
{
    return free_asker(server) != NULL ? PATIENCE : SCARCE_PATIENCE;
}

enum { POLL_WAKE, POLL_LISTENER, POLL_CHILD, POLL_ASKERS };

/* What is waited for: milliseconds until an idle asker has to go, -1 for ever. */
static int prepare(struct control_server *server, struct pollfd *polled)
{
    uint64_t now = msrck_monotonic_time(), nearest = UINT64_MAX;
    uint64_t longest = patience(server);
    size_t a;

    polled[POLL_WAKE] = (struct pollfd){ .fd = server->sleeper.descriptor, .events = POLLIN };
    polled[POLL_LISTENER] = (struct pollfd){ .fd = longest == PATIENCE ? server->listener.descriptor : -1, .events = POLLIN };
    polled[POLL_CHILD] = (struct pollfd){ .fd = server->child, .events = POLLIN };
    for (a = 0; a < CONTROL_ASKERS; a++) {
        const struct asker *asker = &server->askers[a];
        uint64_t end = asker->since + longest;

        polled[POLL_ASKERS + a] =
            (struct pollfd){ .fd = asker->state == ASKER_FREE ? -1 : asker->socket, .events = POLLIN };
        if (asker->state == ASKER_IDLE && (end > now ? end - now : 0) < nearest)
            nearest = end > now ? end - now : 0;
    }
    return nearest == UINT64_MAX ? -1 : (int)(nearest / (SECOND / 1000)) + 1;
}

/* False when the program has closed what the thread lives on. */
static bool handle(struct control_server *server, const struct pollfd *polled)
{
    uint64_t now = msrck_monotonic_time(), longest = patience(server);
    char byte;
    size_t a;

    if (((polled[POLL_WAKE].revents | polled[POLL_LISTENER].revents) & POLLNVAL) != 0)
        return false;
    if (polled[POLL_WAKE].revents != 0) {
        if (!still_ours(&server->sleeper))
            return false;
        while (recv(server->sleeper.descriptor, &byte, 1, MSG_DONTWAIT) > 0)
            ;
    }
    if (polled[POLL_CHILD].revents != 0 && polled[POLL_CHILD].fd == server->child)
        look_at_child(server);
    for (a = 0; a < CONTROL_ASKERS; a++) {
        struct asker *asker = &server->askers[a];

        if (asker->state == ASKER_FREE || asker->socket < 0)
            continue;
        if (polled[POLL_ASKERS + a].revents != 0 && polled[POLL_ASKERS + a].fd == asker->socket)
            hear(server, asker);
        else if (asker->state == ASKER_IDLE && now - asker->since >= longest)
            msrck_control_leave(server, asker);
    }
    if (polled[POLL_LISTENER].revents != 0)
        admit(server);
    return true;
}

static void *serve(void *argument)
{
    struct control_server *server = argument;
    struct pollfd polled[POLL_ASKERS + CONTROL_ASKERS];
    bool going = true;

    while (going) {
        int wait, ready;

        pthread_mutex_lock(&server->lock);
        going = !server->ended;
        wait = prepare(server, polled);
        pthread_mutex_unlock(&server->lock);
        if (!going)
            break;
        ready = poll(polled, POLL_ASKERS + CONTROL_ASKERS, wait);
        if (ready < 0)
            continue;
        pthread_mutex_lock(&server->lock);
        going = handle(server, polled);
        pthread_mutex_unlock(&server->lock);
    }
    return NULL;
}

/* ---- Forked processes ------------------------------------------------------------------------------------------- */

/* Held while a server comes or goes, and while any thread of the program forks. */
static pthread_mutex_t forking = PTHREAD_MUTEX_INITIALIZER;

static void before_fork(void)
{
    pthread_mutex_lock(&forking);
    if (msrck_the_session.control != NULL)
        pthread_mutex_lock(&msrck_the_session.control->lock);
}

static void after_fork(void)
{
    if (msrck_the_session.control != NULL)
        pthread_mutex_unlock(&msrck_the_session.control->lock);
    pthread_mutex_unlock(&forking);
}

static void set_server(struct session *session, struct control_server *server)
{
    pthread_mutex_lock(&forking);
    session->control = server;
    pthread_mutex_unlock(&forking);
}

static void release(struct control_server *server)
{
    size_t a;

    for (a = 0; a < CONTROL_ASKERS; a++) {
        if (server->askers[a].state != ASKER_FREE && server->askers[a].socket >= 0)
            close(server->askers[a].socket);
        free(server->askers[a].path);
    }
    let_go(&server->listener);
    let_go(&server->waker);
    let_go(&server->sleeper);
    if (server->directory >= 0)
        close(server->directory);
    free(server->directory_path);
    free(server->usual);
    free(server->resumed_from);
    free(server->facts.destination);
    free(server);
}

/* The socket is the program's, whose thread is not in this process. */
static void in_forked_process(void)
{
    struct control_server *server = msrck_the_session.control;

    msrck_the_session.control = NULL;
    if (server != NULL) {
        pthread_mutex_unlock(&server->lock);
        release(server);
    }
    pthread_mutex_unlock(&forking);
}

/* ---- Beginning -------------------------------------------------------------------------------------------------- */

static msrck_result make_waker(struct control_server *server, msrck_error *error)
{
    int ends[2];
    bool held;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return msrck_fail_system(error, errno, "cannot make a control socket");
    /* Both, whatever becomes of the first: then both are closed at the end. */
    held = hold(&server->sleeper, ends[0]);
    if (!hold(&server->waker, ends[1]) || !held)
        return msrck_fail_system(error, errno, "cannot make a control socket");
    return MSRCK_OK;
}

/* The directory may not be where its path said any more: then the socket is somewhere else, too. */
static msrck_result check_place(struct control_server *server, const struct sockaddr_un *address, msrck_error *error)
{
    struct stat status;

    if (fstatat(server->directory, server->name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(status.st_mode) &&
        status.st_uid == geteuid()) {
        (void)fchmodat(server->directory, server->name, 0600, 0); /* whatever the program's umask is */
        return MSRCK_OK;
    }
    unlink(address->sun_path);
    server->name[0] = '\0';
    return msrck_fail(error, MSRCK_SYSTEM, "directory %s was moved away", server->directory_path);
}

static msrck_result make_listener(struct control_server *server, msrck_error *error)
{
    char born[CONTROL_NAME_MOST];
    struct sockaddr_un address;
    uint32_t token;

    if (getrandom(&token, sizeof token, GRND_NONBLOCK) != (ssize_t)sizeof token)
        token = (uint32_t)msrck_epoch_time();
    msrck_control_name(born, (long)getpid(), token, true);
    msrck_control_name(server->name, (long)getpid(), token, false);
    if (msrck_control_address(server->directory, server->directory_path, server->name, &address, error) != MSRCK_OK) {
        server->name[0] = '\0';
        return error->result;
    }
    if (!hold(&server->listener, socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) ||
        bind(server->listener.descriptor, (const struct sockaddr *)&address, sizeof address) != 0) {
        server->name[0] = '\0';
        return msrck_fail_system(error, errno, "cannot make a control socket in %s", server->directory_path);
    }
    if (check_place(server, &address, error) != MSRCK_OK)
        return error->result;
    if (listen(server->listener.descriptor, BACKLOG) != 0 ||
        renameat(server->directory, server->name, server->directory, born) != 0)
        return msrck_fail_system(error, errno, "cannot make a control socket in %s", server->directory_path);
    memcpy(server->name, born, sizeof born);
    return MSRCK_OK;
}

static msrck_result open_directory(struct control_server *server, const char *given, msrck_error *error)
{
    server->directory_path = given != NULL ? msrck_absolute_path(given) : msrck_control_directory_usual();
    if (server->directory_path == NULL)
        return msrck_fail_memory(error, 0, "a path");
    if (msrck_control_directory_open(server->directory_path, true, geteuid(), &server->directory, error) != MSRCK_OK)
        return error->result;
    msrck_control_sweep(server->directory, server->directory_path);
    return MSRCK_OK;
}

/* Handlers of fork() cannot be taken back, so there is one set for all sessions of the process. */
static int watch_forks(void)
{
    static bool watched;
    int code = watched ? 0 : pthread_atfork(before_fork, after_fork, in_forked_process);

    watched = code == 0;
    return code;
}

static msrck_result open_server(struct control_server *server, const struct session *session, msrck_error *error)
{
    const struct program_options *options = &session->options;
    uint64_t deadline = session->course.pacing.deadline;
    int code;

    server->options = options;
    server->facts.started = msrck_epoch_time();
    if (deadline != PACING_NEVER)
        server->deadline = server->facts.started + (deadline - session->course.pacing.started);
    server->facts.resuming = options->resume != NULL;
    if ((server->usual = msrck_absolute_path(options->checkpoint_to)) == NULL)
        return msrck_fail_memory(error, strlen(options->checkpoint_to), "a path");
    if (open_directory(server, options->control, error) != MSRCK_OK || make_waker(server, error) != MSRCK_OK ||
        make_listener(server, error) != MSRCK_OK)
        return error->result;
    if ((code = watch_forks()) != 0 ||
        (code = msrck_quiet_thread_start(&server->thread, serve, server)) != 0) {
        unlinkat(server->directory, server->name, 0);
        return msrck_fail_system(error, code, "cannot start a thread for the control socket");
    }
    return MSRCK_OK;
}

msrck_result msrck_control_start(struct session *session, msrck_error *error)
{
    const struct program_options *options = &session->options;
    struct control_server *server;
    msrck_error failure = MSRCK_ERROR_INIT;
    size_t a;

    if (options->no_control)
        return MSRCK_OK;
    if ((server = msrck_allocate(1, sizeof *server)) == NULL)
        return options->control != NULL ? msrck_fail_memory(error, sizeof *server, "the control socket") : MSRCK_OK;
    server->directory = server->child = -1;
    server->listener.descriptor = server->waker.descriptor = server->sleeper.descriptor = -1;
    for (a = 0; a < CONTROL_ASKERS; a++)
        server->askers[a].socket = -1;
    pthread_mutex_init(&server->lock, NULL);
    if (open_server(server, session, &failure) == MSRCK_OK) {
        set_server(session, server);
        return MSRCK_OK;
    }
    if (server->name[0] != '\0')
        unlinkat(server->directory, server->name, 0);
    release(server);
    if (options->control == NULL)
        return MSRCK_OK;
    *error = failure;
    return failure.result;
}

/* ---- Ending ----------------------------------------------------------------------------------------------------- */

/* A thread that cannot be reached any more sleeps until the process ends, so what it looks at stays. */
void msrck_control_stop(struct session *session)
{
    struct control_server *server = session->control;

    if (server == NULL)
        return;
    set_server(session, NULL);
    pthread_mutex_lock(&server->lock);
    unlinkat(server->directory, server->name, 0);
    msrck_control_fail_pending(server, "the program ended before it reached a poll-point");
    server->ended = true;
    pthread_mutex_unlock(&server->lock);
    if (!wake(server)) {
        pthread_detach(server->thread);
        return;
    }
    pthread_join(server->thread, NULL);
    pthread_mutex_destroy(&server->lock);
    release(server);
}

/* ---- What the program tells ------------------------------------------------------------------------------------- */

void msrck_control_opened(struct session *session)
{
    struct control_server *server = session->control;

    if (server == NULL)
        return;
    pthread_mutex_lock(&server->lock);
    server->facts.resuming = false;
    if (session->resumed && server->resumed_from == NULL)
        server->resumed_from = msrck_absolute_path(session->options.resume);
    pthread_mutex_unlock(&server->lock);
}

void msrck_control_forked(struct session *session, uint64_t pause)
{
    struct control_server *server = session->control;

    if (server == NULL)
        return;
    pthread_mutex_lock(&server->lock);
    server->facts.pause = pause;
    server->child = session->child.pipe;
    pthread_mutex_unlock(&server->lock);
    wake(server);
}

void msrck_control_reap(struct session *session)
{
    struct control_server *server = session->control;

    if (server == NULL)
        return;
    pthread_mutex_lock(&server->lock);
    server->child = -1;
    pthread_mutex_unlock(&server->lock);
}

/* Requests that came meanwhile are met at the next poll-point. */
void msrck_control_end(struct session *session, const struct checkpoint_outcome *outcome)
{
    struct control_server *server = session->control;

    if (server == NULL)
        return;
    pthread_mutex_lock(&server->lock);
    msrck_control_record_end(server, outcome);
    if (msrck_control_pending(server))
        msrck_flag_set(FLAG_CONTROL);
    pthread_mutex_unlock(&server->lock);
}
