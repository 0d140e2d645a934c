/* SPDX-License-Identifier: MIT */
#include "edit_list.h"

#include <stdlib.h>
#include <string.h>

#include "text_builder.h"

struct edit {
    size_t begin, end;              /* equal: an insertion */
    unsigned long order;            /* of registration */
    char *before, *after;
    bool replaces;
};

struct edit_list {
    const char *text;
    size_t length;
    struct edit *edits;             /* in the order of `compare` */
    size_t count, capacity;
    unsigned long next_order;
    bool conflict;
    size_t conflict_begin, conflict_end;
};

edit_list *edit_list_new(const char *text, size_t length)
{
    edit_list *list = storage_new(1, sizeof *list);

    list->text = text;
    list->length = length;
    return list;
}

void edit_list_free(edit_list *list)
{
    if (list == NULL)
        return;
    for (size_t i = 0; i < list->count; i++) {
        free(list->edits[i].before);
        free(list->edits[i].after);
    }
    free(list->edits);
    free(list);
}

/*
 * Rendering order: by beginning; insertions before ranges; outer ranges before inner ones, so before the same range those that
 * were registered later.
 */
static bool comes_before(const struct edit *a, const struct edit *b)
{
    bool a_point = a->begin == a->end, b_point = b->begin == b->end;

    if (a->begin != b->begin)
        return a->begin < b->begin;
    if (a_point != b_point)
        return a_point;
    if (a_point)
        return a->order < b->order;
    if (a->end != b->end)
        return a->end > b->end;
    return a->order > b->order;
}

/* The first edit that begins at `begin` or later. */
static size_t first_from(const edit_list *list, size_t begin)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (list->edits[middle].begin < begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether one edge of the edit lies strictly inside another range whose own edge lies strictly inside the edit. */
static bool crosses(const edit_list *list, const struct edit *edit)
{
    for (size_t i = 0; i < list->count && list->edits[i].begin < edit->end; i++) {
        const struct edit *other = &list->edits[i];

        if (other->begin < edit->begin && other->end > edit->begin && other->end < edit->end)
            return true;
        if (other->begin > edit->begin && other->end > edit->end)
            return true;
    }
    return false;
}

static bool add(edit_list *list, struct edit edit)
{
    size_t place;

    if (edit.begin > edit.end || edit.end > list->length || (edit.begin < edit.end && crosses(list, &edit))) {
        if (!list->conflict) {
            list->conflict_begin = edit.begin;
            list->conflict_end = edit.end;
        }
        list->conflict = true;
        free(edit.before);
        free(edit.after);
        return false;
    }
    edit.order = list->next_order++;
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 64;
        list->edits = storage_resize(list->edits, list->capacity, sizeof *list->edits);
    }
    place = first_from(list, edit.begin);
    while (place < list->count && comes_before(&list->edits[place], &edit))
        place++;
    memmove(&list->edits[place + 1], &list->edits[place], (list->count - place) * sizeof *list->edits);
    list->edits[place] = edit;
    list->count++;
    return true;
}

bool edit_list_replace(edit_list *list, size_t begin, size_t end, const char *text)
{
    return add(list, (struct edit){ begin, end, 0, storage_copy(text), NULL, true });
}

bool edit_list_wrap(edit_list *list, size_t begin, size_t end, const char *before, const char *after)
{
    return add(list, (struct edit){ begin, end, 0, storage_copy(before), storage_copy(after), false });
}

bool edit_list_insert(edit_list *list, size_t at, const char *text)
{
    return add(list, (struct edit){ at, at, 0, storage_copy(text), NULL, false });
}

bool edit_list_conflict(const edit_list *list, size_t *begin, size_t *end)
{
    *begin = list->conflict_begin;
    *end = list->conflict_end;
    return list->conflict;
}

/* Renders from begin to end; `index` is the first edit to look at and becomes the first one behind the range. */
static void render_range(const edit_list *list, text_builder *out, size_t begin, size_t end, size_t *index)
{
    size_t at = begin;

    while (*index < list->count) {
        const struct edit *edit = &list->edits[*index];
        bool point = edit->begin == edit->end;

        if (edit->begin > end || (edit->begin == end && !(point && end == list->length)))
            break;
        /* A range that begins here and ends further out is not inside. */
        (*index)++;
        if (edit->end > end)
            continue;
        text_add_range(out, list->text + at, edit->begin - at);
        text_add(out, edit->before);
        if (edit->replaces)
            while (*index < list->count && list->edits[*index].begin < edit->end)
                (*index)++;
        else if (!point)
            render_range(list, out, edit->begin, edit->end, index);
        if (edit->after != NULL)
            text_add(out, edit->after);
        at = edit->end;
    }
    text_add_range(out, list->text + at, end - at);
}

char *edit_list_render(const edit_list *list, size_t begin, size_t end)
{
    text_builder out = { NULL, 0, 0 };
    size_t index = first_from(list, begin);

    render_range(list, &out, begin, end, &index);
    return text_take(&out);
}

char *edit_list_render_inside(const edit_list *list, size_t begin, size_t end)
{
    text_builder out = { NULL, 0, 0 };
    size_t index = first_from(list, begin), outer;

    /* The newest edit of exactly this range is the first of them in the order; points before it are kept. */
    for (outer = index; outer < list->count && list->edits[outer].begin == begin; outer++)
        if (list->edits[outer].end == end && end > begin)
            break;
    if (outer < list->count && list->edits[outer].begin == begin && list->edits[outer].end == end && end > begin) {
        for (; index < outer; index++)
            if (list->edits[index].end == begin)
                text_add(&out, list->edits[index].before);
        index = outer + 1;
    }
    render_range(list, &out, begin, end, &index);
    return text_take(&out);
}
