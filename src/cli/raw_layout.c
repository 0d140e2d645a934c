/* SPDX-License-Identifier: MIT */
#include "raw_layout.h"

#include <string.h>

#define END { NULL, RAW_END, 0, NULL }
#define U32(name) { name, RAW_U32, 0, NULL }
#define U64(name) { name, RAW_U64, 0, NULL }
#define TEXT(name) { name, RAW_TEXT, 0, NULL }
#define LIST(name, items) { name, RAW_LIST, 0, items }
#define BYTES(name, length) { name, RAW_BYTES, length, NULL }

const struct raw_member raw_header[] = {
    BYTES("magic", 8), { "major", RAW_U16, 0, NULL }, { "minor", RAW_U16, 0, NULL }, U32("pointer_width"),
    U64("may_ignore"), U64("may_read"), U64("must_understand"), BYTES("reserved", 20), U32("crc"), END
};

const struct raw_member raw_section_head[] = {
    BYTES("tag", 4), U32("reserved"), U64("length"), U32("payload_crc"), U32("head_crc"), END
};

const struct raw_member raw_chunk_head[] = {
    U32("extent"), U32("part"), U64("first_row"), U64("rows"), U32("filter"), U32("codec"), U64("raw_length"), END
};

const struct raw_member raw_trailer[] = {
    U64("index_offset"), U64("file_length"), U32("sections"), U32("crc"), BYTES("end magic", 8), END
};

static const struct raw_member field[] = {
    TEXT("name"), U32("type"), U32("role"), U32("bits"), { "tag", RAW_I64, 0, NULL }, U32("tag_field"), END
};
static const struct raw_member enumerator[] = { TEXT("name"), { "value", RAW_I64, 0, NULL }, END };
static const struct raw_member type[] = {
    U32("kind"), U32("scalar"), TEXT("name"), U32("element"), U64("count"), LIST("fields", field),
    LIST("enumerators", enumerator), END
};
static const struct raw_member types[] = { LIST("types", type), END };

static const struct raw_member point[] = { TEXT("label"), U32("live_type"), END };
static const struct raw_member local[] = { TEXT("name"), U32("type"), END };
static const struct raw_member function[] = {
    TEXT("name"), LIST("points", point), LIST("locals", local), END
};
static const struct raw_member target[] = { TEXT("name"), END };
static const struct raw_member program[] = {
    TEXT("name"), BYTES("fingerprint", 32), LIST("functions", function), LIST("targets", target), END
};

static const struct raw_member extent[] = { U32("segment"), U32("type"), U64("count"), U64("blocks"), END };
static const struct raw_member extents[] = { LIST("extents", extent), END };
static const struct raw_member variable[] = { U32("kind"), TEXT("name"), U32("type"), U64("address"), END };
static const struct raw_member variables[] = { LIST("variables", variable), END };
static const struct raw_member place[] = { U64("address"), END };
static const struct raw_member frame[] = { U32("function"), U32("point"), U64("live"), LIST("locals", place), END };
static const struct raw_member frames[] = { LIST("frames", frame), END };
static const struct raw_member note[] = { TEXT("key"), TEXT("value"), END };
static const struct raw_member notes[] = { LIST("notes", note), END };
static const struct raw_member digest[] = { BYTES("digest", 32), END };
static const struct raw_member entry[] = {
    BYTES("tag", 4), U64("offset"), U64("length"), U32("extent"), U32("part"), U64("first_row"), U64("rows"), END
};
static const struct raw_member entries[] = { LIST("entries", entry), END };

const struct raw_member *raw_payload(const char *tag)
{
    static const struct { const char *tag; const struct raw_member *members; } known[] = {
        { "TYPE", types }, { "PROG", program }, { "EXTE", extents }, { "VARS", variables }, { "FRAM", frames },
        { "prov", notes }, { "dgsT", digest }, { "INDX", entries }, { "DATA", raw_chunk_head }
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].tag, tag) == 0)
            return known[i].members;
    return NULL;
}
