/* SPDX-License-Identifier: MIT */
/*
 * What stands in a checkpoint for a FILE of the C library: where it leads, and how far the program has come in it. A
 * pointer to a FILE is an ordinary pointer to such a block.
 */
#ifndef MSRCK_TYPES_STREAM_TYPE_H
#define MSRCK_TYPES_STREAM_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include <msrck/types.h>

#define STREAM_TYPE_NAME "FILE"

enum standard_stream { STANDARD_NONE, STANDARD_INPUT, STANDARD_OUTPUT, STANDARD_ERROR };
enum stream_buffering { BUFFERING_FULL, BUFFERING_LINE, BUFFERING_NONE };

enum { STREAM_MODE = 8, STREAM_PUSHED = 7 };

/* No larger than a FILE, in whose place its block stands. */
struct stream_record {
    char *path;                     /* on the typed heap, as the program gave it; NULL: a standard stream as it came */
    char mode[STREAM_MODE];         /* as the program gave it, without what has no meaning later: "r+", "a" */
    long long position;             /* bytes before the next one, not counting those pushed back */
    long long size;                 /* of the file; -1: it is no regular file */
    uint32_t digest;                /* CRC-32 of samples of the file's first `size` bytes; 0 where it cannot be read */
    int standard;                   /* enum standard_stream */
    int buffering;                  /* enum stream_buffering */
    signed char orientation;        /* as fwide() tells: -1, 0, 1 */
    bool eof, error;
    unsigned char pushed_count;
    unsigned char pushed[STREAM_PUSHED];    /* by ungetc(), the next one to be read first */
};

#endif
