/* SPDX-License-Identifier: MIT */
/*
 * The two directions of a conversation: descriptors (standard input and output, a socket to `msrck migrate`), or an
 * encrypted connection. Every wait has a limit in milliseconds; negative: none.
 */
#ifndef MSRCK_RUNTIME_TRANSFER_CHANNEL_H
#define MSRCK_RUNTIME_TRANSFER_CHANNEL_H

#include <msrck/tls.h>
#include <stdint.h>

struct transfer_channel {
    int input, output;    /* stay the caller's; used where there is no link */
    msrck_tls_link *link; /* owned; NULL: descriptors */
};

/* What there is, at most `length` bytes, after waiting for the first; *got 0: the other side has closed. */
msrck_result msrck_channel_read(struct transfer_channel *channel, void *bytes, size_t length, int limit, size_t *got,
                                msrck_error *error);
/* Exactly `length` bytes. MSRCK_TRUNCATED when the other side closes before. */
msrck_result msrck_channel_read_all(struct transfer_channel *channel, void *bytes, size_t length, int limit,
                                    msrck_error *error);
/* All of it; the limit is for each step forward. A reader that is gone is an error, no SIGPIPE. */
msrck_result msrck_channel_write(struct transfer_channel *channel, const void *bytes, size_t length, int limit,
                                 msrck_error *error);
/* A frame of msrck/transfer.h: head and bytes. */
msrck_result msrck_channel_write_frame(struct transfer_channel *channel, const char *tag, const void *bytes,
                                       size_t length, int limit, msrck_error *error);
/* The head of the next frame. MSRCK_CORRUPT when its length is beyond what frames may have. */
msrck_result msrck_channel_read_head(struct transfer_channel *channel, int limit, char tag[5], uint32_t *length,
                                     msrck_error *error);
/* Closes the link, if there is one. */
void msrck_channel_close(struct transfer_channel *channel);

#endif
