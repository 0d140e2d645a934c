/* SPDX-License-Identifier: MIT */
/* What the files of libmsrck-tls share. OpenSSL is seen by these files only. */
#ifndef MSRCK_TLS_PARTS_H
#define MSRCK_TLS_PARTS_H

#include <openssl/ssl.h>
#include <stdint.h>

#include <msrck/tls.h>

#define TLS_KEY_BYTES 32u

struct tls_key {
    unsigned char bytes[TLS_KEY_BYTES];
};

/* One connection; the socket does not block. */
struct msrck_tls_link {
    int socket;
    SSL *ssl; /* NULL until the handshake begins */
};

enum tls_wait { TLS_DONE, TLS_READ, TLS_WRITE, TLS_ENDED, TLS_FAILED };

/* Fill an error as the library's own functions do; libmsrck-tls stands beside libmsrck and uses none of its inside. */
msrck_result tls_fail(msrck_error *error, msrck_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
msrck_result tls_fail_system(msrck_error *error, int code, const char *what, const char *name);
/* The reason that OpenSSL has for the last failure, as one phrase. Empties its queue. */
const char *tls_reason(void);

msrck_result tls_key_make(const char *path, msrck_error *error);
msrck_result tls_key_read(const char *path, struct tls_key *key, msrck_error *error);

/* TLS 1.3 with the key and nothing else. The key is kept in the context and wiped when that is freed. */
SSL_CTX *tls_context_new(bool server, const struct tls_key *key, msrck_error *error);

/* One step of the handshake. TLS_DONE only when both sides have proved to know the key. */
enum tls_wait tls_handshake(struct msrck_tls_link *link, bool server);

/* Takes the socket over, also on failure. */
struct msrck_tls_link *tls_link_new(SSL_CTX *context, int socket);

/* Splits "HOST:PORT", ":PORT", "[v6]:PORT" into copies in `host` and `port`. */
#define TLS_HOST_SIZE 256
#define TLS_PORT_SIZE 8
msrck_result tls_address_split(const char *address, char host[TLS_HOST_SIZE], char port[TLS_PORT_SIZE],
                               msrck_error *error);

/* Milliseconds of CLOCK_MONOTONIC, and what is left until such a moment, for poll(); a negative limit stays negative. */
int64_t tls_now(void);
int tls_left(int64_t moment, int milliseconds);
/* Waits for the socket: 1 ready, 0 time is up, -1 with errno. */
int tls_wait_for(int socket, enum tls_wait direction, int milliseconds);

msrck_result tls_listen(const char *address, const char *key_path, msrck_tls_listener **listener, msrck_error *error);
unsigned tls_port(const msrck_tls_listener *listener);
msrck_result tls_accept(msrck_tls_listener *listener, int milliseconds, msrck_tls_link **link, msrck_error *error);
size_t tls_sockets(const msrck_tls_listener *listener, int *sockets, size_t most);
void tls_stop(msrck_tls_listener *listener);
msrck_result tls_connect(const char *address, const char *key_path, int milliseconds, msrck_tls_link **link,
                         msrck_error *error);
void tls_close(msrck_tls_link *link);

#endif
