/* SPDX-License-Identifier: MIT */
/* The types of the graphs that the tests collect and restore. */
#ifndef MSRCK_TEST_GRAPH_TYPES_H
#define MSRCK_TEST_GRAPH_TYPES_H

#include <msrck/types.h>

struct node { int value; struct node *left, *right; };
extern const msrck_type node_type, node_pointer_type, node_table_type;

/* Everything a member can be. */
union payload { double number; struct node *node; int small[3]; };
enum shape { SHAPE_NUMBER = 1, SHAPE_NODE = 2, SHAPE_SMALL = 7 };
struct handle { long secret; };
struct zoo_inner { int x; struct node *corner; };
struct zoo {
    char tag;
    short numbers[5];
    int *inside;                    /* into the middle of something */
    const char *text;
    void *anything;
    void (*action)(void);
    enum shape shape;
    union payload payload;
    unsigned low : 3;
    signed high : 7;
    struct handle handle;
    struct zoo_inner inner[2];
    long double wide;
    size_t size;
    int cache;                      /* skipped */
    struct zoo *next;
};
extern const msrck_type zoo_type, zoo_pointer_type, payload_type, handle_type, inner_type, shape_type;

/* A flexible array member. */
struct entry { int key; struct node *node; };
struct table { long used; struct table *other; struct entry entries[]; };
extern const msrck_type table_type, table_pointer_type, entry_type;

extern const msrck_type int_pointer_type, int_pointer_array_type, int_array_type, text_type, void_pointer_type;

/* Bytes a handle was restored from, and how often save and restore were called; set `refuse` to make both fail. */
extern struct handle_log { int saved, restored; int refuse; long last; } handle_log;

void first_action(void);
void second_action(void);
extern const msrck_function_entry *const actions[2];

#endif
