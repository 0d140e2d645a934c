/* SPDX-License-Identifier: MIT */
#include "allocation_type.h"

#include <stdlib.h>
#include <string.h>

#include "pragma_table.h"
#include "type_tables.h"

static CXType no_type(void)
{
    return clang_getCursorType(clang_getNullCursor());
}

bool type_is_text(CXType type)
{
    switch (clang_getCanonicalType(type).kind) {
    case CXType_Char_S:
    case CXType_Char_U:
    case CXType_SChar:
    case CXType_UChar:
        return true;
    default:
        return false;
    }
}

static bool is_known(CXType type)
{
    enum CXTypeKind kind = clang_getCanonicalType(type).kind;

    return kind != CXType_Invalid && kind != CXType_Void && kind != CXType_FunctionProto && kind != CXType_FunctionNoProto &&
           clang_Type_getSizeOf(type) > 0;
}

/* ---- What becomes of the result ---- */

/* With the name that the text has for it: what int64_t and wchar_t stand for is another type on another machine. */
static CXType pointee(CXType type)
{
    CXType canonical = clang_getCanonicalType(type);

    while (type.kind == CXType_Elaborated || type.kind == CXType_Typedef)
        type = type.kind == CXType_Elaborated ? clang_Type_getNamedType(type) : clang_getTypedefDeclUnderlyingType(clang_getTypeDeclaration(type));
    if (type.kind == CXType_Pointer)
        return clang_getPointeeType(type);
    return canonical.kind == CXType_Pointer ? clang_getPointeeType(canonical) : no_type();
}

/* The pointer goes through such an expression unchanged. */
static bool passes_on(CXCursor around, CXCursor inner)
{
    switch (clang_getCursorKind(around)) {
    case CXCursor_UnexposedExpr:
    case CXCursor_ParenExpr:
    case CXCursor_CStyleCastExpr:
    case CXCursor_StmtExpr:
        return true;
    case CXCursor_ConditionalOperator:
        return !clang_equalCursors(cursor_child(around, 0), inner);
    case CXCursor_BinaryOperator:
        return clang_getCursorBinaryOperatorKind(around) == CXBinaryOperator_Assign
                   ? clang_equalCursors(cursor_child(around, 1), inner)
                   : clang_getCursorBinaryOperatorKind(around) == CXBinaryOperator_Comma;
    default:
        return false;
    }
}

CXType allocation_target(const source_walk *walk, CXCursor call)
{
    CXCursor inner = call;

    for (size_t level = 0;; level++) {
        CXCursor around = source_walk_around(walk, level);
        CXType target;

        if (clang_Cursor_isNull(around) || !passes_on(around, inner))
            return no_type();
        /* Implicit conversions are expressions of their own, so this covers initialisers, arguments and return as well. */
        target = pointee(clang_getCursorType(around));
        if (is_known(target))
            return target;
        inner = around;
    }
}

/* ---- What the size tells ---- */

struct size_search {
    unsigned sizeofs, texts;
    CXType measured;                /* of the last sizeof */
    CXType header;                  /* sizeof(struct header) + ... */
    bool by_offset;                 /* offsetof(struct header, member) + ... */
};

/* The type that stands in "sizeof (T)": libclang shows the names in it, not the type itself. */
static CXType measured_type(CXCursor expression)
{
    CXCursor child = cursor_child(expression, 0);
    CXCursor named;

    if (clang_Cursor_isNull(child))
        return no_type();
    if (clang_isExpression(clang_getCursorKind(child)))
        return clang_getCursorType(child);
    if (clang_getCursorKind(child) != CXCursor_TypeRef || !clang_Cursor_isNull(cursor_child(expression, 1)))
        return no_type();
    named = clang_getCursorReferenced(child);
    return clang_Cursor_isNull(named) ? no_type() : clang_getCursorType(named);
}

/* Pointers to the type, and arrays of it, have another size than the name in it. */
static bool measures_whole(CXCursor expression, CXType type)
{
    long long size = -1;

    return cursor_constant(expression, &size) && size > 0 && size == clang_Type_getSizeOf(type);
}

static enum CXChildVisitResult look_at_size(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct size_search *search = data;
    char name[64];

    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_UnaryExpr) {
        CXType type = measured_type(cursor);

        search->sizeofs++;
        search->measured = type.kind != CXType_Invalid && measures_whole(cursor, type) ? type : no_type();
        return CXChildVisit_Continue;
    }
    if (clang_getCursorKind(cursor) == CXCursor_CallExpr) {
        cursor_name(cursor, name, sizeof name);
        if (strcmp(name, "strlen") == 0 || strcmp(name, "strnlen") == 0 || strcmp(name, "snprintf") == 0)
            search->texts++;
    }
    /* "length + 1" leaves room for a NUL. */
    if (clang_getCursorKind(cursor) == CXCursor_BinaryOperator && clang_getCursorBinaryOperatorKind(cursor) == CXBinaryOperator_Add) {
        CXCursor right = cursor_unwrapped(cursor_child(cursor, 1));
        CXEvalResult value = clang_getCursorKind(right) == CXCursor_IntegerLiteral ? clang_Cursor_Evaluate(right) : NULL;

        if (value != NULL) {
            search->texts += clang_EvalResult_getAsInt(value) > 0 && clang_EvalResult_getAsInt(value) < 4;
            clang_EvalResult_dispose(value);
        }
    }
    return CXChildVisit_Recurse;
}

/* offsetof(T, member), of which libclang shows the names. */
static bool is_offset(CXCursor expression, CXType *record)
{
    CXCursor first = cursor_child(expression, 0);

    if (clang_getCursorKind(expression) != CXCursor_UnexposedExpr || clang_getCursorKind(first) != CXCursor_TypeRef ||
        clang_getCursorKind(cursor_child(expression, 1)) != CXCursor_MemberRef)
        return false;
    *record = clang_getCursorType(clang_getCursorReferenced(first));
    return true;
}

/* Parentheses and conversions around an addend; offsetof is a conversion to libclang, too. */
static CXCursor addend_unwrapped(CXCursor addend)
{
    CXType record;

    while (cursor_is_wrapper(addend) && !is_offset(addend, &record)) {
        CXCursor inner = cursor_child(addend, 0);

        if (clang_Cursor_isNull(inner))
            break;
        addend = inner;
    }
    return addend;
}

static bool is_sum(CXCursor expression)
{
    enum CXBinaryOperatorKind operator = clang_getCursorKind(expression) == CXCursor_BinaryOperator ? clang_getCursorBinaryOperatorKind(expression)
                                                                                                    : CXBinaryOperator_Invalid;

    return operator == CXBinaryOperator_Add || operator == CXBinaryOperator_Sub;
}

/* The struct of "sizeof(struct header) + ..." and "offsetof(struct header, last) + ...": an addend of the size. */
static CXType find_header(CXCursor size, bool *by_offset)
{
    CXCursor inner = addend_unwrapped(size);
    CXType type = no_type();

    if (!is_sum(inner))
        return type;
    for (unsigned side = 0; side < 2 && type.kind == CXType_Invalid; side++) {
        CXCursor addend = addend_unwrapped(cursor_child(inner, side));

        *by_offset = is_offset(addend, &type);
        if (*by_offset)
            continue;
        type = clang_getCursorKind(addend) == CXCursor_UnaryExpr ? measured_type(addend) : find_header(addend, by_offset);
        if (clang_getCanonicalType(type).kind != CXType_Record ||
            (clang_getCursorKind(addend) == CXCursor_UnaryExpr && !measures_whole(addend, type)))
            type = no_type();
        if (clang_getCursorBinaryOperatorKind(inner) == CXBinaryOperator_Sub)
            break;
    }
    return type;
}

static struct size_search search_size(CXCursor call)
{
    struct size_search search = { 0, 0, no_type(), no_type(), false };
    int count = clang_Cursor_getNumArguments(call);

    for (int i = 0; i < count; i++) {
        CXCursor argument = clang_Cursor_getArgument(call, (unsigned)i);

        if (search.header.kind == CXType_Invalid)
            search.header = find_header(argument, &search.by_offset);
        if (look_at_size(argument, call, &search) == CXChildVisit_Recurse)
            clang_visitChildren(argument, look_at_size, &search);
    }
    return search;
}

bool allocation_has_sizeof(CXCursor call)
{
    return search_size(call).sizeofs > 0;
}

/* ---- Both together ---- */

struct type_search { const char *name; CXType found; };

static enum CXChildVisitResult find_type(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct type_search *search = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    CXString spelling;

    (void)parent;
    if (kind != CXCursor_StructDecl && kind != CXCursor_UnionDecl && kind != CXCursor_TypedefDecl && kind != CXCursor_EnumDecl)
        return CXChildVisit_Continue;
    spelling = clang_getTypeSpelling(clang_getCursorType(cursor));
    if (strcmp(clang_getCString(spelling), search->name) == 0)
        search->found = clang_getCursorType(cursor);
    clang_disposeString(spelling);
    return search->found.kind != CXType_Invalid ? CXChildVisit_Break : CXChildVisit_Continue;
}

CXType allocation_named_type(struct unit *unit, const char *name)
{
    struct type_search search = { name, no_type() };

    clang_visitChildren(clang_getTranslationUnitCursor(unit_handle(unit)), find_type, &search);
    return search.found;
}

/* "#pragma msrck type T" before the statement or declaration. */
static CXType stated_type(source_walk *walk)
{
    for (size_t level = 0; level < walk->depth; level++) {
        CXCursor around = source_walk_around(walk, level);
        const pragma_entry *pragma;

        if (clang_isExpression(clang_getCursorKind(around)))
            continue;
        pragma = pragma_before(walk->unit, unit_range(walk->unit, around).begin, "type");
        if (pragma != NULL) {
            CXType type = allocation_named_type(walk->unit, pragma->arguments);

            if (type.kind == CXType_Invalid)
                unit_error(walk->unit, pragma->range.begin, "#pragma msrck type %s: there is no struct, union, enum or typedef of that name",
                           pragma->arguments);
            return type;
        }
        if (clang_getCursorKind(around) == CXCursor_CompoundStmt)
            break;
    }
    return no_type();
}

/* A large block of characters is likely to be cut up; a small or a text-sized one is a text. */
static bool is_text_size(CXCursor call, const struct size_search *search)
{
    int count = clang_Cursor_getNumArguments(call);
    long long value = 0;

    if (search->texts > 0 || search->sizeofs > 0)
        return search->sizeofs == 0 || type_is_text(search->measured);
    return count > 0 && cursor_constant(clang_Cursor_getArgument(call, (unsigned)count - 1), &value) && value <= 1024;
}

static enum CXVisitorResult take_field(CXCursor field, CXClientData data)
{
    *(CXCursor *)data = field;
    return CXVisit_Continue;
}

static CXCursor last_field(CXType record)
{
    CXCursor last = clang_getNullCursor();

    clang_Type_visitFields(clang_getCanonicalType(record), take_field, &last);
    return last;
}

/*
 * A struct that ends in an array of one element, or of as many as its first users needed, of which more are allocated. An array of characters of another length is
 * one that something else comes behind, since it has room for its text.
 */
static bool last_array_grows(const struct size_search *search, CXCursor last)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(last)), element = clang_getCanonicalType(clang_getArrayElementType(type));

    if (type.kind != CXType_ConstantArray || clang_Cursor_getOffsetOfField(last) <= 0)
        return false;
    return clang_getArraySize(type) == 1 || search->by_offset || clang_equalTypes(element, clang_getCanonicalType(search->measured));
}

static bool is_record(CXType type)
{
    return clang_getCanonicalType(type).kind == CXType_Record;
}

/* "sizeof(struct header) + n", and the result is no pointer to another struct. */
static bool has_header(const struct size_search *search, CXType target)
{
    return search->header.kind != CXType_Invalid &&
           (!is_record(target) || clang_equalTypes(clang_getCanonicalType(target), clang_getCanonicalType(search->header)));
}

/* What lies behind the header, where that has no array for it, is of the type of another sizeof, else characters. */
static void add_tail(source_walk *walk, const struct size_search *search, allocation *found)
{
    CXCursor last = last_field(search->header);

    found->type = search->header;
    if (clang_Cursor_isNull(last) || field_is_flexible(walk->unit, last, true))
        return;
    found->lengthened = last_array_grows(search, last);
    if (found->lengthened)
        return;
    found->has_tail = true;
    if (search->sizeofs == 2 && is_known(search->measured) && !clang_equalTypes(search->measured, search->header))
        found->tail = search->measured;
}

allocation allocation_type(source_walk *walk, CXCursor call)
{
    struct size_search search = search_size(call);
    CXType stated = stated_type(walk), target = allocation_target(walk, call);
    bool measured = search.sizeofs == 1 && is_known(search.measured);
    allocation found = { no_type(), false, false, no_type() };

    if (is_known(stated)) {
        found.type = stated;
    } else if (has_header(&search, target)) {
        add_tail(walk, &search, &found);
    } else if (!is_known(target) || type_is_text(target)) {
        if (measured && !type_is_text(search.measured))
            found.type = search.measured;
        else if (is_known(target) && is_text_size(call, &search))
            found.type = target;
    } else if (measured && is_record(target) && is_record(search.measured) &&
               clang_Type_getSizeOf(search.measured) > clang_Type_getSizeOf(target)) {
        /* struct base *p = malloc(sizeof(struct derived)) */
        found.type = search.measured;
    } else if (!is_record(target) || search.sizeofs > 0) {
        found.type = target;
    }
    return found;
}
