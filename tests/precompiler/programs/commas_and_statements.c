/* SPDX-License-Identifier: MIT */
/* Comma expressions, statement expressions and assert around calls. */
#include <assert.h>
#include <stdio.h>

#define LARGER(a, b) ({ __typeof__(a) one_ = (a); __typeof__(b) other_ = (b); one_ > other_ ? one_ : other_; })

static int depth;

static int down(int n)
{
    depth++;
    assert(n < 50 && down != NULL);
    if (n > 0)
        return down(n - 1) + 1;
    return 0;
}

int main(void)
{
    int a = 1, b;

    b = (down(2), a++, down(a));
    printf("%d %d\n", a, b);
    for (a = 0, b = 9; down(1), a < b; a++, b -= down(2))
        printf("%d %d\n", a, b);
    assert(down(3) == 3);
    a = LARGER(down(4), down(2) + 1) + LARGER(a, 2);
    b = ({ int sum = 0; for (int i = 0; i < 3; i++) sum += down(i); sum; });
    (void)({ down(1); });
    ({ if (a > b) down(2); else down(5); });
    printf("%d %d %d\n", a, b, depth);
    return (a, down(0));
}
