/* SPDX-License-Identifier: MIT */
#include "root_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_buffer.h"

const char *root_kind_text(enum root_kind kind)
{
    static const char *const texts[] = { "global", "root", "live", "local" };

    return texts[kind];
}

uint64_t block_bytes(const msrck_reader *reader, const msrck_block_facts *block)
{
    msrck_type_facts type, element;

    if (!msrck_reader_type(reader, block->type, &type))
        return 0;
    if (type.flexible != 0 && msrck_reader_type(reader, type.flexible, &element))
        return type.row_width + block->count * element.row_width;
    return type.row_width * block->elements;
}

char *frame_name(const msrck_reader *reader, uint32_t frame)
{
    struct text_buffer name = { NULL, 0, 0, false };
    msrck_frame_facts facts, other;
    uint32_t before = 0;

    if (!msrck_reader_frame(reader, frame, &facts))
        return NULL;
    for (uint32_t i = 0; i < frame && msrck_reader_frame(reader, i, &other); i++)
        before += other.function == facts.function;
    text_put(&name, facts.function_name);
    if (before > 0)
        text_format(&name, "#%lu", (unsigned long)before);
    if (name.failed)
        text_free(&name);
    return name.text;
}

static char *member_name(const char *frame, const char *member)
{
    size_t length = strlen(frame) + strlen(member) + 2;
    char *name = malloc(length);

    if (name != NULL)
        snprintf(name, length, "%s.%s", frame, member);
    return name;
}

char *block_name(const msrck_reader *reader, uint64_t block)
{
    uint32_t index = 0, local = 0;
    msrck_variable_facts variable;
    const char *member = "";
    char *frame, *name;

    switch (msrck_reader_owner(reader, block, &index, &local)) {
    case MSRCK_OWNER_VARIABLE:
        msrck_reader_variable(reader, index, &variable);
        return strdup(variable.name);
    case MSRCK_OWNER_LIVE:
        return frame_name(reader, index);
    case MSRCK_OWNER_LOCAL:
        frame = frame_name(reader, index);
        msrck_reader_frame_local(reader, index, local, &member, NULL, NULL);
        name = frame == NULL ? NULL : member_name(frame, member);
        free(frame);
        return name;
    default:
        return strdup("");
    }
}

/* ---- The list ---- */

/* Takes root->name over, also when it fails. */
static bool add(struct root_list *list, const struct root *root)
{
    if (root->name != NULL && list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 32 : 2 * list->capacity;
        struct root *roots = realloc(list->roots, capacity * sizeof *roots);
        if (roots == NULL) {
            free(root->name);
            return false;
        }
        list->roots = roots;
        list->capacity = capacity;
    }
    if (root->name != NULL)
        list->roots[list->count++] = *root;
    return root->name != NULL;
}

static bool add_block(const msrck_reader *reader, struct root_list *list, struct root *root, uint64_t address)
{
    msrck_block_facts block;
    uint64_t leaf;

    if (!msrck_reader_find_address(reader, address, &block, &leaf)) {
        free(root->name);
        return true;
    }
    root->block = block.number;
    root->leaf = 0;
    root->leaves = block.leaves;
    root->bytes = block_bytes(reader, &block);
    return add(list, root);
}

static bool add_live(const msrck_reader *reader, struct root_list *list, uint32_t frame, const char *name,
                     const msrck_block_facts *block)
{
    struct root root = { .kind = ROOT_LIVE, .frame = frame, .block = block->number };
    msrck_type_facts type;
    msrck_field_facts field;

    for (uint32_t i = 0; msrck_reader_field(reader, block->type, i, &field); i++) {
        if (field.role == MSRCK_ROLE_SKIPPED || !msrck_reader_type(reader, field.type, &type))
            continue;
        root.name = member_name(name, field.name);
        root.type = field.type;
        root.leaf = field.leaf;
        root.leaves = type.leaves;
        root.bytes = field.role == MSRCK_ROLE_FLEXIBLE ? 0 : type.row_width;
        if (!add(list, &root))
            return false;
    }
    return true;
}

static bool add_frame(const msrck_reader *reader, struct root_list *list, uint32_t frame, const msrck_frame_facts *facts)
{
    struct root root = { .kind = ROOT_LOCAL, .frame = frame };
    char *name = frame_name(reader, frame);
    msrck_block_facts block;
    const char *local = "";
    uint64_t address, leaf;
    bool added = name != NULL;

    if (added && facts->live != 0 && msrck_reader_find_address(reader, facts->live, &block, &leaf))
        added = add_live(reader, list, frame, name, &block);
    for (uint32_t i = 0; added && i < facts->local_count; i++) {
        if (!msrck_reader_frame_local(reader, frame, i, &local, &root.type, &address) || address == 0)
            continue;
        root.name = member_name(name, local);
        added = root.name != NULL && add_block(reader, list, &root, address);
    }
    free(name);
    return added;
}

bool root_list_find(const msrck_reader *reader, struct root_list *list)
{
    msrck_variable_facts variable;
    msrck_frame_facts frame;

    memset(list, 0, sizeof *list);
    for (uint32_t i = 0; msrck_reader_variable(reader, i, &variable); i++) {
        struct root root = { .kind = variable.kind == MSRCK_VARIABLE_GLOBAL ? ROOT_GLOBAL : ROOT_COLLECTED,
                             .name = strdup(variable.name), .frame = MSRCK_NO_INDEX, .type = variable.type };
        if (root.name == NULL || !add_block(reader, list, &root, variable.address))
            return false;
    }
    for (uint32_t i = 0; msrck_reader_frame(reader, i, &frame); i++)
        if (!add_frame(reader, list, i, &frame))
            return false;
    return true;
}

void root_list_free(struct root_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->roots[i].name);
    free(list->roots);
    memset(list, 0, sizeof *list);
}
