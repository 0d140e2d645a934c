/* SPDX-License-Identifier: MIT */
/*
 * The sections once more, byte by byte and apart from the code that reads them for use: head against index,
 * checksum, zero padding.
 */
#include "file/reader_verify.h"

#include <stdlib.h>
#include <string.h>

#include "encoding/checksum.h"
#include "file/container.h"

#define READ_STEP 65536u

static msrck_result payload_checksum(struct verification *verification, const struct section_place *place,
                                     unsigned char *bytes, uint32_t *checksum, msrck_error *error)
{
    uint64_t at = place->offset + SECTION_HEAD_SIZE, left = place->length;

    *checksum = 0;
    while (left > 0) {
        size_t step = left < READ_STEP ? (size_t)left : READ_STEP;
        msrck_result result = msrck_source_read_at(verification->reader->source, at, bytes, step, error);
        if (result != MSRCK_OK)
            return result;
        *checksum = msrck_crc32(*checksum, bytes, step);
        at += step;
        left -= step;
    }
    return MSRCK_OK;
}

static msrck_result verify_padding(struct verification *verification, const struct section_place *place,
                                   msrck_error *error)
{
    static const unsigned char zeros[8];
    unsigned char bytes[8];
    size_t length = padding_of(place->length);
    msrck_result result = msrck_source_read_at(verification->reader->source,
                                               place->offset + SECTION_HEAD_SIZE + place->length, bytes, length, error);

    if (result == MSRCK_OK && memcmp(bytes, zeros, length) != 0)
        msrck_verify_report(verification, "padding", place->offset, "section %s: padding that is not zero",
                            place->tag);
    return result;
}

/* `scratch` has READ_STEP bytes. */
static msrck_result verify_section(struct verification *verification, const struct section_place *place,
                                   unsigned char *scratch, msrck_error *error)
{
    unsigned char bytes[SECTION_HEAD_SIZE];
    msrck_error found = MSRCK_ERROR_INIT;
    struct section_head head;
    uint32_t checksum;
    msrck_result result =
        msrck_source_read_at(verification->reader->source, place->offset, bytes, sizeof bytes, error);

    if (result != MSRCK_OK)
        return result;
    if (msrck_section_head_decode(bytes, place->offset, &head, &found) != MSRCK_OK) {
        msrck_verify_report(verification, "section", place->offset, "section %s: its head is damaged", place->tag);
        return MSRCK_OK;
    }
    if (strcmp(head.tag, place->tag) != 0 || head.length != place->length)
        msrck_verify_report(verification, "index", place->offset,
                            "section %s of %llu bytes stands in the index as %s of %llu", head.tag,
                            (unsigned long long)head.length, place->tag, (unsigned long long)place->length);
    result = verify_padding(verification, place, error);
    if (result != MSRCK_OK || strcmp(place->tag, "DATA") == 0)
        return result;
    result = payload_checksum(verification, place, scratch, &checksum, error);
    if (result == MSRCK_OK && checksum != head.payload_crc)
        msrck_verify_report(verification, "checksum", place->offset,
                            "section %s: checksum %08x, but its bytes give %08x", place->tag, head.payload_crc,
                            checksum);
    return result;
}

msrck_result msrck_verify_sections(struct verification *verification, msrck_error *error)
{
    const struct file_reader *file = verification->reader->file;
    unsigned char *scratch = malloc(READ_STEP);
    msrck_result result = MSRCK_OK;

    if (scratch == NULL)
        return msrck_fail_memory(error, READ_STEP, "section");
    for (size_t i = 0; result == MSRCK_OK && !verification->stopped && i < msrck_file_reader_sections(file); i++)
        result = verify_section(verification, msrck_file_reader_section(file, i), scratch, error);
    free(scratch);
    return result;
}
