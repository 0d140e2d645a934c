/* SPDX-License-Identifier: MIT */
/* A table of sales is read, checked, sorted, printed and summed up in groups. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static const char sales[] =
    "shop;article;pieces#;amount$\n"
    "Lisbon; lamp, tall;12;1199.4\n"
    "Oslo;\"chair; folding\";4;359.96\n"
    "Lisbon;table;1;2450\n"
    "Oslo;lamp, tall;30;2998.5\n"
    "Bergen;\"rug \"\"Fjord\"\"\";2;780.20\n"
    "Oslo;returned chair;-1;-89.99\n"
    "Bergen;table;x;100\n"
    "Lisbon;shelf;7;350.555\n"
    "Graz;only two\n"
    "Graz;bench;1400;1234567.89\n"
    "\n"
    "Lisbon;vase;25;112.5\n"
    "Graz;vase;3;13.50\n"
    "Bergen;lamp, tall;3;299.85\n";

/* The same sales again and again, with other shops and amounts. */
static char *more_sales(int rounds)
{
    static const char *const shops[] = { "Turin", "Lyon", "Ghent" };
    string text = string_new();
    unsigned state = 17;

    string_add(&text, sales);
    for (int i = 0; i < rounds; i++) {
        state = state * 1103515245u + 12345u;
        string_format(&text, "%s;lot %03d;%u;%u.%02u\n", shops[i % 3], i, (state >> 16) % 90 + 1, (state >> 8) % 5000,
                      (state >> 20) % 100);
    }
    return string_take(&text);
}

int main(int argc, char **argv)
{
    char *text = more_sales(argc > 1 ? atoi(argv[1]) : 18);
    table *t = table_read(text);
    struct group *by_shop, *by_article;

    free(text);
    fputs(t->complaints ? t->complaints : "", stdout);
    for (int column = 0; column < t->columns; column++) {
        table_sort(t, column, column % 2 == 1);
        printf("by %s:\n", t->titles[column]);
        if (column >= 2)
            table_print(t);
        else
            for (int i = 0; i < t->count; i += 5)
                printf("  %s / %s\n", t->rows[i]->fields[0], t->rows[i]->fields[1]);
    }
    by_shop = table_group(t, 0);
    by_article = table_group(t, 1);
    group_print(t, by_shop);
    puts("");
    group_print(t, by_article);
    group_free(by_shop);
    group_free(by_article);
    table_free(t);
    return 0;
}
