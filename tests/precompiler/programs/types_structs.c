/* SPDX-License-Identifier: MIT */
/* Structs by value, in arrays, nested, with members of every arithmetic type. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct numbers {
    char c; signed char sc; unsigned char uc; short s; unsigned short us; int i; unsigned u;
    long l; unsigned long ul; long long ll; unsigned long long ull; _Bool b;
    float f; double d; long double ld;
    size_t size; ptrdiff_t difference; time_t when; int8_t i8; uint8_t u8; int16_t i16; uint16_t u16;
    int32_t i32; uint32_t u32; int64_t i64; uint64_t u64; wchar_t wide;
};

struct point { int x, y; };
struct box { struct point low, high; struct { int r, g, b; } colour; char name[12]; };

static struct numbers totals;
static struct box boxes[3];
struct point *corner;
double grid[3][4];

static void step(int n)
{
    struct numbers *t = &totals;
    struct box *box = &boxes[n % 3];

    t->c = (char)('a' + n % 26); t->sc = (signed char)-n; t->uc = (unsigned char)(200 + n); t->s = (short)(t->s - n); t->us = (unsigned short)(t->us + n);
    t->i -= n * 1000; t->u += 3000000000u / (unsigned)(n + 1); t->l -= n; t->ul += (unsigned long)n; t->ll -= 1000000007LL * n;
    t->ull ^= 0x9e3779b97f4a7c15ULL * (unsigned)n; t->b = n % 2; t->f += 0.5f * (float)n; t->d += 0.25 * n; t->ld += 0.125L * n;
    t->size += 7; t->difference -= 3; t->when += 86400; t->i8 = (int8_t)-n; t->u8 = (uint8_t)(250 + n); t->i16--; t->u16++; t->i32 -= n; t->u32 += 5;
    t->i64 -= (int64_t)n << 33; t->u64 += (uint64_t)n << 40; t->wide = L'A' + n;
    box->low.x = n; box->high.y = -n; box->colour.g += n; box->name[n % 11] = (char)('0' + n % 10);
    corner = n % 2 ? &box->high : &box->low;
    grid[n % 3][n % 4] += n / 3.0;
}

int main(void)
{
    int n;

    for (n = 0; n < 40; n++) {
        step(n);
        corner->x++;
    }
    printf("%c %d %d %d %d %d %u %ld %lu %lld %llx %d\n", totals.c, totals.sc, totals.uc, totals.s, totals.us, totals.i, totals.u, totals.l, totals.ul,
           totals.ll, totals.ull, totals.b);
    printf("%g %g %Lg %zu %td %ld %d %d %d %d %d %u %lld %llu %d\n", totals.f, totals.d, totals.ld, totals.size, totals.difference, (long)totals.when,
           totals.i8, totals.u8, totals.i16, totals.u16, totals.i32, totals.u32, (long long)totals.i64, (unsigned long long)totals.u64, (int)totals.wide);
    for (n = 0; n < 3; n++)
        printf("%d %d %d %d %s\n", boxes[n].low.x, boxes[n].high.x, boxes[n].high.y, boxes[n].colour.g, boxes[n].name);
    for (n = 0; n < 12; n++)
        printf("%g ", grid[n / 4][n % 4]);
    printf("\n%d %d\n", corner->x, corner->y);
    return 0;
}
