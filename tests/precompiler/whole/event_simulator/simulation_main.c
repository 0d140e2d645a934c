/* SPDX-License-Identifier: MIT */
/* Customers pass two of four servers, some of which break: events in a skew heap. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation.h"

static void set_up(struct simulation *simulation, sim_time end)
{
    static const char *titles[] = { "north", "south", "east", "cash" };
    int count = sizeof titles / sizeof *titles;

    memset(simulation, 0, sizeof *simulation);
    simulation->end = end;
    simulation->random = 2026;
    simulation->servers = calloc((size_t)count, sizeof(struct server));
    simulation->server_count = count;
    for (int i = 0; i < count; i++) {
        struct server *server = simulation->servers + i;

        server->title = titles[i];
        server->speed = i == count - 1 ? 12 : 4 + 2 * i;
        server->forward = i == count - 1 ? NULL : &simulation->servers[count - 1];
        server->waiting.tail = &server->waiting.head;
    }
    schedule(simulation, 0, arrive, NULL, 1);
    schedule(simulation, 300, break_down, NULL, 0);
    schedule(simulation, 500, report_state, NULL, 500);
}

static void run(struct simulation *simulation)
{
    struct event *event;

    while ((event = next_event(simulation)) != NULL && event->when <= simulation->end) {
        simulation->now = event->when;
        simulation->handled++;
        event->handle(simulation, event);
        retire_event(simulation, event);
    }
    if (event)
        retire_event(simulation, event);
}

static void summary(const struct simulation *simulation)
{
    double mean = simulation->stay.sum / (double)simulation->stay.count;

    printf("%lu events, %lu scheduled, %lu allocated\n", simulation->handled, simulation->serial,
           simulation->allocated);
    printf("%lu customers, mean stay %.4f, variance %.3f, longest %llu of %s\n", simulation->stay.count, mean,
           simulation->stay.squares / (double)simulation->stay.count - mean * mean, simulation->stay.most,
           simulation->stay.slowest ? simulation->stay.slowest->name : "nobody");
    for (int i = 0; i < 12; i++)
        if (simulation->histogram[i])
            printf("  below %5d: %ld\n", 16 << i, simulation->histogram[i]);
    for (int i = 0; i < simulation->server_count; i++)
        printf("  %s: %lu served, %llu busy, longest queue %d\n", simulation->servers[i].title,
               simulation->servers[i].served, simulation->servers[i].busy, simulation->servers[i].waiting.longest);
}

static void tear_down(struct simulation *simulation)
{
    struct event *event;

    while ((event = next_event(simulation)))
        retire_event(simulation, event);
    while ((event = simulation->spare)) {
        simulation->spare = event->left;
        free(event);
    }
    for (int i = 0; i < simulation->server_count; i++) {
        struct server *server = &simulation->servers[i];
        struct customer *customer = server->waiting.head, *next;

        for (; customer; customer = next) {
            next = customer->next;
            free(customer);
        }
        free(server->current);
    }
    free(simulation->stay.slowest);
    free(simulation->servers);
}

int main(int argc, char **argv)
{
    struct simulation simulation;

    set_up(&simulation, argc > 1 ? strtoull(argv[1], NULL, 10) : 4000);
    run(&simulation);
    summary(&simulation);
    tear_down(&simulation);
    return 0;
}
