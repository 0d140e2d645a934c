/* SPDX-License-Identifier: MIT */
/* How a checkpoint's bytes are laid out, as tables for `msrck dump --raw`; see format/msrck.x, msrck-format.md. */
#ifndef MSRCK_CLI_RAW_LAYOUT_H
#define MSRCK_CLI_RAW_LAYOUT_H

#include <stddef.h>

enum raw_kind {
    RAW_END,                        /* behind the last member */
    RAW_U16, RAW_U32, RAW_U64, RAW_I64,
    RAW_TEXT,                       /* XDR string: length, bytes, padding */
    RAW_BYTES,                      /* `length` bytes */
    RAW_LIST                        /* XDR array: count, then as many of `items` */
};

struct raw_member {
    const char *name;
    enum raw_kind kind;
    size_t length;                  /* of RAW_BYTES */
    const struct raw_member *items; /* of RAW_LIST */
};

extern const struct raw_member raw_header[], raw_section_head[], raw_chunk_head[], raw_trailer[];
/* Members of a section's payload by its tag; NULL for tags that are not known. */
const struct raw_member *raw_payload(const char *tag);

#endif
