/* SPDX-License-Identifier: MIT */
/* Pointers and arrays that no description spells: what restoring a file, or saving a pointer by value, needs. */
#include "types/ti_table.h"

#include "base/allocation.h"
#include "base/byte_buffer.h"
#include "base/failure.h"
#include "types/ti_storage.h"
#include "types/type_name.h"

/*
 * The entry under that name, which tells all of a pointer or array; UINT32_MAX when there is none. Spells made->name.
 */
static msrck_result find(const struct ti_table *table, struct ti_type *made, uint32_t *id, msrck_error *error)
{
    struct byte_buffer name = BYTE_BUFFER_INIT;
    bool spelt = msrck_type_name_append(table, made, "", &name) && name.length <= TI_MAX_NAME;

    if (spelt && !name.failed)
        made->name = msrck_copy_text(msrck_buffer_text(&name));
    msrck_buffer_free(&name);
    if (!spelt)
        return msrck_fail(error, MSRCK_MISUSE,
                          "%s: pointers and arrays of it are nested deeper than %u, or its name is too long",
                          table->types[made->element].name, TI_MAX_NESTING);
    if (made->name == NULL)
        return msrck_fail_memory(error, TI_MAX_NAME, "type information");
    *id = msrck_ti_find_name(table, made->name);
    return MSRCK_OK;
}

static msrck_result append(struct ti_table *table, struct ti_type *made, uint32_t *id, msrck_error *error)
{
    size_t count = table->count, descriptions = table->description_count;
    struct ti_type *entry;
    msrck_result result;

    if (count >= TI_MAX_TYPES)
        return msrck_fail(error, MSRCK_MISUSE, "%s: more than %u types", made->name, TI_MAX_TYPES);
    entry = msrck_ti_append(table);
    if (entry == NULL)
        return msrck_fail_memory(error, sizeof *entry, "type information");
    *id = made->id = entry->id;
    *entry = *made;
    *made = (struct ti_type){ 0 };
    result = msrck_ti_index_name(table, *id) ? msrck_ti_flatten(table, *id, MSRCK_MISUSE, error) :
                                               msrck_fail_memory(error, sizeof *entry, "type information");
    if (result != MSRCK_OK)
        msrck_ti_truncate(table, count, descriptions);
    return result;
}

static msrck_result add(struct ti_table *table, struct ti_type *made, uint32_t *id, msrck_error *error)
{
    msrck_result result = find(table, made, id, error);

    if (result == MSRCK_OK && *id == UINT32_MAX)
        result = append(table, made, id, error);
    msrck_ti_clear_type(made);
    return result;
}

msrck_result msrck_ti_add_pointer(struct ti_table *table, uint32_t target, uint32_t *id, msrck_error *error)
{
    struct ti_type made = { .kind = MSRCK_KIND_POINTER, .element = target, .has_layout = true, .size = sizeof(void *),
                            .alignment = sizeof(void *) };

    return add(table, &made, id, error);
}

msrck_result msrck_ti_add_array(struct ti_table *table, uint32_t element, uint64_t count, uint32_t *id,
                                msrck_error *error)
{
    struct ti_type made = { .kind = MSRCK_KIND_ARRAY, .element = element, .count = count, .has_layout = true };

    return add(table, &made, id, error);
}
