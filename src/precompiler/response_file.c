/* SPDX-License-Identifier: MIT */
#include "response_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "text_builder.h"

/* A file that names itself would not end otherwise. */
#define MOST_NESTED 20

struct expansion {
    char **items;
    int count, capacity;
};

static void add(struct expansion *out, char *text)
{
    if (out->count == out->capacity) {
        out->capacity = out->capacity * 2 + 64;
        out->items = storage_resize(out->items, (size_t)out->capacity, sizeof *out->items);
    }
    out->items[out->count++] = text;
}

/* The next word: blanks part words, quotes and backslashes keep them together. NULL at the end. */
static char *next_word(FILE *file)
{
    text_builder word = { NULL, 0, 0 };
    int c = getc(file), quote = 0;

    while (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v')
        c = getc(file);
    if (c == EOF)
        return NULL;
    for (; c != EOF; c = getc(file)) {
        char letter;

        if (quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'))
            break;
        if (quote == 0 ? c == '"' || c == '\'' : c == quote) {
            quote = quote == 0 ? c : 0;
            continue;
        }
        if (c == '\\' && (c = getc(file)) == EOF)
            break;
        letter = (char)c;
        text_add_range(&word, &letter, 1);
    }
    return text_take(&word);
}

static void expand(struct expansion *out, char *text, int nested)
{
    FILE *file = text[0] == '@' && nested < MOST_NESTED ? fopen(text + 1, "r") : NULL;
    char *word;

    if (file == NULL) {
        add(out, text);
        return;
    }
    while ((word = next_word(file)) != NULL)
        expand(out, word, nested + 1);
    fclose(file);
    free(text);
}

char **response_files_expand(int count, char *const *argv, int *total)
{
    struct expansion out = { storage_new((size_t)count + 1, sizeof(char *)), 0, count + 1 };

    for (int i = 0; i < count; i++)
        expand(&out, storage_copy(argv[i]), 0);
    *total = out.count;
    return out.items;
}
