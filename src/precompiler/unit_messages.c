/* SPDX-License-Identifier: MIT */
/* Diagnostics and the report of a unit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source_columns.h"
#include "unit_state.h"

const char *unit_shown_place(struct unit *unit, unsigned offset)
{
    source_place place = unit_place(unit, offset);
    unsigned column;

    if (place.line == 0 || place.file[0] == '\0')
        return unit->options->source;
    if (unit->columns == NULL)
        unit->columns = source_columns_new();
    column = source_column(unit->columns, place.file, place.line, unit->text, offset);
    /* Without its source, a place has that of the preprocessed text, which is the text that the user gave, then. */
    return unit_format(unit, "%s:%u:%u", place.file, place.line, column != 0 ? column : place.column);
}

/* The same colours as the compilers' own messages. */
static void show(const struct unit *unit, const char *place, const char *severity, const char *text)
{
    const char *colour = strcmp(severity, "error") == 0 ? "31" : strcmp(severity, "warning") == 0 ? "35" : "36";

    if (unit->options->colours)
        fprintf(stderr, "\033[1m%s:\033[0m \033[1;%sm%s:\033[0m %s\n", place, colour, severity, text);
    else
        fprintf(stderr, "%s: %s: %s\n", place, severity, text);
}

static void print(struct unit *unit, unsigned offset, const char *severity, const char *format, va_list arguments)
{
    const char *place = unit_shown_place(unit, offset), *message;
    text_builder builder = { NULL, 0, 0 };
    bool note = strcmp(severity, "note") == 0;

    text_add_arguments(&builder, format, arguments);
    message = unit_format(unit, "%s: %s: %s", place, severity, builder.text);
    for (size_t i = 0; !note && i < unit->messages.count; i++)
        if (strcmp(unit->messages.items[i], message) == 0) {
            text_free(&builder);
            return;
        }
    show(unit, place, severity, builder.text);
    pointer_list_add(&unit->messages, (void *)message);
    text_free(&builder);
}

void unit_error(struct unit *unit, unsigned offset, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print(unit, offset, "error", format, arguments);
    va_end(arguments);
    unit->failed = true;
}

void unit_obstacle(struct unit *unit, unsigned offset, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print(unit, offset, unit->options->strict ? "error" : "warning", format, arguments);
    va_end(arguments);
    unit->failed = unit->failed || unit->options->strict;
}

void unit_warning(struct unit *unit, unsigned offset, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print(unit, offset, "warning", format, arguments);
    va_end(arguments);
}

void unit_note(struct unit *unit, unsigned offset, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print(unit, offset, "note", format, arguments);
    va_end(arguments);
}

bool unit_failed(const struct unit *unit)
{
    return unit->failed;
}

void unit_report(struct unit *unit, unsigned offset, const char *format, ...)
{
    text_builder builder = { NULL, 0, 0 };
    va_list arguments;

    if (!unit->options->report)
        return;
    text_add_format(&builder, "%s: ", unit_shown_place(unit, offset));
    va_start(arguments, format);
    text_add_arguments(&builder, format, arguments);
    va_end(arguments);
    if (unit->report_count == unit->report_capacity) {
        unit->report_capacity = unit->report_capacity * 2 + 64;
        unit->reports = storage_resize(unit->reports, unit->report_capacity, sizeof *unit->reports);
    }
    unit->reports[unit->report_count++] = (struct report_line){ offset, text_take(&builder) };
}

/* Insertion sort keeps the order of lines that belong to one place; they come nearly sorted. */
const char *unit_report_text(struct unit *unit)
{
    for (size_t i = 1; i < unit->report_count; i++) {
        struct report_line line = unit->reports[i];
        size_t k = i;

        for (; k > 0 && unit->reports[k - 1].offset > line.offset; k--)
            unit->reports[k] = unit->reports[k - 1];
        unit->reports[k] = line;
    }
    text_free(&unit->report);
    for (size_t i = 0; i < unit->report_count; i++)
        text_add_format(&unit->report, "%s\n", unit->reports[i].text);
    return unit->report.text != NULL ? unit->report.text : "";
}
