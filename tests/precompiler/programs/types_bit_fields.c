/* SPDX-License-Identifier: MIT */
/* Bit-fields: signed, unsigned, of one bit, of enum and _Bool, unnamed ones between them, in nested and anonymous structs. */
#include <stdbool.h>
#include <stdio.h>

enum colour { RED, GREEN, BLUE };

struct flags {
    unsigned ready : 1;
    unsigned : 2;
    unsigned level : 5;
    int offset : 7;
    signed int bias : 12;
    unsigned : 0;
    bool on : 1;
    unsigned long long wide : 40;
    enum colour colour : 3;
    unsigned char small : 4;
};

struct packet {
    int id;
    struct { unsigned a : 3, b : 9; };
    struct flags flags;
};

static struct packet packets[4];

static int turn(struct packet *packet, int n)
{
    packet->id += n;
    packet->a = (unsigned)n & 7u;
    packet->b += (unsigned)n;
    packet->flags.ready = !packet->flags.ready;
    packet->flags.level = (packet->flags.level + 3u) & 31u;
    packet->flags.offset = (n * 5) % 60 - 30;
    packet->flags.bias = -n;
    packet->flags.on = n % 3 == 0;
    packet->flags.wide = packet->flags.wide * 3u + 12345678901ull;
    packet->flags.colour = (enum colour)(n % 3);
    packet->flags.small = (unsigned char)(n & 15);
    return packet->flags.offset;
}

int main(void)
{
    struct packet local = { 0 };
    int sum = 0;

    for (int n = 1; n <= 24; n++) {
        sum += turn(&packets[n % 4], n);
        sum -= turn(&local, sum);
    }
    for (int k = 0; k < 4; k++) {
        const struct packet *p = &packets[k];
        printf("%d %u %u %u %u %d %d %d %llu %d %u\n", p->id, p->a, p->b, p->flags.ready, p->flags.level, p->flags.offset, p->flags.bias,
               p->flags.on, (unsigned long long)p->flags.wide, (int)p->flags.colour, p->flags.small);
    }
    printf("%d %d %u %llu\n", sum, local.id, local.b, (unsigned long long)local.flags.wide);
    return 0;
}
