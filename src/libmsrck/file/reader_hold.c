/* SPDX-License-Identifier: MIT */
/* Holding all rows, for those who go through a graph in no order. */
#include "file/reader_state.h"

#include <stdlib.h>

#include "file/row_image.h"

/* Rows held in memory where the caller sets no limit; what is more lies in a temporary file. */
#define DEFAULT_BUDGET (UINT64_C(256) << 20)

msrck_result msrck_reader_hold_rows(msrck_reader *reader, msrck_error *error)
{
    uint64_t most = reader->limits.memory_bytes;
    struct row_image *image;
    msrck_result result;

    if (reader->held != NULL)
        return MSRCK_OK;
    image = calloc(1, sizeof *image);
    if (image == NULL)
        return msrck_fail_memory(error, sizeof *image, "the rows");
    result = msrck_row_image_load(reader, most == UINT64_MAX ? DEFAULT_BUDGET : most, image, error);
    reader->held = image;
    if (result != MSRCK_OK)
        msrck_reader_release_rows(reader);
    return result;
}

void msrck_reader_release_rows(msrck_reader *reader)
{
    if (reader->held != NULL)
        msrck_row_image_free(reader->held);
    free(reader->held);
    reader->held = NULL;
}

msrck_result msrck_reader_held_rows(const msrck_reader *reader, uint32_t extent, uint32_t part, uint64_t row,
                                    const unsigned char **bytes, uint64_t *rows, size_t *width, msrck_error *error)
{
    const struct metadata *metadata = reader->metadata;
    const struct extent *entry = &metadata->extents[extent];
    uint64_t count = msrck_extent_rows(metadata->types, entry, part);

    if (row >= count)
        return msrck_fail(error, MSRCK_CORRUPT, "extent %u, part %u: no chunk holds row %llu", extent, part,
                          (unsigned long long)row);
    *width = (size_t)msrck_extent_row_width(metadata->types, entry, part, metadata->header.pointer_width);
    *bytes = row_image_row(reader->held, extent, part, row, *width);
    *rows = count - row;
    return MSRCK_OK;
}
