/* SPDX-License-Identifier: MIT */
/* malloc() and its like for pre-compiled programs: the typed heap where the type is known, else late-typed blocks. */
#define _GNU_SOURCE /* malloc_usable_size */
#include "runtime/precompiled_heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory/block_kinds.h"
#include "memory/late_slots.h"
#include "types/ti_table.h"

/* Where the program is built with the address sanitizer, which watches what malloc() gives out. */
extern void __asan_init(void) __attribute__((weak));

/* A type that was allocated lately. */
struct known_type {
    const struct msrck_type *description;
    uint32_t id;        /* without outer arrays */
    bool fixed;         /* no flexible array member */
    size_t size;        /* of an element */
};

/* Kept off the fast paths, which would save registers for them. */
#define OUT_OF_LINE __attribute__((noinline))

#define KNOWN_TYPES 256u /* a power of two */

/*
 * NULL before msrck_init(), when constructors run, and in programs that are not pre-compiled: plain malloc() then. Part of the one session's state, but that it stays when
 * the session has ended.
 */
static struct {
    bool expected;
    struct ti_table *types;
    struct msrlt *msrlt;
    struct typed_heap *heap;
    struct late_slots *slots;   /* NULL: memory was out, or a sanitizer is to see each block */
    struct known_type known[KNOWN_TYPES];
} program;

void msrck_precompiled_expect(void)
{
    program.expected = true;
}

void msrck_precompiled_begin(struct ti_table *types, struct msrlt *msrlt)
{
    if (!program.expected)
        return;
    program.expected = false;
    program.types = types;
    program.msrlt = msrlt;
    program.heap = msrck_msrlt_heap(msrlt);
    program.slots = __asan_init == NULL ? msrck_msrlt_late_slots(msrlt) : NULL;
    msrck_msrlt_restore_late(msrlt, true);
}

void msrck_precompiled_stack(const void *base)
{
    if (program.msrlt != NULL)
        msrck_msrlt_set_stack(program.msrlt, base);
}

bool msrck_precompiled_keeps(const struct msrlt *msrlt)
{
    return msrlt != NULL && program.msrlt == msrlt;
}

/* ---- Types ------------------------------------------------------------------------------------------------------ */

/* NULL where the type is not known, or cannot be that of a block: late typing decides, then. */
static const struct known_type *learn(struct known_type *known, const struct msrck_type *description)
{
    uint64_t factor = 1;
    uint32_t id;
    const struct ti_type *entry;

    if (msrck_ti_add(program.types, description, &id, NULL) != MSRCK_OK)
        return NULL;
    id = msrck_ti_strip_arrays(program.types, id, &factor);
    if (id == UINT32_MAX || id == TI_VOID)
        return NULL;
    entry = msrck_ti_get(program.types, id);
    if (!entry->has_layout || entry->size == 0)
        return NULL;
    *known = (struct known_type){ description, id, entry->flexible == TI_VOID, (size_t)entry->size };
    return known;
}

static inline const struct known_type *know(const struct msrck_type *description)
{
    uintptr_t address = (uintptr_t)description;
    struct known_type *known = &program.known[(address >> 5 ^ address >> 12) % KNOWN_TYPES];

    if (description == NULL || known->description == description)
        return description == NULL ? NULL : known;
    return learn(known, description);
}

/* ---- Late-typed blocks ------------------------------------------------------------------------------------------ */

/* Takes the block into the table. Gives it back, or NULL when memory is out: what is not tracked must not be used. */
static void *track(void *block, size_t size, uint32_t hint)
{
    if (block == NULL || msrck_msrlt_add_late(program.msrlt, block, size, hint, NULL) == MSRCK_OK)
        return block;
    free(block);
    errno = ENOMEM;
    return NULL;
}

/* From malloc(): what is too long for a slot. */
static OUT_OF_LINE void *allocate_long(uint32_t hint, size_t wanted)
{
    /* Short blocks are cleared by hand: calloc() goes a slower way. Of large ones it knows that the system cleared them. */
    void *block = wanted < 65536 ? malloc(wanted) : calloc(1, wanted);

    /* The compiler would make calloc() of the two. */
    __asm__("" : "+r"(block));
    if (block != NULL && wanted < 65536)
        memset(block, 0, wanted);
    return track(block, wanted, hint);
}

static void *allocate_late(uint32_t hint, size_t size)
{
    size_t wanted = size == 0 ? 1 : size;
    void *block;

    if (wanted > LATE_SLOT_MOST || program.slots == NULL)
        return allocate_long(hint, wanted);
    block = msrck_late_slots_allocate(program.slots, (uint32_t)wanted, hint);
    if (block == NULL)
        errno = ENOMEM;
    return block;
}

static inline bool find_late(const void *block, struct late_place *place)
{
    return program.slots != NULL && msrck_late_slots_find(program.slots, block, place);
}

/* The map of foreign blocks forgets the block, if it has met it. */
static inline void unregister_late(const struct late_place *place)
{
    if (__builtin_expect(place->registered, 0))
        msrck_msrlt_remove_foreign(program.msrlt, place->address);
}

static inline void release_late(const struct late_place *place)
{
    unregister_late(place);
    msrck_late_slots_release(program.slots, place);
}

static inline uint32_t hint_of(const struct known_type *known)
{
    return known == NULL ? TI_VOID : known->id;
}

/* A struct with a flexible array member, or a number of elements that is not one. */
static void *allocate_uneven(const struct known_type *known, size_t size)
{
    uint64_t count, rest;
    void *block;

    if (known->fixed ? size % known->size != 0
                     : !msrck_kinds_fit(program.types, known->id, size, &count, &rest) || rest != 0)
        return allocate_late(known->id, size);
    if (known->fixed)
        count = size / known->size;
    block = msrck_heap_allocate(program.heap, known->id, count);
    if (block == NULL)
        errno = ENOMEM;
    return block;
}

/* ---- Allocation ------------------------------------------------------------------------------------------------- */

void *msrck_cc_malloc(const struct msrck_type *type, size_t size)
{
    const struct known_type *known;
    void *block;

    if (__builtin_expect(program.msrlt == NULL, 0))
        return malloc(size);
    known = know(type);
    if (known == NULL)
        return allocate_late(TI_VOID, size);
    if (size != known->size || !known->fixed)
        return allocate_uneven(known, size);
    block = msrck_heap_allocate(program.heap, known->id, 1);
    if (__builtin_expect(block == NULL, 0))
        errno = ENOMEM;
    return block;
}

void *msrck_cc_calloc(const struct msrck_type *type, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return program.msrlt == NULL ? calloc(count, size) : msrck_cc_malloc(type, bytes);
}

/* Alignment above what the type needs is not kept over a resume on another machine, where it may have no meaning. */
void *msrck_cc_aligned_alloc(const struct msrck_type *type, size_t alignment, size_t size)
{
    const struct known_type *known = program.msrlt == NULL ? NULL : know(type);
    size_t wanted = size == 0 ? 1 : size;
    void *block = aligned_alloc(alignment, wanted);

    if (block == NULL || program.msrlt == NULL)
        return block;
    memset(block, 0, wanted);
    return track(block, wanted, hint_of(known));
}

int msrck_cc_posix_memalign(const struct msrck_type *type, void **block, size_t alignment, size_t size)
{
    const struct known_type *known = program.msrlt == NULL ? NULL : know(type);
    size_t wanted = size == 0 ? 1 : size;
    void *fresh;
    int status = posix_memalign(&fresh, alignment, wanted);

    if (status != 0)
        return status;
    if (program.msrlt != NULL) {
        memset(fresh, 0, wanted);
        fresh = track(fresh, wanted, hint_of(known));
    }
    if (fresh == NULL)
        return ENOMEM;
    *block = fresh;
    return 0;
}

/* ---- Freeing and resizing --------------------------------------------------------------------------------------- */

/* What is neither on the typed heap nor in a slot, or was in one and is in the map, too. */
static OUT_OF_LINE void free_elsewhere(void *block, bool in_slot)
{
    msrck_msrlt_remove_foreign(program.msrlt, block);
    if (!in_slot)
        free(block);
}

void msrck_cc_free(void *block)
{
    enum late_release released;

    if (__builtin_expect(program.msrlt == NULL, 0)) {
        free(block);
        return;
    }
    if (block == NULL || msrck_heap_release(program.heap, block))
        return;
    released = program.slots == NULL ? LATE_NOT_FOUND : msrck_late_slots_release_at(program.slots, block);
    if (released != LATE_RELEASED)
        free_elsewhere(block, released == LATE_RELEASED_REGISTERED);
}

/* What is behind the old end is zero, as in a new block. */
static void *resize_foreign(void *block, const struct block *old, uint64_t old_bytes, const struct known_type *known,
                            size_t size)
{
    uint32_t type = known != NULL ? known->id : old->type;
    unsigned char *moved;

    msrck_msrlt_remove_foreign(program.msrlt, block);
    moved = realloc(block, size);
    if (moved == NULL) {
        (void)msrck_msrlt_add_late(program.msrlt, block, old_bytes, old->type, NULL);
        return NULL;
    }
    if (size > old_bytes)
        memset(moved + old_bytes, 0, size - (size_t)old_bytes);
    return track(moved, size, type);
}

/* Slots leave room to grow, and malloc() lets long blocks grow where they are. */
static void *resize_late(const struct late_place *old, const struct known_type *known, size_t size)
{
    uint32_t hint = known != NULL ? known->id : old->hint;
    void *moved;

    if (size <= LATE_SLOT_MOST && msrck_late_slots_resize(old, (uint32_t)size)) {
        unregister_late(old);
        msrck_late_slots_set_hint(old, hint);
        return old->address;
    }
    moved = allocate_late(hint, size);
    if (moved == NULL)
        return NULL;
    memcpy(moved, old->address, size < old->bytes ? size : old->bytes);
    release_late(old);
    return moved;
}

/* Blocks that grow once grow again: they leave the typed heap. */
static void *resize_in_heap(const struct heap_block *old, const struct known_type *known, size_t size)
{
    uint64_t old_bytes = msrck_block_bytes(program.types, old->type, old->count);
    unsigned char *moved = allocate_late(known != NULL ? known->id : old->type, size);

    if (moved == NULL)
        return NULL;
    memcpy(moved, old->address, size < old_bytes ? size : (size_t)old_bytes);
    msrck_heap_release(program.heap, old->address);
    return moved;
}

/* realloc() and memory that is not tracked: the C library allocated it. It stays untracked only while its size is unknown. */
static void *resize_untracked(void *block, const struct known_type *known, size_t size)
{
    size_t old_bytes = malloc_usable_size(block);
    unsigned char *moved = realloc(block, size);

    if (moved == NULL)
        return NULL;
    if (size > old_bytes)
        memset(moved + old_bytes, 0, size - old_bytes);
    return track(moved, size, known != NULL ? known->id : TI_VOID);
}

void *msrck_cc_realloc(const struct msrck_type *type, void *block, size_t size)
{
    const struct known_type *known;
    struct heap_block in_heap;
    struct late_place late;
    struct block foreign;
    uint64_t bytes;

    if (program.msrlt == NULL)
        return realloc(block, size);
    known = know(type);
    /* Such a block is going to be resized again. */
    if (block == NULL)
        return allocate_late(hint_of(known), size);
    if (size == 0) {
        msrck_cc_free(block);
        return NULL;
    }
    if (msrck_heap_find(program.heap, block, &in_heap) && in_heap.address == (unsigned char *)block)
        return resize_in_heap(&in_heap, known, size);
    if (find_late(block, &late))
        return resize_late(&late, known, size);
    if (msrck_msrlt_foreign_at(program.msrlt, block, &foreign, &bytes))
        return resize_foreign(block, &foreign, bytes, known, size);
    return resize_untracked(block, known, size);
}

void *msrck_cc_reallocarray(const struct msrck_type *type, void *block, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return msrck_cc_realloc(type, block, bytes);
}

size_t msrck_cc_usable_size(void *block)
{
    struct heap_block in_heap;
    struct late_place late;
    struct block foreign;
    uint64_t bytes;

    if (block == NULL)
        return 0;
    if (program.msrlt != NULL && msrck_heap_find(program.heap, block, &in_heap))
        return (size_t)msrck_block_bytes(program.types, in_heap.type, in_heap.count);
    if (program.msrlt != NULL && find_late(block, &late))
        return late.bytes;
    /* What malloc gives beyond the size is not saved. */
    if (program.msrlt != NULL && msrck_msrlt_foreign_at(program.msrlt, block, &foreign, &bytes))
        return (size_t)bytes;
    return malloc_usable_size(block);
}

/* ---- Without a type --------------------------------------------------------------------------------------------- */

void *msrck_cc_plain_malloc(size_t size)
{
    return msrck_cc_malloc(NULL, size);
}

void *msrck_cc_plain_calloc(size_t count, size_t size)
{
    return msrck_cc_calloc(NULL, count, size);
}

void *msrck_cc_plain_realloc(void *block, size_t size)
{
    return msrck_cc_realloc(NULL, block, size);
}

void *msrck_cc_plain_reallocarray(void *block, size_t count, size_t size)
{
    return msrck_cc_reallocarray(NULL, block, count, size);
}

void *msrck_cc_plain_aligned_alloc(size_t alignment, size_t size)
{
    return msrck_cc_aligned_alloc(NULL, alignment, size);
}

int msrck_cc_plain_posix_memalign(void **block, size_t alignment, size_t size)
{
    return msrck_cc_posix_memalign(NULL, block, alignment, size);
}

/* ---- Blocks from elsewhere -------------------------------------------------------------------------------------- */

/* What was hinted at first stands: the place that is nearest to the allocation knows best. */
void *msrck_cc_typed(const struct msrck_type *type, void *block)
{
    const struct known_type *known;
    struct late_place late;
    struct block found;
    uint64_t bytes;
    uint32_t hint;

    if (block == NULL || program.msrlt == NULL || (known = know(type)) == NULL)
        return block;
    if (find_late(block, &late)) {
        if (late.hint != TI_VOID)
            return block;
        msrck_late_slots_set_hint(&late, known->id);
        /* Where the block is registered, the map has a hint of its own. */
        if (!late.registered)
            return block;
    }
    if (msrck_msrlt_foreign_at(program.msrlt, block, &found, &bytes) &&
        msrck_msrlt_late(program.msrlt, &found, &bytes, &hint) && hint == TI_VOID)
        msrck_msrlt_hint(program.msrlt, &found, known->id, NULL);
    return block;
}

void *msrck_cc_adopt(void *block)
{
    struct block found;
    size_t size;
    uint64_t bytes;

    if (block == NULL || program.msrlt == NULL || msrck_msrlt_foreign_at(program.msrlt, block, &found, &bytes))
        return block;
    size = strlen(block) + 1;
    return track(block, size, TI_VOID);
}
