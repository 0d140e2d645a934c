/* SPDX-License-Identifier: MIT */
/* What the kinds of sinks share: the head of each kind's own struct. Private to the sink_*.c files and sink.c. */
#ifndef MSRCK_FILE_SINK_KIND_H
#define MSRCK_FILE_SINK_KIND_H

#include "file/sink.h"

struct sink_kind {
    msrck_result (*write)(struct sink *sink, const unsigned char *bytes, size_t length, msrck_error *error);
    /* Frees the sink. */
    msrck_result (*commit)(struct sink *sink, msrck_error *error);
    /* Frees the sink. */
    void (*abort)(struct sink *sink);
    /* Memory for the next bytes, which write() then gets without copying them; NULL where there is none. Or NULL itself. */
    unsigned char *(*room)(struct sink *sink, size_t length);
};

struct sink {
    const struct sink_kind *kind;
    uint64_t written;
};

/* All of the bytes to the descriptor; SIGPIPE and SIGXFSZ do not get through. `name` is for messages. */
msrck_result msrck_write_descriptor(int descriptor, const unsigned char *bytes, size_t length, const char *name,
                                    msrck_error *error);

/*
 * As msrck_sink_open_descriptor; closed with the sink when `owned`, also on failure. `name` is for messages and
 * copied.
 */
msrck_result msrck_sink_open_stream(int descriptor, bool owned, const char *name, struct sink **sink,
                                    msrck_error *error);

#endif
