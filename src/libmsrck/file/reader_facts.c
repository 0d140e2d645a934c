/* SPDX-License-Identifier: MIT */
/* What a reader says of the file itself: header, provenance, sections, chunks. */
#include "file/reader_state.h"

#include <string.h>

#include "file/container.h"

#ifndef MSRCK_VERSION
#define MSRCK_VERSION "unknown"     /* the build defines it */
#endif

const char *msrck_library_version(void)
{
    return MSRCK_VERSION;
}

void msrck_format_version(unsigned *major, unsigned *minor)
{
    *major = FORMAT_MAJOR;
    *minor = FORMAT_MINOR;
}

bool msrck_codec_readable(uint32_t codec)
{
    return msrck_codec_available(codec);
}

void msrck_reader_version(const msrck_reader *reader, unsigned *major, unsigned *minor)
{
    *major = reader->metadata->header.major;
    *minor = reader->metadata->header.minor;
}

void msrck_reader_lowest_version(const msrck_reader *reader, unsigned *major, unsigned *minor)
{
    /* Writers set the lowest version that the content needs, so it is the header's. */
    msrck_reader_version(reader, major, minor);
}

unsigned msrck_reader_pointer_width(const msrck_reader *reader)
{
    return reader->metadata->header.pointer_width;
}

void msrck_reader_features(const msrck_reader *reader, uint64_t *may_ignore, uint64_t *may_read,
                           uint64_t *must_understand)
{
    const struct file_header *header = &reader->metadata->header;

    if (may_ignore != NULL)
        *may_ignore = header->may_ignore;
    if (may_read != NULL)
        *may_read = header->may_read;
    if (must_understand != NULL)
        *must_understand = header->must_understand;
}

uint64_t msrck_reader_file_bytes(const msrck_reader *reader)
{
    return msrck_source_size(reader->source);
}

const char *msrck_reader_program(const msrck_reader *reader)
{
    return reader->metadata->program;
}

const unsigned char *msrck_reader_fingerprint(const msrck_reader *reader)
{
    return reader->metadata->fingerprint;
}

uint32_t msrck_reader_note_count(const msrck_reader *reader)
{
    return (uint32_t)reader->metadata->note_count;
}

const char *msrck_reader_note_key(const msrck_reader *reader, uint32_t index)
{
    return index < reader->metadata->note_count ? reader->metadata->notes[index].key : NULL;
}

const char *msrck_reader_note_value(const msrck_reader *reader, uint32_t index)
{
    return index < reader->metadata->note_count ? reader->metadata->notes[index].value : NULL;
}

size_t msrck_reader_section_count(const msrck_reader *reader)
{
    return msrck_file_reader_sections(reader->file);
}

bool msrck_reader_section(const msrck_reader *reader, size_t index, msrck_section_facts *facts)
{
    const struct section_place *place;

    if (index >= msrck_file_reader_sections(reader->file))
        return false;
    place = msrck_file_reader_section(reader->file, index);
    memcpy(facts->tag, place->tag, sizeof facts->tag);
    facts->offset = place->offset;
    facts->length = place->length;
    return true;
}

size_t msrck_reader_chunk_count(const msrck_reader *reader)
{
    return reader->chunk_count;
}

/*
 * The head says the same as the index, whose claims were checked against the extents; only what the index lacks is
 * taken from it.
 */
msrck_result msrck_reader_chunk(msrck_reader *reader, size_t index, msrck_chunk_facts *facts, msrck_error *error)
{
    unsigned char bytes[CHUNK_HEAD_SIZE];
    struct chunk_head head;
    const struct section_place *place;
    msrck_result result;

    if (index >= reader->chunk_count)
        return msrck_fail(error, MSRCK_MISUSE, "there is no chunk %zu", index);
    place = msrck_file_reader_section(reader->file, reader->chunk_sections[index]);
    if (place->length < CHUNK_HEAD_SIZE)
        return msrck_fail_at(error, MSRCK_CORRUPT, place->offset, "a DATA section of %llu bytes is too short",
                             (unsigned long long)place->length);
    result = msrck_source_read_at(reader->source, place->offset + SECTION_HEAD_SIZE, bytes, sizeof bytes, error);
    if (result != MSRCK_OK)
        return result;
    msrck_chunk_head_decode(bytes, &head);
    facts->offset = place->offset;
    facts->extent = place->extent;
    facts->part = place->part;
    facts->first_row = place->first_row;
    facts->rows = place->rows;
    facts->filter = head.filter;
    facts->codec = head.codec;
    facts->raw_bytes = head.raw_length;
    facts->stored_bytes = place->length - CHUNK_HEAD_SIZE;
    return MSRCK_OK;
}

const unsigned char *msrck_reader_stored_digest(const msrck_reader *reader)
{
    size_t length;

    return msrck_file_reader_digest(reader->file, &length);
}

const char *msrck_codec_text(uint32_t codec)
{
    return msrck_codec_name(codec);
}

const char *msrck_filter_text(uint32_t filter)
{
    return msrck_filter_name(filter);
}

void msrck_reader_watch(msrck_reader *reader, msrck_progress_callback callback, void *context)
{
    msrck_file_reader_watch(reader->file, callback, context);
}
