/* SPDX-License-Identifier: MIT */
/* Variables, frames and targets of function pointers in a document that a patch changes: whole lists each. */
#include "patching.h"

#include <stdlib.h>
#include <string.h>

#include "json_writer.h"

/* Copies the document up to its next value, and steps over that. */
static bool step_over(struct patching *patching)
{
    struct json_mark mark = json_input_mark(&patching->base);

    if (!json_skip(&patching->base) || !patching_copy_up_to(patching, mark.offset))
        return false;
    patching->copied = patching->base.offset + patching->base.next;
    return true;
}

/* ---- Lists ---- */

static bool put_place(struct patching *patching, struct json_writer *writer, const struct json_node *node)
{
    const char *block, *leaf;

    if (node->kind == JSON_NULL) {
        json_null(writer);
        return true;
    }
    if (!json_tree_text(&patching->patch.input, node, "block", &block) ||
        !json_tree_text(&patching->patch.input, node, "leaf", &leaf))
        return false;
    json_begin_object(writer);
    json_key_string(writer, "block", block);
    json_key_string(writer, "leaf", leaf);
    json_end_object(writer);
    return true;
}

static const struct json_node *member(struct patching *patching, const struct json_node *object, const char *key)
{
    const struct json_node *node = json_tree_member(object, key);

    if (node == NULL)
        json_tree_fail(&patching->patch.input, object, "\"%s\" is missing", key);
    return node;
}

static bool put_variable(struct patching *patching, struct json_writer *writer, const struct json_node *node)
{
    struct json_input *input = &patching->patch.input;
    const struct json_node *where = member(patching, node, "place");
    const char *kind, *name, *type;
    uint32_t id;

    if (where == NULL || !json_tree_text(input, node, "kind", &kind) || !json_tree_text(input, node, "name", &name) ||
        !json_tree_text(input, node, "type", &type))
        return false;
    id = msrck_reader_find_type(patching->reader, type);
    if (id == MSRCK_NO_TYPE)
        return json_tree_fail(input, node, "type %.60s is unknown", type);
    json_begin_object(writer);
    json_key_string(writer, "kind", kind);
    json_key_string(writer, "name", name);
    json_key_number(writer, "type", id);
    json_key(writer, "place");
    if (!put_place(patching, writer, where))
        return false;
    json_end_object(writer);
    return true;
}

static bool put_frame(struct patching *patching, struct json_writer *writer, const struct json_node *node)
{
    struct json_input *input = &patching->patch.input;
    const struct json_node *live = member(patching, node, "live");
    const struct json_node *locals = json_tree_expect(input, node, "locals", JSON_ARRAY);
    uint32_t function = 0, count = msrck_reader_function_count(patching->reader), point;
    const char *name;

    if (live == NULL || locals == NULL || !json_tree_text(input, node, "name", &name) ||
        !json_tree_number(input, node, "point", &point))
        return false;
    while (function < count && strcmp(msrck_reader_function_name(patching->reader, function), name) != 0)
        function++;
    if (function == count)
        return json_tree_fail(input, node, "function %.60s is unknown", name);
    json_begin_object(writer);
    json_key_number(writer, "function", function);
    json_key_number(writer, "point", point);
    json_key(writer, "live");
    if (!put_place(patching, writer, live))
        return false;
    json_key(writer, "locals");
    json_begin_array(writer);
    for (const struct json_node *local = locals->first; local != NULL; local = local->next)
        if (!put_place(patching, writer, local))
            return false;
    json_end_array(writer);
    json_end_object(writer);
    return true;
}

static bool put_list(struct patching *patching, const struct json_node *list,
                     bool (*put)(struct patching *, struct json_writer *, const struct json_node *))
{
    struct json_writer writer;

    if (!step_over(patching))
        return false;
    json_begin(&writer, patching->out);
    json_begin_array(&writer);
    for (const struct json_node *node = list->first; node != NULL; node = node->next)
        if (!put(patching, &writer, node))
            return false;
    json_end_array(&writer);
    return true;
}

bool patching_put_variables(struct patching *patching)
{
    return put_list(patching, patching->patch.variables, put_variable);
}

bool patching_put_frames(struct patching *patching)
{
    return put_list(patching, patching->patch.frames, put_frame);
}

/* ---- Targets of function pointers ---- */

static bool add_target(struct patching *patching, const char *name)
{
    char **grown = realloc(patching->targets, (patching->target_count + 1) * sizeof *grown);

    if (grown != NULL) {
        patching->targets = grown;
        grown[patching->target_count] = strdup(name);
    }
    if (grown == NULL || grown[patching->target_count] == NULL)
        return json_input_fail(&patching->patch.input, "out of memory");
    patching->target_count++;
    return true;
}

/* Names of functions in a value of the patch. Recursion is bounded by the depth of documents. */
static bool gather_targets(struct patching *patching)
{
    struct json_input *input = &patching->patch.input;
    enum json_kind kind = json_input_kind(input);

    if (kind != JSON_OBJECT && kind != JSON_ARRAY)
        return json_skip(input);
    if (kind == JSON_ARRAY ? !json_take_array(input) : !json_take_object(input))
        return false;
    while (kind == JSON_ARRAY ? json_take_item(input) : json_take_key(input)) {
        bool named = kind == JSON_OBJECT && strcmp(input->text, "function") == 0 && json_input_kind(input) == JSON_STRING;
        if (named ? !json_take_text(input) || !add_target(patching, input->text) : !gather_targets(patching))
            return false;
    }
    return !input->failed;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool patching_gather_targets(struct patching *patching)
{
    struct json_mark mark = { 0, 1, 0, 0 };
    const struct patch *patch = &patching->patch;

    for (size_t i = 0; i < patch->set_count + patch->add_count; i++) {
        const struct patch_operation *operation = i < patch->set_count ? &patch->sets[i]
                                                                       : &patch->adds[i - patch->set_count];
        mark.offset = operation->new.begin;
        json_input_return(&patching->patch.input, &mark);
        if (!gather_targets(patching))
            return false;
    }
    for (uint32_t i = 1; patching->target_count > 0 && i <= msrck_reader_target_count(patching->reader); i++)
        if (!add_target(patching, msrck_reader_target(patching->reader, i)))
            return false;
    if (patching->target_count > 1)
        qsort(patching->targets, patching->target_count, sizeof(char *), compare_names);
    return true;
}

static bool put_targets(struct patching *patching)
{
    struct json_writer writer;

    if (!step_over(patching))
        return false;
    json_begin(&writer, patching->out);
    json_begin_array(&writer);
    for (size_t i = 0; i < patching->target_count; i++)
        if (i == 0 || strcmp(patching->targets[i - 1], patching->targets[i]) != 0)
            json_string(&writer, patching->targets[i]);
    json_end_array(&writer);
    return true;
}

bool patching_change_program(struct patching *patching)
{
    struct json_input *base = &patching->base;

    if (!json_take_object(base))
        return false;
    while (json_take_key(base))
        if (strcmp(base->text, "targets") == 0 && patching->target_count > 0 ? !put_targets(patching) : !json_skip(base))
            return false;
    return !base->failed;
}
