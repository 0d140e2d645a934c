/* SPDX-License-Identifier: MIT */
/*
 * The way through a file by its index: trailer, INDX, then any section in any order. Who asks for one chunk after the
 * other finds the next ones decoded already, where there are threads.
 */
#include "file/file_reader_state.h"

#include <string.h>

/* The bytes of a piece of the file: borrowed from a source in memory, else read into `stored`. */
static msrck_result read_piece_into(const struct file_reader *reader, struct byte_buffer *stored, uint64_t offset,
                                    size_t length, const unsigned char **bytes, msrck_error *error)
{
    const unsigned char *memory = msrck_source_memory(reader->source);
    uint64_t size = msrck_source_size(reader->source);
    unsigned char *room;

    if (memory != NULL && offset <= size && length <= size - offset) {
        *bytes = memory + offset;
        return MSRCK_OK;
    }
    /* Before memory is taken: a file that ends sooner needs none. */
    if (size != UINT64_MAX && (offset > size || length > size - offset))
        return msrck_fail_at(error, MSRCK_TRUNCATED, size, "the file ends before offset %llu",
                             (unsigned long long)offset + length);
    msrck_buffer_clear(stored);
    room = msrck_buffer_extend(stored, length);
    if (room == NULL)
        return msrck_fail_memory(error, length, "a section");
    *bytes = room;
    return msrck_source_read_at(reader->source, offset, room, length, error);
}

static msrck_result read_piece(struct file_reader *reader, uint64_t offset, size_t length, const unsigned char **bytes,
                               msrck_error *error)
{
    return read_piece_into(reader, &reader->stored, offset, length, bytes, error);
}

/*
 * Head and payload of the section at a place, compared with what the index says; `most` bounds the payload, whose
 * checksum is still to be checked.
 */
static msrck_result fetch_place(const struct file_reader *reader, struct byte_buffer *stored,
                                const struct section_place *place, uint64_t most, const char *option,
                                struct section_head *head, const unsigned char **payload, msrck_error *error)
{
    const unsigned char *bytes;
    msrck_result result;

    memcpy(head->tag, place->tag, sizeof head->tag);
    head->length = place->length;
    result = msrck_section_limit(head, place->offset, most, &reader->limits, option, error);
    if (result == MSRCK_OK)
        result = read_piece_into(reader, stored, place->offset,
                                 SECTION_HEAD_SIZE + (size_t)place->length + padding_of(place->length), &bytes, error);
    if (result == MSRCK_OK)
        result = msrck_section_head_decode(bytes, place->offset, head, error);
    if (result != MSRCK_OK)
        return result;
    if (strcmp(head->tag, place->tag) != 0 || head->length != place->length)
        return msrck_fail_at(error, MSRCK_CORRUPT, place->offset, "section '%s' is not the one the index lists",
                             head->tag);
    *payload = bytes + SECTION_HEAD_SIZE;
    return MSRCK_OK;
}

/* The same with the checksum checked. */
static msrck_result read_place(struct file_reader *reader, const struct section_place *place, uint64_t most,
                               const char *option, const unsigned char **payload, msrck_error *error)
{
    struct section_head head;
    msrck_result result = fetch_place(reader, &reader->stored, place, most, option, &head, payload, error);

    return result == MSRCK_OK ? msrck_payload_check(*payload, &head, place->offset, error) : result;
}

/* ---- Trailer and index ---- */

static msrck_result read_trailer(struct file_reader *reader, uint64_t size, struct trailer *trailer, msrck_error *error)
{
    const unsigned char *bytes;
    uint64_t offset;
    msrck_result result;

    if (size < HEADER_SIZE + SECTION_HEAD_SIZE + TRAILER_SIZE)
        return msrck_fail_at(error, MSRCK_TRUNCATED, size, "the file ends before its index");
    offset = size - TRAILER_SIZE;
    result = read_piece(reader, offset, TRAILER_SIZE, &bytes, error);
    if (result == MSRCK_OK)
        result = msrck_trailer_decode(bytes, offset, trailer, error);
    if (result != MSRCK_OK)
        return result;
    if (trailer->file_length != size || trailer->index_offset < HEADER_SIZE ||
        trailer->index_offset > offset - SECTION_HEAD_SIZE)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the trailer is that of another file");
    return MSRCK_OK;
}

/*
 * A file without its end mark may be cut, damaged, or followed by something. Going from head to head tells which; only
 * failures come here, so the small reads do not matter.
 */
static msrck_result explain_missing_end(struct file_reader *reader, uint64_t size, msrck_error *error)
{
    struct section_place place = { .offset = HEADER_SIZE };
    struct section_head head;
    const unsigned char *bytes;
    msrck_result result;

    while (place.offset <= size) {
        result = read_piece(reader, place.offset, SECTION_HEAD_SIZE, &bytes, error);
        if (result == MSRCK_OK)
            result = msrck_section_head_decode(bytes, place.offset, &head, error);
        if (result != MSRCK_OK)
            return result;
        place.length = head.length;
        place.offset = msrck_place_end(&place);
        if (strcmp(head.tag, "INDX") != 0)
            continue;
        if (place.offset > size || size - place.offset < TRAILER_SIZE)
            break;
        return msrck_fail_at(error, MSRCK_CORRUPT, place.offset, "the trailer is wrong, or bytes follow after it");
    }
    return msrck_fail_at(error, MSRCK_TRUNCATED, size, "the file ends before its end mark");
}

static msrck_result read_index(struct file_reader *reader, const struct trailer *trailer, uint64_t size,
                               msrck_error *error)
{
    struct section_place place = { .tag = "INDX", .offset = trailer->index_offset };
    const unsigned char *payload;
    struct section_head head;
    msrck_result result = read_piece(reader, place.offset, SECTION_HEAD_SIZE, &payload, error);

    if (result == MSRCK_OK)
        result = msrck_section_head_decode(payload, place.offset, &head, error);
    if (result != MSRCK_OK)
        return result;
    place.length = head.length;
    if (msrck_place_end(&place) != size - TRAILER_SIZE)
        return msrck_fail_at(error, MSRCK_CORRUPT, place.offset, "the index does not end at the trailer");
    result = read_place(reader, &place, reader->limits.metadata_bytes, "max-metadata", &payload, error);
    if (result == MSRCK_OK)
        result = msrck_index_decode(payload, (size_t)place.length, &reader->loaded, error);
    if (result == MSRCK_OK && reader->loaded.count + 1 != trailer->sections)
        result = msrck_fail_at(error, MSRCK_CORRUPT, place.offset, "there are %zu sections, the trailer counts %lu",
                               reader->loaded.count + 1, (unsigned long)trailer->sections);
    return result;
}

/* ---- What the entries say ---- */

static msrck_result check_entry(const struct file_reader *reader, size_t number, uint64_t offset,
                                struct section_order *order, struct row_tiling *tiling, msrck_error *error)
{
    const struct section_place *place = &reader->loaded.places[number];
    msrck_result result;

    if (place->offset != offset)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset,
                             "the index leaves a gap or an overlap before section '%s' at offset %llu", place->tag,
                             (unsigned long long)place->offset);
    if (number < reader->metadata_sections && !msrck_place_equal(place, &reader->seen.places[number]))
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "entry %zu of the index differs from section '%s'", number,
                             reader->seen.places[number].tag);
    if ((result = msrck_order_accept(order, place->tag, offset, error)) != MSRCK_OK)
        return result;
    if (msrck_place_is_chunk(place))
        return msrck_tiling_accept(tiling, place->extent, place->part, place->first_row, place->rows, offset, error);
    if (place->extent != 0 || place->part != 0 || place->first_row != 0 || place->rows != 0)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the index lists rows in section '%s'", place->tag);
    return MSRCK_OK;
}

static msrck_result check_entries(const struct file_reader *reader, uint64_t index_offset, msrck_error *error)
{
    struct section_order order = { 0, false, false };
    struct row_tiling tiling = { &reader->metadata, 0, 0, 0 };
    uint64_t offset = HEADER_SIZE;

    for (size_t i = 0; i < reader->loaded.count; i++) {
        msrck_result result = check_entry(reader, i, offset, &order, &tiling, error);

        if (result != MSRCK_OK)
            return result;
        offset = msrck_place_end(&reader->loaded.places[i]);
    }
    if (offset != index_offset)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the index leaves a gap or an overlap before itself");
    if (order.stage != STAGE_DATA)
        return msrck_fail_at(error, MSRCK_CORRUPT, offset, "the index lists an incomplete file");
    return msrck_tiling_finish(&tiling, offset, error);
}

/* The digest stands behind the chunks; those who came by the index want to know it too. */
static msrck_result load_digest(struct file_reader *reader, msrck_error *error)
{
    const unsigned char *payload;
    msrck_result result;

    for (size_t i = reader->loaded.count; i-- > reader->metadata_sections;) {
        const struct section_place *place = &reader->loaded.places[i];

        if (msrck_place_is_chunk(place))
            break;
        if (strcmp(place->tag, "dgsT") != 0)
            continue;
        result = read_place(reader, place, reader->limits.metadata_bytes, "max-metadata", &payload, error);
        return result != MSRCK_OK
                   ? result
                   : msrck_reader_keep_digest(reader, payload, (size_t)place->length, place->offset, error);
    }
    return MSRCK_OK;
}

msrck_result msrck_file_reader_load_index(struct file_reader *reader, msrck_error *error)
{
    uint64_t size = msrck_source_size(reader->source);
    struct trailer trailer;
    msrck_result result;

    if (reader->index_loaded)
        return MSRCK_OK;
    if (!msrck_source_seekable(reader->source))
        return msrck_fail(error, MSRCK_MISUSE, "the input is a pipe or device: its index cannot be read first");
    result = read_trailer(reader, size, &trailer, NULL);
    if (result != MSRCK_OK)
        result = explain_missing_end(reader, size, error);
    if (result == MSRCK_OK)
        result = read_index(reader, &trailer, size, error);
    if (result == MSRCK_OK)
        result = check_entries(reader, trailer.index_offset, error);
    if (result == MSRCK_OK)
        result = load_digest(reader, error);
    if (result != MSRCK_OK) {
        msrck_index_clear(&reader->loaded);
        return result;
    }
    reader->index_loaded = true;
    return MSRCK_OK;
}

/* ---- Sections by number ---- */

/* The file's own index, or what the way forward has seen, which is the same once it is finished. */
static const struct file_index *known_index(const struct file_reader *reader)
{
    return reader->index_loaded ? &reader->loaded : &reader->seen;
}

size_t msrck_file_reader_sections(const struct file_reader *reader)
{
    return known_index(reader)->count;
}

const struct section_place *msrck_file_reader_section(const struct file_reader *reader, size_t index)
{
    return &known_index(reader)->places[index];
}

size_t msrck_file_reader_find_row(const struct file_reader *reader, uint32_t extent, uint32_t part, uint64_t row)
{
    return msrck_index_find_row(known_index(reader), extent, part, row);
}

msrck_result msrck_file_reader_read_section(struct file_reader *reader, size_t section, const unsigned char **payload,
                                            size_t *length, msrck_error *error)
{
    const struct section_place *place;

    *payload = NULL;
    *length = 0;
    if (section >= msrck_file_reader_sections(reader))
        return msrck_fail(error, MSRCK_MISUSE, "section %zu is asked for, the file has %zu", section,
                          msrck_file_reader_sections(reader));
    place = msrck_file_reader_section(reader, section);
    *length = (size_t)place->length;
    if (msrck_place_is_chunk(place))
        return read_place(reader, place, chunk_section_limit(reader), "max-chunk", payload, error);
    return read_place(reader, place, reader->limits.metadata_bytes, "max-metadata", payload, error);
}

/* ---- Chunks ---- */

/* By the caller's thread. */
static msrck_result read_chunk(struct file_reader *reader, size_t section, struct chunk *chunk, msrck_error *error)
{
    const unsigned char *payload;
    const struct section_place *place;
    size_t length;
    msrck_result result;

    result = msrck_file_reader_read_section(reader, section, &payload, &length, error);
    if (result != MSRCK_OK)
        return result;
    place = msrck_file_reader_section(reader, section);
    if (!msrck_place_is_chunk(place))
        return msrck_fail(error, MSRCK_MISUSE, "section %zu is '%s', not a chunk", section, place->tag);
    result = msrck_chunk_inspect(reader, payload, length, place->offset, chunk, error);
    if (result == MSRCK_OK && !msrck_place_equal(&chunk->place, place))
        result = msrck_fail_at(error, MSRCK_CORRUPT, place->offset, "the chunk holds other rows than the index lists");
    return result == MSRCK_OK ? msrck_chunk_load(&reader->rows, &reader->scratch, payload, chunk, error) : result;
}

/* The first chunk behind a section, which may be SIZE_MAX for the beginning; the number of sections when none is. */
static size_t chunk_behind(const struct file_reader *reader, size_t section)
{
    size_t count = msrck_file_reader_sections(reader), next = section + 1;

    while (next < count && !msrck_place_is_chunk(msrck_file_reader_section(reader, next)))
        next++;
    return next;
}

/* Hands a chunk to the threads; false for one that only read_chunk() can answer for. */
static bool submit(struct file_reader *reader, size_t section)
{
    const struct section_place *place = msrck_file_reader_section(reader, section);
    const struct extent *extent = &reader->metadata.extents[place->extent];
    uint64_t width = msrck_extent_row_width(reader->metadata.types, extent, place->part,
                                            reader->metadata.header.pointer_width);
    uint64_t raw;
    struct decoding *decoding;

    if (__builtin_mul_overflow(place->rows, width, &raw) || !msrck_chunk_ahead_fits(place->length, raw))
        return false;
    /* A single chunk that is stored as it is costs no more than its checksum. */
    if (place->length == CHUNK_HEAD_SIZE + raw && msrck_chunk_ahead_under_way(reader->indexed) == 0)
        return false;
    decoding = msrck_chunk_ahead_fill(reader->indexed);
    if (decoding == NULL || fetch_place(reader, &decoding->stored, place, chunk_section_limit(reader), "max-chunk",
                                           &decoding->head, &decoding->payload, NULL) != MSRCK_OK)
        return false;
    decoding->offset = place->offset;
    decoding->section = section;
    msrck_chunk_ahead_submit(reader->indexed);
    reader->ahead_section = section;
    return true;
}

/* Chunks in a row that have to be asked for before the threads begin with the next ones: jumps pay nothing. */
#define RUN_BEFORE_AHEAD 1u
/* The bound of chunks under way doubles with each chunk of a run up to this power of two, which is beyond any ring. */
#define LONGEST_DOUBLING 10u

/* Keeps the threads busy with the chunk that is asked for and those behind it. */
static void read_ahead(struct file_reader *reader, size_t section)
{
    bool follows = section == chunk_behind(reader, reader->last_section);
    size_t next = section, most;

    reader->run = follows ? reader->run + 1 : 0;
    if (reader->indexed != NULL && !follows)
        msrck_chunk_ahead_drop(reader->indexed);
    if (reader->run < RUN_BEFORE_AHEAD)
        return;
    if (reader->indexed == NULL)
        reader->indexed = msrck_chunk_ahead_new(reader, reader->threads);
    if (reader->indexed == NULL) {
        reader->threads = 1;
        return;
    }
    msrck_chunk_ahead_release(reader->indexed);
    most = (size_t)1 << (reader->run < LONGEST_DOUBLING ? reader->run : LONGEST_DOUBLING);
    if (msrck_chunk_ahead_under_way(reader->indexed) > 0)
        next = chunk_behind(reader, reader->ahead_section);
    while (msrck_chunk_ahead_under_way(reader->indexed) < most && next < msrck_file_reader_sections(reader) &&
           submit(reader, next))
        next = chunk_behind(reader, next);
}

/* What the threads made of the chunk; false when they do not have it, or found something wrong. */
static bool take_chunk(struct file_reader *reader, size_t section, struct chunk *chunk)
{
    const struct decoding *decoding;

    if (reader->threads <= 1 || section >= msrck_file_reader_sections(reader))
        return false;
    /* In a forked child the threads are gone. */
    if (reader->indexed != NULL && !msrck_chunk_ahead_usable(reader->indexed)) {
        reader->threads = 1;
        return false;
    }
    read_ahead(reader, section);
    reader->last_section = section;
    decoding = reader->indexed == NULL ? NULL : msrck_chunk_ahead_take(reader->indexed);
    if (decoding == NULL || decoding->section != section)
        return false;
    if (decoding->checked != MSRCK_OK || decoding->loaded != MSRCK_OK ||
        !msrck_place_equal(&decoding->chunk.place, msrck_file_reader_section(reader, section)))
        return false;
    *chunk = decoding->chunk;
    return true;
}

msrck_result msrck_file_reader_read_chunk(struct file_reader *reader, size_t section, struct chunk *chunk,
                                          msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    memset(chunk, 0, sizeof *chunk);
    /* What is wrong with a chunk is found out once more, so that it is the same whoever finds it. */
    if (!take_chunk(reader, section, chunk))
        result = read_chunk(reader, section, chunk, error);
    reader->decoded += chunk->raw_length;
    if (reader->watch != NULL)
        reader->watch(reader->watch_context, reader->decoded);
    return result;
}

void msrck_file_reader_examine(struct file_reader *reader, bool (*examine)(const void *context, const struct chunk *chunk),
                               const void *context)
{
    if (reader->indexed != NULL && msrck_chunk_ahead_usable(reader->indexed))
        msrck_chunk_ahead_drop(reader->indexed);
    reader->last_section = SIZE_MAX;
    reader->run = 0;
    reader->examine = examine;
    reader->examine_context = context;
}

void msrck_file_reader_watch(struct file_reader *reader, void (*watch)(void *context, uint64_t decoded), void *context)
{
    reader->watch = watch;
    reader->watch_context = context;
}
