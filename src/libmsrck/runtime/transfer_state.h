/* SPDX-License-Identifier: MIT */
/* What the files of a transfer's destination share. See transfer_destination.h. */
#ifndef MSRCK_RUNTIME_TRANSFER_STATE_H
#define MSRCK_RUNTIME_TRANSFER_STATE_H

#include <msrck/transfer.h>

#include "runtime/transfer_destination.h"
#include "runtime/transfer_channel.h"

struct transfer {
    struct transfer_channel channel;
    msrck_tls_listener *listener; /* owned; NULL: standard input */
    bool open;                    /* a source listens to answers */
    bool restored;                /* there is no way back to waiting */
    unsigned char id[MSRCK_TRANSFER_ID_SIZE];
    int limit;             /* of silence, in milliseconds; the source's */
    bool plain;            /* standard input holds a checkpoint, not a transfer */
    unsigned char head[8]; /* of standard input, to be read again where it is plain */
    size_t head_length, head_used;
    uint32_t frame_left; /* bytes of the present DATA frame that are not read yet */
    uint64_t received;   /* bytes of the checkpoint */
    bool done;           /* all of them, and their number is right */
};

/* What HELO said; `again`: how does the transfer stand? */
struct transfer_hello {
    unsigned char id[MSRCK_TRANSFER_ID_SIZE];
    int limit;
    bool again;
};

/* Longest time between the handshake and HELO: whoever knows the key has no reason to wait. */
#define HELLO_LIMIT 10000

/* Magic and HELO; with `magic_read` the magic is there already. */
msrck_result msrck_transfer_read_hello(struct transfer_channel *channel, bool magic_read, struct transfer_hello *hello,
                                       msrck_error *error);
/* One line to the source; `rest` may be NULL. */
msrck_result msrck_transfer_answer(struct transfer_channel *channel, const char *word, const char *rest,
                                   msrck_error *error);
/*
 * "refused" with the exit code and the sentence. Then waits a moment until the peer has closed, so that the line is
 * not lost with what was still on its way here.
 */
void msrck_transfer_answer_refused(struct transfer_channel *channel, const msrck_error *reason);

#endif
