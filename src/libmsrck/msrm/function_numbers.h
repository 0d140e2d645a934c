/* SPDX-License-Identifier: MIT */
/* The functions that pointers may name: numbered in the order of their names, found by address and by name. */
#ifndef MSRCK_MSRM_FUNCTION_NUMBERS_H
#define MSRCK_MSRM_FUNCTION_NUMBERS_H

#include "base/failure.h"
#include "msrm/collection.h"

struct function_numbers {
    const msrck_function_entry **by_name;       /* owned; number n is by_name[n - 1] */
    struct numbered_function { uintptr_t address; uint64_t number; } *by_address;   /* owned, ascending */
    size_t count;
};

/* Two functions under one name are MSRCK_MISUSE; one registered twice counts once. NULL targets give none. */
msrck_result msrck_function_numbers_build(const struct function_targets *targets, struct function_numbers *numbers,
                                          msrck_error *error);
void msrck_function_numbers_clear(struct function_numbers *numbers);

/* 0 when the function is not registered. Of two names for one address the first counts. */
uint64_t msrck_function_number(const struct function_numbers *numbers, void (*function)(void));
/* NULL when the program has none of that name. */
const msrck_function_entry *msrck_function_named(const struct function_numbers *numbers, const char *name);

#endif
