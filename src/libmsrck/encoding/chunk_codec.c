/* SPDX-License-Identifier: MIT */
#include "encoding/chunk_codec.h"

#include <string.h>

#include "encoding/byte_planes.h"
#include "encoding/codecs.h"

const char *msrck_filter_name(uint32_t filter)
{
    static const char *const names[] = { "none", "planes", "split" };

    return filter < sizeof names / sizeof names[0] ? names[filter] : "unknown";
}

/* Without compression regrouped bytes gain nothing; with it, level 1 on split planes beats higher levels on plain rows. */
struct codec_choice msrck_codec_usual(uint32_t codec)
{
    struct codec_choice usual = { codec, codec == CODEC_NONE ? FILTER_NONE : FILTER_SPLIT, codec == CODEC_NONE ? 0 : 1 };

    return usual;
}

struct codec_choice msrck_codec_default(void)
{
    return msrck_codec_usual(msrck_codec_available(CODEC_ZSTD) ? CODEC_ZSTD : CODEC_ZLIB);
}

static size_t bitmap_size(size_t width)
{
    return (width + 7) / 8;
}

/* ---- Encoding ---- */

/* A row has at least two bytes and there are at least two rows, or regrouping changes nothing. */
static bool can_filter(size_t length, size_t width)
{
    return width >= 2 && width <= FILTER_WIDEST_ROW && length % width == 0 && length / width >= 2;
}

/*
 * The planes of the raw bytes one after the other, in `scratch`, then (for FILTER_SPLIT) the noisy ones moved in front
 * of the others.
 */
struct split {
    unsigned char *planes; /* in scratch: noisy ones in order, then the rest in order */
    size_t noisy;          /* bytes of the noisy ones */
    unsigned char bitmap[FILTER_WIDEST_ROW / 8];
};

/* Sets the bitmap from planes that lie in order at `planes`; returns how many are noise. */
static size_t find_noise(struct split *split, const unsigned char *planes, size_t rows, size_t width)
{
    size_t noisy = 0;

    memset(split->bitmap, 0, bitmap_size(width));
    for (size_t k = 0; k < width; k++) {
        if (!msrck_plane_is_noise(planes + k * rows, rows))
            continue;
        split->bitmap[k / 8] |= (unsigned char)(1u << k % 8);
        noisy++;
    }
    return noisy;
}

/* Noisy planes before the others, both in order: `to` and `from` do not overlap. */
static void move_noise_first(const struct split *split, unsigned char *to, const unsigned char *from, size_t rows,
                             size_t width)
{
    unsigned char *rest = to + split->noisy;

    for (size_t k = 0; k < width; k++) {
        unsigned char **next = (split->bitmap[k / 8] >> k % 8 & 1) != 0 ? &to : &rest;

        memcpy(*next, from + k * rows, rows);
        *next += rows;
    }
}

static msrck_result filter(struct split *split, uint32_t wanted, const unsigned char *raw, size_t length, size_t width,
                           struct byte_buffer *scratch, msrck_error *error)
{
    unsigned char *planes[FILTER_WIDEST_ROW];
    size_t rows = length / width;

    msrck_buffer_clear(scratch);
    split->planes = length <= SIZE_MAX / 2 ? msrck_buffer_extend(scratch, 2 * length) : NULL;
    if (split->planes == NULL)
        return msrck_fail_memory(error, length, "byte planes");
    for (size_t k = 0; k < width; k++)
        planes[k] = split->planes + k * rows;
    msrck_planes_split(raw, rows, width, planes);
    split->noisy = wanted == FILTER_SPLIT ? find_noise(split, split->planes, rows, width) * rows : 0;
    if (split->noisy > 0) {
        move_noise_first(split, split->planes + length, split->planes, rows, width);
        split->planes += length;
    }
    return MSRCK_OK;
}

static msrck_result store(const unsigned char *raw, size_t length, struct byte_buffer *out, struct codec_choice *used,
                          msrck_error *error)
{
    used->codec = CODEC_NONE;
    used->filter = FILTER_NONE;
    msrck_buffer_append(out, raw, length);
    return out->failed ? msrck_fail_memory(error, length, "a chunk") : MSRCK_OK;
}

/*
 * Appends bitmap, noisy planes, and the rest compressed, which is *written bytes; that is 0, and what was appended means
 * nothing, when they would not be less than `length`.
 */
static msrck_result write_split(const struct split *split, const struct codec_choice *choice, size_t length,
                                size_t width, struct byte_buffer *out, size_t *written, msrck_error *error)
{
    size_t head = split->noisy > 0 ? bitmap_size(width) + split->noisy : 0, rest = length - split->noisy;
    size_t room = rest > 0 ? msrck_codec_bound(choice->codec, rest) : 0;
    unsigned char *to;
    msrck_result result = MSRCK_OK;

    *written = 0;
    if (head >= length)
        return MSRCK_OK;
    to = msrck_buffer_extend(out, head + room);
    if (to == NULL)
        return msrck_fail_memory(error, head + room, "a chunk");
    if (head > 0) {
        memcpy(to, split->bitmap, bitmap_size(width));
        memcpy(to + bitmap_size(width), split->planes, split->noisy);
    }
    if (rest > 0)
        result = msrck_codec_compress(choice->codec, choice->level, split->planes + split->noisy, rest, to + head,
                                      room, written, error);
    if (*written > 0 || rest == 0)
        *written += head;
    if (*written >= length)
        *written = 0;
    return result;
}

msrck_result msrck_chunk_encode(const struct codec_choice *choice, const unsigned char *raw, size_t length,
                                size_t width, struct byte_buffer *scratch, struct byte_buffer *out,
                                struct codec_choice *used, msrck_error *error)
{
    struct split split = { (unsigned char *)(uintptr_t)raw, 0, { 0 } }; /* unfiltered: only read */
    size_t start = out->length, written = 0;
    msrck_result result = MSRCK_OK;

    *used = *choice;
    if (choice->codec == CODEC_NONE || length == 0)
        return store(raw, length, out, used, error);
    if (choice->filter == FILTER_NONE || !can_filter(length, width)) {
        used->filter = FILTER_NONE;
    } else {
        result = filter(&split, choice->filter, raw, length, width, scratch, error);
        if (result != MSRCK_OK)
            return result;
        used->filter = split.noisy > 0 ? FILTER_SPLIT : FILTER_PLANES;
    }
    result = write_split(&split, choice, length, width, out, &written, error);
    out->length = start + written;
    if (result == MSRCK_OK && written == 0)
        return store(raw, length, out, used, error);
    return result;
}

/* ---- Decoding ---- */

static msrck_result decode_planes(uint32_t codec, const unsigned char *stored, size_t stored_length, size_t width,
                                  unsigned char *raw, size_t raw_length, struct byte_buffer *scratch,
                                  msrck_error *error)
{
    const unsigned char *planes[FILTER_WIDEST_ROW];
    size_t rows = raw_length / width;
    unsigned char *flat = msrck_buffer_extend(scratch, raw_length);
    msrck_result result;

    if (flat == NULL)
        return msrck_fail_memory(error, raw_length, "byte planes");
    result = msrck_codec_expand(codec, stored, stored_length, flat, raw_length, error);
    if (result != MSRCK_OK)
        return result;
    for (size_t k = 0; k < width; k++)
        planes[k] = flat + k * rows;
    msrck_planes_join(raw, rows, width, planes);
    return MSRCK_OK;
}

/* Counts the planes of the bitmap; false when it has bits beyond the width. */
static bool count_noise(const unsigned char *bitmap, size_t width, size_t *noisy)
{
    *noisy = 0;
    for (size_t k = 0; k < bitmap_size(width) * 8; k++) {
        if ((bitmap[k / 8] >> k % 8 & 1) == 0)
            continue;
        if (k >= width)
            return false;
        ++*noisy;
    }
    return true;
}

static msrck_result decode_split(uint32_t codec, const unsigned char *stored, size_t stored_length, size_t width,
                                 unsigned char *raw, size_t raw_length, struct byte_buffer *scratch, msrck_error *error)
{
    const unsigned char *planes[FILTER_WIDEST_ROW], *noise, *rest;
    size_t rows = raw_length / width, noisy, head;
    msrck_result result = MSRCK_OK;

    if (stored_length < bitmap_size(width) || !count_noise(stored, width, &noisy) ||
        noisy * rows > stored_length - bitmap_size(width))
        return msrck_fail(error, MSRCK_CORRUPT, "%zu bytes are no chunk of %zu rows with stored planes", stored_length,
                          rows);
    noise = stored + bitmap_size(width);
    head = bitmap_size(width) + noisy * rows;
    rest = msrck_buffer_extend(scratch, raw_length - noisy * rows);
    if (rest == NULL)
        return msrck_fail_memory(error, raw_length, "byte planes");
    if (noisy < width)
        result = msrck_codec_expand(codec, stored + head, stored_length - head, (unsigned char *)(uintptr_t)rest,
                                    raw_length - noisy * rows, error);
    else if (stored_length != head)
        result = msrck_fail(error, MSRCK_CORRUPT, "%zu bytes follow the last stored plane", stored_length - head);
    if (result != MSRCK_OK)
        return result;
    for (size_t k = 0; k < width; k++) {
        const unsigned char **next = (stored[k / 8] >> k % 8 & 1) != 0 ? &noise : &rest;

        planes[k] = *next;
        *next += rows;
    }
    msrck_planes_join(raw, rows, width, planes);
    return MSRCK_OK;
}

msrck_result msrck_chunk_decode(uint32_t codec, uint32_t filter_used, const unsigned char *stored, size_t stored_length,
                                size_t width, unsigned char *raw, size_t raw_length, struct byte_buffer *scratch,
                                msrck_error *error)
{
    if (!msrck_codec_available(codec))
        return msrck_codec_expand(codec, NULL, 0, NULL, 0, error);
    if (raw_length > msrck_codec_most(codec, stored_length))
        return msrck_fail(error, MSRCK_CORRUPT, "%zu stored bytes cannot hold %zu", stored_length, raw_length);
    if (filter_used == FILTER_NONE)
        return msrck_codec_expand(codec, stored, stored_length, raw, raw_length, error);
    if (filter_used > FILTER_SPLIT)
        return msrck_fail(error, MSRCK_UNSUPPORTED, "filter %u is unknown", filter_used);
    if (width < 2 || width > FILTER_WIDEST_ROW || raw_length == 0 || raw_length % width != 0)
        return msrck_fail(error, MSRCK_CORRUPT, "filter %s on %zu bytes in rows of %zu", msrck_filter_name(filter_used),
                          raw_length, width);
    msrck_buffer_clear(scratch);
    if (filter_used == FILTER_PLANES)
        return decode_planes(codec, stored, stored_length, width, raw, raw_length, scratch, error);
    return decode_split(codec, stored, stored_length, width, raw, raw_length, scratch, error);
}
