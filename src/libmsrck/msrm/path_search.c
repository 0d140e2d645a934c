/* SPDX-License-Identifier: MIT */
#include "msrm/path_search.h"

#include <stdlib.h>

#include "base/allocation.h"

/* Steps of a chain that are spelt out at its beginning and at its end. */
enum { FIRST_STEPS = 8, LAST_STEPS = 6 };

void msrck_path_search_add(struct path_search *search, uint64_t key, struct block_shape shape, size_t parent,
                           uint64_t slot, uint64_t entry)
{
    uint64_t known;

    if (search->failed || msrck_number_map_get(&search->known, key, &known))
        return;
    if (search->count >= search->most ||
        !msrck_reserve(&search->nodes, &search->capacity, search->count + 1, sizeof search->nodes[0]) ||
        !msrck_number_map_put(&search->known, key, search->count)) {
        search->failed = true;
        return;
    }
    search->nodes[search->count++] = (struct path_node){ key, shape, parent, slot, entry };
}

size_t msrck_path_search_next(struct path_search *search)
{
    return search->next < search->count ? search->next++ : SIZE_MAX;
}

void msrck_path_search_free(struct path_search *search)
{
    free(search->nodes);
    msrck_number_map_free(&search->known);
    search->nodes = NULL;
    search->count = search->capacity = search->next = 0;
}

static void print_variable(const struct path_search *search, const struct path_node *node, uint64_t leaf,
                           const char *message, struct byte_buffer *out)
{
    uint32_t declared = node->shape.type;

    search->name_variable(search->context, node->slot, out, &declared);
    if (message == NULL) {
        msrck_access_variable(search->types, declared, node->shape, leaf, out);
        return;
    }
    /* The message spells the place inside the element; what is left are the indexes of arrays around it. */
    if (node->shape.count > 1 && msrck_ti_get(search->types, node->shape.type)->leaves > 0)
        msrck_buffer_printf(out, "[%llu]",
                            (unsigned long long)(leaf / msrck_ti_get(search->types, node->shape.type)->leaves));
    msrck_access_message(message, out);
}

static void print_step(const struct path_search *search, const struct path_node *node, uint64_t leaf,
                       struct byte_buffer *out)
{
    if (node->parent == PATH_NO_PARENT)
        print_variable(search, node, leaf, NULL, out);
    else
        msrck_access_target(search->types, node->shape, node->entry, leaf, out);
}

static size_t chain_length(const struct path_search *search, size_t node)
{
    size_t length = 1;

    for (; search->nodes[node].parent != PATH_NO_PARENT; node = search->nodes[node].parent)
        length++;
    return length;
}

/* The chain runs from the place to the variable, the text the other way: chain[k] is step k of the text. */
static size_t *chain_of(const struct path_search *search, size_t node, size_t length)
{
    size_t *chain = msrck_allocate(length, sizeof chain[0]), k;

    for (k = length; chain != NULL && k-- > 0; node = search->nodes[node].parent)
        chain[k] = node;
    return chain;
}

void msrck_path_search_print(const struct path_search *search, size_t node, uint64_t leaf, const char *message,
                             struct byte_buffer *out)
{
    size_t length = chain_length(search, node), k, *chain = chain_of(search, node, length);
    const struct path_node *last = &search->nodes[node];

    if (chain == NULL)
        return;
    for (k = 0; k + 1 < length; k++) {
        if (length > FIRST_STEPS + LAST_STEPS && k == FIRST_STEPS) {
            msrck_buffer_printf(out, "->(%zu more)", length - FIRST_STEPS - LAST_STEPS);
            k = length - LAST_STEPS;
        }
        print_step(search, &search->nodes[chain[k]], search->nodes[chain[k + 1]].slot, out);
    }
    free(chain);
    if (message == NULL)
        print_step(search, last, leaf, out);
    else if (last->parent == PATH_NO_PARENT)
        print_variable(search, last, leaf, message, out);
    else
        msrck_access_target_before(search->types, last->shape, last->entry, leaf, message, out);
}
