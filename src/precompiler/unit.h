/* SPDX-License-Identifier: MIT */
/*
 * One translation unit on its way through the pre-compiler: its preprocessed text, what libclang made of it, the edits that the
 * passes register, and the diagnostics.
 *
 * ## Places
 *
 * The text is that of CC -E: no macros are left, so every cursor has an exact range in it. Places are byte offsets in that text.
 * It begins with include/msrck/precompiled.h (preprocessed along with the source), so that emitted code needs no #include.
 *
 * ## Order of the passes (compile.c)
 *
 *     unit_parse
 *     local_types_pass, static_locals_pass       types and statics of functions get names at file scope
 *     heap_calls_pass, library_calls_pass, obstacles_pass
 *     functions_transform                        re-emits functions that may reach a poll-point
 *     globals_pass, type_names_emit              tables of what was referred to
 *     unit_render
 *
 * ## Emitted code
 *
 * Identifiers that are emitted begin with msrck_ (functions and types of precompiled.h; its macros are gone by then) or come from unit_identifier(). Nothing but the
 * built-in types of the compiler and what the text declares at that place may be used.
 *
 * ## Memory
 *
 * What a function here returns as const char * lives as long as the unit. Memory that is out ends the program (text_builder.h).
 */
#ifndef MSRCK_PRECOMPILER_UNIT_H
#define MSRCK_PRECOMPILER_UNIT_H

#include <clang-c/Index.h>
#include <stdbool.h>
#include <stddef.h>

#include "edit_list.h"

struct unit;

/* Half-open, in bytes of the text. */
typedef struct text_range {
    unsigned begin, end;
} text_range;

/* What a user calls a place. */
typedef struct source_place {
    const char *file;               /* as the compiler names it; "" where there is none */
    unsigned line, column;          /* the column is that in the preprocessed text */
} source_place;

enum poll_choice { POLL_LOOPS, POLL_CALLS, POLL_MARKED };

/* What of the command line the passes look at. */
typedef struct unit_options {
    const char *source;             /* as the user names it */
    const char *text_path;          /* of the preprocessed text */
    const char *target;             /* machine, as clang's --target takes it; NULL: libclang's own */
    const char *const *parser_options;      /* for libclang: -std=..., -fsigned-char ...; NULL behind the last, or NULL */
    enum poll_choice poll;          /* --poll */
    bool strict;                    /* --strict: obstacles are errors */
    bool check;                     /* --check: nothing is emitted */
    bool report;                    /* --report */
    bool colours;                   /* in messages */
    bool openmp;                    /* the compiler heeds its pragmas */
} unit_options;

/* ---- The text and its tree ------------------------------------------------------------------------------- */

/* NULL after a message when the file cannot be read or libclang fails. The options are borrowed. */
struct unit *unit_parse(const unit_options *options);
/*
 * What libclang did not understand: "file:line:column: error: ..." on lines, "" when the tree is whole. Errors inside system headers, which use what only the compiler knows, do not
 * count. No pass may look at a unit that was not understood.
 */
const char *unit_misunderstood(const struct unit *unit);
void unit_free(struct unit *unit);

const unit_options *unit_choices(const struct unit *unit);
/* Zero-terminated. */
const char *unit_text(const struct unit *unit);
unsigned unit_length(const struct unit *unit);
CXTranslationUnit unit_handle(const struct unit *unit);
/* The last part of the source's path: "file.c" in the name "file.c:function" of a static one. */
const char *unit_name(const struct unit *unit);

/* The tokens of a cursor, a source range, a location. {0, 0} for what has no place in the text. */
text_range unit_range(const struct unit *unit, CXCursor cursor);
text_range unit_source_range(const struct unit *unit, CXSourceRange range);
unsigned unit_offset(const struct unit *unit, CXSourceLocation location);
/* A copy of that text. Without edits; with them: edit_list_render(unit_edits(unit), ...). */
const char *unit_range_text(struct unit *unit, text_range range);
source_place unit_place(const struct unit *unit, unsigned offset);
/* "file:line:column" in the user's own source, as diagnostics begin; what comes from a macro stands where that is used. */
const char *unit_shown_place(struct unit *unit, unsigned offset);
/* Whether it stands in a header that the compiler calls a system header, in precompiled.h, or nowhere. */
bool unit_in_system_header(const struct unit *unit, CXCursor cursor);

/*
 * A declaration at file scope with all that belongs to it: attributes and __extension__ before it, the semicolon behind it (functions:
 * the closing brace). Text inserted at `begin` stands between this declaration and the one before.
 */
text_range unit_whole_declaration(const struct unit *unit, CXCursor declaration);

/* ---- What passes do ---------------------------------------------------------------------------------------- */

edit_list *unit_edits(struct unit *unit);
/* At the end of the file: descriptions, tables. */
void unit_append(struct unit *unit, const char *format, ...) __attribute__((format(printf, 2, 3)));
/*
 * At the beginning, where only precompiled.h has been seen: tentative declarations of what unit_append() defines
 * ("static const msrck_frame_table msrck_table_f;"), prototypes that need none of the program's types.
 */
void unit_declare(struct unit *unit, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text that lives as long as the unit. */
const char *unit_format(struct unit *unit, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An identifier that occurs nowhere in the unit, "msrck_" and the parts of `base` that may stand in one. */
const char *unit_identifier(struct unit *unit, const char *base);

/*
 * The name in checkpoints of a function or variable: "f", of static ones "file.c:f", of a static local "f.name" (with a number behind it where f has two
 * of the name; "file.c:f.name" in a static function).
 */
const char *unit_checkpoint_name(struct unit *unit, CXCursor declaration);
/* Whether such a name begins with that of the file: where two files have the same, the program tells them apart when it starts. */
bool unit_name_is_own(struct unit *unit, const char *shown);

/* ---- Diagnostics ------------------------------------------------------------------------------------------- */

/*
 * "file:line:column: severity: message", with colours where the compiler would use them. An obstacle is a construct that cannot migrate: a warning, with --strict an error. After an error nothing is compiled. A note belongs to
 * the message before it. Each message once a place.
 */
void unit_error(struct unit *unit, unsigned offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
void unit_obstacle(struct unit *unit, unsigned offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
void unit_warning(struct unit *unit, unsigned offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
void unit_note(struct unit *unit, unsigned offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool unit_failed(const struct unit *unit);

/* A line for --report; nothing without that option. "file:line:column: text", kept and printed in the order of places. */
void unit_report(struct unit *unit, unsigned offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The report so far; "" when there is none. */
const char *unit_report_text(struct unit *unit);

/* ---- The result -------------------------------------------------------------------------------------------- */

/* The text with all edits, declarations and what was appended; with line markers, so that every line of the user's keeps its place. For free(). */
char *unit_render(struct unit *unit);

/*
 * For emitted code between the user's lines: a line marker that puts what follows at the place of `offset`. Begins and ends with a newline. "" where
 * lines do not matter.
 */
const char *unit_line_marker(struct unit *unit, unsigned offset);

#endif
