/* SPDX-License-Identifier: MIT */
/* A connection to a running program: msrck/control.h but for finding it. */
#define _GNU_SOURCE /* struct ucred */
#include <msrck/control.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/failure.h"
#include "runtime/control_connection.h"
#include "runtime/control_message.h"
#include "runtime/ticker.h"

struct msrck_control {
    int socket;
    long pid;
    unsigned long uid;
    struct control_words answer; /* its texts stand in incoming */
    struct control_message outgoing;
    char incoming[CONTROL_MESSAGE_MOST + 1];
};

msrck_result msrck_control_connect(int directory, const char *path, const char *name, uid_t owner,
                                   msrck_control **program, msrck_error *error)
{
    msrck_control *created = msrck_allocate(1, sizeof *created);
    const struct timeval patience = { .tv_sec = 5 };
    struct sockaddr_un address;
    struct ucred peer;
    socklen_t size = sizeof peer;

    *program = NULL;
    if (created == NULL)
        return msrck_fail_memory(error, sizeof *created, "a connection");
    created->answer.kind = "";
    created->socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (created->socket < 0) {
        msrck_fail_system(error, errno, "cannot make a socket");
        goto failed;
    }
    /* A program that stands still, and whose queue is full, is not waited for. */
    setsockopt(created->socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (msrck_control_address(directory, path, name, &address, error) != MSRCK_OK)
        goto failed;
    if (connect(created->socket, (const struct sockaddr *)&address, sizeof address) != 0) {
        msrck_fail_system(error, errno, "cannot connect to %s/%s", path, name);
        goto failed;
    }
    /* Who made it listen, not who put it there. */
    if (getsockopt(created->socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != owner) {
        msrck_fail(error, MSRCK_SYSTEM, "%s/%s is not of the user whose directory that is", path, name);
        goto failed;
    }
    created->pid = peer.pid;
    created->uid = peer.uid;
    *program = created;
    return MSRCK_OK;

failed:
    msrck_control_close(created);
    return error->result;
}

void msrck_control_close(msrck_control *program)
{
    if (program == NULL)
        return;
    if (program->socket >= 0)
        close(program->socket);
    free(program);
}

long msrck_control_pid(const msrck_control *program)
{
    return program->pid;
}

unsigned long msrck_control_uid(const msrck_control *program)
{
    return program->uid;
}

int msrck_control_descriptor(const msrck_control *program)
{
    return program->socket;
}

/* ---- Asking ----------------------------------------------------------------------------------------------------- */

static void attach_descriptor(struct msghdr *header, void *room, size_t size, int descriptor)
{
    struct cmsghdr *control;

    memset(room, 0, size);
    header->msg_control = room;
    header->msg_controllen = size;
    control = CMSG_FIRSTHDR(header);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(control), &descriptor, sizeof descriptor);
}

msrck_result msrck_control_ask(msrck_control *program, const char *kind, const msrck_control_field *fields,
                               size_t count, int descriptor, msrck_error *error)
{
    struct control_message *message = &program->outgoing;
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } room;
    struct iovec piece;
    struct msghdr header;
    size_t f;

    msrck_control_message_begin(message, kind);
    for (f = 0; f < count; f++)
        msrck_control_message_text(message, fields[f].key, fields[f].value);
    if (message->full)
        return msrck_fail(error, MSRCK_LIMIT, "a request is longer than %u bytes", CONTROL_MESSAGE_MOST);
    piece = (struct iovec){ .iov_base = message->bytes, .iov_len = message->length };
    memset(&header, 0, sizeof header);
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    if (descriptor >= 0)
        attach_descriptor(&header, &room, sizeof room, descriptor);
    if (sendmsg(program->socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)message->length)
        return MSRCK_OK;
    return msrck_fail_system(error, errno, "cannot ask process %ld", program->pid);
}

/* ---- Answers ---------------------------------------------------------------------------------------------------- */

static msrck_result wait_readable(const msrck_control *program, int milliseconds, msrck_error *error)
{
    uint64_t end = milliseconds < 0 ? UINT64_MAX : msrck_monotonic_time() + (uint64_t)milliseconds * 1000000;
    struct pollfd waiting = { .fd = program->socket, .events = POLLIN };
    int ready;

    do {
        uint64_t now = msrck_monotonic_time();
        int left = milliseconds < 0 ? -1 : end > now ? (int)((end - now + 999999) / 1000000) : 0;

        ready = poll(&waiting, 1, left);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return msrck_fail_system(error, errno, "cannot wait for process %ld", program->pid);
    if (ready == 0)
        return msrck_fail(error, MSRCK_LIMIT, "process %ld does not answer", program->pid);
    return MSRCK_OK;
}

msrck_result msrck_control_answer(msrck_control *program, int milliseconds, msrck_error *error)
{
    struct iovec piece = { .iov_base = program->incoming, .iov_len = CONTROL_MESSAGE_MOST };
    struct msghdr header;
    ssize_t length;

    program->answer.kind = "";
    program->answer.count = 0;
    if (wait_readable(program, milliseconds, error) != MSRCK_OK)
        return error->result;
    memset(&header, 0, sizeof header);
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    do
        length = recvmsg(program->socket, &header, MSG_CMSG_CLOEXEC);
    while (length < 0 && errno == EINTR);
    if (length == 0 || (length < 0 && errno == ECONNRESET))
        return msrck_fail(error, MSRCK_SYSTEM, "process %ld ended, or closed the connection, before it answered",
                          program->pid);
    if (length < 0)
        return msrck_fail_system(error, errno, "cannot hear process %ld", program->pid);
    if ((header.msg_flags & MSG_TRUNC) != 0)
        return msrck_fail(error, MSRCK_CORRUPT, "process %ld: an answer is too long", program->pid);
    if (msrck_control_message_parse(program->incoming, (size_t)length, &program->answer, error) != MSRCK_OK)
        msrck_error_prefix(error, "process %ld", program->pid);
    return error->result;
}

const char *msrck_control_kind(const msrck_control *program)
{
    return program->answer.kind;
}

const char *msrck_control_text(const msrck_control *program, const char *key)
{
    return msrck_control_words_text(&program->answer, key);
}

uint64_t msrck_control_number(const msrck_control *program, const char *key, uint64_t otherwise)
{
    return msrck_control_words_number(&program->answer, key, otherwise);
}
