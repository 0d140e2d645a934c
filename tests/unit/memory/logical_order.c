/* SPDX-License-Identifier: MIT */
/*
 * Prints the logical order of the blocks of a fixed script, for types whose sizes differ between machines. Built for
 * several machines and run in their emulators, it must print the same everywhere; and it must find its own string
 * literals wherever it runs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "memory/msrlt.h"
#include "memory_types.h"
#include "order_script.h"

static int print_order(struct typed_heap *heap, const char *name, uint32_t type, uint64_t unit, uint64_t variety)
{
    size_t length, i;
    uint32_t *order = run_order_script(heap, type, unit, variety, &length);

    if (order == NULL)
        return 1;
    printf("%s", name);
    for (i = 0; i < length; i++)
        printf(" %u", (unsigned)order[i]);
    printf("\n");
    free(order);
    return 0;
}

int main(void)
{
    static char writable[] = "writable";
    struct memory_types types;
    struct msrlt *msrlt;
    struct typed_heap *heap;
    size_t length = 0;
    int failed = 0;

    memory_types_open(&types);
    msrlt = msrck_msrlt_new(types.table);
    if (msrlt == NULL)
        return 1;
    heap = msrck_msrlt_heap(msrlt);
    failed += print_order(heap, "node", types.node, 1, 1);
    failed += print_order(heap, "nodes", types.node, 1, 100);
    failed += print_order(heap, "plate", types.plate, 1, 1);
    failed += print_order(heap, "packet", types.packet, 30, 5);
    failed += print_order(heap, "fields", types.node, 700, 9);
    printf("literal %d\n", msrck_msrlt_is_literal(msrlt, "a literal", &length) && length == 9);
    printf("writable %d\n", msrck_msrlt_is_literal(msrlt, writable, &length));
    msrck_msrlt_free(msrlt);
    memory_types_close(&types);
    return failed;
}
