/* SPDX-License-Identifier: MIT */
/* The streams of msrck/msrck.h for pre-compiled programs, and those that write to memory. */
#define _GNU_SOURCE /* open_memstream */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <msrck/msrck.h>

#include "base/allocation.h"
#include "runtime/precompiled_heap.h"

/* A stream that writes to memory, and where its program expects the text. */
struct memory_stream { FILE *stream; char **text; size_t *size; };
static struct { struct memory_stream *items; size_t count, capacity; } streams;

void *msrck_cc_fopen(const char *path, const char *mode)
{
    return msrck_fopen(path, mode);
}

void *msrck_cc_freopen(const char *path, const char *mode, void *stream)
{
    return msrck_freopen(path, mode, stream);
}

char *msrck_cc_strtok(char *text, const char *separators)
{
    return msrck_strtok(text, separators);
}

/* The stream itself is the C library's and cannot be carried; the text is the program's as soon as it is complete. */
void *msrck_cc_open_memstream(char **text, size_t *size)
{
    FILE *stream;

    if (!msrck_reserve(&streams.items, &streams.capacity, streams.count + 1, sizeof streams.items[0]))
        return NULL;
    stream = open_memstream(text, size);
    if (stream != NULL)
        streams.items[streams.count++] = (struct memory_stream){ stream, text, size };
    return stream;
}

int msrck_cc_fclose(void *stream)
{
    struct memory_stream closed = { NULL, NULL, NULL };
    int status;
    size_t i;
    char *text;

    for (i = 0; i < streams.count && closed.stream == NULL; i++)
        if (streams.items[i].stream == (FILE *)stream) {
            closed = streams.items[i];
            streams.items[i] = streams.items[--streams.count];
        }
    if (closed.stream == NULL)
        return msrck_fclose(stream);
    status = fclose(stream);
    text = *closed.text;
    if (text == NULL || (*closed.text = msrck_cc_malloc(&msrck_char, *closed.size + 1)) == NULL)
        return EOF;
    memcpy(*closed.text, text, *closed.size + 1);
    free(text);
    return status;
}
