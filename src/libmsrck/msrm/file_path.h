/* SPDX-License-Identifier: MIT */
/*
 * Completing a failure of a restoration with the path of the variable it is about. The message says what is wrong,
 * perhaps behind the path inside an element; these functions put the way from a variable before it. They read the
 * file once more, by its index; where it cannot be read again (a pipe), or the way is too long to be found, they
 * name the type and the number of the block instead.
 */
#ifndef MSRCK_MSRM_FILE_PATH_H
#define MSRCK_MSRM_FILE_PATH_H

#include "msrm/restoration_state.h"

/* The failure is about one row. */
void msrck_file_path_explain_row(struct restoration *restoration, size_t extent, uint32_t part, uint64_t row,
                                 msrck_error *error);
/* The failure is about the type of an extent: any of its blocks serves. */
void msrck_file_path_explain_extent(struct restoration *restoration, size_t extent, msrck_error *error);
/* The failure is about a pointer, or a handle, that holds this canonical address. */
void msrck_file_path_explain_pointer(struct restoration *restoration, uint64_t address, msrck_error *error);

/* Puts the name of a variable before the message, which may begin with a path inside it. */
void msrck_file_path_prefix(const char *name, msrck_error *error);

#endif
