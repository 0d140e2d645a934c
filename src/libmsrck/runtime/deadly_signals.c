/* SPDX-License-Identifier: MIT */
#include "runtime/deadly_signals.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* Whose default action ends the process; SIGPIPE and SIGXFSZ are errors of write() instead. */
static const int numbers[DEADLY_SIGNALS] = { SIGHUP,  SIGINT,  SIGQUIT, SIGILL,    SIGABRT, SIGBUS,  SIGFPE, SIGUSR1,
                                             SIGSEGV, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGTERM, SIGSYS, SIGXCPU };

/*
 * A copy of what the handler needs, since the sink may be freed at any moment: a name that is gone by then is not found,
 * and no other file has one like it.
 */
static struct {
    int directory;
    char name[NAME_MAX + 1];
} temporary = { -1, "" };

/* Only async-signal-safe calls. The default action is back (SA_RESETHAND) and takes its turn when this returns. */
static void remove_temporary(int number)
{
    if (temporary.name[0] != '\0')
        unlinkat(temporary.directory, temporary.name, 0);
    raise(number);
}

void msrck_deadly_signals_watch(struct deadly_signals *signals, const struct sink *sink)
{
    struct sigaction action;
    const char *name;
    int directory;

    memset(signals, 0, sizeof *signals);
    if (!msrck_sink_temporary(sink, &directory, &name) || strlen(name) >= sizeof temporary.name)
        return;
    temporary.directory = directory;
    strcpy(temporary.name, name);
    memset(&action, 0, sizeof action);
    action.sa_handler = remove_temporary;
    action.sa_flags = (int)SA_RESETHAND;
    sigfillset(&action.sa_mask);
    for (size_t s = 0; s < DEADLY_SIGNALS; s++) {
        signals->watched[s] = sigaction(numbers[s], NULL, &signals->former[s]) == 0 &&
                              (signals->former[s].sa_flags & SA_SIGINFO) == 0 &&
                              signals->former[s].sa_handler == SIG_DFL;
        if (signals->watched[s])
            sigaction(numbers[s], &action, NULL);
    }
}

void msrck_deadly_signals_release(struct deadly_signals *signals)
{
    for (size_t s = 0; s < DEADLY_SIGNALS; s++)
        if (signals->watched[s])
            sigaction(numbers[s], &signals->former[s], NULL);
    temporary.name[0] = '\0';
}
