/* SPDX-License-Identifier: MIT */
/*
 * Comparing two checkpoints. The graphs are walked together from roots that have the same name, block by block: a
 * pair is a block of A and the block of B that stands in its place (diff_match.c, diff_chain.c). Then the values of
 * each pair are compared (diff_compare.c) and what differs is reported by its path (diff_report.c), and once more as
 * operations that make B of A (diff_patch.c). Block numbers and addresses never matter.
 */
#ifndef MSRCK_CLI_DIFF_H
#define MSRCK_CLI_DIFF_H

#include "checkpoint_input.h"
#include "json_writer.h"
#include "text_buffer.h"

/* No pair, no block. */
#define DIFF_NONE UINT64_MAX

/* ---- What counts as equal ---- */

struct diff_tolerance {
    bool given;
    double absolute, relative;
    uint64_t ulps;
    bool nan_equal;
};

/* "abs=X,rel=Y,ulp=N", in any order. False when it is none of these. */
bool diff_tolerance_parse(const char *text, struct diff_tolerance *tolerance);
/* Two scalars of the same type, by their canonical bytes and texts. */
bool diff_tolerance_equal(const struct diff_tolerance *tolerance, msrck_scalar scalar, const unsigned char *a,
                          const unsigned char *b);

struct diff_criterion {
    struct diff_tolerance tolerance;
    const char *float_text;         /* as it was given, or NULL */
    const struct option_texts *ignored;
};

/* Whether the path, or something it stands in, matches the pattern; '*' stands for any characters. */
bool diff_path_matches(const char *pattern, const char *path);

/* ---- The two sides ---- */

/* What one side knows of a type. Fields of a type are numbered as in the file. */
struct diff_type {
    msrck_type_facts facts;
    uint32_t other;                 /* type of that name on the other side, or MSRCK_NO_TYPE */
    uint32_t *other_fields;         /* owned; for each field its index on the other side, or MSRCK_NO_INDEX */
    bool same;                      /* described alike on both sides, with everything in it */
    bool plain;                     /* same, and equal exactly when its bytes are */
    bool chain_known;
    uint32_t link, back;            /* fields that make it a list: to the next and the previous; or MSRCK_NO_INDEX */
};

struct diff_side {
    const char *path;
    struct checkpoint_input input;
    msrck_reader *reader;
    struct diff_type *types;        /* owned */
    uint32_t type_count;
    uint64_t *pairs;                /* owned; of each block, from 1: its pair, or DIFF_NONE */
    uint64_t *marks;                /* owned; of each block: the number with which it came or went, from 1 */
    uint64_t *queue;                /* owned; blocks by that number */
    uint64_t marked;                /* of them */
    uint32_t *chained;              /* owned; of each block: set once it was in a chain that was aligned */
};

/* ---- Pairs ---- */

struct diff_pair {
    uint64_t a, b;                  /* block numbers */
    uint64_t parent;                /* pair whose pointer led here, or DIFF_NONE: then `leaf` is a root */
    uint64_t leaf;                  /* of the pointer in the parent's block of A */
    uint32_t type;                  /* of that pointer */
    uint32_t link;                  /* field that was followed from there on, ... */
    uint64_t repeats;               /* ... so many times */
    bool interior;                  /* the pointer leads into the block, not to its beginning */
};

enum diff_root_kind { DIFF_ROOT_VARIABLE, DIFF_ROOT_LIVE, DIFF_ROOT_LOCAL };

/* A named block; `a` or `b` is DIFF_NONE where only the other side has it. */
struct diff_root {
    enum diff_root_kind kind;
    char *name;                     /* owned: "grid", "main", "run.b" */
    uint64_t a, b;                  /* variable, or frame */
    uint32_t local_a, local_b;
    uint64_t pair;
};

/* ---- The whole ---- */

enum diff_phase {
    DIFF_MATCHING,                  /* pointers are followed, values not looked at */
    DIFF_REPORTING,
    DIFF_PATCHING
};

enum diff_kind {
    DIFF_PROGRAM, DIFF_TYPE, DIFF_FRAME, DIFF_VARIABLE, DIFF_VALUE, DIFF_LENGTH, DIFF_MEMBER, DIFF_POINTER,
    DIFF_INSERTED, DIFF_REMOVED, DIFF_KIND_COUNT_
};

const char *diff_kind_text(enum diff_kind kind);

/* One step down from a block to a value. */
struct diff_step {
    const char *field;              /* of A, or NULL for an element */
    uint32_t field_index;
    uint64_t index;
};

/* Types nest at most 64 deep; an array and a union each take a step besides. */
#define DIFF_MOST_STEPS 200

/* Where the comparison is. */
struct diff_place {
    uint64_t pair;
    bool quiet_root;                /* the block's first step is not shown: it has one element */
    unsigned depth;
    struct diff_step steps[DIFF_MOST_STEPS];
};

struct diff_candidate {
    uint64_t a, b;
    uint64_t parent, leaf, length;
    uint32_t type;
};

struct diff {
    struct diff_side a, b;
    struct diff_criterion criterion;
    struct diff_pair *pairs;        /* owned; also the queue of the walk */
    size_t pair_count, pair_capacity;
    struct diff_root *roots;        /* owned */
    size_t root_count, root_capacity;
    struct diff_candidate *candidates;      /* owned; beginnings of chains that wait */
    size_t candidate_count, candidate_capacity;
    enum diff_phase phase;
    struct diff_place place;
    msrck_error error;

    /* Reporting. */
    struct json_writer *writer;     /* NULL for text */
    uint64_t most_shown;            /* 0: all */
    bool silent, first_only, colour;
    uint64_t counts[DIFF_KIND_COUNT_], inserted_blocks, removed_blocks, differences;
    uint64_t blocks_here;           /* that the difference to be reported inserts or removes */
    struct text_buffer path, old, new;

    /* Patching. */
    uint64_t *added;                /* owned; of each block of B: number of the added block that stands for it, or 0 */
    uint64_t *added_queue;          /* owned; blocks of B by that number */
    uint64_t added_count;
};

/* Opens both and holds their rows. Call diff_close() in any case. On failure *failed is the path to blame, or NULL. */
msrck_result diff_open(struct diff *diff, const char *path_a, const char *path_b, const msrck_limits *limits,
                       const char **failed);
void diff_close(struct diff *diff);
/* The path of the side that is damaged, after a failure that did not say. */
const char *diff_blame(struct diff *diff);

/* Fails with a message; returns the result. */
msrck_result diff_fail(struct diff *diff, msrck_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Makes room for one more item; *items may move. */
msrck_result diff_grow(struct diff *diff, void *items, size_t *capacity, size_t count, size_t size);

/* diff_types.c: fills both tables. */
msrck_result diff_types(struct diff *diff);
void diff_types_free(struct diff_side *side);
/* Reports types that differ, once each. */
msrck_result diff_report_types(struct diff *diff);
/* Whether two values can be compared part by part. */
bool diff_types_agree(const struct diff *diff, const msrck_value *a, const msrck_value *b);
/* The field of struct `b` of B that has the name of a field of struct `a` of A, or MSRCK_NO_INDEX. */
uint32_t diff_types_field(const struct diff *diff, uint32_t a, uint32_t field, uint32_t b);
/* Whether there are pointers, handles or functions in it, flexible array members included. */
bool diff_types_pointers(const struct diff_side *side, uint32_t type);

/* diff_roots.c: makes the roots, and pairs those that are on both sides; reports the others. */
msrck_result diff_roots(struct diff *diff);
msrck_result diff_report_roots(struct diff *diff);
/* The root's value, as declared. */
msrck_result diff_root_value(struct diff *diff, const struct diff_root *root, bool of_b, msrck_value *value);

/* diff_match.c */
msrck_result diff_match(struct diff *diff);
/* Makes a pair unless one of the two has one. `pair` may be NULL. */
msrck_result diff_add_pair(struct diff *diff, const struct diff_pair *wanted);
/* Two pointers that stand in the same place were found while matching. */
msrck_result diff_match_pointers(struct diff *diff, const msrck_value *a, const msrck_value *b);
/* Whether two blocks may stand in each other's place. */
bool diff_may_pair(const struct diff *diff, const msrck_block_facts *a, const msrck_block_facts *b);
/* What the value of a pointer or handle leads to; block->number is 0 for NULL. */
msrck_result diff_follow(struct diff *diff, const struct diff_side *side, const msrck_value *pointer,
                         msrck_block_facts *block, uint64_t *leaf);

/* diff_chain.c */
/* Whether blocks of the type make lists, as far as the block and its neighbours show. */
msrck_result diff_chain_learn(struct diff *diff, struct diff_side *side, const msrck_block_facts *block,
                              bool *is_chain);
/* The block that a field of a one-struct block points to, or 0 where that is NULL or nothing of the same type. */
msrck_result diff_chain_next(struct diff *diff, const struct diff_side *side, uint64_t block, uint32_t field,
                             uint64_t *next);
/* Aligns the chains that wait, the longest first. */
msrck_result diff_chains(struct diff *diff);

/* diff_hash.c: a hash of what a block holds besides its links to its own type. */
msrck_result diff_hash_block(struct diff *diff, const struct diff_side *side, uint64_t block, uint64_t *hash);

/* diff_report.c: everything but the values of pairs, which diff_compare_pairs() reports next. */
msrck_result diff_begin_report(struct diff *diff);

/* diff_compare.c: goes through all pairs once. */
msrck_result diff_compare_pairs(struct diff *diff);

/* diff_pointers.c */
/* Compares two pointers that stand in the same place, and reports what is behind them when it is on one side only. */
msrck_result diff_report_pointers(struct diff *diff, const msrck_value *a, const msrck_value *b);
/* Marks what is on one side only and is reached from the block. *count is the number of blocks marked. */
msrck_result diff_mark(struct diff *diff, struct diff_side *side, uint64_t block, uint64_t *count);
/* Calls `visit` for each pointer and handle in a block. */
typedef msrck_result (*diff_visit)(struct diff *diff, struct diff_side *side, const msrck_value *pointer);
msrck_result diff_each_pointer(struct diff *diff, struct diff_side *side, uint64_t block, diff_visit visit);

/* diff_path.c */
/* "list->next{17}->value": where the comparison is. */
msrck_result diff_path_here(struct diff *diff, struct text_buffer *path);
/* Where the pointer of a side leads to: "NULL", "list->next", "&grid[3]", "inserted struct node". */
msrck_result diff_path_target(struct diff *diff, const struct diff_side *side, const msrck_value *pointer,
                              struct text_buffer *path);

/* diff_text.c: a value on one line, cut where it becomes long. */
msrck_result diff_text_value(struct diff *diff, const struct diff_side *side, const msrck_value *value,
                             struct text_buffer *text);
msrck_result diff_text_block(struct diff *diff, const struct diff_side *side, uint64_t block, struct text_buffer *text);

/* diff_report.c */
/* A difference at the path in diff->path, from diff->old to diff->new; an empty text is not shown. */
void diff_report(struct diff *diff, enum diff_kind kind);
/* Two values differ where the comparison is; patches them when patching. */
msrck_result diff_report_values(struct diff *diff, enum diff_kind kind, const msrck_value *a, const msrck_value *b);
/* Whether the place is to be left out of the comparison; leaves its path in diff->path. */
msrck_result diff_is_ignored(struct diff *diff, bool *ignored);
/* Whether anybody will see the text of the next difference. */
bool diff_is_shown(const struct diff *diff);
/* "exact", or what the comparison leaves out. */
void diff_criterion_text(const struct diff *diff, struct text_buffer *text);
/* The line that counts, with the kinds of differences before it if `summary` is set. */
void diff_report_end(const struct diff *diff, bool summary);
/* The same as members of the JSON document. */
void diff_report_end_json(const struct diff *diff);

/* diff_patch.c */
msrck_result diff_patch(struct diff *diff);
msrck_result diff_patch_value(struct diff *diff, const msrck_value *a, const msrck_value *b);
msrck_result diff_patch_pointers(struct diff *diff, const msrck_value *a, const msrck_value *b);
/* Whether a pair's block of A can be made the block of B by setting values. */
bool diff_patchable(const struct diff *diff, const struct diff_pair *pair);

#endif
