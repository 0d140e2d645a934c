/* SPDX-License-Identifier: MIT */
/*
 * Division by a number that is known beforehand, by multiplication where the operands allow: every pointer that is
 * restored is divided twice.
 */
#ifndef MSRCK_MSRM_DIVIDER_H
#define MSRCK_MSRM_DIVIDER_H

#include <stdint.h>

struct divider {
    uint64_t divisor;
    uint64_t reciprocal;            /* ceil(2^32 / divisor); 0: the divisor is too large */
};

static inline struct divider divider_for(uint64_t divisor)
{
    struct divider made = { divisor, 0 };

    if (divisor <= UINT32_MAX)
        made.reciprocal = (((uint64_t)1 << 32) + divisor - 1) / divisor;
    return made;
}

/* dividend / divisor; the remainder to *rest. */
static inline uint64_t divide(const struct divider *divider, uint64_t dividend, uint64_t *rest)
{
    uint64_t quotient;

    if (__builtin_expect(divider->reciprocal != 0 && dividend <= UINT32_MAX, 1)) {
        /* The reciprocal is too large by less than 1, so the estimate by less than dividend / 2^32: by one at most. */
        quotient = (dividend * divider->reciprocal) >> 32;
        if (quotient * divider->divisor > dividend)
            quotient--;
    } else {
        quotient = dividend / divider->divisor;
    }
    *rest = dividend - quotient * divider->divisor;
    return quotient;
}

#endif
