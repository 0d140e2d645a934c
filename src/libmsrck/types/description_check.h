/* SPDX-License-Identifier: MIT */
/* What the compiler says against what a description says. All failures are MSRCK_MISUSE. */
#ifndef MSRCK_TYPES_DESCRIPTION_CHECK_H
#define MSRCK_TYPES_DESCRIPTION_CHECK_H

#include "types/ti_storage.h"

/*
 * A member or variable of type `id`: its sizeof and its msrck_native. The message does not name it; the caller puts
 * that before. `elements` says that it is a flexible array of that type, which has no size.
 */
msrck_result msrck_check_native(const struct ti_table *table, uint32_t id, size_t size, unsigned native, bool elements,
                                msrck_error *error);

/*
 * A struct's or union's members against its bytes: each inside, none over another, none left out, bit-fields as wide
 * and as signed as described. Notes where the bits of bit-fields lie.
 */
msrck_result msrck_check_layout(struct ti_table *table, uint32_t id, msrck_error *error);

#endif
