/* SPDX-License-Identifier: MIT */
/* msrck completion SHELL: what makes the shell complete verbs and options, from the tables that parse them. */
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "verb.h"

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

static void complete_bash(void)
{
    printf("# bash completion for msrck, made by 'msrck completion bash'\n"
           "_msrck()\n{\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} options=\n"
           "    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        COMPREPLY=($(compgen -W \"");
    for (size_t i = 0; verb_table[i] != NULL; i++)
        printf("%s%s", i > 0 ? " " : "", verb_table[i]->name);
    printf("\" -- \"$word\"))\n        return\n    fi\n    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; verb_table[i] != NULL; i++) {
        printf("    %s) options=\"--help", verb_table[i]->name);
        option_table_each_group(verb_table[i], put_bash_options, NULL);
        printf("\" ;;\n");
    }
    printf("    esac\n"
           "    case $word in\n"
           "    -*)\n"
           "        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
           "        if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then\n"
           "            compopt -o nospace\n"
           "        fi ;;\n"
           "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
           "    esac\n}\n"
           "complete -o filenames -F _msrck msrck\n");
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
    (void)context, (void)index;
    for (size_t i = 0; i < group->count; i++) {
        const struct option *option = &group->options[i];

        printf(" \\\n            '%s--%s%s[", option->kind == OPTION_TEXTS ? "*" : "", option->name,
               option->argument != NULL ? "=" : "");
        put_zsh_text(option->help);
        printf("]");
        if (option->argument != NULL) {
            printf(":");
            put_zsh_text(option->argument);
            printf(":%s", strcmp(option->argument, "FILE") == 0 ? "_files" : "");
        }
        printf("'");
    }
    return false;
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
    for (size_t i = 0; verb_table[i] != NULL; i++) {
        printf("    %s)\n        _arguments '--help[show help]'", verb_table[i]->name);
        option_table_each_group(verb_table[i], put_zsh_options, NULL);
        printf(" \\\n            '*:file:_files' ;;\n");
    }
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
