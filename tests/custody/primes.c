/* SPDX-License-Identifier: ISC */
/* Primes to share over, as plain integers, and scalars as the library has them.
 */
#include "primes.h"

#include <string.h>

#include <check.h>

/* 2^exponent + difference */
static const struct {
    mp_bitcnt_t exponent;
    long difference;
} primes[PRIMES] = {
    {1, 1},
    {2, 1},
    {3, 3},
    {8, -5},
    {8, 1},
    {16, 1},
    {64, -59},
    {127, -1},
    {128, -159},
    {255, -19},
    {256, -189},
    {521, -1},
    {4095, -1615},
    {4096, -2549},
};

void
scalars_put(const struct scalars *s, uint8_t *bytes, const mpz_t x)
{
    size_t len = (mpz_sizeinbase(x, 2) + 7) / 8;
    size_t count;

    ck_assert_uint_le(len, s->len);
    memset(bytes, 0, s->len);
    mpz_export(bytes + (s->len - len), &count, 1, 1, 1, 0, x);
    ck_assert_uint_le(count, len);
}

void
scalars_get(const struct scalars *s, mpz_t x, const uint8_t *bytes)
{
    mpz_import(x, s->len, 1, 1, 1, 0, bytes);
}

void
scalars_begin_with(struct scalars *s, const mpz_t modulus)
{
    mpz_init_set(s->p, modulus);
    s->len = (mpz_sizeinbase(modulus, 2) + 7) / 8;
    s->count_max = mpz_cmp_ui(modulus, 256) < 0 ? mpz_get_ui(modulus) - 1 : 255;
    scalars_put(s, s->modulus, modulus);
    memset(s->values, 0xa5, sizeof s->values);
    memset(s->secret, 0, sizeof s->secret);
    for (size_t i = 0; i < KEYSHARE_RAW_PRIME_COUNT_MAX; i++) {
        s->shares[i] = s->values[i];
        s->chosen[i] = s->values[i];
    }
}

void
scalars_begin(struct scalars *s, int which)
{
    mpz_t p;

    mpz_init_set_ui(p, 1);
    mpz_mul_2exp(p, p, primes[which].exponent);
    if (primes[which].difference < 0)
        mpz_sub_ui(p, p, (unsigned long)-primes[which].difference);
    else
        mpz_add_ui(p, p, (unsigned long)primes[which].difference);
    scalars_begin_with(s, p);
    mpz_clear(p);
}

void
scalars_end(struct scalars *s)
{
    mpz_clear(s->p);
}
