/* SPDX-License-Identifier: MIT */
/*
 * The descriptions that the library itself defines, with the names of their symbols: a program that uses the shared
 * library has only the names.
 */
#ifndef MSRCK_TYPES_LIBRARY_TYPES_H
#define MSRCK_TYPES_LIBRARY_TYPES_H

#include <msrck/types.h>

#define LIBRARY_TYPES 42u

struct library_type {
    const char *symbol;
    const msrck_type *type;
};

extern const struct library_type msrck_library_types[LIBRARY_TYPES];

#endif
