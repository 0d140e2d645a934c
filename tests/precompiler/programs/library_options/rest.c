/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdio.h>

void show_rest(int count, char **values);

void show_rest(int count, char **values)
{
    for (int i = optind; i < count; i++)
        printf("rest %d %s\n", i, values[i]);
}
