/* SPDX-License-Identifier: MIT */
/* The descriptions that a unit has asked for, between type_references.c, which gives them names, and type_emission.c, which writes them. */
#ifndef MSRCK_PRECOMPILER_TYPE_TABLES_H
#define MSRCK_PRECOMPILER_TYPE_TABLES_H

#include "type_names.h"

enum entry_kind {
    ENTRY_POINTER, ENTRY_ARRAY, ENTRY_RECORD, ENTRY_LENGTHENED, ENTRY_ENUM, ENTRY_MADE,
    ENTRY_ANONYMOUS_UNION,          /* of a struct, with a tag there */
    ENTRY_ANONYMOUS_STRUCT,         /* of a union */
    ENTRY_UNION_MEMBER,             /* a union as a struct of the one member that stands for all */
    ENTRY_UNION_BYTES,              /* a union as bytes, for machines of one kind */
    ENTRY_UNION_UNTOLD,             /* what stands for a union with a tag whose value says nothing */
    ENTRY_PLACES, ENTRY_UNKNOWN     /* a struct, and what is not described, in a constant */
};

struct type_entry {
    enum entry_kind kind;
    const char *key;                /* equal for equal types */
    const char *identifier, *expression;    /* "msrck_type_node", "&msrck_type_node" */
    CXCursor definition;            /* of records and enums */
    const char *element;            /* expression, of pointers and arrays */
    long long count;                /* of arrays */
    const char *tag, *shown;        /* made records, parts of constants */
    const made_member *members;
    bool own;                       /* the name of a made record has that of the file in it, and may change */
    size_t member_count;
    bool guessed;                   /* a union that a likely tag tells of, which need not know every value */
    CXCursor outer;                 /* of what has no name: the struct or union that its members belong to */
    const char *base;               /* of what has no name: the member that its offsets count from; NULL: the beginning */
};

struct type_tables {
    struct type_entry **entries;
    size_t count, capacity, emitted;
    const char **functions;         /* names of those in the table of functions */
    size_t function_count, function_capacity;
};

struct type_tables *type_tables_of(struct unit *unit);
/* The entry with the key, a new one where there is none; *added tells. `base` is for the identifier of a new one. */
struct type_entry *type_entry_find(struct unit *unit, enum entry_kind kind, const char *key, const char *base, bool *added);
/* The same, without the declaration of a new one at the beginning of the file. */
struct type_entry *type_entry_find_silent(struct unit *unit, enum entry_kind kind, const char *key, const char *base, bool *added);

/* The description of a union that nothing around it tells the active member of, and that is not refused. */
const char *union_reference(struct unit *unit, CXCursor definition);

/* Why a value of this type cannot be described; NULL when it can. Targets of pointers do not count. */
const char *type_refusal(struct unit *unit, CXType type);
/* Why the member cannot; NULL when it can. */
const char *member_refusal(struct unit *unit, CXCursor record, CXCursor field, bool last);

/* ---- Records ---- */

struct field_list {
    CXCursor *items;
    size_t count, capacity;
};

/* The members in order; free(items). */
struct field_list record_fields(CXCursor definition);
/* A member without a name that is a struct or union: its members are those of what is around it. */
bool field_is_anonymous_record(CXCursor field);
/* A struct without members, which compilers give no room. */
bool type_is_empty(CXType type);
bool field_is_skipped(struct unit *unit, CXCursor field);
/* An array without length at the end, also as [0] and, with a pragma, as [1]. */
bool field_is_flexible(struct unit *unit, CXCursor field, bool last);
bool record_is_flexible(struct unit *unit, CXCursor definition);

/* How the active member of a union is known: by a member of the struct around it, or always the same. All NULL: not at all. */
struct union_choice {
    const char *tag;                /* name of the member */
    const char *constant;           /* value of the tag of the member that is always the active one */
};
struct union_choice union_choice_of(struct unit *unit, CXCursor field);
/* The value of the tag that makes the member of a union active: C text. `index` counts from 0. */
const char *union_member_tag(struct unit *unit, CXCursor field, size_t index);

/* The pragma before the definition, also where that stands in a typedef; NULL for none. */
const struct pragma_entry *record_pragma(struct unit *unit, CXCursor definition, const char *word);

/* What a union holds where no tag tells (union_contents.c). */
enum union_kind {
    UNION_UNKNOWN,                  /* pointers beside something else */
    UNION_MEMBER,                   /* one member stands for all: a pragma says so, or the others are beginnings of it, number for number */
    UNION_POINTERS, UNION_FUNCTIONS,        /* all members are pointers */
    UNION_BYTES                     /* numbers that lie over each other: good on machines of the same layout only */
};
struct union_content {
    enum union_kind kind;
    CXCursor member;                /* of UNION_MEMBER */
    bool long_double;               /* one of the members has one */
    bool text;                      /* of UNION_POINTERS: one may point to a string literal */
};
struct union_content union_content_of(struct unit *unit, CXCursor definition);
/* A member that begins where an anonymous struct or union does; "" where only bit-fields do. */
const char *record_place_name(struct unit *unit, CXCursor definition);
bool type_is_union(CXType type);
/* Whether a pragma speaks of the union that the member is. */
bool union_has_pragma(struct unit *unit, CXCursor field);
/* Whether the member is a union of which the struct around it tells the active member, by a pragma or likely (union_tags.h). */
bool union_is_told(struct unit *unit, CXCursor field);

/* The name of an enum's value; NULL where it has none. */
const char *enumerator_name(struct unit *unit, CXCursor enumeration, long long value);

/* In C text, the name of the record at file scope, and in checkpoints. */
const char *record_spelling(struct unit *unit, CXCursor definition);
const char *record_shown(struct unit *unit, CXCursor definition);

#endif
