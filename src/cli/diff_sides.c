/* SPDX-License-Identifier: MIT */
/* Opening the two checkpoints of a comparison, and what belongs to the comparison as a whole. */
#include "diff.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

msrck_result diff_fail(struct diff *diff, msrck_result result, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(diff->error.message, sizeof diff->error.message, format, arguments);
    va_end(arguments);
    diff->error.result = result;
    diff->error.offset = MSRCK_NO_OFFSET;
    return result;
}

msrck_result diff_grow(struct diff *diff, void *items, size_t *capacity, size_t count, size_t size)
{
    size_t wanted = *capacity > 0 ? *capacity * 2 : 64;
    void *grown, *old;

    if (count < *capacity)
        return MSRCK_OK;
    memcpy(&old, items, sizeof old);
    grown = wanted <= SIZE_MAX / 2 / size ? realloc(old, wanted * size) : NULL;
    if (grown == NULL)
        return diff_fail(diff, MSRCK_SYSTEM, "out of memory for the comparison");
    memcpy(items, &grown, sizeof grown);
    *capacity = wanted;
    return MSRCK_OK;
}

/* Arrays by block number, of which 0 is none. */
static bool allocate_blocks(struct diff_side *side)
{
    uint64_t count = msrck_reader_block_count(side->reader) + 1;

    if (count > SIZE_MAX / 2 / sizeof(uint64_t))
        return false;
    side->pairs = malloc((size_t)count * sizeof *side->pairs);
    side->marks = calloc((size_t)count, sizeof *side->marks);
    side->queue = malloc((size_t)count * sizeof *side->queue);
    side->chained = calloc((size_t)count, sizeof *side->chained);
    if (side->pairs == NULL || side->marks == NULL || side->queue == NULL || side->chained == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        side->pairs[i] = DIFF_NONE;
    return true;
}

static msrck_result open_side(struct diff *diff, struct diff_side *side, const msrck_limits *limits)
{
    msrck_result result = checkpoint_open(side->path, limits, &side->input, &diff->error);

    side->reader = side->input.reader;
    if (result == MSRCK_OK)
        result = msrck_reader_hold_rows(side->reader, &diff->error);
    if (result == MSRCK_OK && !allocate_blocks(side))
        result = diff_fail(diff, MSRCK_SYSTEM, "out of memory for the numbers of blocks");
    return result;
}

msrck_result diff_open(struct diff *diff, const char *path_a, const char *path_b, const msrck_limits *limits,
                       const char **failed)
{
    msrck_result result;

    diff->a.path = path_a;
    diff->b.path = path_b;
    diff->a.input.descriptor = diff->b.input.descriptor = -1;
    *failed = path_a;
    result = open_side(diff, &diff->a, limits);
    if (result == MSRCK_OK) {
        *failed = path_b;
        result = open_side(diff, &diff->b, limits);
    }
    if (result == MSRCK_OK) {
        *failed = NULL;
        result = diff_types(diff);
    }
    if (result == MSRCK_OK)
        result = diff_roots(diff);
    return result;
}

static bool stop(void *context, const msrck_finding *finding)
{
    (void)context;
    (void)finding;
    return false;
}

const char *diff_blame(struct diff *diff)
{
    uint64_t findings = 0;

    if (diff->a.reader == NULL || diff->b.reader == NULL || diff->error.result != MSRCK_CORRUPT)
        return NULL;
    if (msrck_reader_verify(diff->a.reader, MSRCK_VERIFY_NORMAL, stop, NULL, &findings, NULL) != MSRCK_OK ||
        findings > 0)
        return diff->a.path;
    return diff->b.path;
}

static void close_side(struct diff_side *side)
{
    diff_types_free(side);
    free(side->pairs);
    free(side->marks);
    free(side->queue);
    free(side->chained);
    checkpoint_close(&side->input);
}

void diff_close(struct diff *diff)
{
    close_side(&diff->a);
    close_side(&diff->b);
    for (size_t i = 0; i < diff->root_count; i++)
        free(diff->roots[i].name);
    free(diff->roots);
    free(diff->pairs);
    free(diff->candidates);
    free(diff->added);
    free(diff->added_queue);
    text_free(&diff->path);
    text_free(&diff->old);
    text_free(&diff->new);
}
