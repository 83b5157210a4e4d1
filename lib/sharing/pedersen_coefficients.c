/* SPDX-License-Identifier: ISC */
/* The two polynomials f, g of one chunk while they are dealt from. */
#include "pedersen_coefficients.h"

#include "pedersen.h"
#include "polynomial.h"

static const struct prime *const field = &keyshare_scalar_field;

void
keyshare_coefficients_take(struct coefficients *coefficients,
    struct block *block, const struct scheme_set *set)
{
    coefficients->threshold = set->threshold;
    coefficients->f = take_scalars(block, set->threshold);
    coefficients->g = take_scalars(block, set->threshold);
    coefficients->scalar = take_scalars(block, 1);
    coefficients->scratch = take_scratch(block);
    coefficients->pair = keyshare_block_take(block, PAIR_SIZE);
}

size_t
keyshare_coefficients_coins_len(const struct scheme_set *set)
{
    return 2 * (set->threshold - 1) * WIDE_SIZE;
}

uint32_t
keyshare_coefficients_load(
    const struct coefficients *coefficients, const uint8_t *coins)
{
    uint32_t stuck = 0;

    for (size_t k = 1; k < coefficients->threshold; k++) {
        mp_limb_t *f_k = coefficients->f + k * LIMBS;
        mp_limb_t *g_k = coefficients->g + k * LIMBS;

        keyshare_scalar_reduce_wide(f_k, coins, coefficients->scratch);
        keyshare_scalar_reduce_wide(
            g_k, coins + WIDE_SIZE, coefficients->scratch);
        stuck |= keyshare_prime_is_zero(field, f_k) &
                 keyshare_prime_is_zero(field, g_k);
        coins += 2 * WIDE_SIZE;
    }
    return stuck;
}

void
keyshare_coefficients_commit(
    const struct coefficients *coefficients, uint8_t *commitment, size_t k)
{
    uint8_t *f = coefficients->pair;
    uint8_t *g = coefficients->pair + SCALAR_SIZE;

    keyshare_scalar_store(f, coefficients->f + k * LIMBS);
    keyshare_scalar_store(g, coefficients->g + k * LIMBS);
    keyshare_pedersen_commit(commitment, f, g);
}

void
keyshare_coefficients_evaluate(
    const struct coefficients *coefficients, uint8_t *pair, unsigned index)
{
    mp_limb_t *value = coefficients->scalar;

    keyshare_polynomial_evaluate(field, value, coefficients->f,
        coefficients->threshold, index, coefficients->scratch);
    keyshare_scalar_store(pair, value);
    keyshare_polynomial_evaluate(field, value, coefficients->g,
        coefficients->threshold, index, coefficients->scratch);
    keyshare_scalar_store(pair + SCALAR_SIZE, value);
}
