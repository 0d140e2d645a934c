/* SPDX-License-Identifier: MIT */
#include "union_guards.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "call_graph.h"
#include "source_walk.h"
#include "type_tables.h"
#include "unit_state.h"

/* ---- Expressions ---- */

/* Without white space and the parentheses around all of it. */
static char *squeezed(const char *text)
{
    char *copy = storage_new(strlen(text) + 1, 1);
    size_t length = 0;

    for (; *text != '\0'; text++)
        if (!isspace((unsigned char)*text))
            copy[length++] = *text;
    for (;;) {
        size_t depth = 0, closes = 0;

        for (size_t i = 0; i < length && closes == 0; i++) {
            depth += copy[i] == '(';
            if (copy[i] == ')' && --depth == 0)
                closes = i;
        }
        if (length < 2 || copy[0] != '(' || closes != length - 1)
            break;
        memmove(copy, copy + 1, length - 2);
        length -= 2;
    }
    copy[length] = '\0';
    return copy;
}

const char *object_key(struct unit *unit, CXCursor access, CXCursor base)
{
    text_range whole = unit_range(unit, access), inner = unit_range(unit, base);
    char *text = squeezed(unit_range_text(unit, inner)), *pointed;
    const char *key;
    size_t at = inner.end;

    while (at < whole.end && unit->text[at] != '.' && unit->text[at] != '-')
        at++;
    if (at < whole.end && unit->text[at] == '-')
        key = unit_format(unit, "%s", text);
    else if (text[0] == '*') {
        pointed = squeezed(text + 1);
        key = unit_format(unit, "%s", pointed);
        free(pointed);
    } else
        key = unit_format(unit, "&%s", text);
    free(text);
    return key;
}

/* Without parentheses, conversions and casts: what is cast stands behind the type's name, where that has one. */
static CXCursor core_of(CXCursor expression)
{
    for (expression = cursor_unwrapped(expression); clang_getCursorKind(expression) == CXCursor_CStyleCastExpr;)
        expression = cursor_unwrapped(cursor_last_child(expression));
    return expression;
}

bool constant_value(CXCursor expression, long long *value)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(expression));

    return (type.kind == CXType_Enum || (type.kind >= CXType_Bool && type.kind <= CXType_LongLong)) && cursor_constant(expression, value);
}

static bool is_tag_itself(const struct tagged_object *object, CXCursor expression)
{
    return clang_getCursorKind(expression) == CXCursor_MemberRefExpr &&
           clang_equalCursors(clang_getCursorReferenced(expression), object->guess->tag) &&
           strcmp(object_key(object->unit, expression, cursor_child(expression, 0)), object->key) == 0;
}

bool is_tag_of(const struct tagged_object *object, CXCursor expression)
{
    CXCursor core = core_of(expression), variable, initial;

    if (is_tag_itself(object, core))
        return true;
    if (clang_getCursorKind(core) != CXCursor_DeclRefExpr)
        return false;
    variable = clang_getCursorReferenced(core);
    initial = clang_getCursorKind(variable) == CXCursor_VarDecl ? clang_Cursor_getVarDeclInitializer(variable) : clang_getNullCursor();
    return !clang_Cursor_isNull(initial) && is_tag_itself(object, core_of(initial));
}

/* ---- Conditions ---- */

static void add_value(struct guard *guard, long long value)
{
    guard->found = true;
    if (guard->count < MOST_GUARD_VALUES)
        guard->values[guard->count++] = value;
}

static void add_others(struct guard *guard)
{
    guard->found = guard->others = true;
}

/* tag == C, tag != C; an order leaves it open which values those are. */
static void by_comparison(const struct tagged_object *object, CXCursor condition, enum CXBinaryOperatorKind operator, bool holds, struct guard *guard)
{
    CXCursor left = cursor_child(condition, 0), right = cursor_child(condition, 1);
    bool tag_left = is_tag_of(object, left);
    long long value;

    if ((!tag_left && !is_tag_of(object, right)) || !constant_value(tag_left ? right : left, &value))
        return;
    if ((operator == CXBinaryOperator_EQ && holds) || (operator == CXBinaryOperator_NE && !holds))
        add_value(guard, value);
    else
        add_others(guard);
}

static void by_binary(const struct tagged_object *object, CXCursor condition, bool holds, struct guard *guard)
{
    enum CXBinaryOperatorKind operator = clang_getCursorBinaryOperatorKind(condition);
    CXCursor left = cursor_child(condition, 0), right = cursor_child(condition, 1);
    struct guard first = { .found = false }, second = { .found = false };

    if (operator == CXBinaryOperator_LAnd || operator == CXBinaryOperator_LOr) {
        guard_by_condition(object, left, holds, &first);
        guard_by_condition(object, right, holds, &second);
        /* Both sides hold, or both do not: each says what it says. Else only one is known to, so both have to say something. */
        if ((operator == CXBinaryOperator_LAnd) == holds ? first.found || second.found : first.found && second.found) {
            for (size_t i = 0; i < first.count; i++)
                add_value(guard, first.values[i]);
            for (size_t i = 0; i < second.count; i++)
                add_value(guard, second.values[i]);
            /* "not A and not B" is some other value; "A and not B" is A. */
            if (guard->count == 0)
                add_others(guard);
        }
    } else if (operator == CXBinaryOperator_EQ || operator == CXBinaryOperator_NE || operator == CXBinaryOperator_LT || operator == CXBinaryOperator_LE ||
               operator == CXBinaryOperator_GT || operator == CXBinaryOperator_GE)
        by_comparison(object, condition, operator, holds, guard);
}

void guard_by_condition(const struct tagged_object *object, CXCursor condition, bool holds, struct guard *guard)
{
    CXCursor core = core_of(condition);

    if (clang_getCursorKind(core) == CXCursor_UnaryOperator && clang_getCursorUnaryOperatorKind(core) == CXUnaryOperator_LNot)
        guard_by_condition(object, cursor_child(core, 0), !holds, guard);
    else if (clang_getCursorKind(core) == CXCursor_BinaryOperator)
        by_binary(object, core, holds, guard);
    else if (clang_getCursorKind(core) == CXCursor_CallExpr && cursor_is_called(core, "__builtin_expect"))
        guard_by_condition(object, clang_Cursor_getArgument(core, 0), holds, guard);
    else if (is_tag_of(object, core)) {
        if (holds)
            add_others(guard);
        else
            add_value(guard, 0);
    }
}

/* ---- Labels ---- */

struct label_search {
    struct unit *unit;
    struct guard *guard;
    CXCursor child;
    bool out;                       /* nothing falls through to what comes next */
};

/* The labels before a statement, and the statement. */
static CXCursor enter_labels(struct label_search *search, CXCursor statement)
{
    enum CXCursorKind kind;

    while ((kind = clang_getCursorKind(statement)) == CXCursor_CaseStmt || kind == CXCursor_DefaultStmt || kind == CXCursor_LabelStmt) {
        long long value, last;
        bool range = kind == CXCursor_CaseStmt && !clang_Cursor_isNull(cursor_child(statement, 2));

        if (search->out && kind != CXCursor_LabelStmt) {
            *search->guard = (struct guard){ .found = false };
            search->out = false;
        }
        if (kind == CXCursor_DefaultStmt)
            add_others(search->guard);
        else if (kind == CXCursor_CaseStmt && constant_value(cursor_child(statement, 0), &value)) {
            last = value;
            if (range && !constant_value(cursor_child(statement, 1), &last))
                last = value;
            for (long long i = 0; i <= last - value && i < MOST_GUARD_VALUES; i++)
                add_value(search->guard, value + i);
        }
        statement = cursor_child(statement, kind == CXCursor_CaseStmt ? (range ? 2 : 1) : 0);
    }
    return statement;
}

static enum CXChildVisitResult visit_label(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct label_search *search = data;
    CXCursor statement;

    (void)parent;
    statement = enter_labels(search, cursor);
    if (clang_equalCursors(cursor, search->child))
        return CXChildVisit_Break;
    if (!clang_Cursor_isNull(statement) && statement_leads_out(search->unit, statement))
        search->out = true;
    return CXChildVisit_Continue;
}

void guard_by_labels(struct unit *unit, CXCursor body, CXCursor child, struct guard *guard)
{
    struct label_search search = { unit, guard, child, true };

    clang_visitChildren(body, visit_label, &search);
}

/* ---- Statements ---- */

/* Old programs call some without a declaration. */
static bool is_noreturn(struct unit *unit, CXCursor call)
{
    static const char *const names[] = { "exit", "abort", "_exit", "_Exit", "quick_exit", "longjmp", "siglongjmp", "err", "errx", "__assert_fail", "__builtin_unreachable" };
    CXCursor function = clang_getCursorReferenced(call);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (cursor_is_called(call, names[i]))
            return true;
    return clang_getCursorKind(function) == CXCursor_FunctionDecl && call_graph_no_return(unit, function);
}

bool statement_leads_out(struct unit *unit, CXCursor statement)
{
    CXCursor otherwise;

    switch (clang_getCursorKind(statement)) {
    case CXCursor_BreakStmt:
    case CXCursor_ContinueStmt:
    case CXCursor_ReturnStmt:
    case CXCursor_GotoStmt:
        return true;
    case CXCursor_CallExpr:
        return is_noreturn(unit, statement);
    case CXCursor_CompoundStmt:
        statement = cursor_last_child(statement);
        return !clang_Cursor_isNull(statement) && statement_leads_out(unit, statement);
    case CXCursor_IfStmt:
        otherwise = cursor_child(statement, 2);
        return !clang_Cursor_isNull(otherwise) && statement_leads_out(unit, cursor_child(statement, 1)) && statement_leads_out(unit, otherwise);
    case CXCursor_CaseStmt:
    case CXCursor_DefaultStmt:
    case CXCursor_LabelStmt:
        return statement_leads_out(unit, cursor_last_child(statement));
    default:
        return false;
    }
}

static bool is_assignment(CXCursor statement)
{
    return clang_getCursorKind(statement) == CXCursor_BinaryOperator && clang_getCursorBinaryOperatorKind(statement) == CXBinaryOperator_Assign;
}

bool guard_by_assignment(const struct tagged_object *object, CXCursor statement, struct guard *guard)
{
    CXCursor core = core_of(statement), given;
    long long value;

    if (!is_assignment(core) || !is_tag_itself(object, core_of(cursor_child(core, 0))))
        return false;
    given = core_of(cursor_child(core, 1));
    if (constant_value(given, &value))
        add_value(guard, value);
    else if (clang_getCursorKind(given) != CXCursor_ConditionalOperator || !constant_value(cursor_child(given, 1), &value) ||
             !constant_value(cursor_child(given, 2), &value))
        add_others(guard);
    return true;
}

/* new_node(KIND_SUM): what a call makes has the one value of the tag's enum that it is given. */
static void by_call(const struct tagged_object *object, CXCursor expression, struct guard *guard)
{
    CXCursor core = core_of(expression), tag_type = clang_getTypeDeclaration(clang_getCanonicalType(clang_getCursorType(object->guess->tag))), named = core;
    size_t given = 0;
    int count = clang_getCursorKind(core) == CXCursor_CallExpr ? clang_Cursor_getNumArguments(core) : 0;

    for (int i = 0; i < count; i++) {
        CXCursor argument = clang_Cursor_getArgument(core, (unsigned)i), constant = clang_getCursorReferenced(core_of(argument));

        /* In C, an enum's constants are ints; what else has the enum's type is some value of it. */
        if (clang_equalCursors(clang_getTypeDeclaration(clang_getCanonicalType(clang_getCursorType(core_of(argument)))), tag_type))
            given += 2;
        else if (clang_getCursorKind(core_of(argument)) == CXCursor_DeclRefExpr && clang_getCursorKind(constant) == CXCursor_EnumConstantDecl &&
                 clang_equalCursors(clang_getCursorSemanticParent(constant), tag_type)) {
            given++;
            named = constant;
        }
    }
    if (given == 1)
        add_value(guard, clang_getEnumConstantDeclValue(named));
}

/* Whether the text names the object, or a variable that the object is reached by. */
static bool is_way_to(const struct tagged_object *object, const char *name)
{
    const char *key = object->key[0] == '&' ? object->key + 1 : object->key;
    size_t length = strlen(name);

    return strncmp(key, name, length) == 0 && !(isalnum((unsigned char)key[length]) || key[length] == '_');
}

/* The variable is given another value. Where the object is reached by it, the search ends. */
static void by_new_object(const struct tagged_object *object, const char *name, CXCursor value, struct guard *guard, bool *ends)
{
    char *text = squeezed(name);
    bool same = strcmp(text, object->key) == 0, way = is_way_to(object, text);

    free(text);
    *ends = *ends || way;
    if (same && !clang_Cursor_isNull(value))
        by_call(object, value, guard);
}

struct statement_search {
    const struct tagged_object *object;
    struct guard *guard;
    bool ends;
};

static enum CXChildVisitResult look_at_declared(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct statement_search *search = data;
    char name[256];

    (void)parent;
    if (clang_getCursorKind(cursor) != CXCursor_VarDecl)
        return CXChildVisit_Continue;
    cursor_name(cursor, name, sizeof name);
    by_new_object(search->object, name, clang_Cursor_getVarDeclInitializer(cursor), search->guard, &search->ends);
    return CXChildVisit_Continue;
}

/* In an assertion's expansion: the condition whose other way fails. */
static enum CXChildVisitResult look_at_assertion(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct statement_search *search = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);

    (void)parent;
    if (kind == CXCursor_IfStmt || kind == CXCursor_ConditionalOperator) {
        guard_by_condition(search->object, cursor_child(cursor, 0), true, search->guard);
        if (search->guard->found)
            return CXChildVisit_Break;
    }
    return CXChildVisit_Recurse;
}

static void by_leading_out(const struct tagged_object *object, CXCursor statement, struct guard *guard)
{
    CXCursor otherwise = cursor_child(statement, 2);

    if (statement_leads_out(object->unit, cursor_child(statement, 1)))
        guard_by_condition(object, cursor_child(statement, 0), false, guard);
    else if (!clang_Cursor_isNull(otherwise) && statement_leads_out(object->unit, otherwise))
        guard_by_condition(object, cursor_child(statement, 0), true, guard);
}

bool guard_by_statement(const struct tagged_object *object, CXCursor statement, struct guard *guard)
{
    struct statement_search search = { object, guard, false };
    enum CXCursorKind kind;
    CXCursor core;

    while ((kind = clang_getCursorKind(statement)) == CXCursor_CaseStmt || kind == CXCursor_DefaultStmt || kind == CXCursor_LabelStmt)
        statement = cursor_last_child(statement);
    core = core_of(statement);
    if (guard_by_assignment(object, core, guard))
        return guard->found;
    if (is_assignment(core))
        by_new_object(object, unit_range_text(object->unit, unit_range(object->unit, cursor_child(core, 0))), cursor_child(core, 1), guard, &search.ends);
    else if (kind == CXCursor_DeclStmt)
        clang_visitChildren(statement, look_at_declared, &search);
    else if (kind == CXCursor_IfStmt)
        by_leading_out(object, statement, guard);
    if (!guard->found && !search.ends && strstr(unit_range_text(object->unit, unit_range(object->unit, statement)), "__assert_fail") != NULL)
        clang_visitChildren(statement, look_at_assertion, &search);
    return !search.ends;
}
