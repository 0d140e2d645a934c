/* SPDX-License-Identifier: MIT */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>

/* A string that grows; always ended by '\0'. */
typedef struct {
    char *bytes;
    size_t length, room;
} string;

typedef enum column_type { COLUMN_TEXT, COLUMN_WHOLE, COLUMN_MONEY } column_type;

typedef struct row {
    char **fields;
    int count, line;
} row;

typedef struct table {
    char **titles;
    column_type *types;
    int columns;
    row **rows;
    int count, room;
    char *complaints;
} table;

struct group {
    const char *key;
    long whole[8];
    long long money[8];
    int rows;
    struct group *next;
};

string string_new(void);
void string_add(string *to, const char *text);
void string_add_char(string *to, char c);
void string_format(string *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *string_take(string *from);

char **split(const char *line, char separator, int *count);
void split_free(char **fields, int count);
char *trimmed(const char *text);
char *with_thousands(long long number, int decimals);
bool parse_money(const char *text, long long *cents);

table *table_read(const char *text);
void table_sort(table *t, int column, bool descending);
void table_print(const table *t);
struct group *table_group(const table *t, int column);
void group_print(const table *t, const struct group *groups);
void group_free(struct group *groups);
void table_free(table *t);

#endif
