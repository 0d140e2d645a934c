/* SPDX-License-Identifier: MIT */
#include "simulated_process.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint32_t process_type(struct process *process, const msrck_type *type)
{
    msrck_error error = MSRCK_ERROR_INIT;
    uint32_t id = UINT32_MAX;

    cr_assert_eq(msrck_ti_add(process->types, type, &id, &error), MSRCK_OK, "%s", error.message);
    return id;
}

void process_begin(struct process *process, const struct global *globals, size_t count)
{
    msrck_error error = MSRCK_ERROR_INIT;

    memset(process, 0, sizeof *process);
    process->types = msrck_ti_new();
    process->msrlt = msrck_msrlt_new(process->types);
    cr_assert_not_null(process->types);
    cr_assert_not_null(process->msrlt);
    process->globals = globals;
    process->global_count = count;
    for (size_t i = 0; i < count; i++) {
        uint32_t type = process_type(process, globals[i].type);
        uint64_t values = globals[i].size / msrck_ti_get(process->types, type)->size;

        cr_assert_eq(msrck_msrlt_add_named(process->msrlt, SEGMENT_GLOBAL, globals[i].address, NULL, type, values, i,
                                           &process->handles[i], &error),
                     MSRCK_OK, "%s", error.message);
    }
}

/* Sanitizer builds have it; a test's process ends without the check that others get at their exit. */
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

void process_end(struct process *process)
{
    msrck_msrlt_free(process->msrlt);
    msrck_ti_free(process->types);
    process->msrlt = NULL;
    process->types = NULL;
    if (__lsan_do_recoverable_leak_check != NULL)
        cr_expect_eq(__lsan_do_recoverable_leak_check(), 0, "memory leaked");
}

void *process_allocate(struct process *process, const msrck_type *type, uint64_t count)
{
    void *block = msrck_heap_allocate(msrck_msrlt_heap(process->msrlt), process_type(process, type), count);

    cr_assert_not_null(block);
    return block;
}

uint64_t process_blocks(const struct process *process)
{
    uint64_t blocks, bytes;

    msrck_heap_usage(msrck_msrlt_heap(process->msrlt), &blocks, &bytes);
    return blocks;
}

struct collection *process_collection(struct process *process)
{
    msrck_error error = MSRCK_ERROR_INIT;
    struct collection *collection;

    cr_assert_eq(
        msrck_collection_new(process->msrlt, process->types, &process->targets, &process->options, &collection, &error),
        MSRCK_OK, "%s", error.message);
    for (size_t i = 0; i < process->global_count; i++)
        cr_assert_eq(msrck_collection_add_variable(collection, VARIABLE_GLOBAL, process->globals[i].name,
                                                   process->handles[i], process_type(process, process->globals[i].type),
                                                   &error),
                     MSRCK_OK);
    return collection;
}

msrck_result process_finish(struct process *process, struct collection *collection, struct byte_buffer *file,
                            msrck_error *error)
{
    struct sink *sink;
    msrck_result result;

    msrck_buffer_clear(file);
    cr_assert_eq(msrck_sink_open_memory(file, &sink, error), MSRCK_OK);
    result = msrck_collection_finish(collection, sink, &process->report, error);
    if (result == MSRCK_OK)
        cr_assert_eq(msrck_sink_commit(sink, error), MSRCK_OK);
    else
        msrck_sink_abort(sink);
    msrck_collection_free(collection);
    return result;
}

msrck_result process_collect(struct process *process, struct byte_buffer *file, msrck_error *error)
{
    return process_finish(process, process_collection(process), file, error);
}

static msrck_result restore_from(struct process *process, struct source *source, msrck_error *error)
{
    struct restoration *restoration;
    msrck_result result = msrck_restoration_open(source, NULL, process->msrlt, process->types, &process->targets,
                                                 &restoration, error);

    for (size_t i = 0; result == MSRCK_OK && i < process->global_count; i++)
        result = msrck_restoration_attach_variable(restoration, process->globals[i].name, process->globals[i].address,
                                                   process_type(process, process->globals[i].type),
                                                   process->globals[i].size, error);
    if (result == MSRCK_OK)
        result = msrck_restoration_load(restoration, error);
    if (result == MSRCK_OK)
        result = msrck_restoration_complete(restoration, error);
    msrck_restoration_free(restoration);
    msrck_source_close(source);
    return result;
}

msrck_result process_restore(struct process *process, const struct byte_buffer *file, msrck_error *error)
{
    struct source *source;

    cr_assert_eq(msrck_source_open_memory(file->bytes, file->length, &source, error), MSRCK_OK);
    return restore_from(process, source, error);
}

struct feeding {
    int descriptor;
    const struct byte_buffer *file;
};

static void *feed(void *context)
{
    const struct feeding *feeding = context;
    size_t done = 0;

    while (done < feeding->file->length) {
        ssize_t step = write(feeding->descriptor, feeding->file->bytes + done, feeding->file->length - done);

        if (step <= 0)
            break;
        done += (size_t)step;
    }
    close(feeding->descriptor);
    return NULL;
}

msrck_result process_restore_pipe(struct process *process, const struct byte_buffer *file, msrck_error *error)
{
    int ends[2];
    pthread_t thread;
    struct feeding feeding = { -1, file };
    struct source *source;
    msrck_result result;

    cr_assert_eq(pipe(ends), 0);
    feeding.descriptor = ends[1];
    cr_assert_eq(pthread_create(&thread, NULL, feed, &feeding), 0);
    cr_assert_eq(msrck_source_open_descriptor(ends[0], &source, error), MSRCK_OK);
    result = restore_from(process, source, error);
    close(ends[0]);
    pthread_join(thread, NULL);
    return result;
}
