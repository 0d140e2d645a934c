/* SPDX-License-Identifier: MIT */
/* Globals of other files: declared, tentative, with and without a size, pointers across files, initialised to each other. */
#include <stdio.h>

#include "globals_shared.h"

int shared_total;
int shared_total;
extern int primes[];
struct link first = { 1, &second };
struct link *current = &first;
char *names[] = { "zero", "one", "two", "three" };
char buffer[40] = "start";

int main(void)
{
    for (int n = 0; n < 30; n++) {
        current->value += advance(n);
        current = current->next;
        buffer[n % 39] = names[n % 4][0];
        shared_total += primes[n % PRIMES];
        *cursor += n;
        if (++cursor == primes + PRIMES)
            cursor = primes;
    }
    printf("%d %d %d %s %d\n", first.value, second.value, third.value, buffer, shared_total);
    for (int n = 0; n < PRIMES; n++)
        printf("%d ", primes[n]);
    printf("%d %ld %s\n", (int)(cursor - primes), big_table[2][1], message);
    return 0;
}
