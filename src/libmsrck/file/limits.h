/* SPDX-License-Identifier: MIT */
/* Defaults of msrck_limits (msrck/reader.h) in one place. */
#ifndef MSRCK_FILE_LIMITS_H
#define MSRCK_FILE_LIMITS_H

#include <msrck/reader.h>

void msrck_limits_fill(const msrck_limits *given, msrck_limits *filled);    /* NULL or zero members give the defaults */

#endif
