/* SPDX-License-Identifier: MIT */
/* For descriptions of handles that no test saves or restores. */
#ifndef MSRCK_TESTS_REFUSING_HANDLERS_H
#define MSRCK_TESTS_REFUSING_HANDLERS_H

#include <msrck/types.h>

static int refuse_save(const void *object, void **bytes, size_t *length, void *context)
{
    (void)object, (void)bytes, (void)length, (void)context;
    return 1;
}

static int refuse_restore(void *object, const void *bytes, size_t length, void *context)
{
    (void)object, (void)bytes, (void)length, (void)context;
    return 1;
}

static const msrck_opaque_handlers refusing = { refuse_save, refuse_restore, NULL };

#endif
