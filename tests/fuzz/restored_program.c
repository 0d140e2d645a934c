/* SPDX-License-Identifier: MIT */
#include "restored_program.h"

#include <stddef.h>
#include <string.h>

#include "fuzz_target.h"

static const struct variable {
    const char *name;
    size_t offset, size;
    uint64_t count;
    const msrck_type *type;
} variables[PROGRAM_VARIABLES] = {
    { "root", offsetof(struct program_state, root), sizeof(void *), 1, &node_pointer_type },
    { "zoo", offsetof(struct program_state, zoo), sizeof(void *), 1, &zoo_pointer_type },
    { "table", offsetof(struct program_state, table), sizeof(void *), 1, &table_pointer_type },
    { "pointers", offsetof(struct program_state, pointers), 3 * sizeof(int *), 1, &int_pointer_array_type },
    { "numbers", offsetof(struct program_state, numbers), 10 * sizeof(int), 1, &int_array_type },
    { "text", offsetof(struct program_state, text), sizeof(void *), 1, &text_type },
    { "end", offsetof(struct program_state, end), sizeof(void *), 1, &void_pointer_type },
};

static const struct function_targets targets = { actions, 2 };

void program_begin(struct program *program)
{
    memset(program, 0, sizeof *program);
    program->types = msrck_ti_new();
    program->msrlt = msrck_msrlt_new(program->types);
    FUZZ_HOLDS(program->types != NULL && program->msrlt != NULL);
    for (size_t v = 0; v < PROGRAM_VARIABLES; v++) {
        char *address = (char *)&program->state + variables[v].offset;

        FUZZ_HOLDS(msrck_ti_add(program->types, variables[v].type, &program->ids[v], NULL) == MSRCK_OK);
        FUZZ_HOLDS(msrck_msrlt_add_named(program->msrlt, SEGMENT_GLOBAL, address, NULL, program->ids[v],
                                         variables[v].count, v, &program->handles[v], NULL) == MSRCK_OK);
    }
}

static msrck_result free_run(void *context, const void *first, size_t stride, uint64_t blocks, msrck_error *error)
{
    (void)context;
    (void)error;
    for (uint64_t b = 0; b < blocks; b++)
        free((void *)((uintptr_t)first + (uintptr_t)b * stride));
    return MSRCK_OK;
}

/* What restoring took from malloc() is the program's to free; the MSRLT knows where it is. */
static void free_foreign(struct program *program)
{
    uint32_t *numbers = calloc(msrck_ti_count(program->types), sizeof *numbers);
    const struct extent *extents;
    uint64_t last;
    size_t count;

    FUZZ_HOLDS(numbers != NULL);
    for (uint32_t t = 0; t < msrck_ti_count(program->types); t++)
        numbers[t] = t;
    FUZZ_HOLDS(msrck_msrlt_begin_marks(program->msrlt, NULL) == MSRCK_OK);
    msrck_msrlt_mark_all(program->msrlt);
    if (msrck_msrlt_number(program->msrlt, numbers, &extents, &count, &last, NULL) == MSRCK_OK)
        for (size_t e = 0; e < count; e++)
            if (extents[e].segment == SEGMENT_FOREIGN)
                FUZZ_HOLDS(msrck_msrlt_stream(program->msrlt, &extents[e], free_run, NULL, NULL) == MSRCK_OK);
    msrck_msrlt_end_marks(program->msrlt);
    free(numbers);
}

void program_end(struct program *program)
{
    free_foreign(program);
    msrck_msrlt_free(program->msrlt);
    msrck_ti_free(program->types);
}

msrck_result program_restore(struct program *program, const struct byte_buffer *file, msrck_error *error)
{
    const msrck_limits limits = FUZZ_LIMITS;
    struct restoration *restoration;
    struct source *source;
    msrck_result result;

    FUZZ_HOLDS(msrck_source_open_memory(file->bytes, file->length, &source, error) == MSRCK_OK);
    result = msrck_restoration_open(source, &limits, program->msrlt, program->types, &targets, &restoration, error);
    for (size_t v = 0; v < PROGRAM_VARIABLES && result == MSRCK_OK; v++)
        result = msrck_restoration_attach_variable(restoration, variables[v].name,
                                                   (char *)&program->state + variables[v].offset, program->ids[v],
                                                   variables[v].size, error);
    if (result == MSRCK_OK)
        result = msrck_restoration_load(restoration, error);
    if (result == MSRCK_OK)
        result = msrck_restoration_complete(restoration, error);
    msrck_restoration_free(restoration);
    msrck_source_close(source);
    FUZZ_HOLDS(result == MSRCK_OK || error->message[0] != '\0');
    return result;
}

msrck_result program_collect(struct program *program, struct byte_buffer *file, msrck_error *error)
{
    const struct collection_options options = { .threads = 1 };
    struct collection_report report;
    struct collection *collection;
    struct sink *sink;
    msrck_result result;

    msrck_buffer_clear(file);
    FUZZ_HOLDS(msrck_collection_new(program->msrlt, program->types, &targets, &options, &collection, error) ==
               MSRCK_OK);
    for (size_t v = 0; v < PROGRAM_VARIABLES; v++)
        FUZZ_HOLDS(msrck_collection_add_variable(collection, VARIABLE_GLOBAL, variables[v].name, program->handles[v],
                                                 program->ids[v], error) == MSRCK_OK);
    FUZZ_HOLDS(msrck_sink_open_memory(file, &sink, error) == MSRCK_OK);
    result = msrck_collection_finish(collection, sink, &report, error);
    if (result == MSRCK_OK)
        FUZZ_HOLDS(msrck_sink_commit(sink, error) == MSRCK_OK);
    else
        msrck_sink_abort(sink);
    msrck_collection_free(collection);
    return result;
}
