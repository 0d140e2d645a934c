/* SPDX-License-Identifier: MIT */
/* A fixed sequence of allocations and frees, and the order in which its blocks are numbered. */
#ifndef ORDER_SCRIPT_H
#define ORDER_SCRIPT_H

#include "memory/typed_heap.h"

/*
 * Counts are unit, 2 unit ... variety * unit. Gives the serial numbers of the blocks that are live at the end, extent
 * after extent (ascending in count), each in logical order. free() it; NULL when memory is out.
 */
uint32_t *run_order_script(struct typed_heap *heap, uint32_t type, uint64_t unit, uint64_t variety, size_t *length);

#endif
