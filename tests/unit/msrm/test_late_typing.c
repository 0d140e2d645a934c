/* SPDX-License-Identifier: MIT */
/* Blocks whose type shows only from the pointers that reach them. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "simulated_process.h"

struct base { int kind; struct base *next; };
struct circle { struct base base; double radius; };
struct label { int kind; struct label *next; char *text; };     /* begins like struct base without containing one */
struct twin { struct base base; void *more[4]; };              /* as large as three of its header */
struct pair { long left, right; };
struct tail { int count; double values[]; };
struct link { struct link *next, *before; };
struct item { long value; struct link link; };

struct graph {
    void *anything;
    char *text;
    int *numbers;
    struct base *base;
    struct circle *circle;
    struct label *label;
    struct pair *pair;
    struct tail *tail;
    struct link *link;
    struct item *item;
    long *number;
    struct base **bases;
    struct twin *twin;
};

#define DESCRIBE(identifier, S, ...) static const msrck_type identifier; MSRCK_LOCAL_STRUCT(identifier, S, __VA_ARGS__)
#define MSRCK_LOCAL_STRUCT(identifier, S, ...) \
    static const msrck_field fields_##identifier[] = { __VA_ARGS__ }; \
    static const msrck_type identifier = { .kind = MSRCK_KIND_STRUCT, .name = #S, .size = sizeof(S), \
        .alignment = _Alignof(S), .fields = fields_##identifier, \
        .field_count = sizeof fields_##identifier / sizeof fields_##identifier[0] }

DESCRIBE(base_type, struct base, MSRCK_FIELD(struct base, kind, &msrck_int),
         MSRCK_FIELD(struct base, next, MSRCK_POINTER(&base_type)));
DESCRIBE(circle_type, struct circle, MSRCK_FIELD(struct circle, base, &base_type),
         MSRCK_FIELD(struct circle, radius, &msrck_double));
DESCRIBE(twin_type, struct twin, MSRCK_FIELD(struct twin, base, &base_type),
         MSRCK_FIELD(struct twin, more, MSRCK_ARRAY(MSRCK_POINTER(&msrck_void), 4)));
DESCRIBE(label_type, struct label, MSRCK_FIELD(struct label, kind, &msrck_int),
         MSRCK_FIELD(struct label, next, MSRCK_POINTER(&label_type)),
         MSRCK_FIELD(struct label, text, MSRCK_POINTER(&msrck_char)));
DESCRIBE(pair_type, struct pair, MSRCK_FIELD(struct pair, left, &msrck_long),
         MSRCK_FIELD(struct pair, right, &msrck_long));
DESCRIBE(tail_type, struct tail, MSRCK_FIELD(struct tail, count, &msrck_int),
         MSRCK_FLEXIBLE(struct tail, values, &msrck_double));
DESCRIBE(link_type, struct link, MSRCK_FIELD(struct link, next, MSRCK_POINTER(&link_type)),
         MSRCK_FIELD(struct link, before, MSRCK_POINTER(&link_type)));
DESCRIBE(item_type, struct item, MSRCK_FIELD(struct item, value, &msrck_long),
         MSRCK_FIELD(struct item, link, &link_type));
DESCRIBE(graph_type, struct graph, MSRCK_FIELD(struct graph, anything, MSRCK_POINTER(&msrck_void)),
         MSRCK_FIELD(struct graph, text, MSRCK_POINTER(&msrck_char)),
         MSRCK_FIELD(struct graph, numbers, MSRCK_POINTER(&msrck_int)),
         MSRCK_FIELD(struct graph, base, MSRCK_POINTER(&base_type)),
         MSRCK_FIELD(struct graph, circle, MSRCK_POINTER(&circle_type)),
         MSRCK_FIELD(struct graph, label, MSRCK_POINTER(&label_type)),
         MSRCK_FIELD(struct graph, pair, MSRCK_POINTER(&pair_type)),
         MSRCK_FIELD(struct graph, tail, MSRCK_POINTER(&tail_type)),
         MSRCK_FIELD(struct graph, link, MSRCK_POINTER(&link_type)),
         MSRCK_FIELD(struct graph, item, MSRCK_POINTER(&item_type)),
         MSRCK_FIELD(struct graph, number, MSRCK_POINTER(&msrck_long)),
         MSRCK_FIELD(struct graph, bases, MSRCK_POINTER(MSRCK_POINTER(&base_type))),
         MSRCK_FIELD(struct graph, twin, MSRCK_POINTER(&twin_type)));

static struct graph graph, copy;
static const struct global from_globals[] = { { "graph", &graph, &graph_type, sizeof graph } };
static const struct global to_globals[] = { { "graph", &copy, &graph_type, sizeof copy } };
static struct process from, to;
static struct byte_buffer file = BYTE_BUFFER_INIT;
static msrck_error error = MSRCK_ERROR_INIT;

static void begin(void)
{
    process_begin(&from, from_globals, 1);
    process_begin(&to, to_globals, 1);
    process_type(&from, &msrck_uchar);
    process_type(&to, &msrck_uchar);
    msrck_msrlt_restore_late(to.msrlt, true);
}

static void end(void)
{
    msrck_buffer_free(&file);
    process_end(&from);
    process_end(&to);
}

TestSuite(late_typing, .init = begin, .fini = end);

static void *late_for(size_t bytes, const msrck_type *hint)
{
    void *block = calloc(1, bytes);

    cr_assert_eq(msrck_msrlt_add_late(from.msrlt, block, bytes, hint == NULL ? TI_VOID : process_type(&from, hint),
                                      &error), MSRCK_OK, "%s", error.message);
    return block;
}

static void *late(size_t bytes)
{
    return late_for(bytes, NULL);
}

static void migrate(void)
{
    cr_assert_eq(process_collect(&from, &file, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(process_restore(&to, &file, &error), MSRCK_OK, "%s", error.message);
}

static void refused(const char *message)
{
    cr_assert_neq(process_collect(&from, &file, &error), MSRCK_OK);
    cr_assert_str_eq(error.message, message);
    error = (msrck_error)MSRCK_ERROR_INIT;
}

static void refused_with(const char *part)
{
    cr_assert_neq(process_collect(&from, &file, &error), MSRCK_OK);
    cr_assert(strstr(error.message, part) != NULL, "%s", error.message);
    error = (msrck_error)MSRCK_ERROR_INIT;
}

/* What a block of the restored process is, whichever pointer found it. */
static const char *type_of(const void *address, uint64_t *count)
{
    struct block block;

    cr_assert(msrck_msrlt_find(to.msrlt, address, &block));
    *count = block.count;
    return msrck_ti_get(to.types, block.type)->name;
}

static void is(const void *address, const char *type, uint64_t count)
{
    uint64_t found;

    cr_expect_str_eq(type_of(address, &found), type);
    cr_expect_eq(found, count, "%llu elements", (unsigned long long)found);
}

Test(late_typing, a_block_takes_the_type_of_the_pointer_to_it)
{
    graph.numbers = late(10 * sizeof(int));
    graph.numbers[7] = -5;
    graph.anything = graph.numbers;
    migrate();
    is(copy.numbers, "int", 10);
    cr_expect_eq(copy.numbers[7], -5);
    cr_expect_eq(copy.anything, copy.numbers);
    free(copy.numbers);
}

Test(late_typing, void_tells_nothing_and_characters_tell_little)
{
    graph.anything = late(12);
    memcpy(graph.anything, "any bytes", 10);
    graph.text = late(20);
    strcpy(graph.text, "some text");
    migrate();
    is(copy.anything, "unsigned char", 12);
    is(copy.text, "char", 20);
    cr_expect_str_eq(copy.anything, "any bytes");
    cr_expect_str_eq(copy.text, "some text");
}

Test(late_typing, characters_give_way_to_any_other_pointer)
{
    graph.pair = late(3 * sizeof(struct pair));
    graph.text = (char *)graph.pair;
    graph.pair[2].right = 1234567;
    migrate();
    is(copy.pair, "struct pair", 3);
    cr_expect_eq(copy.text, (char *)copy.pair);
    cr_expect_eq(copy.pair[2].right, 1234567);
}

Test(late_typing, the_larger_of_two_structs_wins_that_begin_alike)
{
    graph.base = late(sizeof(struct circle));
    graph.circle = (struct circle *)graph.base;
    graph.circle->radius = 1.5;
    graph.base->next = late(sizeof(struct label));
    graph.label = (struct label *)graph.base->next;
    graph.label->text = late(6);
    strcpy(graph.label->text, "label");
    migrate();
    is(copy.base, "struct circle", 1);
    cr_expect_eq(copy.circle->radius, 1.5);
    is(copy.label, "struct label", 1);
    cr_expect_eq((struct label *)copy.base->next, copy.label);
    cr_expect_str_eq(copy.label->text, "label");
}

/* The struct is found after its header, and what stands behind the header must not have been taken for another one. */
Test(late_typing, a_header_is_not_followed_beyond_its_end)
{
    struct label *label;
    struct base *bases;

    graph.base = late_for(sizeof(struct label), &label_type);
    label = (struct label *)graph.base;
    label->text = late(8);
    strcpy(label->text, "behind");
    bases = late(2 * sizeof *bases);
    graph.bases = late(sizeof graph.bases[0]);
    graph.bases[0] = bases;
    bases[1].kind = 3;
    migrate();
    is(copy.base, "struct label", 1);
    cr_expect_str_eq(((struct label *)copy.base)->text, "behind");
    is(copy.bases[0], "struct base", 2);
    cr_expect_eq(copy.bases[0][1].kind, 3);
}

Test(late_typing, a_pointer_one_past_the_end_agrees_with_every_type)
{
    graph.pair = late(4 * sizeof(struct pair));
    graph.anything = graph.pair + 4;
    graph.numbers = (int *)(graph.pair + 4);
    migrate();
    is(copy.pair, "struct pair", 4);
    cr_expect_eq(copy.anything, copy.pair + 4);
    cr_expect_eq(copy.numbers, (int *)(copy.pair + 4));
}

Test(late_typing, a_pointer_to_the_middle_alone_makes_an_array)
{
    graph.pair = (struct pair *)late(4 * sizeof(struct pair)) + 3;
    graph.pair->left = 77;
    migrate();
    is(copy.pair, "struct pair", 4);
    cr_expect_eq(copy.pair->left, 77);
}

Test(late_typing, links_inside_items_wait_for_the_items)
{
    struct item *first = late(sizeof *first), *second = late_for(sizeof *second, &item_type);

    first->value = 1;
    second->value = 2;
    graph.link = &first->link;
    first->link.next = &second->link;
    second->link.before = &first->link;
    graph.item = first;
    graph.anything = first;
    graph.number = &first->value;
    migrate();
    is(copy.item, "struct item", 1);
    cr_expect_eq(copy.link, &copy.item->link);
    is(copy.link->next, "struct item", 1);
    cr_expect_eq(copy.link->next->before, copy.link);
    cr_expect_eq(*copy.number, 1);
}

Test(late_typing, a_pointer_to_the_first_member_gives_way_to_one_to_the_struct)
{
    graph.number = late(sizeof(struct item));
    graph.item = (struct item *)graph.number;
    graph.item->value = 9;
    graph.item->link.next = &graph.item->link;
    migrate();
    is(copy.item, "struct item", 1);
    cr_expect_eq(copy.number, &copy.item->value);
    cr_expect_eq(copy.item->link.next, &copy.item->link);
}

Test(late_typing, flexible_structs_take_what_is_left_over)
{
    graph.tail = late(offsetof(struct tail, values) + 5 * sizeof(double));
    graph.tail->count = 5;
    graph.tail->values[4] = 2.5;
    migrate();
    is(copy.tail, "struct tail", 5);
    cr_expect_eq(copy.tail->values[4], 2.5);
}

Test(late_typing, an_unused_rest_is_left_out_and_a_used_one_is_refused)
{
    graph.pair = late(2 * sizeof(struct pair) + 3);
    graph.pair[1].right = 4;
    migrate();
    is(copy.pair, "struct pair", 2);
    ((char *)graph.pair)[2 * sizeof(struct pair) + 1] = 'x';
    refused_with("which is 2 of struct pair and 3 bytes that no type tells");
}

Test(late_typing, a_hint_stands_where_no_pointer_tells_more)
{
    graph.anything = late_for(2 * sizeof(struct label), &label_type);
    ((struct label *)graph.anything)[1].text = late(4);
    strcpy(((struct label *)graph.anything)[1].text, "end");
    migrate();
    is(copy.anything, "struct label", 2);
    cr_expect_str_eq(((struct label *)copy.anything)[1].text, "end");
}

Test(late_typing, conflicts_name_both_pointers)
{
    graph.numbers = late(16);
    graph.text = (char *)graph.numbers;
    graph.link = (struct link *)graph.numbers;
    refused("graph.link: points to struct link at byte 0 of a block of 16 bytes, in which graph.numbers points to int");
}

Test(late_typing, a_conflict_with_the_allocation_names_its_type)
{
    graph.link = late_for(2 * sizeof(struct pair), &pair_type);
    refused_with("graph.link: points to struct link at byte 0 of a block");
    refused_with("which was allocated for struct pair");
}

Test(late_typing, a_middle_of_nothing_known_is_refused)
{
    graph.pair = (struct pair *)((char *)late(3 * sizeof(struct pair)) + 4);
    refused_with("graph.pair: points to struct pair, byte 4 of a block of");
}

Test(late_typing, several_small_structs_or_one_large_are_not_guessed)
{
    graph.base = late(2 * sizeof(struct base));
    migrate();
    is(copy.base, "struct base", 2);
    graph.anything = graph.base;
    graph.base = late(sizeof(struct twin));
    refused_with("may be 3 of struct base or one struct twin");
}

Test(late_typing, values_among_characters_are_refused)
{
    msrck_msrlt_restore_late(from.msrlt, true);
    graph.text = process_allocate(&from, &msrck_char, 64);
    migrate();
    graph.pair = (struct pair *)(graph.text + 16);
    refused("graph.pair: points to struct pair in memory that was declared or allocated as characters");
}

Test(late_typing, types_are_forgotten_after_the_collection)
{
    struct block block;

    graph.pair = late(100 * sizeof(struct pair));
    graph.numbers = late(1000 * sizeof(struct pair));   /* longer than a page */
    migrate();
    cr_assert(msrck_msrlt_find(from.msrlt, graph.pair, &block));
    cr_expect_eq(block.count, 100 * sizeof(struct pair));
    cr_assert(msrck_msrlt_find(from.msrlt, graph.numbers, &block));
    cr_expect_eq(block.count, 1000 * sizeof(struct pair));
    is(copy.numbers, "int", 1000 * sizeof(struct pair) / sizeof(int));
    graph.link = (struct link *)graph.pair;
    graph.pair = NULL;
    free(copy.pair);
    free(copy.numbers);
    migrate();
    cr_expect_eq(msrck_msrlt_find(to.msrlt, copy.link, &block), true);
}

Test(late_typing, the_same_state_gives_the_same_file_twice)
{
    struct byte_buffer first = BYTE_BUFFER_INIT;
    int i;

    for (i = 0; i < 50; i++) {
        struct circle *circle = late_for(sizeof *circle, i % 2 == 0 ? &circle_type : &base_type);

        circle->base.next = graph.base;
        circle->radius = i % 2 == 0 ? i : 0;
        graph.base = &circle->base;
        graph.circle = circle;
    }
    graph.bases = late(3 * sizeof graph.bases[0]);
    cr_assert_eq(process_collect(&from, &first, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(process_collect(&from, &file, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(first.length, file.length);
    cr_expect_eq(memcmp(first.bytes, file.bytes, file.length), 0);
    msrck_buffer_free(&first);
}

/* ---- Deep graphs ---- */

enum { NODES = 10000000 };

static void *collect_and_restore(void *context)
{
    migrate();
    return context;
}

Test(late_typing, a_list_of_ten_million_nodes_needs_no_stack, .timeout = 600)
{
    pthread_attr_t attributes;
    pthread_t thread;
    struct link *link;
    int i;

    for (i = 0; i < NODES; i++) {
        link = late(sizeof *link);
        link->next = graph.link;
        if (graph.link != NULL)
            graph.link->before = link;
        graph.link = link;
    }
    cr_assert_eq(pthread_attr_init(&attributes), 0);
    cr_assert_eq(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
    cr_assert_eq(pthread_create(&thread, &attributes, collect_and_restore, NULL), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    for (i = 0, link = copy.link; link != NULL; link = link->next, i++)
        if (link->next != NULL && link->next->before != link)
            cr_assert_fail("node %d is not the one before its next", i);
    cr_expect_eq(i, NODES);
}
