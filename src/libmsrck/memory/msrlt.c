/* SPDX-License-Identifier: MIT */
#include "memory/msrlt.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "memory/msrlt_state.h"
#include "memory/typed_heap_inline.h"

struct msrlt *msrck_msrlt_new(const struct ti_table *types)
{
    struct msrlt *msrlt = msrck_allocate(1, sizeof *msrlt);

    if (msrlt == NULL)
        return NULL;
    msrlt->types = msrlt->kinds.table = types;
    msrlt->heap = msrck_heap_new(types);
    msrlt->ordered = msrck_allocate(1, sizeof *msrlt->ordered);
    msrlt->foreign = msrck_allocate(1, sizeof *msrlt->foreign);
    if (msrlt->heap == NULL || msrlt->ordered == NULL || msrlt->foreign == NULL) {
        free(msrlt->ordered);
        msrlt->ordered = NULL;
        msrck_msrlt_free(msrlt);
        return NULL;
    }
    msrck_ordered_init(msrlt->ordered);
    msrlt->foreign->kinds = &msrlt->kinds;
    return msrlt;
}

void msrck_msrlt_free(struct msrlt *msrlt)
{
    if (msrlt == NULL)
        return;
    msrck_msrlt_forget_numbers(msrlt);
    msrck_content_clear(&msrlt->contents[CONTENT_LITERAL]);
    msrck_content_clear(&msrlt->contents[CONTENT_OPAQUE]);
    msrck_literals_free(&msrlt->literals);
    if (msrlt->foreign != NULL)
        msrck_foreign_free(msrlt->foreign);
    if (msrlt->ordered != NULL)
        msrck_ordered_free(msrlt->ordered);
    msrck_kinds_free(&msrlt->kinds);
    msrck_late_slots_free(msrlt->slots);
    msrck_heap_free(msrlt->heap);
    free(msrlt->foreign);
    free(msrlt->ordered);
    free(msrlt);
}

struct typed_heap *msrck_msrlt_heap(struct msrlt *msrlt)
{
    return msrlt->heap;
}

/* ---- Registering ---- */

/* An entry of the ordered table for `count` values of `type`. */
static msrck_result describe(struct msrlt *msrlt, uint32_t segment, const void *address, uint32_t type, uint64_t count,
                             struct ordered_entry *entry, msrck_error *error)
{
    const struct block_kind *kind;
    msrck_result result;

    memset(entry, 0, sizeof *entry);
    if (address == NULL)
        return msrck_fail(error, MSRCK_MISUSE, "block without an address");
    result = msrck_kinds_intern(&msrlt->kinds, type, count, &entry->kind, error);
    if (result != MSRCK_OK)
        return result;
    kind = &msrlt->kinds.items[entry->kind];
    if (kind->bytes > UINTPTR_MAX - (uintptr_t)address)
        return msrck_fail(error, MSRCK_MISUSE, "block of %llu bytes at %p reaches beyond the address space",
                          (unsigned long long)kind->bytes, address);
    entry->address = entry->data = address;
    entry->bytes = kind->bytes;
    entry->count = kind->count;
    entry->type = kind->type;
    entry->has_pointers = kind->has_pointers;
    entry->segment = (uint8_t)segment;
    return MSRCK_OK;
}

msrck_result msrck_msrlt_add_named(struct msrlt *msrlt, uint32_t segment, const void *address, const void *data,
                                   uint32_t type, uint64_t count, uint64_t order, size_t *handle, msrck_error *error)
{
    struct ordered_entry entry;
    msrck_result result;

    *handle = NO_ENTRY;
    if (segment != SEGMENT_GLOBAL && segment != SEGMENT_STACK)
        return msrck_fail(error, MSRCK_MISUSE, "named block in segment %u, which is neither global nor stack",
                          (unsigned)segment);
    result = describe(msrlt, segment, address, type, count, &entry, error);
    if (result != MSRCK_OK)
        return result;
    entry.order = order;
    if (data != NULL)
        entry.data = data;
    return msrck_ordered_add(msrlt->ordered, &entry, handle, error);
}

void msrck_msrlt_remove_named(struct msrlt *msrlt, size_t handle)
{
    msrck_ordered_remove(msrlt->ordered, handle);
}

msrck_result msrck_msrlt_add_foreign(struct msrlt *msrlt, const void *address, uint32_t type, uint64_t count,
                                     msrck_error *error)
{
    struct ordered_entry entry;
    uint32_t kind;
    size_t handle;
    msrck_result result = address == NULL ? msrck_fail(error, MSRCK_MISUSE, "block without an address")
                                          : msrck_kinds_intern(&msrlt->kinds, type, count, &kind, error);

    if (result != MSRCK_OK)
        return result;
    switch (msrck_foreign_add(msrlt->foreign, address, kind)) {
    case FOREIGN_ADDED:
        return MSRCK_OK;
    case FOREIGN_TAKEN:
        return msrck_fail(error, MSRCK_MISUSE, "the block of %llu bytes at %p overlaps one that is registered",
                          (unsigned long long)msrlt->kinds.items[kind].bytes, address);
    case FOREIGN_NO_MEMORY:
        return msrck_fail_memory(error, sizeof(struct foreign_region), "registered blocks");
    case FOREIGN_UNSUITED:
        break;
    }
    result = describe(msrlt, SEGMENT_FOREIGN, address, type, count, &entry, error);
    if (result != MSRCK_OK)
        return result;
    result = msrck_ordered_add(msrlt->ordered, &entry, &handle, error);
    /* A second reference would mean that the program registered the block twice. */
    if (result == MSRCK_OK && msrlt->ordered->entries[handle].references > 1) {
        msrck_ordered_remove(msrlt->ordered, handle);
        return msrck_fail(error, MSRCK_MISUSE, "the block at %p is registered already", address);
    }
    return result;
}

bool msrck_msrlt_remove_foreign(struct msrlt *msrlt, const void *address)
{
    struct foreign_place place;
    size_t handle;

    if (msrck_foreign_find_start(msrlt->foreign, address, &place)) {
        msrck_foreign_remove(msrlt->foreign, &place);
        return true;
    }
    handle = msrck_ordered_find(msrlt->ordered, address);
    if (handle == NO_ENTRY || msrlt->ordered->entries[handle].address != (const unsigned char *)address ||
        msrlt->ordered->entries[handle].segment != SEGMENT_FOREIGN)
        return false;
    msrck_ordered_remove(msrlt->ordered, handle);
    return true;
}

/* ---- Look-up ---- */

void msrck_msrlt_named_block(const struct msrlt *msrlt, size_t handle, struct block *block)
{
    const struct ordered_entry *entry = &msrlt->ordered->entries[handle];

    block->segment = entry->segment;
    block->type = entry->type;
    block->count = entry->count;
    block->address = entry->address;
    block->data = entry->data;
    block->page = NULL;
    block->entry = handle;
}

static void foreign_block(const struct msrlt *msrlt, const struct foreign_place *place, struct block *block)
{
    const struct block_kind *kind = &msrlt->kinds.items[foreign_kind_now(msrlt->foreign, place->page, place->granule)];

    block->segment = SEGMENT_FOREIGN;
    block->type = kind->type;
    block->count = kind->count;
    block->address = block->data = place->address;
    block->page = place->page;
    block->entry = place->granule;
}

/* A block that was registered: inside of one first, then one past the end. */
static bool find_registered(const struct msrlt *msrlt, const void *address, struct block *block)
{
    uintptr_t where = (uintptr_t)address;
    struct foreign_place place;
    bool past_foreign = false;
    size_t handle;

    if (msrlt->foreign->block_count != 0 && msrck_foreign_find(msrlt->foreign, address, &place)) {
        uint64_t offset = where - (uintptr_t)place.address;
        uint64_t bytes = msrlt->kinds.items[foreign_kind(place.page, place.granule)].bytes;

        past_foreign = offset == bytes;
        if (offset < bytes) {
            foreign_block(msrlt, &place, block);
            return true;
        }
    }
    handle = msrck_ordered_find(msrlt->ordered, address);
    if (handle != NO_ENTRY) {
        const struct ordered_entry *entry = &msrlt->ordered->entries[handle];
        uint64_t offset = where - (uintptr_t)entry->address;

        if (offset < entry->bytes || (offset == entry->bytes && !past_foreign)) {
            msrck_msrlt_named_block(msrlt, handle, block);
            return true;
        }
    }
    if (past_foreign)
        foreign_block(msrlt, &place, block);
    return past_foreign;
}

bool msrck_msrlt_find(const struct msrlt *msrlt, const void *address, struct block *block)
{
    if (!heap_find(msrlt->heap, address, &block->heap))
        return find_registered(msrlt, address, block);
    block->segment = SEGMENT_HEAP;
    block->type = block->heap.type;
    block->count = block->heap.count;
    block->address = block->data = block->heap.address;
    block->page = NULL;
    block->entry = 0;
    return true;
}

bool msrck_msrlt_find_ended(const struct msrlt *msrlt, const void *address, struct block *block)
{
    const unsigned char *end = address;
    const struct ordered_entry *entry;
    size_t handle;

    if ((uintptr_t)address == 0)
        return false;
    handle = msrck_ordered_find(msrlt->ordered, (const void *)((uintptr_t)address - 1));
    if (handle == NO_ENTRY)
        return false;
    entry = &msrlt->ordered->entries[handle];
    if ((uintptr_t)end - (uintptr_t)entry->address != entry->bytes)
        return false;
    msrck_msrlt_named_block(msrlt, handle, block);
    return true;
}

bool msrck_msrlt_is_literal(struct msrlt *msrlt, const char *text, size_t *length)
{
    uintptr_t end;
    const char *terminator;

    /* Libraries may come and go between checkpoints, not while one is collected. */
    if ((!msrlt->marking || !msrlt->literals.loaded) && !msrck_literals_load(&msrlt->literals))
        return false;
    end = msrck_literals_end(&msrlt->literals, text);
    if (end == 0)
        return false;
    terminator = memchr(text, '\0', end - (uintptr_t)text);
    if (terminator == NULL)
        return false;
    *length = (size_t)(terminator - text);
    return true;
}

unsigned char *msrck_msrlt_restore_literals(struct msrlt *msrlt, size_t length)
{
    return msrck_literals_restore(&msrlt->literals, length);
}

void msrck_msrlt_drop_literals(struct msrlt *msrlt, const unsigned char *bytes)
{
    msrck_literals_drop(&msrlt->literals, bytes);
}

void msrck_msrlt_seal_literals(struct msrlt *msrlt)
{
    msrck_literals_seal(&msrlt->literals);
}
