/* SPDX-License-Identifier: MIT */
#include "graph_types.h"

#include <stdlib.h>
#include <string.h>

MSRCK_STRUCT(node_type, struct node, MSRCK_FIELD(struct node, value, &msrck_int),
             MSRCK_FIELD(struct node, left, MSRCK_POINTER(&node_type)),
             MSRCK_FIELD(struct node, right, MSRCK_POINTER(&node_type)));

const msrck_type node_pointer_type = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &node_type
};
const msrck_type node_table_type = { .kind = MSRCK_KIND_ARRAY, .element = &node_pointer_type, .count = 10 };

MSRCK_UNION(payload_type, union payload, MSRCK_MEMBER(union payload, number, &msrck_double, SHAPE_NUMBER),
            MSRCK_MEMBER(union payload, node, MSRCK_POINTER(&node_type), SHAPE_NODE),
            MSRCK_MEMBER(union payload, small, MSRCK_ARRAY(&msrck_int, 3), SHAPE_SMALL));

MSRCK_ENUM(shape_type, enum shape, MSRCK_ENUMERATOR(SHAPE_NUMBER), MSRCK_ENUMERATOR(SHAPE_NODE),
           MSRCK_ENUMERATOR(SHAPE_SMALL));

struct handle_log handle_log;

static int save_handle(const void *object, void **bytes, size_t *length, void *context)
{
    const struct handle *handle = object;

    (void)context;
    handle_log.saved++;
    if (handle_log.refuse)
        return 1;
    /* A handle of 0 has nothing to say. */
    if (handle->secret == 0)
        return 0;
    *bytes = malloc(3);
    if (*bytes == NULL)
        return 1;
    *length = 3;
    memcpy(*bytes,
           (unsigned char[]){ (unsigned char)(handle->secret / 100), (unsigned char)(handle->secret % 100), 0xff }, 3);
    return 0;
}

static int restore_handle(void *object, const void *bytes, size_t length, void *context)
{
    const unsigned char *digits = bytes;
    struct handle *handle = object;

    (void)context;
    handle_log.restored++;
    if (handle_log.refuse || (length != 3 && length != 0))
        return 1;
    handle->secret = length == 0 ? 0 : digits[0] * 100 + digits[1];
    handle_log.last = handle->secret;
    return 0;
}

static const msrck_opaque_handlers handle_handlers = { save_handle, restore_handle, NULL };
MSRCK_OPAQUE(handle_type, struct handle, &handle_handlers);

MSRCK_STRUCT(inner_type, struct zoo_inner, MSRCK_FIELD(struct zoo_inner, x, &msrck_int),
             MSRCK_FIELD(struct zoo_inner, corner, MSRCK_POINTER(&node_type)));

MSRCK_BITS_ACCESS(struct zoo, zoo, low)
MSRCK_BITS_ACCESS(struct zoo, zoo, high)

MSRCK_STRUCT(zoo_type, struct zoo, MSRCK_FIELD(struct zoo, tag, &msrck_char),
             MSRCK_FIELD(struct zoo, numbers, MSRCK_ARRAY(&msrck_short, 5)),
             MSRCK_FIELD(struct zoo, inside, MSRCK_POINTER(&msrck_int)),
             MSRCK_FIELD(struct zoo, text, MSRCK_POINTER(&msrck_char)),
             MSRCK_FIELD(struct zoo, anything, MSRCK_POINTER(&msrck_void)),
             MSRCK_FIELD(struct zoo, action, &msrck_function), MSRCK_FIELD(struct zoo, shape, &shape_type),
             MSRCK_TAGGED(struct zoo, payload, &payload_type, shape), MSRCK_BITS(struct zoo, zoo, low, &msrck_uint, 3),
             MSRCK_BITS(struct zoo, zoo, high, &msrck_int, 7), MSRCK_FIELD(struct zoo, handle, &handle_type),
             MSRCK_FIELD(struct zoo, inner, MSRCK_ARRAY(&inner_type, 2)), MSRCK_FIELD(struct zoo, wide, &msrck_ldouble),
             MSRCK_FIELD(struct zoo, size, &msrck_size), MSRCK_FIELD_SKIPPED(struct zoo, cache),
             MSRCK_FIELD(struct zoo, next, MSRCK_POINTER(&zoo_type)));

const msrck_type zoo_pointer_type = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &zoo_type
};

MSRCK_STRUCT(entry_type, struct entry, MSRCK_FIELD(struct entry, key, &msrck_int),
             MSRCK_FIELD(struct entry, node, MSRCK_POINTER(&node_type)));

MSRCK_FLEXIBLE_STRUCT(table_type, struct table, MSRCK_FIELD(struct table, used, &msrck_long),
                      MSRCK_FIELD(struct table, other, MSRCK_POINTER(&table_type)),
                      MSRCK_FLEXIBLE(struct table, entries, &entry_type));

const msrck_type table_pointer_type = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &table_type
};

const msrck_type int_pointer_type = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &msrck_int
};
const msrck_type int_pointer_array_type = { .kind = MSRCK_KIND_ARRAY, .element = &int_pointer_type, .count = 3 };
const msrck_type int_array_type = { .kind = MSRCK_KIND_ARRAY, .element = &msrck_int, .count = 10 };
const msrck_type text_type = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &msrck_char
};
const msrck_type void_pointer_type = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &msrck_void
};

void first_action(void)
{
    handle_log.last = 1;
}

void second_action(void)
{
    handle_log.last = 2;
}

MSRCK_FUNCTION(first_action);
MSRCK_FUNCTION(second_action);
const msrck_function_entry *const actions[2] = { &msrck_function_second_action, &msrck_function_first_action };
