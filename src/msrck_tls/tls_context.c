/* SPDX-License-Identifier: MIT */
/* TLS as it is used here: version 1.3, an external pre-shared key, an ephemeral key exchange. */
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "tls_parts.h"

/* What the key is called in the handshake: it tells nothing. */
static const char identity[] = "msrck";

/* The key is for SHA-256; with other hashes the handshake would not use it. */
static const char suites[] = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";
static const unsigned char first_suite[] = { 0x13, 0x01 };

const char *tls_reason(void)
{
    unsigned long code = ERR_peek_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    return reason != NULL ? reason : "unknown failure";
}

/* ---- The key hangs on the context -------------------------------------------------------------------------------- */

static void free_key(void *parent, void *key, CRYPTO_EX_DATA *data, int index, long number, void *pointer)
{
    (void)parent, (void)data, (void)index, (void)number, (void)pointer;
    if (key != NULL)
        OPENSSL_cleanse(key, sizeof(struct tls_key));
    free(key);
}

/* Asked for once in the process's life. */
static int key_index(void)
{
    static int index = -1;

    if (index < 0)
        index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_key);
    return index;
}

/* A session that never was: its secret is the key. */
static SSL_SESSION *key_session(SSL *ssl)
{
    const struct tls_key *key = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), key_index());
    const SSL_CIPHER *suite = SSL_CIPHER_find(ssl, first_suite);
    SSL_SESSION *session = SSL_SESSION_new();

    if (session != NULL && key != NULL && suite != NULL &&
        SSL_SESSION_set1_master_key(session, key->bytes, sizeof key->bytes) == 1 &&
        SSL_SESSION_set_cipher(session, suite) == 1 && SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION) == 1)
        return session;
    SSL_SESSION_free(session);
    return NULL;
}

static int use_key(SSL *ssl, const EVP_MD *hash, const unsigned char **name, size_t *length, SSL_SESSION **session)
{
    *name = NULL;
    *length = 0;
    *session = NULL;
    if (hash != NULL && EVP_MD_is_a(hash, "SHA256") != 1)
        return 1; /* without a key: the handshake then fails */
    if ((*session = key_session(ssl)) == NULL)
        return 0;
    *name = (const unsigned char *)identity;
    *length = sizeof identity - 1;
    return 1;
}

static int find_key(SSL *ssl, const unsigned char *name, size_t length, SSL_SESSION **session)
{
    *session = NULL;
    if (length != sizeof identity - 1 || memcmp(name, identity, length) != 0)
        return 1;
    return (*session = key_session(ssl)) != NULL;
}

/* ---- The context ------------------------------------------------------------------------------------------------- */

/* No tickets: the key is the only way in. No renegotiation, no compression: 1.3 has neither. */
static bool restrict_context(SSL_CTX *context)
{
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(context, suites) == 1 && SSL_CTX_set_num_tickets(context, 0) == 1 &&
           SSL_CTX_set_max_early_data(context, 0) == 1;
}

static bool give_key(SSL_CTX *context, const struct tls_key *key)
{
    struct tls_key *copy = malloc(sizeof *copy);

    if (copy == NULL)
        return false;
    *copy = *key;
    if (key_index() >= 0 && SSL_CTX_set_ex_data(context, key_index(), copy) == 1)
        return true;
    OPENSSL_cleanse(copy, sizeof *copy);
    free(copy);
    return false;
}

/* Configuration files of the machine are left alone: what is allowed here is not theirs to change. */
SSL_CTX *tls_context_new(bool server, const struct tls_key *key, msrck_error *error)
{
    SSL_CTX *context;

    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
    context = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (context == NULL || !restrict_context(context) || !give_key(context, key)) {
        SSL_CTX_free(context);
        tls_fail(error, MSRCK_SYSTEM, "cannot prepare TLS: %s", tls_reason());
        return NULL;
    }
    if (server)
        SSL_CTX_set_psk_find_session_callback(context, find_key);
    else
        SSL_CTX_set_psk_use_session_callback(context, use_key);
    /* No certificate is trusted, so one that is offered in place of the key ends the handshake. */
    if (!server)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return context;
}
