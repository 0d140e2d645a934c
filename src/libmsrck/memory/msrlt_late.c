/* SPDX-License-Identifier: MIT */
/* Late-typed blocks: foreign blocks of which only the size is known, until pointers tell what they hold. */
#define _DEFAULT_SOURCE /* mincore */
#include "memory/msrlt.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory/msrlt_state.h"

/* ---- Registering ---- */

/*
 * Whatever the table says lies in memory that malloc has just given out was freed behind its back, by a library: it is
 * taken out.
 */
static bool drop_stale(struct msrlt *msrlt, const void *address, uint64_t bytes)
{
    const unsigned char *first = address, *last = first + bytes - 1;
    struct foreign_place place;
    bool dropped = false;

    while (msrck_foreign_find(msrlt->foreign, last, &place) &&
           place.address + msrlt->kinds.items[foreign_kind(place.page, place.granule)].bytes > first) {
        msrck_foreign_remove(msrlt->foreign, &place);
        dropped = true;
    }
    return dropped;
}

static bool drop_stale_long(struct msrlt *msrlt, const void *address, uint64_t bytes)
{
    const unsigned char *first = address, *last = first + bytes - 1;
    bool dropped = false;
    size_t handle;

    while ((handle = msrck_ordered_find(msrlt->ordered, last)) != NO_ENTRY && msrlt->ordered->entries[handle].segment == SEGMENT_FOREIGN &&
           msrlt->ordered->entries[handle].address + msrlt->ordered->entries[handle].bytes > first) {
        msrck_ordered_remove(msrlt->ordered, handle);
        dropped = true;
    }
    return dropped;
}

/* A block that the page map does not take. */
static msrck_result add_long(struct msrlt *msrlt, const void *address, uint32_t late, msrck_error *error)
{
    const struct block_kind *kind = &msrlt->kinds.items[late], *plain = &msrlt->kinds.items[kind->plain];
    struct ordered_entry entry;
    size_t handle;

    memset(&entry, 0, sizeof entry);
    entry.address = entry.data = address;
    entry.bytes = kind->bytes;
    entry.count = plain->count;
    entry.type = plain->type;
    entry.kind = kind->plain;
    entry.late = late + 1;
    entry.has_pointers = plain->has_pointers;
    entry.segment = SEGMENT_FOREIGN;
    if (msrlt->long_first == 0 || (uintptr_t)address < msrlt->long_first)
        msrlt->long_first = (uintptr_t)address;
    if ((uintptr_t)address + (uintptr_t)kind->bytes > msrlt->long_end)
        msrlt->long_end = (uintptr_t)address + (uintptr_t)kind->bytes;
    drop_stale_long(msrlt, address, kind->bytes);
    return msrck_ordered_add(msrlt->ordered, &entry, &handle, error);
}

msrck_result msrck_msrlt_add_late(struct msrlt *msrlt, const void *address, uint64_t bytes, uint32_t hint, msrck_error *error)
{
    enum foreign_added added;
    uint32_t kind;
    msrck_result result = address == NULL ? msrck_fail(error, MSRCK_MISUSE, "block without an address")
                                          : msrck_kinds_intern_late(&msrlt->kinds, hint, bytes, &kind, error);

    if (result != MSRCK_OK)
        return result;
    msrlt->has_late = true;
    added = msrck_foreign_add_fresh(msrlt->foreign, address, kind);
    if (added == FOREIGN_TAKEN && drop_stale(msrlt, address, bytes))
        added = msrck_foreign_add(msrlt->foreign, address, kind);
    switch (added) {
    case FOREIGN_ADDED:
        return MSRCK_OK;
    case FOREIGN_NO_MEMORY:
        return msrck_fail_memory(error, sizeof(struct foreign_region), "registered blocks");
    default:
        return add_long(msrlt, address, kind, error);
    }
}

struct late_slots *msrck_msrlt_late_slots(struct msrlt *msrlt)
{
    if (msrlt->slots == NULL)
        msrlt->slots = msrck_late_slots_new(msrlt->heap);
    return msrlt->slots;
}

msrck_result msrck_msrlt_register_late(struct msrlt *msrlt, msrck_error *error)
{
    struct late_cursor cursor = { 0, 0 };
    struct late_place place;
    msrck_result result;

    if (msrlt->slots == NULL)
        return MSRCK_OK;
    while (msrck_late_slots_next(msrlt->slots, &cursor, &place)) {
        result = msrck_msrlt_add_late(msrlt, place.address, place.bytes, place.hint, error);
        if (result != MSRCK_OK)
            return result;
        msrck_late_slots_note_registered(&place);
    }
    return MSRCK_OK;
}

bool msrck_msrlt_has_late(const struct msrlt *msrlt)
{
    return msrlt->has_late;
}

void msrck_msrlt_restore_late(struct msrlt *msrlt, bool late)
{
    msrlt->late_restored = late;
    msrlt->has_late = msrlt->has_late || late;
}

bool msrck_msrlt_restores_late(const struct msrlt *msrlt)
{
    return msrlt->late_restored;
}

/* ---- Pointers that C allows to exist, but not to be used ---- */

/* Stacks are no longer, where the limit does not say otherwise. */
#define STACK_LENGTH ((uintptr_t)1 << 30)

void msrck_msrlt_set_stack(struct msrlt *msrlt, const void *base)
{
    msrlt->stack = (uintptr_t)base;
}

/* Large blocks go back to the system at once: their pages are no longer there. Numbers that are no addresses stay out of it. */
static bool is_unmapped(const struct msrlt *msrlt, uintptr_t address)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    unsigned char resident;

    return address >= msrlt->long_first && address < msrlt->long_end && mincore((void *)(address - address % page), 1, &resident) != 0 && errno == ENOMEM;
}

/* There where the program is sanitized: freed blocks, of any size, stay mapped for a while, and this knows them. */
extern int __asan_address_is_poisoned(const volatile void *address) __attribute__((weak));

static bool is_poisoned(const struct msrlt *msrlt, const void *pointer)
{
    uintptr_t address = (uintptr_t)pointer;

    return __asan_address_is_poisoned != NULL && address >= msrlt->long_first && address < msrlt->long_end && __asan_address_is_poisoned(pointer);
}

bool msrck_msrlt_is_copy(const struct msrlt *msrlt, const struct block *block)
{
    return msrlt->late_restored && block->segment == SEGMENT_STACK && block->data == block->address;
}

bool msrck_msrlt_is_stale(const struct msrlt *msrlt, const void *pointer)
{
    uintptr_t address = (uintptr_t)pointer;
    struct block block;

    if (!msrlt->late_restored)
        return false;
    if (msrck_msrlt_find(msrlt, pointer, &block) && msrck_msrlt_is_copy(msrlt, &block))
        return true;
    if (msrck_heap_reserves(msrlt->heap, pointer) || msrck_foreign_near(msrlt->foreign, pointer))
        return true;
    return (address < msrlt->stack && msrlt->stack - address < STACK_LENGTH) || is_unmapped(msrlt, address) ||
           is_poisoned(msrlt, pointer);
}

/* ---- The blocks' own kinds ---- */

/* The kind the block was registered with. NULL: not a foreign block. */
static const struct block_kind *own_kind(const struct msrlt *msrlt, const struct block *block)
{
    const struct ordered_entry *entry;

    if (block->segment != SEGMENT_FOREIGN)
        return NULL;
    if (block->page != NULL)
        return &msrlt->kinds.items[foreign_kind(block->page, (uint32_t)block->entry)];
    entry = &msrlt->ordered->entries[block->entry];
    return &msrlt->kinds.items[entry->late != 0 ? entry->late - 1 : entry->kind];
}

bool msrck_msrlt_late(const struct msrlt *msrlt, const struct block *block, uint64_t *bytes, uint32_t *hint)
{
    const struct block_kind *kind = own_kind(msrlt, block);

    if (kind == NULL || !kind->late)
        return false;
    *bytes = kind->bytes;
    *hint = kind->type;
    return true;
}

bool msrck_msrlt_foreign_at(const struct msrlt *msrlt, const void *address, struct block *block, uint64_t *bytes)
{
    struct foreign_place place;
    size_t handle;

    if (msrck_foreign_find_start(msrlt->foreign, address, &place)) {
        block->segment = SEGMENT_FOREIGN;
        block->page = place.page;
        block->entry = place.granule;
    } else {
        handle = msrck_ordered_find(msrlt->ordered, address);
        if (handle == NO_ENTRY || msrlt->ordered->entries[handle].address != (const unsigned char *)address ||
            msrlt->ordered->entries[handle].segment != SEGMENT_FOREIGN)
            return false;
        block->segment = SEGMENT_FOREIGN;
        block->page = NULL;
        block->entry = handle;
    }
    block->address = block->data = address;
    block->type = own_kind(msrlt, block)->type;
    block->count = own_kind(msrlt, block)->count;
    *bytes = own_kind(msrlt, block)->bytes;
    return true;
}

/* The entry is collected as elements of a kind from now on. */
static void set_entry(struct msrlt *msrlt, struct ordered_entry *entry, uint32_t kind)
{
    entry->kind = kind;
    entry->type = msrlt->kinds.items[kind].type;
    entry->count = msrlt->kinds.items[kind].count;
    entry->has_pointers = msrlt->kinds.items[kind].has_pointers;
}

msrck_result msrck_msrlt_hint(struct msrlt *msrlt, const struct block *block, uint32_t hint, msrck_error *error)
{
    const struct block_kind *kind = own_kind(msrlt, block);
    struct ordered_entry *entry;
    uint32_t hinted;
    msrck_result result;

    if (kind == NULL || !kind->late || kind->type == hint)
        return MSRCK_OK;
    result = msrck_kinds_intern_late(&msrlt->kinds, hint, kind->bytes, &hinted, error);
    if (result != MSRCK_OK)
        return result;
    if (block->page != NULL && hinted <= FOREIGN_KIND_MASK)
        return msrck_foreign_retype(block->page, (uint32_t)block->entry, hinted)
                   ? MSRCK_OK
                   : msrck_fail_memory(error, FOREIGN_PAGE_WORDS, "the types of registered blocks");
    if (block->page != NULL)
        return MSRCK_OK;
    entry = &msrlt->ordered->entries[block->entry];
    entry->late = hinted + 1;
    set_entry(msrlt, entry, msrlt->kinds.items[hinted].plain);
    return MSRCK_OK;
}

/* ---- Typing ---- */

msrck_result msrck_msrlt_begin_typing(struct msrlt *msrlt, msrck_error *error)
{
    if (!msrck_foreign_begin_typing(msrlt->foreign))
        return msrck_fail_memory(error, (size_t)msrlt->foreign->block_count * sizeof(uint32_t), "the types of registered blocks");
    return MSRCK_OK;
}

msrck_result msrck_msrlt_set_type(struct msrlt *msrlt, struct block *block, uint32_t type, uint64_t count, msrck_error *error)
{
    uint32_t kind;
    msrck_result result = msrck_kinds_intern(&msrlt->kinds, type, count, &kind, error);

    if (result != MSRCK_OK)
        return result;
    block->type = type;
    block->count = count;
    if (block->page != NULL)
        msrck_foreign_set_typed(msrlt->foreign, block->page, (uint32_t)block->entry, kind);
    else
        set_entry(msrlt, &msrlt->ordered->entries[block->entry], kind);
    return MSRCK_OK;
}

void msrck_msrlt_end_typing(struct msrlt *msrlt)
{
    size_t i;

    msrck_foreign_end_typing(msrlt->foreign);
    for (i = 0; i < msrlt->ordered->entry_count; i++) {
        struct ordered_entry *entry = &msrlt->ordered->entries[i];

        if (entry->references != 0 && entry->late != 0)
            set_entry(msrlt, entry, msrlt->kinds.items[entry->late - 1].plain);
    }
}
