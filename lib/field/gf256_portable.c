/* SPDX-License-Identifier: ISC */
/* GF(2^8) in whole words, for any machine.
 *
 * Horner's rule over the bits of the factors: with c_j = sum of c_j,b X^b,
 *     sum of c_j x_j = sum over b of X^b (sum of x_j with c_j,b = 1),
 * so whatever the number of vectors, seven doublings do. A word holds eight
 * field elements; doubling is the same in each byte, so their order in a word
 * (the machine's byte order) does not matter.
 */
#include "gf256_backend.h"

#include <string.h>

/* Words that are summed at a time: so many bits of the factors are looked at
 * once for all of them. */
#define WORDS      8
#define WORD_SIZE  sizeof(uint64_t)
#define BLOCK_SIZE (WORDS * WORD_SIZE)

/* X * w, eight times: shift each byte, and where its top bit goes out, take
 * X^8 = X^4 + X^3 + X + 1, 0x1b, instead. */
static inline uint64_t
times_x(uint64_t w)
{
    uint64_t top = w & 0x8080808080808080;

    return ((w ^ top) << 1) ^ (top >> 7) * 0x1b;
}

static void
dot_block(uint8_t *y, const uint8_t *c, const uint8_t *const *x, size_t count,
    size_t at)
{
    uint64_t sum[WORDS] = {0};

    for (unsigned bit = 8; bit-- > 0;) {
        for (size_t i = 0; i < WORDS; i++)
            sum[i] = times_x(sum[i]);
        for (size_t j = 0; j < count; j++) {
            if ((c[j] >> bit & 1) == 0)
                continue;
            for (size_t i = 0; i < WORDS; i++) {
                uint64_t word;

                memcpy(&word, x[j] + at + i * WORD_SIZE, WORD_SIZE);
                sum[i] ^= word;
            }
        }
    }
    memcpy(y + at, sum, BLOCK_SIZE);
}

/* The last words, the very last of which may be short. */
static void
dot_word(uint8_t *y, const uint8_t *c, const uint8_t *const *x, size_t count,
    size_t at, size_t len)
{
    uint64_t sum = 0;

    for (unsigned bit = 8; bit-- > 0;) {
        sum = times_x(sum);
        for (size_t j = 0; j < count; j++) {
            uint64_t word = 0;

            if ((c[j] >> bit & 1) == 0)
                continue;
            memcpy(&word, x[j] + at, len);
            sum ^= word;
        }
    }
    memcpy(y + at, &sum, len);
}

static void
dot(uint8_t *y, const uint8_t *c, const uint8_t *const *x, size_t count,
    size_t len)
{
    size_t at = 0;

    for (; len - at >= BLOCK_SIZE; at += BLOCK_SIZE)
        dot_block(y, c, x, count, at);
    for (; len - at >= WORD_SIZE; at += WORD_SIZE)
        dot_word(y, c, x, count, at, WORD_SIZE);
    if (at < len)
        dot_word(y, c, x, count, at, len - at);
}

const struct gf256_backend keyshare_gf256_portable = {"portable", dot};
