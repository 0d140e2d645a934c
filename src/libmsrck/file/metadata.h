/* SPDX-License-Identifier: MIT */
/*
 * The metadata of a checkpoint in memory, between the rpcgen structures of format/msrck.x and the layers above. Used by
 * the writing side (encode) and the reading side (decode) alike; names are the specification's.
 */
#ifndef MSRCK_FILE_METADATA_H
#define MSRCK_FILE_METADATA_H

#include "base/byte_buffer.h"
#include "file/extent.h"

struct file_header {
    uint16_t major, minor;
    uint32_t pointer_width;         /* 4 or 8 */
    uint64_t may_ignore, may_read, must_understand;
};

/*
 * Whether a file that could be read may be restored too: MSRCK_DOES_NOT_FIT when it has may_read features that are
 * not known here.
 */
msrck_result msrck_header_restorable(const struct file_header *header, msrck_error *error);

struct point_entry { char *label; uint32_t live_type; };
struct local_entry { char *name; uint32_t type; };

struct function_entry {
    char *name;
    struct point_entry *points;     /* ordinal k is points[k - 1] */
    uint32_t point_count;
    struct local_entry *locals;
    uint32_t local_count;
};

enum variable_kind { VARIABLE_GLOBAL = 1, VARIABLE_ROOT = 2 };

struct variable_entry {
    uint32_t kind;                  /* enum variable_kind */
    char *name;
    uint32_t type;                  /* declared type, arrays included */
    uint64_t address;               /* canonical address of its block */
};

struct frame_entry {
    uint32_t function;              /* index of function_entry */
    uint32_t point;                 /* ordinal from 1 */
    uint64_t live;                  /* canonical address of the live variables' block, 0 for none */
    uint64_t *locals;               /* canonical addresses, as many as the function has locals; 0 where not alive */
    uint32_t local_count;
};

struct note_entry { char *key; char *value; };

/* Everything is owned, and freed by msrck_metadata_clear(). All type ids are ids of `types`. */
struct metadata {
    struct file_header header;
    struct ti_table *types;
    char *program;                  /* the program's name */
    unsigned char fingerprint[32];
    struct function_entry *functions;   uint32_t function_count;
    char **targets;                     uint32_t target_count;      /* function pointer n is targets[n - 1] */
    struct extent *extents;             size_t extent_count;
    uint64_t address_end;           /* one past the last canonical address */
    struct variable_entry *variables;   size_t variable_count;
    struct frame_entry *frames;         size_t frame_count;         /* innermost first */
    struct note_entry *notes;
    size_t note_count; /* provenance; empty when there is no prov section */
};

void msrck_metadata_clear(struct metadata *metadata);       /* all zero afterwards; a zeroed struct is allowed */

/* Payloads of PROG, EXTE, VARS, FRAM and prov, appended to `out`. Ids must already be file ids. */
msrck_result msrck_program_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error);
msrck_result msrck_extents_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error);
msrck_result msrck_variables_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error);
msrck_result msrck_frames_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error);
msrck_result msrck_notes_encode(const struct metadata *metadata, struct byte_buffer *out, msrck_error *error);

/*
 * The reverse. Each checks what it decodes, also against what was decoded before (TYPE, PROG, EXTE, VARS, FRAM in
 * this order).
 */
msrck_result msrck_program_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error);
msrck_result msrck_extents_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error);
msrck_result msrck_variables_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error);
msrck_result msrck_frames_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error);
msrck_result msrck_notes_decode(const void *bytes, size_t length, struct metadata *metadata, msrck_error *error);

/*
 * SHA-256 over the payloads of TYPE and PROG (with a zeroed fingerprint member): the same for the same program on every
 * machine.
 */
msrck_result msrck_fingerprint(const void *type_payload, size_t type_length, struct metadata *metadata,
                               msrck_error *error);

#endif
