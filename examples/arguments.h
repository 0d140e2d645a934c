/* SPDX-License-Identifier: MIT */
/*
 * What the examples and their plain twins share: reading `PROGRAM [SIZE] [SEED]`, and numbers that look random.
 *
 * The numbers are computed from the seed and a position, with no state in between, by integer arithmetic that
 * is the same everywhere: rand() would give other numbers on another machine, and its state could not be
 * carried along.
 */
#ifndef EXAMPLES_ARGUMENTS_H
#define EXAMPLES_ARGUMENTS_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The whole number in argv[position] to *value, which keeps its default where there is no such argument. */
static inline bool number_argument(int argc, char **argv, int position, const char *name, long lowest, long highest,
                                   long *value)
{
    char *end = NULL;
    long number = 0;

    if (position >= argc)
        return true;
    errno = 0;
    number = strtol(argv[position], &end, 10);
    if (errno == 0 && end != argv[position] && *end == '\0' && number >= lowest && number <= highest) {
        *value = number;
        return true;
    }
    fprintf(stderr, "%s: %s is a whole number from %ld to %ld, not '%s'\n", argv[0], name, lowest, highest,
            argv[position]);
    return false;
}

/* False, with a message, when there are more than `most` arguments behind the program's name. */
static inline bool at_most_arguments(int argc, char **argv, int most)
{
    if (argc <= most + 1)
        return true;
    fprintf(stderr, "%s: '%s' is one argument too many\n", argv[0], argv[most + 1]);
    return false;
}

/* The number at `position` of the sequence that `seed` names. */
static inline uint64_t random_at(long seed, uint64_t position)
{
    uint64_t mixed = (uint64_t)(int64_t)seed * UINT64_C(0xd1342543de82ef95);

    mixed += (position + 1) * UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

/* A checksum that depends on the order in which the values are added. */
static inline uint64_t checksum_add(uint64_t checksum, uint64_t value)
{
    return (checksum ^ value) * UINT64_C(0x100000001b3) + UINT64_C(0x9e3779b9);
}

#endif
