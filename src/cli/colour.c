/* SPDX-License-Identifier: MIT */
#include "colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

bool colour_choose(const char *verb, const char *when, bool *colour)
{
    const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");

    *colour = false;
    if (when == NULL || strcmp(when, "auto") == 0) {
        *colour = (refused == NULL || refused[0] == '\0') && isatty(STDOUT_FILENO) == 1 &&
                  (terminal == NULL || strcmp(terminal, "dumb") != 0);
        return true;
    }
    *colour = strcmp(when, "always") == 0;
    if (*colour || strcmp(when, "never") == 0)
        return true;
    output_usage_error(verb, "--color: '%s' is not auto, always or never", when);
    return false;
}
