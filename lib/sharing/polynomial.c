/* SPDX-License-Identifier: ISC */
/* Polynomials over a prime field: values at an index, Lagrange weights. */
#include "polynomial.h"

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

/* r = r * (a - b), of indices a != b. */
static void
mul_difference(const struct prime *p, mp_limb_t *r, unsigned a, unsigned b,
    mp_limb_t *room, mp_limb_t *scratch)
{
    if (a > b) {
        keyshare_prime_mul_index(p, r, r, a - b, scratch);
        return;
    }
    keyshare_prime_mul_index(p, room, r, b - a, scratch);
    memset(r, 0, (size_t)p->limbs * sizeof *r);
    keyshare_prime_sub(p, r, r, room);
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

/* weights_j = product over i != j of x_i / (x_i - x_j). One inversion does for
 * all: with D_j the denominators and P_j = D_0 ... D_j, walk back from 1/P by
 * 1/D_j = (1/P_j) * P_(j-1) and 1/P_(j-1) = (1/P_j) * D_j (Montgomery's trick).
 */
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

        set_one(p, denominator);
        for (size_t i = 0; i < count; i++)
            if (i != j)
                mul_difference(
                    p, denominator, indices[i], indices[j], term, scratch);
        if (j == 0)
            copy(p, products, denominator);
        else
            keyshare_prime_mul(p, products + j * n, products + (j - 1) * n,
                denominator, scratch);
    }
    keyshare_prime_invert(p, inverse, products + (count - 1) * n, scratch);
    for (size_t j = count; j-- > 0;) {
        mp_limb_t *weight = weights + j * n; /* still D_j */

        copy(p, term, inverse);
        keyshare_prime_mul(p, inverse, inverse, weight, scratch);
        copy(p, weight, term);
        if (j > 0)
            keyshare_prime_mul(
                p, weight, weight, products + (j - 1) * n, scratch);
        for (size_t i = 0; i < count; i++)
            if (i != j)
                keyshare_prime_mul_index(
                    p, weight, weight, indices[i], scratch);
    }
}
