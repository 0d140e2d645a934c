/* SPDX-License-Identifier: MIT */
#include "bodies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double uniform(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return (double)(*seed >> 8 & 0xffff) / 65536.0;
}

static vec3 anywhere(unsigned *seed, double reach)
{
    vec3 place;

    place.x = reach * (2 * uniform(seed) - 1);
    place.y = reach * (2 * uniform(seed) - 1);
    place.z = reach * (2 * uniform(seed) - 1);
    return place;
}

struct cluster *cluster_new(int count, unsigned seed)
{
    struct cluster *cluster = calloc(1, sizeof *cluster);

    cluster->count = count;
    cluster->step = 0.01;
    cluster->theta = 0.6;
    cluster->bodies = (body *)calloc((size_t)count, sizeof(body));
    for (int i = 0; i < count; i++) {
        body *b = &cluster->bodies[i];

        b->position = anywhere(&seed, 1);
        b->velocity = anywhere(&seed, 0.2);
        b->mass = (1 + uniform(&seed)) / count;
        b->id = i;
        b->fixed = i % 10 == 9;
    }
    return cluster;
}

void cluster_free(struct cluster *cluster)
{
    free(cluster->bodies);
    free(cluster);
}

static void compute_forces(struct cluster *cluster)
{
    cell *root = tree_build(cluster);

    for (body *b = cluster->bodies; b != cluster->bodies + cluster->count; b++)
        b->force = tree_force(cluster, root, b);
    tree_free(root);
}

/* Leapfrog. */
void advance(struct cluster *cluster)
{
    double half = cluster->step / 2;

    if (cluster->time == 0)
        compute_forces(cluster);
    for (int i = 0; i < cluster->count; i++) {
        body *b = cluster->bodies + i;

        if (b->fixed)
            continue;
        b->velocity = vec_add(b->velocity, vec_scale(half / b->mass, b->force));
        b->position = vec_add(b->position, vec_scale(cluster->step, b->velocity));
    }
    compute_forces(cluster);
    for (int i = 0; i < cluster->count; i++) {
        body *b = &cluster->bodies[i];

        if (!b->fixed)
            b->velocity = vec_add(b->velocity, vec_scale(half / b->mass, b->force));
    }
    cluster->time += cluster->step;
}

double energy(const struct cluster *cluster, double parts[2])
{
    parts[0] = parts[1] = 0;
    for (const body *a = cluster->bodies, *end = a + cluster->count; a < end; a++) {
        parts[0] += a->mass * vec_dot(a->velocity, a->velocity) / 2;
        for (const body *b = a + 1; b < end; b++) {
            vec3 apart = vec_sub(a->position, b->position);

            parts[1] -= a->mass * b->mass / sqrt(vec_dot(apart, apart) + 1e-4);
        }
    }
    return parts[0] + parts[1];
}

vec3 momentum(const struct cluster *cluster)
{
    vec3 sum = { 0, 0, 0 };

    for (int i = 0; i < cluster->count; i++)
        sum = vec_add(sum, vec_scale(cluster->bodies[i].mass, cluster->bodies[i].velocity));
    return sum;
}

/* The first two bodies of each close pair become one; the last body takes the free place. */
int merge_close(struct cluster *cluster, double distance)
{
    int merged = 0;

    for (int i = 0; i < cluster->count; i++)
        for (int k = i + 1; k < cluster->count;) {
            body *a = &cluster->bodies[i], *b = &cluster->bodies[k];
            vec3 apart = vec_sub(a->position, b->position);
            double mass = a->mass + b->mass;

            if (vec_dot(apart, apart) > distance * distance) {
                k++;
                continue;
            }
            a->position = vec_scale(1 / mass, vec_add(vec_scale(a->mass, a->position), vec_scale(b->mass, b->position)));
            a->velocity = vec_scale(1 / mass, vec_add(vec_scale(a->mass, a->velocity), vec_scale(b->mass, b->velocity)));
            a->mass = mass;
            *b = cluster->bodies[--cluster->count];
            merged++;
        }
    if (merged > 0)
        cluster->bodies = realloc(cluster->bodies, (size_t)cluster->count * sizeof *cluster->bodies);
    return merged;
}
