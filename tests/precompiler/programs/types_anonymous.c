/* SPDX-License-Identifier: MIT */
/* Types without a name: members, variables, typedefs, nested ones, pointers and arrays of them, in functions and outside. */
#include <stdio.h>

static struct { int hits, misses; struct { short depth; long marks[3]; } inner; } counters;
typedef struct { double x, y; struct { char tag; int order; } info[2]; } place;
typedef struct { int key; } *key_pointer, key_pair[2];
struct outer { int a; struct { int b; struct { int c, d; }; }; struct { int e; } named, *other; };

static place places[3];
static struct outer outer;

static int visit(int n)
{
    struct { int sum; place *where; } now = { n, &places[n % 3] };
    static struct { int calls; key_pair pair; } history;
    key_pointer key = &history.pair[n & 1];

    now.where->x += n;
    now.where->info[n & 1].order = n;
    now.where->info[n & 1].tag = (char)('a' + n % 5);
    history.calls++;
    key->key += history.calls;
    counters.inner.marks[n % 3] += now.sum;
    counters.inner.depth++;
    if (n % 4)
        counters.hits++;
    else
        counters.misses += key->key;
    outer.a = n;
    outer.b += n;
    outer.c -= n;
    outer.d = key->key;
    outer.named.e++;
    outer.other = &outer.named;
    return history.pair[0].key - history.pair[1].key + now.sum;
}

int main(void)
{
    int total = 0;

    for (int n = 0; n < 33; n++)
        total += visit(n);
    printf("%d %d %d %ld %ld %ld\n", counters.hits, counters.misses, counters.inner.depth, counters.inner.marks[0], counters.inner.marks[1],
           counters.inner.marks[2]);
    for (int n = 0; n < 3; n++)
        printf("%g %c %d %c %d\n", places[n].x, places[n].info[0].tag, places[n].info[0].order, places[n].info[1].tag, places[n].info[1].order);
    printf("%d %d %d %d %d %d %d\n", outer.a, outer.b, outer.c, outer.d, outer.named.e, outer.other->e, total);
    return 0;
}
