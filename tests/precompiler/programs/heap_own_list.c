/* SPDX-License-Identifier: MIT */
/* Links inside structs, and the way back to the struct around them. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct link { struct link *next, *before; };
struct task { int number; struct link by_time; char name[8]; struct link by_weight; long weight; };

#define TASK_OF(pointer, member) ((struct task *)((char *)(pointer) - offsetof(struct task, member)))

static void insert(struct link *before, struct link *link)
{
    link->next = before->next;
    link->before = before;
    before->next->before = link;
    before->next = link;
}

static void take_out(struct link *link)
{
    link->before->next = link->next;
    link->next->before = link->before;
}

int main(void)
{
    struct link times = { &times, &times }, weights = { &weights, &weights }, *at;
    long sum = 0;

    for (int i = 0; i < 10; i++) {
        struct task *task = malloc(sizeof *task);

        task->number = i;
        task->weight = i * 37 % 11;
        snprintf(task->name, sizeof task->name, "t%d", i);
        insert(times.before, &task->by_time);
        for (at = weights.next; at != &weights && TASK_OF(at, by_weight)->weight < task->weight; at = at->next)
            sum++;
        insert(at->before, &task->by_weight);
    }
    for (at = weights.next; at != &weights; at = at->next) {
        struct task *task = TASK_OF(at, by_weight);

        sum = sum * 2 + task->weight;
        if (task->number % 3 == 0)
            take_out(&task->by_time);
        printf("%s %ld\n", task->name, task->weight);
    }
    for (at = times.next; at != &times; at = at->next)
        printf("%d ", TASK_OF(at, by_time)->number);
    printf("%ld\n", sum);
    while ((at = weights.next) != &weights) {
        take_out(at);
        free(TASK_OF(at, by_weight));
    }
    return 0;
}
