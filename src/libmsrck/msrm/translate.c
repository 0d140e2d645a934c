/* SPDX-License-Identifier: MIT */
#include "msrm/translate.h"

#include <string.h>

#include "memory/typed_heap_inline.h"
#include "msrm/block_leaf.h"
#include "msrm/pointer_block.h"

/* Not a block of the MSRLT: a literal that marking has noted, or memory that may become NULL. */
static msrck_result translate_untracked(const struct collection *collection, const void *pointer, uint64_t *address,
                                        msrck_error *error)
{
    uint64_t index;

    *address = 0;
    if (msrck_number_map_get(&collection->literal_pointers, (uintptr_t)pointer, &index)) {
        const struct met_literal *literal = &collection->literals[index];

        *address = msrck_msrlt_bytes_address(collection->msrlt, SEGMENT_LITERAL, literal->index) +
                   (uint64_t)((const char *)pointer - literal->first);
        return MSRCK_OK;
    }
    if (collection->options.null_untracked || msrck_msrlt_is_stale(collection->msrlt, pointer))
        return MSRCK_OK;
    return msrck_fail(error, MSRCK_MISUSE, "points to memory that nothing tracks (%p)", pointer);
}

/* The pointer is in the block, but names no leaf of it. */
static msrck_result refuse_place(const struct collection *collection, const struct block *block, const void *pointer,
                                 uint64_t offset, msrck_error *error)
{
    const struct ti_type *entry = msrck_ti_get(collection->types, block->type);
    const char *scalar;

    if (entry->flexible != TI_VOID && offset >= entry->flexible_offset) {
        offset -= entry->flexible_offset;
        entry = msrck_ti_get(collection->types, entry->flexible);
    }
    scalar = entry->size == 0 ? NULL : msrck_scalar_around(collection->types, entry->id, offset % entry->size);
    if (scalar != NULL)
        return msrck_fail(error, MSRCK_MISUSE, "points to the middle of %s %s (%p)",
                          scalar[0] == 'i' || scalar[0] == 'u' ? "an" : "a", scalar, pointer);
    return msrck_fail(error, MSRCK_MISUSE, "points to a place in %s that is not saved (%p)", entry->name, pointer);
}

static msrck_result translate_interior(const struct collection *collection, const struct block *block,
                                       const void *pointer, uint64_t *address, msrck_error *error)
{
    uint64_t offset = (uint64_t)((uintptr_t)pointer - (uintptr_t)block->address), leaf;

    if (!msrck_block_leaf(collection->types, block->type, block->count, block->data, offset, &leaf))
        return refuse_place(collection, block, pointer, offset, error);
    *address += leaf;
    return MSRCK_OK;
}

static msrck_result translate_pointer(void *context, const void *pointer, uint32_t target, uint64_t *address,
                                      msrck_error *error)
{
    const struct collection *collection = context;
    struct block block;

    if (!msrck_pointer_block(collection->msrlt, collection->types, pointer, target, &block))
        return translate_untracked(collection, pointer, address, error);
    *address = msrck_msrlt_address(collection->msrlt, &block);
    if (*address == 0)
        return msrck_fail(error, MSRCK_MISUSE, "changed while it was collected");
    if (pointer == block.address)
        return MSRCK_OK;
    return translate_interior(collection, &block, pointer, address, error);
}

static unsigned ones_anywhere(uint64_t word)
{
    return count_ones(word);
}

/* Pointers that are done together: what is noted about them stays in the innermost cache. */
enum { TRANSLATED_AT_ONCE = 256 };

/* A piece of a column. */
struct column_piece { const unsigned char *first; size_t step, count; };

/* The pointers of a piece that are not NULL, and their indices. */
struct found_pointers { const void *pointers[TRANSLATED_AT_ONCE]; uint32_t indices[TRANSLATED_AT_ONCE]; };

/*
 * Translates all, if they go to beginnings of blocks of one segment in which a slot is its own number: what the segment
 * tells is not looked up for each then. An address that is a slot's lies in the segment, so that nothing else is asked.
 */
static inline bool translate_in_one(const struct typed_heap *heap, const struct found_pointers *found, size_t set,
                                    uint64_t *addresses)
{
    const struct heap_segment *segment;
    uint64_t base, reciprocal, stride, canonical, step, whole, others = 0;

    if (set < HEAP_SMALLEST_BATCH)
        return false;
    segment = heap_common_segment(heap, found->pointers[0], found->pointers[set / 2], found->pointers[set - 1]);
    if (segment == NULL || segment->whole == 0)
        return false;
    base = (uintptr_t)segment->base;
    reciprocal = segment->reciprocal;
    stride = segment->stride;
    canonical = segment->canonical;
    step = segment->step;
    whole = segment->whole;
    for (size_t k = 0; k < set; k++) {
        uint64_t offset = (uintptr_t)found->pointers[k] - base, slot = (offset * reciprocal) >> HEAP_RECIPROCAL_SHIFT;

        others |= (slot * stride != offset) | (slot >= whole);
        addresses[found->indices[k]] = canonical + slot * step;
    }
    return others == 0;
}

/*
 * Translates the pointers that go to the beginning of a block on the typed heap, which most do. The others are left
 * for the general way: they are the first in `found`, how many there are is returned. NULL pointers are sorted out first
 * and without a branch, since they come in no order that a processor could learn.
 */
static inline __attribute__((always_inline)) size_t translate_beginnings(const struct typed_heap *heap,
                                                                         struct column_piece piece, uint64_t *addresses,
                                                                         struct found_pointers *found,
                                                                         unsigned (*ones)(uint64_t))
{
    size_t set = 0, general = 0;

    memset(addresses, 0, piece.count * sizeof addresses[0]);
#pragma GCC unroll 4
    for (size_t i = 0; i < piece.count; i++) {
        const void *pointer;

        memcpy(&pointer, piece.first + i * piece.step, sizeof pointer);
        found->pointers[set] = pointer;
        found->indices[set] = (uint32_t)i;
        set += pointer != NULL;
    }
    if (translate_in_one(heap, found, set, addresses))
        return 0;
    for (size_t k = 0; k < set; k++) {
        uint64_t address = heap_start_address(heap, found->pointers[k], ones);
        uint32_t index = found->indices[k];

        addresses[index] = address;
        if (__builtin_expect(address == 0, 0)) {
            found->pointers[general] = found->pointers[k];
            found->indices[general++] = index;
        }
    }
    return general;
}

#if defined(__x86_64__) && !defined(__POPCNT__)
/* The same compiled for processors that count bits by an instruction, which not all x86-64 processors have. */
__attribute__((target("popcnt"))) static unsigned ones_by_instruction(uint64_t word)
{
    return (unsigned)__builtin_popcountll(word);
}

__attribute__((target("popcnt"))) static size_t translate_counting(const struct typed_heap *heap,
                                                                   struct column_piece piece, uint64_t *addresses,
                                                                   struct found_pointers *found)
{
    return translate_beginnings(heap, piece, addresses, found, ones_by_instruction);
}
#endif

static size_t translate_plain(const struct typed_heap *heap, struct column_piece piece, uint64_t *addresses,
                              struct found_pointers *found)
{
#if defined(__x86_64__) && !defined(__POPCNT__)
    if (__builtin_cpu_supports("popcnt"))
        return translate_counting(heap, piece, addresses, found);
#endif
    return translate_beginnings(heap, piece, addresses, found, ones_anywhere);
}

/* A column of pointers. */
static msrck_result translate_pointers(void *context, const void *column, size_t step, size_t count, uint32_t target,
                                       uint64_t *addresses, size_t *failed, msrck_error *error)
{
    const struct collection *collection = context;
    const struct typed_heap *heap = msrck_msrlt_heap(collection->msrlt);
    struct found_pointers found;

    for (size_t done = 0; done < count; done += TRANSLATED_AT_ONCE) {
        struct column_piece piece = { (const unsigned char *)column + done * step, step,
                                      count - done < TRANSLATED_AT_ONCE ? count - done : TRANSLATED_AT_ONCE };
        size_t general = translate_plain(heap, piece, addresses + done, &found);

        for (size_t k = 0; k < general; k++) {
            size_t i = done + found.indices[k];
            msrck_result result = translate_pointer(context, found.pointers[k], target, &addresses[i], error);

            if (result != MSRCK_OK) {
                *failed = i;
                return result;
            }
        }
    }
    return MSRCK_OK;
}

static msrck_result translate_function(void *context, void (*function)(void), uint64_t *number, msrck_error *error)
{
    const struct collection *collection = context;

    *number = msrck_function_number(&collection->targets, function);
    if (*number != 0 || collection->options.null_untracked)
        return MSRCK_OK;
    return msrck_fail(error, MSRCK_MISUSE, "points to a function that is not registered (%#llx)",
                      (unsigned long long)(uintptr_t)function);
}

static msrck_result translate_opaque(void *context, const void *object, uint32_t type, uint64_t *address,
                                     msrck_error *error)
{
    const struct collection *collection = context;
    uint64_t index;

    *address = 0;
    if (!msrck_number_map_get(&collection->bytes, (uintptr_t)object, &index))
        return msrck_fail(error, MSRCK_MISUSE, "%s changed while it was collected",
                          msrck_ti_get(collection->types, type)->name);
    if (index != NO_BYTES)
        *address = msrck_msrlt_bytes_address(collection->msrlt, SEGMENT_OPAQUE, (size_t)index);
    return MSRCK_OK;
}

struct row_translator msrck_translator(struct collection *collection)
{
    return (struct row_translator){ .pointer = translate_pointer,
                                    .function = translate_function,
                                    .opaque = translate_opaque,
                                    .context = collection,
                                    .pointers = translate_pointers };
}
