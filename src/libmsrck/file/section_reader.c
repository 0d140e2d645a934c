/* SPDX-License-Identifier: MIT */
#include "file/section_reader.h"

#include <string.h>

#include "encoding/checksum.h"

#define SKIP_PIECE 65536u

static const unsigned char zeros[8];

msrck_result msrck_section_begin(struct input_window *window, struct section_head *head, uint64_t *offset,
                                 msrck_error *error)
{
    const unsigned char *bytes;
    msrck_result result;

    *offset = window->offset;
    result = msrck_window_need(window, SECTION_HEAD_SIZE, &bytes, error);
    if (result == MSRCK_OK)
        result = msrck_section_head_decode(bytes, *offset, head, error);
    if (result != MSRCK_OK)
        return result;
    msrck_window_consume(window, SECTION_HEAD_SIZE);
    return msrck_window_expect(window, head->length + padding_of(head->length), error);
}

static msrck_result wrong_checksum(const struct section_head *head, uint64_t offset, msrck_error *error)
{
    return msrck_fail_at(error, MSRCK_CORRUPT, offset, "section '%s' does not match its checksum", head->tag);
}

static msrck_result wrong_padding(const struct section_head *head, uint64_t offset, msrck_error *error)
{
    return msrck_fail_at(error, MSRCK_CORRUPT, offset, "section '%s' is not padded with zeros", head->tag);
}

msrck_result msrck_payload_check(const unsigned char *payload, const struct section_head *head, uint64_t offset,
                                 msrck_error *error)
{
    size_t length = (size_t)head->length;

    if (msrck_crc32(0, payload, length) != head->payload_crc)
        return wrong_checksum(head, offset, error);
    return memcmp(payload + length, zeros, padding_of(length)) == 0 ? MSRCK_OK : wrong_padding(head, offset, error);
}

msrck_result msrck_section_limit(const struct section_head *head, uint64_t offset, uint64_t most,
                                 const msrck_limits *limits, const char *option, msrck_error *error)
{
    if (head->length > most)
        return msrck_fail_at(error, MSRCK_LIMIT, offset, "section '%s' takes %llu bytes, the limit is %llu (%s%s)",
                             head->tag, (unsigned long long)head->length, (unsigned long long)most,
                             limits->option_prefix, option);
    if (head->length > SIZE_MAX / 2 - SECTION_HEAD_SIZE)
        return msrck_fail_at(error, MSRCK_LIMIT, offset,
                             "section '%s' takes %llu bytes, more than this machine can address", head->tag,
                             (unsigned long long)head->length);
    return MSRCK_OK;
}

msrck_result msrck_section_payload(struct input_window *window, const struct section_head *head,
                                   const unsigned char **payload, msrck_error *error)
{
    uint64_t offset = window->offset - SECTION_HEAD_SIZE;
    size_t length = (size_t)head->length + padding_of(head->length);
    msrck_result result = msrck_window_need(window, length, payload, error);

    if (result == MSRCK_OK)
        result = msrck_payload_check(*payload, head, offset, error);
    if (result == MSRCK_OK)
        msrck_window_consume(window, length);
    return result;
}

msrck_result msrck_section_skip(struct input_window *window, const struct section_head *head, msrck_error *error)
{
    uint64_t offset = window->offset - SECTION_HEAD_SIZE;
    const unsigned char *bytes;
    msrck_result result;
    uint32_t crc = 0;

    for (uint64_t left = head->length; left > 0;) {
        size_t piece = left < SKIP_PIECE ? (size_t)left : SKIP_PIECE;

        result = msrck_window_need(window, piece, &bytes, error);
        if (result != MSRCK_OK)
            return result;
        crc = msrck_crc32(crc, bytes, piece);
        msrck_window_consume(window, piece);
        left -= piece;
    }
    if (crc != head->payload_crc)
        return wrong_checksum(head, offset, error);
    result = msrck_window_need(window, padding_of(head->length), &bytes, error);
    if (result != MSRCK_OK)
        return result;
    if (memcmp(bytes, zeros, padding_of(head->length)) != 0)
        return wrong_padding(head, offset, error);
    msrck_window_consume(window, padding_of(head->length));
    return MSRCK_OK;
}
