/* SPDX-License-Identifier: MIT */
#include "stat_collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct stat_column type_columns[] = {
    { "name", "type", COLUMN_TEXT }, { "blocks", "blocks", COLUMN_COUNT }, { "elements", "elements", COLUMN_COUNT },
    { "bytes", "bytes", COLUMN_BYTES }, { "stored", "stored", COLUMN_BYTES }, { "ratio", "ratio", COLUMN_SHARE },
    { NULL, NULL, COLUMN_TEXT }
};
static const struct stat_column segment_columns[] = {
    { "name", "segment", COLUMN_TEXT }, { "blocks", "blocks", COLUMN_COUNT },
    { "bytes", "bytes", COLUMN_BYTES }, { "stored", "stored", COLUMN_BYTES }, { "ratio", "ratio", COLUMN_SHARE },
    { NULL, NULL, COLUMN_TEXT }
};
static const struct stat_column root_columns[] = {
    { "name", "root", COLUMN_TEXT }, { "kind", "kind", COLUMN_TEXT }, { "bytes", "own", COLUMN_BYTES },
    { "first_blocks", "first", COLUMN_COUNT }, { "first_bytes", "bytes", COLUMN_BYTES },
    { "reachable_blocks", "reachable", COLUMN_COUNT }, { "reachable_bytes", "bytes", COLUMN_BYTES },
    { "only_blocks", "only", COLUMN_COUNT }, { "only_bytes", "bytes", COLUMN_BYTES },
    { NULL, NULL, COLUMN_TEXT }
};
static const struct stat_column frame_columns[] = {
    { "frame", "#", COLUMN_COUNT }, { "name", "frame", COLUMN_TEXT }, { "point", "point", COLUMN_COUNT },
    { "label", "label", COLUMN_TEXT }, { "bytes", "own", COLUMN_BYTES },
    { "reachable_blocks", "reachable", COLUMN_COUNT }, { "reachable_bytes", "bytes", COLUMN_BYTES },
    { "only_blocks", "only", COLUMN_COUNT }, { "only_bytes", "bytes", COLUMN_BYTES },
    { NULL, NULL, COLUMN_TEXT }
};
static const struct stat_column block_columns[] = {
    { "block", "block", COLUMN_COUNT }, { "segment", "segment", COLUMN_TEXT }, { "type", "type", COLUMN_TEXT },
    { "count", "count", COLUMN_COUNT }, { "bytes", "bytes", COLUMN_BYTES }, { "name", "name", COLUMN_TEXT },
    { "root", "reached by", COLUMN_TEXT }, { NULL, NULL, COLUMN_TEXT }
};
static const struct stat_column extent_columns[] = {
    { "extent", "extent", COLUMN_COUNT }, { "segment", "segment", COLUMN_TEXT }, { "type", "type", COLUMN_TEXT },
    { "count", "count", COLUMN_COUNT }, { "blocks", "blocks", COLUMN_COUNT }, { "chunks", "chunks", COLUMN_COUNT },
    { "coding", "coding", COLUMN_TEXT }, { "bytes", "raw", COLUMN_BYTES }, { "stored", "stored", COLUMN_BYTES },
    { "ratio", "ratio", COLUMN_SHARE }, { NULL, NULL, COLUMN_TEXT }
};
static const struct stat_column chunk_columns[] = {
    { "chunk", "chunk", COLUMN_COUNT }, { "extent", "extent", COLUMN_COUNT }, { "part", "part", COLUMN_COUNT },
    { "first_row", "first row", COLUMN_COUNT }, { "rows", "rows", COLUMN_COUNT }, { "offset", "offset", COLUMN_COUNT },
    { "codec", "codec", COLUMN_TEXT }, { "filter", "filter", COLUMN_TEXT }, { "bytes", "raw", COLUMN_BYTES },
    { "stored", "stored", COLUMN_BYTES }, { "ratio", "ratio", COLUMN_SHARE }, { NULL, NULL, COLUMN_TEXT }
};

static const struct {
    const char *name, *key, *title;
    const struct stat_column *columns;
} parts[STAT_PARTS] = {
    [STAT_TYPES] = { "type", "types", "by type", type_columns },
    [STAT_SEGMENTS] = { "segment", "segments", "by segment", segment_columns },
    [STAT_ROOTS] = { "root", "roots", "by root", root_columns },
    [STAT_FRAMES] = { "frame", "frames", "by frame", frame_columns },
    [STAT_BLOCKS] = { "block", "largest_blocks", "largest blocks", block_columns },
    [STAT_EXTENTS] = { "extent", "extents", "compression", extent_columns },
    [STAT_CHUNKS] = { "chunk", "chunks", "chunks", chunk_columns },
};

enum stat_part stat_part_named(const char *name)
{
    unsigned part = 0;

    while (part < STAT_PARTS && strcmp(parts[part].name, name) != 0)
        part++;
    return (enum stat_part)part;
}

static const char *type_name(const msrck_reader *reader, uint32_t type)
{
    msrck_type_facts facts;

    return msrck_reader_type(reader, type, &facts) ? facts.name : "";
}

/* ---- What the index and the heads of the chunks tell ---- */

/* The chunks of an extent. */
struct extent_storage {
    uint64_t chunks, raw, stored;
    uint32_t codec, filter;         /* of the first chunk */
    bool mixed;
};

static void add_chunk(struct stat_table *table, size_t index, const msrck_chunk_facts *chunk)
{
    struct stat_row *row = stat_table_add(table);

    if (row == NULL)
        return;
    row->cells[0].number = index;
    row->cells[1].number = chunk->extent;
    row->cells[2].number = chunk->part;
    row->cells[3].number = chunk->first_row;
    row->cells[4].number = chunk->rows;
    row->cells[5].number = chunk->offset;
    stat_table_text(table, row, 6, msrck_codec_text(chunk->codec));
    stat_table_text(table, row, 7, msrck_filter_text(chunk->filter));
    row->cells[8].number = chunk->raw_bytes;
    row->cells[9].number = chunk->stored_bytes;
}

static msrck_result read_chunks(msrck_reader *reader, struct stat_answer *answer, struct extent_storage *storage,
                                msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    msrck_chunk_facts chunk;

    answer->totals.chunks = msrck_reader_chunk_count(reader);
    for (size_t i = 0; i < answer->totals.chunks; i++) {
        struct extent_storage *extent;
        result = msrck_reader_chunk(reader, i, &chunk, error);
        if (result != MSRCK_OK)
            break;
        extent = &storage[chunk.extent];
        if (extent->chunks++ == 0) {
            extent->codec = chunk.codec;
            extent->filter = chunk.filter;
        }
        extent->mixed = extent->mixed || extent->codec != chunk.codec || extent->filter != chunk.filter;
        extent->raw += chunk.raw_bytes;
        extent->stored += chunk.stored_bytes;
        answer->totals.raw += chunk.raw_bytes;
        answer->totals.stored += chunk.stored_bytes;
        if (answer->wanted[STAT_CHUNKS])
            add_chunk(&answer->tables[STAT_CHUNKS], i, &chunk);
    }
    return result;
}

static void add_extent(const msrck_reader *reader, struct stat_table *table, uint32_t index,
                       const msrck_extent_facts *extent, const struct extent_storage *storage)
{
    struct stat_row *row = stat_table_add(table);
    char coding[64];

    if (row == NULL)
        return;
    snprintf(coding, sizeof coding, "%s+%s", msrck_codec_text(storage->codec), msrck_filter_text(storage->filter));
    row->cells[0].number = index;
    stat_table_text(table, row, 1, msrck_segment_text(extent->segment));
    stat_table_text(table, row, 2, type_name(reader, extent->type));
    row->cells[3].number = extent->count;
    row->cells[4].number = extent->blocks;
    row->cells[5].number = storage->chunks;
    stat_table_text(table, row, 6, storage->mixed ? "mixed" : coding);
    row->cells[7].number = storage->raw;
    row->cells[8].number = storage->stored;
}

/* The row with this text in its first column, made when there is none. Types are few. */
static struct stat_row *row_named(struct stat_table *table, const char *name)
{
    struct stat_row *row;

    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].cells[0].text != NULL && strcmp(table->rows[i].cells[0].text, name) == 0)
            return &table->rows[i];
    row = stat_table_add(table);
    if (row != NULL)
        stat_table_text(table, row, 0, name);
    return row;
}

static void add_segment(struct stat_table *table, const msrck_extent_facts *extent, const struct extent_storage *storage)
{
    struct stat_row *row = row_named(table, msrck_segment_text(extent->segment));

    if (row == NULL)
        return;
    row->cells[1].number += extent->blocks;
    row->cells[2].number += storage->raw;
    row->cells[3].number += storage->stored;
}

/* `rows` has the row of each type, plus one. */
static void add_type(const msrck_reader *reader, struct stat_table *table, const msrck_extent_facts *extent,
                     const struct extent_storage *storage, size_t *rows)
{
    struct stat_row *row;

    if (rows[extent->type] == 0) {
        row = stat_table_add(table);
        if (row == NULL)
            return;
        stat_table_text(table, row, 0, type_name(reader, extent->type));
        rows[extent->type] = table->count;
    }
    row = &table->rows[rows[extent->type] - 1];
    row->cells[1].number += extent->blocks;
    row->cells[2].number += extent->blocks * (extent->flexible ? 1 : extent->count);
    row->cells[3].number += storage->raw;
    row->cells[4].number += storage->stored;
}

static msrck_result out_of_memory(msrck_error *error)
{
    error->result = MSRCK_SYSTEM;
    snprintf(error->message, sizeof error->message, "out of memory");
    return MSRCK_SYSTEM;
}

static msrck_result collect_extents(msrck_reader *reader, struct stat_answer *answer, msrck_error *error)
{
    struct extent_storage *storage = calloc((size_t)msrck_reader_extent_count(reader) + 1, sizeof *storage);
    size_t *rows = calloc((size_t)msrck_reader_type_count(reader) + 1, sizeof *rows);
    msrck_result result = storage == NULL || rows == NULL ? out_of_memory(error) : MSRCK_OK;
    msrck_extent_facts extent;

    if (result == MSRCK_OK)
        result = read_chunks(reader, answer, storage, error);
    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_extent(reader, i, &extent); i++) {
        add_type(reader, &answer->tables[STAT_TYPES], &extent, &storage[i], rows);
        add_segment(&answer->tables[STAT_SEGMENTS], &extent, &storage[i]);
        add_extent(reader, &answer->tables[STAT_EXTENTS], i, &extent, &storage[i]);
    }
    free(storage);
    free(rows);
    return result;
}

/* ---- What the graph tells ---- */

static void put_amount(struct stat_row *row, unsigned column, const struct amount *amount)
{
    row->cells[column].number = amount->blocks;
    row->cells[column + 1].number = amount->bytes;
}

static void collect_roots(struct stat_table *table, const struct root_list *list, const struct reaches *reaches)
{
    for (size_t i = 0; i < list->count; i++) {
        struct stat_row *row = stat_table_add(table);
        if (row == NULL)
            return;
        stat_table_text(table, row, 0, list->roots[i].name);
        stat_table_text(table, row, 1, root_kind_text(list->roots[i].kind));
        row->cells[2].number = list->roots[i].bytes;
        put_amount(row, 3, &reaches->roots[i].first);
        put_amount(row, 5, &reaches->roots[i].all);
        put_amount(row, 7, &reaches->roots[i].only);
    }
}

static void collect_frames(const msrck_reader *reader, struct stat_table *table, const struct root_list *list,
                           const struct reaches *reaches)
{
    msrck_frame_facts frame;

    for (uint32_t i = 0; msrck_reader_frame(reader, i, &frame); i++) {
        struct stat_row *row = stat_table_add(table);
        if (row == NULL)
            return;
        row->cells[0].number = i;
        stat_table_text(table, row, 1, frame.function_name);
        row->cells[2].number = frame.point;
        stat_table_text(table, row, 3, frame.label);
        put_amount(row, 5, &reaches->frames[i].all);
        put_amount(row, 7, &reaches->frames[i].only);
    }
    for (size_t i = 0; i < list->count; i++)
        if (list->roots[i].frame < table->count)
            table->rows[list->roots[i].frame].cells[4].number += list->roots[i].bytes;
}

static void add_block(const msrck_reader *reader, struct stat_table *table, uint64_t number,
                      const struct root_list *list, const struct reaches *reaches)
{
    struct stat_row *row = stat_table_add(table);
    uint32_t root = reaches->first_root[number];
    msrck_block_facts block;
    char *name;

    if (row == NULL || !msrck_reader_block(reader, number, &block))
        return;
    name = block_name(reader, number);
    row->cells[0].number = number;
    stat_table_text(table, row, 1, msrck_segment_text(block.segment));
    stat_table_text(table, row, 2, type_name(reader, block.type));
    row->cells[3].number = block.count;
    row->cells[4].number = block_bytes(reader, &block);
    stat_table_text(table, row, 5, name != NULL ? name : "");
    stat_table_text(table, row, 6, root != 0 ? list->roots[root - 1].name : "");
    table->failed = table->failed || name == NULL;
    free(name);
}

/* An extent, and the bytes of each of its blocks. */
struct extent_size {
    uint64_t bytes, first, blocks;
};

static int larger_blocks_first(const void *a, const void *b)
{
    const struct extent_size *left = a, *right = b;

    if (left->bytes != right->bytes)
        return left->bytes > right->bytes ? -1 : 1;
    return left->first < right->first ? -1 : 1;
}

/* Blocks of an extent are equally large, so sorting the extents is enough. */
static void collect_blocks(const msrck_reader *reader, struct stat_answer *answer, const struct root_list *list,
                           const struct reaches *reaches)
{
    struct stat_table *table = &answer->tables[STAT_BLOCKS];
    uint32_t extents = msrck_reader_extent_count(reader);
    struct extent_size *sizes = calloc((size_t)extents + 1, sizeof *sizes);
    uint64_t left = answer->largest == 0 ? UINT64_MAX : answer->largest;
    msrck_extent_facts extent;
    msrck_block_facts block;

    table->failed = table->failed || sizes == NULL;
    for (uint32_t i = 0; sizes != NULL && msrck_reader_extent(reader, i, &extent); i++)
        if (msrck_reader_block(reader, extent.first_block, &block))
            sizes[i] = (struct extent_size){ block_bytes(reader, &block), extent.first_block, extent.blocks };
    if (sizes != NULL)
        qsort(sizes, extents, sizeof *sizes, larger_blocks_first);
    for (uint32_t i = 0; sizes != NULL && i < extents; i++)
        for (uint64_t b = 0; b < sizes[i].blocks && left > 0; b++, left--)
            add_block(reader, table, sizes[i].first + b, list, reaches);
    free(sizes);
}

static msrck_result collect_graph(msrck_reader *reader, struct stat_answer *answer, msrck_error *error)
{
    struct block_graph graph = { .blocks = 0 };
    struct root_list list = { NULL, 0, 0 };
    struct reaches reaches = { NULL, NULL, NULL, { 0, 0 } };
    uint64_t *starts = NULL;
    uint32_t *targets = NULL;
    msrck_result result = block_graph_read(reader, answer->memory, &graph, error);

    if (result == MSRCK_OK && !root_list_find(reader, &list))
        result = out_of_memory(error);
    if (result == MSRCK_OK)
        result = root_reach_starts(reader, &list, &starts, &targets, error);
    if (result == MSRCK_OK && !root_reach_find(reader, &graph, &list, starts, targets, &reaches))
        result = out_of_memory(error);
    if (result == MSRCK_OK) {
        answer->totals.graph = true;
        answer->totals.pointers = graph.edges;
        answer->totals.dangling = graph.dangling;
        answer->totals.unreachable = reaches.unreachable;
        collect_roots(&answer->tables[STAT_ROOTS], &list, &reaches);
        collect_frames(reader, &answer->tables[STAT_FRAMES], &list, &reaches);
        if (answer->wanted[STAT_BLOCKS])
            collect_blocks(reader, answer, &list, &reaches);
    }
    free(starts);
    free(targets);
    root_reach_free(&reaches);
    root_list_free(&list);
    block_graph_free(&graph);
    return result;
}

msrck_result stat_collect(msrck_reader *reader, struct stat_answer *answer, msrck_error *error)
{
    msrck_result result;

    for (unsigned i = 0; i < STAT_PARTS; i++) {
        answer->tables[i].key = parts[i].key;
        answer->tables[i].title = parts[i].title;
        answer->tables[i].columns = parts[i].columns;
    }
    answer->totals.blocks = msrck_reader_block_count(reader);
    answer->totals.file = msrck_reader_file_bytes(reader);
    result = collect_extents(reader, answer, error);
    if (result == MSRCK_OK && (answer->wanted[STAT_ROOTS] || answer->wanted[STAT_FRAMES] || answer->wanted[STAT_BLOCKS]))
        result = collect_graph(reader, answer, error);
    for (unsigned i = 0; result == MSRCK_OK && i < STAT_PARTS; i++)
        if (answer->tables[i].failed)
            result = out_of_memory(error);
    return result;
}

void stat_answer_free(struct stat_answer *answer)
{
    for (unsigned i = 0; i < STAT_PARTS; i++)
        stat_table_free(&answer->tables[i]);
}
