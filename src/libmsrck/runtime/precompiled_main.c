/* SPDX-License-Identifier: MIT */
/* The main program around one that was pre-compiled. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <msrck/msrck.h>
#include <msrck/precompiled.h>

#include "runtime/precompiled_heap.h"

/* The name in checkpoints. The linking step of `msrck cc` defines it; without it the last part of argv[0] counts. */
extern const char msrck_cc_program_name[] __attribute__((weak));

/* Defined by units that read standard input. */
extern const char msrck_cc_reads_input[] __attribute__((weak));

/* For messages; NULL when what there is to say has been said, and in no process but the program's own. */
static const char *teller;
static pid_t own_process;

/* The first failure, once. The exit status for it. */
static int tell(void)
{
    const char *name = teller;

    teller = NULL;
    return name != NULL && getpid() == own_process ? msrck_report(name) : 0;
}

/*
 * exit() anywhere in the program ends the session, too; a second msrck_finish() does nothing. A checkpoint that failed is told of; the program came to its end all the same, and so its own
 * status counts.
 */
static void finish(void)
{
    (void)msrck_finish();
    if (msrck_error_result() != MSRCK_OK)
        (void)tell();
}

/*
 * The arguments become blocks of the typed heap, since a program may keep pointers to them. A resumed program has those of the first start in its frames, and these
 * are its no more.
 */
static char **copy_texts(int count, char *const *values)
{
    static const msrck_type text = { .kind = MSRCK_KIND_POINTER, .size = sizeof(char *), .alignment = _Alignof(char *), .element = &msrck_char };
    char **copy = msrck_new_array(&text, (size_t)count + 1);

    if (copy == NULL)
        return NULL;
    for (int i = 0; i < count; i++)
        if ((copy[i] = msrck_new_string(values[i])) == NULL)
            return NULL;
    return copy;
}

static int count_texts(char *const *texts)
{
    int count = 0;

    while (texts != NULL && texts[count] != NULL)
        count++;
    return count;
}

int msrck_cc_main(int count, char **values, char **environment, int (*program)(int, char **, char **),
                  const msrck_program *tables)
{
    msrck_options options = MSRCK_OPTIONS_INIT;
    const char *name = count > 0 ? values[0] : "program";
    char **copy, **environment_copy;
    int status;
    bool stopped;

    teller = name;
    own_process = getpid();
    options.program_name = msrck_cc_program_name;
    /* Programs that nobody wrote for msrck keep what C lets them keep; their checkpoints must not be lost for it. */
    options.any_pointers = true;
    msrck_precompiled_expect();
    if (msrck_init_with(&count, &values, &options, tables) != MSRCK_OK || atexit(finish) != 0)
        return tell();
    copy = copy_texts(count, values);
    environment_copy = copy_texts(count_texts(environment), environment);
    msrck_precompiled_stack(&status);
    /* A failure shows when a checkpoint is taken. */
    if (msrck_cc_reads_input != NULL)
        (void)msrck_track_stream(stdin, NULL, "r");
    if (copy == NULL || environment_copy == NULL)
        return tell();
    do
        status = program(count, copy, environment_copy);
    while (msrck_again());
    stopped = msrck_stopped();
    (void)msrck_finish();
    if (stopped)
        return tell();
    finish();
    return status;
}
