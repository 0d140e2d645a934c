/* SPDX-License-Identifier: MIT */
#include "base/change_notes.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"

static bool is_known(const struct change_notes *notes, const char *text)
{
    for (size_t i = 0; i < notes->count; i++)
        if (strcmp(notes->items[i].text, text) == 0)
            return true;
    return false;
}

void msrck_change_note(struct change_notes *notes, const char *id, const char *format, ...)
{
    char text[MSRCK_MESSAGE_SIZE];
    va_list arguments;
    char *copy;

    if (notes == NULL)
        return;
    va_start(arguments, format);
    msrck_format_line(text, sizeof text, format, arguments);
    va_end(arguments);
    if (is_known(notes, text) || !msrck_reserve(&notes->items, &notes->capacity, notes->count + 1, sizeof *notes->items))
        return;
    copy = msrck_copy_text(text);
    if (copy != NULL)
        notes->items[notes->count++] = (struct change_note){ id, copy };
}

void msrck_change_notes_clear(struct change_notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        free(notes->items[i].text);
    free(notes->items);
    *notes = (struct change_notes){ NULL, 0, 0 };
}
