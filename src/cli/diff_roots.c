/* SPDX-License-Identifier: MIT */
/* Roots: variables by their names, frames from the outermost on by their functions, locals by their names. */
#include "diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making roots ---- */

static uint64_t block_at(const struct diff_side *side, uint64_t address)
{
    msrck_block_facts block;
    uint64_t leaf;

    return address != 0 && msrck_reader_find_address(side->reader, address, &block, &leaf) ? block.number : 0;
}

/* Pairs the two blocks of a root that is on both sides. */
static msrck_result pair_root(struct diff *diff, struct diff_root *root, size_t index, uint64_t address_a,
                              uint64_t address_b)
{
    struct diff_pair pair = { block_at(&diff->a, address_a), block_at(&diff->b, address_b), DIFF_NONE, index, 0,
                              MSRCK_NO_INDEX, 0, false };
    msrck_result result;

    if (pair.a == 0 || pair.b == 0)
        return diff_fail(diff, MSRCK_CORRUPT, "%s has no block", root->name);
    root->pair = diff->pair_count;
    result = diff_add_pair(diff, &pair);
    if (diff->pair_count == root->pair)
        root->pair = diff->a.pairs[pair.a] == diff->b.pairs[pair.b] ? diff->a.pairs[pair.a] : DIFF_NONE;
    return result;
}

/* Takes the name. */
static msrck_result add_root(struct diff *diff, const struct diff_root *wanted, uint64_t address_a, uint64_t address_b)
{
    msrck_result result = diff_grow(diff, &diff->roots, &diff->root_capacity, diff->root_count, sizeof *diff->roots);
    struct diff_root *root;

    if (result != MSRCK_OK || wanted->name == NULL) {
        free(wanted->name);
        return result != MSRCK_OK ? result : diff_fail(diff, MSRCK_SYSTEM, "out of memory for names");
    }
    root = &diff->roots[diff->root_count++];
    *root = *wanted;
    root->pair = DIFF_NONE;
    if (root->a == DIFF_NONE || root->b == DIFF_NONE)
        return MSRCK_OK;
    return pair_root(diff, root, diff->root_count - 1, address_a, address_b);
}

static char *copy_text(const char *first, const char *second)
{
    size_t length = strlen(first) + strlen(second) + 2;
    char *text = malloc(length);

    if (text != NULL)
        snprintf(text, length, "%s%s%s", first, second[0] != '\0' ? "." : "", second);
    return text;
}

/* ---- Variables ---- */

struct named {
    msrck_variable_facts facts;
    uint32_t index;
};

static int compare_names(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int names = strcmp(a->facts.name, b->facts.name);

    if (a->facts.kind != b->facts.kind)
        return a->facts.kind < b->facts.kind ? -1 : 1;
    return names != 0 ? names : (a->index > b->index) - (a->index < b->index);
}

static struct named *sorted_variables(const struct diff_side *side)
{
    uint32_t count = msrck_reader_variable_count(side->reader);
    struct named *list = calloc((size_t)count + 1, sizeof *list);

    for (uint32_t i = 0; list != NULL && i < count; i++) {
        msrck_reader_variable(side->reader, i, &list[i].facts);
        list[i].index = i;
    }
    if (list != NULL)
        qsort(list, count, sizeof *list, compare_names);
    return list;
}

/* Both sorted: variables that are on one side only have no partner at their place. */
static msrck_result merge_variables(struct diff *diff, const struct named *a, const struct named *b)
{
    uint32_t a_count = msrck_reader_variable_count(diff->a.reader),
             b_count = msrck_reader_variable_count(diff->b.reader);
    msrck_result result = MSRCK_OK;
    uint32_t i = 0, k = 0;

    while (result == MSRCK_OK && (i < a_count || k < b_count)) {
        struct diff_root root = { DIFF_ROOT_VARIABLE, NULL, DIFF_NONE, DIFF_NONE, 0, 0, DIFF_NONE };
        int order = i == a_count ? 1 : k == b_count ? -1 : (int)a[i].facts.kind - (int)b[k].facts.kind;
        if (order == 0)
            order = strcmp(a[i].facts.name, b[k].facts.name);
        root.name = copy_text(order <= 0 ? a[i].facts.name : b[k].facts.name, "");
        if (order <= 0)
            root.a = a[i].index;
        if (order >= 0)
            root.b = b[k].index;
        result = add_root(diff, &root, order <= 0 ? a[i].facts.address : 0, order >= 0 ? b[k].facts.address : 0);
        i += order <= 0;
        k += order >= 0;
    }
    return result;
}

static msrck_result variable_roots(struct diff *diff)
{
    struct named *a = sorted_variables(&diff->a), *b = sorted_variables(&diff->b);
    msrck_result result = a != NULL && b != NULL ? merge_variables(diff, a, b)
                                                 : diff_fail(diff, MSRCK_SYSTEM, "out of memory for variables");

    free(a);
    free(b);
    return result;
}

/* ---- Frames ---- */

/* "merge", or "merge#2" where several frames have the function, counted among them from the innermost: as get does. */
static char *frame_name(const struct diff_side *side, uint32_t frame)
{
    uint32_t same = 0, inner = 0;
    msrck_frame_facts facts, other;
    char *name;
    size_t length;

    msrck_reader_frame(side->reader, frame, &facts);
    for (uint32_t i = 0; msrck_reader_frame(side->reader, i, &other); i++) {
        same += other.function == facts.function;
        inner += other.function == facts.function && i < frame;
    }
    length = strlen(facts.function_name) + 16;
    name = malloc(length);
    if (name != NULL && same > 1)
        snprintf(name, length, "%s#%lu", facts.function_name, (unsigned long)inner);
    else if (name != NULL)
        snprintf(name, length, "%s", facts.function_name);
    return name;
}

static bool find_local(const struct diff_side *side, uint32_t frame, const char *name, uint32_t *index,
                       uint64_t *address)
{
    const char *there;

    for (*index = 0; msrck_reader_frame_local(side->reader, frame, *index, &there, NULL, address); ++*index)
        if (strcmp(there, name) == 0)
            return *address != 0;
    return false;
}

/* Locals that are alive on the side; those that the other has, too, only from A's side. */
static msrck_result local_roots(struct diff *diff, bool from_b, uint32_t frame, uint32_t other_frame,
                                const char *function)
{
    const struct diff_side *side = from_b ? &diff->b : &diff->a, *other = from_b ? &diff->a : &diff->b;
    msrck_result result = MSRCK_OK;
    uint64_t address, there = 0;
    const char *name;

    for (uint32_t i = 0; result == MSRCK_OK && msrck_reader_frame_local(side->reader, frame, i, &name, NULL, &address);
         i++) {
        struct diff_root root = { DIFF_ROOT_LOCAL, NULL, DIFF_NONE, DIFF_NONE, i, i, DIFF_NONE };
        uint32_t index = 0;
        bool both = find_local(other, other_frame, name, &index, &there);
        if (address == 0 || (from_b && both))
            continue;
        root.name = copy_text(function, name);
        root.a = !from_b ? frame : DIFF_NONE;
        root.b = from_b ? frame : both ? other_frame : DIFF_NONE;
        root.local_b = from_b ? i : index;
        result = add_root(diff, &root, address, there);
    }
    return result;
}

static msrck_result frame_roots(struct diff *diff, uint32_t a, uint32_t b)
{
    msrck_frame_facts left, right;
    char *name = frame_name(&diff->a, a);
    msrck_result result = MSRCK_OK;

    if (name == NULL)
        return diff_fail(diff, MSRCK_SYSTEM, "out of memory for names");
    msrck_reader_frame(diff->a.reader, a, &left);
    msrck_reader_frame(diff->b.reader, b, &right);
    if (left.live != 0 || right.live != 0) {
        struct diff_root root = { DIFF_ROOT_LIVE, copy_text(name, ""), left.live != 0 ? a : DIFF_NONE,
                                  right.live != 0 ? b : DIFF_NONE, 0, 0, DIFF_NONE };
        result = add_root(diff, &root, left.live, right.live);
    }
    if (result == MSRCK_OK)
        result = local_roots(diff, false, a, b, name);
    if (result == MSRCK_OK)
        result = local_roots(diff, true, b, a, name);
    free(name);
    return result;
}

/* Frames that both have, counted from the outermost. */
static uint32_t common_frames(const struct diff *diff)
{
    uint32_t a_count = msrck_reader_frame_count(diff->a.reader), b_count = msrck_reader_frame_count(diff->b.reader),
             depth = 0;
    msrck_frame_facts a, b;

    while (depth < a_count && depth < b_count && msrck_reader_frame(diff->a.reader, a_count - 1 - depth, &a) &&
           msrck_reader_frame(diff->b.reader, b_count - 1 - depth, &b) && strcmp(a.function_name, b.function_name) == 0)
        depth++;
    return depth;
}

msrck_result diff_roots(struct diff *diff)
{
    uint32_t a_count = msrck_reader_frame_count(diff->a.reader), b_count = msrck_reader_frame_count(diff->b.reader);
    uint32_t common = common_frames(diff);
    msrck_result result = variable_roots(diff);

    for (uint32_t i = 1; result == MSRCK_OK && i <= common; i++)
        result = frame_roots(diff, a_count - i, b_count - i);
    return result;
}

msrck_result diff_root_value(struct diff *diff, const struct diff_root *root, bool of_b, msrck_value *value)
{
    msrck_reader *reader = of_b ? diff->b.reader : diff->a.reader;
    uint32_t index = (uint32_t)(of_b ? root->b : root->a), local = of_b ? root->local_b : root->local_a;

    switch (root->kind) {
    case DIFF_ROOT_VARIABLE:
        return msrck_reader_variable_value(reader, index, value, &diff->error);
    case DIFF_ROOT_LIVE:
        return msrck_reader_live_value(reader, index, value, &diff->error);
    default:
        return msrck_reader_local_value(reader, index, local, value, &diff->error);
    }
}

/* ---- Reporting ---- */

static void begin_report(struct diff *diff, const char *path)
{
    text_clear(&diff->path);
    text_clear(&diff->old);
    text_clear(&diff->new);
    text_put(&diff->path, path);
}

static void put_point(struct text_buffer *text, const msrck_frame_facts *frame)
{
    text_format(text, "point %u", frame->point);
    if (frame->label[0] != '\0')
        text_format(text, " \"%s\"", frame->label);
}

/* Frames of one side only, and frames that stand at different points. */
static void report_frames(struct diff *diff)
{
    uint32_t counts[2] = { msrck_reader_frame_count(diff->a.reader), msrck_reader_frame_count(diff->b.reader) };
    uint32_t common = common_frames(diff);

    for (uint32_t i = 1; i <= counts[0] || i <= counts[1]; i++) {
        msrck_frame_facts a, b;
        bool in_a = i <= counts[0] && msrck_reader_frame(diff->a.reader, counts[0] - i, &a);
        bool in_b = i <= counts[1] && msrck_reader_frame(diff->b.reader, counts[1] - i, &b);
        if (i <= common && a.point == b.point && strcmp(a.label, b.label) == 0)
            continue;
        for (int side = 0; side < 2; side++) {
            char *name;
            if ((side == 0 ? !in_a : !in_b) || (side == 1 && i <= common))
                continue;
            name = frame_name(side == 0 ? &diff->a : &diff->b, counts[side] - i);
            begin_report(diff, name != NULL ? name : "");
            free(name);
            if (side == 0 || i <= common)
                put_point(&diff->old, &a);
            if (side == 1 || i <= common)
                put_point(&diff->new, &b);
            diff_report(diff, DIFF_FRAME);
        }
    }
}

/* The declared type of a root; "" where it is only on the other side. */
static const char *declared(const struct diff *diff, const struct diff_root *root, bool of_b)
{
    const struct diff_side *side = of_b ? &diff->b : &diff->a;
    uint32_t index = (uint32_t)(of_b ? root->b : root->a), type = 0;
    msrck_variable_facts variable;
    msrck_frame_facts frame;

    if ((of_b ? root->b : root->a) == DIFF_NONE)
        return "";
    if (root->kind == DIFF_ROOT_VARIABLE && msrck_reader_variable(side->reader, index, &variable))
        type = variable.type;
    else if (root->kind == DIFF_ROOT_LIVE && msrck_reader_frame(side->reader, index, &frame))
        type = frame.live_type;
    else
        msrck_reader_frame_local(side->reader, index, of_b ? root->local_b : root->local_a, NULL, &type, NULL);
    return side->types[type].facts.name;
}

static msrck_result put_root(struct diff *diff, const struct diff_root *root, bool of_b, struct text_buffer *text)
{
    msrck_value value;
    msrck_result result = diff_root_value(diff, root, of_b, &value);

    text_format(text, "%s ", declared(diff, root, of_b));
    return result == MSRCK_OK ? diff_text_value(diff, of_b ? &diff->b : &diff->a, &value, text) : result;
}

static msrck_result report_root(struct diff *diff, const struct diff_root *root)
{
    const char *a = declared(diff, root, false), *b = declared(diff, root, true);
    msrck_result result = MSRCK_OK;

    begin_report(diff, root->name);
    if (root->a == DIFF_NONE || root->b == DIFF_NONE) {
        bool of_b = root->a == DIFF_NONE;
        result = put_root(diff, root, of_b, of_b ? &diff->new : &diff->old);
    } else if (root->pair == DIFF_NONE) {
        text_put(&diff->old, "the memory of one variable");
        text_put(&diff->new, "the memory of another");
    } else if (strcmp(a, b) != 0 && root->kind != DIFF_ROOT_LIVE) {
        text_put(&diff->old, a);
        text_put(&diff->new, b);
    } else {
        return MSRCK_OK;
    }
    if (result == MSRCK_OK)
        diff_report(diff, DIFF_VARIABLE);
    return result;
}

/* The next collected root from *index on. */
static bool next_collected(const struct diff_side *side, uint32_t *index, msrck_variable_facts *facts)
{
    while (msrck_reader_variable(side->reader, *index, facts)) {
        ++*index;
        if (facts->kind == MSRCK_VARIABLE_ROOT)
            return true;
    }
    return false;
}

/* Collected roots are restored in their order. Only where the same ones stand in another order does that say more. */
static void report_order(struct diff *diff)
{
    msrck_variable_facts a, b;
    uint32_t i = 0, k = 0;

    for (size_t r = 0; r < diff->root_count; r++)
        if (diff->roots[r].kind == DIFF_ROOT_VARIABLE &&
            (diff->roots[r].a == DIFF_NONE || diff->roots[r].b == DIFF_NONE))
            return;
    while (next_collected(&diff->a, &i, &a) && next_collected(&diff->b, &k, &b))
        if (strcmp(a.name, b.name) != 0) {
            begin_report(diff, "order of collected roots");
            text_put(&diff->old, a.name);
            text_put(&diff->new, b.name);
            diff_report(diff, DIFF_VARIABLE);
            return;
        }
}

msrck_result diff_report_roots(struct diff *diff)
{
    const char *a = msrck_reader_program(diff->a.reader), *b = msrck_reader_program(diff->b.reader);
    msrck_result result = MSRCK_OK;

    if (strcmp(a, b) != 0) {
        begin_report(diff, "program");
        text_put(&diff->old, a);
        text_put(&diff->new, b);
        diff_report(diff, DIFF_PROGRAM);
    }
    report_frames(diff);
    for (size_t i = 0; result == MSRCK_OK && i < diff->root_count; i++)
        result = report_root(diff, &diff->roots[i]);
    report_order(diff);
    return result;
}
