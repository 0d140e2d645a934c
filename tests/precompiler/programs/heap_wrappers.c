/* SPDX-License-Identifier: MIT */
/* The program's own allocators: checked ones, counting ones, a pair of function pointers in a struct. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct point { double x, y; };
struct path { int length; struct point *points; char *name; struct path *next; };

struct allocator {
    void *(*get)(size_t size);
    void (*put)(void *block);
    int live;
};

static struct allocator standard = { malloc, free, 0 };

static void *xmalloc(size_t size)
{
    void *block = malloc(size);

    if (block == NULL)
        exit(3);
    return block;
}

static void *xcalloc(size_t count, size_t size)
{
    void *block = xmalloc(count * size);

    memset(block, 0, count * size);
    return block;
}

static char *xstrdup(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(xmalloc(size), text, size);
}

static void *take(struct allocator *from, size_t size)
{
    from->live++;
    return from->get(size);
}

static void give(struct allocator *to, void *block)
{
    to->live--;
    to->put(block);
}

static struct path *make(const char *name, int length, struct path *next)
{
    struct path *made = xcalloc(1, sizeof *made);

    made->name = xstrdup(name);
    made->points = xmalloc((size_t)length * sizeof(struct point));
    made->length = length;
    made->next = next;
    for (int i = 0; i < length; i++)
        made->points[i] = (struct point){ i * 0.5, length - i };
    return made;
}

int main(void)
{
    static const char *const names[] = { "north", "east", "south", "west" };
    struct path *paths = NULL, *path;
    int *counts = take(&standard, 6 * sizeof *counts);
    struct point *spare = take(&standard, sizeof(struct point));
    double total = 0;

    for (int i = 0; i < 6; i++)
        counts[i] = i * i - 7;
    *spare = (struct point){ 1.25, -2.5 };
    for (int i = 0; i < 4; i++)
        paths = make(names[i], 2 + i * 2, paths);
    for (path = paths; path != NULL; path = path->next) {
        for (int i = 0; i < path->length; i++)
            total += path->points[i].x * path->points[i].y + counts[i % 6];
        printf("%s %d %.2f\n", path->name, path->length, total);
    }
    printf("%.2f %d\n", spare->x * spare->y, standard.live);
    give(&standard, counts);
    give(&standard, spare);
    while ((path = paths) != NULL) {
        paths = path->next;
        free(path->points);
        free(path->name);
        free(path);
    }
    printf("%d\n", standard.live);
    return 0;
}
