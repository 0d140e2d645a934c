/* SPDX-License-Identifier: MIT */
/* Pointers into texts: tokens, suffixes, literals, tables of literals, texts in structs and in arrays of arrays. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word { const char *text; char initial; int length; };

static const char *const days[] = { "monday", "tuesday", "wednesday", NULL };
static char buffer[64] = "the quick brown fox jumps over the lazy dog";
static char names[3][8] = { "ann", "bob", "cyd" };

static const char *shorter(const char *one, const char *other)
{
    return strlen(one) < strlen(other) ? one : other;
}

int main(void)
{
    struct word words[16];
    int count = 0, vowels = 0;
    const char *const *day, *shortest = "a very long literal indeed", *tail;
    char *token, *rest = NULL, list[] = "3,14,15;92,65", *number, *name = names[2];

    for (token = strtok(buffer, " "); token != NULL; token = strtok(NULL, " ")) {
        words[count].text = token;
        words[count].initial = *token;
        words[count].length = (int)strlen(token);
        shortest = shorter(shortest, token);
        count++;
    }
    for (int i = 0; i < count; i++)
        for (const char *at = words[i].text; *at != '\0'; at++)
            vowels += strchr("aeiou", *at) != NULL;
    for (day = days; *day != NULL; day++) {
        tail = strstr(*day, "day");
        printf("%s %s %s\n", *day, tail, shorter(*day, shortest));
    }
    for (number = strtok_r(list, ",;", &rest); number != NULL; number = strtok_r(NULL, ",;", &rest))
        printf("%d ", atoi(number) * 2);
    while (name >= names[0]) {
        *name = (char)toupper((unsigned char)*name);
        name -= sizeof names[0];
    }
    printf("%d %d %s %s%s%s\n", count, vowels, shortest, names[0], names[1], names[2]);
    return 0;
}
