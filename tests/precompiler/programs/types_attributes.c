/* SPDX-License-Identifier: MIT */
/* Alignment and packing by attributes, long arrays, arrays of arrays in structs, empty structs. */
#include <stdalign.h>
#include <stdio.h>

struct packed { char a; int b; short c; double d; } __attribute__((packed));
struct aligned { char a; alignas(32) int b; char c; } __attribute__((aligned(64)));
struct empty { };
struct holder { struct empty nothing; int before; struct packed packed[2]; struct aligned aligned; unsigned char table[3][2][4]; };

static struct holder holders[2];
static __attribute__((aligned(128))) int lonely;

static void change(struct holder *h, int n)
{
    h->before += n;
    h->packed[n % 2].b -= n;
    h->packed[n % 2].d += n / 8.0;
    h->packed[n % 2].c++;
    h->aligned.b ^= n << 3;
    h->aligned.c = (char)n;
    h->table[n % 3][n % 2][n % 4]++;
    lonely += h->table[0][0][0];
}

int main(void)
{
    for (int n = 0; n < 48; n++)
        change(&holders[n & 1], n);
    for (int k = 0; k < 2; k++) {
        const struct holder *h = &holders[k];

        printf("%d %d %g %d %d %d:", h->before, h->packed[k].b, h->packed[k].d, h->packed[k].c, h->aligned.b, h->aligned.c);
        for (int n = 0; n < 24; n++)
            printf(" %d", h->table[n / 8][n / 4 % 2][n % 4]);
        printf("\n");
    }
    printf("%d\n", lonely);
    return 0;
}
