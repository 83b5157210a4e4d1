/* SPDX-License-Identifier: ISC */
/* GF(2^8) by gf2p8mulb on 512 bits (AVX-512F, BW). */
#include "gf256_backend.h"

#include <string.h>

#include <immintrin.h>

#define VECTOR __m512i
#define SIZE   64
#define GROUP  8

static inline VECTOR
load(const uint8_t *x)
{
    return _mm512_loadu_si512(x);
}

static inline void
store(uint8_t *y, VECTOR v)
{
    _mm512_storeu_si512(y, v);
}

static inline void
pass(uint8_t *y, VECTOR v)
{
    _mm512_stream_si512((void *)y, v);
}

static inline void
passed(void)
{
    _mm_sfence();
}

static inline VECTOR
load_part(const uint8_t *x, size_t len)
{
    return _mm512_maskz_loadu_epi8((UINT64_C(1) << len) - 1, x);
}

static inline void
store_part(uint8_t *y, VECTOR v, size_t len)
{
    _mm512_mask_storeu_epi8(y, (UINT64_C(1) << len) - 1, v);
}

static inline VECTOR
repeat(uint8_t byte)
{
    return _mm512_set1_epi8((char)byte);
}

static inline VECTOR
multiply(VECTOR a, VECTOR b)
{
    return _mm512_gf2p8mul_epi8(a, b);
}

/* The inverse, through no further matrix than the identity. */
static inline VECTOR
invert(VECTOR v)
{
    return _mm512_gf2p8affineinv_epi64_epi8(
        v, _mm512_set1_epi64(0x0102040810204080), 0);
}

static inline VECTOR
add(VECTOR a, VECTOR b)
{
    return _mm512_xor_si512(a, b);
}

static inline VECTOR
nonzero(VECTOR v)
{
    return _mm512_max_epu8(v, repeat(1));
}

#include "gf256_gfni.h"

const struct gf256_backend keyshare_gf256_gfni512 = {
    .name = "gfni512",
    .depth = 512,
    .dot = dot,
    .evaluate = evaluate,
    .weights = weights,
};
