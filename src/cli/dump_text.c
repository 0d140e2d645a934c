/* SPDX-License-Identifier: MIT */
/* The text form of msrck dump: types, frames, globals, blocks, each part under its own heading. */
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "dump.h"

#define INDENT 4u

/* ---- Types ---- */

static bool is_declared(msrck_kind kind)
{
    return kind == MSRCK_KIND_STRUCT || kind == MSRCK_KIND_UNION || kind == MSRCK_KIND_ENUM ||
           kind == MSRCK_KIND_OPAQUE;
}

static msrck_result out_of_memory(struct dump *dump)
{
    dump->error.result = MSRCK_SYSTEM;
    snprintf(dump->error.message, sizeof dump->error.message, "out of memory");
    return MSRCK_SYSTEM;
}

static msrck_result put_types(struct dump *dump)
{
    msrck_type_facts facts;

    dump_heading(dump, "types");
    for (uint32_t i = 0; msrck_reader_type(dump->reader, i, &facts); i++) {
        char *text;
        if (!is_declared(facts.kind))
            continue;
        text = msrck_reader_declaration(dump->reader, i);
        if (text == NULL)
            return out_of_memory(dump);
        fputs(text, stdout);
        if (text[0] != '\0' && text[strcspn(text, "\n")] == '\0')
            putchar('\n');
        free(text);
    }
    return MSRCK_OK;
}

/* ---- Variables ---- */

/* The declaration of a variable. Where several values of its type were registered, it is an array of them. */
static char *declare(const struct dump *dump, const char *name, const msrck_value *value)
{
    size_t room = strlen(name) + 24;
    char *subscripted, *declarator;

    if (!msrck_value_unnamed(value))
        return msrck_reader_declarator(dump->reader, value->type, name);
    subscripted = malloc(room);
    if (subscripted == NULL)
        return NULL;
    snprintf(subscripted, room, "%s[%llu]", name, (unsigned long long)msrck_value_length(value));
    declarator = msrck_reader_declarator(dump->reader, value->type, subscripted);
    free(subscripted);
    return declarator;
}

/* "    struct node *root = " and the value. */
static msrck_result put_variable(struct dump *dump, const char *name, const msrck_value *value)
{
    char *declarator = declare(dump, name, value);
    msrck_result result;

    if (declarator == NULL)
        return out_of_memory(dump);
    dump->column = 0;
    dump_put(dump, "%*s%s = ", (int)INDENT, "", declarator);
    free(declarator);
    result = dump_text_value(dump, value, INDENT);
    putchar('\n');
    return result;
}

static msrck_result put_variables(struct dump *dump, msrck_variable_kind kind, const char *heading)
{
    msrck_result result = MSRCK_OK;
    msrck_variable_facts facts;
    msrck_value value;
    bool any = false;

    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_variable(dump->reader, i, &facts); i++) {
        if (facts.kind != kind)
            continue;
        if (!any)
            dump_heading(dump, heading);
        any = true;
        result = msrck_reader_variable_value(dump->reader, i, &value, &dump->error);
        if (result == MSRCK_OK)
            result = put_variable(dump, facts.name, &value);
    }
    return result;
}

/* ---- Frames ---- */

static msrck_result put_live(struct dump *dump, uint32_t frame)
{
    msrck_value live, field;
    msrck_field_facts facts;
    msrck_result result = msrck_reader_live_value(dump->reader, frame, &live, &dump->error);

    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_field(dump->reader, live.type, i, &facts); i++) {
        result = msrck_value_field(&live, i, &field, &dump->error);
        if (result == MSRCK_OK)
            result = put_variable(dump, facts.name, &field);
    }
    return result;
}

static msrck_result put_frame(struct dump *dump, uint32_t index, const msrck_frame_facts *frame)
{
    msrck_result result = MSRCK_OK;
    msrck_value value;
    const char *name;
    uint64_t address;

    printf("#%lu  %s at point %u", (unsigned long)index, frame->function_name, frame->point);
    printf("%s%s%s\n", frame->label[0] != '\0' ? " \"" : "", frame->label, frame->label[0] != '\0' ? "\"" : "");
    if (frame->live != 0)
        result = put_live(dump, index);
    for (uint32_t i = 0; result == MSRCK_OK && i < frame->local_count; i++) {
        msrck_reader_frame_local(dump->reader, index, i, &name, NULL, &address);
        if (address == 0)
            continue;
        result = msrck_reader_local_value(dump->reader, index, i, &value, &dump->error);
        if (result == MSRCK_OK)
            result = put_variable(dump, name, &value);
    }
    return result;
}

static msrck_result put_frames(struct dump *dump)
{
    msrck_result result = MSRCK_OK;
    msrck_frame_facts frame;

    if (msrck_reader_frame_count(dump->reader) > 0)
        dump_heading(dump, "frames, innermost first");
    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_frame(dump->reader, i, &frame); i++)
        result = put_frame(dump, i, &frame);
    return result;
}

/* ---- Blocks ---- */

/* Whether the block was shown already under its name; says so then. */
static bool put_reference(struct dump *dump, uint64_t number)
{
    msrck_variable_facts variable;
    msrck_frame_facts frame;
    uint32_t index = 0, local = 0;
    const char *name = "";
    msrck_owner owner = msrck_reader_owner(dump->reader, number, &index, &local);

    if (owner == MSRCK_OWNER_VARIABLE && dump->options->globals &&
        msrck_reader_variable(dump->reader, index, &variable)) {
        printf(" is %s\n", variable.name);
        return true;
    }
    if (owner < MSRCK_OWNER_LIVE || !dump->options->frames || !msrck_reader_frame(dump->reader, index, &frame))
        return false;
    if (owner == MSRCK_OWNER_LOCAL && msrck_reader_frame_local(dump->reader, index, local, &name, NULL, NULL))
        printf(" is %s in #%lu %s\n", name, (unsigned long)index, frame.function_name);
    else
        printf(" is live in #%lu %s\n", (unsigned long)index, frame.function_name);
    return true;
}

static msrck_result put_block(struct dump *dump, const msrck_extent_facts *extent, uint64_t number)
{
    msrck_value value;
    msrck_result result = extent->flexible || extent->count == 1
                              ? msrck_reader_element(dump->reader, number, 0, &value, &dump->error)
                              : msrck_reader_block_value(dump->reader, number, &value, &dump->error);

    dump->column = 0;
    dump_colour(dump, COLOUR_CYAN);
    dump_put(dump, "%*s%s#%llu", (int)INDENT, "", msrck_segment_text(extent->segment), (unsigned long long)number);
    dump_colour(dump, COLOUR_NONE);
    if (put_reference(dump, number))
        return result;
    dump_put(dump, " = ");
    if (result == MSRCK_OK)
        result = dump_text_value(dump, &value, INDENT);
    putchar('\n');
    return result;
}

/* "heap struct node[3]: 2 blocks" */
static msrck_result put_extent(struct dump *dump, const msrck_extent_facts *extent)
{
    uint64_t all = dump_count_shown(dump, extent), shown = dump_limited(dump, all), left = shown;
    msrck_result result = MSRCK_OK;
    msrck_type_facts type;

    if (all == 0)
        return MSRCK_OK;

    msrck_reader_type(dump->reader, extent->type, &type);
    printf("%s %s", msrck_segment_text(extent->segment), type.name);
    if (extent->flexible)
        printf(" with %llu trailing elements", (unsigned long long)extent->count);
    else if (extent->count != 1)
        printf("[%llu]", (unsigned long long)extent->count);
    printf(": %llu block%s\n", (unsigned long long)all, all == 1 ? "" : "s");
    for (uint64_t i = 0; result == MSRCK_OK && left > 0; i++)
        if (dump_shows(dump, extent->first_block + i)) {
            result = put_block(dump, extent, extent->first_block + i);
            left--;
        }
    if (result == MSRCK_OK && shown < all)
        printf("%*s... %llu more\n", (int)INDENT, "", (unsigned long long)(all - shown));
    return result;
}

static msrck_result put_blocks(struct dump *dump)
{
    msrck_result result = MSRCK_OK;
    msrck_extent_facts extent;

    dump_heading(dump, "blocks");
    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_extent(dump->reader, i, &extent); i++)
        result = put_extent(dump, &extent);
    return result;
}

/* ---- All ---- */

/* An empty line between two parts. */
static void part(bool *any)
{
    if (*any)
        putchar('\n');
    *any = true;
}

msrck_result dump_text(struct dump *dump)
{
    const struct dump_options *options = dump->options;
    msrck_result result = MSRCK_OK;
    bool any = false;

    if (dump->reached != NULL) {
        any = options->roots.count + options->paths.count > 0;
        result = dump_select(dump);
    }
    if (options->types && result == MSRCK_OK) {
        part(&any);
        result = put_types(dump);
    }
    if (options->frames && result == MSRCK_OK && msrck_reader_frame_count(dump->reader) > 0) {
        part(&any);
        result = put_frames(dump);
    }
    if (options->globals && result == MSRCK_OK && msrck_reader_variable_count(dump->reader) > 0) {
        part(&any);
        result = put_variables(dump, MSRCK_VARIABLE_GLOBAL, "globals");
        if (result == MSRCK_OK)
            result = put_variables(dump, MSRCK_VARIABLE_ROOT, "collected roots");
    }
    if (options->blocks && result == MSRCK_OK) {
        part(&any);
        result = put_blocks(dump);
    }
    return result == MSRCK_OK ? dump->error.result : result;
}
