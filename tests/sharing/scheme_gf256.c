/* SPDX-License-Identifier: ISC */
/* The scheme gf256: its tags are the design's, its generator is watched, and a
 * dealing that is bad itself is noticed. */
#include "scheme.h"

#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "dealing.h"
#include "suite.h"

#define KEY_LEN  33
#define LEN      (KEY_LEN + 32)
#define TAG_SIZE 32

static void
dealt(struct dealing *d, size_t threshold, size_t count)
{
    dealing_begin(d, &keyshare_scheme_gf256, threshold, count, KEY_LEN);
    ck_assert_uint_eq(dealing_deal(d), 0);
    ck_assert_uint_eq(d->value_len, LEN);
}

/* SHA-256(label | context | index, if it is not 0 | bytes), by libsodium */
static void
reference_tag(uint8_t *tag, const char *label, const uint8_t *context,
    unsigned index, const uint8_t *bytes)
{
    const uint8_t number = (uint8_t)index;
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)label, strlen(label));
    crypto_hash_sha256_update(&state, context, 32);
    if (index != 0)
        crypto_hash_sha256_update(&state, &number, 1);
    crypto_hash_sha256_update(&state, bytes, LEN);
    crypto_hash_sha256_final(&state, tag);
}

static void
tag_share(struct dealing *d, unsigned index)
{
    reference_tag(d->commitments + index * TAG_SIZE,
        "libkeyshare/v1/gf256/share", d->set.share_context, index,
        d->values[index - 1]);
}

/* The key's tag is of key and blinding, each share's of its index and value. */
START_TEST(tags_are_the_designs)
{
    struct dealing d;
    uint8_t extended_key[LEN];
    uint8_t tag[TAG_SIZE];

    dealt(&d, 2, 3);
    memcpy(extended_key, d.key, KEY_LEN);
    memcpy(extended_key + KEY_LEN, d.coins, 32);
    reference_tag(
        tag, "libkeyshare/v1/gf256/key", d.set.key_context, 0, extended_key);
    ck_assert_mem_eq(d.commitments, tag, TAG_SIZE);
    for (unsigned i = 1; i <= 3; i++) {
        memcpy(tag, d.commitments + i * TAG_SIZE, TAG_SIZE);
        tag_share(&d, i);
        ck_assert_mem_eq(d.commitments + i * TAG_SIZE, tag, TAG_SIZE);
    }
    ck_assert_uint_eq(d.commitments_len, 4 * TAG_SIZE);
    dealing_end(&d);
}
END_TEST

START_TEST(changed_commitment_is_caught)
{
    struct dealing d;

    dealt(&d, 2, 3);
    for (size_t bit = 0; bit < 8 * d.commitments_len; bit++) {
        d.commitments[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_msg(dealing_check(&d) == 0, "bit %zu", bit);
        d.commitments[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    ck_assert_uint_eq(dealing_check(&d), UINT32_MAX);
    dealing_end(&d);
}
END_TEST

/* A tag binds to the record, and the key's to the lineage. */
START_TEST(other_contexts_are_refused)
{
    struct dealing d;
    const uint8_t indices[] = {3, 1};
    uint8_t key[KEY_LEN];

    dealt(&d, 2, 3);
    d.set.share_context[31] ^= 1;
    ck_assert_uint_eq(dealing_verify(&d, 1, d.values[0]), 0);
    ck_assert_uint_eq(dealing_check(&d), 0);
    ck_assert_uint_eq(dealing_recover(&d, key, indices), UINT32_MAX);
    d.set.share_context[31] ^= 1;
    d.set.key_context[0] ^= 1;
    ck_assert_uint_eq(dealing_verify(&d, 1, d.values[0]), UINT32_MAX);
    ck_assert_uint_eq(dealing_check(&d), 0);
    ck_assert_uint_eq(dealing_recover(&d, key, indices), 0);
    dealing_end(&d);
}
END_TEST

/* Blinding, or a whole coefficient, of zeros; one bit in it is enough. */
START_TEST(stuck_generator_is_noticed)
{
    const size_t threshold = 5;

    for (size_t k = 0; k < threshold; k++) {
        size_t at = k == 0 ? 0 : 32 + (k - 1) * LEN;
        size_t len = k == 0 ? 32 : LEN;
        struct dealing d;

        dealing_begin(&d, &keyshare_scheme_gf256, threshold, 7, KEY_LEN);
        ck_assert_uint_eq(d.coins_len, 32 + (threshold - 1) * LEN);
        memset(d.coins + at, 0, len);
        ck_assert_msg(dealing_deal(&d) == UINT32_MAX, "coefficient %zu", k);
        d.coins[at] = 1;
        ck_assert_msg(dealing_deal(&d) == 0, "coefficient %zu", k);
        d.coins[at] = 0;
        d.coins[at + len - 1] = 0x80;
        ck_assert_msg(dealing_deal(&d) == 0, "coefficient %zu", k);
        dealing_end(&d);
    }
}
END_TEST

/* A key of zeros is no sign of anything. */
START_TEST(zero_key_is_not_stuck)
{
    struct dealing d;

    dealing_begin(&d, &keyshare_scheme_gf256, 3, 5, KEY_LEN);
    memset(d.key, 0, KEY_LEN);
    ck_assert_uint_eq(dealing_deal(&d), 0);
    dealing_end(&d);
}
END_TEST

/* A dealer who tags a value that is on no polynomial: each card verifies, and
 * more than M of them, the odd one included, show it. */
START_TEST(bad_dealing_is_inconsistent)
{
    const uint8_t all[] = {1, 2, 3, 4, 5};
    const uint8_t others[] = {5, 4, 2, 1};

    for (size_t at = 0; at < LEN; at++) {
        struct dealing d;

        dealt(&d, 3, 5);
        d.values[2][at] ^= 0x10;
        tag_share(&d, 3);
        for (unsigned i = 1; i <= 5; i++)
            ck_assert_uint_eq(
                dealing_verify(&d, i, d.values[i - 1]), UINT32_MAX);
        ck_assert_uint_eq(dealing_check(&d), 0);
        ck_assert_uint_eq(dealing_consistent(&d, all, 5), 0);
        ck_assert_uint_eq(dealing_consistent(&d, others, 4), UINT32_MAX);
        dealing_end(&d);
    }
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("scheme_gf256");
    TCase *vectors = tcase_create("vectors");
    TCase *bounds = tcase_create("bounds");
    TCase *errors = tcase_create("errors");

    tcase_add_test(vectors, tags_are_the_designs);
    suite_add_tcase(suite, vectors);
    tcase_add_test(bounds, zero_key_is_not_stuck);
    suite_add_tcase(suite, bounds);
    tcase_add_test(errors, changed_commitment_is_caught);
    tcase_add_test(errors, other_contexts_are_refused);
    tcase_add_test(errors, stuck_generator_is_noticed);
    tcase_add_test(errors, bad_dealing_is_inconsistent);
    suite_add_tcase(suite, errors);
    return suite;
}
