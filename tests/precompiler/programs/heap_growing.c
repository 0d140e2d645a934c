/* SPDX-License-Identifier: MIT */
/* Arrays that grow by realloc and shrink, calloc, pointers into them and one past their end, blocks that are freed and used again. */
#include <stdio.h>
#include <stdlib.h>

struct event { long when; int what; struct event *cause; };

static int *grow(int *numbers, int *room)
{
    *room += 3;
    return realloc(numbers, (size_t)*room * sizeof *numbers);
}

int main(void)
{
    int *numbers = NULL, room = 0, count = 0, *end, *at, *middle;
    struct event *events = calloc(8, sizeof *events), **order = malloc(8 * sizeof *order), *last = NULL;
    long long sum = 0;

    for (int i = 0; i < 20; i++) {
        if (count == room)
            numbers = grow(numbers, &room);
        numbers[count++] = i * i % 23;
    }
    end = numbers + count;
    middle = &numbers[count / 2];
    for (at = numbers; at != end; at++)
        sum = sum * 5 % 100003 + *at * (at < middle ? 1 : 2);
    for (int i = 0; i < 8; i++) {
        events[i].when = 1000L * i - 3000;
        events[i].what = numbers[i] - 7;
        events[i].cause = last;
        order[7 - i] = last = &events[i];
    }
    for (int i = 0; i < 8; i++) {
        int *scratch = malloc(((size_t)i + 1) * sizeof(int));

        for (int k = 0; k <= i; k++)
            scratch[k] = order[k]->what;
        sum += scratch[i] + (order[i]->cause ? order[i]->cause->when : -1);
        free(scratch);
        printf("%d %ld\n", order[i]->what, order[i]->when);
    }
    numbers = realloc(numbers, 5 * sizeof *numbers);
    for (int i = 0; i < 5; i++)
        sum += numbers[i];
    printf("%lld %d\n", sum, room);
    free(numbers);
    free(order);
    free(events);
    return 0;
}
