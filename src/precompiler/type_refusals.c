/* SPDX-License-Identifier: MIT */
/* Which types a checkpoint cannot hold, and why. */
#include <stdlib.h>
#include <string.h>

#include "record_names.h"
#include "type_tables.h"
#include "unit_state.h"

/* Names of types whose values mean something to this process only, whatever they consist of. */
static const char *refused_name(const char *name)
{
    static const struct {
        const char *name, *reason;
    } refused[] = {
        { "va_list", "a va_list is a place in the arguments of a call" }, { "__builtin_va_list", "a va_list is a place in the arguments of a call" },
        { "__gnuc_va_list", "a va_list is a place in the arguments of a call" }, { "jmp_buf", "a jmp_buf holds registers" },
        { "sigjmp_buf", "a sigjmp_buf holds registers" }, { "pthread_t", "a thread belongs to its process" },
        { "pthread_mutex_t", "a mutex belongs to its process" }, { "pthread_cond_t", "a condition variable belongs to its process" },
        { "pthread_attr_t", "attributes of threads belong to their process" }, { "pthread_rwlock_t", "a lock belongs to its process" },
        { "pthread_once_t", "initialisation by threads belongs to its process" }, { "pthread_barrier_t", "a barrier belongs to its process" },
        { "sem_t", "a semaphore belongs to its process" }, { "mtx_t", "a mutex belongs to its process" },
        { "thrd_t", "a thread belongs to its process" }, { "cnd_t", "a condition variable belongs to its process" },
        { "FILE", "a FILE belongs to the C library: only pointers to it can be saved" },
    };

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (strcmp(refused[i].name, name) == 0)
            return refused[i].reason;
    return NULL;
}

static const char *refusal_by_name(struct unit *unit, CXType type)
{
    const char *reason = NULL;

    while (reason == NULL && (type.kind == CXType_Elaborated || type.kind == CXType_Typedef)) {
        CXCursor declaration = clang_getTypeDeclaration(type);

        if (type.kind == CXType_Elaborated) {
            type = clang_Type_getNamedType(type);
            continue;
        }
        if (unit_in_system_header(unit, declaration)) {
            CXString name = clang_getCursorSpelling(declaration);

            reason = refused_name(clang_getCString(name));
            clang_disposeString(name);
        }
        type = clang_getTypedefDeclUnderlyingType(declaration);
    }
    return reason;
}

/* A union whose tag stands beside it: any of its members may be the active one. */
static const char *told_union_refusal(struct unit *unit, CXCursor field)
{
    CXCursor definition = record_definition(clang_getCursorType(field));
    struct field_list list = record_fields(definition);
    const char *reason = NULL;

    for (size_t i = 0; i < list.count && reason == NULL; i++) {
        if (clang_Cursor_isBitField(list.items[i]))
            reason = "a bit-field in a union cannot be described: put it into a struct";
        else
            reason = member_refusal(unit, definition, list.items[i], false);
    }
    free(list.items);
    return reason;
}

/* One that nothing tells the active member of. */
static const char *union_refusal(struct unit *unit, CXCursor definition)
{
    struct union_content content = union_content_of(unit, definition);

    if (unit_in_system_header(unit, definition) && !record_has_tag(unit, definition))
        return "a union of a system header has no name";
    switch (content.kind) {
    case UNION_MEMBER:
        return clang_Cursor_isBitField(content.member) ? "a bit-field in a union cannot be described: put it into a struct"
                                                       : member_refusal(unit, definition, content.member, false);
    case UNION_UNKNOWN:
        return "nothing tells the active member of the union: put '#pragma msrck tag MEMBER' before it, with the member of the struct around it that does, "
               "or '#pragma msrck member NAME' with the only one that is used";
    default:
        return NULL;
    }
}

/* Functions that read a bit-field need the struct that it is in by name. */
static const char *unnamed_struct_refusal(CXCursor definition)
{
    struct field_list list = record_fields(definition);
    const char *reason = NULL;

    for (size_t i = 0; i < list.count && reason == NULL; i++) {
        CXType type = clang_getCursorType(list.items[i]);

        if (clang_Cursor_isBitField(list.items[i]))
            reason = "a bit-field in a struct without a name in a union cannot be described: name the struct";
        else if (field_is_anonymous_record(list.items[i]) && !type_is_union(type))
            reason = unnamed_struct_refusal(record_definition(type));
    }
    free(list.items);
    return reason;
}

/* The name of the member before a reason, so that the reader finds it. */
static const char *of_member(struct unit *unit, CXCursor field, const char *reason)
{
    CXString name;
    const char *text;

    if (reason == NULL || field_is_anonymous_record(field))
        return reason;
    name = clang_getCursorSpelling(field);
    text = unit_format(unit, "member '%s': %s", clang_getCString(name), reason);
    clang_disposeString(name);
    return text;
}

const char *member_refusal(struct unit *unit, CXCursor record, CXCursor field, bool last)
{
    CXType type = clang_getCursorType(field), element;
    const char *reason;

    if (field_is_skipped(unit, field) || clang_Cursor_isBitField(field) || type_is_empty(type))
        return NULL;
    if (type_is_union(type) && union_is_told(unit, field))
        return of_member(unit, field, told_union_refusal(unit, field));
    if (clang_getCursorKind(record) == CXCursor_UnionDecl && field_is_anonymous_record(field) && !type_is_union(type) &&
        (reason = unnamed_struct_refusal(record_definition(type))) != NULL)
        return reason;
    if (type_is_union(type) && field_is_anonymous_record(field) && record_place_name(unit, record_definition(type))[0] == '\0')
        return "a union that only bit-fields begin needs a name";
    element = clang_getCanonicalType(type);
    if (field_is_flexible(unit, field, last))
        return of_member(unit, field, type_refusal(unit, clang_getArrayElementType(element)));
    return of_member(unit, field, type_refusal(unit, type));
}

static const char *struct_refusal(struct unit *unit, CXCursor definition)
{
    struct field_list list = record_fields(definition);
    const char *reason = NULL;
    size_t saved = 0;

    for (size_t i = 0; i < list.count && reason == NULL; i++) {
        reason = member_refusal(unit, definition, list.items[i], i + 1 == list.count);
        saved += !field_is_skipped(unit, list.items[i]) && !type_is_empty(clang_getCursorType(list.items[i]));
    }
    if (reason == NULL && saved == 0)
        reason = "a struct without members has no value";
    free(list.items);
    return reason;
}

static const char *record_refusal(struct unit *unit, CXType type)
{
    CXCursor definition = record_definition(type);
    const char *reason;

    if (clang_Cursor_isNull(definition))
        return "its struct is not defined here";
    reason = type_is_union(type) ? union_refusal(unit, definition) : struct_refusal(unit, definition);
    return reason == NULL ? NULL : unit_format(unit, "%s: %s", record_shown(unit, definition), reason);
}

static const char *array_refusal(struct unit *unit, CXType type)
{
    CXType element = clang_getArrayElementType(type);

    if (type.kind == CXType_ConstantArray && clang_getArraySize(type) == 0)
        return "an array without elements has no value";
    element = clang_getCanonicalType(element);
    if (element.kind == CXType_Record && record_is_flexible(unit, record_definition(element)))
        return "an array of structs with flexible members cannot be described";
    return type_refusal(unit, clang_getArrayElementType(type));
}

const char *type_refusal(struct unit *unit, CXType type)
{
    const char *reason = refusal_by_name(unit, type);
    CXType canonical = clang_getCanonicalType(type);

    if (reason != NULL)
        return reason;
    switch (canonical.kind) {
    case CXType_Bool: case CXType_Char_S: case CXType_Char_U: case CXType_SChar: case CXType_UChar: case CXType_Short: case CXType_UShort:
    case CXType_Int: case CXType_UInt: case CXType_Long: case CXType_ULong: case CXType_LongLong: case CXType_ULongLong:
    case CXType_Float: case CXType_Double: case CXType_LongDouble: case CXType_Pointer: case CXType_Enum:
        return NULL;
    case CXType_Complex:
        return type_refusal(unit, clang_getElementType(canonical));
    case CXType_Atomic:
        return type_refusal(unit, clang_Type_getValueType(canonical));
    case CXType_ConstantArray: case CXType_IncompleteArray: case CXType_VariableArray:
        /* Names of elements count, so not those of the canonical type. */
        return array_refusal(unit, type.kind == CXType_ConstantArray || type.kind == CXType_IncompleteArray || type.kind == CXType_VariableArray ? type : canonical);
    case CXType_Record:
        return record_refusal(unit, canonical);
    case CXType_Int128: case CXType_UInt128:
        return "integers of 128 bits are not known on every machine";
    case CXType_Vector: case CXType_ExtVector:
        return "vectors are not known on every machine";
    case CXType_Void:
        return "void has no value";
    default:
        return "values of this type cannot be described";
    }
}
