/* SPDX-License-Identifier: MIT */
/*
 * dump --raw: offset, bytes, and what they are. The file is read through a window of a few kilobytes, so memory stays
 * bounded; it has been opened before, so its structure is sound.
 */
#include <ctype.h>
#include <string.h>

#include "dump.h"
#include "raw_layout.h"

#define WINDOW 4096u
#define BYTES_IN_A_LINE 8u
#define MOST_PATH 256u

struct raw {
    struct dump *dump;
    uint64_t offset;                /* of the next byte */
    uint64_t end;                   /* of what may be read for the member at hand */
    unsigned char window[WINDOW];
    uint64_t window_start;
    size_t window_length;
    char path[MOST_PATH];           /* "TYPE.types[3].fields[0]" */
    msrck_result result;            /* the first failure stays, and everything after does nothing */
};

/* The next `length` (at most WINDOW) bytes, or NULL. */
static const unsigned char *take(struct raw *raw, size_t length)
{
    uint64_t left = raw->end - raw->offset;

    if (raw->result != MSRCK_OK)
        return NULL;
    if (length > left) {
        raw->result = MSRCK_CORRUPT;
        raw->dump->error.result = MSRCK_CORRUPT;
        snprintf(raw->dump->error.message, sizeof raw->dump->error.message, "offset %llu: %s is cut off",
                 (unsigned long long)raw->offset, raw->path);
        return NULL;
    }
    if (raw->offset < raw->window_start || raw->offset + length > raw->window_start + raw->window_length) {
        uint64_t rest = msrck_reader_file_bytes(raw->dump->reader) - raw->offset;
        raw->window_length = rest < WINDOW ? (size_t)rest : WINDOW;
        raw->window_start = raw->offset;
        raw->result = msrck_reader_bytes(raw->dump->reader, raw->offset, raw->window, raw->window_length,
                                         &raw->dump->error);
        if (raw->result != MSRCK_OK)
            return NULL;
    }
    raw->offset += length;
    return raw->window + (raw->offset - length - raw->window_start);
}

/* "00000040  54 59 50 45              " */
static void put_bytes(uint64_t offset, const unsigned char *bytes, size_t length)
{
    printf("%08llx ", (unsigned long long)offset);
    for (size_t i = 0; i < BYTES_IN_A_LINE; i++)
        if (i < length)
            printf(" %02x", bytes[i]);
        else
            fputs("   ", stdout);
    fputs("  ", stdout);
}

/* Bytes that have no name of their own but one together: the first lines, then how many more. */
static void put_run(struct raw *raw, uint64_t length, const char *what)
{
    uint64_t most = raw->dump->options->limit != 0 ? raw->dump->options->limit * BYTES_IN_A_LINE : UINT64_MAX, done = 0;

    while (done < length && done < most && raw->result == MSRCK_OK) {
        uint64_t at = raw->offset;
        size_t count = length - done < BYTES_IN_A_LINE ? (size_t)(length - done) : BYTES_IN_A_LINE;
        const unsigned char *bytes = take(raw, count);

        if (bytes == NULL)
            return;
        put_bytes(at, bytes, count);
        fputs(done == 0 ? what : "", stdout);
        putchar('\n');
        done += count;
    }
    if (done < length) {
        printf("          ... %llu more bytes\n", (unsigned long long)(length - done));
        raw->offset += length - done;
    }
}

static uint64_t number_of(const unsigned char *bytes, size_t width)
{
    uint64_t number = 0;

    for (size_t i = 0; i < width; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* A number and its line; 0 after a failure. */
static uint64_t put_number(struct raw *raw, const char *name, enum raw_kind kind)
{
    size_t width = kind == RAW_U16 ? 2 : kind == RAW_U32 ? 4 : 8;
    uint64_t at = raw->offset, number;
    const unsigned char *bytes = take(raw, width);

    if (bytes == NULL)
        return 0;
    number = number_of(bytes, width);
    put_bytes(at, bytes, width);
    if (kind == RAW_I64)
        printf("%s.%s = %lld\n", raw->path, name, (long long)number);
    else
        printf("%s.%s = %llu\n", raw->path, name, (unsigned long long)number);
    return number;
}

static void put_text(struct raw *raw, const char *name)
{
    uint64_t length, padded, done = 0;
    char what[64];

    snprintf(what, sizeof what, "%s, length", name);
    length = put_number(raw, what, RAW_U32);
    padded = (length + 3) / 4 * 4;

    for (; done < padded && raw->result == MSRCK_OK; done += BYTES_IN_A_LINE) {
        uint64_t at = raw->offset;
        size_t count = padded - done < BYTES_IN_A_LINE ? (size_t)(padded - done) : BYTES_IN_A_LINE;
        const unsigned char *bytes = take(raw, count);

        if (bytes == NULL)
            return;
        put_bytes(at, bytes, count);
        putchar('"');
        for (size_t i = 0; i < count && done + i < length; i++)
            putchar(isprint(bytes[i]) || bytes[i] >= 0x80 ? bytes[i] : '?');
        fputs("\"\n", stdout);
    }
}

static void put_members(struct raw *raw, const struct raw_member *members);

static void put_list(struct raw *raw, const struct raw_member *member)
{
    uint64_t count = put_number(raw, member->name, RAW_U32);
    size_t length = strlen(raw->path);

    for (uint64_t i = 0; i < count && raw->result == MSRCK_OK; i++) {
        snprintf(raw->path + length, sizeof raw->path - length, ".%s[%llu]", member->name, (unsigned long long)i);
        put_members(raw, member->items);
    }
    raw->path[length] = '\0';
}

/* Lists nest three deep. */
static void put_members(struct raw *raw, const struct raw_member *members)
{
    char what[MOST_PATH + 64];

    for (const struct raw_member *member = members; member->kind != RAW_END && raw->result == MSRCK_OK; member++)
        switch (member->kind) {
        case RAW_TEXT:
            put_text(raw, member->name);
            break;
        case RAW_BYTES:
            snprintf(what, sizeof what, "%s.%s", raw->path, member->name);
            put_run(raw, member->length, what);
            break;
        case RAW_LIST:
            put_list(raw, member);
            break;
        default:
            put_number(raw, member->name, member->kind);
            break;
        }
}

/* ---- Rows ---- */

/* The values of a chunk, a line for each row: "row 3 of heap#12 struct node = {...}". */
static void put_rows(struct raw *raw, size_t index)
{
    struct dump *dump = raw->dump;
    msrck_chunk_facts chunk;
    msrck_extent_facts extent;

    raw->result = msrck_reader_chunk(dump->reader, index, &chunk, &dump->error);
    if (raw->result != MSRCK_OK || !msrck_reader_extent(dump->reader, chunk.extent, &extent))
        return;
    for (uint64_t i = 0; i < dump_limited(dump, chunk.rows) && raw->result == MSRCK_OK; i++) {
        uint64_t row = chunk.first_row + i, per_block = extent.flexible && chunk.part == 0 ? 1 : extent.count;
        uint64_t block = extent.first_block + row / per_block;
        msrck_value value;
        msrck_type_facts type;

        raw->result = msrck_reader_element(dump->reader, block, chunk.part == 0 ? row % per_block : 0, &value,
                                           &dump->error);
        if (raw->result == MSRCK_OK && chunk.part != 0) {
            msrck_reader_type(dump->reader, value.type, &type);
            raw->result = msrck_value_field(&value, type.field_count - 1, &value, &dump->error);
            if (raw->result == MSRCK_OK)
                raw->result = msrck_value_element(&value, row % per_block, &value, &dump->error);
        }
        if (raw->result != MSRCK_OK)
            return;
        dump->column = 0;
        dump_put(dump, "          row %llu, %s#%llu[%llu] = ", (unsigned long long)row,
                 msrck_segment_text(extent.segment), (unsigned long long)block, (unsigned long long)(row % per_block));
        raw->result = dump_text_value(dump, &value, 12);
        putchar('\n');
    }
    if (chunk.rows > dump_limited(dump, chunk.rows))
        printf("          ... %llu more rows\n", (unsigned long long)(chunk.rows - dump_limited(dump, chunk.rows)));
}

/* ---- Sections ---- */

static void put_section(struct raw *raw, const char *tag, uint64_t offset, uint64_t length, size_t *chunk)
{
    const struct raw_member *members = raw_payload(tag);
    uint64_t payload;

    printf("\n%s section\n", tag);
    snprintf(raw->path, sizeof raw->path, "%s", tag);
    raw->offset = offset;
    raw->end = msrck_reader_file_bytes(raw->dump->reader);
    put_members(raw, raw_section_head);
    payload = raw->offset;
    raw->end = payload + length;
    if (members != NULL)
        put_members(raw, members);
    if (raw->offset < raw->end)
        put_run(raw, raw->end - raw->offset, strcmp(tag, "DATA") == 0 ? "coded bytes" : "bytes");
    raw->end = payload + (length + 7) / 8 * 8;
    if (raw->offset < raw->end)
        put_run(raw, raw->end - raw->offset, "padding");
    if (strcmp(tag, "DATA") == 0 && raw->result == MSRCK_OK)
        put_rows(raw, (*chunk)++);
}

msrck_result dump_raw(struct dump *dump)
{
    struct raw raw = { .dump = dump, .end = msrck_reader_file_bytes(dump->reader), .path = "header" };
    uint64_t trailer = raw.end - 32, index = 64;
    msrck_section_facts section;
    size_t chunk = 0;

    printf("header\n");
    put_members(&raw, raw_header);
    for (size_t i = 0; raw.result == MSRCK_OK && msrck_reader_section(dump->reader, i, &section); i++) {
        put_section(&raw, section.tag, section.offset, section.length, &chunk);
        index = raw.offset;
    }
    if (raw.result == MSRCK_OK)
        put_section(&raw, "INDX", index, trailer - index - 24, &chunk);
    if (raw.result == MSRCK_OK) {
        printf("\ntrailer\n");
        snprintf(raw.path, sizeof raw.path, "trailer");
        raw.offset = trailer;
        raw.end = trailer + 32;
        put_members(&raw, raw_trailer);
    }
    return raw.result == MSRCK_OK ? dump->error.result : raw.result;
}
