/* SPDX-License-Identifier: MIT */
/*
 * getopt() and its variables, in two files: where it is in the arguments is part of the state.
 *
 * run: -v -n 3 --name=first second -n 4 -x third
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

void show_rest(int count, char **values);

static int rounds(const char *text)
{
    int sum = 0;

    for (int i = atoi(text); i > 0; i--) {
        sum += i;
        printf("%d ", i);
    }
    return sum;
}

int main(int argc, char **argv)
{
    static const struct option options[] = { { "name", required_argument, NULL, 'N' }, { NULL, 0, NULL, 0 } };
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "+vn:", options, NULL)) != -1) {
        if (option == 'n')
            printf("n %d %s\n", rounds(optarg), optarg);
        else if (option == 'N')
            printf("name %s\n", optarg);
        else
            printf("%c %d\n", option == '?' ? optopt : option, optind);
    }
    show_rest(argc, argv);
    optind++;
    while ((option = getopt(argc, argv, "n:")) != -1)
        printf("%c %d %d\n", option == '?' ? optopt : option, option == 'n' ? rounds(optarg) : 0, optind);
    show_rest(argc, argv);
    return 0;
}
