/* SPDX-License-Identifier: MIT */
/*
 * msrck/tls.h - the encrypted connection over which a program moves
 *
 * ## Purpose
 *
 * A program that is to wait for a migration with --resume=listen:ADDRESS is linked with libmsrck-tls (CMake: msrck_tls; others: -lmsrck-tls -Wl,-u,msrck_tls_openssl -lssl -lcrypto). libmsrck
 * finds it by the one symbol below; nothing has to be called. A program without it says so when it is asked to listen, and carries no TLS.
 *
 * ## Who may connect
 *
 * TLS 1.3 with a pre-shared key of 256 bits and an ephemeral key exchange, and nothing else: no certificates, no earlier version, no resumption, no early data. Each side proves to the
 * other that it knows the key before a byte of either is sent. A peer that cannot is dropped, and what waits goes on waiting.
 *
 * ## Key files
 *
 * One line, "msrck-key-1 " and 64 hexadecimal digits. The file belongs to the user (or to root) and nobody else may read or write it; otherwise it is refused.
 *
 * ## Time limits
 *
 * In milliseconds, for the whole call where it waits for an answer, and between two bytes where it moves many; negative: none. A limit that passes is MSRCK_SYSTEM.
 */
#ifndef MSRCK_TLS_H
#define MSRCK_TLS_H

#include <stdbool.h>

#include <msrck/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MSRCK_TLS_VERSION 1

typedef struct msrck_tls_link msrck_tls_link;
typedef struct msrck_tls_listener msrck_tls_listener;

/* All functions of the implementation. Out-parameters are NULL after a failure. */
typedef struct msrck_tls {
    unsigned version;               /* MSRCK_TLS_VERSION */

    /* Writes a new key to `path`, which must not be there. */
    msrck_result (*make_key)(const char *path, msrck_error *error);

    /* Waits at "HOST:PORT", ":PORT" (every address of this machine) or "[v6]:PORT"; HOST is numeric or "localhost". Port 0 is one that is free. */
    msrck_result (*listen)(const char *address, const char *key_path, msrck_tls_listener **listener, msrck_error *error);
    unsigned (*port)(const msrck_tls_listener *listener);
    /*
     * The next peer that has proved to know the key. Several handshakes go on side by side, each with a time limit of its own, so that silence and garbage hold up nobody. *link
     * is NULL and the result MSRCK_OK when `milliseconds` have passed.
     */
    msrck_result (*accept)(msrck_tls_listener *listener, int milliseconds, msrck_tls_link **link, msrck_error *error);
    /* All sockets of the listener, for a process that is to keep nothing else; at most `most`. Returns how many. */
    size_t (*sockets)(const msrck_tls_listener *listener, int *sockets, size_t most);
    /* NULL is allowed. */
    void (*stop)(msrck_tls_listener *listener);

    /* Connects to "HOST:PORT" or "[v6]:PORT"; HOST may be a name. */
    msrck_result (*connect)(const char *address, const char *key_path, int milliseconds, msrck_tls_link **link,
                            msrck_error *error);

    /* What there is, at most `length` bytes; waits for the first. *got 0: the peer has closed. */
    msrck_result (*read)(msrck_tls_link *link, void *bytes, size_t length, int milliseconds, size_t *got,
                         msrck_error *error);
    /* All of it. */
    msrck_result (*write)(msrck_tls_link *link, const void *bytes, size_t length, int milliseconds, msrck_error *error);
    /* To wait for with poll(); bytes may be there already when `pending` says so. */
    int (*descriptor)(const msrck_tls_link *link);
    bool (*pending)(const msrck_tls_link *link);
    /* NULL is allowed. */
    void (*close)(msrck_tls_link *link);
} msrck_tls;

/* In libmsrck-tls; NULL in programs without it. */
extern const msrck_tls msrck_tls_openssl __attribute__((weak, visibility("default")));

#ifdef __cplusplus
}
#endif

#endif
