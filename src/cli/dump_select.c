/* SPDX-License-Identifier: MIT */
/* dump --root, --path and --max-depth: the values that were asked for, and which blocks can be reached from them. */
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "path_query.h"

bool dump_selects(const struct dump_options *options)
{
    return options->roots.count > 0 || options->paths.count > 0 || options->max_depth != UINT64_MAX;
}

/* Leaves that a value takes. */
static uint64_t leaves_of(const msrck_value *value)
{
    uint64_t count = msrck_value_unnamed(value) ? msrck_value_length(value) : 1;
    msrck_type_facts facts;

    return msrck_reader_type(value->reader, value->type, &facts) ? facts.leaves * count : 0;
}

/* The pointers in the value are what the walk begins with. */
static msrck_result add_value(struct dump *dump, const msrck_value *value, msrck_error *error)
{
    msrck_block_facts block;
    msrck_type_facts type;
    uint64_t leaf, leaves = leaves_of(value);

    if (!msrck_reader_find_address(dump->reader, value->address, &block, &leaf))
        return MSRCK_OK;
    /* Elements of a flexible array member belong to the struct that they end. */
    if (msrck_reader_type(dump->reader, value->type, &type) && type.flexible != 0)
        leaves = block.leaves - leaf;
    return block_search_add_value(dump->reached, block.number, leaf, leaf + leaves, error);
}

/* ---- Matches ---- */

static msrck_result put_json(struct dump *dump, const char *path, const msrck_value *value)
{
    struct json_writer *writer = &dump->writer;
    msrck_result result;

    json_line(writer);
    json_begin_object(writer);
    json_key_string(writer, "path", path);
    json_key_number(writer, "type", value->type);
    json_key(writer, "value");
    result = dump_json_value(dump, value);
    json_end_object(writer);
    return result;
}

static msrck_result put_text(struct dump *dump, const char *path, const msrck_value *value)
{
    msrck_result result;

    dump->column = 0;
    dump_put(dump, "    %s = ", path);
    result = dump_text_value(dump, value, 4);
    putchar('\n');
    return result;
}

static msrck_result take_match(void *context, const char *path, const msrck_value *value, msrck_error *error)
{
    struct dump *dump = context;
    msrck_result result = dump->options->json ? put_json(dump, path, value) : put_text(dump, path, value);

    return result == MSRCK_OK && dump->options->max_depth > 0 ? add_value(dump, value, error) : result;
}

static msrck_result walk(struct dump *dump, const struct option_texts *texts)
{
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; i < texts->count && result == MSRCK_OK; i++) {
        struct path_query *query = NULL;

        result = path_query_parse(texts->items[i], &query, &dump->error);
        if (result == MSRCK_OK)
            result = path_query_walk(query, dump->reader, take_match, dump, &dump->error);
        path_query_free(query);
    }
    return result;
}

msrck_result dump_select(struct dump *dump)
{
    const struct dump_options *options = dump->options;
    bool named = options->roots.count + options->paths.count > 0;
    msrck_result result;

    if (named && !options->json)
        dump_heading(dump, "selected");
    if (named && options->json) {
        json_line(&dump->writer);
        json_key(&dump->writer, "selection");
        json_begin_array(&dump->writer);
    }
    if (!named)
        block_search_add_roots(dump->reached);
    result = walk(dump, &options->roots);
    if (result == MSRCK_OK)
        result = walk(dump, &options->paths);
    if (named && options->json)
        json_end_array(&dump->writer);
    /* What the selected values point to is one pointer away already. */
    if (result == MSRCK_OK)
        result = block_search_run(dump->reached, options->max_depth - (named && options->max_depth != UINT64_MAX &&
                                                                       options->max_depth > 0), &dump->error);
    return result;
}

uint64_t dump_count_shown(const struct dump *dump, const msrck_extent_facts *extent)
{
    uint64_t count = 0;

    if (dump->reached == NULL)
        return extent->blocks;
    for (uint64_t i = 0; i < extent->blocks; i++)
        count += block_search_met(dump->reached, extent->first_block + i);
    return count;
}
