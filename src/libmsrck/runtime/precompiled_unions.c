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
        tags->first = tags;
        tags->other = heads;
        heads = tags;
    } else {
        tags->first = head;
        tags->next = head->next;
        head->next = tags;
    }
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

/* Of all tables of the name. */
static long long seen_anywhere(const struct msrck_cc_union_tags *tags, long long value)
{
    long long found = -1;

    for (const struct msrck_cc_union_tags *table = tags->first; table != NULL; table = table->next) {
        long long member = seen_member(table, value);

        if (member >= 0 && found >= 0 && member != found)
            return (long long)tags->members;
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
    long long found = seen_anywhere(tags, value);
    unsigned long long others = 0, used = 0, seen = 0;
    bool apart;

    if (found >= 0 && !tags->numbers)
        return found;
    for (const struct msrck_cc_union_tags *table = tags->first; table != NULL; table = table->next) {
        others |= table->others;
        used |= table->used;
        for (size_t i = 0; i < table->count; i++)
            seen |= 1ULL << table->seen[i].member;
    }
    apart = seen != 0 && (used & ~(seen | others)) == 0;
    if (tags->numbers && !apart)
        return (long long)tags->members;
    if (found >= 0)
        return found;
    if (others == 0 && !apart)
        return (long long)tags->members;
    return only_member(others, tags->members);
}

int msrck_cc_refuse_untold(const void *object, void **bytes, size_t *length, void *context)
{
    (void)object;
    (void)bytes;
    (void)length;
    (void)context;
    return 1;
}
