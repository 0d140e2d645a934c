/* SPDX-License-Identifier: MIT */
#include "file/file_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/big_endian.h"
#include "file/container.h"
#include "file/xdr_cursor.h"

/* XDR of one msrck_x_entry. */
#define ENTRY_SIZE 44u

void msrck_index_clear(struct file_index *index)
{
    free(index->places);
    free(index->chunks);
    memset(index, 0, sizeof *index);
}

bool msrck_place_is_chunk(const struct section_place *place)
{
    return memcmp(place->tag, "DATA", 4) == 0;
}

bool msrck_place_equal(const struct section_place *a, const struct section_place *b)
{
    return memcmp(a->tag, b->tag, 4) == 0 && a->offset == b->offset && a->length == b->length &&
           a->extent == b->extent && a->part == b->part && a->first_row == b->first_row && a->rows == b->rows;
}

uint64_t msrck_place_end(const struct section_place *place)
{
    uint64_t end;

    if (__builtin_add_overflow(place->offset, place->length, &end) ||
        __builtin_add_overflow(end, SECTION_HEAD_SIZE + padding_of(place->length), &end))
        return UINT64_MAX;
    return end;
}

msrck_result msrck_index_add(struct file_index *index, const struct section_place *place, msrck_error *error)
{
    bool chunk = msrck_place_is_chunk(place);

    if (index->count >= MOST_SECTIONS)
        return msrck_fail(error, MSRCK_LIMIT, "more than %u sections do not fit a checkpoint file", MOST_SECTIONS);
    if (!msrck_reserve(&index->places, &index->capacity, index->count + 1, sizeof *index->places) ||
        (chunk &&
         !msrck_reserve(&index->chunks, &index->chunk_capacity, index->chunk_count + 1, sizeof *index->chunks)))
        return msrck_fail_memory(error, (index->count + 1) * sizeof *index->places, "the index");
    if (chunk)
        index->chunks[index->chunk_count++] = (uint32_t)index->count;
    index->places[index->count++] = *place;
    return MSRCK_OK;
}

static void encode_entry(const struct section_place *place, struct byte_buffer *out)
{
    struct xdr_element element;
    msrck_x_entry entry = {
        .offset = place->offset, .length = place->length, .extent = place->extent, .part = place->part,
        .first_row = place->first_row, .rows = place->rows
    };

    memcpy(entry.tag, place->tag, 4);
    if (msrck_element_begin(&element, out, ENTRY_SIZE))
        msrck_element_end(&element, xdr_msrck_x_entry(&element.xdr, &entry));
}

msrck_result msrck_index_encode(const struct file_index *index, struct byte_buffer *out, msrck_error *error)
{
    unsigned char *count = msrck_buffer_extend(out, 4);

    if (count != NULL)
        store_be32(count, (uint32_t)index->count);
    for (size_t i = 0; i < index->count; i++)
        encode_entry(&index->places[i], out);
    return out->failed ? msrck_fail_memory(error, index->count * ENTRY_SIZE, "the index") : MSRCK_OK;
}

static bool decode_entry(struct xdr_cursor *cursor, uint32_t number, struct section_place *place)
{
    msrck_x_entry entry;

    if (!xdr_msrck_x_entry(&cursor->xdr, &entry))
        return msrck_cursor_cut(cursor, "entry", number);
    memcpy(place->tag, entry.tag, 4);
    place->tag[4] = '\0';
    place->offset = entry.offset;
    place->length = entry.length;
    place->extent = entry.extent;
    place->part = entry.part;
    place->first_row = entry.first_row;
    place->rows = entry.rows;
    return msrck_tag_valid(place->tag) || msrck_cursor_corrupt(cursor, "entry", number, "the tag is malformed");
}

msrck_result msrck_index_decode(const unsigned char *bytes, size_t length, struct file_index *index, msrck_error *error)
{
    struct xdr_cursor cursor;
    struct section_place place;
    uint32_t count = 0;
    msrck_result result = MSRCK_OK;

    memset(&place, 0, sizeof place);
    if (!msrck_cursor_open(&cursor, bytes, length, "INDX", error))
        return cursor.result;
    msrck_cursor_count(&cursor, MSRCK_X_MAX_SECTIONS, ENTRY_SIZE, "entries", &count);
    for (uint32_t i = 0; i < count && result == MSRCK_OK && decode_entry(&cursor, i, &place); i++)
        result = msrck_index_add(index, &place, error);
    return result != MSRCK_OK ? result : msrck_cursor_close(&cursor);
}

/* Whether the chunk stands before the row's place in the order of (extent, part, row). */
static bool ends_before(const struct section_place *place, uint32_t extent, uint32_t part, uint64_t row)
{
    if (place->extent != extent)
        return place->extent < extent;
    if (place->part != part)
        return place->part < part;
    return place->first_row + place->rows <= row;
}

size_t msrck_index_find_row(const struct file_index *index, uint32_t extent, uint32_t part, uint64_t row)
{
    size_t low = 0, high = index->chunk_count;
    const struct section_place *place;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ends_before(&index->places[index->chunks[middle]], extent, part, row))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == index->chunk_count)
        return SIZE_MAX;
    place = &index->places[index->chunks[low]];
    return place->extent == extent && place->part == part && place->first_row <= row ? index->chunks[low] : SIZE_MAX;
}
