/* SPDX-License-Identifier: ISC */
/* Polynomials over prime fields, against GMP's plain integers (mpz). */
#include "polynomial.h"

#include <inttypes.h>
#include <stdlib.h>

#include "gen.h"
#include "suite.h"

#define COUNT_MAX 255

/* The smallest above all indices; L; P-256's; 2^521 - 1. */
static const char *const primes[] = {
    "101",
    "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed",
    "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    ("1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
};
#define PRIMES ((int)(sizeof primes / sizeof *primes))

/* A field with a polynomial, in arrays just as long as they have to be. */
struct field {
    struct prime p;
    mpz_t modulus;
    mp_limb_t *limbs;
    mp_limb_t *reciprocal;
    mp_limb_t *coefficients;
    mp_limb_t *scratch;
    struct gen gen;
};

static mp_limb_t *
elements_new(const struct field *f, size_t count)
{
    mp_limb_t *limbs = calloc(count * (size_t)f->p.limbs, sizeof *limbs);

    ck_assert_ptr_nonnull(limbs);
    return limbs;
}

static mpz_srcptr
element(const struct field *f, mpz_t x, const mp_limb_t *elements, size_t k)
{
    return mpz_roinit_n(x, elements + k * (size_t)f->p.limbs, f->p.limbs);
}

static void
field_begin(struct field *f, const char *prime, size_t threshold)
{
    size_t n;

    ck_assert_int_eq(mpz_init_set_str(f->modulus, prime, 16), 0);
    ck_assert_int_ne(mpz_probab_prime_p(f->modulus, 25), 0);
    n = mpz_size(f->modulus);
    f->p.limbs = (mp_size_t)n;
    f->limbs = elements_new(f, 1);
    for (size_t i = 0; i < n; i++)
        f->limbs[i] = mpz_getlimbn(f->modulus, (mp_size_t)i);
    f->reciprocal = elements_new(f, 2);
    f->scratch = calloc(
        (size_t)keyshare_prime_begin_itch(f->p.limbs), sizeof *f->scratch);
    ck_assert_ptr_nonnull(f->scratch);
    keyshare_prime_begin(
        &f->p, f->limbs, (mp_size_t)n, f->reciprocal, f->scratch);
    free(f->scratch);
    f->scratch =
        malloc((size_t)keyshare_prime_itch(&f->p) * sizeof *f->scratch);
    ck_assert_ptr_nonnull(f->scratch);
    f->gen = gen_begin();
    f->coefficients = elements_new(f, threshold);
    for (size_t k = 0; k < threshold * n; k++)
        f->coefficients[k] = (mp_limb_t)gen_next(&f->gen);
    for (size_t k = 0; k < threshold; k++)
        keyshare_prime_reduce(&f->p, f->coefficients + k * n,
            f->coefficients + k * n, f->p.limbs, f->scratch);
}

static void
field_end(struct field *f)
{
    mpz_clear(f->modulus);
    free(f->limbs);
    free(f->reciprocal);
    free(f->coefficients);
    free(f->scratch);
}

/* ---- Values ---- */

static void
reference_evaluate(
    const struct field *f, mpz_t value, size_t threshold, unsigned x)
{
    mpz_t c;

    mpz_set_ui(value, 0);
    for (size_t k = threshold; k-- > 0;) {
        mpz_mul_ui(value, value, x);
        mpz_add(value, value, element(f, c, f->coefficients, k));
        mpz_fdiv_r(value, value, f->modulus);
    }
}

static const size_t thresholds[] = {1, 2, 3, 5, 16, COUNT_MAX};

START_TEST(evaluate_is_horners_rule)
{
    for (size_t t = 0; t < sizeof thresholds / sizeof *thresholds; t++) {
        struct field f;
        mp_limb_t *value;
        mpz_t x;
        mpz_t expected;

        field_begin(&f, primes[_i], thresholds[t]);
        value = elements_new(&f, 1);
        mpz_init(expected);
        for (unsigned i = 0; i <= COUNT_MAX; i++) {
            reference_evaluate(&f, expected, thresholds[t], i);
            keyshare_polynomial_evaluate(
                &f.p, value, f.coefficients, thresholds[t], i, f.scratch);
            ck_assert_msg(mpz_cmp(element(&f, x, value, 0), expected) == 0,
                "seed %" PRIu64 " threshold %zu x %u", f.gen.seed,
                thresholds[t], i);
        }
        free(value);
        mpz_clear(expected);
        field_end(&f);
    }
}
END_TEST

/* ---- Weights ---- */

/* The product over i != j of x_i / (x_i - x_j), factor by factor. */
static void
reference_weight(const struct field *f, mpz_t weight, const uint8_t *indices,
    size_t count, size_t j)
{
    mpz_t difference;

    mpz_init(difference);
    mpz_set_ui(weight, 1);
    for (size_t i = 0; i < count; i++) {
        if (i == j)
            continue;
        mpz_set_si(difference, (long)indices[i] - (long)indices[j]);
        ck_assert_int_ne(mpz_invert(difference, difference, f->modulus), 0);
        mpz_mul(weight, weight, difference);
        mpz_mul_ui(weight, weight, indices[i]);
        mpz_fdiv_r(weight, weight, f->modulus);
    }
    mpz_clear(difference);
}

/* Weights are the formula's, and give f(0) from the values. */
static void
check_weights(struct field *f, const uint8_t *indices, size_t count)
{
    mp_limb_t *weights = elements_new(f, count);
    mp_limb_t *room = elements_new(f, count + 2);
    mpz_t x;
    mpz_t expected;
    mpz_t sum;

    mpz_inits(expected, sum, NULL);
    keyshare_polynomial_weights(
        &f->p, weights, indices, count, room, f->scratch);
    for (size_t j = 0; j < count; j++) {
        mpz_t weight;

        reference_weight(f, expected, indices, count, j);
        ck_assert_msg(mpz_cmp(element(f, weight, weights, j), expected) == 0,
            "seed %" PRIu64 " count %zu weight %zu", f->gen.seed, count, j);
        keyshare_polynomial_evaluate(
            &f->p, room, f->coefficients, count, indices[j], f->scratch);
        mpz_addmul(sum, element(f, weight, weights, j), element(f, x, room, 0));
    }
    mpz_fdiv_r(sum, sum, f->modulus);
    ck_assert_msg(mpz_cmp(sum, element(f, x, f->coefficients, 0)) == 0,
        "seed %" PRIu64 " count %zu", f->gen.seed, count);
    free(weights);
    free(room);
    mpz_clears(expected, sum, NULL);
}

START_TEST(weights_are_the_formulas)
{
    for (size_t count = 1; count <= 12; count++) {
        struct field f;

        field_begin(&f, primes[_i], count);
        for (size_t c = 0; c < gen_count(10); c++) {
            size_t chosen[12];
            uint8_t indices[12];

            gen_choice(&f.gen, chosen, count, COUNT_MAX);
            for (size_t j = 0; j < count; j++)
                indices[j] = (uint8_t)(chosen[j] + 1);
            check_weights(&f, indices, count);
        }
        field_end(&f);
    }
}
END_TEST

START_TEST(weights_of_all_indices)
{
    struct field f;
    uint8_t indices[COUNT_MAX];

    for (size_t i = 0; i < COUNT_MAX; i++)
        indices[i] = (uint8_t)(i + 1);
    field_begin(&f, primes[_i], COUNT_MAX);
    check_weights(&f, indices, COUNT_MAX);
    field_end(&f);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("polynomial");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_loop_test(laws, evaluate_is_horners_rule, 0, PRIMES);
    tcase_add_loop_test(laws, weights_are_the_formulas, 0, PRIMES);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(bounds, weights_of_all_indices, 0, PRIMES);
    suite_add_tcase(suite, bounds);
    return suite;
}
