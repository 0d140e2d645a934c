/* SPDX-License-Identifier: MIT */
/* Pointers to pointers, to arrays, into arrays, void pointers, cycles; qualifiers. */
#include <stdio.h>
#include <stdlib.h>

struct ring { struct ring *next, **back; int value; void *any; };

static int numbers[11], matrix[4][5];
static int *at = numbers, **at_at = &at, *end = numbers + 10;
static int (*row)[5] = matrix;
static volatile int watched;
static int *restrict only;
static const char *texts[3];
static const char *const *text = texts;

static struct ring *grow(struct ring *ring, int value)
{
    struct ring *made = malloc(sizeof *made);

    if (made == NULL)
        exit(1);
    made->value = value;
    made->any = value % 2 ? (void *)&numbers[value % 10] : (void *)ring;
    if (ring == NULL)
        made->next = made;
    else {
        made->next = ring->next;
        ring->next = made;
    }
    made->back = &made->next;
    return made;
}

int main(void)
{
    struct ring *ring = NULL;
    const int *seen = numbers;
    int sum = 0;

    for (int n = 0; n < 40; n++) {
        ring = grow(ring, n);
        **at_at += n;
        if (++at == end)
            at = numbers;
        (*row)[n % 5] -= n;
        if (++row == matrix + 4)
            row = matrix;
        watched += *seen;
        seen = &numbers[n % 10];
        only = &matrix[n % 4][n % 5];
        texts[n % 3] = n % 2 ? "odd" : "even";
        text = &texts[n % 3];
    }
    for (int n = 0; n < 40; n++, ring = ring->next) {
        sum = (sum * 3 + ring->value) % 100003;
        if (ring->value % 2)
            sum += *(int *)ring->any;
        else if (ring->any != NULL)
            sum += ((struct ring *)ring->any)->value;
        sum += *ring->back == ring->next;
    }
    for (int n = 0; n < 20; n++)
        printf("%d %d\n", numbers[n / 2], matrix[n / 5][n % 5]);
    printf("%d %d %d %d %d %s %s\n", sum, watched, *seen, (int)(at - numbers), (int)(row - matrix), *text, texts[0]);
    printf("%d %d\n", *only, end == &numbers[10]);
    return 0;
}
