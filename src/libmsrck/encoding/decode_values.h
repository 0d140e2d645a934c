/* SPDX-License-Identifier: MIT */
/* Columns of values that are checked while they are decoded. */
#ifndef MSRCK_ENCODING_DECODE_VALUES_H
#define MSRCK_ENCODING_DECODE_VALUES_H

#include "encoding/row_decoder_state.h"

struct decoding {
    struct row_run run; /* first: the columns' functions get its address */
    const struct row_decoder *decoder;
    const struct row_resolver *resolver;
};

/* Notes the row of the column that failed; returns the result. */
msrck_result msrck_decoding_failed_at(struct decoding *d, size_t row, msrck_result result);

msrck_result msrck_decode_bools(struct decoding *d, struct row_column at);
msrck_result msrck_decode_integers(struct decoding *d, const struct row_op *op, struct row_column at);
msrck_result msrck_decode_bits(struct decoding *d, const struct row_op *op, struct row_column at);
msrck_result msrck_decode_reals(struct decoding *d, const struct row_op *op, struct row_column at);

#endif
