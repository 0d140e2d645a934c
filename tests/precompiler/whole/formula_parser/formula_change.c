/* SPDX-License-Identifier: MIT */
/* Derivatives, simplification by rules, values. */
#include <math.h>
#include <string.h>

#include "formula.h"

static double evaluate_sqrt(const double *arguments)
{
    return sqrt(arguments[0]);
}

static double evaluate_sqr(const double *arguments)
{
    return arguments[0] * arguments[0];
}

static double evaluate_max(const double *arguments)
{
    return arguments[0] > arguments[1] ? arguments[0] : arguments[1];
}

/* sqrt(u)' = u' / (2 sqrt(u)) */
static struct formula *derive_sqrt(struct formula *of, char by)
{
    return binary('/', derive(of->operands[0], by), binary('*', constant(2), keep(of)));
}

static struct formula *derive_sqr(struct formula *of, char by)
{
    return binary('*', binary('*', constant(2), keep(of->operands[0])), derive(of->operands[0], by));
}

static const struct builtin builtins[] = {
    { "sqrt", 1, evaluate_sqrt, derive_sqrt },
    { "sqr", 1, evaluate_sqr, derive_sqr },
    { "max", 2, evaluate_max, NULL },
};

const struct builtin *find_builtin(const char *name)
{
    for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++)
        if (!strcmp(builtins[i].name, name))
            return &builtins[i];
    return NULL;
}

static struct formula *derive_binary(struct formula *formula, char by)
{
    struct formula *u = formula->operands[0], *v = formula->operands[1];

    switch (formula->name) {
    case '*':
        return binary('+', binary('*', derive(u, by), keep(v)), binary('*', keep(u), derive(v, by)));
    case '/':
        return binary('/', binary('-', binary('*', derive(u, by), keep(v)), binary('*', keep(u), derive(v, by))),
                      binary('^', keep(v), constant(2)));
    case '^': /* of constant powers */
        return binary('*', binary('*', keep(v), binary('^', keep(u), binary('-', keep(v), constant(1)))),
                      derive(u, by));
    default:
        return binary(formula->name, derive(u, by), derive(v, by));
    }
}

struct formula *derive(struct formula *formula, char by)
{
    switch (formula->kind) {
    case CONSTANT:
        return constant(0);
    case VARIABLE:
        return constant(formula->name == by);
    case UNARY:
        return unary(formula->name, derive(formula->operands[0], by));
    case CALL_OF:
        return formula->function->derive ? formula->function->derive(formula, by) : constant(NAN);
    case BINARY:
        break;
    }
    return derive_binary(formula, by);
}

static double power(double base, double exponent)
{
    double result = 1;
    int times = (int)exponent;

    for (int i = times < 0 ? -times : times; i > 0; i >>= 1, base *= base)
        if (i & 1)
            result *= base;
    return times < 0 ? 1 / result : result;
}

double evaluate(const struct formula *formula, const double values[26])
{
    double operands[4] = { 0 };

    for (int i = 0; i < formula->count; i++)
        operands[i] = evaluate(formula->operands[i], values);
    switch (formula->kind) {
    case CONSTANT:
        return formula->constant;
    case VARIABLE:
        return values[formula->name - 'a'];
    case UNARY:
        return -operands[0];
    case CALL_OF:
        return formula->function->evaluate(operands);
    default:
        return formula->name == '+'   ? operands[0] + operands[1]
               : formula->name == '-' ? operands[0] - operands[1]
               : formula->name == '*' ? operands[0] * operands[1]
               : formula->name == '/' ? operands[0] / operands[1]
                                      : power(operands[0], operands[1]);
    }
}

static int is_constant(const struct formula *formula, double value)
{
    return formula->kind == CONSTANT && formula->constant == value;
}

/* Takes over `formula`, gives one of its operands. */
static struct formula *only(struct formula *formula, int operand)
{
    struct formula *kept = keep(formula->operands[operand]);

    drop(formula);
    return kept;
}

static struct formula *replace(struct formula *formula, struct formula *by)
{
    drop(formula);
    return by;
}

static struct formula *rule(struct formula *formula)
{
    struct formula *u = formula->operands[0], *v = formula->operands[1];
    double none[26] = { 0 };

    if (u->kind == CONSTANT && v->kind == CONSTANT)
        return replace(formula, constant(evaluate(formula, none)));
    switch (formula->name) {
    case '+':
        return is_constant(u, 0) ? only(formula, 1) : is_constant(v, 0) ? only(formula, 0) : formula;
    case '-':
        if (same(u, v))
            return replace(formula, constant(0));
        return is_constant(v, 0) ? only(formula, 0) : formula;
    case '*':
        if (is_constant(u, 0) || is_constant(v, 0))
            return replace(formula, constant(0));
        if (v->kind == CONSTANT && u->kind != CONSTANT)
            return replace(formula, simplify(binary('*', keep(v), keep(u))));
        return is_constant(u, 1) ? only(formula, 1) : formula;
    case '/':
        return is_constant(u, 0) ? replace(formula, constant(0)) : is_constant(v, 1) ? only(formula, 0) : formula;
    default:
        return is_constant(v, 1) ? only(formula, 0) : is_constant(v, 0) ? replace(formula, constant(1)) : formula;
    }
}

/* Takes over `formula`. */
struct formula *simplify(struct formula *formula)
{
    struct formula *copy;

    if (formula->count == 0)
        return formula;
    copy = formula_new(formula->kind, formula->count);
    copy->name = formula->name;
    copy->function = formula->function;
    for (int i = 0; i < formula->count; i++)
        copy->operands[i] = simplify(keep(formula->operands[i]));
    drop(formula);
    if (copy->kind == UNARY && copy->operands[0]->kind == CONSTANT)
        return replace(copy, constant(-copy->operands[0]->constant));
    return copy->kind == BINARY ? rule(copy) : copy;
}
