/* SPDX-License-Identifier: ISC */
/* Shamir's secret sharing, byte by byte over GF(2^8). */
#include "shamir.h"

#include "ct.h"
#include "gf256.h"
#include "invariant.h"

#define COUNT_MAX 255

void
keyshare_shamir_evaluate(uint8_t *value, uint8_t x,
    const uint8_t *const *coefficients, size_t threshold, size_t len)
{
    uint8_t powers[COUNT_MAX];
    uint8_t power = 1;

    KEYSHARE_INVARIANT(threshold <= COUNT_MAX);
    for (size_t k = 0; k < threshold; k++) {
        powers[k] = power;
        power = keyshare_gf256_mul_public(power, x);
    }
    keyshare_gf256_dot(value, powers, coefficients, threshold, len);
}

/* denominators_j = product over i != j of (x_j - x_i); in characteristic 2 a
 * difference is a XOR. */
static void
make_denominators(uint8_t *denominators, const uint8_t *indices, size_t count)
{
    for (size_t j = 0; j < count; j++) {
        uint8_t product = 1;

        for (size_t i = 0; i < count; i++)
            if (i != j)
                product =
                    keyshare_gf256_mul_public(product, indices[j] ^ indices[i]);
        denominators[j] = product;
    }
}

/* weights_j = product over i != j of (x - x_i) / (x_j - x_i), the numerators
 * as the whole product over (x - x_j). */
static void
make_weights(uint8_t *weights, const uint8_t *denominators,
    const uint8_t *indices, size_t count, uint8_t x)
{
    uint8_t product = 1;

    for (size_t i = 0; i < count; i++)
        product = keyshare_gf256_mul_public(product, x ^ indices[i]);
    for (size_t j = 0; j < count; j++)
        weights[j] = keyshare_gf256_mul_public(product,
            keyshare_gf256_invert_public(
                keyshare_gf256_mul_public(x ^ indices[j], denominators[j])));
}

void
keyshare_shamir_weights(
    uint8_t *weights, const uint8_t *indices, size_t count, uint8_t x)
{
    uint8_t denominators[COUNT_MAX];

    KEYSHARE_INVARIANT(count <= COUNT_MAX);
    make_denominators(denominators, indices, count);
    make_weights(weights, denominators, indices, count, x);
}

uint8_t
keyshare_shamir_weight(
    const uint8_t *indices, size_t count, size_t which, uint8_t x)
{
    uint8_t numerator = 1;
    uint8_t denominator = 1;

    for (size_t i = 0; i < count; i++) {
        if (i == which)
            continue;
        numerator = keyshare_gf256_mul_public(numerator, x ^ indices[i]);
        denominator =
            keyshare_gf256_mul_public(denominator, indices[which] ^ indices[i]);
    }
    return keyshare_gf256_mul_public(
        numerator, keyshare_gf256_invert_public(denominator));
}

void
keyshare_shamir_interpolate(uint8_t *value, const uint8_t *weights,
    const uint8_t *const *values, size_t count, size_t len)
{
    keyshare_gf256_dot(value, weights, values, count, len);
}

uint32_t
keyshare_shamir_consistent(const uint8_t *indices, const uint8_t *const *values,
    size_t count, size_t threshold, size_t len, uint8_t *room)
{
    uint8_t denominators[COUNT_MAX];
    uint8_t weights[COUNT_MAX];
    uint32_t consistent = UINT32_MAX;

    KEYSHARE_INVARIANT(threshold <= COUNT_MAX);
    make_denominators(denominators, indices, threshold);
    for (size_t i = threshold; i < count; i++) {
        make_weights(weights, denominators, indices, threshold, indices[i]);
        keyshare_shamir_interpolate(room, weights, values, threshold, len);
        consistent &= keyshare_ct_equal(room, values[i], len);
    }
    return consistent;
}
