/* SPDX-License-Identifier: MIT */
#include "json_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Objects in the pieces that are read this way have ten members at most; keys that nobody knows are few. */
#define MOST_MEMBERS 64u

static const char *kind_name(enum json_kind kind)
{
    static const char *const names[] = { "nothing",  "null",     "true or false", "true or false",
                                         "a number", "a string", "an array",      "an object" };
    return names[kind];
}

bool json_tree_fail(struct json_input *input, const struct json_node *node, const char *format, ...)
{
    char text[MSRCK_MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return json_input_fail_at(input, node->line, node->column, "%s", text);
}

/* ---- Reading ---- */

static struct json_node *out_of_memory(struct json_input *input, struct json_node *node)
{
    if (!input->failed) {
        input->failed = true;
        input->error->result = MSRCK_SYSTEM;
        snprintf(input->error->message, sizeof input->error->message, "out of memory");
    }
    json_tree_free(node);
    return NULL;
}

static bool read_members(struct json_input *input, struct json_node *object)
{
    struct json_node **end = &object->first;
    unsigned count = 0;

    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        char *key = strdup(input->text);

        if (key == NULL)
            return out_of_memory(input, NULL) != NULL;
        if (json_tree_member(object, key) != NULL)
            json_input_fail(input, "key \"%.60s\" stands twice", key);
        else if (++count > MOST_MEMBERS)
            json_input_fail(input, "an object of more than %u members", MOST_MEMBERS);
        *end = json_tree_read(input);
        if (*end == NULL) {
            free(key);
            return false;
        }
        (*end)->key = key;
        end = &(*end)->next;
    }
    return !input->failed;
}

static bool read_items(struct json_input *input, struct json_node *array)
{
    struct json_node **end = &array->first;

    if (!json_take_array(input))
        return false;
    while (json_take_item(input)) {
        *end = json_tree_read(input);
        if (*end == NULL)
            return false;
        end = &(*end)->next;
    }
    return !input->failed;
}

/* Recursion is bounded by JSON_DEEPEST. */
struct json_node *json_tree_read(struct json_input *input)
{
    enum json_kind kind = json_input_kind(input);
    struct json_node *node = kind == JSON_NOTHING ? NULL : calloc(1, sizeof *node);
    bool taken;

    if (kind == JSON_NOTHING)
        return NULL;
    if (node == NULL)
        return out_of_memory(input, NULL);
    node->kind = kind;
    node->line = input->line;
    node->column = json_input_column(input);
    if (kind == JSON_OBJECT)
        taken = read_members(input, node);
    else if (kind == JSON_ARRAY)
        taken = read_items(input, node);
    else if (kind == JSON_STRING || kind == JSON_NUMBER)
        taken = kind == JSON_STRING ? json_take_text(input) : json_take_number(input);
    else
        taken = json_skip(input);
    if (taken && (kind == JSON_STRING || kind == JSON_NUMBER)) {
        node->text = strdup(input->text);
        if (node->text == NULL)
            return out_of_memory(input, node);
    }
    if (taken)
        return node;
    json_tree_free(node);
    return NULL;
}

void json_tree_free(struct json_node *node)
{
    while (node != NULL) {
        struct json_node *next = node->next;

        json_tree_free(node->first);
        free(node->key);
        free(node->text);
        free(node);
        node = next;
    }
}

/* ---- Questions ---- */

const struct json_node *json_tree_member(const struct json_node *object, const char *key)
{
    if (object->kind != JSON_OBJECT)
        return NULL;
    for (const struct json_node *node = object->first; node != NULL; node = node->next)
        if (node->key != NULL && strcmp(node->key, key) == 0)
            return node;
    return NULL;
}

bool json_tree_is(struct json_input *input, const struct json_node *node, enum json_kind kind)
{
    return node->kind == kind || json_tree_fail(input, node, "%s where %s should be", kind_name(node->kind), kind_name(kind));
}

static const struct json_node *find(struct json_input *input, const struct json_node *object, const char *key)
{
    const struct json_node *node = json_tree_is(input, object, JSON_OBJECT) ? json_tree_member(object, key) : NULL;

    if (node == NULL)
        json_tree_fail(input, object, "\"%s\" is missing", key);
    return node;
}

const struct json_node *json_tree_expect(struct json_input *input, const struct json_node *object, const char *key,
                                         enum json_kind kind)
{
    const struct json_node *node = find(input, object, key);

    if (node == NULL || node->kind == kind)
        return node;
    json_tree_fail(input, node, "\"%s\" is %s, not %s", key, kind_name(node->kind), kind_name(kind));
    return NULL;
}

bool json_tree_text(struct json_input *input, const struct json_node *object, const char *key, const char **text)
{
    const struct json_node *node = json_tree_expect(input, object, key, JSON_STRING);

    *text = node == NULL ? "" : node->text;
    return node != NULL;
}

static bool take_integer(struct json_input *input, const struct json_node *object, const char *key,
                         const struct json_node **node, bool *negative, uint64_t *magnitude)
{
    *node = find(input, object, key);
    if (*node == NULL)
        return false;
    if ((*node)->text != NULL && json_parse_integer((*node)->text, negative, magnitude))
        return true;
    return json_tree_fail(input, *node, "\"%s\" is no whole number of 64 bits", key);
}

bool json_tree_big(struct json_input *input, const struct json_node *object, const char *key, uint64_t *number)
{
    const struct json_node *node;
    bool negative;

    if (!take_integer(input, object, key, &node, &negative, number))
        return false;
    return !negative || json_tree_fail(input, node, "\"%s\" is negative", key);
}

bool json_tree_number(struct json_input *input, const struct json_node *object, const char *key, uint32_t *number)
{
    const struct json_node *node = NULL;
    uint64_t value = 0;
    bool negative;

    if (!take_integer(input, object, key, &node, &negative, &value))
        return false;
    *number = (uint32_t)value;
    return (!negative && value <= UINT32_MAX) || json_tree_fail(input, node, "\"%s\" is no number of 32 bits", key);
}

bool json_tree_signed(struct json_input *input, const struct json_node *object, const char *key, int64_t *number)
{
    const struct json_node *node = NULL;
    uint64_t value = 0;
    bool negative = false;

    if (!take_integer(input, object, key, &node, &negative, &value))
        return false;
    if (value > (uint64_t)INT64_MAX + negative)
        return json_tree_fail(input, node, "\"%s\" is no signed number of 64 bits", key);
    *number = (int64_t)(negative ? 0 - value : value);
    return true;
}

bool json_tree_choice(struct json_input *input, const struct json_node *object, const char *key,
                      const char *const *names, unsigned count, unsigned *choice)
{
    const struct json_node *node = json_tree_expect(input, object, key, JSON_STRING);

    for (*choice = 0; node != NULL && *choice < count; (*choice)++)
        if (strcmp(node->text, names[*choice]) == 0)
            return true;
    return node != NULL && json_tree_fail(input, node, "\"%s\" cannot be \"%.60s\"", key, node->text);
}
