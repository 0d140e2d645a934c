/* SPDX-License-Identifier: MIT */
#include "heap_calls.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "allocation_type.h"
#include "library_functions.h"
#include "text_builder.h"
#include "type_names.h"

/* A struct with something behind it that has a description of its own: made once a unit. */
struct made_tail { const char *head, *tail, *identifier; };
struct made_tails { struct made_tail *items; size_t count; };

static const char *reference_quiet(struct unit *unit, CXType type)
{
    const char *reason;

    return type.kind == CXType_Invalid ? NULL : type_reference_quiet(unit, type, &reason);
}

/* The struct as the first member, a flexible array of the rest as the second. */
static const char *describe_tail(struct unit *unit, struct made_tails *made, const allocation *found)
{
    const char *head = reference_quiet(unit, found->type), *spelling = type_spelling(unit, found->type),
               *tail = found->tail.kind == CXType_Invalid ? "&msrck_char" : reference_quiet(unit, found->tail),
               *shown = found->tail.kind == CXType_Invalid ? "char" : type_spelling(unit, found->tail), *name;

    if (head == NULL || tail == NULL)
        return NULL;
    for (size_t i = 0; i < made->count; i++)
        if (strcmp(made->items[i].head, head) == 0 && strcmp(made->items[i].tail, tail) == 0)
            return made->items[i].identifier;
    name = unit_identifier(unit, "with_tail");
    unit_declare(unit, "static const msrck_type %s;\n", name);
    unit_append(unit, "static const msrck_field %s_fields[] = {\n"
                      "  { .name = \"head\", .type = %s, .offset = 0, .size = sizeof(%s) },\n"
                      "  { .name = \"tail\", .type = %s, .offset = sizeof(%s), .role = 2 } };\n"
                      "static const msrck_type %s = { .kind = 5, .name = \"%s with %s[]\", .size = sizeof(%s), .alignment = _Alignof(%s),\n"
                      "  .fields = %s_fields, .field_count = 2 };\n"
                      "static const msrck_type *const %s__section __attribute__((used, section(\"msrck_types\"), aligned(sizeof(void *)))) = &%s;\n",
                name, head, spelling, tail, spelling, name, spelling, shown, spelling, spelling, name, name, name);
    made->items = storage_resize(made->items, made->count + 1, sizeof made->items[0]);
    made->items[made->count] = (struct made_tail){ head, tail, unit_format(unit, "&%s", name) };
    return made->items[made->count++].identifier;
}

/* The expression for the description; "0" where the block is typed late. */
static const char *describe(source_walk *walk, CXCursor call)
{
    allocation found = allocation_type(walk, call);
    const char *reference = found.has_tail     ? describe_tail(walk->unit, walk->context, &found)
                            : found.lengthened ? type_reference_lengthened(walk->unit, found.type)
                                               : reference_quiet(walk->unit, found.type);

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
    static const char *const ends[] = { "_at", "_nth", "_slot", "_elem", "_element", "_push", "_add", "_append", "_emplace" };
    char lower[128];
    size_t i;

    for (i = 0; name[i] != '\0' && i + 1 < sizeof lower; i++)
        lower[i] = (char)tolower((unsigned char)name[i]);
    lower[i] = '\0';
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++)
        if (strstr(lower, parts[k]) != NULL)
            return true;
    /* Containers of values: the first element lies at the beginning of the block. */
    for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++)
        if (i > strlen(ends[k]) && strcmp(lower + i - strlen(ends[k]), ends[k]) == 0)
            return true;
    return false;
}

/* A call of the program's own that may give fresh memory: what the result becomes is what the memory is for. */
static void hint_at_call(source_walk *walk, CXCursor call)
{
    CXType result = clang_getCanonicalType(clang_getCursorType(call));
    const char *reference;
    text_range range = unit_range(walk->unit, call);
    char name[128];

    if (result.kind != CXType_Pointer || range.end == 0)
        return;
    result = clang_getCanonicalType(clang_getPointeeType(result));
    cursor_name(call, name, sizeof name);
    if (strncmp(name, "msrck_", 6) == 0 || (!allocation_has_sizeof(call) && (result.kind != CXType_Void || !sounds_like_allocation(name))))
        return;
    reference = describe(walk, call);
    if (strcmp(reference, "0") != 0 && strcmp(reference, "&msrck_char") != 0)
        edit_list_wrap(unit_edits(walk->unit), range.begin, range.end, unit_format(walk->unit, "msrck_cc_typed(%s, ", reference), ")");
}

static void visit(source_walk *walk, CXCursor cursor)
{
    const library_function *known;
    const char *reference;
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
    reference = describe(walk, cursor);
    if (strcmp(reference, "0") == 0)
        unit_report(walk->unit, unit_range(walk->unit, cursor).begin, "%s: the block is typed when a checkpoint is taken, by the pointers to it",
                    name);
    replace_callee(walk->unit, cursor, known->text, reference);
}

void heap_calls_pass(struct unit *unit)
{
    struct made_tails made = { NULL, 0 };

    source_walk_run(unit, visit, &made);
    free(made.items);
}
