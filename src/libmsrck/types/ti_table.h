/* SPDX-License-Identifier: MIT */
/*
 * The TI table: every type of a program, or of a checkpoint file, flattened and ready for use.
 *
 * A table is built in one of two ways. From the program's descriptions (msrck_ti_add): entries then carry this
 * machine's layout, checked against the compiler. From a checkpoint (types/ti_section.h): entries then have no layout.
 * Everything that is canonical - kinds, names, leaves, row widths - is the same in both.
 *
 * Type ids index the table. Id 0 is void. Equal types are one entry: pointers and arrays are interned by structure,
 * all others by name; two different descriptions under one name are refused.
 */
#ifndef MSRCK_TYPES_TI_TABLE_H
#define MSRCK_TYPES_TI_TABLE_H

#include <stdbool.h>

#include <msrck/types.h>

#define TI_VOID 0u
#define TI_MAX_TYPES 65535u
#define TI_MAX_FIELDS 65535u
#define TI_MAX_NESTING 64u          /* structs in structs in arrays ...; also pointers to pointers to ... */
#define TI_MAX_NAME 4096u           /* bytes */
#define TI_MAX_WIDTH (UINT64_C(1) << 56)    /* canonical bytes, so also leaves, of one value */

/*
 * What every table keeps to, whether a program described it or a file holds it:
 * - every type but void has at least one leaf; skipped members are not listed among the fields;
 * - a union stands by value only as a field of a struct, which tells its active member; never in an array or in
 *   another union;
 * - a flexible array member is the last field of its struct, and such a struct stands by value nowhere;
 * - pointers and arrays are named as C declares them; scalars, complex types and pointers to functions as C spells
 *   them.
 */

struct ti_field {
    char *name;                     /* the table's; "" for an anonymous union */
    uint32_t type;
    uint32_t role;                  /* msrck_role */
    uint32_t bits;                  /* of a bit-field */
    int64_t tag;                    /* of a union's member */
    uint32_t tag_field;             /* of a union in a struct: index of the tag's field plus one, or 0: a callback */
    uint64_t leaf;                  /* ordinal of its first leaf in the struct; in a union always 0 */
    uint64_t row_offset[2];         /* bytes from the start of the canonical row, for pointer widths 4 and 8 */
    uint64_t offset;                /* native bytes; only with layout; of a bit-field its first byte */
    uint64_t size;                  /* native bytes; only with layout; 0 for bit-fields and flexible members */
    const msrck_field *source;      /* the description; only with layout */
};

struct ti_type {
    uint32_t id;
    uint32_t kind;                  /* msrck_kind */
    uint32_t scalar;                /* msrck_scalar */
    char *name;                     /* the table's; as a C type name: "struct node", "struct node *[10]" */
    uint32_t element;               /* of pointer, array, complex */
    uint64_t count;                 /* of array */
    struct ti_field *fields;        /* owned */
    uint32_t field_count;
    struct ti_enumerator { char *name; int64_t value; } *enumerators;   /* owned */
    uint32_t enumerator_count;

    uint64_t leaves;                /* scalars it flattens to; a flexible member is not counted */
    uint64_t row_width[2];          /* canonical bytes, for pointer widths 4 and 8; a flexible member is not counted */
    uint32_t nesting;
    bool has_pointers;              /* or function pointers, or opaque handles; looks at a flexible member too */
    bool has_unions;                /* leaf places depend on values; a flexible member is not looked at */
    bool native_signed;             /* integers and enums, with layout: whether this machine reads them with sign */
    uint32_t flexible;              /* element type of its flexible array member, or TI_VOID */

    bool has_layout;
    uint64_t size;                  /* native bytes */
    uint64_t alignment;
    uint64_t flexible_offset;       /* native bytes from the start of the struct to the flexible array */
    const msrck_type *source;       /* the description */
};

struct ti_table;

struct ti_table *msrck_ti_new(void);                        /* NULL when memory is out; holds void only */
/*
 * The same for descriptions that were read out of a program for some other machine: its layouts are believed, where
 * those of this process are compared with what the compiler says. No function in such a description is ever called.
 */
struct ti_table *msrck_ti_new_believed(void);
void msrck_ti_free(struct ti_table *table);                 /* NULL is allowed */

/*
 * Adds the description and all it refers to; *id is its entry, old or new. Fast when the same address was added before.
 * Everything a description can get wrong is found here: MSRCK_MISUSE names the type and the field.
 */
msrck_result msrck_ti_add(struct ti_table *table, const msrck_type *type, uint32_t *id, msrck_error *error);

/*
 * Adds a pointer to `target`, or an array of `count` of `element`, for which there is no description; *id is its
 * entry, old or new. The table must be one of a program.
 */
msrck_result msrck_ti_add_pointer(struct ti_table *table, uint32_t target, uint32_t *id, msrck_error *error);
msrck_result msrck_ti_add_array(struct ti_table *table, uint32_t element, uint64_t count, uint32_t *id,
                                msrck_error *error);

/* Id of a description that was added before, or UINT32_MAX. O(1). */
uint32_t msrck_ti_find_description(const struct ti_table *table, const msrck_type *type);
/* Id of the type with this C name, or UINT32_MAX. O(1) expected. */
uint32_t msrck_ti_find_name(const struct ti_table *table, const char *name);

uint32_t msrck_ti_count(const struct ti_table *table);
/* The entry; `id` must be below the count. Valid until the next addition. */
const struct ti_type *msrck_ti_get(const struct ti_table *table, uint32_t id);

/* 0 for pointer width 4, 1 for 8: the index of row_width and row_offset. */
static inline unsigned row_index(unsigned pointer_width) { return pointer_width == 8; }

/*
 * Compares a variable with the type it is said to have: its sizeof and msrck_native, as MSRCK_GLOBAL notes them.
 * MSRCK_MISUSE begins with the variable's name.
 */
msrck_result msrck_ti_check_variable(const struct ti_table *table, uint32_t id, const char *variable, size_t size,
                                     unsigned native, msrck_error *error);

/*
 * A block type without its outer arrays: int[3][4] times n becomes int times 12 n. *count is multiplied with an
 * overflow check; the result is the id of a type that is not an array. UINT32_MAX on overflow.
 */
uint32_t msrck_ti_strip_arrays(const struct ti_table *table, uint32_t id, uint64_t *count);

/* Canonical width in bytes of a scalar, whether it is an integer, and whether a signed one. Tables, no failures. */
unsigned msrck_scalar_width(uint32_t scalar);
bool msrck_scalar_is_integer(uint32_t scalar);
bool msrck_scalar_is_signed(uint32_t scalar);               /* char and wchar_t: false, their bit pattern travels */
const char *msrck_scalar_name(uint32_t scalar);             /* as C spells it */

/*
 * Order in which a file lists the types: by name, so that it is the same whatever order a program registered them in.
 * `order` receives msrck_ti_count() ids, order[0] == TI_VOID; free() it. NULL when memory is out.
 */
uint32_t *msrck_ti_file_order(const struct ti_table *table);

/* "struct node { int value; struct node *left; };" as C source on several lines, for people. Appends to `out`. */
struct byte_buffer;
void msrck_ti_print_declaration(const struct ti_table *table, uint32_t id, struct byte_buffer *out);
/* "struct node *left[10]": the declaration of `name` with the type. */
void msrck_ti_print_declarator(const struct ti_table *table, uint32_t id, const char *name, struct byte_buffer *out);

#endif
