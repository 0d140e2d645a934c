/* SPDX-License-Identifier: MIT */
/*
 * Names of structs, unions and enums: those that have none get a tag, those of functions become visible at file scope under another tag. local_types_pass() decides; type_names.c asks.
 */
#ifndef MSRCK_PRECOMPILER_RECORD_NAMES_H
#define MSRCK_PRECOMPILER_RECORD_NAMES_H

#include "unit.h"

struct record_names;

/* What a struct, union or enum definition is called where the rules of C are not enough. */
struct record_name {
    unsigned begin;                 /* of its definition in the text: what it is found by */
    const char *spelling;           /* "struct msrck_f_node"; NULL for an enum that has no name at file scope: its integer type is used */
    const char *shown;              /* in checkpoints: "struct f.node" */
};

/* NULL when the definition has a name of its own at file scope. */
const struct record_name *record_name_find(const struct unit *unit, CXCursor definition);

/* The definition behind a type that is, or whose elements and targets in the end are, a struct, union or enum; a null cursor for others. */
CXCursor record_definition(CXType type);
/* Whether the definition has a tag in the text. */
bool record_has_tag(const struct unit *unit, CXCursor definition);

/*
 * A declaration of a function's that moves to file scope, such as a local struct or a static local: the text as it will be rendered in the end, with `before` and `after` around it, stands before
 * the function then. In the order of calls.
 */
void lift_to_file_scope(struct unit *unit, CXCursor function, text_range range, const char *before, const char *after);
/* Called when all passes have registered their edits. */
void lifted_finish(struct unit *unit);

/*
 * Registers edits by which a text that moves to file scope does without what stays in the function: local typedefs become __typeof__(their type), constants of local enums numbers.
 */
void lifted_substitute(struct unit *unit, CXCursor declaration);

#endif
