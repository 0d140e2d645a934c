/* SPDX-License-Identifier: MIT */
#include "counted_loops.h"

#include <limits.h>

#include "source_walk.h"

static bool number_of(syntax *node, long long *value)
{
    long long found = 0;
    bool whole;

    /* clang evaluates names of constant variables, too, but not what they are initialised from. */
    if (node == NULL)
        return false;
    whole = cursor_constant(syntax_core(node)->cursor, &found);
    *value = found;
    return whole && *value > INT_MIN && *value < INT_MAX;
}

static bool is_variable(syntax *node, CXCursor variable)
{
    const syntax *core = syntax_core(node);

    return core->kind == EXPRESSION_NAME && clang_equalCursors(clang_getCursorReferenced(core->cursor), variable);
}

/* The variable that the loop begins by giving a number to. */
static bool begins_with(const syntax *loop, CXCursor *variable, long long *first)
{
    const syntax *initial = syntax_is_expression(loop->initial) ? syntax_core(loop->initial) : loop->initial;

    if (initial->kind == STATEMENT_DECLARATION && initial->count == 1 && initial->children[0]->kind == VARIABLE) {
        *variable = initial->children[0]->cursor;
        return number_of(initial->children[0]->initial, first);
    }
    if (initial->kind != EXPRESSION_ASSIGN || initial->count != 2 || syntax_core(initial->children[0])->kind != EXPRESSION_NAME)
        return false;
    *variable = clang_getCursorReferenced(syntax_core(initial->children[0])->cursor);
    return number_of(initial->children[1], first);
}

static bool steps_by(const syntax *loop, CXCursor variable, long long *step)
{
    const syntax *increment = syntax_core(loop->increment);

    if (increment->count == 0 || !is_variable(increment->children[0], variable))
        return false;
    if (increment->kind == EXPRESSION_UNARY) {
        *step = increment->operation == CXUnaryOperator_PostInc || increment->operation == CXUnaryOperator_PreInc ? 1 : -1;
        return *step > 0 || increment->operation == CXUnaryOperator_PostDec || increment->operation == CXUnaryOperator_PreDec;
    }
    if (increment->kind != EXPRESSION_COMPOUND_ASSIGN || increment->count != 2 || !number_of(increment->children[1], step))
        return false;
    if (increment->operation == CXBinaryOperator_SubAssign)
        *step = -*step;
    return increment->operation == CXBinaryOperator_AddAssign || increment->operation == CXBinaryOperator_SubAssign;
}

static bool goes_on(unsigned operation, long long value, long long limit)
{
    switch (operation) {
    case CXBinaryOperator_LT: return value < limit;
    case CXBinaryOperator_LE: return value <= limit;
    case CXBinaryOperator_GT: return value > limit;
    case CXBinaryOperator_GE: return value >= limit;
    case CXBinaryOperator_NE: return value != limit;
    default:                  return true;
    }
}

struct writing {
    CXCursor variable;
    bool found;
};

static bool look_for_write(syntax *node, void *context)
{
    struct writing *writing = context;
    bool counts = node->kind == EXPRESSION_UNARY &&
                  (node->operation == CXUnaryOperator_PreInc || node->operation == CXUnaryOperator_PostInc ||
                   node->operation == CXUnaryOperator_PreDec || node->operation == CXUnaryOperator_PostDec);
    bool writes = counts || node->kind == EXPRESSION_ASSIGN || node->kind == EXPRESSION_COMPOUND_ASSIGN;

    writing->found |= writes && node->count > 0 && is_variable(node->children[0], writing->variable);
    return true;
}

static bool look_for_address(syntax *node, void *context)
{
    struct writing *writing = context;

    writing->found |= node->kind == EXPRESSION_UNARY && node->operation == CXUnaryOperator_AddrOf && node->count > 0 &&
                      is_variable(node->children[0], writing->variable);
    return true;
}

/* Only a variable of the function's own is known not to be written by others. */
static bool is_local(CXCursor variable)
{
    return clang_getCursorKind(variable) == CXCursor_VarDecl && clang_Cursor_getStorageClass(variable) != CX_SC_Static &&
           clang_getCursorKind(clang_getCursorSemanticParent(variable)) == CXCursor_FunctionDecl;
}

unsigned counted_rounds(const syntax *loop, unsigned most)
{
    struct writing writing = { clang_getNullCursor(), false };
    long long value, step, limit;
    const syntax *condition, *function = loop;
    unsigned rounds = 0;

    if (loop->kind != STATEMENT_FOR || loop->initial == NULL || loop->condition == NULL || loop->increment == NULL)
        return 0;
    condition = syntax_core(loop->condition);
    if (condition->kind != EXPRESSION_BINARY || condition->count != 2 || !begins_with(loop, &writing.variable, &value) ||
        !is_local(writing.variable) || !is_variable(condition->children[0], writing.variable) ||
        !number_of(condition->children[1], &limit) || !steps_by(loop, writing.variable, &step))
        return 0;
    for (; rounds <= most && goes_on(condition->operation, value, limit); value += step)
        rounds++;
    syntax_visit(loop->body, look_for_write, &writing);
    /* An address may be taken anywhere in the function, and used in the loop. */
    while (function->parent != NULL)
        function = function->parent;
    syntax_visit((syntax *)function, look_for_address, &writing);
    return rounds > most || writing.found ? 0 : rounds;
}
