/* SPDX-License-Identifier: MIT */
#include "sequence_align.h"

#include <stdlib.h>
#include <string.h>

/* Longest edit script that is looked for: its search takes memory for the square of it, and time for the sequences
   times it at worst. */
#define MOST_EDITS 400
/* Items that are hashed together where single ones occur too often to be told apart. */
#define WINDOW 8u
/* How far a place is looked for where both go on alike, and how many items that takes. */
#define FARTHEST 32u
#define ALIKE 4u

struct alignment {
    const uint64_t *a, *b;
    size_t *partner;
    int32_t *trace;                 /* furthest points of each length of script; made when first needed */
    bool out_of_memory;
};

/* a[a_begin .. a_end) and b[b_begin .. b_end) are to be aligned. */
struct stretch {
    size_t a_begin, a_end, b_begin, b_end;
};

static void trim(struct alignment *alignment, struct stretch *stretch)
{
    const uint64_t *a = alignment->a, *b = alignment->b;

    while (stretch->a_begin < stretch->a_end && stretch->b_begin < stretch->b_end &&
           a[stretch->a_begin] == b[stretch->b_begin])
        alignment->partner[stretch->a_begin++] = stretch->b_begin++;
    while (stretch->a_begin < stretch->a_end && stretch->b_begin < stretch->b_end &&
           a[stretch->a_end - 1] == b[stretch->b_end - 1])
        alignment->partner[--stretch->a_end] = --stretch->b_end;
}

/* Nothing in the stretch is equal: what stands at the same place was changed. */
static void pair_in_order(struct alignment *alignment, const struct stretch *stretch)
{
    for (size_t i = stretch->a_begin, k = stretch->b_begin; i < stretch->a_end && k < stretch->b_end;)
        alignment->partner[i++] = k++;
}

/* Pairs the items between those that have a partner already. */
static void pair_gaps(struct alignment *alignment, const struct stretch *stretch)
{
    struct stretch gap = *stretch;

    for (size_t i = stretch->a_begin; i <= stretch->a_end; i++) {
        bool end = i == stretch->a_end;
        if (!end && alignment->partner[i] == SEQUENCE_ALONE)
            continue;
        gap.a_end = i;
        gap.b_end = end ? stretch->b_end : alignment->partner[i];
        pair_in_order(alignment, &gap);
        gap.a_begin = i + 1;
        gap.b_begin = gap.b_end + 1;
    }
}

/* ---- Shortest edit script (Myers) ---- */

/* Furthest points of scripts of `length` edits: diagonals -length to length, of which every second is used. */
static int32_t *row_of(const struct alignment *alignment, int length)
{
    return alignment->trace + (size_t)length * (size_t)(length + 1);
}

/* Along equal items; *x is the place in a. */
static int32_t slide(const struct alignment *alignment, const struct stretch *stretch, int32_t x, int diagonal)
{
    const uint64_t *a = alignment->a + stretch->a_begin, *b = alignment->b + stretch->b_begin;
    int32_t a_count = (int32_t)(stretch->a_end - stretch->a_begin),
            b_count = (int32_t)(stretch->b_end - stretch->b_begin);

    while (x < a_count && x - diagonal < b_count && a[x] == b[x - diagonal])
        x++;
    return x;
}

/* Where a script of `length` edits begins on the diagonal: one item of b inserted, or one of a removed. */
static int32_t step(const struct alignment *alignment, int length, int diagonal)
{
    const int32_t *before = row_of(alignment, length - 1);

    if (diagonal == -length || (diagonal != length && before[diagonal - 1] < before[diagonal + 1]))
        return before[diagonal + 1];
    return before[diagonal - 1] + 1;
}

/* Length of the shortest script, or -1 when it is too long. */
static int find_script(const struct alignment *alignment, const struct stretch *stretch)
{
    int32_t a_count = (int32_t)(stretch->a_end - stretch->a_begin),
            b_count = (int32_t)(stretch->b_end - stretch->b_begin);

    for (int length = 0; length <= MOST_EDITS; length++)
        for (int diagonal = -length; diagonal <= length; diagonal += 2) {
            int32_t x = length == 0 ? 0 : step(alignment, length, diagonal);
            x = slide(alignment, stretch, x, diagonal);
            row_of(alignment, length)[diagonal] = x;
            if (x >= a_count && x - diagonal >= b_count)
                return length;
        }
    return -1;
}

/* Back along the script from its end: what was slid over is equal. */
static void take_script(struct alignment *alignment, const struct stretch *stretch, int length)
{
    int32_t x = (int32_t)(stretch->a_end - stretch->a_begin);
    int diagonal = (int)(x - (int32_t)(stretch->b_end - stretch->b_begin));

    for (; length >= 0; length--) {
        int32_t begin = length == 0 ? 0 : step(alignment, length, diagonal);
        for (; x > begin; x--)
            alignment->partner[stretch->a_begin + (size_t)x - 1] = stretch->b_begin + (size_t)(x - 1 - diagonal);
        if (length == 0)
            break;
        if (diagonal == -length || (diagonal != length && row_of(alignment, length - 1)[diagonal - 1] <
                                                              row_of(alignment, length - 1)[diagonal + 1]))
            diagonal++;
        else
            diagonal--;
        x = row_of(alignment, length - 1)[diagonal];
    }
}

static bool align_by_script(struct alignment *alignment, const struct stretch *stretch)
{
    size_t rows = MOST_EDITS + 1, a_count = stretch->a_end - stretch->a_begin,
           b_count = stretch->b_end - stretch->b_begin;
    int length;

    if (a_count > INT32_MAX / 2 || b_count > INT32_MAX / 2)
        return false;
    if ((a_count > b_count ? a_count - b_count : b_count - a_count) > MOST_EDITS)
        return false;
    if (alignment->trace == NULL)
        alignment->trace = malloc(rows * rows * sizeof *alignment->trace);
    if (alignment->trace == NULL) {
        alignment->out_of_memory = true;
        return false;
    }
    length = find_script(alignment, stretch);
    if (length >= 0)
        take_script(alignment, stretch, length);
    return length >= 0;
}

/* ---- Anchors: items that occur once on each side ---- */

struct occurrence {
    uint64_t hash;
    size_t place;
    uint32_t count;
};

struct anchor {
    size_t a, b;
};

static uint64_t window_hash(const uint64_t *items, size_t place, size_t width)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < width; i++)
        hash = (hash ^ items[place + i]) * UINT64_C(0x9e3779b97f4a7c15) + (hash >> 29);
    return hash;
}

/* The entry of the hash in an open table whose size is a power of two, or the free one where it belongs. */
static struct occurrence *look_up(struct occurrence *table, size_t mask, uint64_t hash)
{
    size_t slot = (size_t)(hash * UINT64_C(0xd6e8feb86659fd93) >> 20) & mask;

    while (table[slot].count != 0 && table[slot].hash != hash)
        slot = (slot + 1) & mask;
    return &table[slot];
}

static void count_items(struct occurrence *table, size_t mask, const uint64_t *items, size_t begin, size_t end,
                        size_t width)
{
    for (size_t i = begin; i + width <= end; i++) {
        uint64_t hash = window_hash(items, i, width);
        struct occurrence *entry = look_up(table, mask, hash);
        entry->hash = hash;
        entry->place = i;
        entry->count = entry->count < 2 ? entry->count + 1 : 2;
    }
}

static struct occurrence *make_table(size_t count, size_t *mask)
{
    size_t size = 16;

    while (size < count * 2)
        size *= 2;
    *mask = size - 1;
    return calloc(size, sizeof(struct occurrence));
}

/* Pairs of items, ascending in a, that occur once in each stretch. */
static size_t find_anchors(struct alignment *alignment, const struct stretch *stretch, size_t width,
                           struct anchor *anchors)
{
    size_t in_a_mask = 0, in_b_mask = 0, found = 0;
    struct occurrence *in_a = make_table(stretch->a_end - stretch->a_begin, &in_a_mask);
    struct occurrence *in_b = make_table(stretch->b_end - stretch->b_begin, &in_b_mask);

    if (in_a == NULL || in_b == NULL) {
        alignment->out_of_memory = true;
    } else {
        count_items(in_a, in_a_mask, alignment->a, stretch->a_begin, stretch->a_end, width);
        count_items(in_b, in_b_mask, alignment->b, stretch->b_begin, stretch->b_end, width);
        for (size_t i = stretch->a_begin; i + width <= stretch->a_end; i++) {
            uint64_t hash = window_hash(alignment->a, i, width);
            const struct occurrence *there = look_up(in_b, in_b_mask, hash);
            if (look_up(in_a, in_a_mask, hash)->count == 1 && there->count == 1)
                anchors[found++] = (struct anchor){ i, there->place };
        }
    }
    free(in_a);
    free(in_b);
    return found;
}

/*
 * Keeps the longest run of anchors that ascends in b, too. tails[k] is the anchor that ends the best run of k + 1;
 * before[i] the one before anchor i in its best run.
 */
static size_t keep_ascending(struct anchor *anchors, size_t count, size_t *tails, size_t *before)
{
    size_t length = 0, at;

    for (size_t i = 0; i < count; i++) {
        size_t low = 0, high = length;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (anchors[tails[middle]].b < anchors[i].b)
                low = middle + 1;
            else
                high = middle;
        }
        before[i] = low > 0 ? tails[low - 1] : SEQUENCE_ALONE;
        tails[low] = i;
        length = low == length ? length + 1 : length;
    }
    at = length > 0 ? tails[length - 1] : SEQUENCE_ALONE;
    for (size_t k = length; k > 0; k--, at = before[at])
        tails[k - 1] = at;
    for (size_t k = 0; k < length; k++)
        anchors[k] = anchors[tails[k]];
    return length;
}

/* Whether the sequences go on alike from there, so far as to be no accident. */
static bool goes_on(const struct alignment *alignment, const struct stretch *stretch, size_t i, size_t k)
{
    size_t seen = 0;

    for (; seen < ALIKE && i + seen < stretch->a_end && k + seen < stretch->b_end; seen++)
        if (alignment->a[i + seen] != alignment->b[k + seen])
            return false;
    return seen == ALIKE || (i + seen == stretch->a_end && k + seen == stretch->b_end);
}

/*
 * Without anchors: at each difference the nearest place where both go on alike is looked for, behind items that were
 * changed, inserted or removed. Where there is none the items are taken for changed.
 */
static void pair_nearby(struct alignment *alignment, const struct stretch *stretch)
{
    size_t i = stretch->a_begin, k = stretch->b_begin;

    while (i < stretch->a_end && k < stretch->b_end) {
        size_t inserted = 0, removed = 0;
        bool found = alignment->a[i] == alignment->b[k];
        for (size_t far = 1; !found && far <= FARTHEST; far++) {
            found = goes_on(alignment, stretch, i + far, k + far);
            if (found || i + far > stretch->a_end || k + far > stretch->b_end)
                break;
            inserted = goes_on(alignment, stretch, i, k + far) ? far : 0;
            removed = inserted == 0 && goes_on(alignment, stretch, i + far, k) ? far : 0;
            found = inserted + removed > 0;
        }
        i += removed;
        k += inserted;
        if (inserted + removed == 0)
            alignment->partner[i++] = k++;
    }
}

/* From anchor to anchor. */
static void align_between(struct alignment *alignment, const struct stretch *stretch, const struct anchor *anchors,
                          size_t count)
{
    struct stretch part = *stretch;

    for (size_t k = 0; k <= count; k++) {
        part.a_end = k < count ? anchors[k].a : stretch->a_end;
        part.b_end = k < count ? anchors[k].b : stretch->b_end;
        if (part.a_begin <= part.a_end && part.b_begin <= part.b_end) {
            struct stretch rest = part;
            trim(alignment, &rest);
            pair_nearby(alignment, &rest);
        }
        if (k < count && anchors[k].a >= part.a_begin && anchors[k].b >= part.b_begin) {
            alignment->partner[anchors[k].a] = anchors[k].b;
            part.a_begin = anchors[k].a + 1;
            part.b_begin = anchors[k].b + 1;
        }
    }
}

static void align_by_anchors(struct alignment *alignment, const struct stretch *stretch)
{
    size_t count = stretch->a_end - stretch->a_begin, found = 0;
    struct anchor *anchors = calloc(count, sizeof *anchors);
    size_t *tails = calloc(count, sizeof *tails), *before = calloc(count, sizeof *before);

    if (anchors == NULL || tails == NULL || before == NULL) {
        alignment->out_of_memory = true;
    } else {
        found = find_anchors(alignment, stretch, 1, anchors);
        if (found < count / 16)
            found = find_anchors(alignment, stretch, WINDOW, anchors);
        found = keep_ascending(anchors, found, tails, before);
        align_between(alignment, stretch, anchors, found);
    }
    free(anchors);
    free(tails);
    free(before);
}

bool sequence_align(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count, size_t *partner)
{
    struct alignment alignment = { a, b, partner, NULL, false };
    struct stretch stretch = { 0, a_count, 0, b_count };

    for (size_t i = 0; i < a_count; i++)
        partner[i] = SEQUENCE_ALONE;
    trim(&alignment, &stretch);
    if (stretch.a_begin == stretch.a_end || stretch.b_begin == stretch.b_end)
        return true;
    if (align_by_script(&alignment, &stretch))
        pair_gaps(&alignment, &stretch);
    else if (!alignment.out_of_memory)
        align_by_anchors(&alignment, &stretch);
    free(alignment.trace);
    return !alignment.out_of_memory;
}
