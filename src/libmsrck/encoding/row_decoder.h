/* SPDX-License-Identifier: MIT */
/*
 * Canonical rows to native elements: a program per pair of file type and program type.
 *
 * Struct fields, union members and enumerators are matched by name (or former name). A field the file lacks gets its
 * default, one the program lacks is dropped, an array that grew keeps its beginning and one that shrank must have zeros
 * where it is cut, integers are widened or narrowed with a range check, float and double and
 * long double convert where the value is exact. What cannot be matched is refused when the program is compiled; a value
 * that does not fit, when it is met, with its path.
 */
#ifndef MSRCK_ENCODING_ROW_DECODER_H
#define MSRCK_ENCODING_ROW_DECODER_H

#include "base/change_notes.h"
#include "types/ti_table.h"

struct row_resolver {
    /*
     * Address of canonical address `address` (never 0). `slot` is where it will be stored: a resolver that cannot know
     * yet may remember slot, store NULL and fill it later. `target` is the program's type of the pointer's target.
     */
    msrck_result (*pointer)(void *context, uint64_t address, void **slot, uint32_t target, void **pointer,
                            msrck_error *error);
    msrck_result (*function)(void *context, uint64_t number, void (**function)(void), msrck_error *error);
    /* Restores the opaque handle at `object` (zeroed), or remembers to do so later. */
    msrck_result (*opaque)(void *context, uint64_t address, void *object, uint32_t type, msrck_error *error);
    void *context;
    /*
     * Instead of `pointer`, unless NULL: up to 256 canonical addresses of one column at once; 0 gives NULL. Pointer i
     * will be stored at `slots` plus i * slot_step bytes. On failure *failed is the index of the address.
     */
    msrck_result (*pointers)(void *context, const uint64_t *addresses, size_t count, void *slots, size_t slot_step,
                             uint32_t target, void **pointers, size_t *failed, msrck_error *error);
};

struct row_decoder;

/*
 * Program from type `file_id` of `file_table` (without layout) to type `id` of `table` (with layout); both tables must
 * outlive it. MSRCK_DOES_NOT_FIT with the path when the types cannot be matched. Flexible members are decoded as rows
 * of their element types.
 */
msrck_result msrck_row_decoder_new(const struct ti_table *file_table, uint32_t file_id, const struct ti_table *table,
                                   uint32_t id, unsigned pointer_width, struct row_decoder **decoder,
                                   msrck_error *error);
/*
 * The same, telling `notes` (may be NULL) what becomes another than it was inside of structs: fields by the names of
 * their structs. `live`: both types are structs of live variables, which need not have one name.
 */
msrck_result msrck_row_decoder_match(const struct ti_table *file_table, uint32_t file_id, const struct ti_table *table,
                                     uint32_t id, unsigned pointer_width, bool live, struct change_notes *notes,
                                     struct row_decoder **decoder, msrck_error *error);
void msrck_row_decoder_free(struct row_decoder *decoder);

uint64_t msrck_row_decoder_width(const struct row_decoder *decoder);

/*
 * True when every leaf ordinal of the file's type is the same ordinal of the program's type and both have equally many,
 * which is the usual case: leaf ordinals of whole blocks are the same then. Otherwise msrck_row_decoder_leaf maps one
 * (< leaves of the file type); false when the program has no such leaf.
 */
bool msrck_row_decoder_same_leaves(const struct row_decoder *decoder);
bool msrck_row_decoder_leaf(const struct row_decoder *decoder, uint64_t file_leaf, uint64_t *leaf);

/*
 * Decodes `count` rows into elements that are zeroed and lie `stride` bytes apart. On failure error names the path
 * inside the element, and *failed is the element's index (may be NULL). The rows are not believed: tags and _Bools that
 * cannot be are MSRCK_CORRUPT.
 */
msrck_result msrck_decode_rows(const struct row_decoder *decoder, const unsigned char *rows, uint64_t count,
                               void *elements, size_t stride, const struct row_resolver *resolver, uint64_t *failed,
                               msrck_error *error);

#endif
