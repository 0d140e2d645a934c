/* SPDX-License-Identifier: MIT */
#include "msrm/discover.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "msrm/pointer_block.h"
#include "types/stream_type.h"

static msrck_result note_bytes(struct collection *collection, const void *address, uint64_t index, msrck_error *error)
{
    if (!msrck_number_map_put(&collection->bytes, (uintptr_t)address, index))
        return msrck_fail_memory(error, sizeof(struct number_pair), "the table of handles");
    return MSRCK_OK;
}

/* Literals and handles are blocks too, but of bytes that the MSRLT copied. */
static void observe_bytes(const struct collection *collection, uint32_t segment, const void *bytes, size_t length,
                          bool fresh)
{
    struct block block = { .segment = segment, .count = length, .address = bytes, .data = bytes };

    if (collection->options.observer == NULL)
        return;
    collection->options.observer(collection->options.observer_context, VISIT_EDGE, NULL, bytes);
    if (fresh)
        collection->options.observer(collection->options.observer_context, VISIT_BLOCK, &block, NULL);
}

/* The literal whose NUL is at `end`, met now or before; NULL when memory is out. */
static struct met_literal *meet_literal(struct collection *collection, const char *end, bool *fresh)
{
    uint64_t known;

    *fresh = !msrck_number_map_get(&collection->literal_ends, (uintptr_t)end, &known);
    if (!*fresh)
        return &collection->literals[known];
    if (!msrck_reserve(&collection->literals, &collection->literal_capacity, collection->literal_count + 1,
                       sizeof collection->literals[0]) ||
        !msrck_number_map_put(&collection->literal_ends, (uintptr_t)end, collection->literal_count))
        return NULL;
    collection->literals[collection->literal_count] = (struct met_literal){ .first = end, .end = end };
    return &collection->literals[collection->literal_count++];
}

static msrck_result mark_literal(struct collection *collection, const char *text, size_t length, msrck_error *error)
{
    uint64_t known;
    bool fresh = false;

    if (!msrck_number_map_get(&collection->literal_pointers, (uintptr_t)text, &known)) {
        struct met_literal *literal = meet_literal(collection, text + length, &fresh);

        if (literal == NULL || !msrck_number_map_put(&collection->literal_pointers, (uintptr_t)text,
                                                     (uint64_t)(literal - collection->literals)))
            return msrck_fail_memory(error, sizeof(struct number_pair), "the table of literals");
        if (text < literal->first)
            literal->first = text;
    }
    observe_bytes(collection, SEGMENT_LITERAL, text, length + 1, fresh);
    return MSRCK_OK;
}

/*
 * Only now the first pointer into each literal is known, and so what its block holds. Ends in the order in which they were met, which is the same on
 * every machine.
 */
msrck_result msrck_settle_literals(struct collection *collection, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t i;

    for (i = 0; result == MSRCK_OK && i < collection->literal_count; i++) {
        struct met_literal *literal = &collection->literals[i];
        bool fresh;

        result = msrck_msrlt_mark_bytes(collection->msrlt, SEGMENT_LITERAL, literal->first,
                                        (size_t)(literal->end - literal->first), &literal->index, &fresh, error);
    }
    return result;
}

msrck_result msrck_discover_untracked(struct collection *collection, const void *slot, const void *pointer,
                                      uint32_t target, msrck_error *error)
{
    size_t length;

    if (msrck_type_is_text(collection->types, target) && msrck_msrlt_is_literal(collection->msrlt, pointer, &length))
        return mark_literal(collection, pointer, length, error);
    if (collection->options.null_untracked || msrck_msrlt_is_stale(collection->msrlt, pointer))
        return MSRCK_OK;
    collection->culprit = slot;
    if (strcmp(msrck_ti_get(collection->types, target)->name, STREAM_TYPE_NAME) == 0)
        return msrck_fail(error, MSRCK_MISUSE,
                          "points to a stream that cannot be opened again: it was not opened by msrck_fopen(), but by "
                          "fopen(), tmpfile(), popen() or the like, or is closed");
    return msrck_fail(error, MSRCK_MISUSE, "points to memory that nothing tracks (%p)", pointer);
}

msrck_result msrck_discover(struct collection *collection, const void *slot, const void *pointer, uint32_t target,
                            struct block *block, bool *fresh, msrck_error *error)
{
    const struct collection_options *options = &collection->options;

    *fresh = false;
    if (!msrck_pointer_block(collection->msrlt, collection->types, pointer, target, block))
        return msrck_discover_untracked(collection, slot, pointer, target, error);
    *fresh = msrck_msrlt_mark(collection->msrlt, block);
    if (options->observer != NULL) {
        options->observer(options->observer_context, VISIT_EDGE, block, pointer);
        if (*fresh)
            options->observer(options->observer_context, VISIT_BLOCK, block, NULL);
    }
    return MSRCK_OK;
}

/* A handle is asked once a collection: its bytes are copied, and its address finds them when its row is written. */
msrck_result msrck_discover_opaque(struct collection *collection, const void *object, uint32_t type, msrck_error *error)
{
    const struct ti_type *entry = msrck_ti_get(collection->types, type);
    const msrck_opaque_handlers *handlers = entry->source == NULL ? NULL : entry->source->handlers;
    void *bytes = NULL;
    size_t length = 0, index = 0;
    uint64_t known;
    bool fresh;
    msrck_result result;

    if (msrck_number_map_get(&collection->bytes, (uintptr_t)object, &known))
        return MSRCK_OK;
    if (handlers == NULL || handlers->save == NULL || handlers->save(object, &bytes, &length, handlers->context) != 0) {
        free(bytes);
        collection->culprit = object;
        return msrck_fail(error, MSRCK_MISUSE, "%s refused to be saved", entry->name);
    }
    if (bytes == NULL || length == 0) {
        free(bytes);
        return note_bytes(collection, object, NO_BYTES, error);
    }
    result = msrck_msrlt_mark_bytes(collection->msrlt, SEGMENT_OPAQUE, bytes, length, &index, &fresh, error);
    free(bytes);
    return result == MSRCK_OK ? note_bytes(collection, object, index, error) : result;
}
