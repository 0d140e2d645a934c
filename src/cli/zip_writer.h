/* SPDX-License-Identifier: MIT */
/*
 * A zip archive written front to back, to pipes too: sizes stand behind each entry and in the directory at the end,
 * in 64 bits. Entries are deflated and carry no date, so that the same content gives the same bytes. Failures to write
 * are the stream's, and found when it is flushed.
 */
#ifndef MSRCK_CLI_ZIP_WRITER_H
#define MSRCK_CLI_ZIP_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <zlib.h>

struct zip_entry {
    char *name;                     /* owned */
    uint64_t offset, size, stored;
    uint32_t crc;
};

struct zip_writer {
    FILE *stream;
    uint64_t offset;                /* bytes written */
    struct zip_entry *entries;      /* owned */
    size_t count, capacity;
    z_stream deflate;
    bool deflating;
    bool failed;                    /* memory is out: nothing more is written */
};

void zip_begin(struct zip_writer *zip, FILE *stream);
/* The next entry; its bytes follow in any number of pieces. */
void zip_entry_begin(struct zip_writer *zip, const char *name);
void zip_entry_bytes(struct zip_writer *zip, const void *bytes, size_t length);
void zip_entry_end(struct zip_writer *zip);
/* The directory. False when memory was out at any time. */
bool zip_end(struct zip_writer *zip);
void zip_free(struct zip_writer *zip);

#endif
