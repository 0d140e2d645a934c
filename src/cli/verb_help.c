/* SPDX-License-Identifier: MIT */
/* msrck help [VERB]: all verbs, or the help text of one. */
#include <stdio.h>

#include "output.h"
#include "verb.h"

static void list_verbs(void)
{
    printf("usage: msrck VERB [options] [FILE...]\n"
           "Looks at checkpoints of C programs, without the programs and on any machine.\n\nverbs:\n");
    for (size_t i = 0; verb_table[i] != NULL; i++)
        printf("  %-10s %s\n", verb_table[i]->name, verb_table[i]->summary);
    printf("\n'msrck help VERB' tells more. A FILE of '-' is standard input.\n"
           "'msrck completion bash', zsh or fish prints completions for that shell.\n\nexit status:\n"
           "  0  success; valid\n  1  the answer is no: findings, differences, nothing at that path\n  2  usage\n  3  system or I/O error\n"
           "  4  corrupt or truncated input\n  5  not a checkpoint, or one that needs a newer msrck\n"
           "  6  refused by a limit\n  7  cannot be restored on that target or by that program\n");
}

static int run_help(const struct verb *verb, int count, char **argv)
{
    const struct verb *wanted;
    int operands = 0, code = option_table_parse(verb, NULL, count, argv, &operands);

    if (code != -1)
        return code;
    if (operands == 0) {
        list_verbs();
        return EXIT_CODE_OK;
    }
    wanted = verb_find(argv[0]);
    if (wanted == NULL)
        return verb_unknown(argv[0]);
    option_table_help(wanted);
    return EXIT_CODE_OK;
}

const struct verb verb_help = {
    "help", "[VERB]", "list the verbs, or explain one", "", 0, 1, { NULL }, run_help
};
