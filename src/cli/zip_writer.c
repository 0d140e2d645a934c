/* SPDX-License-Identifier: MIT */
#include "zip_writer.h"

#include <stdlib.h>
#include <string.h>

/* Zip64 is version 4.5; all numbers are little-endian. */
enum { NEEDED_VERSION = 45, SIZES_BEHIND = 8, UTF8_NAMES = 0x800, DEFLATED = 8 };
/* The first of January 1980. */
#define NO_DATE 0x0021u
#define LONG_EXTRA_SIZE 28u         /* of a directory entry: tag, length, and three numbers of 64 bits */
#define SHORT_EXTRA_SIZE 20u        /* of an entry's head: without the offset */

void zip_begin(struct zip_writer *zip, FILE *stream)
{
    memset(zip, 0, sizeof *zip);
    zip->stream = stream;
}

static void put(struct zip_writer *zip, const void *bytes, size_t length)
{
    fwrite(bytes, 1, length, zip->stream);
    zip->offset += length;
}

static void put_number(struct zip_writer *zip, uint64_t number, size_t width)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < width; i++)
        bytes[i] = (unsigned char)(number >> 8 * i);
    put(zip, bytes, width);
}

static bool add_entry(struct zip_writer *zip, const char *name)
{
    size_t capacity = zip->capacity * 2 + 16;
    struct zip_entry *grown;

    if (zip->count == zip->capacity) {
        grown = realloc(zip->entries, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        zip->entries = grown;
        zip->capacity = capacity;
    }
    zip->entries[zip->count] = (struct zip_entry) { .name = strdup(name), .offset = zip->offset };
    if (zip->entries[zip->count].name == NULL)
        return false;
    zip->count++;
    return true;
}

/* What an entry's head and its line in the directory share. */
static void put_common(struct zip_writer *zip, const struct zip_entry *entry, size_t extra)
{
    put_number(zip, NEEDED_VERSION, 2);
    put_number(zip, SIZES_BEHIND | UTF8_NAMES, 2);
    put_number(zip, DEFLATED, 2);
    put_number(zip, (uint64_t)NO_DATE << 16, 4);
    put_number(zip, entry->crc, 4);
    put_number(zip, UINT32_MAX, 4);
    put_number(zip, UINT32_MAX, 4);
    put_number(zip, strlen(entry->name), 2);
    put_number(zip, extra, 2);
}

void zip_entry_begin(struct zip_writer *zip, const char *name)
{
    const struct zip_entry *entry;

    if (zip->failed)
        return;
    memset(&zip->deflate, 0, sizeof zip->deflate);
    if (!add_entry(zip, name) ||
        deflateInit2(&zip->deflate, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        zip->failed = true;
        return;
    }
    zip->deflating = true;
    entry = &zip->entries[zip->count - 1];
    put(zip, "PK\3\4", 4);
    put_common(zip, entry, SHORT_EXTRA_SIZE);
    put(zip, entry->name, strlen(entry->name));
    put_number(zip, 1, 2);
    put_number(zip, SHORT_EXTRA_SIZE - 4, 2);
    put_number(zip, 0, 8);
    put_number(zip, 0, 8);
}

static void deflate_input(struct zip_writer *zip, int flush)
{
    struct zip_entry *entry = &zip->entries[zip->count - 1];
    unsigned char out[65536];

    do {
        zip->deflate.next_out = out;
        zip->deflate.avail_out = sizeof out;
        deflate(&zip->deflate, flush);
        entry->stored += sizeof out - zip->deflate.avail_out;
        put(zip, out, sizeof out - zip->deflate.avail_out);
    } while (zip->deflate.avail_out == 0);
}

void zip_entry_bytes(struct zip_writer *zip, const void *bytes, size_t length)
{
    const unsigned char *next = bytes;

    if (zip->failed)
        return;
    while (length > 0) {
        size_t piece = length < ((size_t)1 << 30) ? length : (size_t)1 << 30;
        struct zip_entry *entry = &zip->entries[zip->count - 1];

        entry->crc = (uint32_t)crc32(entry->crc, next, (uInt)piece);
        entry->size += piece;
        zip->deflate.next_in = (unsigned char *)(uintptr_t)next; /* zlib only reads it */
        zip->deflate.avail_in = (uInt)piece;
        deflate_input(zip, Z_NO_FLUSH);
        next += piece;
        length -= piece;
    }
}

void zip_entry_end(struct zip_writer *zip)
{
    const struct zip_entry *entry;

    if (zip->failed)
        return;
    zip->deflate.avail_in = 0;
    deflate_input(zip, Z_FINISH);
    deflateEnd(&zip->deflate);
    zip->deflating = false;
    entry = &zip->entries[zip->count - 1];
    put(zip, "PK\7\10", 4);
    put_number(zip, entry->crc, 4);
    put_number(zip, entry->stored, 8);
    put_number(zip, entry->size, 8);
}

static void put_directory_entry(struct zip_writer *zip, const struct zip_entry *entry)
{
    put(zip, "PK\1\2", 4);
    put_number(zip, NEEDED_VERSION, 2);
    put_common(zip, entry, LONG_EXTRA_SIZE);
    put_number(zip, 0, 2);          /* comment */
    put_number(zip, 0, 2);          /* disk */
    put_number(zip, 0, 2 + 4);      /* attributes */
    put_number(zip, UINT32_MAX, 4);
    put(zip, entry->name, strlen(entry->name));
    put_number(zip, 1, 2);
    put_number(zip, LONG_EXTRA_SIZE - 4, 2);
    put_number(zip, entry->size, 8);
    put_number(zip, entry->stored, 8);
    put_number(zip, entry->offset, 8);
}

bool zip_end(struct zip_writer *zip)
{
    uint64_t directory = zip->offset, end;

    if (zip->failed)
        return false;
    for (size_t i = 0; i < zip->count; i++)
        put_directory_entry(zip, &zip->entries[i]);
    end = zip->offset;
    put(zip, "PK\6\6", 4);
    put_number(zip, 44, 8);         /* bytes of this record behind here */
    put_number(zip, NEEDED_VERSION, 2);
    put_number(zip, NEEDED_VERSION, 2);
    put_number(zip, 0, 8);          /* disks */
    put_number(zip, zip->count, 8);
    put_number(zip, zip->count, 8);
    put_number(zip, end - directory, 8);
    put_number(zip, directory, 8);
    put(zip, "PK\6\7", 4);
    put_number(zip, 0, 4);
    put_number(zip, end, 8);
    put_number(zip, 1, 4);
    put(zip, "PK\5\6", 4);
    put_number(zip, 0, 4);
    put_number(zip, UINT16_MAX, 2);
    put_number(zip, UINT16_MAX, 2);
    put_number(zip, UINT32_MAX, 4);
    put_number(zip, UINT32_MAX, 4);
    put_number(zip, 0, 2);
    return true;
}

void zip_free(struct zip_writer *zip)
{
    if (zip->deflating)
        deflateEnd(&zip->deflate);
    for (size_t i = 0; i < zip->count; i++)
        free(zip->entries[i].name);
    free(zip->entries);
}
