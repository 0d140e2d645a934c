/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "encoding/checksum.h"
#include "encoding/chunk_codec.h"
#include "encoding/codecs.h"

static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return *state >> 16;
}

enum content { ZEROS, NOISE, SMOOTH, RECORDS, SHUFFLED, NEARLY, CONTENTS };

/*
 * SMOOTH: in rows of 8, slowly changing upper bytes before noise. RECORDS: small numbers and addresses that ascend.
 * SHUFFLED: columns of 2, 66, 130, ... values without order. NEARLY: columns
 * of 2, 100, 256, 256 and 256 values.
 */
static unsigned char *make(int content, size_t length, size_t width)
{
    unsigned char *raw = calloc(length + 1, 1);
    unsigned state = 7;

    for (size_t i = 0; i < length && content != ZEROS; i++) {
        size_t row = i / width, column = i % width;

        if (content == NOISE || (content == SMOOTH && column >= width / 2))
            raw[i] = (unsigned char)next_random(&state);
        else if (content == SHUFFLED)
            raw[i] = (unsigned char)(next_random(&state) % (2 + 64 * (column % 4)));
        else if (content == NEARLY)
            raw[i] = (unsigned char)(next_random(&state) % (column % 5 == 0 ? 2 : column % 5 == 1 ? 100 : 256));
        else if (content == SMOOTH)
            raw[i] = (unsigned char)(row >> (7 * (width / 2 - column)) % 28);
        else
            raw[i] = column % 4 == 3 ? (unsigned char)(3 * row) : column % 4 == 2 ? (unsigned char)(3 * row >> 8) : 0;
    }
    return raw;
}

static void check_round_trip(struct codec_choice choice, int content, size_t length, size_t width)
{
    unsigned char *raw = make(content, length, width), *back = malloc(length + 1);
    struct chunk_scratch scratch = CHUNK_SCRATCH_INIT;
    struct byte_buffer out = BYTE_BUFFER_INIT;
    struct codec_choice used;
    msrck_error error = MSRCK_ERROR_INIT;

    msrck_buffer_append(&out, "before", 6);
    cr_assert_eq(msrck_chunk_encode(&choice, raw, length, width, &scratch, &out, &used, &error), MSRCK_OK, "%s",
                 error.message);
    cr_assert(memcmp(out.bytes, "before", 6) == 0);
    cr_assert_leq(out.length - 6, length, "content %d, length %zu, width %zu", content, length, width);
    if (used.codec == CODEC_NONE)
        cr_assert_eq(used.filter, FILTER_NONE);
    cr_assert_geq(msrck_codec_most(used.codec, out.length - 6), length);
    back[length] = 0xee;
    cr_assert_eq(msrck_chunk_decode(used.codec, used.filter, out.bytes + 6, out.length - 6, width, back, length,
                                    &scratch, &error),
                 MSRCK_OK, "content %d, length %zu, width %zu: %s", content, length, width, error.message);
    cr_assert(memcmp(raw, back, length) == 0, "content %d, length %zu, width %zu", content, length, width);
    cr_assert_eq(back[length], 0xee);
    msrck_chunk_scratch_free(&scratch);
    msrck_buffer_free(&out);
    free(raw);
    free(back);
}

/* Small chunks that are hard to compress: whether they are stored must not hang on how much room a codec likes to have. */
Test(chunk_codec, a_chunk_is_stored_exactly_when_it_does_not_shrink)
{
    struct chunk_scratch scratch = CHUNK_SCRATCH_INIT;
    struct byte_buffer out = BYTE_BUFFER_INIT;
    unsigned char raw[64], compressed[1024];
    unsigned state = 11, shrunk = 0;

    for (unsigned round = 0; round < 20000; round++) {
        struct codec_choice choice = { CODEC_ZLIB + round % 2, FILTER_NONE, 1 }, used;
        size_t length = 20 + next_random(&state) % (sizeof raw - 20), written;
        unsigned different = 2 + next_random(&state) % 60;

        if (!msrck_codec_available(choice.codec))
            continue;
        for (size_t i = 0; i < length; i++)
            raw[i] = (unsigned char)(next_random(&state) % different);
        cr_assert_leq(msrck_codec_bound(choice.codec, length), sizeof compressed);
        cr_assert_eq(msrck_codec_compress(choice.codec, 1, raw, length, &(struct codec_hints){ 0, false }, &scratch.codec,
                                          compressed, sizeof compressed, &written, NULL),
                     MSRCK_OK);
        out.length = 0;
        cr_assert_eq(msrck_chunk_encode(&choice, raw, length, 1, &scratch, &out, &used, NULL), MSRCK_OK);
        cr_assert_eq(used.codec, written < length ? choice.codec : CODEC_NONE, "codec %u: %zu bytes become %zu",
                     choice.codec, length, written);
        cr_assert_eq(out.length, written < length ? written : length);
        shrunk += written < length;
    }
    cr_assert_gt(shrunk, 1000u);
    msrck_chunk_scratch_free(&scratch);
    msrck_buffer_free(&out);
}

Test(chunk_codec, chunks_survive_every_choice)
{
    static const size_t widths[] = { 1, 2, 3, 4, 8, 12, 16, 20, 84, 400, 5000 };

    for (uint32_t codec = CODEC_NONE; codec <= CODEC_ZSTD; codec++) {
        if (!msrck_codec_available(codec))
            continue;
        for (uint32_t filter = FILTER_NONE; filter <= FILTER_SPLIT; filter++) {
            for (size_t k = 0; k < sizeof widths / sizeof widths[0]; k++) {
                for (int content = ZEROS; content < CONTENTS; content++) {
                    struct codec_choice choice = { codec, filter, content };

                    check_round_trip(choice, content, 1, 1);
                    check_round_trip(choice, content, widths[k], widths[k]);
                    check_round_trip(choice, content, 3 * widths[k], widths[k]);
                    check_round_trip(choice, content, 60000 / widths[k] * widths[k], widths[k]);
                }
            }
        }
    }
}

/* ---- What is chosen ---- */

static struct codec_choice used_for(struct codec_choice choice, int content, size_t length, size_t width,
                                    struct byte_buffer *out)
{
    unsigned char *raw = make(content, length, width);
    struct chunk_scratch scratch = CHUNK_SCRATCH_INIT;
    struct codec_choice used;

    cr_assert_eq(msrck_chunk_encode(&choice, raw, length, width, &scratch, out, &used, NULL), MSRCK_OK);
    msrck_chunk_scratch_free(&scratch);
    free(raw);
    return used;
}

static struct codec_choice choose(uint32_t codec, uint32_t filter, int content, size_t length, size_t width)
{
    struct byte_buffer out = BYTE_BUFFER_INIT;
    struct codec_choice used = used_for((struct codec_choice){ codec, filter, 1 }, content, length, width, &out);

    msrck_buffer_free(&out);
    return used;
}

Test(chunk_codec, only_what_helps_is_done)
{
    struct codec_choice used = choose(CODEC_ZLIB, FILTER_SPLIT, SMOOTH, 64000, 8);

    cr_expect_eq(used.filter, FILTER_SPLIT, "noisy planes are stored");
    cr_expect_eq(used.codec, CODEC_ZLIB);
    used = choose(CODEC_ZLIB, FILTER_SPLIT, RECORDS, 64000, 8);
    cr_expect_eq(used.filter, FILTER_PLANES, "without a noisy plane there is no bitmap");
    used = choose(CODEC_ZLIB, FILTER_SPLIT, NOISE, 64000, 8);
    cr_expect(used.filter == FILTER_NONE && used.codec == CODEC_NONE, "noise is stored");
    used = choose(CODEC_ZLIB, FILTER_NONE, NOISE, 64000, 8);
    cr_expect(used.filter == FILTER_NONE && used.codec == CODEC_NONE, "noise is stored");
    used = choose(CODEC_ZLIB, FILTER_SPLIT, RECORDS, 64000, 1);
    cr_expect(used.filter == FILTER_NONE && used.codec == CODEC_ZLIB, "rows of one byte have nothing to regroup");
    used = choose(CODEC_NONE, FILTER_SPLIT, ZEROS, 64000, 8);
    cr_expect(used.filter == FILTER_NONE && used.codec == CODEC_NONE, "no codec, no filter");
}

/* The bitmap of the planes that are stored, of rows of `width` bytes. */
static unsigned stored_planes(int level, size_t width)
{
    struct byte_buffer out = BYTE_BUFFER_INIT;
    struct codec_choice used = used_for((struct codec_choice){ CODEC_ZLIB, FILTER_SPLIT, level }, NEARLY, 80000, width, &out);
    unsigned bitmap = used.filter == FILTER_SPLIT ? out.bytes[0] : 0;

    msrck_buffer_free(&out);
    return bitmap;
}

Test(chunk_codec, planes_that_are_nearly_noise_are_stored_beside_noise)
{
    cr_expect_eq(stored_planes(1, 5), 0x1e, "three of five planes are noise, one nearly");
    cr_expect_eq(stored_planes(0, 5), 0x1e, "level 0 is the level by default");
    cr_expect_eq(stored_planes(2, 5), 0x1c, "higher levels are asked for by those who want the smaller file");
    cr_expect_eq(stored_planes(1, 4), 0x0c, "two planes of four are not most of them");
    cr_expect_eq(stored_planes(1, 2), 0);
}

Test(chunk_codec, split_layout_is_that_of_the_format)
{
    struct byte_buffer out = BYTE_BUFFER_INIT;
    struct codec_choice used = used_for((struct codec_choice){ CODEC_ZLIB, FILTER_SPLIT, 1 }, SMOOTH, 80000, 8, &out);
    unsigned char *raw = make(SMOOTH, 80000, 8);

    cr_assert_eq(used.filter, FILTER_SPLIT);
    cr_assert_eq(out.bytes[0], 0xf0, "planes 4 to 7 are noise");
    for (size_t i = 0; i < 10000; i++)
        for (size_t k = 4; k < 8; k++)
            cr_assert_eq(out.bytes[1 + (k - 4) * 10000 + i], raw[i * 8 + k]);
    cr_assert_eq(out.bytes[40001] & 0x0f, 8, "then a zlib stream");
    free(raw);
    msrck_buffer_free(&out);
}

/*
 * The planes and the decision about noise may not depend on the machine; zlib's own bytes may change with its version.
 */
Test(chunk_codec, noisy_planes_are_the_same_everywhere)
{
    struct byte_buffer out = BYTE_BUFFER_INIT;

    used_for((struct codec_choice){ CODEC_ZLIB, FILTER_SPLIT, 1 }, SMOOTH, 80000, 8, &out);
    cr_assert_eq(msrck_crc32(0, out.bytes, 40001), 0xbf871dc5u, "%08x", msrck_crc32(0, out.bytes, 40001));
    msrck_buffer_free(&out);
}

/* 1, 6.04 and 7.02 bits a row, then noise: what comes out is to be next to that, and nothing else. */
Test(chunk_codec, shuffled_planes_shrink_to_what_their_bytes_weigh)
{
    struct byte_buffer out = BYTE_BUFFER_INIT;

    for (uint32_t codec = CODEC_ZLIB; codec <= CODEC_ZSTD; codec++) {
        if (!msrck_codec_available(codec))
            continue;
        out.length = 0;
        used_for((struct codec_choice){ codec, FILTER_SPLIT, 1 }, SHUFFLED, 120000, 3, &out);
        cr_expect_lt(out.length, codec == CODEC_ZSTD ? 71500u : 78000u, "codec %u: %zu bytes", codec, out.length);
        cr_expect_gt(out.length, 70300u, "codec %u: %zu bytes", codec, out.length);
    }
    msrck_buffer_free(&out);
}

/* ---- Hostile chunks ---- */

struct chunk {
    struct byte_buffer out;
    struct chunk_scratch scratch;
    struct codec_choice used;
    unsigned char raw[40001];
    size_t width;
};

static void begin_chunk(struct chunk *c, uint32_t codec, uint32_t filter, int content)
{
    memset(c, 0, sizeof *c);
    c->width = 8;
    c->used = used_for((struct codec_choice){ codec, filter, 1 }, content, 40000, 8, &c->out);
}

static msrck_result decode(struct chunk *c, size_t stored, size_t raw_length, msrck_error *error)
{
    /* In memory of exactly that size, so that a sanitizer sees the first byte read or written too far. */
    unsigned char *from = malloc(stored), *to = malloc(raw_length);
    msrck_result result;

    memcpy(from, c->out.bytes, stored);
    result =
        msrck_chunk_decode(c->used.codec, c->used.filter, from, stored, c->width, to, raw_length, &c->scratch, error);
    free(from);
    free(to);
    return result;
}

static void end_chunk(struct chunk *c)
{
    msrck_buffer_free(&c->out);
    msrck_chunk_scratch_free(&c->scratch);
}

#define FOR_EACH_CHUNK(c) \
    for (uint32_t codec = CODEC_NONE; codec <= CODEC_ZSTD; codec++) \
        for (uint32_t filter = FILTER_NONE; filter <= FILTER_SPLIT && msrck_codec_available(codec); filter++) \
            for (int content = SMOOTH; content <= RECORDS && (begin_chunk(c, codec, filter, content), true); \
                 content++, end_chunk(c))

Test(chunk_codec, cut_chunks_are_corrupt)
{
    static struct chunk c;

    FOR_EACH_CHUNK(&c)
    for (size_t stored = 0; stored < c.out.length; stored += 1 + stored / 7)
        cr_assert_eq(decode(&c, stored, 40000, NULL), MSRCK_CORRUPT, "codec %u filter %u, %zu of %zu bytes", codec,
                     filter, stored, c.out.length);
}

Test(chunk_codec, trailing_bytes_are_corrupt)
{
    static struct chunk c;

    FOR_EACH_CHUNK(&c)
    {
        msrck_buffer_append(&c.out, "", 1);
        cr_assert_eq(decode(&c, c.out.length, 40000, NULL), MSRCK_CORRUPT, "codec %u filter %u", codec, filter);
    }
}

Test(chunk_codec, another_length_is_corrupt)
{
    static const size_t lengths[] = { 8, 39992, 39999, 40008, 80000, 1 << 30 };
    static struct chunk c;

    FOR_EACH_CHUNK(&c)
    {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            msrck_error error = MSRCK_ERROR_INIT;

            cr_assert_eq(decode(&c, c.out.length, lengths[i], &error), MSRCK_CORRUPT, "codec %u filter %u, %zu bytes",
                         codec, filter, lengths[i]);
            cr_assert_neq(error.message[0], '\0');
        }
    }
}

Test(chunk_codec, altered_chunks_give_an_error_or_bytes)
{
    static struct chunk c;
    unsigned state = 11;

    FOR_EACH_CHUNK(&c)
    {
        for (unsigned pass = 0; pass < 200; pass++) {
            size_t at = next_random(&state) % (pass % 2 == 0 && c.out.length > 64 ? 64 : c.out.length);
            unsigned char old = c.out.bytes[at];
            msrck_result result;

            c.out.bytes[at] ^= (unsigned char)(1 + next_random(&state) % 255);
            result = decode(&c, c.out.length, 40000, NULL);
            cr_assert(result == MSRCK_OK || result == MSRCK_CORRUPT);
            c.out.bytes[at] = old;
        }
    }
}

Test(chunk_codec, bitmap_beyond_the_width_is_corrupt)
{
    static struct chunk c;
    msrck_error error = MSRCK_ERROR_INIT;

    begin_chunk(&c, CODEC_ZLIB, FILTER_SPLIT, SMOOTH);
    c.width = 5; /* the bitmap has bits up to 7 */
    cr_assert_eq(decode(&c, c.out.length, 40000, &error), MSRCK_CORRUPT);
    end_chunk(&c);
}

Test(chunk_codec, unknown_numbers_are_unsupported)
{
    struct chunk_scratch scratch = CHUNK_SCRATCH_INIT;
    unsigned char raw[8] = { 0 };

    cr_assert_eq(msrck_chunk_decode(3, 0, raw, 8, 8, raw, 8, &scratch, NULL), MSRCK_UNSUPPORTED);
    cr_assert_eq(msrck_chunk_decode(0, 3, raw, 8, 8, raw, 8, &scratch, NULL), MSRCK_UNSUPPORTED);
    cr_assert_not(msrck_codec_available(3));
    cr_assert_str_eq(msrck_codec_name(3), "unknown");
    cr_assert_str_eq(msrck_filter_name(3), "unknown");
    cr_assert_str_eq(msrck_filter_name(FILTER_SPLIT), "split");
}

Test(chunk_codec, most_never_overflows)
{
    cr_assert_eq(msrck_codec_most(CODEC_NONE, 77), 77);
    cr_assert_eq(msrck_codec_most(CODEC_ZLIB, UINT64_MAX), UINT64_MAX);
    cr_assert_eq(msrck_codec_most(CODEC_ZSTD, UINT64_MAX / 2), UINT64_MAX);
    cr_assert_eq(msrck_codec_most(CODEC_ZLIB, 100), 103264);
}
