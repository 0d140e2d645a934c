/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static char *cell_text(const table *t, const row *r, int column)
{
    long long cents;

    switch (t->types[column]) {
    case COLUMN_WHOLE:
        return with_thousands(atoll(r->fields[column]), 0);
    case COLUMN_MONEY:
        parse_money(r->fields[column], &cents);
        return with_thousands(cents, 2);
    default:
        return strdup(r->fields[column]);
    }
}

static void rule(const int *widths, int columns, char corner, char line)
{
    string text = string_new();

    for (int i = 0; i < columns; i++) {
        string_add_char(&text, corner);
        for (int k = 0; k < widths[i] + 2; k++)
            string_add_char(&text, line);
    }
    string_add_char(&text, corner);
    puts(text.bytes);
    free(text.bytes);
}

void table_print(const table *t)
{
    int columns = t->columns;
    char **cells = malloc(sizeof *cells * (size_t)(t->count + 1) * (size_t)columns);
    int widths[columns];

    for (int c = 0; c < t->columns; c++)
        widths[c] = (int)strlen(t->titles[c]);
    for (int r = 0; r < t->count; r++)
        for (int c = 0; c < t->columns; c++) {
            int width = (int)strlen(cells[r * columns + c] = cell_text(t, t->rows[r], c));

            widths[c] = width > widths[c] ? width : widths[c];
        }
    rule(widths, t->columns, '+', '=');
    for (int c = 0; c < t->columns; c++)
        printf("| %-*s ", widths[c], t->titles[c]);
    puts("|");
    rule(widths, t->columns, '+', '-');
    for (int r = 0; r < t->count; r++) {
        for (int c = 0; c < t->columns; c++) {
            printf(t->types[c] == COLUMN_TEXT ? "| %-*s " : "| %*s ", widths[c], cells[r * columns + c]);
            free(cells[r * columns + c]);
        }
        puts("|");
    }
    rule(widths, t->columns, '+', '=');
    free(cells);
}

struct group *table_group(const table *t, int column)
{
    struct group *groups = NULL;

    for (int r = 0; r < t->count; r++) {
        const char *key = t->rows[r]->fields[column];
        struct group **link = &groups;

        while (*link && strcmp((*link)->key, key) < 0)
            link = &(*link)->next;
        if (!*link || strcmp((*link)->key, key) != 0) {
            struct group *group = calloc(1, sizeof(struct group));

            group->key = key;
            group->next = *link;
            *link = group;
        }
        (*link)->rows++;
        for (int c = 0; c < t->columns && c < 8; c++)
            if (t->types[c] == COLUMN_WHOLE) {
                (*link)->whole[c] += atol(t->rows[r]->fields[c]);
            } else if (t->types[c] == COLUMN_MONEY) {
                long long cents;

                if (parse_money(t->rows[r]->fields[c], &cents))
                    (*link)->money[c] += cents;
            }
    }
    return groups;
}

void group_print(const table *t, const struct group *groups)
{
    for (; groups; groups = groups->next) {
        string line = string_new();

        string_format(&line, "%-12s %3d rows", groups->key, groups->rows);
        for (int c = 0; c < t->columns && c < 8; c++) {
            char *number = NULL;

            if (t->types[c] == COLUMN_TEXT)
                continue;
            number = t->types[c] == COLUMN_WHOLE ? with_thousands(groups->whole[c], 0)
                                                 : with_thousands(groups->money[c], 2);
            string_format(&line, ", %s %s", t->titles[c], number);
            free(number);
        }
        puts(line.bytes);
        free(string_take(&line));
    }
}

void group_free(struct group *groups)
{
    while (groups) {
        struct group *next = groups->next;

        free(groups);
        groups = next;
    }
}
