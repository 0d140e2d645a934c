/* SPDX-License-Identifier: MIT */
/*
 * What a block of a list holds, as a number: its values, and those of what it points to, but not its links to its own
 * type. Equal contents give equal hashes on both sides; more is not asked of it, since values are compared later.
 */
#include "diff.h"

#include <string.h>

/* So much of an array and of a block behind a pointer is looked at. */
#define MOST_ELEMENTS 64u
#define MOST_BYTES 256u

struct hashing {
    struct diff *diff;
    const struct diff_side *side;
    uint32_t own;                   /* type of the list's nodes */
    unsigned pointers_left;         /* how far pointers are followed */
    uint64_t hash;
};

static void mix(struct hashing *hashing, uint64_t number)
{
    hashing->hash = (hashing->hash ^ number) * UINT64_C(0x9e3779b97f4a7c15);
    hashing->hash ^= hashing->hash >> 32;
}

static void mix_bytes(struct hashing *hashing, const unsigned char *bytes, size_t length)
{
    uint64_t word;

    for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        mix(hashing, word);
    }
    word = length;
    memcpy(&word, bytes, length);
    mix(hashing, word);
}

/* Without the bytes that only extend a number, so that a field that became wider still has the same hash. */
static void mix_number(struct hashing *hashing, const unsigned char *bytes, size_t length)
{
    uint64_t number = 0;
    size_t i = 0;

    while (i < length && (bytes[0] == 0 || bytes[0] == 0xff) && bytes[i] == bytes[0])
        i++;
    for (; i < length; i++)
        number = number << 8 | bytes[i];
    mix(hashing, number ^ (length > 0 && bytes[0] == 0xff ? UINT64_MAX : 0));
}

static msrck_result hash_value(struct hashing *hashing, const msrck_value *value);

static msrck_result hash_array(struct hashing *hashing, const msrck_value *value, uint64_t length)
{
    msrck_result result = MSRCK_OK;
    msrck_value element;

    mix(hashing, length);
    for (uint64_t i = 0; result == MSRCK_OK && i < length && i < MOST_ELEMENTS; i++) {
        result = msrck_value_element(value, i, &element, &hashing->diff->error);
        if (result == MSRCK_OK)
            result = hash_value(hashing, &element);
    }
    return result;
}

static msrck_result hash_run(struct hashing *hashing, const msrck_value *value)
{
    const unsigned char *bytes;
    uint64_t count;
    size_t width;
    msrck_result result;

    if (msrck_value_length(value) == 0)
        return MSRCK_OK;
    result = msrck_value_run(value, 0, &bytes, &count, &width, &hashing->diff->error);
    if (result == MSRCK_OK)
        mix_bytes(hashing, bytes, count < MOST_BYTES / width ? (size_t)count * width : MOST_BYTES / width * width);
    return result;
}

/* A pointer counts for what is behind it; one to a node of the list, or too far away, for nothing but being there. */
static msrck_result hash_pointer(struct hashing *hashing, const msrck_value *pointer)
{
    msrck_block_facts block;
    msrck_value value;
    uint64_t leaf;
    msrck_result result = diff_follow(hashing->diff, hashing->side, pointer, &block, &leaf);

    if (result != MSRCK_OK || block.number == 0 || block.type == hashing->own) {
        mix(hashing, block.number == 0 ? 1 : 2);
        return result;
    }
    mix(hashing, leaf);
    if (hashing->pointers_left == 0)
        return MSRCK_OK;
    hashing->pointers_left--;
    result = msrck_reader_block_value(hashing->side->reader, block.number, &value, &hashing->diff->error);
    if (result == MSRCK_OK)
        result = hash_value(hashing, &value);
    hashing->pointers_left++;
    return result;
}

static msrck_result hash_function(struct hashing *hashing, const msrck_value *value)
{
    const char *name = NULL;
    msrck_result result = msrck_value_function(value, &name, &hashing->diff->error);

    if (result == MSRCK_OK && name != NULL)
        mix_bytes(hashing, (const unsigned char *)name, strlen(name));
    return result;
}

static msrck_result hash_struct(struct hashing *hashing, const msrck_value *value)
{
    const struct diff_type *type = &hashing->side->types[value->type];
    msrck_result result = MSRCK_OK;
    msrck_field_facts facts;
    msrck_value field;

    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_field(hashing->side->reader, value->type, i, &facts); i++) {
        /* Types that changed are compared by what both have; links to the own type are not content. */
        if (type->other_fields[i] == MSRCK_NO_INDEX || facts.role == MSRCK_ROLE_SKIPPED ||
            (hashing->side->types[facts.type].facts.kind == MSRCK_KIND_POINTER &&
             hashing->side->types[facts.type].facts.element == hashing->own))
            continue;
        result = msrck_value_field(value, i, &field, &hashing->diff->error);
        if (result == MSRCK_OK)
            result = hash_value(hashing, &field);
    }
    return result;
}

static msrck_result hash_union(struct hashing *hashing, const msrck_value *value)
{
    uint32_t index = MSRCK_NO_INDEX;
    msrck_value member;
    msrck_result result = msrck_value_active(value, &index, &member, &hashing->diff->error);

    mix(hashing, index);
    return result == MSRCK_OK && index != MSRCK_NO_INDEX ? hash_value(hashing, &member) : result;
}

/* Recursion is bounded by the nesting of types, and by how far pointers are followed. */
static msrck_result hash_value(struct hashing *hashing, const msrck_value *value)
{
    msrck_kind kind = msrck_value_kind(value);
    const unsigned char *bytes;
    msrck_result result;
    size_t length;

    switch (kind) {
    case MSRCK_KIND_ARRAY:
        if (hashing->side->types[msrck_value_element_type(value)].plain)
            return hash_run(hashing, value);
        return hash_array(hashing, value, msrck_value_length(value));
    case MSRCK_KIND_STRUCT:
        return hash_struct(hashing, value);
    case MSRCK_KIND_UNION:
        return hash_union(hashing, value);
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        return hash_pointer(hashing, value);
    case MSRCK_KIND_FUNCTION:
        return hash_function(hashing, value);
    case MSRCK_KIND_VOID:
        return MSRCK_OK;
    default:
        result = msrck_value_bytes(value, &bytes, &length, &hashing->diff->error);
        if (result == MSRCK_OK && length <= sizeof(uint64_t))
            mix_number(hashing, bytes, length);
        else if (result == MSRCK_OK)
            mix_bytes(hashing, bytes, length);
        return result;
    }
}

msrck_result diff_hash_block(struct diff *diff, const struct diff_side *side, uint64_t block, uint64_t *hash)
{
    struct hashing hashing = { diff, side, 0, 1, 0 };
    msrck_block_facts facts;
    msrck_value value;
    msrck_result result;

    if (!msrck_reader_block(side->reader, block, &facts))
        return diff_fail(diff, MSRCK_CORRUPT, "there is no block %llu", (unsigned long long)block);
    hashing.own = facts.type;
    result = msrck_reader_block_value(side->reader, block, &value, &diff->error);
    if (result == MSRCK_OK)
        result = hash_value(&hashing, &value);
    *hash = hashing.hash;
    return result;
}
