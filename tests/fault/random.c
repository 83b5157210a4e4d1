/* SPDX-License-Identifier: ISC */
/* Randomness that fails, or is stuck, at any call: an error, never a weak set.
 */
#include <keyshare/deal.h>

#include <inttypes.h>
#include <string.h>

#include "set.h"
#include "suite.h"

static const struct {
    keyshare_scheme scheme;
    unsigned threshold, count;
    size_t key_len;
} sets[] = {
    {KEYSHARE_SCHEME_GF256, 1, 1, 1},
    {KEYSHARE_SCHEME_GF256, 3, 5, 32},
    {KEYSHARE_SCHEME_PEDERSEN, 1, 1, 1},
    {KEYSHARE_SCHEME_PEDERSEN, 3, 5, 40},
};

#define SETS (int)(sizeof sets / sizeof *sets)

/* A good source, but for one call, or for some bytes of all that it gives. */
struct source {
    struct gen gen;
    size_t calls;
    size_t given;
    size_t fails_at;              /* this call, from 1: fails half way */
    size_t zeros_at;              /* this call gives zeros */
    size_t zeros_from, zeros_len; /* these bytes are zero */
};

static int
fill(void *context, uint8_t *bytes, size_t len)
{
    struct source *source = context;

    source->calls++;
    gen_bytes(&source->gen, bytes, len);
    if (source->calls == source->fails_at) {
        memset(bytes + len / 2, 0, len - len / 2);
        return 1;
    }
    if (source->calls == source->zeros_at)
        memset(bytes, 0, len);
    for (size_t i = 0; i < len; i++)
        if (source->given + i >= source->zeros_from &&
            source->given + i - source->zeros_from < source->zeros_len)
            bytes[i] = 0;
    source->given += len;
    return 0;
}

/* Deal from the source; OK with a whole set that gives its key, or an error
 * with nothing at all. */
static keyshare_error
deal(int which, struct source *source)
{
    const keyshare_random random = {sizeof random, fill, source};
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    struct set set = {.policy = set_policy(sets[which].scheme,
                          sets[which].threshold, sets[which].count),
        .key_len = sets[which].key_len};
    size_t chosen[8];
    keyshare_error error;

    terms.policy = set.policy;
    memset(set.key, 0x77, set.key_len);
    memset(set.shares, 0xa5, sizeof set.shares);
    error = keyshare_deal(
        &set.record, set.shares, &terms, set.key, set.key_len, &random);
    for (size_t i = 0; i < KEYSHARE_COUNT_MAX; i++) {
        if (i >= set.policy.count) {
            set.shares[i] = NULL;
            continue;
        }
        if ((error == KEYSHARE_OK) != (set.shares[i] != NULL))
            ck_abort_msg("%s, share %zu", keyshare_error_name(error), i + 1);
        set.cards[i] = (keyshare_image){keyshare_secret_reveal(set.shares[i]),
            keyshare_secret_len(set.shares[i])};
    }
    ck_assert_int_eq(error == KEYSHARE_OK, set.record != NULL);
    choice_first(chosen, set.policy.threshold);
    if (error == KEYSHARE_OK)
        set_recovers(&set, chosen, set.policy.threshold, "what was dealt");
    set_free(&set);
    return error;
}

/* How many calls a dealing makes. */
static size_t
count_calls(int which)
{
    struct source source = {.gen = gen_begin()};

    ck_assert_int_eq(deal(which, &source), KEYSHARE_OK);
    return source.calls;
}

START_TEST(fails_at_each_call)
{
    const size_t calls = count_calls(_i);

    ck_assert_uint_ge(calls, 2);
    for (size_t k = 1; k <= calls; k++) {
        struct source source = {.gen = gen_begin(), .fails_at = k};

        ck_assert_int_eq(deal(_i, &source), KEYSHARE_ERR_RANDOM);
        ck_assert_uint_eq(source.calls, k);
    }
}
END_TEST

START_TEST(zeros_at_each_call)
{
    const size_t calls = count_calls(_i);

    for (size_t k = 1; k <= calls; k++) {
        struct source source = {.gen = gen_begin(), .zeros_at = k};

        ck_assert_int_eq(deal(_i, &source), KEYSHARE_ERR_RANDOM);
    }
}
END_TEST

#define LINEAGE 16
#define WIDE    64

/* Zeros in one place of what a 3-of-5 dealing draws, by scheme: gf256 of 32
 * bytes has the blinding, then two coefficients of 64; pedersen of two chunks
 * has g_0, f_1, g_1, f_2, g_2 twice, then what masks the proof. */
static const struct {
    const char *what;
    int set;
    size_t from, len;
    keyshare_error error;
} places[] = {
    {"lineage", 1, 0, 16, KEYSHARE_ERR_RANDOM},
    {"lineage but one byte", 1, 0, 15, KEYSHARE_OK},
    {"blinding", 1, 16, 32, KEYSHARE_ERR_RANDOM},
    {"blinding but one byte", 1, 17, 31, KEYSHARE_OK},
    {"a_1", 1, 48, 64, KEYSHARE_ERR_RANDOM},
    {"a_1 but one byte", 1, 48, 63, KEYSHARE_OK},
    {"a_2", 1, 112, 64, KEYSHARE_ERR_RANDOM},
    {"a_2 but one byte", 1, 113, 63, KEYSHARE_OK},
    {"g_0 of chunk 0", 3, LINEAGE, WIDE, KEYSHARE_ERR_RANDOM},
    {"f_1", 3, LINEAGE + WIDE, WIDE, KEYSHARE_OK},
    {"g_1", 3, LINEAGE + 2 * WIDE, WIDE, KEYSHARE_OK},
    {"f_1, g_1", 3, LINEAGE + WIDE, 2 * WIDE, KEYSHARE_ERR_RANDOM},
    {"g_1, f_2", 3, LINEAGE + 2 * WIDE, 2 * WIDE, KEYSHARE_OK},
    {"f_2, g_2", 3, LINEAGE + 3 * WIDE, 2 * WIDE, KEYSHARE_ERR_RANDOM},
    {"g_0 of chunk 1", 3, LINEAGE + 5 * WIDE, WIDE, KEYSHARE_ERR_RANDOM},
    {"f_2, g_2 of chunk 1", 3, LINEAGE + 8 * WIDE, 2 * WIDE,
        KEYSHARE_ERR_RANDOM},
    {"what masks the proof", 3, LINEAGE + 10 * WIDE, 2 * WIDE, KEYSHARE_OK},
};

START_TEST(zeros_in_a_place)
{
    struct source source = {.gen = gen_begin(),
        .zeros_from = places[_i].from,
        .zeros_len = places[_i].len};
    const keyshare_error error = deal(places[_i].set, &source);

    ck_assert_msg(error == places[_i].error, "%s: %s", places[_i].what,
        keyshare_error_name(error));
}
END_TEST

/* With the masks' fresh bytes known, different keys still have different
 * masks: R is made from the opening too. */
START_TEST(masks_differ_when_the_generator_repeats)
{
    const size_t proof_size = 96;
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    uint8_t R[2][32];

    terms.policy = set_policy(KEYSHARE_SCHEME_PEDERSEN, 2, 2);
    for (size_t i = 0; i < 2; i++) {
        struct source source = {.gen = gen_begin()};
        const keyshare_random random = {sizeof random, fill, &source};
        const uint8_t key[16] = {(uint8_t)i};
        keyshare_record *record;
        keyshare_secret *shares[2];
        size_t len;
        const uint8_t *bytes;

        ck_assert_int_eq(
            keyshare_deal(&record, shares, &terms, key, sizeof key, &random),
            KEYSHARE_OK);
        bytes = keyshare_record_bytes(record, &len);
        memcpy(R[i], bytes + len - proof_size, 32);
        keyshare_secret_free(&shares[0]);
        keyshare_secret_free(&shares[1]);
        keyshare_record_free(&record);
    }
    ck_assert_mem_ne(R[0], R[1], 32);
}
END_TEST

START_TEST(generated_secrets)
{
    struct source source = {.gen = gen_begin(), .fails_at = 1};
    const keyshare_random random = {sizeof random, fill, &source};
    keyshare_secret *secret = (keyshare_secret *)&source;

    ck_assert_int_eq(
        keyshare_secret_generate(&secret, 32, &random), KEYSHARE_ERR_RANDOM);
    ck_assert_ptr_null(secret);
    source = (struct source){.gen = gen_begin(), .zeros_at = 1};
    ck_assert_int_eq(
        keyshare_secret_generate(&secret, 16, &random), KEYSHARE_ERR_RANDOM);
    ck_assert_ptr_null(secret);
    source = (struct source){.gen = gen_begin(), .zeros_at = 1};
    ck_assert_int_eq(
        keyshare_secret_generate(&secret, 15, &random), KEYSHARE_OK);
    keyshare_secret_free(&secret);
}
END_TEST

Suite *
test_suite(void)
{
    Suite *suite = suite_create("random");
    TCase *fails = tcase_create("fails");
    TCase *zeros = tcase_create("zeros");

    tcase_add_loop_test(fails, fails_at_each_call, 0, SETS);
    tcase_add_test(fails, generated_secrets);
    suite_add_tcase(suite, fails);
    tcase_add_loop_test(zeros, zeros_at_each_call, 0, SETS);
    tcase_add_loop_test(
        zeros, zeros_in_a_place, 0, (int)(sizeof places / sizeof *places));
    tcase_add_test(zeros, masks_differ_when_the_generator_repeats);
    suite_add_tcase(suite, zeros);
    return suite;
}
