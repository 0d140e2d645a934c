/* SPDX-License-Identifier: MIT */
/* The descriptions that a unit has asked for, between type_references.c, which gives them names, and type_emission.c, which writes them. */
#ifndef MSRCK_PRECOMPILER_TYPE_TABLES_H
#define MSRCK_PRECOMPILER_TYPE_TABLES_H

#include "type_names.h"

enum entry_kind { ENTRY_POINTER, ENTRY_ARRAY, ENTRY_RECORD, ENTRY_ENUM, ENTRY_MADE, ENTRY_ANONYMOUS_UNION };

struct type_entry {
    enum entry_kind kind;
    const char *key;                /* equal for equal types */
    const char *identifier, *expression;    /* "msrck_type_node", "&msrck_type_node" */
    CXCursor definition;            /* of records and enums */
    const char *element;            /* expression, of pointers and arrays */
    long long count;                /* of arrays */
    const char *tag, *shown;        /* made records */
    const made_member *members;
    size_t member_count;
    CXCursor outer;                 /* of an anonymous union: the struct that its members belong to */
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

/* In C text, the name of the record at file scope, and in checkpoints. */
const char *record_spelling(struct unit *unit, CXCursor definition);
const char *record_shown(struct unit *unit, CXCursor definition);

#endif
