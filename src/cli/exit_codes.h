/* SPDX-License-Identifier: MIT */
/* What the tool returns. The same table stands in msrck(1). With several files the largest wins. */
#ifndef MSRCK_CLI_EXIT_CODES_H
#define MSRCK_CLI_EXIT_CODES_H

#include <msrck/result.h>

enum exit_code {
    EXIT_CODE_OK = 0,               /* success; same; valid; can be restored */
    EXIT_CODE_NO = 1,               /* the answer is no: differences, findings */
    EXIT_CODE_USAGE = 2,
    EXIT_CODE_SYSTEM = 3,           /* system or I/O error */
    EXIT_CODE_CORRUPT = 4,          /* the input is corrupt or truncated (for verify that is 1) */
    EXIT_CODE_UNSUPPORTED = 5,      /* not a checkpoint, or one that needs a newer msrck */
    EXIT_CODE_LIMIT = 6,            /* refused by a limit; the message names the option that raises it */
    EXIT_CODE_DOES_NOT_FIT = 7      /* valid, but cannot be restored on that target or by that program */
};

enum exit_code exit_code_of(msrck_result result);

static inline int larger_code(int a, int b)
{
    return a > b ? a : b;
}

#endif
