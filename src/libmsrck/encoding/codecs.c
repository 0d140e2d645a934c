/* SPDX-License-Identifier: MIT */
#include "encoding/codecs.h"

#include <string.h>

#include <zlib.h>
#ifdef MSRCK_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif
#ifdef MSRCK_HAVE_ZSTD
/* For the parameters that say what is known of literals and buffers. */
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>
#endif

#include "encoding/chunk_codec.h"

/* ---- zlib ---- */

#define ZLIB_DEFAULT_LEVEL 1
#define ZLIB_LAST_LEVEL 9
/* Its own default. */
#define ZLIB_MEMORY_LEVEL 8

/* zlib counts with unsigned int: hands over the next piece of a longer area. */
static uInt next_piece(size_t left)
{
    const size_t most = (size_t)1 << 30;

    return (uInt)(left < most ? left : most);
}

static msrck_result compress_zlib(int level, const unsigned char *from, size_t length, bool shuffled, unsigned char *to,
                                  size_t room, size_t *written, msrck_error *error)
{
    z_stream stream = { 0 };
    size_t in_left = length, out_left = room;
    int status;

    level = level < 1 ? ZLIB_DEFAULT_LEVEL : level > ZLIB_LAST_LEVEL ? ZLIB_LAST_LEVEL : level;
    if (deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS, ZLIB_MEMORY_LEVEL,
                     shuffled ? Z_HUFFMAN_ONLY : Z_DEFAULT_STRATEGY) != Z_OK)
        return msrck_fail_memory(error, length, "compression");
    do {
        uInt in_piece = next_piece(in_left), out_piece = next_piece(out_left);

        stream.next_in = (unsigned char *)(uintptr_t)(from + (length - in_left)); /* only read */
        stream.avail_in = in_piece;
        stream.next_out = to + (room - out_left);
        stream.avail_out = out_piece;
        status = deflate(&stream, in_piece == in_left ? Z_FINISH : Z_NO_FLUSH);
        in_left -= in_piece - stream.avail_in;
        out_left -= out_piece - stream.avail_out;
    } while (status == Z_OK && out_left > 0);
    deflateEnd(&stream);
    *written = status == Z_STREAM_END ? room - out_left : 0;
    return MSRCK_OK;
}

#ifdef MSRCK_HAVE_LIBDEFLATE

/* Several times as fast as zlib's own, with the same result. */
static msrck_result expand_zlib(const unsigned char *from, size_t stored, struct codec_memory *memory,
                                unsigned char *to, size_t length, msrck_error *error)
{
    enum libdeflate_result status;
    size_t used = 0, given = 0;

    if (memory->inflater == NULL)
        memory->inflater = libdeflate_alloc_decompressor();
    if (memory->inflater == NULL)
        return msrck_fail_memory(error, length, "decompression");
    status = libdeflate_zlib_decompress_ex(memory->inflater, from, stored, to, length, &used, &given);
    if (status != LIBDEFLATE_SUCCESS || used != stored || given != length)
        return msrck_fail(error, MSRCK_CORRUPT, "compressed bytes are no zlib stream of %zu bytes", length);
    return MSRCK_OK;
}

#else

static msrck_result expand_zlib(const unsigned char *from, size_t stored, struct codec_memory *memory,
                                unsigned char *to, size_t length, msrck_error *error)
{
    z_stream stream = { 0 };
    size_t in_left = stored, out_left = length;
    unsigned char nothing;
    int status;

    (void)memory;
    if (inflateInit(&stream) != Z_OK)
        return msrck_fail_memory(error, length, "decompression");
    do {
        uInt in_piece = next_piece(in_left), out_piece = next_piece(out_left);

        stream.next_in = (unsigned char *)(uintptr_t)(from + (stored - in_left)); /* only read */
        stream.avail_in = in_piece;
        /* zlib refuses a NULL output even where it has nothing to write. */
        stream.next_out = out_left > 0 ? to + (length - out_left) : &nothing;
        stream.avail_out = out_piece;
        status = inflate(&stream, Z_NO_FLUSH);
        in_left -= in_piece - stream.avail_in;
        out_left -= out_piece - stream.avail_out;
        if (in_piece == stream.avail_in && out_piece == stream.avail_out)
            break;
    } while (status == Z_OK);
    inflateEnd(&stream);
    if (status == Z_MEM_ERROR)
        return msrck_fail_memory(error, length, "decompression");
    if (status != Z_STREAM_END || in_left != 0 || out_left != 0)
        return msrck_fail(error, MSRCK_CORRUPT, "compressed bytes are no zlib stream of %zu bytes", length);
    return MSRCK_OK;
}

#endif

/* ---- zstd ---- */

#ifdef MSRCK_HAVE_ZSTD

#define ZSTD_DEFAULT_LEVEL 1
#define ZSTD_LAST_LEVEL 19

/* Errors show when compressing: a parameter that a version of zstd does not know leaves a valid frame all the same. */
static void set_parameter(ZSTD_CCtx *compressor, ZSTD_cParameter parameter, int value)
{
    (void)ZSTD_CCtx_setParameter(compressor, parameter, value);
}

/* Bytes without order: only coding by frequency pays, so that zstd is to look for matches next to nowhere. */
static void prepare_zstd(ZSTD_CCtx *compressor, int level, size_t length, bool shuffled)
{
    (void)ZSTD_CCtx_reset(compressor, ZSTD_reset_session_and_parameters);
    set_parameter(compressor, ZSTD_c_compressionLevel, shuffled ? ZSTD_DEFAULT_LEVEL : level);
    if (shuffled) {
        set_parameter(compressor, ZSTD_c_strategy, ZSTD_fast);
        set_parameter(compressor, ZSTD_c_targetLength, ZSTD_TARGETLENGTH_MAX);
        set_parameter(compressor, ZSTD_c_hashLog, ZSTD_HASHLOG_MIN);
        set_parameter(compressor, ZSTD_c_literalCompressionMode, ZSTD_lcm_huffman);
    }
#if ZSTD_VERSION_NUMBER >= 10502
    /* Left alone, levels 5 to 12 search in another way, and find other matches, where the processor has vectors. */
    set_parameter(compressor, ZSTD_c_useRowMatchFinder,
                  ZSTD_getCParams(level, length, 0).windowLog > 14 ? ZSTD_ps_enable : ZSTD_ps_disable);
    set_parameter(compressor, ZSTD_c_stableInBuffer, 1);
    set_parameter(compressor, ZSTD_c_stableOutBuffer, 1);
#else
    (void)length;
#endif
}

/*
 * One frame, with a new block, and so new statistics, for each piece. Near the end of its room zstd gives up sooner or
 * later with the width of the words it writes: only with the whole bound is the outcome the same on every machine.
 */
static msrck_result compress_zstd(int level, const unsigned char *from, size_t length, const struct codec_hints *hints,
                                  struct codec_memory *memory, unsigned char *to, size_t room, size_t *written,
                                  msrck_error *error)
{
    ZSTD_outBuffer out = { to, room, 0 };
    ZSTD_inBuffer in = { from, 0, 0 };
    size_t left;

    if (memory->compressor == NULL)
        memory->compressor = ZSTD_createCCtx();
    if (memory->compressor == NULL)
        return msrck_fail_memory(error, length, "compression");
    level = level < 1 ? ZSTD_DEFAULT_LEVEL : level > ZSTD_LAST_LEVEL ? ZSTD_LAST_LEVEL : level;
    prepare_zstd(memory->compressor, level, length, hints->shuffled);
    (void)ZSTD_CCtx_setPledgedSrcSize(memory->compressor, length);
    do {
        in.size = hints->piece == 0 || hints->piece >= length - in.size ? length : in.size + hints->piece;
        left = ZSTD_compressStream2(memory->compressor, &out, &in, in.size == length ? ZSTD_e_end : ZSTD_e_flush);
    } while (left == 0 && in.size < length);
    if (ZSTD_isError(left) && ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation)
        return msrck_fail_memory(error, length, "compression");
    *written = left == 0 ? out.pos : 0;
    return MSRCK_OK;
}

static msrck_result expand_zstd(const unsigned char *from, size_t stored, struct codec_memory *memory,
                                unsigned char *to, size_t length, msrck_error *error)
{
    /* zstd would take several frames, or frames to skip, one after the other: only one data frame is ours. */
    bool one_frame =
        ZSTD_findFrameCompressedSize(from, stored) == stored && ZSTD_getFrameContentSize(from, stored) == length;

    if (memory->expander == NULL)
        memory->expander = ZSTD_createDCtx();
    if (memory->expander == NULL)
        return msrck_fail_memory(error, length, "decompression");
    if (!one_frame || ZSTD_decompressDCtx(memory->expander, to, length, from, stored) != length)
        return msrck_fail(error, MSRCK_CORRUPT, "compressed bytes are no zstd frame of %zu bytes", length);
    return MSRCK_OK;
}

#endif

/* ---- By number ---- */

static msrck_result unavailable(uint32_t codec, msrck_error *error)
{
    if (codec == CODEC_ZSTD)
        return msrck_fail(error, MSRCK_UNSUPPORTED, "codec zstd is not in this build");
    return msrck_fail(error, MSRCK_UNSUPPORTED, "codec %u is unknown", codec);
}

size_t msrck_codec_bound(uint32_t codec, size_t length)
{
#ifdef MSRCK_HAVE_ZSTD
    if (codec == CODEC_ZSTD)
        return ZSTD_COMPRESSBOUND(length);
#else
    (void)codec;
#endif
    return length;
}

msrck_result msrck_codec_compress(uint32_t codec, int level, const unsigned char *from, size_t length,
                                  const struct codec_hints *hints, struct codec_memory *memory, unsigned char *to,
                                  size_t room, size_t *written, msrck_error *error)
{
    *written = 0;
    switch (codec) {
    case CODEC_NONE:
        if (length > 0 && length <= room)
            memcpy(to, from, length);
        *written = length <= room ? length : 0;
        return MSRCK_OK;
    case CODEC_ZLIB:
        return compress_zlib(level, from, length, hints->shuffled, to, room, written, error);
#ifdef MSRCK_HAVE_ZSTD
    case CODEC_ZSTD:
        return compress_zstd(level, from, length, hints, memory, to, room, written, error);
#endif
    default:
        (void)memory;
        return unavailable(codec, error);
    }
}

msrck_result msrck_codec_expand(uint32_t codec, const unsigned char *from, size_t stored, struct codec_memory *memory,
                                unsigned char *to, size_t length, msrck_error *error)
{
    switch (codec) {
    case CODEC_NONE:
        if (stored != length)
            return msrck_fail(error, MSRCK_CORRUPT, "%zu bytes are stored for %zu", stored, length);
        if (length > 0)
            memcpy(to, from, length);
        return MSRCK_OK;
    case CODEC_ZLIB:
        return expand_zlib(from, stored, memory, to, length, error);
#ifdef MSRCK_HAVE_ZSTD
    case CODEC_ZSTD:
        return expand_zstd(from, stored, memory, to, length, error);
#endif
    default:
        return unavailable(codec, error);
    }
}

void msrck_codec_memory_free(struct codec_memory *memory)
{
#ifdef MSRCK_HAVE_ZSTD
    ZSTD_freeCCtx(memory->compressor);
    ZSTD_freeDCtx(memory->expander);
#endif
#ifdef MSRCK_HAVE_LIBDEFLATE
    libdeflate_free_decompressor(memory->inflater);
#endif
    memset(memory, 0, sizeof *memory);
}

bool msrck_codec_available(uint32_t codec)
{
#ifdef MSRCK_HAVE_ZSTD
    return codec <= CODEC_ZSTD;
#else
    return codec <= CODEC_ZLIB;
#endif
}

const char *msrck_codec_name(uint32_t codec)
{
    static const char *const names[] = { "none", "zlib", "zstd" };

    return codec < sizeof names / sizeof names[0] ? names[codec] : "unknown";
}

/* The product, or the largest number where it would be larger. */
static uint64_t saturated(uint64_t factor, uint64_t length, uint64_t more)
{
    return length > (UINT64_MAX - more) / factor ? UINT64_MAX : factor * length + more;
}

uint64_t msrck_codec_most(uint32_t codec, uint64_t stored_length)
{
    switch (codec) {
    case CODEC_NONE:
        return stored_length;
    case CODEC_ZLIB:
        /*
         * Deflate's shortest code is one bit for the longest match of 258 bytes, twice a bit for length and distance:
         * 1032 to one.
         */
        return saturated(1032, stored_length, 64);
    case CODEC_ZSTD:
        /* A block of one repeated byte takes four bytes for 128 KiB. */
        return saturated(32768, stored_length, 131072);
    default:
        return 0;
    }
}
