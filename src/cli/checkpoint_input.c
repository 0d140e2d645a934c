/* SPDX-License-Identifier: MIT */
#include "checkpoint_input.h"

#include <string.h>
#include <unistd.h>

static const struct option rows[] = {
    { "max-metadata", 0, OPTION_SIZE, 0, offsetof(msrck_limits, metadata_bytes), "SIZE",
      "refuse larger metadata sections (default 256MiB)" },
    { "max-chunk", 0, OPTION_SIZE, 0, offsetof(msrck_limits, chunk_bytes), "SIZE",
      "refuse larger chunks (default 1GiB)" },
    { "max-blocks", 0, OPTION_COUNT, 0, offsetof(msrck_limits, blocks), "N", "refuse more blocks (default 2^40)" },
    { "max-memory", 0, OPTION_SIZE, 0, offsetof(msrck_limits, memory_bytes), "SIZE",
      "memory for decoded data (default 32MiB)" },
};

const struct option_group limit_options = { "limits", rows, sizeof rows / sizeof rows[0] };

msrck_result checkpoint_open(const char *path, const msrck_limits *limits, msrck_reader **reader, msrck_error *error)
{
    if (strcmp(path, "-") == 0)
        return msrck_reader_open_descriptor(STDIN_FILENO, limits, reader, error);
    return msrck_reader_open(path, limits, reader, error);
}
