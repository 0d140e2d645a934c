/* SPDX-License-Identifier: MIT */
/* The TI table of a checkpoint, as msrck/reader.h shows it. */
#include "file/reader_state.h"

#include <stdlib.h>

#include "base/byte_buffer.h"

uint32_t msrck_reader_type_count(const msrck_reader *reader)
{
    return msrck_ti_count(reader->metadata->types);
}

bool msrck_reader_type(const msrck_reader *reader, uint32_t type, msrck_type_facts *facts)
{
    const struct ti_type *entry;

    if (type >= msrck_reader_type_count(reader))
        return false;
    entry = reader_type(reader, type);
    facts->kind = (msrck_kind)entry->kind;
    facts->scalar = (msrck_scalar)entry->scalar;
    facts->name = entry->name;
    facts->element = entry->element;
    facts->count = entry->count;
    facts->field_count = entry->field_count;
    facts->enumerator_count = entry->enumerator_count;
    facts->flexible = entry->flexible;
    facts->leaves = entry->leaves;
    facts->row_width = entry->row_width[reader->row_index];
    facts->has_pointers = entry->has_pointers;
    facts->has_unions = entry->has_unions;
    return true;
}

bool msrck_reader_field(const msrck_reader *reader, uint32_t type, uint32_t index, msrck_field_facts *facts)
{
    const struct ti_field *field;

    if (type >= msrck_reader_type_count(reader) || index >= reader_type(reader, type)->field_count)
        return false;
    field = &reader_type(reader, type)->fields[index];
    facts->name = field->name;
    facts->type = field->type;
    facts->role = (msrck_role)field->role;
    facts->bits = field->bits;
    facts->tag = field->tag;
    facts->tag_field = field->tag_field == 0 ? MSRCK_NO_INDEX : field->tag_field - 1;
    facts->leaf = field->leaf;
    facts->row_offset = field->row_offset[reader->row_index];
    return true;
}

bool msrck_reader_enumerator(const msrck_reader *reader, uint32_t type, uint32_t index, const char **name,
                             int64_t *value)
{
    const struct ti_type *entry;

    if (type >= msrck_reader_type_count(reader))
        return false;
    entry = reader_type(reader, type);
    if (index >= entry->enumerator_count)
        return false;
    if (name != NULL)
        *name = entry->enumerators[index].name;
    if (value != NULL)
        *value = entry->enumerators[index].value;
    return true;
}

uint32_t msrck_reader_find_type(const msrck_reader *reader, const char *name)
{
    return msrck_ti_find_name(reader->metadata->types, name);
}

const char *msrck_kind_text(msrck_kind kind)
{
    static const char *const names[] = {
        "void", "scalar", "enum", "pointer", "array", "struct", "union", "function", "complex", "opaque"
    };
    return (unsigned)kind < sizeof names / sizeof names[0] ? names[kind] : "unknown";
}

const char *msrck_scalar_text(msrck_scalar scalar)
{
    return msrck_scalar_name((uint32_t)scalar);
}

/* The buffer's bytes as text that belongs to the caller; the buffer is empty afterwards. */
static char *take_text(struct byte_buffer *buffer)
{
    msrck_buffer_append(buffer, "", 1);
    if (buffer->failed) {
        msrck_buffer_free(buffer);
        return NULL;
    }
    return (char *)buffer->bytes;
}

char *msrck_reader_declaration(const msrck_reader *reader, uint32_t type)
{
    struct byte_buffer buffer = BYTE_BUFFER_INIT;

    if (type >= msrck_reader_type_count(reader))
        return NULL;
    msrck_ti_print_declaration(reader->metadata->types, type, &buffer);
    return take_text(&buffer);
}

char *msrck_reader_declarator(const msrck_reader *reader, uint32_t type, const char *name)
{
    struct byte_buffer buffer = BYTE_BUFFER_INIT;

    if (type >= msrck_reader_type_count(reader))
        return NULL;
    msrck_ti_print_declarator(reader->metadata->types, type, name, &buffer);
    return take_text(&buffer);
}

char *msrck_reader_path(const msrck_reader *reader, uint64_t block, uint64_t leaf, uint32_t target)
{
    struct byte_buffer buffer = BYTE_BUFFER_INIT;
    msrck_block_facts facts;

    if (target >= msrck_reader_type_count(reader) || !msrck_reader_block(reader, block, &facts) || leaf > facts.leaves)
        return NULL;
    /* A place where no such object begins is named by whatever begins there. */
    if (!msrck_place_find(reader, &facts, leaf, target, &buffer)) {
        msrck_buffer_clear(&buffer);
        if (!msrck_place_find(reader, &facts, leaf, TI_VOID, &buffer))
            msrck_buffer_printf(&buffer, "(leaf %llu)", (unsigned long long)leaf);
    }
    return take_text(&buffer);
}
