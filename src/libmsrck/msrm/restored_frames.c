/* SPDX-License-Identifier: MIT */
/* Live variables, locals and collected roots: what the program asks for after the load, piece by piece. */
#include "msrm/restoration.h"

#include <string.h>

#include "msrm/file_path.h"
#include "msrm/load.h"
#include "msrm/placement.h"
#include "msrm/resolve.h"
#include "msrm/restoration_state.h"

/* Between load and complete only: before, nothing is decoded; behind, the kept rows count as used. */
static msrck_result check_frame(const struct restoration *restoration, size_t frame, msrck_error *error)
{
    if (!restoration->loaded || restoration->completed)
        return msrck_fail(error, MSRCK_MISUSE, "frames are restored between load and complete");
    if (frame >= restoration->file->frame_count)
        return msrck_fail(error, MSRCK_MISUSE, "the checkpoint has %zu frames, not %zu", restoration->file->frame_count,
                          frame + 1);
    return MSRCK_OK;
}

/* The failure is about the whole of a global or stack block. */
static msrck_result prefix_place(const struct restoration *restoration, const struct named_place *place,
                                 msrck_result result, msrck_error *error)
{
    struct byte_buffer name = BYTE_BUFFER_INIT;

    if (result != MSRCK_OK) {
        msrck_placement_describe(restoration, place, &name);
        msrck_file_path_prefix(msrck_buffer_text(&name), error);
        msrck_buffer_free(&name);
    }
    return result;
}

/* Decodes kept rows of the block into memory: live variables, whose bytes will be copied, or others, which stay. */
static msrck_result decode_into(struct restoration *restoration, uint64_t canonical, void *bytes, uint32_t type,
                                bool live, msrck_error *error)
{
    uint64_t block, leaf;
    struct placed_extent *extent = placed_at(restoration, canonical, &block, &leaf);
    const struct row_decoder *decoder;
    uint64_t count = 1;
    msrck_result result;

    type = msrck_ti_strip_arrays(restoration->types, type, &count);
    if (extent->kind != PLACED_NAMED)
        return msrck_fail(error, MSRCK_CORRUPT, "address %llu is not a variable's block",
                          (unsigned long long)canonical);
    if (type != UINT32_MAX && msrck_ti_get(restoration->types, type)->flexible != TI_VOID)
        result = msrck_fail(error, MSRCK_DOES_NOT_FIT, "a variable with a flexible array member cannot be restored");
    else if (type == UINT32_MAX || count != extent->file->count)
        result = msrck_fail(error, MSRCK_DOES_NOT_FIT, "%llu elements in the checkpoint, %llu in the program",
                            (unsigned long long)extent->file->count, (unsigned long long)count);
    else if (live)
        result = msrck_restoration_live_decoder(restoration, extent->file->type, type, &decoder, error);
    else
        result = msrck_restoration_decoder(restoration, extent->file->type, type, &decoder, error);
    if (result != MSRCK_OK)
        return prefix_place(restoration, &extent->named[block], result, error);
    restoration->at_once = live;
    result = msrck_load_kept(restoration, extent, block, decoder, type, count, bytes, error);
    restoration->at_once = false;
    return result;
}

msrck_result msrck_restoration_take_live(struct restoration *restoration, size_t frame, void *live, uint32_t type,
                                         msrck_error *error)
{
    uint64_t canonical;
    msrck_result result = check_frame(restoration, frame, error);

    if (result != MSRCK_OK)
        return result;
    canonical = restoration->file->frames[frame].live;
    return canonical == 0 ? MSRCK_OK : decode_into(restoration, canonical, live, type, true, error);
}

/*
 * Canonical address of the frame's local, 0 when the file has none or it was not alive; *type as declared. By name: a
 * new version of the function may have its locals in another order.
 */
static uint64_t local_address(const struct restoration *restoration, size_t frame, const char *name, uint32_t *type)
{
    const struct frame_entry *entry = &restoration->file->frames[frame];
    const struct function_entry *function = &restoration->file->functions[entry->function];
    uint32_t k;

    for (k = 0; k < function->local_count && k < entry->local_count; k++)
        if (strcmp(function->locals[k].name, name) == 0) {
            *type = function->locals[k].type;
            return entry->locals[k];
        }
    return 0;
}

msrck_result msrck_restoration_attach_local(struct restoration *restoration, size_t frame, const char *name,
                                            void *address, uint32_t type, uint64_t count, msrck_error *error)
{
    struct byte_buffer path = BYTE_BUFFER_INIT;
    uint64_t canonical;
    uint32_t file_type = TI_VOID;
    msrck_result result = check_frame(restoration, frame, error);

    if (result != MSRCK_OK)
        return result;
    canonical = local_address(restoration, frame, name, &file_type);
    if (canonical == 0)
        return MSRCK_OK;
    msrck_buffer_printf(&path, "%s.%s",
                        restoration->file->functions[restoration->file->frames[frame].function].name, name);
    result = msrck_placement_attach(restoration, canonical, file_type, address, type, count, msrck_buffer_text(&path),
                                    error);
    if (result != MSRCK_OK)
        msrck_file_path_prefix(msrck_buffer_text(&path), error);
    msrck_buffer_free(&path);
    return result;
}

/* ---- Restore_pointer and Restore_variable ---- */

/* The next collected root of the file, or NULL with an error. */
static const struct variable_entry *take_root(struct restoration *restoration, msrck_error *error)
{
    const struct metadata *file = restoration->file;

    if (!restoration->loaded || restoration->completed) {
        msrck_fail(error, MSRCK_MISUSE, "roots are restored between load and complete");
        return NULL;
    }
    while (restoration->next_root < file->variable_count) {
        const struct variable_entry *root = &file->variables[restoration->next_root++];

        if (root->kind == VARIABLE_ROOT)
            return root;
    }
    msrck_fail(error, MSRCK_MISUSE, "all roots of the checkpoint are restored");
    return NULL;
}

/* Where the root's block is. */
static struct named_place *root_place(struct restoration *restoration, const struct variable_entry *root)
{
    uint64_t block, leaf;
    struct placed_extent *extent = placed_at(restoration, root->address, &block, &leaf);

    return extent->kind == PLACED_NAMED ? &extent->named[block] : NULL;
}

msrck_result msrck_restoration_restore_pointer(struct restoration *restoration, void **pointer, uint32_t target,
                                               msrck_error *error)
{
    const struct variable_entry *root = take_root(restoration, error);
    uint32_t type;
    msrck_result result;

    if (root == NULL)
        return MSRCK_MISUSE;
    if (msrck_ti_get(restoration->file->types, root->type)->kind != MSRCK_KIND_POINTER)
        return prefix_place(restoration, root_place(restoration, root),
                            msrck_fail(error, MSRCK_DOES_NOT_FIT, "a variable was saved here, not a pointer"), error);
    result = msrck_ti_add_pointer(restoration->types, target, &type, error);
    return result == MSRCK_OK ? decode_into(restoration, root->address, pointer, type, false, error) : result;
}

msrck_result msrck_restoration_restore_variable(struct restoration *restoration, void *variable, uint32_t type,
                                                msrck_error *error)
{
    const struct variable_entry *root = take_root(restoration, error);
    struct named_place *place;
    msrck_result result;

    if (root == NULL)
        return MSRCK_MISUSE;
    place = root_place(restoration, root);
    if (place == NULL)
        return msrck_fail(error, MSRCK_CORRUPT, "address %llu is not a variable's block",
                          (unsigned long long)root->address);
    /* The program's own memory for this variable was attached before the load: it holds the value already. */
    if (place->filled && place->address == variable)
        return MSRCK_OK;
    if (place->filled)
        return prefix_place(
            restoration, place,
            msrck_fail(error, MSRCK_MISUSE, "is restored to another place than the one that was registered"), error);
    result = msrck_placement_attach(restoration, root->address, root->type, variable, type, 1, root->name, error);
    if (result != MSRCK_OK)
        return prefix_place(restoration, place, result, error);
    result = decode_into(restoration, root->address, variable, type, false, error);
    place->filled = result == MSRCK_OK;
    return result;
}
