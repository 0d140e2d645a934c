/* SPDX-License-Identifier: MIT */
/* while, do and for, nested, with break and continue, each round of which calls something that may reach a poll-point. */
#include <stdio.h>

static int work(int n)
{
    return n <= 0 ? 1 : (work(n - 1) * 31 + n) % 1009;
}

int main(void)
{
    int sum = 0, left = 6;

    while (left > 0) {
        if (left == 3) {
            left--;
            continue;
        }
        sum += work(left--);
    }
    printf("while %d %d\n", sum, left);
    do {
        int inner = left;
        while (inner < 3) {
            if (work(inner) % 2 == 0)
                break;
            inner++;
        }
        printf("do %d %d\n", left, inner);
        left++;
    } while (left < 3);
    for (int i = 0; i < 4; i++) {
        for (int j = i; j < 4; j += 1 + i) {
            if ((i + j) % 3 == 2)
                continue;
            sum = (sum * 7 + work(i + j)) % 10007;
        }
        if (i == 2)
            break;
        printf("for %d %d\n", i, sum);
    }
    for (;;) {
        if (++left > 6)
            break;
        sum += left;
    }
    printf("end %d %d\n", sum, left);
    return 0;
}
