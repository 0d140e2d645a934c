/* SPDX-License-Identifier: MIT */
/* The types of test_type_evolution.c as an older version of its program had them: same names, other members. */
#ifndef MSRCK_TEST_OLD_PROGRAM_H
#define MSRCK_TEST_OLD_PROGRAM_H

#include <msrck/types.h>

extern const msrck_type old_account_type, old_change_type;

/* Old elements, filled with what the tests expect to find again. */
extern const size_t old_account_size;
void fill_old_account(void *account, void *link);

/* struct change with the value of one case. */
enum change_case {
    CHANGE_FITS,
    CHANGE_LONG,
    CHANGE_SIGN,
    CHANGE_UNSIGNED,
    CHANGE_DOUBLE,
    CHANGE_CHAR,
    CHANGE_BITS,
    CHANGE_COLOUR,
    CHANGE_NO_COLOUR,
    CHANGE_FLAG,
    CHANGE_MEMBER,
    CHANGE_CASES
};
extern const size_t old_change_size;
void fill_old_change(void *change, enum change_case which);

/* One type a refusal, each with the name of one in the new program. */
extern const msrck_type *const old_refused[];
extern const size_t old_refused_count;

#endif
