/* SPDX-License-Identifier: MIT */
/* Texts of wide characters: literals, on the heap, copied by wcsdup(), with pointers into them. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static wchar_t *kept;

static wchar_t *joined(const wchar_t *a, const wchar_t *b)
{
    wchar_t *both = malloc((wcslen(a) + wcslen(b) + 1) * sizeof *both);

    wcscpy(both, a);
#pragma msrck poll
    return wcscat(both, b);
}

int main(void)
{
    wchar_t *(*copy)(const wchar_t *) = wcsdup;
    wchar_t *text = wcsdup(L"wide \u00e9!"), *inside = wcschr(text, L'e'), *empty = copy(L""), *both, local[8];

    wcscpy(local, L"abc");
    kept = copy(text + 2);
    both = joined(kept, local);
    for (int i = 0; i < 4; i++) {
#pragma msrck poll
        text[i]++;
        local[i % 3] = text[i];
        printf("%zu %d %d %d %d %d %d\n", wcslen(text), (int)text[i], (int)(inside - text), (int)kept[i], (int)both[wcslen(both) - 1], (int)empty[0],
               (int)local[0]);
    }
    free(text);
    free(both);
    free(empty);
    free(kept);
    return 0;
}
