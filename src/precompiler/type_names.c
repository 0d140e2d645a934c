/* SPDX-License-Identifier: MIT */
/* How C spells a type of the program. */
#include "type_names.h"

#include <stdlib.h>
#include <string.h>

#include "record_names.h"
#include "unit_state.h"

static char *spell(struct unit *unit, CXType type, const char *inner, bool qualified);

static const char *qualifiers(CXType type)
{
    static const char *const texts[] = { "", "const ", "volatile ", "const volatile " };

    return texts[(clang_isConstQualifiedType(type) != 0) + 2 * (clang_isVolatileQualifiedType(type) != 0)];
}

/* "base inner", with the qualifiers before them. Frees nothing. */
static char *around(CXType type, bool qualified, const char *base, const char *inner)
{
    return storage_format("%s%s%s%s", qualified ? qualifiers(type) : "", base, inner[0] != '\0' ? " " : "", inner);
}

/* Pointers to arrays and functions need parentheses. */
static char *spell_pointer(struct unit *unit, CXType type, const char *inner, bool qualified)
{
    CXType target = clang_getPointeeType(type);
    enum CXTypeKind kind = clang_getCanonicalType(target).kind;
    bool parentheses = kind == CXType_ConstantArray || kind == CXType_IncompleteArray || kind == CXType_VariableArray ||
                       kind == CXType_FunctionProto || kind == CXType_FunctionNoProto;
    char *declarator = storage_format("%s*%s%s%s", parentheses ? "(" : "", qualified ? qualifiers(type) : "", inner,
                                      parentheses ? ")" : "");
    char *text = spell(unit, target, declarator, true);

    free(declarator);
    return text;
}

static char *spell_array(struct unit *unit, CXType type, const char *inner)
{
    char *declarator = type.kind == CXType_ConstantArray ? storage_format("%s[%lld]", inner, clang_getArraySize(type))
                                                         : storage_format("%s[]", inner);
    char *text = spell(unit, clang_getArrayElementType(type), declarator, true);

    free(declarator);
    return text;
}

static char *spell_function(struct unit *unit, CXType type, const char *inner)
{
    text_builder builder = { NULL, 0, 0 };
    int count = type.kind == CXType_FunctionProto ? clang_getNumArgTypes(type) : 0;
    char *text;

    text_add_format(&builder, "%s(", inner);
    for (int i = 0; i < count; i++) {
        char *argument = spell(unit, clang_getArgType(type, (unsigned)i), "", true);

        text_add_format(&builder, "%s%s", i > 0 ? ", " : "", argument);
        free(argument);
    }
    if (type.kind == CXType_FunctionProto && count == 0)
        text_add(&builder, "void");
    text_add(&builder, clang_isFunctionTypeVariadic(type) && count > 0 ? ", ...)" : ")");
    text = spell(unit, clang_getResultType(type), builder.text, true);
    text_free(&builder);
    return text;
}

/* A struct, union or enum: by its tag, or the name that the pass gave it. */
static char *spell_record(struct unit *unit, CXType type, const char *inner, bool qualified)
{
    CXCursor declaration = clang_getTypeDeclaration(type), definition = clang_getCursorDefinition(declaration);
    const struct record_name *name = clang_Cursor_isNull(definition) ? NULL : record_name_find(unit, definition);
    char *text;

    if (name != NULL && name->spelling == NULL)
        return spell(unit, clang_getEnumDeclIntegerType(definition), inner, qualified);
    if (name != NULL)
        return around(type, qualified, name->spelling, inner);
    CXString spelled = clang_getTypeSpelling(clang_getCursorType(declaration));
    text = around(type, qualified, clang_getCString(spelled), inner);
    clang_disposeString(spelled);
    return text;
}

/* Typedef names of functions are not known at file scope. */
static char *spell_typedef(struct unit *unit, CXType type, const char *inner, bool qualified)
{
    CXCursor declaration = clang_getTypeDeclaration(type);
    CXString name;
    char *text;

    if (clang_getCursorKind(clang_getCursorSemanticParent(declaration)) == CXCursor_FunctionDecl)
        return spell(unit, clang_getTypedefDeclUnderlyingType(declaration), inner, qualified);
    name = clang_getCursorSpelling(declaration);
    text = around(type, qualified, clang_getCString(name), inner);
    clang_disposeString(name);
    return text;
}

/* What libclang spells as C does: numbers, void, vectors. Its spelling has the qualifiers. */
static char *spell_plain(CXType type, const char *inner, bool qualified)
{
    CXString spelled = clang_getTypeSpelling(qualified ? type : clang_getUnqualifiedType(type));
    char *text = storage_format("%s%s%s", clang_getCString(spelled), inner[0] != '\0' ? " " : "", inner);

    clang_disposeString(spelled);
    return text;
}

/* The declaration of `inner` with the type; for free(). */
static char *spell(struct unit *unit, CXType type, const char *inner, bool qualified)
{
    CXType canonical;

    switch (type.kind) {
    case CXType_Pointer:
        return spell_pointer(unit, type, inner, qualified);
    case CXType_ConstantArray:
    case CXType_IncompleteArray:
    case CXType_VariableArray:
        return spell_array(unit, type, inner);
    case CXType_FunctionProto:
    case CXType_FunctionNoProto:
        return spell_function(unit, type, inner);
    case CXType_Record:
    case CXType_Enum:
        return spell_record(unit, type, inner, qualified);
    case CXType_Typedef:
        return spell_typedef(unit, type, inner, qualified);
    case CXType_Atomic:
        return spell(unit, clang_Type_getValueType(type), inner, qualified);
    case CXType_Elaborated: {
        CXType named = clang_Type_getNamedType(type);
        char *text;

        if (!qualified || qualifiers(type)[0] == '\0')
            return spell(unit, named, inner, qualified);
        text = spell(unit, named, inner, false);
        named = type;
        char *with = storage_format("%s%s", qualifiers(type), text);
        free(text);
        return with;
    }
    case CXType_Attributed:
        return spell(unit, clang_Type_getModifiedType(type), inner, qualified);
    default:
        canonical = clang_getCanonicalType(type);
        if (canonical.kind != type.kind)
            return spell(unit, canonical, inner, qualified);
        return spell_plain(type, inner, qualified);
    }
}

/* A variable-length array, in whatever dimension. */
static bool is_variable(CXType type)
{
    type = clang_getCanonicalType(type);
    while (type.kind == CXType_ConstantArray || type.kind == CXType_IncompleteArray)
        type = clang_getArrayElementType(type);
    return type.kind == CXType_VariableArray;
}

CXType type_innermost(CXType type)
{
    CXType next = type;

    while (next.kind != CXType_Invalid) {
        type = next;
        next = clang_getArrayElementType(type);
        if (next.kind == CXType_Invalid)
            next = clang_getArrayElementType(clang_getCanonicalType(type));
    }
    return type;
}

const char *type_spelling(struct unit *unit, CXType type)
{
    if (is_variable(type))
        return unit_keep(unit, spell(unit, type_innermost(type), "*", true));
    return unit_keep(unit, spell(unit, type, "", false));
}

/* A parameter that is declared as an array is a pointer to its element. */
const char *type_spelling_declared(struct unit *unit, CXCursor declaration)
{
    CXType type = clang_getCursorType(declaration), element = clang_getArrayElementType(type);

    if (element.kind == CXType_Invalid)
        element = clang_getArrayElementType(clang_getCanonicalType(type));
    if (clang_getCursorKind(declaration) == CXCursor_ParmDecl && element.kind != CXType_Invalid)
        return unit_keep(unit, spell(unit, element, clang_getArrayElementType(clang_getCanonicalType(element)).kind != CXType_Invalid ? "(*)" : "*", true));
    return type_spelling(unit, type);
}
