/* SPDX-License-Identifier: MIT */
/*
 * The places of a file's sections: what the INDX section holds. Collected by the writer, and by the reader from what
 * it meets.
 */
#ifndef MSRCK_FILE_FILE_INDEX_H
#define MSRCK_FILE_FILE_INDEX_H

#include "base/byte_buffer.h"

/* Place of a section in the file. */
struct section_place {
    char tag[5];
    uint64_t offset;                /* of the section head */
    uint64_t length;                /* of the payload */
    uint32_t extent, part;          /* DATA only, 0 otherwise */
    uint64_t first_row, rows;       /* DATA only, 0 otherwise */
};

struct file_index {
    struct section_place *places;   /* owned; in file order */
    size_t count, capacity;
    uint32_t *chunks;               /* owned; numbers of the DATA sections, in file order */
    size_t chunk_count, chunk_capacity;
};

void msrck_index_clear(struct file_index *index);           /* a zeroed struct is allowed */
msrck_result msrck_index_add(struct file_index *index, const struct section_place *place, msrck_error *error);

bool msrck_place_is_chunk(const struct section_place *place);
bool msrck_place_equal(const struct section_place *a, const struct section_place *b);
/* Offset of the first byte behind the section, padding included. UINT64_MAX when it overflows. */
uint64_t msrck_place_end(const struct section_place *place);

/* Payload of INDX, appended to `out`. */
msrck_result msrck_index_encode(const struct file_index *index, struct byte_buffer *out, msrck_error *error);
/* The reverse, into an empty index. What the entries say is not checked here. */
msrck_result msrck_index_decode(const unsigned char *bytes, size_t length, struct file_index *index,
                                msrck_error *error);

/*
 * Number of the section with the chunk that holds the row, SIZE_MAX when none. The chunks must ascend. O(log chunks).
 */
size_t msrck_index_find_row(const struct file_index *index, uint32_t extent, uint32_t part, uint64_t row);

#endif
