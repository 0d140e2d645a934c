/* SPDX-License-Identifier: MIT */
/*
 * Types of the program in emitted code: as C spells them, and as descriptions (TI entries).
 *
 * Types without a name, and types declared inside functions, have names at file scope after local_types_pass(), which runs before all other passes. Spellings and
 * descriptions use those.
 */
#ifndef MSRCK_PRECOMPILER_TYPE_NAMES_H
#define MSRCK_PRECOMPILER_TYPE_NAMES_H

#include "unit.h"

/*
 * Text that names the type, for __typeof__(TEXT) name; without its outermost const, volatile, restrict and _Atomic, so that the variable can be assigned to. Valid at
 * file scope behind the type's declaration. Arrays keep their length; a variable-length array is spelled as the pointer to its element that it decays to.
 * A parameter declared as an array is the pointer it is.
 */
const char *type_spelling(struct unit *unit, CXType type);

/*
 * The same for what is declared, where a parameter that is written as an array is the pointer that it is. CXType does not tell a parameter's array from a variable's, so
 * callers with a cursor use this one.
 */
const char *type_spelling_declared(struct unit *unit, CXCursor declaration);
/* The element of an array, of arrays in arrays the innermost one; other types as they are. */
CXType type_innermost(CXType type);

/*
 * A C expression of type const msrck_type *, an address constant, that may stand anywhere in the unit: "&msrck_type_node". The description is emitted at the end of
 * the file. `path` ("local 'p' of f") and `at` are for the diagnostic. NULL after a diagnostic (unit_obstacle) when the type cannot be described: the caller leaves the value out of the
 * state. The same type gives the same expression. Variable-length arrays: that of the element.
 */
const char *type_reference(struct unit *unit, CXType type, const char *path, unsigned at);
const char *type_reference_declared(struct unit *unit, CXCursor declaration, const char *path, unsigned at);
/* The same without a diagnostic: NULL, and *reason, when it cannot be described. Nothing is emitted when it cannot. */
const char *type_reference_quiet(struct unit *unit, CXType type, const char **reason);

/* For a constant: where its type cannot be described, what is are the places in it that pointers may lead to. Nobody writes it, so its value does not count. */
const char *type_reference_constant(struct unit *unit, CXType type);

/*
 * The same for a struct that ends in an array of fixed length, in blocks in which that array is longer: a type of its own, in which it has no length. NULL when it cannot be
 * described.
 */
const char *type_reference_lengthened(struct unit *unit, CXType type);

/*
 * A description of a struct whose members the pre-compiler made up, such as the live variables of a call site. `tag` is "struct msrck_live_f_2", defined by the caller at file
 * scope before the end of the file; members are described by type_reference expressions. `shown` is its name in checkpoints. Gives the expression.
 */
typedef struct made_member {
    const char *name;               /* in the struct and in checkpoints */
    const char *reference;          /* type_reference() of its type */
} made_member;
const char *type_reference_made(struct unit *unit, const char *tag, const char *shown, const made_member *members, size_t count);

/* Enters a function of the program into the table of those that pointers may hold; once each. Called for every function whose address is taken. */
void type_names_function(struct unit *unit, CXCursor function);

/* Passes, called by compile.c. */
void local_types_pass(struct unit *unit);
void type_names_emit(struct unit *unit);

#endif
