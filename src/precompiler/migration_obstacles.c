/* SPDX-License-Identifier: MIT */
#include "migration_obstacles.h"

#include <string.h>

#include "library_functions.h"
#include "openmp_regions.h"
#include "pragma_table.h"
#include "source_walk.h"

/* Says it, unless the program says that it knows. */
static void obstacle(source_walk *walk, CXCursor cursor, const char *message)
{
    if (!pragma_covers(walk->unit, cursor, "accept") && !pragma_covers(walk->unit, cursor, "ignore"))
        unit_obstacle(walk->unit, unit_range(walk->unit, cursor).begin, "%s", message);
}

/* ---- Conversions ---- */

static bool is_pointer(CXType type)
{
    return clang_getCanonicalType(type).kind == CXType_Pointer;
}

static bool is_integer(CXType type)
{
    enum CXTypeKind kind = clang_getCanonicalType(type).kind;

    return (kind >= CXType_Bool && kind <= CXType_Int128) || kind == CXType_Enum;
}

static bool is_text(CXType type)
{
    enum CXTypeKind kind = clang_getCanonicalType(type).kind;

    return kind == CXType_Char_S || kind == CXType_Char_U || kind == CXType_SChar || kind == CXType_UChar;
}

static CXType pointee(CXType type)
{
    return clang_getCanonicalType(clang_getPointeeType(clang_getCanonicalType(type)));
}

static bool is_constant(CXCursor expression)
{
    CXEvalResult value = clang_Cursor_Evaluate(expression);
    bool constant = value != NULL && clang_EvalResult_getKind(value) == CXEval_Int;

    if (value != NULL)
        clang_EvalResult_dispose(value);
    return constant;
}

/* What becomes of a value: whether it is put somewhere where it lives on. */
static bool is_kept(const source_walk *walk)
{
    for (size_t level = 0;; level++) {
        CXCursor around = source_walk_around(walk, level);

        switch (clang_getCursorKind(around)) {
        case CXCursor_UnexposedExpr:
        case CXCursor_ParenExpr:
        case CXCursor_CStyleCastExpr:
            continue;
        case CXCursor_VarDecl:
        case CXCursor_ReturnStmt:
        case CXCursor_InitListExpr:
            return true;
        case CXCursor_BinaryOperator:
            return clang_getCursorBinaryOperatorKind(around) == CXBinaryOperator_Assign;
        default:
            return false;
        }
    }
}

static bool is_address_of(CXCursor expression)
{
    CXCursor inner = cursor_unwrapped(expression);

    return clang_getCursorKind(inner) == CXCursor_UnaryOperator && clang_getCursorUnaryOperatorKind(inner) == CXUnaryOperator_AddrOf;
}

/* The operand of a cast: its last child, behind the names in the type. */
static enum CXChildVisitResult take_last(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    *(CXCursor *)data = cursor;
    return CXChildVisit_Continue;
}

static CXCursor operand_of(CXCursor cast)
{
    CXCursor last = clang_getNullCursor();

    clang_visitChildren(cast, take_last, &last);
    return last;
}

/* (char *)&value and (unsigned char *)&record: fine as an argument, which is gone when the call is over. */
static void look_at_bytes(source_walk *walk, CXCursor cast, CXType from, CXType to, CXCursor operand)
{
    CXType seen = pointee(from);

    if (!is_text(pointee(to)) || is_text(seen) || seen.kind == CXType_Void || seen.kind == CXType_Invalid || !is_kept(walk))
        return;
    if (is_address_of(operand) || seen.kind != CXType_Record)
        obstacle(walk, cast, "a pointer to the bytes of a value is kept: bytes lie otherwise on other machines, and a checkpoint fails while it points into the middle of a number; "
                             "copy the value with memcpy(), or let no poll-point be reached while the pointer is used");
}

static void look_at_cast(source_walk *walk, CXCursor cast)
{
    CXCursor operand = operand_of(cast);
    CXType to = clang_getCursorType(cast), from = clang_getCursorType(operand);

    if (clang_Cursor_isNull(operand))
        return;
    if (is_pointer(to) && is_integer(from) && !is_constant(operand))
        obstacle(walk, cast, "an integer becomes a pointer: a checkpoint cannot tell where it points to, and fails while it is kept; keep the pointer itself, or the number in a member of its own");
    else if (is_integer(to) && is_pointer(from) && is_kept(walk))
        obstacle(walk, cast, "a pointer becomes an integer that is kept: after a resume the number is that of the old place; keep the pointer itself, or number the objects");
    else if (is_pointer(to) && is_pointer(from))
        look_at_bytes(walk, cast, from, to, operand);
}

/* Implicit conversions between pointers and integers, which compilers only warn of. */
static void look_at_conversion(source_walk *walk, CXCursor cursor)
{
    CXCursor inner = cursor_child(cursor, 0);
    CXType to = clang_getCursorType(cursor), from;

    if (clang_Cursor_isNull(inner) || !clang_isExpression(clang_getCursorKind(inner)))
        return;
    from = clang_getCursorType(inner);
    if (is_pointer(to) && is_integer(from) && !is_constant(inner))
        obstacle(walk, cursor, "an integer becomes a pointer without a cast: a checkpoint cannot tell where it points to");
}

/* ---- Calls and names ---- */

/* What a pointer to void leads to, as the argument was written. */
static CXType argument_target(CXCursor call, unsigned argument)
{
    return pointee(clang_getCursorType(cursor_unwrapped(clang_Cursor_getArgument(call, argument))));
}

/* Containers that keep copies of values of any type: where nothing else tells, the copies are carried as bytes. */
static void look_at_copy(source_walk *walk, CXCursor call)
{
    CXType to, from;

    if (clang_Cursor_getNumArguments(call) != 3)
        return;
    to = argument_target(call, 0);
    from = argument_target(call, 1);
    if ((to.kind == CXType_Void || is_text(to)) && from.kind == CXType_Void && !is_constant(clang_Cursor_getArgument(call, 2)))
        obstacle(walk, call, "values of any type are copied: unless a pointer of their own type to the block is kept, a checkpoint carries them as bytes, which mean something else on "
                             "other machines; keep such a pointer, or state the type where the block is allocated (#pragma msrck type)");
}

static void look_at_call(source_walk *walk, CXCursor call)
{
    const library_function *known;
    char name[128];

    if (!cursor_library_function(walk->unit, call, name, sizeof name))
        return;
    if (strcmp(name, "memcpy") == 0 || strcmp(name, "memmove") == 0)
        look_at_copy(walk, call);
    known = library_function_find(name);
    if (known != NULL && known->action == LIBRARY_OBSTACLE)
        obstacle(walk, call, unit_format(walk->unit, "%s(): %s", name, known->text));
    else if (known != NULL && known->action == LIBRARY_WRAPPED && known->plain != NULL)
        obstacle(walk, call, unit_format(walk->unit, "%s(): %s", name, known->plain));
}

/* A function that a pointer holds is called where nothing tells its name. The name in a call is at the place of the call, of which it was said. */
static void look_at_function(source_walk *walk, CXCursor named)
{
    const library_function *known;
    char name[128];

    if (!cursor_library_function(walk->unit, named, name, sizeof name))
        return;
    known = library_function_find(name);
    if (known != NULL && known->action == LIBRARY_OBSTACLE)
        obstacle(walk, named, unit_format(walk->unit, "%s(): %s", name, known->text));
}

/* Variables of the C library whose values a checkpoint does not hold. */
static void look_at_name(source_walk *walk, CXCursor cursor)
{
    static const char *const variables[] = { "environ", "__environ", "timezone", "tzname", "daylight" };
    CXCursor variable = clang_getCursorReferenced(cursor);
    char name[64];

    if (clang_getCursorKind(variable) != CXCursor_VarDecl || !unit_in_system_header(walk->unit, clang_getCanonicalCursor(variable)))
        return;
    cursor_name(variable, name, sizeof name);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        if (strcmp(name, variables[i]) == 0)
            obstacle(walk, cursor, unit_format(walk->unit, "%s: variables of the C library are not carried by a checkpoint: copy its value before a poll-point is reached", name));
}

/* ---- Declarations ---- */

static void look_at_variable(source_walk *walk, CXCursor variable)
{
    CXString spelling = clang_getTypeSpelling(clang_getCanonicalType(clang_getCursorType(variable)));
    const char *type = clang_getCString(spelling);

    if (strstr(type, "jmp_buf") != NULL)
        obstacle(walk, variable, "a jmp_buf holds a place on the stack, which a checkpoint cannot hold");
    clang_disposeString(spelling);
}

/* In a static table of labels, which a checkpoint does not hold since every program has its own, or gone to at once. */
static bool is_label_harmless(const source_walk *walk)
{
    for (size_t level = 0;; level++) {
        CXCursor around = source_walk_around(walk, level);
        enum CXCursorKind kind = clang_getCursorKind(around);

        if (kind == CXCursor_VarDecl)
            return clang_Cursor_getStorageClass(around) == CX_SC_Static;
        if (kind == CXCursor_IndirectGotoStmt)
            return true;
        if (kind == CXCursor_CompoundStmt || kind == CXCursor_FunctionDecl || clang_Cursor_isNull(around))
            return false;
    }
}

static void visit(source_walk *walk, CXCursor cursor)
{
    switch (clang_getCursorKind(cursor)) {
    case CXCursor_CStyleCastExpr:
        look_at_cast(walk, cursor);
        break;
    case CXCursor_UnexposedExpr:
        look_at_conversion(walk, cursor);
        break;
    case CXCursor_CallExpr:
        look_at_call(walk, cursor);
        break;
    case CXCursor_DeclRefExpr:
        look_at_name(walk, cursor);
        look_at_function(walk, cursor);
        break;
    case CXCursor_VarDecl:
    case CXCursor_FieldDecl:
        look_at_variable(walk, cursor);
        break;
    case CXCursor_AsmStmt:
    case CXCursor_MSAsmStmt:
        obstacle(walk, cursor, "inline assembly means something on one machine only: guard it with #ifdef and give the same in C for others");
        break;
    case CXCursor_AddrLabelExpr:
        if (!is_label_harmless(walk))
            obstacle(walk, cursor, "the address of a label is a place in this program's code, which a checkpoint cannot hold: keep it in a static table only, or use switch");
        break;
    default:
        break;
    }
}

void obstacles_pass(struct unit *unit)
{
    source_walk_run(unit, visit, NULL);
    openmp_obstacles(unit);
}
