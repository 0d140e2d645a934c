/* SPDX-License-Identifier: MIT */
/* Where a checkpoint comes from: the one section whose bytes differ from run to run. */
#ifndef MSRCK_MSRM_PROVENANCE_H
#define MSRCK_MSRM_PROVENANCE_H

#include "file/metadata.h"

/* Fills the notes of the metadata: producer, host, architecture, process, time (UTC). */
msrck_result msrck_provenance_fill(struct metadata *file, msrck_error *error);

#endif
