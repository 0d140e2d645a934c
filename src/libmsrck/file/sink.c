/* SPDX-License-Identifier: MIT */
/* The interface of all sinks, and the two kinds that need no descriptor: memory and callback. */
#include "file/sink.h"

#include <stdlib.h>

#include "base/allocation.h"
#include "file/sink_kind.h"

msrck_result msrck_sink_write(struct sink *sink, const void *bytes, size_t length, msrck_error *error)
{
    msrck_result result;

    if (length == 0)
        return MSRCK_OK;
    result = sink->kind->write(sink, bytes, length, error);
    if (result == MSRCK_OK)
        sink->written += length;
    return result;
}

unsigned char *msrck_sink_room(struct sink *sink, size_t length)
{
    return sink->kind->room == NULL ? NULL : sink->kind->room(sink, length);
}

uint64_t msrck_sink_written(const struct sink *sink)
{
    return sink->written;
}

msrck_result msrck_sink_commit(struct sink *sink, msrck_error *error)
{
    return sink->kind->commit(sink, error);
}

void msrck_sink_abort(struct sink *sink)
{
    if (sink != NULL)
        sink->kind->abort(sink);
}

/* ---- Kinds whose bytes are where they belong once they are written ---- */

static msrck_result commit_nothing(struct sink *sink, msrck_error *error)
{
    (void)error;
    free(sink);
    return MSRCK_OK;
}

static void abort_nothing(struct sink *sink)
{
    free(sink);
}

struct memory_sink {
    struct sink head;
    struct byte_buffer *buffer;
    size_t start;                   /* length the buffer had: an abort takes it back to that */
};

static msrck_result write_memory(struct sink *sink, const unsigned char *bytes, size_t length, msrck_error *error)
{
    struct byte_buffer *buffer = ((struct memory_sink *)sink)->buffer;

    /* Bytes that were put where room_memory() told. */
    if (buffer->bytes != NULL && bytes == buffer->bytes + buffer->length && length <= buffer->capacity - buffer->length) {
        buffer->length += length;
        return MSRCK_OK;
    }
    msrck_buffer_append(buffer, bytes, length);
    return buffer->failed ? msrck_fail_memory(error, length, "a checkpoint in memory") : MSRCK_OK;
}

/* The room is behind the buffer's bytes until they are written. */
static unsigned char *room_memory(struct sink *sink, size_t length)
{
    struct byte_buffer *buffer = ((struct memory_sink *)sink)->buffer;
    unsigned char *room = msrck_buffer_extend(buffer, length);

    if (room != NULL)
        buffer->length -= length;
    return room;
}

static void abort_memory(struct sink *sink)
{
    struct memory_sink *memory = (struct memory_sink *)sink;

    memory->buffer->length = memory->start;
    free(sink);
}

msrck_result msrck_sink_open_memory(struct byte_buffer *buffer, struct sink **sink, msrck_error *error)
{
    static const struct sink_kind kind = { write_memory, commit_nothing, abort_memory, room_memory };
    struct memory_sink *made = msrck_allocate(1, sizeof *made);

    *sink = NULL;
    if (made == NULL)
        return msrck_fail_memory(error, sizeof *made, "a sink");
    made->head.kind = &kind;
    made->buffer = buffer;
    made->start = buffer->length;
    *sink = &made->head;
    return MSRCK_OK;
}

struct callback_sink {
    struct sink head;
    int (*write)(void *context, const void *bytes, size_t length);
    void *context;
};

static msrck_result write_callback(struct sink *sink, const unsigned char *bytes, size_t length, msrck_error *error)
{
    struct callback_sink *callback = (struct callback_sink *)sink;
    int code = callback->write(callback->context, bytes, length);

    return code != 0 ? msrck_fail_system(error, code, "cannot write the checkpoint") : MSRCK_OK;
}

msrck_result msrck_sink_open_callback(int (*write)(void *context, const void *bytes, size_t length), void *context,
                                      struct sink **sink, msrck_error *error)
{
    static const struct sink_kind kind = { write_callback, commit_nothing, abort_nothing, NULL };
    struct callback_sink *made = msrck_allocate(1, sizeof *made);

    *sink = NULL;
    if (made == NULL)
        return msrck_fail_memory(error, sizeof *made, "a sink");
    made->head.kind = &kind;
    made->write = write;
    made->context = context;
    *sink = &made->head;
    return MSRCK_OK;
}
