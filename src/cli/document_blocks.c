/* SPDX-License-Identifier: MIT */
/*
 * Which blocks a document has. Numbers of blocks are names only: the checkpoint's own order follows from segment,
 * type and count, and within an extent from the document.
 */
#include "document.h"

#include <stdlib.h>
#include <string.h>

/* ---- Reading ---- */

/* Added blocks have numbers that files, which hold less than 2^63 blocks, have no use for. */
bool document_parse_block(const char *text, uint64_t *block)
{
    bool added = strncmp(text, "new:", 4) == 0, negative;

    if (!json_parse_integer(text + (added ? 4 : 0), &negative, block) || negative || *block >> 63 != 0)
        return false;
    *block |= (uint64_t)added << 63;
    return true;
}

bool document_take_block(struct json_input *input, uint64_t *block)
{
    bool taken = json_input_kind(input) == JSON_STRING ? json_take_text(input) : json_take_number(input);

    return taken && (document_parse_block(input->text, block) ||
                     json_input_fail(input, "'%.60s' is no number of a block", input->text));
}

static bool note_block(struct document *document, uint64_t number)
{
    struct document_run *last = document->run_count == 0 ? NULL : &document->runs[document->run_count - 1];
    uint32_t extent = (uint32_t)document->extent_count;
    uint64_t index = document->extents[extent].blocks++;

    if (number == 0)
        return json_input_fail(&document->input, "block 0 stands for no block");
    if (last != NULL && last->extent == extent && number == last->number + last->count && number != 0) {
        last->count++;
        return true;
    }
    if (!document_reserve(document, &document->runs, &document->run_capacity, document->run_count, sizeof *last))
        return false;
    document->runs[document->run_count++] = (struct document_run) { number, 1, extent, index };
    return true;
}

/* Marks a key as met; fails when it was already. */
static bool meet(struct json_input *input, unsigned *met, unsigned key)
{
    if ((*met & 1u << key) != 0)
        return json_input_fail(input, "key \"%.60s\" stands twice", input->text);
    *met |= 1u << key;
    return true;
}

static bool read_block(struct document *document)
{
    struct json_input *input = &document->input;
    uint64_t number = 0;
    unsigned met = 0;

    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        bool taken;
        if (strcmp(input->text, "block") == 0)
            taken = meet(input, &met, 0) && document_take_block(input, &number);
        else if (strcmp(input->text, "elements") == 0)
            taken = meet(input, &met, 1) && json_skip(input);
        else
            taken = json_skip(input);
        if (!taken)
            return false;
    }
    if (!input->failed && met != 3)
        json_input_fail(input, "a block without \"%s\"", met == 1 ? "elements" : "block");
    return !input->failed && note_block(document, number);
}

static bool read_blocks(struct document *document, struct document_extent *extent)
{
    struct json_input *input = &document->input;

    extent->mark = json_input_mark(input);
    if (!json_take_array(input))
        return false;
    while (json_take_item(input))
        if (!read_block(document)) {
            json_input_path(input, ".blocks[%llu]", (unsigned long long)extent->blocks);
            return false;
        }
    return !input->failed;
}

static bool read_segment(struct json_input *input, unsigned *segment)
{
    if (!json_take_text(input))
        return false;
    for (*segment = MSRCK_SEGMENT_GLOBAL; *segment <= MSRCK_SEGMENT_OPAQUE; (*segment)++)
        if (strcmp(input->text, msrck_segment_text((msrck_segment)*segment)) == 0)
            return true;
    return json_input_fail(input, "segment \"%.60s\" does not exist", input->text);
}

static bool read_extent(struct document *document, struct document_extent *extent)
{
    static const char *const keys[] = { "segment", "type", "count", "blocks" };
    struct json_input *input = &document->input;
    uint64_t number = 0;
    unsigned met = 0;

    if (!json_take_object(input))
        return false;
    while (json_take_key(input)) {
        unsigned key = 0;
        while (key < 4 && strcmp(input->text, keys[key]) != 0)
            key++;
        if (strcmp(input->text, "omitted") == 0)
            return json_input_fail(input, "blocks were left out of the document");
        if (key < 4 && !meet(input, &met, key))
            return false;
        if (key == 0)
            read_segment(input, &extent->segment);
        else if (key == 1 && json_take_unsigned(input, &number) && number > UINT32_MAX)
            json_input_fail(input, "type %llu does not exist", (unsigned long long)number);
        else if (key == 2)
            json_take_unsigned(input, &extent->count);
        else if (key == 3)
            read_blocks(document, extent);
        else if (key == 4)
            json_skip(input);
        if (input->failed)
            return false;
    }
    extent->type = (uint32_t)number;
    for (unsigned key = 0; key < 4 && !input->failed; key++)
        if ((met & 1u << key) == 0)
            json_input_fail(input, "an extent without \"%s\"", keys[key]);
    return !input->failed;
}

bool document_read_extents(struct document *document)
{
    struct json_input *input = &document->input;

    if (!json_take_array(input))
        return false;
    while (json_take_item(input)) {
        struct document_extent *extent;

        if (!document_reserve(document, &document->extents, &document->extent_capacity, document->extent_count,
                              sizeof *extent))
            return false;
        extent = &document->extents[document->extent_count];
        memset(extent, 0, sizeof *extent);
        if (!read_extent(document, extent)) {
            json_input_path(input, "extents[%zu]", document->extent_count);
            return false;
        }
        document->extent_count++;
    }
    return !input->failed;
}

/* ---- Order ---- */

static int compare_extents(const struct document_extent *a, const struct document_extent *b)
{
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    return a->count < b->count ? -1 : a->count > b->count;
}

static int compare_places(const void *left, const void *right)
{
    const struct document_extent *a = *(struct document_extent *const *)left, *b = *(struct document_extent *const *)right;
    int order = compare_extents(a, b);

    return order != 0 ? order : a < b ? -1 : a > b;
}

static int compare_runs(const void *left, const void *right)
{
    const struct document_run *a = left, *b = right;

    return a->number < b->number ? -1 : a->number > b->number;
}

/* Extents of the document that are alike become one of the checkpoint; those without blocks none. */
static bool describe_extents(struct document *document, struct document_extent **order)
{
    uint32_t place = 0;

    for (size_t first = 0, next; first < document->extent_count; first = next) {
        uint64_t blocks = 0;

        for (next = first; next < document->extent_count && compare_extents(order[first], order[next]) == 0; next++) {
            order[next]->place = place;
            order[next]->first = blocks;
            blocks += order[next]->blocks;
        }
        if (blocks == 0)
            continue;
        if (!document_refuse(document, msrck_writer_add_extent(document->writer, (msrck_segment)order[first]->segment,
                                                               order[first]->type, order[first]->count, blocks,
                                                               document->input.error)))
            return false;
        place++;
    }
    return true;
}

bool document_order_extents(struct document *document)
{
    struct document_extent **order = calloc(document->extent_count + 1, sizeof *order);
    bool described;

    document->order = order;
    if (order == NULL)
        return document_refuse(document, MSRCK_SYSTEM);
    for (size_t i = 0; i < document->extent_count; i++)
        order[i] = &document->extents[i];
    qsort(order, document->extent_count, sizeof(struct document_extent *), compare_places);
    described = describe_extents(document, order);
    if (document->run_count > 1)
        qsort(document->runs, document->run_count, sizeof *document->runs, compare_runs);
    for (size_t i = 1; i < document->run_count; i++)
        if (document->runs[i].number - document->runs[i - 1].number < document->runs[i - 1].count)
            return json_input_fail(&document->input, "block %llu stands twice",
                                   (unsigned long long)document->runs[i].number);
    return described;
}

/* ---- Addresses ---- */

/* The last run that begins at or before the number, where it reaches so far. */
static const struct document_run *find_run(struct document *document, uint64_t number)
{
    size_t low = 0, high = document->run_count;

    if (document->last_run != NULL && number - document->last_run->number < document->last_run->count)
        return document->last_run;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (document->runs[middle].number <= number)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || number - document->runs[low - 1].number >= document->runs[low - 1].count)
        return NULL;
    document->last_run = &document->runs[low - 1];
    return document->last_run;
}

bool document_address(struct document *document, uint64_t block, uint64_t leaf, uint64_t *address)
{
    const struct document_run *run = find_run(document, block);
    const struct document_extent *extent;
    msrck_extent_facts facts;

    if (run == NULL)
        return false;
    extent = &document->extents[run->extent];
    if (!msrck_reader_extent(document->layout, extent->place, &facts) || leaf > facts.block_leaves)
        return false;
    *address = facts.address + (extent->first + run->index + (block - run->number)) * (facts.block_leaves + 1) + leaf;
    return true;
}
