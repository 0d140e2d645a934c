/* SPDX-License-Identifier: MIT */
#include "function_twin.h"

#include <stdlib.h>
#include <string.h>

#include "text_scan.h"
#include "unit_state.h"

/* What stands before the body, without what was inserted before the function. */
static text_range head_of(struct unit *unit, const program_function *function)
{
    return (text_range){ unit_whole_declaration(unit, function->cursor).begin, function->body->range.begin };
}

static text_range name_of(struct unit *unit, const program_function *function)
{
    unsigned at = unit_offset(unit, clang_getCursorLocation(function->cursor));

    return (text_range){ at, at + (unsigned)strlen(function->name) };
}

static bool is_any(const char *text, size_t at, size_t end, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (scan_is_word(text, at, end, words[i]))
            return true;
    return false;
}

/* ---- What can stand in the text twice ---- */

/* An attribute may be meant for one function only, a struct is defined once, and a definition of the old kind is no prototype. */
static bool head_repeats(struct unit *unit, text_range head)
{
    static const char *const refused[] = { "__attribute__", "__attribute", "asm", "__asm__", "__asm", "extern" };
    const char *text = unit_text(unit);
    char *shown;
    bool same;

    for (size_t at = head.begin; (at = scan_blank(text, at, head.end)) < head.end; at = scan_token(text, at, head.end))
        if (text[at] == '{' || text[at] == ';' || (text[at] == '[' && at + 1 < head.end && text[at + 1] == '[') ||
            is_any(text, at, head.end, refused, sizeof refused / sizeof refused[0]))
            return false;
    /* Text with edits of others might change after it was repeated. */
    shown = edit_list_render(unit_edits(unit), head.begin + 1, head.end);
    same = strlen(shown) == head.end - head.begin - 1 && memcmp(shown, text + head.begin + 1, strlen(shown)) == 0;
    free(shown);
    return same;
}

/* Labels of assembly are the file's, and a static variable is one object. */
static bool body_repeats(struct unit *unit, text_range body)
{
    static const char *const refused[] = { "asm", "__asm__", "__asm", "__builtin_apply_args" };
    char *text = edit_list_render(unit_edits(unit), body.begin, body.end);
    size_t end = strlen(text);
    bool repeats = true;

    for (size_t at = 0; repeats && (at = scan_blank(text, at, end)) < end; at = scan_token(text, at, end))
        repeats = !is_any(text, at, end, refused, sizeof refused / sizeof refused[0]) &&
                  (!scan_is_word(text, at, end, "static") || scan_is_word(text, scan_blank(text, at + strlen("static"), end), end, "const"));
    free(text);
    return repeats;
}

/* Parameters without a name cannot be passed on. */
static bool parameters_pass(CXCursor function)
{
    int count = clang_Cursor_getNumArguments(function);
    bool named = clang_getCanonicalType(clang_getCursorType(function)).kind == CXType_FunctionProto;

    for (int i = 0; named && i < count; i++) {
        CXString name = clang_getCursorSpelling(clang_Cursor_getArgument(function, (unsigned)i));

        named = clang_getCString(name)[0] != '\0';
        clang_disposeString(name);
    }
    return named;
}

static bool repeats(struct unit *unit, const program_function *function)
{
    text_range head = head_of(unit, function), name = name_of(unit, function);

    return head.begin <= name.begin && name.end <= head.end &&
           strncmp(unit_text(unit) + name.begin, function->name, strlen(function->name)) == 0 && head_repeats(unit, head) &&
           body_repeats(unit, function->body->range);
}

/* ---- Functions that are called once ---- */

static program_function *lone_target(const call_graph *graph, const syntax *node)
{
    program_function *called;

    if (node->kind != EXPRESSION_CALL || call_graph_target(graph, node, &called) != CALL_OWN)
        return NULL;
    return called->internal && called->calls == 1 && !called->may_poll && !called->recursive ? called : NULL;
}

struct lone_search {
    lowering *l;
    const program_function *caller;
    bool copied;                    /* all of them can be */
};

/* Otherwise a variable hides the function somewhere. */
static bool occurs_once(struct unit *unit, text_range body, const char *word)
{
    const char *text = unit_text(unit);
    unsigned count = 0;

    for (size_t at = body.begin; (at = scan_blank(text, at, body.end)) < body.end; at = scan_token(text, at, body.end))
        count += scan_is_word(text, at, body.end, word);
    return count == 1;
}

/* A copy stands before the function, where all that it uses has to be declared. Calls are found again by the name. */
static bool look_at_lone(syntax *node, void *context)
{
    struct lone_search *search = context;
    lowering *l = search->l;
    program_function *called = lone_target(l->graph, node);
    struct lone_search below = { l, called, true };

    if (called == NULL)
        return search->copied;
    if (called->kept_because != NULL || called->body->range.begin > l->function->body->range.begin ||
        !occurs_once(l->unit, search->caller->body->range, called->name) || !repeats(l->unit, called)) {
        search->copied = false;
        return false;
    }
    syntax_visit(called->body, look_at_lone, &below);
    search->copied &= below.copied;
    return search->copied;
}

const char *twin_identifier(lowering *l)
{
    struct lone_search search = { l, l->function, true };

    if (!parameters_pass(l->function->cursor) || !repeats(l->unit, l->function))
        return NULL;
    syntax_visit(l->function->body, look_at_lone, &search);
    return search.copied ? unit_identifier(l->unit, unit_format(l->unit, "twin_%s", l->function->name)) : NULL;
}

/* ---- Emission ---- */

void twin_add_call(lowering *l, const char *twin, text_builder *text)
{
    CXCursor function = l->function->cursor;
    bool nothing = clang_getCanonicalType(clang_getCursorResultType(function)).kind == CXType_Void;

    text_add_format(text, "if (__builtin_expect(msrck_flag != 0, 0)) {%s %s(", nothing ? "" : " return", twin);
    for (int i = 0; i < clang_Cursor_getNumArguments(function); i++)
        text_add_format(text, "%s%s", i > 0 ? ", " : "",
                        unit_keep_string(l->unit, clang_getCursorSpelling(clang_Cursor_getArgument(function, (unsigned)i))));
    text_add(text, nothing ? "); return; }\n" : "); }\n");
}

/* Replaces a word; a call of it only, where it is to be one. */
static char *replace_word(const char *text, const char *word, const char *by, bool call)
{
    size_t end = strlen(text), copied = 0;
    text_builder result = { NULL, 0, 0 };
    bool member = false;

    for (size_t at = 0, next; (at = scan_blank(text, at, end)) < end; at = next) {
        size_t behind = scan_blank(text, next = scan_token(text, at, end), end);

        if (!member && scan_is_word(text, at, end, word) && (!call || (behind < end && text[behind] == '('))) {
            text_add_range(&result, text + copied, at - copied);
            text_add(&result, by);
            copied = next;
        }
        member = text[at] == '.' || (text[at] == '>' && at > 0 && text[at - 1] == '-');
    }
    text_add_range(&result, text + copied, end - copied);
    return text_take(&result);
}

struct copying {
    lowering *l;
    char *body;                     /* that calls the copies */
    text_builder *text;
};

static void add_copy(lowering *l, const program_function *function, const char *name, const char *attribute, char *body, text_builder *text);

static bool copy_lone(syntax *node, void *context)
{
    struct copying *copying = context;
    struct unit *unit = copying->l->unit;
    program_function *called = lone_target(copying->l->graph, node);
    const char *name;
    char *body = copying->body;

    if (called == NULL)
        return true;
    name = unit_identifier(unit, unit_format(unit, "copy_%s", called->name));
    /* Folded with the function that it equals, it would be called twice. */
    add_copy(copying->l, called, name, "__attribute__((no_icf)) ",
             edit_list_render(unit_edits(unit), called->body->range.begin, called->body->range.end), copying->text);
    copying->body = replace_word(body, called->name, name, true);
    free(body);
    return true;
}

/* Takes the body. */
static void add_copy(lowering *l, const program_function *function, const char *name, const char *attribute, char *body, text_builder *text)
{
    static const char *const names[] = { "__func__", "__FUNCTION__", "__PRETTY_FUNCTION__" };
    struct copying copying = { l, body, text };
    text_range head = head_of(l->unit, function), place = name_of(l->unit, function);
    const char *source = unit_text(l->unit), *shown = unit_format(l->unit, "\"%s\"", function->name);
    bool is_static = false;

    syntax_visit(function->body, copy_lone, &copying);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *before = copying.body;

        copying.body = replace_word(before, names[i], shown, false);
        free(before);
    }
    for (size_t at = head.begin; (at = scan_blank(source, at, place.begin)) < place.begin; at = scan_token(source, at, place.begin))
        is_static |= scan_is_word(source, at, place.begin, "static");
    text_add(text, unit_line_marker(l->unit, head.begin));
    text_add_format(text, "%s%s%s", attribute, is_static ? "" : "static ", unit_range_text(l->unit, (text_range){ head.begin, place.begin }));
    text_add_format(text, "%s%s%s\n", name, unit_range_text(l->unit, (text_range){ place.end, head.end }), copying.body);
    free(copying.body);
}

void twin_add_definition(lowering *l, const char *twin, const char *body, text_builder *text)
{
    text_add(text, unit_line_marker(l->unit, head_of(l->unit, l->function).begin));
    text_add_format(text, "%s;\n", unit_range_text(l->unit, head_of(l->unit, l->function)));
    add_copy(l, l->function, twin, "__attribute__((noinline)) ", storage_copy(body), text);
}
