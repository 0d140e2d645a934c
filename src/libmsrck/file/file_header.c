/* SPDX-License-Identifier: MIT */
/* The first 64 bytes, and what can be told from them when they are wrong. */
#include "file/container.h"

#include <string.h>

#include "base/big_endian.h"
#include "encoding/checksum.h"
#include "encoding/chunk_codec.h"
#include "file/metadata.h"

/*
 * A byte above 127, CR LF, the character that ends text on some systems, LF: each is changed by some transfer that
 * takes the file for text.
 */
static const unsigned char magic[8] = { 0x89, 'M', 'C', 'K', 0x0d, 0x0a, 0x1a, 0x0a };

#define KNOWN_MUST_UNDERSTAND FEATURE_ZSTD
#define KNOWN_MAY_READ UINT64_C(0)

void msrck_header_encode(const struct file_header *header, unsigned char bytes[HEADER_SIZE])
{
    memset(bytes, 0, HEADER_SIZE);
    memcpy(bytes, magic, sizeof magic);
    store_be16(bytes + 8, header->major);
    store_be16(bytes + 10, header->minor);
    store_be32(bytes + 12, header->pointer_width);
    store_be64(bytes + 16, header->may_ignore);
    store_be64(bytes + 24, header->may_read);
    store_be64(bytes + 32, header->must_understand);
    store_be32(bytes + 60, msrck_crc32(0, bytes, 60));
}

/* How the magic looks after each kind of damage that text transfers do, or NULL. */
static const char *text_mode_damage(const unsigned char *bytes, size_t length)
{
    static const struct { size_t length; unsigned char bytes[10]; const char *what; } damages[] = {
        { 7, { 0x89, 'M', 'C', 'K', 0x0a, 0x1a, 0x0a }, "CR LF became LF" },
        { 8, { 0x89, 'M', 'C', 'K', 0x0d, 0x0d, 0x0a, 0x1a }, "LF became CR LF" },
        { 8, { 0x89, 'M', 'C', 'K', 0x0d, 0x0a, 0x1a, 0x0d }, "LF became CR LF" },
        { 7, { 0x89, 'M', 'C', 'K', 0x0d, 0x1a, 0x0d }, "LF became CR" },
        { 4, { 0x09, 'M', 'C', 'K' }, "the eighth bit was cut off" },
        { 5, { 0xc2, 0x89, 'M', 'C', 'K' }, "bytes were recoded as UTF-8" },
        { 6, { 0xef, 0xbf, 0xbd, 'M', 'C', 'K' }, "bytes were recoded as UTF-8" },
    };

    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++)
        if (length >= damages[i].length && memcmp(bytes, damages[i].bytes, damages[i].length) == 0)
            return damages[i].what;
    return NULL;
}

static msrck_result check_magic(const unsigned char *bytes, size_t length, msrck_error *error)
{
    size_t compared = length < sizeof magic ? length : sizeof magic;
    const char *damage = text_mode_damage(bytes, length);

    if (length == 0)
        return msrck_fail(error, MSRCK_NOT_A_CHECKPOINT, "is empty");
    if (damage != NULL)
        return msrck_fail_at(error, MSRCK_CORRUPT, 0, "the file was transferred in text mode: %s", damage);
    if (memcmp(bytes, magic, compared) != 0)
        return msrck_fail(error, MSRCK_NOT_A_CHECKPOINT, "is not a checkpoint");
    if (length < HEADER_SIZE)
        return msrck_fail_at(error, MSRCK_TRUNCATED, length, "the file ends inside its header");
    if (load_be32(bytes + 60) != msrck_crc32(0, bytes, 60))
        return msrck_fail_at(error, MSRCK_CORRUPT, 0, "the header does not match its checksum");
    return MSRCK_OK;
}

static bool all_zero(const unsigned char *bytes, size_t length)
{
    unsigned char any = 0;

    for (size_t i = 0; i < length; i++)
        any |= bytes[i];
    return any == 0;
}

static msrck_result check_features(const struct file_header *header, msrck_error *error)
{
    uint64_t unknown = header->must_understand & ~KNOWN_MUST_UNDERSTAND;

    if (unknown != 0)
        return msrck_fail(error, MSRCK_UNSUPPORTED, "needs a newer msrck: feature bits 0x%llx are unknown",
                          (unsigned long long)unknown);
    if ((header->must_understand & FEATURE_ZSTD) != 0 && !msrck_codec_available(CODEC_ZSTD))
        return msrck_fail(error, MSRCK_UNSUPPORTED, "is coded with zstd, which this build of msrck lacks");
    return MSRCK_OK;
}

msrck_result msrck_header_decode(const unsigned char *bytes, size_t length, struct file_header *header,
                                 msrck_error *error)
{
    msrck_result result = check_magic(bytes, length, error);

    if (result != MSRCK_OK)
        return result;
    header->major = load_be16(bytes + 8);
    header->minor = load_be16(bytes + 10);
    header->pointer_width = load_be32(bytes + 12);
    header->may_ignore = load_be64(bytes + 16);
    header->may_read = load_be64(bytes + 24);
    header->must_understand = load_be64(bytes + 32);
    if (header->major > FORMAT_MAJOR)
        return msrck_fail(error, MSRCK_UNSUPPORTED, "needs a newer msrck: format %u.%u, this one reads %u.x",
                          header->major, header->minor, FORMAT_MAJOR);
    if (header->major == 0)
        return msrck_fail_at(error, MSRCK_CORRUPT, 8, "format version 0 does not exist");
    result = check_features(header, error);
    if (result != MSRCK_OK)
        return result;
    if (header->pointer_width != 4 && header->pointer_width != 8)
        return msrck_fail_at(error, MSRCK_CORRUPT, 12, "pointer width %u is neither 4 nor 8", header->pointer_width);
    /* A newer minor version may use the reserved bytes for what older readers need not know. */
    if (header->minor <= FORMAT_MINOR && !all_zero(bytes + 40, 20))
        return msrck_fail_at(error, MSRCK_CORRUPT, 40, "reserved bytes of the header are not zero");
    return MSRCK_OK;
}

msrck_result msrck_header_restorable(const struct file_header *header, msrck_error *error)
{
    uint64_t unknown = header->may_read & ~KNOWN_MAY_READ;

    if (unknown != 0)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                          "can be read, but restoring needs a newer msrck: feature bits 0x%llx are unknown",
                          (unsigned long long)unknown);
    return MSRCK_OK;
}
