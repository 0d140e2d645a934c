/* SPDX-License-Identifier: MIT */
/*
 * The n-th allocation fails, for every n: the answer is MSRCK_SYSTEM, nothing leaks, and the table is as it was
 * before.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "types/ti_section.h"

/*
 * Allocations until one fails; 0: none does. The linker puts these functions in the place of the C library's (--wrap).
 */
static unsigned long until_failure;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails_now(void)
{
    return until_failure > 0 && --until_failure == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

enum colour { RED, BLUE };
MSRCK_ENUM(colour_type, enum colour, MSRCK_ENUMERATOR(RED), MSRCK_ENUMERATOR(BLUE));
union value { long number; char *text; };
MSRCK_UNION(value_type, union value, MSRCK_MEMBER(union value, number, &msrck_long, RED),
    MSRCK_MEMBER(union value, text, MSRCK_POINTER(&msrck_char), BLUE));
struct node { unsigned bits : 5; enum colour colour; union value value; struct node *next[2]; };
MSRCK_BITS_ACCESS(struct node, node, bits)
extern const msrck_type node_type;
MSRCK_STRUCT(node_type, struct node, MSRCK_BITS(struct node, node, bits, &msrck_uint, 5),
             MSRCK_FIELD(struct node, colour, &colour_type), MSRCK_TAGGED(struct node, value, &value_type, colour),
             MSRCK_FIELD(struct node, next, MSRCK_ARRAY(MSRCK_POINTER(&node_type), 2)));

Test(types_out_of_memory, a_failed_addition_leaves_the_table_as_it_was)
{
    msrck_result result = MSRCK_SYSTEM;
    unsigned long n;

    for (n = 1; result != MSRCK_OK; n++) {
        struct ti_table *table = msrck_ti_new();
        msrck_error error = MSRCK_ERROR_INIT;
        uint32_t id;

        cr_assert_eq(msrck_ti_add(table, &msrck_double, &id, NULL), MSRCK_OK);
        until_failure = n;
        result = msrck_ti_add(table, &node_type, &id, &error);
        until_failure = 0;
        if (result != MSRCK_OK) {
            cr_assert_eq(result, MSRCK_SYSTEM, "%s", error.message);
            cr_assert_eq(msrck_ti_count(table), 2u);
            cr_assert_eq(msrck_ti_find_name(table, "struct node"), UINT32_MAX);
            cr_assert_eq(msrck_ti_add(table, &node_type, &id, NULL), MSRCK_OK);
        }
        msrck_ti_free(table);
    }
    cr_assert_gt(n, 30u);
}

static msrck_result write_and_read(const struct ti_table *table, struct ti_table **read)
{
    struct byte_buffer bytes = BYTE_BUFFER_INIT;
    uint32_t *order = msrck_ti_file_order(table);
    msrck_result result = MSRCK_SYSTEM;

    if (order != NULL)
        result = msrck_ti_encode(table, order, &bytes, NULL);
    if (result == MSRCK_OK)
        result = msrck_ti_decode(bytes.bytes, bytes.length, read, NULL);
    free(order);
    msrck_buffer_free(&bytes);
    return result;
}

Test(types_out_of_memory, writing_and_reading_a_section)
{
    struct ti_table *table = msrck_ti_new(), *read = NULL;
    msrck_result result = MSRCK_SYSTEM;
    unsigned long n;
    uint32_t id;

    cr_assert_eq(msrck_ti_add(table, &node_type, &id, NULL), MSRCK_OK);
    for (n = 1; result != MSRCK_OK; n++) {
        until_failure = n;
        result = write_and_read(table, &read);
        until_failure = 0;
        cr_assert(result == MSRCK_OK || (result == MSRCK_SYSTEM && read == NULL), "%d", (int)result);
    }
    cr_assert_eq(msrck_ti_count(read), msrck_ti_count(table));
    cr_assert_gt(n, 30u);
    msrck_ti_free(read);
    msrck_ti_free(table);
}

Test(types_out_of_memory, no_table)
{
    for (unsigned long n = 1; n <= 4; n++) {
        until_failure = n;
        cr_assert_null(msrck_ti_new());
        until_failure = 0;
    }
}
