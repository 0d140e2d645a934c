/* SPDX-License-Identifier: MIT */
/* msrck completion SHELL: what makes the shell complete verbs and options, from the tables that parse them. */
#include <stdio.h>
#include <string.h>

#include <msrck/reader.h>

#include "output.h"
#include "verb.h"

/* What an option takes, where that is one of a few words. A verb without an option: what it takes itself. */
static const struct values {
    const char *verb, *option, *words;
} values_table[] = {
    { "get", "format", "d u x X o t c f e g a" },
    { "dump", "color", "auto always never" },
    { "diff", "color", "auto always never" },
    { "stat", "by", "type segment root frame block extent chunk" },
    { "graph", "fold", "auto type none" },
    { "convert", "to", "json ckpt npz" },
    { "convert", "codec", "none zlib zstd" },
    { "convert", "filter", "none planes split" },
    { "cc", "poll", "loops calls marked" },
    { "completion", NULL, "bash zsh fish" },
};

#define VALUES (sizeof values_table / sizeof values_table[0])

/* Writes the words that the option takes, or the verb where `option` is NULL. False when it takes anything. */
static bool put_values(const char *verb, const char *option, bool write)
{
    msrck_abi_facts abi;

    if (option != NULL && strcmp(verb, "verify") == 0 && strcmp(option, "target") == 0) {
        for (uint32_t i = 0; write && msrck_abi(i, &abi); i++)
            printf("%s ", abi.name);
        if (write)
            fputs("list", stdout);
        return true;
    }
    if (option == NULL && strcmp(verb, "help") == 0) {
        for (size_t i = 0; write && verb_table[i] != NULL; i++)
            printf("%s%s", i > 0 ? " " : "", verb_table[i]->name);
        return true;
    }
    for (size_t i = 0; i < VALUES; i++) {
        const struct values *values = &values_table[i];

        if (strcmp(values->verb, verb) != 0 || (values->option == NULL) != (option == NULL) ||
            (option != NULL && strcmp(values->option, option) != 0))
            continue;
        if (write)
            fputs(values->words, stdout);
        return true;
    }
    return false;
}

/* A text within single quotes; those in it are written as the shell wants them. */
static void put_quoted(const char *text, const char *quote)
{
    for (; *text != '\0'; text++)
        if (*text == '\'')
            fputs(quote, stdout);
        else
            putchar(*text);
}

/* ---- bash ---- */

static bool put_bash_options(void *context, const struct option_group *group, size_t index)
{
    (void)context, (void)index;
    for (size_t i = 0; i < group->count; i++)
        printf(" --%s%s", group->options[i].name, group->options[i].argument != NULL ? "=" : "");
    return false;
}

static bool put_bash_values(void *context, const struct option_group *group, size_t index)
{
    const char *verb = context;

    (void)index;
    for (size_t i = 0; i < group->count; i++) {
        if (!put_values(verb, group->options[i].name, false))
            continue;
        printf("    %s--%s) words=\"", verb, group->options[i].name);
        put_values(verb, group->options[i].name, true);
        printf("\" ;;\n");
    }
    return false;
}

static void put_bash_case(const struct verb *verb)
{
    char name[32];

    printf("    %s) options=\"--help", verb->name);
    option_table_each_group(verb, put_bash_options, NULL);
    printf("\"");
    if (put_values(verb->name, NULL, false)) {
        printf(" words=\"");
        put_values(verb->name, NULL, true);
        printf("\"");
    }
    printf(" ;;\n");
    snprintf(name, sizeof name, "%s", verb->name);
    option_table_each_group(verb, put_bash_values, name);
}

/* Bash takes '=' for a word of its own. Where nothing fits it completes names of files, which may hold blanks, by itself. */
static void complete_bash(void)
{
    printf("# bash completion for msrck, made by 'msrck completion bash'\n"
           "_msrck()\n{\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} option= options= words=\n"
           "    COMPREPLY=()\n"
           "    if [ \"$word\" = = ]; then\n"
           "        option=$before word=\n"
           "    elif [ \"$before\" = = ]; then\n"
           "        option=${COMP_WORDS[COMP_CWORD-2]}\n"
           "    fi\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; verb_table[i] != NULL; i++)
        printf("%s%s", i > 0 ? " " : "", verb_table[i]->name);
    printf("\" -- \"$word\"))\n        return\n    fi\n    case ${COMP_WORDS[1]}$option in\n");
    for (size_t i = 0; verb_table[i] != NULL; i++)
        put_bash_case(verb_table[i]);
    put_bash_case(&verb_completion);
    printf("    esac\n"
           "    case $word in\n"
           "    -*)\n"
           "        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
           "        if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then\n"
           "            compopt -o nospace\n"
           "        fi ;;\n"
           "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
           "    esac\n}\n"
           "complete -o bashdefault -o default -F _msrck msrck\n");
}

/* ---- zsh ---- */

/* Help texts stand in brackets there. */
static void put_zsh_text(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
            printf("\\%c", *text);
        else
            putchar(*text);
}

static bool put_zsh_options(void *context, const struct option_group *group, size_t index)
{
    const char *verb = context;

    (void)index;
    for (size_t i = 0; i < group->count; i++) {
        const struct option *option = &group->options[i];

        printf(" \\\n            '%s--%s%s[", option->kind == OPTION_TEXTS ? "*" : "", option->name,
               option->argument != NULL ? "=" : "");
        put_zsh_text(option->help);
        printf("]");
        if (option->argument != NULL) {
            printf(":");
            put_zsh_text(option->argument);
            if (put_values(verb, option->name, false)) {
                printf(":(");
                put_values(verb, option->name, true);
                printf(")");
            } else {
                printf(":%s", strcmp(option->argument, "FILE") == 0 || strcmp(option->argument, "OUT") == 0 ? "_files" : "");
            }
        }
        printf("'");
    }
    return false;
}

static void put_zsh_case(const struct verb *verb)
{
    char name[32];

    snprintf(name, sizeof name, "%s", verb->name);
    printf("    %s)\n        _arguments '--help[show help]'", name);
    option_table_each_group(verb, put_zsh_options, name);
    if (put_values(name, NULL, false)) {
        printf(" \\\n            '*:%s:(", name);
        put_values(name, NULL, true);
        printf(")' ;;\n");
    } else {
        printf(" \\\n            '*:file:_files' ;;\n");
    }
}

static void complete_zsh(void)
{
    printf("#compdef msrck\n# zsh completion for msrck, made by 'msrck completion zsh'\n"
           "_msrck()\n{\n    local -a verbs\n    verbs=(\n");
    for (size_t i = 0; verb_table[i] != NULL; i++) {
        printf("        '%s:", verb_table[i]->name);
        put_quoted(verb_table[i]->summary, "'\\''");
        printf("'\n");
    }
    printf("    )\n    if (( CURRENT == 2 )); then\n        _describe verb verbs\n        return\n    fi\n"
           "    local verb=${words[2]}\n    shift words\n    (( CURRENT-- ))\n    case $verb in\n");
    for (size_t i = 0; verb_table[i] != NULL; i++)
        put_zsh_case(verb_table[i]);
    put_zsh_case(&verb_completion);
    printf("    esac\n}\n_msrck \"$@\"\n");
}

/* ---- fish ---- */

static bool put_fish_options(void *context, const struct option_group *group, size_t index)
{
    (void)index;
    for (size_t i = 0; i < group->count; i++) {
        const struct option *option = &group->options[i];

        printf("complete -c msrck -n '__fish_seen_subcommand_from %s' -l %s", (const char *)context, option->name);
        if (option->letter != 0)
            printf(" -s %c", option->letter);
        if (put_values(context, option->name, false)) {
            printf(" -x -a '");
            put_values(context, option->name, true);
            printf("'");
        }
        printf("%s -d '", option->argument != NULL ? " -r" : "");
        put_quoted(option->help, "\\'");
        printf("'\n");
    }
    return false;
}

static void complete_fish(void)
{
    char name[32];

    printf("# fish completion for msrck, made by 'msrck completion fish'\n");
    for (size_t i = 0; verb_table[i] != NULL; i++) {
        printf("complete -c msrck -f -n '__fish_use_subcommand' -a %s -d '", verb_table[i]->name);
        put_quoted(verb_table[i]->summary, "\\'");
        printf("'\n");
    }
    for (size_t i = 0; verb_table[i] != NULL; i++) {
        snprintf(name, sizeof name, "%s", verb_table[i]->name);
        printf("complete -c msrck -n '__fish_seen_subcommand_from %s' -l help -d 'show help'\n", name);
        option_table_each_group(verb_table[i], put_fish_options, name);
    }
    for (size_t i = 0; i < 2; i++) {
        const char *verb = i == 0 ? "help" : "completion";

        printf("complete -c msrck -f -n '__fish_seen_subcommand_from %s' -a '", verb);
        put_values(verb, NULL, true);
        printf("'\n");
    }
}

static int run_completion(const struct verb *verb, int count, char **argv)
{
    int operands = 0, code = option_table_parse(verb, NULL, count, argv, &operands);

    if (code != -1)
        return code;
    if (strcmp(argv[0], "bash") == 0)
        complete_bash();
    else if (strcmp(argv[0], "zsh") == 0)
        complete_zsh();
    else if (strcmp(argv[0], "fish") == 0)
        complete_fish();
    else
        return output_usage_error("completion", "completion: '%s' is not bash, zsh or fish", argv[0]);
    return EXIT_CODE_OK;
}

const struct verb verb_completion = {
    "completion", "SHELL", "print completions for bash, zsh or fish", "", 1, 1, { NULL }, run_completion
};
