/* SPDX-License-Identifier: MIT */
/* The destination of a migration, up to the last byte of the checkpoint. What follows is in transfer_commit.c. */
#include "runtime/transfer_destination.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/allocation.h"
#include "base/big_endian.h"
#include "base/failure.h"
#include "runtime/session.h"
#include "runtime/transfer_state.h"

#define LISTEN "listen:"
/* Most that is thrown away after a refusal, and how long each wait for it is. */
#define DRAIN_BYTES ((size_t)64 << 20)
#define DRAIN_LIMIT 2000

bool msrck_transfer_is_address(const char *resume)
{
    return strncmp(resume, LISTEN, sizeof LISTEN - 1) == 0;
}

/* ---- Words ------------------------------------------------------------------------------------------------------ */

msrck_result msrck_transfer_read_hello(struct transfer_channel *channel, bool magic_read, struct transfer_hello *hello,
                                       msrck_error *error)
{
    unsigned char bytes[MSRCK_TRANSFER_HELLO_SIZE];
    msrck_result result = MSRCK_OK;
    uint32_t length, limit;
    char tag[5];

    memset(hello, 0, sizeof *hello);
    if (!magic_read) {
        result = msrck_channel_read_all(channel, bytes, MSRCK_TRANSFER_MAGIC_SIZE, HELLO_LIMIT, error);
        if (result == MSRCK_OK && memcmp(bytes, MSRCK_TRANSFER_MAGIC, MSRCK_TRANSFER_MAGIC_SIZE) != 0)
            result = msrck_fail(error, MSRCK_NOT_A_CHECKPOINT, "the peer does not begin a transfer");
    }
    if (result != MSRCK_OK || (result = msrck_channel_read_head(channel, HELLO_LIMIT, tag, &length, error)) != MSRCK_OK)
        return result;
    if (strcmp(tag, MSRCK_TRANSFER_HELLO) != 0 || length != MSRCK_TRANSFER_HELLO_SIZE)
        return msrck_fail(error, MSRCK_CORRUPT, "the transfer does not begin with HELO");
    if ((result = msrck_channel_read_all(channel, bytes, sizeof bytes, HELLO_LIMIT, error)) != MSRCK_OK)
        return result;
    if (load_be32(bytes) != MSRCK_TRANSFER_VERSION)
        return msrck_fail(error, MSRCK_UNSUPPORTED, "the transfer has version %lu; this is version %u",
                          (unsigned long)load_be32(bytes), MSRCK_TRANSFER_VERSION);
    limit = load_be32(bytes + 4);
    hello->limit = limit < 1000 ? 1000 : limit > 86400000 ? 86400000 : (int)limit;
    hello->again = load_be32(bytes + 8) == 1;
    memcpy(hello->id, bytes + 12, sizeof hello->id);
    return MSRCK_OK;
}

msrck_result msrck_transfer_answer(struct transfer_channel *channel, const char *word, const char *rest,
                                   msrck_error *error)
{
    char line[MSRCK_TRANSFER_ANSWER_MOST];
    int length = snprintf(line, sizeof line, MSRCK_TRANSFER_ANSWER "%s%s%.900s\n", word, rest != NULL ? " " : "",
                          rest != NULL ? rest : "");

    return msrck_channel_write(channel, line, (size_t)length, HELLO_LIMIT, error);
}

void msrck_transfer_answer_refused(struct transfer_channel *channel, const msrck_error *reason)
{
    char rest[MSRCK_MESSAGE_SIZE + 8];
    unsigned char ignored[4096];
    size_t got = 1, drained;

    snprintf(rest, sizeof rest, "%d %s", msrck_session_exit_code(reason->result), reason->message);
    if (msrck_transfer_answer(channel, MSRCK_TRANSFER_REFUSED, rest, NULL) != MSRCK_OK)
        return;
    for (drained = 0; got > 0 && drained < DRAIN_BYTES; drained += got)
        if (msrck_channel_read(channel, ignored, sizeof ignored, DRAIN_LIMIT, &got, NULL) != MSRCK_OK)
            return;
}

/* ---- The checkpoint in its frames ------------------------------------------------------------------------------- */

static msrck_result read_stop(struct transfer *transfer, uint32_t length, msrck_error *error)
{
    char text[MSRCK_MESSAGE_SIZE / 2];
    size_t taken = length < sizeof text ? length : sizeof text - 1;
    msrck_result result = msrck_channel_read_all(&transfer->channel, text, taken, transfer->limit, error);

    if (result != MSRCK_OK)
        return result;
    text[taken] = '\0';
    return msrck_fail(error, MSRCK_SYSTEM, "the source called the transfer off: %s", text);
}

static msrck_result read_done(struct transfer *transfer, uint32_t length, msrck_error *error)
{
    unsigned char bytes[8];
    msrck_result result;

    if (length != sizeof bytes)
        return msrck_fail(error, MSRCK_CORRUPT, "the end of the transfer has %lu bytes instead of 8",
                          (unsigned long)length);
    if ((result = msrck_channel_read_all(&transfer->channel, bytes, sizeof bytes, transfer->limit, error)) != MSRCK_OK)
        return result;
    if (load_be64(bytes) != transfer->received)
        return msrck_fail(error, MSRCK_TRUNCATED, "%llu of %llu bytes arrived", (unsigned long long)transfer->received,
                          (unsigned long long)load_be64(bytes));
    transfer->done = true;
    return MSRCK_OK;
}

/* Up to the next one with bytes of the checkpoint, or the end. */
static msrck_result next_frame(struct transfer *transfer, msrck_error *error)
{
    while (transfer->frame_left == 0 && !transfer->done) {
        uint32_t length;
        char tag[5];
        msrck_result result = msrck_channel_read_head(&transfer->channel, transfer->limit, tag, &length, error);

        if (result != MSRCK_OK)
            return result;
        if (strcmp(tag, MSRCK_TRANSFER_DATA) == 0)
            transfer->frame_left = length;
        else if (strcmp(tag, MSRCK_TRANSFER_DONE) == 0)
            result = read_done(transfer, length, error);
        else if (strcmp(tag, MSRCK_TRANSFER_STOP) == 0)
            result = read_stop(transfer, length, error);
        else if (strcmp(tag, MSRCK_TRANSFER_NOTHING) != 0 || length != 0)
            result = msrck_fail(error, MSRCK_CORRUPT, "the transfer has no frame '%s' before its end", tag);
        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

static msrck_result read_frames(struct transfer *transfer, unsigned char *bytes, size_t length, size_t *got,
                                msrck_error *error)
{
    while (*got < length) {
        msrck_result result = next_frame(transfer, error);
        size_t wanted = length - *got, piece;

        if (result != MSRCK_OK || transfer->done)
            return result;
        if (wanted > transfer->frame_left)
            wanted = transfer->frame_left;
        if ((result = msrck_channel_read(&transfer->channel, bytes + *got, wanted, transfer->limit, &piece, error)) !=
            MSRCK_OK)
            return result;
        if (piece == 0)
            return msrck_fail(error, MSRCK_TRUNCATED, "the connection was closed after %llu bytes",
                              (unsigned long long)transfer->received);
        *got += piece;
        transfer->received += piece;
        transfer->frame_left -= (uint32_t)piece;
    }
    return MSRCK_OK;
}

/* A checkpoint that stands in standard input by itself; its first bytes have been looked at. */
static msrck_result read_plain(struct transfer *transfer, unsigned char *bytes, size_t length, size_t *got,
                               msrck_error *error)
{
    while (*got < length) {
        size_t piece = transfer->head_length - transfer->head_used;
        msrck_result result;

        if (piece > 0) {
            piece = piece < length - *got ? piece : length - *got;
            memcpy(bytes + *got, transfer->head + transfer->head_used, piece);
            transfer->head_used += piece;
        } else if ((result = msrck_channel_read(&transfer->channel, bytes + *got, length - *got, -1, &piece, error)) !=
                       MSRCK_OK ||
                   piece == 0) {
            return result;
        }
        *got += piece;
    }
    return MSRCK_OK;
}

static msrck_result read_state(void *context, void *bytes, size_t length, size_t *got, msrck_error *error)
{
    struct transfer *transfer = context;

    *got = 0;
    return transfer->plain ? read_plain(transfer, bytes, length, got, error)
                           : read_frames(transfer, bytes, length, got, error);
}

/* ---- Beginning -------------------------------------------------------------------------------------------------- */

static struct transfer *new_transfer(struct session *session, msrck_error *error)
{
    session->transfer = msrck_allocate(1, sizeof *session->transfer);
    if (session->transfer == NULL) {
        msrck_fail_memory(error, sizeof *session->transfer, "a transfer");
        return NULL;
    }
    session->transfer->channel.input = STDIN_FILENO;
    session->transfer->channel.output = STDOUT_FILENO;
    return session->transfer;
}

static void take_hello(struct transfer *transfer, const struct transfer_hello *hello)
{
    memcpy(transfer->id, hello->id, sizeof transfer->id);
    transfer->limit = hello->limit;
    transfer->frame_left = 0;
    transfer->received = 0;
    transfer->done = false;
    transfer->open = true;
}

/* As many of the first bytes as there are: an input shorter than that is no transfer. */
static msrck_result read_input_head(struct transfer *transfer, msrck_error *error)
{
    while (transfer->head_length < sizeof transfer->head) {
        size_t got;
        msrck_result result = msrck_channel_read(&transfer->channel, transfer->head + transfer->head_length,
                                                 sizeof transfer->head - transfer->head_length, -1, &got, error);

        if (result != MSRCK_OK || got == 0)
            return result;
        transfer->head_length += got;
    }
    return MSRCK_OK;
}

msrck_result msrck_transfer_open_input(struct session *session, struct source **source, msrck_error *error)
{
    struct transfer *transfer = new_transfer(session, error);
    struct transfer_hello hello;
    msrck_result result;

    if (transfer == NULL)
        return MSRCK_SYSTEM;
    if ((result = read_input_head(transfer, error)) != MSRCK_OK)
        return result;
    transfer->plain = transfer->head_length < sizeof transfer->head ||
                      memcmp(transfer->head, MSRCK_TRANSFER_MAGIC, sizeof transfer->head) != 0;
    if (!transfer->plain) {
        if ((result = msrck_transfer_read_hello(&transfer->channel, true, &hello, error)) != MSRCK_OK) {
            msrck_transfer_answer_refused(&transfer->channel, error);
            return result;
        }
        take_hello(transfer, &hello);
        if ((result = msrck_transfer_answer(&transfer->channel, MSRCK_TRANSFER_WAITING, NULL, error)) != MSRCK_OK)
            return result;
    }
    return msrck_source_open_callback(read_state, transfer, source, error);
}

msrck_result msrck_transfer_listen(struct session *session, msrck_error *error)
{
    const char *address = session->options.resume + sizeof LISTEN - 1;
    struct transfer *transfer;

    if (&msrck_tls_openssl == NULL)
        return msrck_fail(error, MSRCK_MISUSE,
                          "--resume=%s: this program has no TLS; it has to be linked with libmsrck-tls",
                          session->options.resume);
    if (session->options.resume_key == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "--resume=%s needs a key: --resume-key=FILE", session->options.resume);
    if ((transfer = new_transfer(session, error)) == NULL)
        return MSRCK_SYSTEM;
    return msrck_tls_openssl.listen(address, session->options.resume_key, &transfer->listener, error);
}

/* Whoever knows the key and then says nothing, or asks after another transfer, is no reason to end. */
msrck_result msrck_transfer_next(struct session *session, struct source **source, msrck_error *error)
{
    struct transfer *transfer = session->transfer;

    while (!transfer->open) {
        msrck_error failure = MSRCK_ERROR_INIT;
        struct transfer_hello hello;
        msrck_result result = msrck_tls_openssl.accept(transfer->listener, -1, &transfer->channel.link, error);

        if (result != MSRCK_OK)
            return result;
        if (transfer->channel.link == NULL)
            continue;
        if (msrck_transfer_read_hello(&transfer->channel, false, &hello, &failure) == MSRCK_OK && hello.again)
            msrck_fail(&failure, MSRCK_MISUSE, "that transfer is not known here");
        if (failure.result == MSRCK_OK &&
            msrck_transfer_answer(&transfer->channel, MSRCK_TRANSFER_WAITING, NULL, &failure) == MSRCK_OK) {
            take_hello(transfer, &hello);
        } else {
            msrck_transfer_answer_refused(&transfer->channel, &failure);
            msrck_channel_close(&transfer->channel);
        }
    }
    return msrck_source_open_callback(read_state, transfer, source, error);
}

void msrck_transfer_accepted(struct session *session)
{
    struct transfer *transfer = session->transfer;

    if (transfer != NULL && transfer->open)
        msrck_transfer_answer(&transfer->channel, MSRCK_TRANSFER_ACCEPTED, NULL, NULL);
}

/* ---- Ending ----------------------------------------------------------------------------------------------------- */

void msrck_transfer_restored(struct session *session)
{
    if (session->transfer != NULL)
        session->transfer->restored = true;
}

bool msrck_transfer_may_wait(const struct session *session)
{
    return session->transfer != NULL && session->transfer->listener != NULL && !session->transfer->restored;
}

void msrck_transfer_refuse(struct session *session, const msrck_error *reason)
{
    struct transfer *transfer = session->transfer;

    if (transfer == NULL || !transfer->open)
        return;
    transfer->open = false;
    msrck_transfer_answer_refused(&transfer->channel, reason);
    msrck_channel_close(&transfer->channel);
}

void msrck_transfer_close(struct session *session)
{
    struct transfer *transfer = session->transfer;

    if (transfer == NULL)
        return;
    msrck_channel_close(&transfer->channel);
    if (transfer->listener != NULL)
        msrck_tls_openssl.stop(transfer->listener);
    free(transfer);
    session->transfer = NULL;
}
