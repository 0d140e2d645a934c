/* SPDX-License-Identifier: MIT */
#include "paragraph.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

Paragraph *add_paragraph(Document *document, enum alignment alignment)
{
    Paragraph *paragraph = calloc(1, sizeof(Paragraph));

    paragraph->alignment = alignment;
    paragraph->last = &paragraph->first;
    paragraph->previous = document->last;
    if (document->last != NULL)
        document->last->next = paragraph;
    else
        document->first = paragraph;
    document->last = paragraph;
    document->paragraphs++;
    return paragraph;
}

static void forget_words(Paragraph *paragraph)
{
    struct word *word = paragraph->first, *next;

    for (; word != NULL; word = next) {
        next = word->next;
        free(word);
    }
    paragraph->first = NULL;
    paragraph->last = &paragraph->first;
    paragraph->words = 0;
}

void append_text(Paragraph *paragraph, const char *text)
{
    size_t length = strlen(text);

    forget_words(paragraph); /* they point into what may move */
    if (paragraph->length + length + 2 > paragraph->room) {
        paragraph->room = 2 * paragraph->room + length + 2;
        paragraph->text = realloc(paragraph->text, paragraph->room);
    }
    if (paragraph->length > 0)
        paragraph->text[paragraph->length++] = ' ';
    memcpy(paragraph->text + paragraph->length, text, length + 1);
    paragraph->length += length;
}

void split_words(Paragraph *paragraph)
{
    const char *at = paragraph->text;

    forget_words(paragraph);
    while (at != NULL && *at != '\0') {
        struct word *word;

        while (isspace((unsigned char)*at))
            at++;
        if (*at == '\0')
            break;
        word = (struct word *)malloc(sizeof *word);
        word->start = at;
        while (*at != '\0' && !isspace((unsigned char)*at))
            at++;
        word->length = (unsigned short)(at - word->start);
        word->next = NULL;
        *paragraph->last = word;
        paragraph->last = &word->next;
        paragraph->words++;
    }
}

void remove_paragraph(Document *document, Paragraph *paragraph)
{
    if (paragraph->previous)
        paragraph->previous->next = paragraph->next;
    else
        document->first = paragraph->next;
    if (paragraph->next)
        paragraph->next->previous = paragraph->previous;
    else
        document->last = paragraph->previous;
    forget_words(paragraph);
    free(paragraph->text);
    free(paragraph);
    document->paragraphs--;
}

static int count_of(const char *text, const char *part)
{
    int count = 0;

    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

int replace_all(Document *document, const char *from, const char *to)
{
    int replaced = 0;

    for (Paragraph *paragraph = document->first; paragraph; paragraph = paragraph->next) {
        int count = paragraph->text ? count_of(paragraph->text, from) : 0;
        size_t size = paragraph->length + (size_t)count * strlen(to) + 1;
        char *changed, *out;
        const char *in, *found;

        if (count == 0)
            continue;
        out = changed = malloc(size);
        for (in = paragraph->text; (found = strstr(in, from)) != NULL; in = found + strlen(from)) {
            memcpy(out, in, (size_t)(found - in));
            out += found - in;
            out = strcpy(out, to) + strlen(to);
        }
        strcpy(out, in);
        forget_words(paragraph);
        free(paragraph->text);
        paragraph->text = changed;
        paragraph->length = strlen(changed);
        paragraph->room = size;
        replaced += count;
    }
    return replaced;
}
