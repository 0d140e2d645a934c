/* SPDX-License-Identifier: MIT */
#include "openmp_regions.h"

#include <string.h>

#include "pragma_table.h"
#include "text_scan.h"

/* The next such pragma at or behind `at`, which is moved behind its line: the place of its '#', or `end`. */
static size_t next_pragma(const struct unit *unit, size_t *at, size_t end)
{
    static const char lead[] = "#pragma omp ";
    const char *text = unit_text(unit);

    while (*at < end) {
        size_t begin = *at, length = strcspn(text + begin, "\n"), blanks = strspn(text + begin, " \t");

        *at = begin + length + 1;
        if (strncmp(text + begin + blanks, lead, sizeof lead - 1) == 0)
            return begin + blanks;
    }
    return end;
}

bool openmp_within(const struct unit *unit, text_range range)
{
    size_t at = range.begin;

    return unit_choices(unit)->openmp && next_pragma(unit, &at, range.end) < range.end;
}

/* Those of the others only say what threads that are there share, or what vectors are to do. */
static const char *threads_of(const char *text, size_t at, size_t end)
{
    static const char *const words[] = { "parallel", "task", "taskloop", "teams", "target", "threadprivate" };

    for (at = scan_blank(text, at, end); at < end && text[at] != '('; at = scan_blank(text, scan_token(text, at, end), end))
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (scan_is_word(text, at, end, words[i]))
                return words[i];
    return NULL;
}

void openmp_obstacles(struct unit *unit)
{
    const char *text = unit_text(unit);
    size_t at = 0, end = strlen(text), begin;

    while (unit_choices(unit)->openmp && (begin = next_pragma(unit, &at, end)) < end) {
        size_t line_end = at <= end ? at - 1 : end;
        const char *word = threads_of(text, begin + strlen("#pragma omp"), line_end);
        unsigned statement = (unsigned)scan_blank(text, line_end, end);

        if (word == NULL || pragma_covers_place(unit, statement, "accept") || pragma_covers_place(unit, statement, "ignore"))
            continue;
        if (strcmp(word, "threadprivate") == 0)
            unit_obstacle(unit, (unsigned)begin, "#pragma omp threadprivate: variables of threads are not carried by a checkpoint");
        else
            unit_obstacle(unit, (unsigned)begin,
                          "#pragma omp %s: threads are not carried by a checkpoint: no poll-point in this function, nor in those that it calls, is honoured; "
                          "move the region into a function of its own, and allocate no memory in it",
                          word);
    }
}
