/* SPDX-License-Identifier: MIT */
/* What a union holds where no tag tells: one member that stands for all, pointers only, or bytes. */
#include <stdlib.h>
#include <string.h>

#include "pragma_table.h"
#include "record_names.h"
#include "type_tables.h"
#include "unit_state.h"

/* Larger unions are compared no further. */
#define MOST_LEAVES 65536

/* A number in a member, or several that lie side by side in a member of arrays. */
struct leaf {
    long long offset;               /* bytes from the beginning of the union */
    int width;                      /* bytes, where they are as many on every machine; else 0 */
    enum CXTypeKind kind;           /* of those the unsigned one, which is as wide as the signed one */
    bool picky;                     /* _Bool and enums: not every pattern of bits is a value */
};

struct leaf_list {
    struct leaf *items;
    size_t count, capacity;
    bool unknown;                   /* bit-fields, what cannot be saved, or too many */
    bool pointers, functions;       /* some; they are no leaves */
    bool long_double;
    size_t numbers;                 /* all that are no pointers */
};

/* ---- Members as numbers ---- */

static enum CXTypeKind unsigned_kind(enum CXTypeKind kind)
{
    switch (kind) {
    case CXType_Char_S: case CXType_Char_U: case CXType_SChar: return CXType_UChar;
    case CXType_Short: return CXType_UShort;
    case CXType_Int: return CXType_UInt;
    case CXType_Long: return CXType_ULong;
    case CXType_LongLong: return CXType_ULongLong;
    default: return kind;
    }
}

/* The system's names for integers of a given width: what is behind them differs between machines. */
static int named_width(const char *name)
{
    int bits = 0;
    const char *digits = strpbrk(name, "123468");

    if (digits == NULL || strstr(name, "fast") != NULL || strcmp(digits + strspn(digits, "0123456789"), "_t") != 0)
        return 0;
    bits = (int)strtol(digits, NULL, 10);
    return bits == 8 || bits == 16 || bits == 32 || bits == 64 ? bits / 8 : 0;
}

static int typedef_width(struct unit *unit, CXType type)
{
    int width = 0;

    while (width == 0 && (type.kind == CXType_Elaborated || type.kind == CXType_Typedef)) {
        CXCursor declaration = clang_getTypeDeclaration(type);

        if (type.kind == CXType_Elaborated) {
            type = clang_Type_getNamedType(type);
            continue;
        }
        if (unit_in_system_header(unit, declaration)) {
            CXString name = clang_getCursorSpelling(declaration);

            width = named_width(clang_getCString(name));
            clang_disposeString(name);
        }
        type = clang_getTypedefDeclUnderlyingType(declaration);
    }
    return width;
}

static int kind_width(enum CXTypeKind kind)
{
    switch (kind) {
    case CXType_Bool: case CXType_UChar: return 1;
    case CXType_UShort: return 2;
    case CXType_UInt: case CXType_Float: return 4;
    case CXType_ULongLong: case CXType_Double: return 8;
    default: return 0;
    }
}

static void add_leaf(struct unit *unit, CXType type, long long offset, struct leaf_list *list)
{
    CXType canonical = clang_getCanonicalType(type);
    bool picky = canonical.kind == CXType_Enum || canonical.kind == CXType_Bool;
    enum CXTypeKind kind;
    int width;

    if (canonical.kind == CXType_Enum)
        canonical = clang_getCanonicalType(clang_getEnumDeclIntegerType(clang_getTypeDeclaration(canonical)));
    kind = unsigned_kind(canonical.kind);
    width = typedef_width(unit, type);
    list->long_double |= kind == CXType_LongDouble;
    list->numbers++;
    if (list->count == MOST_LEAVES) {
        list->unknown = true;
        return;
    }
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 16;
        list->items = storage_resize(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = (struct leaf){ offset, width != 0 ? width : kind_width(kind), kind, picky };
}

static void flatten(struct unit *unit, CXType type, long long offset, struct leaf_list *list);

static void flatten_array(struct unit *unit, CXType type, long long offset, struct leaf_list *list)
{
    CXType element = clang_getArrayElementType(type);
    long long count = clang_getArraySize(type), size = clang_Type_getSizeOf(element);

    if (element.kind == CXType_Invalid) {
        type = clang_getCanonicalType(type);
        element = clang_getArrayElementType(type);
        count = clang_getArraySize(type);
        size = clang_Type_getSizeOf(element);
    }
    list->unknown |= count < 0 || size <= 0;
    for (long long i = 0; i < count && !list->unknown; i++)
        flatten(unit, element, offset + i * size, list);
}

static void flatten_record(struct unit *unit, CXCursor definition, long long offset, struct leaf_list *list)
{
    struct field_list fields = record_fields(definition);

    list->unknown |= clang_getCursorKind(definition) == CXCursor_UnionDecl && fields.count != 1;
    for (size_t i = 0; i < fields.count; i++) {
        long long at = clang_Cursor_getOffsetOfField(fields.items[i]);

        if (clang_Cursor_isBitField(fields.items[i]) || at < 0) {
            list->unknown = true;
            list->numbers++;
        } else
            flatten(unit, clang_getCursorType(fields.items[i]), offset + at / 8, list);
    }
    free(fields.items);
}

static void flatten(struct unit *unit, CXType type, long long offset, struct leaf_list *list)
{
    CXType canonical = clang_getCanonicalType(type), target;

    switch (canonical.kind) {
    case CXType_Pointer:
        target = clang_getCanonicalType(clang_getPointeeType(canonical));
        if (target.kind == CXType_FunctionProto || target.kind == CXType_FunctionNoProto)
            list->functions = true;
        else
            list->pointers = true;
        break;
    case CXType_ConstantArray:
        flatten_array(unit, type, offset, list);
        break;
    case CXType_Record:
        flatten_record(unit, record_definition(canonical), offset, list);
        break;
    case CXType_Complex:
        flatten(unit, clang_getElementType(canonical), offset, list);
        flatten(unit, clang_getElementType(canonical), offset + clang_Type_getSizeOf(canonical) / 2, list);
        break;
    default:
        list->unknown |= type_refusal(unit, type) != NULL;
        add_leaf(unit, type, offset, list);
        break;
    }
}

/* ---- The choice ---- */

/* Whether what is written as `other` is the same as the beginning of `whole`, on every machine. */
static bool is_beginning(const struct leaf_list *other, const struct leaf_list *whole)
{
    if (other->unknown || whole->unknown || other->count > whole->count || other->count < other->numbers)
        return false;
    for (size_t i = 0; i < other->count; i++) {
        const struct leaf *a = &other->items[i], *b = &whole->items[i];

        if (a->offset != b->offset || a->width != b->width || (a->width == 0 && a->kind != b->kind) || (b->picky && a->kind != b->kind))
            return false;
    }
    return true;
}

/* The member that all others are beginnings of; the number of members when there is none. */
static size_t widest(const struct leaf_list *lists, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool all = !lists[i].pointers && !lists[i].functions && lists[i].count > 0;

        for (size_t k = 0; k < count && all; k++)
            all = !lists[k].pointers && !lists[k].functions && is_beginning(&lists[k], &lists[i]);
        if (all)
            return i;
    }
    return count;
}

static bool is_data_pointer(CXType type)
{
    CXType canonical = clang_getCanonicalType(type), target = clang_getCanonicalType(clang_getPointeeType(canonical));

    return canonical.kind == CXType_Pointer && target.kind != CXType_FunctionProto && target.kind != CXType_FunctionNoProto;
}

static bool points_to_text(CXType type)
{
    enum CXTypeKind target = clang_getCanonicalType(clang_getPointeeType(clang_getCanonicalType(type))).kind;

    return target == CXType_Char_S || target == CXType_Char_U || target == CXType_SChar || target == CXType_UChar;
}

static struct union_content by_leaves(struct unit *unit, const struct field_list *fields)
{
    struct union_content content = { UNION_UNKNOWN, clang_getNullCursor(), false, false };
    struct leaf_list *lists = storage_new(fields->count, sizeof *lists);
    bool numbers = true, data = true, functions = true;
    size_t best;

    for (size_t i = 0; i < fields->count; i++) {
        CXType type = clang_getCursorType(fields->items[i]);

        if (clang_Cursor_isBitField(fields->items[i]))
            lists[i].unknown = true;
        else
            flatten(unit, type, 0, &lists[i]);
        numbers = numbers && !lists[i].pointers && !lists[i].functions;
        content.long_double |= lists[i].long_double;
        data = data && is_data_pointer(type);
        content.text |= points_to_text(type);
        functions = functions && clang_getCanonicalType(type).kind == CXType_Pointer && lists[i].functions;
    }
    best = widest(lists, fields->count);
    if (best < fields->count) {
        content.kind = UNION_MEMBER;
        content.member = fields->items[best];
    } else if (fields->count > 0 && (data || functions))
        content.kind = data ? UNION_POINTERS : UNION_FUNCTIONS;
    else if (fields->count > 0 && numbers)
        content.kind = UNION_BYTES;
    for (size_t i = 0; i < fields->count; i++)
        free(lists[i].items);
    free(lists);
    return content;
}

static CXCursor member_named(const struct field_list *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++) {
        CXString spelled = clang_getCursorSpelling(fields->items[i]);
        bool same = strcmp(clang_getCString(spelled), name) == 0;

        clang_disposeString(spelled);
        if (same)
            return fields->items[i];
    }
    return clang_getNullCursor();
}

struct union_content union_content_of(struct unit *unit, CXCursor definition)
{
    const pragma_entry *stated = record_pragma(unit, definition, "member");
    struct union_content content = { UNION_MEMBER, clang_getNullCursor(), false, false };
    struct field_list fields = record_fields(definition);

    if (stated != NULL) {
        content.member = member_named(&fields, stated->arguments);
        if (clang_Cursor_isNull(content.member)) {
            unit_error(unit, stated->range.begin, "the union has no member %s", stated->arguments);
            content.kind = UNION_UNKNOWN;
        }
    } else if (fields.count == 1)
        content.member = fields.items[0];
    else
        content = by_leaves(unit, &fields);
    free(fields.items);
    return content;
}
