/* SPDX-License-Identifier: MIT */
/*
 * Native elements to canonical rows: a small program per type, compiled once, run over many elements.
 *
 * A row is the packed big-endian concatenation of the leaves in field order. Bit-fields and enums take the width of
 * their scalar. A pointer, function pointer or opaque handle takes the file's pointer width (4 or 8): its number comes
 * from the translator. A union takes four bytes, the ordinal of the active member plus one (0: none), then the member's
 * leaves, then zeros up to the widest member. Skipped fields take nothing. Runs of plain scalars of one width are
 * merged and copied with loops that the compiler vectorises.
 */
#ifndef MSRCK_ENCODING_ROW_ENCODER_H
#define MSRCK_ENCODING_ROW_ENCODER_H

#include "types/ti_table.h"

/*
 * What the encoder asks of the layer above for values that are not bytes. Each returns MSRCK_OK or what stands in
 * error.
 */
struct row_translator {
    /* Canonical address of a pointer that is not NULL. `target` is the type it was declared to point to. */
    msrck_result (*pointer)(void *context, const void *pointer, uint32_t target, uint64_t *address, msrck_error *error);
    /* Number of a function pointer that is not NULL. */
    msrck_result (*function)(void *context, void (*function)(void), uint64_t *number, msrck_error *error);
    /* Canonical address of the block of bytes that stands for the opaque handle at `object`. */
    msrck_result (*opaque)(void *context, const void *object, uint32_t type, uint64_t *address, msrck_error *error);
    void *context;
    /*
     * Instead of `pointer`, unless NULL: the canonical addresses of up to 256 pointers of one column, which lie `step`
     * bytes apart, at once. A NULL gives 0. On failure *failed is the index of the pointer.
     */
    msrck_result (*pointers)(void *context, const void *column, size_t step, size_t count, uint32_t target,
                             uint64_t *addresses, size_t *failed, msrck_error *error);
};

struct row_encoder;

/*
 * Program for type `id` of a table with layout, which must outlive it. A flexible member is left out: encode it as rows
 * of its element type. A union outside a struct is MSRCK_MISUSE: nothing says which member is active.
 */
msrck_result msrck_row_encoder_new(const struct ti_table *table, uint32_t id, unsigned pointer_width,
                                   struct row_encoder **encoder, msrck_error *error);
void msrck_row_encoder_free(struct row_encoder *encoder);

uint64_t msrck_row_encoder_width(const struct row_encoder *encoder);

/*
 * Encodes `count` elements that begin at `elements` and lie `stride` bytes apart into count * width bytes at `rows`. On
 * failure error names the path inside the element and *failed is the element's index (may be NULL).
 */
msrck_result msrck_encode_rows(const struct row_encoder *encoder, const void *elements, size_t stride, uint64_t count,
                               unsigned char *rows, const struct row_translator *translator, uint64_t *failed,
                               msrck_error *error);

/*
 * The pointers of an element without encoding it, for marking. Offsets (bytes, ascending) of the data-pointer leaves
 * when they do not depend on values: then *offsets is borrowed and *count its length, and true is returned. False when
 * the type has unions with pointers, opaque handles or so many pointers (more than 4096) that msrck_visit_pointers must
 * be used instead.
 */
bool msrck_row_encoder_pointer_offsets(const struct row_encoder *encoder, const uint32_t **offsets, uint32_t *count);

/*
 * Calls visit(context, slot, target type) for every data pointer leaf of the element, in leaf order, also those in
 * active union members.
 */
msrck_result msrck_visit_pointers(const struct row_encoder *encoder, const void *element,
                                  msrck_result (*visit)(void *context, void *const *slot, uint32_t target,
                                                        msrck_error *error),
                                  void *context, msrck_error *error);

/* Calls visit(context, object, type) for every opaque handle of the element, in leaf order. */
msrck_result msrck_visit_opaque(const struct row_encoder *encoder, const void *element,
                                msrck_result (*visit)(void *context, const void *object, uint32_t type,
                                                      msrck_error *error),
                                void *context, msrck_error *error);

#endif
