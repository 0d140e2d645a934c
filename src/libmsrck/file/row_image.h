/* SPDX-License-Identifier: MIT */
/*
 * All rows of a checkpoint, decoded and in one piece, for those who go through the graph in no order: following a
 * pointer then costs no decoding. What is more than memory is to hold lies in an unnamed temporary file that is mapped.
 */
#ifndef MSRCK_FILE_ROW_IMAGE_H
#define MSRCK_FILE_ROW_IMAGE_H

#include "file/reader_state.h"

struct row_image {
    const unsigned char *bytes; /* owned */
    size_t length;
    bool mapped;    /* bytes are a file's */
    size_t *places; /* owned; of part p of extent e: places[2 * e + p] */
    unsigned char *touched; /* owned; for each region of a bounded image whether it may be in memory; or NULL */
    size_t touched_count, touched_most;
    size_t last_touched;    /* region */
};

/* What the system brings into memory of a mapped file at one touch. */
#define ROW_IMAGE_REGION ((size_t)65536)

/* Rows beyond `budget` bytes go to the temporary file. */
msrck_result msrck_row_image_load(msrck_reader *reader, uint64_t budget, struct row_image *image, msrck_error *error);
void msrck_row_image_free(struct row_image *image); /* a zeroed struct is allowed */
/*
 * Lets no more than `budget` bytes of a mapped image stay in the process's memory, given that row_image_touch() is told
 * what is looked at; pointers into the image stay good. False when memory is out.
 */
bool msrck_row_image_bound(struct row_image *image, uint64_t budget);
void msrck_row_image_note(struct row_image *image, const unsigned char *bytes, size_t length);

static inline void row_image_touch(struct row_image *image, const unsigned char *bytes, size_t length)
{
    size_t offset = (size_t)(bytes - image->bytes);

    if (image->touched != NULL && length > 0 &&
        (offset / ROW_IMAGE_REGION != image->last_touched ||
         (offset + length - 1) / ROW_IMAGE_REGION != image->last_touched))
        msrck_row_image_note(image, bytes, length);
}

/* The row of an extent's part, which must have it; the rows behind it follow. */
static inline const unsigned char *row_image_row(const struct row_image *image, size_t extent, unsigned part,
                                                 uint64_t row, uint64_t width)
{
    return image->bytes + image->places[2 * extent + part] + (size_t)(row * width);
}

#endif
