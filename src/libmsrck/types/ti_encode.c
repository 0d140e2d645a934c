/* SPDX-License-Identifier: MIT */
/* The TI table as format/msrck.x declares it, through the structures and filters that rpcgen makes from there. */
#include "types/ti_section.h"

#include <stdlib.h>

#include "msrck_xdr.h"

#include "base/allocation.h"

/* Borrows all texts of the table; owns its arrays. */
struct encoding {
    const struct ti_table *table;
    const uint32_t *order;
    u_int *file_ids;                /* by table id */
    msrck_x_types types;
};

static bool copy_fields(const struct encoding *e, const struct ti_type *type, msrck_x_type *copy)
{
    copy->fields.fields_val = msrck_allocate(type->field_count, sizeof *copy->fields.fields_val);
    if (copy->fields.fields_val == NULL)
        return false;
    copy->fields.fields_len = type->field_count;
    for (uint32_t i = 0; i < type->field_count; i++)
        copy->fields.fields_val[i] = (msrck_x_field){
            .name = type->fields[i].name, .type = e->file_ids[type->fields[i].type], .role = type->fields[i].role,
            .bits = type->fields[i].bits, .tag = type->fields[i].tag, .tag_field = type->fields[i].tag_field };
    return true;
}

static bool copy_enumerators(const struct ti_type *type, msrck_x_type *copy)
{
    copy->enumerators.enumerators_val =
        msrck_allocate(type->enumerator_count, sizeof *copy->enumerators.enumerators_val);
    if (copy->enumerators.enumerators_val == NULL)
        return false;
    copy->enumerators.enumerators_len = type->enumerator_count;
    for (uint32_t i = 0; i < type->enumerator_count; i++)
        copy->enumerators.enumerators_val[i] =
            (msrck_x_enumerator){ .name = type->enumerators[i].name, .value = type->enumerators[i].value };
    return true;
}

static bool copy_types(struct encoding *e)
{
    uint32_t count = msrck_ti_count(e->table);

    e->file_ids = msrck_allocate(count, sizeof *e->file_ids);
    e->types.types.types_val = msrck_allocate(count, sizeof *e->types.types.types_val);
    if (e->file_ids == NULL || e->types.types.types_val == NULL)
        return false;
    e->types.types.types_len = count;
    for (uint32_t i = 0; i < count; i++)
        e->file_ids[e->order[i]] = i;
    for (uint32_t i = 0; i < count; i++) {
        const struct ti_type *type = msrck_ti_get(e->table, e->order[i]);
        msrck_x_type *copy = &e->types.types.types_val[i];

        *copy = (msrck_x_type){ .kind = type->kind, .scalar = type->scalar, .name = type->name,
                                .element = e->file_ids[type->element], .count = type->count };
        if (!copy_fields(e, type, copy) || !copy_enumerators(type, copy))
            return false;
    }
    return true;
}

static void free_encoding(struct encoding *e)
{
    for (u_int i = 0; i < e->types.types.types_len; i++) {
        free(e->types.types.types_val[i].fields.fields_val);
        free(e->types.types.types_val[i].enumerators.enumerators_val);
    }
    free(e->types.types.types_val);
    free(e->file_ids);
}

static msrck_result append_xdr(msrck_x_types *types, struct byte_buffer *out, msrck_error *error)
{
    unsigned long length = xdr_sizeof((xdrproc_t)xdr_msrck_x_types, types);
    unsigned char *room;
    XDR xdr;
    bool_t done;

    if (length == 0 || length > INT32_MAX)
        return msrck_fail(error, MSRCK_MISUSE, "the type information takes more than 2 GiB");
    room = msrck_buffer_extend(out, length);
    if (room == NULL)
        return msrck_fail_memory(error, length, "type information");
    xdrmem_create(&xdr, (char *)room, (u_int)length, XDR_ENCODE);
    done = xdr_msrck_x_types(&xdr, types);
    xdr_destroy(&xdr);
    return done ? MSRCK_OK
                : msrck_fail(error, MSRCK_MISUSE, "the type information has more names or fields than a file may hold");
}

msrck_result msrck_ti_encode(const struct ti_table *table, const uint32_t *order, struct byte_buffer *out,
                             msrck_error *error)
{
    struct encoding e = { .table = table, .order = order };
    msrck_result result;

    if (copy_types(&e))
        result = append_xdr(&e.types, out, error);
    else
        result = msrck_fail_memory(error, msrck_ti_count(table) * sizeof(msrck_x_type), "type information");
    free_encoding(&e);
    return result;
}
