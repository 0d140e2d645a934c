/* SPDX-License-Identifier: MIT */
#ifndef BODIES_H
#define BODIES_H

#include <stddef.h>

typedef struct {
    double x, y, z;
} vec3;

typedef struct body {
    vec3 position, velocity, force;
    double mass;
    int id;
    _Bool fixed;
} body;

#define OCTANTS 8

/* A cell of the octree: a leaf with one body, or eight parts. */
typedef struct cell cell;
struct cell {
    vec3 centre, moment;
    double half, mass;
    int count;
    body *only;
    cell *parts[OCTANTS];
};

typedef struct {
    size_t count, room;
    cell *cells;
} cell_pool;

struct cluster {
    body *bodies;
    int count;
    double time, step, theta;
    long interactions;
};

static inline vec3 vec_add(vec3 a, vec3 b)
{
    return (vec3){ a.x + b.x, a.y + b.y, a.z + b.z };
}

static inline vec3 vec_scale(double s, vec3 a)
{
    return (vec3){ s * a.x, s * a.y, s * a.z };
}

static inline vec3 vec_sub(vec3 a, vec3 b)
{
    return vec_add(a, vec_scale(-1, b));
}

static inline double vec_dot(vec3 a, vec3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

cell *tree_build(struct cluster *cluster);
void tree_free(cell *root);
int tree_depth(const cell *root);
vec3 tree_force(struct cluster *cluster, const cell *root, const body *on);

struct cluster *cluster_new(int count, unsigned seed);
void cluster_free(struct cluster *cluster);
void advance(struct cluster *cluster);
double energy(const struct cluster *cluster, double parts[2]);
vec3 momentum(const struct cluster *cluster);
int merge_close(struct cluster *cluster, double distance);

#endif
