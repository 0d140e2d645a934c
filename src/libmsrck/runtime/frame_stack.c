/* SPDX-License-Identifier: MIT */
#include "runtime/frame_stack.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"

/* Copies stand where any type may stand, since callbacks of the program look at them. */
#define COPY_ALIGNMENT 16u

void msrck_frame_stack_clear(struct frame_stack *stack)
{
    free(stack->frames);
    free(stack->locals);
    msrck_buffer_free(&stack->bytes);
    memset(stack, 0, sizeof *stack);
}

/* Copies bytes to the end of the arena; *offset says where. */
static bool keep_bytes(struct frame_stack *stack, const void *bytes, size_t length, size_t *offset)
{
    static const unsigned char zeros[COPY_ALIGNMENT];

    msrck_buffer_append(&stack->bytes, zeros, (COPY_ALIGNMENT - stack->bytes.length % COPY_ALIGNMENT) % COPY_ALIGNMENT);
    *offset = stack->bytes.length;
    msrck_buffer_append(&stack->bytes, bytes, length);
    return !stack->bytes.failed;
}

/* The struct lives on the stack of a function that is about to return, so its bytes are taken at once. */
static msrck_result copy_live(struct frame_stack *stack, const struct function_entry *function,
                              const struct ti_table *types, struct frame_copy *frame, const void *live,
                              msrck_error *error)
{
    uint32_t type = function->points[frame->point - 1].live_type;

    if (type == TI_VOID)
        return MSRCK_OK;
    if (live == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "function '%s', point %u: live variables are missing", function->name,
                          frame->point);
    frame->live_length = (size_t)msrck_ti_get(types, type)->size;
    if (!keep_bytes(stack, live, frame->live_length, &frame->live))
        return msrck_fail_memory(error, frame->live_length, "live variables");
    return MSRCK_OK;
}

/* The address is kept beside the bytes: pointers to the local are still in the graph that will be collected. */
static msrck_result copy_local(struct frame_stack *stack, const struct function_entry *function, uint32_t index,
                               const struct ti_table *types, const msrck_local *local, msrck_error *error)
{
    struct local_copy *copy = &stack->locals[stack->local_count];
    size_t size = (size_t)msrck_ti_get(types, function->locals[index].type)->size;

    memset(copy, 0, sizeof *copy);
    copy->address = local->address;
    copy->count = local->count;
    if (__builtin_mul_overflow(size, local->count, &copy->length))
        return msrck_fail(error, MSRCK_MISUSE, "%s.%s: %zu values do not fit in memory", function->name,
                          function->locals[index].name, local->count);
    if (!keep_bytes(stack, local->address, copy->length, &copy->offset))
        return msrck_fail_memory(error, copy->length, "a local variable");
    stack->local_count++;
    return MSRCK_OK;
}

/*
 * The set on top of the chain is this activation's when it has the same table. One exception: a recursive function that
 * has not pushed yet sees the set of its caller. The caller then claims it again, and the claim that came first was the
 * wrong one.
 */
static msrck_result copy_locals(struct frame_stack *stack, const struct function_entry *function,
                                const struct ti_table *types, struct frame_copy *frame, const msrck_frame_table *table,
                                msrck_error *error)
{
    const msrck_locals *set = msrck_locals_top;
    msrck_result result;
    uint32_t l;

    frame->first_local = stack->local_count;
    if (function->local_count == 0 || set == NULL || set->table != table)
        return MSRCK_OK;
    if (!msrck_reserve(&stack->locals, &stack->local_capacity, stack->local_count + function->local_count,
                       sizeof *stack->locals))
        return msrck_fail_memory(error, function->local_count * sizeof *stack->locals, "local variables");
    for (l = 0; l < function->local_count; l++)
        if ((result = copy_local(stack, function, l, types, &set->locals[l], error)) != MSRCK_OK) {
            stack->local_count = frame->first_local;
            return result;
        }
    frame->set = set;
    return MSRCK_OK;
}

/* Takes the set away from the frame that claimed it last, if that was the wrong one. */
static void settle_claim(struct frame_stack *stack, const struct frame_copy *frame)
{
    if (frame->set == NULL)
        return;
    if (stack->last_claim > 0 && stack->frames[stack->last_claim - 1].set == frame->set)
        stack->frames[stack->last_claim - 1].set = NULL;
    stack->last_claim = stack->count + 1;
}

/* Everything that can be refused is refused before the frame counts, so that the first push may fail without harm. */
msrck_result msrck_frame_stack_push(struct frame_stack *stack, const struct program_tables *tables,
                                    const struct ti_table *types, const msrck_frame_table *table, int point,
                                    const void *live, msrck_error *error)
{
    uint32_t number = msrck_program_tables_find(tables, table);
    struct frame_copy frame = { .function = number, .point = (uint32_t)point };
    msrck_result result;

    if (number == UINT32_MAX)
        return msrck_fail(error, MSRCK_MISUSE, "the frame table of function '%s' is neither in the program's section nor in that of a shared library that msrck cc linked and the program started with",
                          table->function);
    if (point < 1 || (unsigned)point > table->point_count)
        return msrck_fail(error, MSRCK_MISUSE, "function '%s' has no point %d", table->function, point);
    if (!msrck_reserve(&stack->frames, &stack->capacity, stack->count + 1, sizeof *stack->frames))
        return msrck_fail_memory(error, sizeof *stack->frames, "a frame");
    if ((result = copy_live(stack, &tables->functions[number], types, &frame, live, error)) != MSRCK_OK ||
        (result = copy_locals(stack, &tables->functions[number], types, &frame, table, error)) != MSRCK_OK)
        return result;
    settle_claim(stack, &frame);
    stack->frames[stack->count++] = frame;
    return MSRCK_OK;
}
