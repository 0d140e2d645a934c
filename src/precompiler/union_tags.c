/* SPDX-License-Identifier: MIT */
#include "union_tags.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "pragma_table.h"
#include "record_names.h"
#include "type_tables.h"
#include "unit_state.h"

/* ---- Which member is the tag ---- */

static bool is_enum(CXType type)
{
    return clang_getCanonicalType(type).kind == CXType_Enum;
}

static bool is_integer(CXType type)
{
    enum CXTypeKind kind = clang_getCanonicalType(type).kind;

    return kind >= CXType_Bool && kind <= CXType_LongLong && kind != CXType_UInt128;
}

/* Whether it is called as tags are. */
static bool is_telling(CXCursor field)
{
    static const char *const words[] = { "kind", "type", "tag", "variant", "which", "what", "class", "typ", "discr", "is_" };
    CXString spelled = clang_getCursorSpelling(field);
    char name[64];
    size_t length = 0;
    bool telling = false;

    for (const char *from = clang_getCString(spelled); from[length] != '\0' && length + 1 < sizeof name; length++)
        name[length] = (char)tolower((unsigned char)from[length]);
    name[length] = '\0';
    clang_disposeString(spelled);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        telling = telling || strstr(name, words[i]) != NULL;
    return telling;
}

/* The only member of such a type unless its name has to tell, or the only one of them that is called like a tag. */
static CXCursor only_candidate(const struct field_list *list, bool (*fits)(CXType type), bool by_name)
{
    CXCursor any = clang_getNullCursor(), telling = clang_getNullCursor();
    size_t fitting = 0, called = 0;

    for (size_t i = 0; i < list->count; i++) {
        CXCursor field = list->items[i];

        if (field_is_anonymous_record(field) || !fits(clang_getCursorType(field)))
            continue;
        fitting++;
        any = field;
        if (is_telling(field)) {
            called++;
            telling = field;
        }
    }
    return fitting == 1 && !by_name ? any : called == 1 ? telling : clang_getNullCursor();
}

static bool members_fit(struct unit *unit, CXCursor definition)
{
    struct field_list list = record_fields(definition);
    bool fit = list.count > 0 && list.count < MOST_UNION_MEMBERS;

    for (size_t i = 0; i < list.count && fit; i++)
        fit = !clang_Cursor_isBitField(list.items[i]) && pragma_before(unit, unit_range(unit, list.items[i]).begin, "when") == NULL &&
              member_refusal(unit, definition, list.items[i], false) == NULL;
    free(list.items);
    return fit;
}

static CXCursor find_likely_tag(struct unit *unit, CXCursor field)
{
    CXCursor record = clang_getCursorSemanticParent(field), definition = record_definition(clang_getCursorType(field)), tag;
    struct field_list list;
    enum union_kind kind;

    if (clang_getCursorKind(record) != CXCursor_StructDecl || clang_Cursor_isAnonymousRecordDecl(record) || clang_Cursor_isNull(definition) ||
        unit_in_system_header(unit, definition))
        return clang_getNullCursor();
    kind = union_content_of(unit, definition).kind;
    if (kind != UNION_UNKNOWN && kind != UNION_BYTES)
        return clang_getNullCursor();
    list = record_fields(record);
    tag = only_candidate(&list, is_enum, false);
    /* Numbers that lie over each other are often read as what they were not written as, and bytes do for them. */
    if (clang_Cursor_isNull(tag))
        tag = only_candidate(&list, is_integer, kind == UNION_BYTES);
    free(list.items);
    return !clang_Cursor_isNull(tag) && members_fit(unit, definition) ? tag : clang_getNullCursor();
}

/* Unions that have no likely tag are entered as well, so that each is looked at once. */
static struct guessed_union *entry_of(struct unit *unit, CXCursor field)
{
    pointer_list *guesses = &unit->guesses;
    struct guessed_union *guess;

    for (size_t i = 0; i < guesses->count; i++)
        if (clang_equalCursors(((struct guessed_union *)guesses->items[i])->field, field))
            return guesses->items[i];
    guess = storage_new(1, sizeof *guess);
    guess->field = field;
    guess->definition = record_definition(clang_getCursorType(field));
    /* Before it is known, none: a type that contains itself through a union would be looked at for ever. */
    guess->tag = clang_getNullCursor();
    pointer_list_add(guesses, guess);
    guess->tag = find_likely_tag(unit, field);
    return guess;
}

struct guessed_union *guessed_union_of(struct unit *unit, CXCursor field)
{
    struct guessed_union *guess;

    if (!type_is_union(clang_getCursorType(field)) || union_has_pragma(unit, field))
        return NULL;
    guess = entry_of(unit, field);
    return clang_Cursor_isNull(guess->tag) ? NULL : guess;
}

void guessed_unions_free(pointer_list *guesses)
{
    for (size_t i = 0; i < guesses->count; i++) {
        free(((struct guessed_union *)guesses->items[i])->seen);
        free(guesses->items[i]);
    }
    free(guesses->items);
}

/* ---- What the code shows ---- */

static const char *field_name(struct unit *unit, CXCursor field)
{
    return unit_keep_string(unit, clang_getCursorSpelling(field));
}

static const char *member_name(struct unit *unit, const struct guessed_union *guess, size_t member)
{
    struct field_list list = record_fields(guess->definition);
    const char *name = field_is_anonymous_record(list.items[member]) ? record_place_name(unit, record_definition(clang_getCursorType(list.items[member])))
                                                                      : field_name(unit, list.items[member]);

    free(list.items);
    return name;
}

/* "struct value.as"; a union without a name by its first member. */
static const char *shown_union(struct unit *unit, const struct guessed_union *guess)
{
    const char *name = field_is_anonymous_record(guess->field) ? record_place_name(unit, guess->definition) : field_name(unit, guess->field);

    return unit_format(unit, "%s.%s", record_shown(unit, clang_getCursorSemanticParent(guess->field)), name);
}

static int by_value(const void *left, const void *right)
{
    const struct seen_tag *a = left, *b = right;

    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return a->member < b->member ? -1 : a->member > b->member;
}

/* The name of the tag's value, where it is an enum's. */
static const char *shown_value(struct unit *unit, const struct guessed_union *guess, long long value)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(guess->tag));
    const char *name = type.kind == CXType_Enum ? enumerator_name(unit, clang_getTypeDeclaration(type), value) : NULL;

    return name != NULL ? name : unit_format(unit, "%lld", value);
}

static void report(struct unit *unit, const struct guessed_union *guess)
{
    text_builder text = { NULL, 0, 0 };

    for (size_t i = 0; i < guess->count; i++)
        text_add_format(&text, "%s %s: %s", i == 0 ? "" : ",", shown_value(unit, guess, guess->seen[i].value), member_name(unit, guess, guess->seen[i].member));
    for (size_t i = 0; i < MOST_UNION_MEMBERS; i++)
        if ((guess->others >> i & 1) != 0)
            text_add_format(&text, "%s else: %s", text.text == NULL ? "" : ",", member_name(unit, guess, i));
    unit_report(unit, unit_range(unit, guess->field).begin, "%s: %s tells the active member, as the code shows:%s", shown_union(unit, guess),
                field_name(unit, guess->tag), text.text != NULL ? text.text : " nothing here");
    text_free(&text);
}

static const char *advice(struct unit *unit, const struct guessed_union *guess)
{
    return unit_format(unit, "put '#pragma msrck tag %s' in the line before it if %s does (with '#pragma msrck when VALUE' before each member of the union, where the values are not "
                             "0, 1, 2 and so on), or '#pragma msrck member NAME' with the only one that is used",
                       field_name(unit, guess->tag), field_name(unit, guess->tag));
}

/* What contradicts itself, and what is used without being shown. */
static void warn(struct unit *unit, const struct guessed_union *guess)
{
    unsigned at = unit_range(unit, guess->field).begin;
    const char *shown = shown_union(unit, guess);

    if (pragma_covers(unit, guess->field, "accept"))
        return;
    if (guess->count == 0 && guess->others == 0 && guess->used != 0)
        unit_obstacle(unit, at, "%s: nothing in this file tells the active member of the union%s: %s, unless another file tells", shown,
                      union_content_of(unit, guess->definition).kind == UNION_BYTES
                          ? ", without which its bytes are carried as they are, and a resume on a machine with another layout is refused" : "", advice(unit, guess));
    for (size_t i = 1; i < guess->count; i++)
        if (guess->seen[i].value == guess->seen[i - 1].value) {
            unit_obstacle(unit, at, "%s: %s is seen with the members %s and %s, so that nothing tells the active one then: %s", shown,
                          shown_value(unit, guess, guess->seen[i].value), member_name(unit, guess, guess->seen[i - 1].member),
                          member_name(unit, guess, guess->seen[i].member), advice(unit, guess));
            unit_note(unit, guess->seen[i - 1].place, "one is here");
            unit_note(unit, guess->seen[i].place, "the other one here");
            return;
        }
}

/* A value that goes with two members stands there twice. */
static void emit_table(struct unit *unit, const struct guessed_union *guess, const char *identifier)
{
    text_builder name = { NULL, 0, 0 };
    struct field_list list = record_fields(guess->definition);

    text_add_quoted(&name, shown_union(unit, guess));
    if (guess->count > 0) {
        unit_append(unit, "static const struct msrck_cc_seen_tag %s_seen[] = {", identifier);
        for (size_t i = 0; i < guess->count; i++)
            unit_append(unit, " { %lldLL, %zu },", guess->seen[i].value, guess->seen[i].member);
        unit_append(unit, " };\n");
    }
    unit_append(unit, "static struct msrck_cc_union_tags %s = { %s, %zu, %s%s, %zu, 0x%llxULL, 0x%llxULL, %d, 0, 0, 0, 0 };\n", identifier, name.text, list.count,
                guess->count > 0 ? identifier : "", guess->count > 0 ? "_seen" : "0", guess->count, guess->others, guess->used,
                union_content_of(unit, guess->definition).kind == UNION_BYTES);
    unit_append(unit, "static void __attribute__((constructor)) %s_add(void) { msrck_cc_union_tags_add(&%s); }\n", identifier, identifier);
    free(list.items);
    text_free(&name);
}

static const char *emit_once(struct unit *unit, struct guessed_union *guess)
{
    if (guess->table != NULL)
        return guess->table;
    if (guess->count > 0)
        qsort(guess->seen, guess->count, sizeof guess->seen[0], by_value);
    report(unit, guess);
    guess->table = unit_identifier(unit, "union_tags");
    emit_table(unit, guess, guess->table);
    return guess->table;
}

const char *union_tags_emit(struct unit *unit, CXCursor field, const char *spelling)
{
    struct guessed_union *guess = guessed_union_of(unit, field);
    const char *table;

    if (guess->function != NULL)
        return guess->function;
    union_evidence_find(unit);
    table = emit_once(unit, guess);
    warn(unit, guess);
    guess->function = unit_format(unit, "%s_choose", table);
    unit_append(unit, "static long long %s(const void *object) { return msrck_cc_active_member(&%s, (long long)((const %s *)object)->%s); }\n", guess->function, table,
                spelling, field_name(unit, guess->tag));
    return guess->function;
}

void union_tags_emit_rest(struct unit *unit)
{
    if (unit->guesses.count == 0 && strstr(unit->text + unit->prelude_end, "union") == NULL)
        return;
    union_evidence_find(unit);
    for (size_t i = 0; i < unit->guesses.count; i++) {
        struct guessed_union *guess = unit->guesses.items[i];

        if (!clang_Cursor_isNull(guess->tag) && (guess->count > 0 || guess->others != 0 || guess->used != 0))
            emit_once(unit, guess);
    }
}
