/* SPDX-License-Identifier: ISC */
/* Moduli of many kinds and sizes for the prime field, with operands. */
#include "moduli.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

mp_limb_t *
moduli_limbs(mp_size_t count)
{
    mp_limb_t *limbs = malloc((size_t)count * sizeof *limbs);

    ck_assert_ptr_nonnull(limbs);
    memset(limbs, 0xa5, (size_t)count * sizeof *limbs);
    return limbs;
}

/* limbs = x, in COUNT limbs. */
void
moduli_set(mp_limb_t *limbs, mp_size_t count, const mpz_t x)
{
    ck_assert_uint_le(mpz_size(x), (size_t)count);
    for (mp_size_t i = 0; i < count; i++)
        limbs[i] = mpz_getlimbn(x, i);
}

/* x = random below 2^(limbs). */
void
moduli_integer(struct gen *gen, mpz_t x, mp_size_t limbs)
{
    uint8_t bytes[2 * LIMBS_MAX * LIMB_SIZE];
    size_t len = (size_t)limbs * LIMB_SIZE;

    gen_bytes(gen, bytes, len);
    mpz_import(x, len, -1, 1, 0, 0, bytes);
}

void
field_begin(struct field *f, const mpz_t modulus, const char *name)
{
    mp_size_t n = (mp_size_t)mpz_size(modulus);

    ck_assert(mpz_odd_p(modulus) && mpz_cmp_ui(modulus, 1) > 0);
    mpz_init_set(f->modulus, modulus);
    f->limbs = moduli_limbs(n);
    moduli_set(f->limbs, n, modulus);
    f->reciprocal = moduli_limbs(n + 1);
    f->scratch = moduli_limbs(keyshare_prime_begin_itch(n));
    keyshare_prime_begin(&f->p, f->limbs, n, f->reciprocal, f->scratch);
    free(f->scratch);
    f->a = moduli_limbs(n);
    f->b = moduli_limbs(n);
    f->r = moduli_limbs(n);
    f->wide = moduli_limbs(2 * n);
    f->scratch = moduli_limbs(keyshare_prime_itch(&f->p));
    f->gen = gen_begin();
    snprintf(f->name, sizeof f->name, "%s of %ld limbs", name, (long)n);
}

void
field_end(struct field *f)
{
    mpz_clear(f->modulus);
    free(f->limbs);
    free(f->reciprocal);
    free(f->a);
    free(f->b);
    free(f->r);
    free(f->wide);
    free(f->scratch);
}

void
field_expect(const struct field *f, const mp_limb_t *r, const mpz_t expected,
    const char *what)
{
    mpz_t x;

    ck_assert_msg(mpz_cmp(mpz_roinit_n(x, r, f->p.limbs), expected) == 0,
        "seed %" PRIu64 ": %s, modulus %s", f->gen.seed, what, f->name);
}

/* ---- Moduli ---- */

enum kind {
    RANDOM,    /* odd, its top bit set or not */
    ONES,      /* all ones: 2^k - 1 */
    TOP_ONE,   /* top limb 1, the rest random */
    TOP_BIT,   /* 2^(k-1) + 1 */
    NEAR_ONES, /* all ones but for some low bits: 2^k - c */
    GAP,       /* 1, then zeros, then a limb of ones: 2^(k-1) + 2^64 - 1 */
    TINY_TOP,  /* 2^(64 (n-1)) + 1: top limb 1, then zeros */
    SMALLEST,  /* 3 in the lowest limb; above it as TINY_TOP */
    KINDS
};

static const char *const kind_names[KINDS] = {"random", "2^k - 1", "top limb 1",
    "2^(k-1) + 1", "2^k - c", "gap", "tiny top", "smallest"};

static void
make_modulus(mpz_t m, enum kind kind, mp_size_t n, struct gen *gen)
{
    const mp_bitcnt_t bits = (mp_bitcnt_t)n * GMP_LIMB_BITS;
    const mp_bitcnt_t below = bits - GMP_LIMB_BITS;

    switch (kind) {
    case RANDOM:
        moduli_integer(gen, m, n);
        mpz_setbit(m, below + gen_below(gen, GMP_LIMB_BITS));
        break;
    case ONES:
    case NEAR_ONES:
        mpz_set_ui(m, 1);
        mpz_mul_2exp(m, m, bits);
        mpz_sub_ui(m, m, kind == ONES ? 1 : 1 + 2 * gen_below(gen, 1000));
        break;
    case TOP_ONE:
        moduli_integer(gen, m, n);
        mpz_fdiv_r_2exp(m, m, below);
        mpz_setbit(m, below);
        break;
    case TOP_BIT:
        mpz_set_ui(m, 1);
        mpz_setbit(m, bits - 1);
        break;
    case GAP:
        mpz_set_ui(m, 1);
        mpz_mul_2exp(m, m, GMP_LIMB_BITS);
        mpz_sub_ui(m, m, 1);
        mpz_setbit(m, bits - 1);
        break;
    case TINY_TOP:
    case SMALLEST:
    case KINDS:
        mpz_set_ui(m, kind == SMALLEST ? 3 : 1);
        mpz_setbit(m, below);
        break;
    }
    mpz_setbit(m, 0);
    /* The last ones make 1 and 3 of a single limb: 3 is the least modulus. */
    if (mpz_cmp_ui(m, 3) < 0)
        mpz_set_ui(m, 3);
}

/* Run CHECK for each kind of modulus with each number of limbs. */
void
for_all_moduli(void (*check)(struct field *f))
{
    const mp_size_t most = (mp_size_t)gen_count(LIMBS_MAX);
    struct gen gen = gen_begin();
    mpz_t m;

    mpz_init(m);
    for (mp_size_t n = 1; n <= LIMBS_MAX; n++)
        for (int kind = 0; kind < KINDS; kind++) {
            struct field f;

            /* Where fewer cases are asked for: the small ones, the largest. */
            if (n > most && n < LIMBS_MAX)
                break;
            make_modulus(m, (enum kind)kind, n, &gen);
            ck_assert_uint_eq(mpz_size(m), (size_t)n);
            field_begin(&f, m, kind_names[kind]);
            check(&f);
            field_end(&f);
        }
    mpz_clear(m);
}

/* ---- Operands ---- */

/* 0, 1, p - 1, (p + 1) / 2, random */
void
field_operand(struct field *f, mpz_t x, int which)
{
    mpz_set_ui(x, which == 1);
    if (which == 2)
        mpz_sub_ui(x, f->modulus, 1);
    if (which == 3) {
        mpz_add_ui(x, f->modulus, 1);
        mpz_fdiv_q_2exp(x, x, 1);
    }
    if (which == 4) {
        moduli_integer(&f->gen, x, f->p.limbs);
        mpz_fdiv_r(x, x, f->modulus);
    }
}

void
field_load(struct field *f, const mpz_t a, const mpz_t b)
{
    moduli_set(f->a, f->p.limbs, a);
    moduli_set(f->b, f->p.limbs, b);
}
