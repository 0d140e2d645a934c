/* SPDX-License-Identifier: MIT */
/* bare - a program without any table of its own, which the weak ends of the linker sections allow. */
#include <msrck/msrck.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    static int step;

    if (msrck_init(&argc, &argv) != MSRCK_OK || msrck_register("step", &step, &msrck_int, 1) != MSRCK_OK ||
        msrck_restore() != MSRCK_OK)
        return msrck_report(argv[0]);
    for (; step < 9; step++)
        if (msrck_poll())
            return msrck_exit_status();
    printf("%s at %d\n", msrck_resumed() ? "resumed" : "begun", step);
    return msrck_finish();
}
