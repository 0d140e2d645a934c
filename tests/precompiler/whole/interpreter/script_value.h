/* SPDX-License-Identifier: MIT */
/* Values, objects and compiled code of a small dynamic language. */
#ifndef SCRIPT_VALUE_H
#define SCRIPT_VALUE_H

#include <stdbool.h>
#include <stddef.h>

enum kind { NIL, BOOLEAN, NUMBER, OBJECT };
enum object_kind { TEXT, LIST, FUNCTION, CLOSURE_CELL };

struct object {
    enum object_kind kind;
    bool marked;
    struct object *next; /* every object of the program, for the collector */
};

struct value {
    enum kind kind;
    double number; /* of BOOLEAN too: 0 or 1 */
    struct object *object;
};

struct text {
    struct object head;
    size_t length;
    unsigned hash;
    char bytes[];
};

struct list {
    struct object head;
    struct value *items;
    size_t count, room;
};

struct code {
    unsigned char *bytes;
    int count, room;
    struct value *constants;
    int constant_count, constant_room;
};

struct function {
    struct object head;
    char *name;
    int parameters, locals;
    struct code code;
};

enum instruction {
    PUSH_CONSTANT, PUSH_NIL, PUSH_TRUE, PUSH_FALSE, POP, LOAD_LOCAL, STORE_LOCAL, LOAD_GLOBAL, STORE_GLOBAL,
    ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, NEGATE, NOT, LESS, LESS_EQUAL, EQUAL,
    JUMP, JUMP_IF_FALSE, LOOP, CALL, RETURN, PRINT, MAKE_LIST, INDEX, SET_INDEX, LENGTH, APPEND
};

#define GLOBALS 64

struct machine {
    struct value stack[512];
    struct value *top;
    struct value globals[GLOBALS];
    char *global_names[GLOBALS];
    int global_count;
    struct object *objects;
    size_t object_count, collect_at, collections;
    unsigned long steps;
};

extern struct machine machine;

/* script_value.c */
struct text *new_text(const char *bytes, size_t length);
struct list *new_list(void);
struct function *new_function(const char *name);
void list_append(struct list *list, struct value item);
struct value number_value(double number);
struct value boolean_value(bool truth);
struct value object_value(void *object);
struct value nil_value(void);
bool values_equal(struct value left, struct value right);
bool is_true(struct value value);
void print_value(struct value value);
struct value concatenate(const struct text *left, const struct text *right);
void collect_garbage(void);
void free_all(void);

/* script_compile.c */
struct function *compile(const char *source);

/* script_run.c */
struct value call_function(struct function *function, int arguments);

#endif
