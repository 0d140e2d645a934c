/* SPDX-License-Identifier: MIT */
#include "heap_calls.h"

#include <ctype.h>
#include <string.h>

#include "allocation_type.h"
#include "library_functions.h"
#include "type_names.h"

/* The expression for the description; "0" where the block is typed late. */
static const char *reference_or_none(struct unit *unit, CXType type)
{
    const char *reason, *reference = type.kind == CXType_Invalid ? NULL : type_reference_quiet(unit, type, &reason);

    return reference != NULL ? reference : "0";
}

/*
 * The callee's name and the parenthesis behind it are one edit, since what is inserted before the first argument would belong to that argument
 * when it is rendered by itself.
 */
static void replace_callee(struct unit *unit, CXCursor call, const char *name, const char *reference)
{
    CXCursor callee = cursor_child(call, 0);
    text_range range = unit_range(unit, callee), all = unit_range(unit, call);
    const char *text = unit_text(unit);
    unsigned open = range.end;

    while (open < all.end && text[open] != '(')
        open++;
    if (open == all.end || range.end == 0)
        return;
    edit_list_replace(unit_edits(unit), range.begin, open + 1, unit_format(unit, "%s(%s, ", name, reference));
}

/* xmalloc(), new_node(), a_alloc(): the name is a hint that a pointer to void is one to fresh memory. */
static bool sounds_like_allocation(const char *name)
{
    static const char *const parts[] = { "alloc", "new", "create", "make", "grow", "resize", "dup" };
    char lower[128];
    size_t i;

    for (i = 0; name[i] != '\0' && i + 1 < sizeof lower; i++)
        lower[i] = (char)tolower((unsigned char)name[i]);
    lower[i] = '\0';
    for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(lower, parts[i]) != NULL)
            return true;
    return false;
}

/* A call of the program's own that may give fresh memory: what the result becomes is what the memory is for. */
static void hint_at_call(source_walk *walk, CXCursor call)
{
    CXType result = clang_getCanonicalType(clang_getCursorType(call)), type;
    const char *reference;
    text_range range = unit_range(walk->unit, call);
    char name[128];

    if (result.kind != CXType_Pointer || range.end == 0)
        return;
    result = clang_getCanonicalType(clang_getPointeeType(result));
    cursor_name(call, name, sizeof name);
    if (strncmp(name, "msrck_", 6) == 0 || (!allocation_has_sizeof(call) && (result.kind != CXType_Void || !sounds_like_allocation(name))))
        return;
    type = allocation_type(walk, call);
    if (type.kind == CXType_Invalid || type_is_text(type))
        return;
    reference = reference_or_none(walk->unit, type);
    if (strcmp(reference, "0") != 0)
        edit_list_wrap(unit_edits(walk->unit), range.begin, range.end, unit_format(walk->unit, "msrck_cc_typed(%s, ", reference), ")");
}

static void visit(source_walk *walk, CXCursor cursor)
{
    const library_function *known;
    char name[128];

    if (clang_getCursorKind(cursor) != CXCursor_CallExpr)
        return;
    if (!cursor_library_function(walk->unit, cursor, name, sizeof name)) {
        hint_at_call(walk, cursor);
        return;
    }
    known = library_function_find(name);
    if (known == NULL || known->action != LIBRARY_TYPED)
        return;
    replace_callee(walk->unit, cursor, known->text, reference_or_none(walk->unit, allocation_type(walk, cursor)));
}

void heap_calls_pass(struct unit *unit)
{
    source_walk_run(unit, visit, NULL);
}
