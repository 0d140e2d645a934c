/* SPDX-License-Identifier: MIT */
/*
 * Files that are written, read back, read line by line and character by character, with their positions. Each machine runs in a folder of
 * its own, where the file of another is not:
 *
 * note: unportable
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *logged;

static void note(const char *what, long value)
{
    fprintf(logged, "%s=%ld\n", what, value);
}

static int count_words(FILE *file)
{
    int words = 0, inside = 0, c;

    while ((c = getc(file)) != EOF) {
        int letter = c > ' ';

        words += letter && !inside;
        inside = letter;
    }
    return words;
}

int main(void)
{
    FILE *file = fopen("stream_files.data", "w"), *streams[2];
    char *line = NULL;
    size_t room = 0;
    long got, place = 0;

    logged = stdout;
    if (file == NULL)
        return 1;
    for (int i = 0; i < 12; i++)
        fprintf(file, "line %d of %s words\n", i, i % 2 ? "more" : "some");
    note("written", ftell(file));
    fclose(file);
    file = fopen("stream_files.data", "r");
    while ((got = getline(&line, &room, file)) > 0) {
        line[got - 1] = '\0';
        if (strstr(line, "7") != NULL)
            place = ftell(file);
        note(line, got);
    }
    fseek(file, place, SEEK_SET);
    streams[0] = file;
    streams[1] = logged;
    note("words", count_words(streams[0]));
    fprintf(streams[1], "end\n");
    fclose(file);
    free(line);
    remove("stream_files.data");
    return 0;
}
