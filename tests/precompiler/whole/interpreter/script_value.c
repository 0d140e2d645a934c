/* SPDX-License-Identifier: MIT */
#include "script_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct machine machine;

static void *checked(void *block)
{
    if (block == NULL) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return block;
}

static void enter(struct object *object, enum object_kind kind)
{
    object->kind = kind;
    object->marked = false;
    object->next = machine.objects;
    machine.objects = object;
    machine.object_count++;
}

struct text *new_text(const char *bytes, size_t length)
{
    struct text *text = checked(malloc(sizeof(struct text) + length + 1));
    unsigned hash = 2166136261u;

    enter(&text->head, TEXT);
    text->length = length;
    memcpy(text->bytes, bytes, length);
    text->bytes[length] = '\0';
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
    text->hash = hash;
    return text;
}

struct list *new_list(void)
{
    struct list *list = checked(calloc(1, sizeof *list));

    enter(&list->head, LIST);
    return list;
}

struct function *new_function(const char *name)
{
    struct function *function = checked(calloc(1, sizeof(struct function)));

    enter(&function->head, FUNCTION);
    function->name = checked(strdup(name));
    return function;
}

void list_append(struct list *list, struct value item)
{
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 4;
        list->items = checked(realloc(list->items, list->room * sizeof *list->items));
        for (size_t i = list->count; i < list->room; i++)
            list->items[i] = nil_value();
    }
    list->items[list->count++] = item;
}

struct value number_value(double number)
{
    struct value value = { NUMBER, number, NULL };

    return value;
}

struct value boolean_value(bool truth)
{
    return (struct value){ .kind = BOOLEAN, .number = truth ? 1 : 0, .object = NULL };
}

struct value object_value(void *object)
{
    return (struct value){ OBJECT, 0, object };
}

struct value nil_value(void)
{
    static const struct value nil = { NIL, 0, NULL };

    return nil;
}

bool values_equal(struct value left, struct value right)
{
    if (left.kind != right.kind)
        return false;
    if (left.kind == NIL)
        return true;
    if (left.kind != OBJECT)
        return left.number == right.number;
    if (left.object->kind == TEXT && right.object->kind == TEXT) {
        const struct text *a = (const struct text *)left.object, *b = (const struct text *)right.object;

        return a->hash == b->hash && a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
    }
    return left.object == right.object;
}

bool is_true(struct value value)
{
    return value.kind != NIL && (value.kind != BOOLEAN || value.number != 0);
}

static void print_object(const struct object *object)
{
    switch (object->kind) {
    case TEXT:
        fputs(((const struct text *)object)->bytes, stdout);
        break;
    case FUNCTION:
        printf("<function %s>", ((const struct function *)object)->name);
        break;
    case LIST: {
        const struct list *list = (const struct list *)object;

        putchar('[');
        for (size_t i = 0; i < list->count; i++) {
            if (i > 0)
                fputs(", ", stdout);
            print_value(list->items[i]);
        }
        putchar(']');
        break;
    }
    default:
        fputs("<object>", stdout);
    }
}

void print_value(struct value value)
{
    switch (value.kind) {
    case NIL:
        fputs("nil", stdout);
        break;
    case BOOLEAN:
        fputs(value.number != 0 ? "true" : "false", stdout);
        break;
    case NUMBER:
        printf("%.10g", value.number);
        break;
    case OBJECT:
        print_object(value.object);
        break;
    }
}

struct value concatenate(const struct text *left, const struct text *right)
{
    size_t length = left->length + right->length;
    char *joined = checked(malloc(length + 1));
    struct text *text;

    memcpy(joined, left->bytes, left->length);
    memcpy(joined + left->length, right->bytes, right->length);
    text = new_text(joined, length);
    free(joined);
    return object_value(text);
}

static void mark_value(struct value value);

static void mark_object(struct object *object)
{
    if (object == NULL || object->marked)
        return;
    object->marked = true;
    if (object->kind == LIST) {
        struct list *list = (struct list *)object;

        for (size_t i = 0; i < list->count; i++)
            mark_value(list->items[i]);
    } else if (object->kind == FUNCTION) {
        struct function *function = (struct function *)object;

        for (int i = 0; i < function->code.constant_count; i++)
            mark_value(function->code.constants[i]);
    }
}

static void mark_value(struct value value)
{
    if (value.kind == OBJECT)
        mark_object(value.object);
}

static void free_object(struct object *object)
{
    if (object->kind == LIST) {
        free(((struct list *)object)->items);
    } else if (object->kind == FUNCTION) {
        struct function *function = (struct function *)object;

        free(function->name);
        free(function->code.bytes);
        free(function->code.constants);
    }
    free(object);
}

static void sweep(bool everything)
{
    struct object **link = &machine.objects;

    while (*link != NULL) {
        struct object *object = *link;

        if (object->marked && !everything) {
            object->marked = false;
            link = &object->next;
        } else {
            *link = object->next;
            free_object(object);
            machine.object_count--;
        }
    }
}

void collect_garbage(void)
{
    for (struct value *value = machine.stack; value < machine.top; value++)
        mark_value(*value);
    for (int i = 0; i < machine.global_count; i++)
        mark_value(machine.globals[i]);
    sweep(false);
    machine.collections++;
    machine.collect_at = machine.object_count + 16;
}

void free_all(void)
{
    sweep(true);
    for (int i = 0; i < machine.global_count; i++)
        free(machine.global_names[i]);
}
