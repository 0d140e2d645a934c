/* SPDX-License-Identifier: MIT */
/* What a unit consists of: for the files that implement unit.h, type_names.h, pragma_table.h and static_locals.h. */
#ifndef MSRCK_PRECOMPILER_UNIT_STATE_H
#define MSRCK_PRECOMPILER_UNIT_STATE_H

#include "text_builder.h"
#include "unit.h"

/* A growing array of pointers. */
typedef struct pointer_list {
    void **items;
    size_t count, capacity;
} pointer_list;

void pointer_list_add(pointer_list *list, void *item);

struct report_line {
    unsigned offset;
    char *text;
};

struct type_tables;
struct record_names;
struct pragma_list;
struct moved_statics;
struct source_columns;

struct unit {
    const unit_options *options;
    char *text;
    size_t length;
    char *name;
    CXIndex index;
    CXTranslationUnit handle;
    CXFile file;
    edit_list *edits;
    text_range *declarations;       /* whole ones at file scope, ascending */
    size_t declaration_count;
    size_t prelude_end;             /* where the text of precompiled.h ends */
    text_builder declared, appended, report, misunderstood;
    pointer_list kept;              /* texts that live as long as the unit */
    pointer_list identifiers;       /* handed out by unit_identifier(); borrowed from `kept` */
    pointer_list globals;           /* names in the table of globals; borrowed from `kept` */
    pointer_list file_names;        /* expressions: places of names that begin with this file's; borrowed from `kept` */
    pointer_list messages;          /* printed: "file:line:column: ..."; borrowed from `kept` */
    struct report_line *reports;
    size_t report_count, report_capacity;
    bool failed;
    struct type_tables *types;      /* type_names.c */
    struct record_names *records;   /* record_names.c */
    struct pragma_list *pragmas;    /* pragma_table.c */
    struct moved_statics *statics;  /* static_locals.c */
    pointer_list guesses;           /* struct guessed_union; union_tags.c */
    bool evidence_found;            /* union_evidence.c has looked through the code */
    struct source_columns *columns; /* NULL until a message needs them */
};

/* Owned by the unit from now on. */
const char *unit_keep(struct unit *unit, char *text);
/* Like unit_keep(); frees the string. */
const char *unit_keep_string(struct unit *unit, CXString string);

/* unit_declarations.c: fills declarations and prelude_end. */
void unit_find_declarations(struct unit *unit);

/* Notes a pointer to a name in checkpoints that holds this file's, for when another file of the program has the same (static_locals.c). */
void unit_note_name(struct unit *unit, const char *identifier, const char *member);
/* Writes the table of those. */
void unit_append_names(struct unit *unit);

void type_tables_free(struct type_tables *types);
void record_names_free(struct record_names *records);
void pragma_list_free(struct pragma_list *pragmas);
void moved_statics_free(struct moved_statics *statics);
void guessed_unions_free(pointer_list *guesses);
/* Takes the pragmas out of what is rendered. */
void pragma_list_find(struct unit *unit);
/* Warns of those nobody asked for. */
void pragma_list_finish(struct unit *unit);

#endif
