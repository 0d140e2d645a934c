/* SPDX-License-Identifier: MIT */
static unsigned char count;
static int step(int n) { static unsigned calls = 1; calls = calls * 5 + (unsigned)n; return (int)(calls % 97); }

int right_step(int n)
{
    for (int i = 0; i < 4; i++)
        count = (unsigned char)(count + step(n));
    return count;
}
