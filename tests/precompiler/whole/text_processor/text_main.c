/* SPDX-License-Identifier: MIT */
/* Paragraphs are edited by a script of commands and set in several widths. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paragraph.h"

#define MOST_LINES 120

static Document document = { .width = 40 };
static char *lines[MOST_LINES];
static int executed;

static char *upper(char *text)
{
    char *at;

    for (at = text; *at; ++at)
        *at = (char)toupper((unsigned char)*at);
    return text;
}

static char *rot13(char *text)
{
    for (char *at = text; *at; at++)
        if (isalpha((unsigned char)*at))
            *at = (char)((tolower((unsigned char)*at) - 'a' + 13) % 26 + (isupper((unsigned char)*at) ? 'A' : 'a'));
    return text;
}

static Paragraph *paragraph_number(int number)
{
    Paragraph *paragraph = number < 0 ? document.last : document.first;

    while (paragraph && number != 0 && number != -1) {
        paragraph = number < 0 ? paragraph->previous : paragraph->next;
        number += number < 0 ? 1 : -1;
    }
    return paragraph;
}

static void command_new(char *rest)
{
    enum alignment alignment = (enum alignment)(rest[0] - '0');

    append_text(add_paragraph(&document, alignment), rest + 2);
}

static void command_append(char *rest)
{
    char *text;
    long number = strtol(rest, &text, 10);
    Paragraph *paragraph = paragraph_number((int)number);

    if (paragraph)
        append_text(paragraph, text + 1);
    else
        printf("no paragraph %ld\n", number);
}

static void command_remove(char *rest)
{
    Paragraph *paragraph = paragraph_number(atoi(rest));

    if (paragraph)
        remove_paragraph(&document, paragraph);
}

static void command_replace(char *rest)
{
    char *from = strtok(rest, "/"), *to = strtok(NULL, "/");

    printf("%d times %s\n", replace_all(&document, from, to ? to : ""), from);
}

static void command_width(char *rest)
{
    document.width = atoi(rest);
}

static void command_change(char *rest)
{
    document.change = strcmp(rest, "upper") == 0 ? upper : strcmp(rest, "rot13") == 0 ? rot13 : NULL;
}

static void command_show(char *rest)
{
    int count = set_document(&document, lines, MOST_LINES);

    printf("--- %s: %d paragraphs, %d lines of %d\n", rest, document.paragraphs, count, document.width);
    for (int i = 0; i < count; i++)
        printf("|%s\n", lines[i]);
}

static const struct command {
    const char *name;
    void (*run)(char *rest);
} commands[] = {
    { "new", command_new },         { "append", command_append }, { "remove", command_remove },
    { "replace", command_replace }, { "width", command_width },   { "change", command_change },
    { "show", command_show },       { NULL, NULL },
};

static void execute(const char *line)
{
    char copy[300];
    char *rest;
    const struct command *command = commands;

    snprintf(copy, sizeof copy, "%s", line);
    rest = strchr(copy, ' ');
    if (rest == NULL)
        rest = copy + strlen(copy);
    else
        *rest++ = '\0';
    while (command->name && strcmp(command->name, copy))
        command++;
    if (command->run) {
        command->run(rest);
        executed++;
    } else {
        printf("what is %s?\n", copy);
    }
}

static const char *script[] = {
    "new 3 A program runs for days, and the machine below it is about to go away: its lease ends, its queue has a limit,",
    "append 0 or a cheaper one of another kind is free. What was computed so far must not be lost with it.",
    "new 2 * * *",
    "new 0 The words of a paragraph are a list that points into its text;",
    "append -1 whoever moves the text has to forget the words, or they point to where it was.",
    "new 1 Set against the right margin, this one ends where it ought to and begins anywhere it likes to begin.",
    "show first",
    "width 26",
    "replace machine/computer",
    "replace the /",
    "show narrow",
    "remove 1",
    "dance about",
    "change upper",
    "show loud",
    "append 7 nothing",
    "change rot13",
    "new 3 incomprehensibilities uncharacteristically overintellectualization antidisestablishmentarianism",
    "width 18",
    "show secret",
    "change none",
    "width 60",
    "show last",
};

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 1;

    for (int round = 0; round < rounds; round++) {
        document.width = 40;
        executed = 0;
        for (size_t i = 0; i < sizeof script / sizeof script[0]; i++)
            execute(script[i]);
        printf("%d commands\n", executed);
        while (document.first)
            remove_paragraph(&document, document.first);
    }
    for (int i = 0; i < MOST_LINES; i++)
        free(lines[i]);
    return executed != sizeof script / sizeof script[0] - 1;
}
