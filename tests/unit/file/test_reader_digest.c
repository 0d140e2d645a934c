/* SPDX-License-Identifier: MIT */
/* The digest is of the state: nothing of the file's order and coding changes it, and everything of the state does. */
#include "reader_fixture.h"

struct node {
    int value;
    struct node *next;
    void *any;
};

extern const msrck_type digest_node;
MSRCK_STRUCT(digest_node, struct node, MSRCK_FIELD(struct node, value, &msrck_int),
             MSRCK_FIELD(struct node, next, MSRCK_POINTER(&digest_node)),
             MSRCK_FIELD(struct node, any, MSRCK_POINTER(&msrck_void)));

/* How a ring of three nodes with values 1, 2, 3 is written. */
struct shape {
    bool reversed;                  /* order of the blocks */
    bool stray;                     /* a block that nothing points to, before all others */
    bool foreign;                   /* the nodes are memory of somebody else */
    int third;                      /* value of the third node; 0: 3 */
    bool crossed;                   /* the first node's `any` is one past its own end, not NULL */
    bool lost;                      /* the third node points outside of every block */
};

#define NODES 3u

static void add_node(struct graph_builder *builder, const struct shape *shape, const size_t handles[NODES],
                     unsigned index)
{
    bool third = index == NODES - 1, crossed = index == 0 && shape->crossed;

    builder_integer(builder, 4, third && shape->third != 0 ? (uint64_t)shape->third : index + 1);
    if (third && shape->lost)
        builder_raw_pointer(builder, 4000);
    else
        builder_pointer(builder, handles[(index + 1) % NODES], 0);
    builder_pointer(builder, crossed ? handles[0] : SIZE_MAX, crossed ? 3 : 0);
}

static void make_ring(const struct shape *shape, const struct codec_choice *codec, struct byte_buffer *bytes)
{
    const msrck_type *const types[] = { &digest_node };
    struct graph_builder *builder = builder_new(types, 1, 4);
    enum segment segment = shape->foreign ? SEGMENT_FOREIGN : SEGMENT_HEAP;
    /* Handles count from 0 in the order in which blocks are made. */
    size_t first = shape->stray ? 1 : 0, handles[NODES], root;

    for (unsigned i = 0; i < NODES; i++)
        handles[i] = first + (shape->reversed ? NODES - 1 - i : i);
    if (shape->stray) {
        builder_block(builder, SEGMENT_HEAP, "int", 1);
        builder_integer(builder, 4, 99);
    }
    for (unsigned i = 0; i < NODES; i++) {
        unsigned index = shape->reversed ? NODES - 1 - i : i;

        cr_assert_eq(builder_block(builder, segment, "struct node", 1), handles[index]);
        add_node(builder, shape, handles, index);
    }
    root = builder_block(builder, SEGMENT_GLOBAL, "struct node *", 1);
    builder_pointer(builder, handles[0], 0);
    builder_variable(builder, VARIABLE_GLOBAL, "ring", "struct node *", root);
    builder_finish(builder, codec, bytes);
    builder_free(builder);
}

static const struct codec_choice plain = { CODEC_NONE, FILTER_NONE, 0 };

static msrck_result digest_of(const struct shape *shape, uint64_t memory, unsigned char digest[MSRCK_DIGEST_SIZE],
                              msrck_error *error)
{
    msrck_limits limits = MSRCK_LIMITS_INIT;
    struct byte_buffer bytes = BYTE_BUFFER_INIT;
    msrck_reader *reader;
    msrck_result result;

    limits.memory_bytes = memory;
    make_ring(shape, &plain, &bytes);
    cr_assert_eq(msrck_reader_open_memory(bytes.bytes, bytes.length, &limits, &reader, error), MSRCK_OK, "%s",
                 error->message);
    result = msrck_reader_digest(reader, digest, error);
    msrck_reader_close(reader);
    msrck_buffer_free(&bytes);
    return result;
}

static bool same_as_plain_ring(const struct shape *shape, uint64_t memory)
{
    const struct shape ring = { .third = 0 };
    unsigned char expected[MSRCK_DIGEST_SIZE], digest[MSRCK_DIGEST_SIZE];
    msrck_error error = MSRCK_ERROR_INIT;

    cr_assert_eq(digest_of(&ring, 0, expected, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(digest_of(shape, memory, digest, &error), MSRCK_OK, "%s", error.message);
    return memcmp(expected, digest, sizeof digest) == 0;
}

Test(reader_digest, what_is_no_state_changes_nothing)
{
    const struct shape reversed = { .reversed = true }, stray = { .stray = true }, foreign = { .foreign = true };

    cr_assert(same_as_plain_ring(&reversed, 0));
    cr_assert(same_as_plain_ring(&stray, 0));
    cr_assert(same_as_plain_ring(&foreign, 0));
}

Test(reader_digest, rows_that_memory_may_not_hold_come_from_a_file)
{
    const struct shape ring = { .third = 0 };

    /* Enough for the numbers of four blocks and for nothing else. */
    cr_assert(same_as_plain_ring(&ring, 4 * 2 * sizeof(uint32_t)));
}

Test(reader_digest, values_and_pointers_change_it)
{
    const struct shape value = { .third = 4 }, pointer = { .crossed = true };

    cr_assert_not(same_as_plain_ring(&value, 0));
    cr_assert_not(same_as_plain_ring(&pointer, 0));
}

Test(reader_digest, a_pointer_that_leads_nowhere_is_corrupt)
{
    const struct shape lost = { .lost = true };
    unsigned char digest[MSRCK_DIGEST_SIZE];
    msrck_error error = MSRCK_ERROR_INIT;

    cr_assert_eq(digest_of(&lost, 0, digest, &error), MSRCK_CORRUPT);
    cr_assert_not_null(strstr(error.message, "4000"), "%s", error.message);
}

Test(reader_digest, the_limit_of_memory_is_named)
{
    const struct shape ring = { .third = 0 };
    unsigned char digest[MSRCK_DIGEST_SIZE];
    msrck_error error = MSRCK_ERROR_INIT;

    cr_assert_eq(digest_of(&ring, 8, digest, &error), MSRCK_LIMIT);
    cr_assert_not_null(strstr(error.message, "--max-memory"), "%s", error.message);
}

Test(reader_digest, the_codec_of_a_large_sample_changes_nothing)
{
    const struct codec_choice codecs[] = { plain, { CODEC_ZLIB, FILTER_NONE, 1 }, { CODEC_ZLIB, FILTER_SPLIT, 6 } };
    unsigned char digests[3][MSRCK_DIGEST_SIZE];

    for (size_t i = 0; i < 3; i++) {
        struct byte_buffer bytes = BYTE_BUFFER_INIT;
        msrck_error error = MSRCK_ERROR_INIT;
        msrck_reader *reader;

        reader_sample(&codecs[i], FAULT_NONE, &bytes);
        cr_assert_eq(msrck_reader_open_memory(bytes.bytes, bytes.length, NULL, &reader, &error), MSRCK_OK, "%s",
                     error.message);
        cr_assert_eq(msrck_reader_digest(reader, digests[i], &error), MSRCK_OK, "%s", error.message);
        cr_assert_eq(memcmp(digests[0], digests[i], MSRCK_DIGEST_SIZE), 0);
        msrck_reader_close(reader);
        msrck_buffer_free(&bytes);
    }
}
