/* SPDX-License-Identifier: MIT */
#include "patch_operations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an operation may have, gathered before its kind is known. */
struct gathered {
    struct patch_operation operation;
    char *op;                       /* owned */
    bool is_new, has_at, has_old, has_new, has_elements, has_block;
    struct json_node *list;         /* owned; "new" of variables and frames is read when the kind is known */
    struct json_mark new_mark;
};

static bool out_of_memory(struct json_input *input)
{
    input->failed = true;
    input->error->result = MSRCK_SYSTEM;
    snprintf(input->error->message, sizeof input->error->message, "out of memory");
    return false;
}

static uint64_t place(const struct json_input *input)
{
    return input->offset + input->next;
}

static bool skip_range(struct json_input *input, struct text_range *range)
{
    range->begin = json_input_mark(input).offset;
    if (!json_skip(input))
        return false;
    range->end = place(input);
    return true;
}

static bool take_copy(struct json_input *input, char **copy)
{
    if (*copy != NULL)
        return json_input_fail(input, "a key stands twice");
    if (json_input_kind(input) == JSON_NUMBER ? !json_take_number(input) : !json_take_text(input))
        return false;
    *copy = strdup(input->text);
    return *copy != NULL || out_of_memory(input);
}

static bool read_block(struct json_input *input, struct gathered *gathered)
{
    bool negative = false;

    if (!json_take_text(input))
        return false;
    gathered->has_block = true;
    gathered->is_new = strncmp(input->text, "new:", 4) == 0;
    if (!json_parse_integer(input->text + (gathered->is_new ? 4 : 0), &negative, &gathered->operation.block) || negative)
        return json_input_fail(input, "'%.60s' is no block", input->text);
    return true;
}

static bool read_steps(struct json_input *input, struct patch_operation *operation)
{
    size_t capacity = 0;

    if (!json_take_array(input))
        return false;
    while (json_take_item(input)) {
        struct patch_step *step;
        if (operation->step_count == capacity) {
            struct patch_step *grown = realloc(operation->steps, (capacity = capacity * 2 + 4) * sizeof *grown);
            if (grown == NULL)
                return out_of_memory(input);
            operation->steps = grown;
        }
        step = &operation->steps[operation->step_count];
        *step = (struct patch_step) { NULL, 0 };
        operation->step_count++;
        if (json_input_kind(input) == JSON_STRING ? !take_copy(input, &step->key)
                                                  : !json_take_unsigned(input, &step->index))
            return false;
    }
    return !input->failed;
}

static bool read_member(struct json_input *input, struct gathered *gathered)
{
    const char *key = input->text;

    if (strcmp(key, "op") == 0)
        return take_copy(input, &gathered->op);
    if (strcmp(key, "segment") == 0)
        return take_copy(input, &gathered->operation.segment);
    if (strcmp(key, "type") == 0)
        return take_copy(input, &gathered->operation.type);
    if (strcmp(key, "count") == 0)
        return take_copy(input, &gathered->operation.count);
    if (strcmp(key, "block") == 0)
        return !gathered->has_block ? read_block(input, gathered) : json_input_fail(input, "a key stands twice");
    if (strcmp(key, "at") == 0 && !gathered->has_at) {
        gathered->has_at = true;
        return read_steps(input, &gathered->operation);
    }
    if (strcmp(key, "old") == 0 && !gathered->has_old) {
        gathered->has_old = true;
        return skip_range(input, &gathered->operation.old);
    }
    if ((strcmp(key, "new") == 0 || strcmp(key, "elements") == 0) && !gathered->has_new) {
        gathered->has_new = true;
        gathered->new_mark = json_input_mark(input);
        return skip_range(input, &gathered->operation.new);
    }
    return json_input_fail(input, "key \"%.60s\" is unknown or stands twice", key);
}

static void clear_operation(struct patch_operation *operation)
{
    for (size_t i = 0; i < operation->step_count; i++)
        free(operation->steps[i].key);
    free(operation->steps);
    free(operation->segment);
    free(operation->type);
    free(operation->count);
}

/* The operation becomes the list's, also on failure. */
static bool keep(struct json_input *input, struct patch_operation **list, size_t *count, size_t *capacity,
                 struct patch_operation *operation)
{
    if (*count == *capacity) {
        size_t larger = *capacity * 2 + 16;
        struct patch_operation *grown = realloc(*list, larger * sizeof *grown);
        if (grown == NULL) {
            clear_operation(operation);
            return out_of_memory(input);
        }
        *list = grown;
        *capacity = larger;
    }
    (*list)[(*count)++] = *operation;
    return true;
}

static bool read_list(struct json_input *input, const struct gathered *gathered, struct json_node **list)
{
    struct json_mark after = json_input_mark(input);

    if (*list != NULL)
        return json_input_fail(input, "a list of %s stands twice", gathered->op);
    json_input_return(input, &gathered->new_mark);
    *list = json_tree_read(input);
    if (*list == NULL || !json_tree_is(input, *list, JSON_ARRAY))
        return false;
    json_input_return(input, &after);
    return true;
}

static bool use_operation(struct patch *patch, struct gathered *gathered)
{
    struct json_input *input = &patch->input;
    struct patch_operation operation = gathered->operation;
    const char *op = gathered->op != NULL ? gathered->op : "";
    bool known = strcmp(op, "set") == 0 || strcmp(op, "add") == 0 || strcmp(op, "variables") == 0 || strcmp(op, "frames") == 0;

    if (!known || !gathered->has_new)
        return json_input_fail(input, "'%.60s' is no whole operation", op);
    if (strcmp(op, "variables") == 0)
        return read_list(input, gathered, &patch->variables);
    if (strcmp(op, "frames") == 0)
        return read_list(input, gathered, &patch->frames);
    if (strcmp(op, "set") == 0 && gathered->has_block && !gathered->is_new && gathered->has_at && gathered->has_old) {
        gathered->operation = (struct patch_operation) { .block = 0 };
        return keep(input, &patch->sets, &patch->set_count, &patch->set_capacity, &operation);
    }
    if (strcmp(op, "add") == 0 && gathered->has_block && gathered->is_new && operation.segment != NULL &&
        operation.type != NULL && operation.count != NULL) {
        gathered->operation = (struct patch_operation) { .block = 0 };
        return keep(input, &patch->adds, &patch->add_count, &patch->add_capacity, &operation);
    }
    return json_input_fail(input, "'%.60s' is no whole operation", op);
}

static bool read_operation(struct patch *patch)
{
    struct gathered gathered = { .op = NULL };
    bool taken = json_take_object(&patch->input);

    while (taken && json_take_key(&patch->input))
        taken = read_member(&patch->input, &gathered);
    taken = taken && !patch->input.failed && use_operation(patch, &gathered);
    clear_operation(&gathered.operation);
    free(gathered.op);
    return taken;
}

static bool read_operations(struct patch *patch)
{
    if (!json_take_array(&patch->input))
        return false;
    while (json_take_item(&patch->input) && read_operation(patch))
        continue;
    return !patch->input.failed;
}

static bool read_patch(struct patch *patch)
{
    struct json_input *input = &patch->input;
    bool applicable = true;

    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        if (strcmp(input->text, "applicable") == 0)
            json_take_bool(input, &applicable);
        else if (strcmp(input->text, "operations") == 0)
            read_operations(patch);
        else
            json_skip(input);
        if (input->failed)
            return false;
    }
    return !input->failed && (applicable || json_input_fail(input, "the patch says that it cannot be applied"));
}

/* ---- Order ---- */

int patch_compare_steps(const struct patch_step *a, const struct patch_step *b)
{
    if (a->key != NULL && b->key != NULL)
        return strcmp(a->key, b->key);
    if (a->key != NULL || b->key != NULL)
        return a->key != NULL ? 1 : -1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static int compare_sets(const void *left, const void *right)
{
    const struct patch_operation *a = left, *b = right;

    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    for (size_t i = 0; i < a->step_count && i < b->step_count; i++) {
        int order = patch_compare_steps(&a->steps[i], &b->steps[i]);
        if (order != 0)
            return order;
    }
    return a->step_count < b->step_count ? -1 : a->step_count > b->step_count;
}

msrck_result patch_read(struct patch *patch, int descriptor, msrck_error *error)
{
    struct json_input *input = &patch->input;
    bool schema = false, met = false;

    memset(patch, 0, sizeof *patch);
    json_input_begin(input, descriptor, error);
    if (json_take_object(input))
        while (json_take_key(input)) {
            if (strcmp(input->text, "schema") == 0 && json_take_text(input))
                schema = strcmp(input->text, "msrck-diff") == 0;
            else if (!input->failed && strcmp(input->text, "patch") == 0 && !met)
                met = read_patch(patch);
            else if (!input->failed)
                json_skip(input);
        }
    if (!input->failed && (!schema || !met))
        json_input_fail(input, "there is no patch of msrck diff --json in it");
    if (!input->failed)
        json_take_end(input);
    if (patch->set_count > 1)
        qsort(patch->sets, patch->set_count, sizeof *patch->sets, compare_sets);
    return json_input_result(input);
}

void patch_free(struct patch *patch)
{
    for (size_t i = 0; i < patch->set_count; i++)
        clear_operation(&patch->sets[i]);
    for (size_t i = 0; i < patch->add_count; i++)
        clear_operation(&patch->adds[i]);
    free(patch->sets);
    free(patch->adds);
    json_tree_free(patch->variables);
    json_tree_free(patch->frames);
}
