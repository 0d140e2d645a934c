/* SPDX-License-Identifier: MIT */
/* What marking has to look at in an element of each type, worked out once a type. */
#ifndef MSRCK_MSRM_SCAN_PLAN_H
#define MSRCK_MSRM_SCAN_PLAN_H

#include "encoding/row_encoder.h"

/* Elements with up to so many pointers together are looked at at once with those of other blocks. */
enum { FEW_POINTERS = 16 };

struct scan_plan {
    struct row_encoder *encoder;    /* owned */
    /* of the pointers in an element, borrowed from the encoder; NULL: they have to be visited */
    const uint32_t *offsets;
    uint32_t *targets;              /* owned; what each was declared to point to */
    uint32_t offset_count;
    uint32_t few_elements;          /* how many have FEW_POINTERS at most; 0 where their pointers have to be visited */
    uint32_t pointer_count;         /* per element, for the size of batches; at least 1 */
    size_t size;                    /* native bytes of an element */
    size_t first_pointer;           /* offsets that are worth fetching into the cache before an element is looked at */
    size_t last_pointer;
    uint32_t flexible;              /* type of trailing elements, or TI_VOID */
    size_t flexible_offset;
    bool idle;                      /* nothing in an element, or in its trailing ones, leads anywhere */
    bool has_opaque;
    bool has_text;                  /* pointers to characters, which may lead to literals */
};

/* What marking a block means for the work list. */
enum scan_way {
    SCAN_ASK = 0,                   /* there is no plan yet, or it has trailing elements */
    SCAN_NOTHING,                   /* it leads nowhere: 0 entries on the list */
    SCAN_ELEMENTS                   /* its elements are to be looked at: 1 entry. The numbers differ by that */
};

struct scan_plans {
    const struct ti_table *types;
    struct scan_plan **by_type;     /* owned; NULL where not compiled yet */
    unsigned char *ways;            /* owned; the scan_way of each type */
    size_t capacity, way_capacity;
};

void msrck_scan_plans_clear(struct scan_plans *plans);

msrck_result msrck_scan_plan_compile(struct scan_plans *plans, uint32_t type, const struct scan_plan **plan,
                                     msrck_error *error);

/* The plan of a type, compiled on first use. Valid until the plans are cleared. */
static inline msrck_result msrck_scan_plan_get(struct scan_plans *plans, uint32_t type, const struct scan_plan **plan,
                                               msrck_error *error)
{
    if (type < plans->capacity && plans->by_type[type] != NULL) {
        *plan = plans->by_type[type];
        return MSRCK_OK;
    }
    return msrck_scan_plan_compile(plans, type, plan, error);
}

/* True for char, signed char and unsigned char: pointers to them may lead to string literals. */
bool msrck_type_is_text(const struct ti_table *types, uint32_t type);

#endif
