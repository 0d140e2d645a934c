/* SPDX-License-Identifier: MIT */
#include "memory/late_slots.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "memory/heap_pool.h"

#define GRANULE_SHIFT 4u            /* what malloc aligns to */
#define EVEN_CLASSES 64u            /* one for each granule more, up to 1024 bytes */
#define EVEN_SHIFT 10u
#define CLASSES (EVEN_CLASSES + 4u * 5u)    /* four for each doubling, up to 32768 bytes */
#define EMPTY_KEPT 4u               /* segments of a class that stay mapped for what comes next */

#define NO_SLOT UINT32_MAX
#define REGISTERED ((uint32_t)1 << 31)

/* Of a free slot, `bytes` is 0 and `hint` the next free one, or NO_SLOT. */
struct late_slot {
    uint32_t bytes;                 /* and REGISTERED */
    uint32_t hint;
};

struct late_segment {
    struct heap_segment place;      /* what the heap's look-ups see: no slot is live. First, for they lead here */
    struct late_class *class;
    struct late_segment *next, *previous;   /* among those of the class that may have a free slot */
    bool open;                      /* one of those */
    uint32_t first_free;
    uint32_t live;
    size_t index;                   /* in slots->segments */
    struct late_slot slots[];
};

struct late_class {
    struct late_segment *open;
    uint32_t empty;                 /* segments without a live block */
    uint32_t stride;
    uint64_t reserved;
};

struct late_slots {
    struct typed_heap *heap;
    struct heap_pool pool;          /* that the segments belong to as far as the arena's side is concerned */
    struct late_segment **segments; /* owned; in no order */
    size_t segment_count, segment_capacity;
    struct late_class classes[CLASSES];
};

/* A slot is at least a byte longer than its block, so that one past the end belongs to no other block. */
static inline unsigned class_of(uint32_t bytes)
{
    unsigned exponent;

    if (bytes < EVEN_CLASSES << GRANULE_SHIFT)
        return bytes >> GRANULE_SHIFT;
    exponent = 31u - (unsigned)__builtin_clz(bytes);
    return EVEN_CLASSES + (exponent - EVEN_SHIFT) * 4u + ((bytes >> (exponent - 2u)) & 3u);
}

static uint32_t stride_of(unsigned class)
{
    unsigned exponent = EVEN_SHIFT + (class - EVEN_CLASSES) / 4u, quarter = class % 4u + 1u;

    if (class < EVEN_CLASSES)
        return (class + 1u) << GRANULE_SHIFT;
    return ((uint32_t)1 << exponent) + ((uint32_t)quarter << (exponent - 2u));
}

struct late_slots *msrck_late_slots_new(struct typed_heap *heap)
{
    struct late_slots *slots = msrck_allocate(1, sizeof *slots);
    unsigned i;

    if (slots == NULL)
        return NULL;
    slots->heap = heap;
    for (i = 0; i < CLASSES; i++)
        slots->classes[i].stride = stride_of(i);
    return slots;
}

void msrck_late_slots_free(struct late_slots *slots)
{
    size_t i;

    if (slots == NULL)
        return;
    for (i = 0; i < slots->segment_count; i++) {
        msrck_segment_unmap(slots->heap, &slots->segments[i]->place);
        free(slots->segments[i]);
    }
    free(slots->segments);
    free(slots);
}

/* ---- Segments ---- */

static __attribute__((noinline)) void open_segment(struct late_segment *segment)
{
    struct late_class *class = segment->class;

    segment->previous = NULL;
    segment->next = class->open;
    if (class->open != NULL)
        class->open->previous = segment;
    class->open = segment;
    segment->open = true;
}

static void close_segment(struct late_segment *segment)
{
    if (segment->previous != NULL)
        segment->previous->next = segment->next;
    else
        segment->class->open = segment->next;
    if (segment->next != NULL)
        segment->next->previous = segment->previous;
    segment->open = false;
}

/* With its table and the bitmap that says that nothing is live, in one piece of memory. */
static struct late_segment *new_segment(struct late_slots *slots, struct late_class *class, uint32_t units)
{
    /* One byte stays unused, so that one past the last slot still lies in the segment. */
    uint32_t count = (uint32_t)((((size_t)units << HEAP_UNIT_SHIFT) - 1) / class->stride);
    size_t table = sizeof(struct late_segment) + (size_t)count * sizeof(struct late_slot);
    struct late_segment *segment = msrck_allocate(1, table + ((size_t)count / 64 + 1) * sizeof(uint64_t));

    if (segment == NULL)
        return NULL;
    segment->place.pool = &slots->pool;
    segment->place.allocated = (uint64_t *)(void *)((unsigned char *)segment + table);
    segment->place.marks = segment->place.allocated;
    segment->place.stride = class->stride;
    segment->place.reciprocal = (((uint64_t)1 << HEAP_RECIPROCAL_SHIFT) + class->stride - 1) / class->stride;
    segment->place.slots = count;
    segment->class = class;
    segment->first_free = NO_SLOT;
    if (!msrck_segment_map(slots->heap, &segment->place, units)) {
        free(segment);
        return NULL;
    }
    return segment;
}

/* Segments start small, since most classes stay small, and have eight slots at least. */
static struct late_segment *grow(struct late_slots *slots, struct late_class *class)
{
    uint32_t least = (uint32_t)(((size_t)class->stride * 8) >> HEAP_UNIT_SHIFT) + 1;
    uint32_t units = class->reserved == 0 ? 1 : class->reserved < HEAP_UNIT_BYTES * 16 ? 4 : HEAP_SEGMENT_UNITS;
    struct late_segment *segment;

    if (!msrck_reserve(&slots->segments, &slots->segment_capacity, slots->segment_count + 1, sizeof(struct late_segment *)))
        return NULL;
    segment = new_segment(slots, class, units < least ? least : units);
    if (segment == NULL)
        segment = new_segment(slots, class, least);
    if (segment == NULL)
        return NULL;
    segment->index = slots->segment_count;
    slots->segments[slots->segment_count++] = segment;
    class->reserved += (uint64_t)segment->place.units << HEAP_UNIT_SHIFT;
    class->empty++;
    open_segment(segment);
    return segment;
}

static __attribute__((noinline)) void drop(struct late_slots *slots, struct late_segment *segment)
{
    struct late_segment *last = slots->segments[--slots->segment_count];

    if (segment->open)
        close_segment(segment);
    last->index = segment->index;
    slots->segments[segment->index] = last;
    segment->class->empty--;
    segment->class->reserved -= (uint64_t)segment->place.units << HEAP_UNIT_SHIFT;
    msrck_segment_unmap(slots->heap, &segment->place);
    free(segment);
}

/* ---- Blocks ---- */

/* The first segment of the class with a free slot; NULL when memory is out. */
static __attribute__((noinline)) struct late_segment *find_open(struct late_slots *slots, struct late_class *class)
{
    struct late_segment *segment;

    while ((segment = class->open) != NULL) {
        if (segment->first_free != NO_SLOT || segment->place.touched < segment->place.slots)
            return segment;
        close_segment(segment);
    }
    return grow(slots, class);
}

void *msrck_late_slots_allocate(struct late_slots *slots, uint32_t bytes, uint32_t hint)
{
    struct late_class *class = &slots->classes[class_of(bytes)];
    struct late_segment *segment = class->open;
    unsigned char *address;
    uint32_t slot;

    if (segment == NULL || segment->first_free == NO_SLOT) {
        segment = find_open(slots, class);
        if (segment == NULL)
            return NULL;
    }
    if (segment->live++ == 0)
        class->empty--;
    slot = segment->first_free;
    if (slot == NO_SLOT) {
        /* Never used before: the system has cleared it. */
        slot = segment->place.touched++;
        segment->slots[slot] = (struct late_slot){ bytes, hint };
        return segment->place.base + (size_t)slot * segment->place.stride;
    }
    segment->first_free = segment->slots[slot].hint;
    segment->slots[slot] = (struct late_slot){ bytes, hint };
    address = segment->place.base + (size_t)slot * segment->place.stride;
    return memset(address, 0, bytes);
}

static inline void place_of(struct late_segment *segment, uint32_t slot, struct late_place *place)
{
    place->segment = segment;
    place->slot = slot;
    place->bytes = segment->slots[slot].bytes & ~REGISTERED;
    place->hint = segment->slots[slot].hint;
    place->registered = (segment->slots[slot].bytes & REGISTERED) != 0;
    place->address = segment->place.base + (size_t)slot * segment->place.stride;
}

/* The segment and slot of the live block that begins at the address; NULL when there is none. */
static inline struct late_segment *locate(const struct late_slots *slots, const void *address, uint32_t *slot)
{
    struct heap_segment *segment = heap_segment_of(slots->heap, address);
    struct late_segment *late;
    size_t offset;

    if (segment == NULL || segment->pool != &slots->pool)
        return NULL;
    late = (struct late_segment *)(void *)segment;
    offset = (uintptr_t)address - (uintptr_t)segment->base;
    *slot = heap_slot_of(segment, offset);
    if (*slot >= segment->touched || offset != (size_t)*slot * segment->stride || late->slots[*slot].bytes == 0)
        return NULL;
    return late;
}

static inline void release(struct late_slots *slots, struct late_segment *segment, uint32_t slot)
{
    segment->slots[slot] = (struct late_slot){ 0, segment->first_free };
    segment->first_free = slot;
    if (__builtin_expect(!segment->open, 0))
        open_segment(segment);
    if (--segment->live == 0 && ++segment->class->empty > EMPTY_KEPT)
        drop(slots, segment);
}

bool msrck_late_slots_find(const struct late_slots *slots, const void *address, struct late_place *place)
{
    uint32_t slot;
    struct late_segment *segment = locate(slots, address, &slot);

    if (segment != NULL)
        place_of(segment, slot, place);
    return segment != NULL;
}

void msrck_late_slots_release(struct late_slots *slots, const struct late_place *place)
{
    release(slots, place->segment, place->slot);
}

enum late_release msrck_late_slots_release_at(struct late_slots *slots, const void *address)
{
    uint32_t slot, bytes;
    struct late_segment *segment = locate(slots, address, &slot);

    if (segment == NULL)
        return LATE_NOT_FOUND;
    bytes = segment->slots[slot].bytes;
    release(slots, segment, slot);
    return (bytes & REGISTERED) != 0 ? LATE_RELEASED_REGISTERED : LATE_RELEASED;
}

bool msrck_late_slots_resize(const struct late_place *place, uint32_t bytes)
{
    if (class_of(bytes) != class_of(place->bytes))
        return false;
    if (bytes > place->bytes)
        memset(place->address + place->bytes, 0, bytes - place->bytes);
    place->segment->slots[place->slot].bytes = bytes;
    return true;
}

void msrck_late_slots_set_hint(const struct late_place *place, uint32_t hint)
{
    place->segment->slots[place->slot].hint = hint;
}

/* ---- Registering ---- */

bool msrck_late_slots_next(const struct late_slots *slots, struct late_cursor *cursor, struct late_place *place)
{
    for (; cursor->segment < slots->segment_count; cursor->segment++, cursor->slot = 0) {
        struct late_segment *segment = slots->segments[cursor->segment];

        while (cursor->slot < segment->place.touched) {
            uint32_t slot = cursor->slot++, bytes = segment->slots[slot].bytes;

            if (bytes == 0 || (bytes & REGISTERED) != 0)
                continue;
            place_of(segment, slot, place);
            return true;
        }
    }
    return false;
}

void msrck_late_slots_note_registered(const struct late_place *place)
{
    place->segment->slots[place->slot].bytes |= REGISTERED;
}
