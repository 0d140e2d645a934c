/* SPDX-License-Identifier: MIT */
/* A cluster of bodies, some of which merge. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bodies.h"

struct track {
    struct sample {
        double time, total;
        vec3 first;
    } samples[16];
    unsigned used;
    const body *followed;
};

static void sample(struct track *track, const struct cluster *cluster)
{
    double parts[2];
    struct sample *slot = &track->samples[track->used++ % 16];

    slot->time = cluster->time;
    slot->total = energy(cluster, parts);
    slot->first = track->followed->position;
    printf("t=%.2f n=%d energy %.9f = %.9f %+.9f\n", cluster->time, cluster->count, slot->total, parts[0], parts[1]);
}

static const body *heaviest(const struct cluster *cluster)
{
    const body *found = cluster->bodies;

    for (int i = 1; i < cluster->count; i++)
        if (cluster->bodies[i].mass > found->mass)
            found = cluster->bodies + i;
    return found;
}

int main(int argc, char **argv)
{
    struct cluster *cluster = cluster_new(argc > 1 ? atoi(argv[1]) : 24, 5);
    struct track track;
    vec3 total;

    memset(&track, 0, sizeof track);
    track.followed = heaviest(cluster);
    for (int step = 1; step <= 40; step++) {
        advance(cluster);
        if (step % 10 == 0) {
            int merged = merge_close(cluster, 0.35);

            if (merged > 0) {
                printf("%d merged\n", merged);
                track.followed = heaviest(cluster);
            }
            sample(&track, cluster);
        }
    }
    for (unsigned i = 0; i < track.used; i++)
        printf("%.2f: %.6f %.6f %.6f\n", track.samples[i].time, track.samples[i].first.x, track.samples[i].first.y,
               track.samples[i].first.z);
    total = momentum(cluster);
    printf("momentum %.9f %.9f %.9f, %ld interactions\n", total.x, total.y, total.z, cluster->interactions);
    for (const body *b = cluster->bodies; b < cluster->bodies + cluster->count; b += 4)
        printf("%2d%s %.9f at %.6f %.6f %.6f\n", b->id, b->fixed ? "!" : "", b->mass, b->position.x, b->position.y,
               b->position.z);
    cluster_free(cluster);
    return 0;
}
