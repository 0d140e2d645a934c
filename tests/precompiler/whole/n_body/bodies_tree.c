/* SPDX-License-Identifier: MIT */
/* The octree of Barnes and Hut, built for each step. */
#include <math.h>
#include <stdlib.h>

#include "bodies.h"

static int octant(const cell *c, vec3 at)
{
    return (at.x > c->centre.x) | (at.y > c->centre.y) << 1 | (at.z > c->centre.z) << 2;
}

static cell *part_of(cell *c, int index)
{
    if (!c->parts[index]) {
        cell *part = calloc(1, sizeof(cell));
        double quarter = c->half / 2;

        part->half = quarter;
        part->centre.x = c->centre.x + (index & 1 ? quarter : -quarter);
        part->centre.y = c->centre.y + (index & 2 ? quarter : -quarter);
        part->centre.z = c->centre.z + (index & 4 ? quarter : -quarter);
        c->parts[index] = part;
    }
    return c->parts[index];
}

static void insert(cell *c, body *b, int depth)
{
    c->mass += b->mass;
    c->moment = vec_add(c->moment, vec_scale(b->mass, b->position));
    if (++c->count == 1) {
        c->only = b;
        return;
    }
    if (depth > 30)
        return;
    if (c->only) {
        body *moved = c->only;

        c->only = NULL;
        insert(part_of(c, octant(c, moved->position)), moved, depth + 1);
    }
    insert(part_of(c, octant(c, b->position)), b, depth + 1);
}

cell *tree_build(struct cluster *cluster)
{
    cell *root = calloc(1, sizeof *root);

    for (int i = 0; i < cluster->count; i++) {
        const vec3 *at = &cluster->bodies[i].position;

        root->half = fmax(root->half, fmax(fabs(at->x), fmax(fabs(at->y), fabs(at->z))));
    }
    for (int i = 0; i < cluster->count; i++)
        insert(root, &cluster->bodies[i], 0);
    return root;
}

void tree_free(cell *root)
{
    if (!root)
        return;
    for (int i = 0; i < OCTANTS; i++)
        tree_free(root->parts[i]);
    free(root);
}

int tree_depth(const cell *root)
{
    int deepest = 0;

    for (int i = 0; i < OCTANTS; i++)
        if (root->parts[i]) {
            int depth = 1 + tree_depth(root->parts[i]);

            deepest = depth > deepest ? depth : deepest;
        }
    return deepest;
}

vec3 tree_force(struct cluster *cluster, const cell *c, const body *on)
{
    vec3 to = vec_sub(vec_scale(1 / c->mass, c->moment), on->position), force = { 0 };
    double square = vec_dot(to, to) + 1e-4, distance = sqrt(square);

    if (c->only == on)
        return force;
    if (c->only || 2 * c->half < cluster->theta * distance) {
        cluster->interactions++;
        return vec_scale(on->mass * c->mass / (square * distance), to);
    }
    for (int i = 0; i < OCTANTS; i++)
        if (c->parts[i])
            force = vec_add(force, tree_force(cluster, c->parts[i], on));
    return force;
}
