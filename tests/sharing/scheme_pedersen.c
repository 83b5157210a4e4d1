/* SPDX-License-Identifier: ISC */
/* The scheme pedersen: only reduced scalars, a generator that is watched, and
 * a check that changes cannot cancel in. */
#include "scheme.h"

#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "dealing.h"
#include "pedersen.h"
#include "proof.h"
#include "suite.h"

#define KEY_LEN   40 /* two chunks */
#define SIZE      32
#define PAIR_SIZE 64
#define WIDE_SIZE 64
#define CHUNKS    2

/* L, little-endian */
static const uint8_t order[SIZE] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12,
    0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
static const uint8_t one[SIZE] = {1};

static void
dealt(struct dealing *d, size_t threshold, size_t count)
{
    dealing_begin(d, &keyshare_scheme_pedersen, threshold, count, KEY_LEN);
    ck_assert_uint_eq(dealing_deal(d), 0);
    ck_assert_uint_eq(d->value_len, CHUNKS * PAIR_SIZE);
    ck_assert_uint_eq(d->commitments_len, CHUNKS * threshold * SIZE);
}

/* Coins of chunk j: g_0, then f_k and g_k for k = 1..M-1. */
static uint8_t *
coin(struct dealing *d, size_t j, size_t place)
{
    return d->coins + (j * (2 * d->set.threshold - 1) + place) * WIDE_SIZE;
}

/* ---- The values are the design's ---- */

/* f(i) and g(i) of the first chunk of a 2-of-N: f(0) = the first 31 bytes. */
START_TEST(values_are_the_designs)
{
    struct dealing d;
    uint8_t f[2][SIZE] = {{0}};
    uint8_t g[2][SIZE];
    uint8_t commitment[SIZE];

    dealt(&d, 2, 5);
    memcpy(f[0], d.key, 31);
    crypto_core_ristretto255_scalar_reduce(g[0], coin(&d, 0, 0));
    crypto_core_ristretto255_scalar_reduce(f[1], coin(&d, 0, 1));
    crypto_core_ristretto255_scalar_reduce(g[1], coin(&d, 0, 2));
    for (size_t k = 0; k < 2; k++) {
        keyshare_pedersen_commit(commitment, f[k], g[k]);
        ck_assert_mem_eq(d.commitments + k * SIZE, commitment, SIZE);
    }
    for (size_t i = 0; i < 5; i++) {
        crypto_core_ristretto255_scalar_add(f[0], f[0], f[1]);
        crypto_core_ristretto255_scalar_add(g[0], g[0], g[1]);
        ck_assert_mem_eq(d.values[i], f[0], SIZE);
        ck_assert_mem_eq(d.values[i] + SIZE, g[0], SIZE);
    }
    dealing_end(&d);
}
END_TEST

/* ---- Scalars that are not reduced ---- */

/* x + L, x + 2 L, ... as long as 32 bytes hold it: each opens the commitment
 * as x does, and none is a share. */
static void
check_congruent(struct dealing *d, unsigned index, size_t at)
{
    uint8_t *scalar = d->values[index - 1] + at;
    uint8_t kept[SIZE];

    memcpy(kept, scalar, SIZE);
    for (unsigned times = 1; times < 15; times++) {
        sodium_add(scalar, order, SIZE);
        ck_assert_msg(dealing_verify(d, index, d->values[index - 1]) == 0,
            "seed %" PRIu64 " at %zu plus %u L", d->gen.seed, at, times);
        ck_assert_msg(dealing_check(d) == 0,
            "seed %" PRIu64 " at %zu plus %u L", d->gen.seed, at, times);
    }
    memcpy(scalar, kept, SIZE);
}

START_TEST(congruent_scalar_is_refused)
{
    struct dealing d;

    dealt(&d, 2, 3);
    for (unsigned index = 1; index <= 3; index++)
        for (size_t at = 0; at < d.value_len; at += SIZE)
            check_congruent(&d, index, at);
    ck_assert_uint_eq(dealing_check(&d), UINT32_MAX);
    dealing_end(&d);
}
END_TEST

/* A share whose f(i) is small: L + small is the least that is not reduced. */
START_TEST(small_scalar_plus_order_is_refused)
{
    struct dealing d;

    dealing_begin(&d, &keyshare_scheme_pedersen, 1, 1, 1);
    ck_assert_uint_eq(dealing_deal(&d), 0);
    ck_assert_uint_eq(dealing_verify(&d, 1, d.values[0]), UINT32_MAX);
    ck_assert_uint_eq(d.values[0][0], d.key[0]);
    check_congruent(&d, 1, 0);
    dealing_end(&d);
}
END_TEST

/* ---- Generators ---- */

START_TEST(stuck_generator_is_noticed)
{
    const size_t threshold = 4;

    for (size_t j = 0; j < CHUNKS; j++)
        for (size_t k = 0; k < threshold; k++) {
            size_t place = k == 0 ? 0 : 2 * k - 1;
            size_t len = k == 0 ? WIDE_SIZE : 2 * WIDE_SIZE;
            struct dealing d;

            dealing_begin(&d, &keyshare_scheme_pedersen, threshold, 5, KEY_LEN);
            memset(coin(&d, j, place), 0, len);
            ck_assert_msg(dealing_deal(&d) == UINT32_MAX,
                "chunk %zu coefficient %zu", j, k);
            coin(&d, j, place)[len - 1] = 1;
            ck_assert_msg(
                dealing_deal(&d) == 0, "chunk %zu coefficient %zu", j, k);
            ck_assert_uint_eq(dealing_check(&d), UINT32_MAX);
            dealing_end(&d);
        }
}
END_TEST

/* What counts is the scalar: a pair of multiples of L commits to nothing. */
START_TEST(pair_of_multiples_of_the_order_is_stuck)
{
    struct dealing d;

    dealing_begin(&d, &keyshare_scheme_pedersen, 2, 3, KEY_LEN);
    memset(coin(&d, 1, 1), 0, 2 * WIDE_SIZE);
    memcpy(coin(&d, 1, 1), order, SIZE);
    memcpy(coin(&d, 1, 2) + SIZE, order, SIZE);
    ck_assert_uint_eq(dealing_deal(&d), UINT32_MAX);
    ck_assert(!dealing_record_is_good(&d));
    dealing_end(&d);
}
END_TEST

/* Either one of the pair alone may be zero: so says uniform. */
START_TEST(half_a_pair_is_not_stuck)
{
    for (size_t place = 1; place <= 4; place++) {
        struct dealing d;

        dealing_begin(&d, &keyshare_scheme_pedersen, 3, 4, KEY_LEN);
        memset(coin(&d, 0, place), 0, WIDE_SIZE);
        ck_assert_msg(dealing_deal(&d) == 0, "place %zu", place);
        ck_assert(dealing_record_is_good(&d));
        ck_assert_uint_eq(dealing_check(&d), UINT32_MAX);
        dealing_end(&d);
    }
}
END_TEST

/* ---- The check in one equation ---- */

/* Add 1 to one scalar and take it from another: sums without weights would not
 * show it. */
static void
check_cancelling(struct dealing *d, uint8_t *a, uint8_t *b)
{
    uint8_t kept[2][SIZE];

    memcpy(kept[0], a, SIZE);
    memcpy(kept[1], b, SIZE);
    crypto_core_ristretto255_scalar_add(a, a, one);
    crypto_core_ristretto255_scalar_sub(b, b, one);
    ck_assert_msg(dealing_check(d) == 0, "seed %" PRIu64, d->gen.seed);
    memcpy(a, kept[0], SIZE);
    memcpy(b, kept[1], SIZE);
}

START_TEST(changes_do_not_cancel)
{
    struct dealing d;

    dealt(&d, 2, 4);
    for (size_t at = 0; at < PAIR_SIZE; at += SIZE) {
        /* Of two shares in a chunk; of two chunks in a share; of both. */
        check_cancelling(&d, d.values[0] + at, d.values[1] + at);
        check_cancelling(&d, d.values[0] + at, d.values[0] + PAIR_SIZE + at);
        check_cancelling(&d, d.values[0] + at, d.values[3] + PAIR_SIZE + at);
    }
    /* Of f and g in a share; of a share and the proof; of the proof. */
    check_cancelling(&d, d.values[2], d.values[2] + SIZE);
    check_cancelling(&d, d.values[0], d.proof + SIZE);
    check_cancelling(&d, d.values[3] + SIZE, d.proof + 2 * SIZE);
    check_cancelling(&d, d.proof + SIZE, d.proof + 2 * SIZE);
    ck_assert_uint_eq(dealing_check(&d), UINT32_MAX);
    dealing_end(&d);
}
END_TEST

/* A whole other polynomial with the same key: all shares agree with each
 * other, and not with the commitments. */
START_TEST(shares_of_another_dealing_are_refused)
{
    struct dealing d;
    struct dealing other;

    dealt(&d, 2, 3);
    dealing_begin(&other, &keyshare_scheme_pedersen, 2, 3, KEY_LEN);
    coin(&other, 0, 1)[0] ^= 1;
    ck_assert_uint_eq(dealing_deal(&other), 0);
    for (unsigned i = 1; i <= 3; i++) {
        memcpy(d.values[i - 1], other.values[i - 1], d.value_len);
        ck_assert_uint_eq(dealing_verify(&d, i, d.values[i - 1]), 0);
    }
    ck_assert_uint_eq(dealing_check(&d), 0);
    dealing_end(&d);
    dealing_end(&other);
}
END_TEST

/* The proof is in the equation: its R moved to another element, its z to another
 * scalar, and what it was made for. */
START_TEST(changed_proof_is_caught)
{
    struct dealing d;
    uint8_t kept[SIZE];

    dealt(&d, 3, 4);
    memcpy(kept, d.proof, SIZE);
    ck_assert_int_eq(
        crypto_core_ristretto255_add(d.proof, d.proof, keyshare_pedersen_h), 0);
    ck_assert_uint_eq(dealing_check(&d), 0);
    memcpy(d.proof, kept, SIZE);
    for (size_t at = SIZE; at < 3 * SIZE; at += SIZE) {
        memcpy(kept, d.proof + at, SIZE);
        crypto_core_ristretto255_scalar_add(d.proof + at, d.proof + at, one);
        ck_assert_uint_eq(dealing_check(&d), 0);
        memcpy(d.proof + at, kept, SIZE);
    }
    d.set.proof_context[63] ^= 1;
    ck_assert_uint_eq(dealing_check(&d), 0);
    d.set.proof_context[63] ^= 1;
    ck_assert_uint_eq(dealing_check(&d), UINT32_MAX);
    dealing_end(&d);
}
END_TEST

/* All shares fail alike, and the proof by as much as its challenge makes of
 * that: all that the weights stand at is 0, and what is left shows it. */
START_TEST(alike_in_all_is_caught)
{
    mp_limb_t scratch[64 * KEYSHARE_SCALAR_LIMBS];
    mp_limb_t limbs[KEYSHARE_SCALAR_LIMBS];
    uint8_t factor[SIZE];
    uint8_t *z_a;
    struct dealing d;

    dealt(&d, 2, 4);
    z_a = d.proof + SIZE;
    for (size_t i = 0; i < 4; i++)
        crypto_core_ristretto255_scalar_add(d.values[i], d.values[i], one);
    ck_assert_uint_eq(dealing_check(&d), 0);
    keyshare_proof_factor(limbs, d.proof, d.set.proof_context, 0, scratch);
    keyshare_scalar_store(factor, limbs);
    crypto_core_ristretto255_scalar_add(z_a, z_a, factor);
    ck_assert_uint_eq(dealing_check(&d), 0);
    dealing_end(&d);
}
END_TEST

/* Each commitment, moved to another element. */
START_TEST(changed_commitment_is_caught)
{
    struct dealing d;
    uint8_t kept[SIZE];

    dealt(&d, 3, 4);
    for (size_t at = 0; at < d.commitments_len; at += SIZE) {
        memcpy(kept, d.commitments + at, SIZE);
        ck_assert_int_eq(crypto_core_ristretto255_add(d.commitments + at,
                             d.commitments + at, keyshare_pedersen_h),
            0);
        ck_assert_uint_eq(dealing_check(&d), 0);
        for (unsigned i = 1; i <= 4; i++)
            ck_assert_uint_eq(dealing_verify(&d, i, d.values[i - 1]), 0);
        memcpy(d.commitments + at, kept, SIZE);
    }
    ck_assert_uint_eq(dealing_check(&d), UINT32_MAX);
    dealing_end(&d);
}
END_TEST

/* The identity, with the top bit too, and what is no element, wherever it is
 * among the commitments. */
START_TEST(bad_commitment_is_not_canonical)
{
    static const uint8_t bad[][SIZE] = {{0}, {[31] = 0x80}, {1}, {[31] = 1}};
    struct dealing d;
    uint8_t kept[SIZE];

    dealt(&d, 3, 4);
    for (size_t at = 0; at < d.commitments_len; at += SIZE) {
        memcpy(kept, d.commitments + at, SIZE);
        for (size_t b = 0; b < sizeof bad / SIZE; b++) {
            memcpy(d.commitments + at, bad[b], SIZE);
            ck_assert_msg(
                !d.scheme->commitments_canonical(&d.set), "at %zu, %zu", at, b);
        }
        memcpy(d.commitments + at, kept, SIZE);
    }
    ck_assert(d.scheme->commitments_canonical(&d.set));
    dealing_end(&d);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("scheme_pedersen");
    TCase *vectors = tcase_create("vectors");
    TCase *bounds = tcase_create("bounds");
    TCase *errors = tcase_create("errors");

    tcase_add_test(vectors, values_are_the_designs);
    suite_add_tcase(suite, vectors);
    tcase_add_test(bounds, half_a_pair_is_not_stuck);
    tcase_add_test(bounds, pair_of_multiples_of_the_order_is_stuck);
    tcase_add_test(bounds, small_scalar_plus_order_is_refused);
    suite_add_tcase(suite, bounds);
    tcase_add_test(errors, congruent_scalar_is_refused);
    tcase_add_test(errors, stuck_generator_is_noticed);
    tcase_add_test(errors, changes_do_not_cancel);
    tcase_add_test(errors, shares_of_another_dealing_are_refused);
    tcase_add_test(errors, changed_proof_is_caught);
    tcase_add_test(errors, alike_in_all_is_caught);
    tcase_add_test(errors, changed_commitment_is_caught);
    tcase_add_test(errors, bad_commitment_is_not_canonical);
    suite_add_tcase(suite, errors);
    return suite;
}
