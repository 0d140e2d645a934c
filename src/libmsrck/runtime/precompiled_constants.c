/* SPDX-License-Identifier: MIT */
/* What a checkpoint holds of a constant whose type cannot be described: nothing, since every build of the program has its value. */
#include "msrck/precompiled.h"

static int save_nothing(const void *object, void **bytes, __SIZE_TYPE__ *length, void *context)
{
    (void)object;
    (void)context;
    *bytes = (void *)0;
    *length = 0;
    return 0;
}

static int leave_alone(void *object, const void *bytes, __SIZE_TYPE__ length, void *context)
{
    (void)object;
    (void)bytes;
    (void)length;
    (void)context;
    return 0;
}

const msrck_opaque_handlers msrck_cc_constant = { save_nothing, leave_alone, (void *)0 };
