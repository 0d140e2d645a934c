/* SPDX-License-Identifier: MIT */
/* Blocks of numbers whose types are long on one machine and long long or int on another: by their names, not by what the names stand for. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <wchar.h>

typedef int64_t *row;
static uint64_t *kept;
static size_t **sizes;

static int64_t *counted(int count)
{
    return malloc((size_t)count * sizeof(int64_t));
}

static void filled(int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = ((int64_t)i << 33) - 1;
}

int main(void)
{
    int64_t *wide = malloc(4 * sizeof *wide), *more = counted(3);
    row typed = calloc(4, sizeof *typed);
    wchar_t *text = malloc(4 * sizeof *text);
    size_t *each = malloc(sizeof(size_t) * 4);
    int_fast32_t *fast = malloc(4 * sizeof(*fast));

    kept = (uint64_t *)malloc(sizeof(uint64_t[4]));
    sizes = malloc(2 * sizeof *sizes);
    sizes[0] = sizes[1] = each;
    filled(wide, 4);
    filled(more, 3);
    for (int i = 0; i < 4; i++) {
        text[i] = L'a';
        each[i] = (size_t)i;
        fast[i] = -i;
        kept[i] = ~(uint64_t)i;
    }
    for (int i = 0; i < 4; i++) {
#pragma msrck poll
        wide = realloc(wide, (size_t)(5 + i) * sizeof *wide);
        wide[4 + i] = i;
        typed[i] = wide[i] * 2;
        text[i] = (wchar_t)(text[i] + i);
#pragma msrck poll
        printf("%lld %lld %lld %d %zu %d %llu\n", (long long)wide[i + 1], (long long)more[i % 3], (long long)typed[i], (int)text[3 - i], sizes[i % 2][i],
               (int)fast[i], (unsigned long long)kept[i]);
    }
    free(wide);
    free(more);
    free(typed);
    free(text);
    free(each);
    free(fast);
    free(kept);
    free(sizes);
    return 0;
}
