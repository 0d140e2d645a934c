/* SPDX-License-Identifier: MIT */
/* Structs as arguments and results, small and large, and members of results. */
#include <stdio.h>

struct point {
    double x, y;
};
struct matrix {
    double at[3][3];
};
struct mixed {
    char c;
    long l;
    struct point p;
    float f;
};

static struct matrix power(struct matrix m, int n)
{
    struct matrix half, result;

    if (n <= 1)
        return m;
    half = power(m, n / 2);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            result.at[i][j] = 0;
            for (int k = 0; k < 3; k++)
                result.at[i][j] += half.at[i][k] * (n % 2 ? power(half, 1).at[k][j] : half.at[k][j]);
        }
    return result;
}

static struct point move(struct point p, int times)
{
    struct point q = { p.x + 1, p.y * 2 };

    return times > 0 ? move(q, times - 1) : p;
}

static struct mixed mix(struct mixed m, struct point p, int n)
{
    m.c++;
    m.l += n;
    m.p = move(m.p, n);
    m.f += (float)p.x;
    return n > 0 ? mix(m, m.p, n - 1) : m;
}

int main(void)
{
    struct matrix m = { { { 1, 1, 0 }, { 1, 0, 1 }, { 0, 1, 1 } } };
    struct mixed start = { 'a', 5, { 1, 1 }, 0.5f }, end;

    m = power(m, 9);
    printf("%.0f %.0f %.0f\n", m.at[0][0], m.at[1][1], power(m, 2).at[2][0]);
    end = mix(start, move((struct point){ 2, 3 }, 2), 3);
    printf("%c %ld %.1f %.1f %.2f\n", end.c, end.l, end.p.x, end.p.y, end.f);
    printf("%.1f\n", mix(start, end.p, 1).p.y + move(end.p, 1).x);
    return 0;
}
