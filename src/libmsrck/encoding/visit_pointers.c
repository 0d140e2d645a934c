/* SPDX-License-Identifier: MIT */
/* Walking the references of one element without encoding it. */
#include "encoding/row_encoder.h"

#include "encoding/row_encoder_state.h"
#include "types/leaf_map.h"

/* One of the two callbacks is set. */
struct visit {
    const struct ti_table *table;
    msrck_result (*pointer)(void *context, void *const *slot, uint32_t target, msrck_error *error);
    msrck_result (*opaque)(void *context, const void *object, uint32_t type, msrck_error *error);
    void *context;
    msrck_error *error;
};

static msrck_result visit_body(const struct visit *v, const struct row_body *body, const unsigned char *element);

static msrck_result visit_one(const struct visit *v, const struct row_op *op, const unsigned char *at)
{
    if (op->code == ROW_POINTER)
        return v->pointer(v->context, (void *const *)(const void *)at, op->type, v->error);
    if (op->code == ROW_OPAQUE)
        return v->opaque(v->context, at, op->type, v->error);
    return visit_body(v, &op->bodies[0], at);
}

static msrck_result visit_union(const struct visit *v, const struct row_op *op, const unsigned char *element)
{
    const struct ti_type *owner = msrck_ti_get(v->table, op->owner);
    uint32_t member = msrck_active_member(v->table, owner, &owner->fields[op->field], element + op->native);

    return member < op->body_count ? visit_body(v, &op->bodies[member], element) : MSRCK_OK;
}

static msrck_result visit_body(const struct visit *v, const struct row_body *body, const unsigned char *element)
{
    msrck_result result = MSRCK_OK;

    for (size_t i = 0; i < body->count && result == MSRCK_OK; i++) {
        const struct row_op *op = &body->ops[i];

        if (!(v->pointer != NULL ? op->has_pointers : op->has_opaque))
            continue;
        if (op->code == ROW_UNION) {
            result = visit_union(v, op, element);
            continue;
        }
        for (size_t k = 0; k < op->count && result == MSRCK_OK; k++)
            result = visit_one(v, op, element + op->native + k * op->native_step);
    }
    return result;
}

msrck_result msrck_visit_pointers(const struct row_encoder *encoder, const void *element,
                                  msrck_result (*visit)(void *context, void *const *slot, uint32_t target,
                                                        msrck_error *error),
                                  void *context, msrck_error *error)
{
    struct visit v = { encoder->table, visit, NULL, context, error };

    return visit_body(&v, &encoder->body, element);
}

msrck_result msrck_visit_opaque(const struct row_encoder *encoder, const void *element,
                                msrck_result (*visit)(void *context, const void *object, uint32_t type,
                                                      msrck_error *error),
                                void *context, msrck_error *error)
{
    struct visit v = { encoder->table, NULL, visit, context, error };

    return visit_body(&v, &encoder->body, element);
}
