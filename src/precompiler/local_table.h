/* SPDX-License-Identifier: MIT */
/*
 * The variables of one function: its own, and the temporaries that lowering makes.
 *
 * A variable whose scope holds a point (a poll-point or a call that may reach one) is *lifted*: declared at the function's beginning, so that a resume can give it its value before it
 * goes to the point, and its declaration becomes an assignment. It is a *block* when its address is taken: known to msrck as a stack block. Else it is in
 * the live variables of the points where it is live. Variables of scopes without points stay as they are.
 */
#ifndef MSRCK_PRECOMPILER_LOCAL_TABLE_H
#define MSRCK_PRECOMPILER_LOCAL_TABLE_H

#include "syntax_tree.h"

enum local_role { LOCAL_PARAMETER, LOCAL_VARIABLE, LOCAL_OBJECT /* a compound literal */, LOCAL_TEMPORARY };

typedef struct local {
    enum local_role role;
    CXCursor cursor;                /* its declaration; null for temporaries */
    CXType type;
    const char *original;           /* as the source spells it */
    const char *name;               /* in the emitted code */
    const char *spelling;           /* of its type, for __typeof__(...) */
    const char *sizes;              /* "[3][4]" behind the name of an array; else "" */
    syntax *declaration, *scope;    /* NULL: the function */
    unsigned number;                /* in the flow graph */
    unsigned place;                 /* of its declaration in the text */
    bool lifted;
    bool block;                     /* its address is taken */
    bool unassignable;              /* a struct with const members: its bytes are copied */
    bool copied;                    /* a parameter that cannot be assigned to: a variable of its own holds its value */
    bool variable_length;           /* an array of variable length: a pointer to its elements, on the heap */
    bool allocated;                 /* a temporary that holds what alloca() gave, which is on the heap */
    bool shaped;                    /* a pointer to arrays of variable length: a void * (array_shape.h) */
    bool pointer;                   /* described as a pointer to what type_reference() gives for `target` */
    CXType target;
    unsigned dimensions;            /* of arrays of variable length: how many, */
    struct local *lengths[8];       /* how long each is; NULL where that is constant, */
    text_range length_texts[8];     /* and how the declaration says it */
    const char *reference;          /* of its type's description, when asked for */
} local;

typedef struct local_table {
    struct unit *unit;
    syntax *body;
    text_range function;            /* the text in which names may clash */
    local **locals;
    size_t count, capacity;
    unsigned temporaries;
} local_table;

/* Enters parameters and variables, and links the tree's nodes to them. */
void local_table_find(local_table *table, struct unit *unit, CXCursor function, syntax *body);
void local_table_clear(local_table *table);
/* When `special` says which scopes hold points: decides what is lifted and what is a block, and registers the edits of names. */
void local_table_lift(local_table *table);

/* A variable of lowering's own. */
local *local_table_add(local_table *table, const char *base, CXType type);
local *local_table_add_spelled(local_table *table, const char *base, const char *spelling);

/* The statement that gives the variable a value, an expression. */
const char *local_assignment(const local_table *table, const local *variable, const char *value);
/* The declaration, "__typeof__(int) name", without the semicolon. */
const char *local_declaration(const local_table *table, const local *variable);
/* Whether values of the type may hold pointers, or numbers that not every machine can hold. */
bool local_type_is_delicate(CXType type);

#endif
