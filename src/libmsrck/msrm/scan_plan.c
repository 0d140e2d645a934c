/* SPDX-License-Identifier: MIT */
#include "msrm/scan_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/allocation.h"
#include "base/failure.h"

bool msrck_type_is_text(const struct ti_table *types, uint32_t type)
{
    const struct ti_type *entry = msrck_ti_get(types, type);

    return entry->kind == MSRCK_KIND_SCALAR &&
           (entry->scalar == MSRCK_SCALAR_CHAR || entry->scalar == MSRCK_SCALAR_SCHAR ||
            entry->scalar == MSRCK_SCALAR_UCHAR);
}

/*
 * Whether a value of the type holds what `wanted` says, itself or in a member; recursion follows the nesting of
 * types, not pointers.
 */
static bool holds(const struct ti_table *types, uint32_t type,
                  bool (*wanted)(const struct ti_table *, const struct ti_type *))
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    uint32_t i;

    if (!entry->has_pointers)
        return false;
    if (wanted(types, entry))
        return true;
    if (entry->kind == MSRCK_KIND_ARRAY)
        return holds(types, entry->element, wanted);
    for (i = 0; i < entry->field_count; i++)
        if (entry->fields[i].role != MSRCK_ROLE_SKIPPED && entry->fields[i].role != MSRCK_ROLE_FLEXIBLE &&
            holds(types, entry->fields[i].type, wanted))
            return true;
    return false;
}

static bool is_opaque(const struct ti_table *types, const struct ti_type *entry)
{
    (void)types;
    return entry->kind == MSRCK_KIND_OPAQUE;
}

static bool is_pointer(const struct ti_table *types, const struct ti_type *entry)
{
    (void)types;
    return entry->kind == MSRCK_KIND_POINTER;
}

static bool is_text_pointer(const struct ti_table *types, const struct ti_type *entry)
{
    return entry->kind == MSRCK_KIND_POINTER && msrck_type_is_text(types, entry->element);
}

struct target_search {
    unsigned char *element;
    const struct scan_plan *plan;
};

static msrck_result note_target(void *context, void *const *slot, uint32_t target, msrck_error *error)
{
    const struct target_search *search = context;
    size_t offset = (size_t)((const unsigned char *)slot - search->element);
    uint32_t k;

    (void)error;
    for (k = 0; k < search->plan->offset_count; k++)
        if (search->plan->offsets[k] == offset)
            search->plan->targets[k] = target;
    return MSRCK_OK;
}

/*
 * Declared targets of the pointers: which leaves are pointers does not depend on values here, so any bytes serve as
 * an element.
 */
static msrck_result find_targets(struct scan_plan *plan, msrck_error *error)
{
    struct target_search search = { msrck_allocate(1, plan->size), plan };
    msrck_result result;

    plan->targets = msrck_allocate(plan->offset_count, sizeof plan->targets[0]);
    if (search.element == NULL || plan->targets == NULL) {
        free(search.element);
        return msrck_fail_memory(error, plan->size, "a scan plan");
    }
    /* Not NULL anywhere, in case NULL pointers are left out of the visit. */
    memset(search.element, 1, plan->size);
    result = msrck_visit_pointers(plan->encoder, search.element, note_target, &search, error);
    free(search.element);
    return result;
}

static void free_plan(struct scan_plan *plan)
{
    if (plan == NULL)
        return;
    msrck_row_encoder_free(plan->encoder);
    free(plan->targets);
    free(plan);
}

void msrck_scan_plans_clear(struct scan_plans *plans)
{
    size_t i;

    for (i = 0; i < plans->capacity; i++)
        free_plan(plans->by_type[i]);
    free(plans->by_type);
    free(plans->ways);
    plans->by_type = NULL;
    plans->ways = NULL;
    plans->capacity = plans->way_capacity = 0;
}

/* Unions and handles make an element's pointers depend on its values; all else is a list of offsets. */
static msrck_result fill_plan(const struct ti_table *types, uint32_t type, struct scan_plan *plan, msrck_error *error)
{
    const struct ti_type *entry = msrck_ti_get(types, type);
    bool has_pointers = holds(types, type, is_pointer);
    /* The width does not matter for looking at pointers; 8 always serves. */
    msrck_result result = msrck_row_encoder_new(types, type, 8, &plan->encoder, error);

    if (result != MSRCK_OK)
        return result;
    plan->size = (size_t)entry->size;
    plan->flexible = entry->flexible;
    plan->flexible_offset = (size_t)entry->flexible_offset;
    plan->has_opaque = holds(types, type, is_opaque);
    plan->has_text = holds(types, type, is_text_pointer) ||
                     (entry->flexible != TI_VOID && holds(types, entry->flexible, is_text_pointer));
    plan->idle = !plan->has_opaque && !has_pointers &&
                 (entry->flexible == TI_VOID || !msrck_ti_get(types, entry->flexible)->has_pointers);
    if (!msrck_row_encoder_pointer_offsets(plan->encoder, &plan->offsets, &plan->offset_count)) {
        plan->offsets = NULL;
        plan->offset_count = 0;
        plan->pointer_count = entry->leaves < 1 ? 1 : entry->leaves > 1024 ? 1024 : (uint32_t)entry->leaves;
        return MSRCK_OK;
    }
    plan->pointer_count = plan->offset_count == 0 ? 1 : plan->offset_count;
    plan->few_elements = FEW_POINTERS / plan->pointer_count;
    if (plan->offset_count > 0) {
        plan->first_pointer = plan->offsets[0];
        plan->last_pointer = plan->offsets[plan->offset_count - 1];
    }
    return find_targets(plan, error);
}

msrck_result msrck_scan_plan_compile(struct scan_plans *plans, uint32_t type, const struct scan_plan **plan,
                                     msrck_error *error)
{
    struct scan_plan *fresh = msrck_allocate(1, sizeof *fresh);
    msrck_result result;

    if (fresh == NULL ||
        !msrck_reserve(&plans->by_type, &plans->capacity, (size_t)type + 1, sizeof plans->by_type[0]) ||
        !msrck_reserve(&plans->ways, &plans->way_capacity, (size_t)type + 1, 1)) {
        free(fresh);
        return msrck_fail_memory(error, sizeof *fresh, "a scan plan");
    }
    result = fill_plan(plans->types, type, fresh, error);
    if (result != MSRCK_OK) {
        free_plan(fresh);
        return result;
    }
    plans->by_type[type] = fresh;
    if (fresh->flexible == TI_VOID)
        plans->ways[type] = fresh->idle ? SCAN_NOTHING : SCAN_ELEMENTS;
    *plan = fresh;
    return MSRCK_OK;
}
