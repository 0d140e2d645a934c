/* SPDX-License-Identifier: MIT */
/* The small parts of a document: format, program, notes, types, variables, frames. Each item is read as a tree. */
#include "document.h"

#include <stdlib.h>
#include <string.h>

/* Reads a piece and hands it on. */
static bool with_tree(struct document *document, bool (*use)(struct document *, const struct json_node *))
{
    struct json_node *node = json_tree_read(&document->input);
    bool used = node != NULL && use(document, node);

    json_tree_free(node);
    return used;
}

static bool each_item(struct document *document, const char *name,
                      bool (*use)(struct document *, const struct json_node *))
{
    uint64_t index = 0;

    if (!json_take_array(&document->input))
        return false;
    while (json_take_item(&document->input) && with_tree(document, use))
        index++;
    if (document->input.failed)
        json_input_path(&document->input, "%s[%llu]", name, (unsigned long long)index);
    return !document->input.failed;
}

/* ---- Format and notes ---- */

static bool use_format(struct document *document, const struct json_node *node)
{
    uint64_t may_read = 0, must_understand = 0;
    const char *text;

    if (!json_tree_is(&document->input, node, JSON_OBJECT))
        return false;
    if (json_tree_member(node, "may_read") != NULL && !json_tree_big(&document->input, node, "may_read", &may_read))
        return false;
    if (json_tree_member(node, "must_understand") != NULL &&
        !json_tree_big(&document->input, node, "must_understand", &must_understand))
        return false;
    document->zstd = must_understand & 1;
    text = "a checkpoint with features that this msrck does not know cannot be written";
    return (may_read == 0 && must_understand <= 1) || json_tree_fail(&document->input, node, "%s", text);
}

bool document_read_format(struct document *document)
{
    return with_tree(document, use_format);
}

static bool use_note(struct document *document, const struct json_node *node)
{
    const char *key, *value;

    if (!json_tree_text(&document->input, node, "key", &key) || !json_tree_text(&document->input, node, "value", &value))
        return false;
    return !document->with_notes ||
           document_refuse(document, msrck_writer_add_note(document->writer, key, value, document->input.error));
}

bool document_read_notes(struct document *document)
{
    return each_item(document, "notes", use_note);
}

/* ---- Program ---- */

static bool use_point(struct document *document, const struct json_node *node)
{
    const char *label;
    uint32_t type;

    return json_tree_text(&document->input, node, "label", &label) &&
           json_tree_number(&document->input, node, "live_type", &type) &&
           document_refuse(document, msrck_writer_add_point(document->writer, label, type, document->input.error));
}

static bool use_local(struct document *document, const struct json_node *node)
{
    const char *name;
    uint32_t type;

    return json_tree_text(&document->input, node, "name", &name) &&
           json_tree_number(&document->input, node, "type", &type) &&
           document_refuse(document, msrck_writer_add_local(document->writer, name, type, document->input.error));
}

static bool use_items(struct document *document, const struct json_node *array,
                      bool (*use)(struct document *, const struct json_node *))
{
    for (const struct json_node *node = array == NULL ? NULL : array->first; node != NULL; node = node->next)
        if (!use(document, node))
            return false;
    return array != NULL;
}

static bool use_function(struct document *document, const struct json_node *node)
{
    struct json_input *input = &document->input;
    const char *name;

    return json_tree_text(input, node, "name", &name) &&
           document_refuse(document, msrck_writer_add_function(document->writer, name, input->error)) &&
           use_items(document, json_tree_expect(input, node, "points", JSON_ARRAY), use_point) &&
           use_items(document, json_tree_expect(input, node, "locals", JSON_ARRAY), use_local);
}

static bool use_target(struct document *document, const struct json_node *node)
{
    return json_tree_is(&document->input, node, JSON_STRING) &&
           document_refuse(document, msrck_writer_add_target(document->writer, node->text, document->input.error));
}

static bool use_program(struct document *document, const struct json_node *node)
{
    struct json_input *input = &document->input;
    const char *name;

    return json_tree_text(input, node, "name", &name) &&
           document_refuse(document, msrck_writer_set_program(document->writer, name, input->error)) &&
           use_items(document, json_tree_expect(input, node, "functions", JSON_ARRAY), use_function) &&
           use_items(document, json_tree_expect(input, node, "targets", JSON_ARRAY), use_target);
}

bool document_read_program(struct document *document)
{
    return with_tree(document, use_program);
}

/* ---- Types ---- */

static bool use_field(struct document *document, const struct json_node *node)
{
    static const char *const roles[] = { "plain", "bits", "flexible", "skipped" };
    struct json_input *input = &document->input;
    msrck_field_facts field = { .tag_field = MSRCK_NO_INDEX };
    const struct json_node *tag_field;
    unsigned role = 0;
    uint32_t bits = 0;

    if (!json_tree_text(input, node, "name", &field.name) || !json_tree_number(input, node, "type", &field.type) ||
        !json_tree_choice(input, node, "role", roles, 4, &role))
        return false;
    field.role = (msrck_role)role;
    if (role == MSRCK_ROLE_BITS && !json_tree_number(input, node, "bits", &bits))
        return false;
    field.bits = bits;
    if (json_tree_member(node, "tag") != NULL && !json_tree_signed(input, node, "tag", &field.tag))
        return false;
    tag_field = json_tree_member(node, "tag_field");
    if (tag_field != NULL && tag_field->kind != JSON_NULL &&
        !json_tree_number(input, node, "tag_field", &field.tag_field))
        return false;
    return document_refuse(document, msrck_writer_add_field(document->writer, &field, input->error));
}

static bool use_enumerator(struct document *document, const struct json_node *node)
{
    const char *name;
    int64_t value;

    return json_tree_text(&document->input, node, "name", &name) &&
           json_tree_signed(&document->input, node, "value", &value) &&
           document_refuse(document, msrck_writer_add_enumerator(document->writer, name, value, document->input.error));
}

static bool read_scalar_name(struct document *document, const struct json_node *node, msrck_scalar *scalar)
{
    const char *names[MSRCK_SCALAR_COUNT_];
    unsigned choice = 0;

    if (json_tree_member(node, "scalar") == NULL)
        return true;
    names[0] = "none";
    for (unsigned i = 1; i < MSRCK_SCALAR_COUNT_; i++)
        names[i] = msrck_scalar_text((msrck_scalar)i);
    if (!json_tree_choice(&document->input, node, "scalar", names, MSRCK_SCALAR_COUNT_, &choice))
        return false;
    *scalar = (msrck_scalar)choice;
    return true;
}

static bool read_type(struct document *document, const struct json_node *node, msrck_type_facts *type)
{
    static const char *const kinds[] = { "void",  "scalar",   "enum",    "pointer", "array", "struct",
                                         "union", "function", "complex", "opaque" };
    struct json_input *input = &document->input;
    unsigned kind = 0;
    uint32_t id = 0;

    if (!json_tree_number(input, node, "id", &id) || !json_tree_choice(input, node, "kind", kinds, 10, &kind) ||
        !json_tree_text(input, node, "name", &type->name) || !read_scalar_name(document, node, &type->scalar))
        return false;
    type->kind = (msrck_kind)kind;
    if (id != document->type_count)
        return json_tree_fail(input, node, "type %lu stands where type %lu should", (unsigned long)id,
                              (unsigned long)document->type_count);
    if (json_tree_member(node, "element") != NULL && !json_tree_number(input, node, "element", &type->element))
        return false;
    return json_tree_member(node, "count") == NULL || json_tree_big(input, node, "count", &type->count);
}

static bool use_type(struct document *document, const struct json_node *node)
{
    msrck_type_facts type = { .kind = MSRCK_KIND_VOID };
    const struct json_node *fields, *enumerators;

    if (!read_type(document, node, &type))
        return false;
    if (document->type_count++ == 0)
        return type.kind == MSRCK_KIND_VOID || json_tree_fail(&document->input, node, "type 0 is not void");
    if (!document_refuse(document, msrck_writer_add_type(document->writer, &type, document->input.error)))
        return false;
    fields = json_tree_member(node, "fields");
    enumerators = json_tree_member(node, "enumerators");
    if (fields != NULL && !use_items(document, fields, use_field))
        return false;
    return enumerators == NULL || use_items(document, enumerators, use_enumerator);
}

bool document_read_types(struct document *document)
{
    document->type_count = 0;
    return each_item(document, "types", use_type);
}

/* ---- Variables and frames ---- */

static bool read_place(struct document *document, const struct json_node *node, struct document_place *place)
{
    struct json_input *input = &document->input;
    const struct json_node *block;

    if (node == NULL)
        return false;
    place->is_null = node->kind == JSON_NULL;
    place->line = node->line;
    place->column = node->column;
    if (place->is_null)
        return true;
    block = json_tree_member(node, "block");
    if (block == NULL || block->text == NULL || !document_parse_block(block->text, &place->block))
        return json_tree_fail(input, node, "a place without the number of a block");
    return json_tree_big(input, node, "leaf", &place->leaf);
}

static const struct json_node *member(struct document *document, const struct json_node *object, const char *key)
{
    const struct json_node *node = json_tree_member(object, key);

    if (node == NULL)
        json_tree_fail(&document->input, object, "\"%s\" is missing", key);
    return node;
}

static bool use_variable(struct document *document, const struct json_node *node)
{
    static const char *const kinds[] = { "none", "global", "root" };
    struct document_variable *variable;
    unsigned kind = 0;
    const char *name;

    if (!document_reserve(document, &document->variables, &document->variable_capacity, document->variable_count,
                          sizeof *variable))
        return false;
    variable = &document->variables[document->variable_count];
    memset(variable, 0, sizeof *variable);
    if (!json_tree_choice(&document->input, node, "kind", kinds, 3, &kind) ||
        !json_tree_text(&document->input, node, "name", &name) ||
        !json_tree_number(&document->input, node, "type", &variable->type) ||
        !read_place(document, member(document, node, "place"), &variable->place))
        return false;
    variable->kind = (msrck_variable_kind)kind;
    variable->name = strdup(name);
    document->variable_count++;
    return variable->name != NULL || document_refuse(document, MSRCK_SYSTEM);
}

bool document_read_variables(struct document *document)
{
    return each_item(document, "variables", use_variable);
}

static bool use_frame(struct document *document, const struct json_node *node)
{
    const struct json_node *locals = json_tree_expect(&document->input, node, "locals", JSON_ARRAY);
    struct document_frame *frame;
    uint32_t count = 0;

    if (locals == NULL || !document_reserve(document, &document->frames, &document->frame_capacity,
                                            document->frame_count, sizeof *frame))
        return false;
    frame = &document->frames[document->frame_count];
    memset(frame, 0, sizeof *frame);
    for (const struct json_node *local = locals->first; local != NULL; local = local->next)
        count++;
    frame->locals = calloc(count + 1, sizeof *frame->locals);
    document->frame_count++;
    if (frame->locals == NULL)
        return document_refuse(document, MSRCK_SYSTEM);
    for (const struct json_node *local = locals->first; local != NULL; local = local->next)
        if (!read_place(document, local, &frame->locals[frame->local_count++]))
            return false;
    return json_tree_number(&document->input, node, "function", &frame->function) &&
           json_tree_number(&document->input, node, "point", &frame->point) &&
           read_place(document, member(document, node, "live"), &frame->live);
}

bool document_read_frames(struct document *document)
{
    return each_item(document, "frames", use_frame);
}
