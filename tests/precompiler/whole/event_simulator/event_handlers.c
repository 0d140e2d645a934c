/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation.h"

static void enqueue(struct queue *queue, struct customer *customer)
{
    customer->next = NULL;
    *queue->tail = customer;
    queue->tail = &customer->next;
    if (++queue->length > queue->longest)
        queue->longest = queue->length;
}

static struct customer *dequeue(struct queue *queue)
{
    struct customer *customer = queue->head;

    if (customer) {
        queue->head = customer->next;
        if (!queue->head)
            queue->tail = &queue->head;
        queue->length--;
    }
    return customer;
}

static void begin(struct simulation *simulation, struct server *server)
{
    if (server->current || server->broken)
        return;
    server->current = dequeue(&server->waiting);
    if (server->current) {
        int duration = server->current->needs * 10 / server->speed + 1;

        server->busy += (sim_time)duration;
        schedule(simulation, (sim_time)duration, finish, server, duration);
    } else {
        server->idle_since = simulation->now;
    }
}

static struct server *shortest_queue(struct simulation *simulation)
{
    struct server *best = simulation->servers;

    for (struct server *server = best + 1; server < simulation->servers + simulation->server_count; server++)
        if (server->forward && server->waiting.length < best->waiting.length)
            best = server;
    return best;
}

void arrive(struct simulation *simulation, struct event *event)
{
    struct customer *customer = calloc(1, sizeof(struct customer));
    struct server *server = shortest_queue(simulation);

    snprintf(customer->name, sizeof customer->name, "c%d", event->parameter);
    customer->arrived = simulation->now;
    customer->needs = 5 + draw(simulation, 60);
    enqueue(&server->waiting, customer);
    begin(simulation, server);
    schedule(simulation, (sim_time)(1 + draw(simulation, 45)), arrive, NULL, event->parameter + 1);
}

static void leave(struct simulation *simulation, struct customer *customer)
{
    sim_time stay = simulation->now - customer->arrived;
    int slot = 0;

    for (sim_time bound = 16; slot < 11 && stay >= bound; bound *= 2)
        slot++;
    simulation->histogram[slot]++;
    simulation->stay.count++;
    simulation->stay.sum += (double)stay;
    simulation->stay.squares += (double)stay * (double)stay;
    if (stay > simulation->stay.most) {
        simulation->stay.most = stay;
        free(simulation->stay.slowest);
        simulation->stay.slowest = customer;
        customer->next = NULL;
    } else {
        free(customer);
    }
}

void finish(struct simulation *simulation, struct event *event)
{
    struct server *server = event->subject;
    struct customer *customer = server->current;

    server->current = NULL;
    server->served++;
    customer->served++;
    if (server->forward) {
        customer->needs = 3 + draw(simulation, 25);
        enqueue(&server->forward->waiting, customer);
        begin(simulation, server->forward);
    } else {
        leave(simulation, customer);
    }
    begin(simulation, server);
}

void break_down(struct simulation *simulation, struct event *event)
{
    struct server *server = &simulation->servers[draw(simulation, simulation->server_count)];

    if (!server->broken) {
        server->broken = 1;
        if (cancel_events(simulation, finish, server) > 0) {
            struct customer *customer = server->current; /* goes back to the head */

            customer->next = server->waiting.head;
            if (!server->waiting.head)
                server->waiting.tail = &customer->next;
            server->waiting.head = customer;
            server->waiting.length++;
            server->current = NULL;
        }
        printf("%6llu %s breaks with %d waiting\n", simulation->now, server->title, server->waiting.length);
        schedule(simulation, (sim_time)(40 + draw(simulation, 100)), repair, server, 0);
    }
    schedule(simulation, 700, break_down, NULL, event->parameter);
}

void repair(struct simulation *simulation, struct event *event)
{
    struct server *server = (struct server *)event->subject;

    server->broken = 0;
    printf("%6llu %s is repaired\n", simulation->now, server->title);
    begin(simulation, server);
}

void report_state(struct simulation *simulation, struct event *event)
{
    printf("%6llu", simulation->now);
    for (int i = 0; i < simulation->server_count; i++) {
        const struct server *server = simulation->servers + i;

        printf(" | %s %lu+%d %s", server->title, server->served, server->waiting.length,
               server->current ? server->current->name : server->broken ? "broken" : "idle");
    }
    putchar('\n');
    schedule(simulation, (sim_time)event->parameter, report_state, NULL, event->parameter);
}
