/* SPDX-License-Identifier: MIT */
/* Active members of unions by what the code of all files shows of their tags. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <msrck/precompiled.h>

/* The first tables of each name. They are entered before main(), by one thread. */
static struct msrck_cc_union_tags *heads;

void msrck_cc_union_tags_add(struct msrck_cc_union_tags *tags)
{
    struct msrck_cc_union_tags *head = heads;

    while (head != NULL && (head->members != tags->members || strcmp(head->name, tags->name) != 0))
        head = head->other;
    if (head == NULL) {
        head = tags;
        tags->other = heads;
        heads = tags;
    } else {
        tags->next = head->next;
        head->next = tags;
        head->others |= tags->others;
        head->used |= tags->used;
    }
    tags->first = head;
    for (size_t i = 0; i < tags->count; i++)
        head->with_value |= 1ULL << tags->seen[i].member;
}

/* What is known of a value in one table: -1 for nothing, `members` for a contradiction. */
static long long seen_member(const struct msrck_cc_union_tags *tags, long long value)
{
    size_t low = 0, high = tags->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (tags->seen[middle].value < value)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == tags->count || tags->seen[low].value != value)
        return -1;
    if (low + 1 < tags->count && tags->seen[low + 1].value == value)
        return (long long)tags->members;
    return (long long)tags->seen[low].member;
}

/* In all tables of a name, of which this is the first. */
static long long seen_anywhere(const struct msrck_cc_union_tags *first, long long value)
{
    long long found = -1;

    for (const struct msrck_cc_union_tags *table = first; table != NULL; table = table->next) {
        long long member = seen_member(table, value);

        if (member >= 0 && found >= 0 && member != found)
            return (long long)first->members;
        found = member >= 0 ? member : found;
    }
    return found;
}

/* The only member in a mask; -1 for none, `members` for several. */
static long long only_member(unsigned long long mask, size_t members)
{
    if (mask == 0)
        return -1;
    return (mask & (mask - 1)) != 0 ? (long long)members : (long long)__builtin_ctzll(mask);
}

long long msrck_cc_active_member(const struct msrck_cc_union_tags *tags, long long value)
{
    const struct msrck_cc_union_tags *all = tags->first;
    long long found = seen_anywhere(all, value);
    bool apart = all->with_value != 0 && (all->used & ~(all->with_value | all->others)) == 0;

    if (tags->numbers && !apart)
        return (long long)tags->members;
    if (found >= 0)
        return found;
    if (all->others == 0 && !apart)
        return (long long)tags->members;
    return only_member(all->others, tags->members);
}

int msrck_cc_refuse_untold(const void *object, void **bytes, size_t *length, void *context)
{
    (void)object;
    (void)bytes;
    (void)length;
    (void)context;
    return 1;
}
