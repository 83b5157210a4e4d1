/* SPDX-License-Identifier: ISC */
/* Barrett's reduction where its bounds are met: what the estimate of the
 * quotient is (lib/field/prime.c), in plain integers, and how often the modulus
 * is still to be subtracted then; and moduli of every length in bits. */
#include "prime.h"

#include <inttypes.h>
#include <stdbool.h>

#include "moduli.h"
#include "suite.h"

/* How often the estimate was too small by so much. */
struct deficits {
    unsigned long seen[4];
};

/* The quotient as it is estimated by whole products, and how much it is too
 * small: what is left out of long ones changes it next to never. */
static unsigned long
deficit(const struct field *f, const mpz_t x)
{
    const mp_bitcnt_t bits = (mp_bitcnt_t)f->p.limbs * GMP_LIMB_BITS;
    unsigned long result;
    mpz_t mu;
    mpz_t q;

    mpz_init(q);
    mpz_fdiv_q_2exp(q, x, bits - GMP_LIMB_BITS);
    mpz_mul(q, q, mpz_roinit_n(mu, f->reciprocal, f->p.limbs + 1));
    mpz_fdiv_q_2exp(q, q, bits + GMP_LIMB_BITS);
    mpz_mul(q, q, f->modulus);
    mpz_sub(q, x, q);
    mpz_fdiv_q(q, q, f->modulus);
    ck_assert_int_ge(mpz_sgn(q), 0);
    result = mpz_get_ui(q);
    mpz_clear(q);
    return result;
}

/* x of 2 n limbs: reduced as plain integers do, its estimate within bounds. */
static void
check_wide(struct field *f, const mpz_t x, struct deficits *deficits)
{
    unsigned long missing = deficit(f, x);
    mpz_t expected;

    ck_assert_msg(missing <= 2 && missing <= f->p.subtractions,
        "seed %" PRIu64 ": %lu too small, modulus %s", f->gen.seed, missing,
        f->name);
    deficits->seen[missing]++;
    mpz_init(expected);
    mpz_fdiv_r(expected, x, f->modulus);
    moduli_set(f->wide, 2 * f->p.limbs, x);
    keyshare_prime_reduce(&f->p, f->r, f->wide, 2 * f->p.limbs, f->scratch);
    field_expect(f, f->r, expected, "x mod p");
    mpz_clear(expected);
}

/* Multiples of the modulus, random and the largest, and what is next to them:
 * there an estimate that is a little too small is so by one. */
static void
check_multiples(struct field *f, struct deficits *deficits)
{
    const mp_bitcnt_t bits = 2 * (mp_bitcnt_t)f->p.limbs * GMP_LIMB_BITS;
    mpz_t x;

    mpz_init(x);
    for (int i = 0; i < 6; i++) {
        moduli_integer(&f->gen, x, 2 * f->p.limbs);
        if (i < 2) {
            mpz_set_ui(x, 1);
            mpz_mul_2exp(x, x, bits - (i == 1));
            mpz_sub_ui(x, x, 1);
        }
        check_wide(f, x, deficits);
        mpz_fdiv_q(x, x, f->modulus);
        mpz_mul(x, x, f->modulus);
        check_wide(f, x, deficits);
        if (mpz_sgn(x) > 0) {
            mpz_sub_ui(x, x, 1);
            check_wide(f, x, deficits);
        }
    }
    mpz_clear(x);
}

static void
check_product(struct field *f, const mpz_t a, const mpz_t b)
{
    mpz_t expected;

    mpz_init(expected);
    mpz_mul(expected, a, b);
    mpz_fdiv_r(expected, expected, f->modulus);
    field_load(f, a, b);
    keyshare_prime_mul(&f->p, f->r, f->a, f->b, f->scratch);
    field_expect(f, f->r, expected, "a * b");
    mpz_mul_ui(expected, a, 0xffff);
    mpz_fdiv_r(expected, expected, f->modulus);
    keyshare_prime_mul_index(&f->p, f->r, f->a, 0xffff, f->scratch);
    field_expect(f, f->r, expected, "a * 65535");
    mpz_clear(expected);
}

static void
check_modulus(const mpz_t m, struct deficits *deficits)
{
    struct field f;
    mpz_t a;
    mpz_t b;

    mpz_inits(a, b, NULL);
    field_begin(&f, m, "random");
    check_multiples(&f, deficits);
    for (int i = 0; i < OPERANDS; i++)
        for (int j = i; j < OPERANDS; j++) {
            field_operand(&f, a, i);
            field_operand(&f, b, j);
            check_product(&f, a, b);
        }
    field_end(&f);
    mpz_clears(a, b, NULL);
}

/* m = random, odd, of just so many bits. */
static void
make_modulus(struct gen *gen, mpz_t m, mp_bitcnt_t bits)
{
    moduli_integer(gen, m, (mp_size_t)(bits / GMP_LIMB_BITS) + 1);
    mpz_fdiv_r_2exp(m, m, bits);
    mpz_setbit(m, bits - 1);
    mpz_setbit(m, 0);
}

static const struct {
    mp_bitcnt_t first, last, step;
} lengths[] = {
    {2, 200, 1},
    {201, 400, 1},
    {401, 600, 1},
    {601, 2048, 37},
    {2049, 3000, 61},
    {3001, 4096, 73},
    {4090, 4096, 1},
};

START_TEST(every_length)
{
    struct deficits deficits = {{0}};
    struct gen gen = gen_begin();
    mpz_t m;

    mpz_init(m);
    for (mp_bitcnt_t bits = lengths[_i].first; bits <= lengths[_i].last;
         bits += lengths[_i].step)
        for (size_t i = 0; i < gen_count(5); i++) {
            make_modulus(&gen, m, bits);
            ck_assert_uint_eq(mpz_sizeinbase(m, 2), bits);
            check_modulus(m, &deficits);
        }
    ck_assert_uint_gt(deficits.seen[0], 0);
    ck_assert_uint_gt(deficits.seen[1], 0);
    mpz_clear(m);
}
END_TEST

/* With a top limb of 1 the estimate is at its worst: too small by two, in whole
 * products and in rows. */
START_TEST(worst_estimates)
{
    const mp_size_t limbs[] = {2, 3, 4, 5, 6, 7, 9, 16, LIMBS_MAX};
    struct gen gen = gen_begin();
    mpz_t m;

    mpz_init(m);
    for (size_t i = 0; i < sizeof limbs / sizeof *limbs; i++) {
        struct deficits deficits = {{0}};

        for (int j = 0; j < 10; j++) {
            make_modulus(
                &gen, m, (mp_bitcnt_t)(limbs[i] - 1) * GMP_LIMB_BITS + 1);
            check_modulus(m, &deficits);
        }
        ck_assert_msg(deficits.seen[2] > 0, "seed %" PRIu64 ", %ld limbs",
            gen.seed, (long)limbs[i]);
    }
    mpz_clear(m);
}
END_TEST

/* Whether one subtraction is enough, as prime.c says it: s + 2 + n <= t, with t
 * and s the top limbs of p and of B^(2n) mod p. */
static bool
one_is_enough(const struct field *f)
{
    const mp_size_t n = f->p.limbs;
    bool enough;
    mpz_t s;
    mpz_t t;

    mpz_init_set_ui(s, 1);
    mpz_init(t);
    mpz_mul_2exp(s, s, 2 * (mp_bitcnt_t)n * GMP_LIMB_BITS);
    mpz_fdiv_r(s, s, f->modulus);
    mpz_fdiv_q_2exp(s, s, (mp_bitcnt_t)(n - 1) * GMP_LIMB_BITS);
    mpz_fdiv_q_2exp(t, f->modulus, (mp_bitcnt_t)(n - 1) * GMP_LIMB_BITS);
    mpz_add_ui(s, s, 2 + (unsigned long)n);
    enough = mpz_cmp(s, t) <= 0;
    mpz_clears(s, t, NULL);
    return enough;
}

/* All small moduli, and ones of three limbs with a small top limb: on both sides
 * of what divides them. */
START_TEST(few_subtractions)
{
    struct deficits deficits = {{0}};
    unsigned long few = 0;
    unsigned long many = 0;
    struct gen gen = gen_begin();
    mpz_t top;
    mpz_t m;

    mpz_inits(m, top, NULL);
    for (unsigned long i = 3; i < 600; i++) {
        struct field f;

        mpz_set_ui(m, i);
        if (i % 2 == 0) {
            mpz_set_ui(top, i / 2);
            mpz_mul_2exp(top, top, 2 * GMP_LIMB_BITS);
            moduli_integer(&gen, m, 2);
            mpz_add(m, m, top);
            mpz_setbit(m, 0);
        }
        field_begin(&f, m, "small");
        ck_assert_uint_eq(f.p.subtractions, one_is_enough(&f) ? 1 : 3);
        few += f.p.subtractions == 1;
        many += f.p.subtractions == 3;
        check_multiples(&f, &deficits);
        field_end(&f);
    }
    ck_assert_uint_gt(few, 200);
    ck_assert_uint_gt(many, 10);
    mpz_clears(m, top, NULL);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("prime_reduce");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_loop_test(
        laws, every_length, 0, (int)(sizeof lengths / sizeof *lengths));
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, worst_estimates);
    tcase_add_test(bounds, few_subtractions);
    suite_add_tcase(suite, bounds);
    return suite;
}
