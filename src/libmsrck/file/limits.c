/* SPDX-License-Identifier: MIT */
#include "file/limits.h"

#define DEFAULT_METADATA_BYTES (UINT64_C(256) << 20)
#define DEFAULT_CHUNK_BYTES (UINT64_C(1) << 30)
#define DEFAULT_BLOCKS (UINT64_C(1) << 40)
#define DEFAULT_MEMORY_BYTES UINT64_MAX

static uint64_t choose(uint64_t given, uint64_t otherwise)
{
    return given != 0 ? given : otherwise;
}

void msrck_limits_fill(const msrck_limits *given, msrck_limits *filled)
{
    static const msrck_limits none = MSRCK_LIMITS_INIT;

    if (given == NULL)
        given = &none;
    filled->option_prefix = given->version >= 2 && given->option_prefix != NULL ? given->option_prefix : "--";
    /* `given` and `filled` may be the same object: each member is read before it is written. */
    filled->version = MSRCK_LIMITS_VERSION;
    filled->metadata_bytes = choose(given->metadata_bytes, DEFAULT_METADATA_BYTES);
    filled->chunk_bytes = choose(given->chunk_bytes, DEFAULT_CHUNK_BYTES);
    filled->blocks = choose(given->blocks, DEFAULT_BLOCKS);
    filled->memory_bytes = choose(given->memory_bytes, DEFAULT_MEMORY_BYTES);
}
