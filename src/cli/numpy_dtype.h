/* SPDX-License-Identifier: MIT */
/* Types of a checkpoint as NumPy's .npy headers spell them. */
#ifndef MSRCK_CLI_NUMPY_DTYPE_H
#define MSRCK_CLI_NUMPY_DTYPE_H

#include <msrck/reader.h>

#include <stdio.h>

/*
 * What stands for the canonical row of a type: '>f8', a list of fields for a struct, a pair of type and shape for an
 * array. long double is 16 bytes of IEEE binary128, a union the number of its active member (from 1) and its bytes.
 */
void numpy_dtype(FILE *out, const msrck_reader *reader, uint32_t type);

/* A text in quotes, as Python reads it. */
void numpy_text(FILE *out, const char *text);

#endif
