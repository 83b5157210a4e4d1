/* SPDX-License-Identifier: ISC */
/* How the scheme pedersen cuts keys, shares and commitments into chunks.
 *
 * The key is cut into chunks of 31 bytes, the last one shorter, each a
 * little-endian integer below 2^248 < L. Chunk by chunk the record has the
 * commitments C_0..C_(M-1), and a share's value f(i), g(i), 32 bytes each.
 */
#ifndef PEDERSEN_CHUNK_H
#define PEDERSEN_CHUNK_H

#include "block.h"
#include "group.h"
#include "invariant.h"
#include "scalar.h"
#include "scheme.h"

#define CHUNK_SIZE  31
#define SCALAR_SIZE KEYSHARE_SCALAR_SIZE
#define WIDE_SIZE   KEYSHARE_SCALAR_WIDE_SIZE
#define POINT_SIZE  KEYSHARE_GROUP_SIZE
#define LIMBS       KEYSHARE_SCALAR_LIMBS

/* Of a share, per chunk: f(i) and g(i). */
#define PAIR_SIZE (2 * SCALAR_SIZE)

/** key_len / 31, rounded up; a key has 1024 bytes at most.
 *
 * gcc -Os and clang -O0 would make a division of it, and there is none in what
 * is compiled: so nobody has to ask of what. */
static inline size_t
chunks_of(size_t key_len)
{
    /* derive: all(n * 2115 >> 16 == n // 31 for n in range(2259)) */
    KEYSHARE_INVARIANT(key_len <= 2259 - CHUNK_SIZE);
    return (key_len + CHUNK_SIZE - 1) * 2115 >> 16;
}

/** Bytes of the key in chunk j. */
static inline size_t
chunk_len(const struct scheme_set *set, size_t j)
{
    size_t left = set->key_len - j * CHUNK_SIZE;

    return left < CHUNK_SIZE ? left : CHUNK_SIZE;
}

static inline size_t
pedersen_value_len(size_t key_len)
{
    return chunks_of(key_len) * PAIR_SIZE;
}

static inline size_t
pedersen_commitments_len(size_t threshold, size_t key_len)
{
    return chunks_of(key_len) * threshold * POINT_SIZE;
}

/** C_0 of chunk j; the others of the chunk follow. */
static inline const uint8_t *
commitments_of(const struct scheme_set *set, size_t j)
{
    return set->commitments + j * set->threshold * POINT_SIZE;
}

/** Room for COUNT scalars, and for what the field computes in. */
static inline mp_limb_t *
take_scalars(struct block *block, size_t count)
{
    return keyshare_block_take(block, count * LIMBS * sizeof(mp_limb_t));
}

static inline mp_limb_t *
take_scratch(struct block *block)
{
    return keyshare_block_take(
        block, (size_t)keyshare_prime_itch(&keyshare_scalar_field) *
                   sizeof(mp_limb_t));
}

#endif
