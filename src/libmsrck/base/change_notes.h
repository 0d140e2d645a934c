/* SPDX-License-Identifier: MIT */
/*
 * What a newer program makes of an older checkpoint without losing anything: a list of short texts, each once. Only a
 * report: where memory is out a note is left away.
 */
#ifndef MSRCK_BASE_CHANGE_NOTES_H
#define MSRCK_BASE_CHANGE_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/failure.h"

struct change_note {
    const char *id;                 /* constant: "added", "removed", "renamed", "converted", "grown", "cut", ... */
    char *text;                     /* owned: "struct node.weight: added; becomes its default" */
};

struct change_notes {
    struct change_note *items;      /* owned; in the order they were found */
    size_t count, capacity;
};

/* NULL notes are allowed: nothing happens. */
void msrck_change_note(struct change_notes *notes, const char *id, const char *format, ...) MSRCK_PRINTF(3, 4);
void msrck_change_notes_clear(struct change_notes *notes);

#endif
