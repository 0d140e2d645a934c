/* SPDX-License-Identifier: MIT */
/* The heap that pre-compiled programs have instead of malloc(). */
#define _GNU_SOURCE
#include <msrck/msrck.h>
#include <msrck/precompiled_memory.h>

#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/precompiled_heap.h"
#include "runtime/session.h"

struct node { int value; struct node *next; };
struct row { size_t used; double values[]; };
static const msrck_type node_type;
static const msrck_field node_fields[] = { MSRCK_FIELD(struct node, value, &msrck_int),
                                           MSRCK_FIELD(struct node, next, MSRCK_POINTER(&node_type)) };
static const msrck_type node_type = { .kind = MSRCK_KIND_STRUCT, .name = "struct node", .size = sizeof(struct node),
                                      .alignment = _Alignof(struct node), .fields = node_fields, .field_count = 2 };
static const msrck_field row_fields[] = { MSRCK_FIELD(struct row, used, &msrck_size),
                                          MSRCK_FLEXIBLE(struct row, values, &msrck_double) };
static const msrck_type row_type = { .kind = MSRCK_KIND_STRUCT, .name = "struct row", .size = sizeof(struct row),
                                     .alignment = _Alignof(struct row), .fields = row_fields, .field_count = 2 };

static void begin(void)
{
    msrck_precompiled_expect();
    cr_assert_eq(msrck_init(NULL, NULL), MSRCK_OK, "%s", msrck_error_message());
}

static void end(void)
{
    cr_assert_eq(msrck_finish(), 0);
}

TestSuite(precompiled_heap, .init = begin, .fini = end);

/* The type and count of the block that a checkpoint would see. */
static void is(const void *address, const char *type, uint64_t count, uint32_t segment)
{
    struct block block;

    cr_assert_eq(msrck_msrlt_begin_marks(msrck_the_session.msrlt, NULL), MSRCK_OK);
    msrck_msrlt_end_marks(msrck_the_session.msrlt);
    cr_assert(msrck_msrlt_find(msrck_the_session.msrlt, address, &block));
    cr_expect_str_eq(msrck_ti_get(msrck_the_session.types, block.type)->name, type);
    cr_expect_eq(block.count, count, "%llu", (unsigned long long)block.count);
    cr_expect_eq(block.segment, segment);
}

static void is_nothing(const void *address)
{
    struct block block;

    cr_expect_not(msrck_msrlt_find(msrck_the_session.msrlt, address, &block));
}

Test(precompiled_heap, whole_numbers_of_a_type_lie_on_the_typed_heap)
{
    struct node *one = msrck_cc_malloc(&node_type, sizeof *one), *many = msrck_cc_calloc(&node_type, 5, sizeof *many);
    struct row *row = msrck_cc_malloc(&row_type, sizeof *row + 3 * sizeof(double));

    is(one, "struct node", 1, SEGMENT_HEAP);
    is(many + 4, "struct node", 5, SEGMENT_HEAP);
    is(row, "struct row", 3, SEGMENT_HEAP);
    cr_expect_eq(many[4].value, 0);
    msrck_cc_free(one);
    msrck_cc_free(many);
    msrck_cc_free(row);
    is_nothing(row);
}

Test(precompiled_heap, other_sizes_and_unknown_types_are_typed_late)
{
    void *odd = msrck_cc_malloc(&node_type, 3 * sizeof(struct node) + 1), *unknown = msrck_cc_malloc(NULL, 7),
         *nothing = msrck_cc_malloc(NULL, 0);

    is(odd, "struct node", 3, SEGMENT_FOREIGN);
    is(unknown, "unsigned char", 7, SEGMENT_FOREIGN);
    is(nothing, "unsigned char", 1, SEGMENT_FOREIGN);
    msrck_cc_typed(&node_type, odd);
    msrck_cc_free(odd);
    msrck_cc_free(unknown);
    msrck_cc_free(nothing);
    is_nothing(unknown);
}

Test(precompiled_heap, what_a_call_becomes_is_a_hint_and_the_first_one_stays)
{
    void *block = msrck_cc_malloc(NULL, 4 * sizeof(struct node));

    cr_expect_eq(msrck_cc_typed(&node_type, block), block);
    is(block, "struct node", 4, SEGMENT_FOREIGN);
    msrck_cc_typed(&msrck_int, block);
    is(block, "struct node", 4, SEGMENT_FOREIGN);
    cr_expect_null(msrck_cc_typed(&node_type, NULL));
    msrck_cc_free(block);
}

Test(precompiled_heap, blocks_keep_their_contents_when_they_grow_and_new_bytes_are_zero)
{
    static const size_t sizes[] = { 1, 3, 200, 50, 5000, 100000, 10 };
    struct node *nodes = msrck_cc_malloc(&node_type, sizeof *nodes);

    nodes->value = 42;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t last = sizes[i] - 1;

        nodes = msrck_cc_realloc(&node_type, nodes, sizes[i] * sizeof *nodes);
        cr_assert_not_null(nodes);
        is(nodes, "struct node", sizes[i], SEGMENT_FOREIGN);
        cr_expect_eq(nodes->value, 42);
        if (i > 0 && sizes[i] > sizes[i - 1])
            cr_expect_eq(nodes[last].value, 0);
        cr_expect_eq(msrck_cc_usable_size(nodes), sizes[i] * sizeof *nodes);
        if (last > 10)
            memset(&nodes[9], 0xff, (last - 9) * sizeof *nodes);
    }
    cr_expect_null(msrck_cc_realloc(&node_type, nodes, 0));
    is_nothing(nodes);
}

Test(precompiled_heap, short_late_typed_blocks_are_known_when_marking_begins)
{
    struct node *node = msrck_cc_malloc(NULL, 3 * sizeof *node), *grown;

    cr_expect_eq(msrck_cc_usable_size(node), 3 * sizeof *node);
#ifndef __SANITIZE_ADDRESS__   /* has malloc() give out such blocks, which are registered at once */
    is_nothing(node);
#endif
    cr_expect_eq(msrck_cc_typed(&node_type, node), node);
    is(node, "struct node", 3, SEGMENT_FOREIGN);
    node[2].value = 42;
    /* Registered, it changes its size where it is, and is another block then. */
    grown = msrck_cc_realloc(NULL, node, 3 * sizeof *node + 1);
    is(grown, "struct node", 3, SEGMENT_FOREIGN);
    cr_expect_eq(msrck_cc_usable_size(grown), 3 * sizeof *grown + 1);
    /* Registered, it moves. */
    grown = msrck_cc_realloc(NULL, grown, 40000 * sizeof *grown);
    is(grown, "struct node", 40000, SEGMENT_FOREIGN);
    is_nothing(node);
    cr_expect_eq(grown[2].value, 42);
    cr_expect_eq(grown[3].value, 0);
    /* And back into a slot. */
    grown = msrck_cc_realloc(NULL, grown, 3 * sizeof *grown);
    is(grown, "struct node", 3, SEGMENT_FOREIGN);
    cr_expect_eq(grown[2].value, 42);
    msrck_cc_free(grown);
    is_nothing(grown);
}

Test(precompiled_heap, blocks_of_the_c_library_can_be_freed_and_resized)
{
    char *plain = malloc(10), *other = strdup("from libc");

    msrck_cc_free(plain);
    other = msrck_cc_realloc(NULL, other, 100);
    cr_expect_str_eq(other, "from libc");
    is(other, "unsigned char", 100, SEGMENT_FOREIGN);
    msrck_cc_free(other);
    other = msrck_cc_adopt(strdup("adopted"));
    is(other, "unsigned char", 8, SEGMENT_FOREIGN);
    msrck_cc_free(other);
    msrck_cc_free(NULL);
}

/* A library freed a block behind the table's back; what malloc gives out there next must not be taken for an overlap. */
Test(precompiled_heap, stale_blocks_give_way)
{
    for (int i = 0; i < 1000; i++) {
        /* Short ones lie in slots, where the C library puts nothing. */
        size_t size = 32768 + (size_t)i % 200;
        void *block = msrck_cc_malloc(NULL, size);

        cr_assert_not_null(block);
        is(block, "unsigned char", size, SEGMENT_FOREIGN);
        free(block);
    }
}

Test(precompiled_heap, aligned_blocks_are_aligned)
{
    void *block = msrck_cc_aligned_alloc(&node_type, 256, 512), *other;

    cr_expect_eq((uintptr_t)block % 256, 0);
    is(block, "struct node", 512 / sizeof(struct node), SEGMENT_FOREIGN);
    cr_expect_eq(msrck_cc_posix_memalign(NULL, &other, 4096, 10000), 0);
    cr_expect_eq((uintptr_t)other % 4096, 0);
#ifndef __SANITIZE_ADDRESS__   /* ends the program instead */
    cr_expect_eq(msrck_cc_posix_memalign(NULL, &other, 3, 10), EINVAL);
#endif
    msrck_cc_free(block);
    msrck_cc_free(other);
}

Test(precompiled_heap, impossible_sizes_fail_as_malloc_does)
{
    volatile size_t huge = SIZE_MAX / 2 + 10;

    errno = 0;
    cr_expect_null(msrck_cc_calloc(&node_type, huge, 4));
    cr_expect_eq(errno, ENOMEM);
#ifndef __SANITIZE_ADDRESS__
    cr_expect_null(msrck_cc_malloc(NULL, huge));
#endif
    cr_expect_null(msrck_cc_malloc(&node_type, huge - huge % sizeof(struct node)));
    cr_expect_null(msrck_cc_reallocarray(NULL, NULL, huge, 3));
}

Test(precompiled_heap, texts_are_blocks_of_characters)
{
    char *copy = msrck_cc_strdup("some text"), *part = msrck_cc_strndup(copy, 4), *formatted;

    cr_expect_str_eq(part, "some");
    is(copy, "char", 10, SEGMENT_HEAP);
    cr_expect_eq(msrck_cc_asprintf(&formatted, "%s-%d", part, 5), 6);
    cr_expect_str_eq(formatted, "some-5");
    is(formatted, "char", 7, SEGMENT_HEAP);
    msrck_cc_free(copy);
    msrck_cc_free(part);
    msrck_cc_free(formatted);
}

Test(precompiled_heap, equal_texts_of_the_library_are_one_block)
{
    char *one = msrck_cc_intern("one"), *two = msrck_cc_intern("two");

    cr_expect_eq(msrck_cc_intern("one"), one);
    cr_expect_neq(one, two);
    cr_expect_str_eq(two, "two");
    cr_expect_null(msrck_cc_intern(NULL));
    is(one, "char", 4, SEGMENT_HEAP);
}

Test(precompiled_heap, lines_of_any_length_are_read)
{
    char *line = NULL;
    size_t size = 0;
    FILE *file = tmpfile();

    for (int i = 0; i < 400; i++)
        fprintf(file, "%d%s", i, i % 100 == 99 ? "\n" : " ");
    rewind(file);
    for (int i = 0; i < 4; i++) {
        cr_assert_gt(msrck_cc_getline(&line, &size, file), 250);
        cr_expect_eq(atoi(line), i * 100);
        cr_expect_eq(line[strlen(line) - 1], '\n');
        cr_expect_geq(size, strlen(line) + 1);
    }
    cr_expect_eq(msrck_cc_getline(&line, &size, file), -1);
    msrck_cc_free(line);
    fclose(file);
}

Test(precompiled_heap, a_memory_streams_text_is_tracked_when_it_is_closed)
{
    char *text;
    size_t size;
    FILE *stream = msrck_cc_open_memstream(&text, &size);

    fprintf(stream, "written %d", 7);
    cr_expect_eq(msrck_cc_fclose(stream), 0);
    cr_expect_str_eq(text, "written 7");
    is(text, "char", 10, SEGMENT_HEAP);
    msrck_cc_free(text);
}

Test(precompiled_heap, blocks_outlive_the_session, .fini = NULL)
{
    struct node *node = msrck_cc_malloc(&node_type, sizeof *node), *late = msrck_cc_malloc(NULL, 100);

    node->value = 3;
    msrck_finish();
    cr_expect_eq(node->value, 3);
    msrck_cc_free(node);
    msrck_cc_free(late);
    late = msrck_cc_malloc(&node_type, sizeof *late);
    cr_expect_not_null(late);
    msrck_cc_free(late);
}

/* ---- Poll-points that are passed over ---- */

static const msrck_point points[] = { { "entry", NULL }, { "inside", NULL } };
static const msrck_frame_table table = { "held_function", points, 2, 1, NULL, 0 };

Test(precompiled_heap, held_poll_points_take_no_checkpoint_and_the_request_waits)
{
    msrck_request();
    msrck_hold();
    msrck_hold();
    cr_expect_eq(msrck_enter(&table, NULL), 0);
    cr_expect_not(msrck_at_point(&table, 2, NULL));
    cr_expect_not(msrck_leave(&table, 2, NULL));
    msrck_release();
    cr_expect_eq(msrck_poll_now(), 0);
    msrck_release();
    cr_expect_neq(msrck_flag, 0);
    cr_expect_eq(msrck_checkpoint_count(), 0);
}
