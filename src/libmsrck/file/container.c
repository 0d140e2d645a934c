/* SPDX-License-Identifier: MIT */
#include "file/container.h"

#include <string.h>

#include "base/big_endian.h"
#include "encoding/checksum.h"

static const unsigned char end_magic[8] = { 0x89, 'M', 'C', 'K', 'E', 'N', 'D', '\n' };

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool msrck_tag_valid(const char *tag)
{
    return is_letter(tag[0]) && is_letter(tag[1]) && is_letter(tag[2]) && is_letter(tag[3]) && tag[4] == '\0';
}

bool msrck_tag_ancillary(const char *tag)
{
    return tag[0] >= 'a' && tag[0] <= 'z';
}

void msrck_section_head_encode(const struct section_head *head, unsigned char bytes[SECTION_HEAD_SIZE])
{
    memcpy(bytes, head->tag, 4);
    store_be32(bytes + 4, 0);
    store_be64(bytes + 8, head->length);
    store_be32(bytes + 16, head->payload_crc);
    store_be32(bytes + 20, msrck_crc32(0, bytes, 20));
}

msrck_result msrck_section_head_decode(const unsigned char bytes[SECTION_HEAD_SIZE], uint64_t offset,
                                       struct section_head *head, msrck_error *error)
{
    memcpy(head->tag, bytes, 4);
    head->tag[4] = '\0';
    head->length = load_be64(bytes + 8);
    head->payload_crc = load_be32(bytes + 16);
    if (load_be32(bytes + 20) != msrck_crc32(0, bytes, 20))
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the section head does not match its checksum");
    if (!msrck_tag_valid(head->tag) || load_be32(bytes + 4) != 0)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the section head is malformed");
    /* Lengths that no file can have would overflow the sums below. */
    if (head->length > INT64_MAX)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "section '%s' claims an impossible length", head->tag);
    return MSRCK_OK;
}

void msrck_chunk_head_encode(const struct chunk_head *head, unsigned char bytes[CHUNK_HEAD_SIZE])
{
    store_be32(bytes, head->extent);
    store_be32(bytes + 4, head->part);
    store_be64(bytes + 8, head->first_row);
    store_be64(bytes + 16, head->rows);
    store_be32(bytes + 24, head->filter);
    store_be32(bytes + 28, head->codec);
    store_be64(bytes + 32, head->raw_length);
}

void msrck_chunk_head_decode(const unsigned char bytes[CHUNK_HEAD_SIZE], struct chunk_head *head)
{
    head->extent = load_be32(bytes);
    head->part = load_be32(bytes + 4);
    head->first_row = load_be64(bytes + 8);
    head->rows = load_be64(bytes + 16);
    head->filter = load_be32(bytes + 24);
    head->codec = load_be32(bytes + 28);
    head->raw_length = load_be64(bytes + 32);
}

void msrck_trailer_encode(const struct trailer *trailer, unsigned char bytes[TRAILER_SIZE])
{
    store_be64(bytes, trailer->index_offset);
    store_be64(bytes + 8, trailer->file_length);
    store_be32(bytes + 16, trailer->sections);
    store_be32(bytes + 20, msrck_crc32(0, bytes, 20));
    memcpy(bytes + 24, end_magic, sizeof end_magic);
}

msrck_result msrck_trailer_decode(const unsigned char bytes[TRAILER_SIZE], uint64_t offset, struct trailer *trailer,
                                  msrck_error *error)
{
    trailer->index_offset = load_be64(bytes);
    trailer->file_length = load_be64(bytes + 8);
    trailer->sections = load_be32(bytes + 16);
    if (memcmp(bytes + 24, end_magic, sizeof end_magic) != 0)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the end mark is wrong");
    if (load_be32(bytes + 20) != msrck_crc32(0, bytes, 20))
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the trailer does not match its checksum");
    return MSRCK_OK;
}
