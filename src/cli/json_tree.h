/* SPDX-License-Identifier: MIT */
/*
 * A small piece of a JSON document in memory: a type, a frame. With questions that answer false, and leave a message
 * with line, column and path, when the piece is not what they ask for.
 */
#ifndef MSRCK_CLI_JSON_TREE_H
#define MSRCK_CLI_JSON_TREE_H

#include "json_input.h"

struct json_node {
    enum json_kind kind;
    char *key;                      /* owned; NULL in arrays and at the top */
    char *text;                     /* owned; of strings and numbers */
    uint64_t line, column;
    struct json_node *first, *next; /* owned; items or members in their order */
};

/* Reads the next value. NULL after a failure. */
struct json_node *json_tree_read(struct json_input *input);
void json_tree_free(struct json_node *node);

/* A member of an object, or NULL. */
const struct json_node *json_tree_member(const struct json_node *object, const char *key);
/* The member of that kind; fails when it is missing or of another one. */
const struct json_node *json_tree_expect(struct json_input *input, const struct json_node *object, const char *key,
                                         enum json_kind kind);
bool json_tree_is(struct json_input *input, const struct json_node *node, enum json_kind kind);
bool json_tree_text(struct json_input *input, const struct json_node *object, const char *key, const char **text);
bool json_tree_number(struct json_input *input, const struct json_node *object, const char *key, uint32_t *number);
/* Of 64 bits, as a string or as a number. */
bool json_tree_big(struct json_input *input, const struct json_node *object, const char *key, uint64_t *number);
bool json_tree_signed(struct json_input *input, const struct json_node *object, const char *key, int64_t *number);
/* Position of the member's text in the list; fails when it is none of them. */
bool json_tree_choice(struct json_input *input, const struct json_node *object, const char *key,
                      const char *const *names, unsigned count, unsigned *choice);
bool json_tree_fail(struct json_input *input, const struct json_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
