/* SPDX-License-Identifier: MIT */
/*
 * Blocks that functions of the C library give to the program, or take from it and resize: the program resizes and frees them in the end.
 * Each machine runs in a folder of its own, where the file that is read on another is not:
 *
 * note: unportable
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINES = 4 };

static char *formatted(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    return text;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void write_lines(const char *path)
{
    FILE *file = fopen(path, "w");

    for (int i = 0; i < LINES; i++)
        fprintf(file, "line %d %0*d\n", LINES - i, 1 << 2 * i, i);
    fclose(file);
}

/* The first blocks are the program's own, and too small. */
static void read_lines(const char *path, char **lines)
{
    size_t room = 1, other_room = 8, count = 0;
    char *line = malloc(room), *word = malloc(other_room);
    FILE *file = fopen(path, "r");

    while (count < LINES && getline(&line, &room, file) >= 0) {
#pragma msrck poll
        lines[count++] = strdup(line);
    }
    rewind(file);
    while (getdelim(&word, &other_room, ' ', file) >= 0) {
#pragma msrck poll
        printf("%zu\n", strlen(word));
    }
    fclose(file);
    free(word);
    line = realloc(line, 400);
    strcat(line, "end");
    printf("%s\n", line);
    free(line);
}

int main(void)
{
    const char *path = "heap_from_library.data";
    char *lines[LINES], *stream_text = NULL, *texts[7];
    size_t length;
    FILE *stream;

    write_lines(path);
    read_lines(path, lines);
    remove(path);
    qsort(lines, LINES, sizeof lines[0], by_text);
    stream = open_memstream(&stream_text, &length);
    fprintf(stream, "%s of %d", "stream", 42);
    fclose(stream);
    texts[0] = formatted("%d-%s", 5, "five");
    texts[1] = strndup("abcdef", 3);
    texts[2] = realpath("/usr/../usr/.", NULL);
    texts[3] = getcwd(NULL, 0);
    texts[4] = getcwd(NULL, 4096);
    texts[5] = stream_text;
    if (asprintf(&texts[6], "%c", 'x') < 0)
        return 1;
    for (int i = 0; i < 7; i++) {
#pragma msrck poll
        texts[i] = realloc(texts[i], strlen(texts[i]) + 20);
        strcat(texts[i], i == 3 ? "/end" : ", longer");
        if (i != 3 && i != 4)
            printf("%s\n", texts[i]);
    }
    printf("%d\n", strncmp(texts[3], texts[4], strlen(texts[3]) - 4));
    for (int i = 0; i < LINES; i++)
        printf("%s", lines[i]);
    for (int i = 0; i < LINES; i++)
        free(lines[i]);
    for (int i = 0; i < 7; i++)
        free(texts[i]);
    return 0;
}
