/* SPDX-License-Identifier: MIT */
/* One connection: its handshake, reading, writing, its end. Every wait has a limit. */
#define _GNU_SOURCE /* SOCK_CLOEXEC, SOCK_NONBLOCK */
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tls_parts.h"

/* ---- Time -------------------------------------------------------------------------------------------------------- */

int64_t tls_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int tls_left(int64_t moment, int milliseconds)
{
    int64_t left = moment - tls_now();

    if (milliseconds < 0)
        return -1;
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

int tls_wait_for(int socket, enum tls_wait direction, int milliseconds)
{
    struct pollfd waiting = { .fd = socket, .events = direction == TLS_WRITE ? POLLOUT : POLLIN };
    int64_t moment = tls_now() + milliseconds;
    int ready;

    do
        ready = poll(&waiting, 1, tls_left(moment, milliseconds));
    while (ready < 0 && errno == EINTR);
    return ready;
}

/* ---- OpenSSL's answers ------------------------------------------------------------------------------------------- */

static enum tls_wait meaning(SSL *ssl, int returned)
{
    switch (SSL_get_error(ssl, returned)) {
    case SSL_ERROR_NONE:
        return TLS_DONE;
    case SSL_ERROR_WANT_READ:
        return TLS_READ;
    case SSL_ERROR_WANT_WRITE:
        return TLS_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        return TLS_ENDED;
    default:
        return TLS_FAILED;
    }
}

/* OpenSSL writes with write(): a peer that is gone would raise SIGPIPE, which belongs to the program. */
struct quiet {
    struct sigaction former;
};

static void quiet_begin(struct quiet *quiet)
{
    struct sigaction ignore;

    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &quiet->former);
    ERR_clear_error();
    errno = 0;
}

static void quiet_end(const struct quiet *quiet)
{
    int code = errno;

    sigaction(SIGPIPE, &quiet->former, NULL);
    errno = code;
}

/* A server has no certificate and a client would accept none, so that only the key makes a handshake complete. */
enum tls_wait tls_handshake(struct msrck_tls_link *link, bool server)
{
    struct quiet quiet;
    enum tls_wait wait;
    int returned;

    quiet_begin(&quiet);
    returned = server ? SSL_accept(link->ssl) : SSL_connect(link->ssl);
    wait = returned == 1 ? TLS_DONE : meaning(link->ssl, returned);
    quiet_end(&quiet);
    if (wait == TLS_DONE && SSL_session_reused(link->ssl) != 1)
        return TLS_FAILED;
    return wait == TLS_ENDED ? TLS_FAILED : wait;
}

static msrck_result fail_link(msrck_error *error, const char *what)
{
    int code = errno;

    if (ERR_peek_error() == 0 && code != 0)
        return tls_fail(error, MSRCK_SYSTEM, "%s: %s", what, strerror(code));
    if (ERR_peek_error() == 0 || ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        return tls_fail(error, MSRCK_SYSTEM, "%s: the connection was cut", what);
    }
    return tls_fail(error, MSRCK_SYSTEM, "%s: %s", what, tls_reason());
}

/* Waits as OpenSSL asks for. True: try again. */
static bool try_again(msrck_tls_link *link, enum tls_wait wait, int milliseconds, const char *what, msrck_error *error)
{
    int ready;

    if (wait != TLS_READ && wait != TLS_WRITE) {
        fail_link(error, what);
        return false;
    }
    ready = tls_wait_for(link->socket, wait, milliseconds);
    if (ready == 0)
        tls_fail(error, MSRCK_SYSTEM, "%s: the time limit has passed", what);
    else if (ready < 0)
        tls_fail(error, MSRCK_SYSTEM, "%s: %s", what, strerror(errno));
    return ready > 0;
}

/* ---- Life -------------------------------------------------------------------------------------------------------- */

struct msrck_tls_link *tls_link_new(SSL_CTX *context, int socket)
{
    struct msrck_tls_link *link = malloc(sizeof *link);
    int yes = 1;

    if (link == NULL) {
        close(socket);
        return NULL;
    }
    /* The last messages are short and waited for. */
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    link->socket = socket;
    link->ssl = SSL_new(context);
    if (link->ssl == NULL || SSL_set_fd(link->ssl, socket) != 1) {
        tls_close(link);
        return NULL;
    }
    return link;
}

void tls_close(msrck_tls_link *link)
{
    struct quiet quiet;

    if (link == NULL)
        return;
    if (link->ssl != NULL && SSL_is_init_finished(link->ssl)) {
        quiet_begin(&quiet);
        SSL_shutdown(link->ssl);
        quiet_end(&quiet);
    }
    ERR_clear_error();
    SSL_free(link->ssl);
    close(link->socket);
    free(link);
}

/* ---- Bytes ------------------------------------------------------------------------------------------------------- */

static msrck_result read_link(msrck_tls_link *link, void *bytes, size_t length, int milliseconds, size_t *got,
                              msrck_error *error)
{
    int piece = length < (1 << 20) ? (int)length : 1 << 20;

    *got = 0;
    for (;;) {
        struct quiet quiet;
        enum tls_wait wait;
        int returned;

        quiet_begin(&quiet);
        returned = SSL_read(link->ssl, bytes, piece);
        wait = returned > 0 ? TLS_DONE : meaning(link->ssl, returned);
        quiet_end(&quiet);
        if (wait == TLS_DONE)
            *got = (size_t)returned;
        if (wait == TLS_DONE || wait == TLS_ENDED)
            return MSRCK_OK;
        if (!try_again(link, wait, milliseconds, "the connection", error))
            return MSRCK_SYSTEM;
    }
}

/* The limit is for each step forward, not for all of it: large states over slow lines are no silence. */
static msrck_result write_link(msrck_tls_link *link, const void *bytes, size_t length, int milliseconds,
                               msrck_error *error)
{
    const unsigned char *at = bytes;

    while (length > 0) {
        int piece = length < (1 << 20) ? (int)length : 1 << 20, returned;
        struct quiet quiet;
        enum tls_wait wait;

        quiet_begin(&quiet);
        returned = SSL_write(link->ssl, at, piece);
        wait = returned > 0 ? TLS_DONE : meaning(link->ssl, returned);
        quiet_end(&quiet);
        if (wait == TLS_DONE) {
            at += returned;
            length -= (size_t)returned;
        } else if (!try_again(link, wait, milliseconds, "the connection", error)) {
            return MSRCK_SYSTEM;
        }
    }
    return MSRCK_OK;
}

static int link_descriptor(const msrck_tls_link *link)
{
    return link->socket;
}

static bool link_pending(const msrck_tls_link *link)
{
    return SSL_has_pending(link->ssl) == 1;
}

/* ---- Connecting -------------------------------------------------------------------------------------------------- */

msrck_result tls_address_split(const char *address, char host[TLS_HOST_SIZE], char port[TLS_PORT_SIZE],
                               msrck_error *error)
{
    const char *colon = strrchr(address, ':'), *end = colon;
    size_t length;
    char *rest;

    if (colon == NULL || strlen(colon + 1) >= TLS_PORT_SIZE || colon[1] < '0' || colon[1] > '9' ||
        strtoul(colon + 1, &rest, 10) > 65535 || *rest != '\0')
        return tls_fail(error, MSRCK_MISUSE, "'%s' is no address: HOST:PORT, :PORT or [HOST]:PORT is", address);
    if (address[0] == '[') {
        address++;
        if (--end < address || *end != ']')
            return tls_fail(error, MSRCK_MISUSE, "'%s' is no address: a ']' is missing", address - 1);
    } else if (memchr(address, ':', (size_t)(colon - address)) != NULL) {
        return tls_fail(error, MSRCK_MISUSE, "'%s' is no address: one with colons stands in []", address);
    }
    length = (size_t)(end - address);
    if (length >= TLS_HOST_SIZE)
        return tls_fail(error, MSRCK_MISUSE, "'%s' is no address: it is too long", address);
    memcpy(host, address, length);
    host[length] = '\0';
    snprintf(port, TLS_PORT_SIZE, "%s", colon + 1);
    return MSRCK_OK;
}

/* A connected socket, or -1 with errno. */
static int connect_one(const struct addrinfo *place, int64_t moment, int milliseconds)
{
    int one = socket(place->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), code = 0, ready;
    socklen_t size = sizeof code;

    if (one < 0)
        return -1;
    if (connect(one, place->ai_addr, place->ai_addrlen) != 0 && errno != EINPROGRESS) {
        code = errno;
    } else {
        ready = tls_wait_for(one, TLS_WRITE, tls_left(moment, milliseconds));
        if (ready == 0)
            code = ETIMEDOUT;
        else if (ready < 0 || getsockopt(one, SOL_SOCKET, SO_ERROR, &code, &size) != 0)
            code = errno;
    }
    if (code == 0)
        return one;
    close(one);
    errno = code;
    return -1;
}

static int connect_any(const char *address, int64_t moment, int milliseconds, msrck_error *error)
{
    struct addrinfo wanted = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    struct addrinfo *places = NULL, *place;
    char host[TLS_HOST_SIZE], port[TLS_PORT_SIZE];
    int code, connected = -1;

    if (tls_address_split(address, host, port, error) != MSRCK_OK)
        return -1;
    if ((code = getaddrinfo(host[0] != '\0' ? host : "localhost", port, &wanted, &places)) != 0) {
        tls_fail(error, MSRCK_SYSTEM, "cannot find %s: %s", address, gai_strerror(code));
        return -1;
    }
    for (place = places; place != NULL && connected < 0; place = place->ai_next)
        connected = connect_one(place, moment, milliseconds);
    if (connected < 0)
        tls_fail_system(error, errno, "cannot connect to", address);
    freeaddrinfo(places);
    return connected;
}

/* A wrong key shows as an alert of the other side: it could not verify what this side proved. */
static msrck_result shake_hands(msrck_tls_link *link, const char *address, int64_t moment, int milliseconds,
                                msrck_error *error)
{
    char what[TLS_HOST_SIZE + 64];
    enum tls_wait wait;

    snprintf(what, sizeof what, "%.200s", address);
    while ((wait = tls_handshake(link, false)) != TLS_DONE) {
        if (wait == TLS_FAILED && ERR_peek_error() != 0 &&
            ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING)
            return tls_fail(error, MSRCK_SYSTEM, "%s: the peers do not share a key: %s", what, tls_reason());
        if (!try_again(link, wait, tls_left(moment, milliseconds), what, error))
            return MSRCK_SYSTEM;
    }
    return MSRCK_OK;
}

msrck_result tls_connect(const char *address, const char *key_path, int milliseconds, msrck_tls_link **link,
                         msrck_error *error)
{
    int64_t moment = tls_now() + milliseconds;
    msrck_result result;
    struct tls_key key;
    SSL_CTX *context;
    int connected;

    *link = NULL;
    if ((result = tls_key_read(key_path, &key, error)) != MSRCK_OK)
        return result;
    context = tls_context_new(false, &key, error);
    OPENSSL_cleanse(&key, sizeof key);
    if (context == NULL)
        return MSRCK_SYSTEM;
    if ((connected = connect_any(address, moment, milliseconds, error)) < 0) {
        SSL_CTX_free(context);
        return error != NULL ? error->result : MSRCK_SYSTEM;
    }
    *link = tls_link_new(context, connected);
    SSL_CTX_free(context); /* the link holds it */
    if (*link == NULL)
        return tls_fail(error, MSRCK_SYSTEM, "out of memory for a connection");
    if ((result = shake_hands(*link, address, moment, milliseconds, error)) != MSRCK_OK) {
        tls_close(*link);
        *link = NULL;
    }
    return result;
}

const msrck_tls msrck_tls_openssl = {
    .version = MSRCK_TLS_VERSION,
    .make_key = tls_key_make,
    .listen = tls_listen,
    .port = tls_port,
    .accept = tls_accept,
    .sockets = tls_sockets,
    .stop = tls_stop,
    .connect = tls_connect,
    .read = read_link,
    .write = write_link,
    .descriptor = link_descriptor,
    .pending = link_pending,
    .close = tls_close,
};
