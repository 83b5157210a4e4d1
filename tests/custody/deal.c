/* SPDX-License-Identifier: ISC */
/* Dealing: what is dealt under any policy is recovered from any quorum; what
 * may not be dealt is refused and leaves nothing. */
#include <keyshare/deal.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "set.h"
#include "suite.h"

static const keyshare_scheme schemes[] = {
    KEYSHARE_SCHEME_GF256, KEYSHARE_SCHEME_PEDERSEN};

/* ---- Deal and recover ---- */

/* Every subset of M cards and more, in lexical order or turned round. */
static void
every_quorum_recovers(const struct set *set, const char *what)
{
    const size_t count = set->policy.count;
    size_t chosen[KEYSHARE_COUNT_MAX];

    for (size_t size = set->policy.threshold; size <= count; size++) {
        choice_first(chosen, size);
        do {
            size_t turned[KEYSHARE_COUNT_MAX];

            for (size_t i = 0; i < size; i++)
                turned[i] = chosen[size - 1 - i];
            set_recovers(set, size % 2 == 0 ? chosen : turned, size, what);
        } while (choice_next(chosen, size, count));
    }
}

#define SMALL_COUNT_MAX 7

/* _i: the scheme, and N less one; every M of it, keys of 1 and 32 bytes. */
START_TEST(small_policies)
{
    const keyshare_scheme scheme = schemes[_i / SMALL_COUNT_MAX];
    const unsigned count = (unsigned)(_i % SMALL_COUNT_MAX) + 1;
    struct gen gen = gen_begin();

    for (unsigned threshold = 1; threshold <= count; threshold++)
        for (size_t key_len = 1; key_len <= 32; key_len += 31) {
            struct set set;
            char what[96];

            set_deal(&set, &gen, set_policy(scheme, threshold, count), key_len);
            snprintf(what, sizeof what, "seed %" PRIu64 ": %u-of-%u, %zu bytes",
                gen.seed, threshold, count, key_len);
            every_quorum_recovers(&set, what);
            set_free(&set);
        }
}
END_TEST

/* Policies and lengths from the whole range; what grows with M and with the
 * key is kept in bounds, for pedersen's sake. */
START_TEST(sampled_policies)
{
    const keyshare_scheme scheme = schemes[_i];
    const size_t work = scheme == KEYSHARE_SCHEME_PEDERSEN ? 24 : 255;
    const size_t cases = gen_count(12);
    struct gen gen = gen_begin();

    for (size_t i = 0; i < cases; i++) {
        const unsigned threshold = 1 + (unsigned)gen_below(&gen, work);
        const unsigned count =
            threshold + (unsigned)gen_below(&gen, 256 - threshold);
        const size_t key_len =
            1 + gen_below(&gen, threshold > 8 ? 64 : KEYSHARE_KEY_SIZE_MAX);
        size_t chosen[KEYSHARE_COUNT_MAX];
        struct set set;
        char what[96];

        set_deal(&set, &gen, set_policy(scheme, threshold, count), key_len);
        snprintf(what, sizeof what,
            "seed %" PRIu64 " case %zu: %u-of-%u, %zu bytes", gen.seed, i,
            threshold, count, key_len);
        gen_choice(&gen, chosen, threshold, count);
        set_recovers(&set, chosen, threshold, what);
        set_free(&set);
    }
}
END_TEST

static const size_t key_lens[] = {
    1, 2, 15, 16, 30, 31, 32, 61, 62, 63, 93, 94, 255, 256, 1023, 1024};

START_TEST(key_lengths)
{
    for (size_t i = 0; i < 2; i++) {
        const size_t last[] = {2, 1};
        struct gen gen = gen_begin();
        struct set set;

        set_deal(&set, &gen, set_policy(schemes[i], 2, 3), key_lens[_i]);
        ck_assert_uint_eq(keyshare_record_key_len(set.record), key_lens[_i]);
        set_recovers(&set, last, 2, keyshare_scheme_text(schemes[i]));
        set_free(&set);
    }
}
END_TEST

/* The largest set; one card verifies where all would take long. */
START_TEST(all_of_255)
{
    struct gen gen = gen_begin();
    struct set set;

    set_deal(&set, &gen, set_policy(schemes[_i], 255, 255), 1);
    for (size_t i = 0; i < 255; i += 127)
        ck_assert_int_eq(
            set_verdict(set.record, set.cards[i].bytes, set.cards[i].len),
            KEYSHARE_VERDICT_OK);
    if (schemes[_i] == KEYSHARE_SCHEME_GF256) {
        size_t chosen[KEYSHARE_COUNT_MAX];

        choice_first(chosen, 255);
        set_recovers(&set, chosen, 255, "255-of-255");
    }
    set_free(&set);
}
END_TEST

static const uint8_t same_bytes[] = {0x00, 0x01, 0x7f, 0x80, 0xff};

/* Keys of one byte over and over: zero chunks are keys like any others. */
START_TEST(plain_keys)
{
    for (size_t i = 0; i < 2; i++) {
        keyshare_terms terms = KEYSHARE_TERMS_INIT;
        struct gen gen = gen_begin();
        const keyshare_random random = gen_random(&gen);
        struct set set = {.key_len = 63};
        const size_t chosen[] = {0, 2};

        terms.policy = set.policy = set_policy(schemes[i], 2, 3);
        memset(set.key, same_bytes[_i], set.key_len);
        ck_assert_int_eq(keyshare_deal(&set.record, set.shares, &terms, set.key,
                             set.key_len, &random),
            KEYSHARE_OK);
        for (size_t k = 0; k < 3; k++)
            set.cards[k] =
                (keyshare_image){keyshare_secret_reveal(set.shares[k]),
                    keyshare_secret_len(set.shares[k])};
        set_recovers(&set, chosen, 2, keyshare_scheme_text(schemes[i]));
        set_free(&set);
    }
}
END_TEST

/* ---- What a set says, and from what it is made ---- */

START_TEST(terms_are_in_the_record)
{
    static const char label[] = "\xe6\xa0\xb9 root";
    const uint8_t key[16] = {1};
    keyshare_terms terms = KEYSHARE_TERMS_INIT;
    keyshare_record *records[2];
    keyshare_secret *shares[7];
    size_t len;

    ck_assert_int_eq(
        keyshare_policy_preset(&terms.policy, KEYSHARE_ROLE_CO), KEYSHARE_OK);
    terms.policy.scheme = schemes[_i];
    terms.label = label;
    terms.label_len = sizeof label - 1;
    terms.time = UINT64_C(0x0123456789abcdef);
    for (size_t i = 0; i < 2; i++) {
        const keyshare_record *record;

        /* From the system's generator. */
        ck_assert_int_eq(
            keyshare_deal(&records[i], shares, &terms, key, sizeof key, NULL),
            KEYSHARE_OK);
        record = records[i];
        ck_assert_int_eq(keyshare_record_policy(record).role, KEYSHARE_ROLE_CO);
        ck_assert_int_eq(keyshare_record_policy(record).scheme, schemes[_i]);
        ck_assert_uint_eq(keyshare_record_policy(record).threshold, 3);
        ck_assert_uint_eq(keyshare_record_policy(record).count, 7);
        ck_assert_uint_eq(keyshare_record_key_len(record), sizeof key);
        ck_assert_uint_eq(keyshare_record_time(record), terms.time);
        ck_assert_uint_eq(keyshare_record_epoch(record), 0);
        ck_assert_ptr_null(keyshare_record_predecessor(record));
        ck_assert_mem_eq(keyshare_record_label(record, &len), label, len);
        ck_assert_uint_eq(len, terms.label_len);
        for (size_t k = 0; k < 7; k++)
            keyshare_secret_free(&shares[k]);
    }
    ck_assert_mem_ne(keyshare_record_lineage(records[0]),
        keyshare_record_lineage(records[1]), KEYSHARE_LINEAGE_SIZE);
    keyshare_record_free(&records[0]);
    keyshare_record_free(&records[1]);
}
END_TEST

/* The set is a function of the key and of what is drawn. */
START_TEST(same_draws_give_the_same_set)
{
    struct gen first = gen_begin();
    struct gen second = gen_begin();
    struct set a, b, c;
    size_t len;

    set_deal(&a, &first, set_policy(schemes[_i], 3, 5), 40);
    set_deal(&b, &second, set_policy(schemes[_i], 3, 5), 40);
    set_deal(&c, &second, set_policy(schemes[_i], 3, 5), 40);
    (void)keyshare_record_bytes(a.record, &len);
    ck_assert_mem_eq(keyshare_record_bytes(a.record, NULL),
        keyshare_record_bytes(b.record, NULL), len);
    ck_assert_mem_ne(keyshare_record_bytes(a.record, NULL),
        keyshare_record_bytes(c.record, NULL), len);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_mem_eq(a.cards[i].bytes, b.cards[i].bytes, a.cards[i].len);
        ck_assert_mem_ne(a.cards[i].bytes, c.cards[i].bytes, a.cards[i].len);
    }
    set_free(&a);
    set_free(&b);
    set_free(&c);
}
END_TEST

/* No share has the key in it, nor the record. */
START_TEST(key_stands_nowhere)
{
    struct gen gen = gen_begin();
    struct set set;
    size_t len;
    const uint8_t *bytes;

    set_deal(&set, &gen, set_policy(schemes[_i], 2, 5), 31);
    bytes = keyshare_record_bytes(set.record, &len);
    for (size_t at = 0; at + 8 <= len; at++)
        if (memcmp(bytes + at, set.key, 8) == 0)
            ck_abort_msg("in the record");
    for (size_t i = 0; i < 5; i++)
        for (size_t at = 0; at + 8 <= set.cards[i].len; at++)
            if (memcmp(set.cards[i].bytes + at, set.key, 8) == 0)
                ck_abort_msg("in share %zu", i + 1);
    set_free(&set);
}
END_TEST

/* ---- What is refused ---- */

static int
never(void *context, uint8_t *bytes, size_t len)
{
    (void)context;
    (void)bytes;
    (void)len;
    ck_abort_msg("something was drawn");
}

/* A call that is well made but for what a test changes. */
struct call {
    keyshare_terms terms;
    keyshare_random random;
    const uint8_t *key;
    size_t key_len;
};

static struct call
usual(void)
{
    static const uint8_t key[KEYSHARE_KEY_SIZE_MAX + 1] = {1};
    struct call call = {.terms = KEYSHARE_TERMS_INIT,
        .random = KEYSHARE_RANDOM_INIT,
        .key = key,
        .key_len = 32};

    call.terms.policy = set_policy(KEYSHARE_SCHEME_PEDERSEN, 2, 3);
    call.random.fill = never;
    return call;
}

/* It is refused, nothing is drawn, the record is NULL. The shares are NULL too
 * where the terms were good, and else not touched. */
static void
is_refused(const struct call *call, keyshare_error error, bool terms_are_good)
{
    keyshare_secret *const mark = (keyshare_secret *)(uintptr_t)call;
    keyshare_record *record = (keyshare_record *)(uintptr_t)call;
    keyshare_secret *shares[4] = {mark, mark, mark, mark};

    ck_assert_int_eq(keyshare_deal(&record, shares, &call->terms, call->key,
                         call->key_len, &call->random),
        error);
    ck_assert_ptr_null(record);
    for (size_t i = 0; i < 4; i++)
        ck_assert_ptr_eq(shares[i], terms_are_good && i < 3 ? NULL : mark);
}

static const struct {
    int role;
    int scheme;
    unsigned threshold, count;
} bad_policies[] = {
    {KEYSHARE_ROLE_CUSTOM, 2, 0, 0},
    {KEYSHARE_ROLE_CUSTOM, 2, 0, 3},
    {KEYSHARE_ROLE_CUSTOM, 2, 4, 3},
    {KEYSHARE_ROLE_CUSTOM, 2, 2, 256},
    {KEYSHARE_ROLE_CUSTOM, 2, 256, 256},
    {KEYSHARE_ROLE_CUSTOM, 2, 2, 0xffffffff},
    {KEYSHARE_ROLE_RKSH, 2, 1, 3},
    {KEYSHARE_ROLE_CO, 2, 1, 3},
    {KEYSHARE_ROLE_SO, 2, 1, 1},
    {KEYSHARE_ROLE_TRANSFER, 2, 1, 2},
    {KEYSHARE_ROLE_CUSTOM, 0, 2, 3},
    {KEYSHARE_ROLE_CUSTOM, 3, 2, 3},
    {5, 2, 2, 3},
    {-1, 2, 2, 3},
};

START_TEST(bad_policy)
{
    struct call call = usual();

    call.terms.policy = (keyshare_policy){(keyshare_role)bad_policies[_i].role,
        (keyshare_scheme)bad_policies[_i].scheme, bad_policies[_i].threshold,
        bad_policies[_i].count};
    is_refused(&call, KEYSHARE_ERR_POLICY, false);
    ck_assert_uint_eq(keyshare_deal_memory(&call.terms.policy, 32), 0);
}
END_TEST

static const char *const bad_labels[] = {"\n", "a\x7f", "\xc2\x80",
    "\xe2\x80\xaegnp.ksh", "\xe2\x80\x8b", "\xef\xbb\xbf", "\xc0\x80",
    "\xed\xa0\x80", "\xff", "\xe2\x80",
    "12345678901234567890123456789012345678901234567890123456789012345"};

START_TEST(bad_label)
{
    struct call call = usual();

    call.terms.label = bad_labels[_i];
    call.terms.label_len = strlen(bad_labels[_i]);
    is_refused(&call, KEYSHARE_ERR_LABEL, false);
}
END_TEST

START_TEST(bad_key_length)
{
    struct call call = usual();

    call.key_len = 0;
    is_refused(&call, KEYSHARE_ERR_KEY_LENGTH, true);
    call.key = NULL;
    is_refused(&call, KEYSHARE_ERR_KEY_LENGTH, true);
    call = usual();
    call.key_len = KEYSHARE_KEY_SIZE_MAX + 1;
    is_refused(&call, KEYSHARE_ERR_KEY_LENGTH, true);
    call.key_len = SIZE_MAX;
    is_refused(&call, KEYSHARE_ERR_KEY_LENGTH, true);
    ck_assert_uint_eq(keyshare_deal_memory(&call.terms.policy, 0), 0);
    ck_assert_uint_eq(
        keyshare_deal_memory(&call.terms.policy, KEYSHARE_KEY_SIZE_MAX + 1), 0);
}
END_TEST

START_TEST(bad_arguments)
{
    struct call call = usual();
    keyshare_record *record = (keyshare_record *)&call;
    keyshare_secret *shares[3];

    call.key = NULL;
    is_refused(&call, KEYSHARE_ERR_ARGUMENT, true);
    call = usual();
    call.terms.size--;
    is_refused(&call, KEYSHARE_ERR_ARGUMENT, false);
    call = usual();
    call.terms.label_len = 1;
    is_refused(&call, KEYSHARE_ERR_ARGUMENT, false);
    call = usual();
    call.random.size--;
    is_refused(&call, KEYSHARE_ERR_ARGUMENT, true);
    call = usual();
    call.random.fill = NULL;
    is_refused(&call, KEYSHARE_ERR_ARGUMENT, true);
    call = usual();
    ck_assert_int_eq(
        keyshare_deal(&record, shares, NULL, call.key, 32, &call.random),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(record);
    record = (keyshare_record *)&call;
    ck_assert_int_eq(
        keyshare_deal(&record, NULL, &call.terms, call.key, 32, &call.random),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_ptr_null(record);
    ck_assert_int_eq(
        keyshare_deal(NULL, shares, &call.terms, call.key, 32, &call.random),
        KEYSHARE_ERR_ARGUMENT);
    ck_assert_uint_eq(keyshare_deal_memory(NULL, 32), 0);
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

Suite *
test_suite(void)
{
    Suite *suite = suite_create("deal");
    TCase *quorums = tcase_create("quorums");
    TCase *laws = tcase_create("laws");
    TCase *errors = tcase_create("errors");

    tcase_add_loop_test(quorums, small_policies, 0, 2 * SMALL_COUNT_MAX);
    tcase_add_loop_test(quorums, sampled_policies, 0, 2);
    tcase_add_loop_test(quorums, key_lengths, 0, COUNT(key_lens));
    tcase_add_loop_test(quorums, plain_keys, 0, COUNT(same_bytes));
    tcase_add_loop_test(quorums, all_of_255, 0, 2);
    suite_add_tcase(suite, quorums);
    tcase_add_loop_test(laws, terms_are_in_the_record, 0, 2);
    tcase_add_loop_test(laws, same_draws_give_the_same_set, 0, 2);
    tcase_add_loop_test(laws, key_stands_nowhere, 0, 2);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(errors, bad_policy, 0, COUNT(bad_policies));
    tcase_add_loop_test(errors, bad_label, 0, COUNT(bad_labels));
    tcase_add_test(errors, bad_key_length);
    tcase_add_test(errors, bad_arguments);
    suite_add_tcase(suite, errors);
    return suite;
}
