/* SPDX-License-Identifier: MIT */
/* msrck: looks at checkpoint files. This file finds the verb; each verb has a file of its own. */
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "verb.h"

const struct verb *const verb_table[] = { &verb_info, &verb_dump, &verb_get, &verb_diff, &verb_verify, &verb_stat, &verb_graph, &verb_convert,
                                          &verb_ps, &verb_checkpoint, &verb_migrate, &verb_cc, &verb_help, &verb_version, NULL };

const struct verb *verb_find(const char *name)
{
    /* The only verb with two names: people look for either. */
    if (strcmp(name, "du") == 0)
        name = "stat";
    /* Not listed: it is for those who install the tool. */
    if (strcmp(name, verb_completion.name) == 0)
        return &verb_completion;
    for (size_t i = 0; verb_table[i] != NULL; i++)
        if (strcmp(verb_table[i]->name, name) == 0)
            return verb_table[i];
    return NULL;
}

#define LONGEST_COMPARED 15u

/*
 * Single-letter changes that make one word of the other. Long words are not compared: they are nobody's typing
 * error.
 */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONGEST_COMPARED + 1], length = strlen(b);

    if (strlen(a) > LONGEST_COMPARED || length > LONGEST_COMPARED)
        return SIZE_MAX;
    for (size_t k = 0; k <= length; k++)
        row[k] = k;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= length; k++) {
            size_t change = diagonal + (a[i - 1] != b[k - 1]);
            diagonal = row[k];
            row[k] = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
            row[k] = row[k] < change ? row[k] : change;
        }
    }
    return row[length];
}

int verb_unknown(const char *name)
{
    const struct verb *nearest = NULL;
    size_t least = 3;

    for (size_t i = 0; verb_table[i] != NULL; i++) {
        size_t changes = distance(name, verb_table[i]->name);
        if (changes < least) {
            least = changes;
            nearest = verb_table[i];
        }
    }
    if (nearest != NULL)
        return output_usage_error(NULL, "unknown verb '%s'; did you mean '%s'?", name, nearest->name);
    return output_usage_error(NULL, "unknown verb '%s'", name);
}

static int run(int count, char **argv)
{
    const char *name = count > 0 ? argv[0] : NULL;
    const struct verb *verb;

    if (name == NULL)
        return output_usage_error(NULL, "no verb given");
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    else if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        name = "version";
    if (name[0] == '-')
        return output_usage_error(NULL, "unknown option %s: the verb comes first", name);
    verb = verb_find(name);
    return verb == NULL ? verb_unknown(name) : verb->run(verb, count - 1, argv + 1);
}

int main(int argc, char **argv)
{
    output_begin();
    return output_end(run(argc > 0 ? argc - 1 : 0, argv + (argc > 0)));
}
