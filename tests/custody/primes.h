/* SPDX-License-Identifier: ISC */
/* Primes to share over, as plain integers, and scalars as the library has them.
 */
#ifndef PRIMES_H
#define PRIMES_H

#include <stddef.h>
#include <stdint.h>

#include <gmp.h>

#include <keyshare/raw_prime.h>

/** How many primes there are, from 3 to 4096 bits. */
#define PRIMES ((int)14)

/** What is shared, over one of them; all in arrays of the largest size. */
struct scalars {
    mpz_t p;
    size_t len;
    uint8_t modulus[KEYSHARE_RAW_PRIME_SIZE_MAX];
    uint8_t secret[KEYSHARE_RAW_PRIME_SIZE_MAX];
    uint8_t values[KEYSHARE_RAW_PRIME_COUNT_MAX][KEYSHARE_RAW_PRIME_SIZE_MAX];
    uint8_t *shares[KEYSHARE_RAW_PRIME_COUNT_MAX];
    const uint8_t *chosen[KEYSHARE_RAW_PRIME_COUNT_MAX];
    size_t count_max; /**< of indices: 255, or one below the modulus */
};

/** Begin with prime WHICH; shares point to the values, which are noise. */
void scalars_begin(struct scalars *s, int which);

/** Begin with that modulus, whatever it is. */
void scalars_begin_with(struct scalars *s, const mpz_t modulus);

void scalars_end(struct scalars *s);

/** LEN bytes = x, big-endian; and x of LEN bytes. */
void scalars_put(const struct scalars *s, uint8_t *bytes, const mpz_t x);
void scalars_get(const struct scalars *s, mpz_t x, const uint8_t *bytes);

#endif
