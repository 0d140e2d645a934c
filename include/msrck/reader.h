/* SPDX-License-Identifier: MIT */
/*
 * msrck/reader.h - reading checkpoints without the program that wrote them
 *
 * ## Purpose
 *
 * Everything the msrck tool does with a file goes through this header, and so can yours: open a checkpoint, look at
 * its types, variables, frames and blocks, follow its pointers, read its values. Nothing of the machine it came from,
 * or of the one it is read on, shows.
 *
 * ## Example
 *
 *     msrck_error error = MSRCK_ERROR_INIT;
 *     msrck_reader *reader;
 *     msrck_value list, value;
 *     int64_t number;
 *     uint32_t index;
 *
 *     if (msrck_reader_open("run.msrck", NULL, &reader, &error) != MSRCK_OK)
 *         return complain(error.message);
 *     if (msrck_reader_find_variable(reader, "list", &index) &&
 *         msrck_reader_variable_value(reader, index, &list, &error) == MSRCK_OK &&
 *         msrck_value_target(&list, &list, &error) == MSRCK_OK &&
 *         msrck_value_field_named(&list, "value", &value, &error) == MSRCK_OK &&
 *         msrck_value_int64(&value, &number, &error) == MSRCK_OK)
 *         printf("list->value = %lld\n", (long long)number);
 *     msrck_reader_close(reader);
 *
 * ## Life cycle
 *
 * msrck_reader_open() and its like read and check the metadata and the index. Blocks are read on demand through a
 * small cache of chunks, so that memory stays bounded however large the file is. msrck_reader_close() frees
 * everything.
 *
 * ## Ownership
 *
 * Texts and records that functions return are borrowed from the reader and valid until it is closed, unless said
 * otherwise. A msrck_value is a place, not a pointer: copy it freely, keep it as long as the reader. Bytes from
 * msrck_value_bytes() and msrck_value_run() are valid until the next call that reads a value of the same reader.
 *
 * ## Numbers
 *
 * Type ids, function numbers, extents and frames count from 0. Blocks are numbered from 1 through the whole file, in
 * the order of the extents; 0 is no block. A canonical address is what a pointer holds in the file; 0 is NULL. A place
 * inside a block is a leaf ordinal: the number of scalars before it (format/msrck-format.md, section 2).
 *
 * ## Records
 *
 * The structs with `facts` in their name are filled in the caller's memory. They never change; what becomes known
 * later comes through new functions. Functions that fill one return false, and leave it alone, when the index is out
 * of range.
 *
 * ## Trust
 *
 * A checkpoint may come from anywhere. Counts and lengths are checked against the file and the limits before memory is
 * taken for them; every failure gives a result and a message with the offset. Pointers, union members and the like
 * are checked when they are followed. msrck_reader_verify() looks at everything.
 *
 * ## Threads
 *
 * A reader may be used by one thread at a time; several readers are independent. With msrck_reader_options.threads it
 * has threads of its own, which take no signals and end with msrck_reader_close(). What a reader finds does not depend
 * on their number. A process that forks keeps them: in the child its readers go on without.
 */
#ifndef MSRCK_READER_H
#define MSRCK_READER_H

#include <msrck/types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct msrck_reader msrck_reader;

/* ---- Opening ------------------------------------------------------------------------------------------- */

/*
 * What a file may ask for at most. A zero member means the default. Set `version` to MSRCK_LIMITS_VERSION, or use
 * MSRCK_LIMITS_INIT. A message of MSRCK_LIMIT names the option that raises the limit.
 */
typedef struct msrck_limits {
    unsigned version;
    uint64_t metadata_bytes;        /* of one metadata section; default 256 MiB; option --max-metadata */
    uint64_t chunk_bytes;           /* raw bytes of one chunk; default 1 GiB; option --max-chunk */
    uint64_t blocks;                /* in all; default 2^40; option --max-blocks */
    uint64_t memory_bytes;          /* a restore may allocate, or a reader hold; default none; option --max-memory */
    /* Since version 2: */
    const char *option_prefix;      /* before the names of options in messages, "--" if NULL; borrowed */
} msrck_limits;

#define MSRCK_LIMITS_VERSION 2
#define MSRCK_LIMITS_INIT { MSRCK_LIMITS_VERSION, 0, 0, 0, 0, NULL }

/*
 * Opens a checkpoint and reads its metadata and index. `limits` NULL means the defaults. *reader is NULL on failure.
 * Errors: all classes but MSRCK_DOES_NOT_FIT. A path that names a pipe or a device is read to its end first, into an
 * unnamed temporary file, since blocks are read in any order.
 */
msrck_result msrck_reader_open(const char *path, const msrck_limits *limits, msrck_reader **reader, msrck_error *error);

/* The same for a descriptor, from its current position if it is a pipe, else from its beginning. It stays the caller's
   and must stay open as long as the reader. */
msrck_result msrck_reader_open_descriptor(int descriptor, const msrck_limits *limits, msrck_reader **reader,
                                          msrck_error *error);

/* The same for bytes in memory, which are borrowed until the reader is closed. */
msrck_result msrck_reader_open_memory(const void *bytes, size_t length, const msrck_limits *limits,
                                      msrck_reader **reader, msrck_error *error);

/*
 * How to read. Start with MSRCK_READER_OPTIONS_INIT; members that are added later change nothing for programs that do
 * not know them.
 */
typedef struct msrck_reader_options {
    unsigned version;               /* MSRCK_READER_OPTIONS_VERSION */
    const msrck_limits *limits;     /* NULL: the defaults */
    unsigned threads;               /* that check and decode chunks where they are read in file order; 0, 1: none but the
                                       caller's; at most 2 * threads chunks are decoded ahead */
} msrck_reader_options;

#define MSRCK_READER_OPTIONS_VERSION 1
#define MSRCK_READER_OPTIONS_INIT { MSRCK_READER_OPTIONS_VERSION, NULL, 0 }

/*
 * The three functions above with options; NULL means the defaults. MSRCK_MISUSE also for options of an unknown version.
 */
msrck_result msrck_reader_open_with(const char *path, const msrck_reader_options *options, msrck_reader **reader,
                                    msrck_error *error);
msrck_result msrck_reader_open_descriptor_with(int descriptor, const msrck_reader_options *options,
                                               msrck_reader **reader, msrck_error *error);
msrck_result msrck_reader_open_memory_with(const void *bytes, size_t length, const msrck_reader_options *options,
                                           msrck_reader **reader, msrck_error *error);

/* NULL is allowed. */
void msrck_reader_close(msrck_reader *reader);

/* ---- This build ---------------------------------------------------------------------------------------- */

/*
 * Version of the library; newest version of the format that it reads, and the one it writes; whether it knows a
 * codec.
 */
const char *msrck_library_version(void);
void msrck_format_version(unsigned *major, unsigned *minor);
bool msrck_codec_readable(uint32_t codec);

/* ---- Reading in no order ------------------------------------------------------------------------------------- */

/*
 * Decodes everything once, for those who follow pointers through the whole graph: from then on any value costs the
 * same, and borrowed bytes of values stay valid until the reader is closed. Rows are held in memory up to 256 MiB, or
 * up to msrck_limits.memory_bytes where that is set, and in an unnamed temporary file beyond. Calling it again does
 * nothing. Errors: as for reading values.
 */
msrck_result msrck_reader_hold_rows(msrck_reader *reader, msrck_error *error);

/* ---- Progress -------------------------------------------------------------------------------------------- */

/* Canonical bytes decoded so far, those that were decoded again counted again. */
typedef void (*msrck_progress_callback)(void *context, uint64_t bytes);

/* Calls back behind each chunk that is decoded; NULL ends that. msrck_reader_raw_bytes() is what one pass decodes. */
void msrck_reader_watch(msrck_reader *reader, msrck_progress_callback callback, void *context);

/* ---- The file ------------------------------------------------------------------------------------------ */

/* Version of the format the file was written in. */
void msrck_reader_version(const msrck_reader *reader, unsigned *major, unsigned *minor);
/* Oldest version that a reader has to know to read all of the file: 1.0 for everything that 1.0 can express. */
void msrck_reader_lowest_version(const msrck_reader *reader, unsigned *major, unsigned *minor);
/* Bytes of a pointer in a row, 4 or 8. Says nothing of the machine the checkpoint came from. */
unsigned msrck_reader_pointer_width(const msrck_reader *reader);
/* The three sets of feature bits; any may be NULL. */
void msrck_reader_features(const msrck_reader *reader, uint64_t *may_ignore, uint64_t *may_read,
                           uint64_t *must_understand);
uint64_t msrck_reader_file_bytes(const msrck_reader *reader);

/* Name of the program, and the SHA-256 over its types and poll-points. */
const char *msrck_reader_program(const msrck_reader *reader);
#define MSRCK_FINGERPRINT_SIZE 32
const unsigned char *msrck_reader_fingerprint(const msrck_reader *reader);

/* Provenance: pairs of texts, none where it was left out. NULL when the index is out of range. */
uint32_t msrck_reader_note_count(const msrck_reader *reader);
const char *msrck_reader_note_key(const msrck_reader *reader, uint32_t index);
const char *msrck_reader_note_value(const msrck_reader *reader, uint32_t index);

typedef struct msrck_section_facts {
    char tag[5];                    /* four letters */
    uint64_t offset;                /* of the section's head in the file */
    uint64_t length;                /* of its payload, without padding */
} msrck_section_facts;

/* Sections in file order, without the index itself. */
size_t msrck_reader_section_count(const msrck_reader *reader);
bool msrck_reader_section(const msrck_reader *reader, size_t index, msrck_section_facts *facts);
/* Its payload, checked against its checksum. Borrowed until the next call that reads from the same reader. */
msrck_result msrck_reader_section_bytes(msrck_reader *reader, size_t index, const unsigned char **bytes, size_t *length,
                                        msrck_error *error);
/* Bytes of the file as they are; MSRCK_MISUSE beyond its end. */
msrck_result msrck_reader_bytes(msrck_reader *reader, uint64_t offset, void *bytes, size_t length, msrck_error *error);

typedef struct msrck_chunk_facts {
    uint64_t offset;                /* of the section's head in the file */
    uint32_t extent;
    uint32_t part;                  /* 0: elements; 1: elements of the flexible array members */
    uint64_t first_row, rows;
    uint64_t raw_bytes;             /* of the rows */
    uint64_t stored_bytes;          /* what they take in the file */
    uint32_t filter, codec;         /* see msrck_filter_text, msrck_codec_text */
} msrck_chunk_facts;

/* Chunks in file order. The head of the chunk is read; its rows, and so its checksum, are not. */
size_t msrck_reader_chunk_count(const msrck_reader *reader);
msrck_result msrck_reader_chunk(msrck_reader *reader, size_t index, msrck_chunk_facts *facts, msrck_error *error);
/* "none", "zlib", "zstd"; "none", "planes", "split"; "unknown" for other numbers. Constant. */
const char *msrck_codec_text(uint32_t codec);
const char *msrck_filter_text(uint32_t filter);

/* ---- Digest -------------------------------------------------------------------------------------------- */

/*
 * SHA-256 over the canonical graph (format/msrck-format.md, "Digest"): two checkpoints hold the same state exactly
 * when their digests are equal, whatever machine, codec, chunking or order of blocks they were written with.
 */
#define MSRCK_DIGEST_SIZE 32

/*
 * The digest that the file states, borrowed; NULL when it states none. Not compared with the graph:
 * msrck_reader_verify() does that.
 */
const unsigned char *msrck_reader_stored_digest(const msrck_reader *reader);

/*
 * Computes the digest from the graph, whatever the file states. Everything that can be reached is read once. Rows
 * are held in memory up to 16 MiB, or up to msrck_limits.memory_bytes where that is set, and in an unnamed
 * temporary file beyond; the numbers of the blocks take 8 bytes each. Errors: as for reading values; MSRCK_CORRUPT also for a pointer that leads nowhere;
 * MSRCK_LIMIT where the numbers of the blocks alone pass memory_bytes.
 */
msrck_result msrck_reader_digest(msrck_reader *reader, unsigned char digest[MSRCK_DIGEST_SIZE], msrck_error *error);
/* Canonical bytes of all rows: what computing the digest has to read. */
uint64_t msrck_reader_raw_bytes(const msrck_reader *reader);

/* ---- Types --------------------------------------------------------------------------------------------- */

#define MSRCK_NO_TYPE UINT32_MAX
#define MSRCK_NO_INDEX UINT32_MAX

typedef struct msrck_type_facts {
    msrck_kind kind;
    msrck_scalar scalar;            /* of scalars and enums */
    const char *name;               /* as C spells it: "struct node *[10]" */
    uint32_t element;               /* type of pointer, array and complex; else 0 */
    uint64_t count;                 /* of an array */
    uint32_t field_count;           /* of structs and unions */
    uint32_t enumerator_count;
    uint32_t flexible;              /* element type of the flexible array member, or 0 (void) */
    uint64_t leaves;                /* without a flexible member */
    uint64_t row_width;             /* canonical bytes in this file, without a flexible member */
    bool has_pointers, has_unions;  /* among its leaves */
} msrck_type_facts;

typedef struct msrck_field_facts {
    const char *name;               /* "" for an anonymous union */
    uint32_t type;                  /* of a flexible array member: its element type */
    msrck_role role;
    unsigned bits;                  /* width of a bit-field */
    int64_t tag;                    /* of a union's member */
    uint32_t tag_field;             /* of a union: index of its tag's field, or MSRCK_NO_INDEX */
    uint64_t leaf;                  /* ordinal of its first leaf in the struct */
    uint64_t row_offset;            /* bytes from the beginning of the struct's row */
} msrck_field_facts;

uint32_t msrck_reader_type_count(const msrck_reader *reader);   /* type 0 is void */
bool msrck_reader_type(const msrck_reader *reader, uint32_t type, msrck_type_facts *facts);
bool msrck_reader_field(const msrck_reader *reader, uint32_t type, uint32_t index, msrck_field_facts *facts);
/* Either of name and value may be NULL. */
bool msrck_reader_enumerator(const msrck_reader *reader, uint32_t type, uint32_t index, const char **name,
                             int64_t *value);
/* The type with this C name, or MSRCK_NO_TYPE. */
uint32_t msrck_reader_find_type(const msrck_reader *reader, const char *name);
const char *msrck_kind_text(msrck_kind kind);                   /* "struct"; constant */
const char *msrck_scalar_text(msrck_scalar scalar);             /* as C spells it; constant */

/*
 * C source: the declaration of a struct, union or enum on several lines, and the declaration of `name` with a type,
 * "struct node *left[10]". Free with free(); NULL when memory is out or the type is out of range.
 */
char *msrck_reader_declaration(const msrck_reader *reader, uint32_t type);
char *msrck_reader_declarator(const msrck_reader *reader, uint32_t type, const char *name);

/* ---- Program: functions, poll-points, targets of function pointers ------------------------------------- */

uint32_t msrck_reader_function_count(const msrck_reader *reader);
const char *msrck_reader_function_name(const msrck_reader *reader, uint32_t function);
uint32_t msrck_reader_point_count(const msrck_reader *reader, uint32_t function);
/* `point` counts from 1, as frames do. *live_type is 0 where nothing is live. Either out-parameter may be NULL. */
bool msrck_reader_point(const msrck_reader *reader, uint32_t function, uint32_t point, const char **label,
                        uint32_t *live_type);
/* Address-taken locals of the function. */
uint32_t msrck_reader_local_count(const msrck_reader *reader, uint32_t function);
bool msrck_reader_local(const msrck_reader *reader, uint32_t function, uint32_t index, const char **name,
                        uint32_t *type);

/* Names that function pointers may hold; numbers from 1. NULL when out of range. */
uint32_t msrck_reader_target_count(const msrck_reader *reader);
const char *msrck_reader_target(const msrck_reader *reader, uint64_t number);

/* ---- Variables and frames ------------------------------------------------------------------------------ */

typedef enum msrck_variable_kind {
    MSRCK_VARIABLE_GLOBAL = 1,      /* registered memory: MSRCK_GLOBAL, msrck_register */
    MSRCK_VARIABLE_ROOT = 2         /* collected by Save_variable or Save_pointer */
} msrck_variable_kind;

typedef struct msrck_variable_facts {
    msrck_variable_kind kind;
    const char *name;
    uint32_t type;                  /* as declared, arrays included; its block may hold several values of the type */
    uint64_t address;               /* canonical address of its block */
} msrck_variable_facts;

uint32_t msrck_reader_variable_count(const msrck_reader *reader);
bool msrck_reader_variable(const msrck_reader *reader, uint32_t index, msrck_variable_facts *facts);
/* The variable of that name, globals before roots. */
bool msrck_reader_find_variable(const msrck_reader *reader, const char *name, uint32_t *index);

typedef struct msrck_frame_facts {
    uint32_t function;
    const char *function_name;
    uint32_t point;                 /* ordinal of its poll-point or call site, from 1 */
    const char *label;              /* of the point */
    uint32_t live_type;             /* struct of the live variables; 0 for none */
    uint64_t live;                  /* canonical address of their block; 0 for none */
    uint32_t local_count;           /* address-taken locals */
} msrck_frame_facts;

/* Frame 0 is the innermost. */
uint32_t msrck_reader_frame_count(const msrck_reader *reader);
bool msrck_reader_frame(const msrck_reader *reader, uint32_t frame, msrck_frame_facts *facts);
/* *address is 0 where the local is not alive. */
bool msrck_reader_frame_local(const msrck_reader *reader, uint32_t frame, uint32_t index, const char **name,
                              uint32_t *type, uint64_t *address);

/* ---- Extents and blocks -------------------------------------------------------------------------------- */

typedef enum msrck_segment {
    MSRCK_SEGMENT_GLOBAL = 1,
    MSRCK_SEGMENT_STACK = 2,
    MSRCK_SEGMENT_HEAP = 3,         /* typed heap */
    MSRCK_SEGMENT_FOREIGN = 4,      /* blocks somebody else allocated */
    MSRCK_SEGMENT_LITERAL = 5,      /* constant strings */
    MSRCK_SEGMENT_OPAQUE = 6        /* bytes of opaque handles */
} msrck_segment;

const char *msrck_segment_text(msrck_segment segment);          /* "heap"; constant */

/* All blocks of one segment, type and element count. */
typedef struct msrck_extent_facts {
    msrck_segment segment;
    uint32_t type;                  /* of the elements; never an array */
    uint64_t count;                 /* elements of a block; of a flexible struct: trailing elements */
    uint64_t blocks;
    uint64_t first_block;           /* number of the first */
    uint64_t address;               /* canonical address of the first */
    uint64_t block_leaves;          /* leaves of one block; it takes one address more */
    bool flexible;                  /* its blocks are one struct with `count` trailing elements */
} msrck_extent_facts;

uint32_t msrck_reader_extent_count(const msrck_reader *reader);
bool msrck_reader_extent(const msrck_reader *reader, uint32_t index, msrck_extent_facts *facts);

typedef struct msrck_block_facts {
    uint64_t number;                /* from 1, through the file */
    uint32_t extent;
    uint64_t index;                 /* of the block in its extent, from 0 */
    msrck_segment segment;
    uint32_t type;
    uint64_t count;                 /* elements; of a flexible struct: trailing elements */
    uint64_t elements;              /* elements: count, or 1 for a flexible struct */
    uint64_t address;               /* canonical address of its first leaf */
    uint64_t leaves;
} msrck_block_facts;

uint64_t msrck_reader_block_count(const msrck_reader *reader);
bool msrck_reader_block(const msrck_reader *reader, uint64_t number, msrck_block_facts *facts);

/* The block that holds a canonical address; *leaf is facts->leaves for one past its end. False for 0 and beyond. */
bool msrck_reader_find_address(const msrck_reader *reader, uint64_t address, msrck_block_facts *facts, uint64_t *leaf);

/* Whose block it is, where a variable or frame owns it. */
typedef enum msrck_owner {
    MSRCK_OWNER_NONE = 0,
    MSRCK_OWNER_VARIABLE = 1,       /* index: the variable */
    MSRCK_OWNER_LIVE = 2,           /* index: the frame whose live variables these are */
    MSRCK_OWNER_LOCAL = 3           /* index: the frame, local: which of its locals */
} msrck_owner;

/* Variables come before frames where several name the block. */
msrck_owner msrck_reader_owner(const msrck_reader *reader, uint64_t block, uint32_t *index, uint32_t *local);

/*
 * A place as a path inside its block: "" for a whole block, "[3].left", "[10]" one past the end of ten elements.
 * `target` is the type that is meant to be there: of the nested objects that begin there the outermost of that type is
 * named; void names the outermost. Free with free(); NULL when memory is out or there is no such block or leaf.
 */
char *msrck_reader_path(const msrck_reader *reader, uint64_t block, uint64_t leaf, uint32_t target);

/*
 * Whether a pointer to type `target` may hold the place: an object of the type, or one that C lets the pointer
 * stand for (characters, the other signedness, a union's member, a pointer to such, any void, a struct that begins with the same
 * members, enough numbers for one of numbers), begins or has just ended there. What may not is refused when a program resumes.
 */
bool msrck_reader_may_point(const msrck_reader *reader, uint32_t target, uint64_t block, uint64_t leaf);

/* ---- Values -------------------------------------------------------------------------------------------- */

/*
 * A value in a checkpoint: a place and a type. Nothing is read before a scalar is asked for. Made by the functions
 * below only; read `type` and `address`, leave the rest alone.
 */
typedef struct msrck_value {
    msrck_reader *reader;
    uint64_t address;               /* canonical address of its first leaf */
    uint64_t row, offset, length;   /* private */
    uint32_t type;                  /* of an array without a type of its own: the type of the elements */
    uint32_t extent;                /* private */
    uint8_t part, form, bits, reserved;     /* private */
} msrck_value;

/* All elements of a block, as an array without a type of its own; of a flexible struct that is one. */
msrck_result msrck_reader_block_value(msrck_reader *reader, uint64_t block, msrck_value *value, msrck_error *error);
/* One of its elements. */
msrck_result msrck_reader_element(msrck_reader *reader, uint64_t block, uint64_t index, msrck_value *value,
                                  msrck_error *error);
/*
 * A variable, a frame's live variables, a frame's local: with their declared types; where several values of the
 * type were registered, an array without a type of its own. MSRCK_MISUSE when out of range or none.
 */
msrck_result msrck_reader_variable_value(msrck_reader *reader, uint32_t index, msrck_value *value, msrck_error *error);
msrck_result msrck_reader_live_value(msrck_reader *reader, uint32_t frame, msrck_value *value, msrck_error *error);
msrck_result msrck_reader_local_value(msrck_reader *reader, uint32_t frame, uint32_t index, msrck_value *value,
                                      msrck_error *error);

/* What it is. An array without a type of its own is MSRCK_KIND_ARRAY; a skipped member MSRCK_KIND_VOID. */
msrck_kind msrck_value_kind(const msrck_value *value);
/* Whether it is an array without a type of its own, value->type being the type of its elements. */
bool msrck_value_unnamed(const msrck_value *value);
/* Width of a bit-field, 0 for all else. */
unsigned msrck_value_bits(const msrck_value *value);
/* Type of the elements of an array or complex value; void for others. */
uint32_t msrck_value_element_type(const msrck_value *value);

/* Elements of an array, 2 of a complex value, fields of a struct, members of a union; 0 for others. */
uint64_t msrck_value_length(const msrck_value *value);
/* An element of an array, or the real and imaginary part of a complex value. MSRCK_MISUSE when out of range. */
msrck_result msrck_value_element(const msrck_value *value, uint64_t index, msrck_value *element, msrck_error *error);
/* A field of a struct by index or name, flexible array members too. MSRCK_MISUSE when there is none. */
msrck_result msrck_value_field(const msrck_value *value, uint32_t index, msrck_value *field, msrck_error *error);
msrck_result msrck_value_field_named(const msrck_value *value, const char *name, msrck_value *field,
                                     msrck_error *error);
/* The active member of a union; *index is MSRCK_NO_INDEX, and *member untouched, when none is. */
msrck_result msrck_value_active(const msrck_value *value, uint32_t *index, msrck_value *member, msrck_error *error);

/*
 * Integers, enums, bit-fields, characters (char and wchar_t as unsigned numbers). MSRCK_DOES_NOT_FIT when the
 * number is out of the range of the result, MSRCK_MISUSE for other kinds.
 */
msrck_result msrck_value_int64(const msrck_value *value, int64_t *number, msrck_error *error);
msrck_result msrck_value_uint64(const msrck_value *value, uint64_t *number, msrck_error *error);
/* Floating numbers and integers. MSRCK_DOES_NOT_FIT when no double equals the value. */
msrck_result msrck_value_double(const msrck_value *value, double *number, msrck_error *error);
/* Name of an enum's value; NULL when it has none. */
msrck_result msrck_value_enumerator(const msrck_value *value, const char **name, msrck_error *error);

#define MSRCK_TEXT_SIZE 64
/*
 * Any scalar as text that reads back to the same bits, whatever the locale. Integers in decimal. float and double as
 * the decimal with the fewest digits that reads back, always with a '.' or an exponent: "0.1", "100.0", "1e+300";
 * long double in hexadecimal: "0x1.8p+1". "inf", "-inf", and "nan:0x" with all bits in hexadecimal.
 */
msrck_result msrck_value_text(const msrck_value *value, char text[MSRCK_TEXT_SIZE], msrck_error *error);

/*
 * Canonical (big-endian) bytes of a value that lies in one row: anything but arrays of rows. Borrowed, see
 * "Ownership".
 */
msrck_result msrck_value_bytes(const msrck_value *value, const unsigned char **bytes, size_t *length,
                               msrck_error *error);

/*
 * Elements of an array in bulk: arrays of arrays are taken as one (int[3][4] as 12 ints). *bytes are canonical
 * bytes of *count elements from `first` on, `width` apart: as many as lie together, at least one, at most the rest.
 * Ask again for what is missing. Borrowed, see "Ownership". Costs no more than reading the chunk.
 */
msrck_result msrck_value_run(const msrck_value *value, uint64_t first, const unsigned char **bytes, uint64_t *count,
                             size_t *width, msrck_error *error);
/* Elements in that sense, and their type. */
uint64_t msrck_value_flat_length(const msrck_value *value, uint32_t *type);

/* Canonical address that a pointer, or the bytes of an opaque handle, hold; 0 for NULL. */
msrck_result msrck_value_pointer(const msrck_value *value, uint64_t *address, msrck_error *error);
/*
 * What the pointer points to, as a value of its target type. MSRCK_MISUSE for NULL, void, one past the end, and where
 * no such value stands now: in a member of a union that is not active, say. MSRCK_CORRUPT for an address outside of
 * every block.
 */
msrck_result msrck_value_target(const msrck_value *value, msrck_value *target, msrck_error *error);
/* The value of type `target` that begins at a leaf of a block; for void the outermost object there. Errors as above. */
msrck_result msrck_reader_value_at(msrck_reader *reader, uint64_t block, uint64_t leaf, uint32_t target,
                                   msrck_value *value, msrck_error *error);
/* Name of the function that a function pointer holds; NULL for NULL. */
msrck_result msrck_value_function(const msrck_value *value, const char **name, msrck_error *error);

/* ---- Pointers of a block -------------------------------------------------------------------------------- */

/*
 * A pointer, or opaque handle, that is not NULL: the leaf of its block where it stands, its declared type, and the
 * canonical address that it holds. Return false to stop. Only members of unions that are active have pointers.
 */
typedef bool (*msrck_pointer_callback)(void *context, uint64_t leaf, uint32_t type, uint64_t address);

/* Calls back for each of them in leaf order. MSRCK_MISUSE when there is no such block. */
msrck_result msrck_reader_visit_pointers(msrck_reader *reader, uint64_t block, msrck_pointer_callback callback,
                                         void *context, msrck_error *error);

/* ---- Restoring elsewhere -------------------------------------------------------------------------------- */

/* What compilers on another machine (Linux) make of C's types. */
typedef struct msrck_abi_facts {
    const char *name;               /* "x86_64", "i386", ... */
    bool big_endian;
    unsigned pointer_bytes;         /* also of size_t and ptrdiff_t */
    unsigned long_bytes;
    unsigned time_bytes;            /* of time_t, off_t and clock_t, without options for larger ones */
    unsigned wchar_bytes;
    unsigned long_double_bytes;
    const char *long_double;        /* its format: "64-bit", "80-bit", "128-bit", "double-double" */
    unsigned double_alignment, long_long_alignment, long_double_alignment;      /* in a struct */
    unsigned address_bits;          /* of the memory that one process can have */
} msrck_abi_facts;

/* The machines that are known here, from index 0 on; false behind the last. */
bool msrck_abi(uint32_t index, msrck_abi_facts *facts);
/* Index of the machine of that name, or MSRCK_NO_INDEX. */
uint32_t msrck_abi_find(const char *name);

/* Something that keeps a good checkpoint from being restored there. */
typedef struct msrck_obstacle {
    const char *id;                 /* "value", "memory", "type", ...: the list is in msrck-verify(1) */
    uint64_t block, leaf;           /* the place it is about; block 0 for none */
    uint32_t type;                  /* of the value there; void for the whole block */
    const char *text;               /* one line */
} msrck_obstacle;

/* Return false to stop. The obstacle is valid during the call. */
typedef bool (*msrck_obstacle_callback)(void *context, const msrck_obstacle *obstacle);

/*
 * Whether the checkpoint fits a machine: the range of every integer, the precision of every long double, bit-fields,
 * sizes of blocks. Calls `report` for each obstacle; *count (may be NULL) is their number. MSRCK_OK means that the
 * examination was carried out. The checkpoint should have been found good by msrck_reader_verify().
 */
msrck_result msrck_reader_check_abi(msrck_reader *reader, uint32_t abi, msrck_obstacle_callback report, void *context,
                                    uint64_t *count, msrck_error *error);

/*
 * Whether a program could go on from the checkpoint: `path` is an ELF program for any of those machines, whose tables
 * of types, poll-points and globals are read without running it. They are compared by the rules that restoring keeps
 * to, and the values with the types that would take them there. What a program registers only while it runs is not
 * seen. MSRCK_UNSUPPORTED when it is no such program, MSRCK_CORRUPT when its tables contradict themselves.
 */
msrck_result msrck_reader_check_program(msrck_reader *reader, const char *path, msrck_obstacle_callback report,
                                        void *context, uint64_t *count, msrck_error *error);

/*
 * What becomes another than it was where a newer version of the program goes on: "added", "removed", "renamed",
 * "converted", "grown", "cut", "moved", and a line of text. Valid during the call.
 */
typedef void (*msrck_change_callback)(void *context, const char *id, const char *text);

/* As msrck_reader_check_program(); tells `change` (may be NULL) in advance what msrck_evolution_report() would say. */
msrck_result msrck_reader_foretell(msrck_reader *reader, const char *path, msrck_obstacle_callback report,
                                   msrck_change_callback change, void *context, uint64_t *count, msrck_error *error);

/* ---- Verifying ----------------------------------------------------------------------------------------- */

typedef enum msrck_verify_level {
    MSRCK_VERIFY_QUICK = 0,         /* header, metadata, index, trailer: what opening has done; contents are not read */
    MSRCK_VERIFY_NORMAL = 1,        /* also every checksum, chunk, pointer, union and function number */
    MSRCK_VERIFY_DEEP = 2           /* also every value that could be out of its range */
} msrck_verify_level;

typedef struct msrck_finding {
    const char *id;                 /* "checksum", "pointer", ...: the list is in msrck-verify(1) */
    uint64_t offset;                /* in the file, or MSRCK_NO_OFFSET */
    const char *text;               /* one line */
} msrck_finding;

/* Return false to stop. The finding is valid during the call. */
typedef bool (*msrck_finding_callback)(void *context, const msrck_finding *finding);

/*
 * Calls `report` for everything that is wrong, in file order. *findings is their number. MSRCK_OK means that the
 * examination was carried out, not that nothing was found; other results mean that it could not be.
 */
msrck_result msrck_reader_verify(msrck_reader *reader, msrck_verify_level level, msrck_finding_callback report,
                                 void *context, uint64_t *findings, msrck_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
