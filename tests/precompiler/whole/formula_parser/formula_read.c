/* SPDX-License-Identifier: MIT */
/* A tokenizer, and a parser by precedence climbing. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formula.h"

struct parser {
    struct tokenizer tokenizer;
    char *message;
    size_t size;
    int failed, depth;
};

void next_token(struct tokenizer *tokenizer)
{
    struct token *token = &tokenizer->token;
    const char *at = tokenizer->at;
    size_t length = 0;

    while (isspace((unsigned char)*at))
        ++at;
    memset(token, 0, sizeof *token);
    token->column = (int)(at - tokenizer->start) + 1;
    if (!*at) {
        token->kind = T_END;
    } else if (isdigit((unsigned char)*at) || *at == '.') {
        char *end;

        token->number = strtod(at, &end);
        token->kind = T_NUMBER;
        at = end;
    } else if (isalpha((unsigned char)*at)) {
        while (isalnum((unsigned char)*at) && length < sizeof token->text - 1)
            token->text[length++] = *at++;
        token->kind = T_NAME;
    } else {
        token->text[0] = *at;
        switch (*at++) {
        case '+': case '-': case '*': case '/': case '^':
            token->kind = T_OPERATOR;
            break;
        case '(':
            token->kind = T_OPEN;
            break;
        case ')':
            token->kind = T_CLOSE;
            break;
        case ',':
            token->kind = T_COMMA;
            break;
        default:
            token->kind = T_ERROR;
        }
    }
    tokenizer->at = at;
}

static struct formula *fail(struct parser *parser, const char *reason)
{
    if (!parser->failed)
        snprintf(parser->message, parser->size, "column %d: %s", parser->tokenizer.token.column, reason);
    parser->failed = 1;
    return NULL;
}

static struct formula *expression(struct parser *parser, int above);

static int expect(struct parser *parser, enum token_kind kind, const char *reason)
{
    if (parser->tokenizer.token.kind != kind)
        return fail(parser, reason) != NULL;
    next_token(&parser->tokenizer);
    return 1;
}

static struct formula *call_of(struct parser *parser, const char *name)
{
    const struct builtin *function = find_builtin(name);
    struct formula *arguments[4] = { NULL };
    int count = 0;

    if (!function)
        return fail(parser, "no such function");
    next_token(&parser->tokenizer);
    do {
        if (count > 0)
            next_token(&parser->tokenizer);
        if (count == 4 || (arguments[count] = expression(parser, 0)) == NULL)
            goto failed;
        count++;
    } while (parser->tokenizer.token.kind == T_COMMA);
    if (!expect(parser, T_CLOSE, "')' expected"))
        goto failed;
    if (count == function->parameters)
        return call(function, arguments);
    fail(parser, "wrong number of arguments");
failed:
    while (count-- > 0)
        drop(arguments[count]);
    return NULL;
}

static struct formula *operand(struct parser *parser)
{
    struct token token = parser->tokenizer.token;
    struct formula *inner;

    switch (token.kind) {
    case T_NUMBER:
        next_token(&parser->tokenizer);
        return constant(token.number);
    case T_NAME:
        next_token(&parser->tokenizer);
        if (parser->tokenizer.token.kind == T_OPEN)
            return call_of(parser, token.text);
        return token.text[1] ? fail(parser, "variables have one letter") : variable(token.text[0]);
    case T_OPEN:
        next_token(&parser->tokenizer);
        inner = expression(parser, 0);
        if (inner && !expect(parser, T_CLOSE, "')' expected")) {
            drop(inner);
            inner = NULL;
        }
        return inner;
    case T_OPERATOR:
        if (token.text[0] == '-') {
            next_token(&parser->tokenizer);
            inner = expression(parser, 3);
            return inner ? unary('-', inner) : NULL;
        }
        /* fall through */
    default:
        return fail(parser, "operand expected");
    }
}

static int precedence(char operation)
{
    switch (operation) {
    case '+':
    case '-':
        return 1;
    case '*':
    case '/':
        return 2;
    default:
        return 4;
    }
}

static struct formula *expression(struct parser *parser, int above)
{
    struct formula *left;

    if (++parser->depth > 100)
        return fail(parser, "too deep");
    left = operand(parser);
    while (left && parser->tokenizer.token.kind == T_OPERATOR) {
        char operation = parser->tokenizer.token.text[0];
        struct formula *right;

        if (precedence(operation) <= above)
            break;
        next_token(&parser->tokenizer);
        right = expression(parser, precedence(operation) - (operation == '^'));
        if (!right) {
            drop(left);
            left = NULL;
        } else {
            left = binary(operation, left, right);
        }
    }
    parser->depth--;
    return left;
}

struct formula *parse(const char *text, char *message, size_t size)
{
    struct parser parser = { .tokenizer = { text, text, { 0 } }, .message = message, .size = size };
    struct formula *formula;

    next_token(&parser.tokenizer);
    formula = expression(&parser, 0);
    if (formula && parser.tokenizer.token.kind != T_END) {
        drop(formula);
        formula = fail(&parser, "operator expected");
    }
    return formula;
}
