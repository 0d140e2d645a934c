/* SPDX-License-Identifier: MIT */
/* Texts on the heap: strdup, strndup, asprintf, lengths plus one, texts that grow, tables of texts, texts of the C library. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *join(const char *first, const char *second)
{
    char *whole = malloc(strlen(first) + strlen(second) + 2);

    sprintf(whole, "%s %s", first, second);
    return whole;
}

static char *append(char *text, const char *more)
{
    text = realloc(text, strlen(text) + strlen(more) + 1);
    strcat(text, more);
    return text;
}

static void sort(char **texts, int count)
{
    for (int i = 1; i < count; i++)
        for (int k = i; k > 0 && strcmp(texts[k - 1], texts[k]) > 0; k--) {
            char *held = texts[k];

            texts[k] = texts[k - 1];
            texts[k - 1] = held;
        }
}

int main(void)
{
    static const char *const words[] = { "pear", "fig", "apple", "quince", "cherry", "plum", "date" };
    enum { WORDS = sizeof words / sizeof words[0] };
    char **texts = malloc(WORDS * sizeof *texts), *grown = strdup(""), *numbered, *error = strerror(ENOENT), *tail;
    const char *absent = getenv("A_VARIABLE_THAT_NOBODY_SETS");
    int i, total = 0;

    for (i = 0; i < WORDS; i++) {
        texts[i] = i % 2 ? strdup(words[i]) : strndup(words[i], 3);
        grown = append(grown, words[i]);
    }
    tail = grown + strlen(grown) - 4;
    sort(texts, WORDS);
    for (i = 0; i < WORDS; i++) {
        char *pair = join(texts[i], words[i]);

        total += (int)strlen(pair);
        if (asprintf(&numbered, "%d:%s", i, pair) > 0)
            printf("%s\n", numbered);
        free(numbered);
        free(pair);
    }
    printf("%s %s %d %s %s\n", grown, tail, total, error, absent == NULL ? "absent" : absent);
    for (i = 0; i < WORDS; i++)
        free(texts[i]);
    free(texts);
    free(grown);
    return 0;
}
