/* SPDX-License-Identifier: MIT */
#include "encoding/chunk_codec.h"

#include <string.h>

#include "encoding/byte_planes.h"
#include "encoding/plane_samples.h"

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

/* The planes of rows: the noisy ones, which are stored, and the rest. */
struct split {
    size_t rows, width;
    size_t noisy;          /* planes that are noise */
    unsigned char bitmap[FILTER_WIDEST_ROW / 8]; /* of them */
};

static void note_noise(struct split *split, size_t plane)
{
    split->bitmap[plane / 8] |= (unsigned char)(1u << plane % 8);
    split->noisy++;
}

/*
 * Where most of a chunk is noise, planes that nearly are would cost most of the time, both ways, and make it smaller by
 * a few hundredths. Higher levels are for those who want these.
 */
static void find_noise(struct split *split, const unsigned char *raw, int level)
{
    unsigned char found[FILTER_WIDEST_ROW];

    for (size_t k = 0; k < split->width; k++) {
        found[k] = (unsigned char)msrck_plane_noise(raw + k, split->rows, split->width);
        if (found[k] == PLANE_IS_NOISE)
            note_noise(split, k);
    }
    if (level > 1 || split->noisy * 2 <= split->width)
        return;
    for (size_t k = 0; k < split->width; k++)
        if (found[k] == PLANE_IS_NEARLY_NOISE)
            note_noise(split, k);
}

/* Noisy planes one after the other to `noise`, the others to `rest`. */
static void regroup(const struct split *split, const unsigned char *raw, unsigned char *noise, unsigned char *rest)
{
    unsigned char *planes[FILTER_WIDEST_ROW];

    for (size_t k = 0; k < split->width; k++) {
        unsigned char **next = (split->bitmap[k / 8] >> k % 8 & 1) != 0 ? &noise : &rest;

        planes[k] = *next;
        *next += split->rows;
    }
    msrck_planes_split(raw, split->rows, split->width, planes);
}

/* Pieces below this lose more by their heads than by what they have in common with others. */
#define SMALLEST_PIECE 4096u

/*
 * What the planes in `rest` have in common. zstd tells a plane of one byte in a few; that takes it longer without
 * looking for matches than with it, so that not too many of them may be among the shuffled. zlib needs the match.
 */
static struct codec_hints hints_of(const struct split *split, uint32_t codec, const unsigned char *rest)
{
    struct codec_hints hints = { split->rows, false };
    size_t planes = split->width - split->noisy, shuffled = 0, constant = 0;

    if (hints.piece < SMALLEST_PIECE)
        hints.piece *= (SMALLEST_PIECE + split->rows - 1) / split->rows;
    for (size_t k = 0; k < planes && shuffled + constant == k; k++) {
        const unsigned char *plane = rest + k * split->rows;

        if (codec == CODEC_ZSTD && msrck_plane_is_constant(plane, split->rows))
            constant++;
        else if (msrck_plane_is_shuffled(plane, split->rows))
            shuffled++;
    }
    hints.shuffled = shuffled + constant == planes && shuffled >= constant;
    return hints;
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
 * Appends the bitmap and noisy planes, where there are any, and the rest compressed, *written bytes in all; that is 0,
 * and what was appended means nothing, when they would not be less than the raw bytes.
 */
static msrck_result encode_planes(const struct codec_choice *choice, struct split *split, const unsigned char *raw,
                                  struct chunk_scratch *scratch, struct byte_buffer *out, size_t *written,
                                  msrck_error *error)
{
    size_t length = split->rows * split->width, noise = split->noisy * split->rows, rest = length - noise;
    size_t head = noise > 0 ? bitmap_size(split->width) + noise : 0, room = msrck_codec_bound(choice->codec, rest);
    unsigned char *to, *planes;
    struct codec_hints hints;
    msrck_result result;

    *written = 0;
    if (head >= length)
        return MSRCK_OK;
    msrck_buffer_clear(&scratch->bytes);
    planes = msrck_buffer_extend(&scratch->bytes, rest);
    to = msrck_buffer_extend(out, head + room);
    if (planes == NULL || to == NULL)
        return msrck_fail_memory(error, length, "byte planes");
    if (noise > 0)
        memcpy(to, split->bitmap, bitmap_size(split->width));
    regroup(split, raw, to + (head - noise), planes);
    hints = hints_of(split, choice->codec, planes);
    result = msrck_codec_compress(choice->codec, choice->level, planes, rest, &hints, &scratch->codec, to + head, room,
                                  written, error);
    *written = *written > 0 && head + *written < length ? head + *written : 0;
    return result;
}

/* As above, of rows as they are. */
static msrck_result encode_rows(const struct codec_choice *choice, const unsigned char *raw, size_t length,
                                struct chunk_scratch *scratch, struct byte_buffer *out, size_t *written,
                                msrck_error *error)
{
    static const struct codec_hints nothing = { 0, false };
    size_t room = msrck_codec_bound(choice->codec, length);
    unsigned char *to = msrck_buffer_extend(out, room);
    msrck_result result;

    *written = 0;
    if (to == NULL)
        return msrck_fail_memory(error, room, "a chunk");
    result = msrck_codec_compress(choice->codec, choice->level, raw, length, &nothing, &scratch->codec, to, room,
                                  written, error);
    *written = *written < length ? *written : 0;
    return result;
}

msrck_result msrck_chunk_encode(const struct codec_choice *choice, const unsigned char *raw, size_t length,
                                size_t width, struct chunk_scratch *scratch, struct byte_buffer *out,
                                struct codec_choice *used, msrck_error *error)
{
    struct split split;
    size_t start = out->length, written = 0;
    msrck_result result;

    *used = *choice;
    if (choice->codec == CODEC_NONE || length == 0)
        return store(raw, length, out, used, error);
    if (choice->filter == FILTER_NONE || !can_filter(length, width)) {
        used->filter = FILTER_NONE;
        result = encode_rows(choice, raw, length, scratch, out, &written, error);
    } else {
        split.rows = length / width;
        split.width = width;
        split.noisy = 0;
        memset(split.bitmap, 0, bitmap_size(width));
        if (choice->filter == FILTER_SPLIT)
            find_noise(&split, raw, choice->level);
        used->filter = split.noisy > 0 ? FILTER_SPLIT : FILTER_PLANES;
        result = encode_planes(choice, &split, raw, scratch, out, &written, error);
    }
    out->length = start + written;
    if (result == MSRCK_OK && written == 0)
        return store(raw, length, out, used, error);
    return result;
}

void msrck_chunk_scratch_free(struct chunk_scratch *scratch)
{
    msrck_buffer_free(&scratch->bytes);
    msrck_codec_memory_free(&scratch->codec);
}

/* ---- Decoding ---- */

static msrck_result decode_planes(uint32_t codec, const unsigned char *stored, size_t stored_length, size_t width,
                                  unsigned char *raw, size_t raw_length, struct chunk_scratch *scratch,
                                  msrck_error *error)
{
    const unsigned char *planes[FILTER_WIDEST_ROW];
    size_t rows = raw_length / width;
    unsigned char *flat = msrck_buffer_extend(&scratch->bytes, raw_length);
    msrck_result result;

    if (flat == NULL)
        return msrck_fail_memory(error, raw_length, "byte planes");
    result = msrck_codec_expand(codec, stored, stored_length, &scratch->codec, flat, raw_length, error);
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
                                 unsigned char *raw, size_t raw_length, struct chunk_scratch *scratch, msrck_error *error)
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
    rest = msrck_buffer_extend(&scratch->bytes, raw_length - noisy * rows);
    if (rest == NULL)
        return msrck_fail_memory(error, raw_length, "byte planes");
    if (noisy < width)
        result = msrck_codec_expand(codec, stored + head, stored_length - head, &scratch->codec,
                                    (unsigned char *)(uintptr_t)rest, raw_length - noisy * rows, error);
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
                                size_t width, unsigned char *raw, size_t raw_length, struct chunk_scratch *scratch,
                                msrck_error *error)
{
    if (!msrck_codec_available(codec))
        return msrck_codec_expand(codec, NULL, 0, &scratch->codec, NULL, 0, error);
    if (raw_length > msrck_codec_most(codec, stored_length))
        return msrck_fail(error, MSRCK_CORRUPT, "%zu stored bytes cannot hold %zu", stored_length, raw_length);
    if (filter_used == FILTER_NONE)
        return msrck_codec_expand(codec, stored, stored_length, &scratch->codec, raw, raw_length, error);
    if (filter_used > FILTER_SPLIT)
        return msrck_fail(error, MSRCK_UNSUPPORTED, "filter %u is unknown", filter_used);
    if (width < 2 || width > FILTER_WIDEST_ROW || raw_length == 0 || raw_length % width != 0)
        return msrck_fail(error, MSRCK_CORRUPT, "filter %s on %zu bytes in rows of %zu", msrck_filter_name(filter_used),
                          raw_length, width);
    msrck_buffer_clear(&scratch->bytes);
    if (filter_used == FILTER_PLANES)
        return decode_planes(codec, stored, stored_length, width, raw, raw_length, scratch, error);
    return decode_split(codec, stored, stored_length, width, raw, raw_length, scratch, error);
}
