/* SPDX-License-Identifier: MIT */
/* From this process's addresses to canonical ones, while rows are encoded. After marking and numbering. */
#ifndef MSRCK_MSRM_TRANSLATE_H
#define MSRCK_MSRM_TRANSLATE_H

#include "encoding/row_encoder.h"
#include "msrm/collection_state.h"

/* The translator borrows the collection. */
struct row_translator msrck_translator(struct collection *collection);

#endif
