/* SPDX-License-Identifier: MIT */
/* Checks of decoded metadata that several sections share. */
#ifndef MSRCK_FILE_METADATA_CHECKS_H
#define MSRCK_FILE_METADATA_CHECKS_H

#include "file/metadata.h"

/*
 * Whether all names differ. `names` is sorted in place where it is not already. *duplicate (may be NULL) is a name
 * that stands twice.
 */
bool msrck_names_unique(char **names, size_t count, const char **duplicate);

/* A type that a variable, local or block of live variables may have: known, and not void. */
bool msrck_type_usable(const struct metadata *metadata, uint32_t type);

/* Why an address does not name what was declared, as a phrase for a message; NULL when it does. */
const char *msrck_variable_fault(const struct metadata *metadata, const struct variable_entry *variable);
const char *msrck_local_fault(const struct metadata *metadata, uint64_t address, uint32_t declared);
const char *msrck_live_fault(const struct metadata *metadata, uint64_t address, uint32_t live_type);

#endif
