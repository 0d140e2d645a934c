/* SPDX-License-Identifier: MIT */
/*
 * Signals that end the process while a checkpoint is written: the temporary file goes with it. Only signals at their
 * default action are watched; what the program handles or ignores stays as it is.
 */
#ifndef MSRCK_RUNTIME_DEADLY_SIGNALS_H
#define MSRCK_RUNTIME_DEADLY_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

#include "file/sink.h"

#define DEADLY_SIGNALS 16u

struct deadly_signals {
    struct sigaction former[DEADLY_SIGNALS];
    bool watched[DEADLY_SIGNALS];
};

/* From here to the release, which must follow. One at a time: checkpoints belong to one thread. */
void msrck_deadly_signals_watch(struct deadly_signals *signals, const struct sink *sink);
/* Before or after the sink is gone. */
void msrck_deadly_signals_release(struct deadly_signals *signals);

#endif
