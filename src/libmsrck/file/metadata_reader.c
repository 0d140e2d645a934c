/* SPDX-License-Identifier: MIT */
/* From the header to FRAM: everything a reader wants to know before the first row. */
#include "file/file_reader_state.h"

#include <string.h>

#include "types/ti_section.h"

msrck_result msrck_reader_note(struct file_reader *reader, const struct section_head *head, uint64_t offset,
                               const struct chunk_head *chunk, msrck_error *error)
{
    struct section_place place = { .offset = offset, .length = head->length };

    memcpy(place.tag, head->tag, sizeof place.tag);
    if (chunk != NULL) {
        place.extent = chunk->extent;
        place.part = chunk->part;
        place.first_row = chunk->first_row;
        place.rows = chunk->rows;
    }
    return msrck_index_add(&reader->seen, &place, error);
}

static msrck_result refuse_digest(uint64_t length, uint64_t offset, msrck_error *error)
{
    return msrck_fail_at(error, MSRCK_CORRUPT, offset, "section 'dgsT' takes %llu bytes, a digest %u",
                         (unsigned long long)length, DIGEST_SIZE);
}

msrck_result msrck_reader_keep_digest(struct file_reader *reader, const unsigned char *payload, size_t length,
                                      uint64_t offset, msrck_error *error)
{
    if (payload == NULL || length != sizeof reader->digest)
        return refuse_digest(length, offset, error);
    memcpy(reader->digest, payload, sizeof reader->digest);
    reader->has_digest = true;
    return MSRCK_OK;
}

msrck_result msrck_reader_ancillary(struct file_reader *reader, const struct section_head *head, msrck_error *error)
{
    uint64_t offset = reader->window.offset - SECTION_HEAD_SIZE;
    const unsigned char *payload;
    msrck_result result;

    /* One that is no digest by its length is checked as any other section first, so that damage is called damage. */
    if (strcmp(head->tag, "dgsT") != 0)
        return msrck_section_skip(&reader->window, head, error);
    if (head->length != sizeof reader->digest) {
        result = msrck_section_skip(&reader->window, head, error);
        return result != MSRCK_OK ? result : refuse_digest(head->length, offset, error);
    }
    result = msrck_section_payload(&reader->window, head, &payload, error);
    return result != MSRCK_OK ? result : msrck_reader_keep_digest(reader, payload, (size_t)head->length, offset, error);
}

static msrck_result read_header(struct file_reader *reader, msrck_error *error)
{
    const unsigned char *bytes;
    size_t got;
    msrck_result result = msrck_window_peek(&reader->window, HEADER_SIZE, &bytes, &got, error);

    if (result == MSRCK_OK)
        result = msrck_header_decode(bytes, got, &reader->metadata.header, error);
    if (result == MSRCK_OK)
        msrck_window_consume(&reader->window, HEADER_SIZE);
    return result;
}

/* The file says what program it is of; `types` is the payload of TYPE. */
static msrck_result check_fingerprint(struct metadata *metadata, const struct byte_buffer *types, msrck_error *error)
{
    unsigned char claimed[sizeof metadata->fingerprint];
    msrck_result result;

    memcpy(claimed, metadata->fingerprint, sizeof claimed);
    result = msrck_fingerprint(types->bytes, types->length, metadata, error);
    if (result == MSRCK_OK && memcmp(claimed, metadata->fingerprint, sizeof claimed) != 0)
        result = msrck_fail(error, MSRCK_CORRUPT,
                            "section 'PROG': the fingerprint is not that of these types and functions");
    return result;
}

/* The extents decide how wide pointers are and how many blocks there are. */
static msrck_result check_extents(const struct file_reader *reader, msrck_error *error)
{
    const struct metadata *metadata = &reader->metadata;
    uint64_t blocks = 0;
    /* One past the last address is the first that nothing has. */
    uint32_t pointer_width = metadata->address_end - 1 <= UINT32_MAX ? 4 : 8;

    /* No sum overflows: each block has an address of its own. */
    for (size_t i = 0; i < metadata->extent_count; i++)
        blocks += metadata->extents[i].blocks;
    if (blocks > reader->limits.blocks)
        return msrck_fail(error, MSRCK_LIMIT, "section 'EXTE' lists %llu blocks, the limit is %llu (%smax-blocks)",
                          (unsigned long long)blocks, (unsigned long long)reader->limits.blocks,
                          reader->limits.option_prefix);
    if (pointer_width != metadata->header.pointer_width)
        return msrck_fail(error, MSRCK_CORRUPT, "section 'EXTE' needs pointers of %lu bytes, the header says %lu",
                          (unsigned long)pointer_width, (unsigned long)metadata->header.pointer_width);
    return MSRCK_OK;
}

/* `types` keeps the payload of TYPE until PROG is checked. `stage` is the section that `payload` is of. */
static msrck_result decode_section(struct file_reader *reader, unsigned stage, const unsigned char *payload,
                                   size_t length, struct byte_buffer *types, msrck_error *error)
{
    struct metadata *metadata = &reader->metadata;
    msrck_result result = MSRCK_OK;

    switch (stage) {
    case STAGE_TYPE:
        msrck_buffer_append(types, payload, length);
        if (types->failed)
            return msrck_fail_memory(error, length, "section 'TYPE'");
        return msrck_ti_decode(payload, length, &metadata->types, error);
    case STAGE_PROG:
        result = msrck_program_decode(payload, length, metadata, error);
        if (result == MSRCK_OK)
            result = check_fingerprint(metadata, types, error);
        msrck_buffer_free(types);
        return result;
    case STAGE_EXTE:
        result = msrck_extents_decode(payload, length, metadata, error);
        return result != MSRCK_OK ? result : check_extents(reader, error);
    case STAGE_VARS:
        return msrck_variables_decode(payload, length, metadata, error);
    default:
        return msrck_frames_decode(payload, length, metadata, error);
    }
}

/* A section whose content is metadata. What is wrong in it gets the place of its payload. */
static msrck_result read_section(struct file_reader *reader, const struct section_head *head, uint64_t offset,
                                 unsigned stage, struct byte_buffer *types, msrck_error *error)
{
    const unsigned char *payload;
    msrck_result result = msrck_section_limit(head, offset, reader->limits.metadata_bytes,
                                              &reader->limits, "max-metadata", error);

    if (result == MSRCK_OK)
        result = msrck_section_payload(&reader->window, head, &payload, error);
    if (result != MSRCK_OK)
        return result;
    if (strcmp(head->tag, "prov") == 0)
        result = msrck_notes_decode(payload, (size_t)head->length, &reader->metadata, error);
    else
        result = decode_section(reader, stage, payload, (size_t)head->length, types, error);
    if (result != MSRCK_OK && error != NULL && error->offset == MSRCK_NO_OFFSET) {
        error->offset = offset + SECTION_HEAD_SIZE;
        msrck_error_prefix(error, "offset %llu", (unsigned long long)error->offset);
    }
    return result;
}

static msrck_result read_next(struct file_reader *reader, struct byte_buffer *types, msrck_error *error)
{
    unsigned stage = reader->order.stage;
    struct section_head head;
    uint64_t offset;
    msrck_result result = msrck_section_begin(&reader->window, &head, &offset, error);

    if (result == MSRCK_OK)
        result = msrck_order_accept(&reader->order, head.tag, offset, error);
    if (result != MSRCK_OK)
        return result;
    if (msrck_tag_ancillary(head.tag) && strcmp(head.tag, "prov") != 0)
        result = msrck_reader_ancillary(reader, &head, error);
    else
        result = read_section(reader, &head, offset, stage, types, error);
    return result != MSRCK_OK ? result : msrck_reader_note(reader, &head, offset, NULL, error);
}

msrck_result msrck_metadata_read(struct file_reader *reader, msrck_error *error)
{
    struct byte_buffer types = BYTE_BUFFER_INIT;
    msrck_result result = read_header(reader, error);

    while (result == MSRCK_OK && reader->order.stage < STAGE_DATA)
        result = read_next(reader, &types, error);
    msrck_buffer_free(&types);
    reader->metadata_sections = reader->seen.count;
    msrck_window_trim(&reader->window);
    return result;
}
