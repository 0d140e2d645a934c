/* SPDX-License-Identifier: MIT */
/* Slots of late-typed blocks, and how the MSRLT comes to know the blocks in them. */
#include <criterion/criterion.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory/late_slots.h"
#include "memory/msrlt.h"
#include "memory_types.h"

static struct memory_types types;
static struct msrlt *msrlt;
static struct late_slots *slots;

static void open_slots(void)
{
    memory_types_open(&types);
    msrlt = msrck_msrlt_new(types.table);
    cr_assert(msrlt != NULL);
    slots = msrck_msrlt_late_slots(msrlt);
    cr_assert(slots != NULL);
    cr_assert_eq(msrck_msrlt_late_slots(msrlt), slots);
}

static void close_slots(void)
{
    msrck_msrlt_free(msrlt);
    memory_types_close(&types);
}

TestSuite(late_slots, .init = open_slots, .fini = close_slots, .timeout = 300);

static void release(void *address)
{
    struct late_place place;

    cr_assert(msrck_late_slots_find(slots, address, &place));
    if (place.registered)
        cr_assert(msrck_msrlt_remove_foreign(msrlt, address));
    msrck_late_slots_release(slots, &place);
}

Test(late_slots, give_zeroed_aligned_blocks_with_a_byte_behind_them)
{
    unsigned char *first, *second;
    uint32_t bytes, i;

    for (bytes = 1; bytes <= LATE_SLOT_MOST; bytes += bytes < 1100 ? 1 : 509) {
        first = msrck_late_slots_allocate(slots, bytes, TI_VOID);
        second = msrck_late_slots_allocate(slots, bytes, TI_VOID);
        cr_assert(first != NULL && second != NULL);
        cr_assert_eq((uintptr_t)first % 16, 0);
        cr_assert_eq((uintptr_t)second % 16, 0);
        cr_assert(first < second ? (size_t)(second - first) > bytes : (size_t)(first - second) > bytes);
        for (i = 0; i < bytes; i++)
            cr_assert_eq(first[i] | second[i], 0);
        memset(first, 0xff, bytes);
        memset(second, 0xff, bytes);
        release(first);
        release(second);
    }
}

Test(late_slots, find_only_the_beginnings_of_live_blocks)
{
    unsigned char *block = msrck_late_slots_allocate(slots, 100, types.node);
    void *typed = msrck_heap_allocate(msrck_msrlt_heap(msrlt), types.node, 1);
    struct late_place place;
    struct heap_block in_heap;

    cr_assert(msrck_late_slots_find(slots, block, &place));
    cr_assert_eq(place.address, block);
    cr_assert_eq(place.bytes, 100);
    cr_assert_eq(place.hint, types.node);
    cr_assert(!place.registered);
    cr_assert(!msrck_late_slots_find(slots, block + 1, &place));
    cr_assert(!msrck_late_slots_find(slots, block + 112, &place), "never allocated");
    cr_assert(!msrck_late_slots_find(slots, typed, &place));
    cr_assert(!msrck_late_slots_find(slots, &place, &place));
    cr_assert(!msrck_late_slots_find(slots, NULL, &place));
    cr_assert(!msrck_heap_find(msrck_msrlt_heap(msrlt), block, &in_heap), "the typed heap knows no slot");
    cr_assert(!msrck_heap_release(msrck_msrlt_heap(msrlt), block));
    release(block);
    cr_assert(!msrck_late_slots_find(slots, block, &place));
}

Test(late_slots, grow_in_place_with_zeros_as_far_as_the_slot_reaches)
{
    unsigned char *block = msrck_late_slots_allocate(slots, 16, types.text);
    struct late_place place;

    memset(block, 1, 16);
    cr_assert(msrck_late_slots_find(slots, block, &place));
    cr_assert(!msrck_late_slots_resize(&place, 32), "a byte must stay behind the end");
    cr_assert(!msrck_late_slots_resize(&place, 15), "shorter blocks lie elsewhere");
    cr_assert(msrck_late_slots_resize(&place, 31));
    cr_assert_eq(block[15], 1);
    cr_assert_eq(block[16] | block[30], 0);
    memset(block, 1, 31);
    cr_assert(msrck_late_slots_find(slots, block, &place));
    cr_assert_eq(place.bytes, 31);
    cr_assert(msrck_late_slots_resize(&place, 20));
    cr_assert(msrck_late_slots_find(slots, block, &place));
    cr_assert(msrck_late_slots_resize(&place, 31));
    cr_assert_eq(block[19], 1);
    cr_assert_eq(block[20] | block[30], 0);
}

Test(late_slots, are_registered_when_marking_begins_and_once_only)
{
    unsigned char *block = msrck_late_slots_allocate(slots, 3 * sizeof(struct tree_node), types.node), *later;
    struct late_place place;
    struct block found;
    uint64_t bytes;
    uint32_t hint;
    int round;

    cr_assert(!msrck_msrlt_find(msrlt, block, &found));
    for (round = 0; round < 3; round++) {
        cr_assert_eq(msrck_msrlt_begin_marks(msrlt, NULL), MSRCK_OK);
        cr_assert(msrck_msrlt_find(msrlt, block + 5, &found));
        cr_assert_eq(found.segment, SEGMENT_FOREIGN);
        cr_assert_eq(found.address, block);
        cr_assert(msrck_msrlt_late(msrlt, &found, &bytes, &hint));
        cr_assert_eq(bytes, 3 * sizeof(struct tree_node));
        cr_assert_eq(hint, types.node);
        cr_assert(msrck_msrlt_mark(msrlt, &found));
        msrck_msrlt_end_marks(msrlt);
    }
    cr_assert(msrck_late_slots_find(slots, block, &place) && place.registered);
    release(block);
    cr_assert(!msrck_msrlt_find(msrlt, block, &found));
    later = msrck_late_slots_allocate(slots, 3 * sizeof(struct tree_node) - 1, TI_VOID);
    cr_assert_eq(later, block, "the slot that was freed last is in the caches");
    cr_assert_eq(msrck_msrlt_begin_marks(msrlt, NULL), MSRCK_OK);
    cr_assert(msrck_msrlt_find(msrlt, later, &found) && msrck_msrlt_late(msrlt, &found, &bytes, &hint));
    cr_assert_eq(bytes, 3 * sizeof(struct tree_node) - 1);
    cr_assert_eq(hint, TI_VOID);
    msrck_msrlt_end_marks(msrlt);
}

#define MODEL_BLOCKS 3000u

static uint32_t random_size(uint64_t *state)
{
    static const uint32_t most[] = { 24, 200, 1100, 9000, LATE_SLOT_MOST };

    return 1 + (uint32_t)(next_random(state) % most[next_random(state) % 5]);
}

/* Every live block keeps what was written into it, whatever comes and goes around it. */
Test(late_slots, agree_with_a_simple_model_over_many_steps)
{
    struct { unsigned char *address; uint32_t bytes; unsigned char mark; } *model = calloc(MODEL_BLOCKS, sizeof *model);
    uint64_t state = 20261123;
    struct late_place place;
    int step;

    cr_assert(model != NULL);
    for (step = 0; step < 60000; step++) {
        uint32_t i = (uint32_t)(next_random(&state) % MODEL_BLOCKS);

        if (model[i].address != NULL) {
            cr_assert(msrck_late_slots_find(slots, model[i].address, &place));
            cr_assert_eq(place.bytes, model[i].bytes);
            cr_assert_eq(model[i].address[0], model[i].mark, "step %d", step);
            cr_assert_eq(model[i].address[model[i].bytes - 1], model[i].mark, "step %d", step);
            release(model[i].address);
            model[i].address = NULL;
        } else {
            model[i].bytes = random_size(&state);
            model[i].mark = (unsigned char)(next_random(&state) | 1);
            model[i].address = msrck_late_slots_allocate(slots, model[i].bytes, TI_VOID);
            cr_assert(model[i].address != NULL);
            cr_assert_eq(model[i].address[0] | model[i].address[model[i].bytes - 1], 0);
            memset(model[i].address, model[i].mark, model[i].bytes);
        }
        if (step % 9000 == 0) {
            cr_assert_eq(msrck_msrlt_begin_marks(msrlt, NULL), MSRCK_OK);
            msrck_msrlt_end_marks(msrlt);
        }
        /* Whole segments become empty and go. */
        if (step % 20000 == 19999)
            for (i = 0; i < MODEL_BLOCKS; i++)
                if (model[i].address != NULL) {
                    release(model[i].address);
                    model[i].address = NULL;
                }
    }
    free(model);
}
