/* SPDX-License-Identifier: MIT */
/* The link to the destination of a migration: a command with its standard input and output, or TLS. */
#define _GNU_SOURCE /* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exit_codes.h"
#include "migrate.h"

#define TCP "tcp:"

static msrck_result fail(msrck_error *error, const char *what, const char *why)
{
    if (error != NULL && error->result == MSRCK_OK) {
        error->result = MSRCK_SYSTEM;
        error->offset = MSRCK_NO_OFFSET;
        snprintf(error->message, sizeof error->message, "%s: %s", what, why);
    }
    return MSRCK_SYSTEM;
}

/* ---- Opening ---- */

/* The command's other descriptors are this process's own; SIGPIPE is as it was for us. */
static void run_command(const char *command, const int input[2], const int output[2])
{
    signal(SIGPIPE, SIG_DFL);
    if (dup2(input[0], STDIN_FILENO) >= 0 && dup2(output[1], STDOUT_FILENO) >= 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static msrck_result start_command(struct migrate_link *link, const char *command, msrck_error *error)
{
    int input[2], output[2];

    if (pipe2(input, O_CLOEXEC) != 0)
        return fail(error, "cannot start the command", strerror(errno));
    if (pipe2(output, O_CLOEXEC) != 0) {
        fail(error, "cannot start the command", strerror(errno));
        close(input[0]);
        close(input[1]);
        return MSRCK_SYSTEM;
    }
    if ((link->process = fork()) == 0)
        run_command(command, input, output);
    close(input[0]);
    close(output[1]);
    link->to = input[1];
    link->from = output[0];
    if (link->process < 0) {
        fail(error, "cannot start the command", strerror(errno));
        migrate_link_close(link, 0);
        return MSRCK_SYSTEM;
    }
    fcntl(link->to, F_SETFL, O_NONBLOCK);
    return MSRCK_OK;
}

msrck_result migrate_link_again(struct migrate_link *link, int limit, msrck_error *error)
{
    if (link->tls != NULL)
        msrck_tls_openssl.close(link->tls);
    link->tls = NULL;
    link->used = 0;
    return msrck_tls_openssl.connect(link->address, link->key, limit, &link->tls, error);
}

msrck_result migrate_link_open(struct migrate_link *link, const char *to, const char *key, int limit,
                               msrck_error *error)
{
    *link = (struct migrate_link){ .key = key, .limit = limit, .process = -1, .to = -1, .from = -1 };
    if (strncmp(to, TCP, sizeof TCP - 1) != 0)
        return start_command(link, to, error);
    link->address = to + sizeof TCP - 1;
    if (&msrck_tls_openssl == NULL) {
        fail(error, to, "this build of msrck has no TLS");
        return error->result = MSRCK_MISUSE;
    }
    return migrate_link_again(link, limit, error);
}

/* ---- To the destination ---- */

static msrck_result write_command(struct migrate_link *link, const unsigned char *bytes, size_t length,
                                  msrck_error *error)
{
    while (length > 0) {
        struct pollfd waiting = { .fd = link->to, .events = POLLOUT };
        ssize_t count = write(link->to, bytes, length);

        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        } else if (errno == EAGAIN) {
            int ready = poll(&waiting, 1, link->limit);

            if (ready == 0)
                return fail(error, "the destination", "it took nothing for the whole time limit");
            if (ready < 0 && errno != EINTR)
                return fail(error, "the destination", strerror(errno));
        } else if (errno != EINTR) {
            return fail(error, "the destination", errno == EPIPE ? "it has ended" : strerror(errno));
        }
    }
    return MSRCK_OK;
}

static msrck_result write_link(struct migrate_link *link, const void *bytes, size_t length, msrck_error *error)
{
    if (link->address == NULL)
        return write_command(link, bytes, length, error);
    if (link->tls == NULL)
        return fail(error, link->address, "not connected");
    return msrck_tls_openssl.write(link->tls, bytes, length, link->limit, error);
}

static void put_be32(unsigned char *at, uint32_t value)
{
    for (int b = 0; b < 4; b++)
        at[b] = (unsigned char)(value >> (24 - 8 * b));
}

msrck_result migrate_link_frame(struct migrate_link *link, const char *tag, const void *bytes, size_t length,
                                msrck_error *error)
{
    unsigned char head[MSRCK_TRANSFER_HEAD_SIZE];
    msrck_result result;

    memcpy(head, tag, 4);
    put_be32(head + 4, (uint32_t)length);
    result = write_link(link, head, sizeof head, error);
    return result == MSRCK_OK && length > 0 ? write_link(link, bytes, length, error) : result;
}

msrck_result migrate_link_hello(struct migrate_link *link, const unsigned char id[MSRCK_TRANSFER_ID_SIZE], bool again,
                                msrck_error *error)
{
    unsigned char hello[MSRCK_TRANSFER_HELLO_SIZE];
    msrck_result result = write_link(link, MSRCK_TRANSFER_MAGIC, MSRCK_TRANSFER_MAGIC_SIZE, error);

    if (result != MSRCK_OK)
        return result;
    put_be32(hello, MSRCK_TRANSFER_VERSION);
    put_be32(hello + 4, (uint32_t)link->limit);
    put_be32(hello + 8, again ? 1 : 0);
    memcpy(hello + 12, id, MSRCK_TRANSFER_ID_SIZE);
    return migrate_link_frame(link, MSRCK_TRANSFER_HELLO, hello, sizeof hello, error);
}

/* ---- From the destination ---- */

int migrate_link_descriptor(const struct migrate_link *link)
{
    if (link->address == NULL)
        return link->from;
    return link->tls != NULL ? msrck_tls_openssl.descriptor(link->tls) : -1;
}

bool migrate_link_pending(const struct migrate_link *link)
{
    return memchr(link->line, '\n', link->used) != NULL ||
           (link->tls != NULL && msrck_tls_openssl.pending(link->tls));
}

/* What there is after at most so many milliseconds. 0: the end; -1: nothing in that time. */
static ssize_t read_link(struct migrate_link *link, void *bytes, size_t length, int milliseconds)
{
    struct pollfd waiting = { .fd = migrate_link_descriptor(link), .events = POLLIN };
    msrck_error error = MSRCK_ERROR_INIT;
    ssize_t count;
    size_t got;

    if (waiting.fd < 0)
        return 0;
    if (link->tls == NULL || !msrck_tls_openssl.pending(link->tls)) {
        int ready = poll(&waiting, 1, milliseconds);

        if (ready <= 0)
            return ready == 0 || errno == EINTR ? -1 : 0;
    }
    if (link->tls != NULL) {
        /* Bytes on the wire need not be a whole record yet. */
        if (msrck_tls_openssl.read(link->tls, bytes, length, milliseconds, &got, &error) != MSRCK_OK)
            return strstr(error.message, "time limit") != NULL ? -1 : 0;
        return (ssize_t)got;
    }
    do
        count = read(link->from, bytes, length);
    while (count < 0 && errno == EINTR);
    return count > 0 ? count : 0;
}

static void print(const char *bytes, size_t length)
{
    fwrite(bytes, 1, length, stdout);
    fflush(stdout);
}

/* The words of an answer; anything else is a word of a later version, which this one need not know. */
static enum migrate_answer meaning(struct migrate_link *link, const char *word)
{
    static const struct {
        const char *word;
        enum migrate_answer answer;
    } words[] = { { MSRCK_TRANSFER_WAITING, ANSWER_WAITING }, { MSRCK_TRANSFER_ACCEPTED, ANSWER_ACCEPTED },
                  { MSRCK_TRANSFER_READY, ANSWER_READY }, { MSRCK_TRANSFER_GONE, ANSWER_GONE } };
    size_t length = strlen(MSRCK_TRANSFER_REFUSED);

    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
        if (strcmp(words[w].word, word) == 0)
            return words[w].answer;
    if (strncmp(word, MSRCK_TRANSFER_REFUSED " ", length + 1) != 0)
        return ANSWER_NONE;
    link->code = word[length + 1] >= '2' && word[length + 1] <= '7' ? word[length + 1] - '0' : EXIT_CODE_SYSTEM;
    snprintf(link->sentence, sizeof link->sentence, "%s", word[length + 2] == ' ' ? word + length + 3 : "no reason given");
    return ANSWER_REFUSED;
}

/* Takes the first line out of the buffer, if there is a whole one, or one that is too long to be an answer. */
static bool take_line(struct migrate_link *link, enum migrate_answer *answer)
{
    char *end = memchr(link->line, '\n', link->used), *mark;
    size_t length;

    *answer = ANSWER_NONE;
    if (end == NULL && link->used < MSRCK_TRANSFER_ANSWER_MOST)
        return false;
    length = end != NULL ? (size_t)(end - link->line) + 1 : link->used;
    if (end != NULL)
        *end = '\0';
    link->line[link->used] = '\0';
    mark = end != NULL ? strstr(link->line, MSRCK_TRANSFER_ANSWER) : NULL;
    if (mark != NULL) {
        print(link->line, (size_t)(mark - link->line));
        *answer = meaning(link, mark + strlen(MSRCK_TRANSFER_ANSWER));
    } else {
        if (end != NULL)
            *end = '\n';
        print(link->line, length);
    }
    memmove(link->line, link->line + length, link->used - length);
    link->used -= length;
    return true;
}

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

enum migrate_answer migrate_link_answer(struct migrate_link *link, int milliseconds)
{
    int64_t moment = now() + milliseconds;
    enum migrate_answer answer;

    for (;;) {
        int64_t left = moment - now();
        ssize_t got;

        while (take_line(link, &answer))
            if (answer != ANSWER_NONE)
                return answer;
        got = read_link(link, link->line + link->used, MSRCK_TRANSFER_ANSWER_MOST - link->used,
                        left > 0 ? (int)left : 0);
        if (got == 0)
            return ANSWER_END;
        if (got > 0)
            link->used += (size_t)got;
        else if (left <= 0)
            return ANSWER_NONE;
    }
}

/* ---- Ending ---- */

int migrate_link_pass_on(struct migrate_link *link)
{
    char bytes[65536];
    int status = 0;
    ssize_t count;

    if (link->process < 0)
        return 0;
    close(link->to);
    link->to = -1;
    print(link->line, link->used);
    link->used = 0;
    while ((count = read(link->from, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR))
        if (count > 0)
            print(bytes, (size_t)count);
    while (waitpid(link->process, &status, 0) < 0 && errno == EINTR)
        ;
    link->process = -1;
    return status;
}

/* A command that was told nothing more, and whose answers nobody reads, has no reason to stay. */
static void end_command(struct migrate_link *link, int milliseconds)
{
    struct timespec nap = { 0, 10000000 };
    int64_t moment = now() + milliseconds;

    while (waitpid(link->process, NULL, WNOHANG) == 0) {
        if (now() >= moment) {
            kill(link->process, SIGTERM);
            return;
        }
        nanosleep(&nap, NULL);
    }
}

void migrate_link_close(struct migrate_link *link, int milliseconds)
{
    if (link->to >= 0)
        close(link->to);
    if (link->from >= 0)
        close(link->from);
    link->to = link->from = -1;
    if (link->process > 0)
        end_command(link, milliseconds);
    link->process = -1;
    if (link->tls != NULL)
        msrck_tls_openssl.close(link->tls);
    link->tls = NULL;
}
