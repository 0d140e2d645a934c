/* SPDX-License-Identifier: MIT */
#include "encoding/checksum_folding.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

/* Four registers of 64 bytes each, so that the multiplications do not wait for each other. */
#define STRIDE 256u
/* Below this, the way into the registers and out of them costs more than it saves. */
#define FEWEST_BYTES 1024u

#define FOLDING __attribute__((target("avx512f,vpclmulqdq")))

/*
 * x^n modulo the polynomial of CRC-32, with bits reversed and shifted by one, as the reflected multiplication needs it: for moving
 * 128 bits by a distance of d bits, n is d + 32 for the lower half and d - 32 for the upper one.
 */
#define LOW_BY_2048 INT64_C(0x011542778a)
#define HIGH_BY_2048 INT64_C(0x01322d1430)
#define LOW_BY_512 INT64_C(0x0154442bd4)
#define HIGH_BY_512 INT64_C(0x01c6e41596)

/* `state` moved over the distance of the constants, and what lies there added. */
FOLDING static inline __m512i fold(__m512i state, __m512i constants, __m512i next)
{
    __m512i low = _mm512_clmulepi64_epi128(state, constants, 0x00);
    __m512i high = _mm512_clmulepi64_epi128(state, constants, 0x11);

    return _mm512_ternarylogic_epi64(low, high, next, 0x96);
}

FOLDING static size_t fold_all(uint32_t crc, const unsigned char *bytes, size_t length, unsigned char *folded)
{
    const __m512i far = _mm512_set_epi64(HIGH_BY_2048, LOW_BY_2048, HIGH_BY_2048, LOW_BY_2048, HIGH_BY_2048,
                                         LOW_BY_2048, HIGH_BY_2048, LOW_BY_2048);
    const __m512i near = _mm512_set_epi64(HIGH_BY_512, LOW_BY_512, HIGH_BY_512, LOW_BY_512, HIGH_BY_512, LOW_BY_512,
                                          HIGH_BY_512, LOW_BY_512);
    __m512i state[4];
    size_t done = STRIDE;

    for (unsigned i = 0; i < 4; i++)
        state[i] = _mm512_loadu_si512(bytes + i * FOLDED_BYTES);
    /* The register starts with the checksum so far, complemented, added to the first bytes. */
    state[0] = _mm512_xor_si512(state[0], _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)~crc)));
    for (; length - done >= STRIDE; done += STRIDE)
        for (unsigned i = 0; i < 4; i++)
            state[i] = fold(state[i], far, _mm512_loadu_si512(bytes + done + i * FOLDED_BYTES));
    for (unsigned i = 1; i < 4; i++)
        state[i] = fold(state[i - 1], near, state[i]);
    _mm512_storeu_si512(folded, state[3]);
    return done;
}

bool msrck_checksum_fold(uint32_t crc, const unsigned char *bytes, size_t length, unsigned char *folded, size_t *done)
{
    if (length < FEWEST_BYTES || !__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("vpclmulqdq"))
        return false;
    *done = fold_all(crc, bytes, length, folded);
    return true;
}

#else

bool msrck_checksum_fold(uint32_t crc, const unsigned char *bytes, size_t length, unsigned char *folded, size_t *done)
{
    (void)crc, (void)bytes, (void)length, (void)folded, (void)done;
    return false;
}

#endif
