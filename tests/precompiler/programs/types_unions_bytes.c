/* SPDX-License-Identifier: MIT */
/*
 * Unions of numbers that nothing tells the active member of: their bytes go to machines of the same layout.
 *
 * note: unportable
 * message: warning: union value: nothing tells the active member, so its bytes are carried as they are
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

union value { double number; unsigned char bytes[8]; short parts[3]; };
struct entry {
    int uses;
    union { char text[16]; long double large; };
    union { struct { unsigned low : 4, high : 4; } halves; unsigned char whole; } split;
    char end;
};

static union value values[6];

int main(void)
{
    struct entry *entries = calloc(6, sizeof *entries);
    union value last = { 0.25 };

    if (entries == NULL)
        return 1;
    for (int n = 0; n < 12; n++) {
        union value *value = &values[n % 6];
        struct entry *entry = &entries[n % 6];

        if (n % 2)
            value->number = n * last.number;
        else
            memcpy(value->bytes, "abcdefg", 8);
        last = (union value){ n + 0.5 };
        entry->uses++;
        entry->end = (char)('a' + n);
        if (n % 3)
            snprintf(entry->text, sizeof entry->text, "text %d", n);
        else
            entry->large = n * 1.75L;
        entry->split.whole = (unsigned char)(entry->split.whole * 3 + n);
        printf("%d %g\n", n, last.number);
    }
    for (int n = 0; n < 6; n++) {
        if (n % 2)
            printf("%g ", values[n].number);
        else
            printf("%s ", (char *)values[n].bytes);
        if (n % 3)
            printf("%s ", entries[n].text);
        else
            printf("%Lg ", entries[n].large);
        printf("%d %u %u %c\n", entries[n].uses, entries[n].split.halves.low, entries[n].split.halves.high, entries[n].end);
    }
    free(entries);
    return 0;
}
