/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static void complain(table *t, int line, const char *what, const char *field)
{
    string text = string_new();

    if (t->complaints)
        string_add(&text, t->complaints);
    string_format(&text, "line %d: %s: %s\n", line, what, field ? field : "-");
    free(t->complaints);
    t->complaints = string_take(&text);
}

static bool acceptable(table *t, const row *r)
{
    long long ignored;
    char *end;

    if (r->count != t->columns) {
        complain(t, r->line, "wrong number of fields", r->count > 0 ? r->fields[0] : NULL);
        return false;
    }
    for (int i = 0; i < t->columns; i++)
        switch (t->types[i]) {
        case COLUMN_WHOLE:
            if (strtol(r->fields[i], &end, 10), *end != '\0' || end == r->fields[i]) {
                complain(t, r->line, "no whole number", r->fields[i]);
                return false;
            }
            break;
        case COLUMN_MONEY:
            if (!parse_money(r->fields[i], &ignored)) {
                complain(t, r->line, "no amount", r->fields[i]);
                return false;
            }
            break;
        case COLUMN_TEXT:
            break;
        }
    return true;
}

static void read_titles(table *t, const char *line)
{
    t->titles = split(line, ';', &t->columns);
    t->types = malloc((size_t)t->columns * sizeof *t->types);
    for (int i = 0; i < t->columns; i++) {
        char *mark = strpbrk(t->titles[i], "#$");

        t->types[i] = !mark ? COLUMN_TEXT : *mark == '#' ? COLUMN_WHOLE : COLUMN_MONEY;
        if (mark)
            *mark = '\0';
    }
}

static void add_row(table *t, const char *line, int number)
{
    row *r = calloc(1, sizeof *r);

    r->line = number;
    r->fields = split(line, ';', &r->count);
    if (!acceptable(t, r)) {
        split_free(r->fields, r->count);
        free(r);
        return;
    }
    if (t->count == t->room) {
        t->room += 4;
        t->rows = realloc(t->rows, (size_t)t->room * sizeof(row *));
        memset(t->rows + t->count, 0, (size_t)(t->room - t->count) * sizeof(row *));
    }
    t->rows[t->count++] = r;
}

table *table_read(const char *text)
{
    table *t = calloc(1, sizeof(table));
    int number = 0;

    while (*text) {
        size_t length = strcspn(text, "\n");
        char *line = strndup(text, length);

        text += length + (text[length] == '\n');
        if (number++ == 0)
            read_titles(t, line);
        else if (*line)
            add_row(t, line, number);
        free(line);
    }
    return t;
}

static const table *sorted;
static int sort_column;
static int sort_sign;

static int compare_rows(const void *left, const void *right)
{
    const row *a = *(const row *const *)left, *b = *(const row *const *)right;
    const char *x = a->fields[sort_column], *y = b->fields[sort_column];
    long long p, q;
    int order = 0;

    switch (sorted->types[sort_column]) {
    case COLUMN_TEXT:
        order = strcmp(x, y);
        break;
    case COLUMN_WHOLE:
        p = atol(x), q = atol(y);
        order = (p > q) - (p < q);
        break;
    case COLUMN_MONEY:
        parse_money(x, &p);
        parse_money(y, &q);
        order = (p > q) - (p < q);
        break;
    }
    return order ? order * sort_sign : a->line - b->line;
}

void table_sort(table *t, int column, bool descending)
{
    sorted = t;
    sort_column = column;
    sort_sign = descending ? -1 : 1;
    qsort(t->rows, (size_t)t->count, sizeof *t->rows, compare_rows);
    sorted = NULL;
}

void table_free(table *t)
{
    for (int i = 0; i < t->count; i++) {
        split_free(t->rows[i]->fields, t->rows[i]->count);
        free(t->rows[i]);
    }
    free(t->rows);
    split_free(t->titles, t->columns);
    free(t->types);
    free(t->complaints);
    free(t);
}
