/* SPDX-License-Identifier: MIT */
#include "msrm/restoration.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "msrm/file_path.h"
#include "msrm/load.h"
#include "msrm/placement.h"
#include "msrm/resolve.h"
#include "msrm/restoration_state.h"

/* The program's functions by the file's numbers. Those it lacks are refused when a pointer names them. */
static msrck_result match_functions(struct restoration *restoration, msrck_error *error)
{
    uint32_t count = restoration->file->target_count, i;

    restoration->functions = msrck_allocate(count, sizeof restoration->functions[0]);
    if (restoration->functions == NULL)
        return msrck_fail_memory(error, count * sizeof restoration->functions[0], "the function table");
    for (i = 0; i < count; i++)
        restoration->functions[i] = msrck_function_named(&restoration->targets, restoration->file->targets[i]);
    return MSRCK_OK;
}

static msrck_result open_file(struct restoration *restoration, const struct function_targets *targets,
                              msrck_error *error)
{
    msrck_result result = msrck_file_reader_new(restoration->source, &restoration->limits, &restoration->reader, error);

    if (result != MSRCK_OK)
        return result;
    restoration->file = msrck_file_reader_metadata(restoration->reader);
    result = msrck_header_restorable(&restoration->file->header, error);
    if (result != MSRCK_OK)
        return result;
    result = msrck_function_numbers_build(targets, &restoration->targets, error);
    if (result == MSRCK_OK)
        result = match_functions(restoration, error);
    return result == MSRCK_OK ? msrck_placement_plan(restoration, error) : result;
}

msrck_result msrck_restoration_open(struct source *source, const msrck_limits *limits, struct msrlt *msrlt,
                                    struct ti_table *types, const struct function_targets *targets,
                                    struct restoration **restoration, msrck_error *error)
{
    struct restoration *fresh = msrck_allocate(1, sizeof *fresh);
    msrck_result result;

    *restoration = NULL;
    if (fresh == NULL)
        return msrck_fail_memory(error, sizeof *fresh, "a restoration");
    fresh->source = source;
    fresh->msrlt = msrlt;
    fresh->types = types;
    msrck_limits_fill(limits, &fresh->limits);
    result = open_file(fresh, targets, error);
    if (result != MSRCK_OK)
        msrck_restoration_free(fresh);
    else
        *restoration = fresh;
    return result;
}

void msrck_restoration_note(struct restoration *restoration, struct change_notes *notes)
{
    restoration->notes = notes;
}

void msrck_restoration_free(struct restoration *restoration)
{
    size_t i;

    if (restoration == NULL)
        return;
    if (restoration->file != NULL)
        msrck_placement_free(restoration);
    for (i = 0; i < restoration->decoder_count; i++)
        msrck_row_decoder_free(restoration->decoders[i].decoder);
    free(restoration->decoders);
    free(restoration->functions);
    free(restoration->leads);
    free(restoration->pointers);
    free(restoration->handles);
    msrck_gathering_free(&restoration->gathering);
    msrck_function_numbers_clear(&restoration->targets);
    msrck_file_reader_free(restoration->reader);
    free(restoration);
}

void msrck_restoration_use_threads(struct restoration *restoration, unsigned threads)
{
    msrck_file_reader_use_threads(restoration->reader, threads);
}

void msrck_restoration_any_pointers(struct restoration *restoration, bool any)
{
    restoration->any_pointers = any;
}

const struct metadata *msrck_restoration_metadata(const struct restoration *restoration)
{
    return restoration->file;
}

/* "struct item.value: ..." becomes ".value: ...": the path of a variable will stand there. */
static void drop_type_name(const char *name, msrck_error *error)
{
    size_t length = strlen(name);

    if (error == NULL || strncmp(error->message, name, length) != 0)
        return;
    if (error->message[length] == ':' && error->message[length + 1] == ' ')
        length += 2;
    else if (error->message[length] != '.' && error->message[length] != '[')
        return;
    memmove(error->message, error->message + length, strlen(error->message + length) + 1);
}

static msrck_result find_decoder(struct restoration *restoration, uint32_t file_type, uint32_t type, bool live,
                                 const struct row_decoder **decoder, msrck_error *error)
{
    struct decoder_entry *entry;
    msrck_result result;
    size_t i;

    for (i = 0; i < restoration->decoder_count; i++) {
        entry = &restoration->decoders[i];
        if (entry->file_type == file_type && entry->type == type && entry->live == live) {
            *decoder = entry->decoder;
            return MSRCK_OK;
        }
    }
    if (!msrck_reserve(&restoration->decoders, &restoration->decoder_capacity, restoration->decoder_count + 1,
                       sizeof *entry))
        return msrck_fail_memory(error, sizeof *entry, "a decoder");
    entry = &restoration->decoders[restoration->decoder_count];
    *entry = (struct decoder_entry){ file_type, type, live, NULL };
    result = msrck_row_decoder_match(restoration->file->types, file_type, restoration->types, type,
                                     restoration->file->header.pointer_width, live, restoration->notes,
                                     &entry->decoder, error);
    if (result != MSRCK_OK) {
        drop_type_name(msrck_ti_get(restoration->file->types, file_type)->name, error);
        return result;
    }
    *decoder = entry->decoder;
    restoration->decoder_count++;
    return MSRCK_OK;
}

msrck_result msrck_restoration_decoder(struct restoration *restoration, uint32_t file_type, uint32_t type,
                                       const struct row_decoder **decoder, msrck_error *error)
{
    return find_decoder(restoration, file_type, type, false, decoder, error);
}

msrck_result msrck_restoration_live_decoder(struct restoration *restoration, uint32_t file_type, uint32_t type,
                                            const struct row_decoder **decoder, msrck_error *error)
{
    return find_decoder(restoration, file_type, type, true, decoder, error);
}

/* ---- Variables ---- */

/* The global of this name, else a collected root of this name, else NULL. */
static const struct variable_entry *find_variable(const struct metadata *file, const char *name)
{
    const struct variable_entry *found = NULL;
    size_t i;

    for (i = 0; i < file->variable_count; i++) {
        if (strcmp(file->variables[i].name, name) != 0)
            continue;
        if (file->variables[i].kind == VARIABLE_GLOBAL)
            return &file->variables[i];
        if (found == NULL)
            found = &file->variables[i];
    }
    return found;
}

msrck_result msrck_restoration_attach_variable(struct restoration *restoration, const char *name, void *address,
                                               uint32_t type, uint64_t size, msrck_error *error)
{
    const struct variable_entry *variable = find_variable(restoration->file, name);
    const struct ti_type *entry = msrck_ti_get(restoration->types, type);
    msrck_result result;

    if (restoration->loaded)
        return msrck_fail(error, MSRCK_MISUSE, "%s: attached after the load", name);
    /* A variable that is new in the program keeps the value it has. */
    if (variable == NULL)
        return MSRCK_OK;
    if (entry->size == 0 || size % entry->size != 0)
        return msrck_fail(error, MSRCK_MISUSE, "%s: %llu bytes are no number of values of %s", name,
                          (unsigned long long)size, entry->name);
    result = msrck_placement_attach(restoration, variable->address, variable->type, address, type, size / entry->size,
                                    name, error);
    if (result != MSRCK_OK)
        msrck_file_path_prefix(name, error);
    return result;
}

msrck_result msrck_restoration_keep_variable(struct restoration *restoration, const char *name, msrck_error *error)
{
    const struct variable_entry *variable = find_variable(restoration->file, name);
    uint64_t block, leaf;
    struct placed_extent *extent;

    if (variable == NULL)
        return MSRCK_OK;
    extent = placed_at(restoration, variable->address, &block, &leaf);
    if (extent->kind != PLACED_NAMED || leaf != 0)
        return msrck_fail(error, MSRCK_CORRUPT, "%s: not the beginning of a variable's block", name);
    /* Its rows are dropped; pointers find the address, and by the decoder the leaf. */
    extent->named[block].constant = true;
    return MSRCK_OK;
}

/* ---- Loading ---- */

/* Pointers into unions are left over: now every block says which of its members are active. */
static msrck_result load(struct restoration *restoration, msrck_error *error)
{
    uint64_t failed = 0;
    msrck_result result = msrck_placement_allocate(restoration, error);

    if (result != MSRCK_OK)
        return result;
    restoration->loading = true;
    result = msrck_load_chunks(restoration, error);
    restoration->loading = false;
    if (result != MSRCK_OK)
        return result;
    result = msrck_resolve_deferred(restoration, false, &failed, error);
    if (result != MSRCK_OK)
        msrck_file_path_explain_pointer(restoration, failed, error);
    return result;
}

msrck_result msrck_restoration_load(struct restoration *restoration, msrck_error *error)
{
    msrck_result result;

    if (restoration->loaded)
        return msrck_fail(error, MSRCK_MISUSE, "a checkpoint is loaded once");
    restoration->loaded = true;
    result = load(restoration, error);
    if (result == MSRCK_OK)
        msrck_msrlt_seal_literals(restoration->msrlt);
    else
        msrck_placement_release(restoration);
    return result;
}

/* ---- Completing ---- */

/*
 * Locals are filled at the poll-point, when all frames are entered: what a function did to them before, such as
 * initialising them, must not stand.
 */
static msrck_result fill_named(struct restoration *restoration, msrck_error *error)
{
    size_t i;
    uint64_t b;

    for (i = 0; i < restoration->file->extent_count; i++) {
        struct placed_extent *extent = &restoration->extents[i];

        for (b = 0; extent->kind == PLACED_NAMED && b < extent->file->blocks; b++) {
            struct named_place *place = &extent->named[b];
            msrck_result result;

            if (place->filled || place->address == NULL)
                continue;
            result = msrck_load_kept(restoration, extent, b, place->decoder, place->type, place->count, place->address, error);
            if (result != MSRCK_OK)
                return result;
            place->filled = true;
        }
    }
    return MSRCK_OK;
}

msrck_result msrck_restoration_complete(struct restoration *restoration, msrck_error *error)
{
    uint64_t failed = 0;
    msrck_result result;

    if (!restoration->loaded || restoration->completed)
        return msrck_fail(error, MSRCK_MISUSE, "a restoration is completed once, after the load");
    restoration->completed = true;
    result = fill_named(restoration, error);
    if (result != MSRCK_OK)
        return result;
    result = msrck_resolve_deferred(restoration, true, &failed, error);
    if (result == MSRCK_OK)
        result = msrck_restore_handles(restoration, &failed, error);
    if (result != MSRCK_OK)
        msrck_file_path_explain_pointer(restoration, failed, error);
    return result;
}
