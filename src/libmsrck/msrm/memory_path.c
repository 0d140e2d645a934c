/* SPDX-License-Identifier: MIT */
#include "msrm/memory_path.h"

#include <stdio.h>
#include <string.h>

#include "msrm/block_leaf.h"
#include "msrm/path_search.h"

/* State of the search while the pointers of one block are visited. */
struct memory_search {
    struct path_search paths;
    struct collection *collection;
    struct block block; /* being expanded */
    size_t node;
    /* Of a search for a pointer into some bytes: which one, and where it was found. */
    const unsigned char *wanted;
    uint64_t wanted_bytes;
    uint32_t wanted_target;
    const void *not_there;
    const unsigned char *found;
};

/* The variables of the search are numbered: roots, then per frame its live variables and its locals. */
struct variable_place {
    const struct collected_root *root;
    const struct collected_frame *frame;
    uint32_t local;
};

static struct variable_place variable_at(const struct collection *collection, uint64_t variable)
{
    struct variable_place place = { NULL, NULL, UINT32_MAX };
    size_t i;

    if (variable < collection->root_count) {
        place.root = &collection->roots[variable];
        return place;
    }
    variable -= collection->root_count;
    for (i = 0; i < collection->frame_count; i++) {
        place.frame = &collection->frames[i];
        if (variable <= place.frame->local_count) {
            place.local = variable == 0 ? UINT32_MAX : (uint32_t)variable - 1;
            return place;
        }
        variable -= (uint64_t)place.frame->local_count + 1;
    }
    return (struct variable_place){ NULL, NULL, UINT32_MAX };
}

static void name_variable(void *context, uint64_t variable, struct byte_buffer *out, uint32_t *declared)
{
    const struct collection *collection = context;
    struct variable_place place = variable_at(collection, variable);
    const struct function_entry *function;

    if (place.root != NULL) {
        if (place.root->name[0] != '\0')
            msrck_buffer_printf(out, "%s", place.root->name);
        else
            msrck_buffer_printf(out, "root %llu", (unsigned long long)variable + 1);
        *declared = place.root->type;
        return;
    }
    if (place.frame == NULL)
        return;
    function = &collection->file.functions[place.frame->function];
    msrck_buffer_printf(out, "%s", function->name);
    if (place.local == UINT32_MAX) {
        *declared = function->points[place.frame->point - 1].live_type;
        return;
    }
    msrck_buffer_printf(out, ".%s", function->locals[place.local].name);
    *declared = function->locals[place.local].type;
}

static void add_block(struct memory_search *search, const struct block *block, size_t parent, uint64_t slot,
                      uint64_t entry)
{
    msrck_path_search_add(&search->paths, (uintptr_t)block->data, (struct block_shape){ block->type, block->count },
                          parent, slot, entry);
}

static void add_named(struct memory_search *search, size_t handle, uint64_t variable)
{
    struct block block;

    if (handle == SIZE_MAX)
        return;
    msrck_msrlt_named_block(search->collection->msrlt, handle, &block);
    add_block(search, &block, PATH_NO_PARENT, variable, 0);
}

static void add_variables(struct memory_search *search)
{
    const struct collection *collection = search->collection;
    uint64_t variable = 0;
    uint32_t k;
    size_t i;

    for (i = 0; i < collection->root_count; i++)
        add_named(search, collection->roots[i].handle, variable++);
    for (i = 0; i < collection->frame_count; i++) {
        add_named(search, collection->frames[i].live, variable++);
        for (k = 0; k < collection->frames[i].local_count; k++)
            add_named(search, collection->frames[i].locals[k], variable++);
    }
}

/* The places looked for are pointers, handles and elements, which are leaves or begin with one. */
static uint64_t leaf_at(const struct memory_search *search, const struct block *block, const unsigned char *bytes,
                        const void *place)
{
    uint64_t leaf = 0;

    msrck_block_leaf(search->collection->types, block->type, block->count, bytes,
                     (uint64_t)((const unsigned char *)place - bytes), &leaf);
    return leaf;
}

static bool is_wanted(const struct memory_search *search, void *const *slot, const void *pointer, uint32_t target)
{
    uint64_t count = 1;

    return search->wanted != NULL && search->found == NULL && (const void *)slot != search->not_there &&
           (uintptr_t)pointer >= (uintptr_t)search->wanted &&
           (uintptr_t)pointer - (uintptr_t)search->wanted < search->wanted_bytes &&
           msrck_ti_strip_arrays(search->collection->types, target, &count) == search->wanted_target;
}

/* Pointers that lead nowhere are passed over: the search is for one of them, and it stands in a block. */
static msrck_result add_target(void *context, void *const *slot, uint32_t target, msrck_error *error)
{
    struct memory_search *search = context;
    const void *pointer;
    struct block block;
    uint64_t entry = 0;

    (void)error;
    memcpy(&pointer, slot, sizeof pointer);
    if (is_wanted(search, slot, pointer, target))
        search->found = (const unsigned char *)slot;
    if (pointer == NULL || !msrck_msrlt_find(search->collection->msrlt, pointer, &block))
        return MSRCK_OK;
    msrck_block_leaf(search->collection->types, block.type, block.count, block.data,
                     (uint64_t)((const unsigned char *)pointer - block.address), &entry);
    add_block(search, &block, search->node, leaf_at(search, &search->block, search->block.data, slot), entry);
    return MSRCK_OK;
}

static void expand_elements(struct memory_search *search, const unsigned char *element, uint32_t type, uint64_t count)
{
    const struct scan_plan *plan;

    if (msrck_scan_plan_get(&search->collection->plans, type, &plan, NULL) != MSRCK_OK || plan->idle)
        return;
    for (; count > 0 && !search->paths.failed; count--, element += plan->size)
        msrck_visit_pointers(plan->encoder, element, add_target, search, NULL);
}

static void expand(struct memory_search *search)
{
    const struct block *block = &search->block;
    const struct ti_type *entry = msrck_ti_get(search->collection->types, block->type);

    if (entry->flexible == TI_VOID) {
        expand_elements(search, block->data, block->type, block->count);
        return;
    }
    expand_elements(search, block->data, block->type, 1);
    expand_elements(search, block->data + entry->flexible_offset, entry->flexible, block->count);
}

static bool holds_place(const struct memory_search *search, const unsigned char *place)
{
    const struct block *block = &search->block;
    uint64_t bytes = msrck_block_bytes(search->collection->types, block->type, block->count);

    return (uintptr_t)place >= (uintptr_t)block->data && (uintptr_t)place - (uintptr_t)block->data < bytes;
}

/* Breadth first until the block that holds the place; its node, or SIZE_MAX. */
static size_t find_node(struct memory_search *search, const unsigned char *place)
{
    while ((search->node = msrck_path_search_next(&search->paths)) != SIZE_MAX) {
        const struct path_node *node = &search->paths.nodes[search->node];

        search->block.type = node->shape.type;
        search->block.count = node->shape.count;
        search->block.data = (const unsigned char *)(uintptr_t)node->key;
        if (holds_place(search, place))
            return search->node;
        expand(search);
    }
    return SIZE_MAX;
}

/* No root leads there (collect all), or memory ran out: what is known is the type. */
static void explain_without_path(const struct collection *collection, const char *message, struct byte_buffer *out)
{
    struct block block;
    uint64_t leaf = 0;

    if (!msrck_msrlt_find(collection->msrlt, collection->culprit, &block)) {
        msrck_buffer_printf(out, "%s", message);
        return;
    }
    msrck_buffer_printf(out, "%s at %p", msrck_ti_get(collection->types, block.type)->name,
                        (const void *)block.address);
    if (collection->culprit_is_element) {
        msrck_access_message(message, out);
        return;
    }
    msrck_block_leaf(collection->types, block.type, block.count, block.data,
                     (uint64_t)(collection->culprit - block.address), &leaf);
    msrck_access_variable(collection->types, block.type, (struct block_shape){ block.type, block.count }, leaf, out);
    msrck_buffer_printf(out, ": %s", message);
}

static void explain(struct memory_search *search, const char *message, struct byte_buffer *out)
{
    const struct collection *collection = search->collection;
    size_t node;
    uint64_t leaf;

    add_variables(search);
    node = find_node(search, collection->culprit);
    if (node == SIZE_MAX) {
        explain_without_path(collection, message, out);
        return;
    }
    leaf = leaf_at(search, &search->block, search->block.data, collection->culprit);
    msrck_path_search_print(&search->paths, node, leaf, collection->culprit_is_element ? message : NULL, out);
    if (!collection->culprit_is_element)
        msrck_buffer_printf(out, ": %s", message);
}

void msrck_memory_path_explain(struct collection *collection, msrck_error *error)
{
    struct memory_search search = { .paths = { .types = collection->types,
                                               .most = SIZE_MAX,
                                               .name_variable = name_variable,
                                               .context = collection },
                                    .collection = collection };
    struct byte_buffer text = BYTE_BUFFER_INIT;

    if (collection->culprit == NULL || error == NULL || error->result == MSRCK_OK)
        return;
    explain(&search, error->message, &text);
    if (!text.failed && text.length > 0)
        snprintf(error->message, sizeof error->message, "%s", msrck_buffer_text(&text));
    msrck_path_search_free(&search.paths);
    msrck_buffer_free(&text);
    collection->culprit = NULL;
}

bool msrck_memory_path_to_pointer(struct collection *collection, const unsigned char *first, uint64_t bytes,
                                  uint32_t target, const void *other, struct byte_buffer *out)
{
    struct memory_search search = { .paths = { .types = collection->types,
                                               .most = SIZE_MAX,
                                               .name_variable = name_variable,
                                               .context = collection },
                                    .collection = collection,
                                    .wanted = first,
                                    .wanted_bytes = bytes,
                                    .wanted_target = target,
                                    .not_there = other };

    add_variables(&search);
    while (search.found == NULL && (search.node = msrck_path_search_next(&search.paths)) != SIZE_MAX) {
        const struct path_node *node = &search.paths.nodes[search.node];

        search.block.type = node->shape.type;
        search.block.count = node->shape.count;
        search.block.data = (const unsigned char *)(uintptr_t)node->key;
        expand(&search);
    }
    if (search.found != NULL)
        msrck_path_search_print(&search.paths, search.node, leaf_at(&search, &search.block, search.block.data,
                                                                    search.found), NULL, out);
    msrck_path_search_free(&search.paths);
    return search.found != NULL;
}
