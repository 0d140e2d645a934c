/* SPDX-License-Identifier: MIT */
/*
 * Every scalar, bit-field, pointer and function number in the rows of a checkpoint, in file order, each with its place
 * and, where the type of the row has a counterpart in a program, with the program's type for it. Nothing is believed:
 * unions whose active member does not exist are passed over.
 */
#ifndef MSRCK_FILE_VALUE_WALK_H
#define MSRCK_FILE_VALUE_WALK_H

#include "file/reader_state.h"

struct walked_value {
    uint64_t block, leaf;
    const struct ti_type *type;     /* the file's */
    const struct ti_field *bits;    /* the file's bit-field, or NULL */
    const struct ti_type *program_type;         /* NULL without a program */
    const struct ti_field *program_bits;        /* the program's bit-field, or NULL */
    const unsigned char *bytes;
};

/* A value that the program has no place for: a union's member, or elements of an array that are not zero. */
struct lost_value {
    uint64_t block, leaf;
    const struct ti_type *type;     /* the file's: of the union or the array's elements */
    const char *member;             /* of the union; NULL: an element */
    const char *tag_field;          /* the program's, which stands for another member; NULL: it has no such member */
    uint64_t element, room;         /* number of the first one, and how many the program has */
};

struct value_walk {
    msrck_reader *reader;
    const struct ti_table *program; /* or NULL: the values of the file as they are */
    /*
     * Id of the program's type for the rows of a block, UINT32_MAX for none: they are passed over. *room (UINT64_MAX):
     * elements that there is room for.
     */
    uint32_t (*counterpart)(void *context, const msrck_block_facts *block, uint64_t *room);
    /* Whether values of a scalar, pointer or other leaf type are asked for at all. */
    bool (*wants)(void *context, const struct ti_type *type);
    void (*visit)(void *context, const struct walked_value *value);
    void (*lose)(void *context, const struct lost_value *lost);     /* with a program only */
    void *context;
    bool stopped;                   /* set by visit to end the walk */
    unsigned char *needs;           /* private */
};

/* All rows. Errors: as for reading values. */
msrck_result msrck_walk_values(struct value_walk *walk, msrck_error *error);
/* The rows of one block. */
msrck_result msrck_walk_block(struct value_walk *walk, uint64_t block, msrck_error *error);
/* Frees what the walk needed, and may be needed again by another block. */
void msrck_walk_end(struct value_walk *walk);

/*
 * The program's field that takes a field of the file, as restoring matches them: by name, or by a former name whose
 * present one the file does not know. NULL when the program has dropped it.
 */
const struct ti_field *msrck_program_field(const struct ti_table *file_types, const struct ti_type *file,
                                           const struct ti_table *types, const struct ti_type *type, uint32_t index);

#endif
