/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser_prelude.h"
#include "source_columns.h"
#include "text_scan.h"
#include "unit_state.h"

void pointer_list_add(pointer_list *list, void *item)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 16;
        list->items = storage_resize(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = item;
}

const char *unit_keep(struct unit *unit, char *text)
{
    pointer_list_add(&unit->kept, text);
    return text;
}

const char *unit_keep_string(struct unit *unit, CXString string)
{
    const char *text = clang_getCString(string);
    const char *kept = unit_keep(unit, storage_copy(text != NULL ? text : ""));

    clang_disposeString(string);
    return kept;
}

const char *unit_format(struct unit *unit, const char *format, ...)
{
    text_builder builder = { NULL, 0, 0 };
    va_list arguments;

    va_start(arguments, format);
    text_add_arguments(&builder, format, arguments);
    va_end(arguments);
    return unit_keep(unit, text_take(&builder));
}

/* ---- Beginning and end ---- */

static char *read_text(const char *path, size_t *length)
{
    text_builder builder = { NULL, 0, 0 };
    char chunk[65536];
    size_t got;
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        fprintf(stderr, "msrck cc: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
        text_add_range(&builder, chunk, got);
    if (ferror(file)) {
        fprintf(stderr, "msrck cc: %s: %s\n", path, strerror(errno));
        fclose(file);
        text_free(&builder);
        return NULL;
    }
    fclose(file);
    *length = builder.length;
    return text_take(&builder);
}

/* The arguments of libclang. The text is preprocessed, so nothing of this machine's headers is looked for. */
static const char **parser_arguments(const struct unit *unit, int *count)
{
    static const char *const always[] = { "-x", "c", "-w", "-nostdinc", "-ferror-limit=0",
                                          /* What gcc takes with a warning. */
                                          "-Wno-implicit-function-declaration", "-Wno-implicit-int", "-Wno-int-conversion",
                                          "-Wno-incompatible-function-pointer-types", "-Wno-return-mismatch",
                                          "-include", PARSER_PRELUDE_NAME };
    const unit_options *options = unit->options;
    size_t own = 0, total = sizeof always / sizeof always[0], next = 0;
    const char **arguments;

    while (options->parser_options != NULL && options->parser_options[own] != NULL)
        own++;
    arguments = storage_new(total + own + 2, sizeof *arguments);
    for (; next < total; next++)
        arguments[next] = always[next];
    if (options->target != NULL) {
        arguments[next++] = "-target";
        arguments[next++] = options->target;
    }
    for (size_t i = 0; i < own; i++)
        arguments[next++] = options->parser_options[i];
    *count = (int)next;
    return arguments;
}

static void note_misunderstood(struct unit *unit)
{
    unsigned count = clang_getNumDiagnostics(unit->handle);

    for (unsigned i = 0; i < count; i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(unit->handle, i);
        CXSourceLocation location = clang_getDiagnosticLocation(diagnostic);

        if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error && !clang_Location_isInSystemHeader(location)) {
            CXString text = clang_getDiagnosticSpelling(diagnostic);

            text_add_format(&unit->misunderstood, "%s: error: not understood by msrck cc: %s\n", unit_shown_place(unit, unit_offset(unit, location)),
                            clang_getCString(text));
            clang_disposeString(text);
        }
        clang_disposeDiagnostic(diagnostic);
    }
}

const char *unit_misunderstood(const struct unit *unit)
{
    return unit->misunderstood.text != NULL ? unit->misunderstood.text : "";
}

static bool parse(struct unit *unit)
{
    struct CXUnsavedFile files[2] = { { unit->options->text_path, unit->text, unit->length },
                                      { PARSER_PRELUDE_NAME, parser_prelude, strlen(parser_prelude) } };
    int count;
    const char **arguments = parser_arguments(unit, &count);
    enum CXErrorCode code;

    unit->index = clang_createIndex(0, 0);
    code = clang_parseTranslationUnit2(unit->index, unit->options->text_path, arguments, count, files, 2,
                                       CXTranslationUnit_KeepGoing, &unit->handle);
    free(arguments);
    if (code != CXError_Success) {
        fprintf(stderr, "msrck cc: %s: libclang fails with code %d\n", unit->options->source, (int)code);
        return false;
    }
    unit->file = clang_getFile(unit->handle, unit->options->text_path);
    note_misunderstood(unit);
    return true;
}

struct unit *unit_parse(const unit_options *options)
{
    struct unit *unit = storage_new(1, sizeof *unit);
    const char *slash = strrchr(options->source, '/');

    unit->options = options;
    unit->name = storage_copy(slash != NULL ? slash + 1 : options->source);
    unit->text = read_text(options->text_path, &unit->length);
    if (unit->text == NULL || unit->length > UINT32_MAX / 2 || !parse(unit)) {
        unit_free(unit);
        return NULL;
    }
    unit->edits = edit_list_new(unit->text, unit->length);
    unit_find_declarations(unit);
    pragma_list_find(unit);
    return unit;
}

static void free_list(pointer_list *list, bool items)
{
    for (size_t i = 0; items && i < list->count; i++)
        free(list->items[i]);
    free(list->items);
}

void unit_free(struct unit *unit)
{
    if (unit == NULL)
        return;
    type_tables_free(unit->types);
    record_names_free(unit->records);
    pragma_list_free(unit->pragmas);
    moved_statics_free(unit->statics);
    guessed_unions_free(&unit->guesses);
    edit_list_free(unit->edits);
    source_columns_free(unit->columns);
    if (unit->handle != NULL)
        clang_disposeTranslationUnit(unit->handle);
    if (unit->index != NULL)
        clang_disposeIndex(unit->index);
    text_free(&unit->declared);
    text_free(&unit->appended);
    text_free(&unit->report);
    text_free(&unit->misunderstood);
    free_list(&unit->kept, true);
    free_list(&unit->identifiers, false);
    free_list(&unit->globals, false);
    free_list(&unit->file_names, false);
    free_list(&unit->messages, false);
    for (size_t i = 0; i < unit->report_count; i++)
        free(unit->reports[i].text);
    free(unit->reports);
    free(unit->declarations);
    free(unit->text);
    free(unit->name);
    free(unit);
}

/* ---- Places ---- */

const unit_options *unit_choices(const struct unit *unit)
{
    return unit->options;
}

const char *unit_text(const struct unit *unit)
{
    return unit->text;
}

unsigned unit_length(const struct unit *unit)
{
    return (unsigned)unit->length;
}

CXTranslationUnit unit_handle(const struct unit *unit)
{
    return unit->handle;
}

const char *unit_name(const struct unit *unit)
{
    return unit->name;
}

/* Macros of the parser's prelude may stand in system headers: their place is where they are used. */
unsigned unit_offset(const struct unit *unit, CXSourceLocation location)
{
    CXFile file = NULL;
    unsigned offset = 0;

    clang_getFileLocation(location, &file, NULL, NULL, &offset);
    return file != NULL && clang_File_isEqual(file, unit->file) ? offset : 0;
}

text_range unit_source_range(const struct unit *unit, CXSourceRange range)
{
    text_range found = { unit_offset(unit, clang_getRangeStart(range)), unit_offset(unit, clang_getRangeEnd(range)) };

    if (found.end < found.begin)
        found.begin = found.end = 0;
    return found;
}

text_range unit_range(const struct unit *unit, CXCursor cursor)
{
    return unit_source_range(unit, clang_getCursorExtent(cursor));
}

const char *unit_range_text(struct unit *unit, text_range range)
{
    return unit_keep(unit, storage_copy_range(unit->text + range.begin, range.end - range.begin));
}

source_place unit_place(const struct unit *unit, unsigned offset)
{
    CXSourceLocation location = clang_getLocationForOffset(unit->handle, unit->file, offset);
    source_place place = { "", 0, 0 };
    CXString file;

    clang_getPresumedLocation(location, &file, &place.line, &place.column);
    /* Places are asked for while diagnostics are written; the unit itself keeps the name. */
    place.file = unit_keep_string((struct unit *)unit, file);
    return place;
}

bool unit_in_system_header(const struct unit *unit, CXCursor cursor)
{
    CXSourceLocation location = clang_getCursorLocation(cursor);
    CXFile file = NULL;

    clang_getFileLocation(location, &file, NULL, NULL, NULL);
    return file == NULL || !clang_File_isEqual(file, unit->file) || clang_Location_isInSystemHeader(location);
}

/* ---- What passes do ---- */

edit_list *unit_edits(struct unit *unit)
{
    return unit->edits;
}

void unit_append(struct unit *unit, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_add_arguments(&unit->appended, format, arguments);
    va_end(arguments);
}

void unit_declare(struct unit *unit, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_add_arguments(&unit->declared, format, arguments);
    va_end(arguments);
}

static bool occurs(const struct unit *unit, const char *identifier)
{
    size_t length = strlen(identifier);

    for (size_t i = 0; i < unit->identifiers.count; i++)
        if (strcmp(unit->identifiers.items[i], identifier) == 0)
            return true;
    for (const char *at = unit->text; (at = strstr(at, identifier)) != NULL; at++)
        if (!scan_is_letter(at[length]) && (at == unit->text || !scan_is_letter(at[-1])))
            return true;
    return false;
}

const char *unit_identifier(struct unit *unit, const char *base)
{
    text_builder builder = { NULL, 0, 0 };
    const char *stem, *identifier;

    text_add(&builder, "msrck_");
    for (const char *c = base; *c != '\0'; c++)
        text_add_range(&builder, scan_is_letter(*c) && (unsigned char)*c < 128 && *c != '$' ? c : "_", 1);
    stem = identifier = unit_keep(unit, text_take(&builder));
    for (unsigned number = 2; occurs(unit, identifier); number++)
        identifier = unit_format(unit, "%s_%u", stem, number);
    pointer_list_add(&unit->identifiers, (void *)identifier);
    return identifier;
}

const char *unit_line_marker(struct unit *unit, unsigned offset)
{
    source_place place = unit_place(unit, offset);
    text_builder builder = { NULL, 0, 0 };

    if (place.line == 0)
        return "";
    text_add_format(&builder, "\n# %u ", place.line);
    text_add_quoted(&builder, place.file);
    text_add(&builder, "\n");
    return unit_keep(unit, text_take(&builder));
}

/* Warnings about emitted code would tell the user nothing: it stands at a place that the compiler takes for a system header. */
#define EMITTED_PLACE "\n# 1 \"msrck-emitted\" 3\n"

char *unit_render(struct unit *unit)
{
    text_builder builder = { NULL, 0, 0 };
    char *own;

    own = edit_list_render(unit->edits, 0, unit->prelude_end);
    text_add(&builder, own);
    free(own);
    if (unit->declared.length > 0) {
        text_add(&builder, EMITTED_PLACE);
        text_add_range(&builder, unit->declared.text, unit->declared.length);
        text_add(&builder, unit_line_marker(unit, (unsigned)unit->prelude_end));
    }
    own = edit_list_render(unit->edits, unit->prelude_end, unit->length);
    text_add(&builder, own);
    free(own);
    if (unit->appended.length > 0) {
        text_add(&builder, EMITTED_PLACE);
        text_add_range(&builder, unit->appended.text, unit->appended.length);
    }
    return text_take(&builder);
}
