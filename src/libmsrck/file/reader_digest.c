/* SPDX-License-Identifier: MIT */
/*
 * The digest of a graph: blocks are numbered as a breadth-first walk from the roots discovers them, and hashed in that
 * order with these numbers in the place of addresses. So nothing of the order in which a file lists blocks remains. The
 * list of discovered blocks is the queue of the walk; nothing here recurses but over the nesting of types.
 */
#include "file/reader_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/big_endian.h"
#include "file/digest_stream.h"
#include "file/row_image.h"

_Static_assert(MSRCK_DIGEST_SIZE == SHA256_DIGEST_SIZE, "a digest is a SHA-256");

/* Rows held in memory where the caller sets no limit; where no temporary file can be made for more; looked at at once. */
#define DEFAULT_BUDGET (UINT64_C(16) << 20)
#define BUDGET_WITHOUT_FILE (UINT64_C(256) << 20)
#define LOOK_STEP ((size_t)1 << 20)

/* Numbers from 0, in half the memory where 32 bits are enough. */
struct number_list {
    void *items; /* owned; uint32_t or uint64_t */
    bool wide;
};

struct walk {
    msrck_reader *reader;
    struct digest_stream *stream; /* owned */
    struct row_image *image;        /* the reader's, where it holds all rows, or: */
    struct row_image own;
    struct number_list discovered; /* of each block (from 0): its number of discovery from 1, or 0 */
    struct number_list queue;      /* the blocks (from 0) in the order of discovery */
    uint64_t count;                /* of the queue */
    unsigned char *used;           /* owned; for each type whether a block or a part of it has it */
    msrck_error *error;
    msrck_result result; /* the first failure stays */
};

enum block_class { CLASS_GLOBAL = 1, CLASS_STACK = 2, CLASS_DYNAMIC = 3, CLASS_OPAQUE = 4 };

/* Where dynamic memory came from is the business of the machine it lies in. */
static enum block_class class_of(msrck_segment segment)
{
    switch (segment) {
    case MSRCK_SEGMENT_GLOBAL:
        return CLASS_GLOBAL;
    case MSRCK_SEGMENT_STACK:
        return CLASS_STACK;
    case MSRCK_SEGMENT_OPAQUE:
        return CLASS_OPAQUE;
    default:
        return CLASS_DYNAMIC;
    }
}

/* ---- Numbers ---- */

static bool allocate_list(struct number_list *list, uint64_t count)
{
    list->wide = count > UINT32_MAX;
    list->items =
        count <= SIZE_MAX ? msrck_allocate((size_t)count, list->wide ? sizeof(uint64_t) : sizeof(uint32_t)) : NULL;
    return list->items != NULL;
}

static uint64_t list_get(const struct number_list *list, uint64_t index)
{
    return list->wide ? ((const uint64_t *)list->items)[index] : ((const uint32_t *)list->items)[index];
}

static void list_set(struct number_list *list, uint64_t index, uint64_t number)
{
    if (list->wide)
        ((uint64_t *)list->items)[index] = number;
    else
        ((uint32_t *)list->items)[index] = (uint32_t)number;
}

/* The block's number of discovery; one that was not known yet is put into the queue. */
static uint64_t discover(struct walk *walk, const msrck_block_facts *block)
{
    uint64_t index = block->number - 1, number = list_get(&walk->discovered, index);

    if (number != 0)
        return number;
    list_set(&walk->queue, walk->count++, index);
    list_set(&walk->discovered, index, walk->count);
    return walk->count;
}

/* ---- Values ---- */

static void fail(struct walk *walk, const char *what, uint64_t number)
{
    if (walk->result == MSRCK_OK)
        walk->result = msrck_fail(walk->error, MSRCK_CORRUPT, "no digest: %s %llu leads nowhere", what,
                                  (unsigned long long)number);
}

static void put_place(struct walk *walk, uint64_t address)
{
    msrck_block_facts block;
    uint64_t leaf = 0, number = 0;

    if (address != 0 && msrck_reader_find_address(walk->reader, address, &block, &leaf))
        number = discover(walk, &block);
    else if (address != 0)
        fail(walk, "canonical address", address);
    msrck_digest_number(walk->stream, number);
    msrck_digest_number(walk->stream, leaf);
}

static void put_function(struct walk *walk, uint64_t number)
{
    const struct metadata *metadata = walk->reader->metadata;

    if (number > metadata->target_count)
        fail(walk, "function number", number);
    else
        msrck_digest_text(walk->stream, number == 0 ? "" : metadata->targets[number - 1]);
}

static void put_value(struct walk *walk, const struct ti_type *type, const unsigned char *bytes);

static void put_union(struct walk *walk, const struct ti_type *type, const unsigned char *bytes)
{
    uint32_t ordinal = load_be32(bytes);

    if (ordinal > type->field_count) {
        fail(walk, "member", ordinal);
        return;
    }
    msrck_digest_bytes(walk->stream, bytes, UNION_TAG_WIDTH);
    if (ordinal > 0)
        put_value(walk, reader_type(walk->reader, type->fields[ordinal - 1].type), bytes + UNION_TAG_WIDTH);
}

/* Bytes that stand for themselves, as many as there may be. */
static void put_plain(struct walk *walk, const unsigned char *bytes, size_t length)
{
    while (length > 0) {
        size_t step = length < LOOK_STEP ? length : LOOK_STEP;

        row_image_touch(walk->image, bytes, step);
        msrck_digest_bytes(walk->stream, bytes, step);
        bytes += step;
        length -= step;
    }
}

static void put_values(struct walk *walk, const struct ti_type *type, const unsigned char *bytes, uint64_t count)
{
    uint64_t width = type->row_width[walk->reader->row_index];

    if (!type->has_pointers && !type->has_unions) {
        put_plain(walk, bytes, (size_t)(count * width));
        return;
    }
    for (uint64_t i = 0; i < count && walk->result == MSRCK_OK; i++) {
        row_image_touch(walk->image, bytes + i * width, (size_t)width);
        put_value(walk, type, bytes + i * width);
    }
}

/* Recursion is bounded by the nesting of types. */
static void put_value(struct walk *walk, const struct ti_type *type, const unsigned char *bytes)
{
    const msrck_reader *reader = walk->reader;
    unsigned row = reader->row_index;

    switch (type->kind) {
    case MSRCK_KIND_POINTER:
    case MSRCK_KIND_OPAQUE:
        put_place(walk, msrck_canonical_integer(bytes, (size_t)type->row_width[row], false));
        break;
    case MSRCK_KIND_FUNCTION:
        put_function(walk, msrck_canonical_integer(bytes, (size_t)type->row_width[row], false));
        break;
    case MSRCK_KIND_UNION:
        put_union(walk, type, bytes);
        break;
    case MSRCK_KIND_ARRAY:
        put_values(walk, reader_type(reader, type->element), bytes, type->count);
        break;
    case MSRCK_KIND_STRUCT:
        for (uint32_t i = 0; i < type->field_count; i++)
            if (type->fields[i].role != MSRCK_ROLE_FLEXIBLE)
                put_value(walk, reader_type(reader, type->fields[i].type), bytes + type->fields[i].row_offset[row]);
        break;
    default:
        msrck_digest_bytes(walk->stream, bytes, (size_t)type->row_width[row]);
        break;
    }
}

/* ---- Blocks ---- */

static void put_block(struct walk *walk, const msrck_block_facts *block)
{
    const msrck_reader *reader = walk->reader;
    const struct ti_type *type = reader_type(reader, block->type), *trailing;
    uint64_t width = type->row_width[reader->row_index];

    walk->used[block->type] = 1;
    msrck_digest_number(walk->stream, class_of(block->segment));
    msrck_digest_text(walk->stream, type->name);
    msrck_digest_number(walk->stream, block->count);
    put_values(walk, type, row_image_row(walk->image, block->extent, 0, block->index * block->elements, width),
               block->elements);
    if (type->flexible == TI_VOID)
        return;
    trailing = reader_type(reader, type->flexible);
    width = trailing->row_width[reader->row_index];
    put_values(walk, trailing, row_image_row(walk->image, block->extent, 1, block->index * block->count, width),
               block->count);
}

static void put_blocks(struct walk *walk)
{
    msrck_block_facts block;

    for (uint64_t next = 0; next < walk->count && walk->result == MSRCK_OK; next++)
        if (msrck_reader_block(walk->reader, list_get(&walk->queue, next) + 1, &block))
            put_block(walk, &block);
    msrck_digest_number(walk->stream, 0);
}

/* ---- Roots ---- */

/* The number of the block that begins there; opening has checked that one does. */
static void put_root(struct walk *walk, uint64_t address)
{
    msrck_block_facts block;
    uint64_t leaf;

    msrck_digest_number(walk->stream, address != 0 && msrck_reader_find_address(walk->reader, address, &block, &leaf)
                                          ? discover(walk, &block)
                                          : 0);
}

static void put_frames(struct walk *walk)
{
    const struct metadata *metadata = walk->reader->metadata;

    msrck_digest_number(walk->stream, metadata->frame_count);
    for (size_t i = 0; i < metadata->frame_count; i++) {
        const struct frame_entry *frame = &metadata->frames[i];
        const struct function_entry *function = &metadata->functions[frame->function];

        msrck_digest_text(walk->stream, function->name);
        msrck_digest_number(walk->stream, frame->point);
        msrck_digest_text(walk->stream, function->points[frame->point - 1].label);
        put_root(walk, frame->live);
        msrck_digest_number(walk->stream, frame->local_count);
        for (uint32_t k = 0; k < frame->local_count; k++) {
            msrck_digest_text(walk->stream, function->locals[k].name);
            msrck_digest_text(walk->stream, reader_type(walk->reader, function->locals[k].type)->name);
            put_root(walk, frame->locals[k]);
        }
    }
}

/* Globals by name; collected roots behind them in the order they have. */
static int compare_variables(const void *left, const void *right)
{
    const struct variable_entry *a = *(const struct variable_entry *const *)left,
                                *b = *(const struct variable_entry *const *)right;
    int names = 0;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->kind == VARIABLE_GLOBAL)
        names = strcmp(a->name, b->name);
    return names != 0 ? names : (a > b) - (a < b);
}

static void put_variables(struct walk *walk)
{
    const struct metadata *metadata = walk->reader->metadata;
    const struct variable_entry **sorted = msrck_allocate(metadata->variable_count, sizeof *sorted);

    if (sorted == NULL) {
        walk->result = msrck_fail_memory(walk->error, metadata->variable_count * sizeof *sorted, "variables");
        return;
    }
    for (size_t i = 0; i < metadata->variable_count; i++)
        sorted[i] = &metadata->variables[i];
    qsort(sorted, metadata->variable_count, sizeof *sorted, compare_variables);
    msrck_digest_number(walk->stream, metadata->variable_count);
    for (size_t i = 0; i < metadata->variable_count; i++) {
        msrck_digest_number(walk->stream, sorted[i]->kind);
        msrck_digest_text(walk->stream, sorted[i]->name);
        msrck_digest_text(walk->stream, reader_type(walk->reader, sorted[i]->type)->name);
        put_root(walk, sorted[i]->address);
    }
    free(sorted);
}

/* ---- Types ---- */

/* Marks what stands in a type by value. A type that is marked by its whole has had its parts marked, or will: `used` 2
 * says it has. */
static void mark_parts(struct walk *walk, uint32_t id)
{
    const struct ti_type *type = reader_type(walk->reader, id);

    if (walk->used[id] == 2)
        return;
    walk->used[id] = 2;
    if (type->kind == MSRCK_KIND_ARRAY || type->kind == MSRCK_KIND_COMPLEX)
        mark_parts(walk, type->element);
    for (uint32_t i = 0; i < type->field_count; i++)
        mark_parts(walk, type->fields[i].type);
}

/* The table is in the order of the names. */
static void put_types(struct walk *walk)
{
    const struct ti_table *table = walk->reader->metadata->types;
    uint32_t count = msrck_ti_count(table), marked = 0;

    for (uint32_t id = 0; id < count; id++)
        if (walk->used[id] == 1)
            mark_parts(walk, id);
    for (uint32_t id = 0; id < count; id++)
        marked += walk->used[id] != 0;
    msrck_digest_number(walk->stream, marked);
    for (uint32_t id = 0; id < count; id++)
        if (walk->used[id] != 0)
            msrck_digest_type(walk->stream, table, msrck_ti_get(table, id));
}

/* ---- The whole ---- */

/* All rows, in little memory: what a walk goes back to comes from a temporary file. */
static msrck_result load_rows(struct walk *walk, uint64_t budget)
{
    const msrck_reader *reader = walk->reader;
    bool unlimited = reader->limits.memory_bytes == UINT64_MAX;
    msrck_error found = MSRCK_ERROR_INIT;
    msrck_result result;

    walk->image = reader->held != NULL ? reader->held : &walk->own;
    if (reader->held != NULL)
        return MSRCK_OK;
    result = msrck_row_image_load(walk->reader, budget, &walk->own, &found);
    if (result == MSRCK_SYSTEM && unlimited && msrck_reader_raw_bytes(reader) <= BUDGET_WITHOUT_FILE) {
        msrck_row_image_free(&walk->own);
        return msrck_row_image_load(walk->reader, BUDGET_WITHOUT_FILE, &walk->own, walk->error);
    }
    if (result != MSRCK_OK)
        return msrck_error_hand_on(walk->error, &found);
    return msrck_row_image_bound(&walk->own, budget) ? MSRCK_OK
                                                     : msrck_fail_memory(walk->error, walk->own.length, "rows");
}

/* Blocks have a row each, so that their numbers are bounded once the rows are there. */
static msrck_result prepare(struct walk *walk)
{
    const msrck_reader *reader = walk->reader;
    uint64_t most = reader->limits.memory_bytes, blocks = msrck_reader_block_count(reader);
    uint64_t lists = blocks * 2 * (blocks > UINT32_MAX ? sizeof(uint64_t) : sizeof(uint32_t));
    uint64_t budget = most == UINT64_MAX ? DEFAULT_BUDGET : most < lists ? 0 : most - lists;
    msrck_result result;

    if (lists > most)
        return msrck_fail(walk->error, MSRCK_LIMIT,
                          "the digest needs %llu bytes for the numbers of blocks, the limit is %llu (%smax-memory)",
                          (unsigned long long)lists, (unsigned long long)most, reader->limits.option_prefix);
    result = load_rows(walk, budget);
    if (result != MSRCK_OK)
        return result;
    walk->stream = malloc(sizeof *walk->stream);
    walk->used = msrck_allocate(msrck_reader_type_count(reader), 1);
    if (walk->stream == NULL || walk->used == NULL || !allocate_list(&walk->discovered, blocks) ||
        !allocate_list(&walk->queue, blocks))
        return msrck_fail_memory(walk->error, (size_t)lists, "the numbers of blocks");
    return MSRCK_OK;
}

static void release(struct walk *walk)
{
    msrck_row_image_free(&walk->own);
    free(walk->discovered.items);
    free(walk->queue.items);
    free(walk->stream);
    free(walk->used);
}

msrck_result msrck_reader_digest(msrck_reader *reader, unsigned char digest[MSRCK_DIGEST_SIZE], msrck_error *error)
{
    static const char beginning[] = "msrck digest 1\n";
    struct walk walk = {.reader = reader, .error = error};

    walk.result = prepare(&walk);
    if (walk.result == MSRCK_OK) {
        msrck_digest_begin(walk.stream);
        msrck_digest_bytes(walk.stream, beginning, sizeof beginning - 1);
        msrck_digest_text(walk.stream, reader->metadata->program);
        put_frames(&walk);
        put_variables(&walk);
    }
    if (walk.result == MSRCK_OK)
        put_blocks(&walk);
    if (walk.result == MSRCK_OK) {
        put_types(&walk);
        msrck_digest_end(walk.stream, digest);
    }
    release(&walk);
    return walk.result;
}
