/* SPDX-License-Identifier: MIT */
#include "graph_picture.h"

#include <stdlib.h>
#include <string.h>

/* Room for one more item. */
static bool grow(void *items, size_t *capacity, size_t count, size_t size, bool *failed)
{
    void **place = items;
    size_t wanted = *capacity == 0 ? 64 : 2 * *capacity;
    void *grown;

    if (count < *capacity)
        return true;
    grown = realloc(*place, wanted * size);
    *failed = *failed || grown == NULL;
    if (grown == NULL)
        return false;
    *place = grown;
    *capacity = wanted;
    return true;
}

static char *copy(struct picture *picture, const char *text)
{
    char *copied = strdup(text);

    picture->failed = picture->failed || copied == NULL;
    return copied;
}

size_t picture_add_node(struct picture *picture, msrck_segment segment, uint64_t id, const char *title,
                        const char *names, const char *body, bool many)
{
    if (!grow((void *)&picture->nodes, &picture->node_capacity, picture->node_count, sizeof *picture->nodes,
              &picture->failed))
        return 0;
    picture->nodes[picture->node_count] = (struct picture_node){
        segment, id, copy(picture, title), copy(picture, names), copy(picture, body), many
    };
    return picture->node_count++;
}

void picture_add_edge(struct picture *picture, size_t from, size_t to, const char *label)
{
    if (grow((void *)&picture->edges, &picture->edge_capacity, picture->edge_count, sizeof *picture->edges,
             &picture->failed))
        picture->edges[picture->edge_count++] = (struct picture_edge){ from, to, copy(picture, label) };
}

void picture_free(struct picture *picture)
{
    for (size_t i = 0; i < picture->node_count; i++) {
        free(picture->nodes[i].title);
        free(picture->nodes[i].names);
        free(picture->nodes[i].body);
    }
    for (size_t i = 0; i < picture->edge_count; i++)
        free(picture->edges[i].label);
    free(picture->nodes);
    free(picture->edges);
    text_free(&picture->note);
    memset(picture, 0, sizeof *picture);
}
