/* SPDX-License-Identifier: ISC */
/* The prime field against GMP's plain integers (mpz), whose code for the same
 * operations is another: moduli of every size from 1 to 64 limbs, with the
 * operands at their edges. The modulus need not be prime but for inverses. */
#include "prime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "moduli.h"
#include "suite.h"

/* ---- Sums, differences, products ---- */

typedef void operation(const struct field *f, mp_limb_t *r, const mp_limb_t *a,
    const mp_limb_t *b);

static void
add(const struct field *f, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b)
{
    keyshare_prime_add(&f->p, r, a, b, f->scratch);
}

static void
sub(const struct field *f, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b)
{
    keyshare_prime_sub(&f->p, r, a, b);
}

static void
mul(const struct field *f, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b)
{
    keyshare_prime_mul(&f->p, r, a, b, f->scratch);
}

static const struct {
    const char *name;
    operation *ours;
    void (*theirs)(mpz_ptr r, mpz_srcptr a, mpz_srcptr b);
} operations[] = {
    {"a + b", add, mpz_add},
    {"a - b", sub, mpz_sub},
    {"a * b", mul, mpz_mul},
};
#define OPERATIONS ((int)(sizeof operations / sizeof *operations))

static int current; /* the operation that check_pairs is run for */

/* One pair of operands: the result apart, and in each operand's place. */
static void
check_pair(struct field *f, const mpz_t a, const mpz_t b)
{
    const char *name = operations[current].name;
    operation *ours = operations[current].ours;
    mpz_t expected;

    mpz_init(expected);
    operations[current].theirs(expected, a, b);
    mpz_fdiv_r(expected, expected, f->modulus);
    field_load(f, a, b);
    ours(f, f->r, f->a, f->b);
    field_expect(f, f->r, expected, name);
    field_expect(f, f->a, a, "operand a is as it was");
    field_expect(f, f->b, b, "operand b is as it was");
    ours(f, f->a, f->a, f->b);
    field_expect(f, f->a, expected, name);
    field_load(f, a, b);
    ours(f, f->b, f->a, f->b);
    field_expect(f, f->b, expected, name);
    if (mpz_cmp(a, b) == 0) {
        field_load(f, a, b);
        ours(f, f->a, f->a, f->a);
        field_expect(f, f->a, expected, name);
    }
    mpz_clear(expected);
}

static void
check_pairs(struct field *f)
{
    mpz_t a;
    mpz_t b;

    mpz_inits(a, b, NULL);
    for (int i = 0; i < OPERANDS; i++)
        for (int j = 0; j < OPERANDS; j++) {
            field_operand(f, a, i);
            field_operand(f, b, j);
            check_pair(f, a, b);
        }
    mpz_clears(a, b, NULL);
}

START_TEST(arithmetic)
{
    current = _i;
    for_all_moduli(check_pairs);
}
END_TEST

/* A modulus that is small enough for all pairs. */
START_TEST(arithmetic_exhaustively)
{
    static const unsigned long moduli[] = {3, 5, 13, 255};

    for (size_t m = 0; m < sizeof moduli / sizeof *moduli; m++) {
        struct field f;
        mpz_t a;
        mpz_t b;

        mpz_init_set_ui(a, moduli[m]);
        mpz_init(b);
        field_begin(&f, a, "small");
        for (unsigned long i = 0; i < moduli[m]; i++)
            for (unsigned long j = 0; j < moduli[m]; j++) {
                mpz_set_ui(a, i);
                mpz_set_ui(b, j);
                for (current = 0; current < OPERATIONS; current++)
                    check_pair(&f, a, b);
            }
        field_end(&f);
        mpz_clears(a, b, NULL);
    }
}
END_TEST

static void
check_indices(struct field *f)
{
    static const unsigned indices[] = {0, 1, 2, 3, 7, 254, 255, 256, 0xffff};
    mpz_t a;
    mpz_t expected;

    mpz_inits(a, expected, NULL);
    for (int i = 0; i < OPERANDS; i++)
        for (size_t w = 0; w < sizeof indices / sizeof *indices; w++) {
            field_operand(f, a, i);
            mpz_mul_ui(expected, a, indices[w]);
            mpz_fdiv_r(expected, expected, f->modulus);
            moduli_set(f->a, f->p.limbs, a);
            keyshare_prime_mul_index(&f->p, f->r, f->a, indices[w], f->scratch);
            field_expect(f, f->r, expected, "a * index");
            keyshare_prime_mul_index(&f->p, f->a, f->a, indices[w], f->scratch);
            field_expect(f, f->a, expected, "a = a * index");
        }
    mpz_clears(a, expected, NULL);
}

START_TEST(mul_index)
{
    for_all_moduli(check_indices);
}
END_TEST

/* ---- Reduction ---- */

/* Of COUNT limbs: random, all ones, or the largest multiple of p. */
static void
make_wide(struct field *f, mpz_t x, mp_size_t count, int which)
{
    moduli_integer(&f->gen, x, count);
    if (which == 0)
        return;
    mpz_set_ui(x, 1);
    mpz_mul_2exp(x, x, (mp_bitcnt_t)count * GMP_LIMB_BITS);
    mpz_sub_ui(x, x, 1);
    if (which == 2) {
        mpz_fdiv_q(x, x, f->modulus);
        mpz_mul(x, x, f->modulus);
    }
}

static void
check_reduce(struct field *f)
{
    const mp_size_t n = f->p.limbs;
    mpz_t x;
    mpz_t expected;

    mpz_inits(x, expected, NULL);
    for (mp_size_t count = n; count <= 2 * n; count++)
        for (int which = 0; which < 3; which++) {
            /* Of long ones, each count with one of the three. */
            if (n > 8 && which != count % 3)
                continue;
            make_wide(f, x, count, which);
            mpz_fdiv_r(expected, x, f->modulus);
            moduli_set(f->wide, count, x);
            keyshare_prime_reduce(&f->p, f->r, f->wide, count, f->scratch);
            field_expect(f, f->r, expected, "a mod p");
            keyshare_prime_reduce(&f->p, f->wide, f->wide, count, f->scratch);
            field_expect(f, f->wide, expected, "a = a mod p");
        }
    mpz_clears(x, expected, NULL);
}

START_TEST(reduce)
{
    for_all_moduli(check_reduce);
}
END_TEST

static void
check_is_reduced_of(struct field *f, const mpz_t x)
{
    uint32_t expected = mpz_cmp(x, f->modulus) < 0 ? UINT32_MAX : 0;

    /* What more than n limbs hold is no question. */
    if (mpz_size(x) > (size_t)f->p.limbs)
        return;
    moduli_set(f->a, f->p.limbs, x);
    ck_assert_msg(
        keyshare_prime_is_reduced(&f->p, f->a, f->scratch) == expected,
        "is_reduced, modulus %s", f->name);
}

static void
check_is_reduced(struct field *f)
{
    mpz_t x;

    mpz_init_set_ui(x, 0);
    check_is_reduced_of(f, x);
    mpz_sub_ui(x, f->modulus, 1);
    check_is_reduced_of(f, x);
    check_is_reduced_of(f, f->modulus);
    mpz_add_ui(x, f->modulus, 1);
    check_is_reduced_of(f, x);
    make_wide(f, x, f->p.limbs, 1);
    check_is_reduced_of(f, x);
    for (int i = 0; i < 5; i++) {
        moduli_integer(&f->gen, x, f->p.limbs);
        check_is_reduced_of(f, x);
    }
    mpz_clear(x);
}

START_TEST(is_reduced)
{
    for_all_moduli(check_is_reduced);
}
END_TEST

/* Every single bit of every limb counts. */
static void
check_is_zero(struct field *f)
{
    const mp_size_t n = f->p.limbs;

    memset(f->a, 0, (size_t)n * sizeof *f->a);
    ck_assert_uint_eq(keyshare_prime_is_zero(&f->p, f->a), UINT32_MAX);
    for (mp_size_t i = 0; i < n; i++) {
        for (unsigned bit = 0; bit < GMP_LIMB_BITS; bit++) {
            f->a[i] = (mp_limb_t)1 << bit;
            ck_assert_msg(keyshare_prime_is_zero(&f->p, f->a) == 0,
                "limb %ld bit %u", (long)i, bit);
        }
        f->a[i] = 0;
    }
}

START_TEST(is_zero)
{
    for_all_moduli(check_is_zero);
}
END_TEST

/* ---- Inverses ---- */

/* Where there is an inverse it is that, and where there is none (of 0; in a
 * ring also of others) the answer is 0. */
static void
check_inverses(struct field *f)
{
    mpz_t a;
    mpz_t expected;

    mpz_inits(a, expected, NULL);
    for (int i = 0; i < OPERANDS + 2; i++) {
        /* Inverting takes GMP a while: of long ones 0 and two random. */
        if (f->p.limbs > 8 && i > 0 && i < OPERANDS)
            continue;
        field_operand(f, a, i < OPERANDS ? i : OPERANDS - 1);
        if (mpz_invert(expected, a, f->modulus) == 0)
            mpz_set_ui(expected, 0);
        moduli_set(f->a, f->p.limbs, a);
        keyshare_prime_invert(&f->p, f->r, f->a, f->scratch);
        field_expect(f, f->r, expected, "1 / a");
        field_expect(f, f->a, a, "operand a is as it was");
        keyshare_prime_invert(&f->p, f->a, f->a, f->scratch);
        field_expect(f, f->a, expected, "a = 1 / a");
    }
    mpz_clears(a, expected, NULL);
}

START_TEST(invert_in_rings)
{
    for_all_moduli(check_inverses);
}
END_TEST

/* 2^exponent + difference: primes of one to fifty limbs. */
static const struct {
    mp_bitcnt_t exponent;
    long difference;
} primes[] = {
    {1, 1},
    {2, 1},
    {2, 3},
    {8, 1},
    {16, 1},
    {31, -1},
    {32, -5},
    {61, -1},
    {64, -59},
    {89, -1},
    {107, -1},
    {127, -1},
    {128, -159},
    {255, -19},
    {256, -189},
    {448, -207},
    {521, -1},
    {607, -1},
    {1279, -1},
    {2203, -1},
    {3217, -1},
};

START_TEST(invert_in_fields)
{
    struct field f;
    mpz_t m;

    mpz_init_set_ui(m, 1);
    mpz_mul_2exp(m, m, primes[_i].exponent);
    if (primes[_i].difference < 0)
        mpz_sub_ui(m, m, (unsigned long)-primes[_i].difference);
    else
        mpz_add_ui(m, m, (unsigned long)primes[_i].difference);
    ck_assert_int_ne(mpz_probab_prime_p(m, 2), 0);
    field_begin(&f, m, "prime");
    for (size_t i = 0; i < gen_count(10); i++)
        check_inverses(&f);
    field_end(&f);
    mpz_clear(m);
}
END_TEST

/* In a small field, all of them. */
START_TEST(invert_exhaustively)
{
    struct field f;
    mpz_t m;

    mpz_init_set_ui(m, 257);
    field_begin(&f, m, "257");
    for (mp_limb_t a = 0; a < 257; a++) {
        f.a[0] = a;
        keyshare_prime_invert(&f.p, f.r, f.a, f.scratch);
        ck_assert_uint_lt(f.r[0], 257);
        ck_assert_uint_eq(f.r[0] * a % 257, a != 0);
    }
    field_end(&f);
    mpz_clear(m);
}
END_TEST

/* ---- Bytes ---- */

/* Every number of bytes, into just as many limbs as they need and into more. */
START_TEST(load_and_store)
{
    struct gen gen = gen_begin();
    uint8_t bytes[5 * LIMB_SIZE];
    uint8_t reversed[sizeof bytes];
    mpz_t x;
    mpz_t expected;

    mpz_init(expected);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        mp_size_t least = keyshare_prime_limbs(len);

        ck_assert_int_eq(least, (mp_size_t)((len + LIMB_SIZE - 1) / LIMB_SIZE));
        gen_bytes(&gen, bytes, len);
        mpz_import(expected, len, -1, 1, 0, 0, bytes);
        for (mp_size_t count = least == 0 ? 1 : least; count <= 6; count++) {
            mp_limb_t *limbs = moduli_limbs(count);
            uint8_t stored[sizeof bytes + 2];

            keyshare_prime_load(limbs, count, bytes, len);
            ck_assert_int_eq(
                mpz_cmp(mpz_roinit_n(x, limbs, count), expected), 0);
            memset(stored, 0xa5, sizeof stored);
            keyshare_prime_store(stored + 1, len, limbs, count);
            ck_assert_mem_eq(stored + 1, bytes, len);
            for (size_t i = 0; i < len; i++)
                reversed[i] = bytes[len - 1 - i];
            memset(stored, 0xa5, sizeof stored);
            keyshare_prime_store_big(stored + 1, len, limbs, count);
            ck_assert_mem_eq(stored + 1, reversed, len);
            memset(limbs, 0xa5, (size_t)count * sizeof *limbs);
            keyshare_prime_load_big(limbs, count, reversed, len);
            ck_assert_int_eq(
                mpz_cmp(mpz_roinit_n(x, limbs, count), expected), 0);
            ck_assert_uint_eq(stored[0], 0xa5);
            ck_assert_uint_eq(stored[len + 1], 0xa5);
            free(limbs);
        }
    }
    mpz_clear(expected);
}
END_TEST

/* Bytes beyond the limbs are zeros, limbs beyond the bytes are cut off. */
START_TEST(store_fills_and_cuts_off)
{
    const mp_limb_t limbs[2] = {(mp_limb_t)-1, (mp_limb_t)-1};
    uint8_t bytes[4 * LIMB_SIZE];

    for (size_t len = 0; len <= sizeof bytes; len++) {
        memset(bytes, 0xa5, sizeof bytes);
        keyshare_prime_store(bytes, len, limbs, 2);
        for (size_t i = 0; i < sizeof bytes; i++)
            ck_assert_uint_eq(bytes[i], i >= len            ? 0xa5
                                        : i < 2 * LIMB_SIZE ? 0xff
                                                            : 0);
        memset(bytes, 0xa5, sizeof bytes);
        keyshare_prime_store_big(bytes, len, limbs, 2);
        for (size_t i = 0; i < sizeof bytes; i++)
            ck_assert_uint_eq(bytes[i], i >= len                   ? 0xa5
                                        : len - i <= 2 * LIMB_SIZE ? 0xff
                                                                   : 0);
    }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("prime");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_loop_test(laws, arithmetic, 0, OPERATIONS);
    tcase_add_test(laws, arithmetic_exhaustively);
    tcase_add_test(laws, mul_index);
    tcase_add_test(laws, reduce);
    tcase_add_test(laws, invert_in_rings);
    tcase_add_loop_test(
        laws, invert_in_fields, 0, (int)(sizeof primes / sizeof *primes));
    tcase_add_test(laws, invert_exhaustively);
    tcase_add_test(laws, load_and_store);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, is_reduced);
    tcase_add_test(bounds, is_zero);
    tcase_add_test(bounds, store_fills_and_cuts_off);
    suite_add_tcase(suite, bounds);
    return suite;
}
