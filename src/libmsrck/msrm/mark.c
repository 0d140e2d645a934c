/* SPDX-License-Identifier: MIT */
#include "msrm/mark.h"

#include <string.h>

#include "memory/typed_heap_inline.h"
#include "msrm/discover.h"

/*
 * Pointers that are followed before the rest of a long block goes back on the work list. Counted in pointers, not
 * bytes: the order of marking must not depend on the machine.
 */
enum { BATCH_POINTERS = 512 };

msrck_result msrck_mark_begin(struct collection *collection, msrck_error *error)
{
    msrck_result result;

    if (collection->marking)
        return MSRCK_OK;
    result = msrck_msrlt_begin_marks(collection->msrlt, error);
    collection->marking = result == MSRCK_OK;
    return result;
}

static msrck_result out_of_work(struct collection *collection, msrck_error *error)
{
    return msrck_fail_memory(error, collection->work.capacity * 2 * sizeof(struct work),
                             "the work list of the mark phase");
}

static msrck_result push_run(struct collection *collection, const unsigned char *element, uint32_t type, uint64_t count,
                             msrck_error *error)
{
    const struct scan_plan *plan;
    msrck_result result = msrck_scan_plan_get(&collection->plans, type, &plan, error);

    if (result != MSRCK_OK || plan->idle)
        return result;
    while (count > 0) {
        uint32_t part = count > INT32_MAX ? INT32_MAX : (uint32_t)count;

        if (!work_list_push(&collection->work, element, type, part))
            return out_of_work(collection, error);
        element += (size_t)part * plan->size;
        count -= part;
    }
    return MSRCK_OK;
}

/* The block's elements, and its trailing elements, wait to be looked at. */
static msrck_result push_elements(struct collection *collection, const struct scan_plan *plan,
                                  const struct block *block, msrck_error *error)
{
    msrck_result result;

    if (plan->flexible == TI_VOID)
        return push_run(collection, block->data, block->type, block->count, error);
    result = push_run(collection, block->data + plan->flexible_offset, plan->flexible, block->count, error);
    return result == MSRCK_OK ? push_run(collection, block->data, block->type, 1, error) : result;
}

/* A block that was just marked. */
static msrck_result push_block(struct collection *collection, const struct block *block, msrck_error *error)
{
    const struct scan_plan *plan;
    msrck_result result = msrck_scan_plan_get(&collection->plans, block->type, &plan, error);

    if (result != MSRCK_OK || plan->idle)
        return result;
    if (collection->work.depth >= collection->work.most) {
        msrck_msrlt_defer(collection->msrlt, block);
        collection->work.deferred = true;
        return MSRCK_OK;
    }
    return push_elements(collection, plan, block, error);
}

static msrck_result follow(struct collection *collection, const void *slot, const void *pointer, uint32_t target,
                           msrck_error *error)
{
    struct block block;
    bool fresh;
    msrck_result result = msrck_discover(collection, slot, pointer, target, &block, &fresh, error);

    return result == MSRCK_OK && fresh ? push_block(collection, &block, error) : result;
}

static msrck_result follow_slot(void *context, void *const *slot, uint32_t target, msrck_error *error)
{
    const void *pointer;

    memcpy(&pointer, slot, sizeof pointer);
    return pointer == NULL ? MSRCK_OK : follow(context, slot, pointer, target, error);
}

static msrck_result save_opaque(void *context, const void *object, uint32_t type, msrck_error *error)
{
    return msrck_discover_opaque(context, object, type, error);
}

/*
 * What follow() does, for a pointer to a block on the typed heap while nobody observes. False when follow() has to look
 * at the pointer: nothing has happened then.
 */
static bool follow_in_heap(struct collection *collection, const struct typed_heap *heap, const void *pointer)
{
    const struct scan_plan *plan;
    struct heap_block block;

    if (!heap_find(heap, pointer, &block))
        return false;
    if (heap_bit(block.segment->marks, block.slot))
        return true;
    if (block.type >= collection->plans.capacity)
        return false;
    plan = collection->plans.by_type[block.type];
    if (plan == NULL || plan->flexible != TI_VOID || block.count > INT32_MAX)
        return false;
    heap_mark(&block);
    if (plan->idle)
        return true;
    if (collection->work.depth >= collection->work.most ||
        !work_list_push(&collection->work, block.address, block.type, (uint32_t)block.count)) {
        heap_defer(&block);
        collection->work.deferred = true;
    }
    return true;
}

/* Edges of the graph that wait to be followed. */
struct edges {
    const unsigned char *slots[BATCH_POINTERS];
    const uint32_t *targets[BATCH_POINTERS];    /* what each was declared to point to */
    size_t count;
};

_Static_assert(WORK_AHEAD * FEW_POINTERS <= BATCH_POINTERS, "what is fetched together is followed together");

/*
 * What marking the block means, which is noted for all blocks of its segment if they have one count; and its shape.
 * Type 0 is void and has no plan, so that there is none for a shape of 0 either.
 */
static unsigned find_way(const struct scan_plans *plans, struct heap_segment *segment, uint32_t slot, uint64_t *shape)
{
    unsigned way;

    if (segment->counts != NULL)
        *shape = heap_shape(segment->type, segment->counts[slot]);
    way = (uint32_t)*shape < plans->way_capacity ? plans->ways[(uint32_t)*shape] : SCAN_ASK;
    if (segment->counts == NULL)
        segment->way = way;
    return way;
}

/* How many blocks can be pushed without a look at the list. */
static size_t room_on(const struct work_list *list)
{
    size_t end = list->most < list->capacity ? list->most : list->capacity;

    return end > list->depth ? end - list->depth : 0;
}

/* The segment that a batch of edges seems to lead to, if marking means one thing for its blocks and that is known. */
static struct heap_segment *common_target(const struct typed_heap *heap, const struct edges *edges)
{
    const void *first, *middle, *last;
    struct heap_segment *segment;

    if (edges->count < HEAP_SMALLEST_BATCH)
        return NULL;
    memcpy(&first, edges->slots[0], sizeof first);
    memcpy(&middle, edges->slots[edges->count / 2], sizeof middle);
    memcpy(&last, edges->slots[edges->count - 1], sizeof last);
    segment = heap_common_segment(heap, first, middle, last);
    return segment != NULL && segment->way != SCAN_ASK ? segment : NULL;
}

/*
 * As follow_starts(), for edges that lead into one segment: what it tells is not looked up for each. Returns how many
 * were followed before the first that leads elsewhere or needs another look.
 */
static size_t follow_into(struct collection *collection, struct heap_segment *segment, const struct edges *edges)
{
    struct work *stack = collection->work.stack, *top = stack + collection->work.depth;
    size_t room = room_on(&collection->work), count = edges->count < room ? edges->count : room, i;
    size_t bytes = (size_t)segment->units << HEAP_UNIT_SHIFT, stride = segment->stride;
    uint64_t *marks = segment->marks, reciprocal = segment->reciprocal, shape = segment->shape;
    const uint64_t *allocated = segment->allocated;
    uintptr_t base = (uintptr_t)segment->base;
    unsigned pushed = segment->way - SCAN_NOTHING;

    for (i = 0; i < count; i++) {
        const void *pointer;
        uint64_t bit;
        size_t offset, slot;

        memcpy(&pointer, edges->slots[i], sizeof pointer);
        offset = (uintptr_t)pointer - base;
        slot = (size_t)((uint64_t)offset * reciprocal >> HEAP_RECIPROCAL_SHIFT);
        if (offset >= bytes || slot * stride != offset)
            break;
        bit = (uint64_t)1 << (slot & 63u);
        if (marks[slot >> 6] & bit)
            continue;
        if (!(allocated[slot >> 6] & bit))
            break;
        marks[slot >> 6] |= bit;
        *top = (struct work){ pointer, shape };
        top += pushed;
    }
    collection->work.depth = (size_t)(top - stack);
    return i;
}

/*
 * Follows edges that lead to the beginning of a block, while there is room on the work list. That is nearly each edge of
 * a large graph, so it is spelt out once more, without calls, with what the loop needs in registers. Returns how many
 * were followed before the first that needs another look.
 */
static size_t follow_starts(struct collection *collection, const struct typed_heap *heap,
                            const unsigned char *const *slots, size_t count)
{
    struct work *stack = collection->work.stack, *top = stack + collection->work.depth;
    size_t room = room_on(&collection->work), i;
    struct heap_segment *const *units = heap->units;
    uintptr_t base = heap->base, size = heap->size;

    /* Each is pushed once at most. */
    if (count > room)
        count = room;
    for (i = 0; i < count; i++) {
        struct heap_segment *segment;
        const void *pointer;
        uint64_t bit, *marks, shape;
        unsigned way;
        size_t offset;
        uint32_t slot;

        memcpy(&pointer, slots[i], sizeof pointer);
        offset = (uintptr_t)pointer - base;
        if (offset >= size || (segment = units[offset >> HEAP_UNIT_SHIFT]) == NULL)
            break;
        offset = (uintptr_t)pointer - (uintptr_t)segment->base;
        slot = heap_slot_of(segment, offset);
        if ((size_t)slot * segment->stride != offset)
            break;
        bit = (uint64_t)1 << (slot & 63u);
        marks = &segment->marks[slot >> 6];
        if (*marks & bit)
            continue;
        shape = segment->shape;
        way = segment->way;
        if (__builtin_expect(way == SCAN_ASK, 0)) {
            way = find_way(&collection->plans, segment, slot, &shape);
            if (way == SCAN_ASK)
                break;
        }
        if (!(segment->allocated[slot >> 6] & bit))
            break;
        *marks |= bit;
        /* Written in any case, and kept where there is something to look at. */
        *top = (struct work){ pointer, shape };
        top += way - SCAN_NOTHING;
    }
    collection->work.depth = (size_t)(top - stack);
    return i;
}

static msrck_result follow_edges(struct collection *collection, const struct edges *edges, msrck_error *error)
{
    const struct typed_heap *heap = msrck_msrlt_heap(collection->msrlt);
    bool observed = collection->options.observer != NULL;
    struct heap_segment *segment = observed ? NULL : common_target(heap, edges);

    for (size_t i = segment == NULL ? 0 : follow_into(collection, segment, edges); i < edges->count; i++) {
        const void *pointer;
        msrck_result result;

        if (!observed)
            i += follow_starts(collection, heap, edges->slots + i, edges->count - i);
        if (i == edges->count)
            break;
        memcpy(&pointer, edges->slots[i], sizeof pointer);
        if (!observed && follow_in_heap(collection, heap, pointer))
            continue;
        result = follow(collection, edges->slots[i], pointer, *edges->targets[i], error);
        if (result != MSRCK_OK)
            return result;
    }
    return MSRCK_OK;
}

/* The same as list_edges() does, of one element with two pointers, as the nodes of lists and trees have them. */
static inline size_t list_pair(const struct scan_plan *plan, const unsigned char *element, struct edges *edges,
                               size_t found)
{
    const unsigned char *slot = element + plan->first_pointer, *other = element + plan->last_pointer;
    const void *pointer, *second;

    memcpy(&pointer, slot, sizeof pointer);
    memcpy(&second, other, sizeof second);
    edges->slots[found] = slot;
    edges->targets[found] = plan->targets;
    found += pointer != NULL;
    edges->slots[found] = other;
    edges->targets[found] = plan->targets + 1;
    return found + (second != NULL);
}

/*
 * The edges that leave some elements. NULL pointers are left out without a branch, since they come in no order that a
 * processor could learn. Returns how many there are; room for all pointers of the elements is needed.
 */
static inline size_t list_edges(const struct scan_plan *plan, const unsigned char *element, uint32_t count,
                                struct edges *edges, size_t found)
{
    const uint32_t *offsets = plan->offsets, *targets = plan->targets;

    for (; count > 0; count--, element += plan->size) {
        for (uint32_t k = 0; k < plan->offset_count; k++) {
            const unsigned char *slot = element + offsets[k];
            const void *pointer;

            memcpy(&pointer, slot, sizeof pointer);
            edges->slots[found] = slot;
            edges->targets[found] = targets + k;
            found += pointer != NULL;
        }
    }
    return found;
}

/* Pointers at fixed places. No more than a batch of them, but where a single element has more. */
static msrck_result scan_fixed(struct collection *collection, const struct scan_plan *plan,
                               const unsigned char *element, uint32_t count, msrck_error *error)
{
    struct edges edges;
    msrck_result result = MSRCK_OK;

    if (plan->offset_count <= BATCH_POINTERS) {
        edges.count = list_edges(plan, element, count, &edges, 0);
        return follow_edges(collection, &edges, error);
    }
    for (; count > 0; count--, element += plan->size)
        for (uint32_t k = 0; k < plan->offset_count && result == MSRCK_OK; k++) {
            const void *pointer;

            memcpy(&pointer, element + plan->offsets[k], sizeof pointer);
            if (pointer != NULL)
                result = follow(collection, element + plan->offsets[k], pointer, plan->targets[k], error);
        }
    return result;
}

/* Types whose pointers depend on values, or that hold opaque handles. */
static msrck_result scan_visiting(struct collection *collection, const struct scan_plan *plan,
                                  const unsigned char *element, uint32_t count, msrck_error *error)
{
    msrck_result result = MSRCK_OK;

    for (; count > 0 && result == MSRCK_OK; count--, element += plan->size) {
        result = msrck_visit_pointers(plan->encoder, element, follow_slot, collection, error);
        if (result == MSRCK_OK && plan->has_opaque)
            result = msrck_visit_opaque(plan->encoder, element, save_opaque, collection, error);
    }
    return result;
}

static msrck_result scan(struct collection *collection, const struct scan_plan *plan, const unsigned char *element,
                         uint32_t count, msrck_error *error)
{
    if (plan->offsets != NULL)
        return scan_fixed(collection, plan, element, count, error);
    return scan_visiting(collection, plan, element, count, error);
}

/* A batch of the work, the rest of it goes back on the list. */
static msrck_result scan_batch(struct collection *collection, const struct fetched_work *fetched, msrck_error *error)
{
    const struct scan_plan *plan = fetched->plan;
    const unsigned char *element = fetched->work.element;
    uint32_t batch = BATCH_POINTERS / plan->pointer_count, count = work_count(&fetched->work);

    if (batch == 0)
        batch = 1;
    if (count > batch) {
        if (!work_list_push(&collection->work, element + (size_t)batch * plan->size, work_type(&fetched->work),
                            count - batch))
            return out_of_work(collection, error);
        count = batch;
    }
    return scan(collection, plan, element, count, error);
}

/* Of the fetched work: the edges of what has few pointers, and in *others a bit for each of the rest. */
static void list_fetched(const struct work_list *list, struct edges *edges, uint32_t *others)
{
    size_t found = 0;

    *others = 0;
    for (unsigned i = 0; i < list->waiting; i++) {
        const struct scan_plan *plan = list->ahead[i].plan;
        uint32_t count = work_count(&list->ahead[i].work);

        if (count == 1 && plan->offset_count == 2)
            found = list_pair(plan, list->ahead[i].work.element, edges, found);
        else if (__builtin_expect(count <= plan->few_elements, 1))
            found = list_edges(plan, list->ahead[i].work.element, count, edges, found);
        else
            *others |= (uint32_t)1 << i;
    }
    edges->count = found;
}

/*
 * Works until the list is empty. What has been fetched is looked at, then the next ones are fetched, and while they are
 * on their way into the cache the edges that were found are followed.
 */
static msrck_result drain_list(struct collection *collection, msrck_error *error)
{
    struct work_list *list = &collection->work;
    struct edges edges;
    msrck_result result = MSRCK_OK;

    work_list_fetch(list, &collection->plans);
    while (result == MSRCK_OK && list->waiting > 0) {
        uint32_t others;

        list_fetched(list, &edges, &others);
        for (; others != 0 && result == MSRCK_OK; others &= others - 1)
            result = scan_batch(collection, &list->ahead[__builtin_ctz(others)], error);
        work_list_fetch(list, &collection->plans);
        if (result == MSRCK_OK)
            result = follow_edges(collection, &edges, error);
        if (list->waiting == 0)
            work_list_fetch(list, &collection->plans);
    }
    return result;
}

/* Looks at the blocks that did not fit on the list. */
static msrck_result scan_deferred(struct collection *collection, msrck_error *error)
{
    struct msrlt_cursor cursor = { 0 };
    struct block block;
    msrck_result result = MSRCK_OK;

    collection->work.deferred = false;
    while (result == MSRCK_OK && msrck_msrlt_next_deferred(collection->msrlt, &cursor, &block)) {
        const struct scan_plan *plan;

        result = msrck_scan_plan_get(&collection->plans, block.type, &plan, error);
        if (result == MSRCK_OK && !plan->idle)
            result = push_elements(collection, plan, &block, error);
        if (result == MSRCK_OK)
            result = drain_list(collection, error);
    }
    return result;
}

/* Works until nothing is left to look at. */
static msrck_result drain(struct collection *collection, msrck_error *error)
{
    msrck_result result = drain_list(collection, error);

    while (result == MSRCK_OK && collection->work.deferred)
        result = scan_deferred(collection, error);
    return result;
}

static msrck_result mark_named(struct collection *collection, size_t handle, msrck_error *error)
{
    const struct collection_options *options = &collection->options;
    struct block block;
    msrck_result result;

    if (handle == SIZE_MAX)
        return MSRCK_OK;
    msrck_msrlt_named_block(collection->msrlt, handle, &block);
    if (!msrck_msrlt_mark(collection->msrlt, &block))
        return MSRCK_OK;
    if (options->observer != NULL)
        options->observer(options->observer_context, VISIT_BLOCK, &block, NULL);
    result = push_block(collection, &block, error);
    return result == MSRCK_OK ? drain(collection, error) : result;
}

static msrck_result mark_frame(struct collection *collection, const struct collected_frame *frame, msrck_error *error)
{
    msrck_result result = mark_named(collection, frame->live, error);
    uint32_t k;

    for (k = 0; result == MSRCK_OK && k < frame->local_count; k++)
        result = mark_named(collection, frame->locals[k], error);
    return result;
}

msrck_result msrck_mark_reachable(struct collection *collection, msrck_error *error)
{
    msrck_result result = MSRCK_OK;
    size_t i;

    for (i = 0; result == MSRCK_OK && i < collection->frame_count; i++)
        result = mark_frame(collection, &collection->frames[i], error);
    for (i = 0; result == MSRCK_OK && i < collection->root_count; i++)
        result = mark_named(collection, collection->roots[i].handle, error);
    return result;
}

/* A sweep over the blocks of one extent. */
struct sweep {
    struct collection *collection;
    const struct extent *extent;
};

static msrck_result sweep_run(void *context, const void *first, size_t stride, uint64_t blocks, msrck_error *error)
{
    const struct sweep *sweep = context;
    struct block block = { .type = sweep->extent->type, .count = sweep->extent->count, .data = first };
    const struct scan_plan *plan;
    msrck_result result = msrck_scan_plan_get(&sweep->collection->plans, block.type, &plan, error);

    for (; blocks > 0 && result == MSRCK_OK; blocks--) {
        result = push_elements(sweep->collection, plan, &block, error);
        if (result == MSRCK_OK)
            result = drain(sweep->collection, error);
        if (blocks > 1)
            block.data += stride;
    }
    return result;
}

/* Whether blocks of the type may lead to literals or handles, which no allocation told of. */
static msrck_result leads_to_bytes(struct collection *collection, uint32_t type, bool *leads, msrck_error *error)
{
    const struct scan_plan *plan;
    msrck_result result = msrck_scan_plan_get(&collection->plans, type, &plan, error);

    if (result != MSRCK_OK)
        return result;
    *leads = plan->has_text || plan->has_opaque;
    if (*leads || plan->flexible == TI_VOID)
        return MSRCK_OK;
    return leads_to_bytes(collection, plan->flexible, leads, error);
}

msrck_result msrck_mark_everything(struct collection *collection, const uint32_t *file_id, msrck_error *error)
{
    const struct extent *extents;
    size_t count, i;
    uint64_t end;
    bool leads = false;
    msrck_result result;

    msrck_msrlt_mark_all(collection->msrlt);
    result = msrck_msrlt_number(collection->msrlt, file_id, &extents, &count, &end, error);
    for (i = 0; result == MSRCK_OK && i < count; i++) {
        struct sweep sweep = { collection, &extents[i] };

        if (extents[i].segment == SEGMENT_LITERAL || extents[i].segment == SEGMENT_OPAQUE)
            continue;
        result = leads_to_bytes(collection, extents[i].type, &leads, error);
        if (result == MSRCK_OK && leads)
            result = msrck_msrlt_stream(collection->msrlt, &extents[i], sweep_run, &sweep, error);
    }
    return result;
}
