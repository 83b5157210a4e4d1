/* SPDX-License-Identifier: ISC */
/* Polynomials over a prime field: values at an index, Lagrange weights. */
#include "polynomial.h"

#include <stdbool.h>
#include <string.h>

#include "invariant.h"

static void
copy(const struct prime *p, mp_limb_t *r, const mp_limb_t *a)
{
    memcpy(r, a, (size_t)p->limbs * sizeof *r);
}

static void
set_one(const struct prime *p, mp_limb_t *r)
{
    memset(r, 0, (size_t)p->limbs * sizeof *r);
    r[0] = 1;
}

void
keyshare_polynomial_evaluate(const struct prime *p, mp_limb_t *value,
    const mp_limb_t *coefficients, size_t threshold, unsigned x,
    mp_limb_t *scratch)
{
    size_t n = (size_t)p->limbs;

    KEYSHARE_INVARIANT(threshold >= 1);
    copy(p, value, coefficients + (threshold - 1) * n);
    for (size_t k = threshold - 1; k-- > 0;) {
        keyshare_prime_mul_index(p, value, value, x, scratch);
        keyshare_prime_add(p, value, value, coefficients + k * n, scratch);
    }
}

/* r = FACTOR * product over i != j of (x_i - x), x the index that is left out
 * or another. Two differences are multiplied before the field sees them, as
 * magnitudes; how many are negative is public too. */
static void
make_product(const struct prime *p, mp_limb_t *r, unsigned factor,
    const uint8_t *indices, size_t count, size_t j, unsigned x, mp_limb_t *room,
    mp_limb_t *scratch)
{
    bool negative = false;

    set_one(p, r);
    for (size_t i = 0; i < count; i++) {
        const bool below = indices[i] < x;

        if (i == j)
            continue;
        negative ^= below;
        factor *= below ? x - indices[i] : indices[i] - x;
        if (factor > 0xff) {
            keyshare_prime_mul_index(p, r, r, factor, scratch);
            factor = 1;
        }
    }
    keyshare_prime_mul_index(p, r, r, factor, scratch);
    if (negative) {
        copy(p, room, r);
        memset(r, 0, (size_t)p->limbs * sizeof *r);
        keyshare_prime_sub(p, r, r, room);
    }
}

/* weight_j(x) = product over i != j of (x_i - x) / (x_i - x_j). */
void
keyshare_polynomial_weight(const struct prime *p, mp_limb_t *weight,
    const uint8_t *indices, size_t count, size_t which, unsigned x,
    mp_limb_t *room, mp_limb_t *scratch)
{
    mp_limb_t *numerator = room;
    mp_limb_t *term = room + p->limbs;

    KEYSHARE_INVARIANT(x <= 0xff);
    make_product(p, numerator, 1, indices, count, which, x, term, scratch);
    make_product(
        p, weight, 1, indices, count, which, indices[which], term, scratch);
    keyshare_prime_invert(p, weight, weight, scratch);
    keyshare_prime_mul(p, weight, weight, numerator, scratch);
}

void
keyshare_polynomial_numerator(const struct prime *p, mp_limb_t *r,
    const uint8_t *indices, size_t count, mp_limb_t *scratch)
{
    set_one(p, r);
    for (size_t i = 0; i < count; i++)
        keyshare_prime_mul_index(p, r, r, indices[i], scratch);
}

void
keyshare_polynomial_denominator(const struct prime *p, mp_limb_t *r,
    const uint8_t *indices, size_t count, size_t which, mp_limb_t *room,
    mp_limb_t *scratch)
{
    const unsigned x = indices[which];

    make_product(p, r, x, indices, count, which, x, room, scratch);
}

/* weights_j = product over i != j of x_i / (x_i - x_j) = X / D_j, with X the
 * numerator and D_j the denominators above. One inversion does for all: with
 * P_j = D_0 ... D_j, walk back from X/P by X/D_j = (X/P_j) P_(j-1) and
 * X/P_(j-1) = (X/P_j) D_j (Montgomery's trick). */
void
keyshare_polynomial_weights(const struct prime *p, mp_limb_t *weights,
    const uint8_t *indices, size_t count, mp_limb_t *room, mp_limb_t *scratch)
{
    size_t n = (size_t)p->limbs;
    mp_limb_t *products = room; /* P_j, COUNT of them */
    mp_limb_t *inverse = room + count * n;
    mp_limb_t *term = inverse + n;

    for (size_t j = 0; j < count; j++) {
        mp_limb_t *denominator = weights + j * n;

        keyshare_polynomial_denominator(
            p, denominator, indices, count, j, term, scratch);
        if (j == 0)
            copy(p, products, denominator);
        else
            keyshare_prime_mul(p, products + j * n, products + (j - 1) * n,
                denominator, scratch);
    }
    keyshare_prime_invert(p, inverse, products + (count - 1) * n, scratch);
    for (size_t i = 0; i < count; i++)
        keyshare_prime_mul_index(p, inverse, inverse, indices[i], scratch);
    for (size_t j = count; j-- > 0;) {
        mp_limb_t *weight = weights + j * n; /* still D_j */

        copy(p, term, inverse);
        keyshare_prime_mul(p, inverse, inverse, weight, scratch);
        copy(p, weight, term);
        if (j > 0)
            keyshare_prime_mul(
                p, weight, weight, products + (j - 1) * n, scratch);
    }
}
