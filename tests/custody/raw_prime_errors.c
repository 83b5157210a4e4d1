/* SPDX-License-Identifier: ISC */
/* Raw sharing over a prime field: what is refused, and the primes that have
 * names. */
#include <keyshare/raw_prime.h>

#include <string.h>

#include "hex.h"
#include "primes.h"
#include "suite.h"

static struct scalars s;
static const uint8_t zeros[KEYSHARE_RAW_PRIME_SIZE_MAX];
static const uint8_t three[3] = {1, 2, 3};

/* P-256's order, and a secret of 1, unless a test says otherwise. */
static void
begin(void)
{
    size_t len;
    const uint8_t *modulus = keyshare_raw_prime_named(&len, "p256");
    mpz_t p;

    mpz_init(p);
    mpz_import(p, len, 1, 1, 1, 0, modulus);
    scalars_begin_with(&s, p);
    s.secret[s.len - 1] = 1;
    mpz_clear(p);
}

/* What is refused leaves zeros. */
static void
expect_split(keyshare_error expected, size_t threshold, const uint8_t *indices,
    size_t count)
{
    memset(s.values, 0xa5, sizeof s.values);
    ck_assert_int_eq(keyshare_raw_prime_split(s.shares, s.modulus, s.len,
                         s.secret, threshold, indices, count, NULL),
        expected);
    for (size_t i = 0; i < count && i < 3 && expected != KEYSHARE_OK; i++)
        ck_assert_mem_eq(s.values[i], zeros, s.len);
}

static void
expect_combine(keyshare_error expected, const uint8_t *indices, size_t count)
{
    uint8_t secret[KEYSHARE_RAW_PRIME_SIZE_MAX];

    memset(secret, 0xa5, sizeof secret);
    ck_assert_int_eq(keyshare_raw_prime_combine(
                         secret, s.modulus, s.len, s.chosen, indices, count),
        expected);
    if (expected == KEYSHARE_OK)
        ck_assert_mem_eq(secret, s.secret, s.len);
    else
        ck_assert_mem_eq(secret, zeros, s.len);
}

static void
expect_both(keyshare_error expected, const uint8_t *indices, size_t count)
{
    expect_split(expected, 2, indices, count);
    memset(s.values, 0, sizeof s.values);
    expect_combine(expected, indices, count);
}

START_TEST(pointers)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    begin();
    ck_assert_int_eq(keyshare_raw_prime_split(
                         NULL, s.modulus, s.len, s.secret, 2, NULL, 3, NULL),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_raw_prime_split(
                         s.shares, NULL, s.len, s.secret, 2, NULL, 3, NULL),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_mem_eq(s.values[2], zeros, s.len);
    ck_assert_int_eq(keyshare_raw_prime_split(
                         s.shares, s.modulus, s.len, NULL, 2, NULL, 3, NULL),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(keyshare_raw_prime_split(s.shares, s.modulus, s.len,
                         s.secret, 2, NULL, 3, &random),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_raw_prime_combine(NULL, s.modulus, s.len, s.chosen, three, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_int_eq(
        keyshare_raw_prime_combine(s.secret, NULL, s.len, s.chosen, three, 3),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_mem_eq(s.secret, zeros, s.len);
    ck_assert_int_eq(
        keyshare_raw_prime_combine(s.secret, s.modulus, s.len, NULL, three, 3),
        KEYSHARE_ERR_ARGUMENT);
    expect_combine(KEYSHARE_ERR_ARGUMENT, NULL, 3);
    s.shares[1] = NULL;
    s.chosen[1] = NULL;
    memset(s.values, 0xa5, sizeof s.values);
    ck_assert_int_eq(keyshare_raw_prime_split(s.shares, s.modulus, s.len,
                         s.secret, 2, NULL, 3, NULL),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_mem_eq(s.values[2], zeros, s.len);
    expect_combine(KEYSHARE_ERR_ARGUMENT, three, 3);
    scalars_end(&s);
}
END_TEST

START_TEST(moduli)
{
    begin();
    s.modulus[s.len - 1] ^= 1;
    expect_both(KEYSHARE_ERR_ARGUMENT, three, 3);
    s.modulus[s.len - 1] ^= 1;
    s.modulus[0] = 0;
    expect_both(KEYSHARE_ERR_ARGUMENT, three, 3);
    s.len = 1;
    for (unsigned small = 0; small < 3; small++) {
        s.modulus[0] = (uint8_t)small;
        expect_both(KEYSHARE_ERR_ARGUMENT, three, 3);
    }
    /* Of lengths out of range nothing is touched. */
    memset(s.values, 0xa5, sizeof s.values);
    memset(s.modulus, 0xff, sizeof s.modulus);
    for (size_t i = 0; i < 2; i++) {
        const size_t len = i == 0 ? 0 : KEYSHARE_RAW_PRIME_SIZE_MAX + 1;

        ck_assert_int_eq(keyshare_raw_prime_split(s.shares, s.modulus, len,
                             s.secret, 2, NULL, 3, NULL),
            KEYSHARE_ERR_ARGUMENT);
        ck_assert_int_eq(keyshare_raw_prime_combine(
                             s.values[0], s.modulus, len, s.chosen, three, 3),
            KEYSHARE_ERR_ARGUMENT);
        ck_assert_uint_eq(s.values[0][0], 0xa5);
    }
    scalars_end(&s);
}
END_TEST

START_TEST(policies)
{
    begin();
    expect_split(KEYSHARE_ERR_POLICY, 0, NULL, 3);
    expect_split(KEYSHARE_ERR_POLICY, 4, NULL, 3);
    expect_split(KEYSHARE_ERR_POLICY, (size_t)-1, NULL, 3);
    expect_split(KEYSHARE_OK, 3, NULL, 3);
    memset(s.values, 0xa5, sizeof s.values);
    ck_assert_int_eq(keyshare_raw_prime_split(s.shares, s.modulus, s.len,
                         s.secret, 1, NULL, 0, NULL),
        KEYSHARE_ERR_POLICY);
    ck_assert_int_eq(keyshare_raw_prime_split(s.shares, s.modulus, s.len,
                         s.secret, 1, NULL, 256, NULL),
        KEYSHARE_ERR_POLICY);
    ck_assert_uint_eq(s.values[0][0], 0xa5);
    expect_combine(KEYSHARE_ERR_POLICY, three, 0);
    expect_combine(KEYSHARE_ERR_POLICY, three, 256);
    scalars_end(&s);
}
END_TEST

START_TEST(indices)
{
    static const uint8_t zero[3] = {1, 0, 3};
    static const uint8_t twice[3] = {7, 1, 7};
    static const uint8_t large[3] = {4, 5, 1};
    static const uint8_t fine[3] = {4, 3, 1};

    begin();
    expect_both(KEYSHARE_ERR_INDEX, zero, 3);
    expect_both(KEYSHARE_ERR_INDEX, twice, 3);
    scalars_end(&s);
    scalars_begin(&s, 1); /* 5 */
    expect_both(KEYSHARE_ERR_INDEX, large, 3);
    expect_both(KEYSHARE_OK, fine, 3);
    expect_split(KEYSHARE_OK, 2, NULL, 4);
    expect_split(KEYSHARE_ERR_INDEX, 2, NULL, 5);
    scalars_end(&s);
    scalars_begin(&s, 3); /* 251 */
    expect_split(KEYSHARE_OK, 2, NULL, 250);
    expect_split(KEYSHARE_ERR_INDEX, 2, NULL, 251);
    scalars_end(&s);
    scalars_begin(&s, 4); /* 257 */
    expect_split(KEYSHARE_OK, 2, NULL, 255);
    scalars_end(&s);
}
END_TEST

/* p - 1 is one, p and what is above it are none: with 5 and 251 bytes that
 * hold more bits than the modulus has, too. */
START_TEST(scalars_not_below)
{
    scalars_begin(&s, _i);
    memcpy(s.secret, s.modulus, s.len);
    s.secret[s.len - 1] ^= 1;
    expect_split(KEYSHARE_OK, 1, NULL, 2);
    memcpy(s.secret, s.modulus, s.len);
    expect_split(KEYSHARE_ERR_FORMAT, 1, NULL, 2);
    expect_split(KEYSHARE_ERR_FORMAT, 2, NULL, 2);
    memset(s.secret, 0xff, s.len);
    expect_split(KEYSHARE_ERR_FORMAT, 2, NULL, 2);
    for (size_t i = 0; i < 2; i++) {
        memset(s.values, 0, sizeof s.values);
        memcpy(s.values[i], s.modulus, s.len);
        expect_combine(KEYSHARE_ERR_FORMAT, three, 2);
        memset(s.values[i], 0xff, s.len);
        expect_combine(KEYSHARE_ERR_FORMAT, three, 2);
    }
    scalars_end(&s);
}
END_TEST

/* What is no prime, and whose indices differ by what it shares a factor with,
 * is seen; nothing falls over where it is not. */
START_TEST(composite_moduli)
{
    static const uint8_t apart[2] = {1, 4};
    static const uint8_t multiple[2] = {3, 4};
    static const uint8_t fine[2] = {1, 2};
    mpz_t m;

    mpz_init_set_ui(m, 15);
    scalars_begin_with(&s, m);
    memset(s.values, 0, sizeof s.values);
    expect_combine(KEYSHARE_ERR_ARGUMENT, apart, 2);
    expect_combine(KEYSHARE_ERR_ARGUMENT, multiple, 2);
    expect_combine(KEYSHARE_OK, fine, 2);
    scalars_end(&s);
    mpz_ui_pow_ui(m, 3, 2584); /* the most that 4096 bits hold */
    scalars_begin_with(&s, m);
    ck_assert_uint_eq(s.len, KEYSHARE_RAW_PRIME_SIZE_MAX);
    s.secret[s.len - 1] = 7;
    expect_split(KEYSHARE_OK, 2, apart, 2);
    expect_combine(KEYSHARE_ERR_ARGUMENT, apart, 2);
    expect_split(KEYSHARE_OK, 2, fine, 2);
    expect_combine(KEYSHARE_OK, fine, 2);
    scalars_end(&s);
    mpz_clear(m);
}
END_TEST

/* ---- Names ---- */

static const struct {
    const char *name;
    const char *hex;
} named[] = {
    {"p256",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"},
    {"p384", "ffffffffffffffffffffffffffffffffffffffffffffffff"
             "c7634d81f4372ddf581a0db248b0a77aecec196accc52973"},
    {"secp256k1",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"},
    {"ed25519",
        "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"},
};

START_TEST(names)
{
    uint8_t expected[48];
    size_t len;
    const uint8_t *modulus = keyshare_raw_prime_named(&len, named[_i].name);
    mpz_t p;

    ck_assert_ptr_nonnull(modulus);
    ck_assert_uint_eq(len, strlen(named[_i].hex) / 2);
    hex_read(expected, len, named[_i].hex);
    ck_assert_mem_eq(modulus, expected, len);
    mpz_init(p);
    mpz_import(p, len, 1, 1, 1, 0, modulus);
    ck_assert_int_ne(mpz_probab_prime_p(p, 25), 0);
    scalars_begin_with(&s, p);
    s.secret[5] = 0x80;
    expect_split(KEYSHARE_OK, 2, NULL, 3);
    expect_combine(KEYSHARE_OK, three, 2);
    scalars_end(&s);
    mpz_clear(p);
}
END_TEST

START_TEST(no_names)
{
    static const char *const none[] = {
        "", "p25", "p256 ", "P256", "p521", "ed2551", "ed25519x"};

    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        size_t len = 7;

        ck_assert_ptr_null(keyshare_raw_prime_named(&len, none[i]));
        ck_assert_uint_eq(len, 0);
    }
    ck_assert_ptr_null(keyshare_raw_prime_named(NULL, "p256"));
    ck_assert_ptr_null(keyshare_raw_prime_named(&(size_t){1}, NULL));
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("raw_prime_errors");
    TCase *errors = tcase_create("errors");
    TCase *names_case = tcase_create("names");

    tcase_add_test(errors, pointers);
    tcase_add_test(errors, moduli);
    tcase_add_test(errors, policies);
    tcase_add_test(errors, indices);
    tcase_add_loop_test(errors, scalars_not_below, 0, PRIMES);
    tcase_add_test(errors, composite_moduli);
    suite_add_tcase(suite, errors);
    tcase_add_loop_test(
        names_case, names, 0, (int)(sizeof named / sizeof *named));
    tcase_add_test(names_case, no_names);
    suite_add_tcase(suite, names_case);
    return suite;
}
