/* SPDX-License-Identifier: MIT */
#include "stat_table.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"

struct stat_row *stat_table_add(struct stat_table *table)
{
    if (table->count == table->capacity) {
        size_t capacity = table->capacity == 0 ? 16 : 2 * table->capacity;
        struct stat_row *rows = realloc(table->rows, capacity * sizeof *rows);
        if (rows == NULL) {
            table->failed = true;
            return NULL;
        }
        table->rows = rows;
        table->capacity = capacity;
    }
    memset(&table->rows[table->count], 0, sizeof *table->rows);
    return &table->rows[table->count++];
}

void stat_table_text(struct stat_table *table, struct stat_row *row, unsigned column, const char *text)
{
    row->cells[column].text = strdup(text);
    if (row->cells[column].text == NULL)
        table->failed = true;
}

void stat_table_free(struct stat_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        for (unsigned c = 0; c < STAT_MOST_COLUMNS; c++)
            free(table->rows[i].cells[c].text);
    free(table->rows);
    table->rows = NULL;
    table->count = table->capacity = 0;
}

/* ---- Sorting ---- */

/* A row, and what it is sorted by. */
struct sort_entry {
    struct stat_row row;
    const char *text;
    double number;
    uint64_t exact;
    size_t place;                   /* where it stood: keeps equal rows in order */
};

/* What of the raw bytes is left in the file. */
static double share(const struct stat_row *row, unsigned column)
{
    uint64_t raw = row->cells[column - 2].number;

    return raw == 0 ? 0 : (double)row->cells[column - 1].number / (double)raw;
}

static int compare(const void *a, const void *b)
{
    const struct sort_entry *left = a, *right = b;
    int order = left->text != NULL ? strcmp(left->text, right->text) : 0;

    if (order != 0)
        return order;
    if (left->number != right->number)
        return left->number > right->number ? -1 : 1;
    if (left->exact != right->exact)
        return left->exact > right->exact ? -1 : 1;
    return left->place < right->place ? -1 : 1;
}

static bool sort_by(struct stat_table *table, unsigned column)
{
    struct sort_entry *entries = calloc(table->count + 1, sizeof *entries);

    for (size_t i = 0; entries != NULL && i < table->count; i++) {
        enum column_kind kind = table->columns[column].kind;
        const struct stat_row *row = &table->rows[i];
        entries[i] = (struct sort_entry){ .row = *row, .place = i };
        if (kind == COLUMN_TEXT)
            entries[i].text = row->cells[column].text != NULL ? row->cells[column].text : "";
        else if (kind == COLUMN_SHARE)
            entries[i].number = share(row, column);
        else
            entries[i].exact = row->cells[column].number;
    }
    if (entries != NULL)
        qsort(entries, table->count, sizeof *entries, compare);
    for (size_t i = 0; entries != NULL && i < table->count; i++)
        table->rows[i] = entries[i].row;
    table->failed = table->failed || entries == NULL;
    free(entries);
    return true;
}

bool stat_table_sort(struct stat_table *table, const char *key)
{
    for (unsigned c = 0; table->columns[c].key != NULL; c++)
        if (strcmp(table->columns[c].key, key) == 0)
            return sort_by(table, c);
    return false;
}

/* ---- For people ---- */

const char *stat_size(uint64_t bytes, char text[STAT_SIZE_TEXT])
{
    static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    double number = (double)bytes / 1024;
    unsigned unit = 0;

    if (bytes < 1024) {
        snprintf(text, STAT_SIZE_TEXT, "%u B", (unsigned)bytes);
        return text;
    }
    for (; number >= 1023.95 && unit < 5; unit++)
        number /= 1024;
    snprintf(text, STAT_SIZE_TEXT, "%.1f %s", number, units[unit]);
    return text;
}

/* Longer texts are cut in the middle of a table. */
#define WIDEST_TEXT 40
#define CELL_TEXT 256

static void format_cell(const struct stat_table *table, const struct stat_row *row, unsigned column, char *text)
{
    const struct stat_cell *cell = &row->cells[column];
    char size[STAT_SIZE_TEXT];

    switch (table->columns[column].kind) {
    case COLUMN_TEXT:
        snprintf(text, CELL_TEXT, "%.*s%s", WIDEST_TEXT, cell->text != NULL ? cell->text : "",
                 cell->text != NULL && strlen(cell->text) > WIDEST_TEXT ? "..." : "");
        break;
    case COLUMN_COUNT:
        snprintf(text, CELL_TEXT, "%llu", (unsigned long long)cell->number);
        break;
    case COLUMN_BYTES:
        snprintf(text, CELL_TEXT, "%s", stat_size(cell->number, size));
        break;
    case COLUMN_SHARE:
        snprintf(text, CELL_TEXT, row->cells[column - 2].number == 0 ? "-" : "%.1f %%", 100 * share(row, column));
        break;
    }
}

static int width_of(const struct stat_table *table, unsigned column, size_t rows)
{
    size_t width = strlen(table->columns[column].heading);
    char text[CELL_TEXT];

    for (size_t i = 0; i < rows; i++) {
        format_cell(table, &table->rows[i], column, text);
        width = strlen(text) > width ? strlen(text) : width;
    }
    return (int)width;
}

/*
 * Texts stand at the left of their columns, numbers at the right. *gap are spaces that are due before the next text:
 * none end a line.
 */
static void put_cell(const char *text, const struct stat_column *column, int width, int *gap)
{
    int rest = width - (int)strlen(text);

    *gap += 2 + (column->kind == COLUMN_TEXT ? 0 : rest);
    if (text[0] != '\0') {
        printf("%*s", *gap, "");
        output_masked(text);
        *gap = 0;
    }
    *gap += column->kind == COLUMN_TEXT ? rest : 0;
}

static void put_row(const struct stat_table *table, const struct stat_row *row, const int *widths)
{
    char text[CELL_TEXT];
    int gap = 0;

    for (unsigned c = 0; table->columns[c].key != NULL; c++) {
        if (row != NULL)
            format_cell(table, row, c, text);
        else
            snprintf(text, sizeof text, "%s", table->columns[c].heading);
        put_cell(text, &table->columns[c], widths[c], &gap);
    }
    putchar('\n');
}

void stat_table_print(const struct stat_table *table, uint64_t limit)
{
    size_t shown = limit != 0 && limit < table->count ? (size_t)limit : table->count;
    int widths[STAT_MOST_COLUMNS] = { 0 };

    printf("\n%s\n", table->title);
    if (table->count == 0) {
        printf("  none\n");
        return;
    }
    for (unsigned c = 0; table->columns[c].key != NULL; c++)
        widths[c] = width_of(table, c, shown);
    put_row(table, NULL, widths);
    for (size_t i = 0; i < shown; i++)
        put_row(table, &table->rows[i], widths);
    if (shown < table->count)
        printf("  ... and %llu more (--limit=0 shows all)\n", (unsigned long long)(table->count - shown));
}

/* ---- JSON ---- */

static void json_cell(const struct stat_table *table, const struct stat_row *row, unsigned column,
                      struct json_writer *writer)
{
    char text[32];

    json_key(writer, table->columns[column].key);
    switch (table->columns[column].kind) {
    case COLUMN_TEXT:
        json_string(writer, row->cells[column].text != NULL ? row->cells[column].text : "");
        break;
    case COLUMN_COUNT:
    case COLUMN_BYTES:
        json_big(writer, row->cells[column].number);
        break;
    case COLUMN_SHARE:
        snprintf(text, sizeof text, "%.4f", share(row, column));
        if (row->cells[column - 2].number == 0)
            json_null(writer);
        else
            json_token(writer, text);
        break;
    }
}

void stat_table_json(const struct stat_table *table, uint64_t limit, struct json_writer *writer)
{
    size_t shown = limit != 0 && limit < table->count ? (size_t)limit : table->count;
    char omitted[64];

    json_line(writer);
    json_key(writer, table->key);
    json_begin_array(writer);
    for (size_t i = 0; i < shown; i++) {
        json_line(writer);
        json_begin_object(writer);
        for (unsigned c = 0; table->columns[c].key != NULL; c++)
            json_cell(table, &table->rows[i], c, writer);
        json_end_object(writer);
    }
    json_end_array(writer);
    if (shown == table->count)
        return;
    snprintf(omitted, sizeof omitted, "%s_omitted", table->key);
    json_key_big(writer, omitted, table->count - shown);
}
