/* SPDX-License-Identifier: MIT */
/* From canonical addresses to this process's, while rows are decoded. */
#ifndef MSRCK_MSRM_RESOLVE_H
#define MSRCK_MSRM_RESOLVE_H

#include "msrm/restoration_state.h"

struct row_resolver msrck_resolver(struct restoration *restoration);

/*
 * Fills the pointers that were deferred and can be resolved now; with `all`, those that cannot are
 * MSRCK_DOES_NOT_FIT, and *failed the canonical address of the first.
 */
msrck_result msrck_resolve_deferred(struct restoration *restoration, bool all, uint64_t *failed, msrck_error *error);

/* Calls the restore callbacks of the handles met so far. On failure *failed is the address of the handle's bytes. */
msrck_result msrck_restore_handles(struct restoration *restoration, uint64_t *failed, msrck_error *error);

#endif
