/* SPDX-License-Identifier: MIT */
/*
 * Unions in structs that no pragma speaks of: declarations show which member of the struct is likely the tag, and the unit's code which of its values go with which member of the union.
 *
 * What one unit shows is a part: the tables of all units are put together when the program runs (precompiled_unions.c).
 */
#ifndef MSRCK_PRECOMPILER_UNION_TAGS_H
#define MSRCK_PRECOMPILER_UNION_TAGS_H

#include "unit.h"

/* Members are bits of a word in the tables. */
#define MOST_UNION_MEMBERS 64

/* A value of the tag, and the member that was seen with it. */
struct seen_tag {
    long long value;
    size_t member;                  /* index in the union */
    unsigned place;                 /* of the code */
};

/* A union in a struct, and what the unit's code shows. */
struct guessed_union {
    CXCursor field, tag;            /* members of the struct */
    CXCursor definition;            /* of the union */
    struct seen_tag *seen;          /* one entry for each value and member; owned */
    size_t count, capacity;
    unsigned long long others;      /* members taken where the tag has some other value than those that are asked for */
    unsigned long long used;        /* members taken where nothing around asks for the tag */
    const char *table, *function;   /* identifiers of what was emitted, NULL before */
};

/*
 * The entry of a union `field` of a struct that likely has a tag there, by declarations alone, so that all units agree. NULL for others: where a pragma speaks, where the union needs no tag, or
 * where no member of the struct is likely one.
 */
struct guessed_union *guessed_union_of(struct unit *unit, CXCursor field);

/* Writes what the unit's code shows of the tag and the function that looks a value up; gives its name. `spelling` is the struct, in C. */
const char *union_tags_emit(struct unit *unit, CXCursor field, const char *spelling);

/* Writes the tables of the other unions that the unit's code speaks of: other units may describe their structs. */
void union_tags_emit_rest(struct unit *unit);

/* union_evidence.c: looks through the unit's code once and fills all entries. */
void union_evidence_find(struct unit *unit);

#endif
