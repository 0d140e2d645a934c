/* SPDX-License-Identifier: MIT */
/*
 * The patch: operations on the JSON form of A (msrck dump --json) that make it the state of B. schemas/README.md says
 * what each means. Blocks of B that no block of A can become are added, and what nothing leads to any more is left
 * behind.
 */
#include "diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"

/* ---- Places ---- */

bool diff_patchable(const struct diff *diff, const struct diff_pair *pair)
{
    msrck_block_facts a, b;

    return msrck_reader_block(diff->a.reader, pair->a, &a) && msrck_reader_block(diff->b.reader, pair->b, &b) &&
           a.segment == b.segment && a.count == b.count && diff->a.types[a.type].other == b.type &&
           diff->a.types[a.type].same;
}

/* The block of A that becomes a block of B, or 0: then *added is the number of the block that is added for it. */
static uint64_t translate(struct diff *diff, uint64_t block, uint64_t *added)
{
    uint64_t pair = diff->b.pairs[block];

    *added = 0;
    if (pair != DIFF_NONE && diff_patchable(diff, &diff->pairs[pair]))
        return diff->pairs[pair].a;
    if (diff->added[block] == 0) {
        diff->added_queue[diff->added_count++] = block;
        diff->added[block] = diff->added_count;
    }
    *added = diff->added[block];
    return 0;
}

/* A place in B, in the numbers of A. Called by the dump of B's values, too. */
static void put_place(void *context, struct json_writer *writer, uint64_t address)
{
    struct diff *diff = context;
    msrck_block_facts block;
    uint64_t leaf = 0, number, added;
    char text[32];

    if (address == 0 || !msrck_reader_find_address(diff->b.reader, address, &block, &leaf)) {
        json_null(writer);
        return;
    }
    number = translate(diff, block.number, &added);
    json_begin_object(writer);
    if (number != 0) {
        json_key_big(writer, "block", number);
    } else {
        snprintf(text, sizeof text, "new:%llu", (unsigned long long)added);
        json_key_string(writer, "block", text);
    }
    json_key_big(writer, "leaf", leaf);
    json_end_object(writer);
}

/* ---- Values ---- */

static msrck_result put_value(struct diff *diff, const char *key, const msrck_value *value, bool of_b)
{
    static const struct dump_options options = { .json = true };
    struct dump dump = { .reader = of_b ? diff->b.reader : diff->a.reader,
                         .options = &options,
                         .error = MSRCK_ERROR_INIT,
                         .writer = *diff->writer,
                         .put_place = of_b ? put_place : NULL,
                         .context = diff };
    msrck_result result;

    json_key(&dump.writer, key);
    result = dump_json_value(&dump, value);
    *diff->writer = dump.writer;
    if (result != MSRCK_OK || dump.error.result != MSRCK_OK)
        diff->error = dump.error;
    return result != MSRCK_OK ? result : dump.error.result;
}

/* The way from the block's `elements` down, as keys and indices of the JSON form. */
static void put_steps(const struct diff *diff)
{
    struct json_writer *writer = diff->writer;
    char text[32];

    json_key(writer, "at");
    json_begin_array(writer);
    for (unsigned i = 0; i < diff->place.depth; i++) {
        const struct diff_step *step = &diff->place.steps[i];
        if (step->field == NULL)
            snprintf(text, sizeof text, "%llu", (unsigned long long)step->index);
        else
            snprintf(text, sizeof text, ":%lu", (unsigned long)step->field_index);
        if (step->field == NULL)
            json_token(writer, text);
        else
            json_string(writer, step->field[0] != '\0' ? step->field : text);
    }
    json_end_array(writer);
}

msrck_result diff_patch_value(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    struct json_writer *writer = diff->writer;
    bool ignored = false;
    msrck_result result = diff_is_ignored(diff, &ignored);

    if (result != MSRCK_OK || ignored)
        return result;
    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "op", "set");
    json_key_big(writer, "block", diff->pairs[diff->place.pair].a);
    put_steps(diff);
    result = put_value(diff, "old", a, false);
    if (result == MSRCK_OK)
        result = put_value(diff, "new", b, true);
    json_end_object(writer);
    return result;
}

msrck_result diff_patch_pointers(struct diff *diff, const msrck_value *a, const msrck_value *b)
{
    msrck_block_facts block_a, block_b;
    uint64_t leaf_a, leaf_b, added = 0, wanted;
    msrck_result result = diff_follow(diff, &diff->a, a, &block_a, &leaf_a);

    if (result == MSRCK_OK)
        result = diff_follow(diff, &diff->b, b, &block_b, &leaf_b);
    if (result != MSRCK_OK)
        return result;
    wanted = block_b.number != 0 ? translate(diff, block_b.number, &added) : 0;
    if (wanted == block_a.number && added == 0 && leaf_a == leaf_b)
        return MSRCK_OK;
    return diff_patch_value(diff, a, b);
}

static msrck_result put_added(struct diff *diff, uint64_t number)
{
    uint64_t block = diff->added_queue[number];
    struct json_writer *writer = diff->writer;
    msrck_block_facts facts;
    msrck_value value;
    char text[32];
    msrck_result result = msrck_reader_block_value(diff->b.reader, block, &value, &diff->error);

    if (result != MSRCK_OK || !msrck_reader_block(diff->b.reader, block, &facts))
        return result;
    snprintf(text, sizeof text, "new:%llu", (unsigned long long)number + 1);
    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "op", "add");
    json_key_string(writer, "block", text);
    json_key_string(writer, "segment", msrck_segment_text(facts.segment));
    json_key_string(writer, "type", diff->b.types[facts.type].facts.name);
    json_key_big(writer, "count", facts.count);
    result = put_value(diff, "elements", &value, true);
    json_end_object(writer);
    return result;
}

/* ---- Variables and frames ---- */

/* Whether an address of A stays where B has it. */
static bool stays(struct diff *diff, uint64_t address_a, uint64_t address_b)
{
    msrck_block_facts a, b;
    uint64_t leaf, added;

    if (address_a == 0 || address_b == 0)
        return address_a == address_b;
    return msrck_reader_find_address(diff->a.reader, address_a, &a, &leaf) &&
           msrck_reader_find_address(diff->b.reader, address_b, &b, &leaf) &&
           translate(diff, b.number, &added) == a.number;
}

static bool variables_stay(struct diff *diff)
{
    msrck_variable_facts a, b;
    uint32_t count = msrck_reader_variable_count(diff->b.reader);

    if (msrck_reader_variable_count(diff->a.reader) != count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!msrck_reader_variable(diff->a.reader, i, &a) || !msrck_reader_variable(diff->b.reader, i, &b) ||
            a.kind != b.kind || strcmp(a.name, b.name) != 0 || diff->a.types[a.type].other != b.type ||
            !stays(diff, a.address, b.address))
            return false;
    return true;
}

static void put_variables(struct diff *diff)
{
    struct json_writer *writer = diff->writer;
    msrck_variable_facts facts;

    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "op", "variables");
    json_key(writer, "new");
    json_begin_array(writer);
    for (uint32_t i = 0; msrck_reader_variable(diff->b.reader, i, &facts); i++) {
        json_begin_object(writer);
        json_key_string(writer, "kind", facts.kind == MSRCK_VARIABLE_GLOBAL ? "global" : "root");
        json_key_string(writer, "name", facts.name);
        json_key_string(writer, "type", diff->b.types[facts.type].facts.name);
        json_key(writer, "place");
        put_place(diff, writer, facts.address);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static bool frames_stay(struct diff *diff)
{
    uint32_t count = msrck_reader_frame_count(diff->b.reader);
    msrck_frame_facts a, b;
    uint64_t local_a, local_b;

    if (msrck_reader_frame_count(diff->a.reader) != count)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!msrck_reader_frame(diff->a.reader, i, &a) || !msrck_reader_frame(diff->b.reader, i, &b) ||
            strcmp(a.function_name, b.function_name) != 0 || a.point != b.point || a.local_count != b.local_count ||
            !stays(diff, a.live, b.live))
            return false;
        for (uint32_t k = 0; k < a.local_count; k++)
            if (!msrck_reader_frame_local(diff->a.reader, i, k, NULL, NULL, &local_a) ||
                !msrck_reader_frame_local(diff->b.reader, i, k, NULL, NULL, &local_b) || !stays(diff, local_a, local_b))
                return false;
    }
    return true;
}

static void put_frames(struct diff *diff)
{
    struct json_writer *writer = diff->writer;
    msrck_frame_facts facts;
    uint64_t address;

    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "op", "frames");
    json_key(writer, "new");
    json_begin_array(writer);
    for (uint32_t i = 0; msrck_reader_frame(diff->b.reader, i, &facts); i++) {
        json_begin_object(writer);
        json_key_string(writer, "name", facts.function_name);
        json_key_number(writer, "point", facts.point);
        json_key(writer, "live");
        put_place(diff, writer, facts.live);
        json_key(writer, "locals");
        json_begin_array(writer);
        for (uint32_t k = 0; msrck_reader_frame_local(diff->b.reader, i, k, NULL, NULL, &address); k++)
            put_place(diff, writer, address);
        json_end_array(writer);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

/* ---- The whole ---- */

/* Why there is no patch, or NULL: one can be applied where types and poll-points stay the same. */
static const char *refusal(const struct diff *diff)
{
    if (strcmp(msrck_reader_program(diff->a.reader), msrck_reader_program(diff->b.reader)) != 0)
        return "the programs differ";
    if (memcmp(msrck_reader_fingerprint(diff->a.reader), msrck_reader_fingerprint(diff->b.reader),
               MSRCK_FINGERPRINT_SIZE) != 0)
        return "the programs' types or poll-points differ";
    return NULL;
}

static msrck_result put_operations(struct diff *diff)
{
    msrck_result result;

    diff->phase = DIFF_PATCHING;
    diff->place.pair = 0;
    result = diff_compare_pairs(diff);
    if (result == MSRCK_OK && !variables_stay(diff))
        put_variables(diff);
    if (result == MSRCK_OK && !frames_stay(diff))
        put_frames(diff);
    /* What is added may lead to more that has to be. */
    for (uint64_t i = 0; result == MSRCK_OK && i < diff->added_count; i++)
        result = put_added(diff, i);
    return result;
}

msrck_result diff_patch(struct diff *diff)
{
    uint64_t blocks = msrck_reader_block_count(diff->b.reader) + 1;
    const char *reason = refusal(diff);
    struct json_writer *writer = diff->writer;
    msrck_result result = MSRCK_OK;

    diff->silent = true;
    diff->added = calloc((size_t)blocks, sizeof *diff->added);
    diff->added_queue = calloc((size_t)blocks, sizeof *diff->added_queue);
    if (diff->added == NULL || diff->added_queue == NULL)
        return diff_fail(diff, MSRCK_SYSTEM, "out of memory for the patch");
    json_line(writer);
    json_key(writer, "patch");
    json_begin_object(writer);
    json_key(writer, "applicable");
    json_bool(writer, reason == NULL);
    json_key(writer, "reason");
    if (reason == NULL)
        json_null(writer);
    else
        json_string(writer, reason);
    json_key(writer, "operations");
    json_begin_array(writer);
    if (reason == NULL)
        result = put_operations(diff);
    json_line(writer);
    json_end_array(writer);
    json_end_object(writer);
    return result;
}
