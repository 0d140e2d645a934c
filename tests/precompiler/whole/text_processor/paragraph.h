/* SPDX-License-Identifier: MIT */
#ifndef PARAGRAPH_H
#define PARAGRAPH_H

#include <stddef.h>

enum alignment { LEFT_ALIGNED, RIGHT_ALIGNED, CENTRED, JUSTIFIED };

struct word {
    const char *start; /* into the paragraph's text */
    unsigned short length;
    struct word *next;
};

typedef struct paragraph {
    struct paragraph *previous, *next;
    char *text;
    size_t length, room;
    struct word *first, **last;
    int words;
    enum alignment alignment;
} Paragraph;

typedef struct {
    Paragraph *first, *last;
    int paragraphs;
    int width;
    int lines; /* of the last layout */
    char *(*change)(char *text);
} Document;

Paragraph *add_paragraph(Document *document, enum alignment alignment);
void append_text(Paragraph *paragraph, const char *text);
void split_words(Paragraph *paragraph);
void remove_paragraph(Document *document, Paragraph *paragraph);
int replace_all(Document *document, const char *from, const char *to);
int set_document(Document *document, char **lines, int most);

#endif
