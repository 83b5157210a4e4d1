/* SPDX-License-Identifier: ISC */
/* GF(2^8) by gf2p8mulb on 128 bits (SSE2). */
#include "gf256_backend.h"

#include <string.h>

#include <immintrin.h>

#define VECTOR __m128i
#define SIZE   16
#define GROUP  4

static inline VECTOR
load(const uint8_t *x)
{
    return _mm_loadu_si128((const void *)x);
}

static inline void
store(uint8_t *y, VECTOR v)
{
    _mm_storeu_si128((void *)y, v);
}

static inline void
pass(uint8_t *y, VECTOR v)
{
    _mm_stream_si128((void *)y, v);
}

static inline void
passed(void)
{
    _mm_sfence();
}

static inline VECTOR
repeat(uint8_t byte)
{
    return _mm_set1_epi8((char)byte);
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
    return _mm_gf2p8mul_epi8(a, b);
}

/* The inverse, through no further matrix than the identity. */
static inline VECTOR
invert(VECTOR v)
{
    return _mm_gf2p8affineinv_epi64_epi8(
        v, _mm_set1_epi64x(0x0102040810204080), 0);
}

static inline VECTOR
add(VECTOR a, VECTOR b)
{
    return _mm_xor_si128(a, b);
}

static inline VECTOR
nonzero(VECTOR v)
{
    return _mm_max_epu8(v, repeat(1));
}

#include "gf256_gfni.h"

const struct gf256_backend keyshare_gf256_gfni128 = {
    .name = "gfni128",
    .depth = 512,
    .dot = dot,
    .evaluate = evaluate,
    .weights = weights,
};
