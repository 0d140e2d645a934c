/* SPDX-License-Identifier: MIT */
/*
 * Looks through a unit's code for what shows the active member of a union in a struct: a member that is taken where the tag was asked for or has just been set, and initialisers of both.
 *
 * Each place where a member is taken is looked at from there outwards, until something around or before it speaks of the same object's tag.
 */
#include <stdlib.h>
#include <string.h>

#include "record_names.h"
#include "source_walk.h"
#include "type_tables.h"
#include "union_guards.h"
#include "unit_state.h"

/* A member of a guessed union that is taken. */
struct access {
    struct guessed_union *guess;
    size_t member;
    const char *key;                /* object_key() of the struct */
    unsigned place;
};

/* ---- What is taken ---- */

/* The member without a name that a record is, in the record around it. */
static CXCursor anonymous_field(CXCursor record)
{
    struct field_list list = record_fields(clang_getCursorSemanticParent(record));
    CXCursor found = clang_getNullCursor();

    for (size_t i = 0; i < list.count; i++)
        if (field_is_anonymous_record(list.items[i]) && clang_equalCursors(record_definition(clang_getCursorType(list.items[i])), record))
            found = list.items[i];
    free(list.items);
    return found;
}

/* The expression before the dot, behind the steps through members without names that stand nowhere in the text. */
static CXCursor base_of(CXCursor access)
{
    CXCursor base = cursor_child(access, 0);

    while (clang_getCursorKind(base) == CXCursor_MemberRefExpr && field_is_anonymous_record(clang_getCursorReferenced(base)))
        base = cursor_child(base, 0);
    return base;
}

static size_t index_of(CXCursor definition, CXCursor member)
{
    struct field_list list = record_fields(definition);
    size_t index = 0;

    while (index < list.count && !clang_equalCursors(list.items[index], member))
        index++;
    free(list.items);
    return index;
}

/* Goes from the member that is named up to the union that it is a member of. */
static CXCursor union_of(CXCursor *member)
{
    CXCursor record = clang_getCursorSemanticParent(*member);

    while (clang_getCursorKind(record) == CXCursor_StructDecl && clang_Cursor_isAnonymousRecordDecl(record)) {
        *member = anonymous_field(record);
        record = clang_getCursorSemanticParent(record);
    }
    return record;
}

static bool find_access(struct unit *unit, CXCursor cursor, struct access *access)
{
    CXCursor member = clang_getCursorReferenced(cursor), record, field, base = base_of(cursor), outer = cursor;

    if (clang_getCursorKind(member) != CXCursor_FieldDecl)
        return false;
    record = union_of(&member);
    if (clang_getCursorKind(record) != CXCursor_UnionDecl || clang_Cursor_isNull(member))
        return false;
    if (clang_Cursor_isAnonymousRecordDecl(record))
        field = anonymous_field(record);
    else {
        outer = cursor_unwrapped(base);
        field = clang_getCursorKind(outer) == CXCursor_MemberRefExpr ? clang_getCursorReferenced(outer) : clang_getNullCursor();
        base = clang_Cursor_isNull(field) ? base : base_of(outer);
    }
    if (clang_Cursor_isNull(field) || clang_Cursor_isNull(base) || clang_getCursorKind(field) != CXCursor_FieldDecl)
        return false;
    *access = (struct access){ guessed_union_of(unit, field), index_of(record, member), NULL, unit_range(unit, cursor).begin };
    if (access->guess == NULL)
        return false;
    access->key = object_key(unit, outer, base);
    return true;
}

/* ---- What is noted ---- */

static void note_value(struct guessed_union *guess, long long value, size_t member, unsigned place)
{
    for (size_t i = 0; i < guess->count; i++)
        if (guess->seen[i].value == value && guess->seen[i].member == member)
            return;
    if (guess->count == guess->capacity) {
        guess->capacity = guess->capacity * 2 + 16;
        guess->seen = storage_resize(guess->seen, guess->capacity, sizeof *guess->seen);
    }
    guess->seen[guess->count++] = (struct seen_tag){ value, member, place };
}

static void note(const struct access *access, const struct guard *guard)
{
    for (size_t i = 0; i < guard->count; i++)
        note_value(access->guess, guard->values[i], access->member, access->place);
    if (guard->others)
        access->guess->others |= 1ULL << access->member;
}

/* ---- What is around ---- */

struct siblings {
    CXCursor *items;
    size_t count, capacity;
};

static enum CXChildVisitResult add_sibling(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct siblings *list = data;

    (void)parent;
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 32;
        list->items = storage_resize(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = cursor;
    return CXChildVisit_Continue;
}

/* Statements before the child, backwards; where a member is written, the tag may be set behind it. False ends the search. */
static bool look_beside(const struct tagged_object *object, CXCursor compound, CXCursor child, bool written, struct guard *guard)
{
    struct siblings list = { NULL, 0, 0 };
    size_t at = 0;
    bool goes_on = true;

    clang_visitChildren(compound, add_sibling, &list);
    while (at < list.count && !clang_equalCursors(list.items[at], child))
        at++;
    for (size_t i = at; i > 0 && goes_on && !guard->found && !statement_leads_out(object->unit, list.items[i - 1]); i--)
        goes_on = guard_by_statement(object, list.items[i - 1], guard);
    for (size_t i = at + 1; i < list.count && written && !guard->found && !statement_leads_out(object->unit, list.items[i]); i++)
        guard_by_assignment(object, list.items[i], guard);
    free(list.items);
    return goes_on || guard->found;
}

/* What stands before in a loop, its condition among it: the body is the last child, the step before it. */
static void look_at_loop(const struct tagged_object *object, CXCursor loop, CXCursor child, struct guard *guard)
{
    struct siblings list = { NULL, 0, 0 };

    clang_visitChildren(loop, add_sibling, &list);
    for (size_t i = 0; i < list.count && !clang_equalCursors(list.items[i], child); i++)
        guard_by_condition(object, list.items[i], true, guard);
    free(list.items);
}

static void look_at_choice(const struct tagged_object *object, CXCursor choice, CXCursor child, struct guard *guard)
{
    if (clang_equalCursors(cursor_child(choice, 1), child))
        guard_by_condition(object, cursor_child(choice, 0), true, guard);
    else if (clang_equalCursors(cursor_child(choice, 2), child))
        guard_by_condition(object, cursor_child(choice, 0), false, guard);
}

static void look_at_operator(const struct tagged_object *object, CXCursor operator, CXCursor child, struct guard *guard)
{
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(operator);

    if ((kind == CXBinaryOperator_LAnd || kind == CXBinaryOperator_LOr) && clang_equalCursors(cursor_child(operator, 1), child))
        guard_by_condition(object, cursor_child(operator, 0), kind == CXBinaryOperator_LAnd, guard);
}

static bool is_switch_over(const struct tagged_object *object, CXCursor cursor)
{
    return clang_getCursorKind(cursor) == CXCursor_SwitchStmt && is_tag_of(object, cursor_child(cursor, 0));
}

/* One step outwards. False ends the search. */
static bool look_around(const source_walk *walk, size_t level, const struct tagged_object *object, CXCursor child, bool written, struct guard *guard)
{
    CXCursor around = source_walk_around(walk, level);

    if (clang_Cursor_isNull(around))
        return false;
    switch (clang_getCursorKind(around)) {
    case CXCursor_CompoundStmt:
        if (!look_beside(object, around, child, written, guard))
            return false;
        if (!guard->found && is_switch_over(object, source_walk_around(walk, level + 1)))
            guard_by_labels(object->unit, around, child, guard);
        return true;
    case CXCursor_IfStmt:
    case CXCursor_ConditionalOperator:
        look_at_choice(object, around, child, guard);
        return true;
    case CXCursor_WhileStmt:
    case CXCursor_ForStmt:
        look_at_loop(object, around, child, guard);
        return true;
    case CXCursor_BinaryOperator:
        look_at_operator(object, around, child, guard);
        return true;
    case CXCursor_FunctionDecl:
        return false;
    default:
        return true;
    }
}

/* Whether what is taken, or a part of it, is the left side of an assignment. */
static bool is_written(const source_walk *walk, CXCursor cursor)
{
    for (size_t level = 0;; level++) {
        CXCursor around = source_walk_around(walk, level);
        enum CXCursorKind kind = clang_getCursorKind(around);

        if (kind == CXCursor_BinaryOperator)
            return clang_getCursorBinaryOperatorKind(around) == CXBinaryOperator_Assign && clang_equalCursors(cursor_child(around, 0), cursor);
        if (!cursor_is_wrapper(around) && kind != CXCursor_MemberRefExpr && kind != CXCursor_ArraySubscriptExpr)
            return false;
        cursor = around;
    }
}

static void look_at_access(const source_walk *walk, CXCursor cursor, struct access *access)
{
    struct tagged_object object = { walk->unit, access->guess, access->key };
    struct guard guard = { .found = false };
    bool written = is_written(walk, cursor);
    CXCursor child = cursor;

    for (size_t level = 0; !guard.found && look_around(walk, level, &object, child, written, &guard); level++)
        child = source_walk_around(walk, level);
    if (guard.found)
        note(access, &guard);
    else
        access->guess->used |= 1ULL << access->member;
}

/* ---- Initialisers ---- */

/* What an initialiser of a struct gives to its tag and to its union. */
struct initial {
    bool tag_known, tag_given;
    long long tag;
    bool member_known;
    size_t member;
};

static bool is_designated(CXCursor cursor)
{
    return clang_getCursorKind(cursor) == CXCursor_UnexposedExpr && clang_getCursorKind(cursor_child(cursor, 0)) == CXCursor_MemberRef;
}

static void take_member(struct initial *initial, size_t member)
{
    initial->member_known = true;
    initial->member = member;
}

/* A union's own list: a designator, or its first member, of which a zero says nothing. */
static void look_at_union_list(const struct guessed_union *guess, CXCursor value, struct initial *initial)
{
    CXCursor first = cursor_child(value, 0);
    long long number = 1;

    if (clang_getCursorKind(value) != CXCursor_InitListExpr || clang_Cursor_isNull(first))
        return;
    if (is_designated(first)) {
        take_member(initial, index_of(guess->definition, clang_getCursorReferenced(cursor_child(first, 0))));
        return;
    }
    if (!cursor_constant(first, &number) || number != 0)
        take_member(initial, 0);
}

static void take_tag(struct initial *initial, CXCursor value)
{
    initial->tag_given = true;
    initial->tag_known = constant_value(value, &initial->tag);
}

static void look_at_designated(const struct guessed_union *guess, CXCursor designated, struct initial *initial)
{
    CXCursor named = clang_getCursorReferenced(cursor_child(designated, 0)), second = cursor_child(designated, 1), member = named;

    if (clang_equalCursors(named, guess->tag))
        take_tag(initial, cursor_last_child(designated));
    else if (clang_equalCursors(named, guess->field)) {
        if (clang_getCursorKind(second) == CXCursor_MemberRef)
            take_member(initial, index_of(guess->definition, clang_getCursorReferenced(second)));
        else
            look_at_union_list(guess, cursor_last_child(designated), initial);
    } else if (clang_equalCursors(union_of(&member), guess->definition))
        take_member(initial, index_of(guess->definition, member));
}

static void look_at_list(const struct guessed_union *guess, CXCursor list, const struct field_list *fields, struct initial *initial)
{
    size_t position = 0;

    for (unsigned i = 0;; i++) {
        CXCursor child = cursor_child(list, i);

        if (clang_Cursor_isNull(child))
            return;
        if (is_designated(child)) {
            look_at_designated(guess, child, initial);
            for (size_t k = 0; k < fields->count; k++)
                if (clang_equalCursors(fields->items[k], clang_getCursorReferenced(cursor_child(child, 0))))
                    position = k + 1;
            continue;
        }
        if (position < fields->count && clang_equalCursors(fields->items[position], guess->tag))
            take_tag(initial, child);
        else if (position < fields->count && clang_equalCursors(fields->items[position], guess->field))
            look_at_union_list(guess, child, initial);
        position++;
    }
}

/* A struct that is given its tag and its union at once. A tag that is left out is zero. */
static void look_at_initialiser(struct unit *unit, CXCursor list)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(list));
    struct field_list fields;

    if (type.kind != CXType_Record || type_is_union(type))
        return;
    fields = record_fields(clang_getTypeDeclaration(type));
    for (size_t i = 0; i < fields.count; i++) {
        struct guessed_union *guess = guessed_union_of(unit, fields.items[i]);
        struct initial initial = { .tag_known = false };

        if (guess == NULL)
            continue;
        look_at_list(guess, list, &fields, &initial);
        if (initial.member_known && (initial.tag_known || !initial.tag_given))
            note_value(guess, initial.tag, initial.member, unit_range(unit, list).begin);
        else if (initial.member_known)
            guess->others |= 1ULL << initial.member;
    }
    free(fields.items);
}

static void visit(source_walk *walk, CXCursor cursor)
{
    struct access access;

    if (clang_getCursorKind(cursor) == CXCursor_InitListExpr)
        look_at_initialiser(walk->unit, cursor);
    else if (clang_getCursorKind(cursor) == CXCursor_MemberRefExpr && find_access(walk->unit, cursor, &access))
        look_at_access(walk, cursor, &access);
}

void union_evidence_find(struct unit *unit)
{
    if (unit->evidence_found)
        return;
    unit->evidence_found = true;
    source_walk_run(unit, visit, NULL);
}
