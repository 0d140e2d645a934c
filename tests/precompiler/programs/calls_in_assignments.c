/* SPDX-License-Identifier: MIT */
/* Results into members, elements and what pointers point to; compound assignments; chains; values of assignments. */
#include <stdio.h>
#include <stdlib.h>

struct node {
    int value;
    struct node *next;
    int counts[3];
};

static int inc(int n)
{
    return n > 4 ? inc(n - 3) + 3 : n + 1;
}

static struct node *list(int n)
{
    struct node *made;

    if (n == 0)
        return NULL;
    made = calloc(1, sizeof *made);
    made->value = inc(n);
    made->next = list(n - 1);
    return made;
}

int main(void)
{
    struct node *head = list(4), *at;
    int x = 1, y, z, table[4] = { 0 }, i = 0;
    unsigned char small = 250;
    double d = 2;

    x = y = z = inc(7);
    x += inc(x);
    x <<= inc(0);
    y -= inc(inc(y)) * 2;
    z %= inc(3);
    small += inc(9);
    d *= inc(2);
    table[i++] = inc(2);
    table[inc(0)] += inc(5);
    table[inc(i)] |= 8;
    for (at = head; at != NULL; at = at->next) {
        at->counts[inc(0)] = inc(at->value);
        at->counts[2] ^= inc(at->counts[1]);
        if ((y = inc(at->value)) > 4)
            at->value *= -1;
    }
    while ((i = inc(i)) < 6)
        table[i % 4] += i;
    for (at = head; at != NULL; at = at->next)
        printf("%d %d %d\n", at->value, at->counts[1], at->counts[2]);
    printf("%d %d %d %d %.1f %d %d %d %d %d\n", x, y, z, small, d, table[0], table[1], table[2], table[3], i);
    while (head != NULL) {
        at = head->next;
        free(head);
        head = at;
    }
    return 0;
}
