/* SPDX-License-Identifier: MIT */
/* What conditions and statements say about the tag of a union in a struct. */
#ifndef MSRCK_PRECOMPILER_UNION_GUARDS_H
#define MSRCK_PRECOMPILER_UNION_GUARDS_H

#include "union_tags.h"

#define MOST_GUARD_VALUES 256

/* What the tag is known to be. */
struct guard {
    bool found;
    bool others;                    /* some value that is not asked for */
    size_t count;
    long long values[MOST_GUARD_VALUES];
};

/* An object whose tag is looked for. */
struct tagged_object {
    struct unit *unit;
    const struct guessed_union *guess;
    const char *key;                /* object_key() */
};

/*
 * The struct that a member is taken of, as text that is the same for "p->" and "(*p).", "&a" for "a.": base is the expression before the dot or arrow. Lives as long as the unit.
 */
const char *object_key(struct unit *unit, CXCursor access, CXCursor base);

/* An integer constant expression's value. */
bool constant_value(CXCursor expression, long long *value);
/* Whether the expression is the object's tag, or a local variable that was initialised with it. */
bool is_tag_of(const struct tagged_object *object, CXCursor expression);
/* What is known where the condition holds (`holds`), or where it does not. Adds to the guard. */
void guard_by_condition(const struct tagged_object *object, CXCursor condition, bool holds, struct guard *guard);
/* What is known at the child of the body of a switch over the tag, by the labels that lead there. */
void guard_by_labels(struct unit *unit, CXCursor body, CXCursor child, struct guard *guard);
/*
 * What a statement that comes before says: an assignment to the tag, an assertion, a condition whose other way leads out, an object made by a call with a value of the tag's enum. False where
 * the search ends without an answer: the object is another one before.
 */
bool guard_by_statement(const struct tagged_object *object, CXCursor statement, struct guard *guard);
/* Whether it assigns to the object's tag; adds what is assigned. One of two constants says nothing. */
bool guard_by_assignment(const struct tagged_object *object, CXCursor statement, struct guard *guard);
/* Whether what stands behind the statement is not reached from it. */
bool statement_leads_out(struct unit *unit, CXCursor statement);

#endif
