/* SPDX-License-Identifier: MIT */
/*
 * The inside of msrck_reader: the container reader, the numbers that follow from the extents, who owns which block, and
 * the cache of decoded chunks. Shared by the reader_*.c files only.
 */
#ifndef MSRCK_FILE_READER_STATE_H
#define MSRCK_FILE_READER_STATE_H

#include <msrck/reader.h>

#include "file/file_reader.h"

struct row_image;

/* A decoded chunk. */
struct cached_chunk {
    uint32_t extent, part;
    uint64_t first_row, rows;       /* rows 0: the slot is empty */
    size_t width;
    unsigned char *bytes;           /* owned */
    size_t length;                  /* bytes in use */
    size_t capacity;
    uint64_t last_use;              /* of the clock of the cache */
    uint64_t offset;                /* of the section in the file, for messages */
};

#define CACHE_SLOTS 64u
#define CACHE_BYTES (UINT64_C(32) << 20)

struct chunk_cache {
    struct cached_chunk slots[CACHE_SLOTS];
    struct cached_chunk *current;   /* the slot used last: tried before all others */
    uint64_t clock;
    uint64_t held;                  /* bytes allocated in all slots */
    uint64_t most;                  /* bytes they may hold together; one chunk is always allowed */
};

/* A variable or frame and its block. */
struct block_owner {
    uint64_t block;
    uint32_t kind;                  /* msrck_owner */
    uint32_t index, local;
    uint32_t type;                  /* declared */
};

struct msrck_reader {
    struct source *source;          /* owned; what chunks are read from */
    struct file_reader *file;
    const struct metadata *metadata;
    int spool;                      /* descriptor of the temporary file that holds a pipe's bytes, or -1 */
    msrck_limits limits;
    unsigned threads;               /* that decode */
    unsigned row_index;             /* of row_width and row_offset in the TI table */
    uint64_t *first_block;          /* number of each extent's first block; one more entry than extents */
    size_t *chunk_sections;         /* section index of each chunk */
    size_t chunk_count;
    struct block_owner *owners;     /* ascending by block */
    size_t owner_count;
    struct chunk_cache cache;
    struct row_image *held;         /* owned; all rows, once somebody asked for them, else NULL */
};

/* A temporary file that has no name; -1, and errno, when there is none. */
int msrck_open_unnamed(void);
/* Copies a source that cannot seek into an unnamed temporary file. *descriptor is the caller's to close. */
msrck_result msrck_spool(struct source *source, int *descriptor, msrck_error *error);

/* Fills reader->owners; metadata and first_block must be there. */
msrck_result msrck_reader_find_owners(msrck_reader *reader, msrck_error *error);
/* The owner's entry, or NULL. */
const struct block_owner *msrck_reader_owner_entry(const msrck_reader *reader, uint64_t block);

/*
 * The decoded bytes of a row. *rows is the number of rows that lie together from there on, `chunk_offset` (may be
 * NULL) the section they come from. Valid until the next call.
 */
msrck_result msrck_reader_rows(msrck_reader *reader, uint32_t extent, uint32_t part, uint64_t row,
                               const unsigned char **bytes, uint64_t *rows, size_t *width, uint64_t *chunk_offset,
                               msrck_error *error);
void msrck_chunk_cache_free(struct chunk_cache *cache);

/* The same from reader->held, which must be there (reader_hold.c). Stays valid as long as the rows are held. */
msrck_result msrck_reader_held_rows(const msrck_reader *reader, uint32_t extent, uint32_t part, uint64_t row,
                                    const unsigned char **bytes, uint64_t *rows, size_t *width, msrck_error *error);
void msrck_reader_release_rows(msrck_reader *reader);

/* Type entry; `type` must be in range. */
static inline const struct ti_type *reader_type(const msrck_reader *reader, uint32_t type)
{
    return msrck_ti_get(reader->metadata->types, type);
}

/* Canonical bytes of a value of the type in this file. */
static inline uint64_t reader_width(const msrck_reader *reader, uint32_t type)
{
    return reader_type(reader, type)->row_width[reader->row_index];
}

/* Canonical width of the ordinal that stands before a union's member. */
#define UNION_TAG_WIDTH 4u

/* What a value's `form` may be. */
enum value_form {
    FORM_IN_ROW = 0,                /* its bytes are in row `row` from `offset` on */
    FORM_ROWS = 1,                  /* of array type, one row for each innermost element, from `row` on */
    /* `length` values of `type` from `row` on: in part 0 a row for each innermost element, in part 1 for each value. */
    FORM_UNNAMED = 2,
    FORM_SKIPPED = 3                /* a skipped member: no bytes */
};

/* ---- Places (reader_place.c) ---- */

struct byte_buffer;

/*
 * The way to the outermost object at the leaf that a pointer to `target` may point to, appended to `path`. False when
 * there is none.
 */
bool msrck_place_find(const msrck_reader *reader, const msrck_block_facts *block, uint64_t leaf, uint32_t target,
                      struct byte_buffer *path);

/* ---- Numbers as text (reader_scalar_text.c) ---- */

/* Integer of `width` big-endian bytes, extended with the sign if there is one. */
uint64_t msrck_canonical_integer(const unsigned char *bytes, size_t width, bool is_signed);
void msrck_float_text(float value, char text[MSRCK_TEXT_SIZE]);
void msrck_double_text(double value, char text[MSRCK_TEXT_SIZE]);
void msrck_binary128_text(const unsigned char bytes[16], char text[MSRCK_TEXT_SIZE]);
/* Any scalar from its canonical bytes; `width` is that of the scalar. */
void msrck_scalar_bytes_text(uint32_t scalar, const unsigned char *bytes, char text[MSRCK_TEXT_SIZE]);

#endif
