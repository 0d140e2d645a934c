/* SPDX-License-Identifier: MIT */
/* What the two forms of `msrck dump` share. */
#ifndef MSRCK_CLI_DUMP_H
#define MSRCK_CLI_DUMP_H

#include <msrck/reader.h>

#include "block_search.h"
#include "json_writer.h"
#include "option_table.h"

struct dump_options {
    bool types, frames, globals, blocks;    /* parts to show */
    bool json, raw;
    struct option_texts roots, paths;       /* show what these lead to */
    uint64_t max_depth;             /* pointers to follow in a row; UINT64_MAX: any number */
    const char *colour;             /* --color; what follows from it is `coloured` */
    bool coloured;
    uint64_t limit;                 /* blocks of an extent, elements of an array; 0: all */
};

/* A dump under way. Pointers to nowhere are shown as such; the first one is kept in `error`, and the dump goes on. */
struct dump {
    msrck_reader *reader;
    const struct dump_options *options;
    msrck_error error;
    struct block_search *reached;   /* blocks to show; NULL: all */
    unsigned column;                /* of the text dump, for breaking lines */
    struct json_writer writer;
    FILE *stream;                   /* of JSON; NULL for standard output */
    /* How pointers look in JSON, where that is not as dump_json_pointer() writes them; else NULL. */
    void (*put_place)(void *context, struct json_writer *writer, uint64_t address);
    /* How numbers look in text, where that is not as they read back; else NULL. */
    msrck_result (*put_number)(void *context, const msrck_value *value, msrck_error *error);
    void *context;                  /* of both */
};

/* Each returns MSRCK_OK, or what stands in dump->error. */
msrck_result dump_text(struct dump *dump);
msrck_result dump_json(struct dump *dump);

/* Notes that a pointer or function number leads nowhere. */
void dump_note_dangling(struct dump *dump, const char *what, uint64_t number);

/* The smaller of the two, where limit 0 is none. */
uint64_t dump_limited(const struct dump *dump, uint64_t count);

/* ---- Selections (dump_select.c) ---- */

/* Whether only a part is asked for: then dump->reached must be there. */
bool dump_selects(const struct dump_options *options);
/* Shows the values that were asked for and finds the blocks that they lead to. */
msrck_result dump_select(struct dump *dump);
/* Blocks of the extent that are to be shown, whatever the limit. */
uint64_t dump_count_shown(const struct dump *dump, const msrck_extent_facts *extent);
static inline bool dump_shows(const struct dump *dump, uint64_t block)
{
    return dump->reached == NULL || block_search_met(dump->reached, block);
}

/* ---- Raw (dump_raw.c) ---- */

/* Every byte of the file in order, with the names that its specification gives them. */
msrck_result dump_raw(struct dump *dump);

/* ---- Text ---- */

/* One of colour.h, where colours are wanted; takes no room on the line. */
void dump_colour(const struct dump *dump, const char *colour);
/* A line of its own above what it names. */
void dump_heading(const struct dump *dump, const char *heading);

/* A value as C would initialise it; lines after the first are indented by `indent` and more. */
msrck_result dump_text_value(struct dump *dump, const msrck_value *value, unsigned indent);
/*
 * "NULL", "-> heap#12 struct node", "-> heap#12[3].left": a canonical address that was declared to point to
 * `target`.
 */
msrck_result dump_text_pointer(struct dump *dump, uint64_t address, uint32_t target);
/* The elements of an array of char as a string literal: `text` with at most `most` bytes, then "...". */
msrck_result dump_text_string(struct dump *dump, const msrck_value *value, uint64_t most);
/* printf to standard output that keeps the column; text from files must go through it with "%s". */
void dump_put(struct dump *dump, const char *format, ...) __attribute__((format(printf, 2, 3)));
void dump_newline(struct dump *dump, unsigned indent);

/* ---- JSON ---- */

msrck_result dump_json_value(struct dump *dump, const msrck_value *value);
/* null, or block and leaf. */
void dump_json_pointer(struct dump *dump, uint64_t address);

#endif
