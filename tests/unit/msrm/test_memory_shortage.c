/* SPDX-License-Identifier: MIT */
/* The n-th allocation fails, for every n: collecting and restoring say so, leave nothing behind, and work later. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "graph_types.h"
#include "simulated_process.h"

/* The linker sends the library's calls here. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static long allowed = -1; /* allocations until one fails; -1: all succeed */
static bool failed;

static bool refuse(void)
{
    if (allowed < 0)
        return false;
    if (allowed-- > 0)
        return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refuse() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return refuse() ? NULL : __real_realloc(block, size);
}

static struct zoo *zoo, *zoo_there;
static struct node *root, *root_there;
static int numbers[10], numbers_there[10];
static const struct global here[] = { { "zoo", &zoo, &zoo_pointer_type, sizeof zoo },
                                      { "root", &root, &node_pointer_type, sizeof root },
                                      { "numbers", numbers, &int_array_type, sizeof numbers } };
static const struct global there[] = { { "zoo", &zoo_there, &zoo_pointer_type, sizeof zoo_there },
                                       { "root", &root_there, &node_pointer_type, sizeof root_there },
                                       { "numbers", numbers_there, &int_array_type, sizeof numbers_there } };

static struct process from, to;
static struct byte_buffer file = BYTE_BUFFER_INIT, again = BYTE_BUFFER_INIT;
static struct node foreign[3];

static void begin(void)
{
    process_begin(&from, here, 3);
    process_begin(&to, there, 3);
    from.targets = to.targets = (struct function_targets){ actions, 2 };
    zoo = process_allocate(&from, &zoo_type, 1);
    zoo->text = "literal";
    zoo->action = first_action;
    zoo->handle.secret = 1111;
    zoo->shape = SHAPE_SMALL;
    zoo->inside = &zoo->payload.small[1];
    root = process_allocate(&from, &node_type, 1);
    root->left = &foreign[1];
    cr_assert_eq(msrck_msrlt_add_foreign(from.msrlt, foreign, process_type(&from, &node_type), 3, NULL), MSRCK_OK);
}

static void end(void)
{
    msrck_buffer_free(&file);
    msrck_buffer_free(&again);
    process_end(&from);
    process_end(&to);
}

TestSuite(memory_shortage, .init = begin, .fini = end);

static msrck_result collect(struct byte_buffer *out, msrck_error *error)
{
    struct collection *collection = NULL;
    struct collection_report report;
    struct sink *sink = NULL;
    msrck_result result = msrck_collection_new(from.msrlt, from.types, &from.targets, &from.options, &collection,
                                               error);

    for (size_t i = 0; i < 3 && result == MSRCK_OK; i++)
        result = msrck_collection_add_variable(collection, VARIABLE_GLOBAL, here[i].name, from.handles[i],
                                               msrck_ti_find_description(from.types, here[i].type), error);
    msrck_buffer_clear(out);
    if (result == MSRCK_OK)
        result = msrck_sink_open_memory(out, &sink, error);
    if (result == MSRCK_OK)
        result = msrck_collection_finish(collection, sink, &report, error);
    msrck_collection_free(collection);
    if (result != MSRCK_OK)
        msrck_sink_abort(sink);
    return result == MSRCK_OK ? msrck_sink_commit(sink, error) : result;
}

Test(memory_shortage, collecting_survives_every_failing_allocation)
{
    msrck_error error = MSRCK_ERROR_INIT;
    long n = 0;

    cr_assert_eq(collect(&file, &error), MSRCK_OK, "%s", error.message);
    do {
        msrck_result result;

        error = (msrck_error)MSRCK_ERROR_INIT;
        msrck_buffer_free(&again);
        failed = false;
        allowed = n++;
        result = collect(&again, &error);
        allowed = -1;
        /* The mark phase can do without a longer work list; whoever succeeds must have written the whole graph. */
        if (failed && result == MSRCK_OK)
            cr_assert(again.length == file.length && memcmp(again.bytes, file.bytes, file.length) == 0);
        else if (failed && strstr(error.message, "refused to be saved") == NULL)
            cr_assert_eq(result, MSRCK_SYSTEM, "allocation %ld: %s: %s", n - 1, msrck_result_name(result),
                         error.message);
    } while (failed);
    cr_expect_gt(n, 50, "so many allocations must have been met");
    cr_assert_eq(collect(&again, &error), MSRCK_OK, "%s", error.message);
    cr_assert_eq(again.length, file.length);
    cr_expect_eq(memcmp(again.bytes, file.bytes, file.length), 0);
}

static msrck_result restore(msrck_error *error)
{
    struct source *source = NULL;
    struct restoration *restoration = NULL;
    msrck_result result = msrck_source_open_memory(file.bytes, file.length, &source, error);

    if (result == MSRCK_OK)
        result = msrck_restoration_open(source, NULL, to.msrlt, to.types, &to.targets, &restoration, error);
    for (size_t i = 0; i < 3 && result == MSRCK_OK; i++)
        result = msrck_restoration_attach_variable(restoration, there[i].name, there[i].address,
                                                   msrck_ti_find_description(to.types, there[i].type), there[i].size,
                                                   error);
    if (result == MSRCK_OK)
        result = msrck_restoration_load(restoration, error);
    if (result == MSRCK_OK)
        result = msrck_restoration_complete(restoration, error);
    msrck_restoration_free(restoration);
    msrck_source_close(source);
    return result;
}

Test(memory_shortage, restoring_survives_every_failing_allocation)
{
    msrck_error error = MSRCK_ERROR_INIT;
    long n = 0;

    cr_assert_eq(collect(&file, &error), MSRCK_OK, "%s", error.message);
    do {
        msrck_result result;

        error = (msrck_error)MSRCK_ERROR_INIT;
        failed = false;
        allowed = n++;
        result = restore(&error);
        allowed = -1;
        if (failed) {
            cr_assert_eq(result, MSRCK_SYSTEM, "allocation %ld: %s: %s", n - 1, msrck_result_name(result),
                         error.message);
            cr_assert_eq(process_blocks(&to), 0, "allocation %ld", n - 1);
        }
    } while (failed);
    cr_expect_gt(n, 50, "so many allocations must have been met");
    cr_expect_eq(zoo_there->inside, &zoo_there->payload.small[1]);
    cr_expect_str_eq(zoo_there->text, "literal");
    cr_expect_eq(zoo_there->handle.secret, 1111);
    cr_expect(msrck_msrlt_remove_foreign(to.msrlt, root_there->left - 1));
    free(root_there->left - 1);
}
