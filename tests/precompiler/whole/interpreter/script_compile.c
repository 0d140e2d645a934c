/* SPDX-License-Identifier: MIT */
/* One pass from source to code: a recursive-descent parser that emits as it goes. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script_value.h"

struct local {
    char name[16];
    int depth;
};

struct compiler {
    struct compiler *outer;
    struct function *function;
    struct local locals[32];
    int local_count, depth;
};

static const char *cursor;
static char word[64];
static double literal;
static enum { END, NAME, LITERAL, STRING, PUNCTUATION } token;
static struct compiler *current;

static void advance(void)
{
    size_t length = 0;

    while (isspace((unsigned char)*cursor))
        cursor++;
    if (*cursor == '\0') {
        token = END;
        word[0] = '\0';
        return;
    }
    if (isalpha((unsigned char)*cursor)) {
        while (isalnum((unsigned char)*cursor) || *cursor == '_')
            word[length++] = *cursor++;
        token = NAME;
    } else if (isdigit((unsigned char)*cursor)) {
        char *end;

        literal = strtod(cursor, &end);
        cursor = end;
        token = LITERAL;
    } else if (*cursor == '"') {
        for (cursor++; *cursor != '"'; cursor++)
            word[length++] = *cursor;
        cursor++;
        token = STRING;
    } else {
        word[length++] = *cursor++;
        if ((word[0] == '<' || word[0] == '=' || word[0] == '!') && *cursor == '=')
            word[length++] = *cursor++;
        token = PUNCTUATION;
    }
    word[length] = '\0';
}

static bool match(const char *text)
{
    if ((token != NAME && token != PUNCTUATION) || strcmp(word, text) != 0)
        return false;
    advance();
    return true;
}

static void expect(const char *text)
{
    if (!match(text)) {
        printf("expected %s before %s\n", text, word);
        exit(1);
    }
}

static int emit(int byte)
{
    struct code *code = &current->function->code;

    if (code->count == code->room) {
        code->room = code->room ? code->room * 2 : 16;
        code->bytes = realloc(code->bytes, (size_t)code->room);
    }
    code->bytes[code->count] = (unsigned char)byte;
    return code->count++;
}

static void emit_constant(struct value value)
{
    struct code *code = &current->function->code;

    if (code->constant_count == code->constant_room) {
        code->constant_room = code->constant_room ? code->constant_room * 2 : 4;
        code->constants = realloc(code->constants, sizeof(struct value) * (size_t)code->constant_room);
        memset(code->constants + code->constant_count, 0,
               sizeof(struct value) * (size_t)(code->constant_room - code->constant_count));
    }
    code->constants[code->constant_count] = value;
    emit(PUSH_CONSTANT);
    emit(code->constant_count++);
}

static int emit_jump(int instruction)
{
    emit(instruction);
    emit(0);
    return emit(0) - 1;
}

static void patch(int at)
{
    struct code *code = &current->function->code;
    int distance = code->count - at - 2;

    code->bytes[at] = (unsigned char)(distance >> 8);
    code->bytes[at + 1] = (unsigned char)distance;
}

static void emit_loop(int start)
{
    int distance;

    emit(LOOP);
    distance = current->function->code.count - start;
    emit(distance >> 8);
    emit(distance & 255);
}

static int global_slot(const char *name)
{
    for (int i = 0; i < machine.global_count; i++)
        if (strcmp(machine.global_names[i], name) == 0)
            return i;
    machine.global_names[machine.global_count] = strdup(name);
    return machine.global_count++;
}

static int find_local(const char *name)
{
    for (int i = current->local_count; i-- > 0;)
        if (strcmp(current->locals[i].name, name) == 0)
            return i;
    return -1;
}

static int add_local(const char *name)
{
    struct local *local = &current->locals[current->local_count++];

    snprintf(local->name, sizeof local->name, "%s", name);
    local->depth = current->depth;
    if (current->local_count > current->function->locals)
        current->function->locals = current->local_count;
    return current->local_count - 1;
}

static void expression(void);

static int arguments(const char *close)
{
    int count = 0;

    if (!match(close)) {
        do {
            expression();
            count++;
        } while (match(","));
        expect(close);
    }
    return count;
}

static void primary(void)
{
    if (token == LITERAL) {
        emit_constant(number_value(literal));
        advance();
    } else if (token == STRING) {
        emit_constant(object_value(new_text(word, strlen(word))));
        advance();
    } else if (match("(")) {
        expression();
        expect(")");
    } else if (match("[")) {
        int count = arguments("]");

        emit(MAKE_LIST);
        emit(count);
    } else if (match("true")) {
        emit(PUSH_TRUE);
    } else if (match("false")) {
        emit(PUSH_FALSE);
    } else if (match("nil")) {
        emit(PUSH_NIL);
    } else if (match("len")) {
        expect("(");
        expression();
        expect(")");
        emit(LENGTH);
    } else {
        int local = find_local(word);

        emit(local >= 0 ? LOAD_LOCAL : LOAD_GLOBAL);
        emit(local >= 0 ? local : global_slot(word));
        advance();
    }
}

static void postfix(void)
{
    primary();
    for (;;) {
        if (match("(")) {
            int count = arguments(")");

            emit(CALL);
            emit(count);
        } else if (match("[")) {
            expression();
            expect("]");
            emit(INDEX);
        } else {
            return;
        }
    }
}

static void unary(void)
{
    if (match("-")) {
        unary();
        emit(NEGATE);
    } else if (match("not")) {
        unary();
        emit(NOT);
    } else {
        postfix();
    }
}

static void factor(void)
{
    unary();
    for (;;) {
        int instruction = match("*") ? MULTIPLY : match("/") ? DIVIDE : match("%") ? MODULO : -1;

        if (instruction < 0)
            return;
        unary();
        emit(instruction);
    }
}

static void sum(void)
{
    int instruction;

    factor();
    while ((instruction = match("+") ? ADD : match("-") ? SUBTRACT : -1) >= 0) {
        factor();
        emit(instruction);
    }
}

static void comparison(void)
{
    sum();
    if (match("<")) {
        sum();
        emit(LESS);
    } else if (match("<=")) {
        sum();
        emit(LESS_EQUAL);
    } else if (match("==")) {
        sum();
        emit(EQUAL);
    } else if (match("!=")) {
        sum();
        emit(EQUAL);
        emit(NOT);
    }
}

static void expression(void)
{
    comparison();
    while (token == NAME && (strcmp(word, "and") == 0 || strcmp(word, "or") == 0)) {
        bool both = word[0] == 'a';
        int over;

        advance();
        if (!both)
            emit(NOT);
        over = emit_jump(JUMP_IF_FALSE);
        emit(POP);
        comparison();
        if (!both)
            emit(NOT);
        patch(over);
        if (!both)
            emit(NOT);
    }
}

static void statement(void);

static void block(void)
{
    int before = current->local_count;

    current->depth++;
    while (!match("}"))
        statement();
    current->depth--;
    current->local_count = before;
}

static void function_statement(void)
{
    struct compiler inner = { .outer = current };
    char name[sizeof word];
    int slot;

    strcpy(name, word);
    advance();
    slot = global_slot(name);
    inner.function = new_function(name);
    machine.globals[slot] = object_value(inner.function);
    current = &inner;
    expect("(");
    while (!match(")")) {
        add_local(word);
        advance();
        inner.function->parameters++;
        match(",");
    }
    expect("{");
    block();
    emit(PUSH_NIL);
    emit(RETURN);
    current = inner.outer;
}

static void while_statement(void)
{
    int start = current->function->code.count, out;

    expression();
    out = emit_jump(JUMP_IF_FALSE);
    emit(POP);
    expect("{");
    block();
    emit_loop(start);
    patch(out);
    emit(POP);
}

static void if_statement(void)
{
    int otherwise, end;

    expression();
    otherwise = emit_jump(JUMP_IF_FALSE);
    emit(POP);
    expect("{");
    block();
    end = emit_jump(JUMP);
    patch(otherwise);
    emit(POP);
    if (match("else")) {
        expect("{");
        block();
    }
    patch(end);
}

static void assignment(void)
{
    char name[sizeof word];
    int local;

    strcpy(name, word);
    advance();
    local = find_local(name);
    if (match("[")) {
        emit(local >= 0 ? LOAD_LOCAL : LOAD_GLOBAL);
        emit(local >= 0 ? local : global_slot(name));
        expression();
        expect("]");
        expect("=");
        expression();
        emit(SET_INDEX);
    } else {
        expect("=");
        expression();
        emit(local >= 0 ? STORE_LOCAL : STORE_GLOBAL);
        emit(local >= 0 ? local : global_slot(name));
    }
    expect(";");
}

static void statement(void)
{
    if (match("fun")) {
        function_statement();
    } else if (match("while")) {
        while_statement();
    } else if (match("if")) {
        if_statement();
    } else if (match("var")) {
        char name[sizeof word];

        strcpy(name, word);
        advance();
        expect("=");
        expression();
        expect(";");
        if (current->outer == NULL) {
            emit(STORE_GLOBAL);
            emit(global_slot(name));
        } else {
            emit(STORE_LOCAL);
            emit(add_local(name));
        }
    } else if (match("print")) {
        expression();
        emit(PRINT);
        expect(";");
    } else if (match("return")) {
        expression();
        emit(RETURN);
        expect(";");
    } else if (match("append")) {
        expression();
        expect(",");
        expression();
        emit(APPEND);
        expect(";");
    } else if (match("do")) {
        expression();
        emit(POP);
        expect(";");
    } else {
        assignment();
    }
}

struct function *compile(const char *source)
{
    struct compiler outermost = { 0 };
    struct compiler *before = current;

    cursor = source;
    outermost.function = new_function("script");
    current = &outermost;
    advance();
    while (token != END)
        statement();
    emit(PUSH_NIL);
    emit(RETURN);
    current = before;
    return outermost.function;
}
