/* SPDX-License-Identifier: ISC */
/* GF(2^8) in whole words, for any machine.
 *
 * Horner's rule over the bits of the factors: with c_j = sum of c_j,b X^b,
 *     sum of c_j x_j = sum over b of X^b (sum of x_j with c_j,b = 1),
 * so whatever the number of vectors, seven doublings do. A word holds several
 * field elements; doubling is the same in each byte, so their order in a word
 * (the machine's byte order) does not matter.
 */
#include "gf256_backend.h"

#include <string.h>

#include "gf256.h"

/* What holds several elements: a vector, where every such machine has them
 * (SSE2 on amd64) and the compiler writes them; otherwise a whole word. */
#if defined(__GNUC__) && (defined(__SSE2__) || defined(__ARM_NEON))
typedef uint8_t word __attribute__((vector_size(16)));
typedef int8_t signed_word __attribute__((vector_size(16)));
#define ZERO ((word){0})
#else
typedef uint64_t word;
#define ZERO ((word)0)
#endif

/* Words that are summed at a time: so many bits of the factors are looked at
 * once for all of them. */
#define WORD_SIZE  sizeof(word)
#define WORDS      (64 / WORD_SIZE)
#define BLOCK_SIZE (WORDS * WORD_SIZE)

/* Words that are evaluated at a time: so many have their multiples in the
 * stack, twice sixteen times. */
#define PART      (32 / WORD_SIZE)
#define PART_SIZE (PART * WORD_SIZE)

#define COUNT_MAX 255

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

/* X * w, in each byte: shift it, and where its top bit goes out, take
 * X^8 = X^4 + X^3 + X + 1, 0x1b, instead. */
INLINE word
times_x(word w)
{
#if defined(__GNUC__) && (defined(__SSE2__) || defined(__ARM_NEON))
    return (w + w) ^ ((word)((signed_word)w < 0) & 0x1b);
#else
    word top = w & 0x8080808080808080;

    return ((w ^ top) << 1) ^ (top >> 7) * 0x1b;
#endif
}

/* LEN bytes at AT, which fill WORDS words or less: both are constants where
 * this is inlined, but for the last bytes. */
INLINE void
dot_block(uint8_t *y, const uint8_t *c, const uint8_t *const *x, size_t count,
    size_t at, size_t words, size_t len)
{
    word sum[WORDS] = {ZERO};

    for (unsigned bit = 8; bit-- > 0;) {
        for (size_t i = 0; i < words; i++)
            sum[i] = times_x(sum[i]);
        for (size_t j = 0; j < count; j++) {
            word v[WORDS] = {ZERO};

            if ((c[j] >> bit & 1) == 0)
                continue;
            memcpy(v, x[j] + at, len);
            for (size_t i = 0; i < words; i++)
                sum[i] ^= v[i];
        }
    }
    memcpy(y + at, sum, len);
}

static void
dot(uint8_t *y, const uint8_t *c, const uint8_t *const *x, size_t count,
    size_t len)
{
    size_t at = 0;

    for (; len - at >= BLOCK_SIZE; at += BLOCK_SIZE)
        dot_block(y, c, x, count, at, WORDS, BLOCK_SIZE);
    for (; len - at >= PART_SIZE; at += PART_SIZE)
        dot_block(y, c, x, count, at, PART, PART_SIZE);
    for (; len - at >= WORD_SIZE; at += WORD_SIZE)
        dot_block(y, c, x, count, at, 1, WORD_SIZE);
    if (at < len)
        dot_block(y, c, x, count, at, 1, len - at);
}

/* ---- evaluate ---- */

/* A coefficient's multiples by 0..15 and by 0, 16, .. 240. */
struct multiples {
    word low[16][PART];
    word high[16][PART];
};

/* half[n] = n * v for all n < 16; v is then 16 * v. */
static void
multiples_half(word half[16][PART], word v[PART])
{
    for (size_t i = 0; i < PART; i++)
        half[0][i] = ZERO;
    for (unsigned bit = 1; bit < 16; bit <<= 1) {
        for (unsigned n = 0; n < bit; n++)
            for (size_t i = 0; i < PART; i++)
                half[bit + n][i] = half[n][i] ^ v[i];
        for (size_t i = 0; i < PART; i++)
            v[i] = times_x(v[i]);
    }
}

/* LEN <= PART_SIZE bytes at AT: each coefficient's multiples by the powers of
 * all points, which are public. */
INLINE void
evaluate_part(const struct gf256_evaluation *e, size_t at, size_t len)
{
    struct multiples multiples;
    const struct gf256_tables *t = &keyshare_gf256_tables;
    /* Logarithms: of the points, and of their powers. */
    uint8_t point[COUNT_MAX];
    uint8_t power[COUNT_MAX];
    word v[PART] = {ZERO};

    for (size_t j = 0; j < e->count; j++) {
        point[j] = t->log[e->x[j]];
        power[j] = 0;
        memcpy(e->y[j] + e->at + at, e->constant + at, len);
    }
    for (size_t k = 0; k < e->degree; k++) {
        memcpy(v, e->higher + k * e->stride + at, len);
        multiples_half(multiples.low, v);
        multiples_half(multiples.high, v);
        for (size_t j = 0; j < e->count; j++) {
            uint8_t *y = e->y[j] + e->at + at;
            const unsigned sum = (unsigned)power[j] + point[j];
            const uint8_t factor = t->power[sum];

            power[j] = (uint8_t)(sum < 255 ? sum : sum - 255);
            memcpy(v, y, len);
            for (size_t i = 0; i < PART; i++)
                v[i] ^= multiples.low[factor & 15][i] ^
                        multiples.high[factor >> 4][i];
            memcpy(y, v, len);
        }
    }
}

static void
evaluate(const struct gf256_evaluation *e)
{
    size_t at = 0;

    for (; e->len - at >= PART_SIZE; at += PART_SIZE)
        evaluate_part(e, at, PART_SIZE);
    if (at < e->len)
        evaluate_part(e, at, e->len - at);
}

const struct gf256_backend keyshare_gf256_portable = {
    .name = "portable",
#if defined(__OPTIMIZE__)
    .depth = 2048,
#else
    .depth = 8192,
#endif
    .dot = dot,
    .evaluate = evaluate,
};
