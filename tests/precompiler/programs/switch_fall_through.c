/* SPDX-License-Identifier: MIT */
/* switch with fall-through, default in the middle, nested switches, calls in the head and in the cases. */
#include <stdio.h>

static int digit(int n)
{
    return n >= 10 ? digit(n / 10) : n;
}

static int classify(int n)
{
    int result = 0;

    switch (digit(n)) {
    case 1:
        result += digit(n);
        /* fall through */
    case 2:
        result += 10 * digit(n + 1);
        break;
    default:
        result = -1;
        /* fall through */
    case 3:
    case 4: {
        int local = digit(n * 3);
        result += 100 * local;
        switch (local) {
        case 1:
            result += digit(7);
            break;
        case 9:
            result += 5;
        }
        break;
    }
    case 5 ... 7:
        for (int i = 0; i < 3; i++) {
            if (i == 1)
                continue;
            result += digit(i + 40);
            if (result > 1000)
                break;
        }
        return result + digit(result);
    }
    return result;
}

int main(void)
{
    for (int n = 1; n < 300; n += 23)
        printf("%d %d\n", n, classify(n));
    return 0;
}
