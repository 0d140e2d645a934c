/* SPDX-License-Identifier: MIT */
/* Arrays of variable length: in recursive functions, in loops with changing lengths, with pointers into them, and sizeof. */
#include <stdio.h>
#include <string.h>

static long merge_sort(int *values, int count)
{
    int half = count / 2, left = 0, right = half;
    int sorted[count > 0 ? count : 1];
    long moves = 0;

    if (count < 2)
        return 1;
    moves = merge_sort(values, half);
    moves += merge_sort(values + half, count - half);
    for (int i = 0; i < count; i++)
        sorted[i] = right >= count || (left < half && values[left] <= values[right]) ? values[left++] : values[right++];
    memcpy(values, sorted, sizeof(int) * (size_t)count);
    return moves + (long)(sizeof sorted / sizeof sorted[0]);
}

static int down(int n, const char *text)
{
    return n > 0 ? down(n - 1, text + 1) : (int)strlen(text);
}

static void rows(int most)
{
    for (int n = 1; n <= most; n++) {
        char text[n + 1];
        double weights[n], *last = &weights[n - 1];

        memset(text, 'a' + n, (size_t)n);
        text[n] = '\0';
        for (int i = 0; i < n; i++)
            weights[i] = down(n - i, text + i) + i * 0.5;
        n == 3 ? (void)(*last += 100) : (void)0;
        if (down(1, text) == 3)
            continue;
        printf("%s %.1f %.1f %d\n", text, weights[0], *last, (int)sizeof text);
    }
}

int main(void)
{
    int values[] = { 5, 2, 9, 1, 7, 3, 8 };
    long moves = merge_sort(values, 7);

    for (int i = 0; i < 7; i++)
        printf("%d ", values[i]);
    printf("%ld\n", moves);
    rows(6);
    return 0;
}
