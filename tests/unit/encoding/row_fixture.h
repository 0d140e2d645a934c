/* SPDX-License-Identifier: MIT */
/*
 * What the row tests share: tables from descriptions, and a translator and resolver whose numbers are easy to foresee.
 */
#ifndef MSRCK_TEST_ROW_FIXTURE_H
#define MSRCK_TEST_ROW_FIXTURE_H

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encoding/row_decoder.h"
#include "encoding/row_encoder.h"

static inline struct ti_table *table_of(const msrck_type *type, uint32_t *id)
{
    struct ti_table *table = msrck_ti_new();
    msrck_error error = MSRCK_ERROR_INIT;

    cr_assert_not_null(table);
    cr_assert_eq(msrck_ti_add(table, type, id, &error), MSRCK_OK, "%s", error.message);
    return table;
}

/* Canonical address of the byte number n of the arena is 1000 + n; function targets are numbered from 1. */
struct arena {
    unsigned char bytes[4096];
    unsigned calls, batches;
    const void *refused;
};

static inline int first_function(void)
{
    return 1;
}
static inline int second_function(void)
{
    return 2;
}

static inline msrck_result arena_pointer(void *context, const void *pointer, uint32_t target, uint64_t *address,
                                         msrck_error *error)
{
    struct arena *arena = context;

    (void)target;
    arena->calls++;
    if (pointer == arena->refused) {
        if (error != NULL) {
            error->result = MSRCK_MISUSE;
            strcpy(error->message, "untracked");
        }
        return MSRCK_MISUSE;
    }
    *address = 1000 + (uint64_t)((const unsigned char *)pointer - arena->bytes);
    return MSRCK_OK;
}

static inline msrck_result arena_pointers(void *context, const void *column, size_t step, size_t count, uint32_t target,
                                          uint64_t *addresses, size_t *failed, msrck_error *error)
{
    struct arena *arena = context;

    cr_assert_leq(count, 256);
    arena->batches++;
    for (size_t i = 0; i < count; i++) {
        void *pointer;

        memcpy(&pointer, (const unsigned char *)column + i * step, sizeof pointer);
        addresses[i] = 0;
        if (pointer != NULL && arena_pointer(context, pointer, target, &addresses[i], error) != MSRCK_OK) {
            *failed = i;
            return MSRCK_MISUSE;
        }
    }
    return MSRCK_OK;
}

static inline msrck_result arena_function(void *context, void (*function)(void), uint64_t *number, msrck_error *error)
{
    (void)context, (void)error;
    *number = function == (void (*)(void))first_function ? 1 : 2;
    return MSRCK_OK;
}

static inline msrck_result arena_opaque(void *context, const void *object, uint32_t type, uint64_t *address,
                                        msrck_error *error)
{
    (void)context, (void)type, (void)error;
    *address = 5000 + *(const unsigned char *)object;
    return MSRCK_OK;
}

static inline struct row_translator arena_translator(struct arena *arena, bool batches)
{
    struct row_translator t = { arena_pointer, arena_function, arena_opaque, arena, batches ? arena_pointers : NULL };
    return t;
}

static inline msrck_result arena_resolve(void *context, uint64_t address, void **slot, uint32_t target, void **pointer,
                                         msrck_error *error)
{
    struct arena *arena = context;

    (void)target, (void)slot;
    arena->calls++;
    if (address < 1000 || address - 1000 > sizeof arena->bytes) {
        if (error != NULL) {
            error->result = MSRCK_CORRUPT;
            strcpy(error->message, "address outside");
        }
        return MSRCK_CORRUPT;
    }
    *pointer = arena->bytes + (address - 1000);
    return MSRCK_OK;
}

static inline msrck_result arena_resolve_all(void *context, const uint64_t *addresses, size_t count, void *slots,
                                             size_t slot_step, uint32_t target, void **pointers, size_t *failed,
                                             msrck_error *error)
{
    struct arena *arena = context;

    arena->batches++;
    for (size_t i = 0; i < count; i++) {
        void **slot = (void **)((unsigned char *)slots + i * slot_step);

        pointers[i] = NULL;
        if (addresses[i] != 0 && arena_resolve(context, addresses[i], slot, target, &pointers[i], error) != MSRCK_OK) {
            *failed = i;
            return MSRCK_CORRUPT;
        }
    }
    return MSRCK_OK;
}

static inline msrck_result arena_resolve_function(void *context, uint64_t number, void (**function)(void),
                                                  msrck_error *error)
{
    (void)context, (void)error;
    *function = (void (*)(void))(number == 1 ? first_function : second_function);
    return MSRCK_OK;
}

static inline msrck_result arena_resolve_opaque(void *context, uint64_t address, void *object, uint32_t type,
                                                msrck_error *error)
{
    (void)context, (void)type, (void)error;
    *(unsigned char *)object = (unsigned char)(address - 5000);
    return MSRCK_OK;
}

static inline struct row_resolver arena_resolver(struct arena *arena, bool batches)
{
    struct row_resolver r = { arena_resolve, arena_resolve_function, arena_resolve_opaque, arena,
                              batches ? arena_resolve_all : NULL };
    return r;
}

/* Bytes as text, for messages that show what differs. */
static inline char *hex(const unsigned char *bytes, size_t length)
{
    char *text = calloc(length * 2 + 1, 1);

    for (size_t i = 0; i < length; i++)
        sprintf(text + 2 * i, "%02x", bytes[i]);
    return text;
}

#endif
