/* SPDX-License-Identifier: MIT */
#include "runtime/transfer_channel.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <msrck/transfer.h>

#include "base/big_endian.h"
#include "base/failure.h"
#include "runtime/ticker.h"

/* A pipe takes this much at once when poll() says that it takes something. */
#define SAFE_WRITE 4096u

/* ---- Descriptors ------------------------------------------------------------------------------------------------ */

static msrck_result wait_for(int descriptor, short events, int limit, msrck_error *error)
{
    struct pollfd waiting = { .fd = descriptor, .events = events };
    uint64_t moment = msrck_monotonic_time() / 1000000 + (uint64_t)(limit > 0 ? limit : 0), now;
    int ready;

    for (;;) {
        now = msrck_monotonic_time() / 1000000;
        ready = poll(&waiting, 1, limit < 0 ? -1 : moment > now ? (int)(moment - now) : 0);
        if (ready > 0)
            return MSRCK_OK;
        if (ready == 0)
            return msrck_fail(error, MSRCK_SYSTEM, "the other side was silent for %d.%03d seconds", limit / 1000,
                              limit % 1000);
        if (errno != EINTR)
            return msrck_fail_system(error, errno, "cannot wait for the other side");
    }
}

static msrck_result read_descriptor(int descriptor, void *bytes, size_t length, int limit, size_t *got,
                                    msrck_error *error)
{
    msrck_result result;
    ssize_t count;

    do {
        if ((result = wait_for(descriptor, POLLIN, limit, error)) != MSRCK_OK)
            return result;
        count = read(descriptor, bytes, length < INT_MAX ? length : INT_MAX);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN));
    if (count < 0)
        return msrck_fail_system(error, errno, "cannot read from the other side");
    *got = (size_t)count;
    return MSRCK_OK;
}

/* The descriptors may be shared with processes that want them to block, so small pieces keep the time limit. */
static msrck_result write_descriptor(int descriptor, const unsigned char *bytes, size_t length, int limit,
                                     msrck_error *error)
{
    while (length > 0) {
        msrck_result result = wait_for(descriptor, POLLOUT, limit, error);
        ssize_t count;

        if (result != MSRCK_OK)
            return result;
        count = write(descriptor, bytes, length < SAFE_WRITE ? length : SAFE_WRITE);
        if (count < 0 && errno != EINTR && errno != EAGAIN)
            return msrck_fail_system(error, errno, "cannot write to the other side");
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        }
    }
    return MSRCK_OK;
}

/* ---- Both kinds ------------------------------------------------------------------------------------------------- */

msrck_result msrck_channel_read(struct transfer_channel *channel, void *bytes, size_t length, int limit, size_t *got,
                                msrck_error *error)
{
    *got = 0;
    if (channel->link != NULL)
        return msrck_tls_openssl.read(channel->link, bytes, length, limit, got, error);
    return read_descriptor(channel->input, bytes, length, limit, got, error);
}

msrck_result msrck_channel_read_all(struct transfer_channel *channel, void *bytes, size_t length, int limit,
                                    msrck_error *error)
{
    unsigned char *at = bytes;

    while (length > 0) {
        size_t got;
        msrck_result result = msrck_channel_read(channel, at, length, limit, &got, error);

        if (result != MSRCK_OK)
            return result;
        if (got == 0)
            return msrck_fail(error, MSRCK_TRUNCATED, "the other side has closed the connection");
        at += got;
        length -= got;
    }
    return MSRCK_OK;
}

/* With SIGPIPE ignored meanwhile: what the program does about it is for its own pipes. */
msrck_result msrck_channel_write(struct transfer_channel *channel, const void *bytes, size_t length, int limit,
                                 msrck_error *error)
{
    struct sigaction ignore, former;
    msrck_result result;

    if (channel->link != NULL)
        return msrck_tls_openssl.write(channel->link, bytes, length, limit, error);
    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &former);
    result = write_descriptor(channel->output, bytes, length, limit, error);
    sigaction(SIGPIPE, &former, NULL);
    return result;
}

void msrck_channel_close(struct transfer_channel *channel)
{
    if (channel->link != NULL)
        msrck_tls_openssl.close(channel->link);
    channel->link = NULL;
}

/* ---- Frames ----------------------------------------------------------------------------------------------------- */

msrck_result msrck_channel_write_frame(struct transfer_channel *channel, const char *tag, const void *bytes,
                                       size_t length, int limit, msrck_error *error)
{
    unsigned char head[MSRCK_TRANSFER_HEAD_SIZE];
    msrck_result result;

    memcpy(head, tag, 4);
    store_be32(head + 4, (uint32_t)length);
    result = msrck_channel_write(channel, head, sizeof head, limit, error);
    return result == MSRCK_OK && length > 0 ? msrck_channel_write(channel, bytes, length, limit, error) : result;
}

msrck_result msrck_channel_read_head(struct transfer_channel *channel, int limit, char tag[5], uint32_t *length,
                                     msrck_error *error)
{
    unsigned char head[MSRCK_TRANSFER_HEAD_SIZE];
    msrck_result result = msrck_channel_read_all(channel, head, sizeof head, limit, error);

    *length = 0;
    if (result != MSRCK_OK)
        return result;
    memcpy(tag, head, 4);
    tag[4] = '\0';
    *length = load_be32(head + 4);
    if (*length > MSRCK_TRANSFER_FRAME_MOST)
        return msrck_fail(error, MSRCK_CORRUPT, "frame '%s' of the transfer has %lu bytes, more than frames may have", tag,
                          (unsigned long)*length);
    return MSRCK_OK;
}
