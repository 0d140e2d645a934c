/* SPDX-License-Identifier: MIT */
/*
 * What surrounds a lowered body: the lifted variables, the way back in at the entry, the tests at the points, the structs of live variables and the tables.
 */
#include <stdlib.h>
#include <string.h>

#include "function_twin.h"
#include "lowering.h"
#include "type_names.h"
#include "unit_state.h"

/* ---- Live variables ---- */

static const char *pointer_to(lowering *l, const local *variable, const char *reference)
{
    const char *name = unit_identifier(l->unit, unit_format(l->unit, "pointer_%s_%s", l->function->name, variable->name));

    unit_declare(l->unit, "static const msrck_type %s;\n", name);
    unit_append(l->unit,
                "static const msrck_type %s = { .kind = 3, .size = sizeof(void *), .alignment = _Alignof(void *), .element = %s };\n",
                name, reference);
    return unit_format(l->unit, "&%s", name);
}

/* NULL where the type cannot be described, after a message: the variable is not part of the state. */
static const char *reference_of(lowering *l, local *variable)
{
    CXType type = variable->pointer ? variable->target : variable->type;

    if (variable->reference != NULL)
        return variable->reference;
    variable->reference = type_reference(l->unit, type, unit_format(l->unit, "'%s' of %s", variable->original, l->function->name),
                                         variable->place != 0 ? variable->place : l->function->body->range.begin);
    if (variable->reference != NULL && variable->pointer)
        variable->reference = pointer_to(l, variable, variable->reference);
    return variable->reference;
}

static bool is_live(lowering *l, const poll_point *point, local *variable)
{
    return variable->lifted && !variable->block && flow_live(l->flow, point->block, variable->number);
}

static bool is_alive(const poll_point *point, const local *block)
{
    if (block->role == LOCAL_PARAMETER)
        return true;
    if (point->where == NULL || !syntax_inside(point->where, block->scope))
        return false;
    /* An object may be an argument of the very call. */
    return block->place < (block->role == LOCAL_OBJECT ? point->where->range.end : point->where->range.begin);
}

/* Points with the same live variables share a struct. */
static void describe_live(lowering *l, poll_point *point, text_builder *structs)
{
    made_member *members = storage_new(l->locals.count + 1, sizeof *members);
    size_t count = 0;
    size_t number = (size_t)(point - l->points) + 1;
    const char *tag;
    text_builder fields = { NULL, 0, 0 };

    for (size_t i = 0; i < l->locals.count; i++) {
        local *variable = l->locals.locals[i];
        const char *reference = is_live(l, point, variable) ? reference_of(l, variable) : NULL;

        if (reference == NULL)
            continue;
        members[count++] = (made_member){ variable->name, reference };
        text_add_format(&fields, " __typeof__(%s) %s%s;", variable->spelling, variable->variable_length ? "*" : "", variable->name);
    }
    for (poll_point *before = l->points; count > 0 && before < point; before++)
        if (before->live_fields != NULL && strcmp(before->live_fields, fields.text) == 0) {
            point->live_tag = before->live_tag;
            point->live_reference = before->live_reference;
            count = 0;
        }
    if (count > 0) {
        tag = unit_identifier(l->unit, unit_format(l->unit, "live_%s_%zu", l->function->name, number));
        point->live_fields = unit_format(l->unit, "%s", fields.text);
        point->live_tag = unit_format(l->unit, "struct %s", tag);
        text_add_format(structs, "%s {%s };\n", point->live_tag, fields.text);
        point->live_reference = type_reference_made(
            l->unit, point->live_tag,
            unit_format(l->unit, "live %s %zu", unit_checkpoint_name(l->unit, l->function->cursor), number),
            members, count);
    }
    text_free(&fields);
    free(members);
}

static bool in_struct(lowering *l, const poll_point *point, local *variable)
{
    return point->live_tag != NULL && is_live(l, point, variable) && variable->reference != NULL;
}

/*
 * The members of a small struct, for copying it member by member: a struct that is copied as a whole anywhere is kept in
 * memory everywhere.
 */
#define MOST_COPIED_MEMBERS 8

struct member_list {
    lowering *l;
    const char *names[MOST_COPIED_MEMBERS];
    size_t count;
    bool whole;                     /* it has to be copied as a whole */
};

static enum CXVisitorResult add_member(CXCursor field, CXClientData data)
{
    struct member_list *list = data;
    CXType type = clang_getCanonicalType(clang_getCursorType(field));
    const char *name = unit_keep_string(list->l->unit, clang_getCursorSpelling(field));

    list->whole |= list->count == MOST_COPIED_MEMBERS || clang_Cursor_isBitField(field) || name[0] == '\0' || type.kind == CXType_Record ||
                   clang_getArrayElementType(type).kind != CXType_Invalid;
    if (list->whole)
        return CXVisit_Break;
    list->names[list->count++] = name;
    return CXVisit_Continue;
}

/* False where the variable is no such struct. */
static bool find_members(lowering *l, const local *variable, struct member_list *list)
{
    CXType type = clang_getCanonicalType(variable->type);

    *list = (struct member_list){ .l = l };
    if (type.kind != CXType_Record || variable->unassignable || clang_getCursorKind(clang_getTypeDeclaration(type)) != CXCursor_StructDecl)
        return false;
    clang_Type_visitFields(type, add_member, list);
    return !list->whole && list->count > 0;
}

static void add_value(lowering *l, const local *variable, text_builder *text)
{
    struct member_list list;

    if (!find_members(l, variable, &list)) {
        text_add(text, variable->name);
        return;
    }
    text_add(text, "{ ");
    for (size_t i = 0; i < list.count; i++)
        text_add_format(text, "%s%s.%s", i > 0 ? ", " : "", variable->name, list.names[i]);
    text_add(text, " }");
}

static void add_taking_back(lowering *l, const local *variable, const char *from, text_builder *text)
{
    struct member_list list;

    if (!find_members(l, variable, &list))
        text_add(text, local_assignment(&l->locals, variable, from));
    else
        for (size_t i = 0; i < list.count; i++)
            text_add_format(text, "%s.%s = %s.%s;", variable->name, list.names[i], from, list.names[i]);
}

/* "(struct live){ a, b }" */
static void add_live_value(lowering *l, const poll_point *point, text_builder *text)
{
    const char *separator = "";

    text_add_format(text, "(%s){ ", point->live_tag);
    for (size_t i = 0; i < l->locals.count; i++)
        if (in_struct(l, point, l->locals.locals[i])) {
            text_add(text, separator);
            add_value(l, l->locals.locals[i], text);
            separator = ", ";
        }
    text_add(text, " }");
}

/* ---- Blocks ---- */

static bool is_listed(lowering *l, local *variable)
{
    return variable->lifted && variable->block && !variable->variable_length && reference_of(l, variable) != NULL;
}

static bool has_blocks(lowering *l)
{
    for (size_t i = 0; i < l->locals.count; i++)
        if (is_listed(l, l->locals.locals[i]))
            return true;
    return false;
}

/* The blocks with how many values each has: none where it is not alive. NULL: all of them, for a resume. */
static void add_blocks(lowering *l, const poll_point *point, text_builder *text)
{
    if (!has_blocks(l)) {
        text_add(text, "0");
        return;
    }
    text_add(text, "(const msrck_local[]){ ");
    for (size_t i = 0; i < l->locals.count; i++) {
        const local *variable = l->locals.locals[i];

        if (is_listed(l, l->locals.locals[i]))
            text_add_format(text, "{ (void *)&%s, %d }, ", variable->name, point == NULL || is_alive(point, variable));
    }
    text_add(text, "}");
}

/* ---- In the body ---- */

static void add_place(lowering *l, unsigned offset, text_builder *text)
{
    const char *marker = unit_line_marker(l->unit, offset);

    if (marker[0] != '\0')
        text_add_format(text, "%.*s 3\n", (int)(strlen(marker) - 1), marker);
}

/* entered: from the switch at the function's entry, by the label. */
static void add_point(lowering *l, size_t index, bool entered, text_builder *text)
{
    const poll_point *point = &l->points[index];

    add_place(l, point->place, text);
    if (entered)
        text_add_format(text, "msrck_point_%zu: ", index + 1);
    text_add_format(text, "if (__builtin_expect(msrck_flag != 0, 0) && %s(&%s, %zu, ", point->kind == POINT_POLL ? "msrck_cc_at_point" : "msrck_cc_leave", l->table, index + 1);
    if (point->live_tag != NULL) {
        text_add(text, "&");
        add_live_value(l, point, text);
    } else {
        text_add(text, "0");
    }
    text_add(text, ", ");
    add_blocks(l, point, text);
    text_add_format(text, ")) %s", l->nothing);
}

static bool is_record(const local *variable)
{
    return clang_getCanonicalType(variable->type).kind == CXType_Record;
}

static void add_gap(lowering *l, const text_gap *gap, bool entered, text_builder *text)
{
    if (gap->point >= 0) {
        add_point(l, (size_t)gap->point, entered, text);
    } else if (flow_live(l->flow, gap->block, gap->variable->number)) {
        add_place(l, gap->variable->place, text);
        if (is_record(gap->variable))
            text_add_format(text, "__builtin_memset((void *)&%s, 0, sizeof %s);", gap->variable->name, gap->variable->name);
        else
            text_add_format(text, "%s = 0;", gap->variable->name);
    }
}

static void add_statements(lowering *l, bool entered, text_builder *text)
{
    size_t at = 0;

    for (size_t g = 0; g < l->gap_count; g++) {
        text_add_range(text, l->body.text + at, l->gaps[g].at - at);
        add_gap(l, &l->gaps[g], entered, text);
        at = l->gaps[g].at;
    }
    if (l->body.length > at)
        text_add_range(text, l->body.text + at, l->body.length - at);
}

/* ---- At the entry ---- */

/* Where nothing has been written yet a block may be jumped into past its declaration. */
static bool skips_declarations(const lowering *l, const local *variable)
{
    const syntax *scope = variable->scope;

    return l->label_count > 0 || (scope != NULL && scope->parent != NULL && scope->parent->kind == STATEMENT_SWITCH);
}

static bool begins_as_zero(lowering *l, const local *variable)
{
    if (variable->variable_length)
        return true;
    if (variable->block)
        return local_type_is_delicate(variable->type) && (variable->role == LOCAL_OBJECT || skips_declarations(l, variable));
    return flow_live(l->flow, 0, variable->number);
}

/* Temporaries first: their types are spelled with names that variables may hide. */
static void add_declarations(lowering *l, text_builder *text)
{
    for (int temporaries = 1; temporaries >= 0; temporaries--)
        for (size_t i = 0; i < l->locals.count; i++) {
            const local *variable = l->locals.locals[i];

            if (!variable->lifted || (variable->role == LOCAL_TEMPORARY) != (temporaries == 1))
                continue;
            if (variable->role == LOCAL_PARAMETER && !variable->copied)
                continue;
            if (variable->role != LOCAL_PARAMETER)
                add_place(l, variable->place != 0 ? variable->place : l->function->body->range.begin, text);
            text_add(text, local_declaration(&l->locals, variable));
            if (variable->copied)
                text_add_format(text, " = %s;\n", variable->original);
            else
                text_add(text, begins_as_zero(l, variable) ? " = { 0 };\n" : ";\n");
        }
}

/* "case 3: a = msrck_live.p3.a; ... goto msrck_point_3;" */
static void add_resume(lowering *l, size_t index, text_builder *text)
{
    const poll_point *point = &l->points[index];

    text_add_format(text, "case %zu: ", index + 1);
    for (size_t i = 0; i < l->locals.count; i++)
        if (in_struct(l, point, l->locals.locals[i]))
            add_taking_back(l, l->locals.locals[i], unit_format(l->unit, "msrck_live.p%zu.%s", index + 1, l->locals.locals[i]->name), text);
    if (point->kind == POINT_ENTRY)
        text_add(text, "break;\n");
    else
        text_add_format(text, "%s goto msrck_point_%zu;\n", point->again, index + 1);
}

static void add_entry(lowering *l, text_builder *text)
{
    const poll_point *entry = l->function->entry_point ? &l->points[0] : NULL;

    add_place(l, l->function->body->range.begin, text);
    text_add(text, "if (__builtin_expect(msrck_flag != 0, 0)) {\nunion { char none;");
    for (size_t p = 0; p < l->point_count; p++)
        if (l->points[p].live_tag != NULL)
            text_add_format(text, " %s p%zu;", l->points[p].live_tag, p + 1);
    text_add(text, " } msrck_live");
    /* Not an assignment, since a struct with const members takes none. */
    if (entry != NULL && entry->live_tag != NULL) {
        text_add(text, " = { .p1 = ");
        add_live_value(l, entry, text);
        text_add(text, " }");
    }
    text_add(text, ";\n");
    text_add_format(text, "switch (msrck_cc_enter(&%s, &msrck_live, ", l->table);
    add_blocks(l, NULL, text);
    text_add(text, ", ");
    if (entry != NULL)
        add_blocks(l, entry, text);
    else
        text_add(text, "0");
    text_add_format(text, ")) {\ncase -1: %s\n", l->nothing);
    for (size_t p = 0; p < l->point_count; p++)
        add_resume(l, p, text);
    text_add(text, "default: break;\n}\n}\n");
}

/* ---- Tables ---- */

static void append_tables(lowering *l)
{
    const char *shown = unit_checkpoint_name(l->unit, l->function->cursor);
    bool own = unit_name_is_own(l->unit, shown);
    size_t blocks = 0;

    unit_declare(l->unit, "static %smsrck_frame_table %s;\n", own ? "" : "const ", l->table);
    unit_append(l->unit, "static const msrck_point %s_points[] = {\n", l->table);
    for (size_t p = 0; p < l->point_count; p++)
        unit_append(l->unit, "{ \"%s\", %s },\n", l->points[p].label,
                    l->points[p].live_reference != NULL ? l->points[p].live_reference : "0");
    unit_append(l->unit, "};\n");
    for (size_t i = 0; i < l->locals.count; i++)
        if (is_listed(l, l->locals.locals[i])) {
            if (blocks++ == 0)
                unit_append(l->unit, "static const msrck_local_entry %s_locals[] = {\n", l->table);
            unit_append(l->unit, "{ \"%s\", %s },\n", l->locals.locals[i]->name, l->locals.locals[i]->reference);
        }
    if (blocks > 0)
        unit_append(l->unit, "};\n");
    unit_append(l->unit, "static %smsrck_frame_table %s = { \"%s\", %s_points, %zu, %d, ", own ? "" : "const ", l->table, shown, l->table,
                l->point_count, l->function->entry_point);
    if (blocks > 0)
        unit_append(l->unit, "%s_locals, %zu };\n", l->table, blocks);
    else
        unit_append(l->unit, "0, 0 };\n");
    if (own)
        unit_note_name(l->unit, l->table, "function");
    unit_append(l->unit,
                "static const msrck_frame_table *const %s_entry\n"
                "    __attribute__((used, section(\"msrck_frames\"), aligned(sizeof(void *)))) = &%s;\n",
                l->table, l->table);
}

/* ---- The report ---- */

static void report_point(lowering *l, size_t index)
{
    const poll_point *point = &l->points[index];
    text_builder names = { NULL, 0, 0 };

    for (size_t i = 0; i < l->locals.count; i++) {
        local *variable = l->locals.locals[i];

        if (in_struct(l, point, variable))
            text_add_format(&names, "%s%s", names.length > 0 ? ", " : "", variable->original);
        else if (is_listed(l, variable) && is_alive(point, variable))
            text_add_format(&names, "%s&%s", names.length > 0 ? ", " : "", variable->original);
    }
    unit_report(l->unit, point->place, "%s %zu of %s (%s): live: %s; cost: %s",
                point->kind == POINT_CALL ? "call site" : "poll-point", index + 1, l->function->name, point->label,
                names.length > 0 ? names.text : "nothing",
                point->cost != NULL ? point->cost : "one test of a word behind the call");
    text_free(&names);
}

/* ---- All together ---- */

/* The whole body. twin: identifier of the function that is entered in the middle, or NULL where this one is. */
static void add_body(lowering *l, const char *twin, text_builder *text)
{
    text_add(text, "{");
    if (twin != NULL) {
        add_place(l, l->function->body->range.begin, text);
        twin_add_call(l, twin, text);
    }
    add_declarations(l, text);
    if (twin == NULL)
        add_entry(l, text);
    add_statements(l, twin == NULL, text);
    text_add(text, unit_line_marker(l->unit, l->function->body->range.end - 1));
    if (strcmp(l->function->name, "main") == 0)
        text_add(text, "return 0;");
    text_add(text, "}");
}

void frame_emit(lowering *l)
{
    text_builder structs = { NULL, 0, 0 }, text = { NULL, 0, 0 };
    const char *twin = twin_identifier(l);
    text_range body = l->function->body->range, whole = unit_whole_declaration(l->unit, l->function->cursor);

    flow_solve(l->flow, l->locals.count);
    add_place(l, whole.begin, &structs);
    for (size_t p = 0; p < l->point_count; p++)
        describe_live(l, &l->points[p], &structs);
    if (twin != NULL) {
        add_body(l, NULL, &text);
        twin_add_definition(l, twin, text.text, &structs);
        text_free(&text);
    }
    add_body(l, twin, &text);
    text_add(&structs, unit_line_marker(l->unit, whole.begin));
    edit_list_insert(unit_edits(l->unit), whole.begin, structs.text);
    edit_list_replace(unit_edits(l->unit), body.begin, body.end, text.text);
    append_tables(l);
    for (size_t p = 0; p < l->point_count; p++)
        report_point(l, p);
    text_free(&structs);
    text_free(&text);
}
