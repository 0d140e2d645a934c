/* SPDX-License-Identifier: MIT */
/*
 * Paths: how C would name a place from a variable on. "list->next{17}" stands for seventeen times "->next". Names are
 * those of A's side; numbers of blocks never show.
 */
#include "diff.h"

#include <stdlib.h>
#include <string.h>

/* Pointers between a root and a block that are shown; of longer ways the beginning is left out. */
#define MOST_POINTERS 40

/* ---- From a root to a block ---- */

/*
 * What is put together: `direct` says that the text names the block itself ("grid", then "[3].rho"), and not a pointer
 * to it ("list->next", then "->value").
 */
struct expression {
    struct text_buffer *text;
    bool direct;
};

static void add_place(struct expression *expression, const char *place)
{
    if (expression->direct || place[0] == '[') {
        text_put(expression->text, place);
    } else if (place[0] == '.') {
        text_format(expression->text, "->%s", place + 1);
    } else {
        text_prepend(expression->text, "(*");
        text_put(expression->text, ")");
    }
    expression->direct = true;
}

static void add_links(struct expression *expression, const char *field, uint64_t repeats)
{
    if (repeats > 2)
        text_format(expression->text, "->%s{%llu}", field, (unsigned long long)repeats);
    for (uint64_t i = 0; repeats <= 2 && i < repeats; i++)
        text_format(expression->text, "->%s", field);
}

static const char *field_name(const struct diff *diff, uint64_t block, uint32_t field)
{
    msrck_block_facts facts;
    msrck_field_facts field_facts;

    if (!msrck_reader_block(diff->a.reader, block, &facts) ||
        !msrck_reader_field(diff->a.reader, facts.type, field, &field_facts))
        return "";
    return field_facts.name;
}

/* One pointer further. */
static msrck_result add_pair(struct diff *diff, struct expression *expression, const struct diff_pair *pair,
                             uint64_t more)
{
    char *place = msrck_reader_path(diff->a.reader, diff->pairs[pair->parent].a, pair->leaf, pair->type);

    if (place == NULL)
        return diff_fail(diff, MSRCK_SYSTEM, "out of memory for a path");
    add_place(expression, place);
    free(place);
    if (pair->link != MSRCK_NO_INDEX)
        add_links(expression, field_name(diff, pair->a, pair->link), pair->repeats + more);
    expression->direct = pair->interior;
    if (pair->interior) {
        text_prepend(expression->text, "container(");
        text_put(expression->text, ")");
    }
    return MSRCK_OK;
}

/* `more` times the pair's link is followed besides. */
static msrck_result put_expression(struct diff *diff, uint64_t index, uint64_t more, struct expression *expression)
{
    uint64_t way[MOST_POINTERS];
    unsigned count = 0;
    msrck_result result = MSRCK_OK;

    for (; count < MOST_POINTERS && diff->pairs[index].parent != DIFF_NONE; index = diff->pairs[index].parent)
        way[count++] = index;
    expression->direct = true;
    if (diff->pairs[index].parent == DIFF_NONE) {
        text_put(expression->text, diff->roots[diff->pairs[index].leaf].name);
    } else {
        text_put(expression->text, "...");
        expression->direct = false;
    }
    while (result == MSRCK_OK && count > 0) {
        count--;
        result = add_pair(diff, expression, &diff->pairs[way[count]], count == 0 ? more : 0);
    }
    return result;
}

/* ---- Down to a value ---- */

static void put_steps(const struct diff_place *place, unsigned first, struct text_buffer *text)
{
    for (unsigned i = first; i < place->depth; i++) {
        const struct diff_step *step = &place->steps[i];
        if (step->field == NULL)
            text_format(text, "[%llu]", (unsigned long long)step->index);
        else if (step->field[0] != '\0')
            text_format(text, ".%s", step->field);
    }
}

/* Patches see the elements of a variable without its dimensions. */
static msrck_result put_dimensions(struct diff *diff, const struct diff_root *root, uint64_t index,
                                   struct text_buffer *text)
{
    msrck_value value;
    msrck_result result = diff_root_value(diff, root, false, &value);

    while (result == MSRCK_OK && msrck_value_kind(&value) == MSRCK_KIND_ARRAY) {
        msrck_value element;
        uint64_t inner = 1;
        uint32_t type;
        result = msrck_value_element(&value, 0, &element, &diff->error);
        if (result == MSRCK_OK && msrck_value_kind(&element) == MSRCK_KIND_ARRAY)
            inner = msrck_value_flat_length(&element, &type);
        text_format(text, "[%llu]", (unsigned long long)(index / inner));
        index %= inner;
        value = element;
    }
    return result;
}

msrck_result diff_path_here(struct diff *diff, struct text_buffer *path)
{
    const struct diff_pair *pair = &diff->pairs[diff->place.pair];
    struct text_buffer steps = { NULL, 0, 0, false };
    struct expression expression = { path, true };
    unsigned first = diff->place.quiet_root ? 1 : 0;
    bool continues = diff->place.depth == first + 1 && pair->link != MSRCK_NO_INDEX &&
                     diff->place.steps[first].field != NULL && diff->place.steps[first].field_index == pair->link;
    msrck_result result;

    text_clear(path);
    result = put_expression(diff, diff->place.pair, continues ? 1 : 0, &expression);
    if (result == MSRCK_OK && diff->phase == DIFF_PATCHING && pair->parent == DIFF_NONE && first == 0 &&
        diff->place.depth > 0) {
        result = put_dimensions(diff, &diff->roots[pair->leaf], diff->place.steps[0].index, &steps);
        first = 1;
    }
    if (result == MSRCK_OK && !continues) {
        put_steps(&diff->place, first, &steps);
        if (steps.length > 0 || expression.direct)
            add_place(&expression, text_of(&steps));
        else
            text_prepend(path, "*");
    }
    if (result == MSRCK_OK && (steps.failed || path->failed))
        result = diff_fail(diff, MSRCK_SYSTEM, "out of memory for a path");
    text_free(&steps);
    return result;
}

/* ---- What a pointer leads to ---- */

msrck_result diff_path_target(struct diff *diff, const struct diff_side *side, const msrck_value *pointer,
                              struct text_buffer *path)
{
    struct text_buffer target = { NULL, 0, 0, false };
    struct expression expression = { &target, true };
    msrck_block_facts block;
    uint64_t leaf;
    char *place = NULL;
    msrck_result result = diff_follow(diff, side, pointer, &block, &leaf);

    if (result != MSRCK_OK)
        return result;
    if (block.number == 0) {
        text_put(path, "NULL");
        return MSRCK_OK;
    }
    if (side->pairs[block.number] == DIFF_NONE) {
        text_format(path, "%s %s", side == &diff->a ? "removed" : "inserted", side->types[block.type].facts.name);
        return MSRCK_OK;
    }
    result = put_expression(diff, side->pairs[block.number], 0, &expression);
    place = msrck_reader_path(side->reader, block.number, leaf, msrck_value_element_type(pointer));
    if (result == MSRCK_OK && place == NULL)
        result = diff_fail(diff, MSRCK_SYSTEM, "out of memory for a path");
    if (result == MSRCK_OK) {
        bool whole = place[0] == '\0' && !expression.direct;
        if (!whole)
            add_place(&expression, place);
        text_format(path, "%s%s", whole ? "" : "&", text_of(&target));
    }
    free(place);
    text_free(&target);
    return result;
}

/* ---- Patterns ---- */

/* Whether what ends here is a part of its own: patterns name also all that is in it. */
static bool is_boundary(const char *path)
{
    return *path == '\0' || *path == '.' || *path == '[' || *path == '{' || (path[0] == '-' && path[1] == '>');
}

bool diff_path_matches(const char *pattern, const char *path)
{
    const char *star = NULL, *again = path;

    for (;;) {
        if (*pattern == '*') {
            star = ++pattern;
            again = path;
        } else if (*pattern == '\0' && is_boundary(path)) {
            return true;
        } else if (*pattern != '\0' && *pattern == *path) {
            pattern++;
            path++;
        } else if (star != NULL && *again != '\0') {
            /* The last star takes one character more. */
            pattern = star;
            path = ++again;
        } else {
            return false;
        }
    }
}
