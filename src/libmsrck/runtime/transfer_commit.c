/* SPDX-License-Identifier: MIT */
/*
 * The end of a migration at its destination. The source lets go by GO and by nothing else; this side goes on when it
 * has GO and never otherwise. What a cut connection hides from the source it may ask again, over another one: before GO
 * this process answers, and after it a small process of its own does, until the source has heard.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failure.h"
#include "runtime/session.h"
#include "runtime/ticker.h"
#include "runtime/transfer_state.h"

/* Longer than the source asks after a transfer, so that it is never in doubt for lack of an answer. */
#define MORE_PATIENCE 5000
/* For the one message that only tells whether a witness is needed. */
#define BYE_LIMIT 3000

static uint64_t milliseconds_now(void)
{
    return msrck_monotonic_time() / 1000000;
}

/* ---- GO --------------------------------------------------------------------------------------------------------- */

/* Nothing but GO counts. *called_off: the source said that it stays, so there is no use in waiting for another word. */
static msrck_result read_go(struct transfer *transfer, bool *called_off, msrck_error *error)
{
    *called_off = false;
    for (;;) {
        uint32_t length;
        char tag[5];
        msrck_result result = msrck_channel_read_head(&transfer->channel, transfer->limit, tag, &length, error);

        if (result != MSRCK_OK)
            return result;
        if (strcmp(tag, MSRCK_TRANSFER_GO) == 0 && length == 0)
            return MSRCK_OK;
        if (strcmp(tag, MSRCK_TRANSFER_NOTHING) == 0 && length == 0)
            continue;
        *called_off = true;
        return msrck_fail(error, MSRCK_SYSTEM, "the source goes on itself");
    }
}

/*
 * The next peer that asks after this transfer, until the moment. False: none came. Another transfer is refused: this
 * process has restored one and can take no other.
 */
static bool wait_for_asker(struct transfer *transfer, uint64_t moment)
{
    uint64_t now;

    while ((now = milliseconds_now()) < moment) {
        msrck_error failure = MSRCK_ERROR_INIT;
        struct transfer_hello hello;

        msrck_channel_close(&transfer->channel);
        if (msrck_tls_openssl.accept(transfer->listener, (int)(moment - now), &transfer->channel.link, NULL) !=
            MSRCK_OK)
            return false;
        if (transfer->channel.link == NULL ||
            msrck_transfer_read_hello(&transfer->channel, false, &hello, NULL) != MSRCK_OK)
            continue;
        if (hello.again && memcmp(hello.id, transfer->id, sizeof hello.id) == 0)
            return true;
        msrck_fail(&failure, MSRCK_SYSTEM, "another transfer is being decided here");
        msrck_transfer_answer_refused(&transfer->channel, &failure);
    }
    return false;
}

/* After a cut the source may come again; only one that had sent GO does. */
static msrck_result wait_for_go(struct transfer *transfer, msrck_error *error)
{
    bool called_off;
    msrck_result result = read_go(transfer, &called_off, error);
    uint64_t moment = milliseconds_now() + (uint64_t)transfer->limit + MORE_PATIENCE;

    while (result != MSRCK_OK && !called_off && transfer->listener != NULL && wait_for_asker(transfer, moment))
        if (msrck_transfer_answer(&transfer->channel, MSRCK_TRANSFER_READY, NULL, NULL) == MSRCK_OK) {
            msrck_error later = MSRCK_ERROR_INIT;

            if ((result = read_go(transfer, &called_off, &later)) == MSRCK_OK)
                *error = (msrck_error)MSRCK_ERROR_INIT;
        }
    return result;
}

/* ---- GONE ------------------------------------------------------------------------------------------------------- */

/* True when the source has heard it: BYE, or an orderly end. */
static bool answer_gone(struct transfer *transfer, int limit)
{
    uint32_t length;
    char tag[5];

    return msrck_transfer_answer(&transfer->channel, MSRCK_TRANSFER_GONE, NULL, NULL) == MSRCK_OK &&
           msrck_channel_read_head(&transfer->channel, limit, tag, &length, NULL) == MSRCK_OK &&
           strcmp(tag, MSRCK_TRANSFER_BYE) == 0;
}

/* The program's files, locks and pipes are not the witness's to hold. */
static void keep_sockets_only(const struct transfer *transfer)
{
    int sockets[64], null = open("/dev/null", O_RDWR), from = 3, most = (int)sysconf(_SC_OPEN_MAX);
    size_t count = msrck_tls_openssl.sockets(transfer->listener, sockets, sizeof sockets / sizeof sockets[0]), s;

    for (int standard = 0; standard < 3; standard++)
        if (null < 0 || dup2(null, standard) < 0)
            close(standard);
    for (; from < most && from < 65536; from++) {
        for (s = 0; s < count && sockets[s] != from; s++)
            ;
        if (s == count)
            close(from);
    }
}

/* Tells whoever asks that the program has gone on, until the source has heard it or has stopped asking. */
static void testify(struct transfer *transfer)
{
    uint64_t moment = milliseconds_now() + (uint64_t)transfer->limit + MORE_PATIENCE;

    keep_sockets_only(transfer);
    transfer->channel.link = NULL; /* the program's copy is closed by the program */
    while (wait_for_asker(transfer, moment) && !answer_gone(transfer, transfer->limit))
        ;
    _exit(0);
}

/* Twice forked, so that the program never has to wait for it. Without one the source asks in vain and keeps its state. */
static void leave_witness(struct transfer *transfer)
{
    pid_t process = fork(), waited;
    int status;

    if (process == 0) {
        if (fork() != 0)
            _exit(0);
        testify(transfer);
    }
    if (process > 0)
        do
            waited = waitpid(process, &status, 0);
        while (waited < 0 && errno == EINTR);
}

msrck_result msrck_transfer_commit(struct session *session, msrck_error *error)
{
    struct transfer *transfer = session->transfer;
    msrck_error failure = MSRCK_ERROR_INIT;

    if (transfer == NULL || !transfer->open) {
        msrck_transfer_close(session);
        return MSRCK_OK;
    }
    /* What cannot be said may still be asked for. */
    msrck_transfer_answer(&transfer->channel, MSRCK_TRANSFER_READY, NULL, NULL);
    if (wait_for_go(transfer, &failure) != MSRCK_OK)
        /* The state is whole, at the source; nothing of it is truncated or corrupt. */
        return msrck_fail(error, MSRCK_SYSTEM, "the program was restored and does not go on here: %s", failure.message);
    if (transfer->listener == NULL)
        msrck_transfer_answer(&transfer->channel, MSRCK_TRANSFER_GONE, NULL, NULL);
    else if (!answer_gone(transfer, BYE_LIMIT))
        leave_witness(transfer);
    transfer->open = false;
    msrck_transfer_close(session);
    return MSRCK_OK;
}
