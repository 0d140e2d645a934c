/* SPDX-License-Identifier: MIT */
/*
 * A pointer to a member of a union that is carried as bytes, kept while it migrates.
 * note: unportable
 */
#include <stdint.h>
#include <stdio.h>

union carried { uint32_t part; uint64_t whole; };

static union carried both[2] = { { 7 }, { 9 } };
static uint64_t *place = &both[1].whole;

int main(void)
{
    uint32_t *part = &both[0].part;

    for (int i = 0; i < 5; i++) {
        *part += 3;
        printf("%d %llu %u\n", i, (unsigned long long)++*place, (unsigned)both[0].part);
    }
    return 0;
}
