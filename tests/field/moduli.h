/* SPDX-License-Identifier: ISC */
/* Moduli of many kinds and sizes for the prime field, with operands at their
 * edges, in arrays just as long as the library may use them. */
#ifndef MODULI_H
#define MODULI_H

#include "gen.h"
#include "prime.h"

#define LIMBS_MAX (KEYSHARE_PRIME_BITS_MAX / GMP_LIMB_BITS)
#define LIMB_SIZE (GMP_LIMB_BITS / 8)

/* A modulus, and arrays just as long as the library may use them. */
struct field {
    struct prime p;
    mpz_t modulus;
    mp_limb_t *limbs;      /* the modulus */
    mp_limb_t *reciprocal; /* one longer */
    mp_limb_t *a;
    mp_limb_t *b;
    mp_limb_t *r;
    mp_limb_t *wide; /* twice as long */
    mp_limb_t *scratch;
    struct gen gen;
    char name[64];
};

/** COUNT limbs of noise, the caller's to free. */
mp_limb_t *moduli_limbs(mp_size_t count);

/** limbs = x, in COUNT limbs. */
void moduli_set(mp_limb_t *limbs, mp_size_t count, const mpz_t x);

/** x = random below 2^(limbs). */
void moduli_integer(struct gen *gen, mpz_t x, mp_size_t limbs);

void field_begin(struct field *f, const mpz_t modulus, const char *name);
void field_end(struct field *f);

/** A failed assertion that says seed and modulus unless r = expected. */
void field_expect(const struct field *f, const mp_limb_t *r,
    const mpz_t expected, const char *what);

/** Run CHECK for each kind of modulus with each number of limbs, or with as many
 * of them as KEYSHARE_TEST_COUNT says. */
void for_all_moduli(void (*check)(struct field *f));

/** x = operand WHICH of 0, 1, p - 1, (p + 1) / 2, random. */
#define OPERANDS 5
void field_operand(struct field *f, mpz_t x, int which);

/** f->a = a, f->b = b. */
void field_load(struct field *f, const mpz_t a, const mpz_t b);

#endif
