/* SPDX-License-Identifier: MIT */
/*
 * What the encoder's and the decoder's programs have in common: operations on leaves, in bodies that may be repeated or
 * chosen.
 *
 * An operation is run over a column of rows at once, so that choosing what to do costs nothing per row. Neighbouring
 * leaves of one sort are one operation with a count; the elements of an array of structs are a body that is run once
 * for all elements, or once for all rows.
 */
#ifndef MSRCK_ENCODING_ROW_PROGRAM_H
#define MSRCK_ENCODING_ROW_PROGRAM_H

#include "base/byte_buffer.h"
#include "types/ti_table.h"

enum row_code {
    /* Leaves: the first four move bytes between equal widths, in either direction. */
    ROW_COPY_1,
    ROW_SWAP_2,
    ROW_SWAP_4,
    ROW_SWAP_8,
    ROW_BOOL,
    ROW_INTEGER, /* extended, or narrowed with a check, or mapped from enumerator to enumerator */
    ROW_REAL,    /* between floating-point formats by way of binary128 */
    ROW_POINTER,
    ROW_FUNCTION,
    ROW_OPAQUE,
    ROW_LAST_LEAF_ = ROW_OPAQUE,
    ROW_BITS,   /* a bit-field, by its accessors */
    ROW_LOOP,   /* body 0, for each element of an array */
    ROW_UNION,  /* one of the bodies, as the tag says */
    ROW_TAG,    /* decoding: the tag field agrees with the union that was decoded before */
    ROW_DEFAULT, /* decoding: the value of a field that the file does not have */
    ROW_CUT      /* decoding: elements that the program has no room for: zeros, or refused */
};

/* Value of an enumerator in the file and in the program; sorted by `from`. */
struct enumerator_pair {
    int64_t from, to;
    const char *name;
    bool known;
};

struct row_op;

struct row_body {
    struct row_op *ops; /* owned; ascending by file_leaf */
    size_t count, capacity;
    /* Of a union's member: */
    uint32_t type;    /* the program's type */
    uint32_t member;  /* its index in the program's union; UINT32_MAX: the program has no such member */
    const char *name; /* borrowed from the table */
    size_t row_width;
};

struct row_op {
    enum row_code code;
    uint32_t type;      /* pointer: target; opaque: handle; integers that can fail: the program's type */
    size_t native, row; /* bytes from the start of the element and of its row; of bit-fields and unions: of the owner */
    size_t count;       /* leaves, or elements of a loop */
    size_t native_step, row_step;       /* bytes from one to the next */
    uint64_t leaf, leaf_step;           /* in the program's type */
    uint64_t file_leaf, file_leaf_step; /* in the file's type; equal when encoding */
    uint32_t owner, field;              /* union, bit-field: the struct's type and the index of the field in it */
    const msrck_field *source;          /* bit-field, default: the description */
    bool row_signed, native_signed;     /* integers: how the narrower side is extended */
    bool ambiguous;                     /* integer from char or wchar_t: only values that are positive everywhere */
    int64_t least;                      /* integers: bounds of what fits the program's type */
    uint64_t most;
    struct enumerator_pair *map; /* owned; NULL: values stay as they are */
    size_t map_count;
    struct row_body *bodies; /* owned: one of a loop, one a member of a union */
    size_t body_count;
    size_t back;                   /* tag check: how many operations before this one its union stands; default: */
                                   /* where in the initial value it begins; cut: elements that are kept */
    bool has_pointers, has_opaque; /* itself or in its bodies */
};

void msrck_row_body_free(struct row_body *body);

/*
 * Appends the operation, or lets the last one grow where both are neighbours of one sort. Takes ownership of map and
 * bodies, also on failure. False when memory is out.
 */
bool msrck_row_append(struct row_body *body, const struct row_op *op);

/*
 * `count` elements of an array whose element's program is `element`, which is emptied: one operation where an element
 * is one densely packed run, else a loop. `op` says where the first element is (native, row, leaf, file_leaf) and the
 * steps between them.
 */
bool msrck_row_append_array(struct row_body *body, struct row_body *element, const struct row_op *op);

/* Appends where `leaf` is to `out`: ".cell[3].n". Ends at a union: which member is meant only its tag can tell. */
void msrck_row_path(const struct ti_table *table, uint32_t type, uint64_t leaf, struct byte_buffer *out);

/* ---- Running ---- */

/* One thing in each of `count` rows. */
struct row_column {
    unsigned char *native;
    size_t native_step;
    unsigned char *row;
    size_t row_step;
    size_t count;
};

/* Which way a run goes, and where it failed: the row in the column, the leaf in the row's type. */
struct row_run {
    bool decoding;
    size_t failed_row;
    uint64_t failed_leaf;
    uint32_t failed_whole; /* type of the array that begins there and is meant as a whole; TI_VOID: the leaf is meant */
    msrck_error *error; /* may be NULL */
};

/*
 * Handles one column of anything but plain scalars, which the spreading moves itself. On failure sets failed_row to the
 * place in the column and failed_leaf to the leaf relative to where the column's item begins.
 */
typedef msrck_result row_column_function(struct row_run *run, const struct row_op *op, struct row_column column);

/*
 * Runs an operation with its count over the rows `at`, as few long columns: along the rows, along the count, or both at
 * once where they are one dense run.
 */
msrck_result msrck_row_spread(struct row_run *run, const struct row_op *op, struct row_column at,
                              row_column_function *handle);

/* The failed leaf's path before the message. */
void msrck_row_prefix(const struct ti_table *table, uint32_t type, struct row_run *run);

/* True when an element is one dense run of leaves, so that any number of elements is one column. */
bool msrck_row_is_dense(const struct row_body *body, size_t stride, size_t row_width);

/* Rows to handle together, so that they stay in the nearest cache while each operation passes over them. */
size_t msrck_row_batch(size_t stride, size_t row_width);

#endif
