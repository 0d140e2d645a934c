/* SPDX-License-Identifier: MIT */
/*
 * msrck/reader.h - reading checkpoints without the program that wrote them
 *
 * ## Purpose
 *
 * Everything the msrck tool does with a file goes through this header, and so can yours: open a checkpoint, look at its types, variables, frames and blocks, follow
 * its pointers, read its values. Nothing of the machine it came from, or of the one it is read on, shows.
 *
 * ## Life cycle
 *
 * msrck_reader_open() (or _open_descriptor, _open_memory) reads and checks the metadata. Blocks are read on demand through a small cache of chunks, so that memory
 * stays bounded however large the file is. msrck_reader_close() frees everything. Pointers that functions return are borrowed from the reader and valid until it is
 * closed, unless said otherwise; bytes of values are valid until the next call that reads a block.
 *
 * ## Trust
 *
 * A checkpoint may come from anywhere. Counts and lengths are checked against the file and the limits before memory is taken for them; every failure gives a result and a
 * message with the offset. msrck_reader_verify() looks at everything.
 *
 * ## Threads
 *
 * A reader may be used by one thread at a time; several readers are independent.
 */
#ifndef MSRCK_READER_H
#define MSRCK_READER_H

#include <msrck/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct msrck_reader msrck_reader;

/* What a file may ask for at most. A zero member means the default. Set `version` to MSRCK_LIMITS_VERSION, or use MSRCK_LIMITS_INIT. */
typedef struct msrck_limits {
    unsigned version;
    uint64_t metadata_bytes;        /* of one metadata section; default 256 MiB; option --max-metadata */
    uint64_t chunk_bytes;           /* raw bytes of one chunk; default 1 GiB; option --max-chunk */
    uint64_t blocks;                /* in all; default 2^40; option --max-blocks */
    uint64_t memory_bytes;          /* a restore may allocate, or a reader hold; default none; option --max-memory */
} msrck_limits;

#define MSRCK_LIMITS_VERSION 1
#define MSRCK_LIMITS_INIT { MSRCK_LIMITS_VERSION, 0, 0, 0, 0 }

#ifdef __cplusplus
}
#endif

#endif
