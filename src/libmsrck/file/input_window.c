/* SPDX-License-Identifier: MIT */
#include "file/input_window.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"

/*
 * Every read asks for this much more than is needed: the heads of the next section and its chunk. With large chunks
 * each chunk is then one read straight to its place, with only these bytes moved; with small ones a read brings in
 * SMALLEST_READ at once.
 */
#define LOOK_AHEAD 64u
#define SMALLEST_READ 65536u
#define GRANULE 32768u
/* Most that is allocated ahead of the bytes that have arrived. */
#define GROWTH_STEP ((size_t)1 << 20)
/* A window larger than this is given back by a trim. */
#define LARGEST_KEPT ((size_t)4 << 20)

void msrck_window_open(struct input_window *window, struct source *source)
{
    memset(window, 0, sizeof *window);
    window->source = source;
    window->memory = msrck_source_memory(source);
    window->size = msrck_source_size(source);
}

void msrck_window_close(struct input_window *window)
{
    if (!window->lent)
        free(window->bytes);
    memset(window, 0, sizeof *window);
}

/* To a bit more than is asked for, since chunks are nearly as long as each other. */
static msrck_result grow(struct input_window *window, size_t capacity, msrck_error *error)
{
    unsigned char *grown;

    capacity += (GRANULE - capacity % GRANULE) % GRANULE;
    grown = realloc(window->lent ? NULL : window->bytes, capacity);
    if (grown == NULL)
        return msrck_fail_memory(error, capacity, "input");
    if (window->lent)
        memcpy(grown, window->bytes, window->end < capacity ? window->end : capacity);
    window->lent = false;
    if (capacity > window->capacity)
        msrck_touch(grown + window->capacity, capacity - window->capacity);
    window->bytes = grown;
    window->capacity = capacity;
    return MSRCK_OK;
}

/* Reads until `length` bytes are in the window or the input ends. */
static msrck_result fill(struct input_window *window, size_t length, msrck_error *error)
{
    size_t have = window->end - window->start;
    msrck_result result = MSRCK_OK;

    if (have > 0 && window->start > 0)
        memmove(window->bytes, window->bytes + window->start, have);
    window->start = 0;
    window->end = have;
    while (window->end < length && result == MSRCK_OK) {
        size_t wanted = length + LOOK_AHEAD - window->end, most, got;

        if (wanted < SMALLEST_READ)
            wanted = SMALLEST_READ;
        most = window->end > GROWTH_STEP ? window->end : GROWTH_STEP;
        if (wanted > most)
            wanted = most;
        if (wanted > window->capacity - window->end)
            result = grow(window, window->end + wanted, error);
        if (result == MSRCK_OK)
            result = msrck_source_read(window->source, window->bytes + window->end, wanted, &got, error);
        if (result != MSRCK_OK)
            break;
        window->end += got;
        if (got < wanted) {
            /* The end is where it is, whatever size the file had when it was opened. */
            window->size = window->offset + window->end;
            break;
        }
    }
    return result;
}

msrck_result msrck_window_peek(struct input_window *window, size_t length, const unsigned char **bytes, size_t *got,
                               msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t have;

    if (window->memory != NULL) {
        *bytes = window->memory + window->offset;
        *got = length < window->size - window->offset ? length : (size_t)(window->size - window->offset);
        return MSRCK_OK;
    }
    if (length > SIZE_MAX / 2)
        return msrck_fail_memory(error, length, "input");
    if (window->end - window->start < length)
        result = fill(window, length, error);
    have = window->end - window->start;
    *bytes = window->bytes + window->start;
    *got = length < have ? length : have;
    return result;
}

msrck_result msrck_window_need(struct input_window *window, size_t length, const unsigned char **bytes,
                               msrck_error *error)
{
    size_t got = 0;
    msrck_result result = msrck_window_expect(window, length, error);

    if (result == MSRCK_OK)
        result = msrck_window_peek(window, length, bytes, &got, error);
    if (result != MSRCK_OK || got == length)
        return result;
    return msrck_window_expect(window, length, error);
}

void msrck_window_consume(struct input_window *window, size_t length)
{
    window->offset += length;
    if (window->memory == NULL)
        window->start += length;
}

/* The buffer's old memory becomes the window's, with what follows the `length` bytes. */
static const unsigned char *exchange(struct input_window *window, size_t length, struct byte_buffer *buffer)
{
    struct byte_buffer old = *buffer;
    size_t start = window->start, after = start + length, have = window->end - after;

    memcpy(old.bytes, window->bytes + after, have);
    buffer->bytes = window->bytes;
    buffer->capacity = window->capacity;
    buffer->lent = window->lent;
    buffer->length = after;
    window->bytes = old.bytes;
    window->lent = old.lent;
    window->capacity = old.capacity;
    window->start = 0;
    window->end = have;
    window->offset += length;
    return buffer->bytes + start;
}

const unsigned char *msrck_window_take(struct input_window *window, size_t length, struct byte_buffer *into)
{
    bool by_exchange = length >= SMALLEST_READ && window->end - window->start - length < length;
    unsigned char *room;

    msrck_buffer_clear(into);
    room = msrck_buffer_extend(into, by_exchange ? window->capacity : length);
    if (room == NULL)
        return NULL;
    if (by_exchange)
        return exchange(window, length, into);
    memcpy(room, window->bytes + window->start, length);
    msrck_window_consume(window, length);
    return room;
}

void msrck_window_lend(struct input_window *window, unsigned char *bytes, size_t capacity)
{
    size_t have = window->end - window->start;

    if (window->memory != NULL || window->lent || capacity < window->capacity)
        return;
    if (have > 0)
        memcpy(bytes, window->bytes + window->start, have);
    free(window->bytes);
    window->bytes = bytes;
    window->capacity = capacity;
    window->lent = true;
    window->start = 0;
    window->end = have;
}

msrck_result msrck_window_expect(const struct input_window *window, uint64_t length, msrck_error *error)
{
    if (window->size == UINT64_MAX || length <= window->size - window->offset)
        return MSRCK_OK;
    return msrck_fail_at(error, MSRCK_TRUNCATED, window->size, "the file ends where at least %llu more bytes belong",
                         (unsigned long long)(length - (window->size - window->offset)));
}

void msrck_window_trim(struct input_window *window)
{
    size_t have = window->end - window->start;

    if (window->capacity <= LARGEST_KEPT || have > LARGEST_KEPT)
        return;
    memmove(window->bytes, window->bytes + window->start, have);
    window->start = 0;
    window->end = have;
    /* Shrinking that fails leaves the old memory, which is as good. */
    (void)grow(window, LARGEST_KEPT, NULL);
}
