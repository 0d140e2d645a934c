/* SPDX-License-Identifier: MIT */
/*
 * A function's statements and expressions as a tree of the pre-compiler's own: libclang's cursors sorted into the few kinds that lowering tells apart, with
 * the parts of a statement where they belong.
 */
#ifndef MSRCK_PRECOMPILER_SYNTAX_TREE_H
#define MSRCK_PRECOMPILER_SYNTAX_TREE_H

#include "unit.h"

struct local;

enum syntax_kind {
    /* Statements. Those with a body have it in `body`. */
    STATEMENT_COMPOUND,
    STATEMENT_DECLARATION,          /* children: VARIABLE and DECLARATION */
    STATEMENT_IF,                   /* condition, body, otherwise */
    STATEMENT_WHILE,                /* condition, body */
    STATEMENT_DO,                   /* body, condition */
    STATEMENT_FOR,                  /* initial, condition, increment, body; all but the body may be NULL */
    STATEMENT_SWITCH,               /* condition, body */
    STATEMENT_CASE,                 /* body; also default */
    STATEMENT_LABEL,                /* body */
    STATEMENT_GOTO,
    STATEMENT_COMPUTED_GOTO,
    STATEMENT_BREAK,
    STATEMENT_CONTINUE,
    STATEMENT_RETURN,
    STATEMENT_EMPTY,
    STATEMENT_ATTRIBUTED,           /* body */
    STATEMENT_ASSEMBLY,
    STATEMENT_OTHER,
    /* Declarations. */
    VARIABLE,                       /* initial: the initialiser; children: sizes of arrays and the like */
    DECLARATION,                    /* of anything else */
    /* Expressions. From here on: syntax_is_expression(). */
    EXPRESSION_CLEAR,               /* parentheses, implicit casts, __extension__: the value of its one child */
    EXPRESSION_NAME,
    EXPRESSION_CONSTANT,
    EXPRESSION_MEMBER,
    EXPRESSION_CALL,                /* the first child is what is called */
    EXPRESSION_BINARY,
    EXPRESSION_ASSIGN,
    EXPRESSION_COMPOUND_ASSIGN,
    EXPRESSION_AND,
    EXPRESSION_OR,
    EXPRESSION_COMMA,
    EXPRESSION_CONDITIONAL,
    EXPRESSION_CONDITIONAL_SHORT,   /* a ?: b */
    EXPRESSION_UNARY,
    EXPRESSION_SUBSCRIPT,
    EXPRESSION_CAST,
    EXPRESSION_LITERAL_OBJECT,      /* a compound literal */
    EXPRESSION_LIST,                /* { initialisers } */
    EXPRESSION_STATEMENT,           /* ({ ... }); body */
    EXPRESSION_SELECTION,           /* _Generic */
    EXPRESSION_UNEVALUATED,         /* sizeof and its like */
    EXPRESSION_OTHER
};

typedef struct syntax {
    enum syntax_kind kind;
    CXCursor cursor;
    text_range range;
    struct syntax *parent;
    struct syntax **children;       /* all of them in the order of the text */
    size_t count;
    struct syntax *initial, *condition, *increment, *body, *otherwise;      /* among the children */
    unsigned operation;             /* CXBinaryOperatorKind or CXUnaryOperatorKind */
    struct local *variable;         /* of VARIABLE, and of EXPRESSION_NAME where it names one of the function's own */
    /* What function_plan.c finds out: */
    bool polls;                     /* a call that may reach a poll-point, and is made a statement of its own */
    bool calls_inside;              /* holds such calls, or is one */
    bool poll_here;                 /* statements: a poll-point before it; loops: at the beginning of each round */
    bool special;                   /* holds points or anything else that verbatim text will not do for */
    bool continues;                 /* loops: a continue has become a jump to a label before the condition or increment */
    /* What lowering leaves behind: */
    struct local *value;            /* the temporary that holds it now */
    struct syntax *shown;           /* the part of it that its place shows now */
} syntax;

syntax *syntax_build(struct unit *unit, CXCursor cursor);
void syntax_free(syntax *tree);

bool syntax_is_expression(const syntax *node);
bool syntax_is_loop(const syntax *node);
/* Through parentheses and implicit casts. */
syntax *syntax_core(syntax *node);
/* The function that a call names; a null cursor for a call through a pointer. */
CXCursor syntax_called(const syntax *call);
/* Whether `node` is `outer` or inside it. */
bool syntax_inside(const syntax *node, const syntax *outer);

/* Calls the function for each node, parents first; false from it leaves out what is below. */
void syntax_visit(syntax *tree, bool (*visit)(syntax *node, void *context), void *context);

#endif
