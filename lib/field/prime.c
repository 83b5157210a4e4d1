/* SPDX-License-Identifier: ISC */
/* Integers modulo a public odd prime, on GMP's side-channel silent limbs.
 *
 * Of GMP only functions are used that the manual lists as side-channel silent
 * (mpn_sec_*, mpn_cnd_*) or that run over their limbs without looking at them
 * (mpn_add_n, mpn_sub_n, mpn_mul_1); the checks with poisoned secrets cover
 * them all.
 */
#include "prime.h"

#include <string.h>

#include "ct.h"
#include "invariant.h"

_Static_assert(GMP_NAIL_BITS == 0, "limbs are full words");

#define LIMB_SIZE ((size_t)GMP_LIMB_BITS / 8)

static mp_size_t
larger(mp_size_t a, mp_size_t b)
{
    return a > b ? a : b;
}

mp_size_t
keyshare_prime_limbs(size_t len)
{
    return (mp_size_t)((len + LIMB_SIZE - 1) / LIMB_SIZE);
}

/* GMP gives the scratch of inversion for a bound on the sizes of both its
 * operands together, in bits. */
static mp_bitcnt_t
invert_bits(const struct prime *p)
{
    return 2 * (mp_bitcnt_t)p->limbs * GMP_LIMB_BITS;
}

mp_size_t
keyshare_prime_itch(const struct prime *p)
{
    mp_size_t n = p->limbs;
    mp_size_t mul =
        larger(mpn_sec_mul_itch(n, n), mpn_sec_div_r_itch(2 * n, n));

    /* A double-size value stands below what GMP uses; inversion has a copy of
     * its operand there. */
    return 2 * n + larger(mul, mpn_sec_invert_itch(n));
}

void
keyshare_prime_load(
    mp_limb_t *r, mp_size_t count, const uint8_t *bytes, size_t len)
{
    KEYSHARE_INVARIANT(keyshare_prime_limbs(len) <= count);
    for (size_t i = 0; i < (size_t)count; i++) {
        mp_limb_t limb = 0;

        for (size_t j = 0; j < LIMB_SIZE && i * LIMB_SIZE + j < len; j++)
            limb |= (mp_limb_t)bytes[i * LIMB_SIZE + j] << (8 * j);
        r[i] = limb;
    }
}

void
keyshare_prime_store(
    uint8_t *bytes, size_t len, const mp_limb_t *a, mp_size_t count)
{
    for (size_t i = 0; i < len; i++) {
        size_t limb = i / LIMB_SIZE;
        mp_limb_t value = limb < (size_t)count ? a[limb] : 0;

        bytes[i] = (uint8_t)(value >> (8 * (i % LIMB_SIZE)));
    }
}

uint32_t
keyshare_prime_is_reduced(
    const struct prime *p, const mp_limb_t *a, mp_limb_t *scratch)
{
    /* The borrow of a - p is 1 iff a < p. */
    mp_limb_t borrow = mpn_sub_n(scratch, a, p->modulus, p->limbs);

    return ~keyshare_ct_is_zero((uint32_t)borrow);
}

uint32_t
keyshare_prime_is_zero(const struct prime *p, const mp_limb_t *a)
{
    mp_limb_t bits = 0;

    for (mp_size_t i = 0; i < p->limbs; i++)
        bits |= a[i];
    /* Both halves, so that limbs of 64 bits fit the mask of 32. */
    return keyshare_ct_is_zero(
        (uint32_t)bits | (uint32_t)(bits >> (GMP_LIMB_BITS / 2)));
}

void
keyshare_prime_reduce(const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    mp_size_t count, mp_limb_t *scratch)
{
    mp_size_t n = p->limbs;
    mp_limb_t *dividend = scratch;

    KEYSHARE_INVARIANT(n <= count && count <= 2 * n);
    mpn_copyi(dividend, a, count);
    mpn_sec_div_r(dividend, count, p->modulus, n, scratch + 2 * n);
    mpn_copyi(r, dividend, n);
}

void
keyshare_prime_add(const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b, mp_limb_t *scratch)
{
    mp_size_t n = p->limbs;
    mp_limb_t carry = mpn_add_n(scratch, a, b, n);
    mp_limb_t borrow = mpn_sub_n(r, scratch, p->modulus, n);

    /* a + b < 2p, so a carry out means that the subtraction borrows. It was
     * one too many iff it borrows without a carry out. */
    mpn_cnd_add_n(borrow - carry, r, r, p->modulus, n);
}

void
keyshare_prime_sub(
    const struct prime *p, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t borrow = mpn_sub_n(r, a, b, p->limbs);

    mpn_cnd_add_n(borrow, r, r, p->modulus, p->limbs);
}

void
keyshare_prime_mul(const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b, mp_limb_t *scratch)
{
    mp_size_t n = p->limbs;
    mp_limb_t *product = scratch;

    mpn_sec_mul(product, a, n, b, n, scratch + 2 * n);
    mpn_sec_div_r(product, 2 * n, p->modulus, n, scratch + 2 * n);
    mpn_copyi(r, product, n);
}

void
keyshare_prime_mul_index(const struct prime *p, mp_limb_t *r,
    const mp_limb_t *a, unsigned w, mp_limb_t *scratch)
{
    mp_size_t n = p->limbs;
    mp_limb_t *product = scratch;

    KEYSHARE_INVARIANT(w <= 0xffff);
    product[n] = mpn_mul_1(product, a, n, w);
    mpn_sec_div_r(product, n + 1, p->modulus, n, scratch + 2 * n);
    mpn_copyi(r, product, n);
}

void
keyshare_prime_invert(
    const struct prime *p, mp_limb_t *r, const mp_limb_t *a, mp_limb_t *scratch)
{
    mp_size_t n = p->limbs;
    mp_limb_t *operand = scratch;
    mp_limb_t *inverse = scratch + n;

    /* GMP leaves anything in the result where there is no inverse: the mask
     * makes it zero. */
    mpn_copyi(operand, a, n);
    int exists = mpn_sec_invert(
        inverse, operand, p->modulus, n, invert_bits(p), scratch + 2 * n);
    mp_limb_t mask = 0 - (mp_limb_t)(keyshare_ct_barrier((uint32_t)exists) & 1);
    for (mp_size_t i = 0; i < n; i++)
        r[i] = inverse[i] & mask;
}
