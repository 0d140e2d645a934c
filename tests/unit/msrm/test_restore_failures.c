/* SPDX-License-Identifier: MIT */
/* Checkpoints that this program cannot take: refused with the path of the variable, and nothing left behind. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "simulated_process.h"
#include "types/ti_section.h"

/* The program as it was. */
struct item {
    long value;
    struct item *next;
    struct item *list[2];
    int extra;
};
extern const msrck_type item_type;
MSRCK_STRUCT(item_type, struct item, MSRCK_FIELD(struct item, value, &msrck_long),
             MSRCK_FIELD(struct item, next, MSRCK_POINTER(&item_type)),
             MSRCK_FIELD(struct item, list, MSRCK_ARRAY(MSRCK_POINTER(&item_type), 2)),
             MSRCK_FIELD(struct item, extra, &msrck_int));
static const msrck_type item_pointer = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &item_type
};

/* The program as it is now: value is narrower, extra is gone, added is new, the order is another. */
struct item_now {
    struct item_now *list[2];
    short added;
    short value;
    struct item_now *next;
};
static const msrck_type item_now_type;
static const msrck_type item_now_pointer = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &item_now_type
};
static const msrck_type item_now_list = { .kind = MSRCK_KIND_ARRAY, .element = &item_now_pointer, .count = 2 };
static const short added_default = 321;
static const msrck_field item_now_fields[] = {
    MSRCK_FIELD(struct item_now, list, &item_now_list),
    MSRCK_FIELD_DEFAULT(struct item_now, added, &msrck_short, &added_default),
    MSRCK_FIELD(struct item_now, value, &msrck_short),
    MSRCK_FIELD(struct item_now, next, &item_now_pointer),
};
static const msrck_type item_now_type = { .kind = MSRCK_KIND_STRUCT,
                                          .name = "struct item",
                                          .size = sizeof(struct item_now),
                                          .alignment = _Alignof(struct item_now),
                                          .fields = item_now_fields,
                                          .field_count = 4 };

/* One that no longer has values at all: value is a struct. */
struct inner {
    int x;
};
struct item_odd {
    struct inner value;
};
static const msrck_field inner_fields[] = { MSRCK_FIELD(struct inner, x, &msrck_int) };
static const msrck_type inner_type = { .kind = MSRCK_KIND_STRUCT,
                                       .name = "struct inner",
                                       .size = sizeof(struct inner),
                                       .alignment = _Alignof(struct inner),
                                       .fields = inner_fields,
                                       .field_count = 1 };
static const msrck_field item_odd_fields[] = { MSRCK_FIELD(struct item_odd, value, &inner_type) };
static const msrck_type item_odd_type = { .kind = MSRCK_KIND_STRUCT,
                                          .name = "struct item",
                                          .size = sizeof(struct item_odd),
                                          .alignment = _Alignof(struct item_odd),
                                          .fields = item_odd_fields,
                                          .field_count = 1 };
static const msrck_type item_odd_pointer = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &item_odd_type
};

static struct item *first;
static int *extra;
static long total;
static struct {
    struct item_now *first;
    short *extra;
    short total;
} now;
static struct {
    struct item_odd *first;
} odd;

static const msrck_type int_pointer = {
    .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &msrck_int
};

static const struct global globals[] = { { "first", &first, &item_pointer, sizeof first },
                                         { "extra", &extra, &int_pointer, sizeof extra },
                                         { "total", &total, &msrck_long, sizeof total } };
static const struct global now_globals[] = { { "first", &now.first, &item_now_pointer, sizeof now.first },
                                             { "total", &now.total, &msrck_short, sizeof now.total } };
static const struct global odd_globals[] = { { "first", &odd.first, &item_odd_pointer, sizeof odd.first } };

static struct process from, to;
static struct byte_buffer file = BYTE_BUFFER_INIT;
static msrck_error error = MSRCK_ERROR_INIT;

static void begin(void)
{
    process_begin(&from, globals, 3);
    process_begin(&to, now_globals, 2);
}

static void end(void)
{
    msrck_buffer_free(&file);
    process_end(&from);
    process_end(&to);
}

TestSuite(restore_failures, .init = begin, .fini = end);

static struct item *make_item(long value)
{
    struct item *item = process_allocate(&from, &item_type, 1);

    item->value = value;
    return item;
}

static void collect(void)
{
    cr_assert_eq(process_collect(&from, &file, &error), MSRCK_OK, "%s", error.message);
}

static const char *refused(msrck_result wanted)
{
    msrck_result result = process_restore(&to, &file, &error);

    cr_expect_eq(result, wanted, "%s: %s", msrck_result_name(result), error.message);
    cr_expect_eq(process_blocks(&to), 0, "blocks of a failed restore are given back");
    return error.message;
}

Test(restore_failures, fields_are_matched_by_name_in_another_order)
{
    first = make_item(5);
    first->list[1] = make_item(-6);
    first->list[1]->next = first;
    total = -7;
    collect();
    cr_assert_eq(process_restore(&to, &file, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(now.first->value, 5);
    cr_expect_eq(now.first->added, 321);
    cr_expect_eq(now.first->list[1]->value, -6);
    cr_expect_eq(now.first->list[1]->next, now.first);
    cr_expect_eq(now.total, -7);
}

Test(restore_failures, a_value_that_does_not_fit_is_named_from_its_variable)
{
    first = make_item(1);
    first->next = make_item(2);
    first->next->list[1] = make_item(5000000000L);
    collect();
    cr_expect(strncmp(refused(MSRCK_DOES_NOT_FIT), "first->next->list[1]->value: 5000000000 does not fit", 52) == 0,
              "%s", error.message);
}

Test(restore_failures, a_global_that_does_not_fit_is_named)
{
    total = 40000;
    collect();
    cr_expect(strncmp(refused(MSRCK_DOES_NOT_FIT), "total: 40000 does not fit", 25) == 0, "%s", error.message);
}

Test(restore_failures, from_a_pipe_the_block_is_named_by_its_number)
{
    first = make_item(1);
    first->next = make_item(5000000000L);
    collect();
    cr_expect_eq(process_restore_pipe(&to, &file, &error), MSRCK_DOES_NOT_FIT);
    cr_expect(strncmp(error.message, "struct item #", 13) == 0, "%s", error.message);
    cr_expect(strstr(error.message, ".value: 5000000000 does not fit") != NULL, "%s", error.message);
}

Test(restore_failures, a_pointer_to_a_member_that_is_gone_is_named)
{
    static struct {
        struct item_now *first;
        int *extra;
    } partly;
    const struct global partly_globals[] = { { "first", &partly.first, &item_now_pointer, sizeof partly.first },
                                             { "extra", &partly.extra, &int_pointer, sizeof partly.extra } };

    process_end(&to);
    process_begin(&to, partly_globals, 2);
    first = make_item(1);
    extra = &first->extra;
    collect();
    cr_expect_str_eq(refused(MSRCK_DOES_NOT_FIT), "extra: points to a member of struct item that the program lacks");
}

Test(restore_failures, a_pointer_to_a_member_that_moved_follows_it)
{
    static struct {
        struct item_now *first;
        struct item_now **inside;
    } moved;
    static struct item **inside;
    const msrck_type from_type = {
        .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &item_pointer
    };
    const msrck_type to_type = {
        .kind = MSRCK_KIND_POINTER, .size = sizeof(void *), .alignment = _Alignof(void *), .element = &item_now_pointer
    };
    const struct global from_globals[] = { { "first", &first, &item_pointer, sizeof first },
                                           { "inside", &inside, &from_type, sizeof inside } };
    const struct global to_globals[] = { { "first", &moved.first, &item_now_pointer, sizeof moved.first },
                                         { "inside", &moved.inside, &to_type, sizeof moved.inside } };

    process_end(&from);
    process_end(&to);
    process_begin(&from, from_globals, 2);
    process_begin(&to, to_globals, 2);
    first = make_item(1);
    inside = &first->list[1];
    collect();
    cr_assert_eq(process_restore(&to, &file, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(moved.inside, &moved.first->list[1]);
}

Test(restore_failures, a_type_that_cannot_be_matched_is_named_from_a_variable)
{
    process_end(&to);
    process_begin(&to, odd_globals, 1);
    first = make_item(1);
    collect();
    cr_expect(strncmp(refused(MSRCK_DOES_NOT_FIT), "first->value", 12) == 0, "%s", error.message);
}

Test(restore_failures, a_type_the_program_lacks_is_named_from_a_variable)
{
    process_end(&to);
    process_begin(&to, NULL, 0);
    first = make_item(1);
    collect();
    cr_expect_str_eq(refused(MSRCK_DOES_NOT_FIT), "first[0]: the program has no type struct item");
}

Test(restore_failures, a_pointer_to_a_global_the_program_lacks_names_both)
{
    static int *pointer, number = 3;
    const struct global from_globals[] = { { "pointer", &pointer, &int_pointer, sizeof pointer },
                                           { "number", &number, &msrck_int, sizeof number } };
    const struct global to_globals[] = { { "pointer", &now.extra, &int_pointer, sizeof pointer } };

    process_end(&from);
    process_end(&to);
    process_begin(&from, from_globals, 2);
    process_begin(&to, to_globals, 1);
    collect();
    cr_expect_eq(process_restore(&to, &file, &error), MSRCK_OK, "nothing points to number: %s", error.message);
    pointer = &number;
    collect();
    cr_expect_str_eq(refused(MSRCK_DOES_NOT_FIT), "pointer: points to number, which the program does not have");
}

Test(restore_failures, elements_that_are_not_zero_are_not_cut_off)
{
    static int numbers[4], fewer[3];
    const msrck_type four = { .kind = MSRCK_KIND_ARRAY, .element = &msrck_int, .count = 4 };
    const msrck_type three = { .kind = MSRCK_KIND_ARRAY, .element = &msrck_int, .count = 3 };
    const struct global from_globals[] = { { "numbers", numbers, &four, sizeof numbers } };
    const struct global to_globals[] = { { "numbers", fewer, &three, sizeof fewer } };

    process_end(&from);
    process_end(&to);
    process_begin(&from, from_globals, 1);
    process_begin(&to, to_globals, 1);
    numbers[3] = 7;
    collect();
    cr_expect_str_eq(refused(MSRCK_DOES_NOT_FIT), "numbers[3]: is not zero, and the program has room for 3 elements");
}

Test(restore_failures, a_function_the_program_lacks_is_named)
{
    static void (*action)(void), (*action_now)(void);
    static const msrck_function_entry entry = { "begin", begin };
    static const msrck_function_entry *const entries[] = { &entry };
    const struct global from_globals[] = { { "action", &action, &msrck_function, sizeof action } };
    const struct global to_globals[] = { { "action", &action_now, &msrck_function, sizeof action_now } };

    process_end(&from);
    process_end(&to);
    process_begin(&from, from_globals, 1);
    process_begin(&to, to_globals, 1);
    from.targets = (struct function_targets){ entries, 1 };
    action = begin;
    collect();
    cr_expect_str_eq(refused(MSRCK_DOES_NOT_FIT),
                     "action: points to function begin, which the program has not registered");
}

Test(restore_failures, a_limit_on_memory_is_kept)
{
    const msrck_limits limits = { .version = MSRCK_LIMITS_VERSION, .memory_bytes = 100 };
    struct source *source;
    struct restoration *restoration;

    first = NULL;
    for (int k = 0; k < 10; k++) {
        struct item *item = make_item(k);

        item->next = first;
        first = item;
    }
    collect();
    cr_assert_eq(msrck_source_open_memory(file.bytes, file.length, &source, &error), MSRCK_OK);
    cr_assert_eq(msrck_restoration_open(source, &limits, to.msrlt, to.types, NULL, &restoration, &error), MSRCK_OK);
    cr_expect_eq(msrck_restoration_load(restoration, &error), MSRCK_LIMIT);
    cr_expect(strstr(error.message, "--max-memory") != NULL, "%s", error.message);
    cr_expect_eq(process_blocks(&to), 0);
    msrck_restoration_free(restoration);
    msrck_source_close(source);
}

Test(restore_failures, a_cut_file_is_truncated_and_leaves_nothing)
{
    first = make_item(1);
    first->next = make_item(2);
    collect();
    for (size_t length = 0; length < file.length; length += 7) {
        struct byte_buffer cut = { .bytes = file.bytes, .length = length, .capacity = length };
        msrck_result result;

        error = (msrck_error)MSRCK_ERROR_INIT;
        result = process_restore(&to, &cut, &error);
        cr_expect(result == MSRCK_TRUNCATED || (length < 64 && result == MSRCK_NOT_A_CHECKPOINT), "%zu bytes: %s: %s",
                  length, msrck_result_name(result), error.message);
        cr_expect_eq(process_blocks(&to), 0);
    }
}

Test(restore_failures, any_damaged_byte_is_noticed)
{
    first = make_item(1);
    first->next = make_item(2);
    collect();
    for (size_t at = 0; at < file.length; at++) {
        msrck_result result;

        file.bytes[at] ^= 0x10;
        error = (msrck_error)MSRCK_ERROR_INIT;
        result = process_restore(&to, &file, &error);
        cr_expect(result != MSRCK_OK && result != MSRCK_SYSTEM && result != MSRCK_MISUSE, "byte %zu: %s", at,
                  msrck_result_name(result));
        cr_expect_eq(process_blocks(&to), 0);
        file.bytes[at] ^= 0x10;
    }
}

/* A file of the first process's types and one extent, without rows. */
static void write_claim(struct extent *extent)
{
    typedef msrck_result encode(const struct metadata *, struct byte_buffer *, msrck_error *);
    static const char *const tags[] = { "PROG", "EXTE", "VARS", "FRAM" };
    static encode *const encoders[] = { msrck_program_encode, msrck_extents_encode, msrck_variables_encode,
                                        msrck_frames_encode };
    struct metadata metadata = { .program = (char *)"", .extents = extent, .extent_count = 1 };
    struct codec_choice codec = { 0 };
    struct byte_buffer payload = BYTE_BUFFER_INIT;
    struct file_writer *writer;
    struct sink *sink;
    uint32_t *order = msrck_ti_file_order(from.types);

    cr_assert_eq(msrck_sink_open_memory(&file, &sink, &error), MSRCK_OK);
    cr_assert_eq(msrck_file_writer_new(sink, 8, &codec, 1, &writer, &error), MSRCK_OK);
    cr_assert_eq(msrck_ti_encode(from.types, order, &payload, &error), MSRCK_OK);
    cr_assert_eq(msrck_fingerprint(payload.bytes, payload.length, &metadata, &error), MSRCK_OK);
    cr_assert_eq(msrck_file_writer_section(writer, "TYPE", payload.bytes, payload.length, &error), MSRCK_OK);
    for (int k = 0; k < 4; k++) {
        msrck_buffer_clear(&payload);
        cr_assert_eq(encoders[k](&metadata, &payload, &error), MSRCK_OK, "%s", error.message);
        cr_assert_eq(msrck_file_writer_section(writer, tags[k], payload.bytes, payload.length, &error), MSRCK_OK);
    }
    cr_assert_eq(msrck_file_writer_finish(writer, &error), MSRCK_OK);
    msrck_file_writer_free(writer);
    cr_assert_eq(msrck_sink_commit(sink, &error), MSRCK_OK);
    msrck_buffer_free(&payload);
    free(order);
}

Test(restore_failures, a_claim_that_the_file_cannot_hold_is_refused_before_memory_is_taken)
{
    uint32_t *order = msrck_ti_file_order(from.types);
    struct extent extent = { .segment = SEGMENT_STACK, .count = 1, .blocks = UINT64_C(1) << 36 };

    while (order[extent.type] != process_type(&from, &item_type))
        extent.type++;
    free(order);
    write_claim(&extent);
    refused(MSRCK_CORRUPT);
    cr_expect(strstr(error.message, "lists more rows than") != NULL, "%s", error.message);
}

Test(restore_failures, calls_out_of_order_are_misuse)
{
    struct source *source;
    struct restoration *restoration;

    collect();
    cr_assert_eq(msrck_source_open_memory(file.bytes, file.length, &source, &error), MSRCK_OK);
    cr_assert_eq(msrck_restoration_open(source, NULL, to.msrlt, to.types, NULL, &restoration, &error), MSRCK_OK);
    cr_expect_eq(msrck_restoration_complete(restoration, NULL), MSRCK_MISUSE);
    cr_assert_eq(msrck_restoration_load(restoration, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(msrck_restoration_load(restoration, NULL), MSRCK_MISUSE);
    cr_expect_eq(msrck_restoration_attach_variable(restoration, "total", &total, process_type(&to, &msrck_long),
                                                   sizeof total, NULL),
                 MSRCK_MISUSE);
    cr_assert_eq(msrck_restoration_complete(restoration, &error), MSRCK_OK);
    cr_expect_eq(msrck_restoration_complete(restoration, NULL), MSRCK_MISUSE);
    msrck_restoration_free(restoration);
    msrck_source_close(source);
}
