/* SPDX-License-Identifier: MIT */
#ifndef SIMULATION_H
#define SIMULATION_H

typedef unsigned long long sim_time;

struct simulation;
struct event;

/* Called when the event's time has come. */
typedef void handler(struct simulation *simulation, struct event *event);

struct event {
    sim_time when;
    unsigned long serial;
    handler *handle;
    void *subject;
    int parameter;
    struct event *left, *right; /* a skew heap */
};

struct customer {
    char name[16];
    sim_time arrived;
    int needs, served;
    struct customer *next;
};

struct queue {
    struct customer *head, **tail;
    int length, longest;
};

struct server {
    const char *title;
    struct queue waiting;
    struct customer *current;
    struct server *forward; /* where customers go from here; NULL: out */
    sim_time busy, idle_since;
    unsigned long served;
    int speed, broken;
};

struct simulation {
    sim_time now, end;
    struct event *events, *spare;
    unsigned long serial, handled, allocated;
    unsigned random;
    struct server *servers;
    int server_count;
    long histogram[12];
    struct {
        unsigned long count;
        double sum, squares;
        sim_time most;
        struct customer *slowest;
    } stay;
};

/* event_queue.c */
struct event *merge_events(struct event *a, struct event *b);
struct event *schedule(struct simulation *simulation, sim_time delay, handler *handle, void *subject, int parameter);
struct event *next_event(struct simulation *simulation);
void retire_event(struct simulation *simulation, struct event *event);
int cancel_events(struct simulation *simulation, handler *handle, const void *subject);
int draw(struct simulation *simulation, int below);

/* event_handlers.c */
handler arrive, finish, break_down, repair, report_state;

#endif
