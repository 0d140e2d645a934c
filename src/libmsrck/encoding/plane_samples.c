/* SPDX-License-Identifier: MIT */
#include "encoding/plane_samples.h"

#include <string.h>

#include "base/big_endian.h"

#define STRETCHES 16u
#define LONGEST_STRETCH 64u

/* How often two of the values counted so far are the same: c * (c - 1) / 2 for each value that occurs c times. */
struct tally {
    uint64_t meetings;
    uint64_t values;
};

static inline void count(struct tally *tally, uint16_t *counter)
{
    tally->meetings += *counter;
    ++*counter;
    tally->values++;
}

/* Pairs of values, of which the meetings are some. */
static uint64_t pairs(const struct tally *tally)
{
    return tally->values * (tally->values - 1) / 2;
}

/* ---- Noise ---- */

#define FEWEST_FOR_NOISE 512u

/* Of meetings, in tenths of 1 in 256. 1.2 times are 7.74 bits a byte, 6 times are 5.4. */
#define MOST_OF_NOISE 12u
#define MOST_OF_NEARLY_NOISE 60u

static bool is_even(const struct tally *tally, unsigned most)
{
    return tally->meetings * 2560 <= pairs(tally) * most;
}

enum plane_noise msrck_plane_noise(const unsigned char *plane, size_t length, size_t stride)
{
    uint16_t bytes[256], differences[256];
    struct tally by_byte = { 0, 0 }, by_difference = { 0, 0 };
    size_t distance = length / STRETCHES, stretch = distance < LONGEST_STRETCH ? distance : LONGEST_STRETCH;

    if (length < FEWEST_FOR_NOISE)
        return PLANE_HAS_ORDER;
    memset(bytes, 0, sizeof bytes);
    memset(differences, 0, sizeof differences);
    for (size_t k = 0; k < STRETCHES; k++) {
        const unsigned char *from = plane + distance * k * stride;
        unsigned char last = 0;

        for (size_t i = 0; i < stretch; i++) {
            unsigned char byte = from[i * stride];

            count(&by_byte, &bytes[byte]);
            count(&by_difference, &differences[(unsigned char)(byte - last)]);
            last = byte;
        }
    }
    if (is_even(&by_byte, MOST_OF_NOISE) && is_even(&by_difference, MOST_OF_NOISE))
        return PLANE_IS_NOISE;
    return is_even(&by_byte, MOST_OF_NEARLY_NOISE) && is_even(&by_difference, MOST_OF_NEARLY_NOISE)
               ? PLANE_IS_NEARLY_NOISE
               : PLANE_HAS_ORDER;
}

/* ---- Order ---- */

#define FEWEST_SHUFFLED 2048u
#define PAIR_KINDS 4096u

/* A byte and the one after it, as one of so many kinds. */
static unsigned pair_kind(unsigned char byte, unsigned char next)
{
    return ((unsigned)byte << 8 | next) * 40503u >> 4 & (PAIR_KINDS - 1);
}

/*
 * If bytes do not know their neighbours, pairs of them meet as often as single ones do, squared, and as often as
 * different pairs are of one kind; a quarter and a half more are the sample's own. A byte that two out of three samples
 * meet is there so often that runs of it can be told in less than a bit for each.
 */
static bool neighbours_are_strangers(const unsigned char *plane, size_t length)
{
    uint16_t bytes[256], kinds[PAIR_KINDS];
    struct tally by_byte = { 0, 0 }, by_pair = { 0, 0 };
    size_t distance = length / STRETCHES;
    uint64_t often;

    memset(bytes, 0, sizeof bytes);
    memset(kinds, 0, sizeof kinds);
    for (size_t k = 0; k < STRETCHES; k++) {
        const unsigned char *from = plane + distance * k;

        for (size_t i = 0; i < LONGEST_STRETCH; i++) {
            count(&by_byte, &bytes[from[i]]);
            count(&by_pair, &kinds[pair_kind(from[i], from[i + 1])]);
        }
    }
    if (by_byte.meetings * 3 > pairs(&by_byte) * 2)
        return false;
    /* In 65536ths. */
    often = by_byte.meetings * 65536 / pairs(&by_byte);
    return by_pair.meetings * 65536 <= pairs(&by_pair) * (often * often * 5 / 4 / 65536 + 65536 * 3 / 2 / PAIR_KINDS);
}

#define SEQUENCE 32u
#define SEQUENCES 512u
#define SLOTS 2048u
#define PROBE_DISTANCE 128u

static unsigned slot_of(const unsigned char *sequence)
{
    uint64_t mixed = load_be64(sequence);

    for (unsigned i = 8; i < SEQUENCE; i += 8)
        mixed = mixed * 0x9e3779b97f4a7c15u + load_be64(sequence + i);
    return (unsigned)(mixed * 0x9e3779b97f4a7c15u >> 53);
}

/*
 * Whether the beginning comes again further on. Whatever the distance is after which it does, four of the probes are so
 * far behind one of the sequences.
 */
static bool repeats(const unsigned char *plane, size_t length)
{
    uint16_t slots[SLOTS];

    memset(slots, 0, sizeof slots);
    for (unsigned i = 0; i < SEQUENCES; i++)
        slots[slot_of(plane + i)] = (uint16_t)i;
    for (size_t i = SEQUENCES; i <= length - SEQUENCE; i += PROBE_DISTANCE)
        if (memcmp(plane + slots[slot_of(plane + i)], plane + i, SEQUENCE) == 0)
            return true;
    return false;
}

bool msrck_plane_is_shuffled(const unsigned char *plane, size_t length)
{
    return length >= FEWEST_SHUFFLED && neighbours_are_strangers(plane, length) && !repeats(plane, length);
}

bool msrck_plane_is_constant(const unsigned char *plane, size_t length)
{
    return length < 2 || memcmp(plane, plane + 1, length - 1) == 0;
}
