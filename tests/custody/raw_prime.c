/* SPDX-License-Identifier: ISC */
/* Raw sharing over a prime field: shares against plain integers, every subset,
 * whatever indices, and a source that fails or is stuck. */
#include <keyshare/raw_prime.h>

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "gen.h"
#include "hex.h"
#include "primes.h"
#include "process.h"
#include "suite.h"

static struct scalars s;

/* A source that keeps what it gave, fails at draw FAILS_AT (from 1; 0: never),
 * and gives one value again and again instead, where there is one. */
static struct source {
    struct gen gen;
    const uint8_t *stuck; /* as long as a draw */
    size_t draws;
    size_t fails_at;
    uint8_t last[KEYSHARE_RAW_PRIME_SIZE_MAX];
    void (*seen)(const uint8_t *bytes, size_t len);
} source;

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    struct source *from = context;

    ck_assert_uint_eq(len, s.len);
    from->draws++;
    gen_bytes(&from->gen, bytes, len);
    if (from->stuck != NULL)
        memcpy(bytes, from->stuck, len);
    if (from->seen != NULL)
        from->seen(bytes, len);
    return from->draws == from->fails_at ? -1 : 0;
}

static keyshare_random
source_begin(void)
{
    keyshare_random random = KEYSHARE_RANDOM_INIT;

    memset(&source, 0, sizeof source);
    source.gen = gen_begin();
    random.fill = fill;
    random.context = &source;
    return random;
}

static void
make_secret(struct gen *gen, uint8_t *secret)
{
    mpz_t x;

    gen_bytes(gen, secret, s.len);
    mpz_init(x);
    scalars_get(&s, x, secret);
    mpz_fdiv_r(x, x, s.p);
    scalars_put(&s, secret, x);
    mpz_clear(x);
}

static keyshare_error
split(size_t threshold, size_t count, const uint8_t *indices,
    const keyshare_random *random)
{
    return keyshare_raw_prime_split(s.shares, s.modulus, s.len, s.secret,
        threshold, indices, count, random);
}

static bool
all_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* Combine the shares of a set of positions; whether they give the secret. */
static bool
gives_the_secret(const uint8_t *indices, const size_t *positions, size_t count)
{
    uint8_t x[KEYSHARE_RAW_PRIME_COUNT_MAX];
    uint8_t secret[KEYSHARE_RAW_PRIME_SIZE_MAX];

    for (size_t i = 0; i < count; i++) {
        x[i] = indices[positions[i]];
        s.chosen[i] = s.values[positions[i]];
    }
    memset(secret, 0xa5, sizeof secret);
    ck_assert_int_eq(keyshare_raw_prime_combine(
                         secret, s.modulus, s.len, s.chosen, x, count),
        KEYSHARE_OK);
    ck_assert(s.len == sizeof secret || secret[s.len] == 0xa5);
    return memcmp(secret, s.secret, s.len) == 0;
}

/* ---- Known answers: what was drawn, in plain integers ---- */

/* What was drawn and not rejected, the highest coefficient first. */
static mpz_t drawn[KEYSHARE_RAW_PRIME_COUNT_MAX];
static size_t drawn_count;
static size_t rejected;

static void
see(const uint8_t *bytes, size_t len)
{
    mpz_t x;

    mpz_init(x);
    mpz_import(x, len, 1, 1, 1, 0, bytes);
    mpz_fdiv_r_2exp(x, x, mpz_sizeinbase(s.p, 2));
    if (mpz_cmp(x, s.p) < 0)
        mpz_init_set(drawn[drawn_count++], x);
    else
        rejected++;
    mpz_clear(x);
}

static void
expect_share(size_t i, unsigned index)
{
    mpz_t value;
    mpz_t term;

    mpz_init_set_ui(value, 0);
    mpz_init(term);
    for (size_t k = 0; k < drawn_count; k++) {
        mpz_add(value, value, drawn[k]);
        mpz_mul_ui(value, value, index);
    }
    scalars_get(&s, term, s.secret);
    mpz_add(value, value, term);
    mpz_fdiv_r(value, value, s.p);
    scalars_get(&s, term, s.values[i]);
    ck_assert_msg(mpz_cmp(value, term) == 0, "seed %" PRIu64 ", index %u",
        source.gen.seed, index);
    mpz_clears(value, term, NULL);
}

static void
check_shares(size_t threshold, size_t count, const uint8_t *indices)
{
    keyshare_random random = source_begin();
    struct gen gen = gen_begin();

    drawn_count = 0;
    rejected = 0;
    source.seen = see;
    make_secret(&gen, s.secret);
    ck_assert_int_eq(split(threshold, count, indices, &random), KEYSHARE_OK);
    ck_assert_uint_eq(drawn_count, threshold - 1);
    ck_assert_uint_eq(source.draws, drawn_count + rejected);
    for (size_t i = 0; i < count; i++) {
        expect_share(i, indices == NULL ? (unsigned)i + 1 : indices[i]);
        ck_assert(
            s.len == KEYSHARE_RAW_PRIME_SIZE_MAX || s.values[i][s.len] == 0xa5);
    }
    for (size_t k = 0; k < drawn_count; k++)
        mpz_clear(drawn[k]);
}

START_TEST(shares_are_values_of_the_polynomial)
{
    static const size_t policies[][2] = {
        {1, 1}, {1, 3}, {2, 2}, {2, 3}, {5, 7}, {16, 32}, {3, 255}};
    struct gen gen = gen_begin();

    scalars_begin(&s, _i);
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        const size_t threshold = policies[i][0];
        const size_t count = policies[i][1];
        size_t chosen[KEYSHARE_RAW_PRIME_COUNT_MAX];
        uint8_t indices[KEYSHARE_RAW_PRIME_COUNT_MAX];

        if (count > s.count_max)
            continue;
        check_shares(threshold, count, NULL);
        gen_choice(&gen, chosen, count, s.count_max);
        for (size_t j = 0; j < count; j++)
            indices[j] = (uint8_t)(chosen[j] + 1);
        check_shares(threshold, count, indices);
    }
    scalars_end(&s);
}
END_TEST

/* ---- Subsets ---- */

static void
check_subsets(size_t threshold, size_t count, const uint8_t *indices)
{
    unsigned given = 0;

    for (unsigned set = 1; set < 1U << count; set++) {
        size_t positions[8];
        size_t size = 0;

        for (size_t i = 0; i < count; i++)
            if ((set >> i & 1) == 1)
                positions[size++] = i;
        if (size >= threshold)
            ck_assert_msg(gives_the_secret(indices, positions, size),
                "%zu of %zu, set %x", threshold, count, set);
        else
            given += gives_the_secret(indices, positions, size);
    }
    /* One in p of those that are too few happens to. */
    if (s.len > 8)
        ck_assert_uint_eq(given, 0);
}

START_TEST(every_subset)
{
    keyshare_random random = source_begin();
    struct gen gen = gen_begin();

    scalars_begin(&s, _i);
    for (size_t count = 1; count <= 5 && count <= s.count_max; count++)
        for (size_t threshold = 1; threshold <= count; threshold++) {
            size_t chosen[5];
            uint8_t indices[5];

            /* Inverting takes GMP a while: of long ones a few. */
            if (s.len > 100 && count != 4)
                continue;
            gen_choice(&gen, chosen, count, s.count_max);
            for (size_t i = 0; i < count; i++)
                indices[i] = (uint8_t)(chosen[i] + 1);
            make_secret(&gen, s.secret);
            ck_assert_int_eq(
                split(threshold, count, indices, &random), KEYSHARE_OK);
            check_subsets(threshold, count, indices);
        }
    scalars_end(&s);
}
END_TEST

/* 0 and p - 1, and the most there is: 255 of 255, from the system. */
START_TEST(edges)
{
    uint8_t indices[KEYSHARE_RAW_PRIME_COUNT_MAX];
    size_t positions[KEYSHARE_RAW_PRIME_COUNT_MAX];
    mpz_t x;

    for (size_t i = 0; i < KEYSHARE_RAW_PRIME_COUNT_MAX; i++) {
        indices[i] = (uint8_t)(i + 1);
        positions[KEYSHARE_RAW_PRIME_COUNT_MAX - 1 - i] = i;
    }
    scalars_begin(&s, _i);
    mpz_init(x);
    for (unsigned long i = 0; i < 2; i++) {
        const size_t count = s.count_max;
        size_t *first = positions + (KEYSHARE_RAW_PRIME_COUNT_MAX - count);

        mpz_sub_ui(x, s.p, 1);
        mpz_mul_ui(x, x, i);
        scalars_put(&s, s.secret, x);
        ck_assert_int_eq(split(count, count, NULL, NULL), KEYSHARE_OK);
        ck_assert(gives_the_secret(indices, first, count));
        ck_assert_int_eq(
            split((count + 1) / 2, count, NULL, NULL), KEYSHARE_OK);
        ck_assert(gives_the_secret(indices, first, (count + 1) / 2));
    }
    mpz_clear(x);
    scalars_end(&s);
}
END_TEST

/* Over 5, each coefficient that there is gives another value of one share, and
 * so whatever the secret is, that share is any. */
START_TEST(one_share_tells_nothing)
{
    scalars_begin(&s, 1);
    for (uint8_t secret = 0; secret < 5; secret++) {
        bool seen[4][5] = {{false}};

        for (uint8_t bits = 0; bits < 5; bits++) {
            /* Only three bits count, and more are given. */
            const uint8_t byte = (uint8_t)(bits | 0xa8);
            keyshare_random random = source_begin();

            source.stuck = &byte;
            s.secret[0] = secret;
            ck_assert_int_eq(split(2, 4, NULL, &random), KEYSHARE_OK);
            ck_assert_uint_eq(source.draws, 1);
            for (size_t i = 0; i < 4; i++) {
                ck_assert_uint_eq(
                    s.values[i][0], (secret + bits * (i + 1)) % 5);
                seen[i][s.values[i][0]] = true;
            }
        }
        for (size_t i = 0; i < 4; i++)
            for (size_t value = 0; value < 5; value++)
                ck_assert(seen[i][value]);
    }
    scalars_end(&s);
}
END_TEST

/* ---- Sources of randomness ---- */

static void
expect_zeroed(size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert(all_zero(s.values[i], s.len));
}

START_TEST(source_fails_at_each_draw)
{
    size_t fails_at = 1;

    scalars_begin(&s, _i);
    for (keyshare_error error = KEYSHARE_ERR_RANDOM; error != KEYSHARE_OK;) {
        const size_t count = s.count_max < 7 ? s.count_max : 7;
        keyshare_random random = source_begin();

        source.fails_at = fails_at;
        memset(s.values, 0xa5, sizeof s.values);
        s.secret[s.len - 1] = 1;
        error = split((count + 2) / 2, count, NULL, &random);
        if (error == KEYSHARE_OK) {
            ck_assert_uint_eq(source.draws, fails_at - 1);
            break;
        }
        ck_assert_int_eq(error, KEYSHARE_ERR_RANDOM);
        ck_assert_uint_eq(source.draws, fails_at++);
        expect_zeroed(count);
    }
    ck_assert_uint_gt(fails_at, 1);
    scalars_end(&s);
}
END_TEST

/* Always zero; always what has to be rejected; almost. */
START_TEST(source_is_stuck)
{
    uint8_t bytes[KEYSHARE_RAW_PRIME_SIZE_MAX] = {0};
    const size_t count = _i == 0 ? 2 : 3;
    keyshare_random random;

    scalars_begin(&s, _i);
    s.secret[s.len - 1] = 1;
    random = source_begin();
    source.stuck = bytes;
    ck_assert_int_eq(split(2, count, NULL, &random),
        s.len > 16 ? KEYSHARE_ERR_RANDOM : KEYSHARE_OK);
    ck_assert_uint_eq(source.draws, 1);
    for (size_t i = 0; i < count; i++)
        ck_assert_mem_eq(s.values[i], s.len > 16 ? bytes : s.secret, s.len);

    random = source_begin();
    source.stuck = s.modulus;
    memset(s.values, 0xa5, sizeof s.values);
    ck_assert_int_eq(split(2, count, NULL, &random), KEYSHARE_ERR_RANDOM);
    ck_assert_uint_eq(source.draws, 128);
    expect_zeroed(count);

    random = source_begin();
    memcpy(bytes, s.modulus, s.len);
    bytes[s.len - 1] ^= 1; /* p - 1 */
    source.stuck = bytes;
    ck_assert_int_eq(split(2, count, NULL, &random), KEYSHARE_OK);
    ck_assert_uint_eq(source.draws, 1);
    scalars_end(&s);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("raw_prime");
    TCase *laws = tcase_create("laws");
    TCase *sources = tcase_create("sources");

    tcase_add_loop_test(laws, shares_are_values_of_the_polynomial, 0, PRIMES);
    tcase_add_loop_test(laws, every_subset, 0, PRIMES);
    tcase_add_loop_test(laws, edges, 0, PRIMES);
    tcase_add_test(laws, one_share_tells_nothing);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(sources, source_fails_at_each_draw, 0, PRIMES);
    tcase_add_loop_test(sources, source_is_stuck, 0, PRIMES);
    suite_add_tcase(suite, sources);
    return suite;
}
