/* SPDX-License-Identifier: MIT */
#include "file/xdr_cursor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/big_endian.h"

/* XDR memory streams count in unsigned int; half of it keeps every signed intermediate positive too. */
#define LARGEST_PAYLOAD INT32_MAX

bool msrck_cursor_open(struct xdr_cursor *cursor, const void *bytes, size_t length, const char *section,
                       msrck_error *error)
{
    cursor->bytes = bytes;
    cursor->length = length;
    cursor->section = section;
    cursor->error = error;
    cursor->result = MSRCK_OK;
    if (length > LARGEST_PAYLOAD) {
        cursor->result = msrck_fail(error, MSRCK_LIMIT,
                                    "section '%s' takes %zu bytes, more than can be decoded at once", section, length);
        return false;
    }
    /* The stream only reads; its interface has no const. */
    xdrmem_create(&cursor->xdr, (char *)(uintptr_t)bytes, (u_int)length, XDR_DECODE);
    return true;
}

size_t msrck_cursor_position(struct xdr_cursor *cursor)
{
    return xdr_getpos(&cursor->xdr);
}

bool msrck_cursor_corrupt(struct xdr_cursor *cursor, const char *what, uint64_t number, const char *format, ...)
{
    char reason[MSRCK_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    if (cursor->result == MSRCK_OK)
        cursor->result = msrck_fail(cursor->error, MSRCK_CORRUPT, "section '%s', %s %llu: %s", cursor->section, what,
                                    (unsigned long long)number, reason);
    return false;
}

bool msrck_cursor_cut(struct xdr_cursor *cursor, const char *what, uint64_t number)
{
    return msrck_cursor_corrupt(cursor, what, number, "the section ends inside it");
}

bool msrck_cursor_memory(struct xdr_cursor *cursor, size_t bytes, const char *what)
{
    if (cursor->result == MSRCK_OK)
        cursor->result = msrck_fail_memory(cursor->error, bytes, what);
    return false;
}

bool msrck_cursor_count(struct xdr_cursor *cursor, uint32_t most, size_t smallest, const char *what, uint32_t *count)
{
    size_t left;

    *count = 0;
    if (cursor->result != MSRCK_OK)
        return false;
    if (!xdr_u_int(&cursor->xdr, count)) {
        cursor->result = msrck_fail(cursor->error, MSRCK_CORRUPT, "section '%s' ends before the number of its %s",
                                    cursor->section, what);
        return false;
    }
    left = cursor->length - msrck_cursor_position(cursor);
    if (*count <= most && *count <= left / smallest)
        return true;
    cursor->result =
        msrck_fail(cursor->error, MSRCK_CORRUPT, "section '%s' claims %lu %s, %s", cursor->section,
                   (unsigned long)*count, what, *count > most ? "more than the format allows" : "more than it holds");
    *count = 0;
    return false;
}

static bool printable(const unsigned char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < 0x20 || text[i] == 0x7f)
            return false;
    return true;
}

bool msrck_cursor_prepare_name(struct xdr_cursor *cursor, size_t skip, const char *what, uint64_t number, char **name,
                               size_t *next)
{
    static const unsigned char zeros[4];
    size_t left = cursor->length - msrck_cursor_position(cursor), padding;
    const unsigned char *place;
    uint32_t length;

    *name = NULL;
    if (skip > left || left - skip < 4)
        return msrck_cursor_cut(cursor, what, number);
    place = cursor->bytes + msrck_cursor_position(cursor) + skip;
    length = load_be32(place);
    padding = (0 - length) & 3;
    if (length > MSRCK_X_MAX_NAME)
        return msrck_cursor_corrupt(cursor, what, number, "a name of %lu bytes is too long", (unsigned long)length);
    if (left - skip - 4 < length + padding)
        return msrck_cursor_cut(cursor, what, number);
    if (!printable(place + 4, length))
        return msrck_cursor_corrupt(cursor, what, number, "a name has control characters");
    if (memcmp(place + 4 + length, zeros, padding) != 0)
        return msrck_cursor_corrupt(cursor, what, number, "a name is not padded with zeros");
    /* xdr_string() fills memory that it is given, and allocates only where there is none. */
    *name = malloc((size_t)length + 1);
    if (next != NULL)
        *next = skip + 4 + length + padding;
    return *name != NULL || msrck_cursor_memory(cursor, (size_t)length + 1, "a name");
}

msrck_result msrck_cursor_close(struct xdr_cursor *cursor)
{
    size_t position;

    if (cursor->result != MSRCK_OK)
        return cursor->result;
    position = msrck_cursor_position(cursor);
    if (position != cursor->length)
        cursor->result = msrck_fail(cursor->error, MSRCK_CORRUPT, "section '%s' has %zu bytes behind its end",
                                    cursor->section, cursor->length - position);
    return cursor->result;
}

bool msrck_element_begin(struct xdr_element *element, struct byte_buffer *out, size_t most)
{
    unsigned char *room;

    element->out = out;
    element->start = out->length;
    room = msrck_buffer_extend(out, most);
    if (room == NULL)
        return false;
    xdrmem_create(&element->xdr, (char *)room, (u_int)most, XDR_ENCODE);
    return true;
}

void msrck_element_end(struct xdr_element *element, bool_t coded)
{
    element->out->length = element->start + xdr_getpos(&element->xdr);
    /* The room was measured for the element, so this does not happen; if it did, the bytes would be wrong. */
    if (!coded)
        element->out->failed = true;
}

size_t msrck_xdr_string_size(const char *text)
{
    return 4 + ((strlen(text) + 3) & ~(size_t)3);
}
