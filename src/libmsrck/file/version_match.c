/* SPDX-License-Identifier: MIT */
#include "file/version_match.h"

#include <string.h>

#include "base/byte_buffer.h"

/* ---- Points and locals ---- */

static uint32_t count_label(const struct function_entry *function, const char *label, uint32_t *last)
{
    uint32_t count = 0;

    for (uint32_t p = 0; p < function->point_count; p++)
        if (strcmp(function->points[p].label, label) == 0) {
            *last = p;
            count++;
        }
    return count;
}

uint32_t msrck_match_point(const struct function_entry *file, const struct function_entry *program, uint32_t point)
{
    const char *label = file->points[point - 1].label;
    uint32_t here = 0, there = 0;

    if (point <= program->point_count && strcmp(program->points[point - 1].label, label) == 0)
        return point;
    if (count_label(file, label, &there) == 1 && count_label(program, label, &here) == 1)
        return here + 1;
    return 0;
}

/* "'entry', 'after left'" */
static void list_points(const struct function_entry *function, struct byte_buffer *out)
{
    const uint32_t most = 8;

    for (uint32_t p = 0; p < function->point_count && p < most; p++)
        msrck_buffer_printf(out, "%s'%s'", p > 0 ? ", " : "", function->points[p].label);
    msrck_buffer_printf(out, "%s", function->point_count > most ? ", ..." : function->point_count == 0 ? "none" : "");
}

msrck_result msrck_refuse_point(const struct function_entry *file, const struct function_entry *program, uint32_t point,
                                msrck_error *error)
{
    const char *label = file->points[point - 1].label;
    struct byte_buffer points = BYTE_BUFFER_INIT;
    uint32_t last;

    if (count_label(program, label, &last) > 0)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                          "goes on at point %u ('%s') of function '%s', where several points have this label and their "
                          "numbers have changed",
                          point, label, file->name);
    list_points(program, &points);
    msrck_fail(error, MSRCK_DOES_NOT_FIT,
               "goes on at point %u ('%s') of function '%s', which the program does not have; its points there: %s",
               point, label, file->name, msrck_buffer_text(&points));
    msrck_buffer_free(&points);
    return MSRCK_DOES_NOT_FIT;
}

static bool has_local(const struct function_entry *function, const char *name)
{
    for (uint32_t l = 0; l < function->local_count; l++)
        if (strcmp(function->locals[l].name, name) == 0)
            return true;
    return false;
}

void msrck_note_locals(struct change_notes *notes, const struct function_entry *file,
                       const struct function_entry *program)
{
    for (uint32_t l = 0; l < file->local_count; l++)
        if (!has_local(program, file->locals[l].name))
            msrck_change_note(notes, "removed", "%s.%s: removed; what it held is dropped", file->name,
                              file->locals[l].name);
    for (uint32_t l = 0; l < program->local_count; l++)
        if (!has_local(file, program->locals[l].name))
            msrck_change_note(notes, "added", "%s.%s: added; keeps what the program gave it", program->name,
                              program->locals[l].name);
}

void msrck_note_point(struct change_notes *notes, const struct function_entry *file, uint32_t point, uint32_t now)
{
    if (now != point)
        msrck_change_note(notes, "moved", "%s: point %u ('%s') is point %u now", file->name, point,
                          file->points[point - 1].label, now);
}

/* ---- Shapes ---- */

static msrck_result refuse_count(const struct variable_shape *file, const struct variable_shape *program,
                                 msrck_error *error)
{
    return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%llu elements in the checkpoint, %llu in the program",
                      (unsigned long long)file->elements, (unsigned long long)program->elements);
}

msrck_result msrck_match_shape(const struct variable_shape *file, const struct variable_shape *program,
                               msrck_error *error)
{
    const struct ti_type *outer_file = msrck_ti_get(file->types, file->declared);
    const struct ti_type *outer = msrck_ti_get(program->types, program->declared);
    const struct ti_type *inner_file = outer_file, *inner = outer;
    uint64_t in_file = 1, in_program = 1;

    for (bool first = true; inner_file->kind == MSRCK_KIND_ARRAY && inner->kind == MSRCK_KIND_ARRAY; first = false) {
        if (!first && inner_file->count != inner->count)
            return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                              "%s cannot become %s: of a variable's dimensions only the first may change",
                              outer_file->name, outer->name);
        in_file *= inner_file->count;
        in_program *= inner->count;
        inner_file = msrck_ti_get(file->types, inner_file->element);
        inner = msrck_ti_get(program->types, inner->element);
    }
    if (file->elements == program->elements)
        return MSRCK_OK;
    /* Of several values, or of a number that was given at run time, all have to be there. */
    if (outer_file->kind != MSRCK_KIND_ARRAY || outer->kind != MSRCK_KIND_ARRAY || file->elements != in_file ||
        program->elements != in_program)
        return refuse_count(file, program, error);
    return MSRCK_OK;
}

void msrck_note_shape(struct change_notes *notes, const struct ti_table *file_types, uint32_t file_type,
                      const struct ti_table *types, uint32_t type, const char *name)
{
    const struct ti_type *file = msrck_ti_get(file_types, file_type), *program = msrck_ti_get(types, type);
    const char *id = "converted";

    if (strcmp(file->name, program->name) == 0)
        return;
    if (file->kind == MSRCK_KIND_ARRAY && program->kind == MSRCK_KIND_ARRAY && file->count != program->count)
        id = file->count < program->count ? "grown" : "cut";
    msrck_change_note(notes, id, "%s: was %s, is %s", name, file->name, program->name);
}
