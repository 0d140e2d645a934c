/* SPDX-License-Identifier: MIT */
/*
 * Mutations that keep the container's shape: one section's payload changes, grows or shrinks, a section is doubled,
 * dropped or moved, and the lengths around it are right again. Every fourth mutation is libFuzzer's own on the whole.
 */
#include "container_repair.h"

#include <stdint.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed);

#define MOST_PAYLOAD 8192u

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

static void mutate_payload(struct repaired_section *section, uint8_t *room)
{
    size_t length = section->length < MOST_PAYLOAD ? section->length : MOST_PAYLOAD;

    memcpy(room, section->payload, length);
    section->payload = room;
    section->length = LLVMFuzzerMutate(room, length, MOST_PAYLOAD);
}

static void mutate_order(struct repaired_container *container, unsigned *seed)
{
    size_t from = draw(seed, (unsigned)container->count), to = draw(seed, (unsigned)container->count);
    struct repaired_section moved = container->sections[from];

    switch (draw(seed, 3)) {
    case 0:
        container->sections[from] = container->sections[to];
        container->sections[to] = moved;
        break;
    case 1:
        if (container->count < MOST_REPAIRED)
            container->sections[container->count++] = moved;
        break;
    default:
        container->sections[from] = container->sections[--container->count];
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
    static struct repaired_container container;
    static uint8_t room[MOST_PAYLOAD];
    struct byte_buffer file = BYTE_BUFFER_INIT;

    if (draw(&seed, 4) == 0 || !container_take_apart(bytes, length, &container) || container.count == 0)
        return LLVMFuzzerMutate(bytes, length, most);
    if (draw(&seed, 16) == 0)
        mutate_order(&container, &seed);
    else
        mutate_payload(&container.sections[draw(&seed, (unsigned)container.count)], room);
    if (container_put_together(&container, &file) && file.length <= most) {
        memcpy(bytes, file.bytes, file.length);
        length = file.length;
    }
    msrck_buffer_free(&file);
    return length;
}
