/* SPDX-License-Identifier: MIT */
/* From types to the expressions that stand for their descriptions. */
#include <stdlib.h>
#include <string.h>

#include "pragma_table.h"
#include "record_names.h"
#include "type_tables.h"
#include "unit_state.h"

void type_tables_free(struct type_tables *types)
{
    if (types == NULL)
        return;
    for (size_t i = 0; i < types->count; i++)
        free(types->entries[i]);
    free(types->entries);
    free(types->functions);
    free(types);
}

struct type_tables *type_tables_of(struct unit *unit)
{
    if (unit->types == NULL)
        unit->types = storage_new(1, sizeof *unit->types);
    return unit->types;
}

struct type_entry *type_entry_find_silent(struct unit *unit, enum entry_kind kind, const char *key, const char *base, bool *added)
{
    struct type_tables *types = type_tables_of(unit);
    struct type_entry *entry;

    *added = false;
    for (size_t i = 0; i < types->count; i++)
        if (types->entries[i]->kind == kind && strcmp(types->entries[i]->key, key) == 0)
            return types->entries[i];
    if (types->count == types->capacity) {
        types->capacity = types->capacity * 2 + 64;
        types->entries = storage_resize(types->entries, types->capacity, sizeof *types->entries);
    }
    entry = storage_new(1, sizeof *entry);
    entry->kind = kind;
    entry->key = unit_format(unit, "%s", key);
    entry->identifier = unit_identifier(unit, base);
    entry->expression = unit_format(unit, "&%s", entry->identifier);
    entry->definition = entry->outer = clang_getNullCursor();
    types->entries[types->count++] = entry;
    *added = true;
    return entry;
}

struct type_entry *type_entry_find(struct unit *unit, enum entry_kind kind, const char *key, const char *base, bool *added)
{
    struct type_entry *entry = type_entry_find_silent(unit, kind, key, base, added);

    if (*added)
        unit_declare(unit, "static const msrck_type %s;\n", entry->identifier);
    return entry;
}

/* ---- Scalars ---- */

/* Integer types that mean the same on every machine under their name, whatever C type they stand for. */
static const char *named_scalar(const char *name)
{
    static const struct {
        const char *name, *expression;
    } scalars[] = {
        { "size_t", "&msrck_size" }, { "ssize_t", "&msrck_ssize" }, { "__ssize_t", "&msrck_ssize" }, { "ptrdiff_t", "&msrck_ptrdiff" },
        { "intptr_t", "&msrck_intptr" }, { "uintptr_t", "&msrck_uintptr" }, { "intmax_t", "&msrck_intmax" }, { "uintmax_t", "&msrck_uintmax" },
        { "time_t", "&msrck_time" }, { "__time_t", "&msrck_time" }, { "off_t", "&msrck_off" }, { "__off_t", "&msrck_off" },
        { "off64_t", "&msrck_int64" }, { "__off64_t", "&msrck_int64" }, { "clock_t", "&msrck_clock" }, { "__clock_t", "&msrck_clock" },
        { "wchar_t", "&msrck_wchar" }, { "char16_t", "&msrck_char16" }, { "char32_t", "&msrck_char32" },
        { "int8_t", "&msrck_int8" }, { "uint8_t", "&msrck_uint8" }, { "int16_t", "&msrck_int16" }, { "uint16_t", "&msrck_uint16" },
        { "int32_t", "&msrck_int32" }, { "uint32_t", "&msrck_uint32" }, { "int64_t", "&msrck_int64" }, { "uint64_t", "&msrck_uint64" },
        { "int_least8_t", "&msrck_int8" }, { "uint_least8_t", "&msrck_uint8" }, { "int_least16_t", "&msrck_int16" },
        { "uint_least16_t", "&msrck_uint16" }, { "int_least32_t", "&msrck_int32" }, { "uint_least32_t", "&msrck_uint32" },
        { "int_least64_t", "&msrck_int64" }, { "uint_least64_t", "&msrck_uint64" }, { "int_fast8_t", "&msrck_int8" },
        { "uint_fast8_t", "&msrck_uint8" }, { "int_fast16_t", "&msrck_intptr" }, { "uint_fast16_t", "&msrck_uintptr" },
        { "int_fast32_t", "&msrck_intptr" }, { "uint_fast32_t", "&msrck_uintptr" }, { "int_fast64_t", "&msrck_int64" },
        { "uint_fast64_t", "&msrck_uint64" },
    };

    for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++)
        if (strcmp(scalars[i].name, name) == 0)
            return scalars[i].expression;
    return NULL;
}

static const char *plain_scalar(enum CXTypeKind kind)
{
    switch (kind) {
    case CXType_Void: return "&msrck_void";
    case CXType_Bool: return "&msrck_bool";
    case CXType_Char_S: case CXType_Char_U: return "&msrck_char";
    case CXType_SChar: return "&msrck_schar";
    case CXType_UChar: return "&msrck_uchar";
    case CXType_Short: return "&msrck_short";
    case CXType_UShort: return "&msrck_ushort";
    case CXType_Int: return "&msrck_int";
    case CXType_UInt: return "&msrck_uint";
    case CXType_Long: return "&msrck_long";
    case CXType_ULong: return "&msrck_ulong";
    case CXType_LongLong: return "&msrck_llong";
    case CXType_ULongLong: return "&msrck_ullong";
    case CXType_Float: return "&msrck_float";
    case CXType_Double: return "&msrck_double";
    case CXType_LongDouble: return "&msrck_ldouble";
    default: return NULL;
    }
}

/* ---- Everything else ---- */

static const char *refer(struct unit *unit, CXType type);

/* What FILE is. */
static bool is_stream(struct unit *unit, CXType type)
{
    CXCursor declaration = clang_getTypeDeclaration(type);
    CXString name = clang_getCursorSpelling(declaration);
    bool stream = strcmp(clang_getCString(name), "_IO_FILE") == 0 && unit_in_system_header(unit, declaration);

    clang_disposeString(name);
    return stream;
}

static const char *refer_pointer(struct unit *unit, CXType type)
{
    CXType target = clang_getPointeeType(type), canonical = clang_getCanonicalType(target);
    const char *element, *reason;
    struct type_entry *entry;
    bool added;

    if (canonical.kind == CXType_FunctionProto || canonical.kind == CXType_FunctionNoProto)
        return "&msrck_function";
    if (canonical.kind == CXType_Record && is_stream(unit, canonical))
        element = "&msrck_stream";
    else if (canonical.kind == CXType_Void)
        element = "&msrck_void";
    else if ((reason = type_refusal(unit, target)) != NULL)
        /* What cannot be saved cannot be reached through it either; a pointer that is not NULL then says so. */
        element = "&msrck_void";
    else
        element = refer(unit, target);
    entry = type_entry_find(unit, ENTRY_POINTER, element, "to", &added);
    if (added)
        entry->element = element;
    return entry->expression;
}

static const char *refer_array(struct unit *unit, CXType type)
{
    const char *element = refer(unit, clang_getArrayElementType(type));
    long long count = clang_getArraySize(type);
    struct type_entry *entry;
    bool added;

    if (type.kind != CXType_ConstantArray)
        return element;
    entry = type_entry_find(unit, ENTRY_ARRAY, unit_format(unit, "%lld %s", count, element), "array", &added);
    if (added) {
        entry->element = element;
        entry->count = count;
    }
    return entry->expression;
}

/* Bytes are good enough for most checkpoints, but not what the program was told. */
static void warn_of_bytes(struct unit *unit, CXCursor definition, const char *shown)
{
    if (!pragma_covers(unit, definition, "accept"))
        unit_obstacle(unit, unit_range(unit, definition).begin,
                      "%s: nothing tells the active member, so its bytes are carried as they are, and a resume on a machine with another layout is refused: put "
                      "'#pragma msrck member NAME' before the union if one member stands for all, or '#pragma msrck tag MEMBER' before it in a struct that tells", shown);
}

const char *union_reference(struct unit *unit, CXCursor definition)
{
    struct union_content content = union_content_of(unit, definition);
    const char *shown = clang_Cursor_isAnonymousRecordDecl(definition) ? "union" : record_shown(unit, definition);
    struct type_entry *entry;
    bool added;

    if (content.kind == UNION_POINTERS || content.kind == UNION_FUNCTIONS) {
        if (content.kind == UNION_FUNCTIONS)
            return "&msrck_function";
        entry = type_entry_find(unit, ENTRY_POINTER, content.text ? "&msrck_char" : "&msrck_void", "to", &added);
        entry->element = content.text ? "&msrck_char" : "&msrck_void";
        return entry->expression;
    }
    entry = type_entry_find(unit, content.kind == UNION_BYTES ? ENTRY_UNION_BYTES : ENTRY_UNION_MEMBER,
                            unit_format(unit, "%u", unit_range(unit, definition).begin), "union", &added);
    entry->definition = definition;
    if (added && content.kind == UNION_BYTES)
        warn_of_bytes(unit, definition, shown);
    return entry->expression;
}

static const char *refer_record(struct unit *unit, CXType type)
{
    CXCursor definition = record_definition(type);
    const char *shown = record_shown(unit, definition), *space = strchr(shown, ' ');
    struct type_entry *entry;
    bool added;

    if (type_is_union(type))
        return union_reference(unit, definition);
    entry = type_entry_find(unit, ENTRY_RECORD, unit_format(unit, "%u", unit_range(unit, definition).begin),
                                               unit_format(unit, "type_%s", space != NULL ? space + 1 : shown), &added);

    entry->definition = definition;
    return entry->expression;
}

static const char *refer_enum(struct unit *unit, CXType type)
{
    CXCursor definition = record_definition(type);
    const struct record_name *name = clang_Cursor_isNull(definition) ? NULL : record_name_find(unit, definition);
    struct type_entry *entry;
    bool added;

    if (clang_Cursor_isNull(definition) || (name != NULL && name->spelling == NULL) ||
        (name == NULL && !record_has_tag(unit, definition)))
        return refer(unit, clang_getEnumDeclIntegerType(clang_getTypeDeclaration(type)));
    entry = type_entry_find(unit, ENTRY_ENUM, unit_format(unit, "%u", unit_range(unit, definition).begin), "enum", &added);
    entry->definition = definition;
    return entry->expression;
}

/* Looks through one typedef. A name that means the same everywhere ends the search. */
static const char *refer_typedef(struct unit *unit, CXType type)
{
    CXCursor declaration = clang_getTypeDeclaration(type);

    if (unit_in_system_header(unit, declaration)) {
        CXString name = clang_getCursorSpelling(declaration);
        const char *scalar = named_scalar(clang_getCString(name));

        clang_disposeString(name);
        if (scalar != NULL)
            return scalar;
    }
    return refer(unit, clang_getTypedefDeclUnderlyingType(declaration));
}

/* The expression for a type that is not refused. */
static const char *refer(struct unit *unit, CXType type)
{
    CXType canonical = clang_getCanonicalType(type), part;

    switch (type.kind) {
    case CXType_Elaborated:
        return refer(unit, clang_Type_getNamedType(type));
    case CXType_Typedef:
        return refer_typedef(unit, type);
    case CXType_Attributed:
        return refer(unit, clang_Type_getModifiedType(type));
    case CXType_Atomic:
        return refer(unit, clang_Type_getValueType(type));
    case CXType_Pointer:
        return refer_pointer(unit, type);
    case CXType_ConstantArray: case CXType_IncompleteArray: case CXType_VariableArray:
        return refer_array(unit, type);
    case CXType_Record:
        return refer_record(unit, type);
    case CXType_Enum:
        return refer_enum(unit, type);
    case CXType_Complex:
        part = clang_getElementType(type);
        return part.kind == CXType_Float ? "&msrck_cfloat" : part.kind == CXType_Double ? "&msrck_cdouble" : "&msrck_cldouble";
    default:
        if (canonical.kind != type.kind)
            return refer(unit, canonical);
        return plain_scalar(type.kind);
    }
}

const char *type_reference_quiet(struct unit *unit, CXType type, const char **reason)
{
    *reason = type_refusal(unit, type);
    return *reason != NULL ? NULL : refer(unit, type);
}

const char *type_reference_lengthened(struct unit *unit, CXType type)
{
    CXCursor definition = record_definition(clang_getCanonicalType(type));
    struct type_entry *entry;
    const char *reason;
    bool added;

    if (type_reference_quiet(unit, type, &reason) == NULL)
        return NULL;
    entry = type_entry_find(unit, ENTRY_LENGTHENED, unit_format(unit, "%u", unit_range(unit, definition).begin), "lengthened", &added);
    entry->definition = definition;
    return entry->expression;
}

const char *type_reference(struct unit *unit, CXType type, const char *path, unsigned at)
{
    const char *reason, *expression = type_reference_quiet(unit, type, &reason);

    if (expression == NULL)
        unit_obstacle(unit, at, "%s cannot be saved: %s", path, reason);
    return expression;
}

const char *type_reference_declared(struct unit *unit, CXCursor declaration, const char *path, unsigned at)
{
    CXType type = clang_getCursorType(declaration), element = clang_getArrayElementType(type);
    struct type_entry *entry;
    const char *target;
    bool added;

    if (element.kind == CXType_Invalid)
        element = clang_getArrayElementType(clang_getCanonicalType(type));
    if (clang_getCursorKind(declaration) != CXCursor_ParmDecl || element.kind == CXType_Invalid)
        return type_reference(unit, type, path, at);
    target = type_refusal(unit, element) != NULL ? "&msrck_void" : refer(unit, element);
    entry = type_entry_find(unit, ENTRY_POINTER, target, "to", &added);
    if (added)
        entry->element = target;
    return entry->expression;
}

const char *type_reference_made(struct unit *unit, const char *tag, const char *shown, const made_member *members, size_t count)
{
    bool added;
    struct type_entry *entry = type_entry_find_silent(unit, ENTRY_MADE, tag, unit_format(unit, "type_%s", tag), &added);
    made_member *copy = storage_new(count, sizeof *copy);

    for (size_t i = 0; i < count; i++)
        copy[i] = (made_member){ unit_format(unit, "%s", members[i].name), members[i].reference };
    entry->tag = unit_format(unit, "%s", tag);
    entry->shown = unit_format(unit, "%s", shown);
    entry->members = (const made_member *)unit_keep(unit, (char *)copy);
    entry->member_count = count;
    entry->own = strstr(shown, unit_format(unit, " %s:", unit->name)) != NULL;
    if (added)
        unit_declare(unit, "static %smsrck_type %s;\n", entry->own ? "" : "const ", entry->identifier);
    return entry->expression;
}
