/* SPDX-License-Identifier: MIT */
/* Walking the user's part of a unit's tree, every cursor with those around it. */
#ifndef MSRCK_PRECOMPILER_SOURCE_WALK_H
#define MSRCK_PRECOMPILER_SOURCE_WALK_H

#include "unit.h"

typedef struct source_walk source_walk;

struct source_walk {
    struct unit *unit;
    void (*visit)(source_walk *walk, CXCursor cursor);      /* before the cursors inside it */
    void *context;
    CXCursor *around;               /* the cursors around the visited one, outermost (at file scope) first; owned */
    size_t depth, capacity;
};

/* Declarations of system headers are left out. */
void source_walk_run(struct unit *unit, void (*visit)(source_walk *walk, CXCursor cursor), void *context);

/* The cursor `level` levels around the visited one: 0 is its parent. A null cursor outside of everything. */
CXCursor source_walk_around(const source_walk *walk, size_t level);
/* The function that the visited cursor stands in; a null cursor at file scope. */
CXCursor source_walk_function(const source_walk *walk);

/* Whether the cursor only wraps another one: parentheses, implicit conversions. */
bool cursor_is_wrapper(CXCursor cursor);
/* The first child; the index-th. A null cursor where there is none. */
CXCursor cursor_child(CXCursor cursor, unsigned index);
CXCursor cursor_last_child(CXCursor cursor);
/* Without the parentheses and conversions around it. */
CXCursor cursor_unwrapped(CXCursor cursor);

/* The value of an expression that is a whole number to the compiler; *value is left alone otherwise. */
bool cursor_constant(CXCursor expression, long long *value);

/* Compares what the cursor is called, or what it refers to is. */
bool cursor_is_called(CXCursor cursor, const char *name);
/* Copies the name, as much as there is room for. */
void cursor_name(CXCursor cursor, char *name, size_t size);

/*
 * The function of the C library that is called or named here: one that a system header declares, or no header at all. Its name is copied.
 * False for functions of the program.
 */
bool cursor_library_function(const struct unit *unit, CXCursor cursor, char *name, size_t size);

#endif
