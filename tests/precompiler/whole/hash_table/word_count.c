/* SPDX-License-Identifier: MIT */
/* Counts made-up words with two tables that differ in their hash function, and removes some again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chained_table.h"

#define TABLES 2

struct summary {
    long words, occurrences;
    char longest[32];
    const char *most;
    long most_count;
};

struct counter {
    const char *title;
    table_t *table;
    struct summary summary;
};

static struct counter counters[TABLES];
static unsigned long state = 2463534242UL;

static unsigned long next_random(void)
{
    state ^= (state << 13) & 0xffffffffUL;
    state ^= state >> 17;
    state ^= (state << 5) & 0xffffffffUL;
    return state;
}

static const char *make_word(void)
{
    static const char *const syllables[] = { "ka", "lo", "mi", "nu", "ter", "sa", "vi", "rol" };
    static char word[32];
    static unsigned made;
    unsigned parts = 1 + next_random() % 3;

    word[0] = '\0';
    while (parts-- > 0)
        strcat(word, syllables[next_random() % (sizeof syllables / sizeof *syllables)]);
    if (++made % 50 == 0)
        snprintf(word + strlen(word), sizeof word - strlen(word), "%u", made / 50);
    return word;
}

static int summarise(const char *key, long value, void *context)
{
    struct summary *summary = context;

    summary->words++;
    summary->occurrences += value;
    if (strlen(key) > strlen(summary->longest))
        strncpy(summary->longest, key, sizeof summary->longest - 1);
    if (value > summary->most_count) {
        summary->most_count = value;
        summary->most = key;
    }
    return 0;
}

static int stop_at_rare(const char *key, long value, void *context)
{
    const char **found = context;

    if (value != 1)
        return 0;
    *found = key;
    return 1;
}

struct pair {
    char *key;
    long value;
};

static int by_value_then_key(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;

    if (a->value != b->value)
        return a->value < b->value ? 1 : -1;
    return strcmp(a->key, b->key);
}

struct pair_list {
    struct pair *pairs;
    size_t count;
};

static int gather(const char *key, long value, void *context)
{
    struct pair_list *list = context;

    list->pairs = realloc(list->pairs, (list->count + 1) * sizeof *list->pairs);
    list->pairs[list->count].key = strdup(key);
    list->pairs[list->count++].value = value;
    return 0;
}

static void print_top(const table_t *table, size_t most)
{
    struct pair_list list = { NULL, 0 };

    table_visit(table, gather, &list);
    qsort(list.pairs, list.count, sizeof *list.pairs, by_value_then_key);
    for (size_t i = 0; i < list.count; i++) {
        if (i < most)
            printf("  %-14s %4ld\n", list.pairs[i].key, list.pairs[i].value);
        free(list.pairs[i].key);
    }
    free(list.pairs);
}

static void report(int round)
{
    for (struct counter *counter = counters; counter < counters + TABLES; counter++) {
        const char *rare = NULL;

        memset(&counter->summary, 0, sizeof counter->summary);
        table_visit(counter->table, summarise, &counter->summary);
        table_visit(counter->table, stop_at_rare, &rare);
        printf("%d %s: %ld words, %ld times, longest %s, most %s (%ld), rare %s\n", round, counter->title,
               counter->summary.words, counter->summary.occurrences, counter->summary.longest,
               counter->summary.most ? counter->summary.most : "-", counter->summary.most_count,
               rare ? rare : "none");
    }
}

static void remove_some(unsigned long share)
{
    struct pair_list list = { NULL, 0 };

    table_visit(counters[0].table, gather, &list);
    while (list.count > 0) {
        struct pair *pair = &list.pairs[--list.count];

        if (next_random() % 100 < share)
            for (int i = 0; i < TABLES; i++)
                if (!table_remove(counters[i].table, pair->key))
                    printf("%s was not there\n", pair->key);
        free(pair->key);
    }
    free(list.pairs);
}

int main(int argc, char *argv[])
{
    int rounds = argc > 1 ? atoi(argv[1]) : 6;

    counters[0].title = "djb";
    counters[0].table = table_create(NULL);
    counters[1].title = "sum";
    counters[1].table = table_create(hash_sum);
    for (int round = 1; round <= rounds; round++) {
        for (int i = 0; i < 150; i++) {
            const char *word = make_word();

            for (int k = 0; k < TABLES; k++)
                ++*table_slot(counters[k].table, word);
        }
        report(round);
        if (round % 2 == 0)
            remove_some(30);
    }
    for (int i = 0; i < TABLES; i++) {
        table_t *table = counters[i].table;

        printf("%s: %lu entries in %lu buckets, %lu look-ups, %lu probes, %lu resizes\n", counters[i].title,
               (unsigned long)table->used, (unsigned long)table->bucket_count, table->statistics.lookups,
               table->statistics.probes, table->statistics.resizes);
        print_top(table, 8);
        table_destroy(table);
    }
    return 0;
}
