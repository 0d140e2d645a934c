/* SPDX-License-Identifier: MIT */
#include "msrm/collection.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "msrm/collection_state.h"
#include "msrm/discover.h"
#include "msrm/late_typing.h"
#include "msrm/mark.h"
#include "msrm/memory_path.h"
#include "msrm/sections.h"

msrck_result msrck_collection_new(struct msrlt *msrlt, struct ti_table *types, const struct function_targets *targets,
                                  const struct collection_options *options, struct collection **collection,
                                  msrck_error *error)
{
    struct collection *fresh = msrck_allocate(1, sizeof *fresh);
    uint32_t id;
    msrck_result result;

    *collection = NULL;
    if (fresh == NULL)
        return msrck_fail_memory(error, sizeof *fresh, "a collection");
    fresh->msrlt = msrlt;
    fresh->types = types;
    fresh->options = *options;
    fresh->plans.types = types;
    fresh->work.most = WORK_MOST;
    /* Blocks of literals and of opaque bytes have these types. */
    result = msrck_ti_add(types, &msrck_char, &id, error);
    if (result == MSRCK_OK)
        result = msrck_ti_add(types, &msrck_uchar, &id, error);
    if (result == MSRCK_OK)
        result = msrck_function_numbers_build(targets, &fresh->targets, error);
    if (result != MSRCK_OK)
        msrck_collection_free(fresh);
    else
        *collection = fresh;
    return result;
}

/* What the collection registered it takes out again, so that the MSRLT is afterwards as it was before. */
static void clear_root(struct collection *collection, struct collected_root *root)
{
    if (root->registered)
        msrck_msrlt_remove_named(collection->msrlt, root->handle);
    free(root->name);
    free(root->copy);
}

/* Marks, numbers and copied bytes live in the MSRLT; without this the next collection would find them. */
static void end_marks(struct collection *collection)
{
    if (collection->typed)
        msrck_msrlt_end_typing(collection->msrlt);
    collection->typed = false;
    if (collection->marking)
        msrck_msrlt_end_marks(collection->msrlt);
    collection->marking = false;
}

void msrck_collection_free(struct collection *collection)
{
    size_t i;

    if (collection == NULL)
        return;
    end_marks(collection);
    for (i = collection->root_count; i-- > 0;)
        clear_root(collection, &collection->roots[i]);
    for (i = collection->frame_count; i-- > 0;) {
        if (collection->frames[i].live != SIZE_MAX)
            msrck_msrlt_remove_named(collection->msrlt, collection->frames[i].live);
        free(collection->frames[i].locals);
    }
    free(collection->roots);
    free(collection->frames);
    msrck_metadata_clear(&collection->file);
    msrck_scan_plans_clear(&collection->plans);
    msrck_work_list_free(&collection->work);
    msrck_number_map_free(&collection->bytes);
    msrck_number_map_free(&collection->literal_ends);
    msrck_number_map_free(&collection->literal_pointers);
    free(collection->literals);
    msrck_function_numbers_clear(&collection->targets);
    free(collection);
}

/* ---- The program ---- */

/*
 * Copies, since the caller's tables may be made for this one checkpoint. A failure leaves what
 * msrck_metadata_clear() can free.
 */
static bool copy_points(const struct function_entry *from, struct function_entry *to)
{
    uint32_t k;

    to->points = msrck_allocate(from->point_count, sizeof to->points[0]);
    if (to->points == NULL)
        return false;
    to->point_count = from->point_count;
    for (k = 0; k < from->point_count; k++) {
        to->points[k].live_type = from->points[k].live_type;
        to->points[k].label = msrck_copy_text(from->points[k].label == NULL ? "" : from->points[k].label);
        if (to->points[k].label == NULL)
            return false;
    }
    return true;
}

static bool copy_function(const struct function_entry *from, struct function_entry *to)
{
    uint32_t k;

    to->name = msrck_copy_text(from->name);
    to->locals = msrck_allocate(from->local_count, sizeof to->locals[0]);
    if (to->name == NULL || to->locals == NULL || !copy_points(from, to))
        return false;
    to->local_count = from->local_count;
    for (k = 0; k < from->local_count; k++) {
        to->locals[k].type = from->locals[k].type;
        to->locals[k].name = msrck_copy_text(from->locals[k].name);
        if (to->locals[k].name == NULL)
            return false;
    }
    return true;
}

msrck_result msrck_collection_set_program(struct collection *collection, const char *name,
                                          const struct function_entry *functions, uint32_t count, msrck_error *error)
{
    struct metadata *file = &collection->file;
    uint32_t i;

    if (file->program != NULL || collection->frame_count > 0)
        return msrck_fail(error, MSRCK_MISUSE, "a collection's program is set once, before its frames");
    file->program = msrck_copy_text(name);
    file->functions = msrck_allocate(count, sizeof file->functions[0]);
    if (file->program == NULL || file->functions == NULL)
        return msrck_fail_memory(error, count * sizeof file->functions[0], "the program's functions");
    file->function_count = count;
    for (i = 0; i < count; i++)
        if (!copy_function(&functions[i], &file->functions[i]))
            return msrck_fail_memory(error, count * sizeof file->functions[0], "the program's functions");
    return MSRCK_OK;
}

/* ---- Roots ---- */

static msrck_result add_root(struct collection *collection, const struct collected_root *root, const char *name,
                             msrck_error *error)
{
    struct collected_root *place;

    if (!msrck_reserve(&collection->roots, &collection->root_capacity, collection->root_count + 1, sizeof *place))
        return msrck_fail_memory(error, sizeof *place, "a root");
    place = &collection->roots[collection->root_count];
    *place = *root;
    place->name = msrck_copy_text(name == NULL ? "" : name);
    if (place->name == NULL)
        return msrck_fail_memory(error, MSRCK_MESSAGE_SIZE, "a root's name");
    collection->root_count++;
    return MSRCK_OK;
}

msrck_result msrck_collection_add_variable(struct collection *collection, enum variable_kind kind, const char *name,
                                           size_t handle, uint32_t type, msrck_error *error)
{
    struct collected_root root = { .kind = kind, .type = type, .handle = handle };

    return add_root(collection, &root, name, error);
}

/* The copy of a frame's live variables is a block like any other: the frame's number orders it among its like. */
static msrck_result register_live(struct collection *collection, struct collected_frame *frame, const void *live,
                                  uint32_t live_type, msrck_error *error)
{
    frame->live = SIZE_MAX;
    if (live == NULL)
        return MSRCK_OK;
    return msrck_msrlt_add_named(collection->msrlt, SEGMENT_STACK, live, NULL, live_type, 1, collection->frame_count,
                                 &frame->live, error);
}

msrck_result msrck_collection_add_frame(struct collection *collection, uint32_t function, uint32_t point,
                                        const void *live, uint32_t live_type, const size_t *locals, msrck_error *error)
{
    const struct function_entry *entry;
    struct collected_frame frame = { .function = function, .point = point, .live = SIZE_MAX };
    msrck_result result;

    if (function >= collection->file.function_count || point == 0 ||
        point > collection->file.functions[function].point_count)
        return msrck_fail(error, MSRCK_MISUSE, "a frame names function %u, point %u, which the program's table lacks",
                          function, point);
    entry = &collection->file.functions[function];
    if (live != NULL && live_type != entry->points[point - 1].live_type)
        return msrck_fail(error, MSRCK_MISUSE, "%s: the live variables of point %u are not of the table's type",
                          entry->name, point);
    frame.local_count = entry->local_count;
    frame.locals = msrck_allocate(entry->local_count, sizeof frame.locals[0]);
    if (frame.locals == NULL ||
        !msrck_reserve(&collection->frames, &collection->frame_capacity, collection->frame_count + 1, sizeof frame)) {
        free(frame.locals);
        return msrck_fail_memory(error, sizeof frame, "a frame");
    }
    if (entry->local_count > 0)
        memcpy(frame.locals, locals, entry->local_count * sizeof frame.locals[0]);
    result = register_live(collection, &frame, live, live_type, error);
    if (result != MSRCK_OK) {
        free(frame.locals);
        return result;
    }
    collection->frames[collection->frame_count++] = frame;
    return MSRCK_OK;
}

/* ---- Save_pointer and Save_variable ---- */

/* The way to a culprit is searched while the marks and roots are still there. */
static msrck_result explain(struct collection *collection, msrck_result result, msrck_error *error)
{
    if (result != MSRCK_OK)
        msrck_memory_path_explain(collection, error);
    return result;
}

/* Roots the block of the MSRLT and traverses from it. */
static msrck_result save_root(struct collection *collection, struct collected_root *root, const char *name,
                              msrck_error *error)
{
    struct block block;
    msrck_result result = add_root(collection, root, name, error);

    if (result != MSRCK_OK) {
        clear_root(collection, root);
        return result;
    }
    result = msrck_mark_begin(collection, error);
    if (result != MSRCK_OK)
        return result;
    msrck_msrlt_named_block(collection->msrlt, root->handle, &block);
    return explain(collection, msrck_mark_depth_first(collection, &block, error), error);
}

msrck_result msrck_collection_save_pointer(struct collection *collection, const char *name, const void *pointer,
                                           uint32_t target, msrck_error *error)
{
    struct collected_root root = { .kind = VARIABLE_ROOT };
    msrck_result result = msrck_ti_add_pointer(collection->types, target, &root.type, error);

    if (result != MSRCK_OK)
        return result;
    /* The pointer came by value: a variable of its own stands for the one it was read from. */
    root.copy = msrck_allocate(1, sizeof *root.copy);
    if (root.copy == NULL)
        return msrck_fail_memory(error, sizeof *root.copy, "a pointer");
    memcpy(root.copy, &pointer, sizeof pointer);
    result = msrck_msrlt_add_named(collection->msrlt, SEGMENT_STACK, root.copy, NULL, root.type, 1,
                                   collection->root_count, &root.handle, error);
    if (result != MSRCK_OK) {
        free(root.copy);
        return result;
    }
    root.registered = true;
    return save_root(collection, &root, name, error);
}

/* The address may be a variable the MSRLT knows already; then that is the block. False when it does not know it. */
static bool find_registered(const struct collection *collection, const void *variable, size_t *handle)
{
    struct block block;

    if (!msrck_msrlt_find(collection->msrlt, variable, &block) || block.address != variable ||
        (block.segment != SEGMENT_GLOBAL && block.segment != SEGMENT_STACK))
        return false;
    *handle = block.entry;
    return true;
}

msrck_result msrck_collection_save_variable(struct collection *collection, const char *name, const void *variable,
                                            uint32_t type, msrck_error *error)
{
    struct collected_root root = { .kind = VARIABLE_ROOT, .type = type };
    msrck_result result = MSRCK_OK;

    if (!find_registered(collection, variable, &root.handle)) {
        result = msrck_msrlt_add_named(collection->msrlt, SEGMENT_STACK, variable, NULL, type, 1,
                                       collection->root_count, &root.handle, error);
        root.registered = result == MSRCK_OK;
    }
    return result == MSRCK_OK ? save_root(collection, &root, name, error) : result;
}

/* ---- The whole graph ---- */

/* What Save_pointer and Save_variable marked stays marked; only the rest is walked. */
static msrck_result mark_all_roots(struct collection *collection, const uint32_t *file_id, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    if (!collection->marking && msrck_msrlt_has_late(collection->msrlt)) {
        collection->typed = true;
        result = msrck_late_typing(collection, error);
    }
    if (result == MSRCK_OK)
        result = msrck_mark_begin(collection, error);
    if (result != MSRCK_OK)
        return result;
    if (collection->options.everything)
        return msrck_mark_everything(collection, file_id, error);
    return msrck_mark_reachable(collection, error);
}

static msrck_result finish_with(struct collection *collection, const uint32_t *order, uint32_t *file_id,
                                struct sink *sink, struct collection_report *report, msrck_error *error)
{
    uint32_t count = msrck_ti_count(collection->types), i;
    uint64_t begin = msrck_monotonic_ns();
    msrck_result result;

    for (i = 0; i < count; i++)
        file_id[order[i]] = i;
    result = mark_all_roots(collection, file_id, error);
    if (result == MSRCK_OK)
        result = msrck_settle_literals(collection, error);
    report->mark_ns = msrck_monotonic_ns() - begin;
    return result == MSRCK_OK ? msrck_sections_write(collection, order, file_id, sink, report, error) : result;
}

msrck_result msrck_collection_finish(struct collection *collection, struct sink *sink, struct collection_report *report,
                                     msrck_error *error)
{
    struct collection_report ignored;
    uint32_t *order, *file_id;
    msrck_result result;

    if (report == NULL)
        report = &ignored;
    *report = (struct collection_report){ 0 };
    if (collection->finished)
        return msrck_fail(error, MSRCK_MISUSE, "a collection is finished once");
    collection->finished = true;
    if (collection->file.program == NULL && (collection->file.program = msrck_copy_text("")) == NULL)
        return msrck_fail_memory(error, 1, "the program's name");
    order = msrck_ti_file_order(collection->types);
    file_id = msrck_allocate(msrck_ti_count(collection->types), sizeof file_id[0]);
    if (order == NULL || file_id == NULL)
        result = msrck_fail_memory(error, msrck_ti_count(collection->types) * sizeof file_id[0], "the order of types");
    else
        result = finish_with(collection, order, file_id, sink, report, error);
    explain(collection, result, error);
    free(order);
    free(file_id);
    end_marks(collection);
    return result;
}
