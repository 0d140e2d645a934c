/* SPDX-License-Identifier: MIT */
#include "msrm/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "msrm/block_leaf.h"
#include "msrm/placement.h"
#include "types/pointer_rule.h"

/* A place in a block of the file, and the same block here. */
struct target {
    struct placed_extent *extent;
    uint64_t block, leaf;
    unsigned char *address; /* NULL: the block has no memory yet */
    const struct row_decoder *decoder;
    uint32_t type;
    uint64_t count;         /* elements that the file and the block here both have */
};

/* Global and stack blocks have types of their own, since each may be attached with another. */
static struct target target_of(struct placed_extent *extent, uint64_t block, uint64_t leaf)
{
    struct target target = { extent,          block,        leaf, msrck_placement_block(extent, block),
                             extent->decoder, extent->type, extent->file->count };

    if (extent->kind == PLACED_NAMED) {
        if (extent->named[block].address != NULL && extent->named[block].count < target.count)
            target.count = extent->named[block].count;
        target.decoder = extent->named[block].decoder;
        target.type = extent->named[block].type;
    }
    return target;
}

/* ---- Leaves of the file to leaves of the program ---- */

/* A leaf among elements of one type; false when the program's type has no such leaf. */
static bool map_in_run(const struct row_decoder *decoder, uint64_t file_leaves, uint64_t leaves, uint64_t leaf,
                       uint64_t *mapped)
{
    uint64_t element = file_leaves == 0 ? 0 : leaf / file_leaves, inside = leaf - element * file_leaves;

    if (inside != 0 && !msrck_row_decoder_same_leaves(decoder) && !msrck_row_decoder_leaf(decoder, inside, &inside))
        return false;
    *mapped = element * leaves + inside;
    return true;
}

/* One past the end is no leaf of the type, and stays one past the end however the type changed. */
static bool map_leaf(const struct restoration *restoration, const struct target *target, uint64_t *mapped)
{
    const struct ti_type *from = msrck_ti_get(restoration->file->types, target->extent->file->type);
    const struct ti_type *to = msrck_ti_get(restoration->types, target->type);

    if (target->leaf == target->extent->file->block_leaves) {
        *mapped = msrck_block_leaves(restoration->types, target->type, target->count);
        return true;
    }
    if (from->leaves > 0 && from->flexible == TI_VOID && target->leaf / from->leaves >= target->count)
        return false;               /* an element that was cut off */
    if (from->flexible == TI_VOID || target->leaf < from->leaves)
        return map_in_run(target->decoder, from->leaves, to->leaves, target->leaf, mapped);
    if (target->extent->trailing == NULL ||
        !map_in_run(target->extent->trailing, msrck_ti_get(restoration->file->types, from->flexible)->leaves,
                    msrck_ti_get(restoration->types, to->flexible)->leaves, target->leaf - from->leaves, mapped))
        return false;
    *mapped += to->leaves;
    return true;
}

/* ---- Blocks whose bytes are not there yet ---- */

static msrck_result no_pointer(void *context, uint64_t address, void **slot, uint32_t target, void **pointer,
                               msrck_error *error)
{
    (void)context, (void)address, (void)slot, (void)target, (void)error;
    *pointer = NULL;
    return MSRCK_OK;
}

static msrck_result no_function(void *context, uint64_t number, void (**function)(void), msrck_error *error)
{
    (void)context, (void)number, (void)error;
    *function = NULL;
    return MSRCK_OK;
}

static msrck_result no_handle(void *context, uint64_t address, void *object, uint32_t type, msrck_error *error)
{
    (void)context, (void)address, (void)object, (void)type, (void)error;
    return MSRCK_OK;
}

/*
 * The bytes of a variable that will be filled later, in memory of their own: unions in it say where its leaves are.
 * Pointers stay NULL. NULL when memory is out or the rows do not fit, which is found again when the variable is
 * filled.
 */
static unsigned char *preview(const struct restoration *restoration, const struct target *target)
{
    const struct row_resolver resolver = { .pointer = no_pointer, .function = no_function, .opaque = no_handle };
    const struct extent *file = target->extent->file;
    size_t size = (size_t)msrck_ti_get(restoration->types, target->type)->size;
    unsigned char *bytes = msrck_allocate((size_t)file->count, size);
    const unsigned char *rows = target->extent->rows;
    uint64_t failed;

    if (bytes != NULL && rows != NULL &&
        msrck_decode_rows(target->decoder, rows + (size_t)(target->block * file->count) * target->extent->width,
                          file->count, bytes, size, &resolver, &failed, NULL) != MSRCK_OK) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

/* Only unions make places depend on values, and only blocks that are filled later have none yet. */
static bool needs_preview(const struct restoration *restoration, const struct target *target)
{
    return target->extent->kind == PLACED_NAMED && target->extent->rows != NULL &&
           !target->extent->named[target->block].filled && msrck_ti_get(restoration->types, target->type)->has_unions;
}

/* The leaf of the block here, and its byte offset. */
static msrck_result find_offset(const struct restoration *restoration, const struct target *target, uint64_t *leaf,
                                uint64_t *offset, msrck_error *error)
{
    unsigned char *seen = needs_preview(restoration, target) ? preview(restoration, target) : NULL;
    bool found = map_leaf(restoration, target, leaf) &&
                 msrck_block_offset(restoration->types, target->type, target->count,
                                    seen != NULL ? seen : target->address, *leaf, offset);

    free(seen);
    if (found)
        return MSRCK_OK;
    return msrck_fail(error, MSRCK_DOES_NOT_FIT, "points to a member of %s that the program lacks",
                      msrck_ti_get(restoration->types, target->type)->name);
}

/* ---- Types of what pointers lead to ---- */

/* What is asked again and again: members and elements that many pointers of one type lead to. */
static bool known_to_lead(struct restoration *restoration, uint32_t declared, uint32_t type, uint64_t count,
                          uint64_t leaf)
{
    uint64_t mixed = (declared * UINT64_C(0x9E3779B97F4A7C15)) ^ (type * UINT64_C(0xC2B2AE3D27D4EB4F)) ^
                     (count * UINT64_C(0x165667B19E3779F9)) ^ (leaf * UINT64_C(0xD6E8FEB86659FD93));
    struct known_lead *known;

    if (restoration->leads == NULL)
        restoration->leads = msrck_allocate(KNOWN_LEADS, sizeof *restoration->leads);
    if (restoration->leads == NULL)
        return msrck_pointer_may_lead(restoration->types, declared, type, count, leaf);
    known = &restoration->leads[mixed >> 32 & (KNOWN_LEADS - 1)];
    if (known->set && known->declared == declared && known->type == type && known->count == count &&
        known->leaf == leaf)
        return true;
    if (!msrck_pointer_may_lead(restoration->types, declared, type, count, leaf))
        return false;
    *known = (struct known_lead){ declared, type, count, leaf, true };
    return true;
}

/* By the program's types: it is the program that would take one thing for another. */
static bool may_lead(struct restoration *restoration, uint32_t declared, uint32_t type, uint64_t count, uint64_t leaf)
{
    const struct ti_type *there;

    if (restoration->any_pointers || declared == TI_VOID || (declared == type && leaf == 0))
        return true;
    there = msrck_ti_get(restoration->types, type);
    if (declared == type && there->flexible == TI_VOID && leaf % there->leaves == 0)
        return true;
    return known_to_lead(restoration, declared, type, count, leaf);
}

static msrck_result refuse_type(const struct restoration *restoration, uint32_t declared, uint32_t type, uint64_t leaf,
                                msrck_error *error)
{
    const char *wanted = msrck_ti_get(restoration->types, declared)->name;
    const char *there = msrck_ti_get(restoration->types, type)->name;

    if (leaf == 0)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "points to %s, which is no %s (--resume-pointers=any allows it)",
                          there, wanted);
    return msrck_fail(error, MSRCK_DOES_NOT_FIT,
                      "points into %s, to leaf %llu, where no %s is (--resume-pointers=any allows it)", there,
                      (unsigned long long)leaf, wanted);
}

/* Pointers to the beginning of blocks of an extent that has one type here. */
static inline bool may_lead_to_extent(struct restoration *restoration, uint32_t declared, const struct placed_extent *extent)
{
    return extent->kind <= PLACED_ONE_BY_ONE &&
           (extent->type == declared || may_lead(restoration, declared, extent->type, extent->file->count, 0));
}

/* ---- Pointers ---- */

/* The slot may be in a copy that will be moved to its block; what is remembered is where it ends up. */
static msrck_result defer(struct restoration *restoration, void **slot, uint64_t address, uint32_t declared,
                          void **pointer, msrck_error *error)
{
    *pointer = NULL;
    if (restoration->at_once)
        return MSRCK_OK;
    if (!msrck_reserve(&restoration->pointers, &restoration->pointer_capacity, restoration->pointer_count + 1,
                       sizeof restoration->pointers[0]))
        return msrck_fail_memory(error, restoration->pointer_capacity * sizeof restoration->pointers[0],
                                 "deferred pointers");
    slot = (void **)(void *)gathering_origin(&restoration->gathering, (unsigned char *)slot);
    restoration->pointers[restoration->pointer_count++] = (struct deferred_pointer){ slot, address, declared };
    return MSRCK_OK;
}

static msrck_result refuse_missing(const struct restoration *restoration, const struct named_place *place,
                                   msrck_error *error)
{
    struct byte_buffer name = BYTE_BUFFER_INIT;

    msrck_placement_describe(restoration, place, &name);
    msrck_fail(error, MSRCK_DOES_NOT_FIT, "points to %s, which the program does not have", msrck_buffer_text(&name));
    msrck_buffer_free(&name);
    return MSRCK_DOES_NOT_FIT;
}

/* Everything but pointers to the beginning of blocks on the typed heap. */
static msrck_result resolve_other(struct restoration *restoration, const struct target *target, uint64_t address,
                                  void **slot, uint32_t declared, void **pointer, msrck_error *error)
{
    uint64_t leaf = 0, offset = 0;
    msrck_result result;

    if (target->extent->kind == PLACED_BYTES)
        return msrck_fail(error, MSRCK_CORRUPT, "points into the bytes of a handle (address %llu)",
                          (unsigned long long)address);
    if (target->address == NULL) {
        const struct named_place *place = &target->extent->named[target->block];

        if (place->claim == CLAIM_VARIABLE)
            return refuse_missing(restoration, place, error);
        return defer(restoration, slot, address, declared, pointer, error);
    }
    /* Which member of a union is active is known when its block is decoded, not before. */
    if (target->leaf != 0 && restoration->loading && msrck_ti_get(restoration->types, target->type)->has_unions)
        return defer(restoration, slot, address, declared, pointer, error);
    result = target->leaf == 0 ? MSRCK_OK : find_offset(restoration, target, &leaf, &offset, error);
    if (result == MSRCK_OK && !may_lead(restoration, declared, target->type, target->count, leaf))
        result = refuse_type(restoration, declared, target->type, leaf, error);
    *pointer = target->address + (size_t)offset;
    return result;
}

static msrck_result resolve_pointer(void *context, uint64_t address, void **slot, uint32_t declared, void **pointer,
                                    msrck_error *error)
{
    struct restoration *restoration = context;
    struct placed_extent *extent;
    struct target target;
    uint64_t block, leaf;

    if (address >= restoration->file->address_end)
        return msrck_fail(error, MSRCK_CORRUPT, "holds address %llu, the last is %llu", (unsigned long long)address,
                          (unsigned long long)restoration->file->address_end - 1);
    extent = placed_at(restoration, address, &block, &leaf);
    if (leaf == 0 && extent->kind == PLACED_RUNS && may_lead_to_extent(restoration, declared, extent)) {
        uint64_t inside, run = divide(&extent->by_run, block, &inside);

        *pointer = extent->runs.base[run] + (size_t)inside * extent->runs.stride;
        return MSRCK_OK;
    }
    target = target_of(extent, block, leaf);
    return resolve_other(restoration, &target, address, slot, declared, pointer, error);
}

/* A column of addresses. Most are beginnings of blocks of one extent, and are done here without calls. */
static msrck_result resolve_pointers(void *context, const uint64_t *addresses, size_t count, void *slots,
                                     size_t slot_step, uint32_t declared, void **pointers, size_t *failed,
                                     msrck_error *error)
{
    struct restoration *restoration = context;
    const struct placed_extent *extent = &restoration->extents[restoration->last];
    uint64_t span = may_lead_to_extent(restoration, declared, extent) ? extent->span : 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t place = addresses[i] - extent->file->base, block, leaf, inside, run;
        msrck_result result;

        pointers[i] = NULL;
        if (addresses[i] == 0)
            continue;
        if (place < span) {
            block = divide(&extent->by_block, place, &leaf);
            if (leaf == 0 && extent->kind == PLACED_ONE_BY_ONE) {
                pointers[i] = extent->blocks[block];
                continue;
            }
            if (leaf == 0) {
                run = divide(&extent->by_run, block, &inside);
                pointers[i] = extent->runs.base[run] + (size_t)inside * extent->runs.stride;
                continue;
            }
        }
        result = resolve_pointer(context, addresses[i], (void **)(void *)((unsigned char *)slots + i * slot_step),
                                 declared, &pointers[i], error);
        if (result != MSRCK_OK) {
            *failed = i;
            return result;
        }
        if (extent != &restoration->extents[restoration->last]) {
            extent = &restoration->extents[restoration->last];
            span = may_lead_to_extent(restoration, declared, extent) ? extent->span : 0;
        }
    }
    return MSRCK_OK;
}

static msrck_result resolve_function(void *context, uint64_t number, void (**function)(void), msrck_error *error)
{
    const struct restoration *restoration = context;

    *function = NULL;
    if (number == 0)
        return MSRCK_OK;
    if (number > restoration->file->target_count)
        return msrck_fail(error, MSRCK_CORRUPT, "holds function %llu, the last is %u", (unsigned long long)number,
                          restoration->file->target_count);
    if (restoration->functions[number - 1] == NULL)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "points to function %s, which the program has not registered",
                          restoration->file->targets[number - 1]);
    *function = restoration->functions[number - 1]->function;
    return MSRCK_OK;
}

/* ---- Opaque handles ---- */

/* The bytes stay the restoration's; the callback makes of them what it needs. */
static msrck_result restore_handle(struct restoration *restoration, const struct deferred_handle *handle,
                                   msrck_error *error)
{
    const struct ti_type *entry = msrck_ti_get(restoration->types, handle->type);
    const msrck_opaque_handlers *handlers = entry->source == NULL ? NULL : entry->source->handlers;
    const unsigned char *bytes = (const unsigned char *)"";
    uint64_t block, leaf, length = 0;

    if (handle->address != 0) {
        const struct placed_extent *extent = placed_at(restoration, handle->address, &block, &leaf);

        if (extent->kind != PLACED_BYTES || leaf != 0)
            return msrck_fail(error, MSRCK_CORRUPT, "%s stands at address %llu, where no handle's bytes begin",
                              entry->name, (unsigned long long)handle->address);
        bytes = msrck_placement_block(extent, block);
        length = extent->file->count;
    }
    if (handlers == NULL || handlers->restore == NULL ||
        handlers->restore(handle->object, bytes, (size_t)length, handlers->context) != 0)
        return msrck_fail(error, MSRCK_DOES_NOT_FIT, "%s refused to be restored", entry->name);
    return MSRCK_OK;
}

/* Callbacks run when all memory is there: what they do may look at the rest of the state. */
static msrck_result note_handle(void *context, uint64_t address, void *object, uint32_t type, msrck_error *error)
{
    struct restoration *restoration = context;
    struct deferred_handle handle = { object, address, type };

    if (address >= restoration->file->address_end)
        return msrck_fail(error, MSRCK_CORRUPT, "holds address %llu, the last is %llu", (unsigned long long)address,
                          (unsigned long long)restoration->file->address_end - 1);
    if (restoration->at_once)
        return restore_handle(restoration, &handle, error);
    if (!msrck_reserve(&restoration->handles, &restoration->handle_capacity, restoration->handle_count + 1,
                       sizeof handle))
        return msrck_fail_memory(error, restoration->handle_capacity * sizeof handle, "opaque handles");
    handle.object = gathering_origin(&restoration->gathering, object);
    restoration->handles[restoration->handle_count++] = handle;
    return MSRCK_OK;
}

msrck_result msrck_restore_handles(struct restoration *restoration, uint64_t *failed, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t i;

    for (i = 0; result == MSRCK_OK && i < restoration->handle_count; i++) {
        *failed = restoration->handles[i].address;
        result = restore_handle(restoration, &restoration->handles[i], error);
    }
    restoration->handle_count = 0;
    return result;
}

/* ---- Deferred pointers ---- */

msrck_result msrck_resolve_deferred(struct restoration *restoration, bool all, uint64_t *failed, msrck_error *error)
{
    size_t i, kept = 0, count = restoration->pointer_count;

    for (i = 0; i < count; i++) {
        struct deferred_pointer deferred = restoration->pointers[i];
        uint64_t block, leaf;
        struct placed_extent *extent = placed_at(restoration, deferred.address, &block, &leaf);
        struct target target = target_of(extent, block, leaf);
        msrck_result result;
        void *pointer;

        if (target.address == NULL && !all) {
            restoration->pointers[kept++] = deferred;
            continue;
        }
        *failed = deferred.address;
        result = target.address == NULL ?
                     refuse_missing(restoration, &extent->named[block], error) :
                     resolve_other(restoration, &target, deferred.address, deferred.slot, deferred.declared,
                                   &pointer, error);
        if (result != MSRCK_OK)
            return result;
        memcpy(deferred.slot, &pointer, sizeof pointer);
    }
    restoration->pointer_count = kept;
    return MSRCK_OK;
}

struct row_resolver msrck_resolver(struct restoration *restoration)
{
    return (struct row_resolver){ .pointer = resolve_pointer,
                                  .function = resolve_function,
                                  .opaque = note_handle,
                                  .context = restoration,
                                  .pointers = resolve_pointers };
}
