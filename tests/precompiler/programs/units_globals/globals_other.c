/* SPDX-License-Identifier: MIT */
#include "globals_shared.h"

int primes[] = { 2, 3, 5, 7, 11, 13 };
int *cursor = primes + 1;
long big_table[4][3] = { { 1, 2, 3 }, { 4 } };
struct link second = { 2, &third }, third = { 3, &first };
const char *message = "nothing yet";
static const char *const messages[] = { "some", "more", "most" };

int advance(int n)
{
    int sum = 0;

    for (int i = 0; i < 3; i++) {
        big_table[i][n % 3] += shared_total % 7;
        sum += (int)big_table[i][n % 3];
    }
    message = messages[n % 3];
    return sum % 11;
}
