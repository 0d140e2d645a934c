/* SPDX-License-Identifier: MIT */
#include "syntax_tree.h"

#include <stdlib.h>
#include <string.h>

#include "text_builder.h"
#include "text_scan.h"

/* Kinds that need no second look. */
static const struct {
    enum CXCursorKind cursor;
    enum syntax_kind kind;
} plain_kinds[] = {
    { CXCursor_CompoundStmt, STATEMENT_COMPOUND }, { CXCursor_DeclStmt, STATEMENT_DECLARATION },
    { CXCursor_IfStmt, STATEMENT_IF }, { CXCursor_WhileStmt, STATEMENT_WHILE }, { CXCursor_DoStmt, STATEMENT_DO },
    { CXCursor_ForStmt, STATEMENT_FOR }, { CXCursor_SwitchStmt, STATEMENT_SWITCH },
    { CXCursor_CaseStmt, STATEMENT_CASE }, { CXCursor_DefaultStmt, STATEMENT_CASE },
    { CXCursor_LabelStmt, STATEMENT_LABEL }, { CXCursor_GotoStmt, STATEMENT_GOTO },
    { CXCursor_IndirectGotoStmt, STATEMENT_COMPUTED_GOTO }, { CXCursor_BreakStmt, STATEMENT_BREAK },
    { CXCursor_ContinueStmt, STATEMENT_CONTINUE }, { CXCursor_ReturnStmt, STATEMENT_RETURN },
    { CXCursor_NullStmt, STATEMENT_EMPTY }, { CXCursor_AsmStmt, STATEMENT_ASSEMBLY },
    { CXCursor_VarDecl, VARIABLE },
    { CXCursor_ParenExpr, EXPRESSION_CLEAR }, { CXCursor_DeclRefExpr, EXPRESSION_NAME },
    { CXCursor_IntegerLiteral, EXPRESSION_CONSTANT }, { CXCursor_FloatingLiteral, EXPRESSION_CONSTANT },
    { CXCursor_ImaginaryLiteral, EXPRESSION_CONSTANT }, { CXCursor_StringLiteral, EXPRESSION_CONSTANT },
    { CXCursor_CharacterLiteral, EXPRESSION_CONSTANT }, { CXCursor_AddrLabelExpr, EXPRESSION_CONSTANT },
    { CXCursor_MemberRefExpr, EXPRESSION_MEMBER }, { CXCursor_CallExpr, EXPRESSION_CALL },
    { CXCursor_CompoundAssignOperator, EXPRESSION_COMPOUND_ASSIGN },
    { CXCursor_ConditionalOperator, EXPRESSION_CONDITIONAL },
    { CXCursor_ArraySubscriptExpr, EXPRESSION_SUBSCRIPT }, { CXCursor_CStyleCastExpr, EXPRESSION_CAST },
    { CXCursor_CompoundLiteralExpr, EXPRESSION_LITERAL_OBJECT }, { CXCursor_InitListExpr, EXPRESSION_LIST },
    { CXCursor_StmtExpr, EXPRESSION_STATEMENT }, { CXCursor_GenericSelectionExpr, EXPRESSION_SELECTION },
    { CXCursor_UnaryExpr, EXPRESSION_UNEVALUATED },
};

static enum syntax_kind binary_kind(unsigned operation)
{
    switch (operation) {
    case CXBinaryOperator_Assign:
        return EXPRESSION_ASSIGN;
    case CXBinaryOperator_LAnd:
        return EXPRESSION_AND;
    case CXBinaryOperator_LOr:
        return EXPRESSION_OR;
    case CXBinaryOperator_Comma:
        return EXPRESSION_COMMA;
    default:
        return EXPRESSION_BINARY;
    }
}

static bool same_range(text_range one, text_range other)
{
    return one.begin == other.begin && one.end == other.end;
}

/* libclang shows implicit casts, designated initialisers, a ?: b and more under one kind. */
static enum syntax_kind unexposed_kind(const syntax *node)
{
    if (node->count == 1)
        return EXPRESSION_CLEAR;
    if (node->count == 4 && same_range(node->children[0]->range, node->children[1]->range) &&
        same_range(node->children[0]->range, node->children[2]->range))
        return EXPRESSION_CONDITIONAL_SHORT;
    return EXPRESSION_OTHER;
}

static enum syntax_kind kind_of(syntax *node)
{
    enum CXCursorKind kind = clang_getCursorKind(node->cursor);

    for (size_t i = 0; i < sizeof plain_kinds / sizeof plain_kinds[0]; i++)
        if (plain_kinds[i].cursor == kind)
            return plain_kinds[i].kind;
    if (kind == CXCursor_BinaryOperator)
        return binary_kind(node->operation);
    if (kind == CXCursor_UnaryOperator)
        return node->operation == CXUnaryOperator_Extension ? EXPRESSION_CLEAR : EXPRESSION_UNARY;
    if (kind == CXCursor_UnexposedExpr)
        return unexposed_kind(node);
    if (clang_isExpression(kind))
        return EXPRESSION_OTHER;
    if (kind == CXCursor_UnexposedStmt && node->count == 1)
        return STATEMENT_ATTRIBUTED;
    return clang_isStatement(kind) ? STATEMENT_OTHER : DECLARATION;
}

/* ---- Parts ---- */

static void drop_child(syntax *node, size_t index)
{
    syntax_free(node->children[index]);
    node->count--;
    memmove(node->children + index, node->children + index + 1, (node->count - index) * sizeof *node->children);
}

/* Which of for's three parts a child is, by the semicolons between them. */
static void for_parts(struct unit *unit, syntax *node)
{
    const char *text = unit_text(unit);
    size_t open = scan_to(text, node->range.begin, node->range.end, '(') + 1;
    size_t first = scan_to(text, open, node->range.end, ';');
    size_t second = scan_to(text, first + 1, node->range.end, ';');

    node->body = node->children[node->count - 1];
    for (size_t i = 0; i + 1 < node->count; i++) {
        syntax *child = node->children[i];

        if (child->range.begin < first)
            node->initial = child;
        else if (child->range.begin < second)
            node->condition = child;
        else
            node->increment = child;
    }
}

static void variable_parts(syntax *node)
{
    CXCursor initialiser = clang_Cursor_getVarDeclInitializer(node->cursor);

    if (clang_Cursor_isNull(initialiser))
        return;
    for (size_t i = 0; i < node->count; i++)
        if (clang_equalCursors(node->children[i]->cursor, initialiser) ||
            (i + 1 == node->count && node->initial == NULL))
            node->initial = node->children[i];
}

static void find_parts(struct unit *unit, syntax *node)
{
    syntax **children = node->children;

    switch (node->kind) {
    case STATEMENT_IF:
        node->condition = children[0];
        node->body = children[1];
        node->otherwise = node->count > 2 ? children[2] : NULL;
        break;
    case STATEMENT_WHILE:
    case STATEMENT_SWITCH:
        node->condition = children[0];
        node->body = children[1];
        break;
    case STATEMENT_DO:
        node->body = children[0];
        node->condition = children[1];
        break;
    case STATEMENT_FOR:
        for_parts(unit, node);
        break;
    case STATEMENT_CASE:
    case STATEMENT_LABEL:
    case STATEMENT_ATTRIBUTED:
    case EXPRESSION_STATEMENT:
        node->body = children[node->count - 1];
        break;
    case EXPRESSION_CONDITIONAL_SHORT:
        drop_child(node, 2);
        drop_child(node, 1);
        break;
    case VARIABLE:
        variable_parts(node);
        break;
    default:
        break;
    }
}

/* ---- Building ---- */

struct building {
    struct unit *unit;
    syntax *parent;
    size_t capacity;
};

static bool is_part(enum CXCursorKind kind)
{
    return clang_isStatement(kind) || clang_isExpression(kind) || clang_isDeclaration(kind);
}

static enum CXChildVisitResult add_child(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct building *building = data;
    syntax *node = building->parent;

    (void)parent;
    if (!is_part(clang_getCursorKind(cursor)))
        return CXChildVisit_Continue;
    if (node->count == building->capacity) {
        building->capacity = building->capacity * 2 + 4;
        node->children = storage_resize(node->children, building->capacity, sizeof *node->children);
    }
    node->children[node->count] = syntax_build(building->unit, cursor);
    node->children[node->count++]->parent = node;
    return CXChildVisit_Continue;
}

syntax *syntax_build(struct unit *unit, CXCursor cursor)
{
    syntax *node = storage_new(1, sizeof *node);
    struct building building = { unit, node, 0 };
    enum CXCursorKind kind = clang_getCursorKind(cursor);

    node->cursor = cursor;
    node->range = unit_range(unit, cursor);
    if (kind == CXCursor_BinaryOperator || kind == CXCursor_CompoundAssignOperator)
        node->operation = clang_getCursorBinaryOperatorKind(cursor);
    else if (kind == CXCursor_UnaryOperator)
        node->operation = clang_getCursorUnaryOperatorKind(cursor);
    clang_visitChildren(cursor, add_child, &building);
    node->kind = kind_of(node);
    find_parts(unit, node);
    return node;
}

void syntax_free(syntax *tree)
{
    if (tree == NULL)
        return;
    for (size_t i = 0; i < tree->count; i++)
        syntax_free(tree->children[i]);
    free(tree->children);
    free(tree);
}

/* ---- Questions ---- */

bool syntax_is_expression(const syntax *node)
{
    return node->kind >= EXPRESSION_CLEAR;
}

bool syntax_is_loop(const syntax *node)
{
    return node->kind == STATEMENT_WHILE || node->kind == STATEMENT_DO || node->kind == STATEMENT_FOR;
}

syntax *syntax_core(syntax *node)
{
    while (node->kind == EXPRESSION_CLEAR && node->count == 1)
        node = node->children[0];
    return node;
}

CXCursor syntax_called(const syntax *call)
{
    syntax *callee = call->count > 0 ? syntax_core(call->children[0]) : NULL;

    /* (*f)(x) and (&f)(x) are f(x). */
    while (callee != NULL && callee->kind == EXPRESSION_UNARY && callee->count == 1 &&
           (callee->operation == CXUnaryOperator_Deref || callee->operation == CXUnaryOperator_AddrOf))
        callee = syntax_core(callee->children[0]);
    if (callee != NULL && callee->kind == EXPRESSION_NAME) {
        CXCursor named = clang_getCursorReferenced(callee->cursor);

        if (clang_getCursorKind(named) == CXCursor_FunctionDecl)
            return named;
    }
    return clang_getNullCursor();
}

bool syntax_inside(const syntax *node, const syntax *outer)
{
    while (node != NULL && node != outer)
        node = node->parent;
    return node != NULL;
}

void syntax_visit(syntax *tree, bool (*visit)(syntax *node, void *context), void *context)
{
    if (!visit(tree, context))
        return;
    for (size_t i = 0; i < tree->count; i++)
        syntax_visit(tree->children[i], visit, context);
}
