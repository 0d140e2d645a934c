/* SPDX-License-Identifier: MIT */
/* Structs that end in an array without length: grown by realloc, in a list, of structs and of pointers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    struct text *next;
    size_t length;
    char bytes[];
};

struct row {
    int count, room;
    struct cell { short kind; double value; struct text *note; } cells[];
};

static struct text *remember(struct text *list, const char *words)
{
    struct text *text = malloc(sizeof *text + strlen(words) + 1);

    if (text == NULL)
        exit(1);
    text->next = list;
    text->length = strlen(words);
    memcpy(text->bytes, words, text->length + 1);
    return text;
}

static struct row *add(struct row *row, double value, struct text *note)
{
    if (row == NULL || row->count == row->room) {
        int room = row == NULL ? 2 : 2 * row->room, count = row == NULL ? 0 : row->count;

        row = realloc(row, sizeof(struct row) + (size_t)room * sizeof(struct cell));
        if (row == NULL)
            exit(1);
        row->room = room;
        row->count = count;
    }
    row->cells[row->count].kind = (short)(row->count * 3);
    row->cells[row->count].value = value;
    row->cells[row->count++].note = note;
    return row;
}

int main(void)
{
    struct text *list = NULL;
    struct row *row = NULL;
    char words[32];
    int n;

    for (n = 0; n < 25; n++) {
        sprintf(words, "%.*s%d", n % 7, "abcdefgh", n);
        list = remember(list, words);
        row = add(row, n * 1.5, n % 4 ? list : NULL);
    }
    for (n = 0; n < row->count; n++)
        printf("%d %g %s\n", row->cells[n].kind, row->cells[n].value, row->cells[n].note != NULL ? row->cells[n].note->bytes : "-");
    printf("%d of %d\n", row->count, row->room);
    free(row);
    while (list != NULL) {
        struct text *next = list->next;
        printf("%zu ", list->length);
        free(list);
        list = next;
    }
    printf("\n");
    return 0;
}
