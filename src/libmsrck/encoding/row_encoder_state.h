/* SPDX-License-Identifier: MIT */
/* What compiling, running and visiting share of an encoder. */
#ifndef MSRCK_ENCODING_ROW_ENCODER_STATE_H
#define MSRCK_ENCODING_ROW_ENCODER_STATE_H

#include "encoding/row_encoder.h"
#include "encoding/row_program.h"

struct row_encoder {
    const struct ti_table *table; /* borrowed */
    uint32_t type;
    unsigned pointer_width;
    size_t row_width;
    struct row_body body;
    uint32_t *offsets; /* owned; of the data pointers, ascending */
    uint32_t offset_count;
    bool offsets_known; /* offsets holds all pointers of any element */
};

#endif
