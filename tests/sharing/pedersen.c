/* SPDX-License-Identifier: ISC */
/* Pedersen commitments: H is what the design says, commitments are sums, and
 * what a share has to open is the sum of all terms. */
#include "pedersen.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "gen.h"
#include "suite.h"
#include "vectors.h"

#define SIZE          32
#define THRESHOLD_MAX 5
#define COUNT_MAX     255

static const uint8_t identity[SIZE];

static void
make_scalar(struct gen *gen, uint8_t *s)
{
    uint8_t wide[64];

    gen_bytes(gen, wide, sizeof wide);
    crypto_core_ristretto255_scalar_reduce(s, wide);
}

static void
make_element(struct gen *gen, uint8_t *a)
{
    uint8_t wide[64];

    gen_bytes(gen, wide, sizeof wide);
    crypto_core_ristretto255_from_hash(a, wide);
}

/* ---- H ---- */

START_TEST(h_is_derived)
{
    static const char text[] = "libkeyshare/v1/pedersen/H";
    uint8_t digest[64];
    uint8_t h[SIZE];

    crypto_hash_sha512(digest, (const uint8_t *)text, sizeof text - 1);
    crypto_core_ristretto255_from_hash(h, digest);
    ck_assert_mem_eq(keyshare_pedersen_h, h, SIZE);
}
END_TEST

START_TEST(h_is_the_vectors)
{
    json_t *file = vectors_load("custody.json");
    struct bytes h = vectors_bytes(file, "generator H");

    ck_assert_uint_eq(h.len, SIZE);
    ck_assert_mem_eq(keyshare_pedersen_h, h.bytes, SIZE);
    free(h.bytes);
    json_decref(file);
}
END_TEST

/* ---- Commitments ---- */

/* commitment = f B + g H by libsodium, neither of them zero. */
static void
reference_commit(uint8_t *commitment, const uint8_t *f, const uint8_t *g)
{
    uint8_t a[SIZE];
    uint8_t b[SIZE];

    ck_assert_int_eq(crypto_scalarmult_ristretto255_base(a, f), 0);
    ck_assert_int_eq(
        crypto_scalarmult_ristretto255(b, g, keyshare_pedersen_h), 0);
    ck_assert_int_eq(crypto_core_ristretto255_add(commitment, a, b), 0);
}

START_TEST(commit_is_the_sum)
{
    struct gen gen = gen_begin();

    for (size_t i = 0; i < gen_count(100); i++) {
        uint8_t f[SIZE];
        uint8_t g[SIZE];
        uint8_t ours[SIZE];
        uint8_t theirs[SIZE];

        make_scalar(&gen, f);
        make_scalar(&gen, g);
        keyshare_pedersen_commit(ours, f, g);
        reference_commit(theirs, f, g);
        ck_assert_msg(memcmp(ours, theirs, SIZE) == 0,
            "seed %" PRIu64 " case %zu", gen.seed, i);
    }
}
END_TEST

/* Where f or g is zero, or the sum cancels, nothing is special. */
START_TEST(commit_of_zeros)
{
    const uint8_t zero[SIZE] = {0};
    struct gen gen = gen_begin();
    uint8_t s[SIZE];
    uint8_t expected[SIZE];
    uint8_t r[SIZE];

    make_scalar(&gen, s);
    memset(r, 0xa5, sizeof r);
    keyshare_pedersen_commit(r, zero, zero);
    ck_assert_mem_eq(r, identity, SIZE);
    keyshare_pedersen_commit(r, s, zero);
    ck_assert_int_eq(crypto_scalarmult_ristretto255_base(expected, s), 0);
    ck_assert_mem_eq(r, expected, SIZE);
    keyshare_pedersen_commit(r, zero, s);
    ck_assert_int_eq(
        crypto_scalarmult_ristretto255(expected, s, keyshare_pedersen_h), 0);
    ck_assert_mem_eq(r, expected, SIZE);
}
END_TEST

/* ---- What a share has to open ---- */

/* value = sum of index^k C_k, each term on its own. */
static void
reference_evaluate(uint8_t *value, uint8_t commitments[][SIZE],
    size_t threshold, unsigned index)
{
    const uint8_t scalar[SIZE] = {(uint8_t)index};
    uint8_t power[SIZE] = {1};

    memset(value, 0, SIZE);
    for (size_t k = 0; k < threshold; k++) {
        uint8_t term[SIZE];

        (void)!crypto_scalarmult_ristretto255(term, power, commitments[k]);
        ck_assert_int_eq(crypto_core_ristretto255_add(value, value, term), 0);
        crypto_core_ristretto255_scalar_mul(power, power, scalar);
    }
}

/* At every index, one by one and all at once. */
static void
check_evaluate(
    uint8_t commitments[][SIZE], size_t threshold, const struct gen *gen)
{
    static uint8_t all[COUNT_MAX][SIZE];
    uint8_t room[THRESHOLD_MAX][SIZE];
    mp_limb_t *scratch = malloc(
        (size_t)keyshare_prime_itch(&keyshare_scalar_field) * sizeof *scratch);

    ck_assert_ptr_nonnull(scratch);
    keyshare_pedersen_evaluate_all(
        all[0], commitments[0], threshold, COUNT_MAX, room[0], scratch);
    for (unsigned i = 1; i <= COUNT_MAX; i++) {
        uint8_t expected[SIZE];
        uint8_t value[SIZE];

        reference_evaluate(expected, commitments, threshold, i);
        keyshare_pedersen_evaluate(value, commitments[0], threshold, i);
        ck_assert_msg(memcmp(value, expected, SIZE) == 0,
            "seed %" PRIu64 " threshold %zu index %u", gen->seed, threshold, i);
        ck_assert_msg(memcmp(all[i - 1], expected, SIZE) == 0,
            "seed %" PRIu64 " threshold %zu, all, index %u", gen->seed,
            threshold, i);
    }
    free(scratch);
}

START_TEST(evaluate_is_the_sum_of_terms)
{
    const size_t threshold = (size_t)_i;
    struct gen gen = gen_begin();
    uint8_t commitments[THRESHOLD_MAX][SIZE];

    for (size_t k = 0; k < threshold; k++)
        make_element(&gen, commitments[k]);
    check_evaluate(commitments, threshold, &gen);
}
END_TEST

/* C_0 = -7 C_1, C_2 = -C_3: sums on the way, and at index 7 with two terms the
 * value itself, are the identity. */
START_TEST(evaluate_through_the_identity)
{
    struct gen gen = gen_begin();
    const uint8_t seven[SIZE] = {7};
    uint8_t commitments[THRESHOLD_MAX][SIZE];
    uint8_t value[SIZE];

    make_element(&gen, commitments[1]);
    ck_assert_int_eq(
        crypto_scalarmult_ristretto255(value, seven, commitments[1]), 0);
    crypto_core_ristretto255_sub(commitments[0], identity, value);
    make_element(&gen, commitments[2]);
    crypto_core_ristretto255_sub(commitments[3], identity, commitments[2]);
    check_evaluate(commitments, 2, &gen);
    check_evaluate(commitments, 4, &gen);
    keyshare_pedersen_evaluate(value, commitments[0], 2, 7);
    ck_assert_mem_eq(value, identity, SIZE);
}
END_TEST

/* Up to each count, nothing is written behind the last value. */
START_TEST(evaluate_all_of_any_count)
{
    struct gen gen = gen_begin();
    uint8_t commitments[THRESHOLD_MAX][SIZE];
    uint8_t room[THRESHOLD_MAX][SIZE];
    mp_limb_t *scratch = malloc(
        (size_t)keyshare_prime_itch(&keyshare_scalar_field) * sizeof *scratch);

    ck_assert_ptr_nonnull(scratch);
    for (size_t k = 0; k < THRESHOLD_MAX; k++)
        make_element(&gen, commitments[k]);
    for (size_t count = 1; count <= 12; count++) {
        uint8_t *values = malloc(count * SIZE);
        uint8_t value[SIZE];

        ck_assert_ptr_nonnull(values);
        keyshare_pedersen_evaluate_all(
            values, commitments[0], THRESHOLD_MAX, count, room[0], scratch);
        for (unsigned i = 1; i <= count; i++) {
            keyshare_pedersen_evaluate(value, commitments[0], THRESHOLD_MAX, i);
            ck_assert_mem_eq(values + (i - 1) * SIZE, value, SIZE);
        }
        free(values);
    }
    free(scratch);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("pedersen");
    TCase *vectors = tcase_create("vectors");
    TCase *laws = tcase_create("laws");
    TCase *bounds = tcase_create("bounds");

    tcase_add_test(vectors, h_is_derived);
    tcase_add_test(vectors, h_is_the_vectors);
    suite_add_tcase(suite, vectors);
    tcase_add_test(laws, commit_is_the_sum);
    tcase_add_loop_test(
        laws, evaluate_is_the_sum_of_terms, 1, THRESHOLD_MAX + 1);
    suite_add_tcase(suite, laws);
    tcase_add_test(bounds, commit_of_zeros);
    tcase_add_test(bounds, evaluate_through_the_identity);
    tcase_add_test(bounds, evaluate_all_of_any_count);
    suite_add_tcase(suite, bounds);
    return suite;
}
