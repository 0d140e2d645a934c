/* SPDX-License-Identifier: MIT */
/* CRC-32 (ISO-HDLC, as in zlib and PNG): against accidents, not against attackers. */
#ifndef MSRCK_ENCODING_CHECKSUM_H
#define MSRCK_ENCODING_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Continues `crc` (0 to begin) over the bytes. libdeflate where the build found it, else zlib. */
uint32_t msrck_crc32(uint32_t crc, const void *bytes, size_t length);

#endif
