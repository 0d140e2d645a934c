/* SPDX-License-Identifier: MIT */
/* Texts and static results of the C library, as blocks that a checkpoint can hold. */
#define _GNU_SOURCE /* vasprintf, getdelim, tm_zone */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include <msrck/types.h>

#include "base/allocation.h"
#include "runtime/precompiled_heap.h"

/* ---- Copies of the program's own -------------------------------------------------------------------------------- */

static char *copy_text(const char *text, size_t length)
{
    char *copy = msrck_cc_malloc(&msrck_char, length + 1);

    if (copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *msrck_cc_strdup(const char *text)
{
    return copy_text(text, strlen(text));
}

char *msrck_cc_strndup(const char *text, size_t length)
{
    return copy_text(text, strnlen(text, length));
}

wchar_t *msrck_cc_wcsdup(const wchar_t *text)
{
    size_t length = wcslen(text) + 1;
    wchar_t *copy = msrck_cc_malloc(&msrck_wchar, length * sizeof *copy);

    if (copy != NULL)
        wmemcpy(copy, text, length);
    return copy;
}

/* Takes the text's place, with room for `size` bytes. */
static char *move_text(char *text, size_t size)
{
    size_t length = strlen(text) + 1;
    char *copy = msrck_cc_malloc(&msrck_char, size > length ? size : length);

    if (copy != NULL)
        memcpy(copy, text, length);
    free(text);
    return copy;
}

char *msrck_cc_realpath(const char *path, char *resolved)
{
    char *found = realpath(path, resolved);

    return found == NULL || resolved != NULL ? found : move_text(found, 0);
}

char *msrck_cc_getcwd(char *path, size_t size)
{
    char *found = getcwd(path, size);

    return found == NULL || path != NULL ? found : move_text(found, size);
}

int msrck_cc_vasprintf(char **text, const char *format, __builtin_va_list arguments)
{
    char *formatted;
    int length = vasprintf(&formatted, format, arguments);

    if (length < 0)
        return length;
    *text = copy_text(formatted, (size_t)length);
    free(formatted);
    return *text == NULL ? -1 : length;
}

int msrck_cc_asprintf(char **text, const char *format, ...)
{
    __builtin_va_list arguments;
    int length;

    __builtin_va_start(arguments, format);
    length = msrck_cc_vasprintf(text, format, arguments);
    __builtin_va_end(arguments);
    return length;
}

/* The line is read into memory of the C library's, since that would resize the program's block itself. */
ptrdiff_t msrck_cc_getdelim(char **line, size_t *size, int delimiter, void *stream)
{
    static char *read;
    static size_t read_size;
    ssize_t length;

    if (line == NULL || size == NULL) {
        errno = EINVAL;
        return -1;
    }
    length = getdelim(&read, &read_size, delimiter, stream);
    if (*line == NULL || *size < (length < 0 ? 1 : (size_t)length + 1)) {
        size_t wanted = length < 0 ? 120 : (size_t)length + 1;
        char *grown;

        if (wanted < 120)
            wanted = 120;
        if (*line != NULL && wanted < *size * 2)
            wanted = *size * 2;
        grown = msrck_cc_realloc(&msrck_char, *line, wanted);
        if (grown == NULL)
            return -1;
        *line = grown;
        *size = wanted;
    }
    if (length >= 0)
        memcpy(*line, read, (size_t)length + 1);
    return length;
}

ptrdiff_t msrck_cc_getline(char **line, size_t *size, void *stream)
{
    return msrck_cc_getdelim(line, size, '\n', stream);
}

/* ---- What the C library keeps ----------------------------------------------------------------------------------- */

/* Texts that were asked for: few different ones, so a list in the order of their hashes is enough. */
struct interned { uint64_t hash; char *text; };
static struct { struct interned *items; size_t count, capacity; } texts;

static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}

/* The first item whose hash is not smaller. */
static size_t find_hash(uint64_t hash)
{
    size_t low = 0, high = texts.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (texts.items[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

char *msrck_cc_intern(const char *text)
{
    uint64_t hash;
    size_t at, i;
    char *copy;

    if (text == NULL)
        return NULL;
    hash = hash_text(text);
    at = find_hash(hash);
    for (i = at; i < texts.count && texts.items[i].hash == hash; i++)
        if (strcmp(texts.items[i].text, text) == 0)
            return texts.items[i].text;
    if (!msrck_reserve(&texts.items, &texts.capacity, texts.count + 1, sizeof texts.items[0]) ||
        (copy = msrck_cc_strdup(text)) == NULL)
        return NULL;
    memmove(&texts.items[at + 1], &texts.items[at], (texts.count - at) * sizeof texts.items[0]);
    texts.items[at] = (struct interned){ hash, copy };
    texts.count++;
    return copy;
}

static struct { void *block; size_t size; } statics[MSRCK_CC_STATICS];

char *msrck_cc_static_text(int which, const char *text)
{
    size_t size;

    if (text == NULL)
        return NULL;
    size = strlen(text) + 1;
    /* An old block that is too small is left to whoever points to it. */
    if (statics[which].size < size) {
        statics[which].block = msrck_cc_malloc(&msrck_char, size < 64 ? 64 : size);
        statics[which].size = statics[which].block == NULL ? 0 : size < 64 ? 64 : size;
    }
    return statics[which].block == NULL ? NULL : memcpy(statics[which].block, text, size);
}

void *msrck_cc_static_tm(const struct msrck_type *type, const void *time)
{
    struct tm *copy;

    if (time == NULL)
        return NULL;
    if (statics[MSRCK_CC_LOCALTIME].block == NULL)
        statics[MSRCK_CC_LOCALTIME].block = msrck_cc_malloc(type, sizeof *copy);
    copy = statics[MSRCK_CC_LOCALTIME].block;
    if (copy != NULL) {
        memcpy(copy, time, sizeof *copy);
        copy->tm_zone = msrck_cc_intern(copy->tm_zone);
    }
    return copy;
}
