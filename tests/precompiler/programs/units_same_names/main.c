/* SPDX-License-Identifier: MIT */
/* Two files of one name, with static functions, variables and static locals of one name, in different directories. */
#include <stdio.h>

int left(int n);
int right(int n);

int main(void)
{
    for (int n = 1; n < 5; n++)
        printf("%d: left %d right %d\n", n, left(n), right(n));
    return 0;
}
