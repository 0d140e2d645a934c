/* SPDX-License-Identifier: MIT */
/* Functions of the C library that call back: no poll-point counts inside, requests wait. Functions of the library in tables. */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record { char name[8]; int value; };

static int compared;

/* With a loop of its own, which would have a poll-point. */
static int by_name(const void *one, const void *other)
{
    const char *a = ((const struct record *)one)->name, *b = ((const struct record *)other)->name;

    compared++;
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static int by_value(const void *one, const void *other)
{
    return ((const struct record *)one)->value - ((const struct record *)other)->value;
}

int main(void)
{
    int (*const orders[])(const void *, const void *) = { by_name, by_value };
    int (*compare)(const char *, const char *) = strcmp;
    struct record *entries = malloc(9 * sizeof *entries), *found, key = { "n4", 0 };
    size_t count = 9;

    for (int i = 0; i < 9; i++) {
        snprintf(entries[i].name, sizeof entries[i].name, "n%d", i * 5 % 9);
        entries[i].value = i * i % 10;
    }
    for (int i = 0; i < 4; i++) {
        qsort(entries, count, sizeof *entries, orders[i % 2]);
        printf("%s %d %d\n", entries[i].name, entries[i].value, compare(entries[0].name, "n0"));
    }
    qsort(entries, count, sizeof *entries, by_name);
    found = bsearch(&key, entries, count, sizeof *entries, by_name);
    printf("%s %d\n", found->name, found->value);
    found = lfind(&key, entries, &count, sizeof *entries, by_name);
    for (int i = 0; i < 3; i++)
        printf("%s %d %d\n", found->name, found->value, (int)(found - entries));
    printf("%d\n", compared > 0);
    free(entries);
    return 0;
}
