/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "formula.h"

struct pool pool;

struct formula *formula_new(enum formula_kind kind, int count)
{
    struct formula *formula = malloc(sizeof(struct formula) + (size_t)count * sizeof(struct formula *));

    memset(formula, 0, sizeof *formula + (size_t)count * sizeof formula->operands[0]);
    formula->kind = kind;
    formula->count = count;
    formula->references = 1;
    pool.made++;
    if (++pool.alive > pool.most)
        pool.most = pool.alive;
    return formula;
}

struct formula *constant(double value)
{
    struct formula *formula = formula_new(CONSTANT, 0);

    formula->constant = value;
    return formula;
}

struct formula *variable(char name)
{
    struct formula *formula = formula_new(VARIABLE, 0);

    formula->name = name;
    return formula;
}

struct formula *unary(char operation, struct formula *operand)
{
    struct formula *formula = formula_new(UNARY, 1);

    formula->name = operation;
    formula->operands[0] = operand;
    return formula;
}

struct formula *binary(char operation, struct formula *left, struct formula *right)
{
    struct formula *formula = formula_new(BINARY, 2);

    formula->name = operation;
    formula->operands[0] = left;
    formula->operands[1] = right;
    return formula;
}

struct formula *call(const struct builtin *function, struct formula **arguments)
{
    struct formula *formula = formula_new(CALL_OF, function->parameters);

    formula->function = function;
    memcpy(formula->operands, arguments, sizeof *arguments * (size_t)function->parameters);
    return formula;
}

struct formula *keep(struct formula *formula)
{
    return formula->references++, formula;
}

void drop(struct formula *formula)
{
    if (--formula->references > 0)
        return;
    for (int i = 0; i < formula->count; i++)
        drop(formula->operands[i]);
    free(formula);
    pool.freed++;
    pool.alive--;
}

int same(const struct formula *left, const struct formula *right)
{
    if (left == right)
        return 1;
    if (left->kind != right->kind || left->count != right->count || left->name != right->name ||
        left->function != right->function || left->constant != right->constant)
        return 0;
    for (int i = 0; i < left->count; i++)
        if (!same(left->operands[i], right->operands[i]))
            return 0;
    return 1;
}

int size_of(const struct formula *formula)
{
    int size = 1;

    for (int i = 0; i < formula->count; i++)
        size += size_of(formula->operands[i]);
    return size;
}
