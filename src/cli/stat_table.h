/* SPDX-License-Identifier: MIT */
/* Tables of `msrck stat`: rows of texts and numbers, sorted, cut short, printed for people or as JSON. */
#ifndef MSRCK_CLI_STAT_TABLE_H
#define MSRCK_CLI_STAT_TABLE_H

#include "json_writer.h"

enum column_kind {
    COLUMN_TEXT,
    COLUMN_COUNT,                   /* a number; in JSON a string of digits */
    COLUMN_BYTES,                   /* for people with KiB and the like; in JSON exact */
    COLUMN_SHARE                    /* stored bytes by raw bytes, in the two columns before it; it has no cell of its own */
};

struct stat_column {
    const char *key;                /* in JSON, and for --sort */
    const char *heading;
    enum column_kind kind;
};

#define STAT_MOST_COLUMNS 12u

struct stat_cell {
    char *text;                     /* owned; of texts */
    uint64_t number;
};

struct stat_row {
    struct stat_cell cells[STAT_MOST_COLUMNS];
};

struct stat_table {
    const char *key, *title;
    const struct stat_column *columns;      /* key NULL behind the last */
    struct stat_row *rows;          /* owned */
    size_t count, capacity;
    bool failed;                    /* memory was out; found once, at the end */
};

/* Appends a row; fill its cells in order. NULL when memory is out. */
struct stat_row *stat_table_add(struct stat_table *table);
/* Copies the text. */
void stat_table_text(struct stat_table *table, struct stat_row *row, unsigned column, const char *text);
void stat_table_free(struct stat_table *table);

/* False when the table has no such column. Numbers descend, texts ascend; equal rows keep their order. */
bool stat_table_sort(struct stat_table *table, const char *key);

/* At most `limit` rows; 0: all. */
void stat_table_print(const struct stat_table *table, uint64_t limit);
/* Key and array. "KEY_omitted" follows where rows are left out. */
void stat_table_json(const struct stat_table *table, uint64_t limit, struct json_writer *writer);

#define STAT_SIZE_TEXT 32
/* "512 B", "1.5 KiB". */
const char *stat_size(uint64_t bytes, char text[STAT_SIZE_TEXT]);

#endif
