/* SPDX-License-Identifier: ISC */
/* Integers modulo a public odd prime, on GMP's side-channel silent limbs.
 *
 * Of GMP only functions are used that the manual lists as side-channel silent
 * (mpn_sec_*, mpn_cnd_*) or that run over their limbs without looking at them
 * (mpn_add_n, mpn_sub_n, mpn_mul_1, mpn_addmul_1, mpn_submul_1); the checks
 * with poisoned secrets cover them all.
 *
 * Reduction is Barrett's ([Bar86]; [HAC96] algorithm 14.42, note 14.44). With
 * B = 2^GMP_LIMB_BITS, p of n limbs, B^(n-1) < p < B^n (p is odd; for n = 1,
 * p >= 3), mu = floor(B^(2n) / p) < B^(n+1), and 0 <= x < B^(2n):
 *
 *     u = floor(x / B^(n-1)),  q = floor(u mu / B^(n+1)),  r = x - q p
 *
 * No step rounds up, so q <= x / p and r >= 0. With x / B^(n-1) = u + d and
 * B^(2n) / p = mu + e, 0 <= d, e < 1,
 *
 *     x / p = (u + d) (mu + e) / B^(n+1)
 *           = u mu / B^(n+1) + d mu / B^(n+1) + e x / B^(2n)
 *           < (q + 1) + B^(n-1) / p + e.
 *
 * The last two are at most 1 each, so r < 3 p. Mostly they are much less: with
 * t and s the top limbs of p and of B^(2n) mod p = e p, they are below 1 / t
 * and (s + 1) / t. Where s + 2 + n <= t (n for what follows), r < 2 p.
 *
 * r < B^(n+1), so it is enough to know x and q p modulo B^(n+1): of q_n p only
 * the lowest limb.
 *
 * Long numbers are multiplied row by row, and of a product only what is asked
 * for. Of u mu the partial products u_i mu_j B^(i+j) with i + j < n - 1 are
 * left out: for i + j = k there are k + 1, so they are less than the sum of
 * (k + 1) B^(k+2), k < n - 1, which is less than n B^n. Divided by B^(n+1) this
 * is n / B, less than 1 and less than n / t: r < 4 p, or again r < 2 p.
 *
 * An index w < 2^16 makes x = a w < 2^16 p of n + 1 limbs, and a quotient of
 * one. With m = floor(B^(n+1) / p), the two top limbs of mu, m + e' that
 * without the floor, and q = floor(u m / B^2),
 *
 *     x / p < (q + 1) + B^(n-1) / p + e' x / B^(n+1),
 *
 * the last one below 2^16 / B <= 1 / 2: r < 3 p, and r < 2 p for t >= 2.
 *
 * [Bar86] Barrett, Implementing the Rivest Shamir and Adleman public key
 *         encryption algorithm on a standard digital signal processor,
 *         CRYPTO '86, LNCS 263.
 * [HAC96] Menezes, van Oorschot, Vanstone, Handbook of Applied Cryptography,
 *         section 14.3.3.
 */
#include "prime.h"

#include <string.h>

#include "ct.h"
#include "invariant.h"

_Static_assert(GMP_NAIL_BITS == 0, "limbs are full words");

#define LIMB_SIZE ((size_t)GMP_LIMB_BITS / 8)

/* From so many limbs on, rows are faster than whole products. */
#define ROWS_LIMBS 6

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

    /* A double-size value stands below what is needed to reduce it, where u mu
     * and q p stand; and below what GMP uses to invert, a copy of the operand
     * and the result. Multiplying, GMP uses nothing so far. */
    return 2 * n + larger(4 * n + 2 + mpn_sec_mul_itch(n + 1, n + 1),
                       mpn_sec_invert_itch(n));
}

mp_size_t
keyshare_prime_begin_itch(mp_size_t limbs)
{
    return 2 * limbs + 1 + mpn_sec_div_qr_itch(2 * limbs + 1, limbs);
}

void
keyshare_prime_begin(struct prime *p, const mp_limb_t *modulus, mp_size_t limbs,
    mp_limb_t *reciprocal, mp_limb_t *scratch)
{
    const mp_limb_t top = modulus[limbs - 1];
    const mp_limb_t margin = (mp_limb_t)limbs + 2;
    mp_limb_t *dividend = scratch;
    mp_limb_t above;

    KEYSHARE_INVARIANT(limbs > 1 || modulus[0] >= 3);
    KEYSHARE_INVARIANT((modulus[0] & 1) == 1 && top != 0);
    memset(dividend, 0, 2 * (size_t)limbs * sizeof *dividend);
    dividend[2 * limbs] = 1;
    above = mpn_sec_div_qr(reciprocal, dividend, 2 * limbs + 1, modulus, limbs,
        scratch + 2 * limbs + 1);
    KEYSHARE_INVARIANT(above == 0);
    (void)above;
    /* The remainder stands where the dividend did. */
    p->modulus = modulus;
    p->reciprocal = reciprocal;
    p->limbs = limbs;
    p->subtractions =
        top >= margin && dividend[limbs - 1] <= top - margin ? 1 : 3;
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

void
keyshare_prime_load_big(
    mp_limb_t *r, mp_size_t count, const uint8_t *bytes, size_t len)
{
    KEYSHARE_INVARIANT(keyshare_prime_limbs(len) <= count);
    for (size_t i = 0; i < (size_t)count; i++) {
        mp_limb_t limb = 0;

        for (size_t j = 0; j < LIMB_SIZE && i * LIMB_SIZE + j < len; j++)
            limb |= (mp_limb_t)bytes[len - 1 - (i * LIMB_SIZE + j)] << (8 * j);
        r[i] = limb;
    }
}

void
keyshare_prime_store_big(
    uint8_t *bytes, size_t len, const mp_limb_t *a, mp_size_t count)
{
    for (size_t i = 0; i < len; i++) {
        size_t limb = i / LIMB_SIZE;
        mp_limb_t value = limb < (size_t)count ? a[limb] : 0;

        bytes[len - 1 - i] = (uint8_t)(value >> (8 * (i % LIMB_SIZE)));
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

/* r = x mod p, x < (p->subtractions + 1) p: n limbs, and TOP above them. */
static void
subtract(const struct prime *p, mp_limb_t *r, mp_limb_t *x, mp_limb_t top)
{
    for (unsigned left = p->subtractions; left > 0; left--) {
        mp_limb_t *difference = left > 1 ? x : r;

        top -= mpn_sub_n(difference, x, p->modulus, p->limbs);

        /* Below zero iff the top bit is set: x was below 4 p. */
        mp_limb_t negative = top >> (GMP_LIMB_BITS - 1);
        top += mpn_cnd_add_n(
            negative, difference, difference, p->modulus, p->limbs);
    }
    KEYSHARE_INVARIANT(top == 0);
}

/* x -= q p in n limbs; what is above them then. By whole products. room: 4 n + 2
 * limbs, and what GMP uses. */
static mp_limb_t
subtract_multiple(const struct prime *p, mp_limb_t *x, mp_limb_t *room)
{
    mp_size_t n = p->limbs;
    const mp_limb_t *u = x + n - 1;
    mp_limb_t *q = room + n + 1; /* of u mu what is above B^(n+1) */
    mp_limb_t *multiple = room + 2 * n + 2;
    mp_limb_t *more = room + 4 * n + 2;

    mpn_sec_mul(room, u, n + 1, p->reciprocal, n + 1, more);
    mpn_sec_mul(multiple, q, n, p->modulus, n, more);
    multiple[n] += q[n] * p->modulus[0];
    return x[n] - multiple[n] - mpn_sub_n(x, x, multiple, n);
}

/* The same by rows. room: n + 3 limbs. */
static mp_limb_t
subtract_multiple_by_rows(const struct prime *p, mp_limb_t *x, mp_limb_t *room)
{
    mp_size_t n = p->limbs;
    const mp_limb_t *u = x + n - 1;
    const mp_limb_t *mu = p->reciprocal;
    const mp_limb_t *q = room + 2; /* u mu stands in room from B^(n-1) on */

    room[2] = mpn_mul_1(room, mu + n - 1, 2, u[0]);
    for (mp_size_t i = 1; i < n; i++)
        room[i + 2] = mpn_addmul_1(room, mu + n - 1 - i, i + 2, u[i]);
    room[n + 2] = mpn_addmul_1(room + 1, mu, n + 1, u[n]);

    x[n] -= mpn_submul_1(x, p->modulus, n, q[0]);
    for (mp_size_t i = 1; i <= n; i++)
        mpn_submul_1(x + i, p->modulus, n + 1 - i, q[i]);
    return x[n];
}

/* r = x mod p, x of 2 n limbs, which are lost. */
static void
reduce(const struct prime *p, mp_limb_t *r, mp_limb_t *x, mp_limb_t *room)
{
    mp_limb_t top = p->limbs < ROWS_LIMBS
                        ? subtract_multiple(p, x, room)
                        : subtract_multiple_by_rows(p, x, room);

    subtract(p, r, x, top);
}

void
keyshare_prime_reduce(const struct prime *p, mp_limb_t *r, const mp_limb_t *a,
    mp_size_t count, mp_limb_t *scratch)
{
    mp_size_t n = p->limbs;
    mp_limb_t *dividend = scratch;

    KEYSHARE_INVARIANT(n <= count && count <= 2 * n);
    mpn_copyi(dividend, a, count);
    for (mp_size_t i = count; i < 2 * n; i++)
        dividend[i] = 0;
    reduce(p, r, dividend, scratch + 2 * n);
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
    reduce(p, r, product, scratch + 2 * n);
}

void
keyshare_prime_mul_index(const struct prime *p, mp_limb_t *r,
    const mp_limb_t *a, unsigned w, mp_limb_t *scratch)
{
    mp_size_t n = p->limbs;
    mp_limb_t *product = scratch;
    mp_limb_t *estimate = scratch + n + 1;
    mp_limb_t top;

    KEYSHARE_INVARIANT(w <= 0xffff);
    product[n] = mpn_mul_1(product, a, n, w);
    mpn_sec_mul(
        estimate, product + n - 1, 2, p->reciprocal + n - 1, 2, estimate + 4);
    top = product[n] - mpn_submul_1(product, p->modulus, n, estimate[2]);
    subtract(p, r, product, top);
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
