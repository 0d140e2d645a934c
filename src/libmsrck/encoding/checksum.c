/* SPDX-License-Identifier: MIT */
#include "encoding/checksum.h"

#ifdef MSRCK_HAVE_LIBDEFLATE

#include <libdeflate.h>

uint32_t msrck_crc32(uint32_t crc, const void *bytes, size_t length)
{
    /* A NULL buffer would mean "the initial value" to libdeflate, whatever `crc` is. */
    return length == 0 ? crc : libdeflate_crc32(crc, bytes, length);
}

#else

#include <zlib.h>

/* zlib counts bytes with an unsigned int. */
#define MOST_AT_ONCE ((size_t)1 << 30)

uint32_t msrck_crc32(uint32_t crc, const void *bytes, size_t length)
{
    const unsigned char *next = bytes;
    uLong sum = crc;

    while (length > 0) {
        size_t piece = length < MOST_AT_ONCE ? length : MOST_AT_ONCE;

        sum = crc32(sum, next, (uInt)piece);
        next += piece;
        length -= piece;
    }
    return (uint32_t)sum;
}

#endif
