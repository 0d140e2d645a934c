/* SPDX-License-Identifier: MIT */
/* All stores of the MSRLT together: literals, marks, numbers, streams. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory/msrlt.h"
#include "memory_types.h"

static struct memory_types types;
static struct msrlt *msrlt;
static uint32_t *file_id;

static void open_msrlt(void)
{
    uint32_t *order, i;

    memory_types_open(&types);
    msrlt = msrck_msrlt_new(types.table);
    order = msrck_ti_file_order(types.table);
    file_id = calloc(msrck_ti_count(types.table), sizeof *file_id);
    cr_assert(msrlt != NULL && order != NULL && file_id != NULL);
    for (i = 0; i < msrck_ti_count(types.table); i++)
        file_id[order[i]] = i;
    free(order);
}

static void close_msrlt(void)
{
    free(file_id);
    msrck_msrlt_free(msrlt);
    memory_types_close(&types);
}

TestSuite(msrlt, .init = open_msrlt, .fini = close_msrlt, .timeout = 120);

static struct block find(const void *address)
{
    struct block block;

    cr_assert(msrck_msrlt_find(msrlt, address, &block));
    return block;
}

static bool mark(const void *address)
{
    struct block block = find(address);

    return msrck_msrlt_mark(msrlt, &block);
}

static uint64_t address_of(const void *address)
{
    struct block block = find(address);

    return msrck_msrlt_address(msrlt, &block);
}

static void begin(void)
{
    cr_assert_eq(msrck_msrlt_begin_marks(msrlt, NULL), MSRCK_OK);
}

static const struct extent *number(size_t *count, uint64_t *end)
{
    const struct extent *extents;
    msrck_error error = MSRCK_ERROR_INIT;

    cr_assert_eq(msrck_msrlt_number(msrlt, file_id, &extents, count, end, &error), MSRCK_OK, "%s", error.message);
    return extents;
}

static void add_named(uint32_t segment, const void *address, uint32_t type, uint64_t count, uint64_t order)
{
    size_t handle;

    cr_assert_eq(msrck_msrlt_add_named(msrlt, segment, address, NULL, type, count, order, &handle, NULL), MSRCK_OK);
}

/* ---- Literals ---- */

static char writable[] = "can be written";
static const char *const literal = "cannot be written";

Test(msrlt, string_literals_are_known_by_the_image)
{
    char local[] = "on the stack";
    size_t length = 0;

    cr_assert(msrck_msrlt_is_literal(msrlt, literal, &length));
    cr_assert_eq(length, strlen(literal));
    cr_assert(msrck_msrlt_is_literal(msrlt, literal + 7, &length));
    cr_assert_eq(length, strlen(literal) - 7);
    cr_assert(msrck_msrlt_is_literal(msrlt, "", &length));
    cr_assert_eq(length, 0);
    cr_assert_not(msrck_msrlt_is_literal(msrlt, writable, &length));
    cr_assert_not(msrck_msrlt_is_literal(msrlt, local, &length));
    cr_assert_not(msrck_msrlt_is_literal(msrlt, NULL, &length));
    cr_assert_not(msrck_msrlt_is_literal(msrlt, (const char *)8, &length));
    begin();
    cr_assert(msrck_msrlt_is_literal(msrlt, literal, &length));
    cr_assert_not(msrck_msrlt_is_literal(msrlt, writable, &length));
}

static size_t mark_literal(const char *text, bool *fresh)
{
    size_t index;

    cr_assert_eq(msrck_msrlt_mark_bytes(msrlt, SEGMENT_LITERAL, text, strlen(text), &index, fresh, NULL), MSRCK_OK);
    return index;
}

Test(msrlt, equal_literals_are_one_block)
{
    bool fresh;
    size_t first, second, other, count;
    uint64_t end;
    char copy[] = "equal";
    const struct extent *extents;

    begin();
    first = mark_literal("equal", &fresh);
    cr_assert(fresh);
    other = mark_literal("other text", &fresh);
    cr_assert(fresh);
    second = mark_literal(copy, &fresh);
    cr_assert_not(fresh);
    cr_assert_eq(first, second);
    cr_assert_neq(first, other);
    extents = number(&count, &end);
    cr_assert_eq(count, 2);
    cr_assert_eq(extents[0].segment, SEGMENT_LITERAL);
    cr_assert_eq(extents[0].type, types.text);
    cr_assert_eq(extents[0].count, 6);
    cr_assert_eq(extents[1].count, 11);
    cr_assert_eq(msrck_msrlt_bytes_address(msrlt, SEGMENT_LITERAL, first), 1);
    cr_assert_eq(msrck_msrlt_bytes_address(msrlt, SEGMENT_LITERAL, other), 8);
    cr_assert_eq(end, 20);
}

Test(msrlt, opaque_bytes_are_never_one_block)
{
    size_t first, second, empty, count;
    bool fresh;
    uint64_t end;
    const struct extent *extents;

    begin();
    cr_assert_eq(msrck_msrlt_mark_bytes(msrlt, SEGMENT_OPAQUE, "abc", 3, &first, &fresh, NULL), MSRCK_OK);
    cr_assert_eq(msrck_msrlt_mark_bytes(msrlt, SEGMENT_OPAQUE, NULL, 0, &empty, &fresh, NULL), MSRCK_OK);
    cr_assert_eq(msrck_msrlt_mark_bytes(msrlt, SEGMENT_OPAQUE, "abc", 3, &second, &fresh, NULL), MSRCK_OK);
    cr_assert(fresh);
    cr_assert_neq(first, second);
    extents = number(&count, &end);
    cr_assert_eq(count, 1);
    cr_assert_eq(extents[0].type, types.byte);
    cr_assert_eq(extents[0].blocks, 2);
    cr_assert_eq(msrck_msrlt_bytes_address(msrlt, SEGMENT_OPAQUE, first), 1);
    cr_assert_eq(msrck_msrlt_bytes_address(msrlt, SEGMENT_OPAQUE, second), 5);
    cr_assert_eq(msrck_msrlt_bytes_address(msrlt, SEGMENT_OPAQUE, empty), 0);
}

static msrck_result append_text(void *context, const void *first, size_t stride, uint64_t blocks, msrck_error *error)
{
    uint64_t i;

    (void)error;
    for (i = 0; i < blocks; i++) {
        strcat(context, (const char *)first + i * stride);
        strcat(context, ";");
    }
    return MSRCK_OK;
}

Test(msrlt, literals_are_streamed_in_the_order_of_their_first_mark)
{
    char seen[200] = "";
    bool fresh;
    size_t count;
    uint64_t end;
    const struct extent *extents;

    begin();
    mark_literal("bbb", &fresh);
    mark_literal("zz", &fresh);
    mark_literal("aaa", &fresh);
    mark_literal("bbb", &fresh);
    extents = number(&count, &end);
    cr_assert_eq(msrck_msrlt_stream(msrlt, &extents[1], append_text, seen, NULL), MSRCK_OK);
    cr_assert_str_eq(seen, "bbb;aaa;");
}

Test(msrlt, many_literals_keep_their_addresses_and_bytes)
{
    enum { TEXTS = 20000 };
    static size_t indexes[TEXTS];
    bool fresh;
    char text[40];
    size_t count, i;
    uint64_t end, previous = 0;

    begin();
    for (i = 0; i < 2 * TEXTS; i++) {
        size_t index;

        sprintf(text, "text %06zu", i % TEXTS);
        index = mark_literal(text, &fresh);
        cr_assert_eq(fresh, i < TEXTS);
        if (i < TEXTS)
            indexes[i] = index;
        else
            cr_assert_eq(indexes[i % TEXTS], index);
    }
    number(&count, &end);
    for (i = 0; i < TEXTS; i++) {
        uint64_t address = msrck_msrlt_bytes_address(msrlt, SEGMENT_LITERAL, indexes[i]);

        cr_assert_gt(address, previous);
        previous = address;
    }
}

/* ---- All stores ---- */

Test(msrlt, blocks_of_all_stores_are_found_and_marked_once)
{
    static int global;
    int *foreign = calloc(1, sizeof *foreign), *far = calloc(5000, sizeof *far);
    struct tree_node *node = msrck_heap_allocate(msrck_msrlt_heap(msrlt), types.node, 1);

    add_named(SEGMENT_GLOBAL, &global, types.number, 1, 0);
    cr_assert_eq(msrck_msrlt_add_foreign(msrlt, foreign, types.number, 1, NULL), MSRCK_OK);
    cr_assert_eq(msrck_msrlt_add_foreign(msrlt, far, types.number, 5000, NULL), MSRCK_OK);
    cr_assert_eq(find(&node->right).segment, SEGMENT_HEAP);
    cr_assert_eq(find(&global).segment, SEGMENT_GLOBAL);
    cr_assert_eq(find(foreign).segment, SEGMENT_FOREIGN);
    cr_assert_eq(find(far + 100).segment, SEGMENT_FOREIGN);
    begin();
    cr_assert(mark(node) && mark(&global) && mark(foreign) && mark(far));
    cr_assert_not(mark(&node->left) || mark(&global) || mark(foreign) || mark(far + 5000));
    begin();
    cr_assert(mark(node) && mark(&global) && mark(foreign) && mark(far), "marks were kept from the collection before");
    free(foreign);
    free(far);
}

Test(msrlt, extents_ascend_by_segment_file_type_and_count_and_number_every_block)
{
    static int globals[6];
    int *foreign[10], stack[4] = { 0 };
    const struct extent *extents;
    bool fresh;
    size_t count, i, j;
    uint64_t end, blocks = 0;

    add_named(SEGMENT_STACK, &stack[0], types.number, 1, 0);
    add_named(SEGMENT_GLOBAL, &globals[0], types.number, 1, 0);
    add_named(SEGMENT_GLOBAL, &globals[2], types.number, 2, 0);
    for (i = 0; i < 10; i++) {
        foreign[i] = calloc(3, sizeof **foreign);
        cr_assert_eq(msrck_msrlt_add_foreign(msrlt, foreign[i], types.number, 1 + i % 3, NULL), MSRCK_OK);
        msrck_heap_allocate(msrck_msrlt_heap(msrlt), i % 2 == 0 ? types.node : types.real, 1 + i);
    }
    begin();
    msrck_msrlt_mark_all(msrlt);
    mark_literal("literal", &fresh);
    extents = number(&count, &end);
    for (i = 0; i < count; i++) {
        blocks += extents[i].blocks;
        if (i == 0)
            continue;
        j = i - 1;
        cr_assert(extents[j].segment < extents[i].segment ||
                  (extents[j].segment == extents[i].segment &&
                   (file_id[extents[j].type] < file_id[extents[i].type] ||
                    (extents[j].type == extents[i].type && extents[j].count < extents[i].count))));
        cr_assert_eq(extents[i].base, extents[j].base + extents[j].blocks * (extents[j].block_leaves + 1));
    }
    cr_assert_eq(blocks, 3 + 10 + 10 + 1);
    cr_assert_eq(end, extents[count - 1].base + extents[count - 1].blocks * (extents[count - 1].block_leaves + 1));
    cr_assert_eq(address_of(&globals[0]), 1);
    cr_assert_eq(address_of(&globals[2]), 3);
    cr_assert_eq(address_of(&stack[0]), 6);
    for (i = 0; i < 10; i++)
        free(foreign[i]);
}

Test(msrlt, foreign_blocks_are_numbered_as_they_are_marked_first)
{
    enum { BLOCKS = 1000 };
    int *blocks[BLOCKS], *far[3];
    const struct extent *extents;
    size_t count, i;
    uint64_t end;

    for (i = 0; i < BLOCKS; i++) {
        blocks[i] = calloc(2, sizeof **blocks);
        cr_assert_eq(msrck_msrlt_add_foreign(msrlt, blocks[i], types.number, 2, NULL), MSRCK_OK);
    }
    for (i = 0; i < 3; i++) {
        far[i] = calloc(5000, sizeof **far);
        cr_assert_eq(msrck_msrlt_add_foreign(msrlt, far[i], types.number, 5000, NULL), MSRCK_OK);
    }
    begin();
    for (i = 0; i < BLOCKS; i++)
        cr_assert(mark(blocks[(i * 77 + 5) % BLOCKS]));
    cr_assert(mark(far[2]) && mark(far[0]));
    extents = number(&count, &end);
    cr_assert_eq(count, 2);
    cr_assert_eq(extents[0].blocks, BLOCKS);
    for (i = 0; i < BLOCKS; i++)
        cr_assert_eq(address_of(blocks[(i * 77 + 5) % BLOCKS]), 1 + 3 * i);
    cr_assert_eq(address_of(far[2]), extents[1].base);
    cr_assert_eq(address_of(far[0]), extents[1].base + 5001);
    cr_assert_eq(address_of(far[1]), 0);
    for (i = 0; i < BLOCKS; i++)
        free(blocks[i]);
    for (i = 0; i < 3; i++)
        free(far[i]);
}

/* Collects what a stream of int blocks holds. */
struct seen { int values[2000]; size_t count, runs; };

static msrck_result see(void *context, const void *first, size_t stride, uint64_t blocks, msrck_error *error)
{
    struct seen *seen = context;
    uint64_t i;

    (void)error;
    for (i = 0; i < blocks; i++)
        memcpy(&seen->values[seen->count++], (const char *)first + i * stride, sizeof(int));
    seen->runs++;
    return MSRCK_OK;
}

Test(msrlt, foreign_blocks_are_streamed_in_their_order)
{
    enum { BLOCKS = 1000 };
    int *blocks[BLOCKS];
    static struct seen seen;
    const struct extent *extents;
    size_t count, i;
    uint64_t end;

    for (i = 0; i < BLOCKS; i++) {
        blocks[i] = calloc(1, sizeof **blocks);
        *blocks[i] = (int)i;
        cr_assert_eq(msrck_msrlt_add_foreign(msrlt, blocks[i], types.number, 1, NULL), MSRCK_OK);
    }
    begin();
    for (i = 0; i < BLOCKS; i++)
        mark(blocks[(i * 77) % BLOCKS]);
    extents = number(&count, &end);
    cr_assert_eq(msrck_msrlt_stream(msrlt, &extents[0], see, &seen, NULL), MSRCK_OK);
    cr_assert_eq(seen.count, BLOCKS);
    for (i = 0; i < BLOCKS; i++)
        cr_assert_eq(seen.values[i], (int)((i * 77) % BLOCKS));
    for (i = 0; i < BLOCKS; i++)
        free(blocks[i]);
}

Test(msrlt, named_blocks_are_numbered_by_order_and_streamed_from_their_data)
{
    static int places[20], snapshots[20];
    static struct seen seen;
    const struct extent *extents;
    size_t count, i, handle;
    uint64_t end;

    for (i = 0; i < 20; i += 2) {
        places[i] = -1;
        snapshots[i] = (int)(i / 2);
        cr_assert_eq(msrck_msrlt_add_named(msrlt, SEGMENT_STACK, &places[i], &snapshots[i], types.number, 1,
                                           i / 2 < 5 ? 9 - i / 2 : 0, &handle, NULL),
                     MSRCK_OK);
    }
    begin();
    for (i = 0; i < 20; i += 2)
        cr_assert(mark(&places[i]));
    extents = number(&count, &end);
    cr_assert_eq(count, 1);
    cr_assert_eq(msrck_msrlt_stream(msrlt, &extents[0], see, &seen, NULL), MSRCK_OK);
    /* Those of order 0 in the order they were registered, then 4 (order 5) down to 0 (order 9). */
    for (i = 0; i < 5; i++) {
        cr_assert_eq(seen.values[i], (int)i + 5);
        cr_assert_eq(seen.values[5 + i], 4 - (int)i);
        cr_assert_eq(address_of(&places[2 * (i + 5)]), 1 + 2 * i);
    }
}

Test(msrlt, blocks_at_equal_distances_are_streamed_in_one_run)
{
    static int frames[1000][4];
    static struct seen seen;
    const struct extent *extents;
    size_t count, i;
    uint64_t end;

    for (i = 0; i < 1000; i++)
        add_named(SEGMENT_STACK, &frames[i][1], types.number, 1, i);
    begin();
    msrck_msrlt_mark_all(msrlt);
    extents = number(&count, &end);
    cr_assert_eq(msrck_msrlt_stream(msrlt, &extents[0], see, &seen, NULL), MSRCK_OK);
    cr_assert_eq(seen.count, 1000);
    cr_assert_eq(seen.runs, 1);
}

Test(msrlt, what_is_deferred_is_found_again_in_every_store)
{
    static struct tree_node global;
    struct tree_node *foreign = calloc(1, sizeof *foreign), *far = calloc(1000, sizeof *far);
    int *number_block = calloc(1, sizeof *number_block);
    struct msrlt_cursor cursor = { .entry = 0 };
    const void *places[] = { NULL, &global, foreign, far };
    struct block block;
    unsigned segments = 0, found = 0;

    places[0] = msrck_heap_allocate(msrck_msrlt_heap(msrlt), types.node, 1);
    msrck_heap_allocate(msrck_msrlt_heap(msrlt), types.node, 1);
    add_named(SEGMENT_GLOBAL, &global, types.node, 1, 0);
    cr_assert_eq(msrck_msrlt_add_foreign(msrlt, foreign, types.node, 1, NULL), MSRCK_OK);
    cr_assert_eq(msrck_msrlt_add_foreign(msrlt, far, types.node, 1000, NULL), MSRCK_OK);
    cr_assert_eq(msrck_msrlt_add_foreign(msrlt, number_block, types.number, 1, NULL), MSRCK_OK);
    begin();
    msrck_msrlt_mark_all(msrlt);
    cr_assert_not(msrck_msrlt_next_deferred(msrlt, &cursor, &block));
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        cr_assert(msrck_msrlt_find(msrlt, places[i], &block));
        msrck_msrlt_defer(msrlt, &block);
    }
    cursor = (struct msrlt_cursor){ .entry = 0 };
    while (msrck_msrlt_next_deferred(msrlt, &cursor, &block)) {
        cr_assert_eq(block.type, types.node);
        segments |= 1u << block.segment;
        found++;
    }
    cr_assert_eq(found, 4);
    cr_assert_eq(segments, 1u << SEGMENT_HEAP | 1u << SEGMENT_GLOBAL | 1u << SEGMENT_FOREIGN);
    cursor = (struct msrlt_cursor){ .entry = 0 };
    cr_assert_not(msrck_msrlt_next_deferred(msrlt, &cursor, &block));
    free(foreign);
    free(far);
    free(number_block);
}

Test(msrlt, a_collection_leaves_nothing_behind)
{
    size_t count, round;
    uint64_t end, first_end = 0;
    bool fresh;
    static int global;

    add_named(SEGMENT_GLOBAL, &global, types.number, 1, 0);
    msrck_heap_allocate(msrck_msrlt_heap(msrlt), types.node, 1);
    for (round = 0; round < 3; round++) {
        begin();
        msrck_msrlt_mark_all(msrlt);
        mark_literal("text", &fresh);
        cr_assert(fresh);
        number(&count, &end);
        cr_assert_gt(msrck_msrlt_overhead(msrlt), 0);
        cr_assert(round == 0 || end == first_end);
        first_end = end;
        msrck_msrlt_end_marks(msrlt);
        cr_assert_eq(msrck_msrlt_overhead(msrlt), 0);
    }
}
