/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "simulation.h"

static int earlier(const struct event *a, const struct event *b)
{
    return a->when < b->when || (a->when == b->when && a->serial < b->serial);
}

struct event *merge_events(struct event *a, struct event *b)
{
    struct event *kept;

    if (!a || !b)
        return a ? a : b;
    if (earlier(b, a))
        kept = a, a = b, b = kept;
    kept = a->left;
    a->left = merge_events(a->right, b);
    a->right = kept;
    return a;
}

struct event *schedule(struct simulation *simulation, sim_time delay, handler *handle, void *subject, int parameter)
{
    struct event *event = simulation->spare;

    if (event != NULL) {
        simulation->spare = event->left;
    } else {
        event = (struct event *)malloc(sizeof(struct event));
        simulation->allocated++;
    }
    event->when = simulation->now + delay;
    event->serial = simulation->serial++;
    event->handle = handle;
    event->subject = subject;
    event->parameter = parameter;
    event->left = event->right = NULL;
    simulation->events = merge_events(simulation->events, event);
    return event;
}

struct event *next_event(struct simulation *simulation)
{
    struct event *event = simulation->events;

    if (event)
        simulation->events = merge_events(event->left, event->right);
    return event;
}

void retire_event(struct simulation *simulation, struct event *event)
{
    event->subject = NULL;
    event->handle = NULL;
    event->right = NULL;
    event->left = simulation->spare;
    simulation->spare = event;
}

static struct event *without(struct simulation *simulation, struct event *event, handler *handle, const void *subject,
                             int *cancelled)
{
    struct event *left, *right;

    if (!event)
        return NULL;
    left = without(simulation, event->left, handle, subject, cancelled);
    right = without(simulation, event->right, handle, subject, cancelled);
    if (event->handle == handle && event->subject == subject) {
        ++*cancelled;
        retire_event(simulation, event);
        return merge_events(left, right);
    }
    event->left = left;
    event->right = right;
    return event;
}

int cancel_events(struct simulation *simulation, handler *handle, const void *subject)
{
    int cancelled = 0;

    simulation->events = without(simulation, simulation->events, handle, subject, &cancelled);
    return cancelled;
}

int draw(struct simulation *simulation, int below)
{
    simulation->random = simulation->random * 22695477u + 1;
    return (int)((simulation->random >> 16) % (unsigned)below);
}
