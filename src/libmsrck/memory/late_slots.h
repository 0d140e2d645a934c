/* SPDX-License-Identifier: MIT */
/*
 * Slots for late-typed blocks: equal slots by size in bytes, in segments of the typed heap's address space. Allocating
 * and freeing them costs no more than malloc() and free(), and their size and hint stand in a table beside them, so
 * that the map of foreign blocks is only troubled when a collection begins: blocks that live then are registered
 * there, once, and are foreign blocks like any other from then on.
 *
 * Look-ups of the typed heap find nothing here: to it, each slot is free.
 */
#ifndef MSRCK_MEMORY_LATE_SLOTS_H
#define MSRCK_MEMORY_LATE_SLOTS_H

#include "memory/typed_heap.h"

#define LATE_SLOT_MOST 32767u       /* bytes of the longest block */

struct late_slots;
struct late_segment;

/* A live block. */
struct late_place {
    struct late_segment *segment;
    uint32_t slot;
    uint32_t bytes;
    uint32_t hint;
    bool registered;
    unsigned char *address;
};

/* NULL when memory is out. The heap must be freed after the slots. */
struct late_slots *msrck_late_slots_new(struct typed_heap *heap);
void msrck_late_slots_free(struct late_slots *slots);

/* A zeroed block, aligned like those of malloc(). NULL when memory is out. `bytes` is neither 0 nor above LATE_SLOT_MOST. */
void *msrck_late_slots_allocate(struct late_slots *slots, uint32_t bytes, uint32_t hint);
/* The live block that begins at the address; false when there is none. */
bool msrck_late_slots_find(const struct late_slots *slots, const void *address, struct late_place *place);
/* Gives the block back. */
void msrck_late_slots_release(struct late_slots *slots, const struct late_place *place);
/* The same for the live block that begins at the address, if there is one. Who registered it has to forget it. */
enum late_release { LATE_NOT_FOUND, LATE_RELEASED, LATE_RELEASED_REGISTERED };
enum late_release msrck_late_slots_release_at(struct late_slots *slots, const void *address);
/*
 * Makes the block longer or shorter where it is; what is added is zero. False when its slot does not suit the new size, which is
 * neither 0 nor above LATE_SLOT_MOST. It counts as not registered afterwards.
 */
bool msrck_late_slots_resize(const struct late_place *place, uint32_t bytes);
void msrck_late_slots_set_hint(const struct late_place *place, uint32_t hint);

/* ---- Registering ---- */

/* All zero: from the beginning. */
struct late_cursor { size_t segment; uint32_t slot; };
/* The next block behind the cursor that is not registered; false at the end. Nothing may come or go meanwhile. */
bool msrck_late_slots_next(const struct late_slots *slots, struct late_cursor *cursor, struct late_place *place);
void msrck_late_slots_note_registered(const struct late_place *place);

#endif
