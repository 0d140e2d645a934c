/* SPDX-License-Identifier: MIT */
/* Frames: live variables, locals whose addresses are taken, pointers between them, and programs that changed. */
#include <criterion/criterion.h>
#include <string.h>

#include "graph_types.h"
#include "simulated_process.h"

struct main_live {
    struct node *root;
    int *counter;
};
extern const msrck_type main_live_type;
MSRCK_STRUCT(main_live_type, struct main_live, MSRCK_FIELD(struct main_live, root, MSRCK_POINTER(&node_type)),
             MSRCK_FIELD(struct main_live, counter, MSRCK_POINTER(&msrck_int)));

struct walk_live {
    struct node *node;
    int *result;
    long depth;
};
extern const msrck_type walk_live_type;
MSRCK_STRUCT(walk_live_type, struct walk_live, MSRCK_FIELD(struct walk_live, node, MSRCK_POINTER(&node_type)),
             MSRCK_FIELD(struct walk_live, result, MSRCK_POINTER(&msrck_int)),
             MSRCK_FIELD(struct walk_live, depth, &msrck_long));

/* A later version of the program: depth became short. */
struct walk_short {
    struct node *node;
    int *result;
    short depth;
};
static const msrck_field walk_short_fields[] = {
    MSRCK_FIELD(struct walk_short, node, &node_pointer_type),
    MSRCK_FIELD(struct walk_short, result, &int_pointer_type),
    MSRCK_FIELD(struct walk_short, depth, &msrck_short),
};
static const msrck_type walk_short_type = { .kind = MSRCK_KIND_STRUCT,
                                            .name = "struct walk_live",
                                            .size = sizeof(struct walk_short),
                                            .alignment = _Alignof(struct walk_short),
                                            .fields = walk_short_fields,
                                            .field_count = 3 };

static struct process from, to;
static struct byte_buffer file = BYTE_BUFFER_INIT;
static msrck_error error = MSRCK_ERROR_INIT;

/* main has a local `counter` and a local array `buffer`; walk has none. */
static struct collection *add_program(struct process *process)
{
    struct point_entry main_points[] = { { (char *)"entry", 0 },
                                         { (char *)"after walk", process_type(process, &main_live_type) } };
    struct point_entry walk_points[] = { { (char *)"entry", process_type(process, &walk_live_type) } };
    struct local_entry main_locals[] = { { (char *)"counter", process_type(process, &msrck_int) },
                                         { (char *)"buffer", process_type(process, &int_array_type) } };
    struct function_entry functions[] = { { (char *)"walk", walk_points, 1, NULL, 0 },
                                          { (char *)"main", main_points, 2, main_locals, 2 } };
    struct collection *collection = process_collection(process);

    cr_assert_eq(msrck_collection_set_program(collection, "walker", functions, 2, &error), MSRCK_OK, "%s",
                 error.message);
    return collection;
}

static size_t add_local(struct process *process, void *address, const msrck_type *type, uint64_t order)
{
    size_t handle;

    cr_assert_eq(msrck_msrlt_add_named(process->msrlt, SEGMENT_STACK, address, NULL, process_type(process, type), 1,
                                       order, &handle, &error),
                 MSRCK_OK);
    return handle;
}

/* main -> walk -> walk, stopped in the innermost. */
static void collect_walk(long depth)
{
    static int counter = 7, buffer[10];
    static struct walk_live inner, outer;
    static struct main_live live;
    struct node *root = process_allocate(&from, &node_type, 1);
    size_t locals[2] = { add_local(&from, &counter, &msrck_int, 2), add_local(&from, buffer, &int_array_type, 2) };
    struct collection *collection = add_program(&from);
    uint32_t walk_type = process_type(&from, &walk_live_type);

    root->left = process_allocate(&from, &node_type, 1);
    root->left->value = 11;
    buffer[4] = 44;
    inner = (struct walk_live){ root->left, &buffer[4], depth };
    outer = (struct walk_live){ root, &counter, 1 };
    live = (struct main_live){ root, &buffer[10] };
    cr_assert_eq(msrck_collection_add_frame(collection, 0, 1, &inner, walk_type, NULL, &error), MSRCK_OK, "%s",
                 error.message);
    cr_assert_eq(msrck_collection_add_frame(collection, 0, 1, &outer, walk_type, NULL, &error), MSRCK_OK);
    cr_assert_eq(
        msrck_collection_add_frame(collection, 1, 2, &live, process_type(&from, &main_live_type), locals, &error),
        MSRCK_OK);
    cr_assert_eq(process_finish(&from, collection, &file, &error), MSRCK_OK, "%s", error.message);
}

static struct source *source;
static struct restoration *restoration;

static void open_file(void)
{
    process_type(&to, &node_type);
    cr_assert_eq(msrck_source_open_memory(file.bytes, file.length, &source, &error), MSRCK_OK);
    cr_assert_eq(msrck_restoration_open(source, NULL, to.msrlt, to.types, NULL, &restoration, &error), MSRCK_OK, "%s",
                 error.message);
    cr_assert_eq(msrck_restoration_load(restoration, &error), MSRCK_OK, "%s", error.message);
}

static void begin(void)
{
    process_begin(&from, NULL, 0);
    process_begin(&to, NULL, 0);
    restoration = NULL;
    source = NULL;
}

static void end(void)
{
    msrck_restoration_free(restoration);
    msrck_source_close(source);
    msrck_buffer_free(&file);
    process_end(&from);
    process_end(&to);
}

TestSuite(frames_restored, .init = begin, .fini = end);

Test(frames_restored, the_file_names_functions_points_and_frames)
{
    const struct metadata *metadata;

    collect_walk(2);
    open_file();
    metadata = msrck_restoration_metadata(restoration);
    cr_expect_str_eq(metadata->program, "walker");
    cr_expect_eq(metadata->frame_count, 3);
    cr_expect_str_eq(metadata->functions[metadata->frames[2].function].name, "main");
    cr_expect_eq(metadata->frames[2].point, 2);
    cr_expect_str_eq(metadata->functions[metadata->frames[2].function].points[1].label, "after walk");
}

Test(frames_restored, outer_locals_are_attached_before_inner_live_variables_are_taken)
{
    struct main_live live;
    struct walk_live outer, inner;
    int counter = -1, buffer[10];
    uint32_t walk_type = process_type(&to, &walk_live_type);

    collect_walk(2);
    open_file();
    cr_assert_eq(
        msrck_restoration_attach_local(restoration, 2, "counter", &counter, process_type(&to, &msrck_int), 1, &error),
        MSRCK_OK, "%s", error.message);
    cr_assert_eq(
        msrck_restoration_attach_local(restoration, 2, "buffer", buffer, process_type(&to, &msrck_int), 10, &error),
        MSRCK_OK, "%s", error.message);
    cr_assert_eq(
        msrck_restoration_attach_local(restoration, 2, "new_local", &counter, process_type(&to, &msrck_int), 1, &error),
        MSRCK_OK);
    cr_assert_eq(msrck_restoration_take_live(restoration, 2, &live, process_type(&to, &main_live_type), &error),
                 MSRCK_OK, "%s", error.message);
    cr_assert_eq(msrck_restoration_take_live(restoration, 1, &outer, walk_type, &error), MSRCK_OK);
    cr_assert_eq(msrck_restoration_take_live(restoration, 0, &inner, walk_type, &error), MSRCK_OK);
    cr_expect_eq(counter, -1, "locals are filled by complete");
    cr_assert_eq(msrck_restoration_complete(restoration, &error), MSRCK_OK, "%s", error.message);
    cr_expect_eq(counter, 7);
    cr_expect_eq(buffer[4], 44);
    cr_expect_eq(live.counter, buffer + 10);
    cr_expect_eq(outer.result, &counter);
    cr_expect_eq(outer.node, live.root);
    cr_expect_eq(inner.result, &buffer[4]);
    cr_expect_eq(inner.node, live.root->left);
    cr_expect_eq(inner.node->value, 11);
    cr_expect_eq(inner.depth, 2);
}

Test(frames_restored, a_live_variable_that_does_not_fit_is_named_by_its_function)
{
    struct walk_short inner;

    collect_walk(70000);
    open_file();
    cr_expect_eq(msrck_restoration_take_live(restoration, 0, &inner, process_type(&to, &walk_short_type), &error),
                 MSRCK_DOES_NOT_FIT);
    cr_expect(strncmp(error.message, "walk.depth: 70000 does not fit", 30) == 0, "%s", error.message);
}

Test(frames_restored, live_variables_of_another_kind_are_refused)
{
    int number;

    collect_walk(2);
    open_file();
    cr_expect_eq(msrck_restoration_take_live(restoration, 0, &number, process_type(&to, &msrck_int), &error),
                 MSRCK_DOES_NOT_FIT);
    cr_expect(strncmp(error.message, "walk", 4) == 0, "%s", error.message);
}

Test(frames_restored, a_local_of_another_length_is_refused_by_name)
{
    int buffer[9];

    collect_walk(2);
    open_file();
    cr_expect_eq(
        msrck_restoration_attach_local(restoration, 2, "buffer", buffer, process_type(&to, &msrck_int), 9, &error),
        MSRCK_DOES_NOT_FIT);
    cr_expect_str_eq(error.message, "main.buffer: 10 elements in the checkpoint, 9 in the program");
}

Test(frames_restored, frames_that_do_not_exist_are_misuse)
{
    struct walk_live live;

    collect_walk(2);
    open_file();
    cr_expect_eq(msrck_restoration_take_live(restoration, 3, &live, process_type(&to, &walk_live_type), &error),
                 MSRCK_MISUSE);
}

Test(frames_restored, untracked_pointers_in_live_variables_name_function_and_variable)
{
    static struct walk_live live;
    static int untracked;
    struct collection *collection = add_program(&from);

    live.result = &untracked;
    cr_assert_eq(
        msrck_collection_add_frame(collection, 0, 1, &live, process_type(&from, &walk_live_type), NULL, &error),
        MSRCK_OK);
    cr_expect_eq(process_finish(&from, collection, &file, &error), MSRCK_MISUSE);
    cr_expect(strncmp(error.message, "walk.result: points to memory that nothing tracks", 49) == 0, "%s",
              error.message);
}

Test(frames_restored, points_and_functions_that_the_program_lacks_are_misuse)
{
    struct collection *collection = add_program(&from);

    cr_expect_eq(msrck_collection_add_frame(collection, 2, 1, NULL, 0, NULL, NULL), MSRCK_MISUSE);
    cr_expect_eq(msrck_collection_add_frame(collection, 0, 2, NULL, 0, NULL, NULL), MSRCK_MISUSE);
    cr_expect_eq(msrck_collection_add_frame(collection, 0, 0, NULL, 0, NULL, NULL), MSRCK_MISUSE);
    msrck_collection_free(collection);
}
