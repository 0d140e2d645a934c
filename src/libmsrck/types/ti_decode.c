/* SPDX-License-Identifier: MIT */
/*
 * A TYPE section read from a file that nobody vouches for. libtirpc decodes numbers, texts and whole fields; the
 * arrays are walked here and not by its xdr_array, which allocates what a count claims before it has seen an element.
 * Here every count is first held against the bytes that are left, so that memory stays within a small multiple of the
 * section, and names go one behind the other into one piece of memory that is as large as the section, so that libtirpc
 * allocates nothing.
 */
#include "types/ti_section.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "msrck_xdr.h"

#include "base/allocation.h"
#include "base/big_endian.h"
#include "types/ti_storage.h"

/* Bytes that the shortest element of each array takes in XDR; the names are empty. */
enum {
    SHORTEST_TYPE = 4 + 4 + 4 + 4 + 8 + 4 + 4,
    SHORTEST_FIELD = 4 + 4 + 4 + 4 + 8 + 4,
    SHORTEST_ENUMERATOR = 4 + 8
};

struct decoding {
    struct ti_table *table;
    XDR xdr;
    size_t length;
    const unsigned char *bytes;
    char *name;                     /* where the next one is decoded, in the table's texts */
    bool odd;                       /* there are bytes that mean nothing */
    u_int type_count;
    msrck_error *error;
};

static msrck_result fail_cut(struct decoding *d)
{
    return msrck_fail(d->error, MSRCK_CORRUPT, "type %zu: its description is cut off or too long", d->table->count);
}

static msrck_result fail_memory(struct decoding *d)
{
    return msrck_fail_memory(d->error, d->length, "type information");
}

/* A count of elements that each take at least `shortest` of the bytes left. */
static bool decode_count(struct decoding *d, u_int most, size_t shortest, u_int *count)
{
    return xdr_u_int(&d->xdr, count) && *count <= most && *count <= (d->length - xdr_getpos(&d->xdr)) / shortest;
}

/*
 * Takes the name that was decoded, which stands at `at`. What was decoded must encode to the same bytes. Numbers do; of
 * a name, XDR decoders let pass a NUL inside, and padding that is not zero.
 */
static char *take_name(struct decoding *d, u_int at)
{
    static const unsigned char zeros[4];
    size_t length = load_be32(d->bytes + at);
    char *name = d->name;

    if (memchr(name, '\0', length) != NULL || memcmp(d->bytes + at + 4 + length, zeros, (4 - length % 4) % 4) != 0)
        d->odd = true;
    d->name += length + 1;
    return name;
}

static msrck_result decode_field(struct decoding *d, struct ti_field *field)
{
    msrck_x_field decoded = { .name = d->name };
    u_int at = xdr_getpos(&d->xdr);

    if (!xdr_msrck_x_field(&d->xdr, &decoded))
        return fail_cut(d);
    field->name = take_name(d, at);
    field->type = decoded.type;
    field->role = decoded.role;
    field->bits = decoded.bits;
    field->tag = decoded.tag;
    field->tag_field = decoded.tag_field;
    return MSRCK_OK;
}

static msrck_result decode_fields(struct decoding *d, struct ti_type *type)
{
    u_int count;
    msrck_result result = MSRCK_OK;

    if (!decode_count(d, MSRCK_X_MAX_FIELDS, SHORTEST_FIELD, &count))
        return fail_cut(d);
    type->fields = count == 0 ? NULL : msrck_allocate(count, sizeof *type->fields);
    if (type->fields == NULL && count > 0)
        return fail_memory(d);
    while (result == MSRCK_OK && type->field_count < count)
        result = decode_field(d, &type->fields[type->field_count++]);
    return result;
}

static msrck_result decode_enumerators(struct decoding *d, struct ti_type *type)
{
    u_int count;

    if (!decode_count(d, MSRCK_X_MAX_FIELDS, SHORTEST_ENUMERATOR, &count))
        return fail_cut(d);
    type->enumerators = count == 0 ? NULL : msrck_allocate(count, sizeof *type->enumerators);
    if (type->enumerators == NULL && count > 0)
        return fail_memory(d);
    while (type->enumerator_count < count) {
        msrck_x_enumerator decoded = { .name = d->name };
        struct ti_enumerator *enumerator = &type->enumerators[type->enumerator_count++];
        u_int at = xdr_getpos(&d->xdr);

        if (!xdr_msrck_x_enumerator(&d->xdr, &decoded))
            return fail_cut(d);
        enumerator->value = decoded.value;
        enumerator->name = take_name(d, at);
    }
    return MSRCK_OK;
}

/* The members of msrck_x_type in their order. */
static msrck_result decode_type(struct decoding *d, struct ti_type *type)
{
    u_quad_t count;
    u_int at = xdr_getpos(&d->xdr) + 4 + 4;
    msrck_result result;

    if (!xdr_u_int(&d->xdr, &type->kind) || !xdr_u_int(&d->xdr, &type->scalar) ||
        !xdr_msrck_x_name(&d->xdr, &d->name))
        return fail_cut(d);
    type->name = take_name(d, at);
    if (!xdr_u_int(&d->xdr, &type->element) || !xdr_u_quad_t(&d->xdr, &count))
        return fail_cut(d);
    type->count = count;
    result = decode_fields(d, type);
    return result == MSRCK_OK ? decode_enumerators(d, type) : result;
}

/* Numbers that a newer msrck may have given out make the file unsupported, not corrupt. Ids must be in range. */
static msrck_result check_numbers(const struct decoding *d, const struct ti_type *type)
{
    if (type->kind > MSRCK_KIND_OPAQUE)
        return msrck_fail(d->error, MSRCK_UNSUPPORTED, "needs a newer msrck: %s: kind %" PRIu32 " is unknown",
                          type->name, type->kind);
    if (type->scalar >= MSRCK_SCALAR_COUNT_)
        return msrck_fail(d->error, MSRCK_UNSUPPORTED, "needs a newer msrck: %s: scalar %" PRIu32 " is unknown",
                          type->name, type->scalar);
    if (type->element >= d->type_count)
        return msrck_fail(d->error, MSRCK_CORRUPT, "%s: its element is type %" PRIu32 " of %u", type->name,
                          type->element, d->type_count);
    for (uint32_t i = 0; i < type->field_count; i++) {
        if (type->fields[i].role > MSRCK_ROLE_SKIPPED)
            return msrck_fail(d->error, MSRCK_UNSUPPORTED, "needs a newer msrck: %s.%s: role %" PRIu32 " is unknown",
                              type->name, type->fields[i].name, type->fields[i].role);
        if (type->fields[i].type >= d->type_count)
            return msrck_fail(d->error, MSRCK_CORRUPT, "%s.%s: is of type %" PRIu32 " of %u", type->name,
                              type->fields[i].name, type->fields[i].type, d->type_count);
    }
    return MSRCK_OK;
}

static msrck_result check_order(const struct decoding *d, uint32_t id)
{
    const struct ti_type *types = d->table->types;

    if (id == TI_VOID && (types[id].kind != MSRCK_KIND_VOID || strcmp(types[id].name, "void") != 0))
        return msrck_fail(d->error, MSRCK_CORRUPT, "type 0 is %s, not void", types[id].name);
    if (id > 1 && strcmp(types[id - 1].name, types[id].name) >= 0)
        return msrck_fail(d->error, MSRCK_CORRUPT, "%s: does not stand in the order of the names", types[id].name);
    if (id > 0 && strcmp(types[id].name, "void") == 0)
        return msrck_fail(d->error, MSRCK_CORRUPT, "type %" PRIu32 ": only type 0 is void", id);
    return MSRCK_OK;
}

static msrck_result decode_all(struct decoding *d)
{
    msrck_result result = MSRCK_OK;

    if (!decode_count(d, MSRCK_X_MAX_TYPES, SHORTEST_TYPE, &d->type_count) || d->type_count == 0)
        return fail_cut(d);
    if (!msrck_reserve(&d->table->types, &d->table->capacity, d->type_count, sizeof *d->table->types))
        return fail_memory(d);
    while (result == MSRCK_OK && d->table->count < d->type_count) {
        struct ti_type *type = msrck_ti_append(d->table);

        result = type != NULL ? decode_type(d, type) : fail_memory(d);
    }
    for (uint32_t id = 0; id < d->type_count && result == MSRCK_OK; id++)
        result = check_numbers(d, &d->table->types[id]);
    for (uint32_t id = 0; id < d->type_count && result == MSRCK_OK; id++)
        result = check_order(d, id);
    for (uint32_t id = 0; id < d->type_count && result == MSRCK_OK; id++)
        result = msrck_ti_check_rules(d->table, id, MSRCK_CORRUPT, d->error);
    return result == MSRCK_OK ? msrck_ti_flatten(d->table, 0, MSRCK_CORRUPT, d->error) : result;
}

msrck_result msrck_ti_decode(const void *bytes, size_t length, struct ti_table **table, msrck_error *error)
{
    struct decoding d = { .length = length, .bytes = bytes, .error = error };
    msrck_result result;

    *table = NULL;
    if (length > INT32_MAX)
        return msrck_fail(error, MSRCK_LIMIT, "the type information takes more than 2 GiB");
    d.table = msrck_allocate(1, sizeof *d.table);
    if (d.table == NULL)
        return fail_memory(&d);
    /* A name is shorter here than in the section; xdr_string writes a NUL behind one before it finds it cut off. */
    d.table->texts = d.name = malloc(length + MSRCK_X_MAX_NAME + 1);
    if (d.name == NULL) {
        msrck_ti_free(d.table);
        return fail_memory(&d);
    }
    d.table->names_ascend = true;
    /* xdrmem_create takes the bytes as changeable, but decoding only reads them. */
    xdrmem_create(&d.xdr, (char *)(uintptr_t)bytes, (u_int)length, XDR_DECODE);
    result = decode_all(&d);
    if (result == MSRCK_OK && (d.odd || xdr_getpos(&d.xdr) != length))
        result = msrck_fail(error, MSRCK_CORRUPT, "the type information holds bytes that mean nothing");
    xdr_destroy(&d.xdr);
    if (result != MSRCK_OK)
        msrck_ti_free(d.table);
    else
        *table = d.table;
    return result;
}
