/* SPDX-License-Identifier: MIT */
#ifndef FORMULA_H
#define FORMULA_H

#include <stddef.h>

enum token_kind { T_END, T_NUMBER, T_NAME, T_OPERATOR, T_OPEN, T_CLOSE, T_COMMA, T_ERROR };

struct token {
    enum token_kind kind;
    double number;
    char text[24];
    int column;
};

struct tokenizer {
    const char *start, *at;
    struct token token;
};

enum formula_kind { CONSTANT, VARIABLE, UNARY, BINARY, CALL_OF };

struct formula {
    enum formula_kind kind;
    int references;
    double constant;
    char name;                     /* of a variable, or the operator */
    const struct builtin *function;
    int count;
    struct formula *operands[];
};

struct builtin {
    const char *name;
    int parameters;
    double (*evaluate)(const double *arguments);
    struct formula *(*derive)(struct formula *call, char variable);
};

struct pool {
    long made, freed, alive, most;
};

extern struct pool pool;

/* formula_read.c */
void next_token(struct tokenizer *tokenizer);
struct formula *parse(const char *text, char *message, size_t size);

/* formula_build.c */
struct formula *formula_new(enum formula_kind kind, int count);
struct formula *constant(double value);
struct formula *variable(char name);
struct formula *unary(char operation, struct formula *operand);
struct formula *binary(char operation, struct formula *left, struct formula *right);
struct formula *call(const struct builtin *function, struct formula **arguments);
struct formula *keep(struct formula *formula);
void drop(struct formula *formula);
int same(const struct formula *left, const struct formula *right);
int size_of(const struct formula *formula);

/* formula_change.c */
struct formula *derive(struct formula *formula, char variable);
struct formula *simplify(struct formula *formula);
double evaluate(const struct formula *formula, const double values[26]);
const struct builtin *find_builtin(const char *name);

/* formula_print.c */
char *to_text(const struct formula *formula);

#endif
