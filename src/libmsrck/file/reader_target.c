/* SPDX-License-Identifier: MIT */
/* Following pointers: from a place to the value of the pointer's type that stands there. */
#include "file/reader_state.h"

#include "types/pointer_rule.h"

/* A pointer to an array: elements of a block whose outer arrays were stripped, as a value of the array type. */
static bool array_of_rows(msrck_reader *reader, const msrck_block_facts *block, uint64_t leaf, uint32_t target,
                          msrck_value *value)
{
    uint64_t count = 1, leaves = reader_type(reader, block->type)->leaves;
    uint32_t type = msrck_ti_strip_arrays(reader->metadata->types, target, &count);

    if (type == target || type != block->type || leaves == 0 || leaf % leaves != 0 ||
        leaf / leaves > block->elements || count > block->elements - leaf / leaves)
        return false;
    *value = (msrck_value){ .reader = reader, .address = block->address + leaf, .type = target,
                            .extent = block->extent, .row = block->index * block->elements + leaf / leaves,
                            .form = FORM_ROWS };
    return true;
}

/* One step down towards the leaf, which becomes that of the part that was reached. */
static msrck_result step_down(msrck_value *value, uint64_t *leaf, msrck_error *error)
{
    const msrck_reader *reader = value->reader;
    const struct ti_type *type = reader_type(reader, value->type);
    const struct ti_field *field;
    uint32_t index = MSRCK_NO_INDEX;
    uint64_t leaves, at;
    msrck_result result;

    switch (msrck_value_kind(value)) {
    case MSRCK_KIND_ARRAY:
    case MSRCK_KIND_COMPLEX:
        leaves = reader_type(reader, msrck_value_element_type(value))->leaves;
        at = leaves == 0 ? 0 : *leaf / leaves;
        *leaf = leaves == 0 ? 0 : *leaf % leaves;
        return msrck_value_element(value, at, value, error);
    case MSRCK_KIND_STRUCT:
        /* What is behind all other fields is the flexible member, the last one. */
        field = *leaf < type->leaves ? msrck_type_field_at(reader->metadata->types, type, *leaf)
                : type->flexible != TI_VOID ? &type->fields[type->field_count - 1] : NULL;
        if (field == NULL)
            break;
        *leaf -= field->role == MSRCK_ROLE_FLEXIBLE ? type->leaves : field->leaf;
        return msrck_value_field(value, (uint32_t)(field - type->fields), value, error);
    case MSRCK_KIND_UNION:
        result = msrck_value_active(value, &index, value, error);
        if (result == MSRCK_OK && index == MSRCK_NO_INDEX)
            result = msrck_fail(error, MSRCK_MISUSE, "no member of %s is active", type->name);
        return result;
    default:
        break;
    }
    return msrck_fail(error, MSRCK_MISUSE, "nothing of the pointer's type is there");
}

msrck_result msrck_reader_value_at(msrck_reader *reader, uint64_t block, uint64_t leaf, uint32_t target,
                                   msrck_value *value, msrck_error *error)
{
    msrck_block_facts facts;
    msrck_value place;
    msrck_result result;

    if (target >= msrck_reader_type_count(reader) || !msrck_reader_block(reader, block, &facts) ||
        leaf > facts.leaves)
        return msrck_fail(error, MSRCK_MISUSE, "there is no such type, block or leaf");
    if (array_of_rows(reader, &facts, leaf, target, value))
        return MSRCK_OK;
    if (leaf == facts.leaves)
        return msrck_fail(error, MSRCK_MISUSE, "one past the end of block %llu is no value", (unsigned long long)block);
    result = msrck_reader_block_value(reader, block, &place, error);
    if (result == MSRCK_OK && facts.elements == 1)
        result = msrck_value_element(&place, 0, &place, error);
    else if (result == MSRCK_OK)
        result = step_down(&place, &leaf, error);
    /* Each step goes one level of nesting down, so they end. */
    while (result == MSRCK_OK && (leaf != 0 || msrck_value_unnamed(&place) ||
                                  !msrck_type_may_stand_for(reader->metadata->types, target, place.type)))
        result = step_down(&place, &leaf, error);
    if (result == MSRCK_OK)
        *value = place;
    return result;
}

msrck_result msrck_value_target(const msrck_value *value, msrck_value *target, msrck_error *error)
{
    msrck_reader *reader = value->reader;
    msrck_block_facts block;
    uint64_t address, leaf;
    msrck_result result;

    if (msrck_value_kind(value) != MSRCK_KIND_POINTER || msrck_value_element_type(value) == TI_VOID)
        return msrck_fail(error, MSRCK_MISUSE, "%s is no pointer to an object", reader_type(reader, value->type)->name);
    result = msrck_value_pointer(value, &address, error);
    if (result != MSRCK_OK)
        return result;
    if (address == 0)
        return msrck_fail(error, MSRCK_MISUSE, "the pointer is NULL");
    if (!msrck_reader_find_address(reader, address, &block, &leaf))
        return msrck_fail(error, MSRCK_CORRUPT, "canonical address %llu is outside of every block",
                          (unsigned long long)address);
    return msrck_reader_value_at(reader, block.number, leaf, msrck_value_element_type(value), target, error);
}
