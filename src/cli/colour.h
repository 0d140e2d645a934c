/* SPDX-License-Identifier: MIT */
/* Colour on standard output: --color=auto|always|never, and NO_COLOR, which turns off what `auto` would turn on. */
#ifndef MSRCK_CLI_COLOUR_H
#define MSRCK_CLI_COLOUR_H

#include <stdbool.h>

#define COLOUR_NONE "\033[0m"
#define COLOUR_BOLD "\033[1m"
#define COLOUR_RED "\033[31m"
#define COLOUR_GREEN "\033[32m"
#define COLOUR_BLUE "\033[34m"
#define COLOUR_CYAN "\033[36m"

/* `when` is the option's argument, or NULL. False, after the message of a usage error, when it is none of the three. */
bool colour_choose(const char *verb, const char *when, bool *colour);

#endif
