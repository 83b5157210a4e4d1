/* SPDX-License-Identifier: ISC */
/* Shamir's secret sharing, byte by byte over GF(2^8). */
#include "shamir.h"

#include "ct.h"
#include "gf256.h"
#include "gf256_backend.h"
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

void
keyshare_shamir_split(const struct shamir_split *split)
{
    const struct gf256_evaluation evaluation = {
        .y = split->shares,
        .at = split->at,
        .x = split->indices,
        .count = split->count,
        .constant = split->secret + split->at,
        .higher = split->coefficients,
        .stride = split->len,
        .degree = split->threshold - 1,
        .len = split->len,
        .passing = split->passing,
    };

    KEYSHARE_INVARIANT(split->threshold >= 1);
    keyshare_gf256_evaluate(&evaluation);
}

void
keyshare_shamir_weights(
    uint8_t *weights, const uint8_t *indices, size_t count, uint8_t x)
{
    keyshare_gf256_weights_public(weights, indices, count, x);
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
    uint8_t weights[COUNT_MAX];
    uint32_t consistent = UINT32_MAX;

    KEYSHARE_INVARIANT(threshold <= COUNT_MAX);
    for (size_t i = threshold; i < count; i++) {
        keyshare_gf256_weights_public(weights, indices, threshold, indices[i]);
        keyshare_shamir_interpolate(room, weights, values, threshold, len);
        consistent &= keyshare_ct_equal(room, values[i], len);
    }
    return consistent;
}

size_t
keyshare_shamir_depth(void)
{
    return keyshare_gf256_depth();
}

const char *
keyshare_shamir_backend(unsigned which)
{
    const struct gf256_backend *backend = keyshare_gf256_backend(which);

    return backend == NULL ? NULL : backend->name;
}

const char *
keyshare_shamir_backend_chosen(void)
{
    return keyshare_gf256_backend_chosen()->name;
}

bool
keyshare_shamir_backend_choose(const char *name)
{
    return keyshare_gf256_backend_choose(name);
}
