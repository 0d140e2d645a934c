/* SPDX-License-Identifier: MIT */
#include "block_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Walking ---- */

msrck_result block_search_begin(struct block_search *search, msrck_reader *reader, msrck_error *error)
{
    uint64_t blocks = msrck_reader_block_count(reader);

    *search = (struct block_search){ .reader = reader, .end = UINT64_MAX };
    if (blocks < SIZE_MAX / sizeof(uint64_t)) {
        search->parents = calloc((size_t)blocks + 1, sizeof *search->parents);
        search->queue = calloc((size_t)blocks + 1, sizeof *search->queue);
    }
    if (search->parents != NULL && search->queue != NULL)
        return MSRCK_OK;
    error->result = MSRCK_SYSTEM;
    snprintf(error->message, sizeof error->message, "out of memory for a walk over %llu blocks",
             (unsigned long long)blocks);
    return MSRCK_SYSTEM;
}

void block_search_end(struct block_search *search)
{
    free(search->parents);
    free(search->queue);
    *search = (struct block_search){ 0 };
}

static void meet(struct block_search *search, uint64_t block, uint64_t parent)
{
    if (search->parents[block] != 0)
        return;
    search->parents[block] = parent;
    search->queue[search->count++] = block;
}

void block_search_add(struct block_search *search, uint64_t block)
{
    if (block != 0 && block <= msrck_reader_block_count(search->reader))
        meet(search, block, BLOCK_SEARCH_ROOT);
}

static void add_address(struct block_search *search, uint64_t address)
{
    msrck_block_facts block;
    uint64_t leaf;

    if (address != 0 && msrck_reader_find_address(search->reader, address, &block, &leaf))
        block_search_add(search, block.number);
}

void block_search_add_roots(struct block_search *search)
{
    msrck_variable_facts variable;
    msrck_frame_facts frame;
    uint64_t address;

    for (uint32_t i = 0; msrck_reader_variable(search->reader, i, &variable); i++)
        add_address(search, variable.address);
    for (uint32_t i = 0; msrck_reader_frame(search->reader, i, &frame); i++) {
        add_address(search, frame.live);
        for (uint32_t k = 0; k < frame.local_count; k++)
            if (msrck_reader_frame_local(search->reader, i, k, NULL, NULL, &address))
                add_address(search, address);
    }
}

/* Pointers to nowhere are for verify to find. */
static bool follow(void *context, uint64_t leaf, uint32_t type, uint64_t address)
{
    struct block_search *search = context;
    msrck_block_facts block;
    uint64_t target;

    (void)type;
    if (leaf < search->first || leaf >= search->end)
        return true;
    if (msrck_reader_find_address(search->reader, address, &block, &target))
        meet(search, block.number, search->current + leaf);
    return true;
}

msrck_result block_search_add_value(struct block_search *search, uint64_t block, uint64_t first, uint64_t end,
                                    msrck_error *error)
{
    msrck_block_facts facts;
    msrck_result result;

    if (!msrck_reader_block(search->reader, block, &facts))
        return MSRCK_OK;
    search->current = facts.address;
    search->first = first;
    search->end = end;
    result = msrck_reader_visit_pointers(search->reader, block, follow, search, error);
    search->first = 0;
    search->end = UINT64_MAX;
    return result;
}

msrck_result block_search_run(struct block_search *search, uint64_t depth, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    for (; depth > 0 && search->done < search->count && result == MSRCK_OK; depth--)
        for (uint64_t end = search->count; search->done < end && result == MSRCK_OK; search->done++) {
            uint64_t block = search->queue[search->done];
            msrck_block_facts facts;
            msrck_type_facts type;

            if (!msrck_reader_block(search->reader, block, &facts) ||
                !msrck_reader_type(search->reader, facts.type, &type) || !type.has_pointers)
                continue;
            search->current = facts.address;
            result = msrck_reader_visit_pointers(search->reader, block, follow, search, error);
        }
    return result;
}

/* ---- Spelling ---- */

/* Text that grows at its end; `failed` once memory is out. */
struct spelling {
    char *text;                     /* owned */
    size_t length, capacity;
    bool failed;
};

static void put(struct spelling *spelling, const char *text)
{
    size_t length = strlen(text), room = spelling->length + length + 1;

    if (!spelling->failed && room > spelling->capacity) {
        char *grown = realloc(spelling->text, room * 2);
        spelling->failed = grown == NULL;
        if (grown == NULL)
            return;
        spelling->text = grown;
        spelling->capacity = room * 2;
    }
    if (spelling->failed)
        return;
    memcpy(spelling->text + spelling->length, text, length + 1);
    spelling->length += length;
}

static void put_inner(struct spelling *spelling, const msrck_reader *reader, uint64_t block, uint64_t leaf,
                      uint32_t type)
{
    char *inner = msrck_reader_path(reader, block, leaf, type);

    if (inner == NULL)
        spelling->failed = true;
    else
        put(spelling, inner);
    free(inner);
}

/* "sort#3": the fourth frame of sort, counted from the innermost; the innermost has no number. */
static void put_frame(struct spelling *spelling, const msrck_reader *reader, uint32_t index)
{
    msrck_frame_facts frame, other;
    unsigned long before = 0;
    char number[24];

    msrck_reader_frame(reader, index, &frame);
    for (uint32_t i = 0; i < index && msrck_reader_frame(reader, i, &other); i++)
        before += other.function == frame.function;
    put(spelling, frame.function_name);
    snprintf(number, sizeof number, "#%lu", before);
    if (before > 0)
        put(spelling, number);
}

/* "list", "main", "main.grid", or "heap#12" for a block that is nobody's. */
static void put_block(struct spelling *spelling, const msrck_reader *reader, uint64_t number)
{
    uint32_t index = 0, local = 0;
    msrck_variable_facts variable;
    msrck_block_facts block;
    const char *name = "";
    char text[48];

    switch (msrck_reader_owner(reader, number, &index, &local)) {
    case MSRCK_OWNER_VARIABLE:
        if (msrck_reader_variable(reader, index, &variable) && variable.name[0] != '\0') {
            put(spelling, variable.name);
            return;
        }
        break;
    case MSRCK_OWNER_LIVE:
        put_frame(spelling, reader, index);
        return;
    case MSRCK_OWNER_LOCAL:
        put_frame(spelling, reader, index);
        msrck_reader_frame_local(reader, index, local, &name, NULL, NULL);
        put(spelling, ".");
        put(spelling, name);
        return;
    default:
        break;
    }
    msrck_reader_block(reader, number, &block);
    snprintf(text, sizeof text, "%s#%llu", msrck_segment_text(block.segment), (unsigned long long)number);
    put(spelling, text);
}

/* The pointer at a leaf: its type, and whether it points to the beginning of a block. */
struct pointer_question {
    uint64_t leaf, address;
    uint32_t type;
};

static bool answer(void *context, uint64_t leaf, uint32_t type, uint64_t address)
{
    struct pointer_question *question = context;

    if (leaf != question->leaf)
        return true;
    question->type = type;
    question->address = address;
    return false;
}

/* Behind a pointer to a block's beginning: "->left" in one object, "[3].left" in an array, "*" before a scalar. */
static void put_target(struct spelling *spelling, const msrck_reader *reader, uint64_t block, uint64_t leaf,
                       uint32_t type)
{
    char *inner = msrck_reader_path(reader, block, leaf, type);

    if (inner == NULL) {
        spelling->failed = true;
        return;
    }
    if (inner[0] == '.')
        put(spelling, "->");
    put(spelling, inner[0] == '\0' ? "[0]" : inner + (inner[0] == '.'));
    free(inner);
}

/* The pointers that lead to the block, nearest first; *count of them, ended by a root or a pointer into a middle. */
static uint64_t *chain_to(struct block_search *search, uint64_t block, size_t *count)
{
    uint64_t *chain = NULL, leaf;
    size_t capacity = 0;
    msrck_block_facts facts;

    *count = 0;
    for (uint64_t at = block; search->parents[at] != 0 && search->parents[at] != BLOCK_SEARCH_ROOT;
         at = facts.number) {
        if (*count == capacity) {
            uint64_t *grown = realloc(chain, (capacity + 16) * 2 * sizeof *grown);
            if (grown == NULL)
                break;
            chain = grown;
            capacity = (capacity + 16) * 2;
        }
        chain[(*count)++] = search->parents[at];
        if (!msrck_reader_find_address(search->reader, search->parents[at], &facts, &leaf))
            break;
    }
    return chain;
}

char *block_search_path(struct block_search *search, uint64_t block, uint64_t leaf, uint32_t type)
{
    msrck_reader *reader = search->reader;
    struct spelling spelling = { 0 };
    msrck_error ignored = MSRCK_ERROR_INIT;
    bool entered = false;           /* whether a pointer's path stands there to which its target is added */
    msrck_block_facts facts;
    size_t count;
    uint64_t *chain = chain_to(search, block, &count);

    while (count > 0) {
        struct pointer_question question = { .type = 0 };
        uint64_t target;

        msrck_reader_find_address(reader, chain[--count], &facts, &question.leaf);
        msrck_reader_visit_pointers(reader, facts.number, answer, &question, &ignored);
        if (entered) {
            put_target(&spelling, reader, facts.number, question.leaf, question.type);
        } else {
            spelling.length = 0;
            put_block(&spelling, reader, facts.number);
            put_inner(&spelling, reader, facts.number, question.leaf, question.type);
        }
        /* A pointer into the middle of a block does not say where its beginning is. */
        entered = msrck_reader_find_address(reader, question.address, &facts, &target) && target == 0;
    }
    free(chain);
    if (entered) {
        put_target(&spelling, reader, block, leaf, type);
    } else {
        spelling.length = 0;
        put_block(&spelling, reader, block);
        put_inner(&spelling, reader, block, leaf, type);
    }
    if (spelling.failed) {
        free(spelling.text);
        return NULL;
    }
    return spelling.text;
}
