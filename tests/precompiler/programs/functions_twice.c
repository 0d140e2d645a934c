/* SPDX-License-Identifier: MIT */
/* Functions that are emitted twice, and what of their text may be only once. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#pragma msrck poll
static void here(void)
{
}

typedef struct pair {
    int first;
    const char *name;
} pair;

/* Called once: large functions of this kind are inlined. The inner one is part of the outer one's copy. */
static int digits(int value)
{
    static int asked;
    int count = 0;

    for (; value > 0; value /= 10)
        count++;
    return count + 100 * asked++;
}

static int weigh(pair *pairs, int count)
{
    int sum = digits(count);

    for (int i = 0; i < count; i++)
        sum += pairs[i].first * (i + 1) + (int)strlen(pairs[i].name);
    return sum;
}

static pair named(int first)
{
    static int calls;
    pair made = { first + ++calls, __func__ };

    here();
    assert(made.first > first);
    made.name = made.first % 2 ? __func__ : __FUNCTION__;
    return made;
}

static int doubled(int value)
{
    return value * 2;
}

static int (*chosen(int way))(int value)
{
    here();
    return way ? doubled : 0;
}

static void nothing(int unused, const pair *const shown)
{
    int weigh = unused;

    here();
    printf("%d %d %s\n", weigh, shown->first, shown->name);
    if (shown->first > 4)
        return;
    here();
    printf("small\n");
}

__attribute__((noinline)) static int attributed(int value)
{
    here();
    return value * 2;
}

static int assembled(int value)
{
    here();
    __asm__ volatile("" : "+r"(value));
    here();
    return value + 1;
}

static int spread(int levels, int *sum)
{
    int own = levels;

    if (levels == 0)
        return *sum;
    *sum += own;
    own = spread(levels - 1, &own);
    here();
    return own + levels + (levels > 1 ? spread(levels - 2, sum) : 0);
}

int main(void)
{
    pair pairs[4];
    int sum = 0;

    for (int round = 0; round < 4; round++) {
        pairs[round] = named(round);
        nothing(round, &pairs[round]);
        here();
    }
    sum = weigh(pairs, 4);
    here();
    printf("%d %d\n", attributed(sum), assembled(sum));
    printf("%d %d\n", spread(5, &sum), chosen(1)(1234));
    return 0;
}
