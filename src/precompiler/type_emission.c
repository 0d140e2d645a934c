/* SPDX-License-Identifier: MIT */
/* Writes the descriptions that were referred to, at the end of the file, where every type is complete. */
#include <stdlib.h>
#include <string.h>

#include "record_names.h"
#include "type_tables.h"
#include "union_tags.h"
#include "unit_state.h"

/* A record whose members are being written. */
struct emission {
    struct unit *unit;
    const struct type_entry *entry;
    const char *spelling;           /* of the struct or union that offsets are counted in */
    const char *base;               /* its member that the described struct begins with; NULL: the beginning is the same */
    bool in_union;
    text_builder fields;            /* initialisers of msrck_field */
    size_t index;                   /* of the member in its own record */
    CXCursor lengthened;            /* an array that has no length in this description; a null cursor: none */
};

/* So that the linker gathers the addresses of what describes the program. */
static void enter(struct unit *unit, const char *section, const char *type, const char *identifier)
{
    unit_append(unit, "static const %s *const %s__section __attribute__((used, section(\"%s\"), aligned(sizeof(void *)))) = &%s;\n", type,
                identifier, section, identifier);
}

static void add_quoted(text_builder *builder, const char *text)
{
    text_add_quoted(builder, text);
}

/* ---- Members ---- */

/* Functions that read and write a bit-field, since it has no address. */
static void emit_bits(struct emission *e, CXCursor field, const char *name)
{
    struct unit *unit = e->unit;
    const char *get = unit_identifier(unit, unit_format(unit, "get_%s_%s", e->entry->identifier + 6, name));
    const char *set = unit_identifier(unit, unit_format(unit, "set_%s_%s", e->entry->identifier + 6, name));
    CXType type = clang_getCanonicalType(clang_getCursorType(field));
    const char *reason, *reference;

    /* An enum's bits are those of its integer type. */
    if (type.kind == CXType_Enum)
        type = clang_getEnumDeclIntegerType(clang_getTypeDeclaration(type));
    reference = type_reference_quiet(unit, type, &reason);
    unit_append(unit, "static long long %s(const void *object) { return (long long)((const %s *)object)->%s; }\n", get, e->spelling, name);
    unit_append(unit, "static void %s(void *object, long long value) { ((%s *)object)->%s = (%s)value; }\n", set, e->spelling, name,
                type.kind == CXType_Bool ? "unsigned long long" : type_spelling(unit, type));
    text_add(&e->fields, "  { .name = ");
    add_quoted(&e->fields, name);
    text_add_format(&e->fields, ", .type = %s, .role = 1, .bits = %d, .get_bits = %s, .set_bits = %s },\n",
                    reference != NULL ? reference : "&msrck_int", clang_getFieldDeclBitWidth(field), get, set);
}

/* The function that tells the active member where that is always the same. */
static const char *emit_choice(struct unit *unit, const char *constant)
{
    const char *name = unit_identifier(unit, "choose");

    unit_append(unit, "static long long %s(const void *object) { (void)object; return (long long)(%s); }\n", name, constant);
    return name;
}

static void add_choice(struct emission *e, CXCursor field)
{
    struct union_choice choice = union_choice_of(e->unit, field);

    if (guessed_union_of(e->unit, field) != NULL)
        text_add_format(&e->fields, ", .choose = %s", union_tags_emit(e->unit, field, e->spelling));
    else if (choice.tag != NULL) {
        text_add(&e->fields, ", .tag_field = ");
        add_quoted(&e->fields, choice.tag);
    } else if (choice.constant != NULL)
        text_add_format(&e->fields, ", .choose = %s", emit_choice(e->unit, choice.constant));
}

/* A union with a tag beside it is described as what it is. */
static const char *member_reference(struct emission *e, CXCursor field, CXType type)
{
    const char *reason, *reference;
    struct type_entry *entry;
    CXCursor definition;
    bool added;

    if (e->entry->kind == ENTRY_PLACES)
        return type_reference_constant(e->unit, type);
    if (!type_is_union(type) || !union_is_told(e->unit, field)) {
        reference = type_reference_quiet(e->unit, type, &reason);
        return reference != NULL ? reference : "&msrck_void";
    }
    definition = record_definition(type);
    entry = type_entry_find(e->unit, ENTRY_RECORD, unit_format(e->unit, "%u", unit_range(e->unit, definition).begin), "union", &added);
    entry->definition = definition;
    entry->guessed = entry->guessed || guessed_union_of(e->unit, field) != NULL;
    return entry->expression;
}

static void add_offset(struct emission *e, const char *name)
{
    text_add_format(&e->fields, ", .offset = __builtin_offsetof(%s, %s)", e->spelling, name);
    if (e->base != NULL)
        text_add_format(&e->fields, " - __builtin_offsetof(%s, %s)", e->spelling, e->base);
}

static void emit_member(struct emission *e, CXCursor field, bool last)
{
    struct unit *unit = e->unit;
    const char *name = unit_keep_string(unit, clang_getCursorSpelling(field));
    CXType type = clang_getCursorType(field), canonical = clang_getCanonicalType(type);
    bool flexible = !e->in_union && (field_is_flexible(unit, field, last) || clang_equalCursors(field, e->lengthened));

    if (clang_Cursor_isBitField(field)) {
        if (name[0] != '\0')
            emit_bits(e, field, name);
        return;
    }
    text_add(&e->fields, "  { .name = ");
    add_quoted(&e->fields, name);
    add_offset(e, name);
    if (!flexible)
        text_add_format(&e->fields, ", .size = sizeof(((%s *)0)->%s)", e->spelling, name);
    if (field_is_skipped(unit, field))
        text_add(&e->fields, ", .type = &msrck_void, .role = 3");
    else if (flexible)
        text_add_format(&e->fields, ", .type = %s, .role = 2", member_reference(e, field, clang_getArrayElementType(
                        type.kind == CXType_ConstantArray || type.kind == CXType_IncompleteArray ? type : canonical)));
    else {
        text_add_format(&e->fields, ", .type = %s", member_reference(e, field, type));
        if (type_is_union(type) && e->entry->kind != ENTRY_PLACES && union_is_told(unit, field))
            add_choice(e, field);
    }
    if (e->in_union)
        text_add_format(&e->fields, ", .tag = (long long)(%s)", union_member_tag(unit, field, e->index));
    text_add(&e->fields, " },\n");
}

static void emit_members(struct emission *e, CXCursor definition);
static void emit_anonymous(struct emission *e, CXCursor field);

static const char *first_named(struct unit *unit, CXCursor field)
{
    return field_is_anonymous_record(field) ? record_place_name(unit, record_definition(clang_getCursorType(field)))
                                            : unit_keep_string(unit, clang_getCursorSpelling(field));
}

/* The struct or union with a name that the members of what is described here belong to. */
static CXCursor named_outer(const struct emission *e)
{
    bool nameless = e->entry->kind == ENTRY_ANONYMOUS_UNION || e->entry->kind == ENTRY_ANONYMOUS_STRUCT;

    return nameless ? e->entry->outer : e->entry->definition;
}

/* What nobody reads behind the member that stands for a larger union. */
static void emit_rest(struct emission *e, CXCursor definition, CXCursor member)
{
    const char *first = record_place_name(e->unit, definition);
    long long whole = clang_Type_getSizeOf(clang_getCursorType(definition)), own = clang_Type_getSizeOf(clang_getCursorType(member));

    if (own >= whole || e->in_union)
        return;
    text_add(&e->fields, "  { .name = ");
    add_quoted(&e->fields, unit_format(e->unit, "%s.rest", first));
    add_offset(e, first);
    text_add_format(&e->fields, " + %lld, .size = %lld, .type = &msrck_void, .role = 3 },\n", own, whole - own);
}

/* A union without a name whose active member nothing tells. */
static void emit_untold(struct emission *e, CXCursor definition)
{
    struct union_content content = union_content_of(e->unit, definition);
    const char *first = record_place_name(e->unit, definition), *reference;

    if (content.kind == UNION_MEMBER) {
        if (field_is_anonymous_record(content.member))
            emit_anonymous(e, content.member);
        else
            emit_member(e, content.member, false);
        emit_rest(e, definition, content.member);
        return;
    }
    reference = union_reference(e->unit, definition);
    for (size_t i = 0; i < type_tables_of(e->unit)->count; i++)
        if (strcmp(type_tables_of(e->unit)->entries[i]->expression, reference) == 0)
            type_tables_of(e->unit)->entries[i]->outer = named_outer(e);
    text_add(&e->fields, "  { .name = ");
    add_quoted(&e->fields, first);
    add_offset(e, first);
    text_add_format(&e->fields, ", .size = %lld, .type = %s", clang_Type_getSizeOf(clang_getCursorType(definition)), reference);
    if (e->in_union)
        text_add_format(&e->fields, ", .tag = (long long)(%s)", union_member_tag(e->unit, definition, e->index));
    text_add(&e->fields, " },\n");
}

/* One that is described by itself: a union with its tag, a struct in a union. */
static void emit_nameless(struct emission *e, CXCursor field, enum entry_kind kind)
{
    struct unit *unit = e->unit;
    CXCursor definition = record_definition(clang_getCursorType(field));
    const char *first = record_place_name(unit, definition);
    bool added;
    struct type_entry *entry = type_entry_find(unit, kind, unit_format(unit, "%u", unit_range(unit, definition).begin),
                                               kind == ENTRY_ANONYMOUS_UNION ? "union" : "struct", &added);

    entry->definition = definition;
    entry->outer = named_outer(e);
    entry->base = kind == ENTRY_ANONYMOUS_UNION ? e->base : first;
    entry->guessed = kind == ENTRY_ANONYMOUS_UNION && guessed_union_of(unit, field) != NULL;
    text_add(&e->fields, "  { .name = ");
    add_quoted(&e->fields, kind == ENTRY_ANONYMOUS_UNION ? "" : first);
    text_add_format(&e->fields, ", .type = %s", entry->expression);
    add_offset(e, first);
    if (kind == ENTRY_ANONYMOUS_UNION)
        add_choice(e, field);
    else
        text_add_format(&e->fields, ", .size = %lld", clang_Type_getSizeOf(clang_getCursorType(definition)));
    if (e->in_union)
        text_add_format(&e->fields, ", .tag = (long long)(%s)", union_member_tag(unit, field, e->index));
    text_add(&e->fields, " },\n");
}

static void emit_anonymous(struct emission *e, CXCursor field)
{
    CXCursor definition = record_definition(clang_getCursorType(field));

    if (clang_getCursorKind(definition) != CXCursor_UnionDecl) {
        if (e->in_union)
            emit_nameless(e, field, ENTRY_ANONYMOUS_STRUCT);
        else
            emit_members(e, definition);
    } else if (union_is_told(e->unit, field))
        emit_nameless(e, field, ENTRY_ANONYMOUS_UNION);
    else
        emit_untold(e, definition);
}

/* Stands for a union whose tag has a value that the program's code says nothing of: its bytes, or nothing where it may hold pointers. */
static void emit_untold_member(struct emission *e)
{
    CXCursor definition = e->entry->definition;
    const char *first = record_place_name(e->unit, definition);
    bool added;
    struct type_entry *entry = type_entry_find(e->unit, ENTRY_UNION_UNTOLD, unit_format(e->unit, "%u", unit_range(e->unit, definition).begin), "untold", &added);

    entry->definition = definition;
    entry->outer = named_outer(e);
    text_add(&e->fields, "  { .name = \"untold\"");
    add_offset(e, first);
    text_add_format(&e->fields, ", .size = %lld, .type = %s, .tag = %zu },\n", clang_Type_getSizeOf(clang_getCursorType(definition)), entry->expression, e->index + 1);
}

static void emit_members(struct emission *e, CXCursor definition)
{
    struct field_list list = record_fields(definition);

    for (size_t i = 0; i < list.count; i++) {
        e->index = i;
        if (type_is_empty(clang_getCursorType(list.items[i])))
            continue;
        if (field_is_anonymous_record(list.items[i]) && !field_is_skipped(e->unit, list.items[i]))
            emit_anonymous(e, list.items[i]);
        else
            emit_member(e, list.items[i], i + 1 == list.count);
    }
    free(list.items);
}

/* ---- Types ---- */

/* Compilers that can tell padding do so, which explains what attributes leave between members. */
static bool compiler_clears_padding(const struct unit *unit)
{
    return strstr(unit->text, "msrck_cc_clears_padding") != NULL;
}

static void emit_fields(struct unit *unit, const struct type_entry *entry, text_builder *fields)
{
    unit_append(unit, "static const msrck_field %s_fields[] = {\n%s};\n", entry->identifier, fields->text != NULL ? fields->text : "");
    text_free(fields);
}

static CXCursor last_member(CXCursor definition)
{
    struct field_list list = record_fields(definition);
    CXCursor last = list.count > 0 ? list.items[list.count - 1] : clang_getNullCursor();

    free(list.items);
    return last;
}

/* What it is called in checkpoints. */
static void add_shown(struct unit *unit, const struct type_entry *entry, CXCursor lengthened, text_builder *shown)
{
    const char *name = entry->kind == ENTRY_PLACES ? entry->shown : record_shown(unit, entry->definition);

    if (!clang_Cursor_isNull(lengthened))
        name = unit_format(unit, "%s with %s[]", name, unit_keep_string(unit, clang_getCursorSpelling(lengthened)));
    add_quoted(shown, name);
}

static void emit_record(struct unit *unit, const struct type_entry *entry)
{
    bool is_union = clang_getCursorKind(entry->definition) == CXCursor_UnionDecl;
    CXCursor lengthened = entry->kind == ENTRY_LENGTHENED ? last_member(entry->definition) : clang_getNullCursor();
    struct emission e = { unit, entry, record_spelling(unit, entry->definition), NULL, is_union, { NULL, 0, 0 }, 0, lengthened };
    bool clears = compiler_clears_padding(unit) && entry->kind != ENTRY_LENGTHENED && (is_union || !record_is_flexible(unit, entry->definition));
    text_builder shown = { NULL, 0, 0 };

    emit_members(&e, entry->definition);
    if (entry->guessed)
        emit_untold_member(&e);
    emit_fields(unit, entry, &e.fields);
    if (clears)
        unit_append(unit, "static void %s_clear(void *object) { __builtin_clear_padding((%s *)object); }\n", entry->identifier, e.spelling);
    add_shown(unit, entry, lengthened, &shown);
    unit_append(unit, "static const msrck_type %s = { .kind = %d, .unit = msrck_unit_name, .name = %s, .size = sizeof(%s), .alignment = _Alignof(%s),\n"
                      "  .fields = %s_fields, .field_count = sizeof %s_fields / sizeof %s_fields[0]", entry->identifier, is_union ? 6 : 5,
                shown.text, e.spelling, e.spelling, entry->identifier, entry->identifier, entry->identifier);
    if (clears)
        unit_append(unit, ", .clear_padding = %s_clear", entry->identifier);
    unit_append(unit, " };\n");
    enter(unit, "msrck_types", "msrck_type", entry->identifier);
    text_free(&shown);
}

/* A struct of live variables, made by functions_transform(). */
static void emit_made(struct unit *unit, const struct type_entry *entry)
{
    text_builder fields = { NULL, 0, 0 }, shown = { NULL, 0, 0 };

    for (size_t i = 0; i < entry->member_count; i++) {
        const made_member *member = &entry->members[i];

        text_add(&fields, "  { .name = ");
        add_quoted(&fields, member->name);
        text_add_format(&fields, ", .type = %s, .offset = __builtin_offsetof(%s, %s), .size = sizeof(((%s *)0)->%s) },\n", member->reference,
                        entry->tag, member->name, entry->tag, member->name);
    }
    emit_fields(unit, entry, &fields);
    add_quoted(&shown, entry->shown);
    unit_append(unit, "static %smsrck_type %s = { .kind = 5, .unit = msrck_unit_name, .name = %s, .size = sizeof(%s), .alignment = _Alignof(%s),\n"
                      "  .fields = %s_fields, .field_count = sizeof %s_fields / sizeof %s_fields[0] };\n", entry->own ? "" : "const ", entry->identifier, shown.text,
                entry->tag, entry->tag, entry->identifier, entry->identifier, entry->identifier);
    if (entry->own)
        unit_note_name(unit, entry->identifier, "name");
    enter(unit, "msrck_types", "msrck_type", entry->identifier);
    text_free(&shown);
}

/* A union without a name has no size of its own: its members are found in the struct around it. */
static void emit_anonymous_union(struct unit *unit, const struct type_entry *entry)
{
    struct emission e = { unit, entry, record_spelling(unit, entry->outer), entry->base, true, { NULL, 0, 0 }, 0, clang_getNullCursor() };
    text_builder shown = { NULL, 0, 0 };

    emit_members(&e, entry->definition);
    if (entry->guessed)
        emit_untold_member(&e);
    emit_fields(unit, entry, &e.fields);
    add_quoted(&shown, unit_format(unit, "union of %s.%s", record_shown(unit, entry->outer), record_place_name(unit, entry->definition)));
    unit_append(unit, "static const msrck_type %s = { .kind = 6, .unit = msrck_unit_name, .name = %s,\n"
                      "  .fields = %s_fields, .field_count = sizeof %s_fields / sizeof %s_fields[0] };\n", entry->identifier, shown.text,
                entry->identifier, entry->identifier, entry->identifier);
    enter(unit, "msrck_types", "msrck_type", entry->identifier);
    text_free(&shown);
}

/* A struct without a name in a union: it begins where its first member does. */
static void emit_anonymous_struct(struct unit *unit, const struct type_entry *entry)
{
    CXType type = clang_getCursorType(entry->definition);
    struct emission e = { unit, entry, record_spelling(unit, entry->outer), entry->base, false, { NULL, 0, 0 }, 0, clang_getNullCursor() };
    text_builder shown = { NULL, 0, 0 };

    emit_members(&e, entry->definition);
    emit_fields(unit, entry, &e.fields);
    add_quoted(&shown, unit_format(unit, "struct of %s.%s", record_shown(unit, entry->outer), e.base));
    unit_append(unit, "static const msrck_type %s = { .kind = 5, .unit = msrck_unit_name, .name = %s, .size = %lld, .alignment = %lld,\n"
                      "  .fields = %s_fields, .field_count = sizeof %s_fields / sizeof %s_fields[0] };\n", entry->identifier, shown.text,
                clang_Type_getSizeOf(type), clang_Type_getAlignOf(type), entry->identifier, entry->identifier, entry->identifier);
    enter(unit, "msrck_types", "msrck_type", entry->identifier);
    text_free(&shown);
}

/* ---- Unions that nothing tells the active member of ---- */

static void emit_union_member(struct unit *unit, const struct type_entry *entry)
{
    struct union_content content = union_content_of(unit, entry->definition);
    struct emission e = { unit, entry, record_spelling(unit, entry->definition), NULL, false, { NULL, 0, 0 }, 0, clang_getNullCursor() };
    text_builder shown = { NULL, 0, 0 };

    if (field_is_anonymous_record(content.member))
        emit_anonymous(&e, content.member);
    else
        emit_member(&e, content.member, false);
    emit_rest(&e, entry->definition, content.member);
    emit_fields(unit, entry, &e.fields);
    add_quoted(&shown, unit_format(unit, "%s as %s", record_shown(unit, entry->definition),
                                   first_named(unit, content.member)));
    unit_append(unit, "static const msrck_type %s = { .kind = 5, .unit = msrck_unit_name, .name = %s, .size = sizeof(%s), .alignment = _Alignof(%s),\n"
                      "  .fields = %s_fields, .field_count = sizeof %s_fields / sizeof %s_fields[0] };\n", entry->identifier, shown.text,
                e.spelling, e.spelling, entry->identifier, entry->identifier, entry->identifier);
    enter(unit, "msrck_types", "msrck_type", entry->identifier);
    text_free(&shown);
}

static void emit_union_bytes(struct unit *unit, const struct type_entry *entry)
{
    CXType type = clang_getCursorType(entry->definition);
    struct union_content content = union_content_of(unit, entry->definition);
    const char *as = entry->kind == ENTRY_UNION_BYTES ? "as bytes" : "that its tag does not tell of";
    bool refused = content.kind != UNION_BYTES;
    text_builder shown = { NULL, 0, 0 };

    if (clang_Cursor_isAnonymousRecordDecl(entry->definition))
        add_quoted(&shown, unit_format(unit, "union of %s.%s %s", record_shown(unit, entry->outer), record_place_name(unit, entry->definition), as));
    else
        add_quoted(&shown, unit_format(unit, "%s %s", record_shown(unit, entry->definition), as));
    unit_append(unit, "static const msrck_opaque_handlers %s_handlers = { %s, msrck_cc_restore_bytes, (void *)%lld };\n"
                      "static const msrck_type %s = { .kind = 9, .unit = msrck_unit_name, .name = %s, .size = %lld, .alignment = %lld, .handlers = &%s_handlers };\n",
                entry->identifier, refused ? "msrck_cc_refuse_untold" : "msrck_cc_save_bytes", 2 * clang_Type_getSizeOf(type) + content.long_double,
                entry->identifier, shown.text, clang_Type_getSizeOf(type), clang_Type_getAlignOf(type), entry->identifier);
    enter(unit, "msrck_types", "msrck_type", entry->identifier);
    text_free(&shown);
}

static enum CXChildVisitResult add_enumerator(CXCursor cursor, CXCursor parent, CXClientData data)
{
    text_builder *builder = data;
    CXString name = clang_getCursorSpelling(cursor);

    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_EnumConstantDecl)
        text_add_format(builder, "  { \"%s\", %lldLL },\n", clang_getCString(name), clang_getEnumConstantDeclValue(cursor));
    clang_disposeString(name);
    return CXChildVisit_Continue;
}

static void emit_enum(struct unit *unit, const struct type_entry *entry)
{
    const char *spelling = record_spelling(unit, entry->definition);
    text_builder enumerators = { NULL, 0, 0 }, shown = { NULL, 0, 0 };

    clang_visitChildren(entry->definition, add_enumerator, &enumerators);
    add_quoted(&shown, record_shown(unit, entry->definition));
    unit_append(unit, "static const msrck_enumerator %s_list[] = {\n%s};\n", entry->identifier, enumerators.text != NULL ? enumerators.text : "");
    unit_append(unit, "static const msrck_type %s = { .kind = 2, .unit = msrck_unit_name, .scalar = sizeof(%s) > 4 ? 11 : 7, .name = %s, .size = sizeof(%s), .alignment = _Alignof(%s),\n"
                      "  .enumerators = %s_list, .enumerator_count = sizeof %s_list / sizeof %s_list[0] };\n", entry->identifier, spelling,
                shown.text, spelling, spelling, entry->identifier, entry->identifier, entry->identifier);
    enter(unit, "msrck_types", "msrck_type", entry->identifier);
    text_free(&enumerators);
    text_free(&shown);
}

/* Of a constant: the runtime saves nothing of it. */
static void emit_unknown(struct unit *unit, const struct type_entry *entry)
{
    text_builder shown = { NULL, 0, 0 };

    add_quoted(&shown, entry->shown);
    unit_append(unit, "static const msrck_type %s = { .kind = 9, .unit = msrck_unit_name, .name = %s, .size = sizeof(%s), .alignment = _Alignof(%s),\n"
                      "  .handlers = &msrck_cc_constant };\n", entry->identifier, shown.text, entry->tag, entry->tag);
    enter(unit, "msrck_types", "msrck_type", entry->identifier);
    text_free(&shown);
}

static void emit_entry(struct unit *unit, const struct type_entry *entry)
{
    switch (entry->kind) {
    case ENTRY_POINTER:
        unit_append(unit, "static const msrck_type %s = { .kind = 3, .size = sizeof(void *), .alignment = _Alignof(void *), .element = %s };\n",
                    entry->identifier, entry->element);
        break;
    case ENTRY_ARRAY:
        unit_append(unit, "static const msrck_type %s = { .kind = 4, .element = %s, .count = %lld };\n", entry->identifier, entry->element,
                    entry->count);
        break;
    case ENTRY_RECORD:
    case ENTRY_PLACES:
    case ENTRY_LENGTHENED:
        emit_record(unit, entry);
        break;
    case ENTRY_ENUM:
        emit_enum(unit, entry);
        break;
    case ENTRY_MADE:
        emit_made(unit, entry);
        break;
    case ENTRY_ANONYMOUS_UNION:
        emit_anonymous_union(unit, entry);
        break;
    case ENTRY_ANONYMOUS_STRUCT:
        emit_anonymous_struct(unit, entry);
        break;
    case ENTRY_UNION_MEMBER:
        emit_union_member(unit, entry);
        break;
    case ENTRY_UNION_BYTES:
    case ENTRY_UNION_UNTOLD:
        emit_union_bytes(unit, entry);
        break;
    case ENTRY_UNKNOWN:
        emit_unknown(unit, entry);
        break;
    }
}

/* Writing one may refer to more: they come behind it. */
void type_names_emit(struct unit *unit)
{
    struct type_tables *types = type_tables_of(unit);
    text_builder name = { NULL, 0, 0 };

    add_quoted(&name, unit->options->source);
    if (types->count > 0)
        unit_append(unit, "static const char msrck_unit_name[] __attribute__((unused)) = %s;\n", name.text);
    text_free(&name);
    while (types->emitted < types->count)
        emit_entry(unit, types->entries[types->emitted++]);
    union_tags_emit_rest(unit);
    unit_append_names(unit);
}

/* ---- Functions that pointers may hold ---- */

void type_names_function(struct unit *unit, CXCursor function)
{
    struct type_tables *types = type_tables_of(unit);
    CXString spelled = clang_getCursorSpelling(function);
    const char *name = unit_keep_string(unit, spelled), *identifier;
    text_builder shown = { NULL, 0, 0 };
    bool own;

    for (size_t i = 0; i < types->function_count; i++)
        if (strcmp(types->functions[i], name) == 0)
            return;
    if (types->function_count == types->function_capacity) {
        types->function_capacity = types->function_capacity * 2 + 32;
        types->functions = storage_resize(types->functions, types->function_capacity, sizeof *types->functions);
    }
    types->functions[types->function_count++] = name;
    identifier = unit_identifier(unit, unit_format(unit, "function_%s", name));
    add_quoted(&shown, unit_checkpoint_name(unit, function));
    own = unit_name_is_own(unit, unit_checkpoint_name(unit, function));
    unit_append(unit, "static %smsrck_function_entry %s = { %s, (void (*)(void))%s };\n", own ? "" : "const ", identifier, shown.text, name);
    if (own)
        unit_note_name(unit, identifier, "name");
    enter(unit, "msrck_functions", "msrck_function_entry", identifier);
    text_free(&shown);
}
