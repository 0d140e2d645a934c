/* SPDX-License-Identifier: MIT */
/*
 * What restoring, and those who foretell it, know of two versions of one program: which point is which, what shapes
 * variables may have, and what is told of it.
 */
#ifndef MSRCK_FILE_VERSION_MATCH_H
#define MSRCK_FILE_VERSION_MATCH_H

#include "base/change_notes.h"
#include "file/metadata.h"

/*
 * The program's ordinal of point `point` (from 1) of the file: the same one when its label is the same, else the only
 * one with that label. 0: none.
 */
uint32_t msrck_match_point(const struct function_entry *file, const struct function_entry *program, uint32_t point);
/* MSRCK_DOES_NOT_FIT: what differs where there is none. */
msrck_result msrck_refuse_point(const struct function_entry *file, const struct function_entry *program, uint32_t point,
                                msrck_error *error);
/* Locals that only one of them has. */
void msrck_note_locals(struct change_notes *notes, const struct function_entry *file,
                       const struct function_entry *program);
void msrck_note_point(struct change_notes *notes, const struct function_entry *file, uint32_t point, uint32_t now);

/* A variable: the type it is declared as, and how many elements it has with all arrays taken apart. */
struct variable_shape {
    const struct ti_table *types;
    uint32_t declared;
    uint64_t elements;
};

/*
 * Whether a variable of the file may have the shape that it has in the program: arrays within arrays lie in one row of
 * elements, so only the outermost can grow without moving what is there. Elements are for row decoders to match.
 */
msrck_result msrck_match_shape(const struct variable_shape *file, const struct variable_shape *program,
                               msrck_error *error);
/* `name`: the variable's. */
void msrck_note_shape(struct change_notes *notes, const struct ti_table *file_types, uint32_t file_type,
                      const struct ti_table *types, uint32_t type, const char *name);

#endif
