/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paragraph.h"

struct line {
    const struct word *first;
    int words, length; /* of the words alone */
};

/* One line into a buffer of the document's width. */
static void set_line(char *to, int width, const struct line *line, enum alignment alignment, int last)
{
    int spare = width - line->length - (line->words - 1), at = 0, gap = 0;
    const struct word *word = line->first;

    memset(to, ' ', (size_t)width);
    switch (alignment) {
    case RIGHT_ALIGNED:
        at = spare;
        break;
    case CENTRED:
        at = spare / 2;
        break;
    case JUSTIFIED:
        if (!last)
            gap = spare;
        /* fall through */
    case LEFT_ALIGNED:
        break;
    }
    for (int i = 0; i < line->words; i++, word = word->next) {
        int gaps = line->words - 1;

        memcpy(to + at, word->start, word->length);
        at += word->length + 1;
        if (gaps > 0)
            at += gap * (i + 1) / gaps - gap * i / gaps;
    }
    for (at = width; at > 0 && to[at - 1] == ' '; at--)
        ;
    to[at] = '\0';
}

/* Optimal breaks: the least sum of squared spare room, as a table from the end. */
static int break_lines(const Paragraph *paragraph, int width, struct line *lines)
{
    int n = paragraph->words, count = 0;
    const struct word *words[n + 1], *word = paragraph->first;
    long best[n + 1];
    int next[n + 1];

    for (int i = 0; i < n; i++, word = word->next)
        words[i] = word;
    best[n] = 0;
    for (int i = n - 1; i >= 0; i--) {
        int length = -1;

        best[i] = -1;
        for (int k = i; k < n; k++) {
            long cost;

            length += words[k]->length + 1;
            if (length > width && k > i)
                break;
            cost = k == n - 1 ? 0 : (long)(width - length) * (width - length);
            if (best[i] < 0 || cost + best[k + 1] < best[i]) {
                best[i] = cost + best[k + 1];
                next[i] = k + 1;
            }
        }
    }
    for (int i = 0; i < n; i = next[i]) {
        struct line *line = &lines[count++];

        line->first = words[i];
        line->words = next[i] - i;
        line->length = 0;
        for (int k = i; k < next[i]; k++)
            line->length += words[k]->length;
    }
    return count;
}

int set_document(Document *document, char **to, int most)
{
    int count = 0;

    for (Paragraph *paragraph = document->first; paragraph != NULL; paragraph = paragraph->next) {
        struct line *lines;
        int broken;

        split_words(paragraph);
        lines = malloc(sizeof(struct line) * (size_t)(paragraph->words + 1));
        broken = break_lines(paragraph, document->width, lines);
        for (int i = 0; i < broken && count < most; i++) {
            int longer = lines[i].length + lines[i].words > document->width ? lines[i].length + lines[i].words : 0;

            to[count] = realloc(to[count], (size_t)(longer > 0 ? longer : document->width) + 1);
            set_line(to[count], longer > 0 ? longer : document->width, &lines[i], paragraph->alignment,
                     i == broken - 1);
            if (document->change)
                document->change(to[count]);
            count++;
        }
        free(lines);
        if (count < most && paragraph->next) {
            to[count] = realloc(to[count], 1);
            to[count++][0] = '\0';
        }
    }
    return document->lines = count;
}
