/* SPDX-License-Identifier: MIT */
#include "array_shape.h"

#include <string.h>

#include "text_builder.h"
#include "text_scan.h"
#include "type_names.h"

#define MOST_DIMENSIONS (sizeof((local *)0)->lengths / sizeof((local *)0)->lengths[0])

static bool is_array(CXType type)
{
    return clang_getArrayElementType(type).kind != CXType_Invalid;
}

static CXType element_of(CXType type)
{
    return clang_getCanonicalType(clang_getArrayElementType(type));
}

/* Whether a length anywhere in it is known at run time only. */
static bool varies(CXType type)
{
    type = clang_getCanonicalType(type);
    while (is_array(type) || type.kind == CXType_Pointer) {
        if (type.kind == CXType_VariableArray)
            return true;
        type = is_array(type) ? element_of(type) : clang_getCanonicalType(clang_getPointeeType(type));
    }
    return false;
}

/*
 * The array that the lengths are of: what a pointer points to, what a parameter that is declared as an array has for elements, or the
 * type itself.
 */
static CXType shape_of(const local *variable, bool *pointer)
{
    CXType type = clang_getCanonicalType(variable->type);

    *pointer = type.kind == CXType_Pointer || variable->role == LOCAL_PARAMETER;
    if (type.kind == CXType_Pointer)
        return clang_getCanonicalType(clang_getPointeeType(type));
    return *pointer && is_array(type) ? element_of(type) : type;
}

/* The lengths as the declaration spells them, behind the name; false when there are others than it has. */
static bool find_texts(const local_table *table, local *variable)
{
    const char *text = unit_text(table->unit);
    size_t end = unit_length(table->unit), at = variable->place + strlen(variable->original);
    bool pointer, declared_array = is_array(clang_getCanonicalType(variable->type));
    CXType type = shape_of(variable, &pointer);

    variable->dimensions = 0;
    for (at = scan_blank(text, at, end); text[at] == ')' || text[at] == '['; at = scan_blank(text, at, end)) {
        size_t close = at;

        if (text[at] == '[') {
            close = scan_to(text, at + 1, end, ']');
            if (pointer && declared_array) {
                declared_array = false; /* the length of what is a pointer anyway */
            } else {
                if (!is_array(type) || variable->dimensions == MOST_DIMENSIONS)
                    return false;
                variable->length_texts[variable->dimensions++] = (text_range){ (unsigned)at + 1, (unsigned)close };
                type = element_of(type);
            }
        } else if (!is_array(type)) {
            break;
        }
        at = close + 1;
    }
    variable->target = type;
    return !is_array(type) && !varies(type);
}

const char *array_shape_refused(local_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        local *variable = table->locals[i];
        bool pointer;

        if (!varies(variable->type) || (variable->role == LOCAL_PARAMETER && !varies(shape_of(variable, &pointer))))
            continue;
        if (!find_texts(table, variable) || (variable->block && variable->role == LOCAL_PARAMETER))
            return unit_format(table->unit, "the type of '%s' depends on lengths that its declaration does not show", variable->original);
    }
    return NULL;
}

void array_shape_find(local_table *table, local *variable)
{
    bool pointer;
    CXType shape = shape_of(variable, &pointer);

    if (!variable->lifted || !varies(shape) || !find_texts(table, variable))
        return;
    variable->shaped = variable->pointer = pointer;
    if (!pointer) {
        variable->pointer = true;
        variable->variable_length = true;
    }
    variable->block = false;
}

/* ---- Lengths and uses ---- */

static const char *prepare(local_table *table, local *variable)
{
    bool pointer;
    CXType type = shape_of(variable, &pointer);
    text_builder shape = { NULL, 0, 0 };
    const char *sizes;

    for (unsigned d = 0; d < variable->dimensions; d++, type = element_of(type)) {
        if (type.kind == CXType_VariableArray) {
            local *length = local_table_add_spelled(table, unit_format(table->unit, "%s_length", variable->original),
                                                    "__typeof__(sizeof 0)");

            length->reference = "&msrck_size";
            variable->lengths[d] = length;
            text_add_format(&shape, "[%s]", length->name);
        } else {
            text_add_format(&shape, "[%lld]", clang_getArraySize(type));
        }
    }
    sizes = unit_format(table->unit, "%s", shape.text);
    text_free(&shape);
    return sizes;
}

struct showing {
    local_table *table;
    const local *variable;
    const char *element, *sizes;
};

/* Whether a name stands where it is assigned to. */
static bool is_assigned(const syntax *name)
{
    const syntax *up = name->parent, *below = name;

    while (up != NULL && up->kind == EXPRESSION_CLEAR) {
        below = up;
        up = up->parent;
    }
    if (up == NULL)
        return false;
    if (up->kind == EXPRESSION_ASSIGN || up->kind == EXPRESSION_COMPOUND_ASSIGN)
        return up->children[0] == below;
    return up->kind == EXPRESSION_UNARY && up->operation <= CXUnaryOperator_AddrOf;
}

static bool show(syntax *node, void *context)
{
    const struct showing *showing = context;
    struct unit *unit = showing->table->unit;
    const char *text;

    if (node->kind != EXPRESSION_NAME || node->variable != showing->variable)
        return true;
    if (node->variable->variable_length)
        text = unit_format(unit, "(*(__typeof__(%s) (*)%s)%s)", showing->element, showing->sizes, node->variable->name);
    else if (is_assigned(node))
        text = unit_format(unit, "(*(__typeof__(%s) (**)%s)&%s)", showing->element, showing->sizes, node->variable->name);
    else
        text = unit_format(unit, "((__typeof__(%s) (*)%s)%s)", showing->element, showing->sizes, node->variable->name);
    edit_list_replace(unit_edits(unit), node->range.begin, node->range.end, text);
    return true;
}

/* ---- alloca ---- */

static bool move_allocation(syntax *node, void *context)
{
    local_table *table = context;
    const syntax *callee = node->count > 0 ? node->children[0] : NULL;
    const char *text;
    local *block;

    if (node->kind != EXPRESSION_CALL || callee == NULL)
        return node->kind != EXPRESSION_UNEVALUATED;
    text = unit_range_text(table->unit, callee->range);
    if (strcmp(text, "alloca") != 0 && strcmp(text, "__builtin_alloca") != 0)
        return true;
    block = local_table_add(table, "allocated", clang_getCursorType(node->cursor));
    block->allocated = true;
    edit_list_replace(unit_edits(table->unit), callee->range.begin, callee->range.end, "msrck_cc_plain_malloc");
    edit_list_wrap(unit_edits(table->unit), node->range.begin, node->range.end, unit_format(table->unit, "(%s = ", block->name), ")");
    return true;
}

bool array_shape_allocations(local_table *table)
{
    size_t before = table->count;

    syntax_visit(table->body, move_allocation, table);
    return table->count > before;
}

bool array_shape_prepare(local_table *table)
{
    size_t count = table->count;
    bool arrays = false;

    for (size_t i = 0; i < count; i++) {
        local *variable = table->locals[i];
        struct showing showing = { table, variable, NULL, NULL };

        if (!variable->shaped && !variable->variable_length)
            continue;
        showing.element = type_spelling(table->unit, variable->target);
        showing.sizes = prepare(table, variable);
        syntax_visit(table->body, show, &showing);
        arrays |= variable->variable_length;
    }
    return arrays;
}
