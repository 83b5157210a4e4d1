/* SPDX-License-Identifier: ISC */
/* The two polynomials f, g of one chunk while they are dealt from: drawn,
 * committed to, and evaluated for each index. */
#ifndef PEDERSEN_COEFFICIENTS_H
#define PEDERSEN_COEFFICIENTS_H

#include "pedersen_chunk.h"

/** The coefficients of one chunk, and room to work with them. */
struct coefficients {
    size_t threshold;
    mp_limb_t *f; /**< f_0 .. f_(M-1) */
    mp_limb_t *g;
    mp_limb_t *scalar;
    mp_limb_t *scratch;
    uint8_t *pair; /**< two scalars as bytes */
};

/** Take the room for them. */
void keyshare_coefficients_take(struct coefficients *coefficients,
    struct block *block, const struct scheme_set *set);

/** Coins for f_k and g_k, k >= 1: 64 bytes each. */
size_t keyshare_coefficients_coins_len(const struct scheme_set *set);

/** Load f_k and g_k for all k >= 1. All ones iff some f_k = g_k = 0, which only
 * a stuck generator gives, and which would make C_k the identity.
 * @secret coefficients, coins, the mask */
uint32_t keyshare_coefficients_load(
    const struct coefficients *coefficients, const uint8_t *coins);

/** commitment = f_k B + g_k H. @secret coefficients, commitment */
void keyshare_coefficients_commit(
    const struct coefficients *coefficients, uint8_t *commitment, size_t k);

/** pair = f(index), g(index) as bytes. @secret coefficients, pair */
void keyshare_coefficients_evaluate(
    const struct coefficients *coefficients, uint8_t *pair, unsigned index);

#endif
