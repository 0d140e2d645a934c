/* SPDX-License-Identifier: MIT */
/*
 * The one place where multi-byte integers are read from and written to canonical (big-endian) bytes.
 */
#ifndef MSRCK_BASE_BIG_ENDIAN_H
#define MSRCK_BASE_BIG_ENDIAN_H

#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define MSRCK_HOST_IS_BIG_ENDIAN 1
#else
#define MSRCK_HOST_IS_BIG_ENDIAN 0
#endif

static inline uint16_t swap_if_little_16(uint16_t v) { return MSRCK_HOST_IS_BIG_ENDIAN ? v : __builtin_bswap16(v); }
static inline uint32_t swap_if_little_32(uint32_t v) { return MSRCK_HOST_IS_BIG_ENDIAN ? v : __builtin_bswap32(v); }
static inline uint64_t swap_if_little_64(uint64_t v) { return MSRCK_HOST_IS_BIG_ENDIAN ? v : __builtin_bswap64(v); }

static inline uint16_t load_be16(const void *p) { uint16_t v; memcpy(&v, p, 2); return swap_if_little_16(v); }
static inline uint32_t load_be32(const void *p) { uint32_t v; memcpy(&v, p, 4); return swap_if_little_32(v); }
static inline uint64_t load_be64(const void *p) { uint64_t v; memcpy(&v, p, 8); return swap_if_little_64(v); }
static inline void store_be16(void *p, uint16_t v) { v = swap_if_little_16(v); memcpy(p, &v, 2); }
static inline void store_be32(void *p, uint32_t v) { v = swap_if_little_32(v); memcpy(p, &v, 4); }
static inline void store_be64(void *p, uint64_t v) { v = swap_if_little_64(v); memcpy(p, &v, 8); }

#endif
