/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a peer that knows the key. Nothing is sent to anybody before TLS answers a handshake; whoever is silent,
 * slow or talks nonsense holds a place for some seconds and is dropped, the oldest first where places run out.
 */
#define _GNU_SOURCE /* accept4 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tls_parts.h"

#define MOST_SOCKETS 8u
#define MOST_PENDING 32u
#define HANDSHAKE_LIMIT 10000

struct pending_peer {
    struct msrck_tls_link *link; /* NULL: the place is free */
    int64_t moment;              /* until then */
    enum tls_wait wait;
};

struct msrck_tls_listener {
    SSL_CTX *context;
    int sockets[MOST_SOCKETS];
    size_t count;
    unsigned port;
    struct pending_peer pending[MOST_PENDING];
};

/* ---- Opening ----------------------------------------------------------------------------------------------------- */

/* -1 with errno. Port 0 becomes the one that the first socket was given. */
static int open_socket(const struct addrinfo *place, unsigned port)
{
    int one = socket(place->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1, code;
    struct sockaddr_storage address;

    if (one < 0)
        return -1;
    memcpy(&address, place->ai_addr, place->ai_addrlen);
    if (place->ai_family == AF_INET6) {
        ((struct sockaddr_in6 *)(void *)&address)->sin6_port = htons((uint16_t)port);
        setsockopt(one, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    } else {
        ((struct sockaddr_in *)(void *)&address)->sin_port = htons((uint16_t)port);
    }
    setsockopt(one, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(one, (struct sockaddr *)&address, place->ai_addrlen) == 0 && listen(one, 16) == 0)
        return one;
    code = errno;
    close(one);
    errno = code;
    return -1;
}

static unsigned port_of(int one)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;

    memset(&address, 0, sizeof address);
    getsockname(one, (struct sockaddr *)&address, &size);
    return address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)(void *)&address)->sin6_port)
                                         : ntohs(((struct sockaddr_in *)(void *)&address)->sin_port);
}

/* An address family that this machine lacks is no failure as long as one socket waits. */
static msrck_result open_sockets(msrck_tls_listener *listener, const char *address, msrck_error *error)
{
    struct addrinfo wanted = { .ai_family = AF_UNSPEC,
                               .ai_socktype = SOCK_STREAM,
                               .ai_flags = AI_NUMERICSERV | AI_PASSIVE | AI_NUMERICHOST };
    char host[TLS_HOST_SIZE], port[TLS_PORT_SIZE];
    struct addrinfo *places = NULL, *place;
    msrck_result result = tls_address_split(address, host, port, error);
    int code;

    if (result != MSRCK_OK)
        return result;
    if (strcmp(host, "localhost") == 0)
        wanted.ai_flags &= ~AI_PASSIVE; /* no name, and not passive: the loopback addresses */
    code = getaddrinfo(host[0] != '\0' && (wanted.ai_flags & AI_PASSIVE) != 0 ? host : NULL, port, &wanted, &places);
    if (code != 0)
        return tls_fail(error, MSRCK_MISUSE, "cannot wait at %s: %s", address, gai_strerror(code));
    listener->port = (unsigned)strtoul(port, NULL, 10);
    for (place = places; place != NULL && listener->count < MOST_SOCKETS; place = place->ai_next) {
        int one = open_socket(place, listener->port);

        if (one < 0)
            continue;
        listener->sockets[listener->count++] = one;
        listener->port = port_of(one);
    }
    if (listener->count == 0)
        result = tls_fail_system(error, errno, "cannot wait at", address);
    freeaddrinfo(places);
    return result;
}

msrck_result tls_listen(const char *address, const char *key_path, msrck_tls_listener **listener, msrck_error *error)
{
    struct tls_key key;
    msrck_result result = tls_key_read(key_path, &key, error);

    *listener = NULL;
    if (result != MSRCK_OK)
        return result;
    *listener = calloc(1, sizeof **listener);
    if (*listener == NULL)
        result = tls_fail(error, MSRCK_SYSTEM, "out of memory for waiting at %s", address);
    else if (((*listener)->context = tls_context_new(true, &key, error)) == NULL)
        result = MSRCK_SYSTEM;
    else
        result = open_sockets(*listener, address, error);
    OPENSSL_cleanse(&key, sizeof key);
    if (result != MSRCK_OK) {
        tls_stop(*listener);
        *listener = NULL;
    }
    return result;
}

unsigned tls_port(const msrck_tls_listener *listener)
{
    return listener->port;
}

size_t tls_sockets(const msrck_tls_listener *listener, int *sockets, size_t most)
{
    size_t s;

    for (s = 0; s < listener->count && s < most; s++)
        sockets[s] = listener->sockets[s];
    for (size_t p = 0; p < MOST_PENDING && s < most; p++)
        if (listener->pending[p].link != NULL)
            sockets[s++] = listener->pending[p].link->socket;
    return s;
}

static void drop(struct pending_peer *peer)
{
    tls_close(peer->link);
    peer->link = NULL;
}

void tls_stop(msrck_tls_listener *listener)
{
    if (listener == NULL)
        return;
    for (size_t p = 0; p < MOST_PENDING; p++)
        drop(&listener->pending[p]);
    while (listener->count > 0)
        close(listener->sockets[--listener->count]);
    SSL_CTX_free(listener->context);
    free(listener);
}

/* ---- Peers ------------------------------------------------------------------------------------------------------- */

/* A free place, else that of the peer that has had the most time. */
static struct pending_peer *place_for_peer(msrck_tls_listener *listener)
{
    struct pending_peer *place = &listener->pending[0];

    for (size_t p = 0; p < MOST_PENDING; p++) {
        if (listener->pending[p].link == NULL)
            return &listener->pending[p];
        if (listener->pending[p].moment < place->moment)
            place = &listener->pending[p];
    }
    drop(place);
    return place;
}

/* All that have come: a failure is that peer's own, or shows at the next poll(). */
static void take_peers(msrck_tls_listener *listener, int one)
{
    int taken;

    while ((taken = accept4(one, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        struct pending_peer *place = place_for_peer(listener);

        place->link = tls_link_new(listener->context, taken);
        place->moment = tls_now() + HANDSHAKE_LIMIT;
        place->wait = TLS_READ;
    }
}

/* One step. True when the peer has proved itself. */
static bool advance(struct pending_peer *peer, bool ready, int64_t now)
{
    if (ready && (peer->wait = tls_handshake(peer->link, true)) == TLS_DONE)
        return true;
    if (peer->wait == TLS_FAILED || peer->moment <= now) {
        ERR_clear_error();
        drop(peer);
    }
    return false;
}

/* Sockets first, then the peers; owners[i] is the peer that polled[i] is of. Returns how many. */
static nfds_t list_waits(msrck_tls_listener *listener, struct pollfd *polled, struct pending_peer **owners,
                         int64_t *earliest)
{
    nfds_t count = 0;

    for (; count < listener->count; count++)
        polled[count] = (struct pollfd){ .fd = listener->sockets[count], .events = POLLIN };
    for (size_t p = 0; p < MOST_PENDING; p++) {
        struct pending_peer *peer = &listener->pending[p];

        if (peer->link == NULL)
            continue;
        owners[count] = peer;
        polled[count++] = (struct pollfd){ .fd = peer->link->socket,
                                           .events = peer->wait == TLS_WRITE ? POLLOUT : POLLIN };
        if (*earliest < 0 || peer->moment < *earliest)
            *earliest = peer->moment;
    }
    return count;
}

static int shorter(int one, int other)
{
    if (one < 0 || other < 0)
        return one < 0 ? other : one;
    return one < other ? one : other;
}

/* One wait and what came of it. True when *link is a peer. -1 in *failed: poll() failed, with errno. */
static bool accept_round(msrck_tls_listener *listener, int milliseconds, msrck_tls_link **link, int *failed)
{
    struct pending_peer *owners[MOST_SOCKETS + MOST_PENDING];
    struct pollfd polled[MOST_SOCKETS + MOST_PENDING];
    int64_t earliest = -1, now;
    nfds_t count = list_waits(listener, polled, owners, &earliest), p;

    *failed = poll(polled, count, shorter(milliseconds, earliest < 0 ? -1 : tls_left(earliest, 0)));
    if (*failed < 0)
        return false;
    now = tls_now();
    for (p = (nfds_t)listener->count; p < count; p++)
        if (advance(owners[p], polled[p].revents != 0, now)) {
            *link = owners[p]->link;
            owners[p]->link = NULL;
            return true;
        }
    for (p = 0; p < (nfds_t)listener->count; p++)
        if (polled[p].revents != 0)
            take_peers(listener, polled[p].fd);
    return false;
}

msrck_result tls_accept(msrck_tls_listener *listener, int milliseconds, msrck_tls_link **link, msrck_error *error)
{
    int64_t moment = tls_now() + milliseconds;
    int failed;

    *link = NULL;
    do {
        if (accept_round(listener, tls_left(moment, milliseconds), link, &failed))
            return MSRCK_OK;
        if (failed < 0 && errno != EINTR)
            return tls_fail(error, MSRCK_SYSTEM, "cannot wait for a connection: %s", strerror(errno));
    } while (tls_left(moment, milliseconds) != 0);
    return MSRCK_OK;
}
