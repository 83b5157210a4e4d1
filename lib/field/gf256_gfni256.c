/* SPDX-License-Identifier: ISC */
/* GF(2^8) by gf2p8mulb on 256 bits (AVX2). */
#include "gf256_backend.h"

#include <string.h>

#include <immintrin.h>

#define VECTOR __m256i
#define SIZE   32
#define GROUP  4

static inline VECTOR
load(const uint8_t *x)
{
    return _mm256_loadu_si256((const void *)x);
}

static inline void
store(uint8_t *y, VECTOR v)
{
    _mm256_storeu_si256((void *)y, v);
}

static inline void
pass(uint8_t *y, VECTOR v)
{
    _mm256_stream_si256((void *)y, v);
}

static inline void
passed(void)
{
    _mm_sfence();
}

static inline VECTOR
repeat(uint8_t byte)
{
    return _mm256_set1_epi8((char)byte);
}

static inline VECTOR
load_part(const uint8_t *x, size_t len)
{
    VECTOR v = repeat(0);

    memcpy(&v, x, len);
    return v;
}

static inline void
store_part(uint8_t *y, VECTOR v, size_t len)
{
    memcpy(y, &v, len);
}

static inline VECTOR
multiply(VECTOR a, VECTOR b)
{
    return _mm256_gf2p8mul_epi8(a, b);
}

/* The inverse, through no further matrix than the identity. */
static inline VECTOR
invert(VECTOR v)
{
    return _mm256_gf2p8affineinv_epi64_epi8(
        v, _mm256_set1_epi64x(0x0102040810204080), 0);
}

static inline VECTOR
add(VECTOR a, VECTOR b)
{
    return _mm256_xor_si256(a, b);
}

static inline VECTOR
nonzero(VECTOR v)
{
    return _mm256_max_epu8(v, repeat(1));
}

#include "gf256_gfni.h"

const struct gf256_backend keyshare_gf256_gfni256 = {
    .name = "gfni256",
    .depth = 512,
    .dot = dot,
    .evaluate = evaluate,
    .weights = weights,
};
