/* SPDX-License-Identifier: MIT */
#include "msrm/function_numbers.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"

static int compare_names(const void *left, const void *right)
{
    const msrck_function_entry *const *a = left, *const *b = right;

    return strcmp((*a)->name, (*b)->name);
}

static int compare_addresses(const void *left, const void *right)
{
    const struct numbered_function *a = left, *b = right;

    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Entries of one name follow each other now: the same function again is dropped, another one is ambiguous. */
static msrck_result drop_repeated(struct function_numbers *numbers, msrck_error *error)
{
    size_t i, kept = 0;

    for (i = 0; i < numbers->count; i++) {
        const msrck_function_entry *entry = numbers->by_name[i];

        if (kept > 0 && strcmp(numbers->by_name[kept - 1]->name, entry->name) == 0) {
            if (numbers->by_name[kept - 1]->function != entry->function)
                return msrck_fail(error, MSRCK_MISUSE, "function %s: two functions are registered under this name",
                                  entry->name);
            continue;
        }
        numbers->by_name[kept++] = entry;
    }
    numbers->count = kept;
    return MSRCK_OK;
}

msrck_result msrck_function_numbers_build(const struct function_targets *targets, struct function_numbers *numbers,
                                          msrck_error *error)
{
    size_t count = targets == NULL ? 0 : targets->count, i;
    msrck_result result;

    *numbers = (struct function_numbers){ NULL, NULL, 0 };
    numbers->by_name = msrck_allocate(count, sizeof numbers->by_name[0]);
    numbers->by_address = msrck_allocate(count, sizeof numbers->by_address[0]);
    if (numbers->by_name == NULL || numbers->by_address == NULL) {
        msrck_function_numbers_clear(numbers);
        return msrck_fail_memory(error, count * sizeof numbers->by_address[0], "the function table");
    }
    for (i = 0; i < count; i++)
        numbers->by_name[i] = targets->entries[i];
    numbers->count = count;
    qsort(numbers->by_name, count, sizeof numbers->by_name[0], compare_names);
    result = drop_repeated(numbers, error);
    if (result != MSRCK_OK) {
        msrck_function_numbers_clear(numbers);
        return result;
    }
    for (i = 0; i < numbers->count; i++)
        numbers->by_address[i] = (struct numbered_function){ (uintptr_t)numbers->by_name[i]->function, i + 1 };
    qsort(numbers->by_address, numbers->count, sizeof numbers->by_address[0], compare_addresses);
    return MSRCK_OK;
}

void msrck_function_numbers_clear(struct function_numbers *numbers)
{
    free(numbers->by_name);
    free(numbers->by_address);
    *numbers = (struct function_numbers){ NULL, NULL, 0 };
}

uint64_t msrck_function_number(const struct function_numbers *numbers, void (*function)(void))
{
    uintptr_t address = (uintptr_t)function;
    size_t low = 0, high = numbers->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (numbers->by_address[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == numbers->count || numbers->by_address[low].address != address)
        return 0;
    return numbers->by_address[low].number;
}

const msrck_function_entry *msrck_function_named(const struct function_numbers *numbers, const char *name)
{
    size_t low = 0, high = numbers->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(numbers->by_name[middle]->name, name);

        if (order == 0)
            return numbers->by_name[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
