/* SPDX-License-Identifier: MIT */
/* What matching types, running and mapping leaves share of a decoder. */
#ifndef MSRCK_ENCODING_ROW_DECODER_STATE_H
#define MSRCK_ENCODING_ROW_DECODER_STATE_H

#include "encoding/row_decoder.h"
#include "encoding/row_program.h"

struct row_decoder {
    const struct ti_table *table; /* the program's; borrowed */
    uint32_t type;
    unsigned pointer_width;
    size_t row_width;
    uint64_t file_leaves;
    bool same_leaves;
    struct row_body body;
};

/* Matching two types while their program is compiled. */
struct matching {
    const struct ti_table *file_table, *table;
    unsigned pointer_width;
    unsigned index; /* of row_width and row_offset */
    unsigned operations, nesting;
    msrck_error *error;
    struct change_notes *notes;
    bool live;         /* the outermost structs may have different names */
    const char *owner; /* name of the struct whose field is being matched, NULL outside of structs */
    const char *field;
    const msrck_field *source; /* the program's field itself, where elements it has more come from; NULL below it */
};

/* Where the leaves that are compiled next stand in the body. */
struct match_place {
    size_t native, row;
    uint64_t leaf, file_leaf;
};

msrck_result msrck_match_append(struct matching *m, struct row_body *body, const struct row_op *op);

/* An operation with the place filled in and a count of one. */
struct row_op msrck_match_leaf(enum row_code code, struct match_place at, size_t native_step, size_t row_step);

/* Scalars and enums, which convert into each other where values allow. */
msrck_result msrck_match_scalar(struct matching *m, struct row_body *body, const struct ti_type *file,
                                const struct ti_type *type, struct match_place at);
/* The same into bit-field `index` of `owner`, which begins at `owner_native`. */
msrck_result msrck_match_bits(struct matching *m, struct row_body *body, const struct ti_type *file,
                              const struct ti_type *owner, uint32_t index, size_t owner_native, struct match_place at);

/* Elements that only one side has, of an array that stands `at`. */
/* New elements come from the initial value of `source`, the field that the array is; NULL: it is none. */
msrck_result msrck_match_more_elements(struct matching *m, struct row_body *body, const struct ti_type *file,
                                       const struct ti_type *type, const msrck_field *source, struct match_place at);
msrck_result msrck_match_fewer_elements(struct matching *m, struct row_body *body, const struct ti_type *file,
                                        const struct ti_type *type, struct match_place at);
/* The default of a field that the file does not have, or of the fields in it. `start` is the struct's place. */
msrck_result msrck_match_absent_field(struct matching *m, struct row_body *body, const struct ti_field *field,
                                      struct match_place start);

/* "A cannot become B" */
msrck_result msrck_match_refuse(struct matching *m, const struct ti_type *file, const struct ti_type *type);

/* Whether the body maps each of the file's `file_leaves` leaves to the same ordinal. */
bool msrck_row_body_same_leaves(const struct row_body *body, uint64_t file_leaves);
bool msrck_row_body_leaf(const struct row_body *body, uint64_t file_leaf, uint64_t *leaf);

#endif
